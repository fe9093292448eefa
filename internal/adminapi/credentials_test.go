package adminapi_test

import (
	"context"
	"net/http"
	"testing"

	"draftbox/internal/platform"
)

func TestTicketsAndTokens(t *testing.T) {
	t.Parallel()
	const none = "/_draftbox/v1/components/wx00000000000000ff"
	run(t, []row{
		{name: "ticket", url: component + "/ticket", status: 200, has: []string{`"component_verify_ticket":"ticket@@@`, `+08:00"`}},
		{name: "ticket of nobody", url: none + "/ticket", status: 404},
		{name: "push", method: "POST", url: component + "/ticket/push", status: 200, has: []string{`"component_verify_ticket":"ticket@@@`}},
		{name: "push for nobody", method: "POST", url: none + "/ticket/push", status: 404},
		{name: "token for nobody", method: "POST", url: none + "/tokens", status: 404},
		{name: "authorizer token", method: "POST", url: component + "/authorizers/" + merchant + "/tokens", status: 200, has: []string{`"authorizer_refresh_token":"refreshtoken@@@`, `"expires_in":7200`}},
		{name: "authorizer token of nobody", method: "POST", url: component + "/authorizers/wx00000000000000ff/tokens", status: 404},
		{
			name: "authorizer token without authorization", method: "POST", url: component + "/authorizers/wx00000000000000a2/tokens", status: 409, has: []string{"has not authorized"},
			arrange: func(b *bench) { b.do(http.MethodPost, component+"/authorizers", `{"appid":"wx00000000000000a2"}`) },
		},
	})
}

// A token that was issued works, and two of them work beside each other.
func TestComponentTokensStandBesideEachOther(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var tokens [2]struct {
		Token     string `json:"component_access_token"`
		ExpiresIn int    `json:"expires_in"`
	}
	for i := range tokens {
		b.get(http.MethodPost, component+"/tokens", "", &tokens[i])
	}
	for _, issued := range tokens {
		s, err := b.service.Authenticate(context.Background(), issued.Token)
		if err != nil || s.Token.ComponentAppid != compAppid || s.Token.Origin != platform.OriginAdmin || issued.ExpiresIn != 7200 {
			t.Errorf("token of %d s: %+v, %v", issued.ExpiresIn, s.Token, err)
		}
	}
}

func TestAuthorizers(t *testing.T) {
	t.Parallel()
	const list = component + "/authorizers"
	run(t, []row{
		{name: "list", url: list, status: 200, has: []string{merchant, "商户一", `"authorized":true`}, hasNot: []string{"refreshtoken"}},
		{name: "list of no component", url: "/_draftbox/v1/components/wx00000000000000ff/authorizers", status: 404},
		{name: "make one up", method: "POST", url: list, body: "{}", status: 201, has: []string{`"authorized":false`}},
		{name: "make", method: "POST", url: list, body: `{"appid":"wx00000000000000a2","nick_name":"商户二"}`, status: 201, has: []string{"商户二", `"authorized":false`}},
		{name: "make authorized", method: "POST", url: list, body: `{"appid":"wx00000000000000a2","authorized":true}`, status: 201, has: []string{`"authorized":true`}},
		{name: "change the name only", method: "POST", url: list, body: `{"appid":"` + merchant + `","nick_name":"新名"}`, status: 200, has: []string{"新名", `"authorized":true`}},
		{name: "change the authorization only", method: "POST", url: list, body: `{"appid":"` + merchant + `","authorized":false}`, status: 200, has: []string{"商户一", `"authorized":false`}},
		{name: "bad appid", method: "POST", url: list, body: `{"appid":"x"}`, status: 422},
		{name: "unknown member", method: "POST", url: list, body: `{"refresh_token":"x"}`, status: 422, has: []string{"refresh_token"}},
	})
}
