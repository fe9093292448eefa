package authpage_test

import (
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"draftbox/internal/authpage"
	"draftbox/internal/browsertest"
)

func TestInABrowser(t *testing.T) {
	t.Parallel()
	browsertest.Everywhere(t, func(t *testing.T, browser *browsertest.Browser, lang string, on browsertest.Screen) {
		b := browser.Open(t, lang, on)
		v := &visit{Tab: b, bench: newBench(t), home: newSite(t), name: on.Name + "-" + lang, texts: locale(t, lang)}
		page := httptest.NewServer(v.bench.api)
		t.Cleanup(page.Close)
		v.page = page.URL
		v.ask()
		v.incomplete()
		v.confirm()
		v.cancel()
		v.fixed()
		v.badLink()
		v.crowd()
	})
}

// visit is what a merchant does in a browser.
type visit struct {
	*browsertest.Tab
	bench *bench
	home  *site
	name  string
	texts map[string]string
	page  string // address of the server
}

func (v *visit) link(more ...string) string {
	return v.page + pc + "?" + link(append([]string{"redirect_uri", v.home.URL + "/callback?tenant=7"}, more...)...).Encode()
}

// granted returns what was confirmed last, and how often that was.
func (v *visit) granted() (authpage.Confirm, int) {
	_, confirms := v.bench.seen()
	if len(confirms) == 0 {
		return authpage.Confirm{}, 0
	}
	return confirms[len(confirms)-1], len(confirms)
}

// ask comes from the platform's page over its link.
func (v *visit) ask() {
	v.Do(browsertest.Visit(v.home.URL+"/start?to="+url.QueryEscape(v.link())), browsertest.Click("#link"), browsertest.Await("form"))
	if got, want := v.Text("h1"), strings.ReplaceAll(v.texts["ask.title"], "{platform}", "示例平台"); got != want {
		v.Errorf("the heading is %q, want %q", got, want)
	}
	if got := v.Text(`label:has([value="18"]) span`); got != v.texts["set.18"] {
		v.Errorf("set 18 is called %q, want %q", got, v.texts["set.18"])
	}
	if asks, _ := v.bench.seen(); len(asks) != 1 || asks[0].Referer != v.home.URL {
		v.Errorf("asked %+v, want the platform's address as referer", asks)
	}
	v.Fine("the form")
	v.Photograph("authpage-" + v.name + "-form")
}

// incomplete chooses a merchant but no set, and changes the language in between.
func (v *visit) incomplete() {
	other := map[string]string{"English": "en", "中文": "zh-CN"}[v.texts["page.other_language"]]
	v.Do(browsertest.Click(`[value="`+merchant2+`"]`), browsertest.Click("[name=tick][value=none]"), browsertest.Await(`[value="`+merchant2+`"]:checked`), browsertest.Await(`[value="18"]:not(:checked)`))
	v.Do(browsertest.Click("a.lang"), browsertest.Await(`html[lang="`+other+`"] [value="`+merchant2+`"]:checked`))
	if n := v.Count("[name=func_id]:checked"); n != 0 {
		v.Errorf("%d sets are ticked after none was asked for", n)
	}
	v.Fine("the other language")
	v.Do(browsertest.Click(".go"), browsertest.Await(`html[lang="`+other+`"] .notice`))
	v.Fine("the notice")
	v.Photograph("authpage-" + v.name + "-notice")
	v.bench.nothingGranted()
	asks, _ := v.bench.seen()
	for _, ask := range asks {
		if ask.Referer != v.home.URL {
			v.Errorf("on the way the referer became %q", ask.Referer)
		}
	}
}

// confirm starts again and goes through to the platform.
func (v *visit) confirm() {
	v.Do(browsertest.Visit(v.link()), browsertest.Click(`[value="`+merchant1+`"]`), browsertest.Click(`[name=func_id][value="30"]`))
	v.Photograph("authpage-" + v.name + "-chosen")
	v.Do(browsertest.Click(".go"), browsertest.Await("#path"))
	if got := v.Text("#path"); got != "/done" {
		v.Errorf("the browser is at %q, want the platform's last page", got)
	}
	if got, n := v.granted(); n != 1 || got.AuthorizerAppid != merchant1 || !slices.Equal(got.FuncIDs, []int{17, 18, 86}) {
		v.Errorf("confirmed %d times, %+v", n, got)
	}
	// The address of the page, which has the pre-auth code, is told to nobody.
	if got, want := v.home.called(), []string{"tenant=7&auth_code=" + authCode + "&expires_in=3600 from "}; !slices.Equal(got, want) {
		v.Errorf("the platform was called with %q, want %q", got, want)
	}
}

func (v *visit) cancel() {
	v.Do(browsertest.Visit(v.link()), browsertest.Click("[value=cancel]"), browsertest.Await(".told"))
	if got := v.Text("h1"); got != v.texts["told.canceled.title"] {
		v.Errorf("the heading is %q, want %q", got, v.texts["told.canceled.title"])
	}
	v.Fine("the canceled form")
	v.Photograph("authpage-" + v.name + "-canceled")
	v.Do(browsertest.Click(".back a"), browsertest.Await("form"))
	if _, n := v.granted(); n != 1 {
		v.Errorf("confirmed %d times", n)
	}
}

// fixed comes over a link that leaves no choice.
func (v *visit) fixed() {
	v.Do(browsertest.Visit(v.link("biz_appid", merchant1, "category_id_list", "30|17")), browsertest.Await("form"))
	if n := v.Count("[name=authorizer_appid]"); n != 1 {
		v.Errorf("%d to choose from, want the one of biz_appid", n)
	}
	if n, ticks := v.Count(".sets label"), v.Count("[name=func_id]"); n != 2 || ticks != 0 {
		v.Errorf("%d sets and %d to tick, want the two of category_id_list", n, ticks)
	}
	v.Fine("a link without a choice")
	v.Photograph("authpage-" + v.name + "-fixed")
	v.Do(browsertest.Click(".go"), browsertest.Await("#path"))
	if got, n := v.granted(); n != 2 || got.AuthorizerAppid != merchant1 || !slices.Equal(got.FuncIDs, []int{17, 30}) {
		v.Errorf("confirmed %d times, %+v", n, got)
	}
}

func (v *visit) badLink() {
	v.bench.mu.Lock()
	v.bench.refuse = &authpage.Refusal{Reason: authpage.ReasonPreAuthCodeExpired, Detail: "the code expired at 2026-11-22 14:33:12"}
	v.bench.mu.Unlock()
	v.Do(browsertest.Visit(v.link()), browsertest.Await(".told"))
	if got := v.Text("h1"); got != v.texts["told.pre_auth_code_expired.title"] {
		v.Errorf("the heading is %q, want %q", got, v.texts["told.pre_auth_code_expired.title"])
	}
	v.Fine("the error page")
	v.Photograph("authpage-" + v.name + "-error")
}

// crowd searches as much as one page ever shows, and makes a new mini program.
func (v *visit) crowd() {
	v.bench.mu.Lock()
	v.bench.refuse = nil
	crowd(v.bench)
	v.bench.mu.Unlock()
	v.Do(browsertest.Visit(v.link()), browsertest.Await("[name=q]"))
	v.Fine("many merchants")
	v.Photograph("authpage-" + v.name + "-many")
	// Enter searches; it must not confirm.
	v.Do(browsertest.Click(`[name=func_id][value="17"]`), browsertest.Write("[name=q]", "店07号\r"), browsertest.Await(`[name=q][value="店07号"]`))
	if n := v.Count("[name=authorizer_appid]"); n != 2 {
		v.Errorf("%d to choose from, want the one found and a new one", n)
	}
	if n := v.Count("[name=func_id]:not(:checked)"); n != 1 {
		v.Errorf("%d sets are unticked after the search, want the one that was", n)
	}
	v.Do(browsertest.Click("[value=new]"), browsertest.Write("[name=nick_name]", "新店"))
	v.Fine("a new one")
	v.Photograph("authpage-" + v.name + "-new")
	v.Do(browsertest.Click(".go"), browsertest.Await("#path"))
	if got, n := v.granted(); n != 3 || got.NickName != "新店" || got.AuthorizerAppid != "" || slices.Contains(got.FuncIDs, 17) {
		v.Errorf("confirmed %d times, %+v", n, got)
	}
}
