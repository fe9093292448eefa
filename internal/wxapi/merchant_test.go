package wxapi_test

import (
	"context"
	"fmt"
	"testing"

	"draftbox/internal/platform"
)

const (
	preAuthPath         = "/cgi-bin/component/api_create_preauthcode"
	queryAuthPath       = "/cgi-bin/component/api_query_auth"
	authorizerTokenPath = "/cgi-bin/component/api_authorizer_token"
	authorizerInfoPath  = "/cgi-bin/component/api_get_authorizer_info"
	authorizerListPath  = "/cgi-bin/component/api_get_authorizer_list"
	getOptionPath       = "/cgi-bin/component/get_authorizer_option"
	oldGetOptionPath    = "/cgi-bin/component/api_get_authorizer_option"
	setOptionPath       = "/cgi-bin/component/set_authorizer_option"
	oldSetOptionPath    = "/cgi-bin/component/api_set_authorizer_option"
	clearQuotaPath      = "/cgi-bin/clear_quota"
	secretClearPath     = "/cgi-bin/clear_quota/v2"
	componentClearPath  = "/cgi-bin/component/clear_quota/v2"
	quotaGetPath        = "/cgi-bin/openapi/quota/get"
	quotaClearPath      = "/cgi-bin/openapi/quota/clear"
	callbackIPPath      = "/cgi-bin/getcallbackip"
	domainIPPath        = "/cgi-bin/get_api_domain_ip"
)

var authorizationOperations = []operation{
	{method: "POST", path: preAuthPath, body: func(b *bench) string { return fmt.Sprintf(`{"component_appid":%q}`, b.comp.Appid) }},
	{method: "POST", path: queryAuthPath, body: func(b *bench) string { return b.queryAuthBody(b.authCode()) }},
	{method: "POST", path: authorizerTokenPath, body: func(b *bench) string { return b.refreshBody(b.merchant().RefreshToken) }},
	{method: "POST", path: authorizerInfoPath, body: (*bench).namingBody},
	{method: "POST", path: authorizerListPath, body: func(b *bench) string { return b.listBody(`"offset":0,"count":10`) }},
	{method: "POST", path: getOptionPath, body: (*bench).optionBody},
	{method: "POST", path: oldGetOptionPath, body: (*bench).optionBody},
	{method: "POST", path: setOptionPath, body: (*bench).optionBody},
	{method: "POST", path: oldSetOptionPath, body: (*bench).optionBody},
	{method: "POST", path: clearQuotaPath, merchant: true, body: func(b *bench) string { return fmt.Sprintf(`{"appid":%q}`, b.comp.Appid) }},
	{method: "POST", path: secretClearPath, tokenless: true, body: func(b *bench) string {
		return fmt.Sprintf(`{"appid":%q,"appsecret":%q}`, b.comp.Appid, b.comp.Secret)
	}},
	{method: "POST", path: componentClearPath, tokenless: true, body: func(b *bench) string {
		return fmt.Sprintf(`{"component_appid":%q,"appsecret":%q,"appid":%q}`, b.comp.Appid, b.comp.Secret, b.merchant().Appid)
	}},
	{method: "POST", path: quotaGetPath, merchant: true, body: func(*bench) string { return `{"cgi_path":"/wxa/gettemplatedraftlist"}` }},
	{method: "POST", path: quotaClearPath, merchant: true, body: func(*bench) string { return `{"cgi_path":"/wxa/gettemplatedraftlist"}` }},
	{method: "GET", path: callbackIPPath, merchant: true},
	{method: "GET", path: domainIPPath, merchant: true},
}

func (b *bench) namingBody() string {
	return fmt.Sprintf(`{"component_appid":%q,"authorizer_appid":%q}`, b.comp.Appid, b.merchant().Appid)
}

func (b *bench) optionBody() string {
	return fmt.Sprintf(`{"component_appid":%q,"authorizer_appid":%q,"option_name":"voice_recognize","option_value":"1"}`, b.comp.Appid, b.merchant().Appid)
}

func (b *bench) queryAuthBody(code string) string {
	return fmt.Sprintf(`{"component_appid":%q,"authorization_code":%q}`, b.comp.Appid, code)
}

func (b *bench) refreshBody(refreshToken string) string {
	return fmt.Sprintf(`{"component_appid":%q,"authorizer_appid":%q,"authorizer_refresh_token":%q}`, b.comp.Appid, b.merchant().Appid, refreshToken)
}

// listBody is a body of getAuthorizerList with further members, or none.
func (b *bench) listBody(more string) string {
	if more != "" {
		more = "," + more
	}
	return `{"component_appid":"` + b.comp.Appid + `"` + more + `}`
}

// merchant is a merchant that has authorized the component.
func (b *bench) merchant() *platform.Authorizer {
	b.t.Helper()
	if b.shop.Appid == "" {
		var err error
		b.shop, err = b.service.PutAuthorizer(context.Background(), platform.Authorizer{ComponentAppid: b.comp.Appid, NickName: "商户一", Authorized: true})
		b.must(err)
	}
	return &b.shop
}

// newMerchant is a merchant that authorized just now, as people do, and the code
// that came of it.
func (b *bench) newMerchant(nickName string) (platform.Authorizer, string) {
	b.t.Helper()
	granted, err := b.service.Grant(context.Background(), platform.Grant{ComponentAppid: b.comp.Appid, NickName: nickName})
	b.must(err)
	return granted.Authorizer, granted.Code.Value
}

// authCode is an authorization code of the merchant.
func (b *bench) authCode() string {
	b.t.Helper()
	granted, err := b.service.Grant(context.Background(), platform.Grant{ComponentAppid: b.comp.Appid, AuthorizerAppid: b.merchant().Appid})
	b.must(err)
	return granted.Code.Value
}

// merchantToken is an admin-issued token of the merchant.
func (b *bench) merchantToken() string {
	b.t.Helper()
	token, _, err := b.service.AdminAuthorizerToken(context.Background(), b.comp.Appid, b.merchant().Appid, platform.Caller{IP: "127.0.0.1"})
	b.must(err)
	return token
}

// asMerchant posts with a token of the merchant.
func (b *bench) asMerchant(path, body string) reply {
	b.t.Helper()
	return b.do("POST", path+"?access_token="+b.merchantToken(), body)
}

func (b *bench) revoke() {
	b.t.Helper()
	_, err := b.service.Revoke(context.Background(), b.comp.Appid, b.merchant().Appid)
	b.must(err)
}

// change changes the merchant.
func (b *bench) change(change func(*platform.Authorizer)) {
	b.t.Helper()
	_, err := b.service.ChangeAuthorizer(context.Background(), b.comp.Appid, b.merchant().Appid, func(a *platform.Authorizer) error {
		change(a)
		return nil
	})
	b.must(err)
}

func (b *bench) restrict(name string) {
	b.t.Helper()
	b.change(func(a *platform.Authorizer) { a.Restrictions = []string{name} })
}

// answered checks an answer byte for byte.
func answered(t *testing.T, r reply, want string) {
	t.Helper()
	if r.body != want {
		t.Errorf("answered\n%s, want\n%s", r.body, want)
	}
}
