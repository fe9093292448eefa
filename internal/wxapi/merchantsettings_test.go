package wxapi_test

import (
	"fmt"
	"strings"
	"testing"

	"draftbox/internal/platform"
)

// step is a call as the bench's merchant and its whole answer.
type step struct{ path, body, want string }

func (b *bench) steps(t *testing.T, steps []step) {
	t.Helper()
	for _, s := range steps {
		method := "POST"
		if s.body == "" {
			method = "GET"
		}
		if r := b.do(method, s.path+"?access_token="+b.token, s.body); r.body != s.want {
			t.Errorf("%s %s\nanswered %s\n    want %s", s.path, s.body, r.body, s.want)
		}
	}
}

func TestCategoryAnswers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	asShop(b)
	b.steps(t, []step{ // an account that names none has a stand-in
		{auditCategoryPath, "", `{"errcode":0,"errmsg":"ok","category_list":[{"first_class":"工具","second_class":"信息查询","first_id":9140,"second_id":9141}]}`},
	})
	b.changeShop(func(a *platform.Authorizer) {
		a.Categories = []platform.AuthorizerCategory{{First: "教育", Second: "学历教育"}, {First: "教育", Second: "出国移民"}, {First: "工具", Second: "效率"}}
	})
	b.declare(platform.MerchantDeclaration{CategoryAudits: []platform.CategoryAudit{
		{First: "教育", Second: "出国移民", Status: platform.CategoryAuditing}, {First: "工具", Second: "效率", Status: platform.CategoryRejected, Reason: "资质不符"},
	}})
	b.steps(t, []step{
		{auditCategoryPath, "", `{"errcode":0,"errmsg":"ok","category_list":[` +
			`{"first_class":"教育","second_class":"学历教育","third_class":"小学","first_id":8,"second_id":9,"third_id":9001},` +
			`{"first_class":"教育","second_class":"学历教育","third_class":"中学","first_id":8,"second_id":9,"third_id":9002},` +
			`{"first_class":"教育","second_class":"学历教育","third_class":"高等","first_id":8,"second_id":9,"third_id":9003}]}`},
		{setCategoriesPath, "", `{"errcode":0,"errmsg":"ok","categories":[` +
			`{"first":8,"first_name":"教育","second":9,"second_name":"学历教育","audit_status":3,"audit_reason":""},` +
			`{"first":8,"first_name":"教育","second":39,"second_name":"出国移民","audit_status":1,"audit_reason":""},` +
			`{"first":9140,"first_name":"工具","second":9142,"second_name":"效率","audit_status":2,"audit_reason":"资质不符"}],"limit":5,"quota":5,"category_limit":20}`},
	})
	r := b.get(allCategoriesPath)
	for _, want := range []string{
		`{"id":0,"name":"","level":0,"father":0,"children":[1,8,`, `{"id":150,"name":"生活服务","level":1,"father":0,"children":[185,`,
		`{"id":185,"name":"丽人服务","level":2,"father":150,"children":[],"sensitive_type":0,"qualify":{"exter_list":[],"remark":""}}`,
		`"sensitive_type":1,"qualify":{"exter_list":[{"inner_list":[{"name":"《快递业务经营许可证》","url":""}]}],"remark":""}}`,
	} {
		if !strings.Contains(r.body, want) {
			t.Errorf("no %s in %s", want, r.body)
		}
	}
}

const noDomains = `"requestdomain":[],"wsrequestdomain":[],"uploaddomain":[],"downloaddomain":[],"udpdomain":[],"tcpdomain":[]`

func TestMerchantDomainAnswers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	asShopWithDomains(b)
	const six = `"wsrequestdomain":[],"uploaddomain":[],"downloaddomain":[],"udpdomain":[],"tcpdomain":[]`
	const third = `{"requestdomain":["https://a.example.com"],"wsrequestdomain":["wss://b.example.com:8443"],"uploaddomain":[],"downloaddomain":[],"udpdomain":[],"tcpdomain":[]}`
	b.steps(t, []step{
		{modifyDomainPath, `{"action":"get"}`, `{"errcode":0,"errmsg":"ok",` + noDomains + `}`},
		{
			modifyDomainPath, `{"action":"add","requestdomain":["https://a.example.com","http://a.example.com"],"wsrequestdomain":["wss://b.example.com:8443"]}`,
			`{"errcode":0,"errmsg":"ok",` + third[1:len(third)-1] + `,"invalid_requestdomain":["http://a.example.com"]}`,
		},
		{directDomainPath, `{"action":"get"}`, `{"errcode":0,"errmsg":"ok",` + noDomains + `}`},
		{directDomainPath, `{"action":"set","requestdomain":["https://any.example"]}`, `{"errcode":0,"errmsg":"ok","requestdomain":["https://any.example"],` + six + `}`},
		{directDomainPath, `{"action":"set","requestdomain":["https://any.example"]}`, `{"errcode":0,"errmsg":"ok","requestdomain":["https://any.example"],` + six + `}`},
		{
			effectiveDomainPath, `{}`, `{"errcode":0,"errmsg":"ok","mp_domain":{` + noDomains + `},"third_domain":` + third +
				`,"direct_domain":{"requestdomain":["https://any.example"],` + six + `},"effective_domain":{` + noDomains + `}}`,
		},
		{webviewPath, `{}`, `{"errcode":0,"errmsg":"ok","webviewdomain":["https://a.example.com"]}`}, // all of the platform's
		{
			webviewPath, `{"action":"add","webviewdomain":["https://www.a.example.com"]}`,
			`{"errcode":0,"errmsg":"ok","webviewdomain":["https://a.example.com","https://www.a.example.com"]}`,
		},
		{webviewPath, `{"action":"delete","webviewdomain":["https://a.example.com","https://nowhere.example"]}`, `{"errcode":0,"errmsg":"ok","webviewdomain":["https://www.a.example.com"]}`},
		{directWebviewPath, `{"action":"add","webviewdomain":["https://any.example"]}`, `{"errcode":0,"errmsg":"ok","webviewdomain":["https://any.example"]}`},
		{directWebviewPath, `{"action":"get"}`, `{"errcode":0,"errmsg":"ok","webviewdomain":["https://any.example"]}`},
		{
			effectiveWebview, `{}`, `{"errcode":0,"errmsg":"ok","mp_webviewdomain":[],"third_webviewdomain":["https://www.a.example.com"],` +
				`"direct_webviewdomain":["https://any.example"],"effective_webviewdomain":[]}`,
		},
		{webviewPath, `{"action":"set","webviewdomain":[]}`, `{"errcode":0,"errmsg":"ok","webviewdomain":[]}`},
	})
	for _, row := range []struct {
		path, body string
		code       int
	}{
		{webviewPath, `{"action":"add","webviewdomain":["a.example.com"]}`, 89021}, // observed: without its scheme
		{webviewPath, `{"action":"add","webviewdomain":["https://a.example.com:443"]}`, 89021},
		{webviewPath, `{"action":"add","webviewdomain":["https://xa.example.com"]}`, 89021},
		{webviewPath, `{"action":"add","webviewdomain":"https://a.example.com"}`, 47001},
		{webviewPath, `{"action":"add"}`, 40097},
		{modifyDomainPath, `{"action":"add","requestdomain":["https://a.example.com",1]}`, 47001},
		{directDomainPath, `{"action":"add","requestdomain":["https://10.0.0.1"]}`, 40097},
		{directDomainPath, `{"action":"add"}`, 40097},
		{directWebviewPath, `{"webviewdomain":["https://any.example"]}`, 40097},
	} {
		if code, _ := b.outcome(b.post(row.path, row.body)); code != row.code {
			t.Errorf("%s %s answered %d, want %d", row.path, row.body, code, row.code)
		}
	}
	b.set(func(c *platform.Component) { c.Settings.Switches.JumpDomainCheck = "fail" })
	b.refused(b.post(directWebviewPath, `{"action":"add","webviewdomain":["https://other.example"]}`), -1, "system error")
	b.ok(b.post(directWebviewPath, `{"action":"delete","webviewdomain":["https://any.example"]}`), nil)
}

// A component's own token, and an official account's, get what no fresh token mends.
func TestMerchantCallsTakeAMiniprogramsToken(t *testing.T) {
	t.Parallel()
	server := newBench(t)
	for _, o := range merchantOperations {
		t.Run(o.path, func(t *testing.T) {
			t.Parallel()
			b := server.tenant(t)
			b.refused(o.call(b, b.token, o.good(b)), 48001, "api unauthorized")
			b.changeShop(func(a *platform.Authorizer) { a.Profile.Account = platform.AccountOfficialAccount })
			code, _ := b.outcome(o.call(b, b.merchantToken(), o.good(b)))
			if want := map[bool]int{true: 85015, false: 48001}[o.path == modifyDomainPath || o.path == directDomainPath]; code != want {
				t.Errorf("an official account is answered with %d, want %d", code, want)
			}
		})
	}
}

func TestTesterAnswers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	asShop(b)
	user := platform.TesterUserStr(b.comp.Appid, b.shop.Appid, "xiaoming")
	b.steps(t, []step{
		{testersPath, `{"action":"get_experiencer"}`, `{"errcode":0,"errmsg":"ok","members":[]}`},
		{bindPath, `{"wechatid":"xiaoming"}`, `{"errcode":0,"errmsg":"ok","userstr":"` + user + `"}`},
		{testersPath, `{"action":"get_experiencer"}`, `{"errcode":0,"errmsg":"ok","members":[{"userstr":"` + user + `"}]}`},
		{unbindPath, `{"userstr":"` + user + `"}`, `{"errcode":0,"errmsg":"ok"}`},
	})
	b.refused(b.post(unbindPath, `{"userstr":"`+user+`"}`), 89034, "userstr is invalid")
	b.refused(b.post(bindPath, `{}`), 85001, "user not exist or user cannot be searched")
	b.set(func(c *platform.Component) {
		c.Settings.Switches.TesterRefuse = map[string]int{"*": 85003, "nobody": 85001}
	})
	b.refused(b.post(bindPath, `{"wechatid":"anybody"}`), 85003, "user already bind too many weapps")
	b.refused(b.post(bindPath, `{"wechatid":"nobody"}`), 85001, "user not exist or user cannot be searched")
}

func TestConfirmFileOfAMerchant(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	asShop(b)
	first := b.post(merchantFilePath, `{}`)
	var file struct {
		Name    string `json:"file_name"`
		Content string `json:"file_content"`
	}
	b.ok(first, &file)
	if again := b.post(merchantFilePath, `{}`); again.body != first.body || len(file.Name) != 14 || len(file.Content) != 32 {
		t.Errorf("answered %s, then %s", first.body, again.body)
	}
}

func TestPrivacySettingAnswers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	asShop(b)
	var descs []string
	for _, k := range platform.PrivacyKeys() {
		descs = append(descs, fmt.Sprintf(`{"privacy_key":%q,"privacy_desc":%q}`, k.Key, k.Name))
	}
	tail := `,"privacy_desc":{"privacy_desc_list":[` + strings.Join(descs, ",") + `]}`
	none := `{"errcode":0,"errmsg":"ok","code_exist":0,"privacy_list":[],"setting_list":[],"update_time":0,"owner_setting":{"contact_phone":"","contact_email":"",` +
		`"contact_qq":"","contact_weixin":"","store_expire_timestamp":"","ext_file_media_id":"","notice_method":"","store_region":0}` + tail + `}`
	b.steps(t, []step{{getPrivacyPath, `{}`, none}, {getPrivacyPath, `{"privacy_ver":1}`, none}})

	var file struct {
		ID string `json:"ext_file_media_id"`
	}
	b.ok(b.do("POST", privacyFilePath+"?access_token="+b.token, b.form("file", "privacy.txt", "指引"), "Content-Type", "multipart/form-data; boundary="+boundary), &file)
	if len(file.ID) != 19 || file.ID[0] != '2' {
		t.Errorf("ext_file_media_id is %q", file.ID)
	}
	now, err := b.service.Now(t.Context())
	b.must(err)
	owner := fmt.Sprintf(`"owner_setting":{"contact_phone":"","contact_email":"","contact_qq":"","contact_weixin":"w","store_expire_timestamp":"30天","ext_file_media_id":%q,"notice_method":"弹窗","store_region":1017}`, file.ID)
	set := `{"errcode":0,"errmsg":"ok","code_exist":0,"privacy_list":[],"setting_list":[{"privacy_key":"Camera","privacy_text":"扫码","privacy_label":""}],"update_time":` +
		fmt.Sprint(now.Unix()) + `,` + owner + tail + `,"sdk_privacy_info_list":[{"sdk_name":"地图"}]}`
	b.steps(t, []step{
		{setPrivacyPath, `{` + owner + `,"setting_list":[{"privacy_key":"Camera","privacy_text":"扫码"}],"sdk_privacy_info_list": [{"sdk_name": "地图"}]}`, `{"errcode":0,"errmsg":"ok"}`},
		{getPrivacyPath, `{"privacy_ver":"2"}`, set},
		{getPrivacyPath, `{"privacy_ver":1}`, none}, // a release brings it into force
	})
	b.declare(platform.MerchantDeclaration{Privacy: &platform.PrivacyDeclaration{Owner: platform.PrivacyOwner{ContactQQ: "1", ExtFile: "7"}, Online: true}})
	b.steps(t, []step{
		{setPrivacyPath, `{"privacy_ver":1,"owner_setting":{"contact_qq":"2","notice_method":"弹窗","ext_file_media_id":"7"}}`, `{"errcode":0,"errmsg":"ok"}`},
		{setPrivacyPath, `{"privacy_ver":1,"owner_setting":{"contact_qq":"3","notice_method":"弹窗"}}`, `{"errcode":0,"errmsg":"ok"}`},
	})
	if r := b.post(getPrivacyPath, `{"privacy_ver":1}`); !strings.Contains(r.body, `"contact_qq":"3"`) || !strings.Contains(r.body, `"ext_file_media_id":"7"`) {
		t.Errorf("the released guideline is %s", r.body)
	}
	b.refused(b.post(setPrivacyPath, `{"privacy_ver":1,"owner_setting":{"contact_qq":"2","notice_method":"弹窗"},"setting_list":[]}`), 40097, "invalid args")
	b.refused(b.post(setPrivacyPath, `{"owner_setting":{"notice_method":"弹窗"},"setting_list":[]}`), 86069, platform.CodeText(86069)) // observed
	b.refused(b.post(setPrivacyPath, `{"owner_setting":[],"setting_list":[]}`), 47001, "data format error")
	b.refused(b.post(setPrivacyPath, `{"owner_setting":{"contact_qq":"2","notice_method":"弹窗"},"setting_list":[{"privacy_text":"x"}]}`), 40097, "invalid args")
}

func TestPrivacyInterfaceAnswers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	asShop(b)
	if r := b.get(interfacesPath); strings.Count(r.body, `"status":5,"api_link"`) != len(platform.PrivacyInterfaces()) {
		t.Errorf("by default not all are held: %s", r.body)
	}
	b.refused(b.post(applyPath, applyBody), 61035, "the api not need apply")
	b.declare(platform.MerchantDeclaration{PrivateInfos: []string{"choosePoi"}})
	var applied struct {
		ID int64 `json:"audit_id"`
	}
	b.ok(b.post(applyPath, applyBody), &applied)
	now, err := b.service.Now(t.Context())
	b.must(err)
	const start = `{"api_name":"wx.getLocation","api_ch_name":"获取当前的地理位置、速度","api_desc":"获取当前的地理位置、速度。当用户离开小程序后，此接口无法调用。"`
	const end = `,"api_link":"https://developers.weixin.qq.com/miniprogram/dev/api/location/wx.getLocation.html","group_name":"地理位置"}`
	waiting := fmt.Sprintf(`%s,"apply_time":%d,"status":3,"audit_id":%d,"fail_reason":""%s`, start, now.Unix(), applied.ID, end)
	r := b.get(interfacesPath)
	if !strings.Contains(r.body, waiting) || strings.Count(r.body, `"status":1`) != 6 || strings.Count(r.body, `"status":5`) != 1 {
		t.Errorf("answered %s\nwant in it %s", r.body, waiting)
	}
	_, err = b.service.DecidePrivacyInterface(t.Context(), b.comp.Appid, b.shop.Appid, "getLocation", platform.SettingsDecision{Reason: "无场景"})
	b.must(err)
	if r := b.get(interfacesPath); !strings.Contains(r.body, `"status":4,"audit_id":`+fmt.Sprint(applied.ID)+`,"fail_reason":"无场景"`) {
		t.Errorf("answered %s", r.body)
	}
	b.changeShop(func(a *platform.Authorizer) { a.Restrictions = []string{platform.RestrictionPrivateInfos} })
	if r := b.get(interfacesPath); strings.Count(r.body, `"status":2`) != 6 {
		t.Errorf("of an account that may not apply: %s", r.body)
	}
	for _, row := range []struct {
		body string
		code int
	}{
		{`{"api_name":"getFuzzyLocation","content":"x"}`, 61035}, // wx. is missing
		{`{"api_name":"wx.getFuzzyLocation","content":"` + strings.Repeat("长", 301) + `"}`, 61034},
		{`{"api_name":"wx.getFuzzyLocation","content":"x","pic_list":["1","2","3","4","5","6","7","8","9","10","11"]}`, 61034},
		{`{"api_name":"wx.getFuzzyLocation","content":"x","video_list":["https://e.example/a.mp4","https://e.example/b.mp4"]}`, 61034},
		{`{"api_name":"wx.getFuzzyLocation","content":"x","url_list":"https://e.example"}`, 47001},
		{`{"api_name":"wx.getFuzzyLocation","content":"x","video_list":["https://e.example/A.MP4?x=1"]}`, 61036},
	} {
		if code, _ := b.outcome(b.post(applyPath, row.body)); code != row.code {
			t.Errorf("%s answered %d, want %d", row.body, code, row.code)
		}
	}
}
