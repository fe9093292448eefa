package wxapi

import (
	"context"
	"time"

	"draftbox/internal/platform"
)

// getComponentAccessToken is getComponentAccessToken, 获取令牌. It needs no token;
// its answer carries no errcode.
//
// Errors, in the order of the checks: 44002, 47001, 41018, 40013, 61011, 61004,
// 48001, 61006, 61005, 41004, 40125, 45009; 40001 and 42001 by the switch
// stray_token.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getcomponentaccesstoken.html
func (a *API) getComponentAccessToken(ctx context.Context, c *call) (*answer, error) {
	appid, err := a.claim(ctx, c)
	if err != nil {
		return nil, err
	}
	secret, err := c.str("component_appsecret")
	if err != nil {
		return nil, err
	}
	ticket, err := c.str("component_verify_ticket")
	if err != nil {
		return nil, err
	}
	token, err := a.service.ComponentAccessToken(ctx, platform.TokenRequest{
		Appid: appid, Secret: secret, Ticket: ticket,
		Caller: platform.Caller{IP: c.ip, RID: c.ridText(ctx, a)},
		Quota:  a.quotaOf(c),
	})
	if err != nil {
		return nil, err
	}
	return reply(struct {
		Token     string `json:"component_access_token"`
		ExpiresIn int64  `json:"expires_in"`
	}{token, int64(platform.AccessTokenLife / time.Second)}, "issued component_access_token %s", platform.Mask(token))
}

// startPushTicket is startPushTicket, 启动票据推送服务. Pushing is on from the
// start, so it pushes at once and answers ok.
//
// Errors, in the order of the checks: 44002, 47001, 41018, 40013, 61011, 61004,
// 48001, 41004, 40125, 45009; 40001 and 42001 by the switch stray_token.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_startpushticket.html
func (a *API) startPushTicket(ctx context.Context, c *call) (*answer, error) {
	appid, err := a.claim(ctx, c)
	if err != nil {
		return nil, err
	}
	secret, err := c.str("component_secret")
	if err != nil {
		return nil, err
	}
	err = a.service.StartPushTicket(ctx, platform.PushRequest{
		Appid: appid, Secret: secret, Caller: platform.Caller{IP: c.ip, RID: c.ridText(ctx, a)}, Quota: a.quotaOf(c),
	})
	if err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "the ticket of component %s is pushed", appid)
}

// quotaOf counts a call once the service knows whose it is.
func (a *API) quotaOf(c *call) func(*platform.Component, time.Time) error {
	return func(component *platform.Component, now time.Time) error {
		return a.usageOf(component.Appid).count(component, c.endpoint, now)
	}
}

// claim reads the component that a call without a token names, and looks at a
// token that came along although none is asked for.
func (a *API) claim(ctx context.Context, c *call) (string, error) {
	appid, err := c.claimComponent()
	if err != nil {
		return "", err
	}
	return appid, a.checkStrayToken(ctx, c, appid)
}

// claimComponent reads the component that a call without a token names.
//
// Errors: 47001, 41018 missing, 40013 malformed.
func (c *call) claimComponent() (string, error) {
	appid, err := c.str("component_appid")
	if err != nil {
		return "", err
	}
	if appid == "" {
		return "", platform.Refuse(platform.CodeComponentAppidMissing, "the body has no component_appid (a form body is not read)")
	}
	if !platform.ValidAppid(appid) {
		return "", platform.Refuse(platform.CodeInvalidAppid, "component_appid %q is no appid: wx and 16 lower-case hex digits", clip(appid))
	}
	c.claimed = appid
	return appid, nil
}

// checkStrayToken applies the switch stray_token: one page prints a token in the
// URL of a call that needs none, and lists 40001.
func (a *API) checkStrayToken(ctx context.Context, c *call, appid string) error {
	token := queryToken(c.r.URL.RawQuery)
	if token == "" {
		return nil
	}
	component, err := a.service.Component(ctx, appid)
	if err != nil || component.Settings.Switches.StrayToken != "check" {
		return nil //nolint:nilerr // the call itself finds out and says it better
	}
	_, err = a.service.Authenticate(ctx, token)
	return err
}
