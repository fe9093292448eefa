package wxapi

import (
	"context"
	"encoding/json"
	"net/http"

	"draftbox/internal/platform"
)

// funcTrial is the permission set (权限集) that does for getTrialQRCode, too.
const funcTrial = 86

// codeRoutes are the calls about a mini program's code: commit, audit, release.
func (a *API) codeRoutes() []endpoint {
	const get, post = http.MethodGet, http.MethodPost
	routes := []endpoint{
		{path: "/wxa/commit", method: post, form: commitMembers, handle: a.commit},
		{path: "/wxa/get_page", method: get, handle: a.getCodePage},
		{path: "/wxa/get_qrcode", method: get, funcs: []int{funcCode, funcTrial}, handle: a.getTrialQRCode},
		{path: "/wxa/security/get_code_privacy_info", method: get, handle: a.getCodePrivacyInfo},

		{path: "/wxa/submit_audit", method: post, handle: a.submitAudit},
		{path: "/wxa/uploadmedia", method: post, file: true, handle: a.uploadMediaToCodeAudit},
		{path: "/wxa/get_auditstatus", method: post, handle: a.getAuditStatus},
		{path: "/wxa/get_latest_auditstatus", method: get, handle: a.getLatestAuditStatus},
		{path: "/wxa/undocodeaudit", method: get, handle: a.undoAudit},
		{path: "/wxa/queryquota", method: get, wrongKind: platform.CodeNeedComponentToken, handle: a.setCodeAuditQuota},
		{path: "/wxa/speedupaudit", method: post, handle: a.speedupCodeAudit},

		{path: "/wxa/release", method: post, handle: a.release},
		{path: "/wxa/revertcoderelease", method: get, handle: a.revertCodeRelease},
		{path: "/wxa/grayrelease", method: post, handle: a.grayRelease},
		{path: "/wxa/getgrayreleaseplan", method: get, handle: a.getGrayReleasePlan},
		{path: "/wxa/revertgrayrelease", method: get, handle: a.revertGrayRelease},
		{path: "/wxa/change_visitstatus", method: post, handle: a.setVisitStatus},
		{path: "/wxa/getvisitstatus", method: post, handle: a.getVisitStatus},
		{path: "/wxa/getversioninfo", method: post, handle: a.getVersionInfo},
		{path: "/cgi-bin/wxopen/getweappsupportversion", method: post, handle: a.getSupportVersion},
		{path: "/cgi-bin/wxopen/setweappsupportversion", method: post, handle: a.setSupportVersion},
	}
	for i := range routes {
		r := &routes[i]
		r.token = authorizerToken
		if r.wrongKind == 0 {
			r.wrongKind = platform.CodeAPIUnauthorized
		}
		if r.funcs == nil {
			r.funcs = []int{funcCode}
		}
		r.handle = ofMiniprogram(r.handle)
	}
	return routes
}

// ofMiniprogram refuses an official account, which has no code: 48001 (decided).
func ofMiniprogram(handle func(context.Context, *call) (*answer, error)) func(context.Context, *call) (*answer, error) {
	return func(ctx context.Context, c *call) (*answer, error) {
		if c.authorizer.OfficialAccount() {
			return nil, platform.Refuse(platform.CodeAPIUnauthorized, "%s is an official account; this call is for mini programs", c.authorizer.Appid)
		}
		return handle(ctx, c)
	}
}

// commitMembers are what a commit's form may have. That the real service takes forms was
// seen: https://developers.weixin.qq.com/community/develop/doc/000e60a631cbb0bd9e8b953df51000
var commitMembers = []string{"template_id", "ext_json", "user_version", "user_desc"}

// whose are the appids of a call with a merchant's token.
func (c *call) whose() (component, authorizer string) {
	return c.held.component.Appid, c.authorizer.Appid
}

// commit is commit, 上传代码并生成体验版: a template, merged with ext_json, becomes the
// experience version. It begins a check of the code's privacy interfaces.
//
// Errors, in the order of the checks: 85014 no template_id (observed), 47001 ext_json,
// user_version or user_desc missing or no string (observed), 40097 user_version over 64
// characters (decided), 85014, 85043, those of the ext_json (80066, 80067, 80082, 85013,
// 85045 to 85048, 85310 to 85312, 9402203), 9402202.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_commit.html
func (a *API) commit(ctx context.Context, c *call) (*answer, error) {
	var in platform.Commit
	var err error
	in.ComponentAppid, in.AuthorizerAppid = c.whose()
	if in.TemplateID, err = c.templateID(); err != nil {
		return nil, err
	}
	for _, m := range []struct {
		name  string
		place *string
	}{{"ext_json", &in.ExtJSON}, {"user_version", &in.UserVersion}, {"user_desc", &in.UserDesc}} {
		raw := c.members[m.name]
		if isNull(raw) || json.Unmarshal(raw, m.place) != nil {
			return nil, platform.Refuse(platform.CodeDataFormat, "%s is missing or no string", m.name)
		}
	}
	if err := a.service.Commit(ctx, in); err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "template %d is the experience version of %s now: %s", in.TemplateID, in.AuthorizerAppid, in.UserVersion)
}

// templateID reads the template of a commit. A text that is no number names a template
// that does not exist: so was a number in literal quotation marks answered.
//
// Errors: 47001, 85014.
func (c *call) templateID() (int64, error) {
	raw := c.members["template_id"]
	id, ok, err := c.integer("template_id")
	switch {
	case err != nil && raw[0] == '"':
		return 0, platform.Refuse(platform.CodeTemplateNotExist, "template_id is %s, no number", clip(string(raw)))
	case err != nil:
		return 0, err
	case !ok:
		return 0, platform.Refuse(platform.CodeTemplateNotExist, "the body has no template_id; a missing one is not id 0")
	}
	return id, nil
}

// getCodePage is getCodePage, 获取已上传的代码页面列表.
//
// Errors: 86001.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getcodepage.html
func (a *API) getCodePage(ctx context.Context, c *call) (*answer, error) {
	exp, err := a.service.ExpVersion(ctx, c.held.component.Appid, c.authorizer.Appid)
	if err != nil {
		return nil, err
	}
	return reply(struct {
		envelope
		PageList []string `json:"page_list"`
	}{okEnvelope(), orNone(exp.Config.Pages)}, "%s", counted(len(exp.Config.Pages), "page"))
}

// getCodePrivacyInfo is getCodePrivacyInfo, 获取隐私接口检测结果. 61040, which the page
// lists as well, never comes: the lists tell of what was found.
//
// Errors, in the order of the checks: 86001 (decided), 61039.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getcodeprivacyinfo.html
func (a *API) getCodePrivacyInfo(ctx context.Context, c *call) (*answer, error) {
	info, err := a.service.PrivacyInfo(ctx, c.held.component.Appid, c.authorizer.Appid)
	if err != nil {
		return nil, err
	}
	return reply(struct {
		envelope
		WithoutAuth []string `json:"without_auth_list"`
		WithoutConf []string `json:"without_conf_list"`
	}{okEnvelope(), orNone(info.WithoutAuth), orNone(info.WithoutConf)},
		"%s without right, %d not declared", counted(len(info.WithoutAuth), "interface"), len(info.WithoutConf))
}
