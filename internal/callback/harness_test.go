package callback_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"draftbox/internal/callback"
	"draftbox/internal/platform"
)

var discard = slog.New(slog.DiscardHandler)

const (
	appid   = "wx1234567890abcdef"
	pushKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE"
	inner   = "<xml><AppId><![CDATA[wx1234567890abcdef]]></AppId>\n<CreateTime>1700000000</CreateTime>\n" +
		"<InfoType><![CDATA[component_verify_ticket]]></InfoType>\n<ComponentVerifyTicket><![CDATA[ticket@@@abc]]></ComponentVerifyTicket>\n</xml>"
	eventURL = "http://receiver.test:9000/event"
)

// The times of a push, virtual and real: the clock was advanced by two days.
var (
	signedAt = time.Unix(1700000000, 0)
	pushTime = signedAt.Add(48 * time.Hour)
)

// eventPush is a push to the authorization-event URL.
func eventPush(url string) platform.Push {
	return platform.Push{
		Delivery: platform.Delivery{
			ComponentAppid: appid, Number: 7, URL: url, Target: platform.TargetEvent, Format: platform.PushXML,
			Type: "component_verify_ticket", Body: inner, State: platform.DeliveryPending,
		},
		Token: "pushtoken", EncodingAESKey: pushKey, MaxTries: 3, Now: pushTime, SignedAt: signedAt,
	}
}

// network is machines that exist in memory only, where time can be the test's.
type network struct {
	mu    sync.Mutex
	hosts map[string]func(net.Conn)
	asked []string
}

func newNetwork() *network { return &network{hosts: map[string]func(net.Conn){}} }

// dial is what a sender opens connections with.
func (n *network) dial(_ context.Context, _, addr string) (net.Conn, error) {
	n.mu.Lock()
	n.asked = append(n.asked, addr)
	host := n.hosts[addr]
	n.mu.Unlock()
	if host == nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	client, server := net.Pipe()
	go host(server)
	return client, nil
}

// on puts a machine at an address; it is given each connection.
func (n *network) on(addr string, host func(net.Conn)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.hosts[addr] = host
}

func (n *network) dialed() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.asked
}

// pipes is a listener whose connections are made in memory.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
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

// serve puts an HTTP server at an address until the test ends.
func (n *network) serve(t testing.TB, addr string, h http.HandlerFunc) {
	t.Helper()
	l := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: h, ErrorLog: slog.NewLogLogger(discard.Handler(), slog.LevelError)}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
	n.on(addr, func(conn net.Conn) {
		select {
		case l.conns <- conn:
		case <-l.closed:
			conn.Close()
		}
	})
}

func (n *network) sender(t testing.TB) *callback.Sender {
	t.Helper()
	return newSender(t, n.dial)
}

func newSender(t testing.TB, dial func(ctx context.Context, network, addr string) (net.Conn, error)) *callback.Sender {
	t.Helper()
	s, err := callback.NewSender(callback.SenderOptions{Dial: dial})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// says is a machine that reads a request and then sends bytes as they are. The
// connection stays open until the other side closes it, unless the machine ends it.
func says(answer string, ends bool) func(net.Conn) {
	return func(conn net.Conn) {
		defer conn.Close()
		r, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		if _, err := io.WriteString(conn, answer); err != nil || ends {
			return
		}
		_, _ = io.Copy(io.Discard, conn)
	}
}

func answers(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

func checkOutcome(t *testing.T, a platform.Attempt, outcome platform.Outcome, reason string) {
	t.Helper()
	if a.Outcome != outcome || a.Reason != reason {
		t.Errorf("outcome %s: %s\nwant    %s: %s", a.Outcome, a.Reason, outcome, reason)
	}
}
