package adminapi_test

import (
	"strings"
	"testing"

	"draftbox/internal/platform"
)

func TestMerchantSettings(t *testing.T) {
	t.Parallel()
	const guideline = `{"owner_setting":{"contact_qq":"1","store_expire_timestamp":"30天","notice_method":"弹窗"},"setting_list":[{"privacy_key":"Camera","privacy_text":"扫码"}],"online":true}`
	run(t, []row{
		{name: "none", url: theMerchant, status: 200, has: []string{
			`"category_audits":[]`, `"private_infos":null`, `"plugins":null`, `"testers":[]`, `"privacy":null`,
		}},
		{name: "in the list", url: authorizers, status: 200, has: []string{`"private_infos":null`, `"testers":[]`}},
		{
			name: "made with settings", method: "POST", url: authorizers, status: 201,
			body: `{"appid":"wx00000000000000a2","testers":["xiaoming"],"private_infos":["getLocation"]}`, has: []string{`"testers":["xiaoming"]`, `"private_infos":["getLocation"]`},
		},
		{
			name: "changed", method: "PATCH", url: theMerchant, status: 200,
			body: `{"categories":[{"first":"工具","second":"效率"}],"category_audits":[{"first":"工具","second":"效率","status":"auditing"}],"private_infos":[],"plugins":[{"appid":"wx00000000000000aa","denied":true}],"testers":["xiaoming"],"privacy":` + guideline + `}`,
			has: []string{
				`"status":"auditing"`, `"private_infos":[]`, `"plugins":[{"appid":"wx00000000000000aa","denied":true}]`, `"contact_qq":"1"`, `"privacy_key":"Camera"`, `"online":true`,
			},
			then: func(b *bench) {
				var out struct {
					PrivateInfos *[]string                  `json:"private_infos"`
					Plugins      *[]platform.MerchantPlugin `json:"plugins"`
					Testers      []string                   `json:"testers"`
				}
				b.get("PATCH", theMerchant, `{"private_infos":null}`, &out)
				if out.PrivateInfos != nil || out.Plugins == nil || len(out.Testers) != 1 {
					b.t.Errorf("after the change of one the settings are %+v", out)
				}
			},
		},
		{name: "unknown interface", method: "PATCH", url: theMerchant, body: `{"private_infos":["wx.getLocation"]}`, status: 422, has: []string{"getFuzzyLocation"}},
		{name: "bad plugin", method: "PATCH", url: theMerchant, body: `{"plugins":[{"appid":"x"}]}`, status: 422, has: []string{"plugins"}},
		{name: "unknown member of a plugin", method: "PATCH", url: theMerchant, body: `{"plugins":[{"id":"x"}]}`, status: 422},
		{name: "a tester twice", method: "PATCH", url: theMerchant, body: `{"testers":["a","a"]}`, status: 422, has: []string{"each once"}},
		{name: "bad status", method: "PATCH", url: theMerchant, body: `{"category_audits":[{"first":"工具","second":"效率","status":"passed"}]}`, status: 422, has: []string{"auditing or rejected"}},
		{name: "bad guideline", method: "PATCH", url: theMerchant, body: `{"privacy":{"setting_list":[{"privacy_text":"x"}]}}`, status: 422, has: []string{"privacy_key is missing"}},
	})
}

// A change that breaks a rule changes neither the account nor its settings.
func TestMerchantSettingsChangeWithTheAccount(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, body := range []string{`{"nick_name":"新","testers":["a","a"]}`, `{"testers":["a"],"nick_name":"` + strings.Repeat("长", 31) + `"}`} {
		if w := b.do("PATCH", theMerchant, body); w.Code != 422 {
			t.Errorf("%s: %d", body, w.Code)
		}
	}
	if w := b.do("GET", theMerchant, ""); !strings.Contains(w.Body.String(), `"nick_name":"商户一"`) || !strings.Contains(w.Body.String(), `"testers":[]`) {
		t.Errorf("the merchant is %s", w.Body)
	}
}

func TestDecisionsOnSettings(t *testing.T) {
	t.Parallel()
	applied := func(b *bench) {
		b.do("PATCH", theMerchant, `{"private_infos":[],"categories":[{"first":"工具","second":"效率"}]}`)
		_, err := b.service.ApplyPrivacyInterface(b.t.Context(), compAppid, merchant, "wx.getLocation", platform.PrivacyApplication{Content: "展示附近门店"})
		b.must(err)
	}
	run(t, []row{
		{name: "no applications", url: theMerchant + "/privacy_interfaces", status: 200, has: []string{`"items":[]`, `"next":""`}},
		{name: "applications of nobody", url: authorizers + "/wx00000000000000ff/privacy_interfaces", status: 404},
		{name: "one application", url: theMerchant + "/privacy_interfaces", arrange: applied, status: 200, has: []string{`"api_name":"wx.getLocation"`, `"status":3`, `"url_list":[]`}},
		{
			name: "passed", method: "POST", url: theMerchant + "/privacy_interfaces/wx.getLocation/decide", body: `{"pass":true}`, arrange: applied, status: 200, has: []string{`"status":5`},
			then: func(b *bench) {
				if w := b.do("POST", theMerchant+"/privacy_interfaces/getLocation/decide", `{"pass":false}`); w.Code != 409 {
					b.t.Errorf("a second decision is answered with %d", w.Code)
				}
			},
		},
		{name: "refused", method: "POST", url: theMerchant + "/privacy_interfaces/getLocation/decide", body: `{"pass":false,"reason":"无场景"}`, arrange: applied, status: 200, has: []string{`"status":4`, `"reason":"无场景"`}},
		{name: "undecided", method: "POST", url: theMerchant + "/privacy_interfaces/getLocation/decide", body: `{}`, arrange: applied, status: 422, has: []string{"pass is missing"}},
		{
			name: "category refused", method: "POST", url: theMerchant + "/categories/decide", body: `{"first":"工具","second":"效率","pass":false,"reason":"资质不符"}`, arrange: applied, status: 200,
			has: []string{`"category_audits":[{"first":"工具","second":"效率","status":"rejected","reason":"资质不符"}]`},
		},
		{name: "category that is not there", method: "POST", url: theMerchant + "/categories/decide", body: `{"first":"工具","second":"天气","pass":true}`, arrange: applied, status: 404},
		{name: "category without a decision", method: "POST", url: theMerchant + "/categories/decide", body: `{"first":"工具","second":"效率"}`, arrange: applied, status: 422},
	})
}
