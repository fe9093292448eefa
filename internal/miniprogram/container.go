package miniprogram

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"draftbox/internal/platform"
)

const (
	// maxContainer bounds an inflated container, in bytes: the 20 MiB of code and
	// 40 MiB of source maps that a package may have, its index, and some room.
	maxContainer = 64 << 20
	// maxInflation is how many bytes a byte of gzip can stand for at most: 258
	// bytes in two bits.
	maxInflation = 1032
)

// Container is a code package as the official uploader posts it: inflated, with
// a checked index, and not yet looked into. Close it when done. It is for one
// goroutine at a time.
type Container struct {
	list *listing
	data *Content // the file contents, back to back
}

// OpenContainer inflates the body of an upload, of size bytes: one gzip member
// that holds one container in the layout of a wxapkg. So that an upload whose
// sender is still unknown costs little, nothing is read beyond what the index
// declares, and nothing is kept of an index that is refused.
//
// What the sender can put right is an error of kind [platform.ErrInvalid]; any
// other error is one of reading or storing.
func OpenContainer(r io.ReaderAt, size int64, opts Options) (*Container, error) {
	body := bufio.NewReaderSize(io.NewSectionReader(r, 0, size), copyBufferLen)
	member, err := gzip.NewReader(body)
	if err != nil {
		return nil, containerError(err)
	}
	member.Multistream(false)
	c, err := readContainer(member, size, opts)
	if err != nil {
		return nil, err
	}
	if _, err := body.ReadByte(); err != io.EOF {
		_ = c.Close() // the error that led here is the one to tell
		if err != nil {
			return nil, containerError(err)
		}
		return nil, platform.Invalidf("the code package goes on after the end of its gzip data; send one gzip member alone")
	}
	return c, nil
}

// readContainer reads a container that was packed into at most packed bytes, up
// to the end of its gzip member.
func readContainer(member io.Reader, packed int64, opts Options) (*Container, error) {
	r := bufio.NewReaderSize(member, copyBufferLen)
	head, err := readContainerHead(r, packed)
	if err != nil {
		return nil, err
	}
	c := &Container{list: &listing{limits: opts.Limits.withDefaults()}}
	if err := c.readIndex(r, head); err != nil {
		return nil, err
	}
	if c.data, err = newContent(head.data, opts.TempDir); err != nil {
		return nil, err
	}
	if err = c.data.receive(r); err == nil {
		err = endOfContainer(r)
	}
	if err != nil {
		_ = c.Close() // the error that led here is the one to tell
		return nil, err
	}
	return c, nil
}

// receive fills the content from r.
func (c *Content) receive(r io.Reader) error {
	if c.temp == nil {
		_, err := io.ReadFull(r, c.mem)
		return containerError(err)
	}
	buf := make([]byte, copyBufferLen)
	for off := int64(0); off < c.size; {
		chunk := buf[:min(c.size-off, copyBufferLen)]
		if _, err := io.ReadFull(r, chunk); err != nil {
			return containerError(err)
		}
		if err := c.writeAt(chunk, off); err != nil {
			return err
		}
		off += int64(len(chunk))
	}
	return nil
}

// endOfContainer wants the end of the gzip member, where its checksum is.
func endOfContainer(r io.Reader) error {
	var more [1]byte
	_, err := io.ReadFull(r, more[:])
	switch {
	case err == nil:
		return platform.Invalidf("the code package is longer than its header declares; pack it again")
	case err != io.EOF:
		return containerError(err)
	}
	return nil
}

// containerError tells a damaged body, which is the sender's affair, from a
// failing disk.
func containerError(err error) error {
	if err == nil {
		return nil
	}
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	switch {
	case errors.Is(err, gzip.ErrHeader):
		return platform.Invalidf("the code package is not packed with gzip")
	case corrupt, errors.Is(err, gzip.ErrChecksum):
		return platform.Invalidf("the code package is damaged: its gzip data is not what was packed; send it again")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return platform.Invalidf("the code package is cut off; send it again")
	}
	return fmt.Errorf("reading the code package: %w", err)
}

// Close releases the memory or removes the file. What [Container.Build] made
// stays.
func (c *Container) Close() error { return c.data.Close() }

// Build builds the package of the project in the container, with the errors of
// [FromZip]. The uploader's signature does not become part of it, nor does the
// remark that the uploader leaves in app.json when it finds ext.json of no use.
func (c *Container) Build(opts Options) (*Built, error) {
	l := &listing{limits: opts.Limits.withDefaults(), entries: slices.Clone(c.list.entries)}
	if err := l.stripWarning(); err != nil {
		return nil, err
	}
	return build(l, opts)
}

// find returns the entry of a path in the container, or nil.
func (l *listing) find(name string) *entry {
	i, there := slices.BinarySearchFunc(l.entries, name, func(e entry, name string) int { return strings.Compare(e.path, name) })
	if !there {
		return nil
	}
	return &l.entries[i]
}

// inRoot returns the entry of a file of the package. The uploader takes
// miniprogramRoot off and empties it; it counts where one did not.
func (l *listing) inRoot(name string) (*entry, error) {
	config, _, err := readProjectConfig(l)
	if err != nil {
		return nil, err
	}
	return l.find(path.Join(config.root, name)), nil
}
