package apidoc

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// jsonNumber is a number as JSON writes it.
var jsonNumber = regexp.MustCompile(`^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$`)

// QueryOf writes the query of a call: the token first, if there is one, then the
// parameters that have a value, by name, in the order of the document.
func (op *Operation) QueryOf(token string, values map[string]string) string {
	var out strings.Builder
	add := func(name, value string) {
		if out.Len() > 0 {
			out.WriteByte('&')
		}
		out.WriteString(url.QueryEscape(name) + "=" + url.QueryEscape(value))
	}
	if token != "" {
		add(paramToken, token)
	}
	for _, f := range op.Query {
		if value := values[f.Name]; value != "" {
			add(f.Name, value)
		}
	}
	return out.String()
}

// BodyOf writes the JSON object of a call: the members that have a value, by name, in
// the order of the document. A value that does not fit its member's type is sent all
// the same, as whoever typed it would want to see refused: what is no number becomes a
// string, and what stands for an object or array is taken as it is, be it JSON or not.
// A call without such a body gets nil.
func (op *Operation) BodyOf(values map[string]string) []byte {
	if op.Body == nil || op.Body.Form {
		return nil
	}
	var out bytes.Buffer
	out.WriteByte('{')
	for _, f := range op.Body.Fields {
		value := values[f.Name]
		if value == "" {
			continue
		}
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		writeString(&out, f.Name)
		out.WriteByte(':')
		f.write(&out, value)
	}
	out.WriteByte('}')
	return out.Bytes()
}

func (f *Field) write(out *bytes.Buffer, value string) {
	switch f.Type {
	case Integer, Number, IntegerOrString:
		if jsonNumber.MatchString(value) {
			out.WriteString(value)
			return
		}
	case Boolean:
		if value == "true" || value == "false" {
			out.WriteString(value)
			return
		}
	case Object, Array:
		var compact bytes.Buffer
		if json.Compact(&compact, []byte(value)) == nil {
			value = compact.String()
		}
		out.WriteString(value)
		return
	case String, File:
	}
	writeString(out, value)
}

// Examples are the values of the document's example call, by name, and of the
// parameters that must be there.
func (op *Operation) Examples() map[string]string {
	out := map[string]string{}
	fields := op.Query
	if op.Body != nil {
		fields = slices.Concat(fields, op.Body.Fields)
	}
	for _, f := range fields {
		if f.Shown {
			out[f.Name] = f.Example
		}
	}
	return out
}
