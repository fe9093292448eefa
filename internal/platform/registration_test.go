package platform_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/internal/platform"
)

// registrar is a component with a callback URL at a frozen moment.
type registrar struct {
	*platform.Service
	t    *testing.T
	comp string
}

// registrationTime is when the tests' component is made.
var registrationTime = time.Date(2030, 3, 1, 10, 20, 30, 0, platform.UTC8)

func newRegistrar(t *testing.T, change func(*platform.Switches)) *registrar {
	t.Helper()
	s := newService(t)
	if err := s.FreezeClock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.SetClock(t.Context(), registrationTime); err != nil {
		t.Fatal(err)
	}
	settings := platform.DefaultSettings()
	change(&settings.Switches)
	c := must[platform.Component](t)(s.CreateComponent(t.Context(), platform.Component{EventURL: "http://127.0.0.1:9/event", Settings: settings}))
	return &registrar{s, t, c.Appid}
}

func pass(*platform.Switches)     {}
func manual(s *platform.Switches) { s.Registrations = "manual" }

// pushes are those that are no tickets, oldest first.
func (r *registrar) pushes() []platform.Delivery {
	r.t.Helper()
	all := must[[]platform.Delivery](r.t)(r.Deliveries(r.t.Context(), platform.DeliveryFilter{ComponentAppid: r.comp}, platform.DeliveryPlace{}, 0))
	slices.Reverse(all)
	return slices.DeleteFunc(all, func(d platform.Delivery) bool { return d.Type == "component_verify_ticket" })
}

func (r *registrar) decide(id string, d platform.RegistrationDecision) platform.Registration {
	r.t.Helper()
	return must[platform.Registration](r.t)(r.DecideRegistration(r.t.Context(), r.comp, id, d))
}

func (r *registrar) newest() platform.Registration {
	r.t.Helper()
	return must[[]platform.Registration](r.t)(r.Registrations(r.t.Context(), r.comp, "", 1))[0]
}

func (r *registrar) account(appid string) platform.Authorizer {
	r.t.Helper()
	return must[platform.Authorizer](r.t)(r.Authorizer(r.t.Context(), r.comp, appid))
}

var shop = platform.RegistrationRequest{
	Name: "示例商户", Code: "91440300MA5EXAMPLE", CodeType: 1, LegalPersonaWechat: "xiaoming", LegalPersonaName: "小明", ComponentPhone: "1234567",
}

var (
	person    = platform.RegistrationRequest{IDName: "张三", WXUser: "zhangsan", ComponentPhone: "12345678"}
	trialShop = platform.RegistrationRequest{Name: "小麦烤鸡", OpenID: "oK8Yg5YaUM"}
)

// beginning begins a registration of a kind.
func (r *registrar) beginning(kind platform.RegistrationKind) platform.Registration {
	r.t.Helper()
	ctx := r.t.Context()
	switch kind {
	case platform.RegistrationEnterprise:
		return must[platform.Registration](r.t)(r.RegisterEnterprise(ctx, r.comp, shop))
	case platform.RegistrationPersonal:
		return must[platform.Registration](r.t)(r.RegisterPersonal(ctx, r.comp, person))
	case platform.RegistrationBeta:
		return must[platform.Registration](r.t)(r.RegisterBeta(ctx, r.comp, trialShop))
	}
	return must[platform.Registration](r.t)(r.VerifyBeta(ctx, r.comp, r.trial(), verified()))
}

// verified is what verifybetaweapp asks for.
func verified() platform.RegistrationRequest {
	out := shop
	out.LegalPersonaIDCard = "110101199001010000"
	return out
}

// trial makes a trial mini program.
func (r *registrar) trial() string {
	r.t.Helper()
	return must[platform.Authorizer](r.t)(r.PutAuthorizer(r.t.Context(), platform.Authorizer{
		ComponentAppid: r.comp, NickName: "小麦烤鸡的体验小程序", Authorized: true, Profile: platform.Profile{ServiceType: platform.ServiceTypeTrial, RegisterType: 13},
	})).Appid
}

func wantCode(t *testing.T, err error, code int) {
	t.Helper()
	if !errors.Is(err, &platform.Error{Code: code}) {
		t.Errorf("answered %v, want %d", err, code)
	}
}

func wantText(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s is\n%s\nwant\n%s", what, got, want)
	}
}

// between returns what stands between two texts.
func between(t *testing.T, s, before, after string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, before)
	out, _, end := strings.Cut(rest, after)
	if !ok || !end {
		t.Fatalf("there is no %s…%s in %s", before, after, s)
	}
	return out
}

// A success is told before authorized, with a code that can be exchanged.
func TestRegistrationOfAnEnterprise(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, pass)
	g := r.beginning(platform.RegistrationEnterprise)
	if g.State != platform.RegistrationDone || g.Status != 0 || g.Msg != "OK" || g.WaitingFor != "" || !g.DoneAt.Equal(registrationTime) {
		t.Errorf("the registration is %+v", g)
	}
	pushes := r.pushes()
	if len(pushes) != 2 || pushes[0].Authorizer != g.AuthorizerAppid || pushes[1].Type != "authorized" || pushes[1].Authorizer != g.AuthorizerAppid {
		t.Fatalf("pushed %+v", pushes)
	}
	code := between(t, pushes[0].Body, "<auth_code><![CDATA[", "]]>")
	wantText(t, "the push", pushes[0].Body, `<xml><AppId><![CDATA[`+r.comp+`]]></AppId>
<CreateTime>1898562030</CreateTime>
<InfoType><![CDATA[notify_third_fasteregister]]></InfoType>
<appid><![CDATA[`+g.AuthorizerAppid+`]]></appid>
<status>0</status>
<auth_code><![CDATA[`+code+`]]></auth_code>
<msg><![CDATA[OK]]></msg>
<info>
<name><![CDATA[示例商户]]></name>
<code><![CDATA[91440300MA5EXAMPLE]]></code>
<code_type>1</code_type>
<legal_persona_wechat><![CDATA[xiaoming]]></legal_persona_wechat>
<legal_persona_name><![CDATA[小明]]></legal_persona_name>
<component_phone><![CDATA[1234567]]></component_phone>
</info>
</xml>`)
	other := between(t, pushes[1].Body, "<AuthorizationCode><![CDATA[", "]]>")
	if between(t, pushes[1].Body, "<PreAuthCode><![CDATA[", "]]>") == "" || other == code {
		t.Errorf("authorized is %s", pushes[1].Body)
	}
	for _, c := range []string{code, other} {
		got := must[platform.AuthorizerTokens](t)(r.QueryAuth(t.Context(), r.comp, c, platform.Caller{}))
		if a := got.Authorizer; a.Appid != g.AuthorizerAppid || a.NickName != "示例商户" || !slices.Equal(a.FuncIDs, platform.DefaultFuncIDs()) ||
			a.Profile != (platform.Profile{PrincipalName: "示例商户", RegisterType: 6, VerifyType: -1}) {
			t.Errorf("the account is %+v", a)
		}
	}
}

func TestRegistrationsOfTheOtherKinds(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, pass)
	for _, row := range []struct {
		kind           platform.RegistrationKind
		types          []string
		body           string // after status
		nickName       string
		profile        platform.Profile
		isVerification bool
	}{
		{
			platform.RegistrationPersonal,
			[]string{"notify_third_fasteregister", "authorized"},
			"<info>\n<wxuser><![CDATA[zhangsan]]></wxuser>\n<idname><![CDATA[张三]]></idname>\n<component_phone><![CDATA[12345678]]></component_phone>\n</info>\n</xml>",
			"张三",
			platform.Profile{PrincipalName: "个人", RegisterType: 16, VerifyType: -1},
			false,
		},
		{
			platform.RegistrationBeta,
			[]string{"notify_third_fastregisterbetaapp", "authorized"},
			"<info>\n<unique_id><![CDATA[{id}]]></unique_id>\n<name><![CDATA[小麦烤鸡]]></name>\n</info>\n</xml>",
			"小麦烤鸡的体验小程序",
			platform.Profile{ServiceType: 12, RegisterType: 13, VerifyType: -1},
			false,
		},
		{
			platform.RegistrationVerify,
			[]string{"notify_third_fastverifybetaapp"},
			"<info>\n<name><![CDATA[示例商户]]></name>\n<code><![CDATA[91440300MA5EXAMPLE]]></code>\n<code_type>1</code_type>\n<legal_persona_wechat><![CDATA[xiaoming]]></legal_persona_wechat>\n" +
				"<legal_persona_name><![CDATA[小明]]></legal_persona_name>\n<component_phone><![CDATA[1234567]]></component_phone>\n</info>\n</xml>",
			"小麦烤鸡的体验小程序",
			platform.Profile{PrincipalName: "示例商户", RegisterType: 19},
			true,
		},
	} {
		before := len(r.pushes())
		g := r.beginning(row.kind)
		pushes := r.pushes()[before:]
		var types []string
		for _, d := range pushes {
			types = append(types, d.Type)
		}
		if !slices.Equal(types, row.types) {
			t.Fatalf("%s pushed %v, want %v", row.kind, types, row.types)
		}
		_, tail, _ := strings.Cut(pushes[0].Body, "<info>")
		wantText(t, string(row.kind), "<info>"+tail, strings.ReplaceAll(row.body, "{id}", g.ID))
		if between(t, pushes[0].Body, "<appid><![CDATA[", "]]>") != g.AuthorizerAppid || between(t, pushes[0].Body, "<status>", "<") != "0" {
			t.Errorf("%s pushed %s", row.kind, pushes[0].Body)
		}
		if has := strings.Contains(pushes[0].Body, "<auth_code>"); has != (row.kind == platform.RegistrationPersonal) {
			t.Errorf("%s pushed an auth_code: %t", row.kind, has)
		}
		a := r.account(g.AuthorizerAppid)
		if a.NickName != row.nickName || a.Profile != row.profile || !a.Authorized {
			t.Errorf("%s made %+v", row.kind, a)
		}
		if a.Exchanged != row.isVerification {
			t.Errorf("%s: exchanged is %t", row.kind, a.Exchanged)
		}
	}
}

// Every documented status can be caused, for every kind.
func TestEveryStatusOfARegistration(t *testing.T) {
	t.Parallel()
	for _, kind := range []platform.RegistrationKind{platform.RegistrationEnterprise, platform.RegistrationPersonal, platform.RegistrationBeta, platform.RegistrationVerify} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			for _, status := range platform.RegistrationStatuses() {
				r := newRegistrar(t, manual)
				g := r.beginning(kind)
				if n := len(r.pushes()); n != 0 || g.State != platform.RegistrationOpen {
					t.Fatalf("%d pushes, the registration is %+v", n, g)
				}
				g = r.decide(g.ID, platform.RegistrationDecision{Status: &status})
				push := r.pushes()[0].Body
				if got := between(t, push, "<status>", "<"); got != fmt.Sprint(status) {
					t.Errorf("%d was pushed as %s", status, got)
				}
				if msg := between(t, push, "<msg><![CDATA[", "]]>"); msg == "" || msg != g.Msg {
					t.Errorf("the msg of %d is %q and %q", status, msg, g.Msg)
				}
				if made := strings.Contains(push, "<appid>"); made != (status == 0 || kind == platform.RegistrationVerify) {
					t.Errorf("%d: an appid is pushed: %t", status, made)
				}
				if n := len(r.pushes()); n != 1 && status != 0 {
					t.Errorf("%d: %d pushes", status, n)
				}
			}
		})
	}
}

func TestFailureWithItsOwnMsg(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, func(s *platform.Switches) { s.Registrations, s.PushFormat = "manual", platform.PushCloudJSON })
	g := r.beginning(platform.RegistrationPersonal)
	status := 1005
	r.decide(g.ID, platform.RegistrationDecision{Status: &status, Msg: "实名校验失败"})
	wantText(t, "the push", r.pushes()[0].Body, `{"AppId":"`+r.comp+`","CreateTime":1898562030,"InfoType":"notify_third_fasteregister","status":1005,"msg":"实名校验失败",`+
		`"info":{"wxuser":"zhangsan","idname":"张三","component_phone":"12345678"}}`)
}

// Nobody decides: the registration ends in its place among what else is due.
func TestRegistrationEndsByItself(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, manual)
	advance := func(d time.Duration) {
		t.Helper()
		if err := r.AdvanceClock(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, r.SearchRegistration(t.Context(), r.comp, shop), 89250)
	advance(time.Minute) // so that it ends between two tickets
	g := r.beginning(platform.RegistrationEnterprise)
	wantCode(t, r.SearchRegistration(t.Context(), r.comp, shop), 89251)
	advance(24*time.Hour - time.Millisecond)
	if open := r.newest(); open.State != platform.RegistrationOpen {
		t.Errorf("ended early: %+v", open)
	}
	advance(time.Hour)
	ended := r.newest()
	if ended.Status != 100003 || !ended.DoneAt.Equal(g.EndsAt) || !g.EndsAt.Equal(registrationTime.Add(24*time.Hour+time.Minute)) || ended.AuthorizerAppid != "" {
		t.Errorf("the registration ended as %+v", ended)
	}
	wantCode(t, r.SearchRegistration(t.Context(), r.comp, shop), 89250)
	push := r.pushes()[0]
	if between(t, push.Body, "<CreateTime>", "<") != fmt.Sprint(g.EndsAt.Unix()) || !push.CreatedAt.Equal(g.EndsAt) {
		t.Errorf("pushed at %s: %s", push.CreatedAt, push.Body)
	}
	all := must[[]platform.Delivery](t)(r.Deliveries(t.Context(), platform.DeliveryFilter{ComponentAppid: r.comp}, platform.DeliveryPlace{}, 0))
	if tickets := len(all) - len(r.pushes()); tickets != 25*6+1 { // each at its time, whatever else is due
		t.Errorf("%d tickets were pushed in 25 hours", tickets)
	}
	if !slices.IsSortedFunc(all, func(a, b platform.Delivery) int { return int(b.Number - a.Number) }) {
		t.Error("the pushes are not in the order of their times")
	}
	if _, err := r.DecideRegistration(t.Context(), r.comp, g.ID, platform.RegistrationDecision{Status: new(int)}); !errors.Is(err, platform.ErrConflict) {
		t.Errorf("decided after its end: %v", err)
	}
}

// While no node moves the clock by hand, RunDue ends what is over.
func TestRegistrationEndsInRealTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		settings := platform.DefaultSettings()
		settings.Switches.Registrations = "manual"
		c := must[platform.Component](t)(s.CreateComponent(t.Context(), platform.Component{Settings: settings})) // without a URL
		must[platform.Registration](t)(s.RegisterPersonal(t.Context(), c.Appid, person))
		status := func() (platform.RegistrationState, int) {
			g := must[[]platform.Registration](t)(s.Registrations(t.Context(), c.Appid, "", 1))[0]
			return g.State, g.Progress
		}
		time.Sleep(24*time.Hour - time.Second)
		if err := s.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if state, _ := status(); state != platform.RegistrationOpen {
			t.Error("ended early")
		}
		time.Sleep(time.Second)
		if err := s.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if state, progress := status(); state != platform.RegistrationDone || progress != 1 {
			t.Errorf("%s with progress %d, want done with 1", state, progress)
		}
	})
}

// Five registrations a day for one WeChat id, of both kinds that the pages bound, by
// the calendar of UTC+8; what was refused does not count.
func TestRegistrationsADay(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, pass)
	ctx := context.Background()
	mine := shop
	mine.LegalPersonaWechat = "zhangsan"
	bad := mine
	bad.Code = "1"
	for range 9 {
		_, err := r.RegisterEnterprise(ctx, r.comp, bad)
		wantCode(t, err, 89255)
	}
	for i := range platform.RegistrationsADay {
		var err error
		if i%2 == 0 {
			_, err = r.RegisterEnterprise(ctx, r.comp, mine)
		} else {
			_, err = r.RegisterPersonal(ctx, r.comp, person)
		}
		if err != nil {
			t.Fatalf("registration %d: %v", i, err)
		}
	}
	refused := func(want bool) {
		t.Helper()
		_, err := r.RegisterPersonal(ctx, r.comp, person)
		if want != errors.Is(err, &platform.Error{Code: 91030}) {
			t.Errorf("answered %v", err)
		}
	}
	refused(true)
	must[platform.Registration](t)(r.RegisterEnterprise(ctx, r.comp, shop)) // another WeChat id
	must[platform.Registration](t)(r.RegisterBeta(ctx, r.comp, trialShop))
	other := must[platform.Component](t)(r.CreateComponent(ctx, platform.Component{}))
	must[platform.Registration](t)(r.RegisterPersonal(ctx, other.Appid, person)) // another component
	midnight := time.Date(2030, 3, 2, 0, 0, 0, 0, platform.UTC8)
	if err := r.SetClock(ctx, midnight.Add(-time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	refused(true)
	if err := r.SetClock(ctx, midnight); err != nil {
		t.Fatal(err)
	}
	refused(false)
}
