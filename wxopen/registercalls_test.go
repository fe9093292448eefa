package wxopen_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/wxopen"
)

var enterprise = wxopen.MiniprogramRegistration{
	Name: "tencent", Code: "123", CodeType: wxopen.SocialCreditCode, LegalPersonaWechat: "w", LegalPersonaName: "pony", ComponentPhone: "1234567",
}

var registerCalls = []credentialCall{
	{
		name: "RegisterMiniprogram",
		call: none(func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) error {
			return c.RegisterMiniprogram(ctx, enterprise)
		}),
		request: "POST /cgi-bin/component/fastregisterweapp?access_token=componenttoken&action=create\n\n" +
			`{"name":"tencent","code":"123","code_type":1,"legal_persona_wechat":"w","legal_persona_name":"pony","component_phone":"1234567"}`,
		answer:  `{"errcode":0,"errmsg":"OK"}`,
		refusal: wxopen.ErrTaskRunning,
	},
	{
		name: "SearchRegisterMiniprogram",
		call: none(func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) error {
			return c.SearchRegisterMiniprogram(ctx, enterprise)
		}),
		request: "POST /cgi-bin/component/fastregisterweapp?access_token=componenttoken&action=search\n\n" +
			`{"name":"tencent","legal_persona_wechat":"w","legal_persona_name":"pony"}`,
		answer:  `{"errcode":0,"errmsg":"OK"}`,
		refusal: wxopen.ErrLegalPersonChecking,
	},
	{
		name: "FastRegisterPersonal",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.FastRegisterPersonal(ctx, wxopen.PersonalRegistration{IDName: "张三", WxUser: "zhangsan", ComponentPhone: "12345678", NewVersion: true})
		},
		request: "POST /wxa/component/fastregisterpersonalweapp?access_token=componenttoken&action=create\n\n" +
			`{"idname":"张三","wxuser":"zhangsan","component_phone":"12345678","new_version":true}`,
		answer:  `{"errcode":0,"errmsg":"ok","taskid":"0123456789","authorize_url":"https:\/\/mp.weixin.qq.com\/wxawap\/x","status":0}`,
		want:    wxopen.PersonalTask{TaskID: "0123456789", AuthorizeURL: "https://mp.weixin.qq.com/wxawap/x"},
		refusal: wxopen.ErrRegisterFrequency,
	},
	{
		name: "QueryFastRegisterPersonal",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.QueryFastRegisterPersonal(ctx, "0123456789")
		},
		request: "POST /wxa/component/fastregisterpersonalweapp?access_token=componenttoken&action=query\n\n" + `{"taskid":"0123456789"}`,
		answer:  `{"errcode":0,"errmsg":"ok","taskid":123456789,"authorize_url":"u","status":"12","x":[]}`,
		want:    wxopen.PersonalTask{TaskID: "123456789", AuthorizeURL: "u", Status: 12, Extra: extra("x", "[]")},
		refusal: wxopen.ErrTaskNotFound,
	},
	{
		name: "RegisterBetaMiniprogram",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.RegisterBetaMiniprogram(ctx, "小麦烤鸡", "oK8Yg5YaUM")
		},
		request: "POST /wxa/component/fastregisterbetaweapp?access_token=componenttoken\n\n" + `{"name":"小麦烤鸡","openid":"oK8Yg5YaUM"}`,
		answer:  `{"errcode":0,"errmsg":"ok","unique_id":"BV8","authorize_url":"https://mp.weixin.qq.com/wxawap/fastregistertpbeta?action=show&create_token=BV8#wechat_redirect"}`,
		want: wxopen.BetaRegistration{
			UniqueID: "BV8", AuthorizeURL: "https://mp.weixin.qq.com/wxawap/fastregistertpbeta?action=show&create_token=BV8#wechat_redirect",
		},
		refusal: wxopen.ErrNickname,
	},
	{
		name: "VerifyBetaMiniprogram",
		call: none(func(ctx context.Context, _ *wxopen.Client, a *wxopen.AuthorizerClient) error {
			return a.VerifyBetaMiniprogram(ctx, wxopen.BetaVerification{
				EnterpriseName: "demo", Code: "123", CodeType: wxopen.LicenseNumber, LegalPersonaWechat: "w", LegalPersonaName: "n",
				LegalPersonaIDCard: "110101199001010000", ComponentPhone: "1234567",
			})
		}),
		request: "POST /wxa/verifybetaweapp?access_token=merchanttoken\n\n" +
			`{"verify_info":{"enterprise_name":"demo","code":"123","code_type":3,"legal_persona_wechat":"w","legal_persona_name":"n","legal_persona_idcard":"110101199001010000","component_phone":"1234567"}}`,
		answer:  done,
		refusal: wxopen.ErrNamesDiffer,
	},
	{
		name: "ModifyBetaMiniprogramNickname",
		call: none(func(ctx context.Context, _ *wxopen.Client, a *wxopen.AuthorizerClient) error {
			return a.ModifyBetaMiniprogramNickname(ctx, "小麦烤鸡")
		}),
		request: "POST /wxa/setbetaweappnickname?access_token=merchanttoken\n\n" + `{"name":"小麦烤鸡"}`,
		answer:  done,
		refusal: wxopen.ErrNotTrial,
	},
	{
		name: "RegisterMiniprogramByOffiaccount",
		call: func(ctx context.Context, _ *wxopen.Client, a *wxopen.AuthorizerClient) (any, error) {
			return a.RegisterMiniprogramByOffiaccount(ctx, "b25519093b1e")
		},
		request: "POST /cgi-bin/account/fastregister?access_token=merchanttoken\n\n" + `{"ticket":"b25519093b1e"}`,
		answer:  `{"errcode":0,"errmsg":"","appid":"wxe5f52902cf4de896","authorization_code":"` + authCode + `","is_wx_verify_succ":"true","is_link_succ":false}`,
		want:    wxopen.OffiaccountRegistration{Appid: "wxe5f52902cf4de896", AuthorizationCode: authCode, WxVerified: true},
		refusal: wxopen.ErrRegisterTicket,
	},
	{
		name: "ClearQuota",
		call: none(func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) error {
			return c.ClearQuota(ctx)
		}),
		request: "POST /cgi-bin/clear_quota?access_token=componenttoken\n\n" +
			`{"appid":"wx0000000000000001"}`,
		answer:  done,
		refusal: wxopen.ErrQuotaClears,
	},
	{
		name: "ClearQuota of an account",
		call: none(func(ctx context.Context, _ *wxopen.Client, a *wxopen.AuthorizerClient) error {
			return a.ClearQuota(ctx)
		}),
		request: "POST /cgi-bin/clear_quota?access_token=merchanttoken\n\n" + `{"appid":"` + merchant + `"}`,
		answer:  done,
		refusal: wxopen.ErrUserLimited,
	},
	{
		name: "ClearComponentQuotaByAppSecret",
		call: none(func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) error {
			return c.ClearComponentQuotaByAppSecret(ctx, "")
		}),
		request: "POST /cgi-bin/component/clear_quota/v2\n\n" + `{"component_appid":"wx0000000000000001","appsecret":"` + secret + `"}`,
		answer:  done,
		refusal: wxopen.ErrAppsecretMissing,
	},
	{
		name: "ClearComponentQuotaByAppSecret of an account",
		call: none(func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) error {
			return c.ClearComponentQuotaByAppSecret(ctx, merchant)
		}),
		request: "POST /cgi-bin/component/clear_quota/v2\n\n" + `{"appid":"` + merchant + `","component_appid":"wx0000000000000001","appsecret":"` + secret + `"}`,
		answer:  done,
		refusal: wxopen.ErrInvalidAppid,
	},
	{
		name: "ClearQuotaByAppSecret",
		call: none(func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) error {
			return c.ClearQuotaByAppSecret(ctx, "wx888888888888", "ownsecret")
		}),
		request: "POST /cgi-bin/clear_quota/v2\n\n" + `{"appid":"wx888888888888","appsecret":"ownsecret"}`,
		answer:  done,
		refusal: wxopen.ErrAppidMissing,
	},
	{
		name: "ClearAPIQuota",
		call: none(func(ctx context.Context, _ *wxopen.Client, a *wxopen.AuthorizerClient) error {
			return a.ClearAPIQuota(ctx, "/wxa/commit")
		}),
		request: "POST /cgi-bin/openapi/quota/clear?access_token=merchanttoken\n\n" + `{"cgi_path":"/wxa/commit"}`,
		answer:  done,
		refusal: wxopen.ErrTokenMissing,
	},
	{
		name: "APIQuota",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.APIQuota(ctx, "/wxa/gettemplatedraftlist")
		},
		request: "POST /cgi-bin/openapi/quota/get?access_token=componenttoken\n\n" + `{"cgi_path":"/wxa/gettemplatedraftlist"}`,
		answer:  `{"errcode":0,"errmsg":"ok","quota":{"daily_limit":1000,"used":2,"remain":998},"component_rate_limit":{"call_count":30,"refresh_second":60},"x":1}`,
		want: wxopen.APIQuota{
			DailyLimit: 1000, Used: 2, Remain: 998, ComponentRateLimit: &wxopen.RateLimit{CallCount: 30, Refresh: time.Minute}, Extra: extra("x", "1"),
		},
		refusal: wxopen.ErrPathForbidden,
	},
	{
		name: "CallbackIPs",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.CallbackIPs(ctx)
		},
		request: "GET /cgi-bin/getcallbackip?access_token=componenttoken",
		answer:  `{"ip_list":["127.0.0.1","101.226.103.0/25"]}`,
		want:    []string{"127.0.0.1", "101.226.103.0/25"},
		refusal: wxopen.ErrInvalidAppid,
	},
	{
		name: "APIDomainIPs",
		call: func(ctx context.Context, _ *wxopen.Client, a *wxopen.AuthorizerClient) (any, error) {
			return a.APIDomainIPs(ctx)
		},
		request: "GET /cgi-bin/get_api_domain_ip?access_token=merchanttoken",
		answer:  `{"errcode":0,"ip_list":"127.0.0.1"}`,
		want:    []string{"127.0.0.1"},
		refusal: wxopen.ErrInvalidAppid,
	},
	{
		name: "ModifyServerDomain",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.ModifyServerDomain(ctx, wxopen.DomainChange{Action: wxopen.DomainAdd, Domains: []string{"api.example.com", "ws.example.com"}, Published: true})
		},
		request: "POST /cgi-bin/component/modify_wxa_server_domain?access_token=componenttoken\n\n" +
			`{"action":"add","is_modify_published_together":true,"wxa_server_domain":"api.example.com;ws.example.com"}`,
		answer: `{"errcode":0,"errmsg":"ok","published_wxa_server_domain":"api.example.com;ws.example.com;","testing_wxa_server_domain":"","invalid_wxa_server_domain":"x","new":0}`,
		want: wxopen.PlatformDomains{
			Published: []string{"api.example.com", "ws.example.com"}, Testing: []string{}, Invalid: []string{"x"}, Extra: extra("new", "0"),
		},
		refusal: wxopen.ErrComponentUnpublished,
		lenient: true,
	},
	{
		name: "ModifyServerDomain set",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.ModifyServerDomain(ctx, wxopen.DomainChange{Action: wxopen.DomainSet})
		},
		request: "POST /cgi-bin/component/modify_wxa_server_domain?access_token=componenttoken\n\n" + `{"action":"set","wxa_server_domain":""}`,
		answer:  done,
		want:    wxopen.PlatformDomains{},
		lenient: true,
		refusal: wxopen.ErrSystem,
	},
	{
		name: "ModifyJumpDomain get",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.ModifyJumpDomain(ctx, wxopen.DomainChange{Action: wxopen.DomainGet})
		},
		request: "POST /cgi-bin/component/modify_wxa_jump_domain?access_token=componenttoken\n\n" + `{"action":"get"}`,
		answer:  `{"testing_wxa_jump_h5_domain":""}`, // as it was seen
		want:    wxopen.PlatformDomains{Testing: []string{}},
		lenient: true,
		refusal: wxopen.ErrAPIUnauthorized,
	},
	{
		name: "JumpDomainConfirmFile",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.JumpDomainConfirmFile(ctx)
		},
		request: "POST /cgi-bin/component/get_domain_confirmfile?access_token=componenttoken\n\n{}",
		answer:  `{"errcode":0,"errmsg":"ok","file_name":"EpIrwu4cba.txt","file_content":"0123456789abcdef"}`,
		want:    wxopen.ConfirmFile{Name: "EpIrwu4cba.txt", Content: "0123456789abcdef"},
		refusal: wxopen.ErrEmptyPostData,
	},
}

func TestRegisterQuotaAndDomainCalls(t *testing.T) {
	t.Parallel()
	checkCalls(t, registerCalls)
}

// Calls that use something up, or make something, are not made again after -1.
func TestBusyCallsThatAreMadeOnce(t *testing.T) {
	t.Parallel()
	once := map[string]bool{
		"RegisterMiniprogram": true, "FastRegisterPersonal": true, "RegisterBetaMiniprogram": true, "VerifyBetaMiniprogram": true,
		"RegisterMiniprogramByOffiaccount": true, "ClearQuota": true, "ClearQuota of an account": true, "ClearAPIQuota": true,
		"ClearComponentQuotaByAppSecret": true, "ClearComponentQuotaByAppSecret of an account": true, "ClearQuotaByAppSecret": true,
		"ModifyServerDomain": true, "ModifyServerDomain set": true,
	}
	for _, row := range append(slices.Clip(registerCalls), authorizationCalls...) {
		synctest.Test(t, func(t *testing.T) {
			requests := 0
			c := canned(t, 200, "", func(cfg *wxopen.Config) {
				cfg.Retry = wxopen.RetryPolicy{}
				cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
					requests++
					return jsonResponse(req, refusal(-1)), nil
				})}
			})
			_, err := row.call(t.Context(), c, c.Authorizer(merchant, wxopen.StaticToken("merchanttoken")))
			want := 3
			if once[row.name] {
				want = 1
			}
			if !errors.Is(err, wxopen.ErrSystem) || requests != want {
				t.Errorf("%s: %d requests, want %d; %v", row.name, requests, want, err)
			}
		})
	}
}

func TestDomainsAreLookedAt(t *testing.T) {
	t.Parallel()
	c := canned(t, 200, done)
	for _, domain := range []string{"", "a;b"} {
		if _, err := c.ModifyJumpDomain(t.Context(), wxopen.DomainChange{Action: wxopen.DomainAdd, Domains: []string{domain}}); err == nil {
			t.Errorf("%q was taken", domain)
		}
	}
}
