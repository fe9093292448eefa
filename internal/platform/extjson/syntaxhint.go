package extjson

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// unexpected says what stands where a text stops being JSON, and for what people
// commonly write there instead, how it is written.
func (p *parser) unexpected(wanted string) *syntaxError {
	rest := p.text[p.at:]
	if rest == "" {
		return &syntaxError{p.at, fmt.Sprintf("the text ends where %s is expected; was it cut off?", wanted)}
	}
	message := fmt.Sprintf("%s where %s is expected", found(rest), wanted)
	if hint := p.hint(rest); hint != "" {
		message += "; " + hint
	}
	return &syntaxError{p.at, message}
}

// extra says what follows the one value.
func (p *parser) extra() *syntaxError {
	message := found(p.text[p.at:]) + " after the end of the JSON text; take it off"
	if hint := p.hint(p.text[p.at:]); hint != "" {
		message += "; " + hint
	}
	return &syntaxError{p.at, message}
}

func found(rest string) string {
	r, size := utf8.DecodeRuneInString(rest)
	if r == '\uFEFF' {
		return "a byte order mark"
	}
	return fmt.Sprintf("%q", rest[:size])
}

func (p *parser) hint(rest string) string {
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case r == '\uFEFF':
		return "save the file as UTF-8 without one"
	case r == '/' || r == '#':
		return "comments are not allowed"
	case r == '\'':
		return "JSON takes double quotation marks only"
	case r == '\\':
		return "the text seems to be escaped twice; give the request's encoder the plain text"
	case strings.ContainsRune("“”‘’＂，：｛｝［］", r):
		return "it is a full-width or typographic sign; write the ASCII one"
	}
	word := rest[:len(rest)-len(strings.TrimLeft(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$"))]
	switch word {
	case "":
		return ""
	case "True", "False", "TRUE", "FALSE":
		return "write " + strings.ToLower(word)
	case "None", "nil", "undefined", "NULL", "NaN", "Infinity":
		return "write null, or leave the member out"
	}
	return "put names and strings in double quotation marks"
}
