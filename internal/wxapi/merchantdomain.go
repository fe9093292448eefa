package wxapi

import (
	"context"

	"draftbox/internal/platform"
)

// serverDomains are the six lists of server domains on the wire.
type serverDomains struct {
	Request   []string `json:"requestdomain"`
	WsRequest []string `json:"wsrequestdomain"`
	Upload    []string `json:"uploaddomain"`
	Download  []string `json:"downloaddomain"`
	UDP       []string `json:"udpdomain"`
	TCP       []string `json:"tcpdomain"`
}

func wireDomains(d platform.ServerDomains) serverDomains {
	return serverDomains{
		orNone(d[platform.RequestDomain]), orNone(d[platform.WsRequestDomain]), orNone(d[platform.UploadDomain]),
		orNone(d[platform.DownloadDomain]), orNone(d[platform.UDPDomain]), orNone(d[platform.TCPDomain]),
	}
}

// invalidDomains are those of a change that were refused; absent where none was.
type invalidDomains struct {
	Request   []string `json:"invalid_requestdomain,omitempty"`
	WsRequest []string `json:"invalid_wsrequestdomain,omitempty"`
	Upload    []string `json:"invalid_uploaddomain,omitempty"`
	Download  []string `json:"invalid_downloaddomain,omitempty"`
	UDP       []string `json:"invalid_udpdomain,omitempty"`
	TCP       []string `json:"invalid_tcpdomain,omitempty"`
	NoICP     []string `json:"no_icp_domain,omitempty"`
}

// domainChange reads the body of both calls that change server domains.
//
// Errors: 47001.
func (c *call) domainChange() (platform.MerchantDomainChange, error) {
	in := platform.MerchantDomainChange{ComponentAppid: c.held.component.Appid, AuthorizerAppid: c.authorizer.Appid, Domains: platform.ServerDomains{}}
	var err error
	if in.Action, err = c.str("action"); err != nil {
		return in, err
	}
	for _, kind := range platform.ServerDomainKinds() {
		list, err := c.strList(string(kind))
		if err != nil {
			return in, err
		}
		if list != nil {
			in.Domains[kind] = list
		}
	}
	return in, nil
}

// modifyServerDomain is modifyServerDomain, 配置小程序服务器域名.
//
// Errors, in the order of the checks: 47001, 40097 no such action (decided), 85015,
// 85016, 85303, 85302, 85301, 85018, 85017, 86102 (listed for the direct call).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/domain-management/api_modifyserverdomain.html
func (a *API) modifyServerDomain(ctx context.Context, c *call) (*answer, error) {
	in, err := c.domainChange()
	if err != nil {
		return nil, err
	}
	out, err := a.service.ChangeServerDomains(ctx, in)
	if err != nil {
		return nil, err
	}
	bad := out.Invalid
	return reply(struct {
		envelope
		serverDomains
		invalidDomains
	}{okEnvelope(), wireDomains(out.Domains), invalidDomains{
		bad[platform.RequestDomain], bad[platform.WsRequestDomain], bad[platform.UploadDomain], bad[platform.DownloadDomain],
		bad[platform.UDPDomain], bad[platform.TCPDomain], out.NoICP,
	}}, "%s", settingReason(out.Domains))
}

// settingReason counts domains for the journal.
func settingReason(d platform.ServerDomains) string {
	n := 0
	for _, list := range d {
		n += len(list)
	}
	return counted(n, "server domain")
}

// modifyServerDomainDirectly is modifyServerDomainDirectly, 快速配置小程序服务器域名.
//
// Errors, in the order of the checks: 47001, 40097 no such action (decided), 85015,
// 40097 no domains (decided), 86100, 86101, 40097 no domain (decided), 45082, 85016,
// 86102.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/domain-management/modifyServerDomainDirectly.html
func (a *API) modifyServerDomainDirectly(ctx context.Context, c *call) (*answer, error) {
	in, err := c.domainChange()
	if err != nil {
		return nil, err
	}
	out, err := a.service.ChangeServerDomainsDirectly(ctx, in)
	if err != nil {
		return nil, err
	}
	return reply(struct {
		envelope
		serverDomains
	}{okEnvelope(), wireDomains(out.Domains)}, "%s", settingReason(out.Domains))
}

// getEffectiveServerDomain is getEffectiveServerDomain, 获取发布后生效服务器域名列表.
//
// Errors: 48001 an official account (decided).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/domain-management/getEffectiveServerDomain.html
func (a *API) getEffectiveServerDomain(ctx context.Context, c *call) (*answer, error) {
	m, err := a.merchantSettings(ctx, c)
	if err != nil {
		return nil, err
	}
	d := &m.ServerDomains
	return reply(struct {
		envelope
		MP        serverDomains `json:"mp_domain"`
		Third     serverDomains `json:"third_domain"`
		Direct    serverDomains `json:"direct_domain"`
		Effective serverDomains `json:"effective_domain"`
	}{okEnvelope(), wireDomains(d.MP), wireDomains(d.Third), wireDomains(d.Direct), wireDomains(d.Effective)}, "%s in force", settingReason(d.Effective))
}

// jumpChange reads the body of both calls that change jump domains.
//
// Errors: 47001.
func (c *call) jumpChange() (platform.MerchantJumpChange, error) {
	in := platform.MerchantJumpChange{ComponentAppid: c.held.component.Appid, AuthorizerAppid: c.authorizer.Appid}
	var err error
	if in.Action, err = c.str("action"); err != nil {
		return in, err
	}
	in.Domains, err = c.strList("webviewdomain")
	return in, err
}

// jumpDomains is the answer of both: the list is in the example of older pages, not in
// the table of the newest.
func jumpDomains(list []string, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	return reply(struct {
		envelope
		Domains []string `json:"webviewdomain"`
	}{okEnvelope(), orNone(list)}, "%s", counted(len(list), "jump domain"))
}

// modifyJumpDomain is modifyJumpDomain, 配置小程序业务域名.
//
// Errors, in the order of the checks: 47001, 40097 no such action, or no domains (both
// decided), 48001 an official account (decided), 89231, 89020, 89021, 89019, 89029.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/domain-management/api_modifyjumpdomain.html
func (a *API) modifyJumpDomain(ctx context.Context, c *call) (*answer, error) {
	in, err := c.jumpChange()
	if err != nil {
		return nil, err
	}
	return jumpDomains(a.service.ChangeJumpDomains(ctx, in))
}

// modifyJumpDomainDirectly is modifyJumpDomainDirectly, 快速配置小程序业务域名.
//
// Errors, in the order of the checks, all decided: 47001, 40097 no such action, or no
// domains, 48001 an official account, 89231, 86100, 86101, 40097 no domain, 45082, -1
// by the switch jump_domain_check, 89029.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/domain-management/api_modifyjumpdomaindirectly.html
func (a *API) modifyJumpDomainDirectly(ctx context.Context, c *call) (*answer, error) {
	in, err := c.jumpChange()
	if err != nil {
		return nil, err
	}
	if in.Action == "" { // what its sibling takes for add
		return nil, platform.Refuse(platform.CodeInvalidArgs, "action is missing, must be add, delete, set or get")
	}
	return jumpDomains(a.service.ChangeJumpDomainsDirectly(ctx, in))
}

// getEffectiveJumpDomain is getEffectiveJumpDomain, 获取发布后生效业务域名列表.
//
// Errors: 48001 an official account (decided).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/domain-management/getEffectiveJumpDomain.html
func (a *API) getEffectiveJumpDomain(ctx context.Context, c *call) (*answer, error) {
	m, err := a.merchantSettings(ctx, c)
	if err != nil {
		return nil, err
	}
	d := &m.JumpDomains
	return reply(struct {
		envelope
		MP        []string `json:"mp_webviewdomain"`
		Third     []string `json:"third_webviewdomain"`
		Direct    []string `json:"direct_webviewdomain"`
		Effective []string `json:"effective_webviewdomain"`
	}{okEnvelope(), orNone(d.MP), orNone(d.Third), orNone(d.Direct), orNone(d.Effective)}, "%s in force", counted(len(d.Effective), "jump domain"))
}

// getJumpDomainConfirmFile is getJumpDomainConfirmFile, 获取业务域名校验文件.
//
// Errors: 48001 an official account (decided).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/domain-management/getJumpDomainConfirmFile.html
func (a *API) getJumpDomainConfirmFile(ctx context.Context, c *call) (*answer, error) {
	name, content, err := a.service.MerchantConfirmFile(ctx, c.held.component.Appid, c.authorizer.Appid)
	if err != nil {
		return nil, err
	}
	return reply(struct {
		envelope
		FileName    string `json:"file_name"`
		FileContent string `json:"file_content"`
	}{okEnvelope(), name, content}, "told of %s", name)
}
