package extjson_test

import (
	"strings"
	"testing"

	"draftbox/internal/platform/extjson"
)

func TestWarnings(t *testing.T) {
	t.Parallel()
	for ext, want := range map[string][]fault{
		`{"extAppid":"wxf9c4501a76931b33","ext":{"a":{}},"extEnable":true,"subpackages":[{"root":"live","pages":["room"]}],"functionPages":true}`: nil,
		`{"windows":{}}`:                          {{0, "", "$.windows", 1, 2, `"windows" is no member of ext_json or app.json; did you mean "window"?`}},
		"{\n \"globalStyle\": {}}":                {{0, "", "$.globalStyle", 2, 2, "put what is your own into ext"}},
		`{"extAppId":"wxf9c4501a76931b33"}`:       {{0, "", "$.extAppId", 1, 2, `did you mean "extAppid"?`}},
		`{"plugin":{}}`:                           {{0, "", "$.plugin", 1, 2, "plugin is taken for plugins; write that"}},
		`{"tabbar":{},"tabBar":{}}`:               {{0, "", "$.tabbar", 1, 2, "tabbar and tabBar are the same; only tabBar counts"}},
		`{"window":null}`:                         {{0, "", "$.window", 1, 11, "window is null and counts as left out"}},
		`{"ext":{"a":1,"b":{"c":1,"c":2},"a":3}}`: {{0, "", "$.ext.b.c", 1, 20, `the name "c" stands twice`}, {0, "", "$.ext.a", 1, 9, `the name "a" stands twice`}},
		`{"ext":"{}"}`:                            {{0, "", "$.ext", 1, 8, "wx.getExtConfigSync then returns {}"}},
		`{"extAppid":"APPID"}`:                    {{0, "", "$.extAppid", 1, 13, `extAppid is "APPID", which is no appid`}},
		`{"extAppid":""}`:                         nil,
		`{"extEnable":false,"directCommit":true}`: {{0, "", "$.extEnable", 1, 14, "a commit uses ext_json even if it is false"}, {0, "", "$.directCommit", 1, 35, "for uploads"}},
		`{"pages":["pages/index/index","pages/my/my","pages/my/my"],"extPages":{"pages/cart/cart":{}}}`: {
			{0, "", "$.pages[2]", 1, 45, `the page "pages/my/my" is listed twice`},
			{0, "", `$.extPages["pages/cart/cart"]`, 1, 72, "has no effect"},
		},
		`{"subPackages":[{"root":"goods","pages":["list"]},{"root":"live"},{"root":"live","pages":["room"]}]}`: {
			{0, "", "$.subPackages[0]", 1, 17, "repeat independent"},
			{0, "", "$.subPackages[1]", 1, 51, "left without pages"},
			{0, "", "$.subPackages[2]", 1, 67, "listed twice"},
		},
		`{"tabBar":{"list":[{"pagePath":"pages/my/my","iconPath":"/img/home.png","selectedIconPath":"img/none.png"}]}}`: {
			{0, "", "$.tabBar.list", 1, 19, "tabBar.list has 1 entries; clients show 2 to 5"},
			{0, "", "$.tabBar.list[0].selectedIconPath", 1, 92, `no file "img/none.png"`},
		},
		`{"tabBar":{"list":[{"pagePath":"pages/my/my","iconPath":"https://a/b.png"},{"pagePath":"pages/cart/cart"}]}}`: {
			{0, "", "$.tabBar.list[0].iconPath", 1, 57, "network pictures are not shown"},
		},
		`{"entryPagePath":"pages/none"}`: {{0, "", "$.entryPagePath", 1, 18, `entryPagePath is "pages/none"`}},
		`{"pages":["pages/my/my"],"tabBar":{"list":[]}}`: {
			{0, "", "$.tabBar.list", 1, 43, "0 entries"},
			{0, "", "$.entryPagePath", 0, 0, `entryPagePath is "pages/index/index"`},
		},
	} {
		t.Run(ext, func(t *testing.T) {
			t.Parallel()
			faults, warnings := extjson.Prepare(shop()).Lint(ext, extjson.Rights{})
			checkFaults(t, faults, nil)
			checkFaults(t, warnings, want)
			merged(t, ext, shop()) // what is warned of is taken
		})
	}
}

func TestLintTellsFaultsAndWarnings(t *testing.T) {
	t.Parallel()
	faults, warnings := extjson.Prepare(shop()).Lint("{\"pges\":[],\n\"pages\":[]}", extjson.Rights{})
	if got := lines(faults) + "\n" + lines(warnings); got != `2:9: $.pages: pages is empty; name at least one page, or leave pages out to keep the template's (85047)
1:2: $.pges: "pges" is no member of ext_json or app.json; did you mean "pages"?; put what is your own into ext` {
		t.Errorf("lint tells\n%s", got)
	}
	faults, _ = extjson.Prepare(extjson.Template{AppJSON: []byte(`{"pages":["a"],"tabBar":{"list":[{}]}}`)}).Lint("{}", extjson.Rights{})
	if got := lines(faults); got != "template: $.tabBar.list[0]: an entry of tabBar.list without pagePath; name its page (85046)" {
		t.Errorf("lint tells %s", got)
	}
}

func TestAtMostAHundred(t *testing.T) {
	t.Parallel()
	many := func(item string) string { return strings.TrimSuffix(strings.Repeat(item+",", 20_000), ",") }
	for _, ext := range []string{
		`{"pages":[` + many(`"pages/index/indx"`) + `]}`,
		`{"pages":["a",` + many(`1`) + `]}`,
		`{"tabBar":{"list":[` + many(`{"pagePath":"pages/my/mi"}`) + `]}}`,
		`{"tabBar":{"list":[` + many(`{}`) + `]}}`,
		`{"subPackages":[` + many(`{"root":"x"}`) + `]}`,
		`{"requiredPrivateInfos":[` + many(`"x"`) + `]}`,
	} {
		faults, warnings := extjson.Prepare(shop()).Lint(ext, extjson.Rights{})
		if len(faults) != 100 || len(warnings) > 100 {
			t.Errorf("%.40s: %d faults, %d warnings", ext, len(faults), len(warnings))
		}
	}
	_, warnings := extjson.Prepare(shop()).Lint(`{`+many(`"x":1`)+`}`, extjson.Rights{})
	if len(warnings) != 100 {
		t.Errorf("%d warnings", len(warnings))
	}
	long := strings.Repeat("页", 500)
	faults, _ := extjson.Prepare(shop()).Lint(`{"extPages":{"`+long+`":{}}}`, extjson.Rights{})
	if len(faults) != 1 || len(faults[0].String()) > 600 || !contains(faults, strings.Repeat("页", 40)+"…") {
		t.Errorf("a long name is told as %s", lines(faults))
	}
}
