package storetest

import (
	"time"

	"draftbox/internal/platform"
)

func testComponents(b *bench) {
	want := component(newAppid())
	want.NextDraftID, want.NextTemplateID = 3, 4
	b.ok(b.insertComponent(&want))
	bare := platform.Component{Appid: newAppid(), CreatedAt: epoch}
	b.ok(b.insertComponent(&bare))

	b.view(func(r platform.Reader) {
		got, err := r.Component(b.ctx, want.Appid)
		b.ok(err)
		b.equal(*got, want)
		if got, err = r.Component(b.ctx, bare.Appid); err != nil || got.IPAllowlist == nil {
			b.Errorf("a component without fields is %+v, %v", got, err)
		}
		if _, err := r.Component(b.ctx, "wxffffffffffffffff"); err != platform.ErrNotFound { //nolint:errorlint // bare by contract
			b.Errorf("error of an unknown component is %v, want the bare ErrNotFound", err)
		}
		var list []string
		for after := ""; ; {
			page, err := r.Components(b.ctx, after, 2)
			b.ok(err)
			if len(page) == 0 {
				break
			}
			for _, c := range page {
				list = append(list, c.Appid)
			}
			after = list[len(list)-1]
		}
		b.equal(list, []string{b.comp, want.Appid, bare.Appid})
	})

	changed := want
	changed.Name, changed.Secret, changed.Token, changed.EncodingAESKey = "n", "s", "t", "k"
	changed.EventURL, changed.MessageURL, changed.IPAllowlist = "", "", []string{"::1"}
	changed.Settings.Switches.EmptyList = "85064"
	b.update(want.Appid, func(tx platform.Tx) error { return tx.UpdateComponent(b.ctx, &changed) })
	b.view(func(r platform.Reader) {
		got, err := r.Component(b.ctx, want.Appid)
		b.ok(err)
		changed.Rev++
		b.equal(*got, changed)
	})
	b.is(b.tryUpdate("wxffffffffffffffff", func(platform.Tx) error { return nil }), platform.ErrNotFound)
}

func testComponentConflict(b *bench) {
	for _, taken := range []string{b.comp, b.dev} {
		c := component(taken)
		b.is(b.insertComponent(&c), platform.ErrConflict)
	}
}

func testComponentDelete(b *bench) {
	other := b.newComponent()
	otherDev := b.newDev(other)
	kept := b.upload(other, otherDev, 1, 10)
	b.upload(b.comp, b.dev, 1, 10)
	b.upload(b.comp, b.newDev(b.comp), 2, 10)
	gone, content := pack(3, 10)
	b.update(b.comp, func(tx platform.Tx) error {
		b.ok(tx.PutPackage(b.ctx, gone, content))
		b.ok(tx.InsertTemplate(b.ctx, &platform.Template{ComponentAppid: b.comp, SourceAppid: b.dev, CreateTime: epoch, Digest: gone.Digest}))
		b.ok(tx.PutTicket(b.ctx, &platform.Ticket{ComponentAppid: b.comp, Value: "t", IssuedAt: epoch, PushedAt: epoch}))
		b.ok(tx.PutAuthorizer(b.ctx, &platform.Authorizer{ComponentAppid: b.comp, Appid: newAppid(), CreatedAt: epoch}))
		return tx.MarkSeeded(b.ctx, b.comp, "k")
	})
	b.insertToken(token(b.comp, "gone", epoch))
	b.insertToken(token(other, "kept", epoch))
	b.head("gone")
	url := newURL()
	b.fillPushes(b.comp, url)
	b.fillPushes(other, url)
	theirs := b.dump(other).Deliveries

	b.update(b.comp, func(tx platform.Tx) error { return tx.DeleteComponent(b.ctx, b.comp) })

	_, err := b.store.Head(b.ctx, platform.HashToken("gone"))
	b.is(err, platform.ErrNotFound)
	b.head("kept")
	b.view(func(r platform.Reader) {
		_, err := r.Component(b.ctx, b.comp)
		b.is(err, platform.ErrNotFound)
		for _, appid := range []string{b.comp, b.dev} {
			kind, err := r.KindOfAppid(b.ctx, appid)
			b.ok(err)
			b.equal(kind, platform.AppidUnknown)
		}
		drafts, err := r.Drafts(b.ctx, b.comp, -1, 0)
		b.ok(err)
		b.equal(len(drafts), 0)
		_, err = r.Package(b.ctx, gone.Digest)
		b.is(err, platform.ErrNotFound)
		_, err = r.Package(b.ctx, kept.Digest)
		b.ok(err)
		seeded, err := r.Seeded(b.ctx, b.comp, "k")
		b.ok(err)
		b.equal(seeded, false)
		_, err = r.LatestTicket(b.ctx, b.comp)
		b.is(err, platform.ErrNotFound)
		_, err = r.AuthCode(b.ctx, b.comp, "code")
		b.is(err, platform.ErrNotFound)
		_, err = r.AuthCode(b.ctx, other, "code")
		b.ok(err)
		_, err = r.Delivery(b.ctx, b.comp, 1)
		b.is(err, platform.ErrNotFound)
		attempts, err := r.Attempts(b.ctx, b.comp, 1)
		b.ok(err)
		b.equal(len(attempts), 0)
		n, err := r.CountDeliveries(b.ctx, "")
		b.ok(err)
		b.equal(n, map[platform.DeliveryState]int{platform.DeliveryPending: 1, platform.DeliveryFailed: 1})
		due, err := r.NextDue(b.ctx)
		b.ok(err)
		b.equal(due, epoch.Add(time.Hour))
	})
	b.is(b.tryUpdate(b.comp, func(platform.Tx) error { return nil }), platform.ErrNotFound)
	b.equal(b.dump(other).Deliveries, theirs)
	b.firstIs(b.claim("h", workTime(), 1)[url], theirs[0]) // what was before it in the queue is gone

	again := component(b.comp)
	b.ok(b.insertComponent(&again))
	_, err = b.store.Head(b.ctx, platform.HashToken("gone"))
	b.is(err, platform.ErrNotFound)
	b.equal(len(b.dump(b.comp).Deliveries), 0)
	b.equal(b.push(delivery(b.comp, url)).Number, int64(1))
}

// fillPushes gives a component a ticket to push, a code, and two deliveries to a
// URL, of which the first was given up.
func (b *bench) fillPushes(component, url string) {
	b.Helper()
	b.setNext(component, epoch.Add(time.Hour))
	b.update(component, func(tx platform.Tx) error {
		return tx.PutAuthCode(b.ctx, &platform.AuthCode{ComponentAppid: component, Value: "code", Kind: platform.PreAuthCode, IssuedAt: epoch, ExpiresAt: epoch})
	})
	d := b.push(delivery(component, url))
	b.push(delivery(component, url))
	b.tried(&d, attempt(platform.OutcomeTimeout), platform.DeliveryFailed)
}

func (b *bench) rev(appid string) int64 {
	b.Helper()
	rev, err := b.tryRev(appid)
	b.ok(err)
	return rev
}

func (b *bench) tryRev(appid string) (rev int64, err error) {
	err = b.store.View(b.ctx, func(r platform.Reader) error {
		c, err := r.Component(b.ctx, appid)
		if err == nil {
			rev = c.Rev
		}
		return err
	})
	return rev, err
}

func testRev(b *bench) {
	before := b.rev(b.comp)
	b.ok(b.store.Update(b.ctx, b.comp, func(_ platform.Tx, c *platform.Component) error {
		b.equal(c.Rev, before+1)
		return nil
	}))
	b.equal(b.rev(b.comp), before+1)
	b.is(b.tryUpdate(b.comp, func(platform.Tx) error { return errSome }), errSome)
	b.equal(b.rev(b.comp), before+1)

	// Whatever changes a component raises its rev, also from another's update
	// and from a shared one.
	other := b.newComponent()
	b.update(other, func(tx platform.Tx) error { return tx.MarkSeeded(b.ctx, b.comp, "a") })
	b.equal(b.rev(b.comp), before+2)
	b.ok(b.store.UpdateShared(b.ctx, func(tx platform.Tx) error { return tx.MarkSeeded(b.ctx, b.comp, "b") }))
	b.equal(b.rev(b.comp), before+3)
}

func testRevOfSuccessor(b *bench) {
	for range 3 {
		last := b.rev(b.comp)
		b.update(b.comp, func(tx platform.Tx) error { return tx.DeleteComponent(b.ctx, b.comp) })
		c := component(b.comp)
		b.ok(b.insertComponent(&c))
		if now := b.rev(b.comp); now <= last+1 || now != c.Rev {
			b.Fatalf("rev of the new component is %d (told %d), the old one had reached %d", now, c.Rev, last+1)
		}
	}
}

func testDevMiniprograms(b *bench) {
	d := platform.DevMiniprogram{ComponentAppid: b.comp, Appid: newAppid(), Name: "甲", CreatedAt: epoch}
	put := func(d platform.DevMiniprogram) error {
		return b.tryUpdate(d.ComponentAppid, func(tx platform.Tx) error { return tx.PutDevMiniprogram(b.ctx, &d) })
	}
	b.ok(put(d))
	d.Name, d.UploadKeyPEM = "乙", "KEY"
	b.ok(put(d))
	stolen := d
	stolen.ComponentAppid = b.newComponent()
	b.is(put(stolen), platform.ErrConflict)
	stolen.Appid = b.comp
	b.is(put(stolen), platform.ErrConflict)
	own := d
	own.Appid = b.comp
	b.is(put(own), platform.ErrConflict)

	b.view(func(r platform.Reader) {
		got, err := r.DevMiniprogram(b.ctx, b.comp, d.Appid)
		b.ok(err)
		b.equal(*got, d)
		_, err = r.DevMiniprogram(b.ctx, stolen.ComponentAppid, d.Appid)
		b.is(err, platform.ErrNotFound)
		list, err := r.DevMiniprograms(b.ctx, b.comp, b.dev, 10)
		b.ok(err)
		b.equal(list, []platform.DevMiniprogram{d})
		list, err = r.DevMiniprograms(b.ctx, b.comp, "", 1)
		b.ok(err)
		b.equal(list[0].Appid, b.dev)
		n, err := r.CountDevMiniprograms(b.ctx, b.comp)
		b.ok(err)
		b.equal(n, 2)
		n, err = r.CountDevMiniprograms(b.ctx, stolen.ComponentAppid)
		b.ok(err)
		b.equal(n, 0)
	})
}

func testAuthorizers(b *bench) {
	a := platform.Authorizer{ComponentAppid: b.comp, Appid: newAppid(), NickName: "商户一", CreatedAt: epoch}
	put := func(a platform.Authorizer) {
		b.update(a.ComponentAppid, func(tx platform.Tx) error { return tx.PutAuthorizer(b.ctx, &a) })
	}
	put(a)
	a.NickName, a.Authorized, a.RefreshToken = "商户", true, "refreshtoken@@@x"
	put(a)
	// A merchant may deal with several platforms.
	other := a
	other.ComponentAppid, other.Authorized = b.newComponent(), false
	put(other)
	second := platform.Authorizer{ComponentAppid: b.comp, Appid: newAppid(), CreatedAt: epoch}
	put(second)

	b.view(func(r platform.Reader) {
		got, err := r.Authorizer(b.ctx, b.comp, a.Appid)
		b.ok(err)
		b.equal(*got, a)
		got, err = r.Authorizer(b.ctx, other.ComponentAppid, a.Appid)
		b.ok(err)
		b.equal(*got, other)
		_, err = r.Authorizer(b.ctx, b.comp, "wxffffffffffffffff")
		b.is(err, platform.ErrNotFound)
		list, err := r.Authorizers(b.ctx, b.comp, "", 0)
		b.ok(err)
		b.equal(list, []platform.Authorizer{a, second})
		list, err = r.Authorizers(b.ctx, b.comp, a.Appid, 5)
		b.ok(err)
		b.equal(list, []platform.Authorizer{second})
	})
}

func testKindOfAppid(b *bench) {
	merchant := newAppid()
	b.update(b.comp, func(tx platform.Tx) error {
		return tx.PutAuthorizer(b.ctx, &platform.Authorizer{ComponentAppid: b.comp, Appid: merchant, CreatedAt: epoch})
	})
	b.view(func(r platform.Reader) {
		for appid, want := range map[string]platform.AppidKind{
			b.comp: platform.AppidComponent, b.dev: platform.AppidMiniprogram, merchant: platform.AppidMiniprogram,
			"wxffffffffffffffff": platform.AppidUnknown, "": platform.AppidUnknown,
		} {
			got, err := r.KindOfAppid(b.ctx, appid)
			b.ok(err)
			b.equal(got, want)
		}
	})
}

func testSeeded(b *bench) {
	for _, component := range []string{b.comp, ""} {
		b.ok(b.store.UpdateShared(b.ctx, func(tx platform.Tx) error {
			seeded, err := tx.Seeded(b.ctx, component, "draft:1")
			b.ok(err)
			b.equal(seeded, false)
			b.ok(tx.MarkSeeded(b.ctx, component, "draft:1"))
			b.ok(tx.MarkSeeded(b.ctx, component, "draft:1"))
			seeded, err = tx.Seeded(b.ctx, component, "draft:1")
			b.equal(seeded, true)
			return err
		}))
	}
	b.view(func(r platform.Reader) {
		for _, v := range []struct {
			component, key string
			want           bool
		}{{b.comp, "draft:1", true}, {"", "draft:1", true}, {b.comp, "draft:2", false}, {b.dev, "draft:1", false}} {
			got, err := r.Seeded(b.ctx, v.component, v.key)
			b.ok(err)
			b.equal(got, v.want)
		}
	})
}
