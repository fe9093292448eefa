package miniprogram_test

import (
	"archive/zip"
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"draftbox/internal/miniprogram"
)

// project is the files of a project by path.
type project map[string]string

// minimal returns a project of one page.
func minimal() project {
	return project{
		"app.json":               `{"pages":["pages/index/index"]}`,
		"app.js":                 "App({})",
		"pages/index/index.wxml": "<view>你好</view>",
		"pages/index/index.js":   "Page({})",
	}
}

// with returns the project with more files, or others in their place.
func (p project) with(more project) project {
	all := maps.Clone(p)
	maps.Copy(all, more)
	return all
}

func (p project) without(paths ...string) project {
	rest := maps.Clone(p)
	for _, path := range paths {
		delete(rest, path)
	}
	return rest
}

// under returns the project in a folder.
func (p project) under(folder string) project {
	moved := project{}
	for path, content := range p {
		moved[folder+"/"+path] = content
	}
	return moved
}

func (p project) paths() []string { return slices.Sorted(maps.Keys(p)) }

func (p project) fs() fstest.MapFS {
	fsys := fstest.MapFS{}
	for path, content := range p {
		fsys[path] = &fstest.MapFile{Data: []byte(content)}
	}
	return fsys
}

func (p project) dir(tb testing.TB) string {
	tb.Helper()
	dir := tb.TempDir()
	for path, content := range p {
		name := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

func (p project) zip(tb testing.TB, method uint16) []byte {
	tb.Helper()
	var members []member
	for _, path := range p.paths() {
		members = append(members, member{
			header:  zip.FileHeader{Name: path, Method: method},
			content: p[path],
		})
	}
	return zipOf(tb, members...)
}

// member is one entry of a zip. A raw one is written with the header as it
// stands, true or not.
type member struct {
	header  zip.FileHeader
	content string
	raw     bool
}

func zipOf(tb testing.TB, members ...member) []byte {
	tb.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, m := range members {
		create := w.CreateHeader
		if m.raw {
			create = w.CreateRaw
		}
		entry, err := create(&m.header)
		if err != nil {
			tb.Fatal(err)
		}
		if m.content == "" { // which a folder has to have
			continue
		}
		if _, err := entry.Write([]byte(m.content)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

func fromZip(data []byte, opts miniprogram.Options) (*miniprogram.Built, error) {
	return miniprogram.FromZip(bytes.NewReader(data), int64(len(data)), opts)
}

// built fails the test on an error, and closes the content at its end.
func built(tb testing.TB) func(*miniprogram.Built, error) *miniprogram.Built {
	tb.Helper()
	return func(b *miniprogram.Built, err error) *miniprogram.Built {
		tb.Helper()
		if err != nil {
			tb.Fatalf("building the package: %v", err)
		}
		tb.Cleanup(func() {
			if err := b.Content.Close(); err != nil {
				tb.Errorf("closing the content: %v", err)
			}
		})
		return b
	}
}

func filePaths(b *miniprogram.Built) []string {
	paths := []string{}
	for _, f := range b.Package.Files {
		paths = append(paths, f.Path)
	}
	return paths
}
