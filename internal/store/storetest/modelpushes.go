package storetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"draftbox/internal/platform"
)

// queued is a delivery of the model with its place among all that were queued.
type queued struct {
	platform.Delivery
	place int
}

// queue puts a delivery at the end of its URL's queue.
func (m *model) queue(t *tenant, d platform.Delivery) {
	m.queued++
	t.deliveries[d.Number] = queued{d, m.queued}
}

// firstPending is the head of a URL's queue, or nil.
func (m *model) firstPending(url string) *platform.Delivery {
	var first *queued
	for _, t := range m.tenants {
		for _, d := range t.deliveries {
			if d.URL == url && d.State == platform.DeliveryPending && (first == nil || d.place < first.place) {
				first = &d
			}
		}
	}
	if first == nil {
		return nil
	}
	d := first.Delivery
	d.Attempts = nil // not what the store fills in
	return &d
}

// newestDeliveries lists those of some tenants as a list of the store does.
func newestDeliveries(tenants ...*tenant) []platform.Delivery {
	out := []platform.Delivery{}
	for _, t := range tenants {
		for _, d := range t.deliveries {
			out = append(out, d.Delivery)
		}
	}
	slices.SortFunc(out, newestFirst)
	return out
}

// urls are the callback URLs of a history, shared by its components.
func (h *history) urls() []string {
	var out []string
	for i := range 3 {
		out = append(out, fmt.Sprint("http://127.0.0.1/", h.appids[0], "/", i))
	}
	return out
}

func stepDelivery(h *history, appid string) step {
	d := delivery(appid, rapid.SampledFrom(h.urls()).Draw(h.rt, "url"))
	d.Type = rapid.SampledFrom([]string{"component_verify_ticket", "authorized"}).Draw(h.rt, "type")
	d.CreatedAt = h.moment()
	return func(tx platform.Tx, m *model, t *tenant) (error, error) {
		n := d
		if err := tx.InsertDelivery(h.ctx, &n); err != nil {
			return err, nil
		}
		t.lastDelivery++
		if n.Number != t.lastDelivery {
			return fmt.Errorf("number of the delivery is %d, want %d", n.Number, t.lastDelivery), nil
		}
		m.queue(t, n)
		return nil, nil
	}
}

func stepRequeue(h *history, appid string) step {
	number, url := h.number("delivery", 6), rapid.SampledFrom(h.urls()).Draw(h.rt, "url")
	return func(tx platform.Tx, m *model, t *tenant) (error, error) {
		d := t.deliveries[number].Delivery
		d.ComponentAppid, d.Number, d.URL = appid, number, url
		got := tx.RequeueDelivery(h.ctx, &d)
		if _, ok := t.deliveries[number]; !ok {
			return got, platform.ErrNotFound
		}
		d.State, d.Tries, d.DoneAt = platform.DeliveryPending, 0, time.Time{}
		m.queue(t, d)
		return got, nil
	}
}

func stepAttempt(h *history, appid string) step {
	number, at := h.number("delivery", 6), h.moment()
	state := rapid.SampledFrom([]platform.DeliveryState{platform.DeliveryPending, platform.DeliveryDelivered, platform.DeliveryFailed}).Draw(h.rt, "state")
	return func(tx platform.Tx, _ *model, t *tenant) (error, error) {
		was := t.deliveries[number]
		d, a := was.Delivery, attempt(platform.OutcomeError)
		d.ComponentAppid, d.Number = appid, number
		d.Tries, d.DoneAt = d.Tries+1, at
		if state != platform.DeliveryPending {
			d.State = state // an attempt ends a delivery; only requeueing makes it pending again
		}
		got := tx.PutAttempt(h.ctx, &d, &a)
		if _, ok := t.deliveries[number]; !ok {
			return got, platform.ErrNotFound
		}
		if got == nil && a.Number != len(was.Attempts)+1 {
			return fmt.Errorf("number of the attempt is %d, want %d", a.Number, len(was.Attempts)+1), nil
		}
		d.Attempts = append(slices.Clone(was.Attempts), a)
		t.deliveries[number] = queued{d, was.place}
		return got, nil
	}
}

func stepPruneDeliveries(h *history, appid string) step {
	delivered, tickets := h.moment(), h.moment()
	return func(tx platform.Tx, _ *model, t *tenant) (error, error) {
		maps.DeleteFunc(t.deliveries, func(_ int64, d queued) bool {
			return d.State == platform.DeliveryDelivered && d.CreatedAt.Before(delivered) ||
				d.Type == "component_verify_ticket" && d.State != platform.DeliveryPending && d.CreatedAt.Before(tickets)
		})
		return tx.PruneDeliveries(h.ctx, appid, delivered, tickets), nil
	}
}

func stepNextTicket(h *history, appid string) step {
	var at time.Time
	if h.number("due", 2) > 0 {
		at = h.moment()
	}
	return func(tx platform.Tx, _ *model, t *tenant) (error, error) {
		t.component.NextTicketAt = at
		return tx.SetNextTicket(h.ctx, appid, at), nil
	}
}

// comparePushes compares what belongs to no one component: queues, and what is due.
func (h *history) comparePushes(same func(what string, got, want any)) {
	var all []*tenant
	var due time.Time
	for _, t := range h.model.tenants {
		all = append(all, t)
		if at := t.component.NextTicketAt; !at.IsZero() && (due.IsZero() || at.Before(due)) {
			due = at
		}
	}
	want := newestDeliveries(all...)
	states := map[platform.DeliveryState]int{}
	for i := range want {
		want[i].Attempts = nil // not what the list fills in
		states[want[i].State]++
	}
	same("deliveries of all", h.pages(platform.DeliveryFilter{}, 2), want)
	h.view(func(r platform.Reader) {
		at, err := r.NextDue(h.ctx)
		h.must(err)
		same("next due", at, due)
		n, err := r.CountDeliveries(h.ctx, "")
		h.must(err)
		same("number of deliveries", n, states)
	})
	// Every queue with something in it can be claimed, and its head is known.
	ids := h.claim("model", workTime(), 1000)
	for _, url := range h.urls() {
		want := h.model.firstPending(url)
		if want != nil && ids[url] == "" {
			h.fail("%s has pending deliveries and cannot be claimed", url)
		}
		if ids[url] != "" {
			d, err := h.first(ids[url])
			same("head of "+url, found(h, d, err), want)
		}
	}
	for _, id := range ids {
		h.must(h.release("model", id))
	}
	for url, id := range h.claim("model", workTime(), 1000) {
		if h.model.firstPending(url) == nil {
			h.fail("%s was given back with nothing pending and can be claimed", url)
		}
		h.must(h.release("model", id))
	}
}

// compareCodes compares authorization codes, which are known by their value only.
func (h *history) compareCodes(t *tenant, same func(what string, got, want any)) {
	h.view(func(r platform.Reader) {
		for i := range 4 {
			value := fmt.Sprint("code", i)
			got, err := r.AuthCode(h.ctx, t.component.Appid, value)
			if err != nil && !errors.Is(err, platform.ErrNotFound) {
				h.must(err)
			}
			same("code "+value, found(h, got, err), atKey(t.codes, value))
		}
		var want []platform.Authorizer
		for _, a := range t.authorizers {
			if a.Authorized {
				want = append(want, a)
			}
		}
		slices.SortFunc(want, byGrant)
		got, err := r.AuthorizersByTime(h.ctx, t.component.Appid, 0, 0)
		h.must(err)
		same("authorizers by time", got, want)
		n, err := r.CountAuthorized(h.ctx, t.component.Appid)
		h.must(err)
		same("number of those authorized", n, len(want))
	})
}
