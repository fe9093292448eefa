package extjson

import (
	"fmt"
	"strings"
)

// emptyPages is what the service was seen to answer to pages of objects, with the
// rid put before the quoted word and its quotation marks unescaped, so that the
// answer was no JSON. We send the sentence whole.
// https://developers.weixin.qq.com/community/personal/oCJUsw747TQ2z8w-H3IqU0qdQIGU/follow
// https://developers.weixin.qq.com/community/develop/article/doc/0006cc67544458cb19ee996a85b413
const emptyPages = `error: invalid file : ext.json, has empty array member "pages"`

// checkPages is 85047, and 85045 for pages and subPackages. It is the merged list
// that is checked: a template whose own app.json names a page that it lacks is
// refused, too.
// https://developers.weixin.qq.com/community/develop/doc/000c84094d82c0241a6df59255bc00
func (m *merger) checkPages() {
	m.pages, m.main, m.subs = m.p.pages, m.p.main, m.p.subs
	pages, hasPages := m.given["pages"]
	subs, hasSubs := m.given["subPackages"]
	if hasPages && !m.anyText(pages) {
		message := "pages is empty; name at least one page, or leave pages out to keep the template's"
		if m.ext.nodes[pages].count > 0 {
			message = "pages holds no strings; name each page by its path alone, without an object around it"
		}
		m.refuse(CodePagesEmpty, emptyPages, pages, message)
		m.drop("pages")
		hasPages = false
	}
	if hasPages || hasSubs {
		m.compose(pages, subs)
	}
	if len(m.p.missing) > 0 {
		m.checkFiles()
	}
	if len(m.pages) == 0 && len(m.faults) == 0 {
		m.templateFault(CodePagesEmpty, "", "$.pages", "neither the template nor ext_json names a page")
	}
}

// checkFiles is 85045 for pages that the template itself lacks.
func (m *merger) checkFiles() {
	for _, page := range m.pages {
		if m.p.missing[page] && !m.full() {
			m.templateFault(CodePathNotExist, "", m.p.pathOf(page),
				fmt.Sprintf("the template lists the page %s, but has no %s.wxml, .js or .ts", quote(page), clip(page)))
		}
	}
}

// compose makes the merged list of pages where ext_json has a part of it.
func (m *merger) compose(pages, subs int32) {
	m.pages = nil
	if pages == 0 {
		m.pages = append(m.pages, m.p.pages[:m.p.main]...)
	} else {
		m.chosen = make(map[string]bool, m.ext.nodes[pages].count)
		for i := range m.ext.children(pages) {
			if page := m.ext.string(i); m.checkPage(i, page, page, 0) {
				m.pages = append(m.pages, page)
				m.chosen[page] = true
			}
		}
	}
	m.main = len(m.pages)
	if subs == 0 {
		m.pages = append(m.pages, m.p.pages[m.p.main:]...)
		return
	}
	m.subs = nil
	for item := range m.ext.children(subs) {
		m.composeSubpackage(item)
	}
}

func (m *merger) composeSubpackage(item int32) {
	root := m.ext.member(item, "root")
	if !m.ext.is(root, text) {
		return // 85013
	}
	sub := m.ext.subpackage(item)
	declared, ok := m.p.roots[sub.Root]
	if !ok {
		if !m.full() {
			m.refuse(CodePathNotExist, "", root, fmt.Sprintf("the template has no sub-package %s; ext_json can only choose among the template's%s",
				quote(m.ext.string(root)), nearest(sub.Root, rootsOf(m.p.subs))))
		}
		return
	}
	if pages := m.ext.member(item, "pages"); m.ext.is(pages, array) {
		for i := range m.ext.children(pages) {
			page := m.ext.string(i)
			if full := sub.Root + "/" + page; m.checkPage(i, page, full, 1+declared) {
				m.pages = append(m.pages, full)
			}
		}
	}
	m.subs = append(m.subs, sub)
}

// checkPage refuses a page that the template does not have at a place: 0 for the
// main package, else 1 + the index of the sub-package.
func (m *merger) checkPage(i int32, written, page string, place int) bool {
	if m.ext.nodes[i].kind != text {
		return false // 85013
	}
	at, ok := m.p.where[page]
	if ok && at == place {
		return true
	}
	if m.full() {
		return false
	}
	message := fmt.Sprintf("the template has no page %s; ext_json can only choose among the template's pages", quote(page))
	switch {
	case ok && at == 0:
		message = fmt.Sprintf("%s is a page of the main package; it belongs to pages", quote(page))
	case ok:
		message = fmt.Sprintf("%s is a page of the sub-package %s; it belongs to the pages of that in subPackages", quote(page), quote(m.p.subs[at-1].Root))
	default:
		message += m.p.hint(written, place)
	}
	m.refuse(CodePathNotExist, "", i, message)
	return false
}

// hint says which page is meant by one that is not there.
func (p *Prepared) hint(written string, place int) string {
	prefix, candidates := "", p.pages[:p.main]
	if place > 0 {
		prefix, candidates = p.subs[place-1].Root+"/", p.subs[place-1].Pages
	}
	plain, _, query := strings.Cut(written, "?")
	plain = strings.TrimLeft(plain, "/")
	bare := plain
	for _, ending := range []string{".html", ".wxml", ".json", ".js", ".ts"} {
		bare = strings.TrimSuffix(bare, ending)
	}
	for _, meant := range []string{bare, strings.TrimPrefix(bare, prefix)} {
		if at, ok := p.where[prefix+meant]; !ok || at != place || meant == written {
			continue
		}
		switch {
		case query:
			return fmt.Sprintf("; a query does not belong here: write %s", quote(meant))
		case strings.HasPrefix(written, "/"):
			return fmt.Sprintf("; paths have no slash before them: write %s", quote(meant))
		case bare != plain:
			return fmt.Sprintf("; paths have no ending: write %s", quote(meant))
		}
		return fmt.Sprintf("; paths of a sub-package's pages are without its root: write %s", quote(meant))
	}
	return nearest(bare, candidates)
}

// pathOf returns where the template's app.json lists a page.
func (p *Prepared) pathOf(page string) string {
	for i, known := range p.pages[:p.main] {
		if known == page {
			return fmt.Sprintf("$.pages[%d]", i)
		}
	}
	for i, sub := range p.subs {
		for j, known := range sub.Pages {
			if sub.Root+"/"+known == page {
				return fmt.Sprintf("$.%s[%d].pages[%d]", p.subsKey, i, j)
			}
		}
	}
	return "$.pages"
}

func rootsOf(subs []Subpackage) []string {
	roots := make([]string, len(subs))
	for i, sub := range subs {
		roots[i] = sub.Root
	}
	return roots
}

// checkPageOverrides is 85045 for the pages that extPages names.
func (m *merger) checkPageOverrides() {
	pages, ok := m.given["extPages"]
	if !ok {
		return
	}
	for i := range m.ext.children(pages) {
		n := &m.ext.nodes[i]
		if _, there := m.p.where[n.key]; there || m.full() {
			continue
		}
		m.fault(CodePathNotExist, "", m.ext.path(i), int(n.keyStart),
			fmt.Sprintf("extPages has %s, which is no page of the template%s", quote(n.key), m.p.hintAny(n.key)))
	}
}

// hintAny is hint for a page of whatever part, with its root.
func (p *Prepared) hintAny(written string) string {
	if hint := p.hint(written, 0); hint != "" {
		return hint
	}
	return nearest(written, p.pages[p.main:])
}
