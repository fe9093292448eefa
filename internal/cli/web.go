package cli

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"draftbox"
	"draftbox/internal/localca"
	"draftbox/internal/proxy"
)

// webServer serves one listener.
type webServer interface {
	Serve(l net.Listener) error
	Shutdown(ctx context.Context) error
	Close() error
}

// webServers are the servers of one process.
type webServers struct {
	servers []webServer
	failed  chan error // a server that ends by itself says why
}

// Bounds of a request. An upload may come over a slow line, and an answer may be
// a package of 20 MB.
const (
	headerTimeout  = 10 * time.Second
	apiTimeout     = time.Minute
	adminTimeout   = 10 * time.Minute
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 64 << 10
	stopTimeout    = 10 * time.Second
)

// newWebServers serves the listeners. The emulated API is behind two of them:
// plain, and with TLS and the forward proxy, where ca is not nil.
func newWebServers(server *draftbox.Server, l *listeners, ca *localca.CA, log *slog.Logger) *webServers {
	w := &webServers{failed: make(chan error, 3)}
	plain := func(h http.Handler, timeout time.Duration) webServer {
		return &http.Server{
			Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: timeout, WriteTimeout: timeout,
			IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
			ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		}
	}
	w.start(l.api, plain(server.Handler(), apiTimeout))
	w.start(l.admin, plain(server.AdminHandler(), adminTimeout))
	if l.tls != nil {
		w.start(l.tls, proxy.New(proxy.Options{Handler: server.Handler(), TLS: ca.TLSConfig(), Logger: log}))
	}
	return w
}

func (w *webServers) start(l *listener, s webServer) {
	w.servers = append(w.servers, s)
	go func() {
		if err := s.Serve(l.Listener); !errors.Is(err, http.ErrServerClosed) {
			w.failed <- err
		}
	}()
}

// shutdown lets requests under way end, but not for ever.
func (w *webServers) shutdown(log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	done := make(chan error, len(w.servers))
	for _, s := range w.servers {
		go func() { done <- s.Shutdown(ctx) }()
	}
	var err error
	for range w.servers {
		err = errors.Join(err, <-done)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("requests were cut off", "after", stopTimeout.String())
		return nil
	}
	return err
}

// close ends everything at once.
func (w *webServers) close() {
	for _, s := range w.servers {
		_ = s.Close()
	}
}
