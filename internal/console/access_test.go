package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"draftbox/internal/console"
)

func TestWhoMayComeIn(t *testing.T) {
	t.Parallel()
	open := newBench(t)
	asking := newBench(t, func(o *console.Options) { o.Open = false })
	for _, row := range []struct {
		name    string
		bench   *bench
		headers []string
		status  int
	}{
		{"this machine, made-up token", open, nil, http.StatusOK},
		{"localhost", open, []string{"Host", "localhost:8507"}, http.StatusOK},
		{"IPv6", open, []string{"Host", "[::1]:8507", "Remote", "[::1]:50123"}, http.StatusOK},
		{"another name (DNS rebinding)", open, []string{"Host", "draftbox.example.com:8507"}, http.StatusForbidden},
		{"a name that only looks like it", open, []string{"Host", "127.0.0.1.example.com"}, http.StatusForbidden},
		{"another machine, made-up token", open, []string{"Remote", "192.0.2.7:50123"}, http.StatusSeeOther},
		{"this machine, chosen token", asking, nil, http.StatusSeeOther},
		{"a made-up session", asking, []string{"Cookie", "draftbox_session=9999999999.00"}, http.StatusSeeOther},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if w := row.bench.get(base+"/drafts", row.headers...); w.Code != row.status {
				t.Errorf("status is %d, want %d", w.Code, row.status)
			}
		})
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *console.Options) { o.Open = false })
	w := b.get(base + "/drafts?q=1")
	to := w.Header().Get("Location")
	if want := "/login?next=" + url.QueryEscape(base+"/drafts?q=1"); to != want {
		t.Fatalf("the browser goes to %q, want %q", to, want)
	}
	b.has(b.get(to), http.StatusOK, "Admin token", base+"/drafts?q=1")
	b.has(b.post("/login", url.Values{"token": {"wrong"}}), http.StatusUnauthorized, "The token is wrong.")
	w = b.post("/login", url.Values{"token": {adminToken}, "next": {base + "/drafts?q=1"}})
	cookie := w.Header().Get("Set-Cookie")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != base+"/drafts?q=1" || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Strict") {
		t.Fatalf("%d to %q with %q", w.Code, w.Header().Get("Location"), cookie)
	}
	session, _, _ := strings.Cut(cookie, ";")
	b.has(b.get(base+"/drafts", "Cookie", session), http.StatusOK, "Draft box")
	if w := b.post("/login", url.Values{"token": {adminToken}, "next": {"//example.com/"}}); w.Header().Get("Location") != "/" {
		t.Errorf("the login leads to %q", w.Header().Get("Location"))
	}
	if w := b.post("/clock", url.Values{"do": {"freeze"}}); w.Code != http.StatusUnauthorized {
		t.Errorf("without a session the clock answers %d", w.Code)
	}
	if w := b.get("/events?component=" + component); w.Code != http.StatusUnauthorized {
		t.Errorf("without a session the stream answers %d", w.Code)
	}
}

func TestOtherOriginsChangeNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w := b.post(base+"/drafts/0/delete", nil, "Sec-Fetch-Site", "cross-site")
	b.has(w, http.StatusForbidden, "Pages of other sites may not change anything here.")
	if _, err := b.service.Draft(t.Context(), component, 0); err != nil {
		t.Errorf("the draft is gone: %v", err)
	}
}
