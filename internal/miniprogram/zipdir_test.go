package miniprogram_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"testing"

	"draftbox/internal/miniprogram"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestZipDir(t *testing.T) {
	t.Parallel()
	dir := minimal().under("dist").with(project{
		"project.config.json": `{"miniprogramRoot":"dist","packOptions":{"ignore":[{"type":"suffix","value":".md"}]}}`,
		"dist/README.md":      "left out",
		"dist/.DS_Store":      "left out",
		"src/app.ts":          "left out",
		"node_modules/a.js":   "left out",
	}).dir(t)
	var buf bytes.Buffer
	var last, total int64
	err := miniprogram.ZipDir(&buf, dir, func(done, all int64) {
		if done < last || done > all || (total != 0 && total != all) {
			t.Errorf("progress went from %d of %d to %d of %d", last, total, done, all)
		}
		last, total = done, all
	})
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	var size int64
	for _, f := range z.File {
		paths = append(paths, f.Name)
		size += int64(f.UncompressedSize64)
	}
	want := append([]string{"project.config.json"}, minimal().under("dist").paths()...)
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if last != size || total != size {
		t.Errorf("progress ended at %d of %d, want %d", last, total, size)
	}
}

func TestZipDirRefusesBeforeItWrites(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		project project
		want    string
	}{
		"no mini program": {project{"a": ""}, "no app.json"},
		"too large":       {sized(0, 2<<20+1), "2049 KB"},
		"missing page":    {minimal().with(project{"app.json": `{"pages":["b"]}`}), `"b"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var buf bytes.Buffer
			refused(t, nil, miniprogram.ZipDir(&buf, c.project.dir(t), nil), c.want)
			if buf.Len() > 0 {
				t.Errorf("%d bytes were written", buf.Len())
			}
		})
	}
}

func TestZipDirTellsWriteErrors(t *testing.T) {
	t.Parallel()
	if err := miniprogram.ZipDir(brokenWriter{}, minimal().dir(t), nil); !errors.Is(err, errBroken) {
		t.Errorf("error = %v, want %v", err, errBroken)
	}
}

var errBroken = errors.New("connection reset")

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

// Whatever the folder holds: its zip and itself are the same package, or are
// refused alike.
func TestZipDirIsTheFolder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		paths := []string{
			"app.json", "project.config.json", "game.json", "ci.signature", "a.js", "b/a.js", "b/c.wxml", "b/c.js.map", "README.md",
			"d/app.json", "d/project.config.json", "d/a.js", "d/b/a.js", "d/ci.signature", "d/cloud/f.js", ".git/x", "d/node_modules/x",
		}
		p := project{}
		for _, path := range rapid.SliceOfNDistinct(rapid.SampledFrom(paths), 1, len(paths), rapid.ID[string]).Draw(r, "paths") {
			p[path] = rapid.StringN(0, 20, -1).Draw(r, path)
		}
		apps := rapid.SampledFrom([]string{
			`{"pages":["a"]}`, `{"pages":["a"],"subPackages":[{"root":"b","pages":["c"]}]}`, `{"pages":["b/a"]}`, `{}`,
		})
		configs := rapid.SampledFrom([]string{
			`{}`, `{"miniprogramRoot":"d/"}`, `{"appid":"wx00000000000000d1","cloudfunctionRoot":"d/cloud"}`,
			`{"packOptions":{"ignore":[{"type":"suffix","value":".MD"},{"type":"file","value":"project.config.json"}]}}`,
			`{"miniprogramRoot":"d","packOptions":{"ignore":[{"type":"folder","value":"cloud"}]}}`, `{`,
		})
		for _, folder := range []string{"", "d/"} {
			if _, ok := p[folder+"app.json"]; ok {
				p[folder+"app.json"] = apps.Draw(r, folder+"app.json")
			}
			if _, ok := p[folder+"project.config.json"]; ok {
				p[folder+"project.config.json"] = configs.Draw(r, folder+"project.config.json")
			}
		}
		dir := p.dir(t)

		direct, wantErr := miniprogram.FromDir(dir, miniprogram.Options{})
		var buf bytes.Buffer
		err := miniprogram.ZipDir(&buf, dir, nil)
		if wantErr != nil {
			if err == nil || err.Error() != wantErr.Error() {
				r.Fatalf("ZipDir's error = %v, want %v", err, wantErr)
			}
			return
		}
		if err != nil {
			r.Fatal(err)
		}
		sent, err := fromZip(buf.Bytes(), miniprogram.Options{})
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(direct.Package, sent.Package); diff != "" {
			r.Fatalf("package (-folder +zip):\n%s", diff)
		}
		again, err := miniprogram.FromZip(direct.Content, direct.Content.Size(), miniprogram.Options{})
		if err != nil {
			r.Fatal(err)
		}
		if got, want := again.Package.Digest, direct.Package.Digest; got != want {
			r.Fatalf("digest of the stored form read again = %s, want %s", got, want)
		}
	})
}
