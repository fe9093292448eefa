package authpage_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// site is a third-party platform: a page with a link, and a callback that sends
// the browser on to another host, as real ones do.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	calls []string
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		switch r.URL.Path {
		case "/callback":
			s.calls = append(s.calls, r.URL.RawQuery+" from "+r.Referer())
			http.Redirect(w, r, strings.Replace(s.URL, "127.0.0.1", "localhost", 1)+"/done", http.StatusFound)
		case "/favicon.ico":
			w.WriteHeader(http.StatusNoContent)
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = fmt.Fprintf(w, `<!doctype html><title>platform</title><a id="link" href=%q>go</a><p id="path">%s</p>`, r.URL.Query().Get("to"), r.URL.Path)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// called returns the queries that the callback was called with, and from where.
func (s *site) called() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}
