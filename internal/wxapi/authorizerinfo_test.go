package wxapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
)

const emptyNetwork = `{"RequestDomain":[],"WsRequestDomain":[],"UploadDomain":[],"DownloadDomain":[],"BizDomain":[],"UDPDomain":[],"TCPDomain":[],` +
	`"PrefetchDNSDomain":[],"NewRequestDomain":[],"NewWsRequestDomain":[],"NewUploadDomain":[],"NewDownloadDomain":[],"NewBizDomain":[],"NewUDPDomain":[],` +
	`"NewTCPDomain":[],"NewPrefetchDNSDomain":[],"FinanceWhiteDomain":[]}`

func TestAuthorizerInfoIsByteExact(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.change(func(a *platform.Authorizer) {
		a.NickName, a.FuncIDs = "商户 <一>&/\\", []int{17, 18}
		a.Categories = []platform.AuthorizerCategory{{First: "工具", Second: "效率"}}
		a.Profile = platform.Profile{
			UserName: "gh_0123456789ab", PrincipalName: "示例公司", HeadImg: "http://wx.qlogo.cn/mmopen/demo/0", QrcodeURL: "http://mmbiz.qpic.cn/demo/0",
			Signature: "说明", ServiceType: 12, VerifyType: -1, RegisterType: 13, AccountStatus: 18,
		}
	})
	m := b.merchant()
	answered(t, b.post(authorizerInfoPath, b.namingBody()), `{"authorizer_info":{"nick_name":"商户 <一>&\/\\","head_img":"http:\/\/wx.qlogo.cn\/mmopen\/demo\/0",`+
		`"service_type_info":{"id":12},"verify_type_info":{"id":-1},"user_name":"gh_0123456789ab","alias":"","qrcode_url":"http:\/\/mmbiz.qpic.cn\/demo\/0",`+
		`"business_info":{"open_pay":0,"open_shake":0,"open_scan":0,"open_card":0,"open_store":0},"idc":1,"principal_name":"示例公司","signature":"说明",`+
		`"MiniProgramInfo":{"network":`+emptyNetwork+`,"categories":[{"first":"工具","second":"效率"}],"visit_status":0},"register_type":13,"account_status":18,`+
		`"basic_config":{"is_phone_configured":true,"is_email_configured":true}},"authorization_info":{"authorizer_appid":"`+m.Appid+
		`","authorizer_refresh_token":"`+m.RefreshToken+`","func_info":[{"funcscope_category":{"id":17}},{"funcscope_category":{"id":18}}]}}`)
}

func TestAuthorizerInfoOfAnAccountThatSaysNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	appid := b.merchant().Appid
	r := b.post(authorizerInfoPath, b.namingBody())
	for _, want := range []string{
		`"head_img":"http:\/\/wx.qlogo.cn\/mmopen\/` + appid + `\/0"`, `"qrcode_url":"http:\/\/mmbiz.qpic.cn\/mmbiz_jpg\/` + appid + `\/0"`,
		`"user_name":"gh_` + appid[6:] + `"`, `"principal_name":"个人"`, `"categories":[]`, `"account_status":1`, `"service_type_info":{"id":0}`,
	} {
		if !strings.Contains(r.body, want) {
			t.Errorf("no %s in %s", want, r.body)
		}
	}
	if n := strings.Count(r.body, "funcscope_category"); n != len(platform.DefaultFuncIDs()) {
		t.Errorf("%d permission sets, want the default %d", n, len(platform.DefaultFuncIDs()))
	}
}

// Clients tell the two kinds of account apart by the member.
func TestOfficialAccountsHaveNoMiniProgramInfo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.change(func(a *platform.Authorizer) {
		a.Profile.Account, a.Profile.Alias, a.Profile.ServiceType = platform.AccountOfficialAccount, "demo", 2
	})
	r := b.post(authorizerInfoPath, b.namingBody())
	b.outcome(r)
	if strings.Contains(r.body, "MiniProgramInfo") || !strings.Contains(r.body, `"alias":"demo"`) || !strings.Contains(r.body, `"service_type_info":{"id":2}`) {
		t.Errorf("answered %s", r.body)
	}
}

func TestAFrozenAccountIsToldOf(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.restrict(platform.RestrictionFrozen)
	r := b.post(authorizerInfoPath, b.namingBody())
	b.outcome(r)
	if !strings.Contains(r.body, `"account_status":19`) {
		t.Errorf("answered %s", r.body)
	}
	b.refused(b.post(authorizerTokenPath, b.refreshBody(b.merchant().RefreshToken)), 50002, "user limited")
}

func TestAuthorizerList(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	answered(t, b.post(authorizerListPath, b.listBody(`"offset":0,"count":10`)), `{"total_count":0,"list":[]}`)
	declared := b.merchant()
	b.advance(time.Second)
	exchanged, code := b.newMerchant("商户二")
	b.advance(time.Second)
	fresh, _ := b.newMerchant("商户三")
	b.outcome(b.post(queryAuthPath, b.queryAuthBody(code)))
	rows := []string{
		fmt.Sprintf(`{"authorizer_appid":%q,"refresh_token":%q,"auth_time":%d}`, declared.Appid, declared.RefreshToken, declared.AuthTime.Unix()),
		fmt.Sprintf(`{"authorizer_appid":%q,"refresh_token":%q,"auth_time":%d}`, exchanged.Appid, exchanged.RefreshToken, exchanged.AuthTime.Unix()),
		fmt.Sprintf(`{"authorizer_appid":%q,"auth_time":%d}`, fresh.Appid, fresh.AuthTime.Unix()), // never exchanged
	}
	for page, want := range map[string][]string{
		`"offset":0,"count":10`:                     rows,
		`"offset":"0","count":"10"`:                 rows,
		`"offset":1,"count":1`:                      rows[1:2],
		`"offset":2,"count":500`:                    rows[2:],
		`"offset":3,"count":10`:                     {},
		`"offset":99999999999999999999,"count":10`:  {},
		`"count":2`:                                 rows[:2],
		`"offset":-1,"count":2`:                     rows[:2],
		`"offset":0,"count":501`:                    rows,
		`"offset":0,"count":"99999999999999999999"`: rows,
		`"offset":0`:                                {},
		`"offset":0,"count":0`:                      {},
		`"offset":0,"count":null`:                   {},
		`"offset":0,"count":-1`:                     {},
		``:                                          {},
	} {
		answered(t, b.post(authorizerListPath, b.listBody(page)), `{"total_count":3,"list":[`+strings.Join(want, ",")+`]}`)
	}
	b.revoke()
	answered(t, b.post(authorizerListPath, b.listBody(`"offset":0,"count":1`)), `{"total_count":2,"list":[`+rows[1]+`]}`)
	for _, page := range []string{`"offset":0.5,"count":1`, `"offset":0,"count":"ten"`, `"offset":[],"count":1`, `"offset":true,"count":1`} {
		b.refused(b.post(authorizerListPath, b.listBody(page)), 47001, "data format error")
	}
}

func TestAuthorizerListGivesFiveHundredAtMost(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.store.Update(t.Context(), b.comp.Appid, func(tx platform.Tx, _ *platform.Component) error {
		for i := range 501 {
			a := platform.Authorizer{ComponentAppid: b.comp.Appid, Appid: fmt.Sprintf("wx%016x", i), Authorized: true, AuthTime: tx.Now(), CreatedAt: tx.Now()}
			if err := tx.PutAuthorizer(t.Context(), &a); err != nil {
				return err
			}
		}
		return nil
	}))
	r := b.post(authorizerListPath, b.listBody(`"offset":0,"count":501`))
	if n := strings.Count(r.body, "authorizer_appid"); n != 500 || !strings.HasPrefix(r.body, `{"total_count":501,`) {
		t.Errorf("%d of %.30s", n, r.body)
	}
}
