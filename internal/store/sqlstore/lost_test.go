package sqlstore_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
)

// world is a store with one component in it that has one token.
type world struct {
	*testing.T
	store *sqlstore.Store
	appid string
}

const secret = "token"

func newWorld(t *testing.T, url, appid string) *world {
	t.Helper()
	return fill(&world{t, open(t, url), appid})
}

// newImpatientWorld is newWorld on a PostgreSQL whose answers are not waited for
// as long as they are in service.
func newImpatientWorld(t *testing.T, url string) *world {
	t.Helper()
	s, err := sqlstore.OpenImpatient(t.Context(), sqlstore.Options{URL: url}, 2*time.Second)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return fill(&world{t, s, "wx00000000000000a1"})
}

func fill(w *world) *world {
	w.Helper()
	t, appid := w.T, w.appid
	err := w.store.UpdateShared(t.Context(), func(tx platform.Tx) error {
		c := platform.Component{Appid: appid, CreatedAt: tx.Now(), Settings: platform.DefaultSettings()}
		if err := tx.InsertComponent(t.Context(), &c); err != nil {
			return err
		}
		return tx.InsertToken(t.Context(), &platform.AccessToken{
			Hash: platform.HashToken(secret + appid), Kind: platform.ComponentToken, ComponentAppid: appid,
			Origin: platform.OriginAPI, IssuedAt: tx.Now(), ExpiresAt: tx.Now().Add(time.Hour),
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) write() error {
	return w.store.Update(w.Context(), w.appid, func(tx platform.Tx, _ *platform.Component) error {
		_, err := tx.TakeDraftID(w.Context(), w.appid)
		return err
	})
}

func (w *world) head() error {
	_, err := w.store.Head(w.Context(), platform.HashToken(secret+w.appid))
	return err
}

// nextID reads what write counts.
func (w *world) nextID() (id int64, err error) {
	err = w.store.View(w.Context(), func(r platform.Reader) error {
		c, err := r.Component(w.Context(), w.appid)
		if err == nil {
			id = c.NextDraftID
		}
		return err
	})
	return id, err
}

// until waits for a condition.
func (w *world) until(what string, condition func() bool) {
	w.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-deadline.C:
			w.Fatalf("it never came to be that %s; ready says: %v", what, w.store.Ready(w.Context()))
		}
	}
}

func (w *world) untilLost() {
	w.Helper()
	w.until("the loss was noticed", func() bool { return errors.Is(w.store.Ready(w.Context()), platform.ErrUnavailable) })
	_, now := w.store.Now(w.Context())
	_, view := w.nextID()
	for what, err := range map[string]error{"Head": w.head(), "Now": now, "View": view, "Update": w.write()} {
		if !errors.Is(err, platform.ErrUnavailable) {
			w.Errorf("%s of a lost database returns %v, want ErrUnavailable", what, err)
		}
	}
}

func (w *world) untilFound() {
	w.Helper()
	w.until("the database was in service again", func() bool { return w.store.Ready(w.Context()) == nil })
}

// want checks that what was acknowledged is there and that the world goes on.
func (w *world) want(next int64) {
	w.Helper()
	if id, err := w.nextID(); err != nil || id != next {
		w.Fatalf("the next id is %d, want %d: %v", id, next, err)
	}
	if err := errors.Join(w.head(), w.write()); err != nil {
		w.Fatalf("in service again, but: %v", err)
	}
	if id, err := w.nextID(); err != nil || id != next+1 {
		w.Fatalf("the next id after a write is %d, want %d: %v", id, next+1, err)
	}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// damages take a database file away and bring it back, each in its way.
var damages = map[string]struct {
	damage, repair func(t *testing.T, path string)
}{
	"moved": {
		func(t *testing.T, path string) { must(t, os.Rename(path, path+".away")) },
		func(t *testing.T, path string) { must(t, os.Rename(path+".away", path)) },
	},
	"folder moved": {
		func(t *testing.T, path string) { must(t, os.Rename(filepath.Dir(path), filepath.Dir(path)+".away")) },
		func(t *testing.T, path string) { must(t, os.Rename(filepath.Dir(path)+".away", filepath.Dir(path))) },
	},
	"replaced by rubbish": {
		func(t *testing.T, path string) {
			must(t, os.Rename(path, path+".away"), os.WriteFile(path, []byte("no database at all"), 0o600))
		},
		func(t *testing.T, path string) { must(t, os.Rename(path+".away", path)) },
	},
	"replaced by an empty file": {
		func(t *testing.T, path string) {
			must(t, os.Rename(path, path+".away"), os.WriteFile(path, nil, 0o600))
		},
		func(t *testing.T, path string) { must(t, os.Rename(path+".away", path)) },
	},
	"overwritten": {
		func(t *testing.T, path string) {
			body, err := os.ReadFile(path)
			must(t, err, os.WriteFile(path+".copy", body, 0o600), os.WriteFile(path, make([]byte, len(body)+1), 0o600))
		},
		func(t *testing.T, path string) {
			body, err := os.ReadFile(path + ".copy")
			must(t, err, os.WriteFile(path, body, 0o600))
		},
	},
	"no longer readable": {
		func(t *testing.T, path string) { must(t, os.Chmod(path, 0)) },
		func(t *testing.T, path string) { must(t, os.Chmod(path, 0o600)) },
	},
	"replaced by a folder": {
		func(t *testing.T, path string) { must(t, os.Rename(path, path+".away"), os.Mkdir(path, 0o700)) },
		func(t *testing.T, path string) { must(t, os.Remove(path), os.Rename(path+".away", path)) },
	},
}

func TestFileLostAndFound(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not let go of an open file")
	}
	for name, d := range damages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "data", "draftbox.db")
			w := newWorld(t, path, "wx00000000000000a1")
			must(t, w.write(), w.head())
			for round := range int64(2) {
				d.damage(t, path)
				if err := w.write(); !errors.Is(err, platform.ErrUnavailable) {
					t.Fatalf("the first write after the loss returns %v, want ErrUnavailable", err)
				}
				w.untilLost()
				d.repair(t, path)
				w.untilFound()
				w.want(1 + round)
			}
			must(t, w.store.Close())
			again := &world{t, open(t, path), w.appid}
			again.want(3)
		})
	}
}

// TestFileReplaced puts another good database in the place of the one in use.
func TestFileReplaced(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not let go of an open file")
	}
	spare := file(t)
	other := newWorld(t, spare, "wx00000000000000b2")
	must(t, other.write(), other.store.Close())

	path := file(t)
	w := newWorld(t, path, "wx00000000000000a1")
	must(t, w.write(), w.head(), os.Rename(path, path+".away"), os.Rename(spare, path))
	w.until("the other database was in service", func() bool {
		_, err := w.nextID()
		return errors.Is(err, platform.ErrNotFound)
	})
	if err := w.head(); !errors.Is(err, platform.ErrNotFound) {
		t.Errorf("a token of the database that is gone gives the error %v, want ErrNotFound", err)
	}
	taken := &world{t, w.store, other.appid}
	taken.want(1)

	// The first one kept what it had, and comes back with it.
	must(t, os.Rename(path, spare), os.Rename(path+".away", path))
	w.until("the first database was in service again", func() bool {
		_, err := w.nextID()
		return err == nil
	})
	w.want(1)
}

func TestForeignDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not let go of an open file")
	}
	foreign := file(t)
	f := open(t, foreign)
	must(t, f.Exec(t.Context(), "pragma application_id = 7"), f.Close())
	if _, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: foreign}); !errors.Is(err, platform.ErrConflict) {
		t.Errorf("another program's database opens with %v, want ErrConflict", err)
	}
	before, err := os.ReadFile(foreign)
	must(t, err)

	path := file(t)
	w := newWorld(t, path, "wx00000000000000a1")
	must(t, os.Rename(path, path+".away"), os.Rename(foreign, path))
	w.until("the other program's database was refused", func() bool {
		return errors.Is(w.store.Ready(t.Context()), platform.ErrConflict)
	})
	after, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(after, before) {
		t.Error("another program's database was changed")
	}
	must(t, os.Rename(path+".away", path))
	w.untilFound()
	w.want(0)
}

// TestLogRemoved takes the write-ahead log away. What was in it is still known,
// and nothing that was acknowledged is lost.
func TestLogRemoved(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not let go of an open file")
	}
	path := file(t)
	w := newWorld(t, path, "wx00000000000000a1")
	must(t, w.write(), os.Remove(path+"-wal"))
	if err := w.write(); !errors.Is(err, platform.ErrUnavailable) {
		t.Fatalf("the first write after the loss returns %v, want ErrUnavailable", err)
	}
	w.untilFound()
	w.want(1)
	must(t, w.store.Close())
	again := &world{t, open(t, path), w.appid}
	again.want(2)
}

// TestTouched: a new time on the file alone does no lasting harm.
func TestTouched(t *testing.T) {
	t.Parallel()
	path := file(t)
	w := newWorld(t, path, "wx00000000000000a1")
	must(t, os.Chtimes(path, time.Unix(1e9, 0), time.Unix(1e9, 0)))
	w.until("writes went on", func() bool { return w.write() == nil })
	w.want(1)
}

func TestDiskFull(t *testing.T) {
	t.Parallel()
	w := newWorld(t, file(t), "wx00000000000000a1")
	must(t, w.write(), w.store.Exec(t.Context(), "pragma max_page_count = 1"))
	upload := func() error {
		return w.store.Update(t.Context(), w.appid, func(tx platform.Tx, _ *platform.Component) error {
			p := &platform.Package{Digest: "d", StoredSize: 1, CreatedAt: tx.Now(), Pages: []string{strings.Repeat("p", 1<<20)}}
			return tx.PutPackage(t.Context(), p, strings.NewReader("c"))
		})
	}
	if err := upload(); !errors.Is(err, platform.ErrUnavailable) {
		t.Fatalf("a write to a full disk returns %v, want ErrUnavailable", err)
	}
	must(t, w.head())
	if _, err := w.nextID(); err != nil {
		t.Errorf("a read beside a full disk returns %v", err)
	}
	must(t, w.store.Exec(t.Context(), "pragma max_page_count = 100000"), upload(), w.store.Ready(t.Context()))
	w.want(1)
}

func TestPrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes")
	}
	path := filepath.Join(t.TempDir(), "new", "draftbox.db")
	must(t, newWorld(t, path, "wx00000000000000a1").write())
	must(t, filepath.WalkDir(filepath.Dir(path), func(p string, d fs.DirEntry, err error) error {
		info, ierr := d.Info()
		must(t, err, ierr)
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %s, want it private", p, info.Mode())
		}
		return nil
	}))
}
