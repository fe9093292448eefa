package callback_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/internal/callback"
	"draftbox/internal/platform"
)

// The end waits for what is under way, records it, begins nothing more, and gives the
// URLs back.
func TestClose(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		slow, failing, hanging := b.receive(t, "slow", after(3*time.Second)), b.receive(t, "failing", wrong), b.receive(t, "hangs", silent)
		b.put("slow", 2)
		b.put("failing", 1)
		b.put("hangs", 1)
		b.run(t)
		b.log()
		time.Sleep(500 * time.Millisecond)
		b.worker.Close()
		if took := time.Since(b.begin); took != 5*time.Second {
			t.Errorf("the end came at %s, want when the last attempt had its 5 s", took)
		}
		check(t, "history", b.log(), "release failing, slow 1 delivered, release slow, hangs 1 timeout, release hangs")
		check(t, "slow", slow.arrived(), "1 at 0s")
		check(t, "failing", failing.arrived(), "1 at 0s")
		check(t, "hanging", hanging.arrived(), "1 at 0s")
		b.worker.Close()
		b.worker.Run(t.Context()) // returns at once
	})
}

func TestTheContextEndsRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		b.receive(t, "a", after(3*time.Second))
		b.put("a", 1)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		b.worker.Run(ctx)
		if took := time.Since(b.begin); took != 3*time.Second {
			t.Errorf("it ended after %s", took)
		}
		check(t, "history", b.log(), "claim a, a 1 delivered, release a")
	})
}

// A push that was read when the end began is not made.
func TestCloseWhileAPushIsRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		r := b.receive(t, "a", nil)
		b.put("a", 1)
		b.intrude = onceOn("next", func() {
			go b.worker.Close()
			time.Sleep(time.Second)
		})
		b.worker.Run(t.Context())
		check(t, "history", b.log(), "claim a, release a")
		check(t, "arrived", r.arrived(), "")
	})
}

func TestCloseBeforeRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 0)
		b.put("a", 1)
		b.worker.Close()
		b.worker.Run(t.Context())
		check(t, "history", b.log(), "")
	})
}

// A database that is gone, or that hangs, does not hold up the end.
func TestCloseWithoutAQueue(t *testing.T) {
	t.Parallel()
	hanging := func(ctx context.Context, _, _ string, _ platform.CallbackURL) error {
		<-ctx.Done()
		return ctx.Err()
	}
	for name, tt := range map[string]struct {
		at   string
		fail func(ctx context.Context, op, holder string, url platform.CallbackURL) error
		most time.Duration
	}{
		"fails to record": {"record", func(context.Context, string, string, platform.CallbackURL) error { return errGone }, 7 * time.Second},
		"hangs to record": {"record", hanging, callback.CloseTime},
		"hangs to claim":  {"claim", hanging, callback.CloseTime},
		"hangs to read":   {"next", hanging, callback.CloseTime},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, 0)
				b.receive(t, "a", nil)
				b.put("a", 1)
				b.intrude = func(ctx context.Context, op, holder string, url platform.CallbackURL) error {
					if op == tt.at {
						return tt.fail(ctx, op, holder, url)
					}
					return nil
				}
				b.run(t)
				b.worker.Close()
				if took := time.Since(b.begin); took != tt.most {
					t.Errorf("the end took %s, want %s", took, tt.most)
				}
			})
		})
	}
}
