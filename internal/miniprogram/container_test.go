package miniprogram_test

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"draftbox/examples"
	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"

	"github.com/google/go-cmp/cmp"
)

// vector is the container of three files that miniprogram-ci's own packer makes.
const vector = "be00000000000000450000001bed00000003000000092f6170702e6a736f6e0000005300000011000000072f702f702e6a7300000064000000080000000d" +
	"2f63692e7369676e61747572650000006c000000027b227061676573223a5b22702f70225d7d50616765287b7d297b7d"

func TestContainerVector(t *testing.T) {
	t.Parallel()
	data, err := hex.DecodeString(vector)
	if err != nil || len(data) != 110 {
		t.Fatalf("%d bytes, %v", len(data), err)
	}
	files := project{"app.json": `{"pages":["p/p"]}`, "p/p.js": "Page({})"}
	mine := files.with(project{"ci.signature": "{}"}).box()
	mine.files[1], mine.files[2] = mine.files[2], mine.files[1] // the signature last
	if !bytes.Equal(mine.bytes(), data) {
		t.Errorf("the tests pack it differently: %x", mine.bytes())
	}
	c := opened(t, gzipped(t, gzip.DefaultCompression, data), miniprogram.Options{})
	if _, err := c.Signature(); !errors.Is(err, miniprogram.ErrNoSignature) {
		t.Errorf("signature of {}: %v", err)
	}
	got := built(t)(c.Build(miniprogram.Options{}))
	want := built(t)(miniprogram.FromFS(files.fs(), miniprogram.Options{}))
	if diff := cmp.Diff(want.Package, got.Package); diff != "" {
		t.Errorf("package (-folder +container):\n%s", diff)
	}
}

// Equal code is one package, whichever way it came.
func TestContainerIsThePackageOfTheFolder(t *testing.T) {
	t.Parallel()
	sample := project{}
	err := fs.WalkDir(examples.MiniProgram(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(examples.MiniProgram(), path)
		sample[path] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]project{
		"minimal":            minimal(),
		"sample":             sample,
		"empty files":        minimal().with(project{"a": "", "b": "", "z/z": ""}),
		"project config":     minimal().with(project{"project.config.json": `{"miniprogramRoot":"","__compileDebugInfo__":{"useSummer":true}}`}),
		"miniprogramRoot":    minimal().under("mini").with(project{"project.config.json": `{"miniprogramRoot":"mini/"}`, "README.md": "#"}),
		"left-out files":     minimal().with(project{".git/config": "x", "node_modules/a/b.js": "y", "project.private.config.json": "{}"}),
		"source maps":        minimal().with(project{"app.js.map": strings.Repeat("m", 3<<20)}),
		"ext.json":           minimal().with(project{"ext.json": `{"extEnable":true,"extAppid":"wx00000000000000a1"}`}),
		"sub-packages":       sized(3, 1<<20),
		"larger than memory": large(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			opts := miniprogram.Options{TempDir: dir}
			reversed := p.box()
			for i, j := 0, len(reversed.files)-1; i < j; i, j = i+1, j-1 {
				reversed.files[i], reversed.files[j] = reversed.files[j], reversed.files[i]
			}
			want, err := miniprogram.FromFS(p.fs(), opts)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range []boxed{p.box(), reversed} {
				c, err := openContainer(b.body(t), opts)
				if err != nil {
					t.Fatal(err)
				}
				if s, err := c.Signature(); err != nil || s != (miniprogram.UploadSignature{Signature: "c2lnbmVk", Version: "2.1.42"}) {
					t.Errorf("signature = %+v, %v", s, err)
				}
				// Twice, since building changes nothing of the container.
				for range 2 {
					got, err := c.Build(opts)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(want.Package, got.Package); diff != "" {
						t.Errorf("package (-folder +container):\n%s", diff)
					}
					_ = got.Content.Close()
				}
				_ = c.Close()
			}
			_ = want.Content.Close()
			nothingLeft(t, dir)
		})
	}
}

func TestContainerStages(t *testing.T) {
	t.Parallel()
	c := opened(t, minimal().box().body(t), miniprogram.Options{})
	var staged int64
	b := built(t)(c.Build(miniprogram.Options{Stage: func(_ platform.PackageContent, size int64) error {
		staged = size
		return nil
	}}))
	if staged != b.Package.StoredSize {
		t.Errorf("staged %d bytes of %d", staged, b.Package.StoredSize)
	}
}

func TestContainerLimits(t *testing.T) {
	t.Parallel()
	c := opened(t, sized(1, 2<<20+1).box().body(t), miniprogram.Options{TempDir: t.TempDir()})
	b, err := c.Build(miniprogram.Options{TempDir: t.TempDir()})
	refused(t, b, err, "the main package: 2049 KB of at most 2048 KB")
	want := &miniprogram.SizeError{Part: miniprogram.MainPart, Size: 2<<20 + 1, Limit: 2 << 20}
	if got, ok := errors.AsType[*miniprogram.SizeError](err); !ok || *got != *want {
		t.Errorf("error = %#v, want %#v", err, want)
	}
	_, err = openContainer(minimal().box().body(t), miniprogram.Options{Limits: miniprogram.Limits{MaxFiles: 1}})
	refused(t, nil, err, "has 5 files; at most 4 are read")
	_, err = openContainer(minimal().box().body(t), miniprogram.Options{Limits: miniprogram.Limits{MaxPathLen: 21}})
	refused(t, nil, err, "a name of 22 bytes; at most 21")
}

var errDisk = errors.New("the disk is gone")

type brokenAt struct {
	data []byte
	at   int64
}

func (b brokenAt) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > b.at {
		n := 0
		if off < b.at {
			n = copy(p, b.data[off:b.at])
		}
		return n, errDisk
	}
	return copy(p, b.data[off:]), nil
}

// A failing disk is no fault of the sender's.
func TestContainerFromABrokenDisk(t *testing.T) {
	t.Parallel()
	body := minimal().box().body(t)
	for at := range body {
		_, err := miniprogram.OpenContainer(brokenAt{body, int64(at)}, int64(len(body)), miniprogram.Options{})
		if !errors.Is(err, errDisk) || errors.Is(err, platform.ErrInvalid) {
			t.Errorf("broken at %d: %v", at, err)
		}
	}
	big := gzipped(t, gzip.NoCompression, large().box().bytes())
	_, err := openContainer(big, miniprogram.Options{TempDir: filepath.Join(t.TempDir(), "missing")})
	if err == nil || errors.Is(err, platform.ErrInvalid) {
		t.Errorf("no folder for temporary files: %v", err)
	}
}

// A body that is cut off anywhere is refused and leaves nothing behind.
func TestContainerCutAnywhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	body := minimal().box().body(t)
	for length := range body {
		_, err := openContainer(body[:length], miniprogram.Options{TempDir: dir})
		refused(t, nil, err, "the code package")
	}
	// And in the container itself, below an intact gzip.
	data := minimal().box().bytes()
	for length := range data {
		_, err := openContainer(gzipped(t, gzip.NoCompression, data[:length]), miniprogram.Options{TempDir: dir})
		refused(t, nil, err, "the code package is cut off")
	}
	// One that goes to a file, in few places since each takes its time.
	big := gzipped(t, gzip.BestSpeed, sized(3, 2<<20).box().bytes())
	for part := range 7 {
		_, err := openContainer(big[:len(big)*part/7], miniprogram.Options{TempDir: dir})
		refused(t, nil, err, "the code package")
	}
	for _, cut := range []int{1, 7, 8, 9} { // around checksum and length
		_, err := openContainer(big[:len(big)-cut], miniprogram.Options{TempDir: dir})
		refused(t, nil, err, "the code package")
	}
	nothingLeft(t, dir)
}

// Any one bit that is wrong in the body makes it another body or none.
func TestContainerDamaged(t *testing.T) {
	t.Parallel()
	body := gzipped(t, gzip.BestSpeed, minimal().box().bytes())
	for i := 10; i < len(body); i++ { // the header of gzip has parts that say nothing
		damaged := bytes.Clone(body)
		damaged[i] ^= 1 << (i % 8)
		_, err := openContainer(damaged, miniprogram.Options{})
		if err == nil || !errors.Is(err, platform.ErrInvalid) {
			t.Errorf("byte %d: %v", i, err)
		}
	}
}
