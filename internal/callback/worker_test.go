package callback_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/internal/callback"
	"draftbox/internal/platform"
)

// bench is a queue, the machines that it has pushes for, and a worker between them.
// It is made inside a bubble.
type bench struct {
	*memQueue
	net    *network
	worker *callback.Worker
	logged *record
}

// record is a log that several goroutines write to.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

func newBench(t *testing.T, maxURLs int) *bench {
	t.Helper()
	b := &bench{memQueue: newQueue(t), net: newNetwork(), logged: new(record)}
	b.worker = callback.NewWorker(callback.Options{
		Queue: b.memQueue, Sender: b.net.sender(t), Holder: "node", MaxURLs: maxURLs,
		Logger: slog.New(slog.NewTextHandler(b.logged, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}})),
	})
	return b
}

// run starts the worker.
func (b *bench) run(t *testing.T) {
	t.Helper()
	go b.worker.Run(t.Context())
	t.Cleanup(b.worker.Close)
	synctest.Wait()
}

// receiver is a host that a queue has pushes for.
type receiver struct {
	t      testing.TB
	host   string
	begin  time.Time
	answer func(w http.ResponseWriter, r *http.Request, call int)

	mu   sync.Mutex
	busy bool
	got  []string
}

// receive puts a receiver at a host. Its answer is called with the number of calls
// until then, from 0; nil answers success.
func (b *bench) receive(t *testing.T, host string, answer func(w http.ResponseWriter, r *http.Request, call int)) *receiver {
	t.Helper()
	if answer == nil {
		answer = func(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = io.WriteString(w, "success") }
	}
	r := &receiver{t: t, host: host, begin: time.Now(), answer: answer}
	b.net.serve(t, host+":80", r.serve)
	return r
}

func (r *receiver) serve(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		r.t.Error(err)
	}
	r.mu.Lock()
	if r.busy {
		r.t.Errorf("%s gets two pushes at a time", r.host)
	}
	r.busy = true
	call := len(r.got)
	r.got = append(r.got, fmt.Sprintf("%s at %s", strings.TrimSuffix(strings.TrimPrefix(string(body), `{"n":`), "}"), time.Since(r.begin)))
	r.mu.Unlock()
	// Before the answer goes out: then the next push may come.
	buffer := &buffered{ResponseWriter: w}
	r.answer(buffer, q, call)
	r.mu.Lock()
	r.busy = false
	r.mu.Unlock()
	buffer.flush()
}

// buffered holds an answer back.
type buffered struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (b *buffered) WriteHeader(status int)      { b.status = status }
func (b *buffered) Write(p []byte) (int, error) { return b.body.Write(p) }

func (b *buffered) flush() {
	if b.status != 0 {
		b.ResponseWriter.WriteHeader(b.status)
	}
	_, _ = b.ResponseWriter.Write(b.body.Bytes())
}

// arrived returns the pushes that came, with the time of each.
func (r *receiver) arrived() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.got, ", ")
}

func check(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n%s\nwant\n%s", what, got, want)
	}
}

func wrong(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = io.WriteString(w, "SUCCESS") }

// silent keeps a push until its sender goes away.
func silent(_ http.ResponseWriter, r *http.Request, _ int) { <-r.Context().Done() }

func after(d time.Duration) func(w http.ResponseWriter, r *http.Request, call int) {
	return func(w http.ResponseWriter, _ *http.Request, _ int) {
		time.Sleep(d)
		_, _ = io.WriteString(w, "success")
	}
}

// Tries are 1 and 2 seconds apart; the next delivery waits for the end of the first.
func TestPausesBetweenTries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		r := b.receive(t, "a", wrong)
		b.put("a", 2)
		b.urls[0].pending[1].MaxTries = 5
		b.run(t)
		time.Sleep(time.Minute)
		synctest.Wait()
		check(t, "arrived", r.arrived(), "1 at 0s, 1 at 1s, 1 at 3s, 2 at 3s, 2 at 4s, 2 at 6s, 2 at 8s, 2 at 10s")
		check(t, "recorded", b.log(), "claim a, a 1 wrong_body, a 1 wrong_body, a 1 wrong_body, "+
			"a 2 wrong_body, a 2 wrong_body, a 2 wrong_body, a 2 wrong_body, a 2 wrong_body, release a")
		check(t, "log", b.logged.String(), "level=WARN msg=\"a push was given up\" delivery=a-1 type=component_verify_ticket outcome=wrong_body tries=3\n"+
			"level=WARN msg=\"a push was given up\" delivery=a-2 type=component_verify_ticket outcome=wrong_body tries=5\n")
	})
}

// A failed try is made up for, and what was given up holds nothing up.
func TestTheNextDeliveryGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		r := b.receive(t, "a", func(w http.ResponseWriter, _ *http.Request, call int) {
			if call < 4 {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			_, _ = io.WriteString(w, "success")
		})
		b.put("a", 3)
		b.run(t)
		time.Sleep(time.Minute)
		synctest.Wait()
		check(t, "arrived", r.arrived(), "1 at 0s, 1 at 1s, 1 at 3s, 2 at 3s, 2 at 4s, 3 at 4s")
		check(t, "recorded", b.log(), "claim a, a 1 http_status, a 1 http_status, a 1 http_status, a 2 http_status, a 2 delivered, a 3 delivered, release a")
		s := b.worker.Stats()
		if s.Delivered != 2 || s.Failed != 1 || s.Unrecorded != 0 || s.URLs != 0 || len(s.Attempts) != 2 ||
			s.Attempts[platform.OutcomeHTTPStatus] != 4 || s.Attempts[platform.OutcomeDelivered] != 2 {
			t.Errorf("counted %+v", s)
		}
	})
}

// A receiver that hangs, and one that is not there, delay nobody else.
func TestURLsAreIndependent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		hanging, fine := b.receive(t, "hangs", silent), b.receive(t, "fine", nil)
		b.put("hangs", 1)
		b.put("gone", 1)
		b.put("fine", 3)
		b.run(t)
		check(t, "arrived at once", fine.arrived(), "1 at 0s, 2 at 0s, 3 at 0s")
		if n := b.worker.Stats().URLs; n != 2 {
			t.Errorf("%d URLs are at work, want the two that fail", n)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		check(t, "arrived at the hanging one", hanging.arrived(), "1 at 0s, 1 at 6s, 1 at 13s")
		if a := b.worker.Stats().Attempts; a[platform.OutcomeTimeout] != 3 || a[platform.OutcomeRefused] != 3 {
			t.Errorf("counted %v", a)
		}
	})
}

func TestWake(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		r := b.receive(t, "a", nil)
		b.run(t)
		time.Sleep(300 * time.Millisecond)
		b.put("a", 1)
		b.worker.Wake()
		time.Sleep(300 * time.Millisecond)
		b.put("a", 1) // by another node
		time.Sleep(time.Minute)
		synctest.Wait()
		check(t, "arrived", r.arrived(), "1 at 300ms, 2 at 1s")
	})
}

// What is written when the queue has just been found empty does not wait for the
// next look.
func TestWakeWhileAURLIsHeld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		r := b.receive(t, "a", nil)
		b.put("a", 1)
		b.intrude = onceOn("release", func() {
			b.put("a", 1)
			b.worker.Wake()
			// It is claimed in vain.
			time.Sleep(50 * time.Millisecond)
		})
		b.run(t)
		time.Sleep(time.Minute)
		synctest.Wait()
		check(t, "arrived", r.arrived(), "1 at 0s, 2 at 50ms")
	})
}

// With more URLs than there is room for, each gets its turn.
func TestTurns(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		most, pushes int
		takes        time.Duration
		want         string
	}{
		"by number":         {1, 120, 0, "a50 b50 a50 b50 a20 b20"},
		"by time":           {1, 12, 4 * time.Second, "a5 b5 a5 b5 a2 b2"},
		"room for everyone": {2, 60, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, tt.most)
				b.receive(t, "a", after(tt.takes))
				b.receive(t, "b", after(tt.takes))
				b.put("a", tt.pushes)
				b.put("b", tt.pushes)
				b.run(t)
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				if b.left() != 0 {
					t.Errorf("%d are left", b.left())
				}
				if got := turns(b.log()); tt.want != "" {
					check(t, "turns", got, tt.want)
				}
			})
		})
	}
}

// turns says how many deliveries each hold saw.
func turns(history string) string {
	var out []string
	n := 0
	for event := range strings.SplitSeq(history, ", ") {
		if host, ok := strings.CutPrefix(event, "release "); ok {
			out = append(out, fmt.Sprintf("%s%d", host, n))
			n = 0
		} else if strings.HasSuffix(event, " delivered") {
			n++
		}
	}
	return strings.Join(out, " ")
}

// A turn that ends within a delivery keeps its pauses.
func TestTurnsOfADeadReceiver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		r := b.receive(t, "a", func(w http.ResponseWriter, q *http.Request, call int) {
			time.Sleep(4300 * time.Millisecond)
			wrong(w, q, call)
		})
		b.put("a", 1)
		b.urls[0].pending[0].MaxTries = 5
		b.run(t)
		time.Sleep(time.Minute)
		synctest.Wait()
		check(t, "arrived", r.arrived(), "1 at 0s, 1 at 5.3s, 1 at 11.6s, 1 at 17.9s, 1 at 24.2s")
		check(t, "recorded", b.log(), "claim a, a 1 wrong_body, a 1 wrong_body, a 1 wrong_body, a 1 wrong_body, release a, claim a, a 1 wrong_body, release a")
	})
}

// No more URLs are at work than were allowed.
func TestMaxURLs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 3)
		for i := range 10 {
			host := fmt.Sprint("h", i)
			b.receive(t, host, silent)
			b.put(host, 1)
		}
		b.run(t)
		// A dead receiver is done with after 18 s, and there are four rounds.
		time.Sleep(500 * time.Millisecond)
		for range 54 {
			if n := b.worker.Stats().URLs; n != 3 {
				t.Fatalf("%d URLs are at work after %s, want 3", n, time.Since(b.begin))
			}
			time.Sleep(time.Second)
		}
		time.Sleep(19 * time.Second)
		synctest.Wait()
		if n := b.left(); n != 0 {
			t.Errorf("%d are left", n)
		}
	})
}
