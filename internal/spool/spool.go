package adminapi

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"sync"
)

// spool is an archive that was received: a small one in memory, if there is room
// among the few that may be there at once, any other in a file that nobody else
// sees.
type spool struct {
	io.ReaderAt
	size int64

	room *room   // whose buffer it is
	mem  *[]byte // or:
	file *os.File
	name string // of the file, where it could not be removed while it is open
}

const (
	// spoolMemory is up to what size an archive is kept in memory, in bytes. To
	// write 2 MB to a file and to read them again takes a tenth of an upload.
	spoolMemory = 4 << 20
	// spoolsInMemory is how many may be in memory at once.
	spoolsInMemory = 4
	// spoolBuffer is how much is moved at a time on the way to a file, in bytes.
	spoolBuffer = 256 << 10
)

// room is where archives in memory go. Its buffers are used again: new ones
// would cost as much in page faults as they save.
type room struct {
	free    chan struct{}
	buffers sync.Pool
}

func newRoom() *room {
	r := &room{free: make(chan struct{}, spoolsInMemory)}
	r.buffers.New = func() any { b := make([]byte, spoolMemory); return &b }
	return r
}

// take returns a buffer, or nil when all are in use.
func (r *room) take() *[]byte {
	select {
	case r.free <- struct{}{}:
		return r.buffers.Get().(*[]byte)
	default:
		return nil
	}
}

func (r *room) give(b *[]byte) {
	r.buffers.Put(b)
	<-r.free
}

// receive reads an archive to its end; one over packageLimit is
// errPackageTooLarge.
func (r *room) receive(src io.Reader, tempDir string) (*spool, error) {
	s := &spool{room: r}
	var err error
	if s.mem = r.take(); s.mem != nil {
		n, readErr := io.ReadFull(src, *s.mem)
		s.size = int64(n)
		if readErr == io.EOF || readErr == io.ErrUnexpectedEOF { //nolint:errorlint // the documented ends
			s.ReaderAt = bytes.NewReader((*s.mem)[:n])
			return s, nil
		}
		if err = readErr; err == nil {
			src = io.MultiReader(bytes.NewReader(*s.mem), src)
		}
	}
	if err == nil {
		err = s.toFile(src, tempDir)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// toFile writes the archive to a file that has no name any more, so that it is
// gone even if the process is killed. Windows keeps the name until the end.
func (s *spool) toFile(src io.Reader, tempDir string) error {
	file, err := os.CreateTemp(tempDir, "draftbox-upload-*")
	if err != nil {
		return err
	}
	s.file, s.ReaderAt = file, file
	if os.Remove(file.Name()) != nil {
		s.name = file.Name()
	}
	w := bufio.NewWriterSize(struct{ io.Writer }{file}, spoolBuffer) // without the file's own ReadFrom
	s.size, err = io.Copy(w, io.LimitReader(src, packageLimit+1))
	if s.mem != nil {
		s.room.give(s.mem)
		s.mem = nil
	}
	if err == nil {
		err = w.Flush()
	}
	if err == nil && s.size > packageLimit {
		return errPackageTooLarge
	}
	return err
}

// close gives back what the archive takes up.
func (s *spool) close() {
	if s.mem != nil {
		s.room.give(s.mem)
		s.mem = nil
	}
	if s.file != nil {
		// A temporary file: nothing is lost if this fails.
		_ = s.file.Close()
		if s.name != "" {
			_ = os.Remove(s.name) //nolint:gosec // the name is ours
		}
	}
}
