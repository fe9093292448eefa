package miniprogram_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
)

// refused fails the test unless the error is the sender's and says all of want.
func refused(t *testing.T, b *miniprogram.Built, err error, want ...string) {
	t.Helper()
	if b != nil {
		_ = b.Content.Close()
		t.Fatal("the package was accepted")
	}
	problem, ok := errors.AsType[*platform.Problem](err)
	if !ok || !errors.Is(err, platform.ErrInvalid) {
		t.Fatalf("error = %v, want one of kind ErrInvalid", err)
	}
	for _, part := range want {
		if !strings.Contains(err.Error(), part) || problem.Message != err.Error() {
			t.Errorf("error = %q, want it to contain %q", err, part)
		}
	}
}

func TestRefusedProjects(t *testing.T) {
	t.Parallel()
	app := func(json string) project { return minimal().with(project{"app.json": json}) }
	config := func(json string) project { return minimal().with(project{"project.config.json": json}) }
	pages := `"pages":["pages/index/index"],`
	for name, c := range map[string]struct {
		project project
		want    string
	}{
		"nothing at all":             {project{}, "no app.json"},
		"no app.json":                {minimal().without("app.json"), "no app.json"},
		"app.json further down":      {minimal().under("code").with(project{"README.md": ""}), `there is "code/app.json"`},
		"app.json below two folders": {minimal().under("a/b"), `there is "b/app.json"`},
		"mini game":                  {project{"game.json": "{}", "game.js": ""}, "mini game"},
		"mini game by its type":      {config(`{"compileType":"game"}`), "mini game"},
		"mini game in a folder":      {project{"project.config.json": `{"miniprogramRoot":"g"}`, "g/game.json": "{}"}, "mini game"},
		"plugin":                     {project{"plugin/plugin.json": "{}", "project.config.json": `{"compileType":"plugin","pluginRoot":"plugin"}`}, "plugin"},
		"plugin by its file":         {project{"plugin.json": "{}", "index.js": ""}, "plugin"},

		"app.json empty":              {app(""), "app.json, line 1, column 1: unexpected end"},
		"app.json no object":          {app("[]"), "must be a JSON object"},
		"app.json null":               {app("null"), "must be a JSON object"},
		"app.json with a comment":     {app("{\n  // 页面\n  \"pages\": []\n}"), "app.json, line 2, column 3: invalid character '/' looking for beginning of object key string; comments are not allowed"},
		"app.json with a late comma":  {app("{\"pages\":[\"页面\",]}"), "app.json, line 1, column 16: "},
		"app.json followed by more":   {app("{} {}"), "app.json, line 1, column 4: "},
		"app.json in GBK":             {app("{\n\"title\":\"\xc4\xe3\"}"), "app.json, line 2, column 10: not UTF-8"},
		"app.json too long":           {app("{" + strings.Repeat(" ", 1<<20) + "}"), "at most 1048576"},
		"app.json nested too deeply":  {app(strings.Repeat("[", 20_000)), "app.json, line 1"},
		"no pages":                    {app("{}"), "names no page"},
		"pages empty":                 {app(`{"pages":[]}`), "names no page"},
		"pages null":                  {app(`{"pages":null}`), `"pages" must be an array of strings`},
		"pages no array":              {app(`{"pages":"a"}`), `"pages" must be an array of strings`},
		"page no string":              {app(`{"pages":[1]}`), `"pages" must be an array of strings`},
		"page null":                   {app(`{"pages":[null]}`), "pages[0]"},
		"page empty":                  {app(`{"pages":[""]}`), "is empty"},
		"page with a leading slash":   {app(`{"pages":["/pages/index/index"]}`), "must not begin with a slash"},
		"page outside":                {app(`{"pages":["../index"]}`), `contains ".."`},
		"page with NUL":               {app(`{"pages":["a\u0000"]}`), "control character"},
		"page twice":                  {app(`{"pages":["pages/index/index","pages/index/index"]}`), "twice"},
		"page without a file":         {app(`{"pages":["pages/index/index","pages/log/log"]}`), `lists the page "pages/log/log", but there is no pages/log/log.wxml`},
		"page with its extension":     {app(`{"pages":["pages/index/index.wxml"]}`), "no pages/index/index.wxml.wxml"},
		"page in its own sub-package": {app(`{"pages":["pages/index/index"],"subpackages":[{"root":"pages","pages":["index/index"]}]}`), "twice"},

		"sub-packages no array":        {app(`{` + pages + `"subpackages":{}}`), `"subpackages" must be an array of objects`},
		"sub-package no object":        {app(`{` + pages + `"subPackages":["a"]}`), `"subPackages" must be an array of objects`},
		"sub-package null":             {app(`{` + pages + `"subPackages":[null]}`), `needs a "root"`},
		"both spellings":               {app(`{` + pages + `"subPackages":[],"subpackages":[]}`), "keep one"},
		"sub-package without a root":   {app(`{` + pages + `"subPackages":[{"pages":[]}]}`), `subPackages[0] needs a "root"`},
		"sub-package at the top":       {app(`{` + pages + `"subPackages":[{"root":"/"}]}`), "is empty"},
		"sub-package outside":          {app(`{` + pages + `"subPackages":[{"root":"../a"}]}`), `contains ".."`},
		"sub-package name":             {app(`{` + pages + `"subPackages":[{"root":"a","name":1}]}`), `"name" of subPackages[0]`},
		"sub-package independent":      {app(`{` + pages + `"subPackages":[{"root":"a","independent":"yes"}]}`), `"independent" of subPackages[0]`},
		"sub-package pages":            {app(`{` + pages + `"subPackages":[{"root":"a","pages":{}}]}`), `"subPackages[0].pages" must be`},
		"sub-package page":             {app(`{` + pages + `"subPackages":[{"root":"a","pages":["b"]}]}`), `the page "a/b"`},
		"sub-packages of one root":     {app(`{` + pages + `"subPackages":[{"root":"a"},{"root":"a/"}]}`), "two sub-packages"},
		"sub-package in a sub-package": {app(`{` + pages + `"subPackages":[{"root":"a/b/c"},{"root":"a"}]}`), `"a/b/c" lies within the sub-package "a"`},

		"project.config.json":          {config("{"), "project.config.json, line 1"},
		"miniprogramRoot no string":    {config(`{"miniprogramRoot":1}`), "must be a string"},
		"miniprogramRoot outside":      {config(`{"miniprogramRoot":"../a"}`), `contains ".."`},
		"miniprogramRoot on Windows":   {config(`{"miniprogramRoot":"dist\\a"}`), "backslash"},
		"miniprogramRoot without code": {config(`{"miniprogramRoot":"dist/"}`), "there is no dist/app.json"},
		"packOptions":                  {config(`{"packOptions":[]}`), `"packOptions" must be`},
		"too many pack rules":          {config(`{"packOptions":{"ignore":[{}` + strings.Repeat(",{}", 200) + `]}}`), "201 rules; at most 200"},

		"backslash in a name": {minimal().with(project{`a\b`: ""}), "backslash"},
		"colon in a name":     {minimal().with(project{"a:b": ""}), "colon"},
		"control character":   {minimal().with(project{"a\nb": ""}), "control character"},
		"path too long":       {minimal().with(project{strings.Repeat("a/", 256) + "b": ""}), "is 513 bytes long; at most 512"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := miniprogram.FromFS(c.project.fs(), miniprogram.Options{})
			refused(t, b, err, c.want)
		})
	}
}

func TestRefusedZips(t *testing.T) {
	t.Parallel()
	valid := minimal().zip(t, zip.Deflate)
	// more returns the minimal project with another entry.
	more := func(m member) []byte {
		members := []member{m}
		for path, content := range minimal() {
			members = append(members, member{header: zip.FileHeader{Name: path}, content: content})
		}
		return zipOf(t, members...)
	}
	named := func(name string) []byte { return more(member{header: zip.FileHeader{Name: name}, content: "x"}) }
	mode := func(m fs.FileMode) []byte {
		h := zip.FileHeader{Name: "link"}
		h.SetMode(m)
		return more(member{header: h, content: "/etc/passwd"})
	}
	raw := func(h zip.FileHeader, content string) []byte {
		h.Name = "a"
		h.CompressedSize64 = uint64(len(content))
		return more(member{header: h, content: content, raw: true})
	}
	const crcOfX = 0x8cdc1683
	for name, c := range map[string]struct {
		zip  []byte
		want string
	}{
		"nothing":         {nil, "no zip archive"},
		"something else":  {[]byte("<html>" + strings.Repeat(" ", 2000)), "no zip archive"},
		"cut off":         {valid[:len(valid)-30], "no zip archive"},
		"without a start": {valid[len(valid)/2:], "damaged"},
		"empty":           {zipOf(t), "no app.json"},

		"parent":                {named("../app.js"), `contains ".."`},
		"parent within":         {named("a/../../app.js"), `contains ".."`},
		"parent, left out":      {named("../.git/config"), `contains ".."`},
		"here":                  {named("a/./b"), `contains "."`},
		"absolute":              {named("/etc/passwd"), "is absolute"},
		"drive":                 {named("C:/app.js"), "colon"},
		"backslashes":           {named(`..\app.js`), "backslash"},
		"empty segment":         {named("a//b"), "empty name"},
		"no name":               {named(""), "is empty"},
		"NUL":                   {named("a\x00b"), "control character"},
		"GBK":                   {named("\xc4\xe3\xba\xc3.js"), "not UTF-8"},
		"symbolic link":         {mode(fs.ModeSymlink | 0o777), `"link" is a symbolic link`},
		"device":                {mode(fs.ModeDevice | 0o600), "no regular file"},
		"folder without slash":  {mode(fs.ModeDir | 0o755), "no regular file"},
		"twice":                 {named("app.js"), `"app.js" is in the package twice`},
		"file and folder":       {named("app.js/a"), `"app.js" is both a file and a folder`},
		"file and empty folder": {more(member{header: zip.FileHeader{Name: "app.js/b/"}}), `"app.js" is both a file and a folder`},

		"encrypted":             {raw(zip.FileHeader{Flags: 1, UncompressedSize64: 1, CRC32: crcOfX}, "x"), `"a" is encrypted`},
		"other compression":     {raw(zip.FileHeader{Method: 12, UncompressedSize64: 1, CRC32: crcOfX}, "x"), "method 12"},
		"wrong checksum":        {raw(zip.FileHeader{UncompressedSize64: 1, CRC32: 1}, "x"), "a is damaged"},
		"checksum left out":     {raw(zip.FileHeader{UncompressedSize64: 1}, "x"), "a is damaged"},
		"shorter than declared": {raw(zip.FileHeader{UncompressedSize64: 2, CRC32: crcOfX}, "x"), "a is damaged"},
		"longer than declared":  {raw(zip.FileHeader{UncompressedSize64: 1, CRC32: crcOfX}, "xx"), "a is damaged"},
		"not deflated at all":   {raw(zip.FileHeader{Method: zip.Deflate, UncompressedSize64: 9, CRC32: 1}, "\xff\xff\xff"), "a is damaged"},
		"deflated and cut off":  {raw(zip.FileHeader{Method: zip.Deflate, UncompressedSize64: 9, CRC32: 1}, deflated(t, "123456789")[:5]), "a is damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := fromZip(c.zip, miniprogram.Options{})
			refused(t, b, err, c.want)
		})
	}
}

func TestRefusedFolders(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret.js"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		target, link string
		want         string
	}{
		"link to a file":      {"app.js", "linked.js", `"linked.js" is a symbolic link`},
		"link to a folder":    {"pages", "linked", `"linked" is a symbolic link`},
		"link to the outside": {outside, "outside", `"outside" is a symbolic link`},
		"link to nothing":     {"missing", "dangling", `"dangling" is a symbolic link`},
		"link as app.json":    {"app.js", "app.json", `"app.json" is a symbolic link`},
		"link as config":      {"app.js", "project.config.json", `"project.config.json" is a symbolic link`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := minimal().without(c.link).dir(t)
			if err := os.Symlink(c.target, filepath.Join(dir, c.link)); err != nil {
				t.Skipf("no symbolic links here: %v", err)
			}
			b, err := miniprogram.FromDir(dir, miniprogram.Options{})
			refused(t, b, err, c.want)
			refused(t, nil, miniprogram.ZipDir(new(bytes.Buffer), dir, nil), c.want)
		})
	}

	t.Run("missing", func(t *testing.T) {
		t.Parallel()
		b, err := miniprogram.FromDir(filepath.Join(outside, "missing"), miniprogram.Options{})
		refused(t, b, err, "there is no folder", "missing")
	})
	t.Run("file", func(t *testing.T) {
		t.Parallel()
		b, err := miniprogram.FromDir(filepath.Join(outside, "secret.js"), miniprogram.Options{})
		refused(t, b, err, "is no folder")
	})
}

func TestFileThatChangesWhileItIsRead(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{"shrinks": "A", "grows": "App({}) // more"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fsys := changingFS{FS: minimal().fs(), later: minimal().with(project{"app.js": content}).fs()}
			b, err := miniprogram.FromFS(fsys, miniprogram.Options{})
			refused(t, b, err, "app.js is damaged, or was changed")
		})
	}
}

// changingFS lists files of one file system and opens those of another.
type changingFS struct {
	fs.FS
	later fs.FS
}

func (c changingFS) Open(name string) (fs.File, error) {
	if name == "app.js" {
		return c.later.Open(name)
	}
	return c.FS.Open(name)
}
