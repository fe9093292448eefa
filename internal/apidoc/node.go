package apidoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// node is a value of the document, behind its aliases; nil where there is none.
type node struct{ *yaml.Node }

func wrap(n *yaml.Node) node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return node{n}
}

// get returns a member of a mapping.
func (n node) get(name string) node {
	for key, value := range n.members {
		if key == name {
			return value
		}
	}
	return node{}
}

// members goes over a mapping in the order of the document.
func (n node) members(yield func(string, node) bool) {
	if n.Node == nil || n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !yield(n.Content[i].Value, wrap(n.Content[i+1])) {
			return
		}
	}
}

// items are the elements of a sequence.
func (n node) items() []node {
	if n.Node == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	out := make([]node, 0, len(n.Content))
	for _, item := range n.Content {
		out = append(out, wrap(item))
	}
	return out
}

// text is the value of a scalar.
func (n node) text() string {
	if n.Node == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

func (n node) there() bool { return n.Node != nil }

// json writes a value as JSON; its members stay in order.
func (n node) json() (json.RawMessage, error) {
	var out bytes.Buffer
	err := n.writeJSON(&out)
	return out.Bytes(), err
}

func (n node) writeJSON(out *bytes.Buffer) error {
	switch {
	case n.Node == nil:
		return errors.New("a value is missing")
	case n.Kind == yaml.MappingNode:
		var parts []func(*bytes.Buffer) error
		for name, value := range n.members {
			parts = append(parts, func(out *bytes.Buffer) error {
				writeString(out, name)
				out.WriteByte(':')
				return value.writeJSON(out)
			})
		}
		return writeAll(out, '{', '}', parts)
	case n.Kind == yaml.SequenceNode:
		var parts []func(*bytes.Buffer) error
		for _, item := range n.items() {
			parts = append(parts, item.writeJSON)
		}
		return writeAll(out, '[', ']', parts)
	case n.Kind != yaml.ScalarNode:
		return fmt.Errorf("line %d: no value that JSON has", n.Line)
	}
	switch tag := n.ShortTag(); tag {
	case "!!str", "!!timestamp":
		writeString(out, n.Value)
	case "!!null":
		out.WriteString("null")
	case "!!int", "!!float", "!!bool":
		if !json.Valid([]byte(n.Value)) {
			return fmt.Errorf("line %d: %s is not written as JSON writes it", n.Line, n.Value)
		}
		out.WriteString(n.Value)
	default:
		return fmt.Errorf("line %d: %s is no type that JSON has", n.Line, tag)
	}
	return nil
}

func writeAll(out *bytes.Buffer, begin, end byte, parts []func(*bytes.Buffer) error) error {
	out.WriteByte(begin)
	for i, part := range parts {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := part(out); err != nil {
			return err
		}
	}
	out.WriteByte(end)
	return nil
}

// writeString writes a JSON string; letters stay as they are.
func writeString(out *bytes.Buffer, s string) {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	out.Truncate(out.Len() - 1) // the line break
}

// both splits "中文 · English".
func both(s string) Text {
	zh, en, split := strings.Cut(strings.TrimSpace(s), " · ")
	if !split {
		return Text{zh, zh}
	}
	return Text{zh, en}
}

// lines splits a description whose Chinese lines end in a Chinese full stop.
func lines(s string) Text {
	var zh, en []string
	for line := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		if line = strings.TrimSpace(line); strings.HasSuffix(line, "。") {
			zh = append(zh, line)
		} else {
			en = append(en, line)
		}
	}
	out := Text{strings.Join(zh, ""), strings.Join(en, " ")}
	if out.ZH == "" {
		out.ZH = out.EN
	}
	if out.EN == "" {
		out.EN = out.ZH
	}
	return out
}
