// Package changes tells whoever waits for it what has changed on a server: by looking,
// several times a second, at the revision of a component, the counts of its pushes, the
// totals of the journal and the clock. Nothing has to be announced by who changes
// something, on whatever node that is.
package changes

import (
	"context"
	"time"

	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// State is what a look found. It differs from a former one where something has changed.
type State struct {
	// Rev is the revision of the component; 0 when none was asked for.
	Rev int64
	// Pushes counts the deliveries of the component by state, or of all.
	Pushes Pushes
	// Tries counts the attempts of the component's pending pushes: one that fails raises
	// no revision, which is read with every call on the wire.
	Tries int
	// Requests are the calls that this node has answered, of all components.
	Requests journal.Outcomes
	Clock    platform.ClockState
	Now      time.Time // virtual
}

// Pushes are counts of deliveries.
type Pushes struct{ Pending, Delivered, Failed int }

// Look looks once. An empty component looks at what belongs to none.
func Look(ctx context.Context, service *platform.Service, calls *journal.Journal, component string) (State, error) {
	out := State{Requests: calls.Outcomes()}
	if component != "" {
		c, err := service.Component(ctx, component)
		if err != nil {
			return out, err
		}
		retrying, err := service.Retrying(ctx, component)
		if err != nil {
			return out, err
		}
		out.Rev, out.Tries = c.Rev, retrying.Tries
	}
	states, err := service.CountDeliveries(ctx, component)
	if err != nil {
		return out, err
	}
	out.Pushes = Pushes{states[platform.DeliveryPending], states[platform.DeliveryDelivered], states[platform.DeliveryFailed]}
	out.Clock, out.Now, err = service.Clock(ctx)
	return out, err
}
