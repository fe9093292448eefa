package miniprogram

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
)

// ZipDir writes the project in a folder to w as a zip archive, of which
// [FromZip] builds the package that [FromDir] builds of the folder. Only the
// files of the package and project.config.json go into it, uncompressed. What
// FromDir refuses is refused before anything is written. Progress, if not nil,
// is called as contents are written, in bytes.
func ZipDir(w io.Writer, dir string, progress func(done, total int64)) error {
	root, err := openFolder(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // only read from: nothing to lose
	l, err := listFS(root.FS(), DefaultLimits())
	if err != nil {
		return err
	}
	p, err := newPlan(l)
	if err != nil {
		return err
	}
	entries := make([]*entry, 0, len(p.files)+1)
	if p.config != nil {
		entries = append(entries, p.config)
	}
	for _, f := range p.files {
		entries = append(entries, f.entry)
	}
	meter := &meter{report: progress}
	for _, e := range entries {
		meter.total += e.size
	}
	z := zip.NewWriter(w)
	buf := make([]byte, copyBufferLen)
	for _, e := range entries {
		if err := zipEntry(z, e, meter, buf); err != nil {
			return err
		}
	}
	return z.Close()
}

func zipEntry(z *zip.Writer, e *entry, meter *meter, buf []byte) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: e.path, Method: zip.Store})
	if err != nil {
		return fmt.Errorf("writing %s: %w", e.path, err)
	}
	src, err := e.content()
	if err != nil {
		return err
	}
	defer src.close()
	for {
		n, err := src.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return fmt.Errorf("writing %s: %w", e.path, err)
			}
			meter.add(int64(n))
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	_, err = src.finish()
	return err
}

// meter counts what is written.
type meter struct {
	done, total int64
	report      func(done, total int64)
}

func (m *meter) add(n int64) {
	m.done += n
	if m.report != nil {
		m.report(m.done, m.total)
	}
}
