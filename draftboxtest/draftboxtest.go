// Package draftboxtest runs a draftbox server inside a Go test: no port, no
// file, nothing left behind, ready in milliseconds.
//
//	func TestRollout(t *testing.T) {
//		t.Parallel()
//		box := draftboxtest.Start(t)
//		id := box.Upload(draftbox.Upload{Version: "1.0.0"}, os.DirFS("testdata/miniprogram"))
//		drafts, err := box.Client().DraftList(t.Context())
//		…
//	}
//
// Every Start is a server of its own with a component of its own; tests that
// share one server get a component each from [Server.NewComponent].
package draftboxtest

import (
	"context"
	"io/fs"
	"log/slog"
	"testing"
	"time"

	"draftbox"
	"draftbox/wxopen"
)

// Server is a server inside a test. Its state is in memory.
type Server struct {
	*draftbox.Server
	// Component is the component that Start made, with one development mini
	// program.
	Component draftbox.Component

	t testing.TB
}

// Option changes how Start makes a server.
type Option func(*draftbox.Options)

// WithDatabase keeps the state in another database, for tests that need a file or
// PostgreSQL.
func WithDatabase(url string) Option { return func(o *draftbox.Options) { o.Database = url } }

// WithLog writes the server's log to the test's.
func WithLog(t testing.TB) Option {
	t.Helper()
	return func(o *draftbox.Options) {
		o.Logger = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
}

// Start runs a server until the test ends, and makes a component in it.
func Start(t testing.TB, opts ...Option) *Server {
	t.Helper()
	o := draftbox.Options{Database: draftbox.MemoryDatabase}
	for _, opt := range opts {
		opt(&o)
	}
	server, err := draftbox.New(context.Background(), o)
	if err != nil {
		t.Fatalf("draftboxtest: %v", err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("draftboxtest: %v", err)
		}
	})
	s := &Server{Server: server, t: t}
	s.Component = s.NewComponent(draftbox.Component{})
	return s
}

// NewComponent makes another component; what is left empty is made up.
func (s *Server) NewComponent(c draftbox.Component) draftbox.Component {
	s.t.Helper()
	made, err := s.CreateComponent(context.Background(), c)
	if err != nil {
		s.t.Fatalf("draftboxtest: %v", err)
	}
	return made
}

// Upload uploads a mini program project to the server's component, unless u
// names another, and returns the id of the draft.
func (s *Server) Upload(u draftbox.Upload, project fs.FS) int64 {
	s.t.Helper()
	if u.Component == "" {
		u.Component = s.Component.Appid
	}
	id, err := s.UploadDraft(context.Background(), u, project)
	if err != nil {
		s.t.Fatalf("draftboxtest: %v", err)
	}
	return id
}

// Client returns a client of the server's component. It fetches its tokens with
// the component's ticket and secret, as a program does on the real service.
func (s *Server) Client() *wxopen.Client { return s.ClientOf(s.Component) }

// Advance moves the virtual time forward.
func (s *Server) Advance(d time.Duration) {
	s.t.Helper()
	if err := s.AdvanceClock(context.Background(), d); err != nil {
		s.t.Fatalf("draftboxtest: %v", err)
	}
}
