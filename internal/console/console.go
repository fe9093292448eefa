// Package console is the web page at the management address: what a person sees of
// the platform, and where a person plays every outside part - developer, merchant and
// reviewer.
//
// Pages are rendered on the server and work without JavaScript; small ES modules add
// live rows, the keyboard and uploads by drag and drop. The rules are
// [platform.Service]'s; this package shows and translates.
package console

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"draftbox/internal/changes"
	"draftbox/internal/clock"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
	"draftbox/internal/spool"
)

// Options are what a Console needs. All but the first four may be empty.
type Options struct {
	Service *platform.Service
	Journal *journal.Journal
	// Token is the admin token: the login page asks for it.
	Token string
	// Open lets callers on this machine in without the token. It is for a token that
	// was made up: who chose one wants it to be asked for.
	Open    bool
	Logger  *slog.Logger
	Version string
	// TempDir is where uploads are spooled to; empty is the system's.
	TempDir string
	// APIURL is where the emulated API is reached, for commands to copy; empty is
	// that of "draftbox serve". See [Console.SetAPIURL].
	APIURL string
	// Probe sends a push once and tells how that went. Without it callback URLs cannot
	// be tried out.
	Probe func(context.Context, platform.Push) platform.Attempt
	// Wire is the emulated API, which the explorer calls in this process. Without it
	// the explorer shows calls and makes none.
	Wire http.Handler
}

// defaultAPIURL is where "draftbox serve" listens unless told otherwise.
const defaultAPIURL = "http://127.0.0.1:8506"

// Console is the handler of the pages. It is safe for concurrent use. Close it when
// done.
type Console struct {
	service *platform.Service
	journal *journal.Journal
	token   string
	open    bool
	log     *slog.Logger
	version string
	tempDir string
	apiURL  atomic.Pointer[string]
	spools  *spool.Room
	// building bounds the packages that are built at one time, and by that the memory
	// they take.
	building chan struct{}
	guard    *http.CrossOriginProtection
	mux      *http.ServeMux
	streams  changes.Streams
	accounts accounts
	wire     http.Handler
	probe    func(context.Context, platform.Push) platform.Attempt
	kept     keptTokens
}

// New returns the handler.
func New(o Options) *Console {
	a := &Console{
		service: o.Service, journal: o.Journal, token: o.Token, open: o.Open, log: o.Logger, version: o.Version, tempDir: o.TempDir,
		spools: spool.NewRoom(o.TempDir), building: make(chan struct{}, max(4, runtime.GOMAXPROCS(0))),
		guard: http.NewCrossOriginProtection(), wire: o.Wire, probe: o.Probe,
	}
	a.SetAPIURL(cmp.Or(o.APIURL, defaultAPIURL))
	a.mux = a.routes()
	return a
}

// Close ends the streams of open pages, which would keep a server from stopping.
func (a *Console) Close() { a.streams.Close() }

// Serves reports whether a path of the management address is a page's.
func Serves(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch first {
	case "", "c", "static", "login", "logout", "prefs", "clock", "events", "components", "styleguide":
		return strings.HasPrefix(path, "/")
	}
	return false
}

// workTimeout bounds the work on a request, without the time that its body takes to
// come in.
const workTimeout = 30 * time.Second

// bodyLimit is for forms but the upload's, in bytes.
const bodyLimit = 64 << 10

// ServeHTTP implements http.Handler.
func (a *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "+
		"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	// With no-referrer browsers would hide the origin of forms, too.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	defer func() {
		if fault := recover(); fault != nil {
			if err, _ := fault.(error); errors.Is(err, http.ErrAbortHandler) {
				panic(fault)
			}
			a.log.ErrorContext(r.Context(), "the console panicked", "path", journal.MaskText(r.URL.Path), "panic", fmt.Sprint(fault), "stack", string(debug.Stack()))
			panic(http.ErrAbortHandler) // breaks the connection off
		}
	}()
	a.mux.ServeHTTP(w, r)
}

// now is the virtual time; real time when the store is gone, which hides nothing.
func (a *Console) now(ctx context.Context) time.Time {
	now, err := a.service.Now(ctx)
	if err != nil {
		return clock.Now()
	}
	return now
}
