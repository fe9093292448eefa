package wxapi_test

import (
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
)

func ridOf(r reply) string {
	return strings.TrimSuffix(r.body[strings.LastIndex(r.body, "rid: ")+5:], `"}`)
}

func TestRIDInfo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	failed := b.post(addTemplate, `{"draft_id":7}`)
	rid := ridOf(failed)
	var info struct {
		Request struct {
			InvokeTime   int64  `json:"invoke_time"`
			CostInMs     *int64 `json:"cost_in_ms"`
			RequestURL   string `json:"request_url"`
			RequestBody  string `json:"request_body"`
			ResponseBody string `json:"response_body"`
			ClientIP     string `json:"client_ip"`
		} `json:"request"`
	}
	b.ok(b.post(ridPath, `{"rid":"`+rid+`"}`), &info)
	got := info.Request
	if got.RequestBody != `{"draft_id":7}` || got.ResponseBody != failed.body || got.ClientIP != "127.0.0.1" || got.CostInMs == nil {
		t.Errorf("told %+v", got)
	}
	if time.Since(time.Unix(got.InvokeTime, 0)).Abs() > time.Minute {
		t.Errorf("invoke_time %d", got.InvokeTime)
	}
	if !strings.HasPrefix(got.RequestURL, "access_token=103_") || strings.Contains(got.RequestURL, b.token) {
		t.Errorf("request_url %q must show the query with the token masked", got.RequestURL)
	}
}

func TestRIDInfoRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	rid := ridOf(b.post(addTemplate, `{"draft_id":7}`))
	b.refused(b.post(ridPath, `{}`), 76002, "rid is error")
	b.refused(b.post(ridPath, `{"rid":"x"}`), 76002, "rid is error")
	b.refused(b.post(ridPath, `{"rid":"`+strings.ToUpper(rid)+`"}`), 76002, "rid is error")
	b.refused(b.post(ridPath, `{"rid":1}`), 47001, "data format error")
	b.refused(b.post(ridPath, `{"rid":"00000000-00000000-00000000"}`), 76001, "rid not found")
	other, _ := b.component()
	b.refused(b.do("POST", ridPath+"?access_token="+b.adminToken(other.Appid), `{"rid":"`+rid+`"}`), 76003, "could not query this rid,no permission")
	a, err := b.service.PutAuthorizer(t.Context(), platform.Authorizer{ComponentAppid: b.comp.Appid, Authorized: true})
	b.must(err)
	token, _, err := b.service.AdminAuthorizerToken(t.Context(), b.comp.Appid, a.Appid, platform.Caller{})
	b.must(err)
	b.refused(b.do("POST", ridPath+"?access_token="+token, `{"rid":"`+rid+`"}`), 76003, "could not query this rid,no permission")
}

// A call without a token belongs to the component that it named, and its secrets
// are masked.
func TestRIDInfoOfATokenCall(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ticket := b.ticket()
	failed := b.fetchToken(strings.Repeat("0", 32), ticket)
	b.refused(failed, 40125, "invalid appsecret")
	r := b.post(ridPath, `{"rid":"`+ridOf(failed)+`"}`)
	b.ok(r, nil)
	if strings.Contains(r.body, ticket) || strings.Contains(r.body, strings.Repeat("0", 32)) {
		t.Errorf("told a secret whole: %s", r.body)
	}
}
