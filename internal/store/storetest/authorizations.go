package storetest

import (
	"strings"
	"time"

	"draftbox/internal/platform"
)

func (b *bench) putAuthorizer(a platform.Authorizer) platform.Authorizer {
	b.Helper()
	b.update(a.ComponentAppid, func(tx platform.Tx) error { return tx.PutAuthorizer(b.ctx, &a) })
	return a
}

// fullAuthorizer returns an authorizer that uses every field.
func fullAuthorizer(component, appid string) platform.Authorizer {
	return platform.Authorizer{
		ComponentAppid: component, Appid: appid, NickName: "商户一 🎉", Authorized: true, Exchanged: true,
		RefreshToken: "refreshtoken@@@x", AuthTime: epoch.Add(time.Minute), FuncIDs: []int{1, 18, 9999}, CreatedAt: epoch,
		Profile: platform.Profile{
			Account: platform.AccountOfficialAccount, UserName: "gh_0123456789ab", PrincipalName: "某公司", HeadImg: "http://127.0.0.1/h",
			QrcodeURL: "http://127.0.0.1/q", Signature: "签名\n\"'", Alias: "alias", ServiceType: 12, VerifyType: -1, RegisterType: 6, AccountStatus: 19,
		},
		Categories:   []platform.AuthorizerCategory{{First: "工具", Second: "计算"}, {First: "教育"}},
		Restrictions: []string{platform.RestrictionFrozen, platform.RestrictionReadOnlyOptions},
		Options:      map[string]string{"location_report": "2", "voice_recognize": "1"},
	}
}

func testAuthorizerFields(b *bench) {
	for _, want := range []platform.Authorizer{
		fullAuthorizer(b.comp, newAppid()),
		{ComponentAppid: b.comp, Appid: newAppid(), CreatedAt: epoch},
	} {
		same := func() {
			b.Helper()
			b.view(func(r platform.Reader) {
				got, err := r.Authorizer(b.ctx, b.comp, want.Appid)
				b.ok(err)
				b.equal(*got, want)
			})
		}
		b.putAuthorizer(want)
		same()
		// Everything but the time it was made changes; what is left out is emptied.
		want = platform.Authorizer{ComponentAppid: b.comp, Appid: want.Appid, NickName: "n", FuncIDs: []int{17}, CreatedAt: epoch}
		later := want
		later.CreatedAt = epoch.Add(time.Hour)
		b.putAuthorizer(later)
		same()
	}
}

func testAuthorizersByTime(b *bench) {
	put := func(component string, minutes int, authorized bool) string {
		a := fullAuthorizer(component, newAppid())
		a.AuthTime, a.Authorized = epoch.Add(time.Duration(minutes)*time.Minute), authorized
		return b.putAuthorizer(a).Appid
	}
	third, first := put(b.comp, 3, true), put(b.comp, 1, true)
	second, alsoSecond := put(b.comp, 2, true), put(b.comp, 2, true) // by appid
	put(b.comp, 0, false)
	put(b.newComponent(), 0, true)
	list := func(offset, limit int) []string {
		b.Helper()
		appids := []string{}
		b.view(func(r platform.Reader) {
			page, err := r.AuthorizersByTime(b.ctx, b.comp, offset, limit)
			b.ok(err)
			for _, a := range page {
				appids = append(appids, a.Appid)
			}
		})
		return appids
	}
	count := func(component string, want int) {
		b.Helper()
		b.view(func(r platform.Reader) {
			n, err := r.CountAuthorized(b.ctx, component)
			b.ok(err)
			b.equal(n, want)
		})
	}
	b.equal(list(0, 0), []string{first, second, alsoSecond, third})
	b.equal(list(0, 2), []string{first, second})
	b.equal(list(2, 1), []string{alsoSecond})
	b.equal(list(3, 500), []string{third})
	b.equal(list(4, 500), []string{})
	count(b.comp, 4)
	count(newAppid(), 0)
	again := fullAuthorizer(b.comp, first) // revoked, and granted once more
	again.AuthTime = epoch.Add(time.Hour)
	b.putAuthorizer(again)
	again.Appid, again.Authorized = second, false
	b.putAuthorizer(again)
	b.equal(list(0, 0), []string{alsoSecond, third, first})
	count(b.comp, 3)
}

func testSearchAuthorizers(b *bench) {
	other := b.newComponent()
	appids := map[string]string{} // by nickname
	for _, name := range []string{"shop乙", "100%_ok", "SHOP甲", "100ab_ok", `a\b`, "École", "école", "x[a]*?", "", "it's"} {
		appids[name] = b.putAuthorizer(platform.Authorizer{ComponentAppid: b.comp, Appid: newAppid(), NickName: name, CreatedAt: epoch}).Appid
		b.putAuthorizer(platform.Authorizer{ComponentAppid: other, Appid: newAppid(), NickName: name, CreatedAt: epoch})
	}
	search := func(text string, limit int) []string {
		b.Helper()
		names := []string{}
		b.view(func(r platform.Reader) {
			found, err := r.SearchAuthorizers(b.ctx, b.comp, text, limit)
			b.ok(err)
			for _, a := range found {
				b.equal(a.Appid, appids[a.NickName])
				names = append(names, a.NickName)
			}
		})
		return names
	}
	for text, want := range map[string][]string{
		"shop": {"shop乙", "SHOP甲"}, "sHoP": {"shop乙", "SHOP甲"}, "p甲": {"SHOP甲"},
		"%": {"100%_ok"}, "0%_o": {"100%_ok"}, "_": {"100%_ok", "100ab_ok"}, "b_o": {"100ab_ok"}, "0__": {},
		`\`: {`a\b`}, `A\B`: {`a\b`}, `\b`: {`a\b`}, `\\`: {}, `\_`: {}, `\%`: {},
		"éCOLE": {"école"}, "École": {"École"}, "COLE": {"École", "école"}, // É is not ASCII
		"[a]": {"x[a]*?"}, "*": {"x[a]*?"}, "?": {"x[a]*?"}, "[ax]": {}, "'": {"it's"}, "' or 1=1 --": {},
		appids[""]: {""}, strings.ToUpper(appids["it's"]): {"it's"}, "nobody": {}, strings.Repeat("长", 300): {},
	} {
		b.equal([]any{text, search(text, 0)}, []any{text, want})
	}
	// By nickname, letters compared as they are found, and then by appid.
	b.equal(search("", 0), []string{"", "100%_ok", "100ab_ok", `a\b`, "it's", "shop乙", "SHOP甲", "x[a]*?", "École", "école"})
	b.equal(search("", 3), []string{"", "100%_ok", "100ab_ok"})
	b.equal(search("wx", 0)[0], "")
	twins := []string{}
	for range 3 {
		twins = append(twins, b.putAuthorizer(platform.Authorizer{ComponentAppid: b.comp, Appid: newAppid(), NickName: "双", CreatedAt: epoch}).Appid)
	}
	b.view(func(r platform.Reader) {
		found, err := r.SearchAuthorizers(b.ctx, b.comp, "双", 2)
		b.ok(err)
		b.equal([]string{found[0].Appid, found[1].Appid}, twins[:2])
	})
}

func testDeleteAuthorizer(b *bench) {
	merchant, second, other := newAppid(), newAppid(), b.newComponent()
	fill := func(component, appid string, seed byte) string {
		p, content := pack(seed, 10)
		b.putAuthorizer(fullAuthorizer(component, appid))
		b.update(component, func(tx platform.Tx) error {
			b.ok(tx.PutAuthCode(b.ctx, &platform.AuthCode{
				ComponentAppid: component, Value: "code of " + appid, Kind: platform.AuthorizationCode, AuthorizerAppid: appid,
				IssuedAt: epoch, ExpiresAt: epoch.Add(time.Hour),
			}))
			b.ok(tx.PutPackage(b.ctx, p, content))
			return tx.PutPendingVersion(b.ctx, &platform.PendingVersion{
				ComponentAppid: component, AuthorizerAppid: appid, SourceAppid: b.dev, CreateTime: epoch, ExtJSON: "{}", Digest: p.Digest,
			})
		})
		t := token(component, component+appid, epoch)
		t.Kind, t.AuthorizerAppid = platform.AuthorizerToken, appid
		b.insertToken(t)
		b.head(component + appid)
		return p.Digest
	}
	gone := fill(b.comp, merchant, 1)
	kept := []string{fill(b.comp, second, 2), fill(other, merchant, 3)}
	b.insertToken(token(b.comp, "component's", epoch))
	b.update(b.comp, func(tx platform.Tx) error {
		return tx.PutAuthCode(b.ctx, &platform.AuthCode{ComponentAppid: b.comp, Value: "pre", Kind: platform.PreAuthCode, IssuedAt: epoch, ExpiresAt: epoch})
	})
	rev := b.rev(b.comp)
	remove := func(component, appid string) error {
		return b.tryUpdate(b.comp, func(tx platform.Tx) error { return tx.DeleteAuthorizer(b.ctx, component, appid) })
	}
	b.is(remove(b.comp, newAppid()), platform.ErrNotFound)
	b.ok(remove(b.comp, merchant))
	b.is(remove(b.comp, merchant), platform.ErrNotFound)
	b.equal(b.rev(b.comp), rev+1)

	there := func(component, appid string) (out []bool) {
		_, err := b.store.Head(b.ctx, platform.HashToken(component+appid))
		out = append(out, err == nil)
		b.view(func(r platform.Reader) {
			_, err := r.Authorizer(b.ctx, component, appid)
			_, err2 := r.AuthCode(b.ctx, component, "code of "+appid)
			_, err3 := r.PendingVersion(b.ctx, component, appid)
			out = append(out, err == nil, err2 == nil, err3 == nil)
		})
		return out
	}
	b.equal(there(b.comp, merchant), []bool{false, false, false, false})
	b.equal(there(b.comp, second), []bool{true, true, true, true})
	b.equal(there(other, merchant), []bool{true, true, true, true})
	b.equal([]bool{b.has(gone), b.has(kept[0]), b.has(kept[1])}, []bool{false, true, true})
	b.head("component's")
	b.view(func(r platform.Reader) {
		_, err := r.AuthCode(b.ctx, b.comp, "pre")
		b.ok(err)
	})
	// A package that something else uses stays.
	b.equal(b.upload(b.comp, b.dev, 2, 10).Digest, kept[0])
	b.ok(remove(b.comp, second))
	b.equal(b.has(kept[0]), true)
}

func testEndTokens(b *bench) {
	merchant, other := newAppid(), b.newComponent()
	by := platform.Supersede{At: epoch.Add(time.Hour), By: "10.0.0.9", ByRID: "rid-9", GraceEnds: epoch.Add(time.Hour)}
	insert := func(component, secret, authorizer string, change func(*platform.AccessToken)) {
		t := token(component, secret, epoch)
		t.Kind, t.AuthorizerAppid = platform.AuthorizerToken, authorizer
		change(&t)
		b.insertToken(t)
		b.head(secret)
	}
	keep := func(*platform.AccessToken) {}
	replaced := func(graceEnds time.Time) func(*platform.AccessToken) {
		return func(t *platform.AccessToken) {
			t.SupersededAt, t.SupersededBy, t.SupersededByRID, t.GraceEndsAt = epoch, "10.0.0.1", "rid-1", graceEnds
		}
	}
	insert(b.comp, "latest", merchant, keep)
	insert(b.comp, "admin's", merchant, func(t *platform.AccessToken) { t.Origin = platform.OriginAdmin })
	insert(b.comp, "in its grace", merchant, replaced(by.GraceEnds.Add(time.Millisecond)))
	insert(b.comp, "ended", merchant, replaced(by.GraceEnds))
	insert(b.comp, "another's", newAppid(), keep)
	insert(b.comp, "component's", "", func(t *platform.AccessToken) { t.Kind = platform.ComponentToken })
	insert(other, "of another component", merchant, keep)
	b.update(b.comp, func(tx platform.Tx) error { return tx.EndTokens(b.ctx, b.comp, merchant, by) })
	for secret, want := range map[string]platform.Supersede{
		"latest": by, "admin's": by, "in its grace": by,
		"ended":     {At: epoch, By: "10.0.0.1", ByRID: "rid-1", GraceEnds: by.GraceEnds},
		"another's": {}, "component's": {}, "of another component": {},
	} {
		t := b.head(secret).Token
		got := platform.Supersede{At: t.SupersededAt, By: t.SupersededBy, ByRID: t.SupersededByRID, GraceEnds: t.GraceEndsAt}
		b.equal([]any{secret, got}, []any{secret, want})
	}
}

func testAuthCodes(b *bench) {
	other := b.newComponent()
	put := func(c platform.AuthCode) platform.AuthCode {
		b.Helper()
		b.update(c.ComponentAppid, func(tx platform.Tx) error { return tx.PutAuthCode(b.ctx, &c) })
		return c
	}
	same := func(want platform.AuthCode) {
		b.Helper()
		b.view(func(r platform.Reader) {
			got, err := r.AuthCode(b.ctx, want.ComponentAppid, want.Value)
			b.ok(err)
			b.equal(*got, want)
		})
	}
	pre := put(platform.AuthCode{ComponentAppid: b.comp, Value: "preauthcode@@@x", Kind: platform.PreAuthCode, IssuedAt: epoch, ExpiresAt: epoch.Add(time.Minute)})
	full := put(platform.AuthCode{
		ComponentAppid: b.comp, Value: "queryauthcode@@@x", Kind: platform.AuthorizationCode, AuthorizerAppid: newAppid(),
		IssuedAt: epoch, ExpiresAt: epoch.Add(2 * time.Minute), UsedAt: epoch.Add(time.Second),
	})
	theirs := pre
	theirs.ComponentAppid = other
	theirs.ExpiresAt = epoch
	put(theirs) // the same value of another component is another code
	same(pre)
	same(full)
	same(theirs)
	used := pre
	used.UsedAt, used.ExpiresAt, used.Kind = epoch.Add(time.Second), epoch.Add(time.Hour), platform.AuthorizationCode
	put(used)
	pre.UsedAt = used.UsedAt // and nothing else
	same(pre)
	missing := func(component, value string) {
		b.Helper()
		b.view(func(r platform.Reader) {
			if _, err := r.AuthCode(b.ctx, component, value); err != platform.ErrNotFound { //nolint:errorlint // bare by contract
				b.Errorf("error of an unknown code is %v, want the bare ErrNotFound", err)
			}
		})
	}
	missing(b.comp, "queryauthcode@@@y")
	missing(b.comp, "")
	missing(other, full.Value)
	for _, p := range []struct {
		before time.Duration
		left   []string
	}{
		{time.Minute, []string{pre.Value, full.Value}}, // what ends at that moment stays
		{time.Minute + time.Millisecond, []string{full.Value}},
		{2 * time.Minute, []string{full.Value}},
		{time.Hour, []string{}},
	} {
		b.update(b.comp, func(tx platform.Tx) error { return tx.PruneAuthCodes(b.ctx, b.comp, epoch.Add(p.before)) })
		left := []string{}
		b.view(func(r platform.Reader) {
			for _, value := range []string{pre.Value, full.Value} {
				if _, err := r.AuthCode(b.ctx, b.comp, value); err == nil {
					left = append(left, value)
				}
			}
		})
		b.equal(left, p.left)
	}
	same(theirs)
}
