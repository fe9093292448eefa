package wxapi

import (
	"context"
	"time"

	"draftbox/internal/platform"
)

// expiresIn is how long access tokens live, in seconds on the wire.
const expiresIn = int64(platform.AccessTokenLife / time.Second)

// getPreAuthCode is getPreAuthCode, 获取预授权码. Its answer carries no errcode. The
// page's prose has 1800 s, its example 600: the prose holds. Codes made before stay
// good.
//
// Errors, in the order of the checks: 47001, 41018, 40013.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getpreauthcode.html
func (a *API) getPreAuthCode(ctx context.Context, c *call) (*answer, error) {
	if err := c.checkComponent(); err != nil {
		return nil, err
	}
	code, err := a.service.CreatePreAuthCode(ctx, c.session.Token.ComponentAppid)
	if err != nil {
		return nil, err
	}
	return reply(struct {
		Code      string `json:"pre_auth_code"`
		ExpiresIn int64  `json:"expires_in"`
	}{code.Value, int64(code.ExpiresAt.Sub(code.IssuedAt) / time.Second)}, "made pre_auth_code %s", platform.Mask(code.Value))
}

// funcInfo is a permission set on the wire: of the members that the page names, real
// answers show the id alone.
type funcInfo struct {
	Category struct {
		ID int `json:"id"`
	} `json:"funcscope_category"`
}

func funcInfos(a *platform.Authorizer) []funcInfo {
	out := make([]funcInfo, len(a.FuncIDs)) // never nil, so never null
	for i, id := range a.FuncIDs {
		out[i].Category.ID = id
	}
	return out
}

// getAuthorizerRefreshToken is getAuthorizerRefreshToken, 获取刷新令牌: it exchanges the
// code of a redirect or of a push for tokens, once. Its answer carries no errcode.
//
// Errors, in the order of the checks: 47001, 41018, 40013, 61009, 61010, 61003, 50002.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getauthorizerrefreshtoken.html
func (a *API) getAuthorizerRefreshToken(ctx context.Context, c *call) (*answer, error) {
	if err := c.checkComponent(); err != nil {
		return nil, err
	}
	code, err := c.str("authorization_code")
	if err != nil {
		return nil, err
	}
	tokens, err := a.service.QueryAuth(ctx, c.session.Token.ComponentAppid, code, a.caller(ctx, c))
	if err != nil {
		return nil, err
	}
	merchant := &tokens.Authorizer
	type authorizationInfo struct {
		Appid        string     `json:"authorizer_appid"`
		AccessToken  string     `json:"authorizer_access_token"`
		ExpiresIn    int64      `json:"expires_in"`
		RefreshToken string     `json:"authorizer_refresh_token"`
		FuncInfo     []funcInfo `json:"func_info"`
	}
	return reply(struct {
		Info authorizationInfo `json:"authorization_info"`
	}{authorizationInfo{merchant.Appid, tokens.AccessToken, expiresIn, merchant.RefreshToken, funcInfos(merchant)}},
		"exchanged the code for authorizer_access_token %s of %s", platform.Mask(tokens.AccessToken), merchant.Appid)
}

// getAuthorizerAccessToken is getAuthorizerAccessToken, 获取授权账号调用令牌. It always
// makes a new token, and the refresh token stays: the answer repeats it. Its answer
// carries no errcode.
//
// Errors, in the order of the checks: 47001, 41018, 40013, 61003, 50002, 61023.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getauthorizeraccesstoken.html
func (a *API) getAuthorizerAccessToken(ctx context.Context, c *call) (*answer, error) {
	if err := c.checkComponent(); err != nil {
		return nil, err
	}
	appid, err := c.authorizerAppid()
	if err != nil {
		return nil, err
	}
	refreshToken, err := c.str("authorizer_refresh_token")
	if err != nil {
		return nil, err
	}
	tokens, err := a.service.RefreshAuthorizerToken(ctx, c.session.Token.ComponentAppid, appid, refreshToken, a.caller(ctx, c))
	if err != nil {
		return nil, err
	}
	return reply(struct {
		AccessToken  string `json:"authorizer_access_token"`
		ExpiresIn    int64  `json:"expires_in"`
		RefreshToken string `json:"authorizer_refresh_token"`
	}{tokens.AccessToken, expiresIn, tokens.Authorizer.RefreshToken},
		"issued authorizer_access_token %s of %s", platform.Mask(tokens.AccessToken), appid)
}

// caller is who makes a call.
func (a *API) caller(ctx context.Context, c *call) platform.Caller {
	return platform.Caller{IP: c.ip, RID: c.ridText(ctx, a)}
}
