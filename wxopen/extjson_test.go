package wxopen_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"draftbox/wxopen"
)

// allExtJSON has every member that is known.
const allExtJSON = `{"extEnable":true,"extAppid":"wxf9c4501a76931b33","directCommit":false,"ext":{"attr1":"value1","id":9007199254740993},` +
	`"extPages":{"index":{"navigationBarTitleText":"首页"}},"pages":["index","search/index"],` +
	`"subPackages":[{"root":"shop","name":"s","pages":["list"],"independent":true,"entry":"x.js"}],"window":{"navigationBarTitleText":"店"},` +
	`"tabBar":{"color":"#000000","selectedColor":"#ff0000","backgroundColor":"#ffffff","borderStyle":"black","position":"top","custom":false,` +
	`"list":[{"pagePath":"index","text":"首页","iconPath":"a.png","selectedIconPath":"b.png","badge":1},{"text":"none"}],"x":null},` +
	`"networkTimeout":{"request":10000},"customOpen":1.50,"functionPages":{"independent":true},"navigateToMiniProgramAppIdList":["wx1"],` +
	`"plugins":{"p":{"version":"1.0.0","provider":"wx2","export":"e.js"}},"requiredPrivateInfos":["getLocation"],"sitemap":{"rules":[]},` +
	`"lazyCodeLoading":"requiredComponents","debug":true,"plugin":{},"useExtendedLib":{"weui":true}}`

func TestExtJSONIsReadAndWritten(t *testing.T) {
	t.Parallel()
	e, err := wxopen.ParseExtJSON(allExtJSON)
	if err != nil {
		t.Fatal(err)
	}
	want := wxopen.ExtJSON{
		ExtEnable: new(true), ExtAppid: "wxf9c4501a76931b33", DirectCommit: new(false), Ext: map[string]any{"attr1": "value1", "id": json.Number("9007199254740993")},
		ExtPages: map[string]any{"index": map[string]any{"navigationBarTitleText": "首页"}}, Pages: []string{"index", "search/index"},
		SubPackages: []wxopen.ExtSubPackage{{Root: "shop", Name: "s", Pages: []string{"list"}, Independent: new(true), Extra: extra("entry", `"x.js"`)}},
		Window:      map[string]any{"navigationBarTitleText": "店"},
		TabBar: &wxopen.ExtTabBar{
			Color: "#000000", SelectedColor: "#ff0000", BackgroundColor: "#ffffff", BorderStyle: "black", Position: "top", Custom: new(false),
			List: []wxopen.ExtTab{
				{PagePath: "index", Text: "首页", IconPath: "a.png", SelectedIconPath: "b.png", Extra: extra("badge", "1")}, {Text: "none"},
			},
			Extra: extra("x", "null"),
		},
		NetworkTimeout: map[string]any{"request": json.Number("10000")}, CustomOpen: json.Number("1.50"), FunctionPages: map[string]any{"independent": true},
		NavigateToMiniProgramAppIDList: []string{"wx1"},
		Plugins:                        map[string]wxopen.ExtPlugin{"p": {Version: "1.0.0", Provider: "wx2", Extra: extra("export", `"e.js"`)}},
		RequiredPrivateInfos:           []string{"getLocation"}, Sitemap: map[string]any{"rules": []any{}}, LazyCodeLoading: "requiredComponents", Debug: new(true),
		Extra: map[string]json.RawMessage{"plugin": json.RawMessage("{}"), "useExtendedLib": json.RawMessage(`{"weui":true}`)},
	}
	if !reflect.DeepEqual(e, want) {
		t.Errorf("got %+v\nwant %+v", e, want)
	}
	if text, err := e.Text(); err != nil || text != allExtJSON {
		t.Errorf("got %s, %v\nwant %s", text, err, allExtJSON)
	}
}

// Every field has a member, and every member of the documentation a field.
func TestExtJSONFields(t *testing.T) {
	t.Parallel()
	e, err := wxopen.ParseExtJSON(allExtJSON)
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.ValueOf(e)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("%s was not read", v.Type().Field(i).Name)
		}
	}
}

func TestExtJSONKeepsWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{}`, `{"extAppid":""}`, `{"extAppid":7}`, `{"extEnable":"true"}`, `{"ext":[]}`, `{"ext":null}`, `{"ext":{}}`, `{"pages":[]}`, `{"pages":null}`, `{"pages":["a",null]}`,
		`{"pages":[{"path":"a"}]}`, `{"subPackages":{}}`, `{"subPackages":[null]}`, `{"subPackages":[{"root":7}]}`, `{"subpackages":{"a":1}}`, `{"subPackages":null,"subpackages":[{"root":"a"}]}`,
		`{"tabBar":[]}`, `{"tabBar":{"list":[{"pagePath":null}]}}`, `{"tabBar":{}}`, `{"plugins":{"a":null}}`, `{"plugins":{"a":{"version":1}}}`, `{"plugins":{"a":{}}}`,
		`{"customOpen":false}`, `{"customOpen":null}`, `{"sitemap":"sitemap.json"}`, `{"debug":0}`, `{"lazyCodeLoading":["a"]}`, `{"window":"a"}`, `{"":1}`, `{"PAGES":["a"]}`,
	} {
		e, err := wxopen.ParseExtJSON(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := e.Text(); err != nil || got != text {
			t.Errorf("%s became %s (%v)", text, got, err)
		}
	}
	// The other spelling is the field's, too.
	e, err := wxopen.ParseExtJSON(`{"subpackages":[{"root":"a"}]}`)
	if err != nil || len(e.SubPackages) != 1 || e.Extra != nil {
		t.Errorf("got %+v, %v", e, err)
	}
	e, err = wxopen.ParseExtJSON(`{"subpackages":[{"root":"a"}],"subPackages":[]}`)
	if err != nil || e.SubPackages == nil || len(e.SubPackages) != 0 || len(e.Extra) != 1 {
		t.Errorf("got %+v, %v", e, err)
	}
	// A field wins over a member of its name.
	e, err = wxopen.ParseExtJSON(`{"extAppid":7,"a":1}`)
	e.ExtAppid = "wx1"
	if text, writeErr := e.Text(); err != nil || writeErr != nil || text != `{"extAppid":"wx1","a":1}` || len(e.Extra) != 2 {
		t.Errorf("got %s, %v, %v", text, err, writeErr)
	}
}

func TestExtJSONRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "null", "[]", `"{}"`, "{", `{"a":1,}`, `{"a":1}{}`, "{\"a\":\"\n\"}"} {
		if e, err := wxopen.ParseExtJSON(text); err == nil || !reflect.ValueOf(e).IsZero() || !strings.HasPrefix(err.Error(), "wxopen: ext_json: ") {
			t.Errorf("%q: %+v, %v", text, e, err)
		}
	}
	for name, e := range map[string]wxopen.ExtJSON{
		"infinity": {Ext: map[string]any{"a": math.Inf(1)}}, "broken member": {Extra: extra("a", "{")}, "function": {Sitemap: func() {}},
		"no member": {Extra: map[string]json.RawMessage{"a": {}}}, "inside": {TabBar: &wxopen.ExtTabBar{Extra: extra("a", "}")}},
	} {
		if text, err := e.Text(); err == nil || text != "" {
			t.Errorf("%s: %s", name, text)
		}
		c := canned(t, 200, done).Authorizer(merchant, wxopen.StaticToken("t"))
		if err := c.Commit(t.Context(), wxopen.CommitRequest{ExtJSON: e}); err == nil {
			t.Errorf("%s: committed", name)
		}
	}
}
