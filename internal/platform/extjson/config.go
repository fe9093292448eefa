package extjson

import "encoding/json"

// Config is what comes of a template and an ext_json. What a commit leaves as the
// template has it is shared with other Configs: it is to be read only.
type Config struct {
	// ExtAppid is extAppid of the merged app.json; may be empty. Whether the real
	// service holds it against the token's appid is unconfirmed.
	ExtAppid string
	// Ext is ext of the merged app.json, what wx.getExtConfigSync reads; nil if
	// there is none.
	Ext json.RawMessage
	// DirectCommit is directCommit of the ext_json.
	DirectCommit bool
	// AppJSON is the merged app.json: no white space, the template's members in
	// the template's order, then those that ext_json adds in its own. Numbers and
	// strings are as they were written.
	AppJSON []byte
	// Pages is what get_page answers: the main pages, then those of sub-packages
	// with their root, in order.
	Pages []string
	// MainPages is how many of Pages are of the main package.
	MainPages int
	// Subpackages are those that are left.
	Subpackages []Subpackage
	// TabBar is tabBar of the merged app.json; nil if there is none.
	TabBar json.RawMessage
	// RequiredPrivateInfos are the location interfaces that the merged app.json
	// declares, which the privacy check and submit_audit (61040) look at.
	RequiredPrivateInfos []string
	// NavigateToMiniProgramAppIdList are the mini programs that the merged app.json
	// names to be opened.
	NavigateToMiniProgramAppIdList []string
	// Plugins are those of the whole, then those of sub-packages, in order.
	Plugins []Plugin
	// PageOverrides holds the merged page.json of each page that extPages names.
	PageOverrides map[string]json.RawMessage
}

// Subpackage is one sub-package (分包).
type Subpackage struct {
	Root        string // without slashes at its ends
	Name        string
	Independent bool
	Pages       []string // without the root
}

// Plugin is one that the merged app.json uses.
type Plugin struct {
	Name     string // under which the code uses it
	Provider string // its appid
	Version  string
	Root     string // of the sub-package that uses it; empty: the whole
}

// PluginRight is what a merchant may do with a version of a plugin.
type PluginRight uint8

// The values of [PluginRight], each with what a commit answers.
const (
	PluginGranted        PluginRight = iota // nothing
	PluginUnknown                           // 80067
	PluginVersionUnknown                    // 80066
	PluginDenied                            // 80082: the merchant has not added it
)

// Rights are what the merchant's mini program may use. The zero value is all.
type Rights struct {
	// PrivateInfos are the location interfaces held, named as in
	// requiredPrivateInfos or with wx. before it. Nil: all; empty: none.
	PrivateInfos []string
	// Plugin returns what may be done with a plugin. The version is empty for one
	// that useExtendedLib brings. Nil: all are granted.
	Plugin func(provider, version string) PluginRight
}
