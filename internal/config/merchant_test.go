package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"draftbox/internal/config"
	"draftbox/internal/platform"
)

// merchantOf returns the settings of the declared merchant.
func merchantOf(t *testing.T, s *platform.Service) platform.MerchantSettings {
	t.Helper()
	m, err := s.Merchant(t.Context(), comp, "wx00000000000000a1")
	if err != nil {
		t.Fatal(err)
	}
	return m.Settings
}

// merchantIsDeclared checks the settings that full declares.
func merchantIsDeclared(t *testing.T, s *platform.Service) {
	t.Helper()
	guideline := &platform.PrivacyGuideline{
		Owner: platform.PrivacyOwner{ContactEmail: "a@example.com", NoticeMethod: "弹窗", StoreExpire: "30天"},
		Uses:  []platform.PrivacyUse{{Key: "UserInfo", Text: "展示头像"}},
	}
	want := platform.MerchantSettings{
		ComponentAppid: comp, AuthorizerAppid: "wx00000000000000a1", Testers: []string{"xiaoming"}, PrivateInfos: []string{"getLocation"},
		Plugins: []platform.MerchantPlugin{{Appid: "wx00000000000000aa", Versions: []string{"1.0.0"}}, {Appid: "wx00000000000000ab", Denied: true}},
		Privacy: guideline, PrivacyOnline: guideline,
	}
	if diff := cmp.Diff(want, merchantOf(t, s), cmpopts.IgnoreFields(platform.PrivacyGuideline{}, "UpdatedAt")); diff != "" {
		t.Errorf("the merchant's settings (-want +got):\n%s", diff)
	}
}

// Rights are taken over at each start; what calls change is declared once, and what
// the file does not name stays.
func TestApplyMerchantSettings(t *testing.T) {
	t.Parallel()
	s, dir := newService(t), folder(t, nil)
	declare := func(more string) int {
		t.Helper()
		text := "components: [{appid: wx0000000000000001, authorizers: [{appid: wx00000000000000a1, authorized: true" + more + "}]}]"
		return apply(t, s, load(t, dir, text), config.ApplyOptions{}).Authorizers
	}
	if n := declare(", testers: [xiaoming], private_infos: [getLocation], plugins: [{appid: wx00000000000000aa, versions: []}]"); n != 1 {
		t.Errorf("the first time %d merchants were made", n)
	}
	if n := declare(", testers: [xiaoming], private_infos: [getLocation], plugins: [{appid: wx00000000000000aa, versions: []}]"); n != 0 {
		t.Errorf("the second time %d merchants were changed", n)
	}
	if err := s.UnbindTester(t.Context(), comp, "wx00000000000000a1", "xiaoming", ""); err != nil {
		t.Fatal(err)
	}
	if n := declare(", testers: [xiaoming], private_infos: []"); n != 1 {
		t.Errorf("with other rights %d merchants were changed", n)
	}
	m := merchantOf(t, s)
	if len(m.Testers) != 0 || m.PrivateInfos == nil || len(m.PrivateInfos) != 0 || len(m.Plugins) != 1 {
		t.Errorf("the settings are %+v", m)
	}
	if n := declare(", testers: [xiaohong]"); n != 1 || len(merchantOf(t, s).Testers) != 1 {
		t.Errorf("another declaration changed %d merchants", n)
	}
}

func TestMerchantSettingsAreChecked(t *testing.T) {
	t.Parallel()
	world := config.World{Components: []config.Component{{Appid: comp, Authorizers: []config.Authorizer{{
		Appid: "wx00000000000000a1", PrivateInfos: []string{"wx.getLocation"}, Plugins: []platform.MerchantPlugin{{Appid: "x"}}, Testers: []string{"a", "a"},
		Privacy: &platform.PrivacyDeclaration{Owner: platform.PrivacyOwner{StoreExpire: "30 days"}},
	}}}}}
	err := world.Check()
	if err == nil {
		t.Fatal("a world with wrong settings passes")
	}
	for _, want := range []string{"private_infos", "plugins", "testers", "store_expire_timestamp"} {
		if !strings.Contains(err.Error(), "authorizers[0]."+want) && !strings.Contains(err.Error(), want) {
			t.Errorf("no problem is about %s: %v", want, err)
		}
	}
}
