package wxopen_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"draftbox/wxopen"

	"github.com/google/go-cmp/cmp"
)

func shop(more ...string) fstest.MapFS {
	files := fstest.MapFS{
		"app.json":               {Data: []byte(`{"pages":["pages/index/index"]}`)},
		"app.js":                 {Data: []byte("App({})")},
		"pages/index/index.wxml": {Data: []byte("<view>你好</view>")},
		"pages/index/index.js":   {},
	}
	for i := 0; i < len(more); i += 2 {
		files[more[i]] = &fstest.MapFile{Data: []byte(more[i+1])}
	}
	return files
}

func TestUpload(t *testing.T) {
	t.Parallel()
	h := newHost()
	u := h.uploader(t)
	var sent []int64
	got, err := u.Upload(t.Context(), wxopen.CodeUpload{
		Version: "1.2.0", Desc: "说明 a+b&c=1", Robot: 3,
		Progress: func(n, total int64) { sent = append(sent, n, total) },
	}, shop())
	if err != nil {
		t.Fatalf("%v; refused: %s", err, h.refused)
	}
	want := &wxopen.UploadedCode{
		Parts:   []wxopen.UploadedPart{{Name: wxopen.WholePart, Size: 1152}, {Name: "/pkgA/", Size: 152}},
		Plugins: []wxopen.UploadedPlugin{{Provider: "wx1", Version: "1.2.3", Size: 77}},
		Extra:   map[string]jsonText{"str_uint64version": jsonText(`"1"`)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"POST /wxa/ci/getrandstr", "POST /wxa/ci/upload"}, h.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	up := h.uploads[0]
	for name, value := range map[string]string{
		"codeprotect": "0", "type": "miniProgram", "appid": devAppid, "version": "1.2.0", "desc": "说明 a+b&c=1", "robot": "3",
		"debugLaunchInfo": `{"scene":1011}`, "path": "", "extAppId": "", "bigPackageSizeSupport": "",
	} {
		if got := up.query.Get(name); got != value {
			t.Errorf("%s = %q, want %q", name, got, value)
		}
	}
	if up.uploader != "draftbox/1" {
		t.Errorf("version of the uploader = %q", up.uploader)
	}
	wantNames := []string{"/app.js", "/app.json", "/pages/index/index.js", "/pages/index/index.wxml", "/project.config.json"}
	if diff := cmp.Diff(wantNames, up.names); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if got := up.files["/project.config.json"]; got != `{"miniprogramRoot":""}` {
		t.Errorf("project.config.json = %s", got)
	}
	if n := int64(len(up.body)); len(sent) == 0 || sent[len(sent)-2] != n || sent[len(sent)-1] != n {
		t.Errorf("progress = %d, of %d bytes", sent, n)
	}

	// Again: a nonce of its own, the same bytes but for the signature.
	if _, err := u.Upload(t.Context(), wxopen.CodeUpload{Version: "1"}, shop()); err != nil {
		t.Fatal(err)
	}
	if len(h.issued) != 2 || len(h.nonces) != 0 || h.uploads[1].query.Get("robot") != "1" {
		t.Errorf("%d nonces, %d unused, robot %s", len(h.issued), len(h.nonces), h.uploads[1].query.Get("robot"))
	}
	if diff := cmp.Diff(up.files, h.uploads[1].files); diff != "" {
		t.Errorf("files of the second upload (-first +second):\n%s", diff)
	}
}

func TestPreview(t *testing.T) {
	t.Parallel()
	h := newHost()
	u := h.uploader(t)
	got, err := u.Preview(t.Context(), wxopen.CodePreview{Page: "pages/index/index?a=1&b=2", Robot: 30}, shop())
	if err != nil {
		t.Fatal(err)
	}
	if string(got.QRCode) != "\xff\xd8 picture" || len(got.Parts) != 2 || len(got.Extra) != 1 {
		t.Errorf("preview = %+v", got)
	}
	query := h.uploads[0].query
	for name, want := range map[string]string{"version": "0.0.1", "path": "pages/index/index?a=1&b=2", "bigPackageSizeSupport": "1", "robot": "30", "type": "miniProgram"} {
		if query.Get(name) != want {
			t.Errorf("%s = %q, want %q", name, query.Get(name), want)
		}
	}
	for _, body := range []string{`{}`, `{"qrcode_img":""}`, `{"qrcode_img":"?"}`} {
		h := newHost()
		h.answer = func(path string) string {
			if path == "/wxa/ci/testSourceURL" {
				return `{"errCode":0,"body":` + body + `}`
			}
			return ""
		}
		_, err := h.uploader(t).Preview(t.Context(), wxopen.CodePreview{}, shop())
		if failure, ok := errors.AsType[*wxopen.TransportError](err); !ok || failure.HTTPStatus != 200 {
			t.Errorf("body %s: %v", body, err)
		}
	}
}

func TestAttributes(t *testing.T) {
	t.Parallel()
	got, err := newHost().uploader(t).Attributes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := &wxopen.ProjectAttributes{
		Platform: true, Released: true, Extra: map[string]jsonText{"more": jsonText("[1]")},
		Setting: wxopen.ProjectSetting{
			MaxCodeSize: 2, MaxSubpackageSubCodeSize: 2, MaxSubpackageFullSize: 12, NavigateMiniprogramLimit: 10, MaxSubpackages: 100,
			MinTabBarCount: 2, MaxTabBarCount: 5, MaxCustomTabBarCount: 10, MaxTabBarIconSize: 40,
			Extra: map[string]jsonText{"Other": jsonText(`"x"`)},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

// A package of over 4 MiB goes through a file, which is gone afterwards.
func TestLargeUpload(t *testing.T) {
	t.Parallel()
	h := newHost()
	dir := t.TempDir()
	u := h.uploader(t, func(cfg *wxopen.UploaderConfig) { cfg.TempDir = dir })
	noise := make([]byte, 6<<20)
	for i, x := 0, uint32(1); i < len(noise); i++ { // nothing that gzip makes smaller
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		noise[i] = byte(x)
	}
	last := int64(0)
	_, err := u.Upload(t.Context(), wxopen.CodeUpload{Version: "1", Progress: func(sent, total int64) {
		if sent <= last || sent > total {
			t.Errorf("%d of %d after %d", sent, total, last)
		}
		last = sent
	}}, shop("noise.bin", string(noise)))
	if err != nil {
		t.Fatal(err)
	}
	if up := h.uploads[0]; up.files["/noise.bin"] != string(noise) || last != int64(len(up.body)) {
		t.Errorf("%d bytes came, %d reported", len(up.body), last)
	}
	nothingLeft(t, dir)
	u = h.uploader(t, func(cfg *wxopen.UploaderConfig) { cfg.TempDir = filepath.Join(dir, "missing") })
	if _, err := u.Upload(t.Context(), wxopen.CodeUpload{Version: "1"}, shop("noise.bin", string(noise))); err == nil {
		t.Error("without a folder for temporary files: no error")
	}
}

func TestUploadRefused(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		answer string
		want   wxopen.Error
	}{
		{`{"errCode":-10008,"errMsg":"invalid ip: 1.2.3.4, reference: https://x"}`, wxopen.Error{Code: -10008, Msg: "invalid ip: 1.2.3.4, reference: https://x"}},
		{`{"errCode":-1,"errMsg":"get new ticket fail innerCode: -80011"}`, wxopen.Error{Code: -1, Msg: "get new ticket fail innerCode: -80011"}},
		{`{"errCode":"7","errMsg":"as text"}`, wxopen.Error{Code: 7, Msg: "as text"}},
		{`{"errcode":40001,"errmsg":"lower case rid: 674d0448-268a3b77-5d4ecf79"}`, wxopen.Error{Code: 40001, Msg: "lower case", RID: rid}},
		{`{"errCode":5,"body":{}}`, wxopen.Error{Code: 5}},
	} {
		for _, path := range []string{"/wxa/ci/getrandstr", "/wxa/ci/upload", "/wxa/ci/testSourceURL", "/wxa/ci/getattr"} {
			h := newHost()
			h.answer = func(p string) string {
				if p == path {
					return row.answer
				}
				return ""
			}
			u := h.uploader(t)
			var err error
			switch path {
			case "/wxa/ci/getattr":
				_, err = u.Attributes(t.Context())
			case "/wxa/ci/testSourceURL":
				_, err = u.Preview(t.Context(), wxopen.CodePreview{}, shop())
			default:
				_, err = u.Upload(t.Context(), wxopen.CodeUpload{Version: "1"}, shop())
			}
			want := row.want
			want.Path, want.HTTPStatus = path, 200
			if got, ok := errors.AsType[*wxopen.Error](err); !ok || *got != want {
				t.Errorf("%s answers %s: %#v", path, row.answer, err)
			}
			if len(h.calls) > 2 { // the nonce and the call
				t.Errorf("%s answers %s: calls %s", path, row.answer, h.calls)
			}
		}
	}
}

func TestUnusableUploadAnswers(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"page":             "<html>502</html>",
		"no object":        "[]",
		"null":             "null",
		"no code":          `{"body":{}}`,
		"odd code":         `{"errCode":{},"body":{}}`,
		"no body":          `{"errCode":0}`,
		"body null":        `{"errCode":0,"body":null}`,
		"body no object":   `{"errCode":0,"body":[]}`,
		"parts no list":    `{"errCode":0,"body":{"subpackage_info":{}}}`,
		"part no object":   `{"errCode":0,"body":{"subpackage_info":[1]}}`,
		"size no number":   `{"errCode":0,"body":{"subpackage_info":[{"name":"a","size":"b"}]}}`,
		"plugin no object": `{"errCode":0,"body":{"ext_plugin_info":["a"]}}`,
		"over 1 MiB":       `{"errCode":0,"body":{"a":"` + strings.Repeat("x", 1<<20) + `"}}`,
	} {
		h := newHost()
		h.answer = func(path string) string {
			if path == "/wxa/ci/upload" {
				return answer
			}
			return ""
		}
		got, err := h.uploader(t).Upload(t.Context(), wxopen.CodeUpload{Version: "1"}, shop())
		if failure, ok := errors.AsType[*wxopen.TransportError](err); !ok || got != nil || failure.Path != "/wxa/ci/upload" || failure.HTTPStatus != 200 {
			t.Errorf("%s: %+v, %#v", name, got, err)
		}
	}
	for name, answer := range map[string]string{
		"no data":        `{"errCode":0}`,
		"no nonce":       `{"errCode":0,"data":{}}`,
		"nonce too long": `{"errCode":0,"data":{"randomString":"` + strings.Repeat("x", 202) + `"}}`,
	} {
		h := newHost()
		h.answer = func(string) string { return answer }
		_, err := h.uploader(t).Attributes(t.Context())
		if failure, ok := errors.AsType[*wxopen.TransportError](err); !ok || failure.Path != "/wxa/ci/getrandstr" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An answer counts whatever the status is; a page of a proxy does not.
func TestUploadStatusDoesNotCount(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, `{"errCode":0,"data":{"randomString":"abc","platform":1,"setting":{}}}`)
	}))
	defer server.Close()
	u := newHost().uploader(t, func(cfg *wxopen.UploaderConfig) { cfg.BaseURL = server.URL + "/" })
	if got, err := u.Attributes(t.Context()); err != nil || !got.Platform {
		t.Errorf("%+v, %v", got, err)
	}
}

// The context ends an upload while its body is on its way, and nothing is
// reported after that.
func TestUploadCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	over := false
	h := newHost()
	dir := t.TempDir()
	u := h.uploader(t, func(cfg *wxopen.UploaderConfig) {
		cfg.TempDir = dir
		cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
			if req.URL.Path != "/wxa/ci/upload" {
				return http.DefaultTransport.RoundTrip(req)
			}
			if _, err := io.CopyN(io.Discard, req.Body, 100); err != nil {
				return nil, err
			}
			cancel()
			go func() { // as net/http may
				<-req.Context().Done()
				_, _ = io.Copy(io.Discard, req.Body)
			}()
			return nil, req.Context().Err()
		})}
	})
	_, err := u.Upload(ctx, wxopen.CodeUpload{Version: "1", Progress: func(int64, int64) {
		if over {
			t.Error("progress after the end")
		}
	}}, shop("big.bin", strings.Repeat("0123456789", 100_000)))
	over = true
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
	if _, err := u.Upload(ctx, wxopen.CodeUpload{Version: "1"}, shop()); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that is over: %v", err)
	}
	nothingLeft(t, dir)
}

func TestUploaderHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	key := pkcs1(uploadKey())
	h := newHost()
	var signatures []string
	u := h.uploader(t, func(cfg *wxopen.UploaderConfig) {
		cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
			if req.URL.Path == "/wxa/ci/getrandstr" {
				return http.DefaultTransport.RoundTrip(req)
			}
			body, _ := io.ReadAll(req.Body)
			if _, after, ok := bytes.Cut(body, []byte(`"signature":"`)); ok {
				sig, _, _ := bytes.Cut(after, []byte(`"`))
				signatures = append(signatures, string(sig))
			}
			return jsonResponse(req, fmt.Sprintf(`{"errCode":3,"errMsg":"you said %s"}`, strings.ReplaceAll(string(body), `"`, `'`))), nil
		})}
	})
	_, err := u.Attributes(t.Context())
	text := everyText(err) + fmt.Sprintf("%v %+v %#v %s", u, u, u, u)
	cfg := wxopen.UploaderConfig{Appid: devAppid, PrivateKey: key}
	text += fmt.Sprintf("%v %+v %#v %s %v", cfg, cfg, cfg, cfg, cfg.LogValue())
	if err == nil || len(signatures) != 1 {
		t.Fatalf("%v, %d signatures", err, len(signatures))
	}
	body, _, _ := strings.Cut(string(key[40:]), "\n")
	for _, leak := range []string{signatures[0], h.issued[0], body, uploadKey().D.String()} {
		if strings.Contains(text, leak) {
			t.Errorf("%.20s... in %s", leak, text)
		}
	}
	if !strings.Contains(text, devAppid) {
		t.Errorf("no appid in %s", text)
	}
	if _, err := base64.StdEncoding.DecodeString(signatures[0]); err != nil {
		t.Error(err)
	}
}
