package config

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// decoder lays a YAML document over Go values. Unlike the library's own it goes
// on after a problem, says what is allowed, and remembers the line of each value.
type decoder struct {
	problems *problems
	warnings []string // keys without an effect, by path
	merged   int      // merge keys that were followed
}

// nodeDecoder is a value that reads its node itself.
type nodeDecoder interface {
	decodeNode(d *decoder, n *yaml.Node, path string)
}

// value decodes a node. What the node does not name stays as it is.
func (d *decoder) value(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	d.problems.origin.lines[path] = n.Line
	if own, is := reflect.TypeAssert[nodeDecoder](v.Addr()); is {
		own.decodeNode(d, n, path)
		return
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return // a key without a value is as good as none
	}
	if text, is := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr()); is {
		if !d.want(n, yaml.ScalarNode, path, "a text") {
			return
		}
		if err := text.UnmarshalText([]byte(n.Value)); err != nil {
			d.problems.cannotRead(path, "%v", err)
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), path)
	case reflect.Struct:
		d.structure(n, v, path)
	case reflect.Map:
		d.mapping(n, v, path)
	case reflect.Slice:
		d.sequence(n, v, path)
	case reflect.String:
		// As it is written: version: 1.10 is a text to us, whatever YAML thinks.
		if d.want(n, yaml.ScalarNode, path, "a text") {
			v.SetString(n.Value)
		}
	default:
		d.scalar(n, v, path)
	}
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value, path string) {
	what := "a whole number"
	if v.Kind() == reflect.Bool {
		what = "true or false"
	}
	if d.want(n, yaml.ScalarNode, path, what) && n.Decode(v.Addr().Interface()) != nil {
		d.problems.cannotRead(path, "is %q, must be %s", n.Value, what)
	}
}

// want reports a node of another kind than a value takes.
func (d *decoder) want(n *yaml.Node, kind yaml.Kind, path, what string) bool {
	if n.Kind != kind {
		d.problems.cannotRead(path, "must be %s, not %s", what, kindName(n.Kind))
		return false
	}
	return true
}

func kindName(kind yaml.Kind) string {
	switch kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "keys with values"
	default:
		return "a single value"
	}
}

// structure decodes a mapping whose keys are a struct's fields.
func (d *decoder) structure(n *yaml.Node, v reflect.Value, path string) {
	if !d.want(n, yaml.MappingNode, path, "keys with values") {
		return
	}
	fields := map[string]reflect.StructField{}
	var names []string
	for _, f := range reflect.VisibleFields(v.Type()) {
		if name := f.Tag.Get("yaml"); f.IsExported() && name != "" && name != "-" {
			fields[name] = f
			names = append(names, name)
		}
	}
	for _, p := range d.pairs(n, path) {
		field, known := fields[p.key]
		at := joinPath(path, p.key)
		if !known {
			d.problems.origin.lines[at] = p.line
			d.problems.add(at, "unknown key, allowed are %s", strings.Join(names, ", "))
			continue
		}
		d.value(p.value, v.FieldByIndex(field.Index), at)
		if field.Tag.Get("effect") == "none" {
			d.warnings = append(d.warnings, at)
		}
	}
}

// mapping decodes a mapping with free keys over what a map has.
func (d *decoder) mapping(n *yaml.Node, v reflect.Value, path string) {
	if !d.want(n, yaml.MappingNode, path, "keys with values") {
		return
	}
	// A new map: the old one may be somebody else's.
	out := reflect.MakeMap(v.Type())
	for it := v.MapRange(); v.Len() > 0 && it.Next(); {
		out.SetMapIndex(it.Key(), it.Value())
	}
	for _, p := range d.pairs(n, path) {
		elem := reflect.New(v.Type().Elem()).Elem()
		d.value(p.value, elem, joinPath(path, p.key))
		out.SetMapIndex(reflect.ValueOf(p.key), elem)
	}
	v.Set(out)
}

func (d *decoder) sequence(n *yaml.Node, v reflect.Value, path string) {
	if !d.want(n, yaml.SequenceNode, path, "a list") {
		return
	}
	out := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		d.value(item, out.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
	v.Set(out)
}

func joinPath(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// pair is one key of a mapping.
type pair struct {
	key   string
	line  int
	value *yaml.Node
}

// maxMerges bounds the merge keys of a document: they can go round in a circle.
const maxMerges = 10_000

// pairs lists a mapping's keys, those of merge keys (<<) first unless they are
// given again.
func (d *decoder) pairs(n *yaml.Node, path string) []pair {
	var out []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; key.ShortTag() == "!!merge" {
			out = d.merge(n.Content[i+1], out, path)
		}
	}
	given := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.ShortTag() == "!!merge":
			continue
		case key.Kind != yaml.ScalarNode:
			d.problems.add(path, "line %d: a key must be a text", key.Line)
			continue
		case given[key.Value]:
			d.problems.add(path, "key %s is given twice (again in line %d)", key.Value, key.Line)
			continue
		}
		given[key.Value] = true
		out = slices.DeleteFunc(out, func(p pair) bool { return p.key == key.Value })
		out = append(out, pair{key.Value, key.Line, n.Content[i+1]})
	}
	return out
}

// merge adds the keys of a merged mapping, or of a list of them, that out has
// not.
func (d *decoder) merge(n *yaml.Node, out []pair, path string) []pair {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if d.merged++; d.merged >= maxMerges {
		if d.merged == maxMerges {
			d.problems.add(path, "merge keys (<<) go round in a circle, or are over %d", maxMerges)
		}
		return out
	}
	switch n.Kind {
	case yaml.SequenceNode:
		for _, item := range n.Content {
			out = d.merge(item, out, path)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			switch {
			case key.ShortTag() == "!!merge":
				out = d.merge(n.Content[i+1], out, path)
			case !slices.ContainsFunc(out, func(p pair) bool { return p.key == key.Value }):
				out = append(out, pair{key.Value, key.Line, n.Content[i+1]})
			}
		}
	default:
		d.problems.add(path, "a merge key (<<) takes keys with values")
	}
	return out
}

// decodeNode checks the node and keeps it, to be laid over a value later.
func (p *Patch[T]) decodeNode(d *decoder, n *yaml.Node, path string) {
	var scratch T
	d.value(n, reflect.ValueOf(&scratch).Elem(), path)
	*p = func(v *T) {
		again := &decoder{problems: &problems{origin: &origin{lines: map[string]int{}}}}
		again.value(n, reflect.ValueOf(v).Elem(), path)
	}
}
