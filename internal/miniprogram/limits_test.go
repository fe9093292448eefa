package miniprogram_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"draftbox/internal/miniprogram"
)

func deflated(tb testing.TB, content string) string {
	tb.Helper()
	var buf bytes.Buffer
	w, err := flate.NewWriter(&buf, flate.BestSpeed)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Write([]byte(content)); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return buf.String()
}

// sized returns a project of a main package and n sub-packages, each of size
// bytes.
func sized(n, size int) project {
	subs := []string{}
	p := project{"a.js": ""}
	for i := range n {
		subs = append(subs, fmt.Sprintf(`{"root":"sub%d"}`, i))
		p[fmt.Sprintf("sub%d/data.bin", i)] = strings.Repeat("x", size)
	}
	p["app.json"] = `{"pages":["a"],"subpackages":[` + strings.Join(subs, ",") + `]}`
	p["data.bin"] = strings.Repeat("x", size-len(p["app.json"]))
	return p
}

func TestSizeLimits(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	limits := miniprogram.DefaultLimits()
	for name, c := range map[string]struct {
		project project
		want    *miniprogram.SizeError // nil: accepted
		text    string
	}{
		"parts of full size": {project: sized(9, 2*mb)},
		"main package": {
			project: sized(0, 2*mb+1),
			want:    &miniprogram.SizeError{Part: miniprogram.MainPart, Size: 2*mb + 1, Limit: 2 * mb},
			text:    "the main package: 2049 KB of at most 2048 KB (1 bytes too many); move pages into sub-packages",
		},
		"sub-package": {
			project: sized(1, 100).with(project{"sub0/more.bin": strings.Repeat("x", 2*mb)}),
			want:    &miniprogram.SizeError{Part: "sub0", Size: 2*mb + 100, Limit: 2 * mb},
			text:    `sub-package "sub0": 2049 KB of at most 2048 KB (100 bytes too many); split it`,
		},
		"whole": {
			project: sized(10, 2*mb),
			want:    &miniprogram.SizeError{Part: miniprogram.WholePart, Size: 22 * mb, Limit: 20 * mb},
			text:    "the whole mini program: 22528 KB of at most 20480 KB",
		},
		"source maps do not count": {
			project: sized(0, 2*mb).with(project{"a.js.map": strings.Repeat("x", 40*mb)}),
		},
		"source maps": {
			project: sized(0, 1000).with(project{"a.js.map": strings.Repeat("x", 20*mb), "b.js.map": strings.Repeat("x", 20*mb+1)}),
			want:    &miniprogram.SizeError{Part: miniprogram.SourceMapsPart, Size: 40*mb + 1, Limit: 40 * mb},
			text:    "source maps (*.js.map) together: 40961 KB of at most 40960 KB (1 bytes too many); build without",
		},
		"other maps count": {
			project: sized(0, 1000).with(project{"a.map": strings.Repeat("x", 2*mb)}),
			want:    &miniprogram.SizeError{Part: miniprogram.MainPart, Size: 2*mb + 1000, Limit: limits.PartSize},
		},
		"the signature does not count": {
			project: sized(0, 2*mb).with(project{"ci.signature": "{}"}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := fromZip(c.project.zip(t, zip.Store), miniprogram.Options{TempDir: t.TempDir()})
			if c.want == nil {
				built(t)(b, err)
				return
			}
			refused(t, b, err, c.text)
			got, ok := errors.AsType[*miniprogram.SizeError](err)
			if !ok || *got != *c.want {
				t.Errorf("error = %#v, want %#v", got, c.want)
			}
		})
	}
}

func TestOtherLimits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limits  miniprogram.Limits
		project project
		want    string // empty: accepted
	}{
		"files, exactly":     {miniprogram.Limits{MaxFiles: 4}, minimal(), ""},
		"files":              {miniprogram.Limits{MaxFiles: 3}, minimal(), "has 4 files; at most 3"},
		"files, listed":      {miniprogram.Limits{MaxFiles: 1}, minimal().with(project{"b": ""}), "more than 4 files and folders"},
		"left-out files":     {miniprogram.Limits{MaxFiles: 4}, minimal().with(project{".a": "", ".b": "", "node_modules/c": ""}), ""},
		"path, exactly":      {miniprogram.Limits{MaxPathLen: 22}, minimal(), ""},
		"path":               {miniprogram.Limits{MaxPathLen: 21}, minimal(), "is 22 bytes long; at most 21"},
		"the others default": {miniprogram.Limits{MaxFiles: 5}, sized(0, 3<<20), "2048 KB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := fromZip(c.project.zip(t, zip.Store), miniprogram.Options{Limits: c.limits})
			if c.want == "" {
				built(t)(b, err)
				return
			}
			refused(t, b, err, c.want)
		})
	}
}

func TestManyFiles(t *testing.T) {
	t.Parallel()
	p := minimal()
	for i := range 10_000 - len(p) {
		p[fmt.Sprintf("data/%d.json", i)] = "{}"
	}
	if got := len(built(t)(miniprogram.FromFS(p.fs(), miniprogram.Options{})).Package.Files); got != 10_000 {
		t.Errorf("files = %d, want 10000", got)
	}
	p["one/more"] = ""
	b, err := miniprogram.FromFS(p.fs(), miniprogram.Options{})
	refused(t, b, err, "has 10001 files; at most 10000")
}

// A bomb is refused by what it declares, or where it declares less than it has,
// at the first byte too many.
func TestBombs(t *testing.T) {
	t.Parallel()
	zeros := deflated(t, strings.Repeat("\x00", 8<<20))
	bomb := func(declared uint64) []byte {
		return zipOf(t,
			member{header: zip.FileHeader{Name: "app.json"}, content: `{"pages":["a"]}`},
			member{header: zip.FileHeader{Name: "a.js"}},
			member{raw: true, content: zeros, header: zip.FileHeader{
				Name: "bomb", Method: zip.Deflate, CompressedSize64: uint64(len(zeros)), UncompressedSize64: declared, CRC32: 1,
			}},
		)
	}
	for name, c := range map[string]struct {
		declared uint64
		want     string
	}{
		"honest":       {8 << 20, "8193 KB of at most 2048 KB"},
		"lying":        {1000, "bomb is damaged"},
		"beyond int64": {1<<64 - 2, "of at most 2048 KB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := fromZip(bomb(c.declared), miniprogram.Options{})
			refused(t, b, err, c.want)
		})
	}

	t.Run("as app.json", func(t *testing.T) {
		t.Parallel()
		b, err := fromZip(zipOf(t, member{raw: true, content: zeros, header: zip.FileHeader{
			Name: "app.json", Method: zip.Deflate, CompressedSize64: uint64(len(zeros)), UncompressedSize64: 8 << 20,
		}}), miniprogram.Options{})
		refused(t, b, err, "app.json is 8388608 bytes long; at most 1048576")
	})

	// Each directory record takes several times its size in memory.
	t.Run("directory", func(t *testing.T) {
		t.Parallel()
		record := make([]byte, 46)
		copy(record, "PK\x01\x02")
		data := bytes.Repeat(record, 200_000)
		end := make([]byte, 22)
		copy(end, "PK\x05\x06")
		binary.LittleEndian.PutUint16(end[8:], 1)
		binary.LittleEndian.PutUint16(end[10:], 1)
		binary.LittleEndian.PutUint32(end[12:], uint32(len(data)))
		b, err := fromZip(append(data, end...), miniprogram.Options{})
		refused(t, b, err, "too many entries")
	})
}
