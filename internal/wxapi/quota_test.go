package wxapi_test

import (
	"fmt"
	"testing"
	"time"

	"draftbox/internal/platform"
)

func (b *bench) limit(limits map[string]int64) {
	b.t.Helper()
	b.set(func(c *platform.Component) { c.Settings.Quotas = platform.Quotas{Enforce: true, Limits: limits} })
}

func quotaOf(limit, used, remain int) string {
	return fmt.Sprintf(`{"errcode":0,"errmsg":"ok","quota":{"daily_limit":%d,"used":%d,"remain":%d}}`, limit, used, remain)
}

func TestQuotaGet(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ask := `{"cgi_path":"/wxa/gettemplatedraftlist"}`
	answered(t, b.post(quotaGetPath, ask), quotaOf(1000000, 0, 1000000))
	b.get(draftList)
	b.get(draftList)
	answered(t, b.post(quotaGetPath, ask), quotaOf(1000000, 2, 999998))
	b.set(func(c *platform.Component) { c.Settings.Quotas.Limits = map[string]int64{draftList: 1} })
	answered(t, b.post(quotaGetPath, ask), quotaOf(1, 2, 0)) // not enforced
	b.limit(map[string]int64{draftList: 3})
	b.get(draftList)
	b.refused(b.get(draftList), 45009, "reach max api daily quota limit")
	answered(t, b.post(quotaGetPath, ask), quotaOf(3, 3, 0))
	b.advance(24 * time.Hour)
	b.token = b.adminToken(b.comp.Appid)
	answered(t, b.post(quotaGetPath, ask), quotaOf(3, 0, 3))
}

func TestQuotaPaths(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const unknown, foreign = "cgi_path not found, please check", "could not use this cgi_path,no permission"
	for _, path := range []string{quotaGetPath, quotaClearPath} {
		for body, want := range map[string]string{
			`{}`:              unknown,
			`{"cgi_path":""}`: unknown,
			`{"cgi_path":"wxa/gettemplatedraftlist"}`:      unknown,
			`{"cgi_path":"/wxa/nothing"}`:                  unknown,
			`{"cgi_path":"https://api.weixin.qq.com"}`:     unknown,
			`{"cgi_path":"/sns/component/jscode2session"}`: foreign,
		} {
			code := map[string]int{unknown: 76021, foreign: 76022}[want]
			b.refused(b.post(path, body), code, want)
			b.refused(b.asMerchant(path, body), code, want)
		}
		b.refused(b.post(path, `{"cgi_path":7}`), 47001, "data format error")
		for _, components := range []string{draftList, tokenPath, componentClearPath, preAuthPath} {
			b.ok(b.post(path, `{"cgi_path":"`+components+`"}`), nil)
			b.refused(b.asMerchant(path, `{"cgi_path":"`+components+`"}`), 76022, foreign)
		}
		for _, anybodys := range []string{ridPath, clearQuotaPath, getOptionPath, callbackIPPath} {
			b.ok(b.post(path, `{"cgi_path":"`+anybodys+`"}`), nil)
			b.ok(b.asMerchant(path, `{"cgi_path":"`+anybodys+`"}`), nil)
		}
	}
}

// A merchant's calls are its own, the component's and another merchant's are others.
func TestEachAccountHasCountsOfItsOwn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.limit(map[string]int64{callbackIPPath: 1})
	token := b.merchantToken()
	ips := func(token string) reply { return b.do("GET", callbackIPPath+"?access_token="+token, "") }
	const list = `{"ip_list":["127.0.0.1"]}`
	answered(t, ips(token), list)
	b.refused(ips(token), 45009, "reach max api daily quota limit")
	answered(t, ips(b.token), list)
	b.refused(ips(b.token), 45009, "reach max api daily quota limit")

	b.ok(b.post(clearQuotaPath, `{"appid":"`+b.comp.Appid+`"}`), nil)
	answered(t, ips(b.token), list)
	b.refused(ips(token), 45009, "reach max api daily quota limit")
	answered(t, b.asMerchant(quotaGetPath, `{"cgi_path":"`+callbackIPPath+`"}`), quotaOf(1, 1, 0))

	b.ok(b.asMerchant(clearQuotaPath, `{"appid":"`+b.merchant().Appid+`"}`), nil)
	answered(t, ips(token), list)
	b.ok(b.asMerchant(quotaClearPath, `{"cgi_path":"`+callbackIPPath+`"}`), nil)
	answered(t, ips(token), list)
	b.refused(ips(b.token), 45009, "reach max api daily quota limit")
}

func TestClearingOnePathLeavesTheOthers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.get(draftList)
	b.get(templateList)
	b.ok(b.post(quotaClearPath, `{"cgi_path":"`+draftList+`"}`), nil)
	answered(t, b.post(quotaGetPath, `{"cgi_path":"`+draftList+`"}`), quotaOf(1000000, 0, 1000000))
	answered(t, b.post(quotaGetPath, `{"cgi_path":"`+templateList+`"}`), quotaOf(1000000, 1, 999999))
}

// The dead end that the calls with an AppSecret are for.
func TestAnAppSecretOpensADeadEnd(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.limit(map[string]int64{tokenPath: 1, clearQuotaPath: 1})
	b.newToken()
	fetch := func() reply { return b.fetchToken(b.comp.Secret, b.ticket()) }
	b.refused(fetch(), 45009, "reach max api daily quota limit")
	b.ok(b.do("POST", componentClearPath, fmt.Sprintf(`{"component_appid":%q,"appsecret":%q}`, b.comp.Appid, b.comp.Secret)), nil)
	b.newToken()
	b.refused(fetch(), 45009, "reach max api daily quota limit")
	b.ok(b.do("POST", secretClearPath, fmt.Sprintf(`{"appid":%q,"appsecret":%q}`, b.comp.Appid, b.comp.Secret)), nil)
	b.newToken()
}

// The three calls share an account's ten clears, a merchant has its own, and a month
// is one of UTC+8.
func TestTenClearsAMonth(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const limit = "forbid to clear quota because of reaching the limit"
	b.must(b.service.FreezeClock(t.Context()))
	zone := time.FixedZone("", 8*3600)
	now, err := b.service.Now(t.Context())
	b.must(err)
	next := time.Date(now.In(zone).Year(), now.In(zone).Month()+1, 1, 0, 0, 0, 0, zone)
	b.must(b.service.SetClock(t.Context(), next.Add(-time.Second)))
	b.token = b.adminToken(b.comp.Appid)

	withToken := func() reply { return b.post(clearQuotaPath, `{"appid":"`+b.comp.Appid+`"}`) }
	withSecret := func() reply {
		return b.do("POST", secretClearPath, fmt.Sprintf(`{"appid":%q,"appsecret":%q}`, b.comp.Appid, b.comp.Secret))
	}
	component := func(more string) reply {
		return b.do("POST", componentClearPath, fmt.Sprintf(`{"component_appid":%q,"appsecret":%q%s}`, b.comp.Appid, b.comp.Secret, more))
	}
	for range 4 {
		b.ok(withToken(), nil)
	}
	b.refused(b.post(clearQuotaPath, `{}`), 41002, "appid missing") // uses none up
	for range 3 {
		b.ok(withSecret(), nil)
		b.ok(component(""), nil)
	}
	b.refused(withToken(), 48006, limit)
	b.refused(withSecret(), 48006, limit)
	b.refused(component(`,"appid":null`), 48006, limit)
	b.refused(component(`,"appid":"`+b.comp.Appid+`"`), 48006, limit)
	b.ok(b.post(quotaClearPath, `{"cgi_path":"/wxa/addtotemplate"}`), nil) // counted apart

	merchants := `,"appid":"` + b.merchant().Appid + `"`
	for range 9 {
		b.ok(component(merchants), nil)
	}
	b.ok(b.asMerchant(clearQuotaPath, `{"appid":"`+b.merchant().Appid+`"}`), nil)
	b.refused(component(merchants), 48006, limit)

	b.advance(time.Second)
	b.ok(withToken(), nil)
	b.ok(component(merchants), nil)
}

func TestFiftyClearsOfPathsAMonth(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	for i := range 50 {
		b.ok(b.post(quotaClearPath, `{"cgi_path":"`+[]string{draftList, templateList}[i%2]+`"}`), nil)
	}
	r := b.post(quotaClearPath, `{"cgi_path":"`+draftList+`"}`)
	b.refused(r, 48006, "forbid to clear quota because of reaching the limit")
	if why := b.reason(r); why != "50 of 50 clears are used up this month; a month ends at 00:00 UTC+8" {
		t.Errorf("the reason is %q", why)
	}
	b.ok(b.post(clearQuotaPath, `{"appid":"`+b.comp.Appid+`"}`), nil)
}

func TestClearsWithAnAppSecretRefuse(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, secret, wrong := b.comp.Appid, b.comp.Secret, `,"appsecret":"00"`
	for _, tt := range []struct {
		path, query, body string
		code              int
	}{
		{componentClearPath, "", ``, 44002},
		{componentClearPath, "", `[]`, 47001},
		{componentClearPath, "", `component_appid=` + id, 41018},
		{componentClearPath, "", `{"appid":"` + id + `"}`, 41018},
		{componentClearPath, "", `{"component_appid":7}`, 47001},
		{componentClearPath, "", `{"component_appid":"wx1"}`, 40013},
		{componentClearPath, "", `{"component_appid":"wxffffffffffffffff"}`, 40013},
		{componentClearPath, "", `{"component_appid":"` + b.dev.Appid + `"}`, 61011},
		{componentClearPath, "", `{"component_appid":"` + id + `"}`, 41004},
		{componentClearPath, "", `{"component_appid":"` + id + `"` + wrong + `,"appid":""}`, 40125}, // the secret before the merchant
		{componentClearPath, "", `{"component_appid":"` + id + `","appsecret":"` + secret + `","appid":""}`, 41002},
		{componentClearPath, "", `{"component_appid":"` + id + `","appsecret":"` + secret + `","appid":"wx1"}`, 40013},
		{componentClearPath, "", `{"component_appid":"` + id + `","appsecret":"` + secret + `","appid":"` + b.dev.Appid + `"}`, 61003},
		{secretClearPath, "", ``, 44002},
		{secretClearPath, "", `appid=` + id, 41002},
		{secretClearPath, "", `{"appsecret":"` + secret + `"}`, 41002},
		{secretClearPath, "", `{"appid":7}`, 47001},
		{secretClearPath, "", `{"appid":"wx1"}`, 40013},
		{secretClearPath, "", `{"appid":"wxffffffffffffffff"}`, 40013},
		{secretClearPath, "", `{"appid":"` + id + `"}`, 41004},
		{secretClearPath, "", `{"appid":"` + id + `"` + wrong + `}`, 40125},
		{secretClearPath, "", `{"appid":"` + b.dev.Appid + `"}`, 41004},
		{secretClearPath, "", `{"appid":"` + b.dev.Appid + `","appsecret":"` + secret + `"}`, 40125},
		{secretClearPath, "?appid=" + id, ``, 41004},
		{secretClearPath, "?appsecret=" + secret, ``, 41002},
		{secretClearPath, "?appid=" + id + "&appsecret=00", ``, 40125},
		{secretClearPath, "?appid=wx1&appsecret=00", `{"appid":"` + id + `","appsecret":"` + secret + `"}`, 0}, // the body comes first
		{secretClearPath, "?appid=" + id + "&appsecret=" + secret, ``, 0},
		{secretClearPath, "?appid=" + id + "&appsecret=" + secret, `{}`, 0},
	} {
		if code, _ := b.outcome(b.do("POST", tt.path+tt.query, tt.body)); code != tt.code {
			t.Errorf("%s%s %s: %d, want %d", tt.path, tt.query, tt.body, code, tt.code)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, path := range []string{callbackIPPath, domainIPPath} {
		answered(t, b.get(path), `{"ip_list":["127.0.0.1"]}`)
		answered(t, b.do("GET", path+"?access_token="+b.merchantToken(), ""), `{"ip_list":["127.0.0.1"]}`)
	}
}
