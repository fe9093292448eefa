package extjson

// mode is how a member of ext_json gets into the template's app.json.
type mode uint8

const (
	// insert is what the oldest text of the page tells of every member that it
	// does not name: added, or level by level if both are objects.
	insert  mode = iota
	replace      // the template's is overwritten, or it is added
	byKey        // each key overwrites the template's or is added
	perPage      // goes to the page.json of pages, not into app.json
)

// spec is what is known of a member of ext_json.
type spec struct {
	kinds []kind // nil: any
	mode  mode
	doc   bool // on the commit page or that of ext.json, else in app.json only
}

// members holds what the pages name, by the name that is written to app.json.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_commit.html
// https://developers.weixin.qq.com/miniprogram/dev/devtools/ext.html
var members = map[string]spec{
	"extEnable":    {kinds: []kind{boolean}, mode: replace, doc: true},
	"extAppid":     {kinds: []kind{text}, mode: replace, doc: true},
	"directCommit": {kinds: []kind{boolean}, mode: replace, doc: true},
	// A string was seen to be taken; see doc.go.
	"ext":                            {kinds: []kind{object, text}, mode: replace, doc: true},
	"extPages":                       {kinds: []kind{object}, mode: perPage, doc: true},
	"pages":                          {kinds: []kind{array}, mode: replace, doc: true},
	"subPackages":                    {kinds: []kind{array}, mode: replace, doc: true},
	"window":                         {kinds: []kind{object}, mode: byKey, doc: true},
	"tabBar":                         {kinds: []kind{object}, mode: byKey, doc: true},
	"networkTimeout":                 {kinds: []kind{object}, mode: byKey, doc: true},
	"customOpen":                     {mode: replace, doc: true},
	"functionalPages":                {mode: replace, doc: true},
	"navigateToMiniProgramAppIdList": {kinds: []kind{array}, mode: replace, doc: true},
	"plugins":                        {kinds: []kind{object}, mode: replace, doc: true},
	// What is no array is 85310, not 85013: checkPrivateInfos.
	"requiredPrivateInfos": {mode: replace, doc: true},
	"sitemap":              {mode: replace, doc: true},
	"lazyCodeLoading":      {kinds: []kind{text}, mode: replace, doc: true},
	"debug":                {kinds: []kind{boolean}, mode: replace, doc: true},

	// The rest of app.json, for which the commit page has no rule.
	// https://developers.weixin.qq.com/miniprogram/dev/reference/configuration/app.html
	"appBar": {}, "componentFramework": {}, "convertRpxToVw": {}, "darkmode": {}, "debugOptions": {},
	"embeddedAppIdList": {}, "enablePassiveEvent": {}, "entranceDeclare": {}, "entryPagePath": {},
	"halfPage": {}, "miniApp": {}, "permission": {}, "preloadRule": {}, "renderer": {},
	"rendererOptions": {}, "requiredBackgroundModes": {}, "resizable": {}, "resolveAlias": {},
	"serviceProviderTicket": {}, "singlePage": {}, "sitemapLocation": {}, "static": {}, "style": {},
	"supportedMaterials": {}, "themeLocation": {}, "useExtendedLib": {}, "usingComponents": {}, "workers": {},
	"__usePrivacyCheck__": {},
}

// aliases are other spellings that the official pages themselves have, and what
// they stand for.
var aliases = map[string]string{
	"subpackages":                     "subPackages",                    // app.json takes both
	"tabbar":                          "tabBar",                         // commit, list of merge rules
	"plugin":                          "plugins",                        // commit 2.0, example
	"navigateToMiniProgaramAppIdList": "navigateToMiniProgramAppIdList", // commit, list of merge rules
	"functionPages":                   "functionalPages",                // commit, list of merge rules
}

// canonical returns the name under which a member is known.
func canonical(name string) string {
	if known, ok := aliases[name]; ok {
		return known
	}
	return name
}

// standardMembers are all that a commit of a standard template may have.
var standardMembers = map[string]bool{"extAppid": true, "ext": true, "window": true}

// locationInterfaces are the names that requiredPrivateInfos may have, and
// whether each excludes getFuzzyLocation.
// https://developers.weixin.qq.com/community/develop/doc/000a02f2c5026891650e7f40351c01
var locationInterfaces = map[string]bool{
	"getFuzzyLocation":              false,
	"getLocation":                   true,
	"onLocationChange":              true,
	"startLocationUpdate":           true,
	"startLocationUpdateBackground": true,
	"chooseLocation":                false,
	"choosePoi":                     false,
	"chooseAddress":                 false,
}

// weuiPlugin is the plugin that useExtendedLib.weui uses: commits of a template
// with it were answered 80082 with this appid where the merchant had not added
// it.
// https://developers.weixin.qq.com/community/personal/oCJUsw3wLhW8fHmG7luQJBtj8HZ8/question
const weuiPlugin = "wxfa43a4a7041a84de"
