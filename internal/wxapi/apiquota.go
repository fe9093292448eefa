package wxapi

import (
	"context"
	"strings"

	"draftbox/internal/platform"
)

// defaultDailyLimit is the daily_limit of a path that has none here. The real numbers
// are not documented.
const defaultDailyLimit = 1_000_000

// getApiQuota is getApiQuota, 查询API调用额度. There are no limits by the minute, so
// rate_limit and component_rate_limit are absent, as where the real service has none.
//
// Errors, in the order of the checks: 47001, 76021, 76022.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/openapi/api_getapiquota.html
func (a *API) getAPIQuota(_ context.Context, c *call) (*answer, error) {
	e, err := a.askedPath(c)
	if err != nil {
		return nil, err
	}
	quotas := &c.held.component.Settings.Quotas
	limit, limited := quotas.Limits[e.path]
	if !limited {
		limit = defaultDailyLimit
	}
	used := a.usageOfToken(c).used(e, c.now)
	if limited && quotas.Enforce {
		used = min(used, limit) // refused calls are counted, not used
	}
	type quota struct {
		Limit  int64 `json:"daily_limit"`
		Used   int64 `json:"used"`
		Remain int64 `json:"remain"`
	}
	return reply(struct {
		envelope
		Quota quota `json:"quota"`
	}{okEnvelope(), quota{limit, used, max(limit-used, 0)}}, "%d calls of %s today", used, e.path)
}

// clearApiQuota is clearApiQuota, 重置指定API调用次数: clearQuota for one path, with
// clears of its own.
//
// Errors, in the order of the checks: 47001, 76021, 76022, 48006.
//
// https://developers.weixin.qq.com/doc/subscription/api/apimanage/api_clearapiquota
func (a *API) clearAPIQuota(_ context.Context, c *call) (*answer, error) {
	e, err := a.askedPath(c)
	if err != nil {
		return nil, err
	}
	left, err := a.usageOfToken(c).clearPath(e, c.now)
	if err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "cleared the calls of %s; %s left this month", e.path, counted(left, "clear"))
}

// askedPath reads the path that a call asks about. A path without a token belongs to
// components.
//
// Errors: 76021 none, or not emulated; 76022 one that the token's account does not
// call, and those below /sns/, which cannot be asked about.
func (a *API) askedPath(c *call) (*endpoint, error) {
	path, err := c.str("cgi_path")
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(path, "/sns/") {
		return nil, platform.Refuse(platform.CodeCGIPathForeign, "paths below /sns/ cannot be asked about")
	}
	e := a.endpoints[path]
	if e == nil {
		return nil, platform.Refuse(platform.CodeCGIPathNotFound, "cgi_path is %q, must be an emulated path from its slash on; docs/fidelity.md lists them", clip(path))
	}
	kind := c.session.Token.Kind
	if kind == platform.AuthorizerToken && (e.token == componentToken || e.token == noToken) || kind == platform.ComponentToken && e.token == authorizerToken {
		return nil, platform.Refuse(platform.CodeCGIPathForeign, "%s is not called with a token of the kind %s", path, kind)
	}
	return e, nil
}
