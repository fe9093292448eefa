package wxapi_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
	"draftbox/internal/qrimage/qrread"
)

// committed is the version of the experience version, empty without one.
func (b *bench) committed() string {
	b.t.Helper()
	code, _, err := b.service.CodeState(b.t.Context(), b.comp.Appid, b.merchant().Appid)
	b.must(err)
	if code.Exp == nil {
		return ""
	}
	return code.Exp.UserVersion
}

const textDataFormat = "data format error"

func TestCommitBodies(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.withTemplate()
	rest := `,"ext_json":"{}","user_version":"1","user_desc":""}`
	for _, tt := range []struct {
		name, body string
		code       int
	}{
		{"number", `{"template_id":0` + rest, 0},
		{"string of digits", `{"template_id":"0"` + rest, 0},
		{"line break after it", `{"template_id":"0"` + rest + "\n", 0},
		{"members nobody knows", `{"access_token":"x","template_id":0` + rest, 0},
		{"empty texts", `{"template_id":0,"ext_json":"{}","user_version":"","user_desc":""}`, 0},
		{"64 characters", commitBody(0, "{}", strings.Repeat("版", 64)), 0},
		{"65 characters", commitBody(0, "{}", strings.Repeat("版", 65)), 40097},
		{"a control character", `{"template_id":0,"ext_json":"{}","user_version":"1\u0000","user_desc":""}`, 40097},
		{"no template_id", `{"ext_json":"{}","user_version":"1","user_desc":""}`, 85014},
		{"null template_id", `{"template_id":null` + rest, 85014},
		{"empty template_id", `{"template_id":""` + rest, 85014},
		{"quoted template_id", `{"template_id":"\"0\""` + rest, 85014},
		{"unknown template_id", `{"template_id":99` + rest, 85014},
		{"negative template_id", `{"template_id":-1` + rest, 85014},
		{"huge template_id", `{"template_id":99999999999999999999` + rest, 85014},
		{"broken template_id", `{"template_id":1.5` + rest, 47001},
		{"list as template_id", `{"template_id":[0]` + rest, 47001},
		{"no ext_json", `{"template_id":0,"user_version":"1","user_desc":""}`, 47001},
		{"null ext_json", `{"template_id":0,"ext_json":null,"user_version":"1","user_desc":""}`, 47001},
		{"object as ext_json", `{"template_id":0,"ext_json":{},"user_version":"1","user_desc":""}`, 47001},
		{"no user_version", `{"template_id":0,"ext_json":"{}","user_desc":""}`, 47001},
		{"number as user_version", `{"template_id":0,"ext_json":"{}","user_version":1,"user_desc":""}`, 47001},
		{"no user_desc", `{"template_id":0,"ext_json":"{}","user_version":"1"}`, 47001},
		{"empty ext_json", `{"template_id":0,"ext_json":"","user_version":"1","user_desc":""}`, 85048},
		{"garbage after it", `{"template_id":0` + rest + "x", 47001},
		{"no body", ``, 44002},
		{"blanks", ` `, 44002},
		{"list", `[]`, 47001},
		{"form without its type", `template_id=0&ext_json={}&user_version=1&user_desc=`, 47001},
	} {
		if code, _ := b.outcome(b.asMerchant(commitPath, tt.body)); code != tt.code {
			t.Errorf("%s: %d, want %d", tt.name, code, tt.code)
		}
	}
}

// The real service was seen to read a commit's form.
func TestCommitByForm(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.withTemplate()
	const urlencoded = "application/x-www-form-urlencoded"
	form := func(template, version string) string {
		return url.Values{"template_id": {template}, "ext_json": {"{}"}, "user_version": {version}, "user_desc": {"a b&c"}}.Encode()
	}
	multipart := func(parts ...string) string {
		var out strings.Builder
		for i := 0; i+1 < len(parts); i += 2 {
			out.WriteString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + parts[i] + "\"\r\n\r\n" + parts[i+1] + "\r\n")
		}
		return out.String() + "--" + boundary + "--\r\n"
	}
	for _, tt := range []struct {
		name, contentType, body string
		code                    int
		committed               string // after it
	}{
		{"urlencoded", urlencoded, form("0", "u"), 0, "u"},
		{"urlencoded with a charset", urlencoded + ";charset=utf-8", form("0", "uc"), 0, "uc"},
		{"JSON called a form", urlencoded, commitBody(0, "{}", "json"), 0, "json"},
		{"multipart", multipartHeader, multipart("template_id", "0", "ext_json", "{}", "user_version", "m", "user_desc", ""), 0, "m"},
		{"literal quotes", multipartHeader, multipart("template_id", `"0"`, "ext_json", "{}", "user_version", "q", "user_desc", ""), 85014, "m"},
		{"no template_id", urlencoded, "ext_json={}&user_version=1&user_desc=", 85014, "m"},
		{"no ext_json", urlencoded, "template_id=0&user_version=1&user_desc=", 47001, "m"},
		{"broken JSON called a form", urlencoded, `{"template_id":0`, 47001, "m"},
		{"broken escapes", urlencoded, "template_id=%zz", 47001, "m"},
		{"multipart that breaks off", multipartHeader, "--" + boundary + "\r\nContent-Disposition: form-data; name=\"template_id\"\r\n\r\n0", 47001, "m"},
		{"multipart without boundary", "multipart/form-data", multipart("template_id", "0"), 47001, "m"},
		{"longer than a body may be", urlencoded, form("0", "l") + "&x=" + strings.Repeat("x", 1<<20), 47001, "m"},
	} {
		r := b.do("POST", commitPath+"?access_token="+b.merchantToken(), tt.body, "Content-Type", tt.contentType)
		if code, _ := b.outcome(r); code != tt.code || b.committed() != tt.committed {
			t.Errorf("%s: %d with %q committed, want %d with %q", tt.name, code, b.committed(), tt.code, tt.committed)
		}
	}
	// Only a commit takes forms.
	r := b.do("POST", grayPath+"?access_token="+b.merchantToken(), "gray_percentage=1", "Content-Type", urlencoded)
	b.refused(r, 47001, textDataFormat)
}

func TestPagesAreTheMergedOnes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.withTemplate()
	b.refused(b.getAs(pagePath), 86001, "component experience version not exists")
	b.commit("1.0.0")
	answered(t, b.getAs(pagePath), `{"errcode":0,"errmsg":"ok","page_list":["pages/index/index"]}`)
	r := b.asMerchant(commitPath, commitBody(0, `{"pages":["pages/index/index","x"]}`, "2.0.0"))
	b.refused(r, 85045, "some path in ext_json not exist")
	if why := b.reason(r); !strings.Contains(why, "1:31") || !strings.Contains(why, "$.pages[1]") {
		t.Errorf("the reason is %q", why)
	}
	if got := b.committed(); got != "1.0.0" {
		t.Errorf("a refused commit left %q", got)
	}
}

func TestTrialQRCode(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.withTemplate()
	b.refused(b.getAs(qrcodePath), 86001, "component experience version not exists")
	b.commit("1.0.0")
	for query, path := range map[string]string{"": "", "path=page%2Findex%3Faction%3D1%26b%3D%25": "&path=page%2Findex%3Faction%3D1%26b%3D%25", "path=": ""} {
		r := b.getAs(qrcodePath, query)
		for name, want := range map[string]string{
			"Content-Type": "image/jpeg", "Content-Disposition": `attachment; filename="QRCode.jpg"`, "Cache-Control": "no-cache, must-revalidate",
		} {
			if got := r.header.Values(name); len(got) != 1 || got[0] != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		want := "https://open.weixin.qq.com/sns/getexpappinfo?appid=" + b.merchant().Appid + "&iswxtpa=1" + path + "#wechat-redirect"
		if got, err := qrread.Read([]byte(r.body)); err != nil || got != want || r.status != 200 {
			t.Errorf("%q: the code says %q, want %q (%v)", query, got, want, err)
		}
	}
	r := b.getAs(qrcodePath, "path="+strings.Repeat("x", 3000))
	b.refused(r, 40097, "invalid args")
	b.refused(b.asMerchant(qrcodePath, "{}"), 43001, "require GET method")
	// Either of two permission sets will do.
	for set, code := range map[int]int{18: 0, 86: 0, 17: 61007} {
		b.changeShop(func(a *platform.Authorizer) { a.FuncIDs = []int{set} })
		r := b.getAs(qrcodePath)
		if picture := strings.HasPrefix(r.body, "\xff\xd8"); picture != (code == 0) {
			t.Errorf("with the set %d answered %.80q", set, r.body)
		}
	}
}

func TestPrivacyCheck(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	b.set(func(c *platform.Component) { c.Settings.Switches.PrivacyCheck = platform.Duration(time.Minute) })
	b.upload(platform.Upload{})
	b.declare(platform.MerchantDeclaration{PrivateInfos: []string{"getLocation"}})
	b.refused(b.getAs(privacyInfoPath), 86001, "component experience version not exists")
	template := b.withCode(`wx.getLocation({}); wx.onLocationChange(f); wx.chooseAddress()`)
	commit := func(ext string) { b.ok(b.asMerchant(commitPath, commitBody(template, ext, "1.0.0")), nil) }
	const checking = "隐私接口检查任务未完成，请稍等一分钟再重试"
	commit("{}")
	b.refused(b.getAs(privacyInfoPath), 61039, checking)
	b.refused(b.asMerchant(submitPath, "{}"), 61039, checking)
	b.advance(time.Minute - time.Second)
	commit(declaresLocation) // begins another
	b.advance(time.Minute - time.Second)
	b.refused(b.getAs(privacyInfoPath), 61039, checking)
	b.advance(time.Second)
	answered(t, b.getAs(privacyInfoPath),
		`{"errcode":0,"errmsg":"ok","without_auth_list":["wx.onLocationChange","wx.chooseAddress"],"without_conf_list":["wx.onLocationChange","wx.chooseAddress"]}`)
	if code, _ := b.outcome(b.asMerchant(submitPath, "{}")); code != 61040 {
		t.Errorf("submitting interfaces without right: %d", code)
	}
	b.ok(b.asMerchant(submitPath, `{"privacy_api_not_use":true}`), nil)
}

func TestNothingToFixIsTwoEmptyLists(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.withTemplate()
	b.commit("1.0.0")
	answered(t, b.getAs(privacyInfoPath), `{"errcode":0,"errmsg":"ok","without_auth_list":[],"without_conf_list":[]}`)
}

// A component's own token, and an official account's.
func TestCodeTokensOfTheOtherKind(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, o := range codeOperations {
		want := 48001
		if o.path == auditQuotaPath {
			want = 61014
		}
		if code, _ := b.outcome(b.do(o.method, o.path+"?access_token="+b.token, "")); code != want {
			t.Errorf("%s with a component's token: %d, want %d", o.path, code, want)
		}
	}
	b.changeShop(func(a *platform.Authorizer) { a.Profile.Account = platform.AccountOfficialAccount })
	for _, o := range codeOperations {
		r := b.do(o.method, o.path+"?access_token="+b.merchantToken(), strings.Repeat("{}", map[string]int{"POST": 1}[o.method]))
		b.refused(r, 48001, "api unauthorized")
	}
}
