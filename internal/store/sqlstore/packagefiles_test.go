package sqlstore_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
)

const filesOf = "wx00000000000000a1"

// packed is a package of 100,000 bytes.
func packed() (*platform.Package, platform.PackageContent) {
	const size = 100_000
	p := &platform.Package{Digest: strings.Repeat("a", 64), StoredSize: size, CreatedAt: time.Unix(1_700_000_000, 0)}
	return p, bytes.NewReader(bytes.Repeat([]byte{1}, size))
}

// use makes a template of a package, so that it stays.
func (w *world) use(id int64, p *platform.Package, content platform.PackageContent) error {
	return w.store.Update(w.Context(), w.appid, func(tx platform.Tx, _ *platform.Component) error {
		if err := tx.PutPackage(w.Context(), p, content); err != nil {
			return err
		}
		return tx.InsertTemplate(w.Context(), &platform.Template{
			ComponentAppid: w.appid, ID: id, Place: id, Digest: p.Digest, CreateTime: tx.Now(),
		})
	})
}

func (w *world) deleteTemplate(id int64) error {
	return w.store.Update(w.Context(), w.appid, func(tx platform.Tx, _ *platform.Component) error {
		return tx.DeleteTemplate(w.Context(), w.appid, id)
	})
}

func (w *world) content(digest string) ([]byte, error) {
	var out bytes.Buffer
	err := w.store.View(w.Context(), func(r platform.Reader) error { return r.WritePackage(w.Context(), digest, &out) })
	return out.Bytes(), err
}

func packageNames(t *testing.T, db string) []string {
	t.Helper()
	entries, err := os.ReadDir(db + "-packages")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func wantFiles(t *testing.T, db string, n int) {
	t.Helper()
	if names := packageNames(t, db); len(names) != n {
		t.Fatalf("there are %d files of packages, want %d: %v", len(names), n, names)
	}
}

// TestStagedFiles: a file stays if and only if a committed row names it.
func TestStagedFiles(t *testing.T) {
	t.Parallel()
	db := file(t)
	w := newWorld(t, db, filesOf)
	p, content := packed()
	stage := func() platform.StagedContent {
		t.Helper()
		s, err := w.store.Stage(t.Context(), content, p.StoredSize)
		must(t, err)
		return s
	}

	unused := stage()
	wantFiles(t, db, 1)
	unused.Release()
	unused.Release()
	wantFiles(t, db, 0)

	refused := stage()
	refusal := errors.New("refused")
	err := w.store.Update(t.Context(), w.appid, func(tx platform.Tx, _ *platform.Component) error {
		must(t, tx.PutPackage(t.Context(), p, refused))
		return refusal
	})
	if !errors.Is(err, refusal) {
		t.Fatal(err)
	}
	refused.Release()
	wantFiles(t, db, 0)

	kept := stage()
	must(t, w.use(0, p, kept))
	kept.Release()
	wantFiles(t, db, 1)

	twin := stage() // of a package that is there
	must(t, w.use(1, p, twin))
	twin.Release()
	wantFiles(t, db, 1)

	if got, err := w.content(p.Digest); err != nil || len(got) != 100_000 {
		t.Fatalf("the package reads as %d bytes: %v", len(got), err)
	}
	must(t, w.deleteTemplate(0))
	wantFiles(t, db, 1)
	must(t, w.deleteTemplate(1), w.store.Close())
	wantFiles(t, db, 0)
}

// TestUnstagedFiles: what a transaction writes itself goes with it.
func TestUnstagedFiles(t *testing.T) {
	t.Parallel()
	db := file(t)
	w := newWorld(t, db, filesOf)
	p, content := packed()
	if err := w.use(0, p, strings.NewReader("too short")); !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, platform.ErrUnavailable) {
		t.Fatalf("content that is too short gives %v", err)
	}
	wantFiles(t, db, 0)
	must(t, w.use(0, p, content))
	wantFiles(t, db, 1)
}

// TestDroppedWhileRead: a view reads what it began with, and the file goes with
// the last such view.
func TestDroppedWhileRead(t *testing.T) {
	t.Parallel()
	db := file(t)
	w := newWorld(t, db, filesOf)
	p, content := packed()
	must(t, w.use(0, p, content))
	read := func(r platform.Reader) {
		t.Helper()
		var out bytes.Buffer
		if err := r.WritePackage(t.Context(), p.Digest, &out); err != nil || out.Len() != 100_000 {
			t.Errorf("the package reads as %d bytes: %v", out.Len(), err)
		}
	}
	must(t, w.store.View(t.Context(), func(first platform.Reader) error {
		must(t, w.store.View(t.Context(), func(second platform.Reader) error {
			must(t, w.deleteTemplate(0))
			read(second)
			return nil
		}))
		read(first)
		return nil
	}))
	if _, err := w.content(p.Digest); !errors.Is(err, platform.ErrNotFound) {
		t.Errorf("a later view gets %v, want ErrNotFound", err)
	}
	must(t, w.store.Close())
	wantFiles(t, db, 0)
}

// TestWaste: files that no row names go at a start, when they are old; those
// that a row names, and what is no file, never.
func TestWaste(t *testing.T) {
	t.Parallel()
	db := file(t)
	w := newWorld(t, db, filesOf)
	p, content := packed()
	must(t, w.use(0, p, content))
	cutOff, err := w.store.Stage(t.Context(), content, p.StoredSize)
	must(t, err)
	defer cutOff.Release()
	must(t, w.store.Close(), os.Mkdir(filepath.Join(db+"-packages", "folder"), 0o700))
	startAt := func(at time.Time) {
		t.Helper()
		s, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: db, Real: func() time.Time { return at }})
		must(t, err, s.Close())
	}
	startAt(time.Now().Add(23 * time.Hour))
	wantFiles(t, db, 3)
	startAt(time.Now().Add(25 * time.Hour))
	wantFiles(t, db, 2)
	again := &world{t, open(t, db), w.appid}
	if got, err := again.content(p.Digest); err != nil || len(got) != 100_000 {
		t.Errorf("the package reads as %d bytes: %v", len(got), err)
	}
}

// TestRestoredWithoutFiles: what has lost its file says so, and an upload of the
// same code mends it.
func TestRestoredWithoutFiles(t *testing.T) {
	t.Parallel()
	db := file(t)
	w := newWorld(t, db, filesOf)
	p, content := packed()
	must(t, w.use(0, p, content), os.RemoveAll(db+"-packages"))
	if _, err := w.content(p.Digest); err == nil || !strings.Contains(err.Error(), "restore it together with the database") {
		t.Fatalf("a package without its file gives %v", err)
	}
	must(t, w.use(1, p, content))
	if got, err := w.content(p.Digest); err != nil || len(got) != 100_000 {
		t.Errorf("the package reads as %d bytes: %v", len(got), err)
	}
}

// TestFilesRefused: where no file can be written, the store cannot serve uploads,
// says so, and comes back.
func TestFilesRefused(t *testing.T) {
	t.Parallel()
	db := file(t)
	w := newWorld(t, db, filesOf)
	must(t, os.WriteFile(db+"-packages", nil, 0o600)) // where the folder should be
	p, content := packed()
	if _, err := w.store.Stage(t.Context(), content, p.StoredSize); !errors.Is(err, platform.ErrUnavailable) {
		t.Errorf("Stage returns %v, want ErrUnavailable", err)
	}
	if err := w.use(0, p, content); !errors.Is(err, platform.ErrUnavailable) {
		t.Errorf("PutPackage returns %v, want ErrUnavailable", err)
	}
	must(t, os.Remove(db+"-packages"), w.use(0, p, content), w.store.Ready(t.Context()))
}
