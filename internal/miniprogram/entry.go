package miniprogram

import (
	"archive/zip"
	"cmp"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"

	"draftbox/internal/platform"
)

// entry is one file of a source. Its size is binding: reading the content
// yields exactly that many bytes or fails, so that all limits can be checked
// before a content is read.
type entry struct {
	path string // checked, with forward slashes, relative to the project folder
	size int64
	open func() (io.ReadCloser, error)

	// refusal says why the entry cannot be part of a package (a symbolic link,
	// say); it counts only if the entry is not left out.
	refusal string

	crc    uint32 // CRC-32 that the source declares
	hasCRC bool
}

// maxEntrySize stands for any size beyond it: over every limit, yet far from
// overflowing a sum.
const maxEntrySize = 1 << 40

// listing collects the entries of a source.
type listing struct {
	limits  Limits
	entries []entry
	folders []string // folders that have an entry of their own, for the clash check
	listed  int
}

// admit says whether the entry of the path is wanted, and returns an error for a
// path that no package may hold and for one entry too many.
func (l *listing) admit(path string) (bool, error) {
	if err := checkPath(path, l.limits.MaxPathLen); err != nil {
		return false, err
	}
	if leftOut(path) {
		return false, nil
	}
	l.listed++
	if l.listed > l.limits.maxListed() {
		return false, platform.Invalidf("the project has more than %d files and folders; send the folder of the mini program alone, without sources and build tools", l.limits.maxListed())
	}
	return true, nil
}

// sort brings the entries into path order and refuses two of one path and a
// file that is a folder at the same time.
func (l *listing) sort() error {
	slices.SortFunc(l.entries, func(a, b entry) int { return cmp.Compare(a.path, b.path) })
	files := make(map[string]struct{}, len(l.entries))
	for i, e := range l.entries {
		if i > 0 && l.entries[i-1].path == e.path {
			return platform.Invalidf("%q is in the package twice; pack it again from the project folder", e.path)
		}
		files[e.path] = struct{}{}
	}
	clash := func(folder string) error {
		for ; folder != ""; folder = parent(folder) {
			if _, ok := files[folder]; ok {
				return platform.Invalidf("%q is both a file and a folder; pack it again from the project folder", folder)
			}
		}
		return nil
	}
	last := ""
	for _, e := range l.entries {
		// Neighbors in path order mostly share their folder.
		if dir := parent(e.path); dir != last {
			if err := clash(dir); err != nil {
				return err
			}
			last = dir
		}
	}
	for _, folder := range l.folders {
		if err := clash(folder); err != nil {
			return err
		}
	}
	return nil
}

// parent returns the folder of a path, "" for one at the top.
func parent(path string) string {
	return path[:max(strings.LastIndexByte(path, '/'), 0)]
}

// content reads one entry's content: exactly its size, with its checksum.
type content struct {
	entry *entry
	src   io.ReadCloser
	left  int64
	crc   uint32
}

func (e *entry) content() (*content, error) {
	src, err := e.open()
	if err != nil {
		return nil, e.readError(err)
	}
	return &content{entry: e, src: src, left: e.size}, nil
}

// Read implements io.Reader. It ends with io.EOF after the declared size only.
func (c *content) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, io.EOF
	}
	n, err := c.src.Read(p[:min(int64(len(p)), c.left)])
	c.crc = crc32.Update(c.crc, crc32.IEEETable, p[:n])
	c.left -= int64(n)
	switch {
	case c.left == 0:
		return n, nil
	case err == io.EOF:
		return n, c.entry.damaged()
	case err != nil:
		return n, c.entry.readError(err)
	}
	return n, nil
}

// finish returns the checksum of the content. It fails if there is more than
// the declared size or the source's checksum is another one.
func (c *content) finish() (uint32, error) {
	var more [1]byte
	for {
		n, err := c.src.Read(more[:])
		if n > 0 {
			return 0, c.entry.damaged()
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return 0, c.entry.readError(err)
		}
	}
	if c.entry.hasCRC && c.entry.crc != c.crc {
		return 0, c.entry.damaged()
	}
	return c.crc, nil
}

func (c *content) close() { _ = c.src.Close() } // only read from: nothing to lose

// bytes returns the whole content of an entry of at most limit bytes.
func (e *entry) bytes(limit int64) ([]byte, error) {
	if e.refusal != "" {
		return nil, platform.Invalidf("%s", e.refusal)
	}
	if e.size > limit {
		return nil, platform.Invalidf("%s is %d bytes long; at most %d are read", e.path, e.size, limit)
	}
	c, err := e.content()
	if err != nil {
		return nil, err
	}
	defer c.close()
	data := make([]byte, e.size)
	if _, err := io.ReadFull(c, data); err != nil {
		return nil, err
	}
	_, err = c.finish()
	return data, err
}

func (e *entry) damaged() error {
	return platform.Invalidf("%s is damaged, or was changed while it was read: its content is not the %d bytes declared; send the project again", e.path, e.size)
}

// readError tells damage, which is the sender's affair, from a failing disk.
func (e *entry) readError(err error) error {
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	if corrupt {
		return e.damaged()
	}
	for _, damage := range []error{io.EOF, io.ErrUnexpectedEOF, zip.ErrFormat} {
		if errors.Is(err, damage) {
			return e.damaged()
		}
	}
	return fmt.Errorf("reading %s: %w", e.path, err)
}
