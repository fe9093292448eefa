package extjson

import (
	"encoding/json"
	"strings"
)

// build makes the configuration of a merge without faults.
func (m *merger) build() *Config {
	c := &Config{AppJSON: m.mergedApp(), Pages: m.pages, MainPages: m.main, Subpackages: m.subs}
	if d, i := m.effective("extAppid"); i != 0 {
		c.ExtAppid = d.string(i)
	}
	if d, i := m.effective("ext"); i != 0 {
		c.Ext = d.appendCompact(nil, i)
	}
	if i, ok := m.given["directCommit"]; ok {
		c.DirectCommit = m.ext.raw(i) == "true"
	}
	if d, i := m.effective("requiredPrivateInfos"); i != 0 {
		c.RequiredPrivateInfos = d.strings(i)
	}
	if d, i := m.effective("navigateToMiniProgramAppIdList"); i != 0 {
		c.NavigateToMiniProgramAppIdList = d.strings(i)
	}
	given, has := m.given["tabBar"]
	switch own := m.p.app.member(0, "tabBar"); {
	case own != 0 && has:
		c.TabBar = m.mergeObjects(nil, own, given)
	case own != 0:
		c.TabBar = json.RawMessage(m.p.app.raw(own))
	case has:
		c.TabBar = m.ext.appendCompact(nil, given)
	}
	for _, u := range m.plugins() {
		c.Plugins = append(c.Plugins, u.Plugin)
	}
	c.PageOverrides = m.pageOverrides()
	return c
}

// mergedApp returns the merged app.json.
func (m *merger) mergedApp() []byte {
	app := m.p.app
	out := append(make([]byte, 0, len(app.text)+len(m.source)+64), '{')
	written := make(map[string]bool, len(m.given))
	for i := range app.children(0) {
		n := &app.nodes[i]
		name := n.key
		if name == m.p.subsKey {
			name = "subPackages"
		}
		e, ok := m.given[name]
		if !ok || members[name].mode == perPage {
			out = append(comma(out), app.text[n.keyStart:n.end]...)
			continue
		}
		written[name] = true
		out = append(append(comma(out), app.text[n.keyStart:n.keyEnd]...), ':')
		switch members[name].mode {
		case byKey, insert:
			out = m.mergeObjects(out, i, e)
		default:
			out = m.ext.appendCompact(out, e)
		}
	}
	for _, name := range m.order {
		e := m.given[name]
		if written[name] || members[name].mode == perPage {
			continue
		}
		if m.ext.nodes[e].key == name {
			out = m.ext.appendMember(out, e)
			continue
		}
		out = append(append(append(comma(out), '"'), name...), '"', ':')
		out = m.ext.appendCompact(out, e)
	}
	return append(out, '}')
}

// mergeObjects appends the template's value i with each key that the ext_json's
// value e has; e alone if they are not both objects.
func (m *merger) mergeObjects(out []byte, i, e int32) []byte {
	app := m.p.app
	if app.nodes[i].kind != object || m.ext.nodes[e].kind != object {
		return m.ext.appendCompact(out, e)
	}
	return overlay(out, app, i, m.ext, e)
}

// overlay appends an object with the members of another over its own.
func overlay(out []byte, below *document, i int32, above *document, e int32) []byte {
	over := make(map[string]int32, above.nodes[e].count)
	for k := range above.children(e) {
		over[above.nodes[k].key] = k
	}
	out = append(out, '{')
	for k := range below.children(i) {
		n := &below.nodes[k]
		if by, ok := over[n.key]; ok {
			out = append(append(comma(out), below.text[n.keyStart:n.keyEnd]...), ':')
			out = above.appendCompact(out, by)
			delete(over, n.key)
			continue
		}
		out = below.appendMember(out, k)
	}
	for k := range above.children(e) {
		if _, left := over[above.nodes[k].key]; left {
			out = above.appendMember(out, k)
		}
	}
	return append(out, '}')
}

// pageOverrides merges what extPages has into the page.json of each page. A
// page.json that is no JSON object counts as none: what it is worth was for the
// upload to say.
func (m *merger) pageOverrides() map[string]json.RawMessage {
	pages, ok := m.given["extPages"]
	if !ok {
		return nil
	}
	overrides := make(map[string]json.RawMessage, m.ext.nodes[pages].count)
	for i := range m.ext.children(pages) {
		page := m.ext.nodes[i].key
		overrides[page] = m.pageJSON(page, i)
	}
	return overrides
}

func (m *merger) pageJSON(page string, i int32) json.RawMessage {
	if read := m.p.template.PageJSON; read != nil {
		if data, ok := read(page); ok {
			own, err := parse(strings.TrimPrefix(string(data), "\uFEFF"), maxTemplateDepth)
			if err == nil && own.nodes[0].kind == object {
				return overlay(nil, own, 0, m.ext, i)
			}
		}
	}
	return m.ext.appendCompact(nil, i)
}
