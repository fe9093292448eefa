package storetest

import (
	"time"

	"draftbox/internal/platform"
)

// newDue makes a component whose ticket is due.
func (b *bench) newDue(at time.Time) string {
	b.Helper()
	c := component(newAppid())
	c.NextTicketAt = at
	b.ok(b.insertComponent(&c))
	return c.Appid
}

func (b *bench) setNext(component string, at time.Time) {
	b.Helper()
	b.ok(b.store.Background(b.ctx, func(tx platform.Tx) error { return tx.SetNextTicket(b.ctx, component, at) }))
}

func testNextDue(b *bench) {
	next := func(want time.Time) {
		b.Helper()
		b.view(func(r platform.Reader) {
			got, err := r.NextDue(b.ctx)
			b.ok(err)
			b.equal(got, want)
		})
	}
	next(time.Time{})
	b.setNext(b.comp, epoch)
	next(epoch)
	earlier := b.newDue(time.UnixMilli(0).UTC()) // as a migration leaves it
	next(time.UnixMilli(0).UTC())
	b.setNext(earlier, epoch.Add(time.Hour))
	next(epoch)
	b.update(b.comp, func(tx platform.Tx) error {
		c, err := tx.Component(b.ctx, b.comp)
		b.ok(err)
		b.equal(c.NextTicketAt, epoch)
		c.NextTicketAt = epoch.Add(2 * time.Hour)
		b.ok(tx.UpdateComponent(b.ctx, c))
		got, err := tx.NextDue(b.ctx)
		b.equal(got, epoch.Add(time.Hour))
		return err
	})
	b.setNext(earlier, time.Time{})
	next(epoch.Add(2 * time.Hour))
	b.update(b.comp, func(tx platform.Tx) error { return tx.DeleteComponent(b.ctx, b.comp) })
	next(time.Time{})
	b.is(b.store.Background(b.ctx, func(tx platform.Tx) error { return tx.SetNextTicket(b.ctx, b.comp, epoch) }), platform.ErrNotFound)
}

func (b *bench) due(tx platform.Tx, by time.Time, limit int, skipLocked bool) []string {
	b.Helper()
	components, err := tx.ComponentsDue(b.ctx, by, limit, skipLocked)
	b.ok(err)
	appids := []string{}
	for _, c := range components {
		appids = append(appids, c.Appid)
	}
	return appids
}

func testComponentsDue(b *bench) {
	third, second, first := b.newDue(epoch.Add(time.Hour)), b.newDue(epoch), b.newDue(time.UnixMilli(0).UTC())
	alsoSecond := b.newDue(epoch)
	for _, skipLocked := range []bool{false, true} {
		b.ok(b.store.Background(b.ctx, func(tx platform.Tx) error {
			b.equal(b.due(tx, epoch.Add(time.Hour), 9, skipLocked), []string{first, second, alsoSecond, third})
			b.equal(b.due(tx, epoch.Add(time.Hour-time.Millisecond), 9, skipLocked), []string{first, second, alsoSecond})
			b.equal(b.due(tx, epoch, 2, skipLocked), []string{first, second})
			b.equal(b.due(tx, epoch.Add(-time.Millisecond), 9, skipLocked), []string{first})
			b.equal(b.due(tx, epoch.Add(-100*365*24*time.Hour), 9, skipLocked), []string{})
			got, err := tx.ComponentsDue(b.ctx, epoch, 9, skipLocked)
			b.ok(err)
			want, err := tx.Component(b.ctx, second)
			b.ok(err)
			b.equal(got[1], *want)
			return nil
		}))
	}
	rev := b.rev(first)
	b.setNext(first, epoch.Add(time.Minute))
	b.equal(b.rev(first), rev+1)
	b.ok(b.store.UpdateShared(b.ctx, func(tx platform.Tx) error {
		b.equal(b.due(tx, epoch.Add(time.Hour), 9, false), []string{second, alsoSecond, first, third})
		return nil
	}))
}

func testBackground(b *bench) {
	frozen := epoch.Add(time.Millisecond)
	b.ok(b.store.UpdateShared(b.ctx, func(tx platform.Tx) error { return tx.SetClock(b.ctx, platform.ClockState{FrozenAt: frozen}) }))
	rev := b.rev(b.comp)
	b.ok(b.store.Background(b.ctx, func(tx platform.Tx) error {
		b.equal(tx.Now(), frozen)
		b.equal(tx.Clock(), platform.ClockState{FrozenAt: frozen})
		b.ok(tx.MarkSeeded(b.ctx, b.comp, "a"))
		return tx.MarkSeeded(b.ctx, b.comp, "b")
	}))
	b.equal(b.rev(b.comp), rev+1) // what changes a component raises its rev here, too
	err := b.store.Background(b.ctx, func(tx platform.Tx) error {
		b.ok(tx.MarkSeeded(b.ctx, b.comp, "c"))
		return errSome
	})
	if err != errSome { //nolint:errorlint // as is, by contract
		b.Errorf("error of background work is %v, want that of the function as it is", err)
	}
	b.view(func(r platform.Reader) {
		for key, want := range map[string]bool{"a": true, "b": true, "c": false} {
			got, err := r.Seeded(b.ctx, b.comp, key)
			b.ok(err)
			b.equal(got, want)
		}
	})
	b.equal(b.rev(b.comp), rev+1)
	func() { // a panic leaves nothing locked
		defer func() { _ = recover() }()
		_ = b.store.Background(b.ctx, func(platform.Tx) error { panic("bug") })
	}()
	b.setNext(b.comp, epoch)
}

// testDueAtWork lets node a change a component while node b looks for what is due.
func testDueAtWork(a, b *bench) {
	busy, free := a.newDue(epoch), a.newDue(epoch.Add(time.Minute))
	by := epoch.Add(time.Hour)
	waited := make(chan []string, 9) // an update may run more than once
	a.update(busy, func(tx platform.Tx) error {
		a.ok(b.store.Background(b.ctx, func(other platform.Tx) error {
			a.equal(b.due(other, by, 9, true), []string{free})
			a.equal(b.due(other, by, 1, true), []string{free}) // which limit does not count
			return nil
		}))
		go func() { // waits for the lock, or comes after it
			var appids []string
			if err := b.store.Background(b.ctx, func(other platform.Tx) error {
				components, err := other.ComponentsDue(b.ctx, by, 9, false)
				appids = nil
				for _, c := range components {
					appids = append(appids, c.Appid)
				}
				return err
			}); err != nil {
				a.Errorf("background work that waits for a component: %v", err)
			}
			waited <- appids
		}()
		return tx.SetNextTicket(a.ctx, busy, by.Add(time.Millisecond))
	})
	a.equal(<-waited, []string{free})
}

// testBackgroundTogether: background work of one node does not wait for another's.
func testBackgroundTogether(a, b *bench) {
	first, second := a.newDue(epoch), a.newDue(epoch)
	a.ok(a.store.Background(a.ctx, func(mine platform.Tx) error {
		a.equal(a.due(mine, epoch, 1, true), []string{first})
		return b.store.Background(b.ctx, func(theirs platform.Tx) error {
			a.equal(b.due(theirs, epoch, 1, true), []string{second})
			return nil
		})
	}))
}

// testTicksTogether: of several nodes that do what is due, one does each thing.
func testTicksTogether(a, b *bench) {
	const components = 25
	var appids []string
	for i := range components {
		appids = append(appids, a.newDue(epoch.Add(time.Duration(i%4)*time.Minute)))
	}
	by := epoch.Add(time.Hour)
	together(4, func(i int) {
		node := []*bench{a, b}[i%2]
		for {
			n, left := 0, true
			err := node.store.Background(node.ctx, func(tx platform.Tx) error {
				due, err := tx.ComponentsDue(node.ctx, by, 3, true)
				n = len(due)
				for _, c := range due {
					d := delivery(c.Appid, c.EventURL)
					if err := tx.SetNextTicket(node.ctx, c.Appid, by.Add(time.Hour)); err != nil {
						return err
					}
					if err := tx.InsertDelivery(node.ctx, &d); err != nil {
						return err
					}
				}
				return err
			})
			if err == nil && n == 0 {
				err = node.store.View(node.ctx, func(r platform.Reader) error {
					at, err := r.NextDue(node.ctx)
					left = !at.After(by)
					return err
				})
			}
			if err != nil {
				a.Errorf("due work on node %d: %v", i, err)
				return
			}
			if !left {
				return
			}
		}
	})
	a.view(func(r platform.Reader) {
		for _, appid := range appids {
			n, err := r.CountDeliveries(a.ctx, appid)
			a.ok(err)
			a.equal(n, map[platform.DeliveryState]int{platform.DeliveryPending: 1})
		}
	})
}
