package miniprogram

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"

	"draftbox/internal/platform"
)

// maxConfigSize bounds app.json and project.config.json, in bytes: they are held
// in memory, and app.json is part of what is stored about a package.
const maxConfigSize = 1 << 20

// decodeObject decodes the JSON object of a configuration file, whose byte order
// mark (as Windows editors write it) is taken off. Names are compared exactly,
// other than encoding/json compares them with a struct's fields.
func decodeObject(name string, data []byte) (object map[string]json.RawMessage, plain []byte, err error) {
	plain = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if at := firstInvalidUTF8(plain); at >= 0 {
		line, column := position(plain, at)
		return nil, nil, platform.Invalidf("%s, line %d, column %d: not UTF-8; save the file as UTF-8", name, line, column)
	}
	err = json.Unmarshal(plain, &object)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		at := max(int(syntax.Offset)-1, 0)
		line, column := position(plain, at)
		hint := ""
		if at < len(plain) && plain[at] == '/' {
			hint = "; comments are not allowed"
		}
		return nil, nil, platform.Invalidf("%s, line %d, column %d: %s%s", name, line, column, syntax, hint)
	}
	if err != nil || object == nil {
		return nil, nil, platform.Invalidf("%s must be a JSON object: {…}", name)
	}
	return object, plain, nil
}

func firstInvalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// position counts lines and characters from 1.
func position(data []byte, at int) (line, column int) {
	before := data[:min(at, len(data))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}
