package wxapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"draftbox/api/apitest"
	"draftbox/internal/clock"
	"draftbox/internal/journal"
	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
	"draftbox/internal/wxapi"
)

// bench is one emulated host with one component.
type bench struct {
	t       *testing.T
	api     http.Handler // checked against api/wechat.openapi.yaml
	server  http.Handler // the same, not checked
	store   platform.Store
	service *platform.Service
	journal *journal.Journal
	comp    platform.Component
	dev     platform.DevMiniprogram
	token   string              // an admin-issued component token
	dbPath  string              // of a database in a file
	shop    platform.Authorizer // see merchant
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return newBenchOn(t, "sqlite::memory:")
}

func newBenchOn(t *testing.T, url string) *bench {
	t.Helper()
	b := openBench(t, url)
	b.comp, b.dev = b.component()
	b.token = b.adminToken(b.comp.Appid)
	return b
}

// openBench is a bench on what is in a database already.
func openBench(t *testing.T, url string) *bench {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	store, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: url, Logger: log, Real: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	b := &bench{t: t, dbPath: url, store: store, service: platform.NewService(store, clock.Now), journal: journal.New(4096)}
	b.server = wxapi.New(wxapi.Options{Service: b.service, Journal: b.journal, Logger: log})
	b.api = apitest.WeChat(t).Handler(t, b.server)
	return b
}

// tenant is a bench with a component of its own on the server of b: cheaper than a
// new one for tests that leave the clock and the database alone.
func (b *bench) tenant(t *testing.T) *bench {
	t.Helper()
	own := &bench{t: t, store: b.store, service: b.service, journal: b.journal, server: b.server, api: apitest.WeChat(t).Handler(t, b.server)}
	own.comp, own.dev = own.component()
	own.token = own.adminToken(own.comp.Appid)
	return own
}

func (b *bench) component() (platform.Component, platform.DevMiniprogram) {
	b.t.Helper()
	c, err := b.service.CreateComponent(context.Background(), platform.Component{})
	b.must(err)
	d, err := b.service.PutDevMiniprogram(context.Background(), platform.DevMiniprogram{ComponentAppid: c.Appid, Name: "示例模板"})
	b.must(err)
	return c, d
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) adminToken(appid string) string {
	b.t.Helper()
	token, err := b.service.AdminComponentToken(context.Background(), appid, platform.Caller{IP: "127.0.0.1"})
	b.must(err)
	return token
}

// set changes the component's settings.
func (b *bench) set(change func(*platform.Component)) {
	b.t.Helper()
	_, err := b.service.ChangeComponent(context.Background(), b.comp.Appid, func(c *platform.Component) error {
		change(c)
		return nil
	})
	b.must(err)
}

func (b *bench) advance(d time.Duration) {
	b.t.Helper()
	b.must(b.service.AdvanceClock(context.Background(), d))
}

func (b *bench) ticket() string {
	b.t.Helper()
	t, err := b.service.CurrentTicket(context.Background(), b.comp.Appid)
	b.must(err)
	return t.Value
}

var project = fstest.MapFS{
	"app.json":               {Data: []byte(`{"pages":["pages/index/index"]}`)},
	"app.js":                 {Data: []byte(`App({})`)},
	"pages/index/index.js":   {Data: []byte(`Page({})`)},
	"pages/index/index.wxml": {Data: []byte(`<view>hi</view>`)},
}

// upload makes a draft from the bench's development mini program.
func (b *bench) upload(u platform.Upload) platform.Draft {
	b.t.Helper()
	built, err := miniprogram.FromFS(project, miniprogram.Options{})
	b.must(err)
	defer func() { b.must(built.Content.Close()) }()
	if u.ComponentAppid == "" {
		u.ComponentAppid, u.SourceAppid = b.comp.Appid, b.dev.Appid
	}
	if u.UserVersion == "" {
		u.UserVersion = "1.0.0"
	}
	d, err := b.service.UploadDraft(context.Background(), u, &built.Package, built.Content)
	b.must(err)
	return d
}

// reply is an answer of the API.
type reply struct {
	status int
	header http.Header
	body   string
}

func (b *bench) do(method, target, body string, headers ...string) reply {
	b.t.Helper()
	return b.doIn(context.Background(), method, target, body, headers...)
}

// doCancelled calls with a context that has ended already.
func (b *bench) doCancelled(method, target, body string) reply {
	b.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return b.doIn(ctx, method, target, body)
}

func (b *bench) doIn(ctx context.Context, method, target, body string, headers ...string) reply {
	b.t.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	r := httptest.NewRequestWithContext(ctx, method, target, in)
	r.RemoteAddr = "127.0.0.1:52110"
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	b.api.ServeHTTP(w, r)
	return reply{w.Code, w.Header(), w.Body.String()}
}

func (b *bench) get(path string) reply {
	b.t.Helper()
	return b.do(http.MethodGet, path+"?access_token="+b.token, "")
}

func (b *bench) post(path, body string) reply {
	b.t.Helper()
	return b.do(http.MethodPost, path+"?access_token="+b.token, body)
}

var ridTail = regexp.MustCompile(` rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$`)

// outcome splits an answer into its errcode and the constant part of its errmsg,
// and checks what holds for every answer.
func (b *bench) outcome(r reply) (code int, msg string) {
	b.t.Helper()
	if r.status != http.StatusOK {
		b.t.Errorf("status %d, want 200", r.status)
	}
	if ct := r.header.Get("Content-Type"); ct != "application/json; encoding=utf-8" {
		b.t.Errorf("Content-Type %q", ct)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(r.body)); err != nil || compact.String() != r.body {
		b.t.Errorf("the body is not compact JSON: %q (%v)", r.body, err)
	}
	var e struct {
		ErrCode *int   `json:"errcode"`
		ErrMsg  string `json:"errmsg"`
	}
	b.must(json.Unmarshal([]byte(r.body), &e))
	if e.ErrCode == nil {
		return 0, ""
	}
	if *e.ErrCode != 0 && !ridTail.MatchString(e.ErrMsg) {
		b.t.Errorf("errmsg %q does not end in a rid", e.ErrMsg)
	}
	if *e.ErrCode == 0 && e.ErrMsg != "ok" && e.ErrMsg != "OK" && e.ErrMsg != "" { // one call has it in capitals, one empty
		b.t.Errorf("errmsg %q, want ok", e.ErrMsg)
	}
	return *e.ErrCode, ridTail.ReplaceAllString(e.ErrMsg, "")
}

// refused checks an error reply.
func (b *bench) refused(r reply, code int, msg string) {
	b.t.Helper()
	gotCode, gotMsg := b.outcome(r)
	if gotCode != code || gotMsg != msg {
		b.t.Errorf("answered %d %q, want %d %q", gotCode, gotMsg, code, msg)
	}
}

// ok checks that a call succeeded with an errcode, and decodes the answer.
func (b *bench) ok(r reply, into any) {
	b.t.Helper()
	if !strings.HasPrefix(r.body, `{"errcode":0,"errmsg":"ok"`) {
		b.t.Fatalf("answered %s", r.body)
	}
	b.outcome(r)
	if into != nil {
		b.must(json.Unmarshal([]byte(r.body), into))
	}
}

// reason is what the journal says of the call that a reply belongs to.
func (b *bench) reason(r reply) string {
	b.t.Helper()
	text := r.body[strings.LastIndex(r.body, "rid: ")+len("rid: "):]
	rid, ok := journal.ParseRID(text[:min(len(text), len("00000000-00000000-00000000"))])
	if !ok {
		b.t.Fatalf("no rid in %s", r.body)
	}
	e, ok := b.journal.Find(rid)
	if !ok {
		b.t.Fatalf("the journal has no %s", rid)
	}
	return e.Reason
}
