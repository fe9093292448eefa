package wxapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"draftbox/internal/journal"
)

// No secret of an authorization stands whole in the journal, nor in what is told of
// a failed call.
func TestAuthorizationsAreMasked(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.merchant().RefreshToken = "a-refresh-token-without-the-usual-shape"
	_, err := b.service.PutAuthorizer(t.Context(), b.shop)
	b.must(err)
	code := b.authCode()
	merchantToken := b.merchantToken()
	secrets := []string{code, b.shop.RefreshToken, b.comp.Secret, b.token, merchantToken}

	var preAuth struct {
		Code string `json:"pre_auth_code"`
	}
	b.must(json.Unmarshal([]byte(b.post(preAuthPath, b.listBody("")).body), &preAuth))
	var exchanged struct {
		Info struct {
			Token string `json:"authorizer_access_token"`
		} `json:"authorization_info"`
	}
	b.must(json.Unmarshal([]byte(b.post(queryAuthPath, b.queryAuthBody(code)).body), &exchanged))
	var refreshed struct {
		Token string `json:"authorizer_access_token"`
	}
	b.must(json.Unmarshal([]byte(b.post(authorizerTokenPath, b.refreshBody(b.shop.RefreshToken)).body), &refreshed))
	secrets = append(secrets, preAuth.Code, exchanged.Info.Token, refreshed.Token)
	for _, s := range secrets {
		if len(s) < 32 {
			t.Fatalf("a call failed: its secret is %q", s)
		}
	}
	b.outcome(b.post(authorizerInfoPath, b.namingBody()))
	b.outcome(b.post(authorizerListPath, b.listBody(`"count":1`)))
	b.outcome(b.do("POST", callbackIPPath+"?access_token="+merchantToken, "{}"))
	b.ok(b.do("POST", secretClearPath+"?appid="+b.comp.Appid+"&appsecret="+b.comp.Secret, ""), nil)
	failed := b.post(queryAuthPath, b.queryAuthBody(code))
	b.refused(failed, 61010, "code is expired")
	told := b.post(ridPath, `{"rid":"`+ridOf(failed)+`"}`)
	b.ok(told, nil)

	texts := []string{told.body}
	for _, e := range b.journal.List(journal.Filter{}) {
		e = e.Masked()
		texts = append(texts, fmt.Sprint(e.Path, " ", e.Query, " ", e.Reason, " ", string(e.RequestBody), " ", string(e.ResponseBody)))
	}
	if len(texts) != 10 {
		t.Errorf("%d texts", len(texts))
	}
	for _, text := range texts {
		for _, s := range secrets {
			if strings.Contains(text, s) {
				t.Errorf("a secret is whole in %s", text)
			}
		}
	}
}
