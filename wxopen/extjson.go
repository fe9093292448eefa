package wxopen

import (
	"encoding/json"
	"fmt"
)

// ExtJSON is the ext_json of a commit: what becomes different of a template in one
// mini program. It is merged into the template's app.json: what is said to replace a
// member takes its place, what is said to go key by key adds to it. Fields that are
// nil or empty are left out.
//
// For a standard template only ExtAppid, Ext and Window may be set.
//
// https://developers.weixin.qq.com/miniprogram/dev/devtools/ext.html
type ExtJSON struct {
	// ExtEnable is the switch of DevTools for its ext.json. A commit needs it not.
	ExtEnable *bool
	// ExtAppid is the appid of the mini program. The service is not known to compare it.
	ExtAppid string
	// DirectCommit is for uploads: true takes one to the pending list of ExtAppid.
	DirectCommit *bool
	// Ext is free data that the code reads by wx.getExtConfigSync; it replaces that of
	// the template. It is the only place for members of one's own. Numbers that were
	// read are each a [json.Number].
	Ext map[string]any
	// ExtPages goes key by key into the page.json of each page. Its keys are paths of
	// pages that the template has.
	ExtPages map[string]any
	// Pages replaces the pages. All of them must be in the template. Empty, but not nil,
	// is sent, and refused.
	Pages []string
	// SubPackages replaces the sub-packages, in the same way.
	SubPackages []ExtSubPackage
	// Window goes key by key: "navigationBarTitleText".
	Window map[string]any
	// TabBar goes key by key.
	TabBar *ExtTabBar
	// NetworkTimeout goes key by key: "request", "connectSocket", "uploadFile" and
	// "downloadFile", in milliseconds.
	NetworkTimeout map[string]any
	// CustomOpen and FunctionPages replace those of the template.
	CustomOpen    any
	FunctionPages any
	// NavigateToMiniProgramAppIDList replaces the list of mini programs that the code
	// opens.
	NavigateToMiniProgramAppIDList []string
	// Plugins replaces the plugins. Its keys are the names that the code has for them.
	Plugins map[string]ExtPlugin
	// RequiredPrivateInfos replaces the location interfaces that the code uses. There are
	// eight: getFuzzyLocation, getLocation, onLocationChange, startLocationUpdate,
	// startLocationUpdateBackground, chooseLocation, choosePoi, chooseAddress. The first
	// excludes the next four.
	RequiredPrivateInfos []string
	// Sitemap says which pages are indexed.
	Sitemap any
	// LazyCodeLoading is "requiredComponents"; whether a commit takes it is not
	// documented.
	LazyCodeLoading string
	// Debug is known of old clients only.
	Debug *bool
	// Extra holds all other members, and those above whose values do not fit their
	// fields. A field that is set wins over a member of its name here.
	Extra map[string]json.RawMessage
}

// ExtSubPackage is a sub-package of an [ExtJSON].
type ExtSubPackage struct {
	// Root is the folder, Name another name for it.
	Root string
	Name string
	// Pages are the paths of the pages below Root.
	Pages []string
	// Independent is true for one that runs without the main package.
	Independent *bool
	// Extra is as in [ExtJSON].
	Extra map[string]json.RawMessage
}

// ExtTabBar is the bar of an [ExtJSON] by which one goes from page to page. Colors are
// like #ff0000.
type ExtTabBar struct {
	Color           string
	SelectedColor   string
	BackgroundColor string
	BorderStyle     string // black or white
	Position        string // bottom or top
	Custom          *bool
	// List has 2 to 5 entries.
	List []ExtTab
	// Extra is as in [ExtJSON].
	Extra map[string]json.RawMessage
}

// ExtTab is an entry of an [ExtTabBar].
type ExtTab struct {
	// PagePath must be there, and one of the pages.
	PagePath         string
	Text             string
	IconPath         string
	SelectedIconPath string
	// Extra is as in [ExtJSON].
	Extra map[string]json.RawMessage
}

// ExtPlugin is a plugin of an [ExtJSON].
type ExtPlugin struct {
	Version string
	// Provider is the plugin's appid.
	Provider string
	// Extra is as in [ExtJSON].
	Extra map[string]json.RawMessage
}

// ParseExtJSON reads the text of an ext_json, or the file ext.json. All that it says is
// kept, and written again by [ExtJSON.Text]. It fails when the text is no JSON object.
func ParseExtJSON(text string) (ExtJSON, error) {
	var e ExtJSON
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return ExtJSON{}, fmt.Errorf("wxopen: ext_json: %w", err)
	}
	return e, nil
}

// Text returns the text that a commit sends. It fails when there is a value in it that
// JSON cannot write.
func (e ExtJSON) Text() (string, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return "", fmt.Errorf("wxopen: ext_json: %w", err)
	}
	return string(text), nil
}

func extJSONMembers(e *ExtJSON) []extMember {
	return []extMember{
		flagMember("extEnable", &e.ExtEnable),
		textMember("extAppid", &e.ExtAppid),
		flagMember("directCommit", &e.DirectCommit),
		mapMember("ext", &e.Ext),
		mapMember("extPages", &e.ExtPages),
		listMember("pages", &e.Pages),
		listMember("subPackages", &e.SubPackages),
		mapMember("window", &e.Window),
		innerMember("tabBar", &e.TabBar),
		mapMember("networkTimeout", &e.NetworkTimeout),
		anyMember("customOpen", &e.CustomOpen),
		anyMember("functionPages", &e.FunctionPages),
		listMember("navigateToMiniProgramAppIdList", &e.NavigateToMiniProgramAppIDList),
		mapMember("plugins", &e.Plugins),
		listMember("requiredPrivateInfos", &e.RequiredPrivateInfos),
		anyMember("sitemap", &e.Sitemap),
		textMember("lazyCodeLoading", &e.LazyCodeLoading),
		flagMember("debug", &e.Debug),
	}
}

func extSubPackageMembers(s *ExtSubPackage) []extMember {
	return []extMember{
		textMember("root", &s.Root), textMember("name", &s.Name), listMember("pages", &s.Pages), flagMember("independent", &s.Independent),
	}
}

func extTabBarMembers(b *ExtTabBar) []extMember {
	return []extMember{
		textMember("color", &b.Color), textMember("selectedColor", &b.SelectedColor), textMember("backgroundColor", &b.BackgroundColor),
		textMember("borderStyle", &b.BorderStyle), textMember("position", &b.Position), flagMember("custom", &b.Custom), listMember("list", &b.List),
	}
}

func extTabMembers(t *ExtTab) []extMember {
	return []extMember{
		textMember("pagePath", &t.PagePath), textMember("text", &t.Text),
		textMember("iconPath", &t.IconPath), textMember("selectedIconPath", &t.SelectedIconPath),
	}
}

func extPluginMembers(p *ExtPlugin) []extMember {
	return []extMember{textMember("version", &p.Version), textMember("provider", &p.Provider)}
}
