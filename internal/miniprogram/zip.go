package miniprogram

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"

	"draftbox/internal/platform"
)

// maxDirectory bounds the bytes of a zip's central directory, which is held in
// memory while the zip is read: enough for some 30,000 entries, at less than
// 25 MB even if it is made of the shortest entries there can be.
const maxDirectory = 4 << 20

// listZip lists the files of a zip archive.
func listZip(r io.ReaderAt, size int64, limits Limits) (*listing, error) {
	bounded := &boundedReaderAt{r: r, left: maxDirectory + 1<<17} // and the search for its end
	z, err := zip.NewReader(bounded, size)
	switch {
	case errors.Is(err, errDirectory):
		return nil, platform.Invalidf("the zip has too many entries (a directory over %d MiB); zip the mini program alone, without node_modules", maxDirectory>>20)
	case errors.Is(err, zip.ErrFormat), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, platform.Invalidf("this is no zip archive, or it is cut off; send the project folder as a .zip file")
	case err != nil:
		return nil, fmt.Errorf("reading the zip: %w", err)
	}
	bounded.open = true

	l := &listing{limits: limits}
	for _, f := range z.File {
		if err := l.addZipped(f); err != nil {
			return nil, err
		}
	}
	if err := l.sort(); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *listing) addZipped(f *zip.File) error {
	path := strings.TrimPrefix(f.Name, "./") // some tools put it before every name
	path, isFolder := strings.CutSuffix(path, "/")
	if isFolder && (path == "" || path == ".") {
		return nil
	}
	wanted, err := l.admit(path)
	if err != nil || !wanted {
		return err
	}
	if isFolder {
		l.folders = append(l.folders, path)
		return nil
	}
	l.entries = append(l.entries, entry{
		path:    path,
		size:    int64(min(f.UncompressedSize64, maxEntrySize)),
		open:    func() (io.ReadCloser, error) { return openZipped(f) },
		refusal: zippedRefusal(f, path),
		crc:     f.CRC32,
		hasCRC:  true,
	})
	return nil
}

func zippedRefusal(f *zip.File, path string) string {
	const (
		encrypted       = 1 << 0
		strongEncrypted = 1 << 6
		maskedHeaders   = 1 << 13
	)
	switch {
	case f.Flags&(encrypted|strongEncrypted|maskedHeaders) != 0:
		return fmt.Sprintf("%q is encrypted; make the zip without a password", path)
	case f.Mode().Type() != 0:
		return irregular(path, f.Mode())
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return fmt.Sprintf("%q is compressed by method %d; make the zip with Deflate, the usual one", path, f.Method)
	}
	return ""
}

// irregular is the refusal of what is neither file nor folder.
func irregular(path string, mode fs.FileMode) string {
	if mode&fs.ModeSymlink != 0 {
		return fmt.Sprintf("%q is a symbolic link; put the file itself in its place", path)
	}
	return fmt.Sprintf("%q is no regular file; take it out of the project", path)
}

// inflaters keeps decompressors for reuse: each has a window of 32 KiB.
var inflaters sync.Pool

// openZipped reads an entry past archive/zip's own checksum, since the content's
// reader makes one anyway, and is strict where a checksum of 0 is declared.
func openZipped(f *zip.File) (io.ReadCloser, error) {
	raw, err := f.OpenRaw()
	if err != nil {
		return nil, err
	}
	if f.Method == zip.Store {
		return io.NopCloser(raw), nil
	}
	pooled, ok := inflaters.Get().(inflater)
	if !ok {
		return pooledInflater{flate.NewReader(raw)}, nil
	}
	if err := pooled.Reset(raw, nil); err != nil {
		return nil, err
	}
	return pooledInflater{pooled}, nil
}

type inflater interface {
	io.ReadCloser
	flate.Resetter
}

type pooledInflater struct{ io.ReadCloser }

func (p pooledInflater) Close() error {
	inflaters.Put(p.ReadCloser)
	return nil
}

var errDirectory = errors.New("zip directory too large")

// boundedReaderAt lets no more than left bytes through until it is open. The
// number of entries that a zip declares binds nobody; this does.
type boundedReaderAt struct {
	r    io.ReaderAt
	left int64
	open bool
}

func (b *boundedReaderAt) ReadAt(p []byte, off int64) (int, error) {
	if !b.open {
		if b.left -= int64(len(p)); b.left < 0 {
			return 0, errDirectory
		}
	}
	if off < 0 { // what a zip without its beginning leads to
		return 0, zip.ErrFormat
	}
	return b.r.ReadAt(p, off)
}
