package callback_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"draftbox/internal/callback"
	"draftbox/internal/platform"
)

// memQueue is a queue in memory that complains about a worker that breaks its rules.
type memQueue struct {
	t testing.TB

	mu      sync.Mutex
	begin   time.Time
	urls    []*memURL // in the order in which they are given out
	history []string  // what happened, in order
	// intrude is called before each call, without the lock; its error is returned.
	intrude func(ctx context.Context, op, holder string, url platform.CallbackURL) error
}

type memURL struct {
	platform.CallbackURL
	holder  string
	until   time.Time
	pending []*platform.Push
	given   int64 // number of the push that was given out, 0: none
	number  int64
}

func newQueue(t testing.TB) *memQueue { t.Helper(); return &memQueue{t: t, begin: time.Now()} }

// put writes n deliveries to a URL.
func (q *memQueue) put(host string, n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.IndexFunc(q.urls, func(u *memURL) bool { return u.ID == host })
	if i < 0 {
		i = len(q.urls)
		q.urls = append(q.urls, &memURL{CallbackURL: platform.CallbackURL{ID: host, URL: "http://" + host + "/"}})
	}
	u := q.urls[i]
	for range n {
		u.number++
		p := eventPush(u.URL)
		p.ComponentAppid, p.Number, p.Format, p.Body = host, u.number, platform.PushCloudJSON, fmt.Sprintf(`{"n":%d}`, u.number)
		u.pending = append(u.pending, &p)
	}
}

func (q *memQueue) note(format string, args ...any) {
	q.history = append(q.history, fmt.Sprintf(format, args...))
}

// log returns what happened and forgets it.
func (q *memQueue) log() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	text := strings.Join(q.history, ", ")
	q.history = nil
	return text
}

func (q *memQueue) left() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for _, u := range q.urls {
		n += len(u.pending)
	}
	return n
}

// enter begins a call: it finds a URL and checks its hold.
func (q *memQueue) enter(ctx context.Context, op, holder string, url platform.CallbackURL) (*memURL, error) {
	if _, ok := ctx.Deadline(); !ok {
		q.t.Errorf("%s has no deadline", op)
	}
	q.mu.Lock()
	intrude := q.intrude
	q.mu.Unlock()
	if intrude != nil {
		if err := intrude(ctx, op, holder, url); err != nil {
			return nil, err
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, u := range q.urls {
		if u.ID != url.ID {
			continue
		}
		if u.holder != holder || !time.Now().Before(u.until) {
			return nil, platform.ErrConflict
		}
		return u, nil
	}
	return nil, nil
}

func (q *memQueue) ClaimURLs(ctx context.Context, holder string, most int) ([]platform.CallbackURL, error) {
	if _, err := q.enter(ctx, "claim", holder, platform.CallbackURL{}); err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	var out []platform.CallbackURL
	var kept, taken []*memURL
	for _, u := range q.urls {
		if len(out) == most || len(u.pending) == 0 || time.Now().Before(u.until) {
			kept = append(kept, u)
			continue
		}
		u.holder, u.until = holder, time.Now().Add(platform.HoldTime)
		out, taken = append(out, u.CallbackURL), append(taken, u)
		q.note("claim %s", u.ID)
	}
	q.urls = slices.Concat(kept, taken) // whoever had a turn is last
	return out, nil
}

func (q *memQueue) NextPush(ctx context.Context, holder string, url platform.CallbackURL) (*platform.Push, error) {
	u, err := q.enter(ctx, "next", holder, url)
	if err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	u.until = time.Now().Add(platform.HoldTime)
	if len(u.pending) == 0 {
		return nil, platform.ErrNotFound
	}
	u.given = u.pending[0].Number
	p := *u.pending[0]
	return &p, nil
}

func (q *memQueue) RecordAttempt(ctx context.Context, holder string, url platform.CallbackURL, p *platform.Push, a platform.Attempt) (bool, error) {
	u, err := q.enter(ctx, "record", holder, url)
	if err != nil {
		return false, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(u.pending) == 0 || u.pending[0].Number != p.Number {
		return false, platform.ErrNotFound
	}
	if u.given != p.Number {
		q.t.Errorf("%s: an attempt of %d is recorded, %d was given out", u.ID, p.Number, u.given)
	}
	u.given = 0 // each attempt needs a call of NextPush before it
	first := u.pending[0]
	first.Tries++
	q.note("%s %d %s", u.ID, p.Number, a.Outcome)
	if a.Outcome != platform.OutcomeDelivered && first.Tries < first.MaxTries {
		return true, nil
	}
	u.pending = u.pending[1:]
	return false, nil
}

func (q *memQueue) ReleaseURL(ctx context.Context, holder string, url platform.CallbackURL) error {
	u, err := q.enter(ctx, "release", holder, url)
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	u.until = time.Time{}
	q.note("release %s", u.ID)
	return nil
}

// expire ends all holds, as time does.
func (q *memQueue) expire() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, u := range q.urls {
		u.until = time.Time{}
	}
}

// failOn makes an operation fail until the time is over.
func (q *memQueue) failOn(op string, d time.Duration, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	end := time.Now().Add(d)
	q.intrude = func(_ context.Context, at, _ string, _ platform.CallbackURL) error {
		if at == op && time.Now().Before(end) {
			q.mu.Lock()
			defer q.mu.Unlock()
			q.note("%s fails at %s", op, time.Since(q.begin))
			return err
		}
		return nil
	}
}

var _ callback.Queue = (*memQueue)(nil)
