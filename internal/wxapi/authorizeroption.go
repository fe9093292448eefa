package wxapi

import (
	"context"
	"strings"

	"draftbox/internal/platform"
)

// The options have a path of old, which names the account in the body, and a new one,
// which takes it from the token. Pages and programs disagree on the token, so both
// take both kinds.
const oldOptionPaths = "/cgi-bin/component/api_"

// getAuthorizerOptionInfo is getAuthorizerOptionInfo, 获取授权方选项信息. A member
// option_value, which some programs send along, is ignored.
//
// Errors, in the order of the checks: 47001, 41018, 40013, 61003, 50002, 61012.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_getauthorizeroptioninfo.html
func (a *API) getAuthorizerOptionInfo(ctx context.Context, c *call) (*answer, error) {
	appid, err := c.optionAccount()
	if err != nil {
		return nil, err
	}
	name, err := c.str("option_name")
	if err != nil {
		return nil, err
	}
	merchant, err := a.service.StandingAuthorizer(ctx, c.session.Token.ComponentAppid, appid)
	if err != nil {
		return nil, err
	}
	value, err := merchant.AuthorizerOption(name)
	if err != nil {
		return nil, err
	}
	told := "" // the account, on the path of old only
	if c.oldOptionPath() {
		told = appid
	}
	return reply(struct {
		envelope
		Appid string `json:"authorizer_appid,omitempty"`
		Name  string `json:"option_name"`
		Value string `json:"option_value"`
	}{okEnvelope(), told, name, value}, "%s of %s is %s", name, appid, value)
}

// setAuthorizerOptionInfo is setAuthorizerOptionInfo, 设置授权方选项信息.
//
// Errors, in the order of the checks: 47001, 41018, 40013, 61003, 50002, 61012, 61013,
// 61025.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_setauthorizeroptioninfo.html
func (a *API) setAuthorizerOptionInfo(ctx context.Context, c *call) (*answer, error) {
	appid, err := c.optionAccount()
	if err != nil {
		return nil, err
	}
	name, err := c.str("option_name")
	if err != nil {
		return nil, err
	}
	value, err := c.str("option_value")
	if err != nil {
		return nil, err
	}
	if err := a.service.SetAuthorizerOption(ctx, c.session.Token.ComponentAppid, appid, name, value); err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "%s of %s is %s now", name, appid, value)
}

func (c *call) oldOptionPath() bool { return strings.HasPrefix(c.endpoint.path, oldOptionPaths) }

// optionAccount tells whose options a call is about. With an authorizer's token it is
// the token's account, whatever the path, and what the body says must agree. With a
// component's the body names it; its component_appid may be absent on the new path.
//
// Errors: 47001, 41018, 40013.
func (c *call) optionAccount() (string, error) {
	own := c.authorizer
	if !isNull(c.members["component_appid"]) || own == nil && c.oldOptionPath() {
		if err := c.checkComponent(); err != nil {
			return "", err
		}
	}
	if own != nil && isNull(c.members["authorizer_appid"]) {
		return own.Appid, nil
	}
	appid, err := c.authorizerAppid()
	if err == nil && own != nil && appid != own.Appid {
		return "", platform.Refuse(platform.CodeInvalidAppid, "authorizer_appid is %s, the token is that of %s", appid, own.Appid)
	}
	return appid, err
}
