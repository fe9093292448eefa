package hosts_test

import (
	"slices"
	"strings"
	"testing"

	"draftbox/internal/hosts"
)

func TestNames(t *testing.T) {
	t.Parallel()
	want := []string{"api.weixin.qq.com", "api2.weixin.qq.com", "servicewechat.com", "mp.weixin.qq.com", "open.weixin.qq.com"}
	got := hosts.Names()
	if !slices.Equal(got, want) {
		t.Errorf("names are %q, want %q", got, want)
	}
	got[0] = "evil.com"
	if !slices.Equal(hosts.Names(), want) {
		t.Error("a caller can change the names")
	}
}

func TestIs(t *testing.T) {
	t.Parallel()
	for _, name := range hosts.Names() {
		title := strings.ToUpper(name[:1]) + name[1:]
		for _, spelling := range []string{name, name + ".", strings.ToUpper(name), strings.ToUpper(name) + ".", title} {
			if got, ok := hosts.Canonical(spelling); !ok || got != name || !hosts.Is(spelling) {
				t.Errorf("%q is %q, %v, want %q", spelling, got, ok, name)
			}
		}
		for _, spelling := range []string{
			name + "..", "." + name, name + ":443", " " + name, name + " ", name + "\x00", "x" + name, "x." + name, name + ".evil.com",
			name[1:], name[:len(name)-1], name + "/", "[" + name + "]", strings.ReplaceAll(name, ".", "。"),
			strings.ReplaceAll(name, "i", "ı"), strings.Replace(name, "c", "с", 1),
		} {
			if hosts.Is(spelling) {
				t.Errorf("%q is taken for %s", spelling, name)
			}
		}
	}
	for _, name := range []string{"", ".", "weixin.qq.com", "qq.com", "localhost", "127.0.0.1", "::1", "[::1]", "*.weixin.qq.com"} {
		if hosts.Is(name) {
			t.Errorf("%q is taken for an emulated host", name)
		}
	}
}
