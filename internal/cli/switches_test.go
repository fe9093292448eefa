package cli_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli"
	"draftbox/internal/platform"
)

// TestSwitches holds what `component set --switch` offers against what there is.
func TestSwitches(t *testing.T) {
	t.Parallel()
	offered := cli.Switches()
	for field := range reflect.TypeFor[adminclient.Switches]().Fields() {
		name := field.Tag.Get("json")
		values := offered[name]
		delete(offered, name)
		for i, value := range values {
			patch, err := cli.SwitchPatch([]string{name + "=" + value})
			if err != nil {
				t.Errorf("%s=%s: %v", name, value, err)
				continue
			}
			text, err := json.Marshal(patch)
			if err != nil {
				t.Fatal(err)
			}
			settings, before := platform.DefaultSettings(), platform.DefaultSettings()
			if err := json.Unmarshal(text, &settings.Switches); err != nil {
				t.Errorf("%s=%s: %v", name, value, err)
			}
			if problems := settings.Problems(); len(problems) > 0 {
				t.Errorf("%s=%s: %v", name, value, problems)
			}
			isList := !slices.Contains([]reflect.Kind{reflect.String, reflect.Int}, field.Type.Kind())
			if unchanged := reflect.DeepEqual(settings, before); unchanged != (i == 0 && !isList) {
				t.Errorf("%s=%s: the settings are %+v", name, value, settings.Switches)
			}
		}
	}
	if len(offered) > 0 {
		t.Errorf("`component set` offers switches that there are not: %v", offered)
	}
}
