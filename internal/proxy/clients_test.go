package proxy_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"

	"draftbox/internal/hosts"
)

// Every way in, for every host: the handler sees one and the same request.
func TestWaysIn(t *testing.T) {
	t.Parallel()
	b := newBench(t, echo)
	for _, way := range []struct {
		name           string
		proxied, http2 bool
		scheme, proto  string
	}{
		{"tunnel", true, false, "https", "HTTP/1.1"},
		{"tunnel with HTTP2", true, true, "https", "HTTP/2.0"},
		{"direct", false, false, "https", "HTTP/1.1"},
		{"direct with HTTP2", false, true, "https", "HTTP/2.0"},
		{"absolute form", true, false, "http", "HTTP/1.1"},
	} {
		for _, host := range hosts.Names() {
			t.Run(way.name+" to "+host, func(t *testing.T) {
				t.Parallel()
				client := b.client(t, way.proxied, way.http2)
				var local net.Addr
				ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
					GotConn: func(info httptrace.GotConnInfo) { local = info.Conn.LocalAddr() },
				})
				big := strings.Repeat("文", 100_000)
				r, err := http.NewRequestWithContext(ctx, http.MethodPost, way.scheme+"://"+host+"/wxa/x%2Fy?q=a%20b", strings.NewReader(big))
				if err != nil {
					t.Fatal(err)
				}
				resp, err := client.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				body, err := io.ReadAll(resp.Body)
				if err != nil {
					t.Fatal(err)
				}
				if want := "POST " + host + "/wxa/x%2Fy?q=a%20b " + big; string(body) != want {
					t.Errorf("the handler saw %.200q", body)
				}
				if got := resp.Header.Get("X-Uri"); got != "/wxa/x%2Fy?q=a%20b" {
					t.Errorf("RequestURI is %q", got)
				}
				if got := resp.Header.Get("X-Proto"); got != way.proto {
					t.Errorf("protocol is %s, want %s", got, way.proto)
				}
				if got := resp.Header.Get("X-From"); got != local.String() {
					t.Errorf("RemoteAddr is %s, the client's is %s", got, local)
				}
				if got := resp.Header.Get("X-Proxy-Fields"); got != "[] []" {
					t.Errorf("the handler was told %s", got)
				}
			})
		}
	}
	t.Cleanup(func() {
		if text := b.log.String(); strings.Contains(text, "hunter2") || strings.Contains(text, "Basic") {
			t.Errorf("the log has the proxy's password: %s", text)
		}
	})
}

func TestTunnelIsKeptAlive(t *testing.T) {
	t.Parallel()
	b := newBench(t, echo)
	conn := b.tunnel(t, "api.weixin.qq.com:443", "api.weixin.qq.com")
	for i := range 50 {
		want := fmt.Sprintf("GET api.weixin.qq.com/%d ", i)
		got := ask(t, conn, fmt.Sprintf("GET /%d HTTP/1.1\r\nHost: api.weixin.qq.com\r\n\r\n", i))
		if got.body != want || got.header.Get("X-From") != conn.LocalAddr().String() {
			t.Fatalf("answer is %q, want %q", got.body, want)
		}
	}
}

// ahead is a client that does not wait for the answer to CONNECT: it sends its
// first bytes together with it.
type ahead struct {
	net.Conn
	head    []byte
	answer  *bufio.Reader
	skipped sync.Once
	err     error
}

func (a *ahead) Write(p []byte) (int, error) {
	n, err := a.Conn.Write(append(a.head, p...))
	n = max(0, n-len(a.head))
	a.head = nil
	return n, err
}

func (a *ahead) Read(p []byte) (int, error) {
	a.skipped.Do(func() {
		for line := "-"; line != "\r\n" && a.err == nil; {
			line, a.err = a.answer.ReadString('\n')
		}
	})
	if a.err != nil {
		return 0, a.err
	}
	return a.answer.Read(p)
}

func TestClientHelloSentAhead(t *testing.T) {
	t.Parallel()
	b := newBench(t, echo)
	for _, head := range []string{
		"CONNECT servicewechat.com:443 HTTP/1.1\r\nHost: servicewechat.com:443\r\n\r\n",
		// The official uploader copies headers of the request onto the CONNECT.
		"CONNECT servicewechat.com:443 HTTP/1.1\r\nHost: servicewechat.com\r\nContent-Type: application/json\r\nProxy-Authorization: Basic eDp5\r\nConnection: close\r\n\r\n",
		"CONNECT servicewechat.com:443 HTTP/1.0\r\n\r\n",
	} {
		raw := b.dial(t)
		conn := tls.Client(&ahead{Conn: raw, head: []byte(head), answer: bufio.NewReader(raw)}, b.tlsFor("servicewechat.com"))
		if body := ask(t, conn, "GET /a HTTP/1.1\r\nHost: servicewechat.com\r\n\r\n").body; body != "GET servicewechat.com/a " {
			t.Errorf("answer is %q", body)
		}
	}
}

// The Host header of a proxy's request has no say; the URL has.
func TestHostHeaderDoesNotMatter(t *testing.T) {
	t.Parallel()
	b := newBench(t, echo)
	for _, host := range []string{"evil.com", "servicewechat.com", "", "127.0.0.1:8507"} {
		body := ask(t, b.dial(t), "GET http://api.weixin.qq.com/a HTTP/1.1\r\nHost: "+host+"\r\n\r\n").body
		if body != "GET api.weixin.qq.com/a " {
			t.Errorf("with Host %q the handler saw %q", host, body)
		}
		got := ask(t, b.dial(t), "GET http://evil.com/a HTTP/1.1\r\nHost: api.weixin.qq.com\r\n\r\n")
		if got.status != http.StatusForbidden {
			t.Errorf("evil.com is answered %d", got.status)
		}
	}
}

func TestSpellingsOfTheHosts(t *testing.T) {
	t.Parallel()
	b := newBench(t, echo)
	for _, target := range []string{
		"api.weixin.qq.com:443", "API.WEIXIN.QQ.COM:443", "Api.Weixin.qq.com:443", "api.weixin.qq.com.:443", "API2.weixin.qq.com.:443",
		"servicewechat.com:443", "SERVICEWECHAT.COM.:443", "mp.weixin.qq.com:443", "open.weixin.qq.com:443", "oPEN.weixin.qq.com:443",
	} {
		host, _, _ := strings.Cut(strings.ToLower(target), ":")
		host = strings.TrimSuffix(host, ".")
		conn := b.tunnel(t, target, host)
		if body := ask(t, conn, "GET / HTTP/1.1\r\nHost: "+target+"\r\n\r\n").body; body != "GET "+host+"/ " {
			t.Errorf("CONNECT %s: the handler saw %q", target, body)
		}
	}
	for target, want := range map[string]string{
		"http://api.weixin.qq.com/a":           "GET api.weixin.qq.com/a ",
		"http://API.weixin.qq.com./a":          "GET api.weixin.qq.com/a ",
		"http://api.weixin.qq.com:80/a":        "GET api.weixin.qq.com/a ",
		"HTTPS://mp.weixin.qq.com:443/a?x=1":   "GET mp.weixin.qq.com/a?x=1 ",
		"https://servicewechat.com/a":          "GET servicewechat.com/a ",
		"http://open.weixin.qq.com":            "GET open.weixin.qq.com/ ",
		"http://open.weixin.qq.com?x=1":        "GET open.weixin.qq.com/?x=1 ",
		"http://api.weixin.qq.com//a":          "GET api.weixin.qq.com//a ",
		"http://api.weixin.qq.com/@evil.com/a": "GET api.weixin.qq.com/@evil.com/a ",
	} {
		request := "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"
		if body := ask(t, b.dial(t), request).body; body != want {
			t.Errorf("%s: the handler saw %q, want %q", target, body, want)
		}
		conn := tls.Client(b.dial(t), b.tlsFor("api.weixin.qq.com"))
		if body := ask(t, conn, request).body; body != want {
			t.Errorf("%s by TLS: the handler saw %q, want %q", target, body, want)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, echo)
	clients := []*http.Client{b.client(t, true, false), b.client(t, true, true), b.client(t, false, true), b.client(t, false, false)}
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			for k := range 10 {
				host := hosts.Names()[k%5]
				scheme := []string{"https", "http"}[k%2]
				if i%4 > 1 {
					scheme = "https" // without the proxy there is no other
				}
				body := bytes.Repeat([]byte{byte('a' + k)}, 20_000)
				r, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, fmt.Sprintf("%s://%s/%d/%d", scheme, host, i, k), bytes.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				resp, err := clients[i%4].Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				got, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if want := fmt.Sprintf("POST %s/%d/%d %s", host, i, k, body); err != nil || string(got) != want {
					t.Errorf("%.60q, %v, want %.60q", got, err, want)
				}
			}
		})
	}
	wg.Wait()
}

// A client that checks nothing, at an address of this machine.
func TestDirectByAddress(t *testing.T) {
	t.Parallel()
	b := newBench(t, echo)
	conn := tls.Client(b.dial(t), &tls.Config{InsecureSkipVerify: true})
	if body := ask(t, conn, "GET /a HTTP/1.1\r\nHost: "+b.addr+"\r\n\r\n").body; body != "GET "+b.addr+"/a " {
		t.Errorf("the handler saw %q", body)
	}
	// One that checks learns what the matter is.
	err := tls.Client(b.dial(t), b.tlsFor("evil.com")).HandshakeContext(t.Context())
	if err == nil || !strings.Contains(err.Error(), "api.weixin.qq.com, not evil.com") {
		t.Errorf("error is %v", err)
	}
}
