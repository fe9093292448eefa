package console

import (
	"bytes"
	"encoding/json"
	"strings"
)

// body is a body as it went over the line, and so that people can read it.
type body struct {
	Raw, Pretty string
	Cut         bool // the journal keeps its beginning only
	Empty       bool
}

// pretty indents JSON; anything else stays as it is.
func pretty(data []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, bytes.TrimSpace(data), "", "  ") != nil {
		return string(data)
	}
	return out.String()
}

func bodyOf(data []byte, limit int) body {
	text := strings.ToValidUTF8(string(data), "\uFFFD")
	out := body{Raw: text, Cut: len(data) >= limit, Empty: len(data) == 0}
	if nice := pretty([]byte(text)); nice != text {
		out.Pretty = nice
	}
	return out
}
