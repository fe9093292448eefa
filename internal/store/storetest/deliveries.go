package storetest

import (
	"cmp"
	"slices"
	"time"

	"draftbox/internal/platform"
)

// newURL returns a callback URL that no other test has.
func newURL() string { return "http://127.0.0.1:9000/" + newAppid() }

// delivery returns a delivery without number that uses every field.
func delivery(component, url string) platform.Delivery {
	return platform.Delivery{
		ComponentAppid: component, URL: url, Target: platform.TargetMessage, Format: platform.PushCloudJSON, Type: "weapp_audit_fail",
		Authorizer: "wx00000000000000a1", ToUserName: "gh_0123456789ab", OpenID: "od1P50M-fNQI5Gcq-trm4a7apsU8",
		Body: "<xml>\n<Reason><![CDATA[原因 🎉]]></Reason>\n</xml>", State: platform.DeliveryPending, CreatedAt: epoch,
	}
}

// push writes a delivery and returns it with its number.
func (b *bench) push(d platform.Delivery) platform.Delivery {
	b.Helper()
	b.ok(b.tryPush(&d))
	return d
}

func (b *bench) tryPush(d *platform.Delivery) error {
	return b.tryUpdate(d.ComponentAppid, func(tx platform.Tx) error { return tx.InsertDelivery(b.ctx, d) })
}

// attempt returns an attempt without number that uses every field.
func attempt(outcome platform.Outcome) platform.Attempt {
	return platform.Attempt{
		At: epoch.Add(time.Second), Took: 1234 * time.Millisecond, Query: "signature=a&timestamp=1", Request: "<xml>\n</xml>",
		HTTPStatus: 502, Answer: "错误\n\"'", Outcome: outcome, Reason: "the status is 502",
	}
}

// tried keeps an attempt that leaves the delivery in a state.
func (b *bench) tried(d *platform.Delivery, a platform.Attempt, state platform.DeliveryState) platform.Attempt {
	b.Helper()
	d.Tries, d.State = d.Tries+1, state
	if state != platform.DeliveryPending {
		d.DoneAt = epoch.Add(time.Minute)
	}
	b.ok(b.store.Background(b.ctx, func(tx platform.Tx) error { return tx.PutAttempt(b.ctx, d, &a) }))
	return a
}

// deliveryIs compares what is stored of a delivery.
func (b *bench) deliveryIs(want platform.Delivery, attempts ...platform.Attempt) {
	b.Helper()
	b.view(func(r platform.Reader) {
		got, err := r.Delivery(b.ctx, want.ComponentAppid, want.Number)
		b.ok(err)
		b.equal(*got, want)
		list, err := r.Attempts(b.ctx, want.ComponentAppid, want.Number)
		b.ok(err)
		b.equal(list, attempts)
	})
}

func testInsertDelivery(b *bench) {
	other, url := b.newComponent(), newURL()
	first := b.push(delivery(b.comp, url))
	second := platform.Delivery{
		ComponentAppid: b.comp, URL: newURL(), Target: platform.TargetEvent, Format: platform.PushXML, Type: "component_verify_ticket",
		Body: "", State: platform.DeliveryPending, CreatedAt: epoch,
	}
	b.is(b.tryUpdate(b.comp, func(tx platform.Tx) error {
		d := second
		b.ok(tx.InsertDelivery(b.ctx, &d))
		b.equal(d.Number, int64(2))
		got, err := tx.Delivery(b.ctx, b.comp, 2) // it sees its own
		b.ok(err)
		b.equal(*got, d)
		return errSome
	}), errSome)
	second = b.push(second) // the number was told to nobody
	theirs := b.push(delivery(other, url))
	b.equal([]int64{first.Number, second.Number, theirs.Number}, []int64{1, 2, 1})
	b.deliveryIs(first)
	b.deliveryIs(second)
	b.deliveryIs(theirs)
	b.is(b.store.Background(b.ctx, func(tx platform.Tx) error {
		d := delivery(newAppid(), url)
		return tx.InsertDelivery(b.ctx, &d)
	}), platform.ErrNotFound)
	b.view(func(r platform.Reader) {
		for _, number := range []int64{0, 3, -1} {
			if _, err := r.Delivery(b.ctx, b.comp, number); err != platform.ErrNotFound { //nolint:errorlint // bare by contract
				b.Errorf("error of an unknown delivery is %v, want the bare ErrNotFound", err)
			}
		}
	})
}

func testAttempts(b *bench) {
	d := b.push(delivery(b.comp, newURL()))
	other := b.push(delivery(b.comp, newURL()))
	var kept []platform.Attempt
	for i, outcome := range []platform.Outcome{platform.OutcomeHTTPStatus, platform.OutcomeTimeout} {
		kept = append(kept, b.tried(&d, attempt(outcome), platform.DeliveryPending))
		b.equal(kept[i].Number, i+1)
		b.deliveryIs(d, kept...)
	}
	kept = append(kept, b.tried(&d, platform.Attempt{At: epoch, Outcome: platform.OutcomeRefused}, platform.DeliveryFailed))
	b.deliveryIs(d, kept...)
	b.deliveryIs(other)
	b.is(b.store.Background(b.ctx, func(tx platform.Tx) error {
		missing, a := d, attempt(platform.OutcomeError)
		missing.Number = 9
		return tx.PutAttempt(b.ctx, &missing, &a)
	}), platform.ErrNotFound)

	// Once more, elsewhere: attempts stay and are counted on.
	d.URL, d.State, d.Tries, d.DoneAt = newURL(), platform.DeliveryPending, 0, time.Time{}
	b.update(b.comp, func(tx platform.Tx) error { return tx.RequeueDelivery(b.ctx, &d) })
	b.deliveryIs(d, kept...)
	kept = append(kept, b.tried(&d, attempt(platform.OutcomeDelivered), platform.DeliveryDelivered))
	b.equal(kept[3].Number, 4)
	b.deliveryIs(d, kept...)
	b.is(b.tryUpdate(b.comp, func(tx platform.Tx) error {
		missing := d
		missing.Number = 9
		return tx.RequeueDelivery(b.ctx, &missing)
	}), platform.ErrNotFound)
}

func testPruneDeliveries(b *bench) {
	other, url := b.newComponent(), newURL()
	deliveredBefore, ticketsBefore := epoch.Add(time.Hour), epoch.Add(2*time.Hour)
	type kind struct {
		component, typ string
		state          platform.DeliveryState
		at             time.Time
	}
	gone := map[kind]bool{}
	for _, k := range []struct {
		typ   string
		state platform.DeliveryState
		end   time.Time // written before: gone; zero: never
	}{
		{"authorized", platform.DeliveryDelivered, deliveredBefore},
		{"component_verify_ticket", platform.DeliveryDelivered, ticketsBefore},
		{"component_verify_ticket", platform.DeliveryFailed, ticketsBefore},
		{"authorized", platform.DeliveryFailed, time.Time{}},
		{"authorized", platform.DeliveryPending, time.Time{}},
		{"component_verify_ticket", platform.DeliveryPending, time.Time{}},
	} {
		for _, at := range []time.Time{
			epoch, deliveredBefore.Add(-time.Millisecond), deliveredBefore, ticketsBefore.Add(-time.Millisecond), ticketsBefore,
		} {
			gone[kind{b.comp, k.typ, k.state, at}] = at.Before(k.end)
			gone[kind{other, k.typ, k.state, at}] = false
		}
	}
	numbers := map[kind]int64{}
	for k := range gone {
		d := delivery(k.component, url)
		d.Type, d.CreatedAt = k.typ, k.at
		d = b.push(d)
		b.tried(&d, attempt(platform.OutcomeError), k.state)
		numbers[k] = d.Number
	}
	b.update(b.comp, func(tx platform.Tx) error { return tx.PruneDeliveries(b.ctx, b.comp, deliveredBefore, ticketsBefore) })
	b.view(func(r platform.Reader) {
		for k, want := range gone {
			_, err := r.Delivery(b.ctx, k.component, numbers[k])
			attempts, err2 := r.Attempts(b.ctx, k.component, numbers[k])
			b.ok(err2)
			if (err == platform.ErrNotFound) != want || (len(attempts) == 0) != want { //nolint:errorlint // bare by contract
				b.Errorf("%v: the delivery is %v with %d attempts, want it gone: %v", k, err, len(attempts), want)
			}
		}
	})
	// The longer one of the two times may be either.
	b.update(b.comp, func(tx platform.Tx) error {
		return tx.PruneDeliveries(b.ctx, b.comp, epoch.Add(24*time.Hour), epoch)
	})
	b.view(func(r platform.Reader) {
		n, err := r.CountDeliveries(b.ctx, b.comp)
		b.ok(err)
		b.equal(n, map[platform.DeliveryState]int{platform.DeliveryFailed: 6, platform.DeliveryPending: 10})
	})
}

// newestFirst is the order of lists of deliveries.
func newestFirst(a, b platform.Delivery) int {
	return -cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ComponentAppid, b.ComponentAppid), cmp.Compare(a.Number, b.Number))
}

func testDeliveries(b *bench) {
	var all []platform.Delivery
	components := []string{b.comp, b.newComponent(), b.newComponent()}
	types := []string{"authorized", "unauthorized", "component_verify_ticket"}
	states := []platform.DeliveryState{platform.DeliveryPending, platform.DeliveryDelivered, platform.DeliveryFailed}
	merchants := []string{"", "wx00000000000000a1", "wx00000000000000a2"}
	for i := range 81 {
		d := delivery(components[i%3], newURL())
		d.CreatedAt = epoch.Add(time.Duration(i*7%5) * time.Millisecond) // many at one moment
		d.Type, d.Authorizer = types[i/3%3], merchants[i/9%3]
		d = b.push(d)
		if state := states[i/27]; state != platform.DeliveryPending {
			b.tried(&d, attempt(platform.OutcomeError), state)
		}
		all = append(all, d)
	}
	slices.SortFunc(all, newestFirst)
	for _, f := range []platform.DeliveryFilter{
		{},
		{ComponentAppid: b.comp},
		{ComponentAppid: newAppid()},
		{Type: "authorized"},
		{Type: "authorized' or 1=1"},
		{State: platform.DeliveryFailed},
		{Authorizer: "wx00000000000000a1"},
		{ComponentAppid: b.comp, Type: "unauthorized"},
		{Type: "component_verify_ticket", State: platform.DeliveryPending},
		{ComponentAppid: b.comp, Type: "authorized", State: platform.DeliveryDelivered, Authorizer: "wx00000000000000a2"},
	} {
		var want []platform.Delivery
		for _, d := range all {
			if (f.ComponentAppid == "" || f.ComponentAppid == d.ComponentAppid) && (f.Type == "" || f.Type == d.Type) &&
				(f.State == "" || f.State == d.State) && (f.Authorizer == "" || f.Authorizer == d.Authorizer) {
				want = append(want, d)
			}
		}
		for _, limit := range []int{0, 2, 9, 100} {
			b.equal(b.pages(f, limit), want)
		}
	}
	count := func(component string) (out map[platform.DeliveryState]int) {
		b.view(func(r platform.Reader) {
			var err error
			out, err = r.CountDeliveries(b.ctx, component)
			b.ok(err)
		})
		return out
	}
	for _, component := range []string{"", b.comp, newAppid()} {
		want := map[platform.DeliveryState]int{}
		for _, d := range all {
			if component == "" || component == d.ComponentAppid {
				want[d.State]++
			}
		}
		b.equal(count(component), want)
	}
}

// pages reads a list of deliveries page by page.
func (b *bench) pages(f platform.DeliveryFilter, limit int) (out []platform.Delivery) {
	b.Helper()
	for after := (platform.DeliveryPlace{}); ; {
		var page []platform.Delivery
		b.view(func(r platform.Reader) {
			var err error
			page, err = r.Deliveries(b.ctx, f, after, limit)
			b.ok(err)
		})
		if limit > 0 && len(page) > limit {
			b.Fatalf("a page of %d has %d deliveries", limit, len(page))
		}
		out = append(out, page...)
		if limit == 0 || len(page) < limit {
			return out
		}
		after = page[len(page)-1].Place()
	}
}
