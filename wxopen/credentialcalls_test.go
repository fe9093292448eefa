package wxopen_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"testing"
	"time"

	"draftbox/wxopen"
)

const (
	merchant     = "wx00000000000000a1"
	refreshToken = "refreshtoken@@@0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
	authCode     = "queryauthcode@@@abcDEF-123_xyz"
	preAuthCode  = "preauthcode@@@abcDEF-123_xyz"
	done         = `{"errcode":0,"errmsg":"ok"}`
)

// credentialCall is a call, what it must send, and what must come of an answer.
type credentialCall struct {
	name    string
	call    func(ctx context.Context, c *wxopen.Client, a *wxopen.AuthorizerClient) (any, error)
	request string
	answer  string
	want    any // nil where a call tells nothing
	refusal wxopen.Code
	lenient bool // an empty answer is one, too
}

// none makes a call of the table of one that returns an error only.
func none(call func(ctx context.Context, c *wxopen.Client, a *wxopen.AuthorizerClient) error) func(context.Context, *wxopen.Client, *wxopen.AuthorizerClient) (any, error) {
	return func(ctx context.Context, c *wxopen.Client, a *wxopen.AuthorizerClient) (any, error) {
		return nil, call(ctx, c, a)
	}
}

func extra(name, value string) map[string]json.RawMessage {
	return map[string]json.RawMessage{name: json.RawMessage(value)}
}

var authorizationCalls = []credentialCall{
	{
		name: "CreatePreAuthCode",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.CreatePreAuthCode(ctx)
		},
		request: "POST /cgi-bin/component/api_create_preauthcode?access_token=componenttoken\n\n" + `{"component_appid":"wx0000000000000001"}`,
		answer:  `{"pre_auth_code":"` + preAuthCode + `","expires_in":"1800","new":1}`,
		want:    wxopen.PreAuthCode{Code: preAuthCode, ExpiresIn: 30 * time.Minute, Extra: extra("new", "1")},
		refusal: wxopen.ErrIPNotRegistered,
	},
	{
		name: "QueryAuth",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.QueryAuth(ctx, authCode)
		},
		request: "POST /cgi-bin/component/api_query_auth?access_token=componenttoken\n\n" +
			`{"component_appid":"wx0000000000000001","authorization_code":"` + authCode + `"}`,
		answer: `{"authorization_info":{"authorizer_appid":"` + merchant + `","authorizer_access_token":"103_a","expires_in":7200,"authorizer_refresh_token":"` + refreshToken + `",` +
			`"func_info":[{"funcscope_category":{"id":17}},{"funcscope_category":{"id":"18","type":0,"name":"开发","desc":"d","x":2},"confirm_info":{"need_confirm":1,"already_confirm":0,"can_confirm":"1"}}],"new":[]}}`,
		want: wxopen.Authorization{
			AuthorizerAppid: merchant, AccessToken: "103_a", ExpiresIn: 2 * time.Hour, RefreshToken: refreshToken,
			FuncInfo: []wxopen.FuncScope{{ID: 17}, {ID: 18, Name: "开发", Desc: "d", NeedConfirm: true, CanConfirm: true, Extra: extra("x", "2")}},
			Extra:    extra("new", "[]"),
		},
		refusal: wxopen.ErrAuthCodeExpired,
	},
	{
		name: "QueryAuth of an account without APIs",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.QueryAuth(ctx, authCode)
		},
		request: "POST /cgi-bin/component/api_query_auth?access_token=componenttoken\n\n" +
			`{"component_appid":"wx0000000000000001","authorization_code":"` + authCode + `"}`,
		answer:  `{"authorization_info":{"authorizer_appid":"` + merchant + `","func_info":null}}`,
		want:    wxopen.Authorization{AuthorizerAppid: merchant},
		refusal: wxopen.ErrAuthCodeInvalid,
	},
	{
		name: "AuthorizerToken",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.AuthorizerToken(ctx, merchant, refreshToken)
		},
		request: "POST /cgi-bin/component/api_authorizer_token?access_token=componenttoken\n\n" +
			`{"component_appid":"wx0000000000000001","authorizer_appid":"` + merchant + `","authorizer_refresh_token":"` + refreshToken + `"}`,
		answer:  `{"authorizer_access_token":"103_b","expires_in":7200,"authorizer_refresh_token":"` + refreshToken + `"}`,
		want:    wxopen.AuthorizerToken{AccessToken: "103_b", ExpiresIn: 2 * time.Hour, RefreshToken: refreshToken},
		refusal: wxopen.ErrRefreshTokenInvalid,
	},
	{
		name: "AuthorizerInfo of a mini program",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.AuthorizerInfo(ctx, merchant)
		},
		request: "POST /cgi-bin/component/api_get_authorizer_info?access_token=componenttoken\n\n" +
			`{"component_appid":"wx0000000000000001","authorizer_appid":"` + merchant + `"}`,
		answer: `{"authorizer_info":{"nick_name":"Demo","head_img":"http:\/\/wx.qlogo.cn\/mmopen\/demo\/0","service_type_info":{"id":0},"verify_type_info":{"id":-1},` +
			`"user_name":"gh_0123456789ab","alias":"","qrcode_url":"http:\/\/mmbiz.qpic.cn\/demo\/0","business_info":{"open_pay":1,"open_shake":0,"open_scan":"1","open_card":0,"open_store":0},` +
			`"idc":1,"principal_name":"个人","signature":"demo","MiniProgramInfo":{"network":{"RequestDomain":["https:\/\/api.example.com"],"WsRequestDomain":[],"UDPDomain":"udp:\/\/a",` +
			`"NewRequestDomain":[]},"categories":[{"first":"工具","second":"效率"}],"visit_status":0},"register_type":0,"account_status":1,"basic_config":{"is_phone_configured":true,"is_email_configured":false}},` +
			`"authorization_info":{"authorizer_appid":"` + merchant + `","authorizer_refresh_token":"` + refreshToken + `","func_info":[{"funcscope_category":{"id":17}}]}}`,
		want: wxopen.AuthorizerInfo{
			Nickname: "Demo", HeadImg: "http://wx.qlogo.cn/mmopen/demo/0", VerifyType: -1, UserName: "gh_0123456789ab", QRCodeURL: "http://mmbiz.qpic.cn/demo/0",
			Business: wxopen.BusinessInfo{OpenPay: true, OpenScan: true}, PrincipalName: "个人", Signature: "demo",
			MiniProgram: &wxopen.MiniProgramInfo{
				Network: wxopen.MiniProgramNetwork{
					RequestDomain: []string{"https://api.example.com"}, WsRequestDomain: []string{}, UDPDomain: []string{"udp://a"}, Extra: extra("NewRequestDomain", "[]"),
				},
				Categories: []wxopen.CategoryNames{{First: "工具", Second: "效率"}},
				Extra:      extra("visit_status", "0"),
			},
			RegisterType: new(int64(0)), AccountStatus: new(int64(1)), PhoneConfigured: true,
			Authorization: wxopen.Authorization{AuthorizerAppid: merchant, RefreshToken: refreshToken, FuncInfo: []wxopen.FuncScope{{ID: 17}}},
			Extra:         extra("idc", "1"),
		},
		refusal: wxopen.ErrNotAuthorized,
	},
	{
		name: "AuthorizerInfo of an official account",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.AuthorizerInfo(ctx, merchant)
		},
		request: "POST /cgi-bin/component/api_get_authorizer_info?access_token=componenttoken\n\n" +
			`{"component_appid":"wx0000000000000001","authorizer_appid":"` + merchant + `"}`,
		answer:  `{"authorizer_info":{"nick_name":"o","service_type_info":{"id":2},"business_info":[],"MiniProgramInfo":null},"authorization_info":{"authorizer_appid":"` + merchant + `","func_info":[]}}`,
		want:    wxopen.AuthorizerInfo{Nickname: "o", ServiceType: 2, Authorization: wxopen.Authorization{AuthorizerAppid: merchant, FuncInfo: []wxopen.FuncScope{}}},
		refusal: wxopen.ErrInvalidAppid,
	},
	{
		name: "AuthorizerList",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.AuthorizerList(ctx, 0, 100)
		},
		request: "POST /cgi-bin/component/api_get_authorizer_list?access_token=componenttoken\n\n" + `{"component_appid":"wx0000000000000001","offset":0,"count":100}`,
		answer:  `{"total_count":2,"list":[{"authorizer_appid":"` + merchant + `","refresh_token":"` + refreshToken + `","auth_time":1558000607},{"authorizer_appid":"wx00000000000000a2","auth_time":"1558000700","x":1}]}`,
		want: wxopen.AuthorizerPage{TotalCount: 2, Authorizers: []wxopen.ListedAuthorizer{
			{Appid: merchant, RefreshToken: refreshToken, AuthTime: time.Unix(1558000607, 0).UTC()},
			{Appid: "wx00000000000000a2", AuthTime: time.Unix(1558000700, 0).UTC(), Extra: extra("x", "1")},
		}},
		refusal: wxopen.ErrCountLimit,
	},
	{
		name: "Option",
		call: func(ctx context.Context, _ *wxopen.Client, a *wxopen.AuthorizerClient) (any, error) {
			return a.Option(ctx, wxopen.OptionVoiceRecognize)
		},
		request: "POST /cgi-bin/component/get_authorizer_option?access_token=merchanttoken\n\n" + `{"option_name":"voice_recognize"}`,
		answer:  `{"errcode":0,"errmsg":"ok","option_name":"voice_recognize","option_value":"1"}`,
		want:    "1",
		lenient: true,
		refusal: wxopen.ErrOptionName,
	},
	{
		name: "SetOption",
		call: none(func(ctx context.Context, _ *wxopen.Client, a *wxopen.AuthorizerClient) error {
			return a.SetOption(ctx, wxopen.OptionCustomerService, "0")
		}),
		request: "POST /cgi-bin/component/set_authorizer_option?access_token=merchanttoken\n\n" + `{"option_name":"customer_service","option_value":"0"}`,
		answer:  done,
		refusal: wxopen.ErrOptionValue,
	},
	{
		name: "AuthorizerOption",
		call: func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) (any, error) {
			return c.AuthorizerOption(ctx, merchant, wxopen.OptionLocationReport)
		},
		request: "POST /cgi-bin/component/api_get_authorizer_option?access_token=componenttoken\n\n" +
			`{"component_appid":"wx0000000000000001","authorizer_appid":"` + merchant + `","option_name":"location_report"}`,
		answer:  `{"authorizer_appid":"` + merchant + `","option_name":"location_report","option_value":2}`,
		want:    "2",
		lenient: true,
		refusal: wxopen.ErrInvalidCredential,
	},
	{
		name: "SetAuthorizerOption",
		call: none(func(ctx context.Context, c *wxopen.Client, _ *wxopen.AuthorizerClient) error {
			return c.SetAuthorizerOption(ctx, merchant, wxopen.OptionLocationReport, "")
		}),
		request: "POST /cgi-bin/component/api_set_authorizer_option?access_token=componenttoken\n\n" +
			`{"component_appid":"wx0000000000000001","authorizer_appid":"` + merchant + `","option_name":"location_report","option_value":""}`,
		answer:  done,
		refusal: wxopen.ErrOptionReadOnly,
	},
}

func TestAuthorizationCalls(t *testing.T) {
	t.Parallel()
	checkCalls(t, authorizationCalls)
}

// checkCalls makes each call with its answer, with a refusal and with answers that
// are none, and looks at the bytes that were sent.
func checkCalls(t *testing.T, calls []credentialCall) {
	t.Helper()
	for _, row := range calls {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			answer, sent, requests := row.answer, "", 0
			c, err := wxopen.New(wxopen.Config{
				ComponentAppid: appid, ComponentSecret: secret, Tokens: wxopen.StaticToken("componenttoken"),
				HTTPClient: &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
					requests++
					sent = wireForm(req)
					return jsonResponse(req, answer), nil
				})},
			})
			if err != nil {
				t.Fatal(err)
			}
			a := c.Authorizer(merchant, wxopen.StaticToken("merchanttoken"))
			got, err := row.call(t.Context(), c, a)
			if err != nil || !reflect.DeepEqual(got, row.want) {
				t.Errorf("got %s, %v\nwant %s", deep(got), err, deep(row.want))
			}
			if sent != row.request || requests != 1 {
				t.Errorf("sent %d requests, the last\n%s\nwant\n%s", requests, sent, row.request)
			}
			answer = refusal(int(row.refusal))
			_, err = row.call(t.Context(), c, a)
			if refused, ok := errors.AsType[*wxopen.Error](err); !ok || refused.Code != row.refusal || refused.RID != rid || requests != 2 {
				t.Errorf("refused by %d: %v after %d requests", row.refusal, err, requests)
			}
			for _, answer = range []string{`{}`, `[]`, `{"errcode":0,"errmsg":"ok"}`} {
				_, err := row.call(t.Context(), c, a)
				_, unusable := errors.AsType[*wxopen.TransportError](err)
				if lenient := row.lenient || row.want == nil; unusable == lenient && answer != "[]" || !unusable && answer == "[]" {
					t.Errorf("%s: %v", answer, err)
				}
			}
		})
	}
}

// deep shows a value with what its String keeps to itself.
func deep(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
