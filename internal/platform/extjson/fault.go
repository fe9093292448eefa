package extjson

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// WeChat's return codes that a [Fault] may have. doc.go says when each is
// answered.
const (
	CodePluginVersion    = 80066
	CodePluginNotFound   = 80067
	CodePluginDenied     = 80082
	CodeInvalidExtJSON   = 85013
	CodeInvalidTemplate  = 85043
	CodePathNotExist     = 85045
	CodePagePathMissing  = 85046
	CodePagesEmpty       = 85047
	CodeParseExtJSON     = 85048
	CodePrivateInfoName  = 85310
	CodePrivateInfoMix   = 85311
	CodePrivateInfoRight = 85312
	CodeStandardTemplate = 9402203
)

// Fault is one thing wrong with an ext_json, or with what comes of it and the
// template together. Of a warning Code is 0.
type Fault struct {
	// Code is what WeChat answers.
	Code int
	// Text is the whole errmsg, without the rid, where it is not the constant
	// text of Code: where a name is in it, or where the service was seen to
	// answer something else. Otherwise empty.
	Text string
	// Path is where it is: $.tabBar.list[1].pagePath in the ext_json, or in the
	// template's app.json if Line is 0.
	Path string
	// Line and Column are where it begins in the ext_json, counted from 1, the
	// column in characters. Both are 0 if it is in the template.
	Line, Column int
	// Message says what is wrong and what to do, for the journal and for people:
	// it never goes on the wire.
	Message string
}

// String returns the fault as a linter prints it, without the name of a file.
func (f Fault) String() string {
	var s strings.Builder
	if f.Line > 0 {
		fmt.Fprintf(&s, "%d:%d: ", f.Line, f.Column)
	} else {
		s.WriteString("template: ")
	}
	fmt.Fprintf(&s, "%s: %s", f.Path, f.Message)
	if f.Code != 0 {
		fmt.Fprintf(&s, " (%d)", f.Code)
	}
	return s.String()
}

// maxListed bounds how many faults, and how many warnings, are told at once: more
// help nobody, and each costs time.
const maxListed = 100

// report collects faults. Their order is the order of the checks, so that the
// first is what the service answers.
type report struct {
	source   string // the ext_json
	lint     bool   // warnings are wanted
	faults   []Fault
	warnings []Fault
	at       cursor
}

// cursor is a byte of a text whose line and column are known. Most faults are
// found in the order of the text, so that counting can go on from the last.
type cursor struct{ at, line, column int }

func (r *report) position(at int) (line, column int) {
	c := &r.at
	if at < c.at || c.line == 0 {
		*c = cursor{0, 1, 1}
	}
	passed := r.source[c.at:at]
	if last := strings.LastIndexByte(passed, '\n'); last >= 0 {
		c.line += strings.Count(passed, "\n")
		c.column = 1
		passed = passed[last+1:]
	}
	c.column += utf8.RuneCountInString(passed)
	c.at = at
	return c.line, c.column
}

// fault tells of a refusal at a byte of the ext_json.
func (r *report) fault(code int, wire, path string, at int, message string) {
	if len(r.faults) >= maxListed {
		return
	}
	line, column := r.position(at)
	r.faults = append(r.faults, Fault{Code: code, Text: wire, Path: path, Line: line, Column: column, Message: message})
}

// templateFault tells of a refusal that the template causes.
func (r *report) templateFault(code int, wire, path, message string) {
	if len(r.faults) < maxListed {
		r.faults = append(r.faults, Fault{Code: code, Text: wire, Path: path, Message: message})
	}
}

// full tells that no more faults are listed, so that messages need not be made.
func (r *report) full() bool { return len(r.faults) >= maxListed }

// wants tells that a warning would be listed.
func (r *report) wants() bool { return r.lint && len(r.warnings) < maxListed }

func (r *report) warning(path string, at int, message string) {
	if !r.wants() {
		return
	}
	line, column := r.position(at)
	r.warnings = append(r.warnings, Fault{Path: path, Line: line, Column: column, Message: message})
}
