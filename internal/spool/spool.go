// Package spool takes in bodies whose length nobody vouches for, so that they can
// be read at any place: small ones in memory, all others in a file.
package spool

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"sync"
)

const (
	// memoryLimit is up to what size a body is kept in memory, in bytes. To write
	// 2 MB to a file and to read them again takes a tenth of an upload.
	memoryLimit = 4 << 20
	// inMemory is how many bodies may be in memory at once.
	inMemory = 4
	// fileBuffer is how much is moved at a time on the way to a file, in bytes.
	fileBuffer = 256 << 10
)

// ErrTooLarge says that a body is longer than it may be.
var ErrTooLarge = errors.New("the body is too large")

// Room is where bodies go. It is safe for concurrent use. Its buffers are used
// again: new ones would cost as much in page faults as they save.
type Room struct {
	dir     string
	free    chan struct{}
	buffers sync.Pool
}

// NewRoom returns a room whose files go to a folder; empty is the system's for
// temporary files.
func NewRoom(dir string) *Room {
	r := &Room{dir: dir, free: make(chan struct{}, inMemory)}
	r.buffers.New = func() any { b := make([]byte, memoryLimit); return &b }
	return r
}

// Body is a body that was received. Close it when done.
type Body struct {
	io.ReaderAt
	// Size is its length in bytes.
	Size int64

	room *Room   // whose buffer it is
	mem  *[]byte // or:
	file *os.File
	name string // of the file, where it could not be removed while it is open
}

// take returns a buffer, or nil when all are in use.
func (r *Room) take() *[]byte {
	select {
	case r.free <- struct{}{}:
		return r.buffers.Get().(*[]byte) //nolint:forcetypeassert // nothing else is put in
	default:
		return nil
	}
}

func (r *Room) give(b *[]byte) {
	r.buffers.Put(b)
	<-r.free
}

// Receive reads a body to its end; one of more than limit bytes is
// [ErrTooLarge]. An error of the source is returned as it is, one of the disk as
// an [*os.PathError].
func (r *Room) Receive(src io.Reader, limit int64) (*Body, error) {
	b := &Body{room: r}
	src = io.LimitReader(src, limit+1)
	var err error
	if b.mem = r.take(); b.mem != nil {
		n, readErr := io.ReadFull(src, *b.mem)
		b.Size = int64(n)
		if readErr == io.EOF || readErr == io.ErrUnexpectedEOF {
			b.ReaderAt = bytes.NewReader((*b.mem)[:n])
			return b.within(limit)
		}
		if err = readErr; err == nil {
			src = io.MultiReader(bytes.NewReader(*b.mem), src)
		}
	}
	if err == nil {
		err = b.toFile(src)
	}
	if err != nil {
		b.Close()
		return nil, err
	}
	return b.within(limit)
}

func (b *Body) within(limit int64) (*Body, error) {
	if b.Size > limit {
		b.Close()
		return nil, ErrTooLarge
	}
	return b, nil
}

// toFile writes the body to a file that has no name any more, so that it is gone
// even if the process is killed. Windows keeps the name until the end.
func (b *Body) toFile(src io.Reader) error {
	file, err := os.CreateTemp(b.room.dir, "draftbox-upload-*")
	if err != nil {
		return err
	}
	b.file, b.ReaderAt = file, file
	if os.Remove(file.Name()) != nil {
		b.name = file.Name()
	}
	w := bufio.NewWriterSize(struct{ io.Writer }{file}, fileBuffer) // without the file's own ReadFrom
	b.Size, err = io.Copy(w, src)
	if b.mem != nil {
		b.room.give(b.mem)
		b.mem = nil
	}
	if err != nil {
		return err
	}
	return w.Flush()
}

// Close gives back what the body takes up. It must not be read any more.
func (b *Body) Close() {
	if b.mem != nil {
		b.room.give(b.mem)
		b.mem = nil
	}
	if b.file == nil {
		return
	}
	// A temporary file: nothing is lost if this fails.
	_ = b.file.Close()
	if b.name != "" {
		_ = os.Remove(b.name)
	}
	b.file = nil
}
