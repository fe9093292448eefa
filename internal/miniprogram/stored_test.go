package miniprogram_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"draftbox/internal/miniprogram"

	"github.com/google/go-cmp/cmp"
)

// large returns a project of about 20 MB, whose stored form goes to a file.
func large() project {
	p := sized(9, 2<<20-100_000)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 10 {
		folder := fmt.Sprintf("sub%d/", i)
		if i == 9 {
			folder = ""
		}
		for n, size := range []int{0, 1, 1000, 50_000} {
			content := make([]byte, size)
			for k := range content {
				content[k] = byte(r.Uint32())
			}
			p[fmt.Sprintf("%s%d.dat", folder, n)] = string(content)
		}
	}
	// Around the size of the buffer that contents pass through on their way to a
	// file: 128 KiB less a header of 30 bytes and the path.
	for n, off := range []int{-1, 0, 1} {
		p[fmt.Sprintf("%d.js.map", n)] = strings.Repeat("m", 128<<10-30-len("0.js.map")+off)
	}
	return p
}

func TestStoredForm(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]project{
		"in memory": minimal().with(project{"图片/a.png": "1", "empty": ""}),
		"in a file": large(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := built(t)(fromZip(p.zip(t, zip.Store), miniprogram.Options{TempDir: t.TempDir()}))
			stored, err := io.ReadAll(io.NewSectionReader(b.Content, 0, b.Content.Size()+1))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := int64(len(stored)), b.Package.StoredSize; got != want {
				t.Errorf("length = %d, want %d", got, want)
			}
			sum := sha256.Sum256(stored)
			if got, want := hex.EncodeToString(sum[:]), b.Package.Digest; got != want {
				t.Errorf("digest of what is stored = %s, want %s", got, want)
			}

			z, err := zip.NewReader(bytes.NewReader(stored), int64(len(stored)))
			if err != nil {
				t.Fatal(err)
			}
			paths := []string{}
			for _, f := range z.File {
				paths = append(paths, f.Name)
				if f.Method != zip.Store || len(f.Extra) > 0 || f.Comment != "" || f.Mode() != 0o644 || f.Flags&8 != 0 {
					t.Errorf("%s: header = %+v", f.Name, f.FileHeader)
				}
				r, err := f.Open()
				if err != nil {
					t.Fatal(err)
				}
				content, err := io.ReadAll(r) // checks the checksum, too
				if err != nil || string(content) != p[f.Name] {
					t.Errorf("%s: content differs, error %v", f.Name, err)
				}
			}
			if diff := cmp.Diff(p.paths(), paths); diff != "" {
				t.Errorf("entries (-want +got):\n%s", diff)
			}

			again := built(t)(miniprogram.FromZip(b.Content, b.Content.Size(), miniprogram.Options{TempDir: t.TempDir()}))
			if diff := cmp.Diff(b.Package, again.Package); diff != "" {
				t.Errorf("package of the stored form (-want +got):\n%s", diff)
			}
		})
	}
}

// Digests are keys of what users have stored: they never change.
func TestDigestIsForEver(t *testing.T) {
	t.Parallel()
	p := minimal().with(project{"图片/标志.svg": "<svg/>"})
	b := built(t)(miniprogram.FromFS(p.fs(), miniprogram.Options{}))
	const want = "9684ee87b11a9b9ea507af62718857c2b0b7b2920aac34ca4d1dc56cb50f7d42"
	if b.Package.Digest != want {
		t.Errorf("digest = %s, want %s", b.Package.Digest, want)
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	b := built(t)(miniprogram.FromFS(minimal().fs(), miniprogram.Options{}))
	files, err := miniprogram.Open(b.Content, b.Content.Size())
	if err != nil {
		t.Fatal(err)
	}
	got, err := fs.ReadFile(files, "pages/index/index.wxml")
	if err != nil || string(got) != "<view>你好</view>" {
		t.Errorf("content = %q, error %v", got, err)
	}
	if _, err := miniprogram.Open(b.Content, b.Content.Size()-1); err == nil {
		t.Error("a stored form that is cut off was opened")
	}
}

func TestTempFiles(t *testing.T) {
	t.Parallel()
	zipped := large().zip(t, zip.Store)
	broken := slices.Clone(zipped)
	broken[bytes.Index(broken, []byte("xxxxxxxxxx"))]++

	dir := t.TempDir()
	b, err := fromZip(zipped, miniprogram.Options{TempDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Content.Close(); err != nil {
		t.Error(err)
	}
	if _, err := b.Content.ReadAt(make([]byte, 1), 0); err == nil {
		t.Error("the content is readable after Close")
	}
	b, err = fromZip(broken, miniprogram.Options{TempDir: dir})
	refused(t, b, err, "is damaged")
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, error %v", left, err)
	}

	missing := miniprogram.Options{TempDir: filepath.Join(dir, "missing")}
	if _, err := fromZip(zipped, missing); !os.IsNotExist(err) {
		t.Errorf("error without a folder for the file = %v", err)
	}
	built(t)(fromZip(minimal().zip(t, zip.Store), missing)) // needs no file
}

func TestMemoryStaysFlat(t *testing.T) { //nolint:paralleltest // it counts what all goroutines allocate
	opts := miniprogram.Options{TempDir: t.TempDir()}
	p := large()
	for name, method := range map[string]uint16{"stored": zip.Store, "deflated": zip.Deflate} {
		zipped := p.zip(t, method)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		const uploads = 8
		var wg sync.WaitGroup
		for range uploads {
			wg.Go(func() {
				b, err := fromZip(zipped, opts)
				if err != nil {
					t.Error(err)
					return
				}
				if err := b.Content.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		runtime.ReadMemStats(&after)
		if each := (after.TotalAlloc - before.TotalAlloc) / uploads; each > 1<<20 {
			t.Errorf("%s: an upload of %d MB allocates %d KB, want less than 1 MB", name, len(zipped)>>20, each>>10)
		}
	}
}
