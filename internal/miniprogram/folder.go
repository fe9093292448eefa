package miniprogram

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"draftbox/internal/platform"
)

// openFolder opens a folder so that nothing outside of it can be read through
// it, symbolic links included.
func openFolder(dir string) (*os.Root, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, platform.Invalidf("there is no folder %s", dir)
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, platform.Invalidf("%s is no folder; give the project's folder", dir)
	}
	return os.OpenRoot(dir)
}

// listFS lists the files of a file system. Folders that are left out are not
// entered.
func listFS(fsys fs.FS, limits Limits) (*listing, error) {
	l := &listing{limits: limits}
	err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("reading the project folder: %w", err)
		}
		if path == "." {
			return nil
		}
		wanted, err := l.admit(path)
		switch {
		case err != nil:
			return err
		case d.IsDir() && !wanted:
			return fs.SkipDir
		case d.IsDir() || !wanted:
			return nil
		}
		e := entry{path: path, open: func() (io.ReadCloser, error) { return fsys.Open(path) }}
		if d.Type() != 0 {
			e.refusal = irregular(path, d.Type())
		} else {
			info, err := d.Info()
			if err != nil {
				return fmt.Errorf("reading the project folder: %w", err)
			}
			e.size = min(info.Size(), maxEntrySize)
		}
		l.entries = append(l.entries, e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := l.sort(); err != nil {
		return nil, err
	}
	return l, nil
}
