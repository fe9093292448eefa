package crashtest_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"draftbox/internal/adminclient"
	"draftbox/internal/store/pgtest"
	"draftbox/wxopen/wxcrypt"
)

// platforms is how many components grants are spread over, each with a callback URL
// of its own: a failed try holds up its URL for a second.
const platforms = 50

func TestPushesSurviveKillsOnSQLite(t *testing.T) {
	t.Parallel()
	pushAll(t, operations(t), newServer(t, ""))
}

// Two nodes, of which one is killed again and again.
func TestPushesSurviveKillsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	n := operations(t)
	database := pgtest.Database(t)
	pushAll(t, n, newServer(t, database), newServer(t, database))
}

// pushAll has merchants authorize while the first server is killed, and checks what
// the platforms' receivers got.
func pushAll(t *testing.T, n int, servers ...*server) {
	t.Helper()
	for _, s := range servers {
		s.start()
	}
	receiver := newReceiver(t)
	begun := time.Now()
	var done atomic.Int64
	var wg sync.WaitGroup
	queues := make([]*queue, min(platforms, n))
	for i := range queues {
		queues[i] = receiver.open(t, servers[i%len(servers)].admin(), i)
	}
	for i, q := range queues {
		wg.Go(func() {
			for range n / len(queues) {
				q.authorize(t, servers, i)
				done.Add(1)
			}
		})
	}
	finished := make(chan struct{})
	go func() { wg.Wait(); close(finished) }()
	kills := killNow(servers[0], &done, int64(n), finished)
	granted := time.Since(begun)
	receiver.wait(t, queues)
	t.Logf("%d authorizations of %d platforms in %s, all pushed after %s: %d kills, %d requests, %d of them answered 500, %d events that came again",
		done.Load(), len(queues), granted.Round(time.Millisecond), time.Since(begun).Round(time.Millisecond), kills,
		receiver.requests.Load(), receiver.failed.Load(), receiver.repeated.Load())
	if kills == 0 {
		t.Error("the server was never killed")
	}
}

// killNow kills and starts a server at a quarter, a half and three quarters of the
// work.
func killNow(s *server, done *atomic.Int64, n int64, finished <-chan struct{}) (kills int) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for next := n / 4; ; {
		select {
		case <-finished:
			return kills
		case <-tick.C:
		}
		if done.Load() >= next {
			s.kill()
			s.start()
			kills++
			next += max(n/4, 1)
		}
	}
}

// queue is one platform and what its merchants did.
type queue struct {
	appid  string
	cipher *wxcrypt.Cipher

	mu        sync.Mutex
	merchants []string // in the order of their grants
	got       []string // those whose event came, in the order of the first coming
	requests  int
}

// authorize makes a merchant and has it authorize, whatever server is up for that.
func (q *queue) authorize(t *testing.T, servers []*server, at int) {
	t.Helper()
	ctx := context.Background()
	var merchant adminclient.Authorizer
	try(t, servers, at, func(c *adminclient.Client) (err error) {
		merchant, err = c.CreateAuthorizer(ctx, q.appid, adminclient.AuthorizerInput{})
		return err
	})
	q.mu.Lock()
	q.merchants = append(q.merchants, merchant.Appid)
	q.mu.Unlock()
	// A grant that was cut off may have been made: then the next changes nothing, and
	// pushes nothing.
	try(t, servers, at+len(q.merchants), func(c *adminclient.Client) error {
		_, err := c.GrantAuthorization(ctx, q.appid, merchant.Appid, adminclient.Grant{})
		return err
	})
}

// try makes a call until it is answered, on one server after the other.
func try(t *testing.T, servers []*server, first int, call func(*adminclient.Client) error) {
	t.Helper()
	for i := 0; ; i++ {
		err := call(servers[(first+i)%len(servers)].admin())
		if err == nil {
			return
		}
		var answer *adminclient.Error
		if errors.As(err, &answer) && answer.Status < 500 || i == 100 {
			t.Errorf("a call fails: %v", err)
			return
		}
	}
}

// receiver is where the platforms listen. Every tenth request to a URL gets a 500.
type receiver struct {
	t      *testing.T
	url    string
	queues sync.Map // path → *queue

	requests, failed, repeated atomic.Int64
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{t: t}
	s := httptest.NewServer(http.HandlerFunc(r.serve))
	t.Cleanup(s.Close)
	r.url = s.URL
	return r
}

// open makes a platform whose events come here.
func (r *receiver) open(t *testing.T, admin *adminclient.Client, i int) *queue {
	t.Helper()
	path := fmt.Sprintf("/event/%d", i)
	q := &queue{}
	r.queues.Store(path, q)
	q.mu.Lock() // its first ticket comes at once
	defer q.mu.Unlock()
	c, err := admin.CreateComponent(context.Background(), adminclient.ComponentCreate{EventURL: r.url + path})
	if err != nil {
		t.Fatal(err)
	}
	q.appid = c.Appid
	if q.cipher, err = wxcrypt.New(c.Token, c.EncodingAESKey, c.Appid); err != nil {
		t.Fatal(err)
	}
	return q
}

func (r *receiver) serve(w http.ResponseWriter, req *http.Request) {
	r.requests.Add(1)
	body, err := io.ReadAll(req.Body)
	known, ok := r.queues.Load(req.URL.Path)
	if err != nil || !ok {
		return // killed on the way
	}
	q, _ := known.(*queue)
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.requests++; q.requests%10 == 0 {
		r.failed.Add(1)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	opened, err := q.cipher.Open(req.URL.Query(), body)
	if err != nil {
		r.t.Errorf("%s got what cannot be opened: %v", req.URL.Path, err)
		return
	}
	var event struct {
		InfoType        string `xml:"InfoType"`
		AuthorizerAppid string `xml:"AuthorizerAppid"`
	}
	if err := xml.Unmarshal(opened.Message, &event); err != nil {
		r.t.Error(err)
	}
	switch {
	case event.InfoType != "authorized":
	case slices.Contains(q.got, event.AuthorizerAppid):
		r.repeated.Add(1)
	default:
		q.got = append(q.got, event.AuthorizerAppid)
	}
	_, _ = io.WriteString(w, "success")
}

// wait waits until every event has come, and checks their order.
func (r *receiver) wait(t *testing.T, queues []*queue) {
	t.Helper()
	deadline := time.Now().Add(3 * time.Minute)
	for _, q := range queues {
		for complete := false; !complete; {
			q.mu.Lock()
			complete = len(q.got) >= len(q.merchants)
			if complete && !slices.Equal(q.got, q.merchants) {
				t.Errorf("the events of %s came in another order than the changes", q.appid)
			}
			missing := len(q.merchants) - len(q.got)
			q.mu.Unlock()
			if !complete && time.Now().After(deadline) {
				t.Errorf("%s waits for %d of %d events in vain", q.appid, missing, len(q.merchants))
				return
			}
			if !complete {
				time.Sleep(10 * time.Millisecond)
			}
		}
	}
}
