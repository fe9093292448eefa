package callback

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/platform"
)

const (
	// AttemptTime is how long an attempt may take in all, in real time: looking the
	// name up, connecting, and the whole answer. The real service's alarms speak of
	// the same 5 seconds.
	// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/message_push.html
	AttemptTime = 5 * time.Second
	// maxHeaderBytes bounds the header of an answer.
	maxHeaderBytes = 64 << 10
)

// SenderOptions are what a [Sender] may be told. The zero value is for use.
type SenderOptions struct {
	// RootsPEM are certificates of authorities that are trusted beside those of the
	// system, in PEM.
	RootsPEM []byte
	// Dial opens the connections in place of a [net.Dialer]. The context ends with
	// the attempt.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Sender makes attempts to deliver. It is safe for concurrent use.
//
// It asks the URL of a push and no other: redirects are not followed, and proxies
// that the environment names are not used, as they may be draftbox itself. Every
// attempt has a connection of its own, so that none fails for what became of an
// earlier one.
type Sender struct {
	tls  *tls.Config
	dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// NewSender returns a sender. It fails when RootsPEM holds no certificate, or when
// there are some and those of the system cannot be read.
func NewSender(o SenderOptions) (*Sender, error) {
	s := &Sender{tls: &tls.Config{MinVersion: tls.VersionTLS12}, dial: o.Dial}
	if s.dial == nil {
		s.dial = (&net.Dialer{}).DialContext
	}
	if len(o.RootsPEM) > 0 {
		roots, err := x509.SystemCertPool()
		if err != nil {
			return nil, fmt.Errorf("read the certificates that the system trusts: %w", err)
		}
		if !roots.AppendCertsFromPEM(o.RootsPEM) {
			return nil, errors.New("there is no certificate in the PEM of the extra roots")
		}
		s.tls.RootCAs = roots
	}
	return s, nil
}

// Send makes one attempt and says how it went. It takes [AttemptTime] at most. The
// Number of the attempt is left to who keeps it.
func (s *Sender) Send(ctx context.Context, p platform.Push) platform.Attempt {
	begin := clock.Now()
	a := platform.Attempt{At: p.Now}
	l, err := seal(&p)
	if err != nil {
		a.Outcome, a.Reason = platform.OutcomeError, err.Error()
		return a
	}
	a.Query, a.Request = l.query, l.body
	s.post(ctx, &a, l, p.Target, begin.Add(AttemptTime))
	a.Reason = printable([]byte(a.Reason)) // it may quote a certificate or an answer
	a.Took = clock.Since(begin)
	return a
}

// post sends a letter and notes what comes back.
func (s *Sender) post(parent context.Context, a *platform.Attempt, l *letter, target platform.Target, deadline time.Time) {
	ctx, cancel := context.WithDeadline(parent, deadline)
	defer cancel()
	r, err := l.request(ctx)
	if err != nil {
		a.Outcome, a.Reason = platform.OutcomeError, err.Error()
		return
	}
	conn := &line{sender: s, deadline: deadline}
	var http1 http.Protocols
	http1.SetHTTP1(true)
	transport := &http.Transport{
		DialContext: conn.dial, DialTLSContext: conn.dialTLS, Protocols: &http1,
		// The answer is kept as it came.
		DisableKeepAlives: true, DisableCompression: true,
		MaxResponseHeaderBytes: maxHeaderBytes,
	}
	resp, err := transport.RoundTrip(r)
	if err != nil {
		at, addr, began, readErr := conn.look()
		f := failure{err: err, readErr: readErr, at: at, addr: addr, began: began, secure: l.url.Scheme == "https", given: parent.Err()}
		a.Outcome, a.Reason = f.explain()
		if a.Outcome == platform.OutcomeProtocol {
			a.Answer = printable(began)
		}
		return
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, platform.AnswerLimit)) // success is shorter
	a.HTTPStatus, a.Answer = resp.StatusCode, printable(body)
	switch {
	case resp.StatusCode != http.StatusOK:
		a.Outcome, a.Reason = platform.OutcomeHTTPStatus, statusReason(resp, body)
	case err != nil:
		f := failure{err: err, at: answering, given: parent.Err()}
		a.Outcome, a.Reason = f.explainBody(body)
	default:
		a.Reason = bodyReason(target, body)
		a.Outcome = platform.OutcomeWrongBody
		if a.Reason == "" {
			a.Outcome = platform.OutcomeDelivered
		}
	}
}

// printable makes of what a receiver answered a text that every database takes, of
// at most [platform.AnswerLimit] bytes.
func printable(answer []byte) string {
	text := strings.ReplaceAll(strings.ToValidUTF8(string(answer), "\uFFFD"), "\x00", "\uFFFD")
	if len(text) <= platform.AnswerLimit {
		return text
	}
	return strings.ToValidUTF8(text[:platform.AnswerLimit], "")
}
