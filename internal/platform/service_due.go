package platform

import (
	"context"
	"time"
)

const (
	// dueBatch is how many due things are done in one transaction.
	dueBatch = 100
	// longestReplay is how much of a leap of the clock is gone through step by step;
	// of what lies before it each thing is done once. A ticket is dead after 12 h.
	longestReplay = 7 * 24 * time.Hour
)

// RunDue does what is due: tickets to push, registrations to end, audits to
// decide. What should have
// been done while no node ran is done once, not for each time that was missed. Several
// nodes may call it at once.
func (s *Service) RunDue(ctx context.Context) error {
	for {
		due, err := view(ctx, s.store, func(r Reader) (bool, error) {
			at, err := nextDue(ctx, r)
			return !at.IsZero() && !at.After(r.Now()), err
		})
		if err != nil || !due {
			return err
		}
		var n int
		err = s.store.Background(ctx, func(tx Tx) error {
			var err error
			n, err = s.doDue(ctx, tx, tx.Now(), dueBatch, true)
			return err
		})
		if err != nil || n == 0 { // another node is at it
			return err
		}
		s.pushed()
	}
}

// nextDue is when something is due next; zero if nothing is.
func nextDue(ctx context.Context, r Reader) (time.Time, error) {
	at, err := r.NextDue(ctx)
	if err != nil {
		return time.Time{}, err
	}
	for _, next := range []func(context.Context) (time.Time, error){r.NextRegistrationEnd, r.NextAuditDue} {
		other, err := next(ctx)
		if err != nil {
			return time.Time{}, err
		}
		if !other.IsZero() && (at.IsZero() || other.Before(at)) {
			at = other
		}
	}
	return at, nil
}

// doDue does what is due at a time, about as much as most says, and returns how much
// that was.
func (s *Service) doDue(ctx context.Context, tx Tx, at time.Time, most int, skipLocked bool) (int, error) {
	components, err := tx.ComponentsDue(ctx, at, most, skipLocked)
	if err != nil {
		return 0, err
	}
	if err := s.tick(ctx, tx, components, at); err != nil {
		return 0, err
	}
	registrations, err := tx.RegistrationsDue(ctx, at, most, skipLocked)
	if err != nil {
		return 0, err
	}
	if err := s.endDueRegistrations(ctx, tx, registrations, at); err != nil {
		return 0, err
	}
	audits, err := tx.AuditsDue(ctx, at, most, skipLocked)
	if err != nil {
		return 0, err
	}
	return len(components) + len(registrations) + len(audits), s.decideDue(ctx, tx, audits, at)
}

// tick pushes the tickets of components that are due, and sets when they are next.
func (s *Service) tick(ctx context.Context, tx Tx, components []Component, at time.Time) error {
	for i := range components {
		c := &components[i]
		next := c.NextTicketAt.Add(ticketTick)
		if !next.After(at) {
			next = at.Add(ticketTick)
		}
		if err := tx.SetNextTicket(ctx, c.Appid, next); err != nil {
			return err
		}
		if _, err := s.pushTicket(ctx, tx, c, at); err != nil {
			return err
		}
	}
	return nil
}

// moveClock moves the clock to a time through everything that is due before. Each
// transaction does some of it and leaves the clock where it got to, so at any moment
// what is due by the clock is done, also for those who look from other nodes and
// after a crash.
func (s *Service) moveClock(ctx context.Context, target func(now time.Time) (time.Time, error)) error {
	var to time.Time
	for step, arrived := 0, false; !arrived; step++ {
		err := s.store.UpdateShared(ctx, func(tx Tx) error {
			now := tx.Now()
			if step == 0 {
				var err error
				if to, err = target(now); err != nil {
					return err
				}
			}
			var at time.Time
			var err error
			if at, arrived, err = s.runUntil(ctx, tx, now, to); err != nil {
				return err
			}
			return tx.SetClock(ctx, clockAt(tx.Clock(), now, at))
		})
		if err != nil {
			return err
		}
		s.pushed()
	}
	return nil
}

// runUntil does a batch of what is due from now to a time, and returns how far it
// got and whether that was all: a batch may end amid what is due at one moment, the
// last one, too.
func (s *Service) runUntil(ctx context.Context, tx Tx, now, to time.Time) (at time.Time, all bool, err error) {
	at = now
	if skipped := to.Add(-longestReplay); skipped.After(at) {
		at = skipped
	}
	for n := 0; n < dueBatch; {
		due, err := nextDue(ctx, tx)
		if err != nil {
			return at, false, err
		}
		if due.IsZero() || due.After(to) {
			return later(at, to), true, nil
		}
		at = later(at, due)
		done, err := s.doDue(ctx, tx, at, dueBatch-n, false)
		if err != nil {
			return at, false, err
		}
		n += done
	}
	return at, false, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// clockAt returns a clock that shows at when it showed now.
func clockAt(c ClockState, now, at time.Time) ClockState {
	if c.Frozen() {
		c.FrozenAt = at
	} else {
		c.Offset += at.Sub(now)
	}
	return c
}
