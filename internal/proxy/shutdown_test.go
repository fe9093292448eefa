package proxy_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"draftbox/internal/proxy"
)

// gate is a handler that says when a request has come and waits for leave to
// answer it.
type gate struct{ come, leave chan struct{} }

func newGate() *gate { return &gate{come: make(chan struct{}, 10), leave: make(chan struct{})} }

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.come <- struct{}{}
	select {
	case <-g.leave:
		fmt.Fprint(w, "done")
	case <-r.Context().Done():
	}
}

func (g *gate) wait(t *testing.T) {
	t.Helper()
	select {
	case <-g.come:
	case <-time.After(patience):
		t.Fatal("no request has come")
	}
}

// A request under way is answered in full, wherever it came from.
func TestShutdownWaits(t *testing.T) {
	t.Parallel()
	for name, dial := range map[string]func(*testing.T, *bench) net.Conn{
		"in a tunnel": func(t *testing.T, b *bench) net.Conn {
			t.Helper()
			return b.tunnel(t, "api.weixin.qq.com:443", "api.weixin.qq.com")
		},
		"direct": func(t *testing.T, b *bench) net.Conn {
			t.Helper()
			return tls.Client(b.dial(t), b.tlsFor("api.weixin.qq.com"))
		},
		"absolute form": func(t *testing.T, b *bench) net.Conn { t.Helper(); return b.dial(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGate()
			b := newBench(t, g)
			silent := b.dial(t)
			conn := dial(t, b)
			if _, err := io.WriteString(conn, "GET http://api.weixin.qq.com/ HTTP/1.1\r\nHost: api.weixin.qq.com\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			g.wait(t)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			ended := make(chan error, 1)
			go func() { ended <- b.server.Shutdown(ctx) }()
			// A connection that has asked nothing is closed, and no other is taken.
			if _, err := silent.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("the silent one: %v", err)
			}
			if conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", b.addr); err == nil {
				conn.Close()
				t.Error("it still listens")
			}
			select {
			case err := <-ended:
				t.Fatalf("Shutdown did not wait: %v", err)
			default:
			}
			close(g.leave)
			got, err := io.ReadAll(conn)
			if err != nil || !strings.HasSuffix(string(got), "\r\n\r\ndone") {
				t.Errorf("answer is %q, %v", got, err)
			}
			if err := <-ended; err != nil {
				t.Errorf("Shutdown: %v", err)
			}
		})
	}
}

// What does not end in time is for Close.
func TestShutdownGivesUp(t *testing.T) {
	t.Parallel()
	g := newGate()
	b := newBench(t, g)
	conn := b.tunnel(t, "api.weixin.qq.com:443", "api.weixin.qq.com")
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: api.weixin.qq.com\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	g.wait(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.server.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown: %v", err)
	}
	if err := b.server.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if got, err := io.ReadAll(conn); strings.Contains(string(got), "200") {
		t.Errorf("answer is %q, %v", got, err)
	}
}

func TestServeAfterTheEnd(t *testing.T) {
	t.Parallel()
	b := newBench(t, never(t))
	if err := b.server.Close(); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		t.Errorf("error is %v", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener stays open: %v", err)
	}
}

// broken is a listener that fails.
type broken struct {
	net.Listener
	err error
}

func (b *broken) Accept() (net.Conn, error) { return nil, b.err }

func TestServeFails(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := errors.New("gone")
	s := proxy.New(proxy.Options{Handler: never(t), TLS: newBench(t, never(t)).ca.TLSConfig(), Logger: discard})
	if err := s.Serve(&broken{l, gone}); !errors.Is(err, gone) {
		t.Errorf("error is %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestPanicsStayInside(t *testing.T) {
	t.Parallel()
	b := newBench(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/panic" {
			panic("oh")
		}
		echo(w, r)
	}))
	for _, conn := range []net.Conn{b.dial(t), b.tunnel(t, "api.weixin.qq.com:443", "api.weixin.qq.com")} {
		if _, err := io.WriteString(conn, "GET http://api.weixin.qq.com/panic HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(conn); len(got) > 0 {
			t.Errorf("answer is %q, %v", got, err)
		}
	}
	if body := ask(t, b.dial(t), "GET http://api.weixin.qq.com/a HTTP/1.1\r\nHost: x\r\n\r\n").body; body != "GET api.weixin.qq.com/a " {
		t.Errorf("afterwards the answer is %q", body)
	}
	if !strings.Contains(b.log.String(), "oh") {
		t.Error("the log does not tell of the panic")
	}
}
