package miniprogram_test

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"draftbox/examples"
	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"

	"github.com/google/go-cmp/cmp"
)

func TestPackageDescribesProject(t *testing.T) {
	t.Parallel()
	p := project{
		"app.json": `{
			"pages": ["pages/index/index"],
			"subPackages": [
				{"root": "/pkgA/", "pages": ["p/p", "p/q"]},
				{"root": "pkgB", "name": "b", "independent": true, "pages": ["r/r"]}
			]
		}`,
		"project.config.json":   `{"appid":"wx00000000000000d1"}`,
		"pages/index/index.js":  "12345",
		"pkgA/p/p.ts":           "123",
		"pkgA/p/q.wxml":         "12",
		"pkgA/p/q.js.map":       "not counted",
		"pkgAndMore/image.png":  "1234",
		"pkgB/r/r.js":           "1",
		"图片/标志.svg":             "<svg/>",
		"ci.signature":          "not stored",
		"pkgB/ci.signature":     "1234567",
		"project.private.json":  "{}",
		"utils/unknown.anytype": "?",
	}
	b := built(t)(miniprogram.FromFS(p.fs(), miniprogram.Options{}))

	stored := p.without("ci.signature")
	want := platform.Package{
		Digest:     b.Package.Digest,
		StoredSize: b.Content.Size(),
		Pages:      []string{"pages/index/index", "pkgA/p/p", "pkgA/p/q", "pkgB/r/r"},
		Subpackages: []platform.Subpackage{
			{Root: "pkgA", Pages: []string{"p/p", "p/q"}, Size: 3 + 2},
			{Root: "pkgB", Name: "b", Independent: true, Pages: []string{"r/r"}, Size: 1 + 7},
		},
		AppJSON:      json.RawMessage(`{"pages":["pages/index/index"],"subPackages":[{"root":"/pkgA/","pages":["p/p","p/q"]},{"root":"pkgB","name":"b","independent":true,"pages":["r/r"]}]}`),
		ProjectAppid: "wx00000000000000d1",
	}
	for _, path := range stored.paths() {
		size := int64(len(stored[path]))
		want.Files = append(want.Files, platform.PackageFile{Path: path, Size: size})
		want.Size += size
	}
	want.Size -= int64(len(p["pkgA/p/q.js.map"]))
	want.MainSize = want.Size - want.Subpackages[0].Size - want.Subpackages[1].Size
	if diff := cmp.Diff(want, b.Package); diff != "" {
		t.Errorf("package (-want +got):\n%s", diff)
	}
}

func TestEmptyListsAreNotNull(t *testing.T) {
	t.Parallel()
	b := built(t)(miniprogram.FromFS(minimal().fs(), miniprogram.Options{}))
	got, err := json.Marshal(b.Package.Subpackages)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != "[]" {
		t.Errorf("sub-packages = %s, want []", got)
	}
}

func TestSameFilesHaveSameDigest(t *testing.T) {
	t.Parallel()
	p := minimal()
	want := built(t)(miniprogram.FromFS(p.fs(), miniprogram.Options{})).Package

	backwards := []member{}
	for _, path := range slices.Backward(p.paths()) {
		backwards = append(backwards, member{header: zip.FileHeader{Name: "./" + path, Method: zip.Deflate}, content: p[path]})
	}
	withFolders := []member{{header: zip.FileHeader{Name: "shop/"}}, {header: zip.FileHeader{Name: "shop/pages/"}}}
	for _, path := range p.paths() {
		withFolders = append(withFolders, member{header: zip.FileHeader{Name: "shop/" + path}, content: p[path]})
	}
	withFolders = append(withFolders, member{header: zip.FileHeader{Name: "__MACOSX/shop/._app.json"}, content: "x"})

	for name, build := range map[string]func() (*miniprogram.Built, error){
		"folder":       func() (*miniprogram.Built, error) { return miniprogram.FromDir(p.dir(t), miniprogram.Options{}) },
		"stored zip":   func() (*miniprogram.Built, error) { return fromZip(p.zip(t, zip.Store), miniprogram.Options{}) },
		"deflated zip": func() (*miniprogram.Built, error) { return fromZip(p.zip(t, zip.Deflate), miniprogram.Options{}) },
		"other order":  func() (*miniprogram.Built, error) { return fromZip(zipOf(t, backwards...), miniprogram.Options{}) },
		"top folder":   func() (*miniprogram.Built, error) { return fromZip(zipOf(t, withFolders...), miniprogram.Options{}) },
		"top folder dir": func() (*miniprogram.Built, error) {
			return miniprogram.FromDir(p.under("a").dir(t), miniprogram.Options{})
		},
		"left-out names": func() (*miniprogram.Built, error) {
			return miniprogram.FromFS(p.with(project{
				".git/HEAD": "x", ".DS_Store": "x", "pages/.DS_Store": "x", "node_modules/a/app.json": "x",
				"pages/node_modules/b.js": "x", "project.private.config.json": "{}", "ci.signature": "{}",
			}).fs(), miniprogram.Options{})
		},
		"miniprogramRoot": func() (*miniprogram.Built, error) {
			return miniprogram.FromFS(p.under("dist").with(project{
				"project.config.json":      `{"miniprogramRoot":"./dist/"}`,
				"dist/project.config.json": `{"miniprogramRoot":"./"}`,
				"src/app.json":             "not part of it",
				"package.json":             "{}",
			}).fs(), miniprogram.Options{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, built(t)(build()).Package); diff != "" {
				t.Errorf("package (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOtherFilesHaveOtherDigests(t *testing.T) {
	t.Parallel()
	digests := map[string]string{}
	for name, p := range map[string]project{
		"minimal":       minimal(),
		"other content": minimal().with(project{"app.js": "App({}) "}),
		"other path":    minimal().without("app.js").with(project{"app.ts": "App({})"}),
		"one more":      minimal().with(project{"empty": ""}),
	} {
		digest := built(t)(miniprogram.FromFS(p.fs(), miniprogram.Options{})).Package.Digest
		if other, taken := digests[digest]; taken {
			t.Errorf("%s and %s have the digest %s", name, other, digest)
		}
		digests[digest] = name
	}
}

func TestAcceptedProjects(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		project project
		pages   []string
	}{
		"byte order marks": {
			project: minimal().with(project{
				"app.json":            "\uFEFF" + `{"pages":["pages/index/index"]}`,
				"project.config.json": "\uFEFF{}",
			}),
			pages: []string{"pages/index/index"},
		},
		"uncompiled TypeScript": {
			project: project{"app.json": `{"pages":["a"]}`, "a.ts": ""},
			pages:   []string{"a"},
		},
		"sub-packages only": {
			project: project{"app.json": `{"subpackages":[{"root":"a/b/","pages":["c"]}]}`, "a/b/c.js": ""},
			pages:   []string{"a/b/c"},
		},
		"sub-package without pages": {
			project: minimal().with(project{"app.json": `{"pages":["pages/index/index"],"subpackages":[{"root":"a","pages":[]},{"root":"ab"}]}`}),
			pages:   []string{"pages/index/index"},
		},
		"members of other types where they do not matter": {
			project: minimal().with(project{"project.config.json": `{"appid":1,"compileType":[],"cloudfunctionRoot":2,"packOptions":{}}`}),
			pages:   []string{"pages/index/index"},
		},
		"names are compared exactly": {
			project: minimal().with(project{"app.json": `{"pages":["pages/index/index"],"Pages":1,"SubPackages":2}`}),
			pages:   []string{"pages/index/index"},
		},
		"plugin project with a mini program": {
			project: minimal().under("miniprogram").with(project{
				"project.config.json": `{"compileType":"plugin","miniprogramRoot":"miniprogram/","pluginRoot":"plugin/"}`,
				"plugin/plugin.json":  "{}",
			}),
			pages: []string{"pages/index/index"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := built(t)(miniprogram.FromFS(c.project.fs(), miniprogram.Options{}))
			if diff := cmp.Diff(c.pages, b.Package.Pages); diff != "" {
				t.Errorf("pages (-want +got):\n%s", diff)
			}
			if b.Package.ProjectAppid != "" {
				t.Errorf("appid = %q, want none", b.Package.ProjectAppid)
			}
		})
	}
}

func TestLinksThatAreLeftOutDoNotMatter(t *testing.T) {
	t.Parallel()
	dir := minimal().under("dist").with(project{
		"project.config.json": `{"miniprogramRoot":"dist"}`,
		"node_modules/a":      "x",
	}).dir(t)
	for _, link := range []string{"node_modules/.bin", "README.md", "dist/.cache"} {
		if err := os.Symlink("dist", filepath.Join(dir, link)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	b := built(t)(miniprogram.FromDir(dir, miniprogram.Options{}))
	if diff := cmp.Diff(minimal().paths(), filePaths(b)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestFailingReadIsNoFaultOfTheProject(t *testing.T) {
	t.Parallel()
	p := minimal().dir(t)
	name := filepath.Join(p, "app.js")
	if err := os.Chmod(name, 0); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(name); err == nil {
		_ = f.Close()
		t.Skip("this user reads everything")
	}
	_, err := miniprogram.FromDir(p, miniprogram.Options{})
	if !errors.Is(err, fs.ErrPermission) || errors.Is(err, platform.ErrInvalid) {
		t.Errorf("error = %v, want one of permission", err)
	}
}

func TestSample(t *testing.T) {
	t.Parallel()
	b := built(t)(miniprogram.FromFS(examples.MiniProgram(), miniprogram.Options{}))
	if diff := cmp.Diff([]string{"pages/index/index", "pages/cart/cart", "packages/goods/detail/detail"}, b.Package.Pages); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	if got, want := b.Package.ProjectAppid, "wx00000000000000d1"; got != want {
		t.Errorf("appid = %q, want %q", got, want)
	}
	onDisk := built(t)(miniprogram.FromDir("../../examples/miniprogram", miniprogram.Options{}))
	if diff := cmp.Diff(b.Package, onDisk.Package); diff != "" {
		t.Errorf("embedded and on disk (-embedded +disk):\n%s", diff)
	}
}
