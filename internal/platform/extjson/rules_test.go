package extjson_test

import (
	"strings"
	"testing"

	"draftbox/internal/platform/extjson"
)

const emptyPagesText = `error: invalid file : ext.json, has empty array member "pages"`

// fault is what a case wants: the code, the errmsg if it is not the constant one,
// where, and a part of the message.
type fault struct {
	code         int
	text         string
	path         string
	line, column int
	message      string
}

func checkFaults(t *testing.T, got []extjson.Fault, want []fault) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d faults, want %d:\n%s", len(got), len(want), lines(got))
	}
	for i, w := range want {
		g := got[i]
		if g.Code != w.code || g.Text != w.text || g.Path != w.path || g.Line != w.line || g.Column != w.column || !strings.Contains(g.Message, w.message) {
			t.Errorf("fault %d is %+v\nwant %+v", i, g, w)
		}
	}
}

func TestTypes(t *testing.T) {
	t.Parallel()
	for ext, want := range map[string]fault{
		`{"extEnable":"true"}`:             {85013, "", "$.extEnable", 1, 14, "extEnable must be true or false, not a string; it is encoded twice"},
		`{"extAppid":12}`:                  {85013, "", "$.extAppid", 1, 13, "extAppid must be a string, not a number"},
		`{"pages":"[]"}`:                   {85013, "", "$.pages", 1, 10, "pages must be an array, not a string; it is encoded twice"},
		`{"directCommit":0}`:               {85013, "", "$.directCommit", 1, 17, "directCommit must be true or false, not a number"},
		`{"ext":[]}`:                       {85013, "", "$.ext", 1, 8, "ext must be an object, not an array; PHP"},
		`{"extPages":[]}`:                  {85013, "", "$.extPages", 1, 13, "PHP writes an empty array so"},
		`{"extPages":{"pages/my/my":"x"}}`: {85013, "", `$.extPages["pages/my/my"]`, 1, 28, "pages/my/my must be an object, not a string"},
		`{"pages":{}}`:                     {85013, "", "$.pages", 1, 10, "pages must be an array, not an object"},
		`{"pages":["pages/index/index","pages/my/my",7]}`: {85013, "", "$.pages[2]", 1, 45, "item must be a string, not a number"},
		`{"subPackages":{}}`:                              {85013, "", "$.subPackages", 1, 16, "subPackages must be an array"},
		`{"subPackages":["goods"]}`:                       {85013, "", "$.subPackages[0]", 1, 17, "item must be an object, not a string"},
		`{"subPackages":[{"pages":[]}]}`:                  {85013, "", "$.subPackages[0]", 1, 17, "a sub-package without root"},
		`{"subPackages":[{"root":1}]}`:                    {85013, "", "$.subPackages[0].root", 1, 25, "root must be a string"},
		`{"subPackages":[{"root":"live","pages":1}]}`:     {85013, "", "$.subPackages[0].pages", 1, 40, "pages must be an array"},
		`{"window":[]}`:                                   {85013, "", "$.window", 1, 11, "window must be an object, not an array; PHP"},
		`{"window":"{}"}`:                                 {85013, "", "$.window", 1, 11, "it is encoded twice"},
		`{"tabBar":[]}`:                                   {85013, "", "$.tabBar", 1, 11, "tabBar must be an object"},
		`{"tabBar":{"list":{}}}`:                          {85013, "", "$.tabBar.list", 1, 19, "list must be an array"},
		`{"tabBar":{"list":["a"]}}`:                       {85013, "", "$.tabBar.list[0]", 1, 20, "item must be an object"},
		`{"tabBar":{"list":[{"pagePath":1}]}}`:            {85013, "", "$.tabBar.list[0].pagePath", 1, 32, "pagePath must be a string"},
		`{"networkTimeout":1}`:                            {85013, "", "$.networkTimeout", 1, 19, "networkTimeout must be an object"},
		`{"navigateToMiniProgramAppIdList":"wx"}`:         {85013, "", "$.navigateToMiniProgramAppIdList", 1, 35, "must be an array, not a string"},
		`{"navigateToMiniProgaramAppIdList":[1]}`:         {85013, "", "$.navigateToMiniProgaramAppIdList[0]", 1, 37, "must be a string, not a number"},
		`{"plugins":[]}`:                                  {85013, "", "$.plugins", 1, 12, "plugins must be an object"},
		`{"plugins":{"a":1}}`:                             {85013, "", "$.plugins.a", 1, 17, "a must be an object"},
		`{"lazyCodeLoading":true}`:                        {85013, "", "$.lazyCodeLoading", 1, 20, "lazyCodeLoading must be a string, not true or false"},
		`{"debug":"true"}`:                                {85013, "", "$.debug", 1, 10, "debug must be true or false"},
		`{"requiredPrivateInfos":"getLocation"}`:          {85310, "", "$.requiredPrivateInfos", 1, 25, "must be an array of names, not a string"},
	} {
		t.Run(ext, func(t *testing.T) {
			t.Parallel()
			_, faults := extjson.Merge(ext, shop(), extjson.Rights{})
			checkFaults(t, faults, []fault{want})
		})
	}
	for _, ext := range []string{
		`{"ext":"{}"}`, `{"customOpen":1,"functionPages":true,"sitemap":[],"permission":7,"whatever":[1]}`,
		`{"extAppid":null,"ext":null,"pages":null,"subPackages":null,"tabBar":null,"plugins":null,"extPages":null}`,
		`{"tabBar":{},"plugin":{},"window":{},"networkTimeout":{},"extAppid":""}`,
	} {
		merged(t, ext, shop())
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	for ext, want := range map[string][]fault{
		`{"pages":[]}`: {{85047, emptyPagesText, "$.pages", 1, 10, "pages is empty"}},
		"{\"pages\":\n [{\"path\":\"pages/my/my\"}]}":                {{85047, emptyPagesText, "$.pages", 2, 2, "name each page by its path alone"}},
		`{"pages":["pages/my/my","pages/index/idx"]}`:                {{85045, "", "$.pages[1]", 1, 25, `did you mean "pages/index/index"?`}, {85045, "", "$.tabBar.list[0].pagePath", 0, 0, "pages of ext_json leaves it out"}},
		`{"pages":["/pages/index/index","pages/my/my"]}`:             {{85045, "", "$.pages[0]", 1, 11, `no slash before them: write "pages/index/index"`}, {85045, "", "$.tabBar.list[0].pagePath", 0, 0, "leaves it out"}},
		`{"tabBar":{"list":[{"pagePath":"pages/my/my.html"}]}}`:      {{85045, "", "$.tabBar.list[0].pagePath", 1, 32, `no ending: write "pages/my/my"`}},
		`{"tabBar":{"list":[{"pagePath":"pages/my/my?a=1"}]}}`:       {{85045, "", "$.tabBar.list[0].pagePath", 1, 32, `a query does not belong here: write "pages/my/my"`}},
		`{"tabBar":{"list":[{"pagePath":"goods/list"}]}}`:            {{85045, "", "$.tabBar.list[0].pagePath", 1, 32, "tabs are for pages of the main package"}},
		`{"tabbar":{"list":[{"pagePath":"Pages/My/My"}]}}`:           {{85045, "", "$.tabbar.list[0].pagePath", 1, 32, `did you mean "pages/my/my"?`}},
		`{"pages":["pages/index/index","pages/my/my","goods/list"]}`: {{85045, "", "$.pages[2]", 1, 45, `a page of the sub-package "goods"`}},
		`{"pages":["pages/index/index"],"tabBar":{"list":[{"pagePath":"pages/cart/cart"}]}}`: {
			{85045, "", "$.tabBar.list[0].pagePath", 1, 62, "not in pages of ext_json; add it there"},
		},
		`{"subPackages":[{"root":"good","pages":["list"]}]}`:        {{85045, "", "$.subPackages[0].root", 1, 25, `did you mean "goods"?`}},
		`{"subPackages":[{"root":"/goods/","pages":["lst"]}]}`:      {{85045, "", "$.subPackages[0].pages[0]", 1, 44, `did you mean "list"?`}},
		`{"subpackages":[{"root":"goods","pages":["goods/list"]}]}`: {{85045, "", "$.subpackages[0].pages[0]", 1, 42, `without its root: write "list"`}},
		`{"extPages":{"pages/my/my":{},"pages/none":{}}}`:           {{85045, "", `$.extPages["pages/none"]`, 1, 31, "no page of the template"}},
		`{"extPages":{"/goods/list":{}}}`:                           {{85045, "", `$.extPages["/goods/list"]`, 1, 14, `did you mean "goods/list"?`}},
		`{"extPages":{"/pages/my/my":{}}}`:                          {{85045, "", `$.extPages["/pages/my/my"]`, 1, 14, `write "pages/my/my"`}},
		`{"extPages":{"goods/lst":{}}}`:                             {{85045, "", `$.extPages["goods/lst"]`, 1, 14, `did you mean "goods/list"?`}},
		`{"tabBar":{"list":[{"text":"x"},{"pagePath":"pages/no"},{"pagePath":""},{"pagePath":null}]}}`: {
			{85045, "", "$.tabBar.list[1].pagePath", 1, 45, "no page"},
			{85046, "", "$.tabBar.list[0]", 1, 20, "without pagePath"},
			{85046, "", "$.tabBar.list[2]", 1, 57, "without pagePath"},
			{85046, "", "$.tabBar.list[3]", 1, 73, "without pagePath"},
		},
	} {
		t.Run(ext, func(t *testing.T) {
			t.Parallel()
			_, faults := extjson.Merge(ext, shop(), extjson.Rights{})
			checkFaults(t, faults, want)
		})
	}
}

func TestTemplateOfItsOwnFault(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		app, ext string
		files    []string
		want     []fault
	}{
		"a main page without a file": {`{"pages":["a","b"]}`, "{}", []string{"a.js"}, []fault{{85045, "", "$.pages[1]", 0, 0, "has no b.wxml, .js or .ts"}}},
		"left out by ext_json":       {`{"pages":["a","b"]}`, `{"pages":["a"]}`, []string{"a.js"}, nil},
		"files in another order":     {`{"pages":["a","b"]}`, "{}", []string{"b.wxml", "app.json", "a.ts"}, nil},
		"files not known":            {`{"pages":["a","b"]}`, "{}", nil, nil},
		"a page of a sub-package":    {`{"pages":["a"],"subPackages":[{"root":"s","pages":["x","y"]}]}`, "{}", []string{"a.js", "s/x.js"}, []fault{{85045, "", "$.subPackages[0].pages[1]", 0, 0, `"s/y"`}}},
		"a tab without a page":       {`{"pages":["a"],"tabBar":{"list":[{"pagePath":"b"},{}]}}`, "{}", nil, []fault{{85045, "", "$.tabBar.list[0].pagePath", 0, 0, `no page "b"`}, {85046, "", "$.tabBar.list[1]", 0, 0, "without pagePath"}}},
		"another list of tabs":       {`{"pages":["a"],"tabBar":{"list":[{"pagePath":"b"}]}}`, `{"tabBar":{"list":[{"pagePath":"a"}]}}`, nil, nil},
		"a main page as one of a sub-package": {
			`{"pages":["a","s/m"],"subPackages":[{"root":"s","pages":["x"]}]}`, `{"subPackages":[{"root":"s","pages":["m"]}]}`, nil,
			[]fault{{85045, "", "$.subPackages[0].pages[0]", 1, 38, `"s/m" is a page of the main package; it belongs to pages`}},
		},
		"no page at all":      {`{}`, "{}", nil, []fault{{85047, "", "$.pages", 0, 0, "neither"}}},
		"no sub-package left": {`{"subPackages":[{"root":"s","pages":["x"]}]}`, `{"subPackages":[]}`, nil, []fault{{85047, "", "$.pages", 0, 0, "neither"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, faults := extjson.Merge(c.ext, extjson.Template{AppJSON: []byte(c.app), Files: c.files}, extjson.Rights{})
			checkFaults(t, faults, c.want)
		})
	}
}

func TestStandardTemplate(t *testing.T) {
	t.Parallel()
	standard := shop()
	standard.Standard = true
	merged(t, `{"extAppid":"wx9a354d97fec1d562","ext":{},"window":{}}`, standard)
	_, faults := extjson.Merge("{\"extEnable\":false,\n\"ext\":{},\"extAppId\":\"\",\"pages\":[]}", standard, extjson.Rights{})
	checkFaults(t, faults, []fault{
		{9402203, "", "$.extEnable", 1, 2, "extEnable may not be in the ext_json of a standard template"},
		{9402203, "", "$.extAppId", 2, 10, "extAppId"},
		{9402203, "", "$.pages", 2, 24, "pages"},
		{85047, emptyPagesText, "$.pages", 2, 32, "empty"},
	})
}
