package storetest

import (
	"context"
	"errors"

	"draftbox/internal/platform"
)

func testRollback(b *bench) {
	d := b.upload(b.comp, b.dev, 1, 10)
	b.insertToken(token(b.comp, "a", epoch))
	merchant := b.putAuthorizer(fullAuthorizer(b.comp, newAppid())).Appid
	b.fillPushes(b.comp, newURL())
	before := b.dump(b.comp)
	p, content := pack(9, 10)
	err := b.tryUpdate(b.comp, func(tx platform.Tx) error {
		b.ok(tx.DeleteDraft(b.ctx, b.comp, d.ID))
		b.ok(tx.PutPackage(b.ctx, p, content))
		b.ok(tx.PutDevMiniprogram(b.ctx, &platform.DevMiniprogram{ComponentAppid: b.comp, Appid: newAppid(), CreatedAt: epoch}))
		b.ok(tx.PutTicket(b.ctx, &platform.Ticket{ComponentAppid: b.comp, Value: "t", IssuedAt: epoch, PushedAt: epoch}))
		b.ok(tx.SupersedeTokens(b.ctx, b.comp, "", platform.ComponentToken, platform.Supersede{At: epoch, GraceEnds: epoch}))
		b.ok(tx.MarkSeeded(b.ctx, b.comp, "k"))
		b.ok(tx.DeleteAuthorizer(b.ctx, b.comp, merchant))
		b.ok(tx.PutAuthCode(b.ctx, &platform.AuthCode{ComponentAppid: b.comp, Value: "new", IssuedAt: epoch, ExpiresAt: epoch}))
		pushed := before.Deliveries[0]
		b.ok(tx.RequeueDelivery(b.ctx, &pushed))
		b.ok(tx.InsertDelivery(b.ctx, &pushed))
		a := attempt(platform.OutcomeDelivered)
		b.ok(tx.PutAttempt(b.ctx, &before.Deliveries[1], &a))
		b.ok(tx.PruneDeliveries(b.ctx, b.comp, epoch.Add(1e12), epoch.Add(1e12)))
		b.ok(tx.SetNextTicket(b.ctx, b.comp, epoch))
		return errSome
	})
	if err != errSome { //nolint:errorlint // as is, by contract
		b.Errorf("error of the update is %v, want that of the function as it is", err)
	}
	b.equal(b.dump(b.comp), before)
	b.equal(b.head("a").Token.SupersededAt.IsZero(), true)
	b.view(func(r platform.Reader) {
		_, err := r.Package(b.ctx, p.Digest)
		b.is(err, platform.ErrNotFound)
		_, err = r.AuthCode(b.ctx, b.comp, "new")
		b.is(err, platform.ErrNotFound)
	})

	c := component(newAppid())
	b.is(b.store.UpdateShared(b.ctx, func(tx platform.Tx) error {
		b.ok(tx.InsertComponent(b.ctx, &c))
		return errSome
	}), errSome)
	b.view(func(r platform.Reader) {
		_, err := r.Component(b.ctx, c.Appid)
		b.is(err, platform.ErrNotFound)
	})
	b.is(b.store.View(b.ctx, func(platform.Reader) error { return errSome }), errSome)

	// A panic of the function leaves nothing locked.
	func() {
		defer func() { _ = recover() }()
		_ = b.tryUpdate(b.comp, func(platform.Tx) error { panic("bug") })
	}()
	b.equal(b.dump(b.comp), before)
	b.update(b.comp, func(platform.Tx) error { return nil })
}

// contents is everything of one component, for comparison.
type contents struct {
	Component   platform.Component
	Dev         []platform.DevMiniprogram
	Drafts      []platform.Draft
	Templates   []platform.Template
	Ticket      *platform.Ticket
	Authorizers []platform.Authorizer
	Deliveries  []platform.Delivery // newest first, with their attempts
}

func (b *bench) dump(component string) (out contents) {
	b.Helper()
	b.view(func(r platform.Reader) {
		c, err := r.Component(b.ctx, component)
		b.ok(err)
		out.Component = *c
		out.Dev, err = r.DevMiniprograms(b.ctx, component, "", 0)
		b.ok(err)
		out.Drafts, err = r.Drafts(b.ctx, component, -1, 0)
		b.ok(err)
		out.Templates, err = r.Templates(b.ctx, component)
		b.ok(err)
		out.Authorizers, err = r.Authorizers(b.ctx, component, "", 0)
		b.ok(err)
		out.Deliveries, err = r.Deliveries(b.ctx, platform.DeliveryFilter{ComponentAppid: component}, platform.DeliveryPlace{}, 0)
		b.ok(err)
		for i := range out.Deliveries {
			out.Deliveries[i].Attempts, err = r.Attempts(b.ctx, component, out.Deliveries[i].Number)
			b.ok(err)
		}
		out.Ticket, err = r.LatestTicket(b.ctx, component)
		if !errors.Is(err, platform.ErrNotFound) {
			b.ok(err)
		}
	})
	return out
}

// testIsolation changes everything of one component and looks at another.
func testIsolation(b *bench) {
	other := b.newComponent()
	otherDev := b.newDev(other)
	b.upload(other, otherDev, 1, 10)
	b.update(other, func(tx platform.Tx) error {
		return tx.PutTicket(b.ctx, &platform.Ticket{ComponentAppid: other, Value: "same", IssuedAt: epoch, PushedAt: epoch})
	})
	b.insertToken(token(other, "other", epoch))
	merchant, url := newAppid(), newURL()
	b.putAuthorizer(fullAuthorizer(other, merchant))
	b.fillPushes(other, url)
	before, head := b.dump(other), b.head("other")

	b.putAuthorizer(fullAuthorizer(b.comp, merchant))
	b.fillPushes(b.comp, url)
	d := b.upload(b.comp, b.dev, 1, 10) // the same id, package and ticket as the other's
	b.update(b.comp, func(tx platform.Tx) error {
		t := b.template(0, 0)
		t.Digest = d.Digest
		b.ok(tx.InsertTemplate(b.ctx, &t))
		b.ok(tx.PutTicket(b.ctx, &platform.Ticket{ComponentAppid: b.comp, Value: "same", IssuedAt: epoch, PushedAt: epoch.Add(1e9)}))
		b.ok(tx.SupersedeTokens(b.ctx, b.comp, "", platform.ComponentToken, platform.Supersede{At: epoch, GraceEnds: epoch}))
		b.ok(tx.PruneTickets(b.ctx, b.comp, epoch.Add(1e12)))
		b.ok(tx.PruneTokens(b.ctx, b.comp, epoch.Add(1e15)))
		b.ok(tx.DeleteTemplate(b.ctx, b.comp, 0))
		b.ok(tx.EndTokens(b.ctx, b.comp, merchant, platform.Supersede{At: epoch, GraceEnds: epoch}))
		b.ok(tx.DeleteAuthorizer(b.ctx, b.comp, merchant))
		b.ok(tx.PruneAuthCodes(b.ctx, b.comp, epoch.Add(1e12)))
		b.ok(tx.PruneDeliveries(b.ctx, b.comp, epoch.Add(1e12), epoch.Add(1e12)))
		b.ok(tx.SetNextTicket(b.ctx, b.comp, epoch))
		return tx.DeleteDraft(b.ctx, b.comp, d.ID)
	})
	b.equal(b.dump(other), before)
	b.view(func(r platform.Reader) {
		_, err := r.AuthCode(b.ctx, other, "code")
		b.ok(err)
	})
	b.equal(b.head("other"), head)
	b.equal(len(b.stored(d.Digest)), 10)
}

func testCanceled(b *bench) {
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	for name, err := range map[string]error{
		"View":         b.store.View(ctx, func(platform.Reader) error { return nil }),
		"Update":       b.store.Update(ctx, b.comp, func(platform.Tx, *platform.Component) error { return nil }),
		"UpdateShared": b.store.UpdateShared(ctx, func(platform.Tx) error { return nil }),
		"Background":   b.store.Background(ctx, func(platform.Tx) error { return nil }),
	} {
		if !errors.Is(err, context.Canceled) || errors.Is(err, platform.ErrUnavailable) {
			b.Errorf("%s with a canceled context returns %v, want its error", name, err)
		}
	}
	// Canceled half way: nothing is stored and nothing stays locked.
	before := b.dump(b.comp)
	ctx, cancel = context.WithCancel(b.ctx)
	err := b.store.Update(ctx, b.comp, func(tx platform.Tx, _ *platform.Component) error {
		b.ok(tx.MarkSeeded(ctx, b.comp, "k"))
		cancel()
		return nil
	})
	b.is(err, context.Canceled)
	b.equal(b.dump(b.comp), before)
	b.update(b.comp, func(platform.Tx) error { return nil })
}
