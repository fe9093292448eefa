package callback_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/internal/callback"
	"draftbox/internal/platform"
)

func hangs(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// What is no HTTP, and what breaks off, is told apart.
func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		host    func(net.Conn)
		outcome platform.Outcome
		reason  string
		answer  string
	}{
		"closed at once": {
			func(conn net.Conn) { conn.Close() },
			platform.OutcomeReset, "the connection was closed before an answer came; did the receiver crash or refuse to read?", "",
		},
		"closed without an answer": {
			says("", true),
			platform.OutcomeReset, "the connection was closed before an answer came; did the receiver crash or refuse to read?", "",
		},
		"closed within the first line": {
			says("HTTP/1", true),
			platform.OutcomeReset, "the connection was closed within the header of the answer", "",
		},
		"closed within the header": {
			says("HTTP/1.1 200 OK\r\nContent-", true),
			platform.OutcomeReset, "the connection was closed within the header of the answer", "",
		},
		"closed within the body": {
			says("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsuccess", true),
			platform.OutcomeReset, "the connection broke off within the answer, after HTTP 200 and 7 bytes of the body", "success",
		},
		"a bare success": {
			says("success", true),
			platform.OutcomeProtocol, `the answer is no HTTP, it begins with "success"; is another service at receiver.test:9000?`, "success",
		},
		"a greeting before the request": {
			func(conn net.Conn) {
				_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.2\r\n")
				_, _ = io.Copy(io.Discard, conn)
				conn.Close()
			},
			platform.OutcomeProtocol, `the answer is no HTTP, it begins with "SSH-2.0-OpenSSH_9.2\r\n"; is another service at receiver.test:9000?`, "SSH-2.0-OpenSSH_9.2\r\n",
		},
		"TLS": {
			says("\x15\x03\x01\x00\x02\x02\x46", true),
			platform.OutcomeProtocol, "receiver.test:9000 speaks TLS; the callback URL must begin with https://", "\x15\x03\x01\uFFFD\x02\x02F",
		},
		"a bad header": {
			says("HTTP/1.1 200 OK\r\nwhat\r\n\r\n", true),
			platform.OutcomeProtocol, `the answer is no proper HTTP: malformed MIME header: missing colon: "what"`, "HTTP/1.1 200 OK\r\nwhat\r\n\r\n",
		},
		"a bad chunk": {
			says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nsuccess\r\n0\r\n\r\n", true),
			platform.OutcomeProtocol, "the body of the answer is no HTTP: invalid byte in chunk length", "",
		},
		"a header without end": {
			says("HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 80<<10)+"\r\n\r\n", true),
			platform.OutcomeProtocol, "the answer is no proper HTTP: net/http: server response headers exceeded 65536 bytes; aborted", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 256-20),
		},
		"an interim answer": {
			says("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess", true),
			platform.OutcomeDelivered, "", "success",
		},
		"without a length": {
			says("HTTP/1.0 200 OK\r\n\r\nsuccess", true),
			platform.OutcomeDelivered, "", "success",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newNetwork()
			n.on("receiver.test:9000", tt.host)
			a := n.sender(t).Send(t.Context(), eventPush(eventURL))
			checkOutcome(t, a, tt.outcome, tt.reason)
			if a.Answer != tt.answer {
				t.Errorf("kept %q, want %q", a.Answer, tt.answer)
			}
		})
	}
}

// A server that speaks first is heard as one that answers wrongly, however long it
// takes until the request is on its way.
func TestAServerThatSpeaksFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		n.on("receiver.test:9000", func(conn net.Conn) {
			_, _ = io.WriteString(conn, "220 ready\r\n")
			_, _ = io.Copy(io.Discard, conn)
			conn.Close()
		})
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
			GotConn: func(httptrace.GotConnInfo) { time.Sleep(time.Second) },
		})
		a := n.sender(t).Send(ctx, eventPush(eventURL))
		checkOutcome(t, a, platform.OutcomeProtocol, `the answer is no HTTP, it begins with "220 ready\r\n"; is another service at receiver.test:9000?`)
		n.on("receiver.test:9000", func(conn net.Conn) { conn.Close() })
		a = n.sender(t).Send(ctx, eventPush(eventURL))
		checkOutcome(t, a, platform.OutcomeReset, "the connection was closed before an answer came; did the receiver crash or refuse to read?")
	})
}

func TestFailuresToConnect(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err     error
		outcome platform.Outcome
		reason  string
	}{
		"unknown name": {
			&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "receiver.test", IsNotFound: true}},
			platform.OutcomeDNS, `the host name "receiver.test" cannot be looked up: no such host; is it spelled right, and known on this machine?`,
		},
		"no route": {
			errors.New("no route to host"),
			platform.OutcomeError, "no connection to receiver.test:9000: no route to host",
		},
	} {
		dial := func(context.Context, string, string) (net.Conn, error) { return nil, tt.err }
		a := newSender(t, dial).Send(t.Context(), eventPush(eventURL))
		if a.Outcome != tt.outcome || a.Reason != tt.reason {
			t.Errorf("%s: %s: %s", name, a.Outcome, a.Reason)
		}
	}
}

// loopback opens a port that ends each connection as end does.
func loopback(t *testing.T, end func(*net.TCPConn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			tcp, ok := conn.(*net.TCPConn)
			if !ok {
				t.Errorf("a connection is a %T", conn)
				return
			}
			end(tcp)
		}
	}()
	return l.Addr().String()
}

func TestRefusedAndReset(t *testing.T) {
	t.Parallel()
	s := newSender(t, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free := l.Addr().String()
	l.Close()
	a := s.Send(t.Context(), eventPush("http://"+free+"/event"))
	checkOutcome(t, a, platform.OutcomeRefused, "connection refused: nothing listens at "+free)

	reset := loopback(t, func(conn *net.TCPConn) {
		_, _ = conn.Read(make([]byte, 1))
		_ = conn.SetLinger(0) // closing resets
		_ = conn.Close()
	})
	a = s.Send(t.Context(), eventPush("http://"+reset+"/event"))
	checkOutcome(t, a, platform.OutcomeReset, "the connection was reset before an answer came; did the receiver crash or refuse to read?")
	a = s.Send(t.Context(), eventPush("https://"+reset+"/event"))
	checkOutcome(t, a, platform.OutcomeReset, "the connection was reset within the TLS handshake; does "+reset+" speak TLS?")
}

func TestTLS(t *testing.T) {
	t.Parallel()
	quiet := slog.NewLogLogger(discard.Handler(), slog.LevelError)
	secure := httptest.NewUnstartedServer(answers("success"))
	secure.Config.ErrorLog = quiet
	secure.StartTLS()
	t.Cleanup(secure.Close)
	plain := httptest.NewServer(answers("success"))
	t.Cleanup(plain.Close)
	secureAddr, plainAddr := secure.Listener.Addr().String(), plain.Listener.Addr().String()

	strangers := newSender(t, nil)
	a := strangers.Send(t.Context(), eventPush(secure.URL))
	checkOutcome(t, a, platform.OutcomeTLS, "the certificate of "+secureAddr+" is of an authority that is not known here; send the intermediate certificates too, or make this machine trust the authority")

	roots := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	friends, err := callback.NewSender(callback.SenderOptions{RootsPEM: roots})
	if err != nil {
		t.Fatal(err)
	}
	checkOutcome(t, friends.Send(t.Context(), eventPush(secure.URL)), platform.OutcomeDelivered, "")

	renamed, err := callback.NewSender(callback.SenderOptions{RootsPEM: roots, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, secureAddr)
	}})
	if err != nil {
		t.Fatal(err)
	}
	checkOutcome(t, renamed.Send(t.Context(), eventPush("https://example.com/")), platform.OutcomeDelivered, "")
	checkOutcome(t, renamed.Send(t.Context(), eventPush("https://receiver.test/")), platform.OutcomeTLS,
		"the certificate is for another name: x509: certificate is valid for example.com, *.example.com, not receiver.test")

	checkOutcome(t, friends.Send(t.Context(), eventPush("https://"+plainAddr+"/")), platform.OutcomeTLS,
		plainAddr+" speaks plain HTTP, not TLS; the callback URL must begin with http://")
	a = friends.Send(t.Context(), eventPush("http://"+secureAddr+"/"))
	checkOutcome(t, a, platform.OutcomeHTTPStatus, "HTTP 400: it is a TLS port; the callback URL must begin with https://")
	if a.HTTPStatus != http.StatusBadRequest {
		t.Errorf("HTTP %d", a.HTTPStatus)
	}

	n := newNetwork()
	n.on("receiver.test:443", func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 2048))
		_, _ = io.WriteString(conn, "\x15\x03\x01\x00\x02\x02\x28")
		conn.Close()
	})
	checkOutcome(t, n.sender(t).Send(t.Context(), eventPush("https://receiver.test/")), platform.OutcomeTLS,
		"the TLS handshake with receiver.test:443 failed: remote error: tls: handshake failure")
}

// Certificates that are wrong in themselves, and a server without TLS.
func TestBadCertificates(t *testing.T) {
	t.Parallel()
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		end    time.Time
		usage  x509.ExtKeyUsage
		reason string // up to what depends on the day
	}{
		"expired":     {old.AddDate(1, 0, 0), x509.ExtKeyUsageServerAuth, "the certificate of receiver.test:443 is not valid now: current time "},
		"of a client": {old.AddDate(100, 0, 0), x509.ExtKeyUsageClientAuth, "the certificate of receiver.test:443 is not accepted: tls: failed to verify certificate: x509: certificate specifies an incompatible key usage"},
	} {
		cert := selfSigned(t, old, tt.end, tt.usage)
		server := httptest.NewUnstartedServer(answers("success"))
		server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
		server.Config.ErrorLog = slog.NewLogLogger(discard.Handler(), slog.LevelError)
		server.StartTLS()
		t.Cleanup(server.Close)
		s, err := callback.NewSender(callback.SenderOptions{
			Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
			},
			RootsPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}),
		})
		if err != nil {
			t.Fatal(err)
		}
		a := s.Send(t.Context(), eventPush("https://receiver.test/"))
		if a.Outcome != platform.OutcomeTLS || !strings.HasPrefix(a.Reason, tt.reason) {
			t.Errorf("%s: %s: %s", name, a.Outcome, a.Reason)
		}
	}
	n := newNetwork()
	n.on("receiver.test:443", func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 2048))
		_, _ = io.WriteString(conn, "220 ready\r\n")
		conn.Close()
	})
	checkOutcome(t, n.sender(t).Send(t.Context(), eventPush("https://receiver.test/")), platform.OutcomeTLS, "receiver.test:443 does not speak TLS")
}

func selfSigned(t *testing.T, begin, end time.Time, usage x509.ExtKeyUsage) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: begin, NotAfter: end, DNSNames: []string{"receiver.test"},
		ExtKeyUsage: []x509.ExtKeyUsage{usage}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestExtraRootsMustBeCertificates(t *testing.T) {
	t.Parallel()
	if _, err := callback.NewSender(callback.SenderOptions{RootsPEM: []byte("nothing")}); err == nil || err.Error() != "there is no certificate in the PEM of the extra roots" {
		t.Errorf("%v", err)
	}
}
