package sqlstore

import (
	"context"
	"time"

	"draftbox/internal/platform"
)

const clockColumns = `clock_offset, clock_frozen_at`

func clockDest(c *platform.ClockState) []any {
	return []any{(*milliseconds)(&c.Offset), (*instant)(&c.FrozenAt)}
}

// milliseconds is a duration in a column.
type milliseconds time.Duration

// Scan implements sql.Scanner.
func (m *milliseconds) Scan(src any) error {
	ms, _ := src.(int64)
	*m = milliseconds(time.Duration(ms) * time.Millisecond)
	return nil
}

// loadClock reads the clock and fixes the transaction's time.
func (r *reader) loadClock(ctx context.Context) error {
	return r.setClock(r.row(ctx, `select `+clockColumns+` from shared where id = 1`, nil, clockDest(&r.clock)...))
}

func (r *reader) setClock(err error) error {
	r.now = r.store.at(r.clock)
	return err
}

// at returns the virtual time in whole milliseconds.
func (s *Store) at(c platform.ClockState) time.Time {
	return c.At(s.real()).Truncate(time.Millisecond).UTC()
}

// lockShared takes the lock of what belongs to no component.
func (w *writer) lockShared(ctx context.Context) error {
	if w.shared > 0 {
		return nil
	}
	return w.row(ctx, `update shared set rev = rev + 1 where id = 1 returning rev, `+clockColumns, nil,
		append([]any{&w.shared}, clockDest(&w.clock)...)...)
}

// SetClock implements [platform.Tx].
func (w *writer) SetClock(ctx context.Context, c platform.ClockState) error {
	if err := w.lockShared(ctx); err != nil {
		return err
	}
	w.clocked = true
	w.clock = platform.ClockState{Offset: c.Offset.Truncate(time.Millisecond)}
	if c.Frozen() {
		w.clock.FrozenAt = c.FrozenAt.Truncate(time.Millisecond).UTC()
	}
	_, err := w.exec(ctx, `update shared set clock_offset = $1, clock_frozen_at = $2 where id = 1`,
		w.clock.Offset.Milliseconds(), millis(w.clock.FrozenAt))
	return err
}
