package callback_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"draftbox/internal/platform"
	"draftbox/wxopen"
	"draftbox/wxopen/wxcrypt"
)

// wire puts a machine at an address that answers success and hands out the requests
// as they came.
func (n *network) wire(addr string) <-chan string {
	got := make(chan string, 10)
	n.on(addr, func(conn net.Conn) {
		defer conn.Close()
		var text strings.Builder
		b := make([]byte, 4096)
		for !strings.HasSuffix(text.String(), "</xml>") && !strings.HasSuffix(text.String(), "}") {
			k, err := conn.Read(b)
			if err != nil {
				break
			}
			text.Write(b[:k])
		}
		got <- text.String()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess")
	})
	return got
}

const (
	hex40     = `[0-9a-f]{40}`
	signed    = `signature=` + hex40 + `&timestamp=1700000000&nonce=[1-9][0-9]{8,9}`
	encrypted = `<Encrypt><!\[CDATA\[[A-Za-z0-9+/]+=*\]\]></Encrypt>`
)

// A push is on the wire as the real service's is.
func TestPushesOnTheWire(t *testing.T) {
	t.Parallel()
	message := func(p *platform.Push) {
		p.URL = "http://receiver.test:9000/wxba5fad812f8e6fb9/message"
		p.Target, p.ToUserName, p.OpenID = platform.TargetMessage, "gh_fb9688c2a4b2", "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
	}
	header := func(kind string) string {
		return ` HTTP/1\.1\r\nHost: receiver\.test:9000\r\nUser-Agent: Mozilla/4\.0\r\nContent-Length: \d+\r\nContent-Type: ` + kind + `\r\n`
	}
	xmlHeader := header("text/xml") + `Connection: close\r\n\r\n`
	for name, tt := range map[string]struct {
		change func(p *platform.Push)
		want   string
	}{
		"event": {
			func(*platform.Push) {},
			`POST /event\?` + signed + `&encrypt_type=aes&msg_signature=` + hex40 + xmlHeader +
				`<xml>\n    <AppId><!\[CDATA\[wx1234567890abcdef\]\]></AppId>\n    ` + encrypted + `\n</xml>`,
		},
		"a query of its own": {
			func(p *platform.Push) { p.URL += "?s=/push&x=%20#part" },
			`POST /event\?s=/push&x=%20&` + signed + `&encrypt_type=aes&msg_signature=` + hex40 + xmlHeader + `<xml>.*`,
		},
		"message": {
			message,
			`POST /wxba5fad812f8e6fb9/message\?` + signed + `&openid=o9AgO5Kd5ggOC-bXrbNODIiE3bGY&encrypt_type=aes&msg_signature=` + hex40 + xmlHeader +
				`<xml>\n    <ToUserName><!\[CDATA\[gh_fb9688c2a4b2\]\]></ToUserName>\n    ` + encrypted + `\n</xml>`,
		},
		"user and password": {
			func(p *platform.Push) { p.URL = "http://me:pw@receiver.test:9000/" },
			`POST /\?` + signed + `&.*Authorization: Basic bWU6cHc=\r\n.*`,
		},
		"cloud hosting": {
			func(p *platform.Push) {
				p.URL += "?own=1"
				p.Format, p.Body = platform.PushCloudJSON, `{"InfoType":"x"}`
			},
			`POST /event\?own=1` + header("application/json") + `X-Wx-Source: wx_unknown\r\nConnection: close\r\n\r\n\{"InfoType":"x"\}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newNetwork()
			wire := n.wire("receiver.test:9000")
			p := eventPush(eventURL)
			tt.change(&p)
			a := n.sender(t).Send(t.Context(), p)
			checkOutcome(t, a, platform.OutcomeDelivered, "")
			got := <-wire
			if !regexp.MustCompile(`(?s)^` + tt.want + `$`).MatchString(got) {
				t.Errorf("the wire had\n%q\nwant\n%s", got, tt.want)
			}
			if want := "?" + a.Query + " HTTP/1.1"; !strings.Contains(got, want) || !strings.HasSuffix(got, "\r\n\r\n"+a.Request) {
				t.Errorf("kept %q and %q of\n%q", a.Query, a.Request, got)
			}
			if a.HTTPStatus != 200 || a.Answer != "success" || !a.At.Equal(pushTime) || a.Number != 0 {
				t.Errorf("kept %d %q at %s as number %d", a.HTTPStatus, a.Answer, a.At, a.Number)
			}
		})
	}
}

// What was sent is opened by the client's own handler.
func TestPushesAreReadByTheClient(t *testing.T) {
	t.Parallel()
	cipher, err := wxcrypt.New("pushtoken", pushKey, appid)
	if err != nil {
		t.Fatal(err)
	}
	var ticket string
	h, err := wxopen.NewCallbackHandler(wxopen.CallbackConfig{
		Cipher: cipher, Window: -1,
		Tickets: new(wxopen.MemoryTicketStore),
		On: wxopen.EventFuncs{Ticket: func(_ context.Context, e *wxopen.TicketEvent) error {
			ticket = e.Ticket
			return nil
		}},
		Error: func(_ *http.Request, err error) { t.Error(err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	n := newNetwork()
	n.serve(t, "receiver.test:9000", h.ServeHTTP)
	s := n.sender(t)
	first, second := s.Send(t.Context(), eventPush(eventURL)), s.Send(t.Context(), eventPush(eventURL))
	checkOutcome(t, first, platform.OutcomeDelivered, "")
	checkOutcome(t, second, platform.OutcomeDelivered, "")
	if ticket != "ticket@@@abc" {
		t.Errorf("got ticket %q", ticket)
	}
	one, err := url.ParseQuery(first.Query)
	if err != nil {
		t.Fatal(err)
	}
	two, err := url.ParseQuery(second.Query)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"nonce", "signature", "msg_signature"} {
		if one.Get(name) == two.Get(name) {
			t.Errorf("%s is the same in two attempts", name)
		}
	}
	later := eventPush(eventURL)
	later.SignedAt = signedAt.Add(90_500_000_000)
	if a := s.Send(t.Context(), later); !strings.Contains(a.Query, "&timestamp=1700000090&") {
		t.Errorf("90 s later the query is %q", a.Query)
	}
}

// What can be known to be wrong is not sent.
func TestPushesThatCannotBeMade(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(p *platform.Push)
		want   string
	}{
		"no URL":    {func(p *platform.Push) { p.URL = "receiver.test/event" }, "the callback URL is none; it must begin with http:// or https:// and a host"},
		"no scheme": {func(p *platform.Push) { p.URL = "ftp://receiver.test/" }, "the callback URL is none; it must begin with http:// or https:// and a host"},
		"no host":   {func(p *platform.Push) { p.URL = "http:///event" }, "the callback URL is none; it must begin with http:// or https:// and a host"},
		"not a URL": {func(p *platform.Push) { p.URL = "http://receiver.test/\n" }, "the callback URL is none; it must begin with http:// or https:// and a host"},
		"no token": {func(p *platform.Push) { p.Token = "" }, "the push cannot be sealed with token and encoding_aes_key of the component: " +
			"wxcrypt: a Token and the appid of the platform are needed, of at most 64 bytes"},
		"bad key": {func(p *platform.Push) { p.EncodingAESKey = "short" }, "the push cannot be sealed with token and encoding_aes_key of the component: " +
			"wxcrypt: an EncodingAESKey is 43 characters of base64, this has 5"},
		"too long": {func(p *platform.Push) { p.Body = strings.Repeat("x", wxcrypt.MaxMessageBytes+1) }, "the push cannot be sealed: wxcrypt: the message is too long"},
	} {
		n := newNetwork()
		p := eventPush(eventURL)
		tt.change(&p)
		a := n.sender(t).Send(t.Context(), p)
		if a.Outcome != platform.OutcomeError || a.Reason != tt.want || a.Request != "" || len(n.dialed()) != 0 {
			t.Errorf("%s: %s: %s, dialed %q", name, a.Outcome, a.Reason, n.dialed())
		}
	}
}

// A proxy of the environment may be draftbox's own.
func TestProxiesOfTheEnvironmentAreNotUsed(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://proxy.test:3128")
	t.Setenv("http_proxy", "http://proxy.test:3128")
	t.Setenv("HTTPS_PROXY", "http://proxy.test:3128")
	n := newNetwork()
	n.serve(t, "receiver.test:80", answers("success"))
	checkOutcome(t, n.sender(t).Send(t.Context(), eventPush("http://receiver.test/")), platform.OutcomeDelivered, "")
	checkOutcome(t, n.sender(t).Send(t.Context(), eventPush("https://receiver.test/")), platform.OutcomeRefused, "connection refused: nothing listens at receiver.test:443")
	if got := strings.Join(n.dialed(), " "); got != "receiver.test:80 receiver.test:443" {
		t.Errorf("dialed %s", got)
	}
}
