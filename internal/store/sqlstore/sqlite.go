package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"draftbox/internal/platform"
)

// sets is how much room there is for tokens of a SQLite database in memory:
// enough for 10,000 components before a file, little before one in memory, of
// which a test run opens hundreds.
func (p place) sets() int {
	if p.path == "" {
		return 64
	}
	return 4096
}

func newSQLite() *engine {
	return &engine{
		viewOptions: &sql.TxOptions{ReadOnly: true}, updateOptions: &sql.TxOptions{}, gone: sqliteGone, retryable: never,
		folded: func(expr string) string { return `lower(` + expr + `)` },
	}
}

// openMemory opens a database in memory. It belongs to one connection, so all
// take turns.
func openMemory() (*engine, error) {
	connector, err := newConnector(memory + pragmas("foreign_keys(1)", "cache_size(-2000)"))
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	e := newSQLite()
	e.write, e.read = db, db
	return e, nil
}

// openFile opens a file with one connection to write and some to read.
func openFile(ctx context.Context, path string) (*engine, error) {
	write, err := openPool(ctx, path, 1, pragmas(writerPragmas...)+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	read, err := openPool(ctx, path, min(max(4, runtime.GOMAXPROCS(0)), 8), pragmas(readerPragmas...))
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	e := newSQLite()
	e.write, e.read = write, read
	return e, nil
}

// openPool opens all connections that the pool will ever have. One opened later
// might find another file at the path, and with it in hand would take away the
// shared memory (-shm) from under those that are open already.
func openPool(ctx context.Context, path string, n int, params string) (*sql.DB, error) {
	connector, err := newConnector(fileURL(path) + params + "&mode=rw")
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	conns := make([]*sql.Conn, 0, n)
	for range n {
		conn, openErr := db.Conn(ctx)
		if err = openErr; err != nil {
			break
		}
		conns = append(conns, conn)
	}
	for _, conn := range conns {
		err = errors.Join(err, conn.Close())
	}
	if err != nil {
		if sqliteGone(err) {
			err = fmt.Errorf("%w: %w", platform.ErrUnavailable, err)
		}
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// busy_timeout comes first, for the others may meet a lock.
var (
	writerPragmas = []string{
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "cache_size(-4000)",
		"wal_autocheckpoint(2000)", "journal_size_limit(33554432)",
	}
	readerPragmas = []string{"busy_timeout(5000)", "query_only(1)", "cache_size(-2000)"}
)

func pragmas(list ...string) string {
	return "?_dqs=0&_pragma=" + strings.Join(list, "&_pragma=")
}

func fileURL(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/…
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path}).String()
}

// makePrivate makes sure that the file is there and only its owner reads it.
// SQLite gives its companions (-wal, -shm) the same mode.
func makePrivate(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	// An existing file is never opened here: closing it would drop the locks
	// that another connection of this process holds on it.
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err != nil {
			return err
		}
		return f.Close()
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no regular file", path)
	case info.Mode().Perm()&0o077 != 0:
		return os.Chmod(path, info.Mode().Perm()&^0o077)
	}
	return nil
}

func sqliteGone(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return errors.Is(err, sql.ErrConnDone)
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR,
		sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOTADB,
		sqlite3.SQLITE_PERM:
		return true
	}
	return false
}

// emptyLog moves what is in the write-ahead log into the database file, also
// into one that lost its name, where SQLite by itself leaves the log behind: it
// would replay it into whatever lies at the name next.
func emptyLog(ctx context.Context, e *engine) error {
	var busy, inLog, moved int
	err := e.write.QueryRowContext(ctx, `pragma wal_checkpoint(truncate)`).Scan(&busy, &inLog, &moved)
	if err == nil && busy != 0 {
		err = errors.New("the write-ahead log is in use")
	}
	return err
}
