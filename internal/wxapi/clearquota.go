package wxapi

import (
	"context"
	"errors"

	"draftbox/internal/platform"
)

// clearQuota is clearQuota, 重置API调用次数: it clears the counts of the account that the
// token stands for. It works however often other calls were made. It is counted as
// they are, so a limit on its own path can shut it; then an AppSecret helps.
//
// Errors, in the order of the checks: 47001, 41002, 40013, 48006.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/openapi/api_clearquota.html
func (a *API) clearQuota(_ context.Context, c *call) (*answer, error) {
	appid, err := c.str("appid")
	if err != nil {
		return nil, err
	}
	if appid == "" {
		return nil, platform.Refuse(platform.CodeAppidMissing, "the body has no appid")
	}
	own := c.session.Token.ComponentAppid
	if c.authorizer != nil {
		own = c.authorizer.Appid
	}
	if appid != own {
		return nil, platform.Refuse(platform.CodeInvalidAppid, "appid is %q, the token is that of %s", clip(appid), own)
	}
	return a.cleared(c, a.usageOfToken(c), own)
}

// cleared clears an account's counts and answers so.
func (a *API) cleared(c *call, u *dayUsage, appid string) (*answer, error) {
	left, err := u.clearAll(c.now)
	if err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "cleared the calls of %s; %s left this month", appid, counted(left, "clear"))
}

// clearComponentQuotaByAppSecret is clearComponentQuotaByAppSecret,
// 使用AppSecret重置第三方平台API调用次数: the way out when the token cannot be fetched
// for its quota. Without appid it clears the component's own counts, as the page's
// first example; with it those of that merchant. null is absent, "" is not.
//
// Errors, in the order of the checks: 44002, 47001, 41018, 40013 of the component,
// 61011, 61004, 48001, 41004, 40125, 41002, 40013 of the merchant, 61003, 50002,
// 45009, 48006.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/openapi/api_componentclearquota_v2.html
func (a *API) clearComponentQuotaByAppSecret(ctx context.Context, c *call) (*answer, error) {
	component, err := c.claimComponent()
	if err != nil {
		return nil, err
	}
	secret, err := c.str("appsecret")
	if err != nil {
		return nil, err
	}
	merchant, err := c.str("appid")
	if err != nil {
		return nil, err
	}
	owner, err := a.service.ComponentBySecret(ctx, platform.SecretRequest{Appid: component, Secret: secret, Path: c.endpoint.path, Caller: a.caller(ctx, c)})
	if err != nil {
		return nil, err
	}
	whose, appid := component, component
	if !isNull(c.members["appid"]) && merchant != component {
		if err := a.checkMerchant(ctx, component, merchant); err != nil {
			return nil, err
		}
		whose, appid = account(component, merchant), merchant
	}
	if err := a.quotaOf(c)(&owner, c.now); err != nil {
		return nil, err
	}
	return a.cleared(c, a.usageOf(whose), appid)
}

func (a *API) checkMerchant(ctx context.Context, component, appid string) error {
	if appid == "" {
		return platform.Refuse(platform.CodeAppidMissing, "appid is empty; leave it out to clear the component's own calls")
	}
	if !platform.ValidAppid(appid) {
		return platform.Refuse(platform.CodeInvalidAppid, "appid %q is no appid: wx and 16 lower-case hex digits", clip(appid))
	}
	_, err := a.service.StandingAuthorizer(ctx, component, appid)
	return err
}

// clearQuotaByAppSecret is clearQuotaByAppSecret, 使用AppSecret重置API调用次数: as
// clearQuota for an account that shows its own AppSecret. Copies of the page disagree
// on whether appid and appsecret stand in the query or in the body; a member of the
// body comes first. Of components alone an AppSecret is known here.
//
// Errors, in the order of the checks: 44002, 47001, 41002, 40013, 61004, 48001, 41004,
// 40125, 45009, 48006.
//
// https://developers.weixin.qq.com/doc/store/API/apimgnt/clearQuotaByAppSecret.html
func (a *API) clearQuotaByAppSecret(ctx context.Context, c *call) (*answer, error) {
	appid, err := c.strOrQuery("appid")
	if err != nil {
		return nil, err
	}
	secret, err := c.strOrQuery("appsecret")
	if err != nil {
		return nil, err
	}
	if appid == "" {
		return nil, platform.Refuse(platform.CodeAppidMissing, "neither body nor query has an appid (a form body is not read)")
	}
	owner, err := a.service.ComponentBySecret(ctx, platform.SecretRequest{Appid: appid, Secret: secret, Path: c.endpoint.path, Caller: a.caller(ctx, c)})
	switch {
	case errors.Is(err, &platform.Error{Code: platform.CodeInvalidComponent}) && secret == "":
		return nil, platform.Refuse(platform.CodeAppsecretMissing, "the AppSecret is missing or empty")
	case errors.Is(err, &platform.Error{Code: platform.CodeInvalidComponent}):
		return nil, platform.Refuse(platform.CodeInvalidAppsecret, "%s is a mini program, of which no AppSecret is kept here; use its token, or the component's AppSecret", appid)
	}
	if platform.ValidAppid(appid) {
		c.claimed = appid
	}
	if err != nil {
		return nil, err
	}
	if err := a.quotaOf(c)(&owner, c.now); err != nil {
		return nil, err
	}
	return a.cleared(c, a.usageOf(appid), appid)
}

// strOrQuery is str for a member that may stand in the query instead.
func (c *call) strOrQuery(name string) (string, error) {
	s, err := c.str(name)
	if err == nil && s == "" {
		s = c.r.URL.Query().Get(name)
	}
	return s, err
}
