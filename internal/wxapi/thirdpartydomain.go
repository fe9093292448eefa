package wxapi

import (
	"context"
	"net/http"
	"strings"

	"draftbox/internal/platform"
)

func (a *API) thirdpartyDomainRoutes() []endpoint {
	const post, wrong = http.MethodPost, platform.CodeNeedComponentToken
	return []endpoint{
		{path: "/cgi-bin/component/modify_wxa_server_domain", method: post, token: componentToken, wrongKind: wrong, handle: a.modifyThirdpartyServerDomain},
		{path: "/cgi-bin/component/modify_wxa_jump_domain", method: post, token: componentToken, wrongKind: wrong, handle: a.modifyThirdpartyJumpDomain},
		{path: "/cgi-bin/component/get_domain_confirmfile", method: post, token: componentToken, wrongKind: wrong, handle: a.getThirdpartyJumpDomainConfirmFile},
	}
}

// thirdpartyDomains makes the change that a call asks for; member is that of the
// domains. success is nil for get, whose answer was seen without errcode.
func (a *API) thirdpartyDomains(ctx context.Context, c *call, kind platform.DomainKind, member string) (out platform.DomainChanged, success *envelope, err error) {
	in := platform.DomainChange{ComponentAppid: c.held.component.Appid, Kind: kind}
	if in.Action, err = c.str("action"); err != nil {
		return out, nil, err
	}
	if in.Published, err = c.truth("is_modify_published_together"); err != nil {
		return out, nil, err
	}
	domains, err := c.str(member)
	if err != nil {
		return out, nil, err
	}
	if !isNull(c.members[member]) {
		in.Domains = &domains
	}
	out, err = a.service.ChangeThirdpartyDomains(ctx, in)
	if in.Action != "get" {
		ok := okEnvelope()
		success = &ok
	}
	return out, success, err
}

const joint = ";"

// published joins the published domains; nil, which leaves the member out, of a
// component that was not published.
func published(out *platform.DomainChanged) *string {
	if !out.Published {
		return nil
	}
	s := strings.Join(out.Domains.Published, joint)
	return &s
}

func domainsReason(out *platform.DomainChanged) string {
	reason := counted(len(out.Domains.Testing), "testing domain") + ", " + counted(len(out.Domains.Published), "published domain")
	if n := len(out.Invalid); n > 0 {
		reason += ", " + counted(n, "domain") + " refused: must be host names without scheme and path"
	}
	return reason
}

// modifyThirdpartyServerDomain is modifyThirdpartyServerDomain, 设置第三方平台服务器域名.
// That get answers without errcode was seen on the sibling for jump domains.
//
// Errors, in the order of the checks: 40097 no such action or no domains (decided),
// 61028, 86102, 85016 (both unconfirmed).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/domain-mgnt/api_modifythirdpartyserverdomain
func (a *API) modifyThirdpartyServerDomain(ctx context.Context, c *call) (*answer, error) {
	out, success, err := a.thirdpartyDomains(ctx, c, platform.DomainServer, "wxa_server_domain")
	if err != nil {
		return nil, err
	}
	return reply(struct {
		*envelope
		Published *string `json:"published_wxa_server_domain,omitempty"`
		Testing   string  `json:"testing_wxa_server_domain"`
		Invalid   string  `json:"invalid_wxa_server_domain,omitempty"`
	}{success, published(&out), strings.Join(out.Domains.Testing, joint), strings.Join(out.Invalid, joint)}, "%s", domainsReason(&out))
}

// modifyThirdpartyJumpDomain is modifyThirdpartyJumpDomain, 设置第三方平台业务域名.
// Whether the check file lies on the domains is the switch jump_domain_check's to say.
//
// Errors, in the order of the checks: 40097 no such action or no domains (decided),
// 61028, 86102, 85016 (both unconfirmed), -1 by the switch jump_domain_check.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/domain-mgnt/api_modifythirdpartyjumpdomain
func (a *API) modifyThirdpartyJumpDomain(ctx context.Context, c *call) (*answer, error) {
	out, success, err := a.thirdpartyDomains(ctx, c, platform.DomainJump, "wxa_jump_h5_domain")
	if err != nil {
		return nil, err
	}
	return reply(struct {
		*envelope
		Published *string `json:"published_wxa_jump_h5_domain,omitempty"`
		Testing   string  `json:"testing_wxa_jump_h5_domain"`
		Invalid   string  `json:"invalid_wxa_jump_h5_domain,omitempty"`
	}{success, published(&out), strings.Join(out.Domains.Testing, joint), strings.Join(out.Invalid, joint)}, "%s", domainsReason(&out))
}

// getThirdpartyJumpDomainConfirmFile is getThirdpartyJumpDomainConfirmFile,
// 获取第三方平台业务域名校验文件.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/domain-mgnt/api_getthirdpartyjumpdomainconfirmfile
func (a *API) getThirdpartyJumpDomainConfirmFile(ctx context.Context, c *call) (*answer, error) {
	name, content, err := a.service.JumpConfirmFile(ctx, c.held.component.Appid)
	if err != nil {
		return nil, err
	}
	return reply(struct {
		envelope
		FileName    string `json:"file_name"`
		FileContent string `json:"file_content"`
	}{okEnvelope(), name, content}, "told of %s", name)
}
