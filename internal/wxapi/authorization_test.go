package wxapi_test

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
)

const accessTokenShape = `[0-9]+_[\w-]{154}`

// matches checks an answer against a pattern and what holds for every answer.
func (b *bench) matches(r reply, pattern string) {
	b.t.Helper()
	b.outcome(r)
	if !regexp.MustCompile("^" + pattern + "$").MatchString(r.body) {
		b.t.Errorf("answered\n%s, want\n%s", r.body, pattern)
	}
}

func TestPreAuthCode(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := b.post(preAuthPath, `{"component_appid":"`+b.comp.Appid+`"}`)
	b.matches(r, `\{"pre_auth_code":"preauthcode@@@[\w-]{86}","expires_in":1800\}`)
	var first, second struct {
		Code string `json:"pre_auth_code"`
	}
	b.must(json.Unmarshal([]byte(r.body), &first))
	b.must(json.Unmarshal([]byte(b.post(preAuthPath, `{"component_appid":"`+b.comp.Appid+`"}`).body), &second))
	for _, code := range []string{first.Code, second.Code} { // the second has not ended the first
		if _, err := b.service.Grant(t.Context(), platform.Grant{ComponentAppid: b.comp.Appid, AuthorizerAppid: b.merchant().Appid, PreAuthCode: code}); err != nil {
			t.Errorf("%s does not open the authorization page: %v", platform.Mask(code), err)
		}
	}
}

func TestComponentAppidOfACallWithAToken(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	other, _ := b.component()
	for _, path := range []string{preAuthPath, queryAuthPath, authorizerTokenPath, authorizerInfoPath, authorizerListPath} {
		for body, want := range map[string]int{
			`{}`:                                        41018,
			`{"component_appid":null}`:                  41018,
			`{"component_appid":""}`:                    41018,
			`{"component_appid":1}`:                     47001,
			`component_appid=wx`:                        47001,
			`{"component_appid":"wx12"}`:                40013,
			`{"component_appid":"` + other.Appid + `"}`: 40013,
		} {
			if code, _ := b.outcome(b.post(path, body)); code != want {
				t.Errorf("%s %s: %d, want %d", path, body, code, want)
			}
		}
	}
}

func TestQueryAuth(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	granted, err := b.service.Grant(t.Context(), platform.Grant{ComponentAppid: b.comp.Appid, NickName: "商户", FuncIDs: []int{25, 18, 17}})
	b.must(err)
	r := b.post(queryAuthPath, b.queryAuthBody(granted.Code.Value))
	b.matches(r, `\{"authorization_info":\{"authorizer_appid":"`+granted.Authorizer.Appid+`","authorizer_access_token":"`+accessTokenShape+`","expires_in":7200,`+
		`"authorizer_refresh_token":"refreshtoken@@@[\w-]{43}",`+
		`"func_info":\[\{"funcscope_category":\{"id":17\}\},\{"funcscope_category":\{"id":18\}\},\{"funcscope_category":\{"id":25\}\}\]\}\}`)
	var out struct {
		Info struct {
			Token string `json:"authorizer_access_token"`
		} `json:"authorization_info"`
	}
	b.must(json.Unmarshal([]byte(r.body), &out))
	b.ok(b.do("POST", clearQuotaPath+"?access_token="+out.Info.Token, `{"appid":"`+granted.Authorizer.Appid+`"}`), nil)

	again := b.post(queryAuthPath, b.queryAuthBody(granted.Code.Value))
	b.refused(again, 61010, "code is expired")
	if why := b.reason(again); !strings.Contains(why, "was used 0s ago") {
		t.Errorf("the reason is %q", why)
	}
	b.refused(b.post(queryAuthPath, b.queryAuthBody("")), 61009, "code is invalid")
	preAuth, err := b.service.CreatePreAuthCode(t.Context(), b.comp.Appid)
	b.must(err)
	b.refused(b.post(queryAuthPath, b.queryAuthBody(preAuth.Value)), 61009, "code is invalid")
	late := b.authCode()
	b.advance(time.Hour)
	b.refused(b.post(queryAuthPath, b.queryAuthBody(late)), 61010, "code is expired")
	b.refused(b.post(queryAuthPath, `{"component_appid":"`+b.comp.Appid+`","authorization_code":7}`), 47001, "data format error")
}

// A code is good for one use however many try it at once.
func TestACodeIsExchangedOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	body := b.queryAuthBody(b.authCode())
	const callers = 8
	replies := make(chan reply, callers)
	for range callers {
		go func() { replies <- b.post(queryAuthPath, body) }()
	}
	exchanged := 0
	for range callers {
		switch code, _ := b.outcome(<-replies); code {
		case 0:
			exchanged++
		case 61010:
		default:
			t.Errorf("answered %d", code)
		}
	}
	if exchanged != 1 {
		t.Errorf("exchanged %d times", exchanged)
	}
}

func TestAuthorizerTokenKeepsTheRefreshToken(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	refresh := b.merchant().RefreshToken
	fetch := func() string {
		t.Helper()
		r := b.post(authorizerTokenPath, b.refreshBody(refresh))
		b.matches(r, `\{"authorizer_access_token":"`+accessTokenShape+`","expires_in":7200,"authorizer_refresh_token":"`+refresh+`"\}`)
		var out struct {
			Token string `json:"authorizer_access_token"`
		}
		b.must(json.Unmarshal([]byte(r.body), &out))
		return out.Token
	}
	ips := func(token string) reply { return b.do("GET", callbackIPPath+"?access_token="+token, "") }
	first := fetch()
	second := fetch()
	b.advance(5*time.Minute - time.Second)
	answered(t, ips(first), `{"ip_list":["127.0.0.1"]}`)
	b.advance(time.Second)
	r := ips(first)
	b.refused(r, 40001, textInvalidCredential)
	if why := b.reason(r); !strings.Contains(why, "superseded 5m0s ago by one issued to 127.0.0.1") {
		t.Errorf("the reason is %q", why)
	}
	answered(t, ips(second), `{"ip_list":["127.0.0.1"]}`)
}

func TestAuthorizerTokenRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	other, _ := b.component()
	foreign, err := b.service.PutAuthorizer(t.Context(), platform.Authorizer{ComponentAppid: other.Appid, Authorized: true})
	b.must(err)
	own := `"component_appid":"` + b.comp.Appid + `"`
	for body, want := range map[string]int{
		`{` + own + `}`:                           40013,
		`{` + own + `,"authorizer_appid":"wx1"}`:  40013,
		`{` + own + `,"authorizer_appid":["wx"]}`: 47001,
		`{` + own + `,"authorizer_appid":"` + foreign.Appid + `","authorizer_refresh_token":"` + foreign.RefreshToken + `"}`: 61003,
		`{` + own + `,"authorizer_appid":"` + b.merchant().Appid + `"}`:                                                      61023,
		`{` + own + `,"authorizer_appid":"` + b.merchant().Appid + `","authorizer_refresh_token":null}`:                      61023,
		`{` + own + `,"authorizer_appid":"` + b.merchant().Appid + `","authorizer_refresh_token":5}`:                         47001,
		b.refreshBody(foreign.RefreshToken): 61023,
	} {
		if code, _ := b.outcome(b.post(authorizerTokenPath, body)); code != want {
			t.Errorf("%s: %d, want %d", body, code, want)
		}
	}
}

// What a merchant's revocation and its coming back do to the tokens (decision 13).
func TestRevokedAndGrantedAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token, refresh := b.merchantToken(), b.merchant().RefreshToken
	ips := func() reply { return b.do("GET", callbackIPPath+"?access_token="+token, "") }
	answered(t, ips(), `{"ip_list":["127.0.0.1"]}`)
	b.revoke()
	r := ips()
	b.refused(r, 61003, "component is not authorized by this account")
	if why := b.reason(r); !strings.Contains(why, b.merchant().Appid+" has not authorized component "+b.comp.Appid) {
		t.Errorf("the reason is %q", why)
	}
	b.refused(b.post(authorizerTokenPath, b.refreshBody(refresh)), 61003, "component is not authorized by this account")
	b.refused(b.post(authorizerInfoPath, b.namingBody()), 61003, "component is not authorized by this account")
	code := b.authCode() // the merchant is back
	b.refused(b.post(authorizerTokenPath, b.refreshBody(refresh)), 61023, "refresh_token is invalid")
	b.refused(ips(), 40001, textInvalidCredential)
	if code, _ := b.outcome(b.post(queryAuthPath, b.queryAuthBody(code))); code != 0 {
		t.Errorf("the new code got %d", code)
	}
}

// Every call in which a merchant acts, or is acted for, makes the common checks in
// the one order.
func TestOrderOfTheChecksOfAMerchantsToken(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.merchantToken()
	everything := func() {
		b.set(func(c *platform.Component) {
			c.IPAllowlist = []string{"203.0.113.7"}
			c.Settings.Switches.UnauthorizedAPIs = []string{quotaGetPath, preAuthPath}
			c.Settings.Quotas = platform.Quotas{Enforce: true, Limits: map[string]int64{quotaGetPath: 0}}
		})
		b.restrict(platform.RestrictionFrozen)
		b.revoke()
	}
	everything()
	ask := func(want int) {
		t.Helper()
		if code, _ := b.outcome(b.do("POST", quotaGetPath+"?access_token="+token, "")); code != want {
			t.Errorf("answered %d, want %d", code, want)
		}
	}
	if code, _ := b.outcome(b.do("POST", preAuthPath+"?access_token="+token, "")); code != 61014 {
		t.Errorf("the kind of token does not come first: %d", code)
	}
	ask(61004)
	b.set(func(c *platform.Component) { c.IPAllowlist = nil })
	ask(61003)
	b.change(func(a *platform.Authorizer) { a.Restrictions = nil })
	again, err := b.service.Grant(context.Background(), platform.Grant{ComponentAppid: b.comp.Appid, AuthorizerAppid: b.merchant().Appid})
	b.must(err)
	b.shop = again.Authorizer
	token = b.merchantToken()
	b.restrict(platform.RestrictionFrozen)
	ask(50002)
	b.change(func(a *platform.Authorizer) { a.Restrictions = nil })
	ask(48001)
	b.set(func(c *platform.Component) { c.Settings.Switches.UnauthorizedAPIs = nil })
	ask(45009)
	b.set(func(c *platform.Component) { c.Settings.Quotas.Enforce = false })
	ask(44002)
}
