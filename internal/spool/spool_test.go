package spool_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"draftbox/internal/spool"
)

func read(t *testing.T, b *spool.Body) []byte {
	t.Helper()
	out, err := io.ReadAll(io.NewSectionReader(b, 0, b.Size))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func empty(t *testing.T, dir string) {
	t.Helper()
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestReceive(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 4<<20 - 1, 4 << 20, 4<<20 + 1, 9 << 20} {
		dir := t.TempDir()
		room := spool.NewRoom(dir)
		want := bytes.Repeat([]byte("draftbox"), size/8+1)[:size]
		b, err := room.Receive(bytes.NewReader(want), 16<<20)
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if !bytes.Equal(read(t, b), want) {
			t.Errorf("%d bytes came back changed", size)
		}
		b.Close()
		b.Close()
		empty(t, dir)
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	for _, limit := range []int64{10, 4 << 20, 5 << 20} {
		dir := t.TempDir()
		room := spool.NewRoom(dir)
		if _, err := room.Receive(bytes.NewReader(make([]byte, limit+1)), limit); !errors.Is(err, spool.ErrTooLarge) {
			t.Errorf("limit %d: %v", limit, err)
		}
		if b, err := room.Receive(bytes.NewReader(make([]byte, limit)), limit); err != nil {
			t.Errorf("limit %d, just that: %v", limit, err)
		} else {
			b.Close()
		}
		empty(t, dir)
	}
}

// TestMoreThanMemory has more bodies at once than memory takes.
func TestMoreThanMemory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	room := spool.NewRoom(dir)
	var bodies []*spool.Body
	for i := range 12 {
		b, err := room.Receive(bytes.NewReader(bytes.Repeat([]byte{byte(i)}, 1000)), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, b)
	}
	for i, b := range bodies {
		if got := read(t, b); len(got) != 1000 || got[0] != byte(i) || got[999] != byte(i) {
			t.Errorf("body %d is another's", i)
		}
		b.Close()
	}
	empty(t, dir)
}

var errCut = errors.New("cut off")

type cut struct{ left int }

func (c *cut) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, errCut
	}
	n := min(len(p), c.left)
	c.left -= n
	return n, nil
}

func TestCutOff(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 4 << 20, 5 << 20} {
		dir := t.TempDir()
		room := spool.NewRoom(dir)
		for range 6 { // more than there are buffers: each comes back
			if _, err := room.Receive(&cut{size}, 16<<20); !errors.Is(err, errCut) {
				t.Errorf("cut after %d: %v", size, err)
			}
		}
		empty(t, dir)
	}
}

func TestNoFolder(t *testing.T) {
	t.Parallel()
	room := spool.NewRoom(filepath.Join(t.TempDir(), "missing"))
	_, err := room.Receive(bytes.NewReader(make([]byte, 5<<20)), 16<<20)
	if _, disk := errors.AsType[*os.PathError](err); !disk {
		t.Errorf("without a folder: %v", err)
	}
}
