package platform_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
)

func TestPreAuthCodes(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	m, other := sc.merchant(), sc.component()
	create := func() platform.AuthCode {
		t.Helper()
		return must[platform.AuthCode](t)(sc.CreatePreAuthCode(ctx, sc.comp))
	}
	check := func(what, code string, want int) {
		t.Helper()
		_, err := sc.Grant(ctx, platform.Grant{ComponentAppid: sc.comp, AuthorizerAppid: m, PreAuthCode: code})
		sc.code(what, err, want)
	}
	look := func(what, component, code string, want int) platform.PreAuthCodeState {
		t.Helper()
		s, err := sc.PreAuthCode(ctx, component, code)
		sc.code(what+", looked up", err, want)
		return s
	}
	first, second := create(), create()
	if !regexp.MustCompile(`^preauthcode@@@[\w-]{86}$`).MatchString(first.Value) || first.Value == second.Value {
		t.Errorf("the codes are %q and %q", first.Value, second.Value)
	}
	s := look("a new one", sc.comp, first.Value, 0)
	equal(t, "component", s.Component.Appid, sc.comp)
	equal(t, "code", s.Code, first)
	equal(t, "end", s.Code.ExpiresAt, noon.Add(1800*time.Second))
	equal(t, "time", s.Now, noon)
	equal(t, "component", look("another component's", other, first.Value, platform.CodeCodeInvalid).Component.Appid, other)
	look("none", sc.comp, "", platform.CodeCodeInvalid)
	look("garbage", sc.comp, "preauthcode@@@x", platform.CodeCodeInvalid)
	check("garbage", "preauthcode@@@x", platform.CodeCodeInvalid)
	theirs := must[platform.AuthCode](t)(sc.CreatePreAuthCode(ctx, other))
	check("another component's", theirs.Value, platform.CodeCodeInvalid)
	_, err := sc.PreAuthCode(ctx, "wx0000000000000bad", first.Value)
	sc.is("no such component", err, platform.ErrNotFound)
	granted := must[platform.Granted](t)(sc.Grant(ctx, platform.Grant{ComponentAppid: sc.comp, AuthorizerAppid: m, PreAuthCode: first.Value}))
	if body := sc.events()[0].Body; !strings.Contains(body, "<PreAuthCode><![CDATA["+first.Value+"]]></PreAuthCode>") {
		t.Errorf("the push does not name the code: %s", body)
	}
	check("used", first.Value, platform.CodeCodeExpired)
	equal(t, "use", look("used", sc.comp, first.Value, 0).Code.UsedAt, noon)
	check("of the other kind", granted.Code.Value, platform.CodeCodeInvalid)
	look("of the other kind", sc.comp, granted.Code.Value, platform.CodeCodeInvalid)
	third := create()
	sc.pass(1800*time.Second - time.Millisecond)
	check("in its last moment", third.Value, 0)
	sc.pass(time.Millisecond)
	check("expired", second.Value, platform.CodeCodeExpired)
	equal(t, "use", look("expired", sc.comp, second.Value, 0).Code.UsedAt.IsZero(), true)
	// A day later it is forgotten, when the next is made.
	sc.pass(24 * time.Hour)
	create()
	check("a day over", second.Value, platform.CodeCodeExpired)
	sc.pass(time.Millisecond)
	create()
	check("forgotten", second.Value, platform.CodeCodeInvalid)
	equal(t, "pushes", len(sc.events()), 1)
}

func TestQueryAuth(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	m, other := sc.merchant(), sc.component()
	query := func(what, component, code string, want int) {
		t.Helper()
		_, err := sc.QueryAuth(ctx, component, code, caller)
		sc.code(what, err, want)
	}
	g := sc.grant(m)
	pushed := pushedCode(t, sc.events()[0])
	if pushed == g.Code.Value {
		t.Error("the redirect and the push carry the same code")
	}
	pre := must[platform.AuthCode](t)(sc.CreatePreAuthCode(ctx, sc.comp))
	query("none", sc.comp, "", platform.CodeCodeInvalid)
	query("garbage", sc.comp, "queryauthcode@@@x", platform.CodeCodeInvalid)
	query("a pre-auth code", sc.comp, pre.Value, platform.CodeCodeInvalid)
	query("another component's", other, g.Code.Value, platform.CodeCodeInvalid)
	tokens := sc.exchange(g.Code.Value)
	equal(t, "merchant", tokens.Authorizer.Appid, m)
	s := must[platform.Session](t)(sc.Authenticate(ctx, tokens.AccessToken))
	equal(t, "kind", s.Token.Kind, platform.AuthorizerToken)
	equal(t, "merchant of the token", s.Token.AuthorizerAppid, m)
	equal(t, "component of the token", s.Token.ComponentAppid, sc.comp)
	equal(t, "issued to", s.Token.IssuedTo+" "+s.Token.IssuedRID, "127.0.0.1 rid-1")
	query("twice", sc.comp, g.Code.Value, platform.CodeCodeExpired)
	_, err := sc.Grant(ctx, platform.Grant{ComponentAppid: sc.comp, AuthorizerAppid: m, PreAuthCode: pushed})
	sc.code("as a pre-auth code", err, platform.CodeCodeInvalid)
	sc.pass(time.Hour - time.Millisecond)
	next := sc.exchange(pushed) // both can be exchanged, up to the last moment
	equal(t, "refresh token", next.Authorizer.RefreshToken, tokens.Authorizer.RefreshToken)
	late := sc.grant(m).Code
	sc.pass(time.Hour)
	query("expired", sc.comp, late.Value, platform.CodeCodeExpired)
	// Of a merchant who is gone nothing is known.
	left := sc.grant(m).Code
	sc.ok(sc.DeleteAuthorizer(ctx, sc.comp, m))
	query("of a merchant that was deleted", sc.comp, left.Value, platform.CodeCodeInvalid)
	_, err = sc.Authenticate(ctx, next.AccessToken)
	sc.code("a token of a merchant that was deleted", err, platform.CodeInvalidCredential)
	sc.is("deleted twice", sc.DeleteAuthorizer(ctx, sc.comp, m), platform.ErrNotFound)
}

// pushedCode returns the authorization code in a push.
func pushedCode(t *testing.T, d platform.Delivery) string {
	t.Helper()
	found := regexp.MustCompile(`queryauthcode@@@[\w-]{86}`).FindString(d.Body)
	if found == "" {
		t.Errorf("there is no code in %s", d.Body)
	}
	return found
}
