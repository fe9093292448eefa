package console_test

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"draftbox/internal/platform"
)

// members lists what a component's settings have, by their names in the world file.
func members(t reflect.Type) []string {
	var out []string
	for f := range t.Fields() {
		switch name := f.Tag.Get("json"); {
		case name == "audit" || name == "auth_page_domain": // on pages of their own
		case f.Type.Kind() == reflect.Struct:
			out = append(out, members(f.Type)...)
		default:
			out = append(out, name)
		}
	}
	return out
}

// A switch that is added to the domain is on the page, with its texts in both languages,
// and in the documentation.
func TestEverySettingIsOnThePage(t *testing.T) {
	t.Parallel()
	want := members(reflect.TypeFor[platform.Settings]())
	slices.Sort(want)
	page := newBench(t).get(settings + "/switches").Body.String()
	var fields []string
	for _, m := range regexp.MustCompile(`id="s-(\w+)" name="(\w+)"`).FindAllStringSubmatch(page, -1) {
		fields = append(fields, m[2])
	}
	slices.Sort(fields)
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("fields of the form (-settings +page)\n%s", diff)
	}
	for _, lang := range []string{"zh-CN", "en"} {
		texts := locale(t, lang)
		for _, family := range []string{"setting.", "setting_name."} {
			var named []string
			for _, key := range slices.Sorted(maps.Keys(texts)) {
				if name, is := strings.CutPrefix(key, family); is {
					named = append(named, name)
				}
			}
			if diff := cmp.Diff(want, named); diff != "" {
				t.Errorf("%s, %s*: texts (-settings +locale)\n%s", lang, family, diff)
			}
		}
	}
	documented, err := os.ReadFile("../../docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range want {
		if !strings.Contains(string(documented), "| `"+name+"` |") {
			t.Errorf("docs/config.md lacks %s", name)
		}
	}
}

// The form as it stands changes nothing, whatever is set.
func TestTheFormOfSwitchesIsFaithful(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, s := range []platform.Settings{platform.DefaultSettings(), unusual()} {
		_, err := b.service.ChangeComponent(t.Context(), component, func(c *platform.Component) error {
			c.Settings = s
			return nil
		})
		b.must(err)
		b.saves(settings+"/switches", switchForm(t, b.get(settings+"/switches").Body.String()), "Saved.")
		if diff := cmp.Diff(s, b.component().Settings); diff != "" {
			t.Errorf("the form has changed what stood in it (-before +after)\n%s", diff)
		}
	}
	b.has(b.get(settings+"/switches"), http.StatusOK, "25 changed.")
	b.saves(settings+"/switches", url.Values{"do": {"reset"}}, "All defaults are back.")
	want := platform.DefaultSettings()
	want.AuthPageDomain, want.Audit = unusual().AuthPageDomain, unusual().Audit
	if diff := cmp.Diff(want, b.component().Settings); diff != "" {
		t.Errorf("after the reset (-want +got)\n%s", diff)
	}
}

// unusual are settings of which none is the default.
func unusual() platform.Settings {
	return platform.Settings{
		MaxDevMiniprograms: 7, AuthPageDomain: "www.example.com",
		Switches: platform.Switches{
			DraftSlot: "dev_and_robot", ListOrder: "shuffled", EmptyList: "85064", StandardTemplates: "retired", TokenGrace: platform.Duration(90 * time.Second),
			TicketEachPush: "new", StrayToken: "check", UnauthorizedAPIs: []string{"/wxa/a", "/wxa/b"}, PushTries: 5, PushFormat: platform.PushCloudJSON,
			Registrations: "manual", RegistrationRefuse: map[string]int{"a=b": 61070, "*": 89247}, Published: "no", JumpDomainCheck: "fail",
			PrivacyCheck: platform.Duration(time.Minute), CommitTime: platform.Duration(time.Hour), JumpList: "check", NoICPDomains: []string{"example.com"},
			TesterRefuse: map[string]int{"*": 85001}, DeniedPlugins: []string{"wx00000000000000f1"},
		},
		Quotas: platform.Quotas{Enforce: true, Limits: map[string]int64{"/wxa/gettemplatedraftlist": 1000}, Submits: 5, Speedups: 1},
		Audit:  platform.AuditPolicy{Decide: platform.DecidePass, Rules: []platform.AuditRule{}},
	}
}

// switchForm reads the fields of the form of switches as a browser would send them.
func switchForm(t *testing.T, page string) url.Values {
	t.Helper()
	out := url.Values{"do": {"save"}}
	for _, m := range regexp.MustCompile(`<input id="s-(\w+)" name="\w+" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		out.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range regexp.MustCompile(`<textarea id="s-(\w+)"[^>]*>([^<]*)</textarea>`).FindAllStringSubmatch(page, -1) {
		out.Set(m[1], strings.ReplaceAll(html.UnescapeString(m[2]), "\n", "\r\n"))
	}
	for _, m := range regexp.MustCompile(`<select id="s-(\w+)"[^>]*>(.*?)</select>`).FindAllStringSubmatch(page, -1) {
		chosen := regexp.MustCompile(`<option selected="">([^<]*)<`).FindStringSubmatch(m[2])
		if chosen == nil {
			t.Fatalf("nothing is chosen for %s", m[1])
		}
		out.Set(m[1], html.UnescapeString(chosen[1]))
	}
	return out
}

func TestRefusedSwitches(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, row := range map[string]struct{ value, told string }{
		"push_tries": {"11", "must be 1 to 10"}, "submits": {"many", "is no whole number"}, "token_grace": {"3h", "must be 0s to 2h"}, "commit_time": {"long", "is no duration"},
		"list_order": {"sideways", "must be one of"}, "limits": {"/wxa/x", "is not like NAME=NUMBER"}, "tester_refuse": {"*=1", "must be a WeChat id"}, "denied_plugins": {"x", "must be an appid"},
	} {
		w := b.post(settings+"/switches", url.Values{name: {row.value}})
		b.has(w, http.StatusUnprocessableEntity, row.told)
		if !strings.Contains(w.Body.String(), html.EscapeString(row.value)) && name != "list_order" {
			t.Errorf("%s: what was typed is gone", name)
		}
	}
	if diff := cmp.Diff(platform.DefaultSettings(), b.component().Settings); diff != "" {
		t.Errorf("refused forms have changed something (-want +got)\n%s", diff)
	}
}
