package draftbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"draftbox/internal/adminapi"
	"draftbox/internal/buildinfo"
	"draftbox/internal/clock"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
	"draftbox/internal/uploadapi"
	"draftbox/internal/wxapi"
)

// Server is a running platform. It listens nowhere by itself: serve its handlers.
type Server struct {
	store   *sqlstore.Store
	service *platform.Service
	journal *journal.Journal
	wire    *wxapi.API
	uploads *uploadapi.API
	admin   http.Handler
	token   string
}

// closeTimeout bounds how long Close waits for the request log.
const closeTimeout = 5 * time.Second

// New opens the state and returns a server over it. Close it when done.
func New(ctx context.Context, o Options) (*Server, error) {
	if o.Database == "" {
		o.Database = MemoryDatabase
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.JournalSize == 0 {
		o.JournalSize = journal.DefaultSize
	}
	if o.Version == "" {
		o.Version = buildinfo.Version()
	}
	if o.AdminToken == "" {
		o.AdminToken = newAdminToken()
	}
	store, err := sqlstore.Open(ctx, sqlstore.Options{URL: o.Database, Logger: o.Logger, Real: clock.Now})
	if err != nil {
		return nil, err
	}
	s := &Server{store: store, journal: journal.New(o.JournalSize), token: o.AdminToken}
	if o.RequestLog != "" {
		report := func(err error) { o.Logger.Error("request log", "error", err) }
		if err := s.journal.OpenLog(o.RequestLog, report); err != nil {
			return nil, errors.Join(err, store.Close())
		}
	}
	s.service = platform.NewService(store, clock.Now)
	s.wire = wxapi.New(wxapi.Options{Service: s.service, Journal: s.journal, Logger: o.Logger, CacheBytes: o.CacheBytes})
	s.uploads = uploadapi.New(uploadapi.Options{Service: s.service, Journal: s.journal, Logger: o.Logger})
	s.admin = adminapi.New(adminapi.Options{
		Service: s.service, Journal: s.journal, Logger: o.Logger, Token: o.AdminToken, Version: o.Version,
	})
	return s, nil
}

// Handler is the emulated hosts: the paths of api.weixin.qq.com at the root, and
// beside them those of servicewechat.com that the official uploader asks for. The
// path alone decides.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serveWire) }

func (s *Server) serveWire(w http.ResponseWriter, r *http.Request) {
	if uploadapi.Serves(r.URL.Path) {
		s.uploads.ServeHTTP(w, r)
		return
	}
	s.wire.ServeHTTP(w, r)
}

// AdminHandler is the management API, under /_draftbox/v1.
func (s *Server) AdminHandler() http.Handler { return s.admin }

// AdminToken is what the management API takes as a bearer token.
func (s *Server) AdminToken() string { return s.token }

// Database names the engine and the place of the state, without a password.
func (s *Server) Database() string { return s.store.Describe() }

// Close ends the server. Acknowledged writes are on disk already; requests under
// way should have ended before.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if err := errors.Join(s.journal.CloseLog(ctx), s.store.Close()); err != nil {
		return fmt.Errorf("close draftbox: %w", err)
	}
	return nil
}
