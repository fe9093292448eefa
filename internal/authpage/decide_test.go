package authpage_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"draftbox/internal/authpage"
	"draftbox/internal/platform"
)

// filled is the form of a merchant who ticks two sets, but for what more changes.
func filled(more ...string) url.Values {
	q := link(append([]string{"authorizer_appid", merchant1, "ticked", "1", "decision", "confirm"}, more...)...)
	if !q.Has("func_id") {
		q["func_id"] = []string{"18", "17", "18"}
	}
	return q
}

func TestConfirm(t *testing.T) {
	t.Parallel()
	const code = "auth_code=AUTHCODE&expires_in=3600"
	for name, tt := range map[string]struct {
		form url.Values
		to   string
		want authpage.Confirm
	}{
		"a merchant": {
			filled("q", "商户"), callback + "&" + code,
			authpage.Confirm{Ask: authpage.Ask{RedirectURI: callback, AuthType: 2}, AuthorizerAppid: merchant1, FuncIDs: []int{17, 18}},
		},
		"a new one": {
			filled("authorizer_appid", "new", "nick_name", " 新店 ", "redirect_uri", "http://127.0.0.1:9000/cb"), "http://127.0.0.1:9000/cb?" + code,
			authpage.Confirm{Ask: authpage.Ask{RedirectURI: "http://127.0.0.1:9000/cb", AuthType: 2}, NickName: "新店", FuncIDs: []int{17, 18}},
		},
		"a new one without the radio button": {
			filled("authorizer_appid", "", "nick_name", "新店", "decision", ""), callback + "&" + code,
			authpage.Confirm{Ask: authpage.Ask{RedirectURI: callback, AuthType: 2}, NickName: "新店", FuncIDs: []int{17, 18}},
		},
		"a merchant, and a name typed before": {
			filled("nick_name", "新店", "auth_type", ""), callback + "&" + code,
			authpage.Confirm{Ask: authpage.Ask{RedirectURI: callback}, AuthorizerAppid: merchant1, FuncIDs: []int{17, 18}},
		},
		"the only one": {
			filled("authorizer_appid", "", "biz_appid", merchant2), callback + "&" + code,
			authpage.Confirm{Ask: authpage.Ask{RedirectURI: callback, AuthType: 2, BizAppid: merchant2}, AuthorizerAppid: merchant2, FuncIDs: []int{17, 18}},
		},
		"the sets of the link": {
			filled("category_id_list", "30|18|30", "func_id", "17"), callback + "&" + code,
			authpage.Confirm{
				Ask: authpage.Ask{RedirectURI: callback, AuthType: 2, CategoryIDs: []int{18, 30}}, AuthorizerAppid: merchant1, FuncIDs: []int{18, 30},
			},
		},
		"back to an empty query": {
			filled("redirect_uri", "https://a.example/?#top of page"), "https://a.example/?" + code + "#top%20of%20page",
			authpage.Confirm{Ask: authpage.Ask{RedirectURI: "https://a.example/?#top of page", AuthType: 2}, AuthorizerAppid: merchant1, FuncIDs: []int{17, 18}},
		},
		"back to a path of its own": {
			filled("redirect_uri", "https://a.example/%E5%BA%97/店?x=a%26b&y=@&"), "https://a.example/%E5%BA%97/%e5%ba%97?x=a%26b&y=@&" + code,
			authpage.Confirm{Ask: authpage.Ask{RedirectURI: "https://a.example/%E5%BA%97/店?x=a%26b&y=@&", AuthType: 2}, AuthorizerAppid: merchant1, FuncIDs: []int{17, 18}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			w := b.post(tt.form, "Sec-Fetch-Site", "same-origin")
			if got, want := w.Header().Get("Location"), strings.Replace(tt.to, "AUTHCODE", authCode, 1); w.Code != http.StatusSeeOther || got != want {
				t.Errorf("HTTP %d to %s, want 303 to %s", w.Code, got, want)
			}
			tt.want.ComponentAppid, tt.want.PreAuthCode = component, preAuthCode
			if _, confirms := b.seen(); len(confirms) != 1 {
				t.Errorf("confirmed %d times", len(confirms))
			} else if diff := cmp.Diff(tt.want, confirms[0]); diff != "" {
				t.Errorf("confirmed (-want +got)\n%s", diff)
			}
		})
	}
}

// A program may post to the link itself and add what it chooses.
func TestConfirmAtTheLink(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w := b.do(http.MethodPost, "/safe/bindcomponent?"+link("func_id", "30").Encode(), "authorizer_appid="+merchant2+"&func_id=18")
	if w.Code != http.StatusSeeOther {
		t.Fatalf("HTTP %d\n%s", w.Code, shown(w))
	}
	_, confirms := b.seen()
	if got := confirms[0]; got.AuthorizerAppid != merchant2 || len(got.FuncIDs) != 1 || got.FuncIDs[0] != 18 {
		t.Errorf("confirmed %+v", got)
	}
}

func TestIncompleteForms(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		form   []string
		notice string
	}{
		"nothing chosen":    {[]string{"authorizer_appid", ""}, "还没有选择小程序"},
		"a new one unnamed": {[]string{"authorizer_appid", "new", "nick_name", "  "}, "请填写新小程序的名称"},
		"a name too long":   {[]string{"authorizer_appid", "new", "nick_name", strings.Repeat("店", 31)}, "请填写新小程序的名称"},
		"a name of bytes":   {[]string{"authorizer_appid", "new", "nick_name", "\xff"}, "请填写新小程序的名称"},
		"nothing ticked":    {[]string{"func_id", ""}, "还没有勾选权限集"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			form := filled(tt.form...)
			if tt.form[0] == "func_id" {
				form.Del("func_id")
			}
			w := b.post(form)
			if w.Code != http.StatusOK {
				t.Errorf("HTTP %d", w.Code)
			}
			b.has(w, `role="alert"`, tt.notice, `<form method="post"`)
			b.nothingGranted()
			if e := b.last(); e.ErrCode != -1 || !e.Refused || !strings.HasPrefix(e.Reason, "asked once more: ") {
				t.Errorf("the journal has %+v", e)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w := b.post(filled("decision", "cancel", "lang", "en"))
	if w.Code != http.StatusOK || w.Header().Get("Location") != "" {
		t.Errorf("HTTP %d to %q", w.Code, w.Header().Get("Location"))
	}
	b.has(w, "Authorization canceled", "已取消授权", `<main class="told good">`, "Back to the authorization page", "pre_auth_code=preauthcode%40%40%40")
	asks, _ := b.seen()
	if len(asks) != 0 {
		t.Errorf("the service was asked %+v", asks)
	}
	b.nothingGranted()
}

func TestFormsOfOtherSites(t *testing.T) {
	t.Parallel()
	for name, headers := range map[string][]string{
		"as browsers say it": {"Sec-Fetch-Site", "cross-site"},
		"of the same site":   {"Sec-Fetch-Site", "same-site"},
		"by its origin":      {"Origin", "https://evil.example"},
		"without an origin":  {"Origin", "null"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			w := b.post(filled(), headers...)
			if w.Code != http.StatusForbidden {
				t.Errorf("HTTP %d", w.Code)
			}
			b.has(w, "请求来自其他网站")
			b.nothingGranted()
		})
	}
	b := newBench(t)
	if w := b.post(filled(), "Origin", "http://example.com"); w.Code != http.StatusSeeOther {
		t.Errorf("from its own origin: HTTP %d", w.Code)
	}
}

func TestRefusedConfirmation(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		deny   error
		status int
		text   string
		back   bool
	}{
		"used meanwhile": {&authpage.Refusal{Reason: authpage.ReasonPreAuthCodeUsed}, 200, "预授权码已被使用", false},
		"frozen":         {&authpage.Refusal{Reason: authpage.ReasonFrozen, Detail: merchant1 + " is frozen"}, 200, "小程序已被冻结", true},
		"merchant":       {&authpage.Refusal{Reason: authpage.ReasonMerchant}, 200, "不能使用这个小程序", true},
		"sets":           {&authpage.Refusal{Reason: authpage.ReasonFuncIDs}, 200, "权限集不可用", true},
		"store gone":     {platform.ErrUnavailable, 503, "系统繁忙", false},
		"a bug":          {errors.New("broken"), 503, "系统繁忙", false},
		"unknown reason": {&authpage.Refusal{Reason: "nonsense"}, 503, "系统繁忙", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.deny = tt.deny
			w := b.post(filled())
			if w.Code != tt.status || w.Header().Get("Location") != "" {
				t.Errorf("HTTP %d to %q, want %d", w.Code, w.Header().Get("Location"), tt.status)
			}
			b.has(w, tt.text)
			if strings.Contains(w.Body.String(), "返回授权页") != tt.back {
				t.Errorf("a way back is offered: %v\n%s", !tt.back, shown(w))
			}
			e := b.last()
			if e.ErrCode != -1 || e.Refused != (tt.status == 200) || e.HTTPStatus != tt.status || e.Reason != tt.deny.Error() || e.Component != component {
				t.Errorf("the journal has %+v", e)
			}
			b.has(w, e.RID.String())
		})
	}
}

func TestOnlyTheOneOfBizAppid(t *testing.T) {
	t.Parallel()
	for _, chosen := range []string{merchant1, "new"} {
		b := newBench(t)
		b.has(b.post(filled("biz_appid", merchant2, "authorizer_appid", chosen, "nick_name", "x")), "不能使用这个小程序", "biz_appid allows "+merchant2+" only")
		b.nothingGranted()
	}
}

func TestJournal(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.get(link(), "Referer", "https://platform.example.com/")
	e := b.last()
	if e.Method != http.MethodGet || e.Path != pc || e.HTTPStatus != 200 || e.ErrCode != 0 || e.Component != component || e.ClientIP != "127.0.0.1" ||
		!e.Time.Equal(at) || e.Reason != "showed the page: 2 merchants, 4 permission sets" {
		t.Errorf("the journal has %+v", e)
	}
	b.post(filled())
	e = b.last()
	if e.Method != http.MethodPost || e.HTTPStatus != 303 || e.ErrCode != 0 || e.Reason != merchant1+" authorized "+component ||
		!strings.HasPrefix(string(e.ResponseBody), "Location: "+callback+"&auth_code=") {
		t.Errorf("the journal has %+v, answer %s", e, e.ResponseBody)
	}
	for _, secret := range []string{preAuthCode, url.QueryEscape(preAuthCode), authCode} {
		for _, text := range []string{e.Query, string(e.RequestBody), string(e.ResponseBody), e.Reason} {
			if strings.Contains(text, secret) {
				t.Errorf("a code is whole in %s", text)
			}
		}
	}
}
