package wxopen_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"draftbox/wxopen"

	"github.com/google/go-cmp/cmp"
)

// What is sent of a project, by name, and the merchant in the query.
func TestWhatIsSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		project fstest.MapFS
		files   []string // beside those of shop
		config  string
		ext     string
	}{
		"own project.config.json": {
			shop("project.config.json", `{"appid":"wx1","setting":{}}`),
			nil, `{"appid":"wx1","setting":{}}`, "",
		},
		"empty miniprogramRoot": {
			shop("project.config.json", `{"miniprogramRoot":"./"}`), nil, `{"miniprogramRoot":"./"}`, "",
		},
		"left out": {
			shop(".git/HEAD", "x", ".DS_Store", "x", "node_modules/a/a.js", "x", "pages/.x", "x", "pages/node_modules/y.js", "x",
				"__MACOSX/._app.js", "x", "project.private.config.json", "{}", "ci.signature", "forged"),
			nil, `{"miniprogramRoot":""}`, "",
		},
		"kept": {
			shop("pages/ci.signature", "x", "图片/标志.png", "x", "a.js.map", "{}", "sub/project.config.json", "{}"),
			[]string{"/a.js.map", "/pages/ci.signature", "/sub/project.config.json", "/图片/标志.png"},
			`{"miniprogramRoot":""}`, "",
		},
		"ext.json": {
			shop("ext.json", "\uFEFF"+`{"extEnable":true,"extAppid":"wx00000000000000a1","directCommit":true}`),
			[]string{"/ext.json"},
			`{"miniprogramRoot":""}`, "wx00000000000000a1",
		},
		"ext.json without effect": {
			shop("ext.json", `{"extEnable":false,"extAppid":"wx00000000000000a1"}`),
			[]string{"/ext.json"},
			`{"miniprogramRoot":""}`, "",
		},
		"miniprogramRoot": {
			under("mini", shop("ext.json", `{"extEnable":true,"extAppid":"wx2"}`, "project.config.json", `{"appid":"copy"}`),
				"project.config.json", `{"miniprogramRoot":"mini/","appid":"wx1","packOptions":{"ignore":[]}}`, "README.md", "#"),
			[]string{"/ext.json"},
			`{"miniprogramRoot":"","packOptions":{"ignore":[]}}`, "wx2",
		},
		"miniprogramRoot that is hidden": {
			under("out/.build", shop(), "project.config.json", `{"miniprogramRoot":"./out/.build"}`), nil, `{"miniprogramRoot":""}`, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost()
			if _, err := h.uploader(t).Upload(t.Context(), wxopen.CodeUpload{Version: "1"}, c.project); err != nil {
				t.Fatal(err)
			}
			up := h.uploads[0]
			more := []string{}
			for _, name := range up.names {
				if _, plain := shop()[name[1:]]; !plain && name != "/project.config.json" {
					more = append(more, name)
				}
			}
			if diff := cmp.Diff(append([]string{}, c.files...), more); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			for name, f := range shop() {
				if got, ok := up.files["/"+name]; !ok || got != string(f.Data) {
					t.Errorf("%s = %q, %v", name, got, ok)
				}
			}
			if got := up.files["/project.config.json"]; got != c.config {
				t.Errorf("project.config.json = %s", got)
			}
			if got := up.query.Get("extAppId"); got != c.ext {
				t.Errorf("extAppId = %q", got)
			}
		})
	}
}

func under(folder string, files fstest.MapFS, more ...string) fstest.MapFS {
	moved := fstest.MapFS{}
	for name, f := range files {
		moved[folder+"/"+name] = f
	}
	for i := 0; i < len(more); i += 2 {
		moved[more[i]] = &fstest.MapFile{Data: []byte(more[i+1])}
	}
	return moved
}

// shrinking is a file that lost bytes, or gained some, between two looks at it.
type shrinking struct {
	fs.FS
	name string
}

func (s shrinking) Open(name string) (fs.File, error) {
	if name == s.name {
		return fstest.MapFS{name: {Data: []byte("another length")}}.Open(name)
	}
	return s.FS.Open(name)
}

func (s shrinking) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(s.FS, name) }

func TestCodeThatIsNotSent(t *testing.T) {
	t.Parallel()
	link := shop()
	link["pages/link"] = &fstest.MapFile{Data: []byte("/etc/passwd"), Mode: fs.ModeSymlink}
	pipe := shop()
	pipe["pages/pipe"] = &fstest.MapFile{Mode: fs.ModeNamedPipe}
	dir := t.TempDir()
	if err := os.CopyFS(dir, shop()); err != nil {
		t.Fatal(err)
	}
	onDisk := os.DirFS(dir)
	if err := os.Symlink(filepath.Join(dir, "app.js"), filepath.Join(dir, "b.js")); err != nil {
		onDisk = link // no links for this user of Windows
	}
	for name, c := range map[string]struct {
		upload wxopen.CodeUpload
		code   fs.FS
		want   string
	}{
		"no version":           {wxopen.CodeUpload{}, shop(), "Version"},
		"robot 31":             {wxopen.CodeUpload{Version: "1", Robot: 31}, shop(), "robot 31"},
		"robot -1":             {wxopen.CodeUpload{Version: "1", Robot: -1}, shop(), "robot -1"},
		"a link":               {wxopen.CodeUpload{Version: "1"}, link, `"pages/link" is a symbolic link`},
		"a link on the disk":   {wxopen.CodeUpload{Version: "1"}, onDisk, "is a symbolic link"},
		"a pipe":               {wxopen.CodeUpload{Version: "1"}, pipe, "no regular file"},
		"a backslash":          {wxopen.CodeUpload{Version: "1"}, shop(`a\b.js`, ""), "rename it"},
		"nothing":              {wxopen.CodeUpload{Version: "1"}, fstest.MapFS{}, "no app.json"},
		"another folder":       {wxopen.CodeUpload{Version: "1"}, under("shop", shop()), "no app.json"},
		"no such folder":       {wxopen.CodeUpload{Version: "1"}, os.DirFS(filepath.Join(dir, "missing")), "reading the code"},
		"missing root":         {wxopen.CodeUpload{Version: "1"}, shop("project.config.json", `{"miniprogramRoot":"dist"}`), "dist"},
		"root outside":         {wxopen.CodeUpload{Version: "1"}, shop("project.config.json", `{"miniprogramRoot":"../x"}`), "leaves the project folder"},
		"root absolute":        {wxopen.CodeUpload{Version: "1"}, shop("project.config.json", `{"miniprogramRoot":"/etc"}`), "etc"},
		"root no text":         {wxopen.CodeUpload{Version: "1"}, shop("project.config.json", `{"miniprogramRoot":1}`), "must be a string"},
		"config no JSON":       {wxopen.CodeUpload{Version: "1"}, shop("project.config.json", `{`), "project.config.json"},
		"ext.json no JSON":     {wxopen.CodeUpload{Version: "1"}, shop("ext.json", `{`), "ext.json"},
		"ext.json without one": {wxopen.CodeUpload{Version: "1"}, shop("ext.json", `{"extEnable":true}`), "extAppid"},
		"over 63 MiB":          {wxopen.CodeUpload{Version: "1"}, shop("a.js.map", strings.Repeat("x", 63<<20)), "over 63 MiB"},
		"changed meanwhile":    {wxopen.CodeUpload{Version: "1"}, shrinking{shop(), "app.js"}, `"app.js" changed while it was read`},
		"gone meanwhile":       {wxopen.CodeUpload{Version: "1"}, shrinking{shop("app.js", ""), "app.js"}, "changed while it was read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost()
			got, err := h.uploader(t).Upload(t.Context(), c.upload, c.code)
			if got != nil || err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "wxopen: ") {
				t.Errorf("error = %v, want %s", err, c.want)
			}
			if len(h.uploads) > 0 {
				t.Error("it was uploaded")
			}
			if _, refused := errors.AsType[*wxopen.Error](err); refused {
				t.Errorf("the host had to refuse it: %v", err)
			}
		})
	}
}
