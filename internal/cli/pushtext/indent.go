package pushtext

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

const (
	step = "  "
	// maxDepth bounds what is indented; pushes have three levels.
	maxDepth = 32
)

// Indent lays the body of a push out for people: an element or a member a line,
// otherwise as it stands. What is neither XML nor JSON comes back as it is.
func Indent(body string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(body), "", step) == nil {
		return b.String()
	}
	if text, ok := indentXML(body); ok {
		return text
	}
	return body
}

// layout writes elements with the bytes that they have: CDATA stays CDATA.
type layout struct {
	out   strings.Builder
	depth int
	text  string // since the last tag
	leaf  bool   // the last tag began an element
}

// indentXML fails for what is no XML, and for text beside elements, which
// indenting would change.
func indentXML(body string) (string, bool) {
	dec := xml.NewDecoder(strings.NewReader(body))
	var l layout
	for {
		began := dec.InputOffset()
		token, err := dec.Token()
		if err != nil {
			return l.out.String(), errors.Is(err, io.EOF) && l.out.Len() > 0 && strings.TrimSpace(l.text) == ""
		}
		raw := body[began:dec.InputOffset()]
		if _, isText := token.(xml.CharData); isText {
			l.text += raw
			continue
		}
		if _, ends := token.(xml.EndElement); ends && l.leaf {
			l.out.WriteString(l.text + raw)
			l.text, l.leaf = "", false
			l.depth--
			continue
		}
		if strings.TrimSpace(l.text) != "" || l.depth > maxDepth {
			return "", false
		}
		l.tag(token, raw)
	}
}

// tag writes a tag on a line of its own.
func (l *layout) tag(token xml.Token, raw string) {
	_, ends := token.(xml.EndElement)
	if ends {
		l.depth--
	}
	if l.out.Len() > 0 {
		l.out.WriteString("\n" + strings.Repeat(step, l.depth))
	}
	l.out.WriteString(raw)
	l.text = ""
	if _, l.leaf = token.(xml.StartElement); l.leaf {
		l.depth++
	}
}
