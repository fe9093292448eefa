package extjson

import (
	"fmt"
	"strings"
)

const (
	// maxSize bounds ext_json in bytes. WeChat names no number; app.json has the
	// same bound when it is uploaded.
	maxSize = 1 << 20
	// maxDepth bounds how deep ext_json may be nested. WeChat names no number; it
	// is what PHP's json_encode writes by default.
	maxDepth = 512
)

// merger is one merge at work.
type merger struct {
	report
	p      *Prepared
	ext    *document
	rights Rights
	// given holds the members of ext_json by their canonical name, without null
	// ones and those that were found faulty.
	given map[string]int32
	order []string // the keys of given in the order of the text

	// What the merged configuration has, whatever is wrong with it.
	pages []string
	main  int
	subs  []Subpackage
	// chosen are the main pages if ext_json has them.
	chosen map[string]bool
}

// Merge is Prepare(t).Merge(extJSON, r), for a template that is committed once.
func Merge(extJSON string, t Template, r Rights) (*Config, []Fault) {
	return Prepare(t).Merge(extJSON, r)
}

// Merge merges the ext_json of a commit with the template. Where it may not be
// merged the configuration is nil and there are faults, up to 100 and in the
// order of the service's checks: the first is what the service answers.
func (p *Prepared) Merge(extJSON string, r Rights) (*Config, []Fault) {
	m := p.check(extJSON, r, false)
	if len(m.faults) > 0 {
		return nil, m.faults
	}
	return m.build(), nil
}

// Lint tells all that Merge refuses, and warns of what it takes although it is
// hardly meant; up to 100 of each.
func (p *Prepared) Lint(extJSON string, r Rights) (faults, warnings []Fault) {
	m := p.check(extJSON, r, true)
	return m.faults, m.warnings
}

// check runs the checks in the order in which a commit makes them; doc.go has it
// with its sources.
func (p *Prepared) check(extJSON string, r Rights, lint bool) *merger {
	m := &merger{report: report{source: extJSON, lint: lint}, p: p, rights: r}
	if p.broken != "" {
		m.templateFault(CodeInvalidTemplate, "", "$", p.broken+"; upload the code again and make a new template")
		return m
	}
	if !m.parse() {
		return m
	}
	m.checkStandard()
	m.collect()
	m.checkKinds()
	m.checkPages()
	m.checkPageOverrides()
	m.checkTabBar()
	m.checkPrivateInfos()
	m.checkPlugins()
	if lint {
		m.warn()
	}
	return m
}

// parse is 85048.
func (m *merger) parse() bool {
	if len(m.source) > maxSize {
		m.fault(CodeParseExtJSON, "", "$", 0, fmt.Sprintf("ext_json is %d bytes; at most %d are taken", len(m.source), maxSize))
		return false
	}
	if strings.TrimLeft(m.source, " \t\r\n") == "" {
		m.fault(CodeParseExtJSON, "", "$", 0, "ext_json is empty; write at least {}")
		return false
	}
	ext, err := parse(m.source, maxDepth)
	if err != nil {
		m.fault(CodeParseExtJSON, "", "$", err.at, "ext_json is not JSON: "+err.message)
		return false
	}
	m.ext = ext
	root := &ext.nodes[0]
	if root.kind == object {
		return true
	}
	message := "ext_json must be an object, {…}, not " + root.kind.String()
	switch {
	case root.kind == text:
		message += "; it is encoded twice: ext_json is a string that holds the object"
	case root.kind == array && root.count == 0:
		message += "; " + emptyPHPArray
	}
	m.fault(CodeParseExtJSON, "", "$", int(root.start), message)
	return false
}

const emptyPHPArray = "PHP writes an empty array so; use (object)[] or new stdClass"

// collect fills given. Of two spellings of a member the canonical one counts.
func (m *merger) collect() {
	m.given = make(map[string]int32, m.ext.nodes[0].count)
	for i := range m.ext.children(0) {
		n := &m.ext.nodes[i]
		name := canonical(n.key)
		if n.kind == null {
			continue
		}
		_, twice := m.given[name]
		if !twice {
			m.order = append(m.order, name)
		}
		if !twice || n.key == name {
			m.given[name] = i
		}
	}
}

// drop takes a faulty member out of the checks to come.
func (m *merger) drop(name string) { delete(m.given, name) }

// refuse tells of a fault where a value of the ext_json begins.
func (m *merger) refuse(code int, wire string, i int32, message string) {
	if !m.full() {
		m.fault(code, wire, m.ext.path(i), int(m.ext.nodes[i].start), message)
	}
}

// checkStandard is 9402203.
// https://developers.weixin.qq.com/community/develop/doc/0008ea953b49284a2f8c1f8755bc00
func (m *merger) checkStandard() {
	if !m.p.template.Standard {
		return
	}
	for i := range m.ext.children(0) {
		n := &m.ext.nodes[i]
		if standardMembers[n.key] || m.full() {
			continue
		}
		m.fault(CodeStandardTemplate, "", m.ext.path(i), int(n.keyStart),
			fmt.Sprintf("%s may not be in the ext_json of a standard template, only extAppid, ext and window; take it off", clip(n.key)))
	}
}
