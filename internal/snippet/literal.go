package snippet

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// base64Text writes bytes as text that needs quotes in no language.
func base64Text(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// shellText writes a word for a POSIX shell.
func shellText(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// goText prefers what reads as it is sent.
func goText(s string) string {
	if strings.ContainsAny(s, "\"\\\n") && !strings.ContainsFunc(s, notInGo) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}

// notInGo reports what a raw string of Go cannot hold, or does not show.
func notInGo(r rune) bool {
	return r == '`' || r == '\uFEFF' || r != '\n' && !unicode.IsPrint(r)
}

// phpText is a string in single quotes, unless something in it cannot be seen.
func phpText(s string) string {
	if !strings.ContainsFunc(s, unseen) {
		return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
	}
	return quoted(s, '"', `"\$`, func(r rune) string { return fmt.Sprintf(`\u{%x}`, r) })
}

// pythonText is a string in single quotes.
func pythonText(s string) string {
	return quoted(s, '\'', `'\`, func(r rune) string {
		if r > 0xFFFF {
			return fmt.Sprintf(`\U%08x`, r)
		}
		return fmt.Sprintf(`\u%04x`, r)
	})
}

// scriptText is a string in single quotes.
func scriptText(s string) string {
	return quoted(s, '\'', `'\`, func(r rune) string { return fmt.Sprintf(`\u{%x}`, r) })
}

// javaPiece is how long a piece of a long Java string is, in UTF-16 units: a constant
// may have 65,535 bytes, and a unit takes three at most.
const javaPiece = 20_000

// javaText is ASCII alone: which encoding a source is read in depends on the system
// before Java 18.
func javaText(s string) string {
	units := utf16.Encode([]rune(s))
	if len(units) <= javaPiece {
		return javaWord(units)
	}
	var out strings.Builder
	out.WriteString(`String.join(""`)
	for len(units) > 0 {
		n := min(len(units), javaPiece)
		out.WriteString(", " + javaWord(units[:n]))
		units = units[n:]
	}
	return out.String() + ")"
}

// javaWord writes three octal digits for what cannot be seen: \u000a would be a line
// break before the string is read.
func javaWord(units []uint16) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, u := range units {
		switch {
		case u == '\n':
			out.WriteString(`\n`)
		case u == '"' || u == '\\':
			out.WriteString(`\` + string(rune(u)))
		case u < ' ' || u == 0x7F:
			fmt.Fprintf(&out, `\%03o`, u)
		case u < 0x7F:
			out.WriteByte(byte(u))
		default:
			fmt.Fprintf(&out, `\u%04x`, u)
		}
	}
	return out.String() + `"`
}

// quoted writes a string between quotes: some characters go behind a backslash, and
// what cannot be seen as code writes it.
func quoted(s string, quote byte, escaped string, code func(rune) string) string {
	var out strings.Builder
	out.WriteByte(quote)
	for _, r := range s {
		switch {
		case r == '\n':
			out.WriteString(`\n`)
		case strings.ContainsRune(escaped, r):
			out.WriteString(`\` + string(r))
		case unseen(r):
			out.WriteString(code(r))
		default:
			out.WriteRune(r)
		}
	}
	return out.String() + string(quote)
}

// unseen reports a character that a reader, or an editor, does not keep as it is: all
// controls, and separators and marks without a shape.
func unseen(r rune) bool { return r != ' ' && !unicode.IsPrint(r) }
