package wxopen

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"
)

// uploadMemory is up to what size a body is kept in memory, in bytes: most
// packages, whose main part may have 2 MiB, are smaller.
const uploadMemory = 4 << 20

// uploadBody is the body of an upload, which is made before it is sent: the
// service wants to know its length.
type uploadBody struct {
	size int64
	mem  []byte   // or, beyond uploadMemory,
	file *os.File // all of it
	name string   // of the file, where it could not be removed while it is open
	dir  string
}

// pack makes the body of the files and the signature. Close it when done.
func pack(ctx context.Context, code fs.FS, files []codeFile, signature []byte, dir string) (*uploadBody, error) {
	b := &uploadBody{dir: dir}
	z := gzip.NewWriter(b)
	err := writeContainer(ctx, z, code, files, signature)
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// Write implements io.Writer.
func (b *uploadBody) Write(p []byte) (int, error) {
	if b.file == nil {
		if len(b.mem)+len(p) <= uploadMemory {
			b.mem = append(b.mem, p...)
			b.size += int64(len(p))
			return len(p), nil
		}
		if err := b.toFile(); err != nil {
			return 0, err
		}
	}
	n, err := b.file.Write(p)
	b.size += int64(n)
	return n, err
}

// toFile moves the body to a file that has no name any more, so that it is gone
// even if the process is killed. Windows keeps the name until the end.
func (b *uploadBody) toFile() error {
	file, err := os.CreateTemp(b.dir, "wxopen-upload-*")
	if err != nil {
		return err
	}
	b.file = file
	if os.Remove(file.Name()) != nil {
		b.name = file.Name()
	}
	_, err = file.Write(b.mem)
	b.mem = nil
	return err
}

// reader returns a reader of the whole body. Several may read at a time.
func (b *uploadBody) reader() io.Reader {
	if b.file == nil {
		return bytes.NewReader(b.mem)
	}
	return io.NewSectionReader(b.file, 0, b.size)
}

// Close removes the file. What still reads it fails.
func (b *uploadBody) Close() {
	if b.file == nil {
		return
	}
	// A temporary file: nothing is lost if this fails.
	_ = b.file.Close()
	if b.name != "" {
		_ = os.Remove(b.name)
	}
}

var errSendingEnded = errors.New("the call is over")

// length returns how many bytes it has.
func (b *uploadBody) length() int64 { return b.size }

// sendable is a body that can be sent several times, each time all of it.
type sendable interface {
	reader() io.Reader
	length() int64
}

// sending tells how much of a body was sent. net/http may read on after it has
// given up; after end nothing more is read or told.
type sending struct {
	body   sendable
	report func(sent, total int64)
	mu     sync.Mutex
	ended  bool
}

// open returns the body from its beginning, for net/http's GetBody.
func (s *sending) open() (io.ReadCloser, error) {
	return io.NopCloser(&sentReader{sending: s, r: s.body.reader()}), nil
}

func (s *sending) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
}

type sentReader struct {
	sending *sending
	r       io.Reader
	sent    int64
}

// Read implements io.Reader.
func (r *sentReader) Read(p []byte) (int, error) {
	s := r.sending
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return 0, errSendingEnded
	}
	n, err := r.r.Read(p)
	r.sent += int64(n)
	if s.report != nil && n > 0 {
		s.report(r.sent, s.body.length())
	}
	return n, err
}
