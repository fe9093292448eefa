package config_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"draftbox/internal/config"
	"draftbox/internal/platform"
)

const docs = "../../docs/config.md"

// Every key of the world file is in docs/config.md.
func TestKeysAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, v := range []any{config.World{}, platform.Switches{}, platform.Quotas{}} {
		for key := range keys(reflect.TypeOf(v)) {
			seen++
			if !strings.Contains(string(text), "`"+key+"`") {
				t.Errorf("docs/config.md does not name the key %s", key)
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d keys were found", seen)
	}
}

// keys lists the keys of a type and of all that is in it.
func keys(t reflect.Type) map[string]bool {
	out := map[string]bool{}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return keys(t.Elem())
	case reflect.Struct:
		for _, f := range reflect.VisibleFields(t) {
			if name := f.Tag.Get("yaml"); f.IsExported() && name != "" && name != "-" {
				out[name] = true
				for inner := range keys(f.Type) {
					out[inner] = true
				}
			}
		}
	}
	return out
}

// The default of each switch is the first value that docs/config.md names, and
// the rules know the others.
func TestSwitchesAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	defaults := reflect.ValueOf(platform.DefaultSettings().Switches)
	for i := range defaults.NumField() {
		if defaults.Field(i).Kind() != reflect.String {
			continue
		}
		name := defaults.Type().Field(i).Tag.Get("yaml")
		row := regexp.MustCompile("\n\\| `" + name + "` \\| ([^|]+) \\|").FindSubmatch(text)
		if row == nil {
			t.Errorf("%s has no row", name)
			continue
		}
		values := strings.Split(strings.ReplaceAll(string(row[1]), "`", ""), ", ")
		if values[0] != defaults.Field(i).String() {
			t.Errorf("%s: the default is %s, documented first is %s", name, defaults.Field(i), values[0])
		}
		for _, value := range values {
			s := platform.DefaultSettings()
			reflect.ValueOf(&s.Switches).Elem().Field(i).SetString(value)
			if problems := s.Problems(); len(problems) > 0 {
				t.Errorf("%s: the documented value %s is refused: %v", name, value, problems)
			}
		}
	}
}

// The example of docs/config.md works as it stands.
func TestDocumentedExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```yaml\n")
	example, _, found := strings.Cut(rest, "```\n")
	if !found {
		t.Fatal("there is no example")
	}
	s, dir := newService(t), folder(t, nil)
	if report := apply(t, s, load(t, dir, example), config.ApplyOptions{KeysDir: filepath.Join(dir, "keys")}); report.Drafts != 1 || len(report.Keys) != 1 {
		t.Errorf("the example makes %+v", report)
	}
}
