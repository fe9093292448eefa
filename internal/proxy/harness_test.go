package proxy_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"draftbox/internal/hosts"
	"draftbox/internal/localca"
	"draftbox/internal/proxy"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// bench is a server of a test's own.
type bench struct {
	server *proxy.Server
	addr   string
	ca     *localca.CA
	roots  *x509.CertPool
	log    *record
	served chan error // what Serve returned
}

// record is a log that several goroutines write to.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// echo tells a client what arrived of its request.
var echo http.HandlerFunc = func(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("X-From", r.RemoteAddr)
	w.Header().Set("X-Proto", r.Proto)
	w.Header().Set("X-Uri", r.RequestURI)
	w.Header().Set("X-Proxy-Fields", fmt.Sprint(r.Header["Proxy-Authorization"], r.Header["Proxy-Connection"]))
	fmt.Fprintf(w, "%s %s%s %s", r.Method, r.Host, r.URL, body)
}

func newBench(t testing.TB, h http.Handler) *bench {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ca, err := localca.Open(t.TempDir(), hosts.Names())
	if err != nil {
		t.Fatal(err)
	}
	pem, err := os.ReadFile(ca.CertFile())
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{addr: l.Addr().String(), ca: ca, roots: x509.NewCertPool(), log: &record{}, served: make(chan error, 1)}
	b.roots.AppendCertsFromPEM(pem)
	logger := slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	b.server = proxy.New(proxy.Options{Handler: h, TLS: ca.TLSConfig(), Logger: logger})
	go func() { b.served <- b.server.Serve(l) }()
	t.Cleanup(func() {
		if err := b.server.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		select {
		case err := <-b.served:
			if !errors.Is(err, http.ErrServerClosed) {
				t.Errorf("Serve ended with %v", err)
			}
		case <-time.After(patience):
			t.Error("Serve does not end")
		}
	})
	return b
}

// tlsFor is how a client checks one of the hosts.
func (b *bench) tlsFor(host string) *tls.Config {
	return &tls.Config{RootCAs: b.roots, ServerName: host}
}

// dial opens a connection that fails when the test waits too long.
func (b *bench) dial(t testing.TB) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", b.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// tunnel opens a connection to a host through the proxy, by hand.
func (b *bench) tunnel(t testing.TB, target, host string) *tls.Conn {
	t.Helper()
	conn := b.dial(t)
	if _, err := fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, target); err != nil {
		t.Fatal(err)
	}
	const want = "HTTP/1.1 200 Connection Established\r\n\r\n"
	got := make([]byte, len(want))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != want {
		t.Fatalf("CONNECT %s is answered %q, %v", target, got, err)
	}
	secure := tls.Client(conn, b.tlsFor(host))
	if err := secure.HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	return secure
}

// answer is what a client gets.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request over a connection and returns the answer.
func ask(t testing.TB, conn net.Conn, request string) answer {
	t.Helper()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("no answer to %q: %v", request, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(body)}
}

// client is a Go program's, with the proxy or with the hosts' names pointed at
// the listener.
func (b *bench) client(t testing.TB, proxied, http2 bool) *http.Client {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: b.roots}, ForceAttemptHTTP2: http2}
	if proxied {
		transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", User: url.UserPassword("user", "hunter2"), Host: b.addr})
	} else {
		transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, b.addr)
		}
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: patience}
}
