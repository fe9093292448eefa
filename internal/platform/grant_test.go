package platform_test

import (
	"reflect"
	"regexp"
	"testing"
	"time"

	"draftbox/internal/platform"
)

// TestGrantRevokeGrant walks through two authorizations of one merchant: what is of
// the first does not come to life with the second.
func TestGrantRevokeGrant(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	m := sc.merchant()
	page := func(total int) {
		t.Helper()
		p := must[platform.AuthorizedPage](t)(sc.AuthorizedPage(ctx, sc.comp, 0, 10))
		equal(t, "total", p.Total, total)
		equal(t, "listed", len(p.Authorizers), total)
	}
	first := sc.grant(m)
	equal(t, "authorized", first.Authorizer.Authorized, true)
	equal(t, "exchanged", first.Authorizer.Exchanged, false)
	equal(t, "time", first.Authorizer.AuthTime, noon)
	if !regexp.MustCompile(`^queryauthcode@@@[\w-]{86}$`).MatchString(first.Code.Value) || first.Code.ExpiresAt != noon.Add(time.Hour) {
		t.Errorf("the code is %+v", first.Code)
	}
	if !reflect.DeepEqual(first.Authorizer.FuncIDs, platform.DefaultFuncIDs()) {
		t.Errorf("the permission sets are %v", first.Authorizer.FuncIDs)
	}
	page(1)
	unused := sc.grant(m).Code.Value
	tokens := sc.exchange(first.Code.Value)
	equal(t, "exchanged", tokens.Authorizer.Exchanged, true)
	if !regexp.MustCompile(`^refreshtoken@@@[\w-]{43}$`).MatchString(tokens.Authorizer.RefreshToken) {
		t.Errorf("the refresh token is %q", tokens.Authorizer.RefreshToken)
	}
	admin, refresh, err := sc.AdminAuthorizerToken(ctx, sc.comp, m, caller)
	sc.ok(err)
	equal(t, "refresh token", refresh, tokens.Authorizer.RefreshToken)

	sc.pass(time.Minute)
	revoked := must[platform.Authorizer](t)(sc.Revoke(ctx, sc.comp, m))
	equal(t, "authorized", revoked.Authorized, false)
	page(0)
	_, err = sc.Revoke(ctx, sc.comp, m)
	sc.is("revoked twice", err, platform.ErrConflict)
	check := func(when string, want int) {
		t.Helper()
		for name, token := range map[string]string{"token": tokens.AccessToken, "admin's token": admin} {
			s, err := sc.Authenticate(ctx, token)
			if err == nil {
				_, err = sc.StandingAuthorizer(ctx, sc.comp, s.Token.AuthorizerAppid)
			}
			sc.code(name+" "+when, err, want)
		}
	}
	check("after a revocation", platform.CodeNotAuthorized)
	_, err = sc.QueryAuth(ctx, sc.comp, unused, caller)
	sc.code("a code after a revocation", err, platform.CodeNotAuthorized)
	_, err = sc.RefreshAuthorizerToken(ctx, sc.comp, m, refresh, caller)
	sc.code("a refresh after a revocation", err, platform.CodeNotAuthorized)
	_, _, err = sc.AdminAuthorizerToken(ctx, sc.comp, m, caller)
	sc.is("an admin's token after a revocation", err, platform.ErrConflict)
	_, err = sc.AuthorizedAuthorizer(ctx, sc.comp, m)
	sc.code("information after a revocation", err, platform.CodeNotAuthorized)
	sc.code("an option after a revocation", sc.SetAuthorizerOption(ctx, sc.comp, m, "voice_recognize", "1"), platform.CodeNotAuthorized)

	sc.pass(time.Minute)
	second := sc.grant(m)
	equal(t, "exchanged", second.Authorizer.Exchanged, false)
	equal(t, "time", second.Authorizer.AuthTime, noon.Add(2*time.Minute))
	page(1)
	check("after a new grant", platform.CodeInvalidCredential)
	if second.Authorizer.RefreshToken == refresh {
		t.Error("the refresh token survived a revocation")
	}
	_, err = sc.RefreshAuthorizerToken(ctx, sc.comp, m, refresh, caller)
	sc.code("the old refresh token", err, platform.CodeRefreshTokenInvalid)
	again := sc.exchange(second.Code.Value)
	equal(t, "refresh token", again.Authorizer.RefreshToken, second.Authorizer.RefreshToken)
	must[platform.Session](t)(sc.Authenticate(ctx, again.AccessToken))
	must[platform.AuthorizerTokens](t)(sc.RefreshAuthorizerToken(ctx, sc.comp, m, second.Authorizer.RefreshToken, caller))

	if got, want := types(sc.events()), []string{"authorized", "unauthorized", "authorized"}; !reflect.DeepEqual(got, want) {
		t.Errorf("pushed were %v, want %v", got, want)
	}
}

// TestGrantOfAStandingAuthorization: only other permission sets are news.
func TestGrantOfAStandingAuthorization(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	m := sc.merchant()
	expect := func(what string, g platform.Granted, ids []int, pushed ...string) {
		t.Helper()
		if !reflect.DeepEqual(g.Authorizer.FuncIDs, ids) {
			t.Errorf("%s: the permission sets are %v, want %v", what, g.Authorizer.FuncIDs, ids)
		}
		if got := types(sc.events()); !reflect.DeepEqual(got, pushed) {
			t.Errorf("%s: pushed were %v, want %v", what, got, pushed)
		}
		if stored := must[platform.Authorizer](t)(sc.Authorizer(ctx, sc.comp, m)); !reflect.DeepEqual(stored, g.Authorizer) {
			t.Errorf("%s: stored is %+v, told %+v", what, stored, g.Authorizer)
		}
	}
	first := sc.grant(m, 30, 18, 18)
	expect("first", first, []int{18, 30}, "authorized")
	tokens := sc.exchange(first.Code.Value)
	sc.pass(time.Minute)
	expect("none named", sc.grant(m), []int{18, 30}, "authorized")
	same := sc.grant(m, 18, 30)
	expect("the same", same, []int{18, 30}, "authorized")
	none := must[platform.Granted](t)(sc.Grant(ctx, platform.Grant{ComponentAppid: sc.comp, AuthorizerAppid: m, FuncIDs: []int{}}))
	expect("an empty list", none, []int{18, 30}, "authorized")
	other := sc.grant(m, 18)
	expect("others", other, []int{18}, "authorized", "updateauthorized")
	equal(t, "time of the grant", other.Authorizer.AuthTime, noon)
	equal(t, "exchanged", other.Authorizer.Exchanged, true)
	equal(t, "refresh token", other.Authorizer.RefreshToken, tokens.Authorizer.RefreshToken)

	// A new token, and the old one goes on for its grace.
	next := sc.exchange(same.Code.Value)
	must[platform.Session](t)(sc.Authenticate(ctx, tokens.AccessToken))
	sc.pass(5*time.Minute - time.Millisecond)
	must[platform.Session](t)(sc.Authenticate(ctx, tokens.AccessToken))
	sc.pass(time.Millisecond)
	_, err := sc.Authenticate(ctx, tokens.AccessToken)
	sc.code("the old token after its grace", err, platform.CodeInvalidCredential)
	must[platform.Session](t)(sc.Authenticate(ctx, next.AccessToken))

	must[platform.Authorizer](t)(sc.Revoke(ctx, sc.comp, m))
	expect("granted again", sc.grant(m), []int{18}, "authorized", "updateauthorized", "unauthorized", "authorized")
}

func TestGrantRefusals(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	m, other := sc.merchant(), sc.component()
	for name, c := range map[string]struct {
		grant platform.Grant
		want  error
	}{
		"no such component":  {platform.Grant{ComponentAppid: "wx0000000000000bad", AuthorizerAppid: m}, platform.ErrNotFound},
		"no such merchant":   {platform.Grant{ComponentAppid: sc.comp, AuthorizerAppid: "wx0000000000000bad"}, platform.ErrNotFound},
		"another's merchant": {platform.Grant{ComponentAppid: other, AuthorizerAppid: m}, platform.ErrNotFound},
		"set 0":              {platform.Grant{ComponentAppid: sc.comp, AuthorizerAppid: m, FuncIDs: []int{18, 0}}, platform.ErrInvalid},
		"set 10000":          {platform.Grant{ComponentAppid: sc.comp, AuthorizerAppid: m, FuncIDs: []int{10000}}, platform.ErrInvalid},
		"a component":        {platform.Grant{ComponentAppid: sc.comp, AuthorizerAppid: other, NickName: "新商户"}, platform.ErrConflict},
		"a bad nickname":     {platform.Grant{ComponentAppid: sc.comp, NickName: "a\x00b"}, platform.ErrInvalid},
	} {
		_, err := sc.Grant(ctx, c.grant)
		sc.is(name, err, c.want)
	}
	_, err := sc.Revoke(ctx, sc.comp, m)
	sc.is("never authorized", err, platform.ErrConflict)
	_, err = sc.Revoke(ctx, sc.comp, "wx0000000000000bad")
	sc.is("revoked by nobody", err, platform.ErrNotFound)
	equal(t, "pushes after refusals", len(sc.events()), 0)
	if list := must[[]platform.Authorizer](t)(sc.Authorizers(ctx, sc.comp, "", 0)); len(list) != 1 || list[0].Authorized {
		t.Errorf("after refusals there are %+v", list)
	}
}

// TestGrantMakesAnAccount: the page can make one on the way.
func TestGrantMakesAnAccount(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	g := must[platform.Granted](t)(sc.Grant(ctx, platform.Grant{ComponentAppid: sc.comp, NickName: "新商户"}))
	a := must[platform.Authorizer](t)(sc.StandingAuthorizer(ctx, sc.comp, g.Authorizer.Appid))
	equal(t, "nickname", a.NickName, "新商户")
	equal(t, "valid appid", platform.ValidAppid(a.Appid), true)
	equal(t, "pushes", len(sc.events()), 1)
	equal(t, "about", sc.events()[0].Authorizer, a.Appid)
}

// TestFrozenAccounts can do nothing but be looked at.
func TestFrozenAccounts(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	m := sc.merchant()
	code := sc.grant(m).Code.Value
	freeze := func(restrictions ...string) {
		t.Helper()
		must[platform.Authorizer](t)(sc.ChangeAuthorizer(ctx, sc.comp, m, func(a *platform.Authorizer) error {
			a.Restrictions = restrictions
			return nil
		}))
	}
	freeze(platform.RestrictionFrozen)
	_, err := sc.QueryAuth(ctx, sc.comp, code, caller)
	sc.code("exchange", err, platform.CodeUserLimited)
	a := must[platform.Authorizer](t)(sc.AuthorizedAuthorizer(ctx, sc.comp, m))
	_, err = sc.RefreshAuthorizerToken(ctx, sc.comp, m, a.RefreshToken, caller)
	sc.code("refresh", err, platform.CodeUserLimited)
	sc.code("option", sc.SetAuthorizerOption(ctx, sc.comp, m, "voice_recognize", "1"), platform.CodeUserLimited)
	pre := must[platform.AuthCode](t)(sc.CreatePreAuthCode(ctx, sc.comp))
	_, err = sc.Grant(ctx, platform.Grant{ComponentAppid: sc.comp, AuthorizerAppid: m, PreAuthCode: pre.Value})
	sc.is("grant", err, platform.ErrConflict)
	freeze()
	sc.exchange(code) // the refusal did not use it up
	must[platform.Granted](t)(sc.Grant(ctx, platform.Grant{ComponentAppid: sc.comp, AuthorizerAppid: m, PreAuthCode: pre.Value}))
}
