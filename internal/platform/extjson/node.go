package extjson

import (
	"iter"
	"strconv"
	"strings"
)

// children returns the indexes of the values within an object or an array, but
// for members that a later one overrides.
func (d *document) children(parent int32) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		for i := d.nodes[parent].first; i != 0; i = d.nodes[i].next {
			if !d.nodes[i].shadowed && !yield(i) {
				return
			}
		}
	}
}

// member returns the index of an object's member, 0 if there is none or parent
// is no object.
func (d *document) member(parent int32, name string) int32 {
	if d.nodes[parent].kind != object {
		return 0
	}
	for i := range d.children(parent) {
		if d.nodes[i].key == name {
			return i
		}
	}
	return 0
}

// is tells whether a value that member returned is there and of a kind.
func (d *document) is(i int32, k kind) bool {
	return i != 0 && d.nodes[i].kind == k
}

// raw returns a value as it is written.
func (d *document) raw(i int32) string {
	return d.text[d.nodes[i].start:d.nodes[i].end]
}

// string returns the string that a value is, "" if it is none or i is 0.
func (d *document) string(i int32) string {
	if !d.is(i, text) {
		return ""
	}
	return unquote(d.raw(i))
}

// strings returns the strings of an array, none if i is 0 or no array.
func (d *document) strings(i int32) []string {
	if !d.is(i, array) {
		return []string{}
	}
	out := make([]string, 0, d.nodes[i].count)
	for item := range d.children(i) {
		if d.nodes[item].kind == text {
			out = append(out, d.string(item))
		}
	}
	return out
}

// appendCompact appends a value without white space and without members that a
// later one overrides.
func (d *document) appendCompact(out []byte, i int32) []byte {
	n := &d.nodes[i]
	switch n.kind {
	case object:
		out = append(out, '{')
		for m := range d.children(i) {
			out = d.appendMember(out, m)
		}
		return append(out, '}')
	case array:
		out = append(out, '[')
		for item := range d.children(i) {
			out = comma(out)
			out = d.appendCompact(out, item)
		}
		return append(out, ']')
	default:
		return append(out, d.raw(i)...)
	}
}

// appendMember appends a name and its value to an object that is open.
func (d *document) appendMember(out []byte, i int32) []byte {
	out = append(comma(out), d.text[d.nodes[i].keyStart:d.nodes[i].keyEnd]...)
	return d.appendCompact(append(out, ':'), i)
}

// comma appends one unless the last bracket has just been opened.
func comma(out []byte) []byte {
	if c := out[len(out)-1]; c == '{' || c == '[' {
		return out
	}
	return append(out, ',')
}

// path returns where a value is: $.tabBar.list[1].pagePath.
func (d *document) path(target int32) string {
	var path strings.Builder
	path.WriteByte('$')
	for at := int32(0); at != target; {
		position := 0
		for i := d.nodes[at].first; ; i = d.nodes[i].next {
			if i == 0 {
				return path.String()
			}
			if next := d.nodes[i].next; target < i || next != 0 && target >= next {
				position++
				continue
			}
			if d.nodes[at].kind == array {
				path.WriteString("[" + strconv.Itoa(position) + "]")
			} else {
				path.WriteString(step(d.nodes[i].key))
			}
			at = i
			break
		}
	}
	return path.String()
}

// step returns a member's part of a path: .name, or ["pages/index/index"] where
// a dot would be misread.
func step(name string) string {
	if name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$") == "" {
		return "." + clip(name)
	}
	return "[" + quote(name) + "]"
}

const maxQuoted = 120

// clip makes a name of any length fit for a message.
func clip(s string) string {
	if len(s) <= maxQuoted {
		return s
	}
	return strings.ToValidUTF8(s[:maxQuoted], "") + "…"
}

func quote(s string) string { return strconv.Quote(clip(s)) }
