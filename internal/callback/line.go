package callback

import (
	"bytes"
	"context"
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"sync"
	"time"
)

// phase says how far an attempt is.
type phase int

const (
	connecting phase = iota
	resolving
	shaking   // TLS
	waiting   // for the first byte of an answer
	answering // the first byte has come
)

// keptBytes is how much of an answer is kept that cannot be read as HTTP.
const keptBytes = 256

// line is the one connection of an attempt, and what is known of it. The transport
// of net/http dials and reads in goroutines of its own, so it has a lock.
type line struct {
	sender   *Sender
	deadline time.Time

	mu      sync.Mutex
	phase   phase
	addr    string // host and port
	began   []byte // how the answer begins
	readErr error
}

func (l *line) reach(p phase) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.phase = p
}

// look returns what is known by now.
func (l *line) look() (at phase, addr string, began []byte, readErr error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.phase, l.addr, bytes.Clone(l.began), l.readErr
}

// dial opens the connection. The transport gives a context without the deadline of
// the request, since it means to keep connections for others.
func (l *line) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := l.open(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return l.watch(conn), nil
}

func (l *line) dialTLS(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := l.open(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	l.reach(shaking)
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	cfg := l.sender.tls.Clone()
	cfg.ServerName = host
	secure := tls.Client(conn, cfg)
	if err := secure.HandshakeContext(ctx); err != nil { // the connection has the deadline
		_ = conn.Close()
		return nil, err
	}
	return l.watch(secure), nil
}

func (l *line) open(ctx context.Context, network, addr string) (net.Conn, error) {
	l.mu.Lock()
	l.addr = addr
	l.mu.Unlock()
	ctx, cancel := context.WithDeadline(ctx, l.deadline)
	defer cancel()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { l.reach(resolving) },
		DNSDone:  func(httptrace.DNSDoneInfo) { l.reach(connecting) },
	})
	conn, err := l.sender.dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(l.deadline); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

func (l *line) watch(conn net.Conn) net.Conn {
	l.reach(waiting)
	return &watched{Conn: conn, line: l, asked: make(chan struct{})}
}

// watched is a connection that notes how the answer begins and how reading ends. It
// reads nothing before something was written: else what a server says or does before
// it was asked is to the transport something else than an answer.
type watched struct {
	net.Conn
	line  *line
	asked chan struct{}
	once  sync.Once
}

func (w *watched) ask() { w.once.Do(func() { close(w.asked) }) }

func (w *watched) Write(p []byte) (int, error) {
	w.ask()
	return w.Conn.Write(p)
}

func (w *watched) Read(p []byte) (int, error) {
	<-w.asked
	n, err := w.Conn.Read(p)
	l := w.line
	l.mu.Lock()
	defer l.mu.Unlock()
	if n > 0 {
		l.phase = answering
		l.began = append(l.began, p[:min(n, keptBytes-len(l.began))]...)
	}
	if err != nil {
		l.readErr = err
	}
	return n, err
}

func (w *watched) Close() error {
	w.ask()
	return w.Conn.Close()
}
