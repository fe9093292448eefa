package proxy_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// foreign are targets of CONNECT that lead nowhere, in spellings that one parser
// or another takes for one of the hosts, for this machine, or for the network.
var foreign = []string{
	// Other hosts and ports.
	"evil.com:443", "qq.com:443", "weixin.qq.com:443", "x.api.weixin.qq.com:443", "xapi.weixin.qq.com:443", "api.weixin.qq.co:443",
	"api.weixin.qq.com.evil.com:443", "api-weixin.qq.com:443", "evil.com.:443", "api.weixin.qq.com..:443", ".api.weixin.qq.com:443",
	"api.weixin.qq.com:80", "api.weixin.qq.com:0443", "api.weixin.qq.com:443443", "api.weixin.qq.com:+443", "api.weixin.qq.com:443 ",
	"api.weixin.qq.com:22", "api.weixin.qq.com:0", "api.weixin.qq.com:-1", "api.weixin.qq.com:99999", "api.weixin.qq.com:https",
	"api.weixin.qq.com:8507", "api.weixin.qq.com:0x1bb", "api.weixin.qq.com:４４３", "api.weixin.qq.com:443:443", "api.weixin.qq.com:", "api.weixin.qq.com",
	"evil.com:443:443", "[api.weixin.qq.com]:443", "*.weixin.qq.com:443", "*:443", ":443", "443", "",
	// Parts of a URL that do not belong there.
	"user@api.weixin.qq.com:443", "user:pw@api.weixin.qq.com:443", "evil.com@api.weixin.qq.com:443", "api.weixin.qq.com@evil.com:443", "api.weixin.qq.com:443@evil.com:443", "@api.weixin.qq.com:443",
	"evil.com#api.weixin.qq.com:443", "evil.com?api.weixin.qq.com:443", "evil.com/api.weixin.qq.com:443", "api.weixin.qq.com:443/", "api.weixin.qq.com:443#x",
	"api.weixin.qq.com:443?x", `evil.com\api.weixin.qq.com:443`, "//api.weixin.qq.com:443", "/api.weixin.qq.com:443", "https://api.weixin.qq.com:443",
	"http://api.weixin.qq.com/", "evil.com,api.weixin.qq.com:443", "evil.com;api.weixin.qq.com:443", "api.weixin.qq.com,evil.com:443",
	// Escapes, controls, other letters.
	"api%2eweixin.qq.com:443", "%61pi.weixin.qq.com:443", "api.weixin.qq.com%00.evil.com:443", "api.weixin.qq.com%2f:443", "evil.com%23.api.weixin.qq.com:443",
	"api.weixin.qq.com\x00:443", "evil.com\x00api.weixin.qq.com:443", "api.weixin.qq.com\t:443", "api.weixin.qq.com\v:443", "api.weixin.qq.com\x7f:443",
	"evil.com api.weixin.qq.com:443", "apı.weixin.qq.com:443", "аpi.weixin.qq.com:443", "api。weixin。qq。com:443", "ａｐｉ.weixin.qq.com:443",
	"api.weixin.qq.com\u200b:443", "servicewe\u00adchat.com:443", "ſervicewechat.com:443", "xn--pi-7kc.weixin.qq.com:443", "api.weixin.qq.com\xff:443", "微信.com:443",
	strings.Repeat("a", 300) + ".api.weixin.qq.com:443", strings.Repeat("a.", 5000) + "qq.com:443",
	// Addresses, this machine's and others.
	"127.0.0.1:443", "127.0.0.1:8507", "localhost:443", "localhost.:443", "0.0.0.0:443", "127.1:443", "2130706433:443", "0x7f000001:443", "0177.0.0.1:443",
	"017700000001:443", "0x7f.1:443", "127.0.0.1.:443", "[::1]:443", "[::]:443", "::1:443", "[::ffff:127.0.0.1]:443", "[fe80::1%25eth0]:443", "[fe80::1%eth0]:443",
	"[::1%25api.weixin.qq.com]:443", "169.254.169.254:80", "169.254.169.254:443", "10.0.0.1:443", "[fd00:ec2::254]:443", "127.0.0.1.nip.io:443", "①②⑦.0.0.1:443",
	"unix:/tmp/socket", "file:///etc/passwd",
}

// refused sends a request and wants a refusal with a closed connection behind it.
func refused(t *testing.T, conn net.Conn, request string) {
	t.Helper()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Errorf("%.80q: %v", request, err)
		return
	}
	defer resp.Body.Close()
	// 400 and 431 are net/http's own, for what it cannot read.
	switch resp.StatusCode {
	case http.StatusForbidden, http.StatusBadRequest, http.StatusRequestHeaderFieldsTooLarge:
	default:
		t.Errorf("%.80q is answered %s", request, resp.Status)
	}
	if resp.StatusCode == http.StatusForbidden {
		body, err := io.ReadAll(resp.Body)
		if err != nil || !strings.Contains(string(body), "draftbox's proxy leads to api.weixin.qq.com, ") || len(body) > 700 {
			t.Errorf("%.80q is told %q, %v", request, body, err)
		}
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		t.Errorf("%.80q: the connection does not end: %v", request, err)
	}
}

func never(t *testing.T) http.Handler {
	t.Helper()
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the handler got %s %q for %q", r.Method, r.RequestURI, r.Host)
	})
}

func TestForeignTunnels(t *testing.T) {
	t.Parallel()
	if len(foreign) < 60 {
		t.Fatalf("%d spellings", len(foreign))
	}
	b := newBench(t, never(t))
	for _, target := range foreign {
		refused(t, b.dial(t), "CONNECT "+target+" HTTP/1.1\r\nHost: api.weixin.qq.com:443\r\n\r\n")
	}
	// Inside of TLS not even the hosts are reached: there is nothing more to tunnel to.
	for _, target := range append(foreign, "api.weixin.qq.com:443", "servicewechat.com:443") {
		conn := tls.Client(b.dial(t), b.tlsFor("api.weixin.qq.com"))
		refused(t, conn, "CONNECT "+target+" HTTP/1.1\r\nHost: api.weixin.qq.com:443\r\n\r\n")
	}
	refused(t, b.tunnel(t, "api.weixin.qq.com:443", "api.weixin.qq.com"), "CONNECT api.weixin.qq.com:443 HTTP/1.1\r\nHost: api.weixin.qq.com:443\r\n\r\n")
}

func TestForeignURLs(t *testing.T) {
	t.Parallel()
	b := newBench(t, never(t))
	urls := []string{
		"ftp://api.weixin.qq.com/", "ws://api.weixin.qq.com/", "gopher://api.weixin.qq.com/", "http:api.weixin.qq.com", "api.weixin.qq.com:443", "api.weixin.qq.com",
		"http://api.weixin.qq.com:443/", "https://api.weixin.qq.com:80/", "http://api.weixin.qq.com:8507/", "http://api.weixin.qq.com:/", "http://api.weixin.qq.com:80:80/",
		"http:///a", "http://", "https:/api.weixin.qq.com/", "http://evil.com/api.weixin.qq.com", "http://evil.com/?http://api.weixin.qq.com/",
		`http://api.weixin.qq.com\@evil.com/`, `http:\\api.weixin.qq.com/`, "file:///etc/passwd", "file://api.weixin.qq.com/etc/passwd",
	}
	for _, target := range foreign {
		if strings.ContainsAny(target, "/#?") || target == "" || target == "api.weixin.qq.com" || target == "api.weixin.qq.com:80" {
			continue // with a scheme before it, it may be one of ours
		}
		urls = append(urls, "http://"+target+"/a")
		if !strings.HasSuffix(target, ":443") {
			urls = append(urls, "https://"+target+"/a")
		}
		urls = append(urls, "https://"+strings.TrimSuffix(target, ":443")+"x/a")
	}
	for _, target := range urls {
		for _, method := range []string{"GET", "POST"} {
			refused(t, b.dial(t), method+" "+target+" HTTP/1.1\r\nHost: api.weixin.qq.com\r\nContent-Length: 0\r\n\r\n")
		}
		refused(t, tls.Client(b.dial(t), b.tlsFor("api.weixin.qq.com")), "GET "+target+" HTTP/1.1\r\nHost: api.weixin.qq.com\r\n\r\n")
	}
}

// The refusal says what to set.
func TestRefusalSaysWhatToDo(t *testing.T) {
	t.Parallel()
	b := newBench(t, never(t))
	for request, want := range map[string]string{
		"CONNECT registry.npmjs.org:443":        "put registry.npmjs.org into NO_PROXY",
		"GET http://127.0.0.1:8506/a":           "put 127.0.0.1 into NO_PROXY",
		"CONNECT [::1]:443":                     "put ::1 into NO_PROXY",
		"CONNECT api.weixin.qq.com:8443":        "by CONNECT to port 443",
		"GET https://api.weixin.qq.com:8443/a":  "URLs without a port",
		"CONNECT <script>alert(1)</script>:443": "",
		"GET /":                                 "This port of draftbox speaks HTTPS",
		"OPTIONS *":                             "This port of draftbox speaks HTTPS",
	} {
		got := ask(t, b.dial(t), request+" HTTP/1.1\r\nHost: x\r\n\r\n")
		if !strings.Contains(got.body, want) || strings.Contains(got.body, "<") || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain") {
			t.Errorf("%s is told %q, want %q in it", request, got.body, want)
		}
	}
	if text := b.log.String(); !strings.Contains(text, "host=registry.npmjs.org") {
		t.Errorf("the log does not say what was refused: %s", text)
	}
}

// A tunnel is for TLS; what else is sent into it reaches nobody.
func TestNoTLSInsideATunnel(t *testing.T) {
	t.Parallel()
	b := newBench(t, never(t))
	for _, inner := range []string{
		"GET http://evil.com/ HTTP/1.1\r\nHost: evil.com\r\n\r\n", "CONNECT evil.com:443 HTTP/1.1\r\nHost: evil.com\r\n\r\n", "\x00\x01\x02\x03\x04\x05\x06", "SSH-2.0-x\r\n",
	} {
		for _, length := range []string{"", "Content-Length: 10\r\n", "Transfer-Encoding: chunked\r\n"} {
			conn := b.dial(t)
			if _, err := io.WriteString(conn, "CONNECT api.weixin.qq.com:443 HTTP/1.1\r\nHost: x\r\n"+length+"\r\n"+inner); err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(conn)
			rest, ok := strings.CutPrefix(string(got), "HTTP/1.1 200 Connection Established\r\n\r\n")
			if !ok || strings.Contains(rest, " 200 ") {
				t.Errorf("%q is answered %q, %v", inner, got, err)
			}
		}
	}
}

// Over HTTP/2 CONNECT is a request like others, and its extended form (RFC 8441)
// is not offered.
func TestConnectOverHTTP2(t *testing.T) {
	t.Parallel()
	b := newBench(t, never(t))
	client := b.client(t, false, true)
	for _, header := range []http.Header{{}, {":protocol": {"websocket"}}} {
		for _, host := range []string{"api.weixin.qq.com", "evil.com"} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodConnect, "https://api.weixin.qq.com/", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			r.Host, r.Header = host, header
			resp, err := client.Do(r)
			if err != nil {
				if len(header) == 0 {
					t.Error(err)
				}
				continue
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusForbidden || resp.ProtoMajor != 2 || len(header) > 0 {
				t.Errorf("CONNECT %s, %v is answered %s", host, header, resp.Status)
			}
		}
	}
}

// HTTP/2 without TLS is not spoken.
func TestHTTP2WithoutTLS(t *testing.T) {
	t.Parallel()
	b := newBench(t, never(t))
	refused(t, b.dial(t), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	var both http.Protocols
	both.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: &both, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, b.addr)
	}}
	defer transport.CloseIdleConnections()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://api.weixin.qq.com/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := (&http.Client{Transport: transport, Timeout: patience}).Do(r); err == nil {
		resp.Body.Close()
		t.Errorf("it is answered %s", resp.Status)
	}
}
