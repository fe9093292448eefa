package adminapi_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"draftbox/api/apitest"
)

// Every caller role on every route: without the token nothing but what is open
// can be reached.
func TestCallerRoles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	open := []string{"GET /livez", "GET /readyz", "GET /metrics", "GET /_draftbox/v1/openapi/wechat.yaml", "GET /_draftbox/v1/openapi/uploader.yaml", "GET /_draftbox/v1/openapi/admin.yaml"}
	routes := b.raw.Routes()
	for _, route := range open {
		if !slices.Contains(routes, route) {
			t.Errorf("%s is no route", route)
		}
	}
	routes = append(routes, "GET /_draftbox/v1/nothing", "GET /_draftbox/", "GET /_draftbox", "PUT /_draftbox/v1/components", "GET //_draftbox/v1/components")
	for _, route := range routes {
		method, path, _ := strings.Cut(route, " ")
		for role, header := range map[string]string{
			"no token":      "",
			"wrong token":   "Bearer " + adminToken + "x",
			"prefix":        "Bearer " + adminToken[:len(adminToken)-1],
			"empty token":   "Bearer ",
			"wrong scheme":  "Basic " + adminToken,
			"token in bare": adminToken,
		} {
			t.Run(route+" with "+role, func(t *testing.T) {
				t.Parallel()
				r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
				if header != "" {
					r.Header.Set("Authorization", header)
				}
				w := b.send(r)
				if slices.Contains(open, route) {
					if w.Code != http.StatusOK {
						t.Errorf("an open route answers %d: %s", w.Code, w.Body)
					}
					return
				}
				if w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "" {
					t.Errorf("status is %d, WWW-Authenticate %q, want 401 and a challenge: %s", w.Code, w.Header().Get("WWW-Authenticate"), w.Body)
				}
			})
		}
	}
}

// The routes and the document name the same calls.
func TestRoutesAreDescribed(t *testing.T) {
	t.Parallel()
	got, want := newBench(t).raw.Routes(), apitest.Admin(t).Operations()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("routes are\n%s\nthe document has\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTokenReachesTheAPI(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, header := range []string{"Bearer " + adminToken, "bearer " + adminToken} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, component, nil)
		r.Header.Set("Authorization", header)
		if w := b.send(r); w.Code != http.StatusOK {
			t.Errorf("%q answers %d: %s", header, w.Code, w.Body)
		}
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, path := range []string{"/livez", "/nothing", component, component + "/drafts/0/package", "/_draftbox/v1/components/none"} {
		w := b.do(http.MethodGet, path, "")
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
			t.Errorf("%s: Content-Security-Policy is %q", path, csp)
		}
		for name := range w.Header() {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s answers with %s", path, name)
			}
		}
	}
}

// A browser sends the token of nobody, but the guard stands before the token.
func TestCrossOriginChangesAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := b.request(http.MethodDelete, component, nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	b.raw.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), `"code":"forbidden"`) {
		t.Errorf("answer is %d %s, want 403 forbidden", w.Code, w.Body)
	}
	if w := b.do(http.MethodGet, component, ""); w.Code != http.StatusOK {
		t.Errorf("the component is gone: %d", w.Code)
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	run(t, []row{
		{name: "no such path", url: "/_draftbox/v1/drafts", status: 404, has: []string{`"code":"not_found"`, "/_draftbox/v1/drafts"}},
		{name: "outside", url: "/favicon.ico", status: 404, has: []string{`"code":"not_found"`}},
		{name: "trailing slash", url: "/_draftbox/v1/components/", status: 404, has: []string{`"code":"not_found"`}},
		{name: "doubled slash", url: "//_draftbox//v1/components", status: 200, has: []string{compAppid}},
		{name: "method", method: "PUT", url: "/_draftbox/v1/components", status: 405, has: []string{`"code":"method_not_allowed"`, "GET, HEAD, POST"}},
		{name: "options", method: "OPTIONS", url: "/_draftbox/v1/clock", status: 405, has: []string{`"code":"method_not_allowed"`}},
		{name: "post to livez", method: "POST", url: "/livez", status: 405, has: []string{`"code":"method_not_allowed"`}},
		{name: "head", method: "HEAD", url: component, status: 200},
	})
	b := newBench(t)
	if got := b.do(http.MethodPut, component, "").Header().Get("Allow"); got != "DELETE, GET, HEAD, PATCH" {
		t.Errorf("Allow is %q", got)
	}
	w := httptest.NewRecorder()
	b.raw.ServeHTTP(w, b.request(http.MethodGet, "/_draftbox/v1/x/../components", nil))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), compAppid) {
		t.Errorf("a path with dots answers %d: %s", w.Code, w.Body)
	}
}
