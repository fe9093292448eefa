package miniprogram

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"io"
	"slices"

	"draftbox/internal/platform"
)

// The layout, in which all integers are big endian:
//
//	BE | version 0 (4) | index length (4) | data length (4) | ED |
//	count (4) | count × { name length (4) | name | offset (4) | size (4) } | data
//
// The index length counts from count on; offsets count from the first byte of
// the container. There are neither folders nor modes nor checksums.
const (
	containerHeadLen = 14
	containerFirst   = 0xBE
	containerLast    = 0xED
	countLen         = 4
	indexEntryLen    = 12 // and the name
)

// containerHead is what the first bytes declare.
type containerHead struct {
	index int64 // bytes, with the count
	data  int64 // bytes
}

// readContainerHead reads the header of a container that was packed into at most
// packed bytes, and refuses one that declares more than there can be.
func readContainerHead(r io.Reader, packed int64) (containerHead, error) {
	var b [containerHeadLen]byte
	if n, err := io.ReadFull(r, b[:]); err != nil {
		if n > 0 && b[0] != containerFirst {
			return containerHead{}, noContainer()
		}
		return containerHead{}, containerError(err)
	}
	be := binary.BigEndian
	if b[0] != containerFirst || b[13] != containerLast {
		return containerHead{}, noContainer()
	}
	if version := be.Uint32(b[1:]); version != 0 {
		return containerHead{}, platform.Invalidf("the code package has version %d of its layout; only version 0 is known", version)
	}
	h := containerHead{index: int64(be.Uint32(b[5:])), data: int64(be.Uint32(b[9:]))}
	total := containerHeadLen + h.index + h.data
	switch {
	case total > maxContainer:
		return h, platform.Invalidf("the code package is %d KB long when inflated; at most %d KB are taken", (total+1023)/1024, int64(maxContainer)/1024)
	case h.index > maxDirectory:
		return h, platform.Invalidf("the code package has too many files (an index over %d MiB); send the mini program alone, without sources and build tools", maxDirectory>>20)
	case h.index < countLen:
		return h, platform.Invalidf("the code package has an index of %d bytes, which is too short for one; pack it again", h.index)
	case total > packed*maxInflation:
		return h, platform.Invalidf("the code package declares %d bytes, more than its body can hold; pack it again", total)
	}
	return h, nil
}

func noContainer() error {
	return platform.Invalidf("this is no code package of the uploader: it does not begin with a wxapkg header")
}

// span is where the content of a file is in the data.
type span struct{ offset, size int64 }

// readIndex lists the files. It refuses a count before anything is made for it,
// and files that share bytes, so that the sizes of all are those of the data.
func (c *Container) readIndex(r *bufio.Reader, head containerHead) error {
	var b [8]byte
	if _, err := io.ReadFull(r, b[:countLen]); err != nil {
		return containerError(err)
	}
	count := int64(binary.BigEndian.Uint32(b[:]))
	left := head.index - countLen
	switch most := int64(c.list.limits.maxListed()); {
	case count > most:
		return platform.Invalidf("the code package has %d files; at most %d are read: send the mini program alone, without sources and build tools", count, most)
	case count*indexEntryLen > left:
		return platform.Invalidf("the code package declares %d files, for which its index of %d bytes is too short; pack it again", count, head.index)
	}
	c.list.entries = make([]entry, 0, min(count, 1024))
	spans := make([]span, 0, min(count, 1024))
	for range count {
		name, err := c.readName(r, &left)
		if err != nil {
			return err
		}
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return containerError(err)
		}
		s := span{int64(binary.BigEndian.Uint32(b[:])) - containerHeadLen - head.index, int64(binary.BigEndian.Uint32(b[4:]))}
		if s.offset < 0 || s.size > head.data || s.offset > head.data-s.size {
			return platform.Invalidf("the code package says that %s is outside of its data; pack it again", quotePath(name))
		}
		spans = append(spans, s)
		if err := c.add(name, s); err != nil {
			return err
		}
	}
	if left != 0 {
		return platform.Invalidf("the index of the code package is %d bytes longer than its %d files; pack it again", left, count)
	}
	if err := checkTiling(spans, head.data); err != nil {
		return err
	}
	return c.list.sort()
}

// readName reads a name, with the bytes left in the index for it and what follows.
func (c *Container) readName(r *bufio.Reader, left *int64) (string, error) {
	var b [4]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return "", containerError(err)
	}
	length := int64(binary.BigEndian.Uint32(b[:]))
	if *left -= indexEntryLen + length; *left < 0 {
		return "", platform.Invalidf("the index of the code package ends within an entry; pack it again")
	}
	if most := c.list.limits.MaxPathLen; length > int64(most)+1 {
		return "", platform.Invalidf("the code package has a name of %d bytes; at most %d are allowed", length-1, most)
	}
	name := make([]byte, length)
	if _, err := io.ReadFull(r, name); err != nil {
		return "", containerError(err)
	}
	return string(name), nil
}

// add lists the file of a name, which is a path after one slash.
func (c *Container) add(name string, s span) error {
	if name == "" || name[0] != '/' {
		return platform.Invalidf("the name %s in the code package does not begin with a slash; pack it again", quotePath(name))
	}
	path := name[1:]
	wanted, err := c.list.admit(path)
	if err != nil || !wanted {
		return err
	}
	c.list.entries = append(c.list.entries, entry{
		path: path,
		size: s.size,
		open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.NewSectionReader(c.data, s.offset, s.size)), nil
		},
	})
	return nil
}

// checkTiling wants each byte of the data to be of one file. The order of files
// differs between versions of the uploader, so any is taken.
func checkTiling(spans []span, data int64) error {
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.offset, b.offset), cmp.Compare(a.size, b.size)) // empty ones first
	})
	var end int64
	for _, s := range spans {
		switch {
		case s.offset < end:
			return platform.Invalidf("two files of the code package share bytes; pack it again")
		case s.offset > end:
			return platform.Invalidf("the code package has %d bytes that are of no file; pack it again", s.offset-end)
		}
		end += s.size
	}
	if end != data {
		return platform.Invalidf("the code package has %d bytes that are of no file; pack it again", data-end)
	}
	return nil
}
