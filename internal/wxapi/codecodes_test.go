package wxapi_test

import (
	"fmt"
	"strings"
	"time"

	"draftbox/internal/platform"
)

// codeOperations are the calls about code, each in a state in which it succeeds.
var codeOperations = []operation{
	{method: "POST", path: commitPath, body: body(commitBody(0, "{}", "1.0.0")), prepare: asShop, causes: shopCauses(map[int]func(*bench, operation) reply{
		40097: withBody(commitBody(0, "{}", strings.Repeat("版", 65))),
		80066: withPlugin(platform.MerchantPlugin{Appid: pluginAppid, Versions: []string{"1.0.0"}}),
		80067: withPlugin(platform.MerchantPlugin{Appid: "wx00000000000000f2"}),
		80082: withPlugin(platform.MerchantPlugin{Appid: pluginAppid, Denied: true}),
		85013: withExt(`{"window":1}`), 85014: withBody(commitBody(99, "{}", "1.0.0")), 85043: restricted(platform.RestrictionBrokenTemplate),
		85045: withExt(`{"pages":["none"]}`), 85046: withExt(`{"tabBar":{"list":[{"text":"x"}]}}`), 85047: withExt(`{"pages":[]}`), 85048: withExt(`x`),
		85311: withExt(`{"requiredPrivateInfos":["getFuzzyLocation","getLocation"]}`),
		85312: func(b *bench, o operation) reply {
			b.declare(platform.MerchantDeclaration{PrivateInfos: []string{}})
			return withExt(declaresLocation)(b, o)
		},
		9402202: whileBusy,
		9402203: func(b *bench, o operation) reply {
			_, err := b.service.AddToTemplate(b.t.Context(), b.comp.Appid, 0, platform.TemplateStandard)
			b.must(err)
			return o.call(b, b.token, commitBody(1, `{"pages":["pages/index/index"]}`, "1.0.0"))
		},
	}), texts: map[string]func(*bench, operation) reply{
		"{name} is wrong API name": withExt(`{"requiredPrivateInfos":["sing"]}`),
		"is wrong API name":        withExt(`{"requiredPrivateInfos":"getLocation"}`),
	}},
	{method: "GET", path: pagePath, prepare: asCommitted, causes: shopCauses(map[int]func(*bench, operation) reply{86001: byAnother})},
	{method: "GET", path: qrcodePath, prepare: asCommitted, causes: shopCauses(map[int]func(*bench, operation) reply{
		40097: func(b *bench, _ operation) reply { return b.getAs(qrcodePath, "path="+strings.Repeat("p", 3000)) }, 86001: byAnother,
	})},
	{method: "GET", path: privacyInfoPath, prepare: asCommitted, causes: shopCauses(map[int]func(*bench, operation) reply{61039: whileChecking, 86001: byAnother})},

	{method: "POST", path: submitPath, body: body("{}"), prepare: asCommitted, causes: shopCauses(submitCauses), texts: privacyTexts},
	{method: "POST", path: mediaPath, prepare: asShop, headers: []string{"Content-Type", multipartHeader}, body: mediaForm(png), causes: shopCauses(map[int]func(*bench, operation) reply{
		40005: withMedia("text"), 40006: withMedia(png + strings.Repeat("x", 2<<20)), 41005: func(b *bench, o operation) reply { return o.call(b, b.token, b.form("file", "a.png", png)) },
	})},
	{method: "POST", path: auditStatusPath, body: ofOrder, prepare: asSubmitted, causes: shopCauses(map[int]func(*bench, operation) reply{85012: withBody(`{"auditid":1}`)})},
	{method: "GET", path: latestStatusPath, prepare: asSubmitted, causes: shopCauses(map[int]func(*bench, operation) reply{85058: byAnother})},
	{method: "GET", path: undoPath, prepare: asSubmitted, causes: shopCauses(map[int]func(*bench, operation) reply{87012: byAnother, 9402202: whileBusy, 87013: func(b *bench, o operation) reply {
		for range platform.UndosADay {
			b.ok(o.call(b, b.token, ""), nil)
			b.submit()
		}
		return o.call(b, b.token, "")
	}})},
	{method: "GET", path: auditQuotaPath, prepare: asShop, causes: shopCauses(map[int]func(*bench, operation) reply{61014: func(b *bench, o operation) reply {
		return o.call(b, b.adminToken(b.comp.Appid), "")
	}})},
	{method: "POST", path: speedupPath, body: ofOrder, prepare: asSubmitted, causes: shopCauses(map[int]func(*bench, operation) reply{
		89401: restricted(platform.RestrictionUnstableSpeedup), 89402: withBody(`{"auditid":1}`), 89403: restricted(platform.RestrictionNoSpeedup), 89404: twice,
		89405: func(b *bench, o operation) reply {
			b.set(func(c *platform.Component) { c.Settings.Quotas.Speedups = 0 })
			return o.call(b, b.token, o.good(b))
		},
	})},

	{method: "POST", path: releasePath, body: body("{}"), prepare: asPassed, causes: shopCauses(map[int]func(*bench, operation) reply{
		85019: byAnother, 85052: twice, 9402202: whileBusy,
		85020: func(b *bench, o operation) reply {
			b.submit()
			return o.call(b, b.token, "{}")
		},
	})},
	{method: "GET", path: revertPath, prepare: asReleasedTwice, causes: shopCauses(map[int]func(*bench, operation) reply{
		40097: func(b *bench, _ operation) reply { return b.getAs(revertPath, "app_version=99") },
		87011: func(b *bench, o operation) reply {
			asGray(b)
			return o.call(b, b.token, "")
		},
		87012: byAnother, 9402202: whileBusy,
	})},
	{method: "POST", path: grayPath, body: body(`{"gray_percentage":1}`), prepare: asPassedAgain, causes: shopCauses(map[int]func(*bench, operation) reply{
		40097: withBody("{}"), 85079: byAnother, 85081: withBody(`{"gray_percentage":101}`), 85082: twice, 86002: nameless, 9402202: whileBusy,
		85080: func(b *bench, o operation) reply {
			b.ok(b.asMerchant(releasePath, "{}"), nil)
			return o.call(b, b.token, o.good(b))
		},
	})},
	{method: "GET", path: grayPlanPath, prepare: asShop, causes: shopCauses(nil)},
	{method: "GET", path: revertGrayPath, prepare: asGray, causes: shopCauses(map[int]func(*bench, operation) reply{85020: byAnother, 9402202: whileBusy})},
	{method: "POST", path: changeVisitPath, body: body(`{"action":"close"}`), prepare: asReleasedTwice, causes: shopCauses(map[int]func(*bench, operation) reply{
		85021: byAnother, 85022: withBody(`{"action":"x"}`), 9402202: whileBusy,
	})},
	{method: "POST", path: visitPath, body: body("{}"), prepare: asShop, causes: shopCauses(nil)},
	{method: "POST", path: versionInfoPath, body: body("{}"), prepare: asShop, causes: shopCauses(nil)},
	{method: "POST", path: supportPath, body: body("{}"), prepare: asShop, causes: shopCauses(nil)},
	{method: "POST", path: setSupportPath, body: body(`{"version":"1.0.0"}`), prepare: asShop, causes: shopCauses(map[int]func(*bench, operation) reply{
		89014: withBody(`{"version":"0.0.1"}`), 9402202: whileBusy,
	})},
}

var submitCauses = map[int]func(*bench, operation) reply{
	61039: whileChecking,
	85006: withItem(`"tag":"` + strings.Repeat("一 ", 11) + `"`), 85007: withItem(`"address":"none"`), 85008: withItem(`"first_class":"无","second_class":"无"`),
	85009: twice, 85010: withBody(`{"item_list":[{}]}`), 85011: withItem(`"title":"` + strings.Repeat("题", 33) + `"`), 85023: withBody(`{"item_list":[]}`),
	85051: withBody(`{"version_desc":"` + strings.Repeat("述", 201) + `"}`),
	85077: func(b *bench, o operation) reply {
		b.restrict(platform.RestrictionRetiredCategory)
		return withItem(`"title":"首页"`)(b, o)
	},
	85085: func(b *bench, o operation) reply {
		b.set(func(c *platform.Component) { c.Settings.Quotas.Enforce, c.Settings.Quotas.Submits = true, 0 })
		return o.call(b, b.token, "{}")
	},
	85086: byAnother,
	85087: func(b *bench, o operation) reply {
		b.set(func(c *platform.Component) { c.Settings.Switches.JumpList = "check" })
		b.ok(b.asMerchant(commitPath, commitBody(b.withCode(`wx.navigateToMiniProgram({})`), "{}", "1.0.0")), nil)
		return o.call(b, b.token, "{}")
	},
	85092: func(b *bench, o operation) reply {
		id := b.media(png)
		b.advance(3 * 24 * time.Hour)
		b.token = b.merchantToken()
		return o.call(b, b.token, `{"preview_info":{"video_id_list":[],"pic_id_list":["`+id+`"]}}`)
	},
	85093: withBody(`{"preview_info":{"video_id_list":["a","b"],"pic_id_list":[]}}`),
	85094: func(b *bench, o operation) reply {
		b.changeShop(func(a *platform.Authorizer) {
			a.Categories = []platform.AuthorizerCategory{{First: "社交", Second: "笔记"}}
		})
		return o.call(b, b.token, `{"item_list":[`+notesItem+`]}`)
	},
	86002: nameless, 86007: restricted(platform.RestrictionForbidden), 86009: restricted(platform.RestrictionPunishedNew),
	86010: func(b *bench, o operation) reply {
		b.online()
		return restricted(platform.RestrictionPunishedUpdate)(b, o)
	},
	87006: restricted(platform.RestrictionMinigame), 9400001: restricted(platform.RestrictionLiveStreaming), 9402202: whileBusy,
}

// privacyTexts are the two sentences of 61040.
var privacyTexts = map[string]func(*bench, operation) reply{
	"ext.json配置的隐私接口{api}无权限，请申请权限后再提交审核。": func(b *bench, o operation) reply {
		b.ok(b.asMerchant(commitPath, commitBody(0, declaresLocation, "1.0.0")), nil)
		b.declare(platform.MerchantDeclaration{PrivateInfos: []string{}})
		return o.call(b, b.token, `{"privacy_api_not_use":true}`) // it says nothing of what is declared
	},
	"代码中含有ext.json未配置隐私接口{api}(暂无权限)，请配置并申请权限或者承诺不使用这些接口（设置参数privacy_api_not_use为true）后再提交审核。": func(b *bench, o operation) reply {
		b.declare(platform.MerchantDeclaration{PrivateInfos: []string{}})
		b.ok(b.asMerchant(commitPath, commitBody(b.withCode(`wx.getLocation({})`), "{}", "1.0.0")), nil)
		return o.call(b, b.token, "{}")
	},
}

func asCommitted(b *bench) {
	asShop(b)
	b.commit("1.0.0")
}

func asSubmitted(b *bench) {
	asCommitted(b)
	b.submit()
}

func asPassed(b *bench) {
	asSubmitted(b)
	b.review(platform.DecidePass)
}

func asPassedAgain(b *bench) {
	b.online()
	asPassed(b)
}

func asReleasedTwice(b *bench) {
	asPassedAgain(b)
	b.ok(b.asMerchant(releasePath, "{}"), nil)
}

func asGray(b *bench) {
	asPassedAgain(b)
	b.ok(b.asMerchant(grayPath, `{"gray_percentage":1}`), nil)
}

func withBody(body string) func(*bench, operation) reply {
	return func(b *bench, o operation) reply { return o.call(b, b.token, body) }
}

func withExt(ext string) func(*bench, operation) reply { return withBody(commitBody(0, ext, "1.0.0")) }

// withItem submits one item with the members given; its category is the merchant's own.
func withItem(members string) func(*bench, operation) reply {
	if !strings.Contains(members, "first_class") {
		members += `,"first_class":"工具","second_class":"信息查询"`
	}
	return withBody(`{"item_list":[{` + members + `}]}`)
}

func withPlugin(p platform.MerchantPlugin) func(*bench, operation) reply {
	return func(b *bench, o operation) reply {
		b.declare(platform.MerchantDeclaration{Plugins: []platform.MerchantPlugin{p}})
		return withExt(pluginOfIt)(b, o)
	}
}

func restricted(name string) func(*bench, operation) reply {
	return func(b *bench, o operation) reply {
		body := o.good(b)
		b.restrict(name)
		return o.call(b, b.token, body)
	}
}

func nameless(b *bench, o operation) reply {
	b.changeShop(func(a *platform.Authorizer) { a.NickName = "" })
	return o.call(b, b.token, o.good(b))
}

// byAnother calls as a merchant of which nothing is known.
func byAnother(b *bench, o operation) reply {
	b.anew()
	return o.call(b, b.token, o.good(b))
}

// whileBusy calls while a commit is at work.
func whileBusy(b *bench, o operation) reply {
	body := o.good(b)
	b.set(func(c *platform.Component) { c.Settings.Switches.CommitTime = platform.Duration(time.Minute) })
	b.commit("2.0.0")
	return o.call(b, b.token, body)
}

func ofOrder(b *bench) string { return fmt.Sprintf(`{"auditid":%d}`, b.order().ID) }

func mediaForm(content string) func(*bench) string {
	return func(b *bench) string { return b.form("media", "a.bin", content) }
}

func withMedia(content string) func(*bench, operation) reply {
	return func(b *bench, o operation) reply { return o.call(b, b.token, mediaForm(content)(b)) }
}

// media uploads a file for reviewers and returns its mediaid.
func (b *bench) media(content string) string {
	b.t.Helper()
	var out struct {
		MediaID string `json:"mediaid"`
	}
	b.ok(b.do("POST", mediaPath+"?access_token="+b.merchantToken(), b.form("media", "a.bin", content), "Content-Type", multipartHeader), &out)
	return out.MediaID
}
