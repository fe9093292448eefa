package sqlstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"draftbox/internal/platform"
)

// packageFiles are the contents of the packages of a SQLite file, each in a file
// of its own in a folder beside it. A row of the table packages names its file,
// and that row is the truth: a file that no row names is waste.
//
// A content is written and synced before the transaction that names it, under a
// name that was never used before; it is removed after the commit of the one
// that drops its row. A crash in between leaves waste, which the next start
// removes, and never a row without its file.
type packageFiles struct {
	dir string

	// A file outlives its row for as long as a view may see that row.
	mu      sync.Mutex
	next    uint64              // what the next view or drop is numbered with
	views   map[uint64]struct{} // under way
	pending []droppedFile

	// removals are under way: to free 2 MB takes a file system a millisecond,
	// for which nobody has to wait.
	removals sync.WaitGroup
}

// droppedFile is the file of a row that was deleted.
type droppedFile struct {
	number uint64
	name   string
}

// filesSuffix is what the folder's name has more than the database's.
const filesSuffix = "-packages"

// wasteAge is how old waste has to be to be removed. Whoever puts a copy of the
// database in its place for a look, and then the first one back, loses nothing.
const wasteAge = 24 * time.Hour

// fileBuffer is how much of a content is moved at a time, in bytes.
const fileBuffer = 512 << 10

func newPackageFiles(dbPath string) *packageFiles {
	return &packageFiles{dir: dbPath + filesSuffix, views: map[uint64]struct{}{}}
}

// enter begins a view and returns its number, for leave.
func (p *packageFiles) enter() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next++
	p.views[p.next] = struct{}{}
	return p.next
}

// leave ends a view.
func (p *packageFiles) leave(number uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.views, number)
	p.removeDropped()
}

// drop removes files whose rows a commit deleted, when no view can see the rows
// any more.
func (p *packageFiles) drop(names []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next++
	for _, name := range names {
		p.pending = append(p.pending, droppedFile{p.next, name})
	}
	p.removeDropped()
}

// removeDropped removes what was dropped before the oldest view began. mu is
// held.
func (p *packageFiles) removeDropped() {
	if len(p.pending) == 0 {
		return
	}
	oldest := p.next + 1
	for number := range p.views {
		oldest = min(oldest, number)
	}
	p.pending = slices.DeleteFunc(p.pending, func(f droppedFile) bool {
		if f.number > oldest {
			return false
		}
		p.removals.Go(func() { p.remove(f.name) })
		return true
	})
}

// wait waits until what was dropped is removed.
func (p *packageFiles) wait() { p.removals.Wait() }

func (p *packageFiles) path(name string) string { return filepath.Join(p.dir, name) }

// packageFile is a content in its file.
type packageFile struct {
	platform.PackageContent
	files *packageFiles
	name  string
	// kept says that a row names the file, or may do so.
	kept bool
}

// Release implements [platform.StagedContent].
func (f *packageFile) Release() {
	if !f.kept {
		f.files.remove(f.name)
		f.kept = true // there is nothing left to remove
	}
}

// write stores a content for good. What the disk refuses is
// [platform.ErrUnavailable].
func (p *packageFiles) write(content platform.PackageContent, size int64) (*packageFile, error) {
	name := rand.Text()
	f, err := p.create(name)
	if err != nil {
		return nil, unavailable(err)
	}
	n, err := io.CopyBuffer(diskWriter{f}, io.NewSectionReader(content, 0, size), make([]byte, min(fileBuffer, max(size, 1))))
	if err == nil && n < size {
		err = io.ErrUnexpectedEOF
	}
	if err == nil {
		err = unavailable(f.Sync())
	}
	if err = errors.Join(err, unavailable(f.Close())); err == nil {
		err = unavailable(syncFolder(p.dir))
	}
	if err != nil {
		p.remove(name)
		return nil, err
	}
	return &packageFile{PackageContent: content, files: p, name: name}, nil
}

// diskWriter tells a failing disk from a failing content.
type diskWriter struct{ file *os.File }

func (w diskWriter) Write(b []byte) (int, error) {
	n, err := w.file.Write(b)
	return n, unavailable(err)
}

func unavailable(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", platform.ErrUnavailable, err)
}

// create makes a file, and the folder where it is not there yet. The folder
// above is not made: with it the database would be gone.
func (p *packageFiles) create(name string) (*os.File, error) {
	const flags = os.O_CREATE | os.O_EXCL | os.O_WRONLY
	f, err := os.OpenFile(p.path(name), flags, 0o600)
	if !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	if err := os.Mkdir(p.dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	if err := syncFolder(filepath.Dir(p.dir)); err != nil {
		return nil, err
	}
	return os.OpenFile(p.path(name), flags, 0o600)
}

// syncFolder makes the names in a folder last. Windows has no such call: NTFS
// keeps a journal of names.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// has reports whether a file is there.
func (p *packageFiles) has(name string) bool {
	_, err := os.Stat(p.path(name))
	return err == nil
}

// remove removes a file. One that cannot be removed, as on Windows while it is
// read, is waste until a later start.
func (p *packageFiles) remove(name string) { _ = os.Remove(p.path(name)) }

// copyTo writes a file's content to w.
func (p *packageFiles) copyTo(name string, size int64, w io.Writer) error {
	f, err := os.Open(p.path(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the file %s is gone; restore it together with the database", p.path(name))
	case err != nil:
		return err
	}
	defer func() { _ = f.Close() }() // only read from: nothing to lose
	n, err := io.Copy(w, io.LimitReader(f, size))
	if err == nil && n < size {
		err = fmt.Errorf("%s is cut off: it has %d of %d bytes", p.path(name), n, size)
	}
	return err
}

// removeWaste removes files that no row names, if they are old enough.
func (s *Store) removeWaste(ctx context.Context) error {
	entries, err := os.ReadDir(s.files.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || len(entries) == 0 {
		return err
	}
	named, err := s.namedFiles(ctx)
	if err != nil {
		return err
	}
	removed := 0
	for _, e := range entries {
		if named[e.Name()] || !e.Type().IsRegular() {
			continue
		}
		info, err := e.Info()
		if err == nil && s.real().Sub(info.ModTime()) >= wasteAge {
			s.files.remove(e.Name())
			removed++
		}
	}
	if removed > 0 {
		s.log.Info("files of uploads that were cut off are removed", "folder", s.files.dir, "files", removed)
	}
	return nil
}

func (s *Store) namedFiles(ctx context.Context) (map[string]bool, error) {
	rows, err := s.engine.read.QueryContext(ctx, `select file from packages where file <> ''`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	named := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		named[name] = true
	}
	return named, rows.Err()
}
