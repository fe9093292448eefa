package draftbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"draftbox/internal/adminapi"
	"draftbox/internal/authpage"
	"draftbox/internal/buildinfo"
	"draftbox/internal/clock"
	"draftbox/internal/console"
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
	page    *authpage.API
	admin   *adminapi.API
	console *console.Console
	token   string
	work    *background
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
		o.AdminToken, o.OpenConsole = newAdminToken(), true
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
	if s.work, err = startBackground(s.service, o.Logger); err != nil {
		return nil, errors.Join(err, s.journal.CloseLog(ctx), store.Close())
	}
	s.wire = wxapi.New(wxapi.Options{Service: s.service, Journal: s.journal, Logger: o.Logger, CacheBytes: o.CacheBytes})
	s.uploads = uploadapi.New(uploadapi.Options{Service: s.service, Journal: s.journal, Logger: o.Logger})
	s.page = authpage.New(authpage.Options{Service: authorization{s.service}, Journal: s.journal, Now: s.service.Now, Logger: o.Logger})
	s.admin = adminapi.New(adminapi.Options{
		Service: s.service, Journal: s.journal, Logger: o.Logger, Token: o.AdminToken, Version: o.Version,
		Pushes: s.work.pushStats,
	})
	s.console = console.New(console.Options{
		Service: s.service, Journal: s.journal, Logger: o.Logger, Token: o.AdminToken, Open: o.OpenConsole, Version: o.Version,
		Wire: s.Handler(), Probe: s.work.sender.Send,
	})
	return s, nil
}

// Handler is the emulated hosts: the paths of api.weixin.qq.com at the root, and
// beside them those of servicewechat.com that the official uploader asks for, and the
// authorization page of mp.weixin.qq.com and open.weixin.qq.com. The path alone
// decides.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serveWire) }

func (s *Server) serveWire(w http.ResponseWriter, r *http.Request) {
	switch {
	case uploadapi.Serves(r.URL.Path):
		s.uploads.ServeHTTP(w, r)
	case authpage.Serves(r.URL.Path):
		s.page.ServeHTTP(w, r)
	default:
		s.wire.ServeHTTP(w, r)
	}
}

// AdminHandler is the management side: the API under /_draftbox/v1, /livez, /readyz and
// /metrics, and at / the console, which asks for the admin token unless that was made
// up and the browser is on this machine.
func (s *Server) AdminHandler() http.Handler { return http.HandlerFunc(s.serveAdmin) }

func (s *Server) serveAdmin(w http.ResponseWriter, r *http.Request) {
	if console.Serves(r.URL.Path) {
		s.console.ServeHTTP(w, r)
		return
	}
	s.admin.ServeHTTP(w, r)
}

// SetAPIURL tells the console where [Server.Handler] is reached, like
// http://127.0.0.1:8506: commands to copy name it. Call it once that is known; until
// then it is where "draftbox serve" listens by default. A host of 0.0.0.0 or [::] stands
// for the one by which a browser reaches the console.
func (s *Server) SetAPIURL(url string) { s.console.SetAPIURL(url) }

// AdminToken is what the management API takes as a bearer token.
func (s *Server) AdminToken() string { return s.token }

// Database names the engine and the place of the state, without a password.
func (s *Server) Database() string { return s.store.Describe() }

// Close ends the server. Acknowledged writes are on disk already; requests under
// way should have ended before. Pushes that are being sent are waited for, a few
// seconds at most; what was not sent yet is sent by another node, or after the next
// start.
func (s *Server) Close() error {
	s.console.Close()
	s.admin.Close()
	s.work.stop()
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if err := errors.Join(s.journal.CloseLog(ctx), s.store.Close()); err != nil {
		return fmt.Errorf("close draftbox: %w", err)
	}
	return nil
}
