package sqlstore_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"draftbox/internal/platform"
	"draftbox/internal/store/pgtest"
	"draftbox/internal/store/sqlstore"
)

// newer returns the migrations of a later draftbox: ours and one more.
func newer(t *testing.T, statement string) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	must(t, fs.WalkDir(sqlstore.Migrations(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(sqlstore.Migrations(), path)
		files[path] = &fstest.MapFile{Data: body}
		return err
	}))
	for _, engine := range []string{"sqlite", "postgres"} {
		files["migrations/"+engine+"/99999_later.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + statement + ";\n")}
	}
	return files
}

func openNewer(t *testing.T, url, statement string) (*sqlstore.Store, error) {
	t.Helper()
	return sqlstore.OpenWith(t.Context(), sqlstore.Options{URL: url}, newer(t, statement))
}

func TestMigration(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(*testing.T) string{"File": file, "Postgres": database} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := url(t)
			w := newWorld(t, u, "wx00000000000000a1")
			must(t, w.write(), w.store.Close())

			// A migration that fails leaves the database as it was.
			if _, err := openNewer(t, u, "create table shared (n int)"); err == nil || !strings.Contains(err.Error(), "migrate from schema 4") {
				t.Fatalf("a migration that fails gives %v", err)
			}
			old := &world{t, open(t, u), w.appid}
			old.want(1)
			must(t, old.store.Close())

			s, err := openNewer(t, u, "alter table shared add column later text")
			must(t, err)
			migrated := &world{t, s, w.appid}
			migrated.want(2)
			must(t, s.Close())

			_, err = sqlstore.Open(t.Context(), sqlstore.Options{URL: u})
			if !errors.Is(err, platform.ErrConflict) || !strings.Contains(err.Error(), "newer") {
				t.Errorf("an older draftbox opens a newer database with %v, want ErrConflict", err)
			}
			s, err = openNewer(t, u, "alter table shared add column later text")
			must(t, err, s.Close())
		})
	}
}

// TestCopyBeforeMigration: a copy of the file is kept until the migration has
// succeeded, and can be used.
func TestCopyBeforeMigration(t *testing.T) {
	t.Parallel()
	path := file(t)
	w := newWorld(t, path, "wx00000000000000a1")
	must(t, w.write(), w.store.Close())
	copies := func() []string {
		found, err := filepath.Glob(path + ".schema*")
		must(t, err)
		return found
	}
	if _, err := openNewer(t, path, "create table shared (n int)"); err == nil || !strings.Contains(err.Error(), path+".schema4") {
		t.Errorf("the error of a failed migration is %v and does not name the copy", err)
	}
	if got := copies(); len(got) != 1 || got[0] != path+".schema4" {
		t.Fatalf("after a failed migration there are the copies %v", got)
	}
	kept := &world{t, open(t, path+".schema4"), w.appid}
	kept.want(1)
	must(t, kept.store.Close())

	s, err := openNewer(t, path, "create table later (n int)")
	must(t, err, s.Close(), os.Remove(path+".schema4.lock"))
	if got := copies(); len(got) != 0 {
		t.Errorf("after a migration that succeeded there are the copies %v", got)
	}
}

func TestNewFileIsNotCopied(t *testing.T) {
	t.Parallel()
	path := file(t)
	must(t, open(t, path).Close())
	found, err := filepath.Glob(path + ".schema*")
	must(t, err)
	if len(found) != 0 {
		t.Errorf("a new database leaves %v", found)
	}
}

func TestURL(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "sqlite:", "mysql://host/db", "postgres://%zz"} {
		if s, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: bad}); err == nil {
			t.Errorf("%q opens %s", bad, s.Describe())
		}
	}
	odd := filepath.Join(t.TempDir(), "a b?c#d%20e&_pragma=x.db")
	must(t, open(t, "sqlite:"+odd).Close())
	if _, err := os.Stat(odd); err != nil {
		t.Errorf("a database of an odd name is elsewhere: %v", err)
	}
	if got := open(t, "sqlite::memory:").Describe(); !strings.Contains(got, "memory") {
		t.Errorf("a database in memory is described as %q", got)
	}
	_, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: "postgres://u:geheim@127.0.0.1:1/d?password=geheim&connect_timeout=1"})
	if !errors.Is(err, platform.ErrUnavailable) || strings.Contains(err.Error(), "geheim") {
		t.Errorf("a server that is not there gives %v", err)
	}
}

// TestMissingDatabase: the server is there, the database is not.
func TestMissingDatabase(t *testing.T) {
	t.Parallel()
	u := strings.Replace(pgtest.Database(t), "/draftbox_test_", "/no_such_", 1)
	if _, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: u}); !errors.Is(err, platform.ErrUnavailable) {
		t.Errorf("a database that is not there gives %v, want ErrUnavailable", err)
	}
}
