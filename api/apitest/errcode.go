package apitest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// texts says how a document's errors tell what went wrong.
type texts struct {
	whole bool // errmsg is the row's text and nothing else; no rid follows
}

// textsOf looks at the schema of errors: the uploader's spell errCode, and know no
// rid.
func textsOf(spec *openapi3.T) texts {
	if e, ok := spec.Components.Schemas["Error"]; ok {
		_, camel := e.Value.Properties["errCode"]
		return texts{whole: camel}
	}
	return texts{}
}

// check compares an errcode other than 0 with the rows that list what may come.
// Without rows there is nothing to compare.
func (t texts) check(rows []ErrorRow, body []byte) error {
	var e struct { // encoding/json takes errCode and errMsg for these, too
		Code int    `json:"errcode"`
		Msg  string `json:"errmsg"`
	}
	if rows == nil {
		return nil
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return fmt.Errorf("read the errcode: %w", err)
	}
	if e.Code == 0 {
		return nil
	}
	var known []string
	for _, row := range rows {
		if row.Code != e.Code {
			continue
		}
		if t.match(row.Errmsg, e.Msg) {
			return nil
		}
		known = append(known, row.Errmsg)
	}
	if known == nil {
		return fmt.Errorf("errcode %d is not among the x-errcodes of this call", e.Code)
	}
	return fmt.Errorf("errmsg %q is not the text of %d, %q", e.Msg, e.Code, known)
}

// match reports whether a message is a row's text.
func (t texts) match(row, msg string) bool {
	if t.whole {
		return (&ErrorRow{Errmsg: row}).Pattern().MatchString(msg)
	}
	rest, ok := strings.CutPrefix(msg, row)
	if start, _, named := strings.Cut(row, "{"); named && strings.HasPrefix(msg, start) {
		text, rid, _ := strings.Cut(msg, " rid: ")
		rest, ok = " rid: "+rid, (&ErrorRow{Errmsg: row}).Pattern().MatchString(text)
	}
	return ok && (strings.HasPrefix(rest, " rid: ") || strings.HasPrefix(rest, " requestIP: "))
}

// placeholder is a name in braces, once the text is quoted for a pattern.
var placeholder = regexp.MustCompile(`\\\{[a-z]+\\\}`)

// Pattern returns the expression that a whole message of this row matches, rid
// aside.
func (r *ErrorRow) Pattern() *regexp.Regexp {
	return regexp.MustCompile("(?s)^" + placeholder.ReplaceAllString(regexp.QuoteMeta(r.Errmsg), ".+") + "$")
}
