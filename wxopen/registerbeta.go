package wxopen

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

const (
	pathRegisterBeta = "/wxa/component/fastregisterbetaweapp"
	pathVerifyBeta   = "/wxa/verifybetaweapp"
	pathBetaNickname = "/wxa/setbetaweappnickname"
)

// BetaRegistration is a trial mini program (试用小程序) that its future administrator
// has yet to confirm.
type BetaRegistration struct {
	// UniqueID is the UniqueID in the [FastRegisterTask] of the push.
	UniqueID string
	// AuthorizeURL is the page on which the administrator confirms, in WeChat, within
	// 24 hours.
	AuthorizeURL string
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// RegisterBetaMiniprogram asks for a trial mini program. Its name has 4 to 30
// characters, to which the service adds 的体验小程序; openid is that of the person who
// is to be its administrator. When that one confirms, a [FastRegisterEvent] of type
// [EventFastRegisterBetaApp] and an [AuthorizedEvent] come. It is made once, whatever
// the [RetryPolicy] says.
//
// Refusals: [ErrNickname] is likely; [ErrDataFormat] was seen. The page's table is not
// known.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-regist-beta/api_registerbetaminiprogram.html
func (c *Client) RegisterBetaMiniprogram(ctx context.Context, name, openid string) (BetaRegistration, error) {
	r := &request{
		method: http.MethodPost,
		path:   pathRegisterBeta,
		body: struct {
			Name   string `json:"name"`
			OpenID string `json:"openid"`
		}{name, openid},
		once: true,
	}
	ans, err := c.call(ctx, r)
	if err != nil {
		return BetaRegistration{}, err
	}
	fields := ans.dataReader()
	made := BetaRegistration{UniqueID: fields.text("unique_id"), AuthorizeURL: fields.text("authorize_url"), Extra: fields.rest()}
	if made.AuthorizeURL == "" {
		return BetaRegistration{}, unusable(r, ans.status, nil, "%w", errors.New("the answer has no authorize_url"))
	}
	return made, nil
}

// BetaVerification says to which enterprise a trial mini program is to belong.
type BetaVerification struct {
	EnterpriseName string
	// Code is the number of the enterprise, of the kind that CodeType says.
	Code     string
	CodeType CodeType
	// LegalPersonaWechat, LegalPersonaName and LegalPersonaIDCard are the WeChat id,
	// the name and the id card number of the legal person, who has to confirm.
	LegalPersonaWechat string
	LegalPersonaName   string
	LegalPersonaIDCard string
	// ComponentPhone is a phone number of the platform's.
	ComponentPhone string
}

type verifyInfo struct {
	EnterpriseName string   `json:"enterprise_name"`
	Code           string   `json:"code"`
	CodeType       CodeType `json:"code_type"`
	LegalWechat    string   `json:"legal_persona_wechat"`
	LegalName      string   `json:"legal_persona_name"`
	LegalIDCard    string   `json:"legal_persona_idcard"`
	ServicePhone   string   `json:"component_phone"`
}

// VerifyBetaMiniprogram asks for a trial mini program to become a regular one. How
// that ended comes as a [FastRegisterEvent] of type [EventFastVerifyBetaApp]. It is
// made once, whatever the [RetryPolicy] says.
//
// Refusals: [ErrNamesDiffer], [ErrWechatID], [ErrRegisterInner], [ErrCodeType],
// [ErrTaskRunning], [ErrTaskNotFound], [ErrLegalPersonChecking],
// [ErrPlatformChecking], [ErrParamsMissing], [ErrComponentRights],
// [ErrEnterpriseCode].
//
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/beta_Mini_Programs/fastverify.html
func (a *AuthorizerClient) VerifyBetaMiniprogram(ctx context.Context, v BetaVerification) error {
	_, err := a.call(ctx, &request{
		method: http.MethodPost,
		path:   pathVerifyBeta,
		body: struct {
			Info verifyInfo `json:"verify_info"`
		}{verifyInfo{v.EnterpriseName, v.Code, v.CodeType, v.LegalPersonaWechat, v.LegalPersonaName, v.LegalPersonaIDCard, v.ComponentPhone}},
		once:    true,
		secrets: []string{v.LegalPersonaIDCard},
	})
	return err
}

// ModifyBetaMiniprogramNickname renames a trial mini program; the service adds
// 的体验小程序. It can be done until the mini program becomes a regular one, and needs
// permission set 81.
//
// Refusals: [ErrInvalidCredential], [ErrNickname], [ErrNotTrial];
// [ErrInvalidAccessToken] was seen for a component's token.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-regist-beta/api_modifybetaminiprogramnickname
func (a *AuthorizerClient) ModifyBetaMiniprogramNickname(ctx context.Context, name string) error {
	_, err := a.call(ctx, &request{
		method: http.MethodPost,
		path:   pathBetaNickname,
		body: struct {
			Name string `json:"name"`
		}{name},
	})
	return err
}
