package authpage_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"draftbox/internal/authpage"
)

func TestBadLinks(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		query        []string
		title, names string
	}{
		"no component":         {[]string{"component_appid", ""}, "链接缺少参数", "component_appid"},
		"no code":              {[]string{"pre_auth_code", ""}, "链接缺少参数", "pre_auth_code"},
		"no redirect_uri":      {[]string{"redirect_uri", ""}, "链接缺少参数", "redirect_uri"},
		"a script":             {[]string{"redirect_uri", "javascript:alert(1)"}, "回调地址不可用", "must begin with https:// or http://"},
		"another scheme":       {[]string{"redirect_uri", "weixin://dl/business"}, "回调地址不可用", "weixin"},
		"no host":              {[]string{"redirect_uri", "https:///callback"}, "回调地址不可用", "a host"},
		"a port only":          {[]string{"redirect_uri", "https://:443/"}, "回调地址不可用", "a host"},
		"a relative address":   {[]string{"redirect_uri", "//platform.example.com/"}, "回调地址不可用", "a host"},
		"a line break":         {[]string{"redirect_uri", "https://a.example/\r\nX: y"}, "回调地址不可用", "a host"},
		"an endless address":   {[]string{"redirect_uri", "https://a.example/" + strings.Repeat("a", 2048)}, "回调地址不可用", "more than 2048 bytes"},
		"auth_type 7":          {[]string{"auth_type", "7"}, "授权类型不可用", "must be 1 to 6 or 8"},
		"auth_type of letters": {[]string{"auth_type", "two"}, "授权类型不可用", "must be 1 to 6 or 8"},
		"sets of letters":      {[]string{"category_id_list", "18|x"}, "权限集不可用", "numbers joined by |"},
		"sets by commas":       {[]string{"category_id_list", "18,30"}, "权限集不可用", "numbers joined by |"},
		"set 0":                {[]string{"category_id_list", "0"}, "权限集不可用", "numbers joined by |"},
		"too many sets":        {[]string{"category_id_list", strings.Repeat("1|", 300) + "1"}, "权限集不可用", "numbers joined by |"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			for _, w := range []*httptest.ResponseRecorder{b.get(link(tt.query...)), b.post(filled(tt.query...))} {
				if w.Code != http.StatusOK {
					t.Errorf("HTTP %d", w.Code)
				}
				b.has(w, tt.title, tt.names)
				b.hasNot(w, "<form", "href=\"/")
			}
			if asks, _ := b.seen(); len(asks) != 0 {
				t.Errorf("the service was asked %+v", asks)
			}
			b.nothingGranted()
			if e := b.last(); e.ErrCode != -1 || !e.Refused || !strings.Contains(e.Reason, tt.names) {
				t.Errorf("the journal has %+v", e)
			}
		})
	}
}

func TestRefusalsOfTheService(t *testing.T) {
	t.Parallel()
	for reason, texts := range map[string][2]string{
		authpage.ReasonPreAuthCodeInvalid: {"预授权码无效", "The pre-auth code is invalid"},
		authpage.ReasonPreAuthCodeUsed:    {"预授权码已被使用", "The pre-auth code was used already"},
		authpage.ReasonPreAuthCodeExpired: {"预授权码已过期", "The pre-auth code has expired"},
		authpage.ReasonComponentUnknown:   {"第三方平台不存在", "No such platform"},
		authpage.ReasonComponentMismatch:  {"预授权码不属于该平台", "The pre-auth code is another platform&#39;s"},
		authpage.ReasonRedirectURI:        {"回调地址不可用", "redirect_uri cannot be used"},
		authpage.ReasonReferer:            {"授权入口页域名不符", "The link stood on a page of another domain"},
		authpage.ReasonBizAppid:           {"指定的小程序不存在", "No such mini program"},
		authpage.ReasonFrozen:             {"小程序已被冻结", "The mini program is frozen"},
		authpage.ReasonMerchant:           {"不能使用这个小程序", "This mini program will not do"},
		authpage.ReasonFuncIDs:            {"权限集不可用", "These permission sets will not do"},
		authpage.ReasonAuthType:           {"授权类型不可用", "auth_type will not do"},
		authpage.ReasonUnavailable:        {"系统繁忙", "The server cannot serve now"},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.refuse = &authpage.Refusal{Reason: reason, Detail: "<the detail>"}
			status := http.StatusOK
			if reason == authpage.ReasonUnavailable {
				status = http.StatusServiceUnavailable
			}
			for _, lang := range []string{"zh-CN", "en"} {
				w := b.get(link("lang", lang))
				if w.Code != status {
					t.Errorf("HTTP %d, want %d", w.Code, status)
				}
				// Both languages are on the page, the chosen one in its title.
				b.has(w, texts[0], texts[1], "&lt;the detail&gt;")
				if title := texts[map[string]int{"zh-CN": 0, "en": 1}[lang]]; !strings.Contains(w.Body.String(), "<title>"+title+" · draftbox") {
					t.Errorf("%s: the title is not %q\n%s", lang, title, shown(w))
				}
				b.hasNot(w, "<form")
			}
			e := b.last()
			if known := reason != authpage.ReasonComponentUnknown; e.ErrCode != -1 || e.Refused != (status == 200) || (e.Component == component) != known {
				t.Errorf("the journal has %+v", e)
			}
		})
	}
}

func TestRefererIsNamed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.refuse = &authpage.Refusal{Reason: authpage.ReasonReferer}
	b.has(b.get(link()), "当前入口页所在域名：空", "Domain of the page with the link: 空 (none)")
	b.refuse = &authpage.Refusal{Reason: authpage.ReasonReferer, Detail: "evil.example"}
	b.has(b.get(link()), "当前入口页所在域名：evil.example")
	if got, want := b.last().Reason, "referer: the link stood on a page of evil.example"; got != want {
		t.Errorf("the journal says %q, want %q", got, want)
	}
}

// The page remembers where its visitor came from when its own forms and links
// come back to it; a link cannot say so for another page.
func TestRefererIsOfTheFirstVisit(t *testing.T) {
	t.Parallel()
	const from = "https://platform.example.com"
	for name, tt := range map[string]struct{ referer, from, want string }{
		"first visit":       {from + "/start?x=1", "", from},
		"none":              {"", "", ""},
		"its own search":    {"http://example.com" + pc + "?q=a", from, from},
		"its own form":      {"http://example.com/safe/bindcomponent", from + "/x", from},
		"its own, from ...": {"http://example.com" + pc, "nonsense", ""},
		"a made-up one":     {"https://evil.example/", from, "https://evil.example"},
		"made up, hidden":   {"", from, ""},
		"another page here": {"http://example.com/other", from, "http://example.com"},
		"no address":        {"about:blank", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			w := b.get(link("from", tt.from), "Referer", tt.referer)
			asks, _ := b.seen()
			if len(asks) != 1 || asks[0].Referer != tt.want {
				t.Errorf("asked %+v, want %q", asks, tt.want)
			}
			if tt.want != "" {
				b.has(w, `name="from" value="`+tt.want+`"`)
			} else {
				b.hasNot(w, `name="from"`)
			}
		})
	}
}

func TestMethodsAndSizes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if w := b.do(http.MethodPut, pc+"?"+link().Encode(), ""); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD, POST" {
		t.Errorf("PUT: HTTP %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	if w := b.post(url.Values{"x": {strings.Repeat("x", 64<<10)}}); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a long form: HTTP %d", w.Code)
	}
	if w := b.do(http.MethodHead, pc+"?"+link().Encode(), ""); w.Code != http.StatusOK {
		t.Errorf("HEAD: HTTP %d", w.Code)
	}
	b.nothingGranted()
}

// panics is a service with a bug.
type panics struct{ fake }

func (*panics) AuthorizationOffer(context.Context, authpage.Ask) (authpage.Offer, error) {
	panic("oops")
}

func TestPanicsAndNoClock(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	api := authpage.New(authpage.Options{
		Service: &panics{}, Logger: slog.New(slog.NewTextHandler(&log, nil)), // and no journal
		Now: func(context.Context) (time.Time, error) { return time.Time{}, errors.New("gone") },
	})
	w := httptest.NewRecorder()
	api.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, pc+"?"+link().Encode(), http.NoBody))
	if w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "oops") || !strings.Contains(log.String(), "oops") {
		t.Errorf("HTTP %d\n%s\nlog: %s", w.Code, w.Body, log.String())
	}
}

// FuzzRequest sends any query and form: whatever they say, the answer is a page
// or goes to where the request says.
func FuzzRequest(f *testing.F) {
	f.Add(link().Encode(), "en;q=0.5", "")
	f.Add(link("lang", "en", "q", "<b>", "func_id", "-1").Encode(), "zh", filled().Encode())
	f.Add("redirect_uri=%zz&category_id_list=|&%ff", ",;=", "authorizer_appid=new&nick_name=\xff")
	f.Fuzz(func(t *testing.T, query, accept, form string) {
		b := newBench(t)
		method := http.MethodGet
		if form != "" {
			method = http.MethodPost
		}
		r := httptest.NewRequestWithContext(t.Context(), method, pc, strings.NewReader(form))
		r.URL.RawQuery = query
		r.Header.Set("Accept-Language", accept)
		w := httptest.NewRecorder()
		b.api.ServeHTTP(w, r)
		switch w.Code {
		case http.StatusSeeOther:
			to, err := url.Parse(w.Header().Get("Location"))
			if err != nil || to.Scheme != "http" && to.Scheme != "https" || to.Host == "" || !strings.Contains(to.RawQuery, "auth_code="+authCode+"&expires_in=3600") {
				t.Errorf("sent to %q", w.Header().Get("Location"))
			}
		case http.StatusOK, http.StatusRequestEntityTooLarge:
			wellFormed(t, w.Body.String())
		default:
			t.Errorf("HTTP %d\n%s", w.Code, shown(w))
		}
	})
}
