package miniprogram

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"draftbox/internal/platform"
)

// The stored form is a zip archive with nothing in it that varies: entries in
// path order, uncompressed, the DOS epoch as time, no extra fields, no comments.
// It is written here and not by archive/zip for two reasons: sizes are known
// beforehand, so each content can go straight to its place and its checksum
// into the header before it, without the data descriptors that some readers
// reject with uncompressed entries; and no change of a library moves a digest.
const (
	localHeaderLen   = 30
	centralHeaderLen = 46
	directoryEndLen  = 22

	readerVersion = 20              // PKZIP 2.0, which all tools read
	madeBy        = 3<<8 | 20       // Unix, so that the mode counts
	fileMode      = 0o100644        // a regular file, rw-r--r--
	utf8Names     = 1 << 11         // flag: the name is UTF-8
	dosEpoch      = 0<<9 | 1<<5 | 1 // 1980-01-01, the least that the form can say
)

// copyBufferLen is the length of what contents pass through on their way to a
// file.
const copyBufferLen = 128 << 10

// store writes the stored form of the files and returns it with its digest.
func store(files []file, opts Options) (*Content, string, error) {
	body, directory := int64(0), int64(0)
	for _, f := range files {
		body += localHeaderLen + int64(len(f.path)) + f.entry.size
		directory += centralHeaderLen + int64(len(f.path))
	}
	size := body + directory + directoryEndLen
	if len(files) > math.MaxUint16-1 || size > math.MaxUint32-1 {
		return nil, "", fmt.Errorf("a package of %d files and %d bytes is beyond what a plain zip holds; lower the limits", len(files), size)
	}
	c, err := newContent(size, opts.TempDir)
	if err != nil {
		return nil, "", err
	}
	var digest string
	if err = c.fill(files, directory); err == nil {
		digest, err = c.finish(opts.Stage)
	}
	if err != nil {
		_ = c.Close() // the error that led here is the one to tell
		return nil, "", err
	}
	return c, digest, nil
}

// finish computes the digest of the whole content, and calls stage meanwhile if
// there is one.
func (c *Content) finish(stage func(platform.PackageContent, int64) error) (digest string, err error) {
	if stage == nil {
		return c.digest()
	}
	digested := make(chan error, 1)
	go func() {
		var err error
		digest, err = c.digest()
		digested <- err
	}()
	err = stage(c, c.size)
	return digest, errors.Join(<-digested, err)
}

func (c *Content) fill(files []file, directorySize int64) error {
	var buf []byte
	if c.temp != nil {
		buf = make([]byte, copyBufferLen)
	}
	directory := make([]byte, 0, directorySize+directoryEndLen)
	var off int64
	for _, f := range files {
		crc, err := c.putFile(f, off, buf)
		if err != nil {
			return err
		}
		directory = appendCentralHeader(directory, f, crc, off)
		off += localHeaderLen + int64(len(f.path)) + f.entry.size
	}
	directory = appendDirectoryEnd(directory, len(files), off)
	return c.writeAt(directory, off)
}

// putFile writes the local header and the content of a file from off on.
func (c *Content) putFile(f file, off int64, buf []byte) (crc uint32, err error) {
	src, err := f.entry.content()
	if err != nil {
		return 0, err
	}
	defer src.close()

	head := int64(localHeaderLen + len(f.path))
	if c.temp == nil {
		place := c.mem[off:][:head+f.entry.size]
		if _, err := io.ReadFull(src, place[head:]); err != nil {
			return 0, err
		}
		if crc, err = src.finish(); err != nil {
			return 0, err
		}
		putLocalHeader(place, f, crc)
		return crc, nil
	}

	// The first chunk keeps room for the header, which needs the checksum: most
	// files are one chunk, so that one write does.
	n := min(f.entry.size, int64(len(buf))-head)
	if _, err := io.ReadFull(src, buf[head:head+n]); err != nil {
		return 0, err
	}
	if n < f.entry.size {
		if err := c.writeAt(buf[head:head+n], off+head); err != nil {
			return 0, err
		}
		for at := n; at < f.entry.size; {
			chunk := buf[:min(f.entry.size-at, int64(len(buf)))]
			if _, err := io.ReadFull(src, chunk); err != nil {
				return 0, err
			}
			if err := c.writeAt(chunk, off+head+at); err != nil {
				return 0, err
			}
			at += int64(len(chunk))
		}
		n = 0 // what is left to write is the header
	}
	if crc, err = src.finish(); err != nil {
		return 0, err
	}
	putLocalHeader(buf, f, crc)
	return crc, c.writeAt(buf[:head+n], off)
}

// putLocalHeader writes the header into the room kept for it at the start of b.
func putLocalHeader(b []byte, f file, crc uint32) {
	head := b[:0]
	head = append(head, 'P', 'K', 3, 4)
	head = appendShared(head, f, crc)
	copy(b[len(head):], f.path)
}

func appendCentralHeader(b []byte, f file, crc uint32, off int64) []byte {
	le := binary.LittleEndian
	b = append(b, 'P', 'K', 1, 2)
	b = le.AppendUint16(b, madeBy)
	b = appendShared(b, f, crc)
	b = append(b, 0, 0, 0, 0, 0, 0) // comment length, disk, internal attributes
	b = le.AppendUint32(b, fileMode<<16)
	b = le.AppendUint32(b, uint32(off))
	return append(b, f.path...)
}

// appendShared appends what both headers of a file have in common.
func appendShared(b []byte, f file, crc uint32) []byte {
	le := binary.LittleEndian
	flags := uint16(0)
	for i := range len(f.path) {
		if f.path[i] >= 0x80 {
			flags = utf8Names
			break
		}
	}
	b = le.AppendUint16(b, readerVersion)
	b = le.AppendUint16(b, flags)
	b = le.AppendUint16(b, zip.Store)
	b = le.AppendUint16(b, 0) // midnight
	b = le.AppendUint16(b, dosEpoch)
	b = le.AppendUint32(b, crc)
	b = le.AppendUint32(b, uint32(f.entry.size))
	b = le.AppendUint32(b, uint32(f.entry.size))
	b = le.AppendUint16(b, uint16(len(f.path)))
	return append(b, 0, 0) // extra field length
}

func appendDirectoryEnd(b []byte, files int, off int64) []byte {
	le := binary.LittleEndian
	size := len(b)
	b = append(b, 'P', 'K', 5, 6, 0, 0, 0, 0)
	b = le.AppendUint16(b, uint16(files))
	b = le.AppendUint16(b, uint16(files))
	b = le.AppendUint32(b, uint32(size))
	b = le.AppendUint32(b, uint32(off))
	return append(b, 0, 0) // comment length
}
