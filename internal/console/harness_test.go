package console_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/console"
	"draftbox/internal/journal"
	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
)

// What every bench has.
const (
	adminToken = "admin-token-of-the-test"
	component  = "wx0000000000000001"
	dev        = "wx00000000000000d1"
	merchant   = "wx00000000000000a1"
	base       = "/c/" + component
	// made-up secrets that no page may show whole.
	token = "92_AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGhIjKlMnOpQrStUvWxYz"
)

// bench is a console over one component with a development mini program, draft 0,
// template 0 and an authorized merchant.
type bench struct {
	*testing.T
	store   platform.Store
	page    *console.Console
	service *platform.Service
	journal *journal.Journal
}

func newBench(t *testing.T, change ...func(*console.Options)) *bench {
	t.Helper()
	return benchOn(t, "sqlite::memory:", change...)
}

// benchOn is a bench over a database.
func benchOn(t *testing.T, url string, change ...func(*console.Options)) *bench {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: url, Real: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	b := &bench{T: t, store: store, service: platform.NewService(store, clock.Now), journal: journal.New(4096)}
	o := console.Options{
		Service: b.service, Journal: b.journal, Token: adminToken, Open: true, Version: "v0.0.0-test", TempDir: t.TempDir(),
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	for _, fn := range change {
		fn(&o)
	}
	b.page = console.New(o)
	t.Cleanup(b.page.Close)
	ctx := context.Background()
	_, err = b.service.CreateComponent(ctx, platform.Component{
		Appid: component, Name: "示例平台", Secret: "0123456789abcdef0123456789abcdef", Token: "messagetoken",
		EncodingAESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE", EventURL: "http://127.0.0.1:9/event", MessageURL: "http://127.0.0.1:9/$APPID$/message",
	})
	b.must(err)
	_, err = b.service.PutDevMiniprogram(ctx, platform.DevMiniprogram{ComponentAppid: component, Appid: dev, Name: "商城演示"})
	b.must(err)
	b.draft("1.0.0")
	_, err = b.service.AddToTemplate(ctx, component, 0, platform.TemplateOrdinary)
	b.must(err)
	_, err = b.service.PutAuthorizer(ctx, platform.Authorizer{ComponentAppid: component, Appid: merchant, NickName: "商户一", Authorized: true})
	b.must(err)
	return b
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

var project = fstest.MapFS{
	"app.json":               {Data: []byte(`{"pages":["pages/index/index"],"subPackages":[{"root":"packageA","pages":["detail"]}]}`)},
	"app.js":                 {Data: []byte("App({})")},
	"pages/index/index.js":   {Data: []byte("Page({})")},
	"pages/index/index.wxml": {Data: []byte("<view>你好</view>")},
	"packageA/detail.js":     {Data: []byte("Page({})")},
	"packageA/detail.wxml":   {Data: []byte("<view/>")},
}

func (b *bench) draft(version string) {
	b.Helper()
	built, err := miniprogram.FromFS(project, miniprogram.Options{})
	b.must(err)
	defer func() { b.must(built.Content.Close()) }()
	_, err = b.service.UploadDraft(context.Background(), platform.Upload{
		ComponentAppid: component, SourceAppid: dev, UserVersion: version, UserDesc: "首个版本\n第二行", Developer: "小明",
	}, &built.Package, built.Content)
	b.must(err)
}

// zipped is the project as an archive.
func zipped(t testing.TB) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	if err := errors.Join(z.AddFS(project), z.Close()); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// call puts a request into the journal and returns its rid.
func (b *bench) call(e journal.Entry) string {
	b.Helper()
	now, err := b.service.Now(context.Background())
	b.must(err)
	e.RID, e.Time, e.HTTPStatus, e.ClientIP = journal.NewRID(now), now, http.StatusOK, "127.0.0.1"
	b.journal.Record(&e)
	return e.RID.String()
}

// refused is a list of drafts that a superseded token asked for.
func (b *bench) refused() string {
	b.Helper()
	return b.call(journal.Entry{
		Method: "GET", Path: "/wxa/gettemplatedraftlist", Query: "access_token=" + token, Component: component, TokenKind: "component", ErrCode: 40001,
		Reason: "access_token 92_AbC…WxYz was superseded 31 s ago by one issued to 127.0.0.1", Duration: 420 * time.Microsecond,
		ResponseBody: []byte(`{"errcode":40001,"errmsg":"invalid credential, access_token is invalid or not latest"}`),
	})
}

// submit commits template 0 to the merchant and submits it for audit.
func (b *bench) submit() int64 {
	b.Helper()
	ctx := context.Background()
	b.must(b.service.Commit(ctx, platform.Commit{ComponentAppid: component, AuthorizerAppid: merchant, TemplateID: 0, UserVersion: "1.0.0", UserDesc: "首个版本", ExtJSON: "{}"}))
	id, err := b.service.SubmitAudit(ctx, platform.Submission{
		ComponentAppid: component, AuthorizerAppid: merchant,
		Request: []byte(`{"item_list":[{"address":"pages/index/index","tag":"商城","title":"首页","first_class":"工具","second_class":"效率"}],"version_desc":"请审核"}`),
	})
	b.must(err)
	return id
}

func (b *bench) get(target string, headers ...string) *httptest.ResponseRecorder {
	b.Helper()
	return b.do(http.MethodGet, target, nil, headers...)
}

func (b *bench) post(target string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	b.Helper()
	return b.do(http.MethodPost, target, strings.NewReader(form.Encode()), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

// do makes a request from this machine. Every page that comes back must be well-formed
// and carry the headers that guard it.
func (b *bench) do(method, target string, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), method, target, body)
	r.RemoteAddr, r.Host = "127.0.0.1:50123", "127.0.0.1:8507"
	r.Header.Set("Accept-Language", "en")
	for i := 0; i+1 < len(headers); i += 2 {
		switch headers[i] {
		case "Host":
			r.Host = headers[i+1]
		case "Remote":
			r.RemoteAddr = headers[i+1]
		default:
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	w := httptest.NewRecorder()
	b.page.ServeHTTP(w, r)
	for name, want := range map[string]string{"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"} {
		if got := w.Header().Get(name); got != want {
			b.Errorf("%s %s: %s is %q, want %q", method, target, name, got, want)
		}
	}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html; charset=utf-8") && w.Code != http.StatusSeeOther && w.Header().Get("Content-Encoding") == "" {
		wellFormed(b.T, target, w.Body.String())
	}
	return w
}

// wellFormed checks a page as XML, which is stricter than any browser.
func wellFormed(t *testing.T, target, page string) {
	t.Helper()
	if strings.Contains(page, " style=") || strings.Contains(page, "<style") {
		t.Errorf("%s has inline style", target)
	}
	d := xml.NewDecoder(strings.NewReader(page))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s is not well-formed: %v\n%s", target, err, page)
		}
	}
}

// has checks status and texts of a page.
func (b *bench) has(w *httptest.ResponseRecorder, status int, texts ...string) {
	b.Helper()
	if w.Code != status {
		b.Fatalf("status is %d, want %d: %s %s", w.Code, status, w.Header().Get("Location"), w.Body)
	}
	for _, text := range texts {
		if !strings.Contains(w.Body.String(), text) {
			b.Errorf("the page lacks %q:\n%s", text, w.Body)
		}
	}
}
