package wxopen_test

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"draftbox/wxopen"
)

func TestAuthorizationURLs(t *testing.T) {
	t.Parallel()
	const query = "component_appid=wx0000000000000001&pre_auth_code=preauthcode%40%40%40abcDEF-123_xyz&redirect_uri=https%3A%2F%2Fexample.com%2Fauthorized%3Fstate%3D1%262"
	page := wxopen.AuthorizationPage{PreAuthCode: preAuthCode, RedirectURI: "https://example.com/authorized?state=1&2"}
	whole := page
	whole.AuthType, whole.BizAppid, whole.CategoryIDs = wxopen.AuthMiniprograms, merchant, []int64{18, 25}
	elsewhere := page
	elsewhere.BaseURL = "http://127.0.0.1:8506/"
	for _, row := range []struct {
		name   string
		base   string // of the client
		page   wxopen.AuthorizationPage
		pc     string
		mobile string
	}{
		{
			"the least", "", page, "https://mp.weixin.qq.com/cgi-bin/componentloginpage?" + query,
			"https://open.weixin.qq.com/wxaopen/safe/bindcomponent?action=bindcomponent&no_scan=1&" + query + "#wechat_redirect",
		},
		{
			"everything", "", whole, "https://mp.weixin.qq.com/cgi-bin/componentloginpage?" + query + "&auth_type=2&biz_appid=" + merchant + "&category_id_list=18%7C25",
			"https://open.weixin.qq.com/wxaopen/safe/bindcomponent?action=bindcomponent&no_scan=1&" + query + "&auth_type=2&biz_appid=" + merchant + "&category_id_list=18%7C25#wechat_redirect",
		},
		{
			"another server", "http://draftbox.test/x/", page, "http://draftbox.test/x/cgi-bin/componentloginpage?" + query,
			"http://draftbox.test/x/wxaopen/safe/bindcomponent?action=bindcomponent&no_scan=1&" + query + "#wechat_redirect",
		},
		{
			"other pages", "", elsewhere, "http://127.0.0.1:8506/cgi-bin/componentloginpage?" + query,
			"http://127.0.0.1:8506/wxaopen/safe/bindcomponent?action=bindcomponent&no_scan=1&" + query + "#wechat_redirect",
		},
	} {
		c, err := wxopen.New(wxopen.Config{ComponentAppid: appid, BaseURL: row.base})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.AuthorizationURL(row.page); err != nil || got != row.pc {
			t.Errorf("%s: got %s, %v\nwant %s", row.name, got, err, row.pc)
		}
		got, err := c.MobileAuthorizationURL(row.page)
		if err != nil || got != row.mobile {
			t.Errorf("%s: got %s, %v\nwant %s", row.name, got, err, row.mobile)
		}
		if u, err := url.Parse(got); err != nil || u.Query().Get("redirect_uri") != row.page.RedirectURI || u.Query().Get("pre_auth_code") != preAuthCode {
			t.Errorf("%s: reads as %v, %v", row.name, u, err)
		}
	}
}

func TestAuthorizationURLRefuses(t *testing.T) {
	t.Parallel()
	good := wxopen.AuthorizationPage{PreAuthCode: preAuthCode, RedirectURI: "http://127.0.0.1:9000/"}
	c := canned(t, 200, "")
	if _, err := c.AuthorizationURL(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*wxopen.AuthorizationPage){
		"no code":       func(p *wxopen.AuthorizationPage) { p.PreAuthCode = "" },
		"no redirect":   func(p *wxopen.AuthorizationPage) { p.RedirectURI = "" },
		"no host":       func(p *wxopen.AuthorizationPage) { p.RedirectURI = "/authorized" },
		"another thing": func(p *wxopen.AuthorizationPage) { p.RedirectURI = "javascript://x/alert" },
		"no URL":        func(p *wxopen.AuthorizationPage) { p.RedirectURI = "http://[::1" },
		"no base":       func(p *wxopen.AuthorizationPage) { p.BaseURL = "mp.weixin.qq.com" },
	} {
		p := good
		change(&p)
		for _, get := range []func(wxopen.AuthorizationPage) (string, error){c.AuthorizationURL, c.MobileAuthorizationURL} {
			if got, err := get(p); err == nil || got != "" || strings.Contains(err.Error(), preAuthCode) {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
	}
	if _, err := canned(t, 200, "", func(cfg *wxopen.Config) { cfg.ComponentAppid = "" }).AuthorizationURL(good); err == nil {
		t.Error("a client without an appid made a URL")
	}
}

func TestParseAuthorizationRedirect(t *testing.T) {
	t.Parallel()
	hour := wxopen.AuthorizationRedirect{AuthorizationCode: authCode, ExpiresIn: time.Hour, Query: url.Values{}}
	with := func(q url.Values) wxopen.AuthorizationRedirect {
		r := hour
		r.Query = q
		return r
	}
	const tail = "auth_code=" + authCode + "&expires_in=3600"
	for redirect, want := range map[string]wxopen.AuthorizationRedirect{
		"https://example.com/authorized?" + tail: hour,
		"/authorized?" + tail:                    hour,
		"/authorized?auth_code=queryauthcode%40%40%40abcDEF-123_xyz&expires_in=3600#x?y": hour,
		"/a?state=s%201&" + tail:                                 with(url.Values{"state": {"s 1"}}),
		"/a?state=1&amp;shop=2&amp;" + tail:                      with(url.Values{"state": {"1"}, "shop": {"2"}}),
		"/a?auth_code=mine&expires_in=1&x=%zz;1&" + tail:         with(url.Values{"x": {"%zz;1"}}),
		"/a?auth_code=" + authCode:                               {AuthorizationCode: authCode, Query: url.Values{}},
		"/a?auth_code=" + authCode + "&expires_in=soon":          {AuthorizationCode: authCode, Query: url.Values{}},
		"/a?auth_code=" + authCode + "&expires_in=-1":            {AuthorizationCode: authCode, Query: url.Values{}},
		"/a?auth_code=" + authCode + "&expires_in=9000000000000": {AuthorizationCode: authCode, ExpiresIn: 365 * 24 * time.Hour, Query: url.Values{}},
	} {
		got, err := wxopen.ParseAuthorizationRedirect(redirect)
		if err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: got %s, %v; want %s", redirect, deep(got), err, deep(want))
		}
	}
	for _, redirect := range []string{"", "https://example.com/authorized", "/a?auth_code=", "/a?state=1&expires_in=3600", "/a#?auth_code=x", "auth_code=x"} {
		if got, err := wxopen.ParseAuthorizationRedirect(redirect); !errors.Is(err, wxopen.ErrNoAuthorizationCode) || !cmp.Equal(got, wxopen.AuthorizationRedirect{}) {
			t.Errorf("%s: got %s, %v", redirect, deep(got), err)
		}
	}
}

// FuzzParseAuthorizationRedirect reads any URL: there is no code in it, or the code
// and the rest are read from what they are written as.
func FuzzParseAuthorizationRedirect(f *testing.F) {
	for _, seed := range []string{
		"https://example.com/authorized?auth_code=" + authCode + "&expires_in=3600", "/a?state=1&amp;auth_code=a%20b&expires_in=-1", "?auth_code=%zz&auth_code&=&;", "?amp;=1&auth_code=x#",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, redirect string) {
		got, err := wxopen.ParseAuthorizationRedirect(redirect)
		if err != nil {
			if !errors.Is(err, wxopen.ErrNoAuthorizationCode) || err.Error() != wxopen.ErrNoAuthorizationCode.Error() {
				t.Errorf("%q: %v", redirect, err)
			}
			return
		}
		if got.AuthorizationCode == "" || got.ExpiresIn < 0 || got.Query.Has("auth_code") || got.Query.Has("expires_in") {
			t.Errorf("%q: %s", redirect, deep(got))
		}
		query := url.Values{"auth_code": {got.AuthorizationCode}, "expires_in": {fmt.Sprint(int64(got.ExpiresIn / time.Second))}}
		maps.Copy(query, got.Query)
		again, err := wxopen.ParseAuthorizationRedirect("/a?" + query.Encode())
		if err != nil || !cmp.Equal(again, got) {
			t.Errorf("%q: read %s, then %s, %v", redirect, deep(got), deep(again), err)
		}
	})
}
