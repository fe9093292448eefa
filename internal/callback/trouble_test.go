package callback_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/internal/callback"
	"draftbox/internal/platform"
)

var errGone = errors.New("the database is gone")

const (
	saysFailing = "level=ERROR msg=\"pushes cannot be read or recorded; tried again until it works\" error=\"the database is gone\"\n"
	saysWorking = "level=INFO msg=\"pushes can be read and recorded again\"\n"
)

// onceOn calls f before the first call of an operation.
func onceOn(op string, f func()) func(context.Context, string, string, platform.CallbackURL) error {
	var once sync.Once
	return func(_ context.Context, at, _ string, _ platform.CallbackURL) error {
		if at == op {
			once.Do(f)
		}
		return nil
	}
}

// A queue that fails is asked ever more rarely, and the log says so once.
func TestTheQueueFails(t *testing.T) {
	t.Parallel()
	for op, want := range map[string]struct{ history, arrived string }{
		"claim": {
			"claim fails at 0s, claim fails at 1s, claim fails at 3s, claim fails at 7s, claim fails at 15s, claim fails at 31s, claim fails at 47s, " +
				"a 1 delivered, release a", "1 at 1m3s",
		},
		"next": {
			"next fails at 0s, next fails at 1s, next fails at 3s, next fails at 7s, next fails at 15s, next fails at 31s, next fails at 47s, " +
				"a 1 delivered, release a", "1 at 1m3s",
		},
	} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, 0)
				r := b.receive(t, "a", nil)
				b.put("a", 1)
				b.failOn(op, time.Minute, errGone)
				b.run(t)
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				// A hold that is not renewed runs out now and then.
				check(t, "history", strings.ReplaceAll(b.log(), "claim a, ", ""), want.history)
				check(t, "arrived", r.arrived(), want.arrived)
				if op == "claim" {
					check(t, "log", b.logged.String(), saysFailing+saysWorking)
				}
			})
		})
	}
}

// Of many that cannot read the queue, one says so.
func TestTroubleIsSaidOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		for i := range 20 {
			host := fmt.Sprint("h", i)
			b.receive(t, host, nil)
			b.put(host, 1)
		}
		b.run(t)
		b.intrude = func(context.Context, string, string, platform.CallbackURL) error { return errGone }
		for i := range 20 {
			b.put(fmt.Sprint("h", i), 1)
		}
		time.Sleep(5 * time.Minute)
		b.mu.Lock()
		b.intrude = nil
		b.mu.Unlock()
		time.Sleep(time.Minute)
		synctest.Wait()
		check(t, "log", b.logged.String(), saysFailing+saysWorking)
		if b.left() != 0 {
			t.Errorf("%d are left", b.left())
		}
	})
}

// A push that was made is recorded as soon as that is possible, and not made again.
func TestAttemptsAreRecordedLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		r := b.receive(t, "a", nil)
		b.put("a", 1)
		b.failOn("record", 6*time.Second, errGone)
		b.run(t)
		time.Sleep(time.Minute)
		synctest.Wait()
		check(t, "history", b.log(), "claim a, record fails at 0s, record fails at 1s, record fails at 3s, a 1 delivered, release a")
		check(t, "arrived", r.arrived(), "1 at 0s")
		check(t, "log", b.logged.String(), saysFailing+saysWorking)
	})
}

// What cannot be recorded is repeated: never lost, and never in a busy loop.
func TestAttemptsThatAreNotRecorded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		r := b.receive(t, "a", nil)
		b.put("a", 2)
		b.failOn("record", 8*time.Second, errGone)
		b.run(t)
		time.Sleep(time.Minute)
		synctest.Wait()
		check(t, "history", b.log(), "claim a, record fails at 0s, record fails at 1s, record fails at 3s, record fails at 7s, record fails at 7s, "+
			"a 1 delivered, a 2 delivered, release a")
		check(t, "arrived", r.arrived(), "1 at 0s, 1 at 7s, 2 at 8s")
		if !strings.Contains(b.logged.String(), "level=ERROR msg=\"a push was made and could not be recorded; it will be repeated\" delivery=a-1 type=component_verify_ticket error=\"the database is gone\"\n") {
			t.Errorf("the log is\n%s", b.logged)
		}
		if s := b.worker.Stats(); s.Unrecorded != 1 || s.Delivered != 2 || s.Attempts[platform.OutcomeDelivered] != 3 {
			t.Errorf("counted %+v", s)
		}
	})
}

// Whoever lost a hold leaves the URL alone, and says nothing.
func TestLostHolds(t *testing.T) {
	t.Parallel()
	for op, want := range map[string]struct{ history, arrived string }{
		"next":   {"claim a, claim a, a 1 delivered, a 2 delivered, release a", "1 at 10ms, 2 at 10ms"},
		"record": {"claim a, claim a, a 1 delivered, a 2 delivered, release a", "1 at 0s, 1 at 1s, 2 at 1s"},
	} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, 0)
				r := b.receive(t, "a", nil)
				b.put("a", 2)
				b.intrude = onceOn(op, b.expire)
				b.run(t)
				if op == "next" {
					b.worker.Wake()
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				check(t, "history", b.log(), want.history)
				check(t, "arrived", r.arrived(), want.arrived)
				check(t, "log", b.logged.String(), "")
				if n := b.worker.Stats().Unrecorded; n != 0 {
					t.Errorf("%d attempts count as not recorded", n)
				}
			})
		})
	}
}

// A worker that gets its own URL again, because the hold ran out, has it once.
func TestAURLClaimedTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		r := b.receive(t, "a", after(4*time.Second))
		b.put("a", 2)
		b.run(t)
		time.Sleep(1500 * time.Millisecond)
		b.expire()
		time.Sleep(time.Minute)
		b.put("a", 1)
		b.worker.Wake()
		time.Sleep(time.Minute)
		synctest.Wait()
		check(t, "arrived", r.arrived(), "1 at 0s, 2 at 4s, 3 at 1m1.5s")
		if b.left() != 0 {
			t.Errorf("%d are left", b.left())
		}
	})
}

// The same when the worker has just found out that its hold was lost: it does not
// hold a URL that it does nothing for.
func TestAURLClaimedAgainAfterALoss(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		r := b.receive(t, "a", nil)
		b.put("a", 1)
		var once sync.Once
		b.intrude = func(_ context.Context, op, _ string, _ platform.CallbackURL) (err error) {
			if op == "next" {
				once.Do(func() {
					b.expire()
					time.Sleep(1500 * time.Millisecond) // it is claimed again
					err = platform.ErrConflict
				})
			}
			return err
		}
		b.run(t)
		time.Sleep(time.Minute)
		synctest.Wait()
		check(t, "history", b.log(), "claim a, claim a, a 1 delivered, release a")
		check(t, "arrived", r.arrived(), "1 at 1.5s")
	})
}

// What was deleted while it was pushed holds nothing up.
func TestDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		r := b.receive(t, "a", nil)
		b.put("a", 2)
		b.intrude = onceOn("record", func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.urls[0].pending = b.urls[0].pending[1:]
		})
		b.run(t)
		time.Sleep(time.Minute)
		synctest.Wait()
		check(t, "history", b.log(), "claim a, a 2 delivered, release a")
		check(t, "arrived", r.arrived(), "1 at 0s, 2 at 0s")
		if s := b.worker.Stats(); s.Delivered != 1 || s.Unrecorded != 0 {
			t.Errorf("counted %+v", s)
		}
	})
}

// node is a queue as seen from a machine that can die.
type node struct {
	*memQueue
	dead atomic.Bool
}

func (n *node) RecordAttempt(ctx context.Context, holder string, url platform.CallbackURL, p *platform.Push, a platform.Attempt) (bool, error) {
	if n.dead.Load() {
		return false, errGone
	}
	return n.memQueue.RecordAttempt(ctx, holder, url, p, a)
}

// Two nodes share a queue, one dies, one answer in ten fails and one receiver hangs:
// everything arrives, in order, and never two at a time.
func TestOrderOnTwoNodes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const urls, pushes = 30, 40
		b := newBench(t, 0)
		var receivers []*receiver
		for i := range urls {
			host := fmt.Sprint("h", i)
			receivers = append(receivers, b.receive(t, host, func(w http.ResponseWriter, _ *http.Request, call int) {
				if call%10 == 9 {
					w.WriteHeader(http.StatusBadGateway)
					return
				}
				time.Sleep(100 * time.Millisecond)
				_, _ = io.WriteString(w, "success")
			}))
		}
		hanging := b.receive(t, "hangs", silent)
		b.put("hangs", 1)
		first := &node{memQueue: b.memQueue}
		ctx, kill := context.WithCancel(t.Context())
		defer kill()
		for name, queue := range map[string]callback.Queue{"first": first, "second": b.memQueue} {
			w := callback.NewWorker(callback.Options{Queue: queue, Sender: b.net.sender(t), Holder: name, Logger: slog.New(slog.DiscardHandler), MaxURLs: 20})
			if name == "first" {
				go w.Run(ctx)
			} else {
				go w.Run(t.Context())
			}
			t.Cleanup(w.Close)
		}
		for i := range pushes {
			for u := range urls {
				b.put(fmt.Sprint("h", u), 1)
			}
			if i == pushes/2 {
				first.dead.Store(true)
				b.mu.Lock()
				b.intrude = func(_ context.Context, _, holder string, _ platform.CallbackURL) error {
					if holder == "first" {
						return errGone
					}
					return nil
				}
				b.mu.Unlock()
				kill()
			}
			time.Sleep(70 * time.Millisecond)
		}
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		if b.left() != 0 {
			t.Errorf("%d are left", b.left())
		}
		repeated := 0
		for _, r := range receivers {
			next := 1
			for _, arrival := range r.got {
				var n int
				if _, err := fmt.Sscanf(arrival, "%d at", &n); err != nil {
					t.Fatal(err)
				}
				switch n {
				case next:
					next++
				case next - 1:
					repeated++
				default:
					t.Fatalf("%s got %d, want %d: %s", r.host, n, next, r.arrived())
				}
			}
			if next != pushes+1 {
				t.Errorf("%s got %d pushes", r.host, next-1)
			}
		}
		// Four tries a receiver fail, and each push under way at the death comes again.
		if least, most := 4*urls, 5*urls; repeated < least || repeated > most {
			t.Errorf("%d pushes were repeated, want %d to %d", repeated, least, most)
		}
		if got := len(hanging.got); got < 3 || got > 4 {
			t.Errorf("the hanging one was asked %d times: %s", got, hanging.arrived())
		}
	})
}
