package storetest

import "draftbox/internal/platform"

func testThirdpartyDomains(b *bench) {
	server := platform.ThirdpartyDomains{
		ComponentAppid: b.comp, Kind: platform.DomainServer, Testing: []string{"b.example.com", "a.example.com"}, Published: []string{"a.example.com"},
		Month: 12*2026 + 3, Changes: 7,
	}
	jump := platform.ThirdpartyDomains{ComponentAppid: b.comp, Kind: platform.DomainJump, ConfirmName: "EpIrwu4cba.txt", ConfirmContent: "0123"}
	other := b.newComponent()
	want := func(component string, kind platform.DomainKind, d *platform.ThirdpartyDomains) {
		b.Helper()
		b.view(func(r platform.Reader) {
			got, err := r.ThirdpartyDomains(b.ctx, component, kind)
			if d == nil {
				b.is(err, platform.ErrNotFound)
				return
			}
			b.ok(err)
			b.equal(got, d)
		})
	}
	put := func(d *platform.ThirdpartyDomains) {
		b.Helper()
		b.update(d.ComponentAppid, func(tx platform.Tx) error { return tx.PutThirdpartyDomains(b.ctx, d) })
	}
	want(b.comp, platform.DomainServer, nil)
	put(&server)
	want(b.comp, platform.DomainJump, nil)
	put(&jump)
	want(b.comp, platform.DomainServer, &server)
	want(b.comp, platform.DomainJump, &jump)
	want(other, platform.DomainServer, nil)

	server.Testing, server.Published, server.Month, server.Changes = []string{}, []string{"c.example.com"}, 12*2026+4, 1
	put(&server)
	jump.ConfirmName, jump.ConfirmContent = "x.txt", "4567"
	put(&jump)
	want(b.comp, platform.DomainServer, &server)
	want(b.comp, platform.DomainJump, &jump)

	b.update(b.comp, func(tx platform.Tx) error { return tx.DeleteComponent(b.ctx, b.comp) })
	want(b.comp, platform.DomainServer, nil)
	want(b.comp, platform.DomainJump, nil)
}
