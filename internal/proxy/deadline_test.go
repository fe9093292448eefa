package proxy_test

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/internal/hosts"
	"draftbox/internal/localca"
	"draftbox/internal/proxy"
)

var discard = slog.New(slog.DiscardHandler)

// pipes is a listener whose connections are made in memory, where time can be
// the test's.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	p.conns <- server
	return client
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// A client that stops in the middle of something is not waited for.
func TestSilentClients(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		says string
		then string // what it is answered before it falls silent
		most time.Duration
	}{
		"nothing":              {"", "", 10 * time.Second},
		"SOCKS 5":              {"\x05\x01\x00", "", 0},
		"half a line":          {"CONNECT api.wei", "", 10 * time.Second},
		"half a header":        {"CONNECT api.weixin.qq.com:443 HTTP/1.1\r\nHost:", "", 10 * time.Second},
		"a tunnel and no more": {"CONNECT api.weixin.qq.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 Connection Established\r\n\r\n", 10 * time.Second},
		"half a ClientHello":   {"\x16\x03\x01\x02\x00\x01\x00", "", 10 * time.Second},
		"half a body":          {"POST http://api.weixin.qq.com/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc", "", 10 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ca, err := localca.Open(t.TempDir(), hosts.Names())
				if err != nil {
					t.Fatal(err)
				}
				s := proxy.New(proxy.Options{Handler: echo, TLS: ca.TLSConfig(), Logger: discard})
				l := newPipes()
				served := make(chan error, 1)
				go func() { served <- s.Serve(l) }()
				conn := l.dial()
				begin := time.Now()
				// The server may end it before it has taken all.
				if _, err := io.WriteString(conn, c.says); err != nil && !errors.Is(err, io.ErrClosedPipe) {
					t.Error(err)
				}
				got := make([]byte, len(c.then))
				if _, err := io.ReadFull(conn, got); err != nil || string(got) != c.then {
					t.Errorf("answer is %q, %v", got, err)
				}
				// What follows is at most an error of the server's own.
				if _, err := io.Copy(io.Discard, conn); err != nil {
					t.Errorf("the connection does not end: %v", err)
				}
				// net/http waits half a second more, for its answer to arrive.
				if took := time.Since(begin); took < c.most || took > c.most+time.Second {
					t.Errorf("it was held for %s, want %s", took, c.most)
				}
				if err := errors.Join(s.Close(), conn.Close()); err != nil {
					t.Error(err)
				}
				if err := <-served; !errors.Is(err, http.ErrServerClosed) {
					t.Errorf("Serve: %v", err)
				}
			})
		})
	}
}

// Who has asked nothing does not hold up the end.
func TestShutdownClosesSilentClients(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ca, err := localca.Open(t.TempDir(), hosts.Names())
		if err != nil {
			t.Fatal(err)
		}
		s := proxy.New(proxy.Options{Handler: echo, TLS: ca.TLSConfig(), Logger: discard})
		l := newPipes()
		served := make(chan error, 1)
		go func() { served <- s.Serve(l) }()
		conn := l.dial()
		synctest.Wait()
		begin := time.Now()
		if err := s.Shutdown(t.Context()); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) || time.Since(begin) > 0 {
			t.Errorf("the connection ends after %s with %v", time.Since(begin), err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
}

// starved is a listener that cannot take a connection for a while.
type starved struct {
	*pipes
	failures int
}

func (s *starved) Accept() (net.Conn, error) {
	if s.failures > 0 {
		s.failures--
		return nil, tooManyError{}
	}
	return s.pipes.Accept()
}

// tooManyError is what a process without file descriptors gets.
type tooManyError struct{}

func (tooManyError) Error() string   { return "too many open files" }
func (tooManyError) Temporary() bool { return true }

func TestServeOutlivesTooManyConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ca, err := localca.Open(t.TempDir(), hosts.Names())
		if err != nil {
			t.Fatal(err)
		}
		s := proxy.New(proxy.Options{Handler: echo, TLS: ca.TLSConfig(), Logger: discard})
		l := &starved{newPipes(), 20}
		served := make(chan error, 1)
		go func() { served <- s.Serve(l) }()
		conn := l.dial()
		if body := ask(t, conn, "GET http://api.weixin.qq.com/a HTTP/1.1\r\nHost: x\r\n\r\n").body; body != "GET api.weixin.qq.com/a " {
			t.Errorf("answer is %q", body)
		}
		if err := errors.Join(s.Close(), conn.Close()); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
}
