package extjson_test

import (
	"slices"
	"strings"
	"testing"

	"draftbox/internal/platform/extjson"
)

// shopApp is the app.json of a template with a tab bar, a sub-package that is
// independent and one that uses a plugin.
const shopApp = `{
  "pages": ["pages/index/index", "pages/cart/cart", "pages/my/my"],
  "subpackages": [
    {"root": "goods/", "name": "goods", "independent": true, "pages": ["list", "detail/detail"]},
    {"root": "live", "pages": ["room"], "plugins": {"player": {"version": "1.3.5", "provider": "wx2b03c6e691cd7370"}}}
  ],
  "window": {"navigationBarTitleText": "示例商城", "backgroundColor": "#fff"},
  "tabBar": {"color": "#000", "list": [
    {"pagePath": "pages/index/index", "text": "首页"},
    {"pagePath": "pages/my/my", "text": "我的"}
  ]},
  "networkTimeout": {"request": 10000},
  "permission": {"scope.userLocation": {"desc": "附近门店"}},
  "requiredPrivateInfos": ["getLocation"],
  "entryPagePath": "pages/index/index",
  "sitemapLocation": "sitemap.json"
}`

func shop() extjson.Template {
	files := []string{
		"app.js", "app.json", "goods/detail/detail.js", "goods/list.js", "img/home.png", "live/room.ts",
		"pages/cart/cart.wxml", "pages/index/index.js", "pages/index/index.json", "pages/my/my.js",
	}
	return extjson.Template{
		AppJSON: []byte(shopApp),
		Files:   files,
		PageJSON: func(page string) ([]byte, bool) {
			if page == "pages/index/index" {
				return []byte(`{ "usingComponents": {}, "navigationBarTitleText": "首页" }`), true
			}
			return nil, false
		},
	}
}

// merged merges what must be fit for it, with all rights.
func merged(t testing.TB, ext string, template extjson.Template) *extjson.Config {
	t.Helper()
	c, faults := extjson.Merge(ext, template, extjson.Rights{})
	if len(faults) > 0 {
		t.Fatalf("refused:\n%s", lines(faults))
	}
	return c
}

func lines(faults []extjson.Fault) string {
	var out []string
	for _, f := range faults {
		out = append(out, f.String())
	}
	return strings.Join(out, "\n")
}

func contains(faults []extjson.Fault, part string) bool {
	return slices.ContainsFunc(faults, func(f extjson.Fault) bool { return strings.Contains(f.String(), part) })
}
