package callback

import (
	"context"
	"errors"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/platform"
)

// A turn ends after so many deliveries, or with the first attempt that ends after
// such a time, so that others get theirs when there are more URLs than a worker
// delivers to at once.
const (
	turnDeliveries = 50
	turnTime       = 20 * time.Second
)

// errStopping says that the worker ends.
var errStopping = errors.New("the worker is closing")

// pauseAfter is how long to wait after a try that failed. It is the same time for
// every receiver: a frozen or advanced clock changes nothing here.
func pauseAfter(try int) time.Duration {
	if try <= 1 {
		return time.Second
	}
	return 2 * time.Second
}

// turn is a URL while this worker holds it.
type turn struct {
	w     *Worker
	url   platform.CallbackURL
	again bool // claimed again during the turn; of the worker's lock
}

func (t *turn) run(ctx context.Context) {
	for !t.w.ended(t, t.deliver(ctx)) {
	}
}

// deliver makes one attempt after the other until the turn is over. It reports
// whether there may be more.
func (t *turn) deliver(ctx context.Context) (more bool) {
	begin, done := clock.Now(), 0
	for done < turnDeliveries && clock.Since(begin) < turnTime {
		woken := t.w.woken.Load()
		p, err := t.next(ctx)
		switch {
		case errors.Is(err, platform.ErrNotFound):
			t.release(ctx)
			// What was written since was not seen, and the URL was held.
			return t.w.woken.Load() != woken
		case errors.Is(err, platform.ErrConflict):
			return false // another node goes on
		case err != nil:
			t.release(ctx)
			return false
		}
		a := t.w.sender.Send(ctx, *p)
		t.w.countAttempt(a.Outcome)
		pending, err := t.record(ctx, p, a)
		switch {
		case errors.Is(err, platform.ErrConflict):
			return false
		case errors.Is(err, platform.ErrNotFound):
			pending = false // deleted; the next one's turn
		case err != nil:
			continue // it comes again
		}
		if !pending {
			done++
			continue
		}
		// The next one to hold the URL would not know of the pause, so the turn has it.
		if !sleep(t.w.stop, pauseAfter(p.Tries+1)) {
			t.release(ctx)
			return false
		}
	}
	t.release(ctx)
	return true
}

// next asks for the next push as long as the queue fails.
func (t *turn) next(ctx context.Context) (*platform.Push, error) {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		if t.w.stopping() {
			return nil, errStopping
		}
		call, cancel := context.WithTimeout(ctx, queueTimeout)
		p, err := t.w.queue.NextPush(call, t.w.holder, t.url)
		cancel()
		switch {
		case answered(err):
			t.w.fine()
			if err == nil && t.w.stopping() {
				return nil, errStopping
			}
			return p, err
		case !t.failed(err, pause):
			return nil, errStopping
		}
	}
}

// answered says that the queue works, whatever it said.
func answered(err error) bool {
	return err == nil || errors.Is(err, platform.ErrNotFound) || errors.Is(err, platform.ErrConflict)
}

// failed notes that the queue failed and waits. It reports false at the end.
func (t *turn) failed(err error, pause time.Duration) bool {
	t.w.troubled(err)
	return sleep(t.w.stop, pause)
}

// record keeps an attempt. The push was made, so it is tried a few times, also while
// the worker closes.
func (t *turn) record(ctx context.Context, p *platform.Push, a platform.Attempt) (pending bool, err error) {
	const longest = 4 * time.Second // 1, 2 and 4 s: the hold lasts longer
	for pause := firstPause; ; pause *= 2 {
		call, cancel := context.WithTimeout(ctx, queueTimeout)
		pending, err = t.w.queue.RecordAttempt(call, t.w.holder, t.url, p, a)
		cancel()
		switch {
		case err == nil:
			t.w.fine()
			t.recorded(p, a, pending)
			return pending, nil
		case answered(err):
			return false, err
		}
		t.w.troubled(err)
		if pause > longest || !sleep(ctx.Done(), pause) {
			t.w.countUnrecorded()
			t.w.log.Error("a push was made and could not be recorded; it will be repeated", "delivery", p.ID(), "type", p.Type, "error", err)
			return false, err
		}
	}
}

func (t *turn) recorded(p *platform.Push, a platform.Attempt, pending bool) {
	t.w.countRecorded(a.Outcome, pending)
	if !pending && a.Outcome != platform.OutcomeDelivered {
		// Not the reason: it quotes the receiver.
		t.w.log.Warn("a push was given up", "delivery", p.ID(), "type", p.Type, "outcome", string(a.Outcome), "tries", p.Tries+1)
	}
}

// release gives the URL back. If that fails, the hold runs out.
func (t *turn) release(ctx context.Context) {
	call, cancel := context.WithTimeout(ctx, queueTimeout)
	defer cancel()
	if err := t.w.queue.ReleaseURL(call, t.w.holder, t.url); !answered(err) {
		t.w.troubled(err)
	}
}
