package extjson_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"draftbox/internal/platform/extjson"
)

// FuzzMerge holds what is accepted against encoding/json, and what is told of a
// refusal against the text.
func FuzzMerge(f *testing.F) {
	for _, ext := range []string{
		"{}", "", "[]", `{"ext":{"a":[1,-0.1e5,"\u00e9\ud83d\ude00",true,null]},"extAppid":"wxf9c4501a76931b33"}`,
		`{"pages":["pages/index/index","pages/my/my"],"extPages":{"goods/list":{"x":1}},"subPackages":[{"root":"live/","pages":["room"]}]}`,
		`{"tabbar":{"list":[{"pagePath":"pages/my/my"},{}]},"requiredPrivateInfos":["getLocation","getFuzzyLocation","x"]}`,
		`{"plugins":{"p":{"provider":"wxaaaaaaaaaaaaaaaa","version":"1.0.0"}},"window":{"a":1,"a":2}}`,
		"{'a':1}", "{\"a\":1,}", "{\"店\":\"\xff\"}", "\uFEFF{}", strings.Repeat(`{"a":`, 600),
	} {
		f.Add(ext)
	}
	prepared := extjson.Prepare(shop())
	f.Fuzz(func(t *testing.T, ext string) {
		config, faults := prepared.Merge(ext, extjson.Rights{})
		linted, warnings := prepared.Lint(ext, extjson.Rights{})
		if lines(linted) != lines(faults) {
			t.Errorf("lint tells\n%s\nmerge\n%s", lines(linted), lines(faults))
		}
		for _, fault := range append(linted, warnings...) {
			checkPlace(t, ext, fault)
		}
		if len(faults) > 0 {
			if config != nil || len(faults) > 100 {
				t.Errorf("%d faults and a configuration %v", len(faults), config)
			}
			if faults[0].Code == 85048 && json.Valid([]byte(ext)) && utf8.ValidString(ext) && strings.HasPrefix(strings.TrimSpace(ext), "{") &&
				!strings.Contains(faults[0].Message, "nested too deeply") {
				t.Errorf("JSON was refused: %s", faults[0])
			}
			return
		}
		if !json.Valid([]byte(ext)) {
			t.Errorf("no JSON was taken: %q", ext)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, config.AppJSON); err != nil || compact.String() != string(config.AppJSON) {
			t.Errorf("merged %s: %v", config.AppJSON, err)
		}
		if limit := 2 * (len(shopApp) + len(ext)); len(config.AppJSON) > limit {
			t.Errorf("merged to %d bytes, more than %d", len(config.AppJSON), limit)
		}
		if config.PageOverrides != nil {
			return // may be of pages that are gone the second time
		}
		again := shop()
		again.AppJSON = config.AppJSON
		twice, faults := extjson.Merge(ext, again, extjson.Rights{})
		if len(faults) > 0 || !bytes.Equal(twice.AppJSON, config.AppJSON) {
			t.Errorf("merged once\n%s\ntwice\n%v %s", config.AppJSON, twice, lines(faults))
		}
	})
}

func checkPlace(t *testing.T, ext string, f extjson.Fault) {
	t.Helper()
	if f.Message == "" || !strings.HasPrefix(f.Path, "$") || !utf8.ValidString(f.String()) || len(f.String()) > 1500 {
		t.Errorf("fault %q", f.String())
	}
	if f.Line == 0 && f.Column == 0 {
		return
	}
	text := strings.Split(ext, "\n")
	if f.Line < 1 || f.Line > len(text) || f.Column < 1 || f.Column > utf8.RuneCountInString(text[f.Line-1])+1 {
		t.Errorf("%s is not within the text %q", f, ext)
	}
}
