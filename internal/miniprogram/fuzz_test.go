package miniprogram_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math"
	"path"
	"strings"
	"testing"

	"draftbox/examples"
	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"

	"github.com/google/go-cmp/cmp"
)

var fuzzLimits = miniprogram.Limits{PartSize: 4 << 10, TotalSize: 8 << 10, SourceMapSize: 4 << 10, MaxFiles: 50, MaxPathLen: 64}

// checkAccepted holds an accepted package against the limits and reads it again
// from its stored form.
func checkAccepted(t *testing.T, b *miniprogram.Built, limits miniprogram.Limits) {
	t.Helper()
	pkg := b.Package
	if pkg.Size > limits.TotalSize || pkg.MainSize > limits.PartSize || len(pkg.Files) > limits.MaxFiles {
		t.Errorf("over the limits: %d bytes, %d of them in the main package, %d files", pkg.Size, pkg.MainSize, len(pkg.Files))
	}
	sum := pkg.MainSize
	for _, sub := range pkg.Subpackages {
		sum += sub.Size
		if sub.Size > limits.PartSize || strings.Trim(sub.Root, "/") != sub.Root {
			t.Errorf("sub-package %q of %d bytes", sub.Root, sub.Size)
		}
	}
	if sum != pkg.Size {
		t.Errorf("the parts are %d bytes, the whole is %d", sum, pkg.Size)
	}
	if len(pkg.Pages) == 0 {
		t.Error("no pages")
	}
	last := ""
	for _, f := range pkg.Files {
		if f.Path <= last || !fs.ValidPath(f.Path) || path.IsAbs(f.Path) || len(f.Path) > limits.MaxPathLen {
			t.Errorf("path %q after %q", f.Path, last)
		}
		last = f.Path
	}
	again, err := miniprogram.FromZip(b.Content, pkg.StoredSize, miniprogram.Options{Limits: limits})
	if err != nil {
		t.Fatalf("the stored form is refused: %v", err)
	}
	defer again.Content.Close()
	// The appid may have come from outside of the package.
	again.Package.ProjectAppid = pkg.ProjectAppid
	if diff := cmp.Diff(pkg, again.Package); diff != "" {
		t.Errorf("package of the stored form (-want +got):\n%s", diff)
	}
}

func checkRefused(t *testing.T, err error) {
	t.Helper()
	if _, ok := errors.AsType[*platform.Problem](err); !ok || !errors.Is(err, platform.ErrInvalid) {
		t.Errorf("error = %v, want one of kind ErrInvalid", err)
	}
}

func FuzzFromZip(f *testing.F) {
	f.Add(minimal().zip(f, zip.Store))
	f.Add(minimal().zip(f, zip.Deflate))
	f.Add(minimal().under("shop").with(project{"__MACOSX/._x": ""}).zip(f, zip.Store))
	f.Add(minimal().under("m").with(project{"project.config.json": `{"miniprogramRoot":"m","appid":"wx00000000000000d1"}`}).zip(f, zip.Store))
	f.Add(zipOf(f, member{header: zip.FileHeader{Name: "app.json", Extra: []byte{1, 0, 0, 0}}, content: `{"pages":["a"]}`},
		member{header: zip.FileHeader{Name: "a.ts"}}, member{header: zip.FileHeader{Name: "b/"}}))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, data []byte) {
		checkZip(t, data)
		checkZip(t, rezipped(t, data))
	})
}

func checkZip(t *testing.T, data []byte) {
	t.Helper()
	b, err := fromZip(data, miniprogram.Options{Limits: fuzzLimits})
	if err != nil {
		checkRefused(t, err)
		return
	}
	defer b.Content.Close()
	checkAccepted(t, b, fuzzLimits)
}

// rezipped makes the zip anew, so that what was changed in names, modes and
// contents is seen behind the checksums.
func rezipped(t *testing.T, data []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil
	}
	var members []member
	for _, f := range z.File {
		m := member{header: zip.FileHeader{Name: f.Name, ExternalAttrs: f.ExternalAttrs, CreatorVersion: f.CreatorVersion}}
		if raw, err := f.OpenRaw(); err == nil && !strings.HasSuffix(f.Name, "/") {
			content, _ := io.ReadAll(io.LimitReader(raw, 1<<16)) // as much as there is
			m.content = string(content)
		}
		members = append(members, m)
	}
	return zipOf(t, members...)
}

func FuzzAppJSON(f *testing.F) {
	const plain = `{"pages":["a"]}`
	f.Add(plain, "", "b.js")
	f.Add(`{"pages":["a"],"subPackages":[{"root":"/s/","name":"n","independent":true,"pages":["p"]}]}`, `{}`, "s/p.wxml")
	f.Add("\uFEFF{\"subpackages\":[{\"root\":\"a\",\"pages\":[\"b\"]}]}", `{"packOptions":{"ignore":[{"type":"glob","value":"**/*.md"}],"include":[{"type":"prefix","value":"a"}]}}`, "a/b.ts")
	f.Add(plain, `{"miniprogramRoot":"./m/","cloudfunctionRoot":"m/c","appid":"wx00000000000000d1"}`, "m/app.json")
	f.Add(plain, `{"packOptions":{"ignore":[{"type":"regexp","value":"^b"},{"type":"folder","value":"c"},{"type":"file","value":"d"},{"type":"suffix","value":"e"}]}}`, "c/x.js.map")
	f.Add(`{"pages":["页面\ud83d"]}`, `{"compileType":"plugin"}`, "plugin.json")
	sample, err := fs.ReadFile(examples.MiniProgram(), "app.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(sample), "null", "../a")
	f.Fuzz(func(t *testing.T, app, config, path string) {
		p := project{"app.json": app, "m/app.json": app, "a.js": "", "m/a.js": "", "s/p.wxml": ""}
		if config != "" {
			p["project.config.json"] = config
		}
		if len(path) > math.MaxUint16 {
			t.Skip("no zip has such a name")
		}
		members := []member{{header: zip.FileHeader{Name: path}}}
		for _, name := range p.paths() {
			if name != path {
				members = append(members, member{header: zip.FileHeader{Name: name}, content: p[name]})
			}
		}
		checkZip(t, zipOf(t, members...))
	})
}
