package adminapi_test

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"draftbox/api/apitest"
	"draftbox/internal/adminapi"
	"draftbox/internal/clock"
	"draftbox/internal/journal"
	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
)

// What every bench has.
const (
	adminToken = "admin-token-of-the-test"
	compAppid  = "wx0000000000000001"
	devAppid   = "wx00000000000000d1"
	merchant   = "wx00000000000000a1"
	secret     = "0123456789abcdef0123456789abcdef"
	component  = "/_draftbox/v1/components/" + compAppid
)

// bench is a management API over one component with a development mini program,
// draft 0, template 0 and an authorized merchant.
type bench struct {
	t       *testing.T
	api     http.Handler // checks every answer against the OpenAPI document
	raw     *adminapi.API
	service *platform.Service
	store   platform.Store
	journal *journal.Journal
	log     *syncBuffer
	temp    string // where uploads are spooled to
}

// syncBuffer is a log that several goroutines write.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func newBench(t *testing.T) *bench {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: "sqlite::memory:", Real: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	b := &bench{t: t, store: store, service: platform.NewService(store, clock.Now), journal: journal.New(1024), log: &syncBuffer{}, temp: t.TempDir()}
	b.raw = b.newAPI(b.service)
	b.api = apitest.Admin(t).Handler(t, b.raw)
	ctx := context.Background()
	_, err = b.service.CreateComponent(ctx, platform.Component{
		Appid: compAppid, Name: "示例平台", Secret: secret, Token: "messagetoken", EncodingAESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE",
	})
	b.must(err)
	_, err = b.service.PutDevMiniprogram(ctx, platform.DevMiniprogram{ComponentAppid: compAppid, Appid: devAppid, Name: "商城演示"})
	b.must(err)
	b.seedDraft("1.0.0")
	_, err = b.service.AddToTemplate(ctx, compAppid, 0, platform.TemplateOrdinary)
	b.must(err)
	_, err = b.service.PutAuthorizer(ctx, platform.Authorizer{ComponentAppid: compAppid, Appid: merchant, NickName: "商户一", Authorized: true})
	b.must(err)
	return b
}

func (b *bench) newAPI(service *platform.Service) *adminapi.API {
	return adminapi.New(adminapi.Options{
		Service: service, Journal: b.journal, Token: adminToken, Version: "v0.0.0-test", TempDir: b.temp,
		Logger: slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) seedDraft(version string) {
	b.t.Helper()
	built, err := miniprogram.FromFS(project(), miniprogram.Options{})
	b.must(err)
	defer func() { b.must(built.Content.Close()) }()
	_, err = b.service.UploadDraft(context.Background(), platform.Upload{
		ComponentAppid: compAppid, SourceAppid: devAppid, UserVersion: version, UserDesc: "首个版本", Developer: "小明",
	}, &built.Package, built.Content)
	b.must(err)
}

// do sends a request with the admin token.
func (b *bench) do(method, url, body string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.send(b.request(method, url, strings.NewReader(body)))
}

func (b *bench) request(method, url string, body io.Reader) *http.Request {
	r := httptest.NewRequestWithContext(b.t.Context(), method, url, body)
	r.Header.Set("Authorization", "Bearer "+adminToken)
	return r
}

func (b *bench) send(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.api.ServeHTTP(w, r)
	return w
}

// get decodes the answer of a call that has to succeed.
func (b *bench) get(method, url, body string, into any) {
	b.t.Helper()
	w := b.do(method, url, body)
	if w.Code/100 != 2 {
		b.t.Fatalf("%s %s: %d %s", method, url, w.Code, w.Body)
	}
	b.must(json.Unmarshal(w.Body.Bytes(), into))
}

// row is one call and what its answer has to be.
type row struct {
	name    string
	method  string // GET if empty
	url     string
	body    string
	header  http.Header
	status  int
	has     []string
	hasNot  []string
	arrange func(*bench)
	then    func(*bench)
}

// changes reports whether a row may leave another state than it found.
func (r *row) changes() bool {
	reads := r.method == http.MethodGet || r.method == http.MethodHead
	return r.arrange != nil || r.then != nil || r.status < 400 && !reads
}

// run makes each call that changes something on a bench of its own.
func run(t *testing.T, rows []row) {
	t.Helper()
	shared := newBench(t)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.method = cmp.Or(row.method, http.MethodGet)
			b := shared
			if row.changes() {
				b = newBench(t)
			}
			if row.arrange != nil {
				row.arrange(b)
			}
			r := b.request(row.method, row.url, strings.NewReader(row.body))
			maps.Copy(r.Header, row.header)
			w := b.send(r)
			if w.Code != row.status {
				t.Fatalf("status is %d, want %d: %s", w.Code, row.status, w.Body)
			}
			for _, want := range row.has {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("the body has no %s: %s", want, w.Body)
				}
			}
			for _, bad := range row.hasNot {
				if strings.Contains(w.Body.String(), bad) {
					t.Errorf("the body has %s: %s", bad, w.Body)
				}
			}
			if row.then != nil {
				row.then(b)
			}
		})
	}
}

// files are the contents of a project by path.
type files map[string]string

var sample = files{
	"app.json":               `{"pages":["pages/index/index"],"subPackages":[{"root":"packageA","pages":["detail"]}]}`,
	"app.js":                 "App({})",
	"pages/index/index.js":   "Page({})",
	"pages/index/index.wxml": "<view>你好</view>",
	"packageA/detail.js":     "Page({})",
	"packageA/detail.wxml":   "<view/>",
}

// with returns the sample with changes; an empty content takes a file away.
func (f files) with(changes files) files {
	out := maps.Clone(f)
	maps.Copy(out, changes)
	maps.DeleteFunc(out, func(_, content string) bool { return content == "" })
	return out
}

func (f files) zip(t testing.TB) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(f)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, f[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// project is the sample as a file system.
func project() fs.FS {
	out := fstest.MapFS{}
	for name, content := range sample {
		out[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return out
}

// field is one field of a form, in order.
type field struct{ name, value string }

// form is the multipart body of an upload, with its Content-Type. A field named
// package is sent as a file.
func form(t testing.TB, fields ...field) (body *bytes.Buffer, contentType string) {
	t.Helper()
	body = &bytes.Buffer{}
	m := multipart.NewWriter(body)
	for _, f := range fields {
		var w io.Writer
		var err error
		if f.name == "package" {
			w, err = m.CreateFormFile(f.name, "project.zip")
		} else {
			w, err = m.CreateFormField(f.name)
		}
		if err == nil {
			_, err = io.WriteString(w, f.value)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return body, m.FormDataContentType()
}
