package adminapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"draftbox/internal/clock"
	"draftbox/internal/platform"
)

// sick is a store that fails in a way of its own.
type sick struct {
	platform.Store
	fail func() error
}

func (s sick) View(context.Context, func(platform.Reader) error) error { return s.fail() }
func (s sick) Ready(context.Context) error                             { return s.fail() }

// over returns the API over a store that fails.
func (b *bench) over(fail func() error) http.Handler {
	return b.newAPI(platform.NewService(sick{b.store, fail}, clock.Now))
}

func (b *bench) ask(api http.Handler, url string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	api.ServeHTTP(w, b.request(http.MethodGet, url, nil))
	return w
}

func TestHealth(t *testing.T) {
	t.Parallel()
	run(t, []row{
		{name: "live", url: "/livez", status: 200, has: []string{`{"status":"ok"}`}},
		{name: "ready", url: "/readyz", status: 200, has: []string{`{"status":"ready"}`}},
		{name: "admin document", url: "/_draftbox/v1/openapi/admin.yaml", status: 200, has: []string{"openapi: 3.1", "/_draftbox/v1/components"}},
		{name: "uploader document", url: "/_draftbox/v1/openapi/uploader.yaml", status: 200, has: []string{"openapi: 3.1", "/wxa/ci/upload"}},
		{name: "wechat document", url: "/_draftbox/v1/openapi/wechat.yaml", status: 200, has: []string{"openapi: 3.1", "/wxa/gettemplatedraftlist"}},
	})
}

// When the database is gone the API says so, and why; it stays alive.
func TestDatabaseGone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	api := b.over(func() error { return fmt.Errorf("%w: connection refused", platform.ErrUnavailable) })
	for url, want := range map[string]struct {
		status int
		body   string
	}{
		"/livez":                     {200, `{"status":"ok"}`},
		"/readyz":                    {503, `{"status":"unavailable","reason":"store unavailable: connection refused"}`},
		"/metrics":                   {200, "draftbox_ready 0\n"},
		component:                    {503, `{"error":{"code":"unavailable","message":"store unavailable: connection refused"}}`},
		component + "/drafts":        {503, "connection refused"},
		clockURL:                     {503, "connection refused"},
		"/_draftbox/v1/components":   {503, "connection refused"},
		component + "/drafts/0":      {503, "connection refused"},
		requests + "?component=none": {200, `"items":[]`},
	} {
		if w := b.ask(api, url); w.Code != want.status || !strings.Contains(w.Body.String(), want.body) {
			t.Errorf("%s answers %d %s, want %d %s", url, w.Code, w.Body, want.status, want.body)
		}
	}
	body, contentType := form(t, field{"package", string(sample.zip(t))}, field{"user_version", "1.1.0"})
	r := b.request(http.MethodPost, drafts, body)
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("an upload answers %d %s", w.Code, w.Body)
	}
}

// What nobody foresaw goes to the log and not to the caller.
func TestFaultsAreNotTold(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New("column 7 is broken") },
		"panic": func() error { panic("column 7 is broken") },
		// A sentence is told only where the service made it one.
		"bare kind": func() error { return fmt.Errorf("column 7 is broken: %w", platform.ErrConflict) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			w := b.ask(b.over(fail), component)
			if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), `"code":"internal"`) || strings.Contains(w.Body.String(), "column") {
				t.Errorf("answer is %d %s", w.Code, w.Body)
			}
			if !strings.Contains(b.log.String(), "column 7 is broken") {
				t.Errorf("the log does not tell the cause: %s", b.log)
			}
		})
	}
	b := newBench(t)
	w := b.ask(b.over(func() error { return context.DeadlineExceeded }), component)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "did not answer within") {
		t.Errorf("a database that does not answer gives %d %s", w.Code, w.Body)
	}
}

// Calls are logged, without what they carry.
func TestLog(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.do(http.MethodGet, component+"?reveal=1", "")
	b.do(http.MethodPatch, component, `{"secret":"`+strings.Repeat("c", 32)+`"}`)
	b.do(http.MethodPost, component+"/tokens", "")
	b.do(http.MethodGet, "/_draftbox/v1/"+token, "")
	b.do(http.MethodPost, clockURL, `{"advance":"soon"}`)
	log := b.log.String()
	for _, want := range []string{
		`level=DEBUG msg="management call" method=GET path=` + component + ` status=200 ms=`,
		`level=INFO msg="management call" method=PATCH path=` + component + ` status=200`,
		`level=INFO msg="management call" method=POST path=` + clockURL + ` status=422`,
		`reason="advance is \"soon\"`,
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %s:\n%s", want, log)
		}
	}
	for _, bad := range []string{adminToken, secret, strings.Repeat("c", 32), token, "reveal"} {
		if strings.Contains(strings.ReplaceAll(log, "secrets revealed", ""), bad) {
			t.Errorf("the log has %s:\n%s", bad, log)
		}
	}
}

// Every line of the metrics is one of the text format.
func TestMetrics(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	record(b)
	b.do(http.MethodGet, component, "")
	w := b.do(http.MethodGet, "/metrics", "")
	text := w.Body.String()
	for _, want := range []string{
		`draftbox_build_info{version="v0.0.0-test",goversion="go1.`, "draftbox_ready 1\n", `draftbox_requests_total{outcome="ok"} 1`, `draftbox_requests_total{outcome="refused"} 1`,
		`draftbox_requests_total{outcome="system_error"} 1`, `draftbox_management_requests_total{status="2xx"} 1`, "go_goroutines ", "draftbox_uptime_seconds ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the metrics have no %s:\n%s", want, text)
		}
	}
	line := regexp.MustCompile(`^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+)$`)
	for l := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if !line.MatchString(l) {
			t.Errorf("%q is no line of the format", l)
		}
	}
	if got := w.Header().Get("Content-Type"); got != "text/plain; version=0.0.4; charset=utf-8" {
		t.Errorf("Content-Type is %s", got)
	}
}
