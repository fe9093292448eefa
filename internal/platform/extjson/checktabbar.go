package extjson

import "fmt"

// tabs returns the document that has the list of the merged tabBar, and the list;
// 0 if there is none.
func (m *merger) tabs() (d *document, list int32) {
	if tabBar, ok := m.given["tabBar"]; ok {
		// A list of another type is 85013, a null one is none.
		if list := m.ext.member(tabBar, "list"); list != 0 {
			if !m.ext.is(list, array) {
				return m.ext, 0
			}
			return m.ext, list
		}
	}
	if tabBar := m.p.app.member(0, "tabBar"); tabBar != 0 {
		if list := m.p.app.member(tabBar, "list"); m.p.app.is(list, array) {
			return m.p.app, list
		}
	}
	return m.p.app, 0
}

// checkTabBar is 85045, then 85046, for the merged tabBar. Its pages must be in
// pages: "必须在 pages 中先定义".
// https://developers.weixin.qq.com/miniprogram/dev/reference/configuration/app.html#tabBar
func (m *merger) checkTabBar() {
	d, list := m.tabs()
	if list == 0 {
		return
	}
	var nameless []int32
	for i := range d.children(list) {
		if d.nodes[i].kind != object {
			continue
		}
		page := d.member(i, "pagePath")
		switch {
		case page == 0 || d.nodes[page].kind == null || d.is(page, text) && d.string(page) == "":
			nameless = append(nameless, i)
		case d.is(page, text) && !m.full():
			m.checkTab(d, page)
		}
	}
	for _, i := range nameless {
		m.refuseIn(d, CodePagePathMissing, i, "an entry of tabBar.list without pagePath; name its page")
	}
}

// checkTab refuses a tab whose page is not in the main package.
func (m *merger) checkTab(d *document, i int32) {
	page := d.string(i)
	place, there := m.p.where[page]
	if there && place == 0 && (m.chosen == nil || m.chosen[page]) {
		return
	}
	var message string
	switch {
	case there && place > 0:
		message = fmt.Sprintf("the page %s of a tab is in a sub-package; tabs are for pages of the main package", quote(page))
	case there && d == m.p.app:
		message = fmt.Sprintf("the template has the page %s as a tab, but pages of ext_json leaves it out; add it, or give another tabBar.list", quote(page))
	case there:
		message = fmt.Sprintf("the page %s of a tab is not in pages of ext_json; add it there", quote(page))
	default:
		message = fmt.Sprintf("the template has no page %s for a tab%s", quote(page), m.p.hint(page, 0))
	}
	m.refuseIn(d, CodePathNotExist, i, message)
}

// refuseIn tells of a fault in the ext_json or in the template's app.json.
func (m *merger) refuseIn(d *document, code int, i int32, message string) {
	if d == m.ext {
		m.refuse(code, "", i, message)
	} else if !m.full() {
		m.templateFault(code, "", d.path(i), message)
	}
}
