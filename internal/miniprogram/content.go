package miniprogram

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"draftbox/internal/platform"
)

// memoryLimit is up to how many bytes a stored form is kept in memory; beyond it
// goes to a file, so that many uploads at once need little memory.
const memoryLimit = 4 << 20

// buffers keeps memory for stored forms of at least pooledFrom bytes: new memory
// costs a page fault every 4 KiB.
var buffers = sync.Pool{New: func() any { b := make([]byte, memoryLimit); return &b }}

const pooledFrom = 256 << 10

// Content is the stored form of a package, in memory or in a temporary file.
// Close releases it; it is not to be read during or after that.
type Content struct {
	size   int64
	mem    []byte  // or temp
	pooled *[]byte // what mem is part of, if it goes back to buffers
	temp   *os.File
	name   string // of the file, if it could not be removed while it is open
}

var _ platform.PackageContent = (*Content)(nil)

func newContent(size int64, tempDir string) (*Content, error) {
	switch {
	case size < pooledFrom:
		return &Content{size: size, mem: make([]byte, size)}, nil
	case size <= memoryLimit:
		buf := buffers.Get().(*[]byte)
		return &Content{size: size, mem: (*buf)[:size], pooled: buf}, nil
	}
	temp, err := os.CreateTemp(tempDir, "draftbox-package-*")
	if err != nil {
		return nil, err
	}
	c := &Content{size: size, temp: temp}
	// Without a name the file is gone even if the process is killed. Windows does
	// not remove an open file, so there Close does it.
	if os.Remove(temp.Name()) != nil {
		c.name = temp.Name()
	}
	return c, nil
}

// Size returns the length in bytes.
func (c *Content) Size() int64 { return c.size }

// ReadAt implements io.ReaderAt. It may be called from several goroutines.
func (c *Content) ReadAt(p []byte, off int64) (int, error) {
	if c.temp != nil {
		return c.temp.ReadAt(p, off)
	}
	return bytes.NewReader(c.mem).ReadAt(p, off)
}

// Close releases the memory or removes the file.
func (c *Content) Close() error {
	c.mem = nil
	if c.pooled != nil {
		buffers.Put(c.pooled)
		c.pooled = nil
	}
	if c.temp == nil {
		return nil
	}
	err := c.temp.Close()
	if c.name != "" {
		err = errors.Join(err, os.Remove(c.name))
	}
	return err
}

func (c *Content) writeAt(p []byte, off int64) error {
	if c.temp == nil {
		copy(c.mem[off:], p)
		return nil
	}
	_, err := c.temp.WriteAt(p, off)
	return err
}

func (c *Content) digest() (string, error) {
	if c.temp == nil {
		sum := sha256.Sum256(c.mem)
		return hex.EncodeToString(sum[:]), nil
	}
	h := sha256.New()
	if _, err := io.CopyBuffer(h, io.NewSectionReader(c.temp, 0, c.size), make([]byte, copyBufferLen)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Open returns the files of a stored form of size bytes.
func Open(stored io.ReaderAt, size int64) (fs.FS, error) {
	files, err := zip.NewReader(stored, size)
	if err != nil {
		return nil, fmt.Errorf("opening a stored package: %w", err)
	}
	return files, nil
}
