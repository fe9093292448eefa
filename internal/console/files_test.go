package console_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"draftbox/internal/browsertest"
	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
)

// Several archives that are dropped together become a draft each, of the mini program
// that each names and with a version of its own.
func TestSeveralFiles(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b := newBench(t)
	ctx := context.Background()
	var files []string
	for _, appid := range []string{"wx00000000000000d2", "wx00000000000000d3"} {
		_, err := b.service.PutDevMiniprogram(ctx, platform.DevMiniprogram{ComponentAppid: component, Appid: appid})
		b.must(err)
		var buf bytes.Buffer
		z := zip.NewWriter(&buf)
		own := fstest.MapFS{"project.config.json": {Data: []byte(`{"appid":"` + appid + `"}`)}}
		b.must(errors.Join(z.AddFS(project), z.AddFS(own), z.Close()))
		files = append(files, filepath.Join(t.TempDir(), appid+".zip"))
		b.must(os.WriteFile(files[len(files)-1], buf.Bytes(), 0o600))
	}
	v := b.visit(t, browser, "en", browsertest.Screens()[0])
	v.Do(browsertest.Visit(v.home+base+"/drafts"), browsertest.Await("html.js #upload"), drop("#upload .zone", files...), told("uploaded"))
	for i, want := range []platform.Draft{{SourceAppid: "wx00000000000000d2", UserVersion: "1.0.1"}, {SourceAppid: "wx00000000000000d3", UserVersion: "1.0.2"}} {
		d, err := b.service.Draft(ctx, component, int64(i+1))
		b.must(err)
		if d.SourceAppid != want.SourceAppid || d.UserVersion != want.UserVersion {
			t.Errorf("draft %d is %s of %s, want %s of %s", i+1, d.UserVersion, d.SourceAppid, want.UserVersion, want.SourceAppid)
		}
	}
	v.Fine("the draft")
}

// What is refused stays on the page with its reason, and nothing is lost of the rest.
func TestRefusedFileIsTold(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b := newBench(t)
	bad, good := filepath.Join(t.TempDir(), "坏.zip"), filepath.Join(t.TempDir(), "好.zip")
	b.must(errors.Join(os.WriteFile(bad, []byte("no zip"), 0o600), os.WriteFile(good, zipped(t), 0o600)))
	v := b.visit(t, browser, "zh-CN", browsertest.Screens()[1])
	v.Do(browsertest.Visit(v.home+base+"/drafts"), browsertest.Await("html.js #upload"), drop("#upload .zone", bad, good),
		until(`document.querySelector(".progress li:nth-child(2) span")?.innerText === "`+v.texts["upload.done"]+`"`))
	if got := v.read(".progress .bad"); !strings.Contains(got, "zip") {
		t.Errorf("the page tells %q of what is no zip", got)
	}
	v.Photograph("console-upload-refused")
	if _, err := b.service.Draft(context.Background(), component, 1); err != nil {
		t.Errorf("the good file has made no draft: %v", err)
	}
}

// The package of a draft comes down as it is stored: a zip with the project in it.
func TestPackageDownload(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w := b.get(base + "/drafts/0/package")
	if got := w.Header().Get("Content-Disposition"); w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/zip" || got != `attachment; filename="`+dev+`-0.zip"` {
		t.Fatalf("%d %s %s", w.Code, w.Header().Get("Content-Type"), got)
	}
	if got := w.Header().Get("Content-Length"); got != fmt.Sprint(w.Body.Len()) {
		t.Errorf("Content-Length is %s of %d", got, w.Body.Len())
	}
	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	b.must(err)
	for name, want := range project {
		f, err := z.Open(name)
		b.must(err)
		got, err := io.ReadAll(f)
		b.must(err)
		if !bytes.Equal(got, want.Data) {
			t.Errorf("%s holds %q, want %q", name, got, want.Data)
		}
	}
	if head := b.do(http.MethodHead, base+"/drafts/0/package", nil); head.Code != http.StatusOK || head.Body.Len() != 0 {
		t.Errorf("HEAD gets %d with %d bytes", head.Code, head.Body.Len())
	}
	b.has(b.get(base+"/drafts/7/package"), http.StatusNotFound, "has no draft 7")
}

// A package of many files is shown part by part.
func TestManyFiles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	many := maps.Clone(project)
	for i := range 1200 {
		many[fmt.Sprintf("data/%04d.json", i)] = &fstest.MapFile{Data: []byte("{}")}
	}
	built, err := miniprogram.FromFS(many, miniprogram.Options{})
	b.must(err)
	defer func() { b.must(built.Content.Close()) }()
	_, err = b.service.UploadDraft(context.Background(), platform.Upload{ComponentAppid: component, SourceAppid: dev, UserVersion: "2.0.0"}, &built.Package, built.Content)
	b.must(err)
	b.has(b.get(base+"/drafts/1"), http.StatusOK, "1–500 of 1206", "files=2#files")
	last := b.get(base + "/drafts/1?files=3")
	b.has(last, http.StatusOK, "1001–1206 of 1206", "files=2#files", "1199.json")
	if strings.Contains(last.Body.String(), "files=4") {
		t.Error("the last part has another after it")
	}
}

// media uploads a file for reviewers.
func (b *bench) media(content []byte) string {
	b.Helper()
	m, err := b.service.UploadAuditMedia(context.Background(), component, merchant, content)
	b.must(err)
	return m.ID
}

// Pictures and videos of a submission are shown to the reviewer; what is neither is not
// taken, and could not be shown as a page.
func TestMediaOfASubmission(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := context.Background()
	png := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89")
	picture := b.media(png)
	video := b.media([]byte("....ftypmp42"))
	b.must(b.service.Commit(ctx, platform.Commit{ComponentAppid: component, AuthorizerAppid: merchant, UserVersion: "1.0.0", ExtJSON: "{}"}))
	id, err := b.service.SubmitAudit(ctx, platform.Submission{
		ComponentAppid: component, AuthorizerAppid: merchant, Preview: &platform.PreviewInfo{Videos: []string{video}, Pictures: []string{picture}},
		Request: []byte(`{"preview_info":{"video_id_list":["` + video + `"],"pic_id_list":["` + picture + `"]}}`),
	})
	b.must(err)
	at := base + "/merchants/" + merchant + "/media/"
	b.has(b.get(fmt.Sprint(base, "/audits/", id)), http.StatusOK, `<img src="`+at+picture+`"`, `<video src="`+at+video+`"`)
	for media, kind := range map[string]string{picture: "image/png", video: "video/mp4"} {
		if w := b.get(at + media); w.Code != http.StatusOK || w.Header().Get("Content-Type") != kind || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %s, want %s", media, w.Code, w.Header().Get("Content-Type"), kind)
		}
	}
	b.has(b.get(at+"nothing"), http.StatusNotFound)
}
