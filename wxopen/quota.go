package wxopen

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

const (
	pathClearQuota          = "/cgi-bin/clear_quota"
	pathClearQuotaBySecret  = "/cgi-bin/clear_quota/v2"
	pathClearComponentQuota = "/cgi-bin/component/clear_quota/v2"
	pathClearAPIQuota       = "/cgi-bin/openapi/quota/clear"
	pathAPIQuota            = "/cgi-bin/openapi/quota/get"
)

// ClearQuota sets back how often the client's account has made each call today: the
// platform for a [Client], the account for an [AuthorizerClient], whose own clears it
// uses up. Ten a month are possible. It is made once, whatever the [RetryPolicy] says.
//
// Refusals: [ErrInvalidAppid], [ErrQuotaClears] (ten were made this month),
// [ErrInvalidCredential], [ErrTokenMissing], [ErrAppidMissing], [ErrTokenExpired],
// [ErrEmptyPostData], [ErrDailyQuota], [ErrUserLimited].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/openapi/api_clearquota.html
func (c *caller) ClearQuota(ctx context.Context) error {
	_, err := c.call(ctx, &request{
		method: http.MethodPost,
		path:   pathClearQuota,
		body: struct {
			Appid string `json:"appid"`
		}{c.appid},
		once: true,
	})
	return err
}

// ClearComponentQuotaByAppSecret is [Client.ClearQuota] without a token, for when
// none can be fetched any more because that call is over its quota. It clears the
// platform's own counts, or with an authorizerAppid those of that account with the
// platform. The clears are counted together.
//
// Refusals: [ErrSystem], [ErrInvalidAppid]; [ErrAppidMissing],
// [ErrAppsecretMissing] and [ErrQuotaClears] are documented on the page beside it.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/openapi/api_componentclearquota_v2.html
func (c *Client) ClearComponentQuotaByAppSecret(ctx context.Context, authorizerAppid string) error {
	if err := c.checkComponent(); err != nil {
		return err
	}
	_, err := c.call(ctx, &request{
		method: http.MethodPost,
		path:   pathClearComponentQuota,
		body: struct {
			Appid string `json:"appid,omitempty"`
			componentBody
			Secret string `json:"appsecret"`
		}{authorizerAppid, componentBody{c.appid}, c.secret},
		noToken: true,
		once:    true,
	})
	return err
}

// ClearQuotaByAppSecret sets back the counts of any account by its own AppSecret,
// which platforms do not have of their authorizers.
//
// Refusals: [ErrSystem], [ErrInvalidAppid], [ErrAppidMissing], [ErrAppsecretMissing],
// [ErrQuotaClears].
//
// https://developers.weixin.qq.com/doc/store/API/apimgnt/clearQuotaByAppSecret.html
func (c *Client) ClearQuotaByAppSecret(ctx context.Context, appid, appsecret string) error {
	_, err := c.call(ctx, &request{
		method: http.MethodPost,
		path:   pathClearQuotaBySecret,
		body: struct {
			Appid  string `json:"appid"`
			Secret string `json:"appsecret"`
		}{appid, appsecret},
		noToken: true,
		once:    true,
		secrets: []string{appsecret},
	})
	return err
}

type quotaPathBody struct {
	Path string `json:"cgi_path"`
}

// ClearAPIQuota sets back how often the client's account has made one call today.
// The path begins with a slash and has no host: "/wxa/gettemplatedraftlist". Fifty a
// month are possible. It is made once, whatever the [RetryPolicy] says.
//
// Refusals: [ErrInvalidCredential], [ErrTokenMissing].
//
// https://developers.weixin.qq.com/doc/subscription/api/apimanage/api_clearapiquota
func (c *caller) ClearAPIQuota(ctx context.Context, path string) error {
	_, err := c.call(ctx, &request{method: http.MethodPost, path: pathClearAPIQuota, body: quotaPathBody{path}, once: true})
	return err
}

// APIQuota tells how often an account may make a call.
type APIQuota struct {
	// DailyLimit, Used and Remain are numbers of calls today.
	DailyLimit int64
	Used       int64
	Remain     int64
	// RateLimit is the limit of frequency, nil for none; ComponentRateLimit the one
	// when a platform makes the call for an account.
	RateLimit          *RateLimit
	ComponentRateLimit *RateLimit
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// RateLimit allows CallCount calls in each Refresh.
type RateLimit struct {
	CallCount int64
	// Refresh is in whole seconds.
	Refresh time.Duration
}

// APIQuota returns how often the client's account may make a call and has made it
// today. The path is as for [Client.ClearAPIQuota], and must be that of a call that
// takes the client's kind of token.
//
// Refusals: [ErrPathNotFound], [ErrPathForbidden] (another kind of token, or a path
// under /sns/); [ErrRIDForeign] is documented for a malformed path.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/openapi/api_getapiquota.html
func (c *caller) APIQuota(ctx context.Context, path string) (APIQuota, error) {
	r := &request{method: http.MethodPost, path: pathAPIQuota, body: quotaPathBody{path}}
	ans, err := c.call(ctx, r)
	if err != nil {
		return APIQuota{}, err
	}
	fields := ans.dataReader()
	var quota APIQuota
	has := fields.inner("quota", func(in *reader) {
		quota = APIQuota{DailyLimit: in.count("daily_limit"), Used: in.count("used"), Remain: in.count("remain")}
	})
	if !has {
		fields.fail(errors.New("the answer has no quota"))
	}
	quota.RateLimit = readRateLimit(fields, "rate_limit")
	quota.ComponentRateLimit = readRateLimit(fields, "component_rate_limit")
	quota.Extra = fields.rest()
	if fields.err != nil {
		return APIQuota{}, unusable(r, ans.status, nil, "%w", fields.err)
	}
	return quota, nil
}

func readRateLimit(fields *reader, name string) *RateLimit {
	var limit RateLimit
	if !fields.inner(name, func(in *reader) {
		limit = RateLimit{CallCount: in.count("call_count"), Refresh: in.life("refresh_second")}
	}) {
		return nil
	}
	return &limit
}
