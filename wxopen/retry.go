package wxopen

import (
	"context"
	"math/rand/v2"
	"time"
)

// RetryPolicy says how often a call is made again that the service answered
// with -1 (busy, to be tried again by its documentation), and how long to wait
// before. A call that says of itself that it is made once is not made again even
// then: the service may have carried it out in spite of the -1. A call whose answer
// got lost is the caller's to repeat (net/http repeats a GET by itself when an idle
// connection turns out to be closed).
type RetryPolicy struct {
	// Attempts is how often a call is made at most, the first time included.
	// 0 means 3, 1 means never again.
	Attempts int
	// BaseDelay is the longest wait before the second attempt; each further one
	// doubles it. The wait is a random time between half of it and all of it.
	// 0 means 300 ms.
	BaseDelay time.Duration
	// MaxDelay bounds one wait. 0 means 5 s.
	MaxDelay time.Duration
	// Concurrent is for how long a call is made again that the service refused with
	// [ErrConcurrent], because another change of the same mini program was at work.
	// Nothing was done then, so this goes for every call, also for one that is made
	// once. 0 means not at all.
	Concurrent time.Duration
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	if p.Attempts <= 0 {
		p.Attempts = 3
	}
	if p.BaseDelay <= 0 {
		p.BaseDelay = 300 * time.Millisecond
	}
	if p.MaxDelay <= 0 {
		p.MaxDelay = 5 * time.Second
	}
	return p
}

// delay returns how long to wait after the attempt of that number, from 1.
func (p RetryPolicy) delay(attempt int) time.Duration {
	d := p.MaxDelay
	if shift := attempt - 1; shift < 32 && p.BaseDelay < p.MaxDelay>>shift {
		d = p.BaseDelay << shift
	}
	return d/2 + rand.N(d/2+1) //nolint:gosec // spreads callers in time, guards nothing
}

// wait waits after the attempt of that number. It returns the context's error
// when that ends first.
func (p RetryPolicy) wait(ctx context.Context, attempt int) error {
	timer := time.NewTimer(p.delay(attempt))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
