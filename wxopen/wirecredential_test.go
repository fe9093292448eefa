package wxopen_test

import (
	"context"
	"net/url"
	"strings"

	"draftbox/wxopen"
)

// wirePathCalls makes the calls of credentials, authorizations, quotas and
// registrations, by path, with the members of a golden request. What they read is
// looked at in the tests of the calls.
var wirePathCalls = map[string]func(ctx context.Context, c *wxopen.Client, in *credentialInput) error{
	"/cgi-bin/component/api_create_preauthcode": func(ctx context.Context, c *wxopen.Client, _ *credentialInput) error {
		_, err := c.CreatePreAuthCode(ctx)
		return err
	},
	"/cgi-bin/component/api_query_auth": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		_, err := c.QueryAuth(ctx, in.AuthCode)
		return err
	},
	"/cgi-bin/component/api_authorizer_token": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		_, err := c.AuthorizerToken(ctx, in.Authorizer, in.RefreshToken)
		return err
	},
	"/cgi-bin/component/api_get_authorizer_info": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		_, err := c.AuthorizerInfo(ctx, in.Authorizer)
		return err
	},
	"/cgi-bin/component/api_get_authorizer_list": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		_, err := c.AuthorizerList(ctx, in.Offset, in.Count)
		return err
	},
	"/cgi-bin/component/get_authorizer_option": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		_, err := in.account(c).Option(ctx, in.OptionName)
		return err
	},
	"/cgi-bin/component/set_authorizer_option": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		return in.account(c).SetOption(ctx, in.OptionName, in.OptionValue)
	},
	"/cgi-bin/component/api_get_authorizer_option": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		_, err := c.AuthorizerOption(ctx, in.Authorizer, in.OptionName)
		return err
	},
	"/cgi-bin/component/api_set_authorizer_option": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		return c.SetAuthorizerOption(ctx, in.Authorizer, in.OptionName, in.OptionValue)
	},
	"/cgi-bin/clear_quota": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		return in.account(c).ClearQuota(ctx)
	},
	"/cgi-bin/clear_quota/v2": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		return c.ClearQuotaByAppSecret(ctx, in.Account, in.AccountSecret)
	},
	"/cgi-bin/component/clear_quota/v2": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		return c.ClearComponentQuotaByAppSecret(ctx, in.Account)
	},
	"/cgi-bin/openapi/quota/clear": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		return c.ClearAPIQuota(ctx, in.Path)
	},
	"/cgi-bin/openapi/quota/get": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		_, err := c.APIQuota(ctx, in.Path)
		return err
	},
	"/cgi-bin/getcallbackip": func(ctx context.Context, c *wxopen.Client, _ *credentialInput) error {
		_, err := c.CallbackIPs(ctx)
		return err
	},
	"/cgi-bin/get_api_domain_ip": func(ctx context.Context, c *wxopen.Client, _ *credentialInput) error {
		_, err := c.APIDomainIPs(ctx)
		return err
	},
	"/cgi-bin/component/fastregisterweapp": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		m := wxopen.MiniprogramRegistration{
			Name: in.Name, Code: in.Code, CodeType: in.CodeType, LegalPersonaWechat: in.LegalWechat, LegalPersonaName: in.LegalName, ComponentPhone: in.Phone,
		}
		if in.action() == "search" {
			return c.SearchRegisterMiniprogram(ctx, m)
		}
		return c.RegisterMiniprogram(ctx, m)
	},
	"/wxa/component/fastregisterpersonalweapp": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		var err error
		if in.action() == "query" {
			_, err = c.QueryFastRegisterPersonal(ctx, in.TaskID)
		} else {
			_, err = c.FastRegisterPersonal(ctx, wxopen.PersonalRegistration{IDName: in.IDName, WxUser: in.WxUser, ComponentPhone: in.Phone, NewVersion: in.NewVersion})
		}
		return err
	},
	"/wxa/component/fastregisterbetaweapp": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		_, err := c.RegisterBetaMiniprogram(ctx, in.Name, in.OpenID)
		return err
	},
	"/wxa/verifybetaweapp": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		v := in.Verify
		return in.account(c).VerifyBetaMiniprogram(ctx, wxopen.BetaVerification{
			EnterpriseName: v.Enterprise, Code: v.Code, CodeType: v.CodeType, LegalPersonaWechat: v.LegalWechat, LegalPersonaName: v.LegalName,
			LegalPersonaIDCard: v.IDCard, ComponentPhone: v.Phone,
		})
	},
	"/wxa/setbetaweappnickname": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		return in.account(c).ModifyBetaMiniprogramNickname(ctx, in.Name)
	},
	"/cgi-bin/account/fastregister": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		_, err := in.account(c).RegisterMiniprogramByOffiaccount(ctx, in.Ticket)
		return err
	},
	"/cgi-bin/component/modify_wxa_server_domain": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		_, err := c.ModifyServerDomain(ctx, in.domainChange(in.ServerDomain))
		return err
	},
	"/cgi-bin/component/modify_wxa_jump_domain": func(ctx context.Context, c *wxopen.Client, in *credentialInput) error {
		_, err := c.ModifyJumpDomain(ctx, in.domainChange(in.JumpDomain))
		return err
	},
	"/cgi-bin/component/get_domain_confirmfile": func(ctx context.Context, c *wxopen.Client, _ *credentialInput) error {
		_, err := c.JumpDomainConfirmFile(ctx)
		return err
	},
}

// legalPersona is what two of the bodies have in common.
type legalPersona struct {
	Code        string          `json:"code"`
	CodeType    wxopen.CodeType `json:"code_type"`
	LegalWechat string          `json:"legal_persona_wechat"`
	LegalName   string          `json:"legal_persona_name"`
	Phone       string          `json:"component_phone"`
}

// credentialInput are the members of the golden requests.
type credentialInput struct {
	line string
	legalPersona
	AuthCode      string `json:"authorization_code"`
	Authorizer    string `json:"authorizer_appid"`
	RefreshToken  string `json:"authorizer_refresh_token"`
	Offset        int    `json:"offset"`
	Count         int    `json:"count"`
	OptionName    string `json:"option_name"`
	OptionValue   string `json:"option_value"`
	Account       string `json:"appid"`
	AccountSecret string `json:"appsecret"`
	Path          string `json:"cgi_path"`
	Name          string `json:"name"`
	OpenID        string `json:"openid"`
	IDName        string `json:"idname"`
	WxUser        string `json:"wxuser"`
	NewVersion    bool   `json:"new_version"`
	TaskID        string `json:"taskid"`
	Ticket        string `json:"ticket"`
	Action        string `json:"action"`
	ServerDomain  string `json:"wxa_server_domain"`
	JumpDomain    string `json:"wxa_jump_h5_domain"`
	Published     bool   `json:"is_modify_published_together"`
	Verify        struct {
		legalPersona
		Enterprise string `json:"enterprise_name"`
		IDCard     string `json:"legal_persona_idcard"`
	} `json:"verify_info"`
}

// account returns a client of the account of the request, with the token of the
// request.
func (in *credentialInput) account(c *wxopen.Client) *wxopen.AuthorizerClient {
	return c.Authorizer(in.Account, c.TokenSource())
}

func (in *credentialInput) action() string {
	_, query, _ := strings.Cut(in.line, "?")
	values, _ := url.ParseQuery(query)
	return values.Get("action")
}

func (in *credentialInput) domainChange(joined string) wxopen.DomainChange {
	return wxopen.DomainChange{
		Action:    wxopen.DomainAction(in.Action),
		Domains:   strings.FieldsFunc(joined, func(r rune) bool { return r == ';' }),
		Published: in.Published,
	}
}

// wirePath returns the path of a golden request.
func wirePath(request string) string {
	line, _, _ := strings.Cut(request, "\n")
	_, uri, _ := strings.Cut(line, " ")
	path, _, _ := strings.Cut(uri, "?")
	return path
}
