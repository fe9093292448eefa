package platform

import (
	"context"
	"time"
)

// Clock returns the virtual clock and its time.
func (s *Service) Clock(ctx context.Context) (ClockState, time.Time, error) {
	var now time.Time
	state, err := view(ctx, s.store, func(r Reader) (ClockState, error) {
		now = r.Now()
		return r.Clock(), nil
	})
	return state, now, err
}

// AdvanceClock moves the virtual time forward by d, which is greater than 0, through
// everything that falls due on the way: it is done in order of time, each at its own
// time, before AdvanceClock returns.
func (s *Service) AdvanceClock(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return Invalidf("the clock advances by more than 0s, not by %s", d)
	}
	return s.moveClock(ctx, func(now time.Time) (time.Time, error) {
		if d > furthest.Sub(now) { // before the sum, which could overflow
			return time.Time{}, tooFar()
		}
		return now.Add(d), nil
	})
}

// SetClock moves the virtual time to an instant that is not before now, as
// [Service.AdvanceClock] does.
func (s *Service) SetClock(ctx context.Context, to time.Time) error {
	to = to.Truncate(time.Millisecond)
	return s.moveClock(ctx, func(now time.Time) (time.Time, error) {
		if to.Before(now) {
			return time.Time{}, Conflictf("the clock shows %s and cannot go back to %s", now.In(UTC8).Format(time.RFC3339), to.In(UTC8).Format(time.RFC3339))
		}
		if to.After(furthest) {
			return time.Time{}, tooFar()
		}
		return to, nil
	})
}

// FreezeClock stops the virtual time; a frozen clock stays as it is.
func (s *Service) FreezeClock(ctx context.Context) error {
	return s.changeClock(ctx, func(c *ClockState, now time.Time) error {
		c.FrozenAt = now
		return nil
	})
}

// ResumeClock lets a frozen clock go on from where it stands.
func (s *Service) ResumeClock(ctx context.Context) error {
	return s.changeClock(ctx, func(c *ClockState, now time.Time) error {
		if c.Frozen() {
			*c = ClockState{Offset: now.Sub(s.real().Truncate(time.Millisecond))}
		}
		return nil
	})
}

// furthest bounds the virtual time: rid and several clients hold Unix seconds in
// 32 bits.
var furthest = time.Unix(1<<31-1, 0)

func tooFar() error {
	return Invalidf("the clock ends at %s, where clients with 32-bit times end", furthest.In(UTC8).Format(time.RFC3339))
}

func (s *Service) changeClock(ctx context.Context, change func(c *ClockState, now time.Time) error) error {
	return s.store.UpdateShared(ctx, func(tx Tx) error {
		c := tx.Clock()
		if err := change(&c, tx.Now()); err != nil {
			return err
		}
		if c.At(s.real()).After(furthest) {
			return tooFar()
		}
		return tx.SetClock(ctx, c)
	})
}
