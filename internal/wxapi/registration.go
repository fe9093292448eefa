package wxapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"draftbox/internal/platform"
)

func (a *API) registrationRoutes() []endpoint {
	const post = http.MethodPost
	return []endpoint{
		{path: "/cgi-bin/component/fastregisterweapp", method: post, token: componentToken, wrongKind: platform.CodeNeedComponentToken, handle: a.registerMiniprogram},
		{path: "/wxa/component/fastregisterpersonalweapp", method: post, token: componentToken, wrongKind: platform.CodeAPIUnauthorized, handle: a.fastRegisterPersonalMp},
		{path: "/wxa/component/fastregisterbetaweapp", method: post, token: componentToken, wrongKind: platform.CodeAPIUnauthorized, handle: a.registerBetaMiniprogram},
		{path: "/wxa/verifybetaweapp", method: post, token: authorizerToken, wrongKind: platform.CodeAPIUnauthorized, handle: a.verifyBetaMiniprogram},
		{path: "/wxa/setbetaweappnickname", method: post, token: authorizerToken, wrongKind: platform.CodeInvalidAccessToken, funcs: []int{funcTrialName}, handle: a.modifyBetaMiniprogramNickName},
		{path: "/cgi-bin/account/fastregister", method: post, token: authorizerToken, wrongKind: platform.CodeAPIUnauthorized, funcs: []int{funcFastRegister}, handle: a.registerMiniprogramByOffiaccount},
	}
}

// Permission sets (权限集) that these calls take.
const (
	funcFastRegister = 27 // of official accounts
	funcTrialName    = 81
)

// upperOK is the success of fastregisterweapp: its page and users' answers have the
// text in capitals.
var upperOK = envelope{platform.CodeOK, "OK"}

// action reads the parameter action of the query.
func (c *call) action() string { return c.r.URL.Query().Get("action") }

func badAction(action, allowed string) error {
	return platform.Refuse(platform.CodeInvalidArgs, "action is %q in the query, must be %s", clip(action), allowed)
}

// strs reads string members into their places.
func (c *call) strs(members map[string]*string) error {
	for name, place := range members {
		s, err := c.str(name)
		if err != nil {
			return err
		}
		*place = s
	}
	return nil
}

// truth reads a member that is true or false; absent and null are false.
func (c *call) truth(name string) (bool, error) {
	raw := c.members[name]
	if isNull(raw) {
		return false, nil
	}
	var b bool
	if err := json.Unmarshal(raw, &b); err != nil {
		return false, platform.Refuse(platform.CodeDataFormat, "%s must be true or false", name)
	}
	return b, nil
}

// enterprise reads what the calls about an enterprise have in common; nameMember is
// the member with its name.
func (c *call) enterprise(nameMember string) (platform.RegistrationRequest, error) {
	var in platform.RegistrationRequest
	codeType, given, err := c.integer("code_type")
	if err != nil {
		return in, err
	}
	if given && (codeType < 1 || codeType > 3) {
		codeType = -1
	}
	in.CodeType = int(codeType)
	err = c.strs(map[string]*string{
		nameMember: &in.Name, "code": &in.Code, "legal_persona_wechat": &in.LegalPersonaWechat, "legal_persona_name": &in.LegalPersonaName,
		"legal_persona_idcard": &in.LegalPersonaIDCard, "component_phone": &in.ComponentPhone,
	})
	return in, err
}

// registerMiniprogram is registerMiniprogram, 快速注册企业小程序: action create begins a
// registration, search tells how it stands with the same codes. Its outcome is pushed.
//
// Errors, in the order of the checks: 40097 no such action (decided); create 89253,
// 89248, 89255, by the switch registration_refuse 86004, 61070, 53011, 89247 and 89254,
// 89249, 91030; search 89253, 89250, 89251, 89252.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-ent/api_registerminiprogram.html
func (a *API) registerMiniprogram(ctx context.Context, c *call) (*answer, error) {
	action := c.action()
	if action != "create" && action != "search" {
		return nil, badAction(action, "create or search")
	}
	in, err := c.enterprise("name")
	if err != nil {
		return nil, err
	}
	in.LegalPersonaIDCard = "" // of verifybetaweapp alone
	if action == "search" {
		if err := a.service.SearchRegistration(ctx, c.held.component.Appid, in); err != nil {
			return nil, err
		}
		return reply(upperOK, "the registration was successful")
	}
	g, err := a.service.RegisterEnterprise(ctx, c.held.component.Appid, in)
	if err != nil {
		return nil, err
	}
	return reply(upperOK, "registration %s is %s", g.ID, g.State)
}

// fastRegisterPersonalMp is fastRegisterPersonalMp, 快速注册个人小程序: action create
// begins a registration, query tells how it stands.
//
// Errors: 40097 no such action, 89253, 89250 (all three decided), 91030.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-ind/api_fastregisterpersonalmp.html
func (a *API) fastRegisterPersonalMp(ctx context.Context, c *call) (*answer, error) {
	var g platform.Registration
	var err error
	switch action := c.action(); action {
	case "create":
		g, err = a.createPersonal(ctx, c)
	case "query":
		var taskid string
		if taskid, err = c.str("taskid"); err == nil {
			g, err = a.service.PersonalRegistration(ctx, c.held.component.Appid, taskid)
		}
	default:
		err = badAction(action, "create or query")
	}
	if err != nil {
		return nil, err
	}
	return reply(struct {
		envelope
		TaskID       string `json:"taskid"`
		AuthorizeURL string `json:"authorize_url"`
		Status       int    `json:"status"`
	}{okEnvelope(), g.ID, "https://mp.weixin.qq.com/wxawap/fastregisterpersonal?action=show&taskid=" + g.ID + "#wechat_redirect", g.Progress},
		"registration %s is %s", g.ID, g.State)
}

func (a *API) createPersonal(ctx context.Context, c *call) (platform.Registration, error) {
	var in platform.RegistrationRequest
	err := c.strs(map[string]*string{"idname": &in.IDName, "wxuser": &in.WXUser, "component_phone": &in.ComponentPhone})
	if err != nil {
		return platform.Registration{}, err
	}
	if in.NewVersion, err = c.truth("new_version"); err != nil {
		return platform.Registration{}, err
	}
	g, err := a.service.RegisterPersonal(ctx, c.held.component.Appid, in)
	g.Progress = 0 // the answer tells of the task; what became of it is asked for
	return g, err
}

// registerBetaMiniprogram is registerBetaMiniprogram, 注册试用小程序.
//
// Errors: 47001 a missing member, too (observed), 40097 a name too short or too long
// (decided), 86011 by the switch registration_refuse.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-regist-beta/api_registerbetaminiprogram.html
func (a *API) registerBetaMiniprogram(ctx context.Context, c *call) (*answer, error) {
	var in platform.RegistrationRequest
	if err := c.strs(map[string]*string{"name": &in.Name, "openid": &in.OpenID}); err != nil {
		return nil, err
	}
	g, err := a.service.RegisterBeta(ctx, c.held.component.Appid, in)
	if err != nil {
		return nil, err
	}
	return reply(struct {
		envelope
		UniqueID     string `json:"unique_id"`
		AuthorizeURL string `json:"authorize_url"`
	}{okEnvelope(), g.ID, "https://mp.weixin.qq.com/wxawap/fastregistertpbeta?action=show&create_token=" + g.ID + "#wechat_redirect"},
		"registration %s is %s", g.ID, g.State)
}

// verifyBetaMiniprogram is verifyBetaMiniprogram, 试用小程序快速认证: a trial mini
// program is to become a regular one. Its outcome is pushed.
//
// Errors, in the order of the checks: 91020 no trial one (decided), 89253, 89248,
// 89255, by the switch registration_refuse 86004, 61070, 89247 and 89254, 89249, 89251,
// 89252.
//
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/beta_Mini_Programs/fastverify.html
func (a *API) verifyBetaMiniprogram(ctx context.Context, c *call) (*answer, error) {
	inner := call{}
	if raw := c.members["verify_info"]; !isNull(raw) {
		if err := json.Unmarshal(raw, &inner.members); err != nil {
			return nil, platform.Refuse(platform.CodeDataFormat, "verify_info must be an object")
		}
	}
	in, err := inner.enterprise("enterprise_name")
	if err != nil {
		return nil, err
	}
	g, err := a.service.VerifyBeta(ctx, c.held.component.Appid, c.authorizer.Appid, in)
	if err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "registration %s is %s", g.ID, g.State)
}

// modifyBetaMiniprogramNickName is modifyBetaMiniprogramNickName, 修改试用小程序名称.
//
// Errors, in the order of the checks: 91020, 47001, 40097 a name too short or too long
// (decided), 86011 by the switch registration_refuse.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-regist-beta/api_modifybetaminiprogramnickname
func (a *API) modifyBetaMiniprogramNickName(ctx context.Context, c *call) (*answer, error) {
	name, err := c.str("name")
	if err != nil {
		return nil, err
	}
	m, err := a.service.SetTrialNickname(ctx, c.held.component.Appid, c.authorizer.Appid, name)
	if err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "%s is called %s", m.Appid, m.NickName)
}

// registerMiniprogramByOffiaccount is registerMiniprogramByOffiaccount,
// 复用公众号主体快速注册小程序. The page's table has booleans, its example the strings
// that are answered here (unconfirmed), and an empty errmsg.
//
// Errors, in the order of the checks: 48001 a mini program's token (decided), 61028,
// 61052, by the switch registration_refuse 61029, 61051 to 61057, 61060 and 61061, 61058.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-officalaccount/api_registerminiprogrambyoffiaccount.html
func (a *API) registerMiniprogramByOffiaccount(ctx context.Context, c *call) (*answer, error) {
	ticket, err := c.str("ticket")
	if err != nil {
		return nil, err
	}
	made, err := a.service.RegisterByOffiaccount(ctx, c.held.component.Appid, c.authorizer.Appid, ticket)
	if err != nil {
		return nil, err
	}
	return reply(struct {
		envelope
		Appid             string `json:"appid"`
		AuthorizationCode string `json:"authorization_code"`
		IsWXVerifySucc    string `json:"is_wx_verify_succ"`
		IsLinkSucc        string `json:"is_link_succ"`
	}{envelope{}, made.Authorizer.Appid, made.Code.Value, "true", "true"},
		"made %s; its authorization_code %s ends in %s", made.Authorizer.Appid, platform.Mask(made.Code.Value), made.Code.ExpiresAt.Sub(made.Code.IssuedAt).Round(time.Second))
}
