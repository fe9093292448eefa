package wxopen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
)

const pathAuthorizerInfo = "/cgi-bin/component/api_get_authorizer_info"

// AuthorizerInfo is what WeChat tells a platform of an account that authorized it.
type AuthorizerInfo struct {
	// Nickname is the account's name, HeadImg the URL of its picture.
	Nickname string
	HeadImg  string
	// ServiceType is the kind of account. Of a mini program: 0 ordinary, 2 and 3
	// store, 4 game, 10 shop, 12 trial. Of an official account: 0 subscription, 1
	// subscription that was upgraded, 2 service.
	ServiceType int64
	// VerifyType is -1 for an account that is not verified, 0 for one that is; 1, 3
	// and 4 are forms of official accounts.
	VerifyType int64
	// UserName is the original id, gh_ and 12 hex digits.
	UserName string
	// Alias is the WeChat id of an official account.
	Alias     string
	QRCodeURL string
	// Business tells what the account has opened.
	Business BusinessInfo
	// PrincipalName is the owner, 个人 for a person.
	PrincipalName string
	// Signature is the description of the account.
	Signature string
	// MiniProgram is nil for an official account: that is how the two are told apart.
	MiniProgram *MiniProgramInfo
	// RegisterType is how the account was made: 0 ordinary, 2 by an official account, 6 by
	// a legal person, 13 on trial, 15 in the alliance console, 16 by a person, 17 by a
	// person with trade, 19 a trial that turned regular, 22 by a merchant account, 23
	// such a one that turned regular. Nil where the answer does not tell.
	RegisterType *int64
	// AccountStatus is 1 normal, 14 closed, 16 banned, 18 warned, 19 frozen. Nil where
	// the answer does not tell.
	AccountStatus *int64
	// PhoneConfigured and EmailConfigured are the basic_config.
	PhoneConfigured bool
	EmailConfigured bool
	// Authorization is what was granted, without an access token.
	Authorization Authorization
	// Extra holds the members of authorizer_info that have no field here: idc,
	// channels_info, store_info, talent_info and supplier_info by the documentation.
	Extra map[string]json.RawMessage
}

// BusinessInfo tells which functions an account has opened.
type BusinessInfo struct {
	OpenPay   bool
	OpenShake bool
	OpenScan  bool
	OpenCard  bool
	OpenStore bool
}

// MiniProgramInfo is what an [AuthorizerInfo] tells of a mini program only.
type MiniProgramInfo struct {
	Network    MiniProgramNetwork
	Categories []CategoryNames
	// Extra holds the members that have no field here.
	Extra map[string]json.RawMessage
}

// MiniProgramNetwork are the domains that a mini program may reach, each with its
// scheme.
type MiniProgramNetwork struct {
	RequestDomain   []string
	WsRequestDomain []string
	UploadDomain    []string
	DownloadDomain  []string
	BizDomain       []string
	UDPDomain       []string
	TCPDomain       []string
	// Extra holds the other lists: those whose names begin with New or Prefetch,
	// FinanceWhiteDomain.
	Extra map[string]json.RawMessage
}

// CategoryNames is a category of a mini program by its names.
type CategoryNames struct {
	First  string `json:"first"`
	Second string `json:"second"`
}

// String names the account and keeps the refresh token out of logs.
func (i AuthorizerInfo) String() string {
	return fmt.Sprintf("wxopen.AuthorizerInfo(%s %q)", i.Authorization.AuthorizerAppid, i.Nickname)
}

// GoString names the account and keeps the refresh token out of logs.
func (i AuthorizerInfo) GoString() string { return i.String() }

// LogValue names the account and keeps the refresh token out of logs.
func (i AuthorizerInfo) LogValue() slog.Value { return slog.StringValue(i.String()) }

// AuthorizerInfo returns what an account is and what it granted.
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrInvalidAppid]; seen was
// [ErrNotAuthorized] (not, or no longer, authorized).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_getauthorizerinfo.html
func (c *Client) AuthorizerInfo(ctx context.Context, authorizerAppid string) (AuthorizerInfo, error) {
	r := &request{
		method: http.MethodPost,
		path:   pathAuthorizerInfo,
		body: struct {
			componentBody
			Authorizer string `json:"authorizer_appid"`
		}{componentBody{c.appid}, authorizerAppid},
	}
	ans, err := c.call(ctx, r)
	if err != nil {
		return AuthorizerInfo{}, err
	}
	fields := ans.reader()
	var info AuthorizerInfo
	if !fields.inner("authorizer_info", func(in *reader) { info = readAuthorizerInfo(in) }) {
		fields.fail(errors.New("the answer has no authorizer_info"))
	}
	fields.inner("authorization_info", func(in *reader) { info.Authorization = readAuthorization(in) })
	if fields.err != nil {
		return AuthorizerInfo{}, unusable(r, ans.status, nil, "%w", fields.err)
	}
	return info, nil
}

func readAuthorizerInfo(in *reader) AuthorizerInfo {
	i := AuthorizerInfo{
		Nickname:      in.text("nick_name"),
		HeadImg:       in.text("head_img"),
		UserName:      in.text("user_name"),
		Alias:         in.text("alias"),
		QRCodeURL:     in.text("qrcode_url"),
		PrincipalName: in.text("principal_name"),
		Signature:     in.text("signature"),
		RegisterType:  in.optional("register_type"),
		AccountStatus: in.optional("account_status"),
	}
	in.inner("service_type_info", func(in *reader) { i.ServiceType = in.count("id") })
	in.inner("verify_type_info", func(in *reader) { i.VerifyType = in.count("id") })
	in.inner("business_info", func(in *reader) {
		i.Business = BusinessInfo{
			OpenPay: in.flag("open_pay"), OpenShake: in.flag("open_shake"), OpenScan: in.flag("open_scan"),
			OpenCard: in.flag("open_card"), OpenStore: in.flag("open_store"),
		}
	})
	in.inner("basic_config", func(in *reader) {
		i.PhoneConfigured, i.EmailConfigured = in.flag("is_phone_configured"), in.flag("is_email_configured")
	})
	mini := new(MiniProgramInfo)
	if in.inner("MiniProgramInfo", mini.read) {
		i.MiniProgram = mini
	}
	i.Extra = in.rest()
	return i
}

func (m *MiniProgramInfo) read(in *reader) {
	in.inner("network", func(in *reader) {
		m.Network = MiniProgramNetwork{
			RequestDomain:   in.texts("RequestDomain"),
			WsRequestDomain: in.texts("WsRequestDomain"),
			UploadDomain:    in.texts("UploadDomain"),
			DownloadDomain:  in.texts("DownloadDomain"),
			BizDomain:       in.texts("BizDomain"),
			UDPDomain:       in.texts("UDPDomain"),
			TCPDomain:       in.texts("TCPDomain"),
		}
		m.Network.Extra = in.rest()
	})
	in.list("categories", &m.Categories)
	m.Extra = in.rest()
}
