package storetest

import (
	"encoding/json"

	"draftbox/internal/platform"
)

// fullMerchantSettings returns settings that use every field.
func fullMerchantSettings(component, authorizer string) platform.MerchantSettings {
	guideline := platform.PrivacyGuideline{
		Owner: platform.PrivacyOwner{
			ContactPhone: "1", ContactEmail: "a@example.com", ContactQQ: "2", ContactWeixin: "w", StoreExpire: "30天",
			ExtFile: "2113706500236918784", NoticeMethod: "弹窗", StoreRegion: 1017,
		},
		Uses: []platform.PrivacyUse{{Key: "UserInfo", Text: "展示头像 🎉"}}, SDKs: json.RawMessage(`[{"sdk_name":"s"}]`), UpdatedAt: epoch,
	}
	return platform.MerchantSettings{
		ComponentAppid: component, AuthorizerAppid: authorizer,
		ServerDomains: platform.MerchantDomains[platform.ServerDomains]{
			MP: platform.ServerDomains{platform.UploadDomain: {"https://mp.example.com"}}, Third: platform.ServerDomains{platform.RequestDomain: {"https://b.example.com", "https://a.example.com"}},
			Direct: platform.ServerDomains{platform.UDPDomain: {"udp://d.example.com"}}, Effective: platform.ServerDomains{platform.TCPDomain: {"tcp://e.example.com"}},
		},
		JumpDomains: platform.MerchantDomains[[]string]{
			MP: []string{"https://m.example.com"}, Third: []string{"https://t.example.com"}, Direct: []string{"https://d.example.com"}, Effective: []string{"https://e.example.com"},
		},
		DomainMonth: 12*2026 + 3, DomainChanges: 7, ConfirmName: "x.txt", ConfirmContent: "0123",
		CategoryAudits: []platform.CategoryAudit{{First: "工具", Second: "效率", Status: platform.CategoryRejected, Reason: "资质\n不符"}},
		Testers:        []string{"xiaoming"}, Plugins: []platform.MerchantPlugin{{Appid: "wx00000000000000aa", Versions: []string{"1.0.0"}, Denied: true}},
		PrivateInfos: []string{"getLocation"},
		Applications: []platform.PrivacyApplication{{
			Name: "choosePoi", Content: "c", URLs: []string{"u"}, Pictures: []string{"p"}, Videos: []string{"v"}, AuditID: 421643311, AppliedAt: epoch,
			Status: platform.InterfaceFailed, Reason: "r",
		}},
		Privacy: &guideline, PrivacyOnline: &guideline, PrivacyFiles: []string{"2113706500236918784"},
	}
}

func testMerchantSettings(b *bench) {
	other := b.newComponent()
	first, second, third := newAppid(), newAppid(), newAppid()
	want := func(component, authorizer string, m *platform.MerchantSettings) {
		b.Helper()
		b.view(func(r platform.Reader) {
			got, err := r.MerchantSettings(b.ctx, component, authorizer)
			if m == nil {
				b.is(err, platform.ErrNotFound)
				return
			}
			b.ok(err)
			b.equal(got, m)
		})
	}
	put := func(m platform.MerchantSettings) {
		b.Helper()
		b.update(m.ComponentAppid, func(tx platform.Tx) error { return tx.PutMerchantSettings(b.ctx, &m) })
	}
	between := func(after, last string) []string {
		b.Helper()
		appids := []string{}
		b.view(func(r platform.Reader) {
			rows, err := r.MerchantSettingsBetween(b.ctx, b.comp, after, last)
			b.ok(err)
			for _, m := range rows {
				appids = append(appids, m.AuthorizerAppid)
			}
		})
		return appids
	}
	want(b.comp, first, nil)
	full, sparse := fullMerchantSettings(b.comp, first), platform.MerchantSettings{ComponentAppid: b.comp, AuthorizerAppid: second}
	for _, m := range []platform.MerchantSettings{full, sparse, fullMerchantSettings(b.comp, third), fullMerchantSettings(other, first)} {
		b.putAuthorizer(fullAuthorizer(m.ComponentAppid, m.AuthorizerAppid))
		put(m)
	}
	want(b.comp, first, &full)
	want(b.comp, second, &sparse)
	b.equal(between("", third), []string{first, second, third})
	b.equal(between(first, second), []string{second})
	b.equal(between(third, third), []string{})

	// No list of rights is another thing than an empty one.
	b.view(func(r platform.Reader) {
		got, err := r.MerchantSettings(b.ctx, b.comp, second)
		b.ok(err)
		b.equal(got.PrivateInfos == nil && got.Plugins == nil, true)
	})
	sparse.PrivateInfos, sparse.Plugins = []string{}, []platform.MerchantPlugin{}
	put(sparse)
	b.view(func(r platform.Reader) {
		got, err := r.MerchantSettings(b.ctx, b.comp, second)
		b.ok(err)
		b.equal(got.PrivateInfos != nil && got.Plugins != nil, true)
	})
	emptied := platform.MerchantSettings{ComponentAppid: b.comp, AuthorizerAppid: first}
	put(emptied)
	want(b.comp, first, &emptied)

	b.update(b.comp, func(tx platform.Tx) error { return tx.DeleteAuthorizer(b.ctx, b.comp, second) })
	want(b.comp, second, nil)
	b.update(b.comp, func(tx platform.Tx) error { return tx.DeleteComponent(b.ctx, b.comp) })
	want(b.comp, first, nil)
	kept := fullMerchantSettings(other, first)
	want(other, first, &kept)
}
