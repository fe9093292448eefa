package wxapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"strings"
	"time"

	"draftbox/internal/platform"
)

const (
	auditCategoryPath   = "/wxa/get_category"
	allCategoriesPath   = "/cgi-bin/wxopen/getallcategories"
	setCategoriesPath   = "/cgi-bin/wxopen/getcategory"
	modifyDomainPath    = "/wxa/modify_domain"
	directDomainPath    = "/wxa/modify_domain_directly"
	effectiveDomainPath = "/wxa/get_effective_domain"
	webviewPath         = "/wxa/setwebviewdomain"
	directWebviewPath   = "/wxa/setwebviewdomain_directly"
	effectiveWebview    = "/wxa/get_effective_webviewdomain"
	merchantFilePath    = "/wxa/get_webviewdomain_confirmfile"
	bindPath            = "/wxa/bind_tester"
	unbindPath          = "/wxa/unbind_tester"
	testersPath         = "/wxa/memberauth"
	getPrivacyPath      = "/cgi-bin/component/getprivacysetting"
	setPrivacyPath      = "/cgi-bin/component/setprivacysetting"
	privacyFilePath     = "/cgi-bin/component/uploadprivacyextfile"
	interfacesPath      = "/wxa/security/get_privacy_interface"
	applyPath           = "/wxa/security/apply_privacy_interface"
)

const (
	domainBody  = `{"action":"add","requestdomain":["https://a.example.com"]}`
	webviewBody = `{"action":"add","webviewdomain":["https://a.example.com"]}`
	ownerBody   = `"owner_setting":{"contact_email":"a@example.com","notice_method":"弹窗"}`
	privacyBody = `{` + ownerBody + `,"setting_list":[{"privacy_key":"UserInfo","privacy_text":"展示头像"}]}`
	applyBody   = `{"api_name":"wx.getLocation","content":"展示附近门店"}`
	boundary    = "----draftbox"
)

var merchantOperations = []operation{
	{method: "GET", path: auditCategoryPath, prepare: asShop, causes: shopCauses(nil)},
	{method: "GET", path: allCategoriesPath, prepare: asShop, causes: shopCauses(nil)},
	{method: "GET", path: setCategoriesPath, prepare: asShop, causes: shopCauses(nil)},
	{method: "POST", path: modifyDomainPath, body: body(domainBody), prepare: asShopWithDomains, causes: shopCauses(map[int]func(*bench, operation) reply{
		40097: with(`"add"`, `"put"`), 85015: asOfficialAccount, 85016: tooManyServerDomains, 86102: tooManyChanges,
		85017: with("a.example.com", "unknown.example.com"), 85301: with("https:", "http:"), 85302: withoutICP, 85018: withoutOwnDomains,
		85303: func(b *bench, o operation) reply {
			b.set(func(c *platform.Component) { c.Settings.Switches.NoICPDomains = []string{"a.example.com"} })
			return o.call(b, b.token, `{"action":"add","requestdomain":["https://a.example.com","https://127.0.0.1"]}`)
		},
	})},
	{method: "POST", path: directDomainPath, body: body(domainBody), prepare: asShop, causes: shopCauses(map[int]func(*bench, operation) reply{
		40097: with(`"requestdomain"`, `"domain"`), 85015: asOfficialAccount, 85016: tooManyServerDomains, 86102: tooManyChanges,
		45082: withoutICP, 86100: with("https:", "wss:"), 86101: with("a.example.com", "api.weixin.qq.com"),
	})},
	{method: "POST", path: effectiveDomainPath, body: body(`{}`), prepare: asShop, causes: shopCauses(nil)},
	{method: "POST", path: webviewPath, body: body(webviewBody), prepare: asShopWithDomains, causes: shopCauses(map[int]func(*bench, operation) reply{
		40097: with(`"add"`, `"put"`), 89019: twice, 89020: withoutOwnDomains, 89021: with("a.example.com", "unknown.example.com"),
		89029: tooManyWebviews, 89231: asPerson,
	})},
	{method: "POST", path: directWebviewPath, body: body(webviewBody), prepare: asShop, causes: shopCauses(map[int]func(*bench, operation) reply{
		40097: with(`"action":"add",`, ``), 45082: withoutICP, 86100: with("https:", "http:"), 86101: with("a.example.com", "api.weixin.qq.com"),
		89029: tooManyWebviews, 89231: asPerson,
	})},
	{method: "POST", path: effectiveWebview, body: body(`{}`), prepare: asShop, causes: shopCauses(nil)},
	{method: "POST", path: merchantFilePath, body: body(`{}`), prepare: asShop, causes: shopCauses(nil)},
	{method: "POST", path: bindPath, body: body(`{"wechatid":"xiaoming"}`), prepare: asShop, causes: shopCauses(map[int]func(*bench, operation) reply{
		85001: refusedTester(85001), 85003: refusedTester(85003), 85004: twice,
		85002: func(b *bench, o operation) reply {
			for i := range platform.MaxTesters {
				b.ok(o.call(b, b.token, fmt.Sprintf(`{"wechatid":"t%d"}`, i)), nil)
			}
			return o.call(b, b.token, o.good(b))
		},
	})},
	{method: "POST", path: unbindPath, body: body(`{"wechatid":"xiaoming"}`), prepare: asShopWithTester, causes: shopCauses(map[int]func(*bench, operation) reply{
		40097: with(`"wechatid":"xiaoming"`, ``), 85001: with("xiaoming", "xiaohong"), 89034: with(`"wechatid":"xiaoming"`, `"userstr":"x"`),
	})},
	{method: "POST", path: testersPath, body: body(`{"action":"get_experiencer"}`), prepare: asShop, causes: shopCauses(map[int]func(*bench, operation) reply{
		40097: with("get_experiencer", "get"),
	})},
	{method: "POST", path: getPrivacyPath, body: body(`{}`), prepare: asShop, causes: shopCauses(map[int]func(*bench, operation) reply{
		61039: whileChecking, 86071: with(`{}`, `{"privacy_ver":3}`),
	})},
	{method: "POST", path: setPrivacyPath, body: body(privacyBody), prepare: asShop, causes: shopCauses(map[int]func(*bench, operation) reply{
		40097: with(`"setting_list"`, `"settings"`), 61039: whileChecking, 86069: with(`"contact_email":"a@example.com",`, ``),
		86070: with(`,"notice_method":"弹窗"`, ``), 86071: with(`{"owner`, `{"privacy_ver":0,"owner`), 86072: with(`"弹窗"`, `"弹窗","store_expire_timestamp":"30"`),
		86073: with(`"弹窗"`, `"弹窗","ext_file_media_id":"2113706500236918784"`),
		86074: func(b *bench, o operation) reply { return o.call(b, b.token, `{"privacy_ver":1,`+ownerBody+`}`) },
		86075: func(b *bench, o operation) reply {
			b.declare(platform.MerchantDeclaration{Privacy: &platform.PrivacyDeclaration{Online: true}})
			return o.call(b, b.token, strings.Replace(`{"privacy_ver":1,`+ownerBody+`}`, `"弹窗"`, `"弹窗","ext_file_media_id":"1"`, 1))
		},
	})},
	{
		method: "POST", path: privacyFilePath, headers: []string{"Content-Type", "multipart/form-data; boundary=" + boundary}, prepare: asShop,
		body: func(b *bench) string { return b.form("file", "privacy.txt", "隐私保护指引") },
		causes: shopCauses(map[int]func(*bench, operation) reply{
			40005: with("隐私", "\xff"), 40006: with("隐私", strings.Repeat("x", 1<<20)), 40126: with("隐私", strings.Repeat("x", platform.MaxPrivacyFile)),
			41005: func(b *bench, o operation) reply { return o.call(b, b.token, `{}`) },
		}),
	},
	{method: "GET", path: interfacesPath, prepare: asShop, causes: shopCauses(nil)},
	{method: "POST", path: applyPath, body: body(applyBody), prepare: asShopWithoutRights, causes: shopCauses(map[int]func(*bench, operation) reply{
		61031: twice, 61032: with(`"content"`, `"video_list":["https://example.com/a.avi"],"content"`), 61033: with(`"content"`, `"pic_list":["a.png"],"content"`),
		61034: with(`"content"`, `"text"`), 61035: with("wx.getLocation", "wx.getlocation"), 61037: with("展示", "\xff"),
		61036: func(b *bench, o operation) reply {
			b.changeShop(func(a *platform.Authorizer) { a.Restrictions = []string{platform.RestrictionPrivateInfos} })
			return o.call(b, b.token, o.good(b))
		},
		61038: func(b *bench, o operation) reply {
			b.must(b.service.FreezeClock(context.Background())) // all within one minute
			for range platform.ApplicationsAMinute {
				o.call(b, b.token, `{}`)
			}
			return o.call(b, b.token, o.good(b))
		},
	})},
}

// shopCauses are those that a call has for itself, and the permission sets that all of
// them need.
func shopCauses(own map[int]func(*bench, operation) reply) map[int]func(*bench, operation) reply {
	out := map[int]func(*bench, operation) reply{61007: func(b *bench, o operation) reply {
		b.changeShop(func(a *platform.Authorizer) { a.FuncIDs = []int{1} })
		return o.call(b, b.token, o.good(b))
	}}
	maps.Copy(out, own)
	return out
}

// asShop calls as the bench's merchant.
func asShop(b *bench) { b.token = b.merchantToken() }

// asShopWithDomains gives the component domains of both kinds, too.
func asShopWithDomains(b *bench) {
	for kind, domains := range map[platform.DomainKind]string{platform.DomainServer: "a.example.com;b.example.com:8443", platform.DomainJump: "a.example.com"} {
		b.ownDomains(kind, domains)
	}
	asShop(b)
}

func (b *bench) ownDomains(kind platform.DomainKind, domains string) {
	b.t.Helper()
	_, err := b.service.ChangeThirdpartyDomains(context.Background(), platform.DomainChange{ComponentAppid: b.comp.Appid, Kind: kind, Action: "set", Domains: &domains})
	b.must(err)
}

func asShopWithTester(b *bench) {
	asShop(b)
	b.declare(platform.MerchantDeclaration{Testers: []string{"xiaoming"}})
}

// asShopWithoutRights holds no location interface.
func asShopWithoutRights(b *bench) {
	asShop(b)
	b.declare(platform.MerchantDeclaration{PrivateInfos: []string{}})
}

// declare sets what the management side can of the merchant.
func (b *bench) declare(d platform.MerchantDeclaration) {
	b.t.Helper()
	_, err := b.service.ChangeMerchant(context.Background(), b.comp.Appid, b.merchant().Appid, func(r platform.Reader, _ *platform.Authorizer, m *platform.MerchantSettings) error {
		d.Apply(m, r)
		return nil
	})
	b.must(err)
}

func twice(b *bench, o operation) reply {
	b.ok(o.call(b, b.token, o.good(b)), nil)
	return o.call(b, b.token, o.good(b))
}

func asOfficialAccount(b *bench, o operation) reply {
	b.changeShop(func(a *platform.Authorizer) { a.Profile.Account = platform.AccountOfficialAccount })
	return o.call(b, b.token, o.good(b))
}

func asPerson(b *bench, o operation) reply {
	b.changeShop(func(a *platform.Authorizer) { a.Profile.PrincipalName = "个人" })
	return o.call(b, b.token, o.good(b))
}

func withoutICP(b *bench, o operation) reply {
	b.set(func(c *platform.Component) { c.Settings.Switches.NoICPDomains = []string{"example.com"} })
	return o.call(b, b.token, o.good(b))
}

func withoutOwnDomains(b *bench, o operation) reply {
	b.ownDomains(platform.DomainServer, "")
	b.ownDomains(platform.DomainJump, "")
	return o.call(b, b.token, o.good(b))
}

// hosts lists n hosts with https:// as a JSON array.
func hosts(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("https://h%d.a.example.com", i)
	}
	text, err := json.Marshal(list)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func tooManyServerDomains(b *bench, o operation) reply {
	b.ownDomains(platform.DomainServer, strings.NewReplacer(`"`, "", "[", "", "]", "", "https://", "", ",", ";").Replace(hosts(platform.MaxMerchantServerDomains+1)))
	b.ok(o.call(b, b.token, `{"action":"set","requestdomain":`+hosts(platform.MaxMerchantServerDomains)+`}`), nil)
	return o.call(b, b.token, `{"action":"set","requestdomain":`+hosts(platform.MaxMerchantServerDomains+1)+`}`)
}

func tooManyChanges(b *bench, o operation) reply {
	for i := range platform.DomainChangesAMonth {
		action := []string{"add", "delete"}[i%2]
		b.ok(o.call(b, b.token, strings.Replace(o.good(b), "add", action, 1)), nil)
	}
	return o.call(b, b.token, o.good(b))
}

func tooManyWebviews(b *bench, o operation) reply {
	b.ok(o.call(b, b.token, `{"action":"set","webviewdomain":`+hosts(platform.MaxMerchantJumpDomains)+`}`), nil)
	return o.call(b, b.token, o.good(b))
}

func refusedTester(code int) func(*bench, operation) reply {
	return func(b *bench, o operation) reply {
		b.set(func(c *platform.Component) { c.Settings.Switches.TesterRefuse = map[string]int{"xiaoming": code} })
		return o.call(b, b.token, o.good(b))
	}
}

// whileChecking calls while the privacy check of a commit runs.
func whileChecking(b *bench, o operation) reply {
	b.set(func(c *platform.Component) { c.Settings.Switches.PrivacyCheck = platform.Duration(time.Minute) })
	b.must(b.service.Commit(context.Background(), platform.Commit{ComponentAppid: b.comp.Appid, AuthorizerAppid: b.merchant().Appid, ExtJSON: "{}", UserVersion: "1.0.0"}))
	return o.call(b, b.token, o.good(b))
}

// form is a multipart form with one file.
func (b *bench) form(field, name, content string) string {
	b.t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	b.must(w.SetBoundary(boundary))
	part, err := w.CreateFormFile(field, name)
	b.must(err)
	_, err = part.Write([]byte(content))
	b.must(err)
	b.must(w.Close())
	return out.String()
}
