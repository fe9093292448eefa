package extjson_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"draftbox/internal/platform/extjson"
)

// small is an app.json in the form in which a merge writes it.
const small = `{"pages":["a","b","c"],"window":{"x":1,"y":2},"subPackages":[{"root":"s","pages":["p","q"]}],` +
	`"plugins":{"old":{"version":"1.0.0","provider":"wxaaaaaaaaaaaaaaaa"}},"permission":{"one":{}},"debug":false}`

func TestMergedAppJSON(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ app, ext, want string }{
		"nothing":                {small, "{}", small},
		"white space goes":       {"{ \"pages\" : [ \"a\" ] ,\n\"x\":{ } }", " { } ", `{"pages":["a"],"x":{}}`},
		"pages are replaced":     {`{"pages":["a","b"],"z":1}`, `{"pages":["b"]}`, `{"pages":["b"],"z":1}`},
		"window, key by key":     {`{"pages":["a"],"window":{"x":1,"y":{"deep":1}}}`, `{"window":{"y":{"other":2},"z":3}}`, `{"pages":["a"],"window":{"x":1,"y":{"other":2},"z":3}}`},
		"networkTimeout too":     {`{"pages":["a"],"networkTimeout":{"request":1}}`, `{"networkTimeout":{"uploadFile":2}}`, `{"pages":["a"],"networkTimeout":{"request":1,"uploadFile":2}}`},
		"tabBar, list replaced":  {`{"pages":["a","b"],"tabBar":{"color":"#000","list":[{"pagePath":"a"}]}}`, `{"tabBar":{"list":[{"pagePath":"b"}],"custom":true}}`, `{"pages":["a","b"],"tabBar":{"color":"#000","list":[{"pagePath":"b"}],"custom":true}}`},
		"window is added":        {`{"pages":["a"]}`, `{"window":{ "x": 1 }}`, `{"pages":["a"],"window":{"x":1}}`},
		"plugins are replaced":   {`{"pages":["a"],"plugins":{"old":{"version":"1.0.0","provider":"wxaaaaaaaaaaaaaaaa"}}}`, `{"plugins":{}}`, `{"pages":["a"],"plugins":{}}`},
		"order of what is added": {`{"pages":["a"]}`, `{"extEnable":true,"extAppid":"wxf9c4501a76931b33","directCommit":false,"ext":{"k":[1]},"lazyCodeLoading":"requiredComponents"}`, `{"pages":["a"],"extEnable":true,"extAppid":"wxf9c4501a76931b33","directCommit":false,"ext":{"k":[1]},"lazyCodeLoading":"requiredComponents"}`},
		"ext is replaced":        {`{"ext":{"a":1},"pages":["a"]}`, `{"ext":{"b":2}}`, `{"ext":{"b":2},"pages":["a"]}`},
		"extPages stays out":     {`{"pages":["a"]}`, `{"extPages":{"a":{"navigationBarTitleText":"甲"}}}`, `{"pages":["a"]}`},
		"others, both objects":   {`{"pages":["a"],"permission":{"one":{}}}`, `{"permission":{"two":{}},"mine":[1]}`, `{"pages":["a"],"permission":{"one":{},"two":{}},"mine":[1]}`},
		"others, not both":       {`{"pages":["a"],"usingComponents":{"x":"y"}}`, `{"usingComponents":true}`, `{"pages":["a"],"usingComponents":true}`},
		"sub-packages' spelling": {`{"pages":["a"],"subpackages":[{"root":"s","pages":["p"]}]}`, `{"subPackages":[]}`, `{"pages":["a"],"subpackages":[]}`},
		"sub-packages added":     {`{"pages":["a"]}`, `{"subpackages":[]}`, `{"pages":["a"],"subPackages":[]}`},
		"other spellings":        {`{"pages":["a"],"functionalPages":false}`, `{"tabbar":{},"plugin":{},"functionPages":true,"navigateToMiniProgaramAppIdList":["wxaaaaaaaaaaaaaaaa"]}`, `{"pages":["a"],"functionalPages":true,"tabBar":{},"plugins":{},"navigateToMiniProgramAppIdList":["wxaaaaaaaaaaaaaaaa"]}`},
		"both spellings":         {`{"pages":["a"]}`, `{"tabBar":{"color":"#111"},"tabbar":{"color":"#222"}}`, `{"pages":["a"],"tabBar":{"color":"#111"}}`},
		"both, the other first":  {`{"pages":["a"]}`, `{"tabbar":{"color":"#222"},"tabBar":{"color":"#111"}}`, `{"pages":["a"],"tabBar":{"color":"#111"}}`},
		"numbers and strings":    {`{"pages":["a"],"n":1.10}`, `{"ext":{"id":12345678901234567890,"f":1.00E+2,"s":"\u0041\/","e":"é"}}`, `{"pages":["a"],"n":1.10,"ext":{"id":12345678901234567890,"f":1.00E+2,"s":"\u0041\/","e":"é"}}`},
		"a name twice":           {`{"pages":["a"],"window":{"x":1,"x":2}}`, `{"ext":{"a":1},"ext":{"b":1,"b":2}}`, `{"pages":["a"],"window":{"x":2},"ext":{"b":2}}`},
		"null counts for nought": {small, `{"pages":null,"window":null,"ext":null,"mine":null}`, small},
		"null within window":     {`{"pages":["a"],"window":{"x":1}}`, `{"window":{"x":null}}`, `{"pages":["a"],"window":{"x":null}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := merged(t, c.ext, extjson.Template{AppJSON: []byte(c.app)})
			if got := string(config.AppJSON); got != c.want {
				t.Errorf("merged\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestConfigOfACommit(t *testing.T) {
	t.Parallel()
	const ext = `{
  "extAppid": "wxf9c4501a76931b33", "directCommit": true,
  "ext": {"shop": 7},
  "extPages": {"pages/index/index": {"navigationBarTitleText": "七号店"}, "goods/list": {"x": 1}},
  "pages": ["pages/my/my", "pages/index/index"],
  "subPackages": [{"root": "goods", "pages": ["list"]}],
  "tabBar": {"selectedColor": "#f00"},
  "navigateToMiniProgramAppIdList": ["wxaaaaaaaaaaaaaaaa"],
  "requiredPrivateInfos": ["chooseAddress"],
  "plugins": {"chat": {"version": "2.0.1", "provider": "wxbbbbbbbbbbbbbbbb"}}
}`
	got := merged(t, ext, shop())
	got.AppJSON = nil
	if diff := cmp.Diff(&extjson.Config{
		ExtAppid: "wxf9c4501a76931b33", DirectCommit: true, Ext: []byte(`{"shop":7}`),
		Pages: []string{"pages/my/my", "pages/index/index", "goods/list"}, MainPages: 2,
		Subpackages:          []extjson.Subpackage{{Root: "goods", Pages: []string{"list"}}},
		TabBar:               []byte(`{"color":"#000","list":[{"pagePath":"pages/index/index","text":"首页"},{"pagePath":"pages/my/my","text":"我的"}],"selectedColor":"#f00"}`),
		RequiredPrivateInfos: []string{"chooseAddress"}, NavigateToMiniProgramAppIdList: []string{"wxaaaaaaaaaaaaaaaa"},
		Plugins: []extjson.Plugin{{Name: "chat", Provider: "wxbbbbbbbbbbbbbbbb", Version: "2.0.1"}},
		PageOverrides: map[string]json.RawMessage{
			"pages/index/index": json.RawMessage(`{"usingComponents":{},"navigationBarTitleText":"七号店"}`),
			"goods/list":        json.RawMessage(`{"x":1}`),
		},
	}, got); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}

	got = merged(t, "{}", shop())
	got.AppJSON = nil
	if diff := cmp.Diff(&extjson.Config{
		Pages:     []string{"pages/index/index", "pages/cart/cart", "pages/my/my", "goods/list", "goods/detail/detail", "live/room"},
		MainPages: 3,
		Subpackages: []extjson.Subpackage{
			{Root: "goods", Name: "goods", Independent: true, Pages: []string{"list", "detail/detail"}},
			{Root: "live", Pages: []string{"room"}},
		},
		TabBar:               []byte(`{"color":"#000","list":[{"pagePath":"pages/index/index","text":"首页"},{"pagePath":"pages/my/my","text":"我的"}]}`),
		RequiredPrivateInfos: []string{"getLocation"},
		Plugins:              []extjson.Plugin{{Name: "player", Provider: "wx2b03c6e691cd7370", Version: "1.3.5", Root: "live"}},
	}, got); diff != "" {
		t.Errorf("config of {} (-want +got):\n%s", diff)
	}
}

func TestPageJSONThatIsNone(t *testing.T) {
	t.Parallel()
	template := extjson.Template{AppJSON: []byte(`{"pages":["a","b"]}`), PageJSON: func(page string) ([]byte, bool) {
		if page == "a" {
			return []byte("\uFEFF{\"x\":1, \"z\":{ }}"), true
		}
		return []byte("// broken"), true
	}}
	got := merged(t, `{"extPages":{"a":{"x":2},"b":{"y":3}}}`, template).PageOverrides
	want := map[string]json.RawMessage{"a": json.RawMessage(`{"x":2,"z":{}}`), "b": json.RawMessage(`{"y":3}`)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("page.json (-want +got):\n%s", diff)
	}
}

func TestOneTemplateForManyAtOnce(t *testing.T) {
	t.Parallel()
	prepared := extjson.Prepare(shop())
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			ext := fmt.Sprintf(`{"ext":{"shop":%d},"pages":["pages/index/index","pages/my/my"],"extPages":{"goods/list":{"n":%d}}}`, i, i)
			config, faults := prepared.Merge(ext, extjson.Rights{})
			if len(faults) > 0 || string(config.Ext) != fmt.Sprintf(`{"shop":%d}`, i) {
				t.Errorf("merge %d: %v %s", i, config, lines(faults))
			}
			prepared.Lint(ext, extjson.Rights{})
		})
	}
	all.Wait()
	if c, _ := prepared.Merge("{}", extjson.Rights{}); len(c.Pages) != 6 {
		t.Errorf("the template now has the pages %v", c.Pages)
	}
}
