package console_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func locale(t *testing.T, name string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("locale", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]string
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestLocalesHaveTheSameTexts(t *testing.T) {
	t.Parallel()
	zh, en := locale(t, "zh-CN"), locale(t, "en")
	if diff := cmp.Diff(slices.Sorted(maps.Keys(zh)), slices.Sorted(maps.Keys(en))); diff != "" {
		t.Errorf("keys (-zh-CN +en)\n%s", diff)
	}
	blank := regexp.MustCompile(`\{\w+\}`)
	for key := range zh {
		if strings.TrimSpace(zh[key]) == "" || strings.TrimSpace(en[key]) == "" {
			t.Errorf("%s is empty", key)
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(blank.FindAllString(zh[key], -1))), slices.Sorted(slices.Values(blank.FindAllString(en[key], -1)))); diff != "" {
			t.Errorf("%s: blanks (-zh-CN +en)\n%s", key, diff)
		}
	}
}

// families are texts that are asked for by a value of the domain, or made of a list.
var families = []string{
	"nav", "tile", "columns", "theme", "clock_by", "outcome", "authorized", "status", "state", "audit_state", "push_state", "outcome_of", "event", "decide",
	"line", "line_none", "node", "life", "done", "usual", "settings_tab", "credential", "callback_url", "callback_hint", "setting_group", "setting_name", "setting", "zone",
}

// Every text that is asked for is there, and every text that is there is asked for or
// belongs to a family.
func TestTextsAreUsed(t *testing.T) {
	t.Parallel()
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	templates, err := filepath.Glob("templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	zh := locale(t, "zh-CN")
	prefixes := map[string]bool{}
	for key := range zh {
		prefix, _, _ := strings.Cut(key, ".")
		prefixes[prefix] = true
	}
	quoted := regexp.MustCompile(`"((?:` + strings.Join(slices.Sorted(maps.Keys(prefixes)), "|") + `)\.[\w]+)"`)
	used := map[string]bool{}
	for _, name := range append(sources, templates...) {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range quoted.FindAllStringSubmatch(string(source), -1) {
			if !strings.HasSuffix(name, "_test.go") && m[1] != "app.json" && m[1] != "settings.css" {
				used[m[1]] = true
			}
		}
	}
	there := map[string]bool{}
	for key := range zh {
		prefix, _, _ := strings.Cut(key, ".")
		if used[key] || !slices.Contains(families, prefix) {
			there[key] = true
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(used)), slices.Sorted(maps.Keys(there))); diff != "" {
		t.Errorf("texts (-asked for +there)\n%s", diff)
	}
	if len(used) < 100 {
		t.Errorf("only %d texts were found in the sources", len(used))
	}
}
