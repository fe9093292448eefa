package platform_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"draftbox/internal/platform"
)

// TestAdvanceGoesThroughEverything: twelve hours are 72 tickets of each component,
// written in order of time, each at its own.
func TestAdvanceGoesThroughEverything(t *testing.T) {
	t.Parallel()
	for _, frozen := range []bool{false, true} {
		t.Run(fmt.Sprint("frozen ", frozen), func(t *testing.T) {
			t.Parallel()
			sc, ctx := newScene(t), t.Context()
			components := []string{sc.comp}
			sc.runDue()
			for range 2 { // out of step with the first
				sc.pass(3*time.Minute + time.Millisecond)
				components = append(components, sc.component())
				sc.runDue()
			}
			if frozen {
				sc.ok(sc.FreezeClock(ctx))
			}
			start := must[time.Time](t)(sc.Now(ctx))
			equal(t, "pushes at first", len(sc.drain()), 3)
			told := sc.onPush.Load()
			sc.ok(sc.AdvanceClock(ctx, 12*time.Hour))
			if sc.onPush.Load() == told {
				t.Error("nobody was told of the pushes")
			}
			equal(t, "time", must[time.Time](t)(sc.Now(ctx)), start.Add(12*time.Hour))
			pushes := sc.drain()
			equal(t, "pushes", len(pushes), 3*72)
			next := map[string]time.Time{}
			for i, c := range components {
				next[c] = noon.Add(time.Duration(i)*(3*time.Minute+time.Millisecond) + 10*time.Minute)
			}
			for i, p := range pushes {
				if i > 0 && p.CreatedAt.Before(pushes[i-1].CreatedAt) {
					t.Fatalf("push %d is of %s, after one of %s", i, p.CreatedAt, pushes[i-1].CreatedAt)
				}
				equal(t, "time of a push", p.CreatedAt, next[p.ComponentAppid])
				equal(t, "body", p.Body, ticketBody(p.ComponentAppid, p.CreatedAt, ticketIn(p.Delivery)))
				next[p.ComponentAppid] = p.CreatedAt.Add(10 * time.Minute)
			}
			// And it goes on in step.
			sc.ok(sc.AdvanceClock(ctx, 10*time.Minute))
			equal(t, "pushes ten minutes later", len(sc.drain()), 3)
		})
	}
}

func TestFrozenClockHasNoTicks(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	sc.runDue()
	sc.pass(4 * time.Minute)
	sc.ok(sc.FreezeClock(ctx))
	sc.pass(5 * time.Hour)
	sc.runDue()
	equal(t, "frozen", times(sc.tickets(sc.comp)), "0s")
	sc.ok(sc.ResumeClock(ctx)) // from where it stands
	sc.runDue()
	equal(t, "resumed", times(sc.tickets(sc.comp)), "0s")
	sc.pass(6*time.Minute - time.Millisecond)
	sc.runDue()
	equal(t, "a moment early", times(sc.tickets(sc.comp)), "0s")
	sc.pass(time.Millisecond)
	sc.runDue()
	equal(t, "ten minutes of virtual time", times(sc.tickets(sc.comp)), "0s 10m0s")
	equal(t, "time", must[time.Time](t)(sc.Now(ctx)), noon.Add(10*time.Minute))
	sc.ok(sc.ResumeClock(ctx)) // a clock that runs stays as it is
	equal(t, "time", must[time.Time](t)(sc.Now(ctx)), noon.Add(10*time.Minute))
}

func TestSetClockGoesThroughEverything(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	sc.runDue()
	sc.ok(sc.SetClock(ctx, noon.Add(30*time.Minute)))
	equal(t, "set", times(sc.tickets(sc.comp)), "0s 10m0s 20m0s 30m0s")
	sc.ok(sc.SetClock(ctx, noon.Add(30*time.Minute)))
	sc.is("set back", sc.SetClock(ctx, noon.Add(30*time.Minute-time.Millisecond)), platform.ErrConflict)
	sc.is("set too far", sc.SetClock(ctx, time.Unix(1<<31, 0)), platform.ErrInvalid)
	equal(t, "after refusals", times(sc.tickets(sc.comp)), "0s 10m0s 20m0s 30m0s")
	equal(t, "time", must[time.Time](t)(sc.Now(ctx)), noon.Add(30*time.Minute))
	// What was missed before is done once, and then what falls due on the way.
	sc.pass(time.Hour)
	sc.ok(sc.AdvanceClock(ctx, 15*time.Minute))
	equal(t, "after a pause", times(sc.tickets(sc.comp)), "0s 10m0s 20m0s 30m0s 1h30m0s 1h40m0s")
}

// TestALeapIsReplayedForAWeek: of what lies before each thing is done once at most.
func TestALeapIsReplayedForAWeek(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	sc.runDue()
	const leap = 30 * 24 * time.Hour
	sc.ok(sc.AdvanceClock(ctx, leap))
	list := sc.tickets(sc.comp)
	equal(t, "tickets", len(list), 1+7*24*6+1)
	equal(t, "the first of the leap", list[1].CreatedAt, noon.Add(leap-7*24*time.Hour))
	equal(t, "the last", list[len(list)-1].CreatedAt, noon.Add(leap))
	for i := 2; i < len(list); i++ {
		if list[i].CreatedAt.Sub(list[i-1].CreatedAt) != 10*time.Minute {
			t.Fatalf("the tickets %d and %d are of %s and %s", i-1, i, list[i-1].CreatedAt, list[i].CreatedAt)
		}
	}
	equal(t, "time", must[time.Time](t)(sc.Now(ctx)), noon.Add(leap))
}

// TestAdvanceInSteps has more to do than one transaction takes, and is stopped after
// the first: what is due by the clock is done all the same, and nothing twice.
func TestAdvanceInSteps(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	components := []string{sc.comp}
	for range 129 {
		components = append(components, sc.component())
	}
	sc.runDue()
	ctx, cancel := context.WithCancel(t.Context())
	sc.OnPush(cancel)
	if err := sc.AdvanceClock(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Fatalf("stopped with %v", err)
	}
	sc.OnPush(func() {})
	reached := must[time.Time](t)(sc.Now(t.Context()))
	equal(t, "reached", reached, noon.Add(10*time.Minute))
	done := 0
	for _, c := range components {
		done += len(sc.tickets(c)) - 1
	}
	equal(t, "tickets by then", done, 100)
	sc.runDue()
	for _, c := range components {
		equal(t, "tickets of "+c, times(sc.tickets(c)), "0s 10m0s")
	}
	sc.ok(sc.AdvanceClock(t.Context(), 50*time.Minute))
	for _, c := range components {
		equal(t, "tickets of "+c, times(sc.tickets(c)), "0s 10m0s 20m0s 30m0s 40m0s 50m0s 1h0m0s")
	}
}

// TestAdvanceOnNodes: two nodes that advance at once advance by both.
func TestAdvanceOnNodes(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sc.runDue()
	errs := make(chan error)
	for _, node := range []*platform.Service{sc.Service, sc.node(sc.store)} {
		go func() { errs <- node.AdvanceClock(t.Context(), time.Hour) }()
	}
	sc.ok(<-errs)
	sc.ok(<-errs)
	equal(t, "time", must[time.Time](t)(sc.Now(t.Context())), noon.Add(2*time.Hour))
	equal(t, "tickets", len(sc.tickets(sc.comp)), 13)
}
