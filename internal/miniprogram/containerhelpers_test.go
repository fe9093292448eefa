package miniprogram_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"draftbox/internal/miniprogram"
)

// boxed is a container in parts, to be written true or not. A nil number stands
// for the right one.
type boxed struct {
	first, last byte // 0 for BE and ED
	version     uint32
	index, data *uint32
	count       *uint32
	files       []boxedFile
	afterIndex  string // between index and data; counted in neither
	after       string // behind the data
}

type boxedFile struct {
	name       string
	content    string
	nameLen    *uint32
	offset     *uint32
	size       *uint32
	shift      int    // of the right offset
	afterwards string // bytes of the data that are of no file
}

func (b boxed) bytes() []byte {
	or := func(given *uint32, right int) uint32 {
		if given != nil {
			return *given
		}
		return uint32(right)
	}
	byteOr := func(given, right byte) byte {
		if given != 0 {
			return given
		}
		return right
	}
	index, data := 4, 0
	for _, f := range b.files {
		index += 12 + len(f.name)
		data += len(f.content) + len(f.afterwards)
	}
	be := binary.BigEndian
	out := []byte{byteOr(b.first, 0xBE)}
	out = be.AppendUint32(out, b.version)
	out = be.AppendUint32(out, or(b.index, index))
	out = be.AppendUint32(out, or(b.data, data))
	out = append(out, byteOr(b.last, 0xED))
	out = be.AppendUint32(out, or(b.count, len(b.files)))
	at := 14 + index
	for _, f := range b.files {
		out = be.AppendUint32(out, or(f.nameLen, len(f.name)))
		out = append(out, f.name...)
		out = be.AppendUint32(out, or(f.offset, at+f.shift))
		out = be.AppendUint32(out, or(f.size, len(f.content)))
		at += len(f.content) + len(f.afterwards)
	}
	out = append(out, b.afterIndex...)
	for _, f := range b.files {
		out = append(out, f.content+f.afterwards...)
	}
	return append(out, b.after...)
}

// box returns the files in path order, with a signature at the end.
func (p project) box() boxed {
	var b boxed
	for _, path := range p.paths() {
		b.files = append(b.files, boxedFile{name: "/" + path, content: p[path]})
	}
	if _, there := p["ci.signature"]; !there {
		b.files = append(b.files, boxedFile{name: "/ci.signature", content: goodSignature})
	}
	return b
}

const goodSignature = `{"signature":"c2lnbmVk","version":"2.1.42"}`

func gzipped(tb testing.TB, level int, data []byte) []byte {
	tb.Helper()
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, level)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

func (b boxed) body(tb testing.TB) []byte {
	tb.Helper()
	return gzipped(tb, gzip.BestSpeed, b.bytes())
}

// storedGzip is a gzip member without compression, which is quick to make.
func storedGzip(data []byte) []byte {
	le := binary.LittleEndian
	out := []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03")
	for rest := data; ; {
		n := min(len(rest), math.MaxUint16)
		final := byte(0)
		if n == len(rest) {
			final = 1
		}
		out = append(out, final)
		out = le.AppendUint16(out, uint16(n))
		out = le.AppendUint16(out, ^uint16(n))
		out = append(out, rest[:n]...)
		if rest = rest[n:]; final == 1 {
			break
		}
	}
	out = le.AppendUint32(out, crc32.ChecksumIEEE(data))
	return le.AppendUint32(out, uint32(len(data)))
}

func openContainer(body []byte, opts miniprogram.Options) (*miniprogram.Container, error) {
	return miniprogram.OpenContainer(bytes.NewReader(body), int64(len(body)), opts)
}

func opened(tb testing.TB, body []byte, opts miniprogram.Options) *miniprogram.Container {
	tb.Helper()
	c, err := openContainer(body, opts)
	if err != nil {
		tb.Fatalf("opening the container: %v", err)
	}
	tb.Cleanup(func() {
		if err := c.Close(); err != nil {
			tb.Errorf("closing the container: %v", err)
		}
	})
	return c
}

// nothingLeft fails the test if a temporary file in the folder is still there or,
// without a name, still open.
func nothingLeft(tb testing.TB, dir string) {
	tb.Helper()
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) > 0 {
		tb.Errorf("left behind: %v %v", left, err)
	}
	if runtime.GOOS != "linux" {
		return
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		tb.Fatal(err)
	}
	for _, fd := range open {
		if name, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && strings.HasPrefix(name, dir+"/") {
			tb.Errorf("still open: %s", name)
		}
	}
}
