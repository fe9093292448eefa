package proxy_test

import (
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/internal/hosts"
	"draftbox/internal/localca"
	"draftbox/internal/proxy"
)

// FuzzPlain sends bytes to the port as a client would that is no TLS client, or
// a broken one. The handler is reached for the emulated hosts only, and every
// connection ends.
func FuzzPlain(f *testing.F) {
	for _, target := range foreign {
		f.Add([]byte("CONNECT " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"))
		f.Add([]byte("GET http://" + target + "/ HTTP/1.1\r\nHost: api.weixin.qq.com\r\n\r\n"))
	}
	for _, seed := range []string{
		"GET http://api.weixin.qq.com/a HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET https://mp.weixin.qq.com:443/a HTTP/1.1\r\nHost: x\r\n\r\nGET http://evil.com/ HTTP/1.1\r\nHost: mp.weixin.qq.com\r\n\r\n",
		"POST http://api.weixin.qq.com/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"CONNECT api.weixin.qq.com:443 HTTP/1.1\r\nHost: x\r\n\r\n\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03",
		"CONNECT api.weixin.qq.com:443 HTTP/1.1\r\nHost: x\r\n\r\nGET http://evil.com/ HTTP/1.1\r\nHost: x\r\n\r\n",
		"CONNECT servicewechat.com:443 HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\x02\x00\x01", "\x05\x01\x00", "\x04\x01\x01\xbb\x7f\x00\x00\x01\x00", "",
	} {
		f.Add([]byte(seed))
	}
	ca, err := localca.Open(f.TempDir(), hosts.Names())
	if err != nil {
		f.Fatal(err)
	}
	config := ca.TLSConfig()
	f.Fuzz(func(t *testing.T, sent []byte) {
		// In a bubble ten minutes of waiting take no time.
		synctest.Test(t, func(t *testing.T) { sendPlain(t, config, sent) })
	})
}

// sendPlain sends bytes to a server of their own, and waits, without another
// word, until the server ends the connection.
func sendPlain(t *testing.T, config *tls.Config, sent []byte) {
	t.Helper()
	var log record
	s := proxy.New(proxy.Options{TLS: config, Logger: slog.New(slog.NewTextHandler(&log, nil)), Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			if !hosts.Is(r.Host) || r.Host != strings.ToLower(r.Host) || r.URL.Host != "" || r.Method == http.MethodConnect {
				t.Errorf("the handler got %s %q for %q", r.Method, r.RequestURI, r.Host)
			}
			echo(w, r)
		})})
	l := newPipes()
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	conn := l.dial()
	written := make(chan error, 1)
	go func() {
		_, err := conn.Write(sent)
		written <- err
	}()
	begin := time.Now()
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Errorf("the connection ends with %v", err)
	}
	// The longest there is: a body that comes slowly, and nothing after it.
	if took := time.Since(begin); took > 15*time.Minute {
		t.Errorf("the connection was held for %s", took)
	}
	// The server may end it before it has taken all.
	if err := <-written; err != nil && !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("it cannot be sent: %v", err)
	}
	if err := errors.Join(s.Close(), conn.Close()); err != nil {
		t.Error(err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Errorf("Serve: %v", err)
	}
	if text := log.String(); strings.Contains(text, "panic") {
		t.Error(text)
	}
}
