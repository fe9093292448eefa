package wxopen

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// EventField is one element of a push: a text, or elements inside it.
type EventField struct {
	Name string
	// Text is what stands in the element, CDATA or not. It is empty when there are
	// elements inside.
	Text   string
	Fields EventFields
}

// EventFields are the elements of a push, or of one of its elements, in the order
// in which they came.
type EventFields []EventField

// All returns the elements of a name, as it is written in the push.
func (f EventFields) All(name string) []EventField {
	var all []EventField
	for _, field := range f {
		if field.Name == name {
			all = append(all, field)
		}
	}
	return all
}

// Text returns the text of the first element of a name, empty when there is none.
// More names lead into the elements inside: Text("info", "name").
func (f EventFields) Text(name ...string) string {
	for i, wanted := range name {
		var found *EventField
		for at := range f {
			if f[at].Name == wanted {
				found = &f[at]
				break
			}
		}
		switch {
		case found == nil:
			return ""
		case i == len(name)-1:
			return found.Text
		}
		f = found.Fields
	}
	return ""
}

// Int returns the number of an element, 0 when it is missing or no whole number.
func (f EventFields) Int(name ...string) int64 {
	n, _ := f.number(name...)
	return n
}

func (f EventFields) number(name ...string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(f.Text(name...)), 10, 64)
	if err != nil {
		return 0, false
	}
	return n, true
}

// Time returns the time of an element that holds Unix seconds, in CDATA or not.
// It is zero when the element is missing, holds 0 or something else.
func (f EventFields) Time(name ...string) time.Time {
	const beyond = 253_402_300_800 // the year 10000, which JSON cannot write
	n, ok := f.number(name...)
	if !ok || n <= 0 || n >= beyond {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

// maxEventDepth bounds how deep elements of a push lie in each other. The deepest
// known one (wxa_appeal_record) has 4.
const maxEventDepth = 16

// parseEventXML reads the elements inside of <xml>. Its errors do not quote the
// text, which may hold a ticket or a code.
func parseEventXML(text []byte) (EventFields, error) {
	d := xml.NewDecoder(bytes.NewReader(text)) //nolint:gosec // read token by token, bounded in depth; it knows no entities of its own
	var fields EventFields
	for read := false; ; {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && read:
			return fields, nil
		case err != nil:
			return nil, errEventXML(d)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if read || start.Name.Local != "xml" {
			return nil, errEventXML(d)
		}
		root, err := parseElement(d, "xml", 1)
		if err != nil {
			return nil, err
		}
		fields, read = root.Fields, true
	}
}

func parseElement(d *xml.Decoder, name string, depth int) (EventField, error) {
	if depth > maxEventDepth {
		return EventField{}, errEventXML(d)
	}
	field := EventField{Name: name}
	var characters strings.Builder
	for {
		token, err := d.Token()
		if err != nil {
			return EventField{}, errEventXML(d)
		}
		switch token := token.(type) {
		case xml.StartElement:
			inner, err := parseElement(d, token.Name.Local, depth+1)
			if err != nil {
				return EventField{}, err
			}
			field.Fields = append(field.Fields, inner)
		case xml.CharData:
			characters.Write(token)
		case xml.EndElement:
			if field.Fields == nil {
				field.Text = characters.String()
			}
			return field, nil
		}
	}
}

func errEventXML(d *xml.Decoder) error {
	return fmt.Errorf("%w (byte %d)", ErrEventXML, d.InputOffset())
}
