package platform

import "time"

// ClockState is the virtual clock: real time plus an offset, or a frozen
// instant. It lives in the store, so that every node has the same time.
type ClockState struct {
	Offset   time.Duration
	FrozenAt time.Time // zero while the clock runs
}

// At returns the virtual time at a real one.
func (c ClockState) At(real time.Time) time.Time {
	if !c.FrozenAt.IsZero() {
		return c.FrozenAt
	}
	return real.Add(c.Offset)
}

// Frozen reports whether the clock stands still.
func (c ClockState) Frozen() bool { return !c.FrozenAt.IsZero() }

// UTC8 is the zone of days and months on the real service.
var UTC8 = time.FixedZone("UTC+8", 8*3600)
