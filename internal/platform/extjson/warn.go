package extjson

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// warn tells what a commit takes although it is hardly meant.
func (m *merger) warn() {
	for _, i := range m.ext.duplicates {
		m.warnKey(i, "the name %s stands twice in the same object; only the last one counts", quote(m.ext.nodes[i].key))
	}
	known := slices.Sorted(maps.Keys(members))
	for i := range m.ext.children(0) {
		m.warnMember(i, known)
	}
	m.warnExt()
	m.warnPages()
	m.warnSubpackages()
	m.warnTabBar()
	m.warnEntries()
}

func (m *merger) warnValue(i int32, format string, args ...any) {
	if m.wants() {
		m.warning(m.ext.path(i), int(m.ext.nodes[i].start), fmt.Sprintf(format, args...))
	}
}

func (m *merger) warnKey(i int32, format string, args ...any) {
	if m.wants() {
		m.warning(m.ext.path(i), int(m.ext.nodes[i].keyStart), fmt.Sprintf(format, args...))
	}
}

// warnMember looks at the name of a member of the whole.
func (m *merger) warnMember(i int32, known []string) {
	n := &m.ext.nodes[i]
	name := canonical(n.key)
	_, ok := members[name]
	switch {
	case !m.wants():
	case n.kind == null:
		m.warnValue(i, "%s is null and counts as left out", clip(n.key))
	case !ok:
		m.warnKey(i, "%s is no member of ext_json or app.json%s; put what is your own into ext", quote(n.key), nearest(n.key, known))
	case m.given[name] != 0 && m.given[name] != i:
		m.warnKey(i, "%s and %s are the same; only %s counts", n.key, m.ext.nodes[m.given[name]].key, m.ext.nodes[m.given[name]].key)
	case n.key != name && name != "subPackages" && name != "functionalPages":
		m.warnKey(i, "%s is taken for %s; write that", n.key, name)
	}
}

// warnExt looks at what only DevTools or the code of the mini program reads.
func (m *merger) warnExt() {
	if i, ok := m.given["ext"]; ok && m.ext.nodes[i].kind == text {
		m.warnValue(i, "ext is a string; it is taken, but wx.getExtConfigSync then returns {}: write an object")
	}
	if i, ok := m.given["extAppid"]; ok {
		if appid := m.ext.string(i); appid != "" && !appidForm.MatchString(appid) {
			m.warnValue(i, "extAppid is %s, which is no appid (wx and 16 hex digits)", quote(appid))
		}
	}
	if i, ok := m.given["extEnable"]; ok && m.ext.raw(i) == "false" {
		m.warnValue(i, "extEnable is for DevTools; a commit uses ext_json even if it is false")
	}
	if i, ok := m.given["directCommit"]; ok && m.ext.raw(i) == "true" {
		m.warnValue(i, "directCommit is for uploads by DevTools and miniprogram-ci; a commit makes the trial version in any case")
	}
}

func (m *merger) warnPages() {
	seen := make(map[string]bool, len(m.pages))
	if i, ok := m.given["pages"]; ok {
		for item := range m.ext.children(i) {
			page := m.ext.string(item)
			if seen[page] {
				m.warnValue(item, "the page %s is listed twice", quote(page))
			}
			seen[page] = true
		}
	}
	for _, page := range m.pages {
		seen[page] = true
	}
	i, ok := m.given["extPages"]
	if !ok {
		return
	}
	for item := range m.ext.children(i) {
		page := m.ext.nodes[item].key
		if _, there := m.p.where[page]; there && !seen[page] {
			m.warnKey(item, "the page %s is left out by pages or subPackages, so that this has no effect", quote(page))
		}
	}
}

func (m *merger) warnSubpackages() {
	i, ok := m.given["subPackages"]
	if !ok {
		return
	}
	seen := map[string]bool{}
	for item := range m.ext.children(i) {
		sub := m.ext.subpackage(item)
		place, there := m.p.roots[sub.Root]
		if !there {
			continue
		}
		if seen[sub.Root] {
			m.warnValue(item, "the sub-package %s is listed twice; put its pages together", quote(sub.Root))
		}
		seen[sub.Root] = true
		if len(sub.Pages) == 0 {
			m.warnValue(item, "the sub-package %s is left without pages; leave it out, or name its pages", quote(sub.Root))
		}
		if m.p.subs[place].Independent && m.ext.member(item, "independent") == 0 {
			m.warnValue(item, "the sub-package %s is independent in the template; this replaces all of it, so that it is not any more: repeat independent", quote(sub.Root))
		}
	}
}

// warnTabBar looks at a list in the ext_json.
// https://developers.weixin.qq.com/miniprogram/dev/reference/configuration/app.html#tabBar
func (m *merger) warnTabBar() {
	d, list := m.tabs()
	if d != m.ext || list == 0 {
		return
	}
	if n := d.nodes[list].count; n < 2 || n > 5 {
		m.warnValue(list, "tabBar.list has %d entries; clients show 2 to 5", n)
	}
	for item := range d.children(list) {
		for _, name := range []string{"iconPath", "selectedIconPath"} {
			m.warnIcon(d.member(item, name))
		}
	}
}

func (m *merger) warnIcon(i int32) {
	icon := m.ext.string(i)
	switch {
	case icon == "":
	case strings.Contains(icon, "://"):
		m.warnValue(i, "the icon %s is not in the package; network pictures are not shown", quote(icon))
	case m.p.template.Files != nil && !m.p.hasFile(strings.TrimPrefix(icon, "/")):
		m.warnValue(i, "the template has no file %s", quote(icon))
	}
}

// warnEntries looks whether other members name pages that are gone.
func (m *merger) warnEntries() {
	if m.chosen == nil && m.given["subPackages"] == 0 && m.given["entryPagePath"] == 0 {
		return
	}
	d, i := m.effective("entryPagePath")
	entry := strings.TrimPrefix(d.string(i), "/")
	if entry == "" || slices.Contains(m.pages, entry) || !m.wants() {
		return
	}
	message := fmt.Sprintf("entryPagePath is %s, which is not among the pages that are left; the first page is opened", quote(entry))
	if d == m.ext {
		m.warning(d.path(i), int(d.nodes[i].start), message)
		return
	}
	m.warnings = append(m.warnings, Fault{Path: d.path(i), Message: message})
}
