package sqlstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"sync"
)

// guard knows what the files of a SQLite database look like when nobody but us
// wrote to them, and so notices when one was replaced, removed or overwritten
// under our hands: SQLite itself goes on with a file that has lost its name.
type guard struct {
	path string

	// mu is held while a commit may write to the database file, so that what
	// the commit does to it is not taken for somebody else's doing.
	mu    sync.Mutex
	known files
}

// files is what can be seen of a database from outside.
type files struct {
	db  os.FileInfo
	wal os.FileInfo // nil when there is none
}

func lookAt(path string) (files, error) {
	db, err := os.Stat(path)
	if err != nil {
		return files{}, err
	}
	wal, err := os.Stat(path + "-wal")
	if errors.Is(err, fs.ErrNotExist) {
		return files{db: db}, nil
	}
	return files{db, wal}, err
}

// sameDB reports whether the database file is the very same one, whatever is in
// it.
func (f files) sameDB(o files) bool { return f.db != nil && o.db != nil && os.SameFile(f.db, o.db) }

func (f files) sameWAL(o files) bool {
	return f.wal == nil && o.wal == nil || f.wal != nil && o.wal != nil && os.SameFile(f.wal, o.wal)
}

// sameContent reports whether nobody has written to the database file. Windows
// tells the time of a write late, and forbids most of what is guarded against.
func (f files) sameContent(o files) bool {
	return runtime.GOOS == "windows" || f.db.Size() == o.db.Size() && f.db.ModTime().Equal(o.db.ModTime())
}

// look tells what is wrong with the files, or nil, and what it saw. mu is held.
func (g *guard) look() (files, error) {
	now, err := lookAt(g.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return now, fmt.Errorf("the file %s is gone", g.path)
	case err != nil:
		return now, err
	case !now.sameDB(g.known):
		return now, fmt.Errorf("the file %s was replaced", g.path)
	// Looked at, not tried: root may read and write any file.
	case now.db.Mode().Perm()&0o600 != 0o600:
		return now, fmt.Errorf("the file %s must not be read or written (mode %s)", g.path, now.db.Mode().Perm())
	case !now.sameWAL(g.known):
		return now, fmt.Errorf("the file %s-wal is gone or was replaced", g.path)
	case !now.sameContent(g.known):
		return now, fmt.Errorf("the file %s was written to by another program", g.path)
	}
	return now, nil
}

// inspect tells what is wrong with the files, or nil, and how they look and
// should look.
func (g *guard) inspect() (now, known files, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now, err = g.look()
	return now, g.known, err
}

// commit runs a commit, unless the database is lost, and takes note of what it
// did to the files.
func (g *guard) commit(fn func() error) (lost, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, err := g.look(); err != nil {
		return err, nil
	}
	err = fn()
	if now, gone := lookAt(g.path); gone == nil && now.sameDB(g.known) {
		g.known.db = now.db
	}
	return nil, err
}

// learn takes the files for good as they are now.
func (g *guard) learn() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	now, err := lookAt(g.path)
	if err == nil {
		g.known = now
	}
	return err
}

// unlearn takes no file for good until the next learn.
func (g *guard) unlearn() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.known = files{}
}
