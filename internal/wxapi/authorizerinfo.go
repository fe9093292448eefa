package wxapi

import (
	"context"
	"math"

	"draftbox/internal/platform"
)

// numbered is how the kinds of an account stand on the wire: clients take neither a
// number nor an object without id.
type numbered struct {
	ID int `json:"id"`
}

// authorizerInfo is an account as getAuthorizerInfo tells it, in the order of an
// answer of 2024-06.
type authorizerInfo struct {
	NickName        string           `json:"nick_name"`
	HeadImg         string           `json:"head_img"`
	ServiceTypeInfo numbered         `json:"service_type_info"`
	VerifyTypeInfo  numbered         `json:"verify_type_info"`
	UserName        string           `json:"user_name"`
	Alias           string           `json:"alias"`
	QrcodeURL       string           `json:"qrcode_url"`
	BusinessInfo    businessInfo     `json:"business_info"`
	IDC             int              `json:"idc"`
	PrincipalName   string           `json:"principal_name"`
	Signature       string           `json:"signature"`
	MiniProgramInfo *miniProgramInfo `json:"MiniProgramInfo,omitempty"` // clients tell mini programs by it
	RegisterType    int              `json:"register_type"`
	AccountStatus   int              `json:"account_status"`
	BasicConfig     basicConfig      `json:"basic_config"`
}

// businessInfo are the functions of an official account; all off.
type businessInfo struct {
	OpenPay   int `json:"open_pay"`
	OpenShake int `json:"open_shake"`
	OpenScan  int `json:"open_scan"`
	OpenCard  int `json:"open_card"`
	OpenStore int `json:"open_store"`
}

type basicConfig struct {
	PhoneConfigured bool `json:"is_phone_configured"`
	EmailConfigured bool `json:"is_email_configured"`
}

type miniProgramInfo struct {
	Network     network        `json:"network"`
	Categories  []categoryName `json:"categories"`
	VisitStatus int            `json:"visit_status"`
}

type categoryName struct {
	First  string `json:"first"`
	Second string `json:"second"`
}

// domains is a list of a mini program's domains; nothing sets any.
type domains = [0]string

// network has more lists than the page names: these were seen in an answer of
// 2024-06.
type network struct {
	RequestDomain        domains
	WsRequestDomain      domains
	UploadDomain         domains
	DownloadDomain       domains
	BizDomain            domains
	UDPDomain            domains
	TCPDomain            domains
	PrefetchDNSDomain    domains
	NewRequestDomain     domains
	NewWsRequestDomain   domains
	NewUploadDomain      domains
	NewDownloadDomain    domains
	NewBizDomain         domains
	NewUDPDomain         domains
	NewTCPDomain         domains
	NewPrefetchDNSDomain domains
	FinanceWhiteDomain   domains
}

// getAuthorizerInfo is getAuthorizerInfo, 获取授权账号详情. Its answer carries no
// errcode, and escapes slashes as the real one was seen to. It tells of a frozen
// account, too: account_status says so.
//
// Errors, in the order of the checks: 47001, 41018, 40013, 61003.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_getauthorizerinfo.html
func (a *API) getAuthorizerInfo(ctx context.Context, c *call) (*answer, error) {
	if err := c.checkComponent(); err != nil {
		return nil, err
	}
	appid, err := c.authorizerAppid()
	if err != nil {
		return nil, err
	}
	merchant, err := a.service.AuthorizedAuthorizer(ctx, c.session.Token.ComponentAppid, appid)
	if err != nil {
		return nil, err
	}
	type authorizationInfo struct {
		Appid        string     `json:"authorizer_appid"`
		RefreshToken string     `json:"authorizer_refresh_token"`
		FuncInfo     []funcInfo `json:"func_info"`
	}
	ans, err := reply(struct {
		Info          authorizerInfo    `json:"authorizer_info"`
		Authorization authorizationInfo `json:"authorization_info"`
	}{infoOf(&merchant), authorizationInfo{merchant.Appid, merchant.RefreshToken, funcInfos(&merchant)}}, "told of %s", appid)
	if err == nil {
		ans.body = escapeSlashes(ans.body)
	}
	return ans, err
}

// Values of accounts that name none.
const (
	statusNormal    = 1
	statusFrozen    = 19
	personalAccount = "个人"
)

func infoOf(a *platform.Authorizer) authorizerInfo {
	p := &a.Profile
	info := authorizerInfo{
		NickName: a.NickName, HeadImg: p.HeadImg, ServiceTypeInfo: numbered{p.ServiceType}, VerifyTypeInfo: numbered{p.VerifyType},
		UserName: a.UserName(), Alias: p.Alias, QrcodeURL: p.QrcodeURL, IDC: 1, PrincipalName: p.PrincipalName, Signature: p.Signature,
		RegisterType: p.RegisterType, AccountStatus: p.AccountStatus, BasicConfig: basicConfig{PhoneConfigured: true, EmailConfigured: true},
	}
	orElse(&info.HeadImg, "http://wx.qlogo.cn/mmopen/"+a.Appid+"/0")
	orElse(&info.QrcodeURL, "http://mmbiz.qpic.cn/mmbiz_jpg/"+a.Appid+"/0")
	orElse(&info.PrincipalName, personalAccount)
	if info.AccountStatus == 0 {
		info.AccountStatus = statusNormal
		if a.Restricted(platform.RestrictionFrozen) {
			info.AccountStatus = statusFrozen
		}
	}
	if !a.OfficialAccount() {
		info.MiniProgramInfo = &miniProgramInfo{Categories: make([]categoryName, len(a.Categories))}
		for i, category := range a.Categories {
			info.MiniProgramInfo.Categories[i] = categoryName(category)
		}
	}
	return info
}

func orElse(s *string, other string) {
	if *s == "" {
		*s = other
	}
}

// listedAuthorizer is an account in the list. The refresh token is absent until an
// authorization code was exchanged.
type listedAuthorizer struct {
	Appid        string `json:"authorizer_appid"`
	RefreshToken string `json:"refresh_token,omitempty"`
	AuthTime     int64  `json:"auth_time"` // Unix seconds
}

// getAuthorizerList is getAuthorizerList, 拉取已授权的账号信息, in the order of the
// authorizations. Its answer carries no errcode.
//
// What the real service does with members that are absent or out of bounds is
// unconfirmed. Here an absent or negative offset is 0; an absent, zero or negative
// count gives an empty list; over 500 is 500, so 40170 never comes.
//
// Errors, in the order of the checks: 47001, 41018, 40013.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_getauthorizerlist.html
func (a *API) getAuthorizerList(ctx context.Context, c *call) (*answer, error) {
	if err := c.checkComponent(); err != nil {
		return nil, err
	}
	offset, err := c.amount("offset")
	if err != nil {
		return nil, err
	}
	count, err := c.amount("count")
	if err != nil {
		return nil, err
	}
	page, err := a.service.AuthorizedPage(ctx, c.session.Token.ComponentAppid, offset, count)
	if err != nil {
		return nil, err
	}
	list := make([]listedAuthorizer, len(page.Authorizers))
	for i, m := range page.Authorizers {
		list[i] = listedAuthorizer{Appid: m.Appid, AuthTime: m.AuthTime.Unix()}
		if m.Exchanged {
			list[i].RefreshToken = m.RefreshToken
		}
	}
	return reply(struct {
		Total int                `json:"total_count"`
		List  []listedAuthorizer `json:"list"`
	}{page.Total, list}, "%s of %d", counted(len(list), "authorizer"), page.Total)
}

// amount reads a member that counts something: absent and negative are 0.
//
// Errors: 47001.
func (c *call) amount(name string) (int, error) {
	n, _, err := c.integer(name)
	return int(min(max(n, 0), math.MaxInt32)), err
}
