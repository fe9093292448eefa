package wxopen

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The hosts of the authorization pages. They are not those of the calls.
const (
	authorizationHost       = "https://mp.weixin.qq.com"
	mobileAuthorizationHost = "https://open.weixin.qq.com"
)

// AuthType says which accounts may be chosen on an authorization page.
type AuthType int

// Values of auth_type.
const (
	AuthOffiaccounts   AuthType = 1 // official accounts
	AuthMiniprograms   AuthType = 2
	AuthBoth           AuthType = 3 // official accounts and mini programs
	AuthPromoters      AuthType = 4 // 小程序推客
	AuthChannels       AuthType = 5 // 视频号
	AuthAll            AuthType = 6
	AuthShopAssistants AuthType = 8 // 带货助手
)

// AuthorizationPage says what an authorization page asks for. PreAuthCode and
// RedirectURI are needed.
type AuthorizationPage struct {
	// PreAuthCode is that of [Client.CreatePreAuthCode], good for one authorization.
	PreAuthCode string
	// RedirectURI is where the browser is sent afterwards, http or https;
	// [ParseAuthorizationRedirect] reads what comes there. On the real service its
	// domain must be the registered one (授权发起页域名), and so must that of the page
	// with the link: WeChat looks at the Referer.
	RedirectURI string
	// AuthType is which accounts may be chosen; 0 leaves it to the service.
	AuthType AuthType
	// BizAppid is the only account that may be chosen, whatever AuthType says; it may
	// be empty.
	BizAppid string
	// CategoryIDs are the permission sets that are asked for; none means all of the
	// platform's.
	CategoryIDs []int64
	// BaseURL is where the pages are. Empty means WeChat's own hosts for a client of
	// [DefaultBaseURL], and the client's BaseURL for any other, as a draftbox server
	// has the pages beside the calls.
	BaseURL string
}

// String keeps the code out of logs.
func (p AuthorizationPage) String() string {
	return fmt.Sprintf("wxopen.AuthorizationPage(%s %s)", p.RedirectURI, masked)
}

// GoString keeps the code out of logs.
func (p AuthorizationPage) GoString() string { return p.String() }

// LogValue keeps the code out of logs.
func (p AuthorizationPage) LogValue() slog.Value { return slog.StringValue(p.String()) }

// AuthorizationURL returns the address of the page on which the administrator of an
// account scans a code with a phone and confirms. It makes no call. It fails where
// the page or the client lacks what is needed.
//
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Authorization_Process_Technical_Description.html
func (c *Client) AuthorizationURL(p AuthorizationPage) (string, error) {
	query, err := c.pageQuery(p)
	if err != nil {
		return "", err
	}
	base, err := c.pageBase(p.BaseURL, authorizationHost)
	if err != nil {
		return "", err
	}
	return base + "/cgi-bin/componentloginpage?" + query, nil
}

// MobileAuthorizationURL returns the address of the page on which the administrator
// of an account confirms, in WeChat on a phone. Otherwise it is
// [Client.AuthorizationURL].
//
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Authorization_Process_Technical_Description.html
func (c *Client) MobileAuthorizationURL(p AuthorizationPage) (string, error) {
	query, err := c.pageQuery(p)
	if err != nil {
		return "", err
	}
	base, err := c.pageBase(p.BaseURL, mobileAuthorizationHost)
	if err != nil {
		return "", err
	}
	return base + "/wxaopen/safe/bindcomponent?action=bindcomponent&no_scan=1&" + query + "#wechat_redirect", nil
}

// pageBase returns where the pages are, without a slash at the end.
func (c *Client) pageBase(given, host string) (string, error) {
	switch {
	case given != "":
		base, err := parseBase(given)
		if err != nil {
			return "", errors.New("wxopen: AuthorizationPage.BaseURL must be like Config.BaseURL: http://127.0.0.1:8506")
		}
		return base.String(), nil
	case c.base.String() == DefaultBaseURL:
		return host, nil
	}
	return c.base.String(), nil
}

// pageQuery writes the parameters in the order of the documentation.
func (c *Client) pageQuery(p AuthorizationPage) (string, error) {
	redirect, err := url.Parse(p.RedirectURI)
	switch {
	case c.appid == "":
		return "", errors.New("wxopen: set Config.ComponentAppid")
	case p.PreAuthCode == "":
		return "", errors.New("wxopen: set AuthorizationPage.PreAuthCode")
	case err != nil || redirect.Host == "" || redirect.Scheme != "http" && redirect.Scheme != "https":
		return "", fmt.Errorf("wxopen: AuthorizationPage.RedirectURI is %q, write it like https://example.com/authorized", p.RedirectURI)
	}
	var b strings.Builder
	add := func(name, value string) {
		if value == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(name + "=" + url.QueryEscape(value))
	}
	add("component_appid", c.appid)
	add("pre_auth_code", p.PreAuthCode)
	add("redirect_uri", p.RedirectURI)
	if p.AuthType != 0 {
		add("auth_type", strconv.Itoa(int(p.AuthType)))
	}
	add("biz_appid", p.BizAppid)
	ids := make([]string, len(p.CategoryIDs))
	for i, id := range p.CategoryIDs {
		ids[i] = strconv.FormatInt(id, 10)
	}
	add("category_id_list", strings.Join(ids, "|"))
	return b.String(), nil
}

// ErrNoAuthorizationCode says that a URL has no auth_code, so that it is not the one
// to which an authorization page sent somebody.
var ErrNoAuthorizationCode = errors.New("wxopen: the URL has no auth_code")

// AuthorizationRedirect is what comes to the redirect URI of an [AuthorizationPage].
type AuthorizationRedirect struct {
	// AuthorizationCode is for [Client.QueryAuth].
	AuthorizationCode string
	// ExpiresIn is how long it is good from now, one hour; 0 where the URL tells
	// nothing.
	ExpiresIn time.Duration
	// Query has the other parameters: those of the redirect URI itself.
	Query url.Values
}

// String keeps the code out of logs.
func (a AuthorizationRedirect) String() string {
	return "wxopen.AuthorizationRedirect(" + masked + ")"
}

// GoString keeps the code out of logs.
func (a AuthorizationRedirect) GoString() string { return a.String() }

// LogValue keeps the code out of logs.
func (a AuthorizationRedirect) LogValue() slog.Value { return slog.StringValue(a.String()) }

// ParseAuthorizationRedirect reads the URL to which an authorization page sent a
// browser, whole or without scheme and host, as http.Request.RequestURI has it.
// Nothing signs it: that somebody opens it says nothing before [Client.QueryAuth] has
// taken the code, and which account it was only that tells. Put something that the
// user cannot guess into the redirect URI's own query, and compare it.
//
// A parameter that cannot be unescaped counts as it stands, and "&amp;" between two,
// as it was seen on phones, as "&". The error is [ErrNoAuthorizationCode].
func ParseAuthorizationRedirect(redirect string) (AuthorizationRedirect, error) {
	a := AuthorizationRedirect{Query: url.Values{}}
	redirect, _, _ = strings.Cut(redirect, "#")
	_, query, _ := strings.Cut(redirect, "?")
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(strings.TrimPrefix(part, "amp;"), "=")
		name, value = unescaped(name), unescaped(value)
		switch name {
		case "":
		// WeChat's parameters come after those of the redirect URI.
		case "auth_code":
			a.AuthorizationCode = value
		case "expires_in":
			a.ExpiresIn = 0
			if n, err := strconv.ParseInt(value, 10, 64); err == nil {
				a.ExpiresIn = time.Duration(max(0, min(n, maxLifeSeconds))) * time.Second
			}
		default:
			a.Query.Add(name, value)
		}
	}
	if a.AuthorizationCode == "" {
		return AuthorizationRedirect{}, ErrNoAuthorizationCode
	}
	return a, nil
}

func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
