package platform_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"draftbox/internal/platform"
)

// settingsShop is a merchant that has authorized a component.
type settingsShop struct {
	t         *testing.T
	s         *platform.Service
	component string
	appid     string
}

func newShop(t *testing.T) *settingsShop {
	t.Helper()
	s := newService(t)
	c := must[platform.Component](t)(s.CreateComponent(t.Context(), platform.Component{MessageURL: "http://127.0.0.1:9/$APPID$/message"}))
	a := must[platform.Authorizer](t)(s.PutAuthorizer(t.Context(), platform.Authorizer{ComponentAppid: c.Appid, NickName: "商户一", Authorized: true}))
	return &settingsShop{t, s, c.Appid, a.Appid}
}

// own gives the component domains of a kind.
func (b *settingsShop) own(kind platform.DomainKind, domains string) {
	b.t.Helper()
	must[platform.DomainChanged](b.t)(b.s.ChangeThirdpartyDomains(b.t.Context(), platform.DomainChange{ComponentAppid: b.component, Kind: kind, Action: "set", Domains: &domains}))
}

func (b *settingsShop) change(change func(*platform.Authorizer, *platform.MerchantSettings)) {
	b.t.Helper()
	must[platform.Merchant](b.t)(b.s.ChangeMerchant(b.t.Context(), b.component, b.appid, func(_ platform.Reader, a *platform.Authorizer, m *platform.MerchantSettings) error {
		change(a, m)
		return nil
	}))
}

func (b *settingsShop) settings() platform.MerchantSettings {
	b.t.Helper()
	return must[platform.MerchantSettings](b.t)(b.s.MerchantSettings(b.t.Context(), b.component, b.appid))
}

// refused checks the code of a refusal.
func refused(t *testing.T, err error, code int) {
	t.Helper()
	if e, is := errors.AsType[*platform.Error](err); !is || e.Code != code || e.Detail == "" {
		t.Errorf("refused with %v, want %d and a reason", err, code)
	}
}

func (b *settingsShop) domains(action string, domains platform.ServerDomains) (platform.MerchantDomainChanged, error) {
	return b.s.ChangeServerDomains(b.t.Context(), platform.MerchantDomainChange{ComponentAppid: b.component, AuthorizerAppid: b.appid, Action: action, Domains: domains})
}

// Those that are refused are told, the others count; a refusal changes nothing.
func TestServerDomainsAreSortedOut(t *testing.T) {
	t.Parallel()
	b := newShop(t)
	b.own(platform.DomainServer, "a.example.com;b.example.com;c.example.com:8443")
	out, err := b.domains("add", platform.ServerDomains{
		platform.RequestDomain:   {"https://A.example.com", "https://a.example.com", "http://b.example.com", "https://c.example.com:8443", "https://c.example.com"},
		platform.WsRequestDomain: {"wss://b.example.com", "https://b.example.com"},
		platform.UDPDomain:       {"udp://a.example.com/"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[platform.ServerDomainKind][2][]string{
		platform.RequestDomain:   {{"https://a.example.com", "https://c.example.com:8443"}, {"http://b.example.com", "https://c.example.com"}},
		platform.WsRequestDomain: {{"wss://b.example.com"}, {"https://b.example.com"}},
		platform.UDPDomain:       {nil, {"udp://a.example.com/"}},
	} {
		if !slices.Equal(out.Domains[kind], want[0]) || !slices.Equal(out.Invalid[kind], want[1]) {
			t.Errorf("%s became %q, refused %q", kind, out.Domains[kind], out.Invalid[kind])
		}
	}
	for _, row := range []struct {
		action  string
		domains platform.ServerDomains
		code    int
	}{
		{"add", nil, 85017},
		{"add", platform.ServerDomains{platform.RequestDomain: {"https://a.example.com"}}, 85017},     // there already
		{"add", platform.ServerDomains{platform.RequestDomain: {"https://www.a.example.com"}}, 85017}, // a sub-domain is another
		{"delete", platform.ServerDomains{platform.RequestDomain: {"https://b.example.com"}}, 85017},
		{"set", platform.ServerDomains{platform.RequestDomain: {"https://127.0.0.1"}}, 85301},
		{"replace", nil, 40097},
		{"", nil, 40097},
	} {
		_, err := b.domains(row.action, row.domains)
		refused(t, err, row.code)
	}
	if m := b.settings(); len(m.ServerDomains.Third[platform.RequestDomain]) != 2 || m.DomainChanges != 1 {
		t.Errorf("after the refusals the settings are %+v", m)
	}
	out, err = b.domains("set", platform.ServerDomains{platform.RequestDomain: {"https://b.example.com"}, platform.WsRequestDomain: {}, platform.TCPDomain: {"tcp://nowhere.example"}})
	if err != nil || !slices.Equal(out.Domains[platform.RequestDomain], []string{"https://b.example.com"}) || len(out.Domains[platform.WsRequestDomain]) != 0 {
		t.Errorf("set made %+v, %v", out, err)
	}
	out, err = b.domains("delete", platform.ServerDomains{platform.RequestDomain: {"https://B.example.com", "https://nowhere.example"}})
	if err != nil || len(out.Domains[platform.RequestDomain]) != 0 {
		t.Errorf("deleting left %+v, %v", out, err)
	}
}

// A release brings what the platform set into force, and nothing else.
func TestReleasedSettings(t *testing.T) {
	t.Parallel()
	online := &platform.PrivacyGuideline{Owner: platform.PrivacyOwner{ContactQQ: "1"}}
	m := platform.MerchantSettings{
		ServerDomains: platform.MerchantDomains[platform.ServerDomains]{
			MP:     platform.ServerDomains{platform.RequestDomain: {"https://own.example"}},
			Third:  platform.ServerDomains{platform.RequestDomain: {"https://a.example"}},
			Direct: platform.ServerDomains{platform.RequestDomain: {"https://b.example", "https://a.example"}, platform.UDPDomain: {"udp://u.example"}},
		},
		JumpDomains:   platform.MerchantDomains[[]string]{MP: []string{"https://own.example"}, Third: []string{"https://a.example"}},
		PrivacyOnline: online,
	}
	m.Released()
	if got := m.ServerDomains.Effective; !slices.Equal(got[platform.RequestDomain], []string{"https://a.example", "https://b.example"}) || !slices.Equal(got[platform.UDPDomain], []string{"udp://u.example"}) {
		t.Errorf("in force are %v", got)
	}
	if m.ServerDomains.MP != nil || m.JumpDomains.MP != nil || !slices.Equal(m.JumpDomains.Effective, []string{"https://a.example"}) {
		t.Errorf("the settings are %+v", m)
	}
	if m.PrivacyOnline != online {
		t.Error("without a development version the guideline changes")
	}
	m.Privacy = &platform.PrivacyGuideline{Owner: platform.PrivacyOwner{ContactQQ: "2"}}
	m.Released()
	m.Privacy.Owner.ContactQQ = "3"
	if m.PrivacyOnline.Owner.ContactQQ != "2" {
		t.Errorf("the guideline in force is %+v", m.PrivacyOnline)
	}
}

func TestPluginFaults(t *testing.T) {
	t.Parallel()
	const every, some, denied = "wx00000000000000aa", "wx00000000000000ab", "wx00000000000000ac"
	m := platform.MerchantSettings{}
	if code := m.PluginFault("x", "y"); code != 0 {
		t.Errorf("without a list a plugin is refused with %d", code)
	}
	m.Plugins = []platform.MerchantPlugin{{Appid: every}, {Appid: some, Versions: []string{"1.0.0"}}, {Appid: denied, Denied: true}}
	for appid, want := range map[string][2]int{every: {0, 0}, some: {0, 80066}, denied: {80082, 80082}, "wx00000000000000ad": {80067, 80067}} {
		if got := [2]int{m.PluginFault(appid, "1.0.0"), m.PluginFault(appid, "2.0.0")}; got != want {
			t.Errorf("%s is refused with %v, want %v", appid, got, want)
		}
	}
	m.Plugins = []platform.MerchantPlugin{}
	if code := m.PluginFault(every, ""); code != 80067 {
		t.Errorf("with an empty list a plugin is refused with %d", code)
	}
}

// Ids are those of the table, and stay for names that it does not have.
func TestCategoryIDs(t *testing.T) {
	t.Parallel()
	ids := map[int]string{}
	for _, n := range platform.CategoryTree() {
		if other, taken := ids[n.ID]; taken {
			t.Errorf("%s and %s have the id %d", n.Name, other, n.ID)
		}
		ids[n.ID] = n.Name
		for _, child := range n.Children {
			if child == n.ID || n.Level > 1 {
				t.Errorf("%s has the child %d", n.Name, child)
			}
		}
	}
	if ids[1] != "快递业与邮政" || ids[39] != "出国移民" || ids[185] != "丽人服务" {
		t.Errorf("ids that pages show are those of %q, %q and %q", ids[1], ids[39], ids[185])
	}
	a := platform.Authorizer{Categories: []platform.AuthorizerCategory{{First: "教育", Second: "学历教育"}, {First: "教育", Second: "出国移民"}, {First: "工具", Second: "没有"}, {First: "没有"}}}
	m := platform.MerchantSettings{CategoryAudits: []platform.CategoryAudit{{First: "教育", Second: "出国移民", Status: platform.CategoryAuditing}}}
	list := m.ApprovedCategories(&a)
	if len(list) != 5 || list[0].ThirdID == 0 || list[0].FirstID != 8 || list[0].SecondID != 9 || list[3].FirstID != list[0].FirstID+9132 || list[3].SecondID < 100_000 || list[4].FirstID < 100_000 {
		t.Errorf("the approved categories are %+v", list)
	}
	if again := m.ApprovedCategories(&a); !slices.Equal(again, list) {
		t.Errorf("another time they are %+v", again)
	}
}

// Nobody's settings are another's, and a revoked merchant changes nothing.
func TestSettingsAreAMerchants(t *testing.T) {
	t.Parallel()
	b := newShop(t)
	other := must[platform.Authorizer](t)(b.s.PutAuthorizer(t.Context(), platform.Authorizer{ComponentAppid: b.component, Authorized: true}))
	userStr := must[string](t)(b.s.BindTester(t.Context(), b.component, b.appid, "xiaoming"))
	if len(userStr) != 64 || strings.Trim(userStr, "0123456789abcdef") != "" {
		t.Errorf("userstr is %q", userStr)
	}
	if another := must[string](t)(b.s.BindTester(t.Context(), b.component, other.Appid, "xiaoming")); another == userStr {
		t.Error("one person is the same to two merchants")
	}
	refused(t, b.s.UnbindTester(t.Context(), b.component, other.Appid, "", userStr), 89034)
	if list := must[[]string](t)(b.s.Testers(t.Context(), b.component, b.appid)); !slices.Equal(list, []string{userStr}) {
		t.Errorf("the testers are %q", list)
	}
	must[platform.Authorizer](t)(b.s.Revoke(t.Context(), b.component, b.appid))
	_, err := b.s.BindTester(t.Context(), b.component, b.appid, "xiaohong")
	refused(t, err, 61003)
	_, err = b.s.Testers(t.Context(), b.component, b.appid)
	refused(t, err, 61003)
	rows := must[[]platform.Merchant](t)(b.s.Merchants(t.Context(), b.component, "", 10))
	if len(rows) != 2 || len(rows[0].Settings.Testers) != 1 || len(rows[1].Settings.Testers) != 1 {
		t.Errorf("the merchants are %+v", rows)
	}
}
