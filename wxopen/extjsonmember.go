package wxopen

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
)

// extMember is a member of an ext_json and the field that holds it.
type extMember struct {
	name string
	// take puts a value into the field. It reports false where the field would not
	// give back what the value says.
	take func(raw json.RawMessage) bool
	// value returns what is in the field, nil where the member is to be left out.
	value func() any
}

// decodeExact reads a value without making a floating-point number of any.
func decodeExact(raw json.RawMessage, into any) bool {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(into) == nil
}

// set keeps a value that was read well.
func set[T any](field *T, value T, ok bool) bool {
	if ok {
		*field = value
	}
	return ok
}

func textMember(name string, field *string) extMember {
	return extMember{
		name: name,
		take: func(raw json.RawMessage) bool {
			var s string
			return set(field, s, decodeExact(raw, &s) && s != "")
		},
		value: func() any {
			if *field == "" {
				return nil
			}
			return *field
		},
	}
}

func flagMember(name string, field **bool) extMember {
	return extMember{
		name: name,
		take: func(raw json.RawMessage) bool {
			var b bool
			ok := decodeExact(raw, &b)
			return set(field, &b, ok)
		},
		value: func() any {
			if *field == nil {
				return nil
			}
			return **field
		},
	}
}

func anyMember(name string, field *any) extMember {
	return extMember{
		name: name,
		take: func(raw json.RawMessage) bool {
			var v any
			ok := decodeExact(raw, &v)
			return set(field, v, ok)
		},
		value: func() any { return *field },
	}
}

func mapMember[T any](name string, field *map[string]T) extMember { //nolint:gocritic // the map itself is put into the field
	return extMember{
		name: name,
		take: func(raw json.RawMessage) bool {
			var inner map[string]T
			ok := decodeExact(raw, &inner)
			return set(field, inner, ok)
		},
		value: func() any {
			if *field == nil {
				return nil
			}
			return *field
		},
	}
}

// innerMember is an object with fields of its own.
func innerMember[T any](name string, field **T) extMember {
	return extMember{
		name: name,
		take: func(raw json.RawMessage) bool {
			inner := new(T)
			ok := decodeExact(raw, inner)
			return set(field, inner, ok)
		},
		value: func() any {
			if *field == nil {
				return nil
			}
			return *field
		},
	}
}

// listMember is a list of texts or of objects. A null in it would be read as an empty
// one.
func listMember[T any](name string, field *[]T) extMember {
	return extMember{
		name: name,
		take: func(raw json.RawMessage) bool {
			var pointers []*T
			if !decodeExact(raw, &pointers) {
				return false
			}
			items := make([]T, len(pointers))
			for i, item := range pointers {
				if item == nil {
					return false
				}
				items[i] = *item
			}
			return set(field, items, true)
		},
		value: func() any {
			if *field == nil {
				return nil
			}
			return *field
		},
	}
}

// takeMembers puts the members of an object into their fields and returns the others:
// unknown ones, and those that do not fit.
func takeMembers(o object, members []extMember) map[string]json.RawMessage {
	for _, m := range members {
		if raw := o.value(m.name); raw != nil && m.take(raw) {
			delete(o, m.name)
		}
	}
	if len(o) == 0 {
		return nil
	}
	return o
}

func readMembers(text []byte, members []extMember) (map[string]json.RawMessage, error) {
	var o object
	if err := o.UnmarshalJSON(text); err != nil {
		return nil, err
	}
	return takeMembers(o, members), nil
}

// writeMembers writes an object: fields in the order of members, then the others.
func writeMembers(members []extMember, extra map[string]json.RawMessage) ([]byte, error) {
	known := bytes.NewBufferString("{")
	others := maps.Clone(extra)
	for _, m := range members {
		value := m.value()
		if value == nil {
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, &memberError{m.name, err}
		}
		if known.Len() > 1 {
			known.WriteByte(',')
		}
		fmt.Fprintf(known, "%q:%s", m.name, text)
		delete(others, m.name)
	}
	known.WriteByte('}')
	return withExtra(json.RawMessage(known.Bytes()), others)
}

// MarshalJSON writes the object of the ext_json, Extra included.
func (e ExtJSON) MarshalJSON() ([]byte, error) { return writeMembers(extJSONMembers(&e), e.Extra) }

// UnmarshalJSON reads the object of an ext_json. The sub-packages may be under
// subPackages or, as some clients write it, subpackages.
func (e *ExtJSON) UnmarshalJSON(text []byte) error {
	var o object
	if err := o.UnmarshalJSON(text); err != nil {
		return err
	}
	*e = ExtJSON{}
	if raw := o.value("subpackages"); raw != nil && o["subPackages"] == nil && listMember("", &e.SubPackages).take(raw) {
		delete(o, "subpackages")
	}
	e.Extra = takeMembers(o, extJSONMembers(e))
	return nil
}

// MarshalJSON writes the object, Extra included.
func (s ExtSubPackage) MarshalJSON() ([]byte, error) {
	return writeMembers(extSubPackageMembers(&s), s.Extra)
}

// UnmarshalJSON reads the object.
func (s *ExtSubPackage) UnmarshalJSON(text []byte) (err error) {
	*s = ExtSubPackage{}
	s.Extra, err = readMembers(text, extSubPackageMembers(s))
	return err
}

// MarshalJSON writes the object, Extra included.
func (b ExtTabBar) MarshalJSON() ([]byte, error) { return writeMembers(extTabBarMembers(&b), b.Extra) }

// UnmarshalJSON reads the object.
func (b *ExtTabBar) UnmarshalJSON(text []byte) (err error) {
	*b = ExtTabBar{}
	b.Extra, err = readMembers(text, extTabBarMembers(b))
	return err
}

// MarshalJSON writes the object, Extra included.
func (t ExtTab) MarshalJSON() ([]byte, error) { return writeMembers(extTabMembers(&t), t.Extra) }

// UnmarshalJSON reads the object.
func (t *ExtTab) UnmarshalJSON(text []byte) (err error) {
	*t = ExtTab{}
	t.Extra, err = readMembers(text, extTabMembers(t))
	return err
}

// MarshalJSON writes the object, Extra included.
func (p ExtPlugin) MarshalJSON() ([]byte, error) { return writeMembers(extPluginMembers(&p), p.Extra) }

// UnmarshalJSON reads the object.
func (p *ExtPlugin) UnmarshalJSON(text []byte) (err error) {
	*p = ExtPlugin{}
	p.Extra, err = readMembers(text, extPluginMembers(p))
	return err
}
