package platform_test

import (
	"reflect"
	"testing"
	"time"

	"draftbox/internal/platform"
)

func TestRefreshAuthorizerToken(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	m, stranger := sc.merchant(), sc.merchant()
	tokens := sc.exchange(sc.grant(m).Code.Value)
	refreshToken := tokens.Authorizer.RefreshToken
	for _, c := range []struct {
		what, merchant, token string
		want                  int
	}{
		{"nobody", "wx0000000000000bad", refreshToken, platform.CodeNotAuthorized},
		{"no appid", "", refreshToken, platform.CodeNotAuthorized},
		{"never authorized", stranger, refreshToken, platform.CodeNotAuthorized},
		{"no token", m, "", platform.CodeRefreshTokenInvalid},
		{"another token", m, refreshToken + "x", platform.CodeRefreshTokenInvalid},
	} {
		_, err := sc.RefreshAuthorizerToken(ctx, sc.comp, c.merchant, c.token, caller)
		sc.code(c.what, err, c.want)
	}
	works := func(what, token string, want int) {
		t.Helper()
		_, err := sc.Authenticate(ctx, token)
		sc.code(what, err, want)
	}
	next := must[platform.AuthorizerTokens](t)(sc.RefreshAuthorizerToken(ctx, sc.comp, m, refreshToken, caller))
	equal(t, "refresh token", next.Authorizer.RefreshToken, refreshToken)
	third := must[platform.AuthorizerTokens](t)(sc.RefreshAuthorizerToken(ctx, sc.comp, m, refreshToken, caller))
	works("the first, in its grace", tokens.AccessToken, 0)
	works("the second, in its grace", next.AccessToken, 0)
	sc.pass(5 * time.Minute)
	works("the first, after its grace", tokens.AccessToken, platform.CodeInvalidCredential)
	works("the second, after its grace", next.AccessToken, platform.CodeInvalidCredential)
	sc.pass(7200*time.Second - 5*time.Minute - time.Millisecond)
	works("the third, at its end", third.AccessToken, 0)
	sc.pass(time.Millisecond)
	works("the third, after its end", third.AccessToken, platform.CodeTokenExpired)
	must[platform.AuthorizerTokens](t)(sc.RefreshAuthorizerToken(ctx, sc.comp, m, refreshToken, caller))
	equal(t, "pushes", len(sc.events()), 1) // tokens are no news
}

func TestAuthorizerOptions(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	m := sc.merchant()
	sc.grant(m)
	option := func(name string) string {
		t.Helper()
		a := must[platform.Authorizer](t)(sc.StandingAuthorizer(ctx, sc.comp, m))
		return must[string](t)(a.AuthorizerOption(name))
	}
	for name, values := range map[string]string{"location_report": "012", "voice_recognize": "01", "customer_service": "01"} {
		equal(t, name+" at first", option(name), "0")
		for _, v := range values {
			sc.ok(sc.SetAuthorizerOption(ctx, sc.comp, m, name, string(v)))
			equal(t, name, option(name), string(v))
		}
	}
	for _, c := range []struct {
		merchant, name, value string
		want                  int
	}{
		{m, "voice_recognize", "2", platform.CodeOptionValue},
		{m, "voice_recognize", "", platform.CodeOptionValue},
		{m, "location_report", "3", platform.CodeOptionValue},
		{m, "location", "1", platform.CodeOptionName},
		{m, "", "1", platform.CodeOptionName},
		{"wx0000000000000bad", "voice_recognize", "1", platform.CodeNotAuthorized},
		{sc.merchant(), "voice_recognize", "1", platform.CodeNotAuthorized},
	} {
		sc.code(c.name+"="+c.value, sc.SetAuthorizerOption(ctx, sc.comp, c.merchant, c.name, c.value), c.want)
	}
	equal(t, "voice_recognize after refusals", option("voice_recognize"), "1")
	a := must[platform.Authorizer](t)(sc.ChangeAuthorizer(ctx, sc.comp, m, func(a *platform.Authorizer) error {
		a.Restrictions = []string{platform.RestrictionReadOnlyOptions}
		return nil
	}))
	sc.code("read-only", sc.SetAuthorizerOption(ctx, sc.comp, m, "voice_recognize", "0"), platform.CodeReadOnlyOption)
	_, err := a.AuthorizerOption("location")
	sc.code("read of no option", err, platform.CodeOptionName)
}

// TestAuthorizedPage: by the time of the grant, 500 at most.
func TestAuthorizedPage(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	var granted []string
	for range 4 {
		m := sc.merchant()
		sc.pass(time.Second)
		sc.grant(m)
		granted = append([]string{}, append(granted, m)...)
	}
	sc.merchant()
	must[platform.Authorizer](t)(sc.Revoke(ctx, sc.comp, granted[1]))
	sc.pass(time.Second)
	sc.grant(granted[1])
	order := []string{granted[0], granted[2], granted[3], granted[1]}
	for _, c := range []struct{ offset, limit, from, to int }{
		{0, 10, 0, 4},
		{1, 2, 1, 3},
		{3, 500, 3, 4},
		{4, 1, 4, 4},
		{99, 1, 4, 4},
		{0, 0, 4, 4},
		{0, -1, 4, 4},
		{-1, 2, 0, 2},
	} {
		p := must[platform.AuthorizedPage](t)(sc.AuthorizedPage(ctx, sc.comp, c.offset, c.limit))
		got := []string{}
		for _, a := range p.Authorizers {
			got = append(got, a.Appid)
		}
		if want := order[c.from:c.to]; p.Total != 4 || !reflect.DeepEqual(got, want) {
			t.Errorf("from %d, %d at most: %v of %d, want %v of 4", c.offset, c.limit, got, p.Total, want)
		}
	}
	big := sc.component()
	sc.ok(sc.store.Update(ctx, big, func(tx platform.Tx, _ *platform.Component) error {
		for i := range 510 {
			a := platform.Authorizer{ComponentAppid: big, Appid: appidOf(i), Authorized: true, AuthTime: noon, CreatedAt: noon}
			if err := tx.PutAuthorizer(ctx, &a); err != nil {
				return err
			}
		}
		return nil
	}))
	for _, c := range []struct{ offset, limit, want int }{{0, 501, 500}, {0, 500, 500}, {20, 1 << 30, 490}} {
		p := must[platform.AuthorizedPage](t)(sc.AuthorizedPage(ctx, big, c.offset, c.limit))
		equal(t, "listed", len(p.Authorizers), c.want)
		equal(t, "total", p.Total, 510)
	}
}

// TestDeclaredAuthorizations: who is made authorized by the management side counts
// as exchanged, and gets what a grant gives.
func TestDeclaredAuthorizations(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	put := must[platform.Authorizer](t)(sc.PutAuthorizer(ctx, platform.Authorizer{ComponentAppid: sc.comp, Authorized: true}))
	seeded := must[platform.Authorizer](t)(sc.SeedAuthorizer(ctx, platform.Authorizer{
		ComponentAppid: sc.comp, Appid: appidOf(1), Authorized: true, RefreshToken: "refreshtoken@@@fixed", FuncIDs: []int{30, 18},
	}, "authorizer:1"))
	for _, a := range []platform.Authorizer{put, seeded} {
		if !a.Exchanged || !a.AuthTime.Equal(noon) || a.RefreshToken == "" {
			t.Errorf("declared as authorized is %+v", a)
		}
		must[platform.AuthorizerTokens](t)(sc.RefreshAuthorizerToken(ctx, sc.comp, a.Appid, a.RefreshToken, caller))
	}
	if !reflect.DeepEqual(put.FuncIDs, platform.DefaultFuncIDs()) || !reflect.DeepEqual(seeded.FuncIDs, []int{18, 30}) {
		t.Errorf("the permission sets are %v and %v", put.FuncIDs, seeded.FuncIDs)
	}
	equal(t, "refresh token", seeded.RefreshToken, "refreshtoken@@@fixed")

	// Who revoked does not come back with the declaration.
	must[platform.Authorizer](t)(sc.Revoke(ctx, sc.comp, seeded.Appid))
	again := seeded
	again.NickName = "新名字"
	got := must[platform.Authorizer](t)(sc.SeedAuthorizer(ctx, again, "authorizer:1"))
	equal(t, "nickname", got.NickName, "新名字")
	equal(t, "authorized", got.Authorized, false)
	_, err := sc.SeedAuthorizer(ctx, again, "authorizer:1")
	sc.is("nothing changed", err, platform.ErrSeeded)

	// An admin's token is an exchange.
	m := sc.merchant()
	equal(t, "exchanged", sc.grant(m).Authorizer.Exchanged, false)
	_, _, err = sc.AdminAuthorizerToken(ctx, sc.comp, m, caller)
	sc.ok(err)
	equal(t, "exchanged", must[platform.Authorizer](t)(sc.Authorizer(ctx, sc.comp, m)).Exchanged, true)
}

// TestChangeAuthorizer: what a grant and an exchange decide stays as it is.
func TestChangeAuthorizer(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	m := sc.merchant()
	before := sc.grant(m).Authorizer
	got := must[platform.Authorizer](t)(sc.ChangeAuthorizer(ctx, sc.comp, m, func(a *platform.Authorizer) error {
		*a = platform.Authorizer{NickName: "新名字", FuncIDs: []int{30, 18, 30}, Exchanged: true, RefreshToken: "x", AuthTime: noon.Add(time.Hour)}
		return nil
	}))
	want := before
	want.NickName, want.FuncIDs = "新名字", []int{18, 30}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("changed is %+v, want %+v", got, want)
	}
	_, err := sc.ChangeAuthorizer(ctx, sc.comp, m, func(a *platform.Authorizer) error {
		a.NickName = "a\x00"
		return nil
	})
	sc.is("a bad nickname", err, platform.ErrInvalid)
	_, err = sc.ChangeAuthorizer(ctx, sc.comp, m, func(*platform.Authorizer) error { return platform.ErrConflict })
	sc.is("given up", err, platform.ErrConflict)
	_, err = sc.ChangeAuthorizer(ctx, sc.comp, "wx0000000000000bad", func(*platform.Authorizer) error { return nil })
	sc.is("nobody", err, platform.ErrNotFound)
	if stored := must[platform.Authorizer](t)(sc.Authorizer(ctx, sc.comp, m)); !reflect.DeepEqual(stored, want) {
		t.Errorf("stored is %+v, want %+v", stored, want)
	}
	found := must[[]platform.Authorizer](t)(sc.SearchAuthorizers(ctx, sc.comp, "名", 5))
	if len(found) != 1 || found[0].Appid != m {
		t.Errorf("found are %+v", found)
	}
}
