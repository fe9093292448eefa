package platform_test

import (
	"errors"
	"regexp"
	"testing"

	"draftbox/internal/platform"
)

// pushes are the bodies pushed to the message URL, newest first.
func (b *settingsShop) pushes() []platform.Delivery {
	b.t.Helper()
	return must[[]platform.Delivery](b.t)(b.s.Deliveries(b.t.Context(), platform.DeliveryFilter{ComponentAppid: b.component}, platform.DeliveryPlace{}, 100))
}

func TestPrivacyInterfaceIsDecided(t *testing.T) {
	t.Parallel()
	b := newShop(t)
	ctx := t.Context()
	apply := func() (platform.PrivacyApplication, error) {
		return b.s.ApplyPrivacyInterface(ctx, b.component, b.appid, "wx.getLocation", platform.PrivacyApplication{Content: "展示附近门店"})
	}
	_, err := apply()
	refused(t, err, 61035) // by default all are held
	b.change(func(_ *platform.Authorizer, m *platform.MerchantSettings) { m.PrivateInfos = []string{"choosePoi"} })
	status := func(want int) *platform.PrivacyApplication {
		t.Helper()
		for _, i := range must[[]platform.InterfaceState](t)(b.s.PrivacyInterfaceStates(ctx, b.component, b.appid)) {
			if i.Name == "getLocation" {
				if i.Status != want {
					t.Errorf("the status is %d, want %d", i.Status, want)
				}
				return i.Application
			}
		}
		t.Fatal("there is no getLocation")
		return nil
	}
	if status(platform.InterfaceOpenToApply) != nil {
		t.Error("there is an application before one was made")
	}
	first := must[platform.PrivacyApplication](t)(apply())
	if first.AuditID < 400_000_000 || first.AuditID > 499_999_999 {
		t.Errorf("audit_id is %d", first.AuditID)
	}
	_, err = apply()
	refused(t, err, 61031)
	status(platform.InterfaceApplied)
	refuse := platform.SettingsDecision{Reason: "小程序内未含有相应使用场景"}
	must[platform.PrivacyApplication](t)(b.s.DecidePrivacyInterface(ctx, b.component, b.appid, "wx.getLocation", refuse))
	if p := status(platform.InterfaceFailed); p.Reason != refuse.Reason {
		t.Errorf("the application is %+v", p)
	}
	if _, err := b.s.DecidePrivacyInterface(ctx, b.component, b.appid, "getLocation", refuse); !errors.Is(err, platform.ErrConflict) {
		t.Errorf("a second decision: %v", err)
	}
	second := must[platform.PrivacyApplication](t)(apply())
	must[platform.PrivacyApplication](t)(b.s.DecidePrivacyInterface(ctx, b.component, b.appid, "getLocation", platform.SettingsDecision{Pass: true}))
	status(platform.InterfaceHeld)
	m := b.settings()
	if len(m.Applications) != 1 || m.Applications[0].AuditID != second.AuditID || !m.HoldsPrivateInfo("getLocation") || m.HoldsPrivateInfo("chooseAddress") {
		t.Errorf("the settings are %+v", m)
	}
	if held := m.HeldPrivateInfos(); len(held) != 2 || held[0] != "getLocation" || held[1] != "choosePoi" {
		t.Errorf("held are %q", held)
	}
	list := b.pushes()
	if len(list) != 2 || list[0].Type != "wxa_privacy_apply" || list[0].URL != "http://127.0.0.1:9/"+b.appid+"/message" {
		t.Fatalf("pushed %+v", list)
	}
	want := regexp.MustCompile(`^<xml><ToUserName><!\[CDATA\[gh_` + b.appid[6:] + `\]\]></ToUserName>
<FromUserName><!\[CDATA\[o[\w-]{27}\]\]></FromUserName>
<CreateTime>[0-9]{10}</CreateTime>
<MsgType><!\[CDATA\[event\]\]></MsgType>
<Event><!\[CDATA\[wxa_privacy_apply\]\]></Event>
<result_info>
<api_name><!\[CDATA\[wx\.getLocation\]\]></api_name>
<apply_time><!\[CDATA\[[0-9]{10}\]\]></apply_time>
<audit_id><!\[CDATA\[4[0-9]{8}\]\]></audit_id>
<audit_time><!\[CDATA\[[0-9]{10}\]\]></audit_time>
<reason><!\[CDATA\[小程序内未含有相应使用场景\]\]></reason>
<status><!\[CDATA\[2\]\]></status>
</result_info>
</xml>$`)
	if !want.MatchString(list[1].Body) {
		t.Errorf("pushed %s", list[1].Body)
	}
}

func TestCategoryIsDecided(t *testing.T) {
	t.Parallel()
	b := newShop(t)
	decide := func(second string, d platform.SettingsDecision) error {
		_, err := b.s.DecideCategory(t.Context(), b.component, b.appid, "教育", second, d)
		return err
	}
	pass, refuse := platform.SettingsDecision{Pass: true}, platform.SettingsDecision{Reason: "资质不符"}
	b.change(func(a *platform.Authorizer, m *platform.MerchantSettings) {
		a.Categories = []platform.AuthorizerCategory{{First: "教育", Second: "出国移民"}}
		m.CategoryAudits = []platform.CategoryAudit{{First: "教育", Second: "出国移民", Status: platform.CategoryAuditing}}
	})
	for _, step := range []struct {
		second string
		d      platform.SettingsDecision
		want   error
	}{
		{"没有", pass, platform.ErrNotFound},
		{"出国移民", platform.SettingsDecision{Pass: true, Reason: "x"}, platform.ErrInvalid},
		{"出国移民", refuse, nil},
		{"出国移民", refuse, platform.ErrConflict},
		{"出国移民", pass, nil},
		{"出国移民", pass, platform.ErrConflict},
	} {
		if err := decide(step.second, step.d); !errors.Is(err, step.want) {
			t.Errorf("%s, %+v: %v, want %v", step.second, step.d, err, step.want)
		}
	}
	list := b.pushes()
	if len(list) != 2 {
		t.Fatalf("pushed %+v", list)
	}
	for i, want := range []string{"<ret>3</ret>\n<first>8</first>\n<second>39</second>\n<reason><![CDATA[]]></reason>\n</xml>", "<ret>2</ret>\n<first>8</first>\n<second>39</second>\n<reason><![CDATA[资质不符]]></reason>\n</xml>"} {
		if body := list[i].Body; list[i].Type != "wxa_category_audit" || len(body) < len(want) || body[len(body)-len(want):] != want {
			t.Errorf("pushed %s", body)
		}
	}
	must[platform.Authorizer](t)(b.s.Revoke(t.Context(), b.component, b.appid))
	if err := decide("出国移民", refuse); err != nil {
		t.Error(err)
	}
	if n := len(b.pushes()); n != 2 { // the component has no event URL, so the revocation pushes nothing either
		t.Errorf("of a merchant who revoked %d pushes were written", n-2)
	}
}
