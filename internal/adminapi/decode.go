package adminapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"unicode/utf8"
)

// readBody reads a JSON object. An empty body is an empty object: many calls
// need no member.
func readBody(r *http.Request) (json.RawMessage, error) {
	data, err := io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, err
	case err != nil:
		return nil, invalid("The body could not be read to its end: %v", err)
	case len(bytes.TrimSpace(data)) == 0:
		return json.RawMessage("{}"), nil
	case !utf8.Valid(data):
		return nil, invalid("The body is not valid UTF-8.")
	}
	return data, nil
}

// decodeBody reads a JSON object into a pointer to a struct. Members that the
// struct does not have are refused, all of them by name.
func decodeBody(r *http.Request, into any) error {
	data, err := readBody(r)
	if err != nil {
		return err
	}
	return decode(data, into)
}

func decode(data json.RawMessage, into any) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil || object == nil {
		return notAnObject(err)
	}
	if unknown := unknownMembers(data, reflect.TypeOf(into), ""); len(unknown) > 0 {
		return unknownRefusal(unknown)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return badValue(err)
	}
	return nil
}

func notAnObject(err error) error {
	if syntax, is := errors.AsType[*json.SyntaxError](err); is {
		return invalid("The body is not JSON: %v (at byte %d).", err, syntax.Offset)
	}
	return invalid("The body must be a JSON object.")
}

func badValue(err error) error {
	if wrong, is := errors.AsType[*json.UnmarshalTypeError](err); is {
		return invalid("%s is a JSON %s, must be %s.", wrong.Field, wrong.Value, jsonKind(wrong.Type))
	}
	return invalid("%v", err)
}

func jsonKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "an array"
	case reflect.Struct, reflect.Map:
		return "an object"
	default:
		if t.Implements(textMarshaler) {
			return "a string"
		}
		return "a whole number"
	}
}

var (
	textMarshaler   = reflect.TypeFor[interface{ MarshalText() ([]byte, error) }]()
	textUnmarshaler = reflect.TypeFor[interface{ UnmarshalText([]byte) error }]()
)

// unknownMembers names the members of a JSON value that a type has no field for,
// in order of their appearance. encoding/json could name the first one only, and
// takes names in any case.
func unknownMembers(data json.RawMessage, t reflect.Type, prefix string) []string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t.Kind() == reflect.Slice:
		var items []json.RawMessage
		if json.Unmarshal(data, &items) != nil {
			return nil // decoding tells what is wrong with it
		}
		var out []string
		for i, item := range items {
			out = append(out, unknownMembers(item, t.Elem(), fmt.Sprintf("%s[%d]", strings.TrimSuffix(prefix, "."), i)+".")...)
		}
		return out
	case t.Kind() != reflect.Struct || reflect.PointerTo(t).Implements(textUnmarshaler):
		return nil
	}
	fields := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			fields[name] = f.Type
		}
	}
	var out []string
	for _, name := range memberNames(data) {
		field, known := fields[name]
		if !known {
			out = append(out, prefix+name)
			continue
		}
		var members map[string]json.RawMessage
		if json.Unmarshal(data, &members) == nil {
			out = append(out, unknownMembers(members[name], field, prefix+name+".")...)
		}
	}
	return out
}

// memberNames lists the names of an object's members as they come.
func memberNames(data json.RawMessage) []string {
	dec := json.NewDecoder(bytes.NewReader(data))
	if start, err := dec.Token(); err != nil || start != json.Delim('{') {
		return nil
	}
	var names []string
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return names
		}
		names = append(names, fmt.Sprint(name))
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			return names
		}
	}
	return names
}
