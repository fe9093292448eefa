package callback_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"unicode/utf8"

	"draftbox/internal/platform"
)

// Only success counts; the reason says what came instead.
func TestBodiesOfAnswers(t *testing.T) {
	t.Parallel()
	for body, reason := range map[string]string{
		"success":                           "",
		"":                                  "the answer was empty, must be exactly success",
		"SUCCESS":                           `the answer was "SUCCESS", must be exactly success (lower case, nothing else)`,
		"Success\n":                         `the answer was "Success\n", must be exactly success (lower case, nothing else)`,
		"success\n":                         `the answer was "success\n", white space around success; must be exactly success`,
		" success":                          `the answer was " success", white space around success; must be exactly success`,
		"\uFEFFsuccess":                     `the answer was "\ufeffsuccess", a byte order mark (U+FEFF) before success; must be exactly success: save the source file without it`,
		"success<xml><Encrypt></Encrypt>":   `the answer was "success<xml><Encrypt></Encrypt>": the handler wrote success and then an encrypted reply; must be exactly success, leave the reply out`,
		"success.":                          `the answer was "success.": something follows success; must be exactly success`,
		"<xml><Encrypt/></xml>":             `the answer was "<xml><Encrypt/></xml>", an XML reply; must be exactly success`,
		`{"errcode":0}`:                     `the answer was "{\"errcode\":0}", JSON; must be exactly success (plain text, no quotes)`,
		`"success"`:                         `the answer was "\"success\"", JSON; must be exactly success (plain text, no quotes)`,
		"\n<!DOCTYPE HTML><title>x</title>": `the answer was "\n<!DOCTYPE HTML><title>x</title>", an HTML page; must be exactly success: does the URL lead to the handler of pushes?`,
		"<html></html>":                     `the answer was "<html></html>", an HTML page; must be exactly success: does the URL lead to the handler of pushes?`,
		"ok":                                `the answer was "ok", must be exactly success`,
		strings.Repeat("n", 70):             `the answer was "` + strings.Repeat("n", 60) + `"…, must be exactly success`,
	} {
		n := newNetwork()
		n.serve(t, "receiver.test:9000", answers(body))
		a := n.sender(t).Send(t.Context(), eventPush(eventURL))
		outcome := platform.OutcomeWrongBody
		if reason == "" {
			outcome = platform.OutcomeDelivered
		}
		checkOutcome(t, a, outcome, reason)
		if a.HTTPStatus != 200 || a.Answer != body {
			t.Errorf("kept %d %q of %q", a.HTTPStatus, a.Answer, body)
		}
	}
}

// The message URL may answer with nothing; everything else is the same.
func TestAnswersOfTheMessageURL(t *testing.T) {
	t.Parallel()
	for body, outcome := range map[string]platform.Outcome{
		"": platform.OutcomeDelivered, "success": platform.OutcomeDelivered,
		"\n": platform.OutcomeWrongBody, "<xml><Encrypt/></xml>": platform.OutcomeWrongBody,
	} {
		n := newNetwork()
		n.serve(t, "receiver.test:9000", answers(body))
		p := eventPush(eventURL)
		p.Target, p.ToUserName = platform.TargetMessage, "gh_fb9688c2a4b2"
		if a := n.sender(t).Send(t.Context(), p); a.Outcome != outcome {
			t.Errorf("%q: %s: %s", body, a.Outcome, a.Reason)
		}
	}
}

// An answer is kept as a text that every database takes.
func TestAnswersAreCutAndMadeText(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ body, want string }{
		"the longest": {strings.Repeat("x", 4096), strings.Repeat("x", 4096)},
		"one more":    {strings.Repeat("x", 4097), strings.Repeat("x", 4096)},
		"half a rune": {strings.Repeat("x", 4095) + "是", strings.Repeat("x", 4095)},
		"binary":      {"a\x00b\xff\xfec", "a\uFFFDb\uFFFDc"},
		"only zeros":  {strings.Repeat("\x00", 4096), strings.Repeat("\uFFFD", 1365)},
	} {
		n := newNetwork()
		n.serve(t, "receiver.test:9000", answers(tt.body))
		a := n.sender(t).Send(t.Context(), eventPush(eventURL))
		if a.Answer != tt.want || a.Outcome != platform.OutcomeWrongBody || !utf8.ValidString(a.Reason) {
			t.Errorf("%s: %s, kept %d bytes: %.40q", name, a.Outcome, len(a.Answer), a.Answer)
		}
	}
}

// No other status than 200 counts, whatever is written below it.
func TestStatusesOfAnswers(t *testing.T) {
	t.Parallel()
	const failed = ": the receiver failed; its own log says why"
	const before = ": what stands before the receiver does not get through to it, or the receiver is overloaded"
	const login = ": the receiver does not let the push in; a push has no cookie, login or CSRF token, only its signature"
	for status, reason := range map[int]string{
		201: "HTTP 201, must be 200 with the body success",
		204: "HTTP 204, must be 200 with the body success",
		301: `HTTP 301, a redirect to "/event/"; redirects are not followed: give the final URL`,
		304: "HTTP 304, a redirect; redirects are not followed: give the final URL",
		307: `HTTP 307, a redirect to "/event/"; redirects are not followed: give the final URL`,
		400: "HTTP 400: the receiver refused the push; its own log says why",
		401: "HTTP 401" + login,
		403: "HTTP 403" + login,
		404: `HTTP 404: nothing is at "/event"; is the path of the callback URL right?`,
		405: `HTTP 405: the path "/event" takes no POST`,
		429: "HTTP 429: the receiver refused the push; its own log says why",
		500: "HTTP 500" + failed,
		502: "HTTP 502" + before,
		503: "HTTP 503" + before,
		504: "HTTP 504" + before,
		599: "HTTP 599" + failed,
	} {
		var calls atomic.Int64
		n := newNetwork()
		n.serve(t, "receiver.test:9000", func(w http.ResponseWriter, _ *http.Request) {
			calls.Add(1)
			if status == 301 || status == 307 {
				w.Header().Set("Location", "/event/")
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "success")
		})
		a := n.sender(t).Send(t.Context(), eventPush(eventURL))
		checkOutcome(t, a, platform.OutcomeHTTPStatus, reason)
		want := "success"
		if status == 204 || status == 304 {
			want = ""
		}
		if a.HTTPStatus != status || a.Answer != want || calls.Load() != 1 {
			t.Errorf("%d: kept %d %q after %d calls", status, a.HTTPStatus, a.Answer, calls.Load())
		}
	}
}

// Five seconds are for all of it; the reason says what was waited for.
func TestTimeouts(t *testing.T) {
	t.Parallel()
	const event, secure = eventURL, "https://receiver.test:9000/event"
	for name, tt := range map[string]struct {
		url, says, reason string
		status            int
	}{
		"no connection":    {event, "", "no whole answer within 5s: no connection to receiver.test:9000; is the machine up, and does a firewall drop the packets?", 0},
		"no handshake":     {secure, "", "no whole answer within 5s: receiver.test:9000 did not end the TLS handshake; is it a TLS port?", 0},
		"no header":        {event, "", "no whole answer within 5s, not even its header; answer first and work afterwards", 0},
		"half a header":    {event, "HTTP/1.1 200 OK\r\nDate:", "no whole answer within 5s: the answer began, but its header did not end", 0},
		"half a body":      {event, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsuccess", "no whole answer within 5s: HTTP 200 and 7 bytes of the body came, but not its end; close the answer or send its right Content-Length", 200},
		"no end":           {event, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nsuccess\r\n", "no whole answer within 5s: HTTP 200 and 7 bytes of the body came, but not its end; close the answer or send its right Content-Length", 200},
		"an early failure": {event, "HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\nsuccess", "HTTP 500: the receiver failed; its own log says why", 500},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork()
				n.on("receiver.test:9000", says(tt.says, false))
				if name == "no handshake" {
					n.on("receiver.test:9000", func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
				}
				s := n.sender(t)
				if name == "no connection" {
					s = newSender(t, hangs)
				}
				a := s.Send(t.Context(), eventPush(tt.url))
				outcome := platform.OutcomeTimeout
				if tt.status == 500 {
					outcome = platform.OutcomeHTTPStatus
				}
				checkOutcome(t, a, outcome, tt.reason)
				if a.HTTPStatus != tt.status || a.Took != 5e9 {
					t.Errorf("HTTP %d after %s", a.HTTPStatus, a.Took)
				}
			})
		})
	}
}

func TestTimeoutWhileTheNameIsLookedUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSender(t, func(ctx context.Context, network, addr string) (net.Conn, error) {
			httptrace.ContextClientTrace(ctx).DNSStart(httptrace.DNSStartInfo{})
			return hangs(ctx, network, addr)
		})
		a := s.Send(t.Context(), eventPush(eventURL))
		checkOutcome(t, a, platform.OutcomeTimeout, "no whole answer within 5s: the host name was not looked up in time; does this machine reach its DNS server?")
		if a.Took != 5e9 {
			t.Errorf("it took %s", a.Took)
		}
	})
}

// A caller may give up earlier.
func TestSendEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsuccess"} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork()
			n.on("receiver.test:9000", says(answer, false))
			ctx, cancel := context.WithTimeout(t.Context(), 2e9)
			defer cancel()
			a := n.sender(t).Send(ctx, eventPush(eventURL))
			checkOutcome(t, a, platform.OutcomeError, "draftbox gave up before the answer was there: context deadline exceeded")
			if a.Took != 2e9 {
				t.Errorf("it took %s", a.Took)
			}
		})
	}
}
