package platform_test

import (
	"errors"
	"strings"
	"testing"

	"draftbox/internal/platform"
)

// probed makes a component that pushes to nobody.
func probed(t *testing.T) (*platform.Service, platform.Component) {
	t.Helper()
	s := newService(t)
	return s, must[platform.Component](t)(s.CreateComponent(t.Context(), platform.Component{}))
}

func TestProbeOfTheEventURL(t *testing.T) {
	t.Parallel()
	s, c := probed(t)
	p := must[platform.Push](t)(s.Probe(t.Context(), platform.Probe{Component: c.Appid, Target: platform.TargetEvent, URL: "http://127.0.0.1:9/typed"}))
	ticket := must[platform.Ticket](t)(s.CurrentTicket(t.Context(), c.Appid))
	if p.URL != "http://127.0.0.1:9/typed" || p.Type != "component_verify_ticket" || !strings.Contains(p.Body, ticket.Value) || p.Token != c.Token || p.EncodingAESKey != c.EncodingAESKey || p.SignedAt.IsZero() || p.Now.IsZero() {
		t.Errorf("the push is %+v", p)
	}
	if left := must[[]platform.Delivery](t)(s.Deliveries(t.Context(), platform.DeliveryFilter{}, platform.DeliveryPlace{}, 1)); len(left) != 0 {
		t.Errorf("it is kept: %+v", left)
	}
	if now := must[platform.Component](t)(s.Component(t.Context(), c.Appid)); now.EventURL != "" {
		t.Errorf("it has set the URL to %q", now.EventURL)
	}
}

func TestProbeOfTheMessageURL(t *testing.T) {
	t.Parallel()
	s, c := probed(t)
	probe := func(url string) (platform.Push, error) {
		return s.Probe(t.Context(), platform.Probe{Component: c.Appid, Target: platform.TargetMessage, URL: url})
	}
	if p := must[platform.Push](t)(probe("http://127.0.0.1:9/all")); p.URL != "http://127.0.0.1:9/all" || p.Authorizer != "" || len(p.OpenID) != 28 {
		t.Errorf("without a merchant the push is %+v", p)
	}
	if _, err := probe("http://127.0.0.1:9/$APPID$"); !errors.Is(err, platform.ErrConflict) {
		t.Errorf("$APPID$ without a merchant: %v", err)
	}
	m := must[platform.Authorizer](t)(s.PutAuthorizer(t.Context(), platform.Authorizer{ComponentAppid: c.Appid, Appid: "wx00000000000000a1"}))
	p := must[platform.Push](t)(probe("http://127.0.0.1:9/$APPID$"))
	if p.URL != "http://127.0.0.1:9/"+m.Appid || p.ToUserName != m.UserName() || !strings.Contains(p.Body, "<Event><![CDATA[draftbox_probe]]></Event>") {
		t.Errorf("the push is %+v", p)
	}
}

func TestProbesRefused(t *testing.T) {
	t.Parallel()
	s, c := probed(t)
	for name, row := range map[string]struct {
		in   platform.Probe
		want error
	}{
		"no URL":       {platform.Probe{Component: c.Appid, Target: platform.TargetEvent}, platform.ErrInvalid},
		"bad URL":      {platform.Probe{Component: c.Appid, Target: platform.TargetEvent, URL: "ftp://127.0.0.1"}, platform.ErrInvalid},
		"no component": {platform.Probe{Component: "wx0000000000000bad", Target: platform.TargetMessage, URL: "http://127.0.0.1"}, platform.ErrNotFound},
		"no merchant":  {platform.Probe{Component: c.Appid, Target: platform.TargetMessage, URL: "http://127.0.0.1", Authorizer: "wx0000000000000bad"}, platform.ErrNotFound},
	} {
		if _, err := s.Probe(t.Context(), row.in); !errors.Is(err, row.want) {
			t.Errorf("%s: %v, want %v", name, err, row.want)
		}
	}
}

func TestRenewCredential(t *testing.T) {
	t.Parallel()
	s, before := probed(t)
	for _, which := range []platform.Credential{platform.CredentialSecret, platform.CredentialToken, platform.CredentialAESKey} {
		must[platform.Component](t)(s.RenewCredential(t.Context(), before.Appid, which))
	}
	now := must[platform.Component](t)(s.Component(t.Context(), before.Appid))
	if now.Secret == before.Secret || now.Token == before.Token || now.EncodingAESKey == before.EncodingAESKey || len(now.Problems()) > 0 {
		t.Errorf("from %+v to %+v: %v", before, now, now.Problems())
	}
	if _, err := s.RenewCredential(t.Context(), before.Appid, "ticket"); !errors.Is(err, platform.ErrInvalid) {
		t.Errorf("another: %v", err)
	}
}

func TestDeleteDevMiniprogram(t *testing.T) {
	t.Parallel()
	s, c := probed(t)
	d := must[platform.DevMiniprogram](t)(s.PutDevMiniprogram(t.Context(), platform.DevMiniprogram{ComponentAppid: c.Appid}))
	if err := s.DeleteDevMiniprogram(t.Context(), c.Appid, d.Appid); err != nil {
		t.Fatal(err)
	}
	for _, component := range []string{c.Appid, "wx0000000000000bad"} {
		if err := s.DeleteDevMiniprogram(t.Context(), component, d.Appid); !errors.Is(err, platform.ErrNotFound) {
			t.Errorf("once more, of %s: %v", component, err)
		}
	}
}

func TestSwitchChoices(t *testing.T) {
	t.Parallel()
	if got := platform.SwitchChoices("list_order"); len(got) != 3 || got[0] != platform.DefaultSettings().Switches.ListOrder {
		t.Errorf("list_order may be %v", got)
	}
	if got := platform.SwitchChoices("push_tries"); got != nil {
		t.Errorf("push_tries may be %v", got)
	}
}
