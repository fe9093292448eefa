package cli_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"draftbox/internal/adminclient"
)

// receiver is a program that takes pushes, in the values of a script.
type receiver struct {
	mu     sync.Mutex
	answer string // of /changing
	uri    string // of the newest push there
	body   []byte
}

// receive starts a receiver and keeps its address in $RECEIVER. The path says how
// it answers: /500, /SUCCESS, /hang, /reset, or /changing for what the command
// answer says, at first success.
func receive(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: receive")
	}
	server := httptest.NewServer(receiverOf(ts))
	ts.Defer(func() {
		server.CloseClientConnections() // some hang
		server.Close()
	})
	ts.Setenv("RECEIVER", server.URL)
}

func receiverOf(ts *testscript.TestScript) *receiver {
	r, ok := ts.Value("receiver").(*receiver)
	if !ok {
		ts.Fatalf("there is no receiver")
	}
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	switch req.URL.Path {
	case "/500":
		http.Error(w, "database is locked", http.StatusInternalServerError)
	case "/SUCCESS":
		_, _ = io.WriteString(w, "SUCCESS")
	case "/hang":
		<-req.Context().Done()
	case "/reset":
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // closing resets it then
		}
		_ = conn.Close()
	default:
		r.mu.Lock()
		defer r.mu.Unlock()
		r.uri, r.body = req.RequestURI, body
		_, _ = io.WriteString(w, r.answer)
	}
}

// answer says what /changing answers: answer TEXT.
func answer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: answer TEXT")
	}
	r := receiverOf(ts)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = args[0]
}

// received writes the body of the newest push to /changing to a file and keeps the
// rest of its URL in $PUSHED: received FILE.
func received(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: received FILE")
	}
	r := receiverOf(ts)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.uri == "" {
		ts.Fatalf("nothing was received")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), r.body, 0o600))
	ts.Setenv("PUSHED", r.uri)
}

// expand puts the values of variables into a file: expand FILE.
func expand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: expand FILE")
	}
	text := os.Expand(ts.ReadFile(args[0]), ts.Getenv)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// directed waits until `event listen --set` has entered its address: directed APPID.
func directed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: directed APPID")
	}
	await(ts, args[0]+" is told where to push to", func(ctx context.Context, admin *adminclient.Client) bool {
		c, err := admin.Component(ctx, args[0], false)
		ts.Check(err)
		return strings.HasSuffix(c.MessageURL, "/$APPID$/message")
	})
}

// delivered waits until a component's pushes are delivered, at least one, which every
// component with an event URL gets when it is made: delivered APPID.
func delivered(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: delivered APPID")
	}
	await(ts, "the pushes of "+args[0]+" are delivered", func(ctx context.Context, admin *adminclient.Client) bool {
		n := 0
		for d, err := range admin.Deliveries(ctx, adminclient.DeliveryFilter{Component: args[0]}) {
			ts.Check(err)
			if d.State != adminclient.DeliveryDelivered {
				return false
			}
			n++
		}
		return n > 0
	})
}

// await asks the server until a condition is met.
func await(ts *testscript.TestScript, what string, met func(context.Context, *adminclient.Client) bool) {
	admin := adminclient.New(ts.Getenv("ADMIN"), ts.Getenv("TOKEN"), nil)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(time.Minute); !met(context.Background(), admin); {
		select {
		case <-tick.C:
		case <-deadline:
			ts.Fatalf("not within a minute: %s", what)
		}
	}
}

// post sends a body to a URL and prints the answer: post URL BODY.
func post(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: post URL BODY")
	}
	res, err := http.Post(args[0], "application/json", strings.NewReader(args[1]))
	ts.Check(err)
	defer res.Body.Close()
	_, err = io.Copy(ts.Stdout(), res.Body)
	ts.Check(err)
}
