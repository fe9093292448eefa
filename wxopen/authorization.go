package wxopen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

const (
	pathCreatePreAuthCode = "/cgi-bin/component/api_create_preauthcode"
	pathQueryAuth         = "/cgi-bin/component/api_query_auth"
	pathAuthorizerToken   = "/cgi-bin/component/api_authorizer_token"
)

// componentBody is the member that most calls under /cgi-bin/component/ have.
type componentBody struct {
	Component string `json:"component_appid"`
}

// PreAuthCode is a pre_auth_code (预授权码), with which an authorization page is
// opened.
type PreAuthCode struct {
	// Code is good for one authorization; some 100 characters.
	Code string
	// ExpiresIn is how long it is good from now, half an hour; 0 where the answer
	// tells nothing.
	ExpiresIn time.Duration
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// String keeps the code out of logs.
func (p PreAuthCode) String() string { return "wxopen.PreAuthCode(" + masked + ")" }

// GoString keeps the code out of logs.
func (p PreAuthCode) GoString() string { return p.String() }

// LogValue keeps the code out of logs.
func (p PreAuthCode) LogValue() slog.Value { return slog.StringValue(p.String()) }

// CreatePreAuthCode makes a code for [Client.AuthorizationURL]. Several may be
// outstanding at once. A code that is not good is refused by the page, not by a
// call.
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrInvalidAppid],
// [ErrTokenMissing], [ErrTokenExpired], [ErrDailyQuota], [ErrDataFormat],
// [ErrAPIUnauthorized], [ErrIPNotRegistered], [ErrInvalidComponent];
// [ErrInvalidAppsecret], [ErrAppsecretMissing], [ErrTicketExpired] and
// [ErrTicketInvalid] are documented without a case.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getpreauthcode.html
func (c *Client) CreatePreAuthCode(ctx context.Context) (PreAuthCode, error) {
	r := &request{method: http.MethodPost, path: pathCreatePreAuthCode, body: componentBody{c.appid}}
	ans, err := c.call(ctx, r)
	if err != nil {
		return PreAuthCode{}, err
	}
	fields := ans.dataReader()
	code := PreAuthCode{Code: fields.text("pre_auth_code"), ExpiresIn: fields.life("expires_in"), Extra: fields.rest()}
	if code.Code == "" {
		fields.fail(errors.New("the answer has no pre_auth_code"))
	}
	if fields.err != nil {
		return PreAuthCode{}, unusable(r, ans.status, nil, "%w", fields.err)
	}
	return code, nil
}

// FuncScope is a permission set (权限集) that an account granted.
type FuncScope struct {
	// ID is the number of the set: 18 is code management, for one. 0 stands for a set
	// that has none: for its sake an authorization is not lost.
	ID int64
	// Type, Name and Desc are documented; the service was not seen to send them.
	Type int64
	Name string
	Desc string
	// NeedConfirm, AlreadyConfirm and CanConfirm are of the confirm_info that sets
	// which need a confirmation have.
	NeedConfirm    bool
	AlreadyConfirm bool
	CanConfirm     bool
	// Extra holds the members of the funcscope_category that have no field here.
	Extra map[string]json.RawMessage
}

// UnmarshalJSON reads an element of func_info.
func (s *FuncScope) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*s = FuncScope{}
	r.inner("funcscope_category", func(in *reader) {
		s.ID = in.count("id")
		s.Type = in.count("type")
		s.Name = in.text("name")
		s.Desc = in.text("desc")
		s.Extra = in.rest()
	})
	r.inner("confirm_info", func(in *reader) {
		s.NeedConfirm = in.flag("need_confirm")
		s.AlreadyConfirm = in.flag("already_confirm")
		s.CanConfirm = in.flag("can_confirm")
	})
	return r.err
}

// Authorization is what an account granted, with the tokens that act for it.
type Authorization struct {
	// AuthorizerAppid is the account's appid.
	AuthorizerAppid string
	// AccessToken and RefreshToken are empty for an account that has no API
	// permission of its own. [Client.AuthorizerInfo] gives no AccessToken either.
	AccessToken string
	// ExpiresIn is how long AccessToken is good from now, 2 hours; 0 where the answer
	// tells nothing.
	ExpiresIn time.Duration
	// RefreshToken does not end while the authorization stands. It is replaced when
	// the account takes that back and authorizes again, not by a refresh.
	RefreshToken string
	// FuncInfo are the permission sets.
	FuncInfo []FuncScope
	// Extra holds the members of authorization_info that have no field here.
	Extra map[string]json.RawMessage
}

// String names the account and keeps the tokens out of logs.
func (a Authorization) String() string {
	return fmt.Sprintf("wxopen.Authorization(%s %s)", a.AuthorizerAppid, masked)
}

// GoString names the account and keeps the tokens out of logs.
func (a Authorization) GoString() string { return a.String() }

// LogValue names the account and keeps the tokens out of logs.
func (a Authorization) LogValue() slog.Value { return slog.StringValue(a.String()) }

func readAuthorization(in *reader) Authorization {
	a := Authorization{
		AuthorizerAppid: in.text("authorizer_appid"),
		AccessToken:     in.text("authorizer_access_token"),
		ExpiresIn:       in.life("expires_in"),
		RefreshToken:    in.text("authorizer_refresh_token"),
	}
	in.list("func_info", &a.FuncInfo)
	a.Extra = in.rest()
	return a
}

// QueryAuth exchanges an authorization code for the tokens of the account that it
// stands for. The code is that of the page's redirect
// ([ParseAuthorizationRedirect]) or of the push ([AuthorizedEvent]); one
// authorization gives both, and either can be exchanged, once, within an hour. Give
// the result to [Client.KeepAuthorization].
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrInvalidAppid]; seen were
// [ErrAuthCodeInvalid], [ErrAuthCodeExpired] (also for a second use),
// [ErrIPNotRegistered] and [ErrUserLimited].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getauthorizerrefreshtoken.html
func (c *Client) QueryAuth(ctx context.Context, authorizationCode string) (Authorization, error) {
	r := &request{
		method: http.MethodPost,
		path:   pathQueryAuth,
		body: struct {
			componentBody
			Code string `json:"authorization_code"`
		}{componentBody{c.appid}, authorizationCode},
		secrets: []string{authorizationCode},
	}
	ans, err := c.call(ctx, r)
	if err != nil {
		return Authorization{}, err
	}
	fields := ans.dataReader()
	var a Authorization
	fields.inner("authorization_info", func(in *reader) { a = readAuthorization(in) })
	if a.AuthorizerAppid == "" {
		fields.fail(errors.New("the answer has no authorizer_appid"))
	}
	if fields.err != nil {
		return Authorization{}, unusable(r, ans.status, nil, "%w", fields.err)
	}
	return a, nil
}

// AuthorizerToken is an authorizer_access_token with its life.
type AuthorizerToken struct {
	// AccessToken is the token, some 160 characters.
	AccessToken string
	// ExpiresIn is how long it is good from now, 2 hours; 0 where the answer tells
	// nothing.
	ExpiresIn time.Duration
	// RefreshToken is the one to use from now on, by all that is known the one that
	// was sent; empty where the answer has none.
	RefreshToken string
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// String keeps the tokens out of logs.
func (t AuthorizerToken) String() string { return "wxopen.AuthorizerToken(" + masked + ")" }

// GoString keeps the tokens out of logs.
func (t AuthorizerToken) GoString() string { return t.String() }

// LogValue keeps the tokens out of logs.
func (t AuthorizerToken) LogValue() slog.Value { return slog.StringValue(t.String()) }

// AuthorizerToken fetches a new authorizer_access_token of an account. Each one ends
// the one before it five minutes later, so use it through a source that all
// processes share, as [Client.AuthorizerTokens] is.
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrInvalidAppid],
// [ErrNeedComponentToken]; seen were [ErrNotAuthorized] (never authorized, or taken
// back), [ErrRefreshTokenInvalid] (that of an authorization before the present one),
// [ErrDailyQuota], [ErrUserLimited] and [ErrIPNotRegistered].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getauthorizeraccesstoken.html
func (c *Client) AuthorizerToken(ctx context.Context, authorizerAppid, refreshToken string) (AuthorizerToken, error) {
	r := &request{
		method: http.MethodPost,
		path:   pathAuthorizerToken,
		body: struct {
			componentBody
			Authorizer   string `json:"authorizer_appid"`
			RefreshToken string `json:"authorizer_refresh_token"`
		}{componentBody{c.appid}, authorizerAppid, refreshToken},
		secrets: []string{refreshToken},
	}
	ans, err := c.call(ctx, r)
	if err != nil {
		return AuthorizerToken{}, err
	}
	fields := ans.dataReader()
	token := AuthorizerToken{
		AccessToken:  fields.text("authorizer_access_token"),
		ExpiresIn:    fields.life("expires_in"),
		RefreshToken: fields.text("authorizer_refresh_token"),
		Extra:        fields.rest(),
	}
	if token.AccessToken == "" {
		fields.fail(errors.New("the answer has no authorizer_access_token"))
	}
	if fields.err != nil {
		return AuthorizerToken{}, unusable(r, ans.status, nil, "%w", fields.err)
	}
	return token, nil
}
