package platform_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
	"draftbox/internal/store/pgtest"
)

// ticketIn returns the ticket that a push carries.
func ticketIn(d platform.Delivery) string {
	_, rest, _ := strings.Cut(d.Body, "<ComponentVerifyTicket><![CDATA[")
	value, _, _ := strings.Cut(rest, "]]>")
	return value
}

// times lists when pushes became due, as time since noon.
func times(list []platform.Delivery) string {
	out := []string{}
	for _, d := range list {
		out = append(out, d.CreatedAt.Sub(noon).String())
	}
	return strings.Join(out, " ")
}

func (sc *scene) runDue() {
	sc.Helper()
	sc.ok(sc.RunDue(sc.Context()))
}

func TestTicketsTick(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	equal(t, "before anything is done", times(sc.tickets(sc.comp)), "")
	sc.runDue()
	sc.runDue()
	equal(t, "at once", times(sc.tickets(sc.comp)), "0s")
	equal(t, "told", sc.onPush.Load(), 1)
	sc.pass(10*time.Minute - time.Millisecond)
	sc.runDue()
	equal(t, "a moment early", times(sc.tickets(sc.comp)), "0s")
	sc.pass(time.Millisecond)
	sc.runDue()
	sc.pass(10*time.Minute + 3*time.Second) // a little late
	sc.runDue()
	sc.pass(10*time.Minute - 3*time.Second) // and yet in step
	sc.runDue()
	equal(t, "ticks", times(sc.tickets(sc.comp)), "0s 10m0s 20m3s 30m0s")
	// After three hours in which nobody was there it is one, not eighteen.
	sc.pass(3 * time.Hour)
	sc.runDue()
	sc.runDue()
	sc.pass(10 * time.Minute)
	sc.runDue()
	equal(t, "after a pause", times(sc.tickets(sc.comp)), "0s 10m0s 20m3s 30m0s 3h30m0s 3h40m0s")
}

// TestTicketsNeedAURL: without one there are none, and they begin with it.
func TestTicketsNeedAURL(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t, func(c *platform.Component) { c.EventURL = "" }), t.Context()
	set := func(url string) {
		t.Helper()
		must[platform.Component](t)(sc.ChangeComponent(ctx, sc.comp, func(c *platform.Component) error {
			c.EventURL, c.NextTicketAt = url, noon.Add(-time.Hour) // which nobody may change
			return nil
		}))
		sc.runDue()
	}
	m := sc.merchant()
	sc.grant(m)
	must[platform.Authorizer](t)(sc.Revoke(ctx, sc.comp, m))
	counted := must[platform.Ticket](t)(sc.PushTicket(ctx, sc.comp)) // counts as pushed
	sc.pass(time.Hour)
	sc.runDue()
	equal(t, "pushes without a URL", len(sc.deliveries(platform.DeliveryFilter{})), 0)
	set(eventURL)
	equal(t, "with a URL", times(sc.tickets(sc.comp)), "1h0m0s")
	if ticketIn(sc.tickets(sc.comp)[0]) == counted.Value {
		t.Error("the ticket of another hour was pushed")
	}
	sc.pass(5 * time.Minute)
	set("http://127.0.0.1:9000/other")
	equal(t, "with another URL", times(sc.tickets(sc.comp)), "1h0m0s")
	sc.pass(5 * time.Minute)
	sc.runDue()
	equal(t, "in step", times(sc.tickets(sc.comp)), "1h0m0s 1h10m0s")
	equal(t, "to", sc.tickets(sc.comp)[1].URL, "http://127.0.0.1:9000/other")
	set("")
	sc.pass(time.Hour)
	sc.runDue()
	equal(t, "without again", times(sc.tickets(sc.comp)), "1h0m0s 1h10m0s")
	set(eventURL)
	equal(t, "and with", times(sc.tickets(sc.comp)), "1h0m0s 1h10m0s 2h10m0s")
}

// TestTicketValues: one value an hour, each good for twelve hours from its last push.
func TestTicketValues(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	sc.runDue()
	sc.ok(sc.AdvanceClock(ctx, 12*time.Hour))
	byHour, values := map[time.Time]string{}, map[string]bool{}
	for _, d := range sc.tickets(sc.comp) {
		hour := d.CreatedAt.Truncate(time.Hour)
		if byHour[hour] == "" {
			byHour[hour] = ticketIn(d)
		}
		equal(t, "ticket of "+hour.Format(time.TimeOnly), ticketIn(d), byHour[hour])
		values[ticketIn(d)] = true
	}
	equal(t, "hours", len(byHour), 13)
	equal(t, "values", len(values), 13)
	c := must[platform.Component](t)(sc.Component(ctx, sc.comp))
	use := func(what, ticket string, want int) {
		t.Helper()
		_, err := sc.ComponentAccessToken(ctx, platform.TokenRequest{
			Appid: c.Appid, Secret: c.Secret, Ticket: ticket, Caller: caller, Quota: func(*platform.Component, time.Time) error { return nil },
		})
		sc.code(what, err, want)
	}
	first := byHour[noon.Truncate(time.Hour)] // pushed last at 12:50:30
	sc.pass(40*time.Minute - time.Millisecond)
	use("a ticket of 12 hours less", first, 0)
	sc.pass(time.Millisecond)
	use("a ticket of 12 hours", first, platform.CodeTicketExpired)
	use("that of the next hour", byHour[noon.Truncate(time.Hour).Add(time.Hour)], 0)
	use("no ticket", "ticket@@@x", platform.CodeTicketInvalid)
	current := must[platform.Ticket](t)(sc.CurrentTicket(ctx, sc.comp))
	use("the current one", current.Value, 0)
}

// TestPushTicket pushes beside the ticks, and by the switch another value each time.
func TestPushTicket(t *testing.T) {
	t.Parallel()
	for _, each := range []string{"same", "new"} {
		t.Run(each, func(t *testing.T) {
			t.Parallel()
			sc := newScene(t, func(c *platform.Component) { c.Settings.Switches.TicketEachPush = each })
			sc.ok(sc.SeedTicket(t.Context(), sc.comp, "ticket@@@fixed"))
			sc.is("seeded twice", sc.SeedTicket(t.Context(), sc.comp, "ticket@@@fixed"), platform.ErrSeeded)
			if each == "same" {
				sc.runDue()
			}
			for range 3 {
				pushed := must[platform.Ticket](t)(sc.PushTicket(t.Context(), sc.comp))
				list := sc.tickets(sc.comp)
				equal(t, "pushed last", ticketIn(list[len(list)-1]), pushed.Value)
			}
			values := map[string]bool{}
			for _, d := range sc.tickets(sc.comp) {
				values[ticketIn(d)] = true
			}
			if each == "same" {
				equal(t, "values", fmt.Sprint(values), "map[ticket@@@fixed:true]")
				equal(t, "pushes", len(sc.tickets(sc.comp)), 4)
			} else {
				equal(t, "values", len(values), 3)
			}
			sc.pass(10 * time.Minute)
			sc.runDue() // the ticks are where they were
			list := sc.tickets(sc.comp)
			equal(t, "last", list[len(list)-1].CreatedAt, noon.Add(10*time.Minute))
		})
	}
}

// TestNodesDoEachTickOnce runs what is due on several nodes at once.
func TestNodesDoEachTickOnce(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T, *scene) []*platform.Service{
		"OneStore": func(_ *testing.T, sc *scene) []*platform.Service {
			return []*platform.Service{sc.Service, sc.node(sc.store)}
		},
		"Postgres": func(t *testing.T, sc *scene) []*platform.Service {
			t.Helper()
			url := pgtest.Database(t)
			nodes := []*platform.Service{sc.node(sc.openStore(url)), sc.node(sc.openStore(url))}
			sc.Service = nodes[0]
			return nodes
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sc := newScene(t)
			nodes := open(t, sc)
			var components []string
			for range 120 { // more than one transaction takes
				components = append(components, sc.component())
			}
			for tick := range 3 {
				errs := make(chan error)
				for i := range 4 {
					go func() { errs <- nodes[i%2].RunDue(t.Context()) }()
				}
				for range 4 {
					sc.ok(<-errs)
				}
				sc.runDue() // what a node left to another that was at it
				for _, c := range components {
					if n := len(sc.tickets(c)); n != tick+1 {
						t.Fatalf("tick %d: %s was pushed %d tickets", tick, c, n)
					}
				}
				sc.pass(10 * time.Minute)
			}
		})
	}
}

// TestOldPushesGo: what is over is kept for a while, what is not for good.
func TestOldPushesGo(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	m := sc.merchant()
	sc.grant(m)
	sc.runDue()
	sc.drain()
	sc.pass(time.Hour)
	must[platform.Authorizer](t)(sc.Revoke(ctx, sc.comp, m)) // stays pending
	count := func() string {
		list := types(sc.deliveries(platform.DeliveryFilter{ComponentAppid: sc.comp}))
		return fmt.Sprint(slices.Compact(list), len(list))
	}
	equal(t, "at first", count(), "[authorized component_verify_ticket unauthorized] 3")
	sc.pass(23 * time.Hour)
	must[platform.Ticket](t)(sc.PushTicket(ctx, sc.comp))
	equal(t, "a day later", count(), "[authorized component_verify_ticket unauthorized component_verify_ticket] 4")
	sc.pass(time.Millisecond)
	must[platform.Ticket](t)(sc.PushTicket(ctx, sc.comp))
	equal(t, "a delivered ticket a day later", count(), "[authorized unauthorized component_verify_ticket] 4")
	sc.pass(6*24*time.Hour - time.Millisecond)
	must[platform.Ticket](t)(sc.PushTicket(ctx, sc.comp))
	equal(t, "a week later", count(), "[authorized unauthorized component_verify_ticket] 5")
	sc.pass(time.Millisecond)
	must[platform.Ticket](t)(sc.PushTicket(ctx, sc.comp))
	equal(t, "a delivered event a week later", count(), "[unauthorized component_verify_ticket] 5")
}
