package wxopen_test

import (
	"context"
	"encoding/json"
	"testing"

	"draftbox/wxopen"
)

var settingCalls = []credentialCall{
	{
		name: "AuditCategories",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) ([]wxopen.AuditCategory, error) {
			return a.AuditCategories(ctx)
		}),
		request: "GET /wxa/get_category?access_token=merchanttoken",
		answer: `{"errcode":0,"errmsg":"ok","category_list":[{"first_class":"工具","second_class":"备忘录","first_id":1,"second_id":2,"x":1},` +
			`{"first_class":"教育","second_class":"学历教育","third_class":"高等","first_id":3,"second_id":4,"third_id":5}]}`,
		want: []wxopen.AuditCategory{
			{FirstClass: "工具", FirstID: 1, SecondClass: "备忘录", SecondID: 2, Extra: extra("x", "1")}, education,
		},
		lenient: true,
		refusal: wxopen.ErrInvalidCredential,
	},
	{
		name: "AllCategories",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) ([]wxopen.SettableCategory, error) {
			return a.AllCategories(ctx)
		}),
		request: "GET /cgi-bin/wxopen/getallcategories?access_token=merchanttoken",
		answer: `{"errcode":0,"errmsg":"ok","categories_list":{"categories":[{"id":150,"name":"生活服务","level":1,"father":0,"children":[185]},` +
			`{"id":185,"name":"丽人服务","level":2,"father":150,"children":[],"sensitive_type":1,"x":0,` +
			`"qualify":{"exter_list":[{"inner_list":[{"name":"许可证","url":"https://a"},{"name":"b"}]},{}],"remark":"r","y":2}}]}}`,
		want: []wxopen.SettableCategory{
			{ID: 150, Name: "生活服务", Level: 1, Children: []int64{185}},
			{
				ID: 185, Name: "丽人服务", Level: 2, Father: 150, Children: []int64{}, Sensitive: true, Extra: extra("x", "0"),
				Qualification: &wxopen.CategoryQualification{
					Lists: [][]wxopen.CategoryCertificate{{{Name: "许可证", URL: "https://a"}, {Name: "b"}}, {}}, Remark: "r", Extra: extra("y", "2"),
				},
			},
		},
		lenient: true,
		refusal: wxopen.ErrAPINotGranted,
	},
	{
		name: "Categories",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.CategorySettings, error) {
			return a.Categories(ctx)
		}),
		request: "GET /cgi-bin/wxopen/getcategory?access_token=merchanttoken",
		answer: `{"errcode":0,"errmsg":"ok","categories":[{"first":8,"first_name":"教育","second":39,"second_name":"出国移民","audit_status":1,"audit_reason":"","x":1}],` +
			`"limit":5,"quota":4,"category_limit":20,"y":2}`,
		want: wxopen.CategorySettings{
			Categories: []wxopen.SetCategory{{First: 8, FirstName: "教育", Second: 39, SecondName: "出国移民", AuditStatus: 1, Extra: extra("x", "1")}},
			Limit:      5, Quota: 4, CategoryLimit: 20, Extra: extra("y", "2"),
		},
		lenient: true,
		refusal: wxopen.ErrAPINotGranted,
	},
	{
		name: "ModifyServerDomain of the mini program",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.ServerDomainSettings, error) {
			return a.ModifyServerDomain(ctx, wxopen.ServerDomainChange{Action: wxopen.DomainAdd, Domains: wxopen.ServerDomains{
				Request: []string{"https://www.qq.com"}, WsRequest: []string{"wss://www.qq.com"}, TCP: []string{"tcp://www.qq.com"},
			}})
		}),
		request: "POST /wxa/modify_domain?access_token=merchanttoken\n\n" +
			`{"action":"add","requestdomain":["https://www.qq.com"],"wsrequestdomain":["wss://www.qq.com"],"uploaddomain":[],"downloaddomain":[],"udpdomain":[],"tcpdomain":["tcp://www.qq.com"]}`,
		answer: `{"errcode":0,"errmsg":"ok","requestdomain":["https://www.qq.com"],"wsrequestdomain":[],"uploaddomain":[],"downloaddomain":[],"udpdomain":null,"tcpdomain":["tcp://www.qq.com"],` +
			`"invalid_wsrequestdomain":["wss://www.qq.com"],"no_icp_domain":["a"],"x":1}`,
		want: wxopen.ServerDomainSettings{
			Domains: wxopen.ServerDomains{
				Request: []string{"https://www.qq.com"}, WsRequest: []string{}, Upload: []string{}, Download: []string{}, TCP: []string{"tcp://www.qq.com"},
			},
			Invalid: wxopen.ServerDomains{WsRequest: []string{"wss://www.qq.com"}}, NoICP: []string{"a"}, Extra: extra("x", "1"),
		},
		lenient: true,
		refusal: wxopen.ErrDomainUnchanged,
	},
	{
		name: "ModifyServerDomainDirectly",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.ServerDomainSettings, error) {
			return a.ModifyServerDomainDirectly(ctx, wxopen.ServerDomainChange{Action: wxopen.DomainGet, Domains: wxopen.ServerDomains{Request: []string{"https://a"}}})
		}),
		request: "POST /wxa/modify_domain_directly?access_token=merchanttoken\n\n" + `{"action":"get"}`,
		answer:  `{"errcode":0,"errmsg":"ok","requestdomain":["https://www.qq.com"]}`,
		want:    wxopen.ServerDomainSettings{Domains: wxopen.ServerDomains{Request: []string{"https://www.qq.com"}}},
		lenient: true,
		refusal: wxopen.ErrDomainChanges,
	},
	{
		name: "EffectiveServerDomains",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.EffectiveServerDomains, error) {
			return a.EffectiveServerDomains(ctx)
		}),
		request: "POST /wxa/get_effective_domain?access_token=merchanttoken\n\n{}",
		answer: `{"errcode":0,"errmsg":"ok","mp_domain":{"uploaddomain":["https://u"]},"third_domain":{"requestdomain":["https://a.example.com"]},` +
			`"direct_domain":[],"effective_domain":{"requestdomain":["https://a.example.com"]},"x":1}`,
		want: wxopen.EffectiveServerDomains{
			Console: wxopen.ServerDomains{Upload: []string{"https://u"}}, Platform: wxopen.ServerDomains{Request: []string{"https://a.example.com"}},
			Effective: wxopen.ServerDomains{Request: []string{"https://a.example.com"}}, Extra: extra("x", "1"),
		},
		lenient: true,
		refusal: wxopen.ErrRequirePOST,
	},
	{
		name: "ModifyJumpDomain of the mini program",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) ([]string, error) {
			return a.ModifyJumpDomain(ctx, wxopen.JumpDomainChange{Action: wxopen.DomainAdd, Domains: []string{"https://www.qq.com", "https://m.qq.com"}})
		}),
		request: "POST /wxa/setwebviewdomain?access_token=merchanttoken\n\n" + `{"action":"add","webviewdomain":["https://www.qq.com","https://m.qq.com"]}`,
		answer:  `{"errcode":0,"errmsg":"ok","webviewdomain":["https://www.qq.com","https://m.qq.com"]}`,
		want:    []string{"https://www.qq.com", "https://m.qq.com"},
		lenient: true,
		refusal: wxopen.ErrJumpDomainForeign,
	},
	{
		name: "ModifyJumpDomain to all of the platform",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) ([]string, error) {
			return a.ModifyJumpDomain(ctx, wxopen.JumpDomainChange{})
		}),
		request: "POST /wxa/setwebviewdomain?access_token=merchanttoken\n\n{}",
		answer:  done,
		want:    []string(nil),
		lenient: true,
		refusal: wxopen.ErrNoPlatformJumpDomain,
	},
	{
		name: "ModifyJumpDomainDirectly",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) ([]string, error) {
			return a.ModifyJumpDomainDirectly(ctx, wxopen.JumpDomainChange{Action: wxopen.DomainSet})
		}),
		request: "POST /wxa/setwebviewdomain_directly?access_token=merchanttoken\n\n" + `{"action":"set","webviewdomain":[]}`,
		answer:  `{"errcode":0,"errmsg":"ok","webviewdomain":[]}`,
		want:    []string{},
		lenient: true,
		refusal: wxopen.ErrPersonalForbidden,
	},
	{
		name: "EffectiveJumpDomains",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.EffectiveJumpDomains, error) {
			return a.EffectiveJumpDomains(ctx)
		}),
		request: "POST /wxa/get_effective_webviewdomain?access_token=merchanttoken\n\n{}",
		answer: `{"errcode":0,"errmsg":"ok","mp_webviewdomain":["https://m"],"third_webviewdomain":["https://a.example.com"],"direct_webviewdomain":[],` +
			`"effective_webviewdomain":["https://a.example.com"],"x":1}`,
		want: wxopen.EffectiveJumpDomains{
			Console: []string{"https://m"}, Platform: []string{"https://a.example.com"}, Direct: []string{}, Effective: []string{"https://a.example.com"}, Extra: extra("x", "1"),
		},
		lenient: true,
		refusal: wxopen.ErrEmptyPostData,
	},
	{
		name: "JumpDomainConfirmFile of the mini program",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.ConfirmFile, error) {
			return a.JumpDomainConfirmFile(ctx)
		}),
		request: "POST /wxa/get_webviewdomain_confirmfile?access_token=merchanttoken\n\n{}",
		answer:  `{"errcode":0,"errmsg":"ok","file_name":"xxx.txt","file_content":"xxxxxx"}`,
		want:    wxopen.ConfirmFile{Name: "xxx.txt", Content: "xxxxxx"},
		refusal: wxopen.ErrEmptyPostData,
	},
	{
		name: "BindTester",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (string, error) {
			return a.BindTester(ctx, "testid")
		}),
		request: "POST /wxa/bind_tester?access_token=merchanttoken\n\n" + `{"wechatid":"testid"}`,
		answer:  `{"errcode":0,"errmsg":"ok","userstr":"xxxxxxxxx"}`,
		want:    "xxxxxxxxx",
		refusal: wxopen.ErrTesterBound,
	},
	{
		name: "UnbindTester",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.UnbindTester(ctx, "testid")
		}),
		request: "POST /wxa/unbind_tester?access_token=merchanttoken\n\n" + `{"wechatid":"testid"}`,
		answer:  done,
		refusal: wxopen.ErrTesterNotFound,
	},
	{
		name: "UnbindTesterByUserStr",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.UnbindTesterByUserStr(ctx, "testtest")
		}),
		request: "POST /wxa/unbind_tester?access_token=merchanttoken\n\n" + `{"userstr":"testtest"}`,
		answer:  done,
		refusal: wxopen.ErrUserStr,
	},
	{
		name: "Testers",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) ([]wxopen.Tester, error) {
			return a.Testers(ctx)
		}),
		request: "POST /wxa/memberauth?access_token=merchanttoken\n\n" + `{"action":"get_experiencer"}`,
		answer:  `{"errcode":0,"errmsg":"ok","members":[{"userstr":"xxxxxxxx"},{"userstr":"yyyyyyyy","x":1}]}`,
		want:    []wxopen.Tester{{UserStr: "xxxxxxxx"}, {UserStr: "yyyyyyyy", Extra: extra("x", "1")}},
		lenient: true,
		refusal: wxopen.ErrAPIUnauthorized,
	},
	{
		name: "PrivacySetting",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.PrivacySetting, error) {
			return a.PrivacySetting(ctx, wxopen.PrivacyDevelopment)
		}),
		request: "POST /cgi-bin/component/getprivacysetting?access_token=merchanttoken\n\n" + `{"privacy_ver":2}`,
		answer: `{"errcode":0,"errmsg":"ok","code_exist":1,"privacy_list":["UserInfo","Location"],"setting_list":[{"privacy_key":"UserInfo","privacy_text":"展示头像","privacy_label":"l","y":1},` +
			`{"privacy_key":"Location","privacy_text":""}],"update_time":1635690987,"owner_setting":{"contact_phone":"p","contact_email":"a@example.com","contact_qq":"q","contact_weixin":"w",` +
			`"store_expire_timestamp":"30天","ext_file_media_id":"m","notice_method":"弹窗","store_region":1017,"z":1},"privacy_desc":{"privacy_desc_list":[{"privacy_key":"UserInfo","privacy_desc":"用户信息"}]},` +
			`"sdk_privacy_info_list":[{"sdk_name":"s"}],"x":1}`,
		want: wxopen.PrivacySetting{
			CodeExists: true, Found: []string{"UserInfo", "Location"},
			Items:      []wxopen.PrivacyItem{{Key: "UserInfo", Text: "展示头像", Label: "l", Extra: extra("y", "1")}, {Key: "Location"}},
			UpdateTime: seconds(1635690987),
			Owner: wxopen.PrivacyOwner{
				ContactEmail: "a@example.com", ContactPhone: "p", ContactQQ: "q", ContactWeixin: "w", ExtFileMediaID: "m", NoticeMethod: "弹窗", StoreExpire: "30天", StoreRegion: 1017,
				Extra: extra("z", "1"),
			},
			Descriptions: []wxopen.PrivacyDescription{{Key: "UserInfo", Desc: "用户信息"}}, SDKs: []json.RawMessage{json.RawMessage(`{"sdk_name":"s"}`)}, Extra: extra("x", "1"),
		},
		refusal: wxopen.ErrPrivacyVersion,
	},
	{
		name: "PrivacySetting where there is none",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.PrivacySetting, error) {
			return a.PrivacySetting(ctx, 0)
		}),
		request: "POST /cgi-bin/component/getprivacysetting?access_token=merchanttoken\n\n{}",
		answer: `{"errcode":0,"errmsg":"ok","code_exist":0,"privacy_list":[],"setting_list":[],"update_time":0,"owner_setting":{"contact_phone":"","store_region":0},` +
			`"privacy_desc":{"privacy_desc_list":[]}}`,
		want:    wxopen.PrivacySetting{Found: []string{}, Items: []wxopen.PrivacyItem{}, Descriptions: []wxopen.PrivacyDescription{}},
		refusal: wxopen.ErrPrivacyCheckRunning,
	},
	{
		name: "SetPrivacySetting",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.SetPrivacySetting(ctx, wxopen.PrivacyChange{
				Version: wxopen.PrivacyDevelopment,
				Owner:   wxopen.PrivacyOwner{ContactEmail: "a@example.com", NoticeMethod: "弹窗", StoreExpire: "30天", Extra: extra("not", "1")},
				Items:   []wxopen.PrivacyItem{{Key: "PhoneNumber", Text: "会员登录", Label: "not", Extra: extra("not", "1")}},
			})
		}),
		request: "POST /cgi-bin/component/setprivacysetting?access_token=merchanttoken\n\n" +
			`{"privacy_ver":2,"owner_setting":{"contact_email":"a@example.com","notice_method":"弹窗","store_expire_timestamp":"30天"},"setting_list":[{"privacy_key":"PhoneNumber","privacy_text":"会员登录"}]}`,
		answer:  done,
		refusal: wxopen.ErrOwnerSetting,
	},
	{
		name: "SetPrivacySetting online",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.SetPrivacySetting(ctx, wxopen.PrivacyChange{
				Version: wxopen.PrivacyOnline,
				Owner:   wxopen.PrivacyOwner{ContactPhone: "p", ContactQQ: "q", ContactWeixin: "w", ExtFileMediaID: "m", StoreRegion: 1017},
				SDKs:    []json.RawMessage{json.RawMessage(`{"sdk_name":"s"}`)},
			})
		}),
		request: "POST /cgi-bin/component/setprivacysetting?access_token=merchanttoken\n\n" +
			`{"privacy_ver":1,"owner_setting":{"contact_phone":"p","contact_qq":"q","contact_weixin":"w","ext_file_media_id":"m","store_region":1017},"sdk_privacy_info_list":[{"sdk_name":"s"}]}`,
		answer:  done,
		refusal: wxopen.ErrNoOnlinePrivacy,
	},
	{
		name: "PrivacyInterfaces",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) ([]wxopen.PrivacyInterface, error) {
			return a.PrivacyInterfaces(ctx)
		}),
		request: "GET /wxa/security/get_privacy_interface?access_token=merchanttoken",
		answer: `{"errcode":0,"errmsg":"ok","interface_list":[{"api_name":"wx.getLocation","api_ch_name":"获取当前的地理位置","api_desc":"d","status":1,"api_link":"l","group_name":"g"},` +
			`{"api_name":"wx.choosePoi","apply_time":1700000001,"audit_id":"9","fail_reason":"r","x":1}]}`,
		want: []wxopen.PrivacyInterface{
			{APIName: "wx.getLocation", ChineseName: "获取当前的地理位置", Desc: "d", Status: new(int64(1)), Link: "l", Group: "g"},
			{APIName: "wx.choosePoi", ApplyTime: seconds(1700000001), AuditID: new(int64(9)), FailReason: "r", Extra: extra("x", "1")},
		},
		lenient: true,
		refusal: wxopen.ErrPrivacyApplyRunning,
	},
	{
		name: "ApplyPrivacyInterface",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (int64, error) {
			return a.ApplyPrivacyInterface(ctx, wxopen.PrivacyApplication{APIName: "wx.getLocation", Content: "show nearby shops", URLs: []string{"u"}, Pictures: []string{"p"}, Videos: []string{"v"}})
		}),
		request: "POST /wxa/security/apply_privacy_interface?access_token=merchanttoken\n\n" +
			`{"api_name":"wx.getLocation","content":"show nearby shops","url_list":["u"],"pic_list":["p"],"video_list":["v"]}`,
		answer:  `{"errcode":0,"errmsg":"ok","audit_id":123456}`,
		want:    int64(123456),
		refusal: wxopen.ErrPrivacyApplyNeedless,
	},
}

func TestSettingCalls(t *testing.T) {
	t.Parallel()
	checkCalls(t, settingCalls)
}
