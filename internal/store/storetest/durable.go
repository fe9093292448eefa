package storetest

import (
	"bytes"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"draftbox/internal/platform"
)

// RunDurable runs the part of the suite that is about stores which outlive their
// process. place returns a function that opens one and the same database, empty
// at first, as often as it is called; the tests close what it returns.
func RunDurable(t *testing.T, place func(*testing.T) (open func() platform.Store)) {
	t.Helper()
	for name, test := range map[string]func(*bench, func() platform.Store){
		"Reopen":   testReopen,
		"Snapshot": testSnapshot,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open := place(t)
			test(newBench(t, open()), open)
		})
	}
}

// RunShared runs the part of the suite that is about databases which several
// nodes share. place is as in [RunDurable]; here several are open at once.
func RunShared(t *testing.T, place func(*testing.T) (open func() platform.Store)) {
	t.Helper()
	for name, test := range map[string]func(*bench, *bench){
		"SeeEachOther":       testSeeEachOther,
		"UpdateTogether":     testUpdateTogether,
		"DueAtWork":          testDueAtWork,
		"BackgroundTogether": testBackgroundTogether,
		"TicksTogether":      testTicksTogether,
		"ReleaseRaces":       func(a, b *bench) { testReleaseRaces(a, b) },
		"ClaimRaces":         func(a, b *bench) { testClaimRaces(a, b) },
		"OutboxTogether":     func(a, b *bench) { testOutboxTogether(a, b) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open := place(t)
			// All at once, so that they also meet at making the tables.
			nodes := make([]platform.Store, 3)
			together(len(nodes), func(i int) { nodes[i] = open() })
			if t.Failed() {
				return
			}
			a := newBench(t, nodes[0])
			b := *a
			b.store = nodes[1]
			test(a, &b)
			for _, n := range nodes {
				a.ok(n.Close())
			}
		})
	}
}

func testReopen(b *bench, open func() platform.Store) {
	d := b.upload(b.comp, b.dev, 1, 1_300_000)
	p, _ := pack(1, 1_300_000)
	clock := platform.ClockState{Offset: 3 * time.Hour, FrozenAt: time.Time{}}
	b.insertTemplate(b.template(0, 0), 2)
	b.insertToken(token(b.comp, "a", epoch))
	b.update(b.comp, func(tx platform.Tx) error {
		b.ok(tx.PutTicket(b.ctx, &platform.Ticket{ComponentAppid: b.comp, Value: "t", IssuedAt: epoch, PushedAt: epoch}))
		b.ok(tx.PutAuthorizer(b.ctx, &platform.Authorizer{ComponentAppid: b.comp, Appid: newAppid(), CreatedAt: epoch}))
		b.ok(tx.SetClock(b.ctx, clock))
		b.ok(tx.MarkSeeded(b.ctx, b.comp, "k"))
		_, err := tx.TakeTemplateID(b.ctx, b.comp)
		return err
	})
	url := newURL()
	b.putAuthorizer(fullAuthorizer(b.comp, newAppid()))
	b.fillPushes(b.comp, url)
	held := workTime()
	id := b.claim("h", held, 1)[url]
	before, head, body := b.dump(b.comp), b.head("a"), b.stored(d.Digest)
	b.equal(head.Clock, clock)

	b.ok(b.store.Close())
	b.is(b.store.View(b.ctx, func(platform.Reader) error { return nil }), platform.ErrUnavailable)
	b.is(b.tryUpdate(b.comp, func(platform.Tx) error { return nil }), platform.ErrUnavailable)
	b.ok(b.store.Close()) // again does nothing

	b.store = open()
	b.equal(b.dump(b.comp), before)
	b.equal(b.head("a"), head)
	if !bytes.Equal(b.stored(d.Digest), body) {
		b.Error("the package came back changed")
	}
	b.view(func(r platform.Reader) {
		got, err := r.Package(b.ctx, p.Digest)
		b.ok(err)
		b.equal(got, p)
		seeded, err := r.Seeded(b.ctx, b.comp, "k")
		b.ok(err)
		b.equal(seeded, true)
		b.equal(r.Clock(), clock)
		_, err = r.AuthCode(b.ctx, b.comp, "code")
		b.ok(err)
	})
	b.equal(b.claim("g", held.Add(hold), 1), map[string]string{url: id}) // with its holder, or before: as the engine knows
	b.firstIs(id, before.Deliveries[0])
	b.equal(b.push(delivery(b.comp, url)).Number, int64(3)) // numbers go on
	b.equal(b.upload(b.comp, b.dev, 3, 10).ID, d.ID+1)      // ids go on
	b.ok(b.store.Close())
}

// testSnapshot changes what a view has begun to read.
func testSnapshot(b *bench, _ func() platform.Store) {
	b.upload(b.comp, b.dev, 1, 700_000)
	p, _ := pack(1, 700_000)
	b.view(func(r platform.Reader) {
		read := func() (platform.Component, []platform.Draft) {
			c, err := r.Component(b.ctx, b.comp)
			b.ok(err)
			drafts, err := r.Drafts(b.ctx, b.comp, -1, 0)
			b.ok(err)
			return *c, drafts
		}
		c, drafts := read()
		b.upload(b.comp, b.dev, 2, 10)
		c2, drafts2 := read()
		b.equal(c2, c)
		b.equal(drafts2, drafts)
		var n counter
		b.ok(r.WritePackage(b.ctx, p.Digest, &n)) // gone by now for everybody else
		b.equal(int(n), 700_000)
	})
	b.equal(b.draftIDs(b.comp), []int64{1})
	b.ok(b.store.Close())
}

type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// testSeeEachOther lets two nodes write in turn; each sees the other's write in
// the next read.
func testSeeEachOther(a, b *bench) {
	for i := range 10 {
		a.upload(a.comp, a.dev, byte(i), 10)
		a.equal(b.dump(a.comp), a.dump(a.comp))

		secret := fmt.Sprint("token", i)
		a.insertToken(token(a.comp, secret, epoch))
		head := b.head(secret)
		a.equal(head, a.head(secret))
		a.equal(head.Rev, a.rev(a.comp))

		b.update(a.comp, func(tx platform.Tx) error {
			return tx.SupersedeTokens(b.ctx, a.comp, "", platform.ComponentToken, platform.Supersede{At: epoch, GraceEnds: epoch})
		})
		a.equal(a.head(secret).Token.SupersededAt, epoch)

		clock := platform.ClockState{FrozenAt: epoch.Add(time.Duration(i) * time.Hour)}
		a.ok(a.store.UpdateShared(a.ctx, func(tx platform.Tx) error { return tx.SetClock(a.ctx, clock) }))
		now, err := b.store.Now(b.ctx)
		b.ok(err)
		b.equal(now, clock.FrozenAt)
		b.equal(b.head(secret).Clock, clock)
	}
}

func testUpdateTogether(a, b *bench) {
	const each = 15
	second := a.newDev(a.comp)
	var ids [2 * each]atomic.Int32
	together(2, func(i int) {
		node, dev := a, a.dev
		if i == 1 {
			node, dev = b, second
		}
		for n := range each {
			d, err := node.tryUpload(a.comp, dev, byte(n%2), 10) // of the same packages
			if err != nil {
				a.Errorf("upload on node %d: %v", i, err)
				return
			}
			ids[d.ID].Add(1)
		}
	})
	for id := range ids {
		if n := ids[id].Load(); n != 1 {
			a.Errorf("draft id %d was given %d times", id, n)
		}
	}
	a.equal(len(a.draftIDs(a.comp)), 2)
	a.equal(b.dump(a.comp), a.dump(a.comp))
}
