package sqlstore

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// maxConns is how many connections a node holds to PostgreSQL, whose default
// limit is 100.
const maxConns = 16

func openPostgres(dsn string, wait time.Duration) (*engine, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("read the URL: %w", err)
	}
	if config.ConnectTimeout == 0 || config.ConnectTimeout > wait {
		config.ConnectTimeout = wait
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(maxConns)
	db.SetMaxIdleConns(maxConns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return &engine{
		write: db, read: db, wait: wait, gone: postgresGone, retryable: postgresRetryable,
		forUpdate: " for update", skipLocked: " for update skip locked",
		folded:      func(expr string) string { return `lower(` + expr + ` collate "C")` },
		viewOptions: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		// The lock of the component row keeps updates apart; each statement
		// after it sees what was committed before it was granted.
		updateOptions: &sql.TxOptions{Isolation: sql.LevelReadCommitted},
	}, nil
}

// Classes and codes of https://www.postgresql.org/docs/current/errcodes-appendix.html
// that say that the server, not the statement, is the trouble.
var goneClasses = []string{
	"08",             // connection exception
	"28",             // invalid authorization: the password was changed
	"3D",             // the database was dropped
	"53",             // insufficient resources, disk full
	"55P03",          // lock not available
	"57",             // operator intervention: shutdown, statement timeout
	"58",             // system error: I/O
	"25006",          // read-only: a standby took the address over
	"42P01",          // no such table: another database took the name
	"XX001", "XX002", // corrupted
}

func postgresGone(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return slices.ContainsFunc(goneClasses, func(c string) bool { return strings.HasPrefix(pg.Code, c) })
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, sql.ErrConnDone) || pgconn.Timeout(err)
}

// postgresRetryable: a serialization failure, a deadlock, or a package that was
// deleted between finding it stored and pointing at it (or the other way round).
func postgresRetryable(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return false
	}
	return pg.Code == "40001" || pg.Code == "40P01" ||
		pg.Code == "23503" && strings.HasSuffix(pg.ConstraintName, "_package")
}
