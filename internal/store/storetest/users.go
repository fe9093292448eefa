package storetest

import (
	"cmp"
	"slices"

	"draftbox/internal/platform"
)

// using stores code of a merchant whose experience version and release came of
// templates; -1 is none.
func (b *bench) using(component, merchant string, exp, online int64) {
	b.Helper()
	code := platform.CodeState{ComponentAppid: component, AuthorizerAppid: merchant}
	if exp >= 0 {
		code.Exp = &platform.ExpVersion{TemplateID: exp, Time: epoch, CheckedAt: epoch}
	}
	if online >= 0 {
		code.Online = &platform.Release{TemplateID: online, CommitTime: epoch, Time: epoch}
	}
	b.update(component, func(tx platform.Tx) error { return tx.PutCodeState(b.ctx, &code) })
}

func testTemplateUsers(b *bench) {
	other := b.newComponent()
	both, exp, online, none := newAppid(), newAppid(), newAppid(), newAppid()
	b.update(b.comp, func(tx platform.Tx) error {
		return tx.PutAuthorizer(b.ctx, &platform.Authorizer{ComponentAppid: b.comp, Appid: both, NickName: "商户一", Authorized: true, CreatedAt: epoch})
	})
	b.using(b.comp, both, 0, 0)
	b.using(b.comp, exp, 0, 7)
	b.using(b.comp, online, 7, 0)
	b.using(b.comp, none, 7, -1)
	b.using(other, none, 0, 0)
	want := []platform.TemplateUser{
		{AuthorizerAppid: both, NickName: "商户一", Exp: true, Online: true},
		{AuthorizerAppid: exp, Exp: true},
		{AuthorizerAppid: online, Online: true},
	}
	is := func(template int64, want ...platform.TemplateUser) {
		b.Helper()
		b.view(func(r platform.Reader) {
			n, err := r.CountTemplateUsers(b.ctx, b.comp, template)
			b.ok(err)
			b.equal(n, len(want))
			var got []platform.TemplateUser
			for after := ""; ; after = got[len(got)-1].AuthorizerAppid { // in pages of two
				page, err := r.TemplateUsers(b.ctx, b.comp, template, after, 2)
				b.ok(err)
				if got = append(got, page...); len(page) < 2 {
					break
				}
			}
			b.equal(got, want)
		})
	}
	is(0, want...)
	is(3)
	b.using(b.comp, both, 3, -1)
	is(0, want[1:]...)
	is(3, platform.TemplateUser{AuthorizerAppid: both, NickName: "商户一", Exp: true})
	b.update(b.comp, func(tx platform.Tx) error { return tx.DeleteAuthorizer(b.ctx, b.comp, both) })
	is(3)
	b.view(func(r platform.Reader) {
		n, err := r.CountAuthorizers(b.ctx, b.comp)
		b.ok(err)
		b.equal(n, 0)
	})
}

func testRetrying(b *bench) {
	other := b.newComponent()
	fresh, failed, given, delivered := b.push(delivery(b.comp, newURL())), b.push(delivery(b.comp, newURL())), b.push(delivery(b.comp, newURL())), b.push(delivery(b.comp, newURL()))
	elsewhere := b.push(delivery(other, newURL()))
	is := func(want platform.Retrying, failing ...platform.Delivery) {
		b.Helper()
		b.view(func(r platform.Reader) {
			got, err := r.Retrying(b.ctx, b.comp)
			b.ok(err)
			b.equal(got, want)
		})
		slices.SortFunc(failing, func(a, b platform.Delivery) int { return -cmp.Compare(a.Number, b.Number) })
		b.equal(b.pages(platform.DeliveryFilter{ComponentAppid: b.comp, Failing: true}, 2), failing)
	}
	is(platform.Retrying{})
	b.tried(&delivered, attempt(platform.OutcomeDelivered), platform.DeliveryDelivered)
	b.tried(&elsewhere, attempt(platform.OutcomeRefused), platform.DeliveryPending)
	is(platform.Retrying{})
	b.tried(&failed, attempt(platform.OutcomeRefused), platform.DeliveryPending)
	b.tried(&given, attempt(platform.OutcomeRefused), platform.DeliveryPending)
	is(platform.Retrying{Deliveries: 2, Tries: 2}, failed, given)
	b.tried(&given, attempt(platform.OutcomeTimeout), platform.DeliveryPending)
	is(platform.Retrying{Deliveries: 2, Tries: 3}, failed, given)
	b.tried(&given, attempt(platform.OutcomeTimeout), platform.DeliveryFailed)
	is(platform.Retrying{Deliveries: 1, Tries: 1}, failed, given)
	b.update(b.comp, func(tx platform.Tx) error { return tx.RequeueDelivery(b.ctx, &failed) })
	failed.Tries = 0
	is(platform.Retrying{}, given)
	b.equal(fresh.Tries, 0)
}
