package adminapi_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
)

const drafts = component + "/drafts"

// upload sends a form and returns status and body.
func (b *bench) upload(fields ...field) (int, string) {
	b.t.Helper()
	body, contentType := form(b.t, fields...)
	r := b.request(http.MethodPost, drafts, body)
	r.Header.Set("Content-Type", contentType)
	w := b.send(r)
	return w.Code, w.Body.String()
}

func TestDrafts(t *testing.T) {
	t.Parallel()
	run(t, []row{
		{name: "list", url: drafts, status: 200, has: []string{`"draft_id":0`, `"user_desc":"首个版本"`, `"category_list":[]`, `"pages":["pages/index/index","packageA/detail"]`, `"root":"packageA"`}},
		{name: "list of no component", url: "/_draftbox/v1/components/wx00000000000000ff/drafts", status: 404},
		{name: "show", url: drafts + "/0", status: 200, has: []string{`"draft_id":0`, devAppid, "商城演示", "小明"}},
		{name: "show none", url: drafts + "/1", status: 404, has: []string{"has no draft 1"}},
		{name: "show no id", url: drafts + "/x", status: 404},
		{name: "show another spelling of an id", url: drafts + "/00", status: 404},
		{name: "show a huge id", url: drafts + "/99999999999999999999", status: 404},
		{
			name: "show of another component", url: "/_draftbox/v1/components/wx0000000000000002/drafts/0", status: 404,
			arrange: func(b *bench) { b.do(http.MethodPost, "/_draftbox/v1/components", `{"appid":"wx0000000000000002"}`) },
		},
		{
			name: "delete", method: "DELETE", url: drafts + "/0", status: 200, has: []string{"{}"},
			then: func(b *bench) {
				if w := b.do(http.MethodGet, drafts, ""); !strings.Contains(w.Body.String(), `"items":[]`) {
					b.t.Errorf("the draft is still there: %s", w.Body)
				}
				if w := b.do(http.MethodGet, component+"/templates", ""); !strings.Contains(w.Body.String(), `"template_id":0`) {
					b.t.Errorf("the template went with its draft: %s", w.Body)
				}
			},
		},
		{name: "delete none", method: "DELETE", url: drafts + "/7", status: 404},
		{name: "package of none", url: drafts + "/7/package", status: 404},
		{name: "package of no id", url: drafts + "/-1/package", status: 404},
	})
}

func TestPackageDownload(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w := b.do(http.MethodGet, drafts+"/0/package", "")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/zip" {
		t.Fatalf("answer is %d %s", w.Code, w.Header())
	}
	if got := w.Header().Get("Content-Disposition"); got != `attachment; filename="`+devAppid+`-0.zip"` {
		t.Errorf("Content-Disposition is %s", got)
	}
	if got := w.Header().Get("Content-Length"); got != fmt.Sprint(w.Body.Len()) {
		t.Errorf("Content-Length is %s for %d bytes", got, w.Body.Len())
	}
	sum := sha256.Sum256(w.Body.Bytes())
	var draft struct{ Digest string }
	b.get(http.MethodGet, drafts+"/0", "", &draft)
	if hex.EncodeToString(sum[:]) != draft.Digest {
		t.Errorf("the package's digest is %x, the draft's %s", sum, draft.Digest)
	}
	head := b.do(http.MethodHead, drafts+"/0/package", "")
	if head.Code != http.StatusOK || head.Body.Len() != 0 || head.Header().Get("Content-Length") != w.Header().Get("Content-Length") {
		t.Errorf("HEAD answers %d with %d bytes, Content-Length %s", head.Code, head.Body.Len(), head.Header().Get("Content-Length"))
	}
	// What was downloaded can be uploaded again, and is the same.
	status, body := b.upload(field{"package", w.Body.String()}, field{"user_version", "1.0.1"})
	if status != http.StatusCreated || !strings.Contains(body, draft.Digest) {
		t.Errorf("the package again answers %d %s", status, body)
	}
}

func TestUpload(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	archive := string(sample.with(files{"app.js": "App({v:2})"}).zip(t))
	desc := "第二版\n多行 😀"
	body, contentType := form(t, field{"user_desc", desc}, field{"package", archive}, field{"developer", "小红"},
		field{"user_version", "1.1.0"}, field{"source_miniprogram_appid", devAppid})
	r := b.request(http.MethodPost, drafts, body)
	r.Header.Set("Content-Type", contentType)
	w := b.send(r)
	if w.Code != http.StatusCreated || w.Header().Get("Location") != drafts+"/1" {
		t.Fatalf("answer is %d, Location %q: %s", w.Code, w.Header().Get("Location"), w.Body)
	}
	for _, want := range []string{`"draft_id":1`, `"user_desc":"第二版\n多行 😀"`, `"developer":"小红"`, `"user_version":"1.1.0"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the answer has no %s: %s", want, w.Body)
		}
	}
	// The answer is what the list shows, and the old draft is gone.
	list := b.do(http.MethodGet, drafts, "").Body.String()
	if !strings.Contains(list, strings.TrimSpace(w.Body.String())) || strings.Contains(list, `"draft_id":0`) {
		t.Errorf("the list is %s\nthe upload answered %s", list, w.Body)
	}
}

// Refused uploads store nothing.
func TestUploadRefused(t *testing.T) {
	t.Parallel()
	good := field{"package", string(sample.zip(t))}
	version := field{"user_version", "1.1.0"}
	for name, row := range map[string]struct {
		fields []field
		status int
		has    string
	}{
		"no package":           {[]field{version}, 422, "The field package is missing"},
		"no version":           {[]field{good}, 422, "user_version is empty"},
		"version too long":     {[]field{good, {"user_version", strings.Repeat("1", 65)}}, 422, "at most 64"},
		"unknown field":        {[]field{good, version, {"desc", "x"}}, 422, `\"desc\" is not known`},
		"field twice":          {[]field{version, version, good}, 422, "user_version comes more than once"},
		"package twice":        {[]field{good, version, good}, 422, "package comes more than once"},
		"field too large":      {[]field{good, version, {"user_desc", strings.Repeat("x", 64<<10+1)}}, 422, "over 64 KiB"},
		"desc too long":        {[]field{good, version, {"user_desc", strings.Repeat("x", 4097)}}, 422, "at most 4096"},
		"desc not UTF-8":       {[]field{good, version, {"user_desc", "\xff"}}, 422, "not valid UTF-8"},
		"source of nobody":     {[]field{good, version, {"source_miniprogram_appid", "wx00000000000000ff"}}, 422, "wx00000000000000ff"},
		"not a zip":            {[]field{{"package", "PK nonsense"}, version}, 422, "invalid_package"},
		"empty package":        {[]field{{"package", ""}, version}, 422, "invalid_package"},
		"no mini program":      {[]field{{"package", string(files{"README.md": "x"}.zip(t))}, version}, 422, "app.json"},
		"missing page":         {[]field{{"package", string(sample.with(files{"pages/index/index.js": "", "pages/index/index.wxml": ""}).zip(t))}, version}, 422, "invalid_package"},
		"path out of it":       {[]field{{"package", string(sample.with(files{"../evil.js": "x"}).zip(t))}, version}, 422, "invalid_package"},
		"part over the limit":  {[]field{{"package", string(sample.with(files{"big.js": strings.Repeat("x", 2<<20)}).zip(t))}, version}, 422, "main package"},
		"archive over 64 MiB":  {[]field{version, {"package", strings.Repeat("x", 64<<20+1)}}, 413, "64 MiB"},
		"form over everything": {[]field{version, {"package", strings.Repeat("x", 66<<20)}}, 413, "64 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			before := b.do(http.MethodGet, drafts, "").Body.String()
			status, body := b.upload(row.fields...)
			if status != row.status || !strings.Contains(body, row.has) {
				t.Errorf("answer is %d %s, want %d with %s", status, body, row.status, row.has)
			}
			if after := b.do(http.MethodGet, drafts, "").Body.String(); after != before {
				t.Errorf("the box has changed from %s to %s", before, after)
			}
		})
	}
}

func TestUploadForm(t *testing.T) {
	t.Parallel()
	multipartOf := func(text string) http.Header {
		return http.Header{"Content-Type": {text}}
	}
	run(t, []row{
		{name: "JSON", method: "POST", url: drafts, body: "{}", header: multipartOf("application/json"), status: 415, has: []string{"unsupported_media_type", "multipart/form-data"}},
		{name: "no type", method: "POST", url: drafts, status: 415},
		{name: "no boundary", method: "POST", url: drafts, header: multipartOf("multipart/form-data"), status: 415},
		{name: "empty", method: "POST", url: drafts, header: multipartOf("multipart/form-data; boundary=x"), status: 422},
		{name: "cut off", method: "POST", url: drafts, body: "--x\r\nContent-Disposition: form-data; name=\"package\"\r\n\r\nPK", header: multipartOf("multipart/form-data; boundary=x"), status: 422, has: []string{"cannot be read"}},
		{name: "nameless", method: "POST", url: drafts, body: "--x\r\n\r\nPK\r\n--x--\r\n", header: multipartOf("multipart/form-data; boundary=x"), status: 422, has: []string{"not known here"}},
		{name: "to no component", method: "POST", url: "/_draftbox/v1/components/wx00000000000000ff/drafts", header: multipartOf("multipart/form-data; boundary=x"), status: 404},
	})
}

// Without a source the package's own appid decides, or the only one there is.
func TestUploadSource(t *testing.T) {
	t.Parallel()
	const second = "wx00000000000000d2"
	names := func(appid string) field {
		return field{"package", string(sample.with(files{"project.config.json": `{"appid":"` + appid + `"}`}).zip(t))}
	}
	version := field{"user_version", "2.0.0"}
	for name, row := range map[string]struct {
		bind   []string // beside the first
		pack   field
		status int
		has    []string
	}{
		"the only one":                     {nil, field{"package", string(sample.zip(t))}, 201, []string{devAppid}},
		"the only one, foreign":            {nil, names("wx00000000000000ff"), 201, []string{devAppid}},
		"the one that is named":            {[]string{second}, names(second), 201, []string{`"source_miniprogram_appid":"` + second + `"`}},
		"two and a foreign name":           {[]string{second}, names("wx00000000000000ff"), 422, []string{devAppid + " (商城演示)", second}},
		"two and no name":                  {[]string{second}, field{"package", string(sample.zip(t))}, 422, []string{devAppid, second}},
		"two and the name of the platform": {[]string{second}, names(compAppid), 422, []string{devAppid, second}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			for _, appid := range row.bind {
				b.do(http.MethodPost, component+"/dev_miniprograms", `{"appid":"`+appid+`"}`)
			}
			status, body := b.upload(version, row.pack)
			if status != row.status {
				t.Errorf("status is %d, want %d: %s", status, row.status, body)
			}
			for _, want := range row.has {
				if !strings.Contains(body, want) {
					t.Errorf("the answer has no %s: %s", want, body)
				}
			}
		})
	}
	b := newBench(t)
	b.do(http.MethodPost, "/_draftbox/v1/components", `{"appid":"wx0000000000000002"}`)
	body, contentType := form(t, version, field{"package", string(sample.zip(t))})
	r := b.request(http.MethodPost, "/_draftbox/v1/components/wx0000000000000002/drafts", body)
	r.Header.Set("Content-Type", contentType)
	if w := b.send(r); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "POST /_draftbox/v1/components/wx0000000000000002/dev_miniprograms") {
		t.Errorf("a component without development mini programs answers %d %s", w.Code, w.Body)
	}
}

// Many uploads at once get ids of their own and leave nothing behind.
func TestParallelUploads(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const uploads = 20
	big := bytes.Repeat([]byte("0123456789abcdef"), 50<<10/16)
	ids := make(chan string, uploads)
	var wg sync.WaitGroup
	for i := range uploads {
		wg.Go(func() {
			changes := files{}
			for j := range 4 {
				changes[fmt.Sprintf("lib/%d.js", j)] = string(big)
			}
			maps.Copy(changes, files{"app.js": fmt.Sprint("App(", i, ")")})
			status, body := b.upload(field{"package", string(sample.with(changes).zip(t))}, field{"user_version", fmt.Sprint("2.0.", i)})
			if status != http.StatusCreated {
				t.Errorf("upload %d answers %d %s", i, status, body)
				return
			}
			id, _, _ := strings.Cut(strings.TrimPrefix(body, `{"draft_id":`), ",")
			ids <- id
		})
	}
	wg.Wait()
	close(ids)
	seen := map[string]bool{}
	for id := range ids {
		if seen[id] {
			t.Errorf("draft_id %s was given twice", id)
		}
		seen[id] = true
	}
	if len(seen) != uploads {
		t.Errorf("%d uploads got ids", len(seen))
	}
	left, err := os.ReadDir(b.temp)
	b.must(err)
	if len(left) > 0 {
		t.Errorf("temporary files stay behind: %v", left)
	}
}
