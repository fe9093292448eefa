package adminapi_test

import (
	"context"
	"strings"
	"testing"

	"draftbox/internal/platform"
)

const (
	authorizers = component + "/authorizers"
	theMerchant = authorizers + "/" + merchant
)

// revoked takes the merchant's authorization back.
func revoked(b *bench) {
	_, err := b.service.Revoke(context.Background(), compAppid, merchant)
	b.must(err)
}

func TestMerchants(t *testing.T) {
	t.Parallel()
	run(t, []row{
		{name: "one", url: theMerchant, status: 200, has: []string{
			`"appid":"` + merchant + `"`, `"authorized":true`, `"exchanged":true`, `"func_ids":[17,18,19,`, `"profile":{}`, `"categories":[]`, `"restrictions":[]`,
		}},
		{name: "none", url: authorizers + "/wx00000000000000ff", status: 404, has: []string{`"not_found"`}},
		{
			name: "made with a profile", method: "POST", url: authorizers, status: 201,
			body: `{"appid":"wx00000000000000a2","nick_name":"商户二","func_ids":[30,18,30],"profile":{"principal_name":"示例商户有限公司","verify_type":-1},"categories":[{"first":"工具","second":"效率"}],"restrictions":["frozen"]}`,
			has:  []string{`"authorized":false`, `"auth_time":""`, `"principal_name":"示例商户有限公司"`, `"verify_type":-1`, `"second":"效率"`, `["frozen"]`},
		},
		{
			name: "made again", method: "POST", url: authorizers, body: `{"appid":"` + merchant + `","profile":{"alias":"x"}}`, status: 200,
			has: []string{`"nick_name":"商户一"`, `"alias":"x"`, `"authorized":true`},
		},
		{
			name: "changed", method: "PATCH", url: theMerchant, body: `{"profile":{"principal_name":"甲"},"func_ids":[86,18]}`, status: 200,
			has: []string{`"nick_name":"商户一"`, `"func_ids":[18,86]`, `"principal_name":"甲"`},
			then: func(b *bench) {
				var out struct{ Profile platform.Profile }
				b.get("PATCH", theMerchant, `{"profile":{"signature":"乙"}}`, &out)
				if out.Profile.PrincipalName != "甲" || out.Profile.Signature != "乙" {
					b.t.Errorf("a second change leaves %+v", out.Profile)
				}
			},
		},
		{name: "authorized is no setting", method: "PATCH", url: theMerchant, body: `{"authorized":false}`, status: 422, has: []string{"authorized"}},
		{name: "unknown restriction", method: "PATCH", url: theMerchant, body: `{"restrictions":["asleep"]}`, status: 422, has: []string{"frozen, readonly_options"}},
		{name: "bad permission set", method: "PATCH", url: theMerchant, body: `{"func_ids":[0]}`, status: 422, has: []string{"func_ids"}},
		{name: "change of nobody", method: "PATCH", url: authorizers + "/wx00000000000000ff", body: `{}`, status: 404},
		{name: "forgotten", method: "DELETE", url: theMerchant, status: 200, then: func(b *bench) {
			if w := b.do("GET", theMerchant, ""); w.Code != 404 {
				b.t.Errorf("after its removal the merchant is answered with %d", w.Code)
			}
		}},
		{name: "forgotten before", method: "DELETE", url: authorizers + "/wx00000000000000ff", status: 404},
	})
}

func TestGrantAndRevoke(t *testing.T) {
	t.Parallel()
	run(t, []row{
		{name: "the same again", method: "POST", url: theMerchant + "/grant", body: `{}`, status: 200, has: []string{`"authorization_code":"queryauthcode@@@`, `"expires_in":3600`}},
		{
			name: "after a revocation", method: "POST", url: theMerchant + "/grant", body: `{"func_ids":[18]}`, arrange: revoked, status: 200,
			then: func(b *bench) {
				a, err := b.service.Authorizer(context.Background(), compAppid, merchant)
				b.must(err)
				if !a.Authorized || a.Exchanged || len(a.FuncIDs) != 1 {
					b.t.Errorf("the merchant is %+v", a)
				}
			},
		},
		{name: "a wrong pre-auth code", method: "POST", url: theMerchant + "/grant", body: `{"pre_auth_code":"preauthcode@@@x"}`, status: 409, has: []string{`"errcode":61009`}},
		{
			name: "frozen", method: "POST", url: theMerchant + "/grant", body: `{}`, status: 409, has: []string{"frozen"},
			arrange: func(b *bench) { b.do("PATCH", theMerchant, `{"restrictions":["frozen"]}`) },
		},
		{name: "grant of nobody", method: "POST", url: authorizers + "/wx00000000000000ff/grant", body: `{}`, status: 404},
		{name: "unknown member", method: "POST", url: theMerchant + "/grant", body: `{"func_id":[1]}`, status: 422, has: []string{"func_id"}},
		{name: "revoked", method: "POST", url: theMerchant + "/revoke", body: `{}`, status: 200, has: []string{`"authorized":false`}},
		{name: "revoked twice", method: "POST", url: theMerchant + "/revoke", arrange: revoked, status: 409, has: []string{"has not authorized"}},
		{name: "tokens after that", method: "POST", url: theMerchant + "/tokens", arrange: revoked, status: 409},
	})
}

// A pre-auth code opens one grant.
func TestGrantUsesThePreAuthCode(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	code, err := b.service.CreatePreAuthCode(t.Context(), compAppid)
	b.must(err)
	body := `{"pre_auth_code":"` + code.Value + `"}`
	if w := b.do("POST", theMerchant+"/grant", body); w.Code != 200 {
		t.Fatalf("the first grant: %d %s", w.Code, w.Body)
	}
	if w := b.do("POST", theMerchant+"/grant", body); w.Code != 409 || !strings.Contains(w.Body.String(), `"errcode":61010`) {
		t.Errorf("the second grant: %d %s", w.Code, w.Body)
	}
}
