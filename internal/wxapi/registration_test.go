package wxapi_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
)

const (
	enterprisePath = "/cgi-bin/component/fastregisterweapp"
	personalPath   = "/wxa/component/fastregisterpersonalweapp"
	betaPath       = "/wxa/component/fastregisterbetaweapp"
	verifyPath     = "/wxa/verifybetaweapp"
	nicknamePath   = "/wxa/setbetaweappnickname"
	offiPath       = "/cgi-bin/account/fastregister"
)

const (
	enterpriseMembers = `"code":"91440300MA5EXAMPLE","code_type":1,"legal_persona_wechat":"xiaoming","legal_persona_name":"小明","component_phone":"1234567"`
	enterpriseBody    = `{"name":"示例商户",` + enterpriseMembers + `}`
	searchBody        = `{"name":"示例商户","legal_persona_wechat":"xiaoming","legal_persona_name":"小明"}`
	personalBody      = `{"idname":"张三","wxuser":"zhangsan","component_phone":"12345678","new_version":true}`
	betaBody          = `{"name":"小麦烤鸡","openid":"oK8Yg5YaUM-axuE_vVZmV_oIZxxx"}`
	verifyBody        = `{"verify_info":{"enterprise_name":"示例商户","legal_persona_idcard":"110101199001010000",` + enterpriseMembers + `}}`
)

func body(s string) func(*bench) string { return func(*bench) string { return s } }

var registrationOperations = []operation{
	{method: "POST", path: enterprisePath, query: "action=create&", body: body(enterpriseBody), causes: withRules(map[int]func(*bench, operation) reply{
		40097: badAction,
		89248: with(`"code_type":1`, `"code_type":"4"`), 89253: with(`"name":"示例商户",`, ""), 89255: with(`"code_type":1`, `"code_type":3`),
		89249: func(b *bench, o operation) reply {
			b.manual()
			o.call(b, b.token, enterpriseBody)
			return o.call(b, b.token, enterpriseBody)
		},
		89250: func(b *bench, _ operation) reply { return b.search() },
		89251: func(b *bench, o operation) reply {
			b.manual()
			o.call(b, b.token, enterpriseBody)
			return b.search()
		},
		89252: func(b *bench, o operation) reply {
			b.manual()
			o.call(b, b.token, enterpriseBody)
			b.decide(platform.RegistrationDecision{WaitingFor: platform.WaitFrontCheck})
			return b.search()
		},
		91030: sixTimes,
	}, 61070, 86004, 89247, 89254, 53011)},
	{method: "POST", path: personalPath, query: "action=create&", body: body(personalBody), causes: map[int]func(*bench, operation) reply{
		40097: badAction, 89253: with(personalBody, "{}"), 91030: sixTimes,
		89250: func(b *bench, _ operation) reply { return b.queryPersonal("1") },
	}},
	{method: "POST", path: betaPath, body: body(betaBody), causes: withRules(map[int]func(*bench, operation) reply{
		40097: with("小麦烤鸡", "烤小鸡"),
	}, 86011)},
	{method: "POST", path: verifyPath, body: body(verifyBody), prepare: asTrial, causes: withRules(map[int]func(*bench, operation) reply{
		89248: with(`"code_type":1`, `"code_type":0`), 89253: with(`"code":"91440300MA5EXAMPLE",`, ""), 89255: with("91440300MA5EXAMPLE", "123"),
		89249: func(b *bench, o operation) reply {
			b.manual()
			o.call(b, b.token, verifyBody)
			return o.call(b, b.token, verifyBody)
		},
		89251: func(b *bench, o operation) reply {
			b.manual()
			o.call(b, b.token, verifyBody)
			return with("xiaoming", "xiaohong")(b, o)
		},
		89252: func(b *bench, o operation) reply {
			b.manual()
			o.call(b, b.token, verifyBody)
			b.decide(platform.RegistrationDecision{WaitingFor: platform.WaitFrontCheck})
			return with("xiaoming", "xiaohong")(b, o)
		},
		91020: asOrdinary,
	}, 61070, 86004, 89247, 89254)},
	{method: "POST", path: nicknamePath, body: body(`{"name":"小麦烤鸭"}`), prepare: asTrial, causes: withRules(map[int]func(*bench, operation) reply{
		40014: func(b *bench, o operation) reply { return o.call(b, b.adminToken(b.comp.Appid), o.good(b)) },
		40097: with("小麦烤鸭", strings.Repeat("鸭", 25)), 61007: withoutSets, 91020: asOrdinary,
	}, 86011)},
	{method: "POST", path: offiPath, prepare: asOffiAccount, body: func(b *bench) string { return fmt.Sprintf(`{"ticket":%q}`, b.fastregisterTicket()) }, causes: withRules(
		map[int]func(*bench, operation) reply{
			61007: withoutSets, 61058: func(b *bench, o operation) reply { return o.call(b, b.token, `{"ticket":"x"}`) },
			61028: func(b *bench, o operation) reply {
				body := o.good(b)
				b.set(func(c *platform.Component) { c.Settings.Switches.Published = "no" })
				return o.call(b, b.token, body)
			},
			61052: func(b *bench, o operation) reply {
				body := o.good(b)
				b.changeShop(func(a *platform.Authorizer) { a.Profile.VerifyType = -1 })
				return o.call(b, b.token, body)
			},
		}, 61029, 61051, 61053, 61054, 61055, 61056, 61057, 61060, 61061)},
}

// with makes a call whose body differs from the good one.
func with(old, replacement string) func(*bench, operation) reply {
	return func(b *bench, o operation) reply {
		return o.call(b, b.token, strings.Replace(o.good(b), old, replacement, 1))
	}
}

// withRules adds the codes that a rule of registration_refuse causes.
func withRules(own map[int]func(*bench, operation) reply, codes ...int) map[int]func(*bench, operation) reply {
	out := maps.Clone(own)
	for _, code := range codes {
		out[code] = func(b *bench, o operation) reply {
			body := o.good(b)
			b.set(func(c *platform.Component) { c.Settings.Switches.RegistrationRefuse = map[string]int{"*": code} })
			return o.call(b, b.token, body)
		}
	}
	return out
}

func badAction(b *bench, o operation) reply {
	o.query = "action=x&"
	return o.call(b, b.token, o.good(b))
}

func sixTimes(b *bench, o operation) reply {
	for range platform.RegistrationsADay {
		if code, _ := b.outcome(o.call(b, b.token, o.good(b))); code != 0 {
			b.t.Errorf("an earlier call was answered with %d", code)
		}
	}
	return o.call(b, b.token, o.good(b))
}

func asOrdinary(b *bench, o operation) reply {
	b.changeShop(func(a *platform.Authorizer) { a.Profile.ServiceType = 0 })
	return o.call(b, b.token, o.good(b))
}

func withoutSets(b *bench, o operation) reply {
	body := o.good(b)
	b.changeShop(func(a *platform.Authorizer) { a.FuncIDs = []int{18} })
	return o.call(b, b.token, body)
}

// asTrial makes the bench's merchant a trial mini program and calls as it.
func asTrial(b *bench) {
	b.merchant()
	b.changeShop(func(a *platform.Authorizer) { a.Profile.ServiceType = platform.ServiceTypeTrial })
	b.token = b.merchantToken()
}

// asOffiAccount makes the bench's merchant an official account and calls as it.
func asOffiAccount(b *bench) {
	b.merchant()
	b.changeShop(func(a *platform.Authorizer) { a.Profile.Account = platform.AccountOfficialAccount })
	b.token = b.merchantToken()
}

func (b *bench) changeShop(change func(*platform.Authorizer)) {
	b.t.Helper()
	var err error
	b.shop, err = b.service.ChangeAuthorizer(context.Background(), b.comp.Appid, b.merchant().Appid, func(a *platform.Authorizer) error {
		change(a)
		return nil
	})
	b.must(err)
}

// manual lets registrations wait for a decision.
func (b *bench) manual() {
	b.t.Helper()
	b.set(func(c *platform.Component) { c.Settings.Switches.Registrations = "manual" })
}

// decide decides the newest registration.
func (b *bench) decide(d platform.RegistrationDecision) platform.Registration {
	b.t.Helper()
	rows, err := b.service.Registrations(context.Background(), b.comp.Appid, "", 1)
	b.must(err)
	g, err := b.service.DecideRegistration(context.Background(), b.comp.Appid, rows[0].ID, d)
	b.must(err)
	return g
}

func (b *bench) search() reply {
	b.t.Helper()
	return b.do("POST", enterprisePath+"?action=search&access_token="+b.token, searchBody)
}

func (b *bench) queryPersonal(taskid string) reply {
	b.t.Helper()
	return b.do("POST", personalPath+"?action=query&access_token="+b.token, fmt.Sprintf(`{"taskid":%q}`, taskid))
}

func (b *bench) fastregisterTicket() string {
	b.t.Helper()
	code, err := b.service.NewRegistrationTicket(context.Background(), b.comp.Appid, b.merchant().Appid)
	b.must(err)
	return code.Value
}

// The texts of success are those of the pages: OK, and none.
func TestRegistrationAnswers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	create := b.do("POST", enterprisePath+"?action=create&access_token="+b.token, enterpriseBody)
	for _, r := range []reply{create, b.search()} {
		if r.body != `{"errcode":0,"errmsg":"OK"}` {
			t.Errorf("fastregisterweapp answered %s", r.body)
		}
	}
	asOffiAccount(b)
	ticket := b.fastregisterTicket()
	r := b.do("POST", offiPath+"?access_token="+b.token, fmt.Sprintf(`{"ticket":%q}`, ticket))
	if !strings.HasPrefix(r.body, `{"errcode":0,"errmsg":"","appid":"wx`) || !strings.HasSuffix(r.body, `","is_wx_verify_succ":"true","is_link_succ":"true"}`) {
		t.Errorf("account/fastregister answered %s", r.body)
	}
	again := b.do("POST", offiPath+"?access_token="+b.token, fmt.Sprintf(`{"ticket":%q}`, ticket))
	b.refused(again, 61058, "invalid ticket")
	if reason := b.reason(again); !strings.Contains(reason, "it is good for one use") {
		t.Errorf("the journal says %q", reason)
	}
}

func TestPersonalRegistrationIsAskedFor(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var task struct {
		TaskID       string `json:"taskid"`
		AuthorizeURL string `json:"authorize_url"`
		Status       int    `json:"status"`
	}
	create := func() {
		t.Helper()
		b.ok(b.do("POST", personalPath+"?action=create&access_token="+b.token, personalBody), &task)
		if len(task.TaskID) != 10 || task.Status != 0 || task.AuthorizeURL != "https://mp.weixin.qq.com/wxawap/fastregisterpersonal?action=show&taskid="+task.TaskID+"#wechat_redirect" {
			t.Errorf("a new task is %+v", task)
		}
	}
	status := func(want int) {
		t.Helper()
		b.ok(b.queryPersonal(task.TaskID), &task)
		if task.Status != want {
			t.Errorf("the status is %d, want %d", task.Status, want)
		}
	}
	create()
	status(12) // the switch lets it pass at once
	b.manual()
	create()
	status(0)
	four, refusal := 4, 1005
	b.decide(platform.RegistrationDecision{Progress: &four})
	status(4)
	b.decide(platform.RegistrationDecision{Status: &refusal})
	status(1005)
	create()
	b.advance(24 * time.Hour)
	b.token = b.adminToken(b.comp.Appid)
	status(1)
	other, _ := b.component()
	b.token = b.adminToken(other.Appid)
	b.refused(b.queryPersonal(task.TaskID), 89250, "task not found")
}

func TestBetaRegistration(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var made struct {
		UniqueID     string `json:"unique_id"`
		AuthorizeURL string `json:"authorize_url"`
	}
	b.ok(b.post(betaPath, betaBody), &made)
	if len(made.UniqueID) != 64 || made.AuthorizeURL != "https://mp.weixin.qq.com/wxawap/fastregistertpbeta?action=show&create_token="+made.UniqueID+"#wechat_redirect" {
		t.Errorf("answered %+v", made)
	}
	b.refused(b.post(betaPath, `{"name":"小麦烤鸡"}`), 47001, "data format error")
	b.refused(b.post(betaPath, `{"name":1,"openid":"o"}`), 47001, "data format error")
	rows, err := b.service.Registrations(t.Context(), b.comp.Appid, "", 0)
	b.must(err)
	trial, err := b.service.Authorizer(t.Context(), b.comp.Appid, rows[0].AuthorizerAppid)
	b.must(err)
	if len(rows) != 1 || trial.NickName != "小麦烤鸡的体验小程序" || !trial.Trial() {
		t.Fatalf("%d registrations, made %+v", len(rows), trial)
	}
	b.shop = trial
	b.ok(b.asMerchant(nicknamePath, `{"name":"小麦烤鸭的体验小程序"}`), nil) // the suffix is there already
	b.ok(b.asMerchant(verifyPath, verifyBody), nil)
	regular, err := b.service.Authorizer(t.Context(), b.comp.Appid, trial.Appid)
	b.must(err)
	if regular.Trial() || regular.NickName != "小麦烤鸭的体验小程序" || regular.Profile.PrincipalName != "示例商户" || regular.Profile.RegisterType != 19 {
		t.Errorf("the verified one is %+v", regular)
	}
	b.refused(b.asMerchant(nicknamePath, `{"name":"小麦烤鸡"}`), 91020, "not beta weapp") // a trial one no longer
}

// A component's token on a merchant's call gets a code that no fresh token of that
// kind would mend.
func TestRegistrationTokensOfTheOtherKind(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for path, want := range map[string]int{verifyPath: 48001, nicknamePath: 40014, offiPath: 48001} {
		if code, _ := b.outcome(b.post(path, `{}`)); code != want {
			t.Errorf("%s with a component's token: %d, want %d", path, code, want)
		}
	}
	for path, want := range map[string]int{enterprisePath: 61014, personalPath: 48001, betaPath: 48001, serverDomainPath: 61014, jumpDomainPath: 61014, confirmFilePath: 61014} {
		if code, _ := b.outcome(b.asMerchant(path, `{}`)); code != want {
			t.Errorf("%s with a merchant's token: %d, want %d", path, code, want)
		}
	}
	b.refused(b.asMerchant(offiPath, `{"ticket":"x"}`), 48001, "api unauthorized") // a mini program's
}
