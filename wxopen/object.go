package wxopen

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// object is a JSON object of the service, read leniently: numbers may be
// strings and strings numbers, null counts as absent, and what nobody asked
// for is kept.
type object map[string]json.RawMessage

// UnmarshalJSON reads a JSON object; raw control characters in strings, which
// the service is known to let through, are taken for escaped ones.
func (o *object) UnmarshalJSON(text []byte) error {
	if !json.Valid(text) {
		text = escapeControls(text)
	}
	fields := map[string]json.RawMessage(nil)
	if err := json.Unmarshal(text, &fields); err != nil {
		return err
	}
	if fields == nil {
		return fmt.Errorf("null in place of an object")
	}
	*o = fields
	return nil
}

// value returns a member, nil when it is absent or null.
func (o object) value(name string) json.RawMessage {
	raw := bytes.TrimSpace(o[name])
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	return raw
}

// number returns a whole number and whether it is there. An empty string
// counts as absent.
func (o object) number(name string) (n int64, has bool, err error) {
	raw := o.value(name)
	if raw == nil {
		return 0, false, nil
	}
	digits := string(raw)
	if raw[0] == '"' {
		if err := json.Unmarshal(raw, &digits); err != nil {
			return 0, false, fmt.Errorf("%s: %w", name, err)
		}
		if digits = strings.TrimSpace(digits); digits == "" {
			return 0, false, nil
		}
	}
	if n, err = strconv.ParseInt(digits, 10, 64); err == nil {
		return n, true, nil
	}
	// A whole number may be written as 4.0 or 1.5e9.
	const exact = 1 << 53
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > exact {
		return 0, false, fmt.Errorf("%s is %s, not a whole number", name, excerpt(string(raw)))
	}
	return int64(f), true, nil
}

// text returns a string, empty when it is absent. What is no string is
// returned as it is written. Bytes that are no UTF-8 become U+FFFD in either case.
func (o object) text(name string) string {
	raw := o.value(name)
	if raw == nil {
		return ""
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return string([]rune(string(raw))) // as encoding/json does in strings
	}
	return s
}

// list reads an array into items; an absent one leaves them as they are.
func (o object) list(name string, items any) error {
	raw := o.value(name)
	if raw == nil {
		return nil
	}
	if err := json.Unmarshal(raw, items); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// reader takes members out of an object one by one and remembers the first
// error, so that reading many needs one check.
type reader struct {
	object
	known map[string]bool
	err   error
}

func (o object) reader() *reader { return &reader{object: o, known: map[string]bool{}} }

func read(text []byte) (*reader, error) {
	var o object
	err := o.UnmarshalJSON(text)
	return o.reader(), err
}

func (r *reader) number(name string) (n int64, has bool) {
	r.known[name] = true
	n, has, err := r.object.number(name)
	if r.err == nil {
		r.err = err
	}
	return n, has
}

func (r *reader) optional(name string) *int64 {
	if n, has := r.number(name); has {
		return &n
	}
	return nil
}

// id reads a number that has to be there: 0 is a valid id.
func (r *reader) id(name string) int64 {
	n, has := r.number(name)
	if !has && r.err == nil {
		r.err = fmt.Errorf("an item without %s", name)
	}
	return n
}

// seconds reads Unix seconds.
func (r *reader) seconds(name string) time.Time {
	n, has := r.number(name)
	if !has {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

func (r *reader) text(name string) string {
	r.known[name] = true
	return r.object.text(name)
}

func (r *reader) list(name string, items any) {
	r.known[name] = true
	if err := r.object.list(name, items); err != nil && r.err == nil {
		r.err = err
	}
}

// rest returns the members that were not asked for, nil when there are none.
func (r *reader) rest() map[string]json.RawMessage {
	extra := map[string]json.RawMessage(nil)
	for name, raw := range r.object {
		if r.known[name] {
			continue
		}
		if extra == nil {
			extra = map[string]json.RawMessage{}
		}
		extra[name] = raw
	}
	return extra
}

// unixSeconds is the wire form of a time; the zero time is 0.
func unixSeconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// withExtra marshals known, which gives a JSON object, followed by the members
// of extra in order of their names.
func withExtra(known any, extra map[string]json.RawMessage) ([]byte, error) {
	text, err := json.Marshal(known)
	if err != nil || len(extra) == 0 {
		return text, err
	}
	out := bytes.NewBuffer(text[:len(text)-1])
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		out.Write(key)
		out.WriteByte(':')
		out.Write(extra[name])
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// escapeControls returns text with the raw control characters inside of its
// strings escaped.
func escapeControls(text []byte) []byte {
	out := make([]byte, 0, len(text)+16)
	inString, escaped := false, false
	for _, b := range text {
		switch {
		case !inString:
			inString = b == '"'
		case b < 0x20:
			if escaped {
				// A backslash before a raw control character stands for nothing.
				out = out[:len(out)-1]
				escaped = false
			}
			out = fmt.Appendf(out, `\u%04x`, b)
			continue
		case escaped:
			escaped = false
		case b == '\\':
			escaped = true
		case b == '"':
			inString = false
		}
		out = append(out, b)
	}
	return out
}
