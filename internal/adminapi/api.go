// Package adminapi is the management API under /_draftbox/v1: what WeChat's web
// console, DevTools and the calendar do on the real service, a program does
// here. api/admin.openapi.yaml describes it.
//
// A request goes the same way in every handler: decode, validate, call
// [platform.Service], answer. The rules are the service's; this package only
// translates.
package adminapi

import (
	"log/slog"
	"net/http"
	"path"
	"runtime"
	"strings"
	"time"

	"draftbox/internal/changes"
	"draftbox/internal/clock"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
	"draftbox/internal/spool"
)

// Options are what an API needs. All but TempDir and Pushes are required.
type Options struct {
	Service *platform.Service
	Journal *journal.Journal
	// Token is the bearer token that everything under /_draftbox/ asks for.
	Token   string
	Logger  *slog.Logger
	Version string // told by /metrics
	// TempDir is where uploads are spooled to; empty is the system's.
	TempDir string
	// Pushes tells what the delivery of pushes counted, for /metrics; nil: nothing.
	Pushes func() PushStats
}

// API is the handler of the management listener. It is safe for concurrent use.
// Close it when done.
type API struct {
	service *platform.Service
	journal *journal.Journal
	token   string
	log     *slog.Logger
	version string
	tempDir string
	pushes  func() PushStats
	started time.Time
	// building bounds the packages that are built and stored at one time, and by
	// that the memory they take.
	building chan struct{}
	spools   *spool.Room
	served   counters
	streams  changes.Streams
	handler  http.Handler
}

// New returns the handler.
func New(o Options) *API {
	a := &API{
		service: o.Service, journal: o.Journal, token: o.Token, log: o.Logger, version: o.Version, tempDir: o.TempDir, pushes: o.Pushes,
		started: clock.Now(), building: make(chan struct{}, max(4, runtime.GOMAXPROCS(0))), spools: spool.NewRoom(o.TempDir),
	}
	if a.pushes == nil {
		a.pushes = func() PushStats { return PushStats{} }
	}
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(a.handle(func(*http.Request) (*answer, error) {
		return nil, &refusal{http.StatusForbidden, "forbidden", "A page of another origin may not change anything here."}
	}))
	a.handler = a.observe(withHeaders(cleanPath(guard.Handler(a.mux()))))
	return a
}

// Close ends the streams of events, which would keep a server from stopping.
func (a *API) Close() { a.streams.Close() }

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// withHeaders sets what every answer carries.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// cleanPath makes //x/y the same as /x/y, which http.ServeMux would redirect,
// and hides every other path that it would.
func cleanPath(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := r.URL.Path
		if !strings.HasPrefix(p, "/") { // OPTIONS *
			p = "/"
		}
		clean := path.Clean(p)
		if p != "/" && strings.HasSuffix(p, "/") && clean != "/" {
			clean += "/"
		}
		if clean != r.URL.Path {
			r2 := *r
			u := *r.URL
			u.Path, u.RawPath = clean, ""
			r2.URL = &u
			r = &r2
		}
		next.ServeHTTP(w, r)
	})
}
