package platform_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"draftbox/internal/platform"
)

func TestDomains(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 63)
	for _, row := range []struct {
		domain       string
		server, jump bool
	}{
		{"www.example.com", true, true},
		{"xn--fiq228c.example", true, true},
		{"a-b.example.com", true, true},
		{long + ".example.com", true, true},
		{"1.2.3.example", true, true},
		{"www.example.com:443", true, false},
		{"www.example.com:65535", true, false},
		{"www.example.com:65536", false, false},
		{"www.example.com:0443", false, false},
		{"www.example.com:", false, false},
		{"https://www.example.com", false, false},
		{"www.example.com/", false, false},
		{"www.example.com.", false, false},
		{"*.example.com", false, false},
		{"a_b.example.com", false, false},
		{"例子.example.com", false, false},
		{"-a.example.com", false, false},
		{"a-.example.com", false, false},
		{"a..example.com", false, false},
		{long + "a.example.com", false, false},
		{strings.Repeat(long+".", 4) + "com", false, false},
		{"localhost", false, false},
		{"127.0.0.1", false, false},
		{"[::1]", false, false},
		{"api.weixin.qq.com", false, false},
		{"API.weixin.qq.com", false, false},
	} {
		for kind, want := range map[platform.DomainKind]bool{platform.DomainServer: row.server, platform.DomainJump: row.jump} {
			valid, invalid := platform.SplitDomains(kind, row.domain)
			if want && !slices.Equal(valid, []string{strings.ToLower(row.domain)}) || !want && !slices.Equal(invalid, []string{row.domain}) || len(valid)+len(invalid) != 1 {
				t.Errorf("%s of kind %s: %q and %q", row.domain, kind, valid, invalid)
			}
		}
	}
	valid, invalid := platform.SplitDomains(platform.DomainServer, " B.example.com;;a.example.com; b.example.com;x;x ;\n")
	if !slices.Equal(valid, []string{"b.example.com", "a.example.com"}) || !slices.Equal(invalid, []string{"x"}) {
		t.Errorf("%q and %q", valid, invalid)
	}
}

// FuzzThirdpartyDomains: what is taken is taken again as it is, and nothing is lost.
func FuzzThirdpartyDomains(f *testing.F) {
	for _, seed := range []string{"a.example.com;B.example.com:8443", "https://x;;", "a.b:1;-a.b;a-.b", "１.example.com", "\xff.a;a.\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, joined string) {
		for _, kind := range []platform.DomainKind{platform.DomainServer, platform.DomainJump} {
			valid, invalid := platform.SplitDomains(kind, joined)
			again, bad := platform.SplitDomains(kind, strings.Join(valid, ";"))
			if !slices.Equal(again, valid) || len(bad) > 0 {
				t.Errorf("%q became %q, and that %q and %q", joined, valid, again, bad)
			}
			if items := strings.FieldsFunc(joined, func(r rune) bool { return r == ';' }); len(valid)+len(invalid) > len(items) {
				t.Errorf("%q became %q and %q", joined, valid, invalid)
			}
			for _, item := range invalid {
				if !strings.Contains(joined, item) {
					t.Errorf("%q is not in %q", item, joined)
				}
			}
		}
	})
}

// Each component has lists of its own; a component that is not there has none.
func TestDomainsOfAComponent(t *testing.T) {
	t.Parallel()
	s := newService(t)
	ctx := t.Context()
	first := must[platform.Component](t)(s.CreateComponent(ctx, platform.Component{}))
	second := must[platform.Component](t)(s.CreateComponent(ctx, platform.Component{}))
	domains := "a.example.com"
	change := platform.DomainChange{ComponentAppid: first.Appid, Kind: platform.DomainServer, Action: "set", Domains: &domains, Published: true}
	out := must[platform.DomainChanged](t)(s.ChangeThirdpartyDomains(ctx, change))
	if !slices.Equal(out.Domains.Testing, []string{domains}) || !slices.Equal(out.Domains.Published, []string{domains}) || out.Domains.Changes != 1 || !out.Published {
		t.Errorf("set %+v", out)
	}
	get := platform.DomainChange{ComponentAppid: second.Appid, Kind: platform.DomainServer, Action: "get"}
	if out := must[platform.DomainChanged](t)(s.ChangeThirdpartyDomains(ctx, get)); len(out.Domains.Testing)+len(out.Domains.Published) != 0 {
		t.Errorf("the other has %+v", out)
	}
	for _, missing := range []platform.DomainChange{{ComponentAppid: "wx0000000000000bad", Action: "get"}, {ComponentAppid: "wx0000000000000bad", Action: "set", Domains: &domains}} {
		if _, err := s.ChangeThirdpartyDomains(ctx, missing); !errors.Is(err, platform.ErrNotFound) {
			t.Errorf("%s of no component: %v", missing.Action, err)
		}
	}
	if _, _, err := s.JumpConfirmFile(ctx, "wx0000000000000bad"); !errors.Is(err, platform.ErrNotFound) {
		t.Errorf("the file of no component: %v", err)
	}
}
