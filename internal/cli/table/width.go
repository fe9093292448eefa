package table

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Width returns how many columns of a terminal a text takes. Chinese characters
// and emoji take two, combining marks and joined emoji none of their own.
func Width(s string) int {
	n := 0
	joined := false // the rune before was a zero width joiner
	for _, r := range s {
		if w := runeWidth(r); !joined {
			n += w
		}
		joined = r == zeroWidthJoiner
	}
	return n
}

const zeroWidthJoiner = '\u200d'

func runeWidth(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// cut shortens a text to at most that many columns and marks the cut.
func cut(s string, most int) string {
	if most <= 0 || Width(s) <= most {
		return s
	}
	n := 0
	for i, r := range s {
		if n += runeWidth(r); n > most-1 {
			return s[:i] + "…"
		}
	}
	return s
}

// OneLine makes a text safe to print within a line: line breaks are shown as ⏎,
// other control characters, which could steer the terminal, as �.
func OneLine(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			return '⏎'
		case r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
