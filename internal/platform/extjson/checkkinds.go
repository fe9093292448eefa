package extjson

import (
	"fmt"
	"slices"
	"strings"
)

// checkKinds is 85013: a member of another type than its page tells.
func (m *merger) checkKinds() {
	for _, name := range m.order {
		i := m.given[name]
		if want := members[name].kinds; want != nil && !m.kind(i, want...) {
			m.drop(name)
			continue
		}
		switch name {
		case "extPages":
			m.items(i, object)
		case "plugins":
			m.checkPluginKinds(i)
		case "navigateToMiniProgramAppIdList":
			m.items(i, text)
		case "pages":
			// Nothing but other things is 85047, as observed: checkPages.
			if m.anyText(i) {
				m.items(i, text)
			}
		case "subPackages":
			m.checkSubpackageKinds(i)
		case "tabBar":
			m.checkTabBarKinds(i)
		}
	}
}

// kind refuses a value that is of none of the kinds.
func (m *merger) kind(i int32, want ...kind) bool {
	n := &m.ext.nodes[i]
	if slices.Contains(want, n.kind) {
		return true
	}
	if m.full() {
		return false
	}
	what := "item"
	if n.keyEnd != 0 {
		what = clip(n.key)
	}
	message := fmt.Sprintf("%s must be %s, not %s", what, want[0], n.kind)
	switch {
	case want[0] == object && n.kind == array && n.count == 0:
		message += "; " + emptyPHPArray
	case want[0] != text && n.kind == text && looksLike(want[0], m.ext.string(i)):
		message += "; it is encoded twice: write the value itself, not a string of it"
	}
	m.refuse(CodeInvalidExtJSON, "", i, message)
	return false
}

// looksLike tells that a string holds the JSON text of a kind.
func looksLike(k kind, s string) bool {
	switch k {
	case object:
		return strings.HasPrefix(s, "{")
	case array:
		return strings.HasPrefix(s, "[")
	case boolean:
		return s == "true" || s == "false"
	default:
		return false
	}
}

// items refuses each value within another that is not of a kind.
func (m *merger) items(parent int32, want kind) {
	for i := range m.ext.children(parent) {
		m.kind(i, want)
	}
}

// optional refuses a member that is there, not null and not of a kind, and
// returns its index if it is good.
func (m *merger) optional(parent int32, name string, want kind) int32 {
	i := m.ext.member(parent, name)
	if i == 0 || m.ext.nodes[i].kind == null || !m.kind(i, want) {
		return 0
	}
	return i
}

func (m *merger) anyText(parent int32) bool {
	for i := range m.ext.children(parent) {
		if m.ext.nodes[i].kind == text {
			return true
		}
	}
	return false
}

func (m *merger) checkPluginKinds(plugins int32) {
	for i := range m.ext.children(plugins) {
		if m.kind(i, object) {
			m.optional(i, "provider", text)
			m.optional(i, "version", text)
		}
	}
}

func (m *merger) checkSubpackageKinds(subs int32) {
	for i := range m.ext.children(subs) {
		if !m.kind(i, object) {
			continue
		}
		if root := m.ext.member(i, "root"); root == 0 {
			m.refuse(CodeInvalidExtJSON, "", i, "a sub-package without root; name its folder")
		} else {
			m.kind(root, text)
		}
		m.optional(i, "name", text)
		m.optional(i, "independent", boolean)
		if pages := m.optional(i, "pages", array); pages != 0 {
			m.items(pages, text)
		}
		if plugins := m.optional(i, "plugins", object); plugins != 0 {
			m.checkPluginKinds(plugins)
		}
	}
}

func (m *merger) checkTabBarKinds(tabBar int32) {
	list := m.optional(tabBar, "list", array)
	if list == 0 {
		return
	}
	for i := range m.ext.children(list) {
		if m.kind(i, object) {
			m.optional(i, "pagePath", text)
		}
	}
}
