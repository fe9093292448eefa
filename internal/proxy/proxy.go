// Package proxy is the listener of programs that have WeChat's hosts written
// into them: HTTPS for those hosts and a forward proxy that leads to them, on
// one port.
//
// Whatever comes in ends at one handler. The package opens no connection, so it
// cannot be made to reach anything but draftbox itself.
package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Bounds of a connection and of a request. An upload of 20 MB may come over a
// slow line; everything else is short.
const (
	// headerTimeout is also how long a connection may take to say its first
	// byte, and to shake hands.
	headerTimeout  = 10 * time.Second
	requestTimeout = 10 * time.Minute
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 64 << 10
)

// Options are what a [Server] needs.
type Options struct {
	// Handler answers the requests for the emulated hosts. It sees all of them
	// in origin form, with the host that was meant in Host, in lower case and
	// without a port. In a request that came by TLS without a proxy, Host may be
	// an address or another name of this machine.
	Handler http.Handler
	// TLS has the certificates of the emulated hosts.
	TLS *tls.Config
	// Logger is told of targets that are refused, of failed handshakes and of
	// panics.
	Logger *slog.Logger
}

// Server serves HTTPS and proxy clients on one listener.
type Server struct {
	log    *slog.Logger
	plain  *http.Server // what comes without TLS: proxy clients
	secure *http.Server // TLS, directly or through a tunnel
	// Where each of the two takes its connections from.
	plainQueue, secureQueue *queue

	mu       sync.Mutex
	listener net.Listener
	ended    bool
	waiting  map[net.Conn]struct{} // connections that have said nothing yet
}

// New returns a server that does not listen yet.
func New(o Options) *Server {
	s := &Server{log: o.Logger, plainQueue: newQueue(), secureQueue: newQueue(), waiting: map[net.Conn]struct{}{}}
	errorLog := slog.NewLogLogger(o.Logger.Handler(), slog.LevelWarn)
	// HTTP/2 is agreed on by ALPN; without TLS there is HTTP/1 only.
	var http1, both http.Protocols
	http1.SetHTTP1(true)
	both.SetHTTP1(true)
	both.SetHTTP2(true)
	s.plain = &http.Server{
		Handler: &forward{next: o.Handler, log: o.Logger, tunnel: s.secureQueue.put}, Protocols: &http1,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: requestTimeout, WriteTimeout: requestTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeaderBytes, ErrorLog: errorLog,
		// `OPTIONS *` is no request to a proxy.
		DisableGeneralOptionsHandler: true,
	}
	s.secure = &http.Server{
		Handler: &direct{next: o.Handler, log: o.Logger}, TLSConfig: o.TLS.Clone(), Protocols: &both,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: requestTimeout, WriteTimeout: requestTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeaderBytes, ErrorLog: errorLog,
	}
	return s
}

// Serve takes connections until the server is told to end; the error is then
// [http.ErrServerClosed]. It is called once.
func (s *Server) Serve(l net.Listener) error {
	if !s.begin(l) {
		_ = l.Close()
		return http.ErrServerClosed
	}
	failed := make(chan error, 3)
	go func() { failed <- s.plain.Serve(s.plainQueue) }()
	go func() { failed <- s.secure.ServeTLS(s.secureQueue, "", "") }()
	go func() { failed <- s.accept(l) }()
	// Each of them ends only with the server, unless it fails.
	err := <-failed
	if !s.isEnded() {
		return errors.Join(err, s.Close())
	}
	return http.ErrServerClosed
}

// begin notes the listener. It reports false when the server has ended already.
func (s *Server) begin(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return false
	}
	s.listener = l
	return true
}

func (s *Server) isEnded() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// Shutdown takes no more connections and waits for the requests under way, also
// those inside tunnels. When the context ends before they do, its error is
// returned and they go on: [Server.Close] ends them.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.end()
	done := make(chan error, 1)
	go func() { done <- s.plain.Shutdown(ctx) }()
	err = errors.Join(err, s.secure.Shutdown(ctx))
	return errors.Join(err, <-done)
}

// Close ends everything at once.
func (s *Server) Close() error {
	return errors.Join(s.end(), s.plain.Close(), s.secure.Close())
}

// end closes the listener, and the connections that have asked nothing yet.
func (s *Server) end() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return nil
	}
	s.ended = true
	var err error
	if s.listener != nil {
		err = s.listener.Close()
	}
	for conn := range s.waiting {
		_ = conn.Close()
	}
	return errors.Join(err, s.plainQueue.Close(), s.secureQueue.Close())
}
