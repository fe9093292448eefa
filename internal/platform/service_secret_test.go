package platform_test

import (
	"errors"
	"testing"

	"draftbox/internal/platform"
)

func TestComponentBySecret(t *testing.T) {
	t.Parallel()
	s := newService(t)
	const path = "/cgi-bin/clear_quota/v2"
	c := must[platform.Component](t)(s.CreateComponent(t.Context(), platform.Component{IPAllowlist: []string{"127.0.0.1"}}))
	d := must[platform.DevMiniprogram](t)(s.PutDevMiniprogram(t.Context(), platform.DevMiniprogram{ComponentAppid: c.Appid}))
	ask := func(appid, secret, ip string) (platform.Component, error) {
		return s.ComponentBySecret(t.Context(), platform.SecretRequest{Appid: appid, Secret: secret, Path: path, Caller: platform.Caller{IP: ip}})
	}
	if got := must[platform.Component](t)(ask(c.Appid, c.Secret, "127.0.0.1")); got.Appid != c.Appid {
		t.Errorf("found %s", got.Appid)
	}
	refused := func(code int, appid, secret, ip string) {
		t.Helper()
		if _, err := ask(appid, secret, ip); !errors.Is(err, &platform.Error{Code: code}) {
			t.Errorf("got %v, want %d", err, code)
		}
	}
	refused(40013, "wx1", "", "10.0.0.1")
	refused(40013, "wxffffffffffffffff", "", "10.0.0.1")
	refused(61011, d.Appid, "", "10.0.0.1")
	refused(61004, c.Appid, "", "10.0.0.1")
	refused(41004, c.Appid, "", "127.0.0.1")
	refused(40125, c.Appid, "00", "127.0.0.1")
	must[platform.Component](t)(s.ChangeComponent(t.Context(), c.Appid, func(c *platform.Component) error {
		c.Settings.Switches.UnauthorizedAPIs = []string{path}
		return nil
	}))
	refused(48001, c.Appid, "00", "127.0.0.1")
}
