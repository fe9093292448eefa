package storetest

import (
	"time"

	"draftbox/internal/platform"
)

func testTickets(b *bench) {
	// The virtual clock stands: all are issued at one moment.
	put := func(value string, pushed time.Duration) platform.Ticket {
		t := platform.Ticket{ComponentAppid: b.comp, Value: value, IssuedAt: epoch, PushedAt: epoch.Add(pushed)}
		b.update(b.comp, func(tx platform.Tx) error { return tx.PutTicket(b.ctx, &t) })
		return t
	}
	b.view(func(r platform.Reader) {
		_, err := r.LatestTicket(b.ctx, b.comp)
		b.is(err, platform.ErrNotFound)
	})
	put("ticket@@@b", 0)
	put("ticket@@@a", 0)
	last := put("ticket@@@c", 0)
	first := put("ticket@@@b", time.Hour) // pushed again, not issued again
	latest := func(want platform.Ticket) {
		b.Helper()
		b.view(func(r platform.Reader) {
			got, err := r.LatestTicket(b.ctx, b.comp)
			b.ok(err)
			b.equal(*got, want)
		})
	}
	latest(last)
	b.view(func(r platform.Reader) {
		got, err := r.Ticket(b.ctx, b.comp, first.Value)
		b.ok(err)
		b.equal(*got, first)
		_, err = r.Ticket(b.ctx, b.comp, "ticket@@@x")
		b.is(err, platform.ErrNotFound)
		_, err = r.Ticket(b.ctx, b.dev, first.Value)
		b.is(err, platform.ErrNotFound)
	})
	prune := func(before time.Duration) {
		b.update(b.comp, func(tx platform.Tx) error { return tx.PruneTickets(b.ctx, b.comp, epoch.Add(before)) })
	}
	prune(0)
	latest(last)
	prune(time.Millisecond)
	latest(first)
	prune(2 * time.Hour)
	b.view(func(r platform.Reader) {
		_, err := r.LatestTicket(b.ctx, b.comp)
		b.is(err, platform.ErrNotFound)
	})
	latest(put("ticket@@@d", 0))
}

func testHeads(b *bench) {
	_, err := b.store.Head(b.ctx, platform.HashToken("a"))
	if err != platform.ErrNotFound { //nolint:errorlint // bare by contract
		b.Errorf("error of an unknown token is %v, want the bare ErrNotFound", err)
	}
	want := token(b.comp, "a", epoch)
	want.Kind, want.AuthorizerAppid, want.Origin = platform.AuthorizerToken, newAppid(), platform.OriginAdmin
	b.insertToken(want)
	for range 3 {
		got := b.head("a")
		b.equal(got, platform.Head{Token: want, Rev: b.rev(b.comp)})
	}
	full := token(b.comp, "b", epoch)
	full.SupersededAt, full.SupersededBy, full.SupersededByRID, full.GraceEndsAt = epoch.Add(1e9), "10.0.0.1", "rid-2", epoch.Add(2e9)
	b.insertToken(full)
	b.equal(b.head("b").Token, full)
}

// testHeadFollows checks that a head that was asked for before shows every later
// change.
func testHeadFollows(b *bench) {
	b.insertToken(token(b.comp, "a", epoch))
	b.head("a")
	b.update(b.comp, func(platform.Tx) error { return nil })
	b.equal(b.head("a").Rev, b.rev(b.comp))

	b.ok(b.store.UpdateShared(b.ctx, func(tx platform.Tx) error { return tx.MarkSeeded(b.ctx, b.comp, "x") }))
	b.equal(b.head("a").Rev, b.rev(b.comp))

	clock := platform.ClockState{Offset: time.Hour}
	b.ok(b.store.UpdateShared(b.ctx, func(tx platform.Tx) error { return tx.SetClock(b.ctx, clock) }))
	b.equal(b.head("a").Clock, clock)

	before := b.head("a")
	b.is(b.tryUpdate(b.comp, func(tx platform.Tx) error {
		b.ok(tx.SetClock(b.ctx, platform.ClockState{FrozenAt: epoch}))
		b.ok(tx.PruneTokens(b.ctx, b.comp, epoch.Add(platform.AccessTokenLife+1e9)))
		return errSome
	}), errSome)
	b.equal(b.head("a"), before)

	// Another component's changes leave it alone.
	other := b.newComponent()
	b.update(other, func(platform.Tx) error { return nil })
	b.equal(b.head("a"), before)
}

func testSupersede(b *bench) {
	merchant := newAppid()
	insert := func(secret, authorizer, origin string, kind platform.TokenKind) {
		t := token(b.comp, secret, epoch)
		t.AuthorizerAppid, t.Origin, t.Kind = authorizer, origin, kind
		b.insertToken(t)
	}
	insert("old", "", platform.OriginAPI, platform.ComponentToken)
	insert("admin", "", platform.OriginAdmin, platform.ComponentToken)
	insert("merchant", merchant, platform.OriginAPI, platform.AuthorizerToken)
	other := token(b.newComponent(), "other", epoch)
	b.insertToken(other)
	by := func(minute int) platform.Supersede {
		at := epoch.Add(time.Duration(minute) * time.Minute)
		return platform.Supersede{At: at, By: "10.0.0.9", ByRID: "rid-9", GraceEnds: at.Add(5 * time.Minute)}
	}
	supersede := func(s platform.Supersede, kind platform.TokenKind, authorizer string) {
		b.update(b.comp, func(tx platform.Tx) error { return tx.SupersedeTokens(b.ctx, b.comp, authorizer, kind, s) })
	}
	supersede(by(1), platform.ComponentToken, "")
	insert("new", "", platform.OriginAPI, platform.ComponentToken)
	supersede(by(2), platform.ComponentToken, "")
	supersede(by(3), platform.AuthorizerToken, newAppid()) // has none

	for secret, want := range map[string]platform.Supersede{
		"old": by(1), // keeps its own grace
		"new": by(2), "admin": {}, "merchant": {}, "other": {},
	} {
		t := b.head(secret).Token
		b.equal(platform.Supersede{At: t.SupersededAt, By: t.SupersededBy, ByRID: t.SupersededByRID, GraceEnds: t.GraceEndsAt}, want)
	}
	supersede(by(4), platform.AuthorizerToken, merchant)
	b.equal(b.head("merchant").Token.SupersededAt, by(4).At)
}

func testPruneTokens(b *bench) {
	for i, secret := range []string{"a", "b"} {
		b.insertToken(token(b.comp, secret, epoch.Add(time.Duration(i)*time.Hour)))
		b.head(secret)
	}
	b.insertToken(token(b.newComponent(), "c", epoch))
	b.update(b.comp, func(tx platform.Tx) error {
		return tx.PruneTokens(b.ctx, b.comp, epoch.Add(platform.AccessTokenLife+time.Hour))
	})
	_, err := b.store.Head(b.ctx, platform.HashToken("a"))
	b.is(err, platform.ErrNotFound)
	b.head("b") // ends at that moment, not before it
	b.head("c")
}

func testClock(b *bench) {
	set := func(c platform.ClockState) {
		b.ok(b.store.UpdateShared(b.ctx, func(tx platform.Tx) error {
			b.ok(tx.SetClock(b.ctx, c))
			b.equal(tx.Clock(), c)
			return nil
		}))
		b.view(func(r platform.Reader) { b.equal(r.Clock(), c) })
	}
	now := func() time.Time {
		n, err := b.store.Now(b.ctx)
		b.ok(err)
		return n
	}
	real := now()
	b.view(func(r platform.Reader) { b.equal(r.Clock(), platform.ClockState{}) })

	set(platform.ClockState{Offset: 48*time.Hour + 7*time.Millisecond})
	if d := now().Sub(real); d < 48*time.Hour || d > 49*time.Hour {
		b.Errorf("the clock moved by %s, want 48h", d)
	}
	frozen := epoch.Add(123 * time.Millisecond)
	set(platform.ClockState{Offset: time.Hour, FrozenAt: frozen})
	if !now().Equal(frozen) {
		b.Errorf("the frozen clock shows %s, want %s", now(), frozen)
	}
	b.view(func(r platform.Reader) { b.equal(r.Now(), frozen) })
	b.update(b.comp, func(tx platform.Tx) error { b.equal(tx.Now(), frozen); return nil })
	set(platform.ClockState{Offset: -time.Hour})

	b.view(func(r platform.Reader) {
		first := r.Now()
		if !first.Equal(first.Truncate(time.Millisecond)) {
			b.Errorf("the time %s is no whole millisecond", first)
		}
		for range 100 {
			_, err := r.Components(b.ctx, "", 1)
			b.ok(err)
		}
		b.equal(r.Now(), first)
	})
}
