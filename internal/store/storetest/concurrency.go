package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"draftbox/internal/platform"
)

// together runs n functions at once and waits for them.
func together(n int, fn func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { fn(i) })
	}
	wg.Wait()
}

func testConcurrentUpdates(b *bench) {
	const workers, each = 8, 6
	devs := make([]string, workers)
	for i := range devs {
		devs[i] = b.newDev(b.comp)
	}
	other := b.newComponent()
	otherDev := b.newDev(other)
	var mu sync.Mutex
	given := map[int64]bool{}
	before := b.rev(b.comp)
	together(workers+1, func(i int) {
		for n := range each {
			if i == workers {
				if _, err := b.tryUpload(other, otherDev, byte(n), 10); err != nil {
					b.Errorf("upload to another component: %v", err)
				}
				continue
			}
			d, err := b.tryUpload(b.comp, devs[i], byte(n), 10)
			if err != nil {
				b.Errorf("upload: %v", err)
				return
			}
			mu.Lock()
			if given[d.ID] {
				b.Errorf("draft id %d was given twice", d.ID)
			}
			given[d.ID] = true
			mu.Unlock()
		}
	})
	for id := range int64(workers * each) {
		if !given[id] {
			b.Errorf("draft id %d was given to nobody", id)
		}
	}
	b.equal(len(b.draftIDs(b.comp)), workers)
	b.equal(b.rev(b.comp), before+workers*each)
	b.equal(len(b.draftIDs(other)), 1)
}

func testConcurrentOwners(b *bench) {
	const workers = 6
	comps := make([]string, workers)
	for i := range comps {
		comps[i] = b.newComponent()
	}
	for range 4 {
		appid, dev := newAppid(), newAppid()
		var made, bound atomic.Int32
		together(workers, func(i int) {
			c := component(appid)
			count(b, &made, b.insertComponent(&c))
			d := platform.DevMiniprogram{ComponentAppid: comps[i], Appid: dev, CreatedAt: epoch}
			count(b, &bound, b.tryUpdate(comps[i], func(tx platform.Tx) error { return tx.PutDevMiniprogram(b.ctx, &d) }))
		})
		b.equal([2]int32{made.Load(), bound.Load()}, [2]int32{1, 1})
	}
}

func count(b *bench, n *atomic.Int32, err error) {
	switch {
	case err == nil:
		n.Add(1)
	case !errors.Is(err, platform.ErrConflict):
		b.Errorf("error is %v, want nil or ErrConflict", err)
	}
}

// testConcurrentPackage lets components store and forget the same package at the
// same moments.
func testConcurrentPackage(b *bench) {
	const workers, rounds = 4, 15
	type tenant struct{ comp, dev string }
	tenants := make([]tenant, workers)
	for i := range tenants {
		comp := b.newComponent()
		tenants[i] = tenant{comp, b.newDev(comp)}
	}
	together(workers, func(i int) {
		for range rounds {
			d, err := b.tryUpload(tenants[i].comp, tenants[i].dev, 1, 2000)
			if err == nil {
				err = b.tryUpdate(tenants[i].comp, func(tx platform.Tx) error { return tx.DeleteDraft(b.ctx, tenants[i].comp, d.ID) })
			}
			if err != nil {
				b.Errorf("upload and delete: %v", err)
				return
			}
		}
		if i == 0 {
			if _, err := b.tryUpload(tenants[i].comp, tenants[i].dev, 1, 2000); err != nil {
				b.Errorf("last upload: %v", err)
			}
		}
	})
	p, _ := pack(1, 2000)
	b.equal(len(b.stored(p.Digest)), 2000)
	b.update(tenants[0].comp, func(tx platform.Tx) error { return tx.DeleteDraft(b.ctx, tenants[0].comp, rounds) })
	b.view(func(r platform.Reader) {
		_, err := r.Package(b.ctx, p.Digest)
		b.is(err, platform.ErrNotFound)
	})
}

// testFreshHeads has one writer that issues tokens, each superseding the one
// before, and readers that know only what was acknowledged.
func testFreshHeads(b *bench) {
	const tokens, readers = 40, 2
	secret := func(i int64) string { return fmt.Sprintf("%s-%d", b.comp, i) }
	var acked atomic.Int64 // the number of the newest acknowledged token
	var rev atomic.Int64
	acked.Store(-1)
	var done atomic.Bool
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			for seen := int64(0); !done.Load(); {
				rev, n := rev.Load(), acked.Load()
				if n < 0 {
					continue
				}
				// What a view has shown, a look-up shows, too.
				if r, err := b.tryRev(b.comp); err == nil && r > rev {
					rev = r
				}
				newest, err := b.store.Head(b.ctx, platform.HashToken(secret(n)))
				if err != nil || newest.Rev < rev || newest.Rev < seen {
					b.Errorf("token %d is %v at rev %d, after rev %d and %d were seen", n, err, newest.Rev, rev, seen)
					return
				}
				seen = newest.Rev
				if n == 0 {
					continue
				}
				before, err := b.store.Head(b.ctx, platform.HashToken(secret(n-1)))
				if err != nil || before.Token.SupersededAt.IsZero() || before.Rev < seen {
					b.Errorf("token %d is not superseded after %d was acknowledged: %v", n-1, n, err)
					return
				}
			}
		})
	}
	for i := range int64(tokens) {
		var now int64
		err := b.store.Update(b.ctx, b.comp, func(tx platform.Tx, c *platform.Component) error {
			now = c.Rev
			by := platform.Supersede{At: epoch, GraceEnds: epoch.Add(time.Minute)}
			if err := tx.SupersedeTokens(b.ctx, b.comp, "", platform.ComponentToken, by); err != nil {
				return err
			}
			t := token(b.comp, secret(i), epoch)
			return tx.InsertToken(b.ctx, &t)
		})
		if err != nil {
			b.Errorf("issue token %d: %v", i, err)
			break
		}
		rev.Store(now)
		acked.Store(i)
	}
	done.Store(true)
	wg.Wait()
}

// testFreshClock has one writer that moves the clock and readers that must see
// it move.
func testFreshClock(b *bench) {
	b.insertToken(token(b.comp, "a", epoch))
	start, err := b.store.Now(b.ctx)
	b.ok(err)
	var acked atomic.Int64
	var done atomic.Bool
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for !done.Load() {
				want := time.Duration(acked.Load()) * time.Hour
				h, err := b.store.Head(b.ctx, platform.HashToken("a"))
				if err != nil || h.Clock.Offset < want {
					b.Errorf("the head's clock is off by %s, want %s or more: %v", h.Clock.Offset, want, err)
					return
				}
				if now, err := b.store.Now(b.ctx); err != nil || now.Before(start.Add(want)) {
					b.Errorf("the clock shows %s, want %s or later: %v", now, start.Add(want), err)
					return
				}
			}
		})
	}
	for i := range int64(40) {
		err := b.store.UpdateShared(b.ctx, func(tx platform.Tx) error {
			return tx.SetClock(b.ctx, platform.ClockState{Offset: time.Duration(i+1) * time.Hour})
		})
		if err != nil {
			b.Errorf("set the clock: %v", err)
			break
		}
		acked.Store(i + 1)
	}
	done.Store(true)
	wg.Wait()
}
