package authpage_test

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

// Every text that is asked for is there, and every text that is there is asked
// for. Names of sets and what pages tell are asked for by number and by reason.
func TestTextsAreUsed(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	names, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	quoted := regexp.MustCompile(`"((?:page|ask|told)\.[\w.]*\w)"`)
	reason := regexp.MustCompile(`(?m)^\s+[rR]eason\w+ += "(\w+)"$|toldView\{Key: "(\w+)"`)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || !strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".html") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range quoted.FindAllStringSubmatch(string(source), -1) {
			used[m[1]] = true
		}
		for _, m := range reason.FindAllStringSubmatch(string(source), -1) {
			used["told."+m[1]+m[2]+".title"], used["told."+m[1]+m[2]+".text"] = true, true
		}
	}
	zh := locale(t, "zh-CN")
	maps.DeleteFunc(zh, func(key, _ string) bool { return strings.HasPrefix(key, "set.") })
	if diff := cmp.Diff(slices.Sorted(maps.Keys(used)), slices.Sorted(maps.Keys(zh))); diff != "" {
		t.Errorf("texts (-asked for +there)\n%s", diff)
	}
	if len(used) < 50 {
		t.Errorf("only %d texts were found in the sources", len(used))
	}
}
