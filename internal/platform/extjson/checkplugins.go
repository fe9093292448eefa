package extjson

import (
	"fmt"
	"regexp"
)

// usedPlugin is a plugin and where it is named.
type usedPlugin struct {
	Plugin
	doc *document
	at  int32
}

// plugins lists those of the merged app.json.
func (m *merger) plugins() []usedPlugin {
	var used []usedPlugin
	add := func(d *document, plugins int32, root string) {
		if !d.is(plugins, object) {
			return
		}
		for i := range d.children(plugins) {
			if d.nodes[i].kind != object {
				continue
			}
			used = append(used, usedPlugin{
				Plugin{Name: d.nodes[i].key, Provider: d.string(d.member(i, "provider")), Version: d.string(d.member(i, "version")), Root: root}, d, i,
			})
		}
	}
	d, plugins := m.effective("plugins")
	add(d, plugins, "")
	d, subs := m.effective("subPackages")
	if d.is(subs, array) {
		for item := range d.children(subs) {
			if plugins := d.member(item, "plugins"); plugins != 0 {
				add(d, plugins, d.subpackage(item).Root)
			}
		}
	}
	return used
}

// effective returns the document from which the merged app.json has a member that
// is replaced as a whole, and the member; 0 if there is none.
func (m *merger) effective(name string) (d *document, i int32) {
	if i, ok := m.given[name]; ok {
		return m.ext, i
	}
	if name == "subPackages" {
		name = m.p.subsKey
	}
	return m.p.app, m.p.app.member(0, name)
}

// pluginVersion is how a version may be written, and appidForm an appid.
// https://developers.weixin.qq.com/miniprogram/dev/framework/plugin/using.html
var (
	pluginVersion = regexp.MustCompile(`^(\d+\.\d+\.\d+|latest|dev(-[0-9A-Za-z]+)?)$`)
	appidForm     = regexp.MustCompile(`^wx[0-9a-f]{16}$`)
)

// checkPlugins is 80067, 80066 and 80082, for what the merged app.json uses.
func (m *merger) checkPlugins() {
	for _, u := range m.plugins() {
		if m.full() {
			return
		}
		right := m.pluginRight(u.Provider, u.Version)
		switch {
		case !appidForm.MatchString(u.Provider):
			m.refuseIn(u.doc, CodePluginNotFound, u.at, fmt.Sprintf("the plugin %s has no provider that is an appid (wx and 16 hex digits): %s", quote(u.Name), quote(u.Provider)))
		case right == PluginUnknown:
			m.refuseIn(u.doc, CodePluginNotFound, u.at, fmt.Sprintf("there is no plugin %s", u.Provider))
		case !pluginVersion.MatchString(u.Version):
			m.refuseIn(u.doc, CodePluginVersion, u.at, fmt.Sprintf("the version of the plugin %s is %s; write it as 1.2.3", quote(u.Name), quote(u.Version)))
		case right == PluginVersionUnknown:
			m.refuseIn(u.doc, CodePluginVersion, u.at, fmt.Sprintf("the plugin %s has no version %s", u.Provider, quote(u.Version)))
		case right == PluginDenied:
			m.denyPlugin(u.doc, u.at, u.Provider, "")
		}
	}
	d, weui := m.ext, int32(0)
	if libs, ok := m.given["useExtendedLib"]; ok {
		weui = m.ext.member(libs, "weui")
	}
	if weui == 0 {
		d = m.p.app
		if libs := d.member(0, "useExtendedLib"); libs != 0 {
			weui = d.member(libs, "weui")
		}
	}
	if weui != 0 && d.raw(weui) == "true" && m.pluginRight(weuiPlugin, "") != PluginGranted && !m.full() {
		m.denyPlugin(d, weui, weuiPlugin, ", which weui of useExtendedLib uses")
	}
}

func (m *merger) pluginRight(provider, version string) PluginRight {
	if m.rights.Plugin == nil {
		return PluginGranted
	}
	return m.rights.Plugin(provider, version)
}

// denyPlugin has the text that commits were answered with.
// https://developers.weixin.qq.com/community/minihome/doc/0000624e9d4cc88eb05d8d9e154c00
func (m *merger) denyPlugin(d *document, i int32, provider, why string) {
	wire := fmt.Sprintf("miniprogram has no permission to plugin[%s]", provider)
	message := fmt.Sprintf("the mini program has not added the plugin %s%s; add it (/wxa/plugin) or take it off", provider, why)
	if d == m.ext {
		m.refuse(CodePluginDenied, wire, i, message)
	} else {
		m.templateFault(CodePluginDenied, wire, d.path(i), message)
	}
}
