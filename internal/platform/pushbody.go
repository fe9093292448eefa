package platform

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// pushField is one element of a push.
type pushField struct {
	name, value string
	kind        pushFieldKind
	fields      []pushField // of a group
}

type pushFieldKind int

const (
	pushText   pushFieldKind = iota // in CDATA
	pushNumber                      // bare
	pushDigits                      // a number, and yet in CDATA: AuthorizationCodeExpiredTime
	pushGroup
)

func textField(name, value string) pushField { return pushField{name: name, value: value} }

func numberField(name string, n int64) pushField {
	return pushField{name: name, value: strconv.FormatInt(n, 10), kind: pushNumber}
}

func digitsField(name string, n int64) pushField {
	return pushField{name: name, value: strconv.FormatInt(n, 10), kind: pushDigits}
}

func groupField(name string, fields ...pushField) pushField {
	return pushField{name: name, kind: pushGroup, fields: fields}
}

// systemEvent returns the elements of a push to the authorization-event URL.
func systemEvent(component, infoType string, at time.Time, fields ...pushField) []pushField {
	return append([]pushField{
		textField("AppId", component),
		numberField("CreateTime", at.Unix()),
		textField("InfoType", infoType),
	}, fields...)
}

// pushBody writes the elements of a push.
func pushBody(format PushFormat, fields []pushField) (string, error) {
	var b strings.Builder
	if format == PushCloudJSON {
		err := writeJSON(&b, fields)
		return b.String(), err
	}
	b.WriteString("<xml>")
	for _, f := range fields {
		writeXML(&b, f)
		b.WriteByte('\n')
	}
	b.WriteString("</xml>")
	return b.String(), nil
}

// writeXML writes an element the way real pushes have it: text in CDATA, numbers
// bare.
func writeXML(b *strings.Builder, f pushField) {
	b.WriteString("<" + f.name + ">")
	switch f.kind {
	case pushNumber:
		b.WriteString(f.value)
	case pushGroup:
		for _, inner := range f.fields {
			b.WriteByte('\n')
			writeXML(b, inner)
		}
		b.WriteByte('\n')
	case pushText, pushDigits:
		// The end mark of CDATA within a text is split over two sections.
		b.WriteString("<![CDATA[" + strings.ReplaceAll(xmlText(f.value), "]]>", "]]]]><![CDATA[>") + "]]>")
	}
	b.WriteString("</" + f.name + ">")
}

// xmlText leaves out what no XML document may hold.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// writeJSON writes the elements as one object, in their order.
func writeJSON(b *strings.Builder, fields []pushField) error {
	b.WriteByte('{')
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Quote(f.name) + ":")
		switch f.kind {
		case pushNumber, pushDigits:
			b.WriteString(f.value)
		case pushGroup:
			if err := writeJSON(b, f.fields); err != nil {
				return err
			}
		case pushText:
			text, err := json.Marshal(f.value)
			if err != nil {
				return err
			}
			b.Write(text)
		}
	}
	b.WriteByte('}')
	return nil
}
