package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"draftbox/internal/platform"
)

// testReleaseRaces lets a delivery be written while its URL is given back as empty.
// Whichever is first, and whether the other begins before its commit, somebody is
// told of the delivery.
func testReleaseRaces(nodes ...*bench) {
	b := nodes[0]
	url := newURL()
	now := workTime()
	d := b.push(delivery(b.comp, url))
	id := b.claim("h", now, 1)[url]
	for round := range 48 {
		b.tried(&d, attempt(platform.OutcomeDelivered), platform.DeliveryDelivered)
		d = delivery(b.comp, url)
		queue := func(tx platform.Tx) error { return tx.InsertDelivery(b.ctx, &d) }
		if round%4 == 3 { // the other way into a queue
			d = b.push(delivery(b.comp, newURL()))
			d.URL = url
			queue = func(tx platform.Tx) error { return tx.RequeueDelivery(b.ctx, &d) }
		}
		// Each of the two may wait for the other to have done its part and to be
		// about to commit.
		queued, released := make(chan struct{}), make(chan struct{})
		atCommit := func(mine chan struct{}, tx platform.Tx, err error) error {
			select {
			case <-mine: // the transaction runs again
			default:
				close(mine)
			}
			for range 10 { // time for the other to come and wait
				if err == nil {
					_, err = tx.Component(b.ctx, b.comp)
				}
			}
			return err
		}
		start := make(chan struct{})
		close(start)
		beforeQueue, beforeRelease := start, start
		switch round % 3 {
		case 0:
			beforeRelease = queued
		case 1:
			beforeQueue = released
		}
		writer, releaser := nodes[round%len(nodes)], nodes[(round+1)%len(nodes)]
		together(2, func(i int) {
			var err error
			if i == 0 {
				<-beforeQueue
				err = writer.tryUpdate(b.comp, func(tx platform.Tx) error { return atCommit(queued, tx, queue(tx)) })
			} else {
				<-beforeRelease
				err = releaser.store.Background(b.ctx, func(tx platform.Tx) error {
					return atCommit(released, tx, tx.ReleaseURL(b.ctx, "h", id))
				})
			}
			if err != nil {
				b.Errorf("round %d: %v", round, err)
			}
		})
		claimed := nodes[round/2%len(nodes)].claim("h", now, 99)
		if claimed[url] != id {
			b.Fatalf("round %d: what was written while the URL was given back is lost: claimed %v", round, claimed)
		}
		b.firstIs(id, d)
		for other, id := range claimed {
			if other != url { // where a delivery was moved away from
				b.ok(b.release("h", id))
			}
		}
	}
}

// testClaimRaces lets several workers claim at the same moment, also a URL whose
// hold has just ended and whose holder wants to go on.
func testClaimRaces(nodes ...*bench) {
	b := nodes[0]
	const workers, urls = 4, 3
	for range urls {
		b.push(delivery(b.comp, newURL()))
	}
	now := workTime()
	type held struct{ id, by string }
	var before []held
	for round := range 25 {
		var mu sync.Mutex
		got := map[string][]string{} // who holds it, by id
		note := func(holder, id string) {
			mu.Lock()
			defer mu.Unlock()
			got[id] = append(got[id], holder)
		}
		together(workers+len(before), func(i int) {
			node := nodes[i%len(nodes)]
			if i < workers {
				holder := fmt.Sprint("round ", round, " worker ", i)
				claimed, err := node.tryClaim(holder, now, 1+i%2)
				if err != nil {
					b.Errorf("claim: %v", err)
				}
				for _, id := range claimed {
					note(holder, id)
				}
				return
			}
			h := before[i-workers]
			switch err := node.holdOn(h.by, h.id, now.Add(hold)); {
			case err == nil:
				note(h.by, h.id)
			case !errors.Is(err, platform.ErrConflict):
				b.Errorf("go on holding: %v", err)
			}
		})
		if b.Failed() {
			return
		}
		for _, id := range b.claim("the rest", now, 9) {
			note("the rest", id)
		}
		before = nil
		for id, who := range got {
			if len(who) != 1 {
				b.Fatalf("round %d: %s is held by %q", round, id, who)
			}
			before = append(before, held{id, who[0]})
			b.ok(b.holdOn(who[0], id, now.Add(hold))) // and it knows it
		}
		b.equal(len(before), urls)
		now = now.Add(hold)
	}
}

// testOutboxTogether has writers and workers at the same few queues, which run
// empty all the time. Nothing is lost or handed out to two, and each writer's
// deliveries to a URL come in its order.
func testOutboxTogether(nodes ...*bench) {
	b := nodes[0]
	const writers, workers, each, queues = 3, 3, 40, 2
	var components [writers]string
	for i := range components {
		components[i] = b.newComponent()
	}
	var urls [queues]string
	for i := range urls {
		urls[i] = newURL()
	}
	var (
		mu      sync.Mutex
		holders = map[string]string{}
		last    = map[string]int64{} // number handled last, by URL and component
		handled atomic.Int64
		stop    atomic.Bool
	)
	now := workTime()
	deadline := time.Now().Add(40 * time.Second)
	handle := func(node *bench, holder, url, id string) error {
		mu.Lock()
		if other := holders[url]; other != "" {
			b.Errorf("%s is held by %s and %s", url, other, holder)
		}
		holders[url] = holder
		mu.Unlock()
		for {
			var d *platform.Delivery
			err := node.store.Background(node.ctx, func(tx platform.Tx) error {
				if err := tx.HoldURL(node.ctx, holder, id, now.Add(hold)); err != nil {
					return fmt.Errorf("hold: %w", err)
				}
				var err error
				if d, err = tx.FirstPending(node.ctx, id); err != nil {
					return err
				}
				a := attempt(platform.OutcomeDelivered)
				d.State, d.Tries, d.DoneAt = platform.DeliveryDelivered, 1, epoch
				return tx.PutAttempt(node.ctx, d, &a)
			})
			if err != nil {
				mu.Lock()
				delete(holders, url)
				mu.Unlock()
				if err == platform.ErrNotFound { //nolint:errorlint // bare by contract
					err = node.release(holder, id)
				}
				return err
			}
			mu.Lock()
			key := url + " " + d.ComponentAppid
			if d.Number <= last[key] {
				b.Errorf("%s: number %d was handed out after %d", key, d.Number, last[key])
			}
			last[key] = d.Number
			mu.Unlock()
			handled.Add(1)
		}
	}
	together(writers+workers, func(i int) {
		node := nodes[i%len(nodes)]
		if i < writers {
			for n := range each {
				d := delivery(components[i], urls[n%queues])
				if err := node.tryPush(&d); err != nil {
					b.Errorf("write: %v", err)
					stop.Store(true)
					return
				}
			}
			return
		}
		for handled.Load() < writers*each && !stop.Load() {
			holder := fmt.Sprint("worker ", i)
			claimed, err := node.tryClaim(holder, now, 1)
			for url, id := range claimed {
				err = errors.Join(err, handle(node, holder, url, id))
			}
			if err != nil {
				b.Errorf("worker %d: %v", i, err)
			}
			if err != nil || time.Now().After(deadline) {
				stop.Store(true)
			}
		}
	})
	b.equal(handled.Load(), int64(writers*each))
	for _, component := range components {
		b.view(func(r platform.Reader) {
			n, err := r.CountDeliveries(b.ctx, component)
			b.ok(err)
			b.equal(n, map[platform.DeliveryState]int{platform.DeliveryDelivered: each})
		})
	}
}
