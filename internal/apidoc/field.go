package apidoc

import (
	"bytes"
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v4"
)

// members reads the properties of a schema of an object. What the example has is their
// example, and says that they are shown.
func (p *parser) members(schema, example node) ([]Field, error) {
	schema, err := p.resolve(schema)
	if err != nil {
		return nil, err
	}
	required := map[string]bool{}
	for _, name := range schema.get("required").items() {
		required[name.text()] = true
	}
	var out []Field
	known := map[string]bool{}
	for name, property := range schema.get("properties").members {
		f, err := p.field(name, property)
		if err != nil {
			return nil, fmt.Errorf("member %s: %w", name, err)
		}
		f.Required, known[name] = required[name], true
		if value := example.get(name); value.there() {
			f.Shown = true
			if f.Example, err = typed(value); err != nil {
				return nil, fmt.Errorf("member %s: %w", name, err)
			}
		}
		out = append(out, f)
	}
	for name := range example.members {
		if !known[name] {
			return nil, fmt.Errorf("the example has %s, and the schema has not", name)
		}
	}
	return out, nil
}

// field reads the schema of a member or parameter. A description beside a reference
// goes before that of what it leads to.
func (p *parser) field(name string, n node) (Field, error) {
	f := Field{Name: name}
	schema, err := p.resolve(n)
	if err != nil {
		return f, err
	}
	if f.Doc = both(n.get("description").text()); f.Doc.ZH == "" {
		f.Doc = both(schema.get("description").text())
	}
	if f.Type, err = typeOf(schema); err != nil {
		return f, err
	}
	f.Media = schema.get("contentMediaType").text()
	for _, value := range schema.get("enum").items() {
		f.Enum = append(f.Enum, value.text())
	}
	if value := schema.get("const"); value.there() {
		f.Enum = []string{value.text()}
	}
	bounds := schema
	if alternatives := schema.get("oneOf").items(); len(alternatives) > 0 {
		bounds = alternatives[0]
	}
	f.Limits = limits(bounds)
	if examples := schema.get("examples").items(); len(examples) > 0 {
		if f.Example, err = typed(examples[0]); err != nil {
			return f, err
		}
	}
	if f.Example == "" && len(f.Enum) > 0 {
		f.Example = f.Enum[0]
	}
	return f, nil
}

// limitNames are the words of OpenAPI, in the order that people read limits in.
var limitNames = []struct{ word, kind string }{
	{"minimum", LimitMin},
	{"maximum", LimitMax},
	{"minLength", LimitMinLength},
	{"maxLength", LimitMaxLength},
	{"minItems", LimitMinItems},
	{"maxItems", LimitMaxItems},
	{"pattern", LimitPattern},
}

func limits(schema node) []Limit {
	var out []Limit
	for _, l := range limitNames {
		if value := schema.get(l.word); value.there() {
			out = append(out, Limit{l.kind, value.text()})
		}
	}
	return out
}

// typeOf reads a type. That a member may be null is left out: a form leaves it out, too.
func typeOf(schema node) (Type, error) {
	if schema.get("format").text() == "binary" || schema.get("contentMediaType").there() {
		return File, nil
	}
	if alternatives := schema.get("oneOf").items(); len(alternatives) == 2 {
		if alternatives[0].get("type").text() == "integer" && alternatives[1].get("type").text() == "string" {
			return IntegerOrString, nil
		}
	}
	t := schema.get("type")
	for _, one := range t.items() {
		if one.text() != "null" {
			t = one
			break
		}
	}
	switch kind := Type(t.text()); kind {
	case String, Integer, Number, Boolean, Object, Array:
		return kind, nil
	default:
		return "", fmt.Errorf("its type is %q, which this package does not know", kind)
	}
}

// typed writes a value as it is typed into a form: text as it is, the rest as JSON.
func typed(n node) (string, error) {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" {
		return n.Value, nil
	}
	raw, err := n.json()
	if err != nil || n.Kind == yaml.ScalarNode {
		return string(raw), err
	}
	var out bytes.Buffer
	err = json.Indent(&out, raw, "", "  ")
	return out.String(), err
}
