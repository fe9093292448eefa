package authpage_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"draftbox/internal/authpage"
)

func TestPageAsks(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, path := range []string{pc, "/wxaopen/safe/bindcomponent", "/safe/bindcomponent"} {
		w := b.do(http.MethodGet, path+"?"+link("action", "bindcomponent", "no_scan", "1").Encode(), "", "Referer", "https://platform.example.com/a?b=c")
		if w.Code != http.StatusOK {
			t.Errorf("%s: HTTP %d", path, w.Code)
		}
		b.has(w, `<html lang="zh-CN">`, "授权给 示例平台", component, "14:33:12 <small>UTC+8",
			"商户一", merchant1, "已授权 2 项", "Second &lt;shop&gt;", "新建一个小程序", `action="`+path+`"`,
			`value="17" checked=""`, "获取小程序码", "小程序开发与数据分析", "小程序基本信息管理", "权限集 86", `name="redirect_uri" value="`+callback+`"`)
		b.hasNot(w, `name="q"`, "<script", "src=")
	}
	asks, _ := b.seen()
	want := authpage.Ask{
		ComponentAppid: component, PreAuthCode: preAuthCode, RedirectURI: callback, AuthType: 2, Referer: "https://platform.example.com",
	}
	if diff := cmp.Diff([]authpage.Ask{want, want, want}, asks); diff != "" {
		t.Errorf("asked (-want +got)\n%s", diff)
	}
	b.nothingGranted()
	for path, want := range map[string]bool{pc: true, "/safe/bindcomponent": true, pc + "/": false, "/cgi-bin/token": false, "/": false} {
		if got := authpage.Serves(path); got != want {
			t.Errorf("Serves(%q) is %v", path, got)
		}
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, tt := range []struct{ accept, lang, want string }{
		{"", "", "zh-CN"},
		{"fr", "", "zh-CN"},
		{"en-US,en;q=0.9", "", "en"},
		{"fr,zh;q=0.5,en;q=0.8", "", "en"},
		{"en;q=x,zh;q=0.1", "", "zh-CN"},
		{"zh-TW", "", "zh-CN"},
		{"en,zh", "", "en"},
		{"zh,en", "", "zh-CN"},
		{"zh-CN", "en", "en"},
		{"en", "zh_CN", "zh-CN"},
		{"en", "tlh", "en"},
	} {
		w := b.get(link("lang", tt.lang), "Accept-Language", tt.accept)
		if got := w.Header().Get("Content-Language"); got != tt.want {
			t.Errorf("Accept-Language %q, lang %q: %s, want %s", tt.accept, tt.lang, got, tt.want)
		}
		b.has(w, `<html lang="`+tt.want+`">`)
		if tt.lang == "en" {
			b.has(w, `name="lang" value="en"`, "Authorize 示例平台", "Mini program codes", "Permission set 86", "granted: 2")
		}
	}
}

// What was chosen goes along when the language changes.
func TestOtherLanguageKeepsTheForm(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	q := link("authorizer_appid", merchant2, "nick_name", "新店", "ticked", "1", "func_id", "18", "q", "shop", "junk", "x")
	w := b.get(q)
	href := regexp.MustCompile(`class="lang" href="([^"]*)"`).FindStringSubmatch(w.Body.String())
	if href == nil {
		t.Fatalf("no link to the other language in\n%s", shown(w))
	}
	if strings.Contains(href[1], "junk") {
		t.Errorf("the link carries everything along: %s", href[1])
	}
	w = b.do(http.MethodGet, strings.ReplaceAll(href[1], "&amp;", "&"), "")
	b.has(w, `<html lang="en">`, `value="`+merchant2+`" checked=""`, `value="18" checked=""`, `name="q" value="shop"`, `name="nick_name" value="新店"`)
	b.hasNot(w, `value="17" checked=""`, "商户一")
}

func TestChoices(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		query    []string
		has, not []string
	}{
		"nothing is chosen for anybody": {nil, nil, []string{`type="radio" name="authorizer_appid" value="` + merchant1 + `" checked`}},
		"one by biz_appid": {
			[]string{"biz_appid", merchant2},
			[]string{`value="` + merchant2 + `" checked=""`, "biz_appid 指定了", `name="biz_appid" value="` + merchant2 + `"`},
			[]string{merchant1, `value="new"`, `name="q"`},
		},
		"sets of the link": {
			[]string{"category_id_list", "30|18|4"},
			[]string{"小程序开发与数据分析", "小程序基本信息管理", "category_id_list 指定了", `name="category_id_list" value="30|18|4"`},
			[]string{"获取小程序码", `name="func_id"`, `name="tick"`, "消息管理"},
		},
		"ticks kept":  {[]string{"ticked", "1", "func_id", "30"}, []string{`value="30" checked=""`}, []string{`value="18" checked`}},
		"all ticked":  {[]string{"ticked", "1", "func_id", "30", "tick", "all"}, []string{`value="18" checked=""`}, nil},
		"none ticked": {[]string{"ticked", "1", "func_id", "30", "tick", "none"}, nil, []string{`value="30" checked`, `value="18" checked`}},
		"found":       {[]string{"q", " 商户 "}, []string{"商户一", `name="q" value="商户"`}, []string{merchant2, `value="` + merchant1 + `" checked`}},
		"none found":  {[]string{"q", "<none>"}, []string{"没有名称或 AppID 含“&lt;none&gt;”的小程序"}, []string{merchant1, merchant2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			w := b.get(link(tt.query...))
			b.has(w, tt.has...)
			b.hasNot(w, tt.not...)
			b.nothingGranted()
		})
	}
}

func TestWithoutMerchantsANewOneIsChosen(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.offer.Merchants, b.offer.ComponentName = nil, ""
	w := b.get(link())
	b.has(w, `value="new" required="" checked=""`, "授权给 "+component)
	b.offer.Merchants = []authpage.Merchant{{Appid: merchant1, NickName: " "}}
	b.has(b.get(link()), `value="`+merchant1+`" checked=""/><i aria-hidden="true">W</i>`)
}

// crowd is as much as one page ever shows.
func crowd(b *bench) {
	b.offer.Merchants, b.offer.More = nil, true
	for i := range 50 {
		b.offer.Merchants = append(b.offer.Merchants, authpage.Merchant{
			Appid: fmt.Sprintf("wx%016x", i+0xa000), NickName: fmt.Sprintf("北京演示餐饮旗舰店%02d号", i), Authorized: i%2 == 0, FuncIDs: []int{17, 18},
		})
	}
	b.offer.FuncIDs = []int{17, 18, 19, 25, 30, 31, 36, 37, 40, 41, 45, 48, 49, 51, 52, 57, 65, 67, 70, 71, 73, 76, 81, 84, 85, 86, 185}
}

func TestFullPageIsSmall(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	crowd(b)
	for _, lang := range []string{"zh-CN", "en"} {
		w := b.get(link("lang", lang))
		if n := w.Body.Len(); n >= 30_000 {
			t.Errorf("%s: %d bytes, want less than 30,000", lang, n)
		}
		b.has(w, `name="q"`, "北京演示餐饮旗舰店49号")
	}
	b.has(b.get(link()), "只列出前 50 个")
}

func TestPolicyHasTheHashOfTheStyle(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w := b.get(link())
	_, rest, _ := strings.Cut(w.Body.String(), "<style>")
	css, _, ok := strings.Cut(rest, "</style>")
	if !ok || !strings.Contains(css, "light-dark(") {
		t.Fatalf("the style sheet is %q", css)
	}
	sum := sha256.Sum256([]byte(css))
	want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src data:; form-action 'self' http: https:; frame-ancestors 'none'; base-uri 'none'"
	if got := w.Header().Get("Content-Security-Policy"); got != want {
		t.Errorf("policy\n%s, want\n%s", got, want)
	}
	got := b.get(nil).Header().Get("Content-Security-Policy")
	if want := strings.Replace(want, "'self' http: https:", "'none'", 1); got != want {
		t.Errorf("policy of a page without a form\n%s, want\n%s", got, want)
	}
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	want := []string{
		"GET /cgi-bin/componentloginpage", "POST /cgi-bin/componentloginpage", "GET /wxaopen/safe/bindcomponent", "POST /wxaopen/safe/bindcomponent",
		"GET /safe/bindcomponent", "POST /safe/bindcomponent",
	}
	if got := authpage.Routes(); !slices.Equal(got, want) {
		t.Errorf("routes are %q", got)
	}
}

// The page is ours alone: it names no other address than that of SVG.
func TestNothingIsLoadedFromElsewhere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"page.html", "style.css"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(data), "http://www.w3.org/2000/svg", "")
		if m := regexp.MustCompile(`https?://|@import|url\(`).FindString(text); m != "" {
			t.Errorf("%s has %q", name, m)
		}
	}
}
