package storetest

import (
	"time"

	"draftbox/internal/platform"
)

// hold is how long tests hold callback URLs.
const hold = 30 * time.Second

// workTime is a real time after all that the store itself takes down.
func workTime() time.Time { return time.Now().Add(time.Hour) }

// claim takes callback URLs and returns their ids by URL.
func (b *bench) claim(holder string, now time.Time, most int) map[string]string {
	b.Helper()
	out, err := b.tryClaim(holder, now, most)
	b.ok(err)
	return out
}

func (b *bench) tryClaim(holder string, now time.Time, most int) (map[string]string, error) {
	var urls []platform.CallbackURL
	err := b.store.Background(b.ctx, func(tx platform.Tx) error {
		var err error
		urls, err = tx.ClaimURLs(b.ctx, holder, now, now.Add(hold), most)
		return err
	})
	out := map[string]string{}
	for _, u := range urls {
		out[u.URL] = u.ID
	}
	if len(out) != len(urls) || len(urls) > most {
		b.Errorf("%d URLs were claimed as %v, want each once and at most %d", len(urls), urls, most)
	}
	return out, err
}

func (b *bench) holdOn(holder, id string, until time.Time) error {
	return b.store.Background(b.ctx, func(tx platform.Tx) error { return tx.HoldURL(b.ctx, holder, id, until) })
}

func (b *bench) release(holder, id string) error {
	return b.store.Background(b.ctx, func(tx platform.Tx) error { return tx.ReleaseURL(b.ctx, holder, id) })
}

func (b *bench) first(id string) (d *platform.Delivery, err error) {
	err = b.store.Background(b.ctx, func(tx platform.Tx) error {
		d, err = tx.FirstPending(b.ctx, id)
		return err
	})
	return d, err
}

// firstIs compares the head of a queue.
func (b *bench) firstIs(id string, want platform.Delivery) {
	b.Helper()
	got, err := b.first(id)
	b.ok(err)
	b.equal(*got, want)
}

// testQueueOrder: deliveries to one URL go in the order of the changes, whatever
// components they are of and whatever their times.
func testQueueOrder(b *bench) {
	other, url, elsewhere := b.newComponent(), newURL(), newURL()
	var queue []platform.Delivery
	for i := range 12 {
		d := delivery([]string{b.comp, other}[i*5%3%2], url)
		d.CreatedAt = epoch.Add(-time.Duration(i) * time.Hour)
		queue = append(queue, b.push(d))
		b.push(delivery(other, elsewhere))
	}
	ids := b.claim("h", workTime(), 9)
	b.equal(len(ids), 2)
	// One in the middle is over, one at the head is put at the end, one goes to
	// another queue.
	b.tried(&queue[5], attempt(platform.OutcomeDelivered), platform.DeliveryDelivered)
	b.tried(&queue[0], attempt(platform.OutcomeError), platform.DeliveryFailed)
	again, moved := queue[0], queue[7]
	again.Tries, again.State, again.DoneAt = 0, platform.DeliveryPending, time.Time{}
	moved.URL = elsewhere
	b.update(again.ComponentAppid, func(tx platform.Tx) error { return tx.RequeueDelivery(b.ctx, &again) })
	b.update(moved.ComponentAppid, func(tx platform.Tx) error { return tx.RequeueDelivery(b.ctx, &moved) })
	for _, d := range append(append(append(append([]platform.Delivery{}, queue[1:5]...), queue[6]), queue[8:]...), again) {
		b.firstIs(ids[url], d)
		b.tried(&d, attempt(platform.OutcomeTimeout), platform.DeliveryPending) // it stays at the head
		b.firstIs(ids[url], d)
		b.tried(&d, attempt(platform.OutcomeDelivered), platform.DeliveryDelivered)
	}
	_, err := b.first(ids[url])
	b.is(err, platform.ErrNotFound)
	for range 12 {
		d, err := b.first(ids[elsewhere])
		b.ok(err)
		b.tried(d, attempt(platform.OutcomeDelivered), platform.DeliveryDelivered)
	}
	b.firstIs(ids[elsewhere], moved)
	_, err = b.first("no such queue")
	b.is(err, platform.ErrNotFound)
}

func testClaimURLs(b *bench) {
	now := workTime()
	b.equal(b.claim("h", now, 9), map[string]string{})
	urls := []string{newURL(), newURL(), newURL()}
	var deliveries []platform.Delivery
	for _, url := range urls {
		deliveries = append(deliveries, b.push(delivery(b.comp, url)), b.push(delivery(b.comp, url)))
	}
	ids := b.claim("h", now, 2)
	b.equal(len(ids), 2)
	for url, id := range b.claim("g", now, 9) {
		if ids[url] != "" {
			b.Errorf("%s is held by two", url)
		}
		ids[url] = id
	}
	b.equal([]bool{ids[urls[0]] != "", ids[urls[1]] != "", ids[urls[2]] != ""}, []bool{true, true, true})
	for i, url := range urls {
		b.firstIs(ids[url], deliveries[2*i])
	}
	// A hold ends by itself, and not before its time.
	b.equal(b.claim("i", now.Add(hold-time.Millisecond), 9), map[string]string{})
	b.push(delivery(b.comp, urls[0]))
	b.equal(b.claim("i", now.Add(hold-time.Millisecond), 9), map[string]string{})
	b.equal(b.claim("i", now.Add(hold), 9), ids)
}

func testHoldURL(b *bench) {
	now, url := workTime(), newURL()
	b.push(delivery(b.comp, url))
	id := b.claim("h", now, 1)[url]
	b.is(b.holdOn("g", id, now.Add(time.Hour)), platform.ErrConflict)
	b.is(b.holdOn("h", "no such queue", now.Add(time.Hour)), platform.ErrConflict)
	b.ok(b.holdOn("h", id, now.Add(2*hold)))
	b.equal(b.claim("g", now.Add(2*hold-time.Millisecond), 1), map[string]string{})
	b.ok(b.holdOn("h", id, now.Add(3*hold))) // late, and nobody took it
	b.equal(b.claim("g", now.Add(3*hold), 1), map[string]string{url: id})
	if err := b.holdOn("h", id, now.Add(9*hold)); err != platform.ErrConflict { //nolint:errorlint // bare by contract
		b.Errorf("error of a hold that was lost is %v, want the bare ErrConflict", err)
	}
	b.ok(b.release("h", id)) // is not its any more, so nothing happens
	b.ok(b.holdOn("g", id, now.Add(4*hold)))
	b.equal(b.claim("i", now.Add(4*hold-time.Millisecond), 1), map[string]string{})
	b.ok(b.release("g", id))
	b.is(b.holdOn("g", id, now.Add(5*hold)), platform.ErrConflict) // nobody holds it
}

func testReleaseURL(b *bench) {
	now, url := workTime(), newURL()
	d := b.push(delivery(b.comp, url))
	id := b.claim("h", now, 1)[url]
	b.ok(b.release("h", id)) // with something left
	b.equal(b.claim("g", now, 1), map[string]string{url: id})
	b.tried(&d, attempt(platform.OutcomeDelivered), platform.DeliveryDelivered)
	b.ok(b.release("g", id)) // with nothing left
	b.equal(b.claim("h", now, 1), map[string]string{})
	next := b.push(delivery(b.comp, url))
	b.equal(b.claim("h", now, 1), map[string]string{url: id})
	b.tried(&next, attempt(platform.OutcomeError), platform.DeliveryFailed)
	b.ok(b.release("h", id))
	b.equal(b.claim("h", now, 1), map[string]string{})
	next.State, next.Tries, next.DoneAt = platform.DeliveryPending, 0, time.Time{}
	b.update(b.comp, func(tx platform.Tx) error { return tx.RequeueDelivery(b.ctx, &next) })
	b.equal(b.claim("h", now, 1), map[string]string{url: id})

	// Whoever was served last waits for all others.
	urls := []string{newURL(), newURL(), newURL()}
	for _, url := range urls {
		b.push(delivery(b.comp, url))
	}
	b.ok(b.release("h", id))
	served := map[string]bool{}
	for range urls {
		for url, id := range b.claim("h", now, 1) {
			served[url] = true
			b.ok(b.release("h", id))
		}
	}
	b.equal(served, map[string]bool{urls[0]: true, urls[1]: true, urls[2]: true})

	// What was rolled back leaves nothing behind.
	b.is(b.store.Background(b.ctx, func(tx platform.Tx) error {
		claimed, err := tx.ClaimURLs(b.ctx, "g", now, now.Add(hold), 9)
		b.ok(err)
		b.equal(len(claimed), 4)
		return errSome
	}), errSome)
	b.equal(len(b.claim("h", now, 9)), 4)
}
