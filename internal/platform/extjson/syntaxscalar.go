package extjson

import "encoding/json"

func (p *parser) string() *syntaxError {
	opened := p.at
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return nil
		case c < ' ':
			return &syntaxError{p.at, `a line break or another control character within a string; write it as \n, \t or \u00XX`}
		case c == '\\':
			if err := p.escape(); err != nil {
				return err
			}
		}
	}
	return &syntaxError{opened, "a string that does not end; add its closing quotation mark"}
}

// escape reads an escape sequence up to its last byte.
func (p *parser) escape() *syntaxError {
	at := p.at
	p.at++
	switch p.peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return nil
	case 'u':
		for range 4 {
			p.at++
			if c := p.peek() | 0x20; (c < '0' || c > '9') && (c < 'a' || c > 'f') || p.peek() < '0' {
				return &syntaxError{at, `\u must be followed by four hex digits`}
			}
		}
		return nil
	}
	return &syntaxError{at, `not an escape sequence of JSON; write a backslash as \\`}
}

func (p *parser) number() *syntaxError {
	start := p.at
	if p.peek() == '-' {
		p.at++
	}
	whole := p.at
	n := p.digits()
	bad := n == 0 || n > 1 && p.text[whole] == '0'
	if p.peek() == '.' {
		p.at++
		bad = p.digits() == 0 || bad
	}
	if p.peek()|0x20 == 'e' {
		p.at++
		if c := p.peek(); c == '+' || c == '-' {
			p.at++
		}
		bad = p.digits() == 0 || bad
	}
	if bad {
		return &syntaxError{start, "not a number of JSON; quote it if it is an id or a version"}
	}
	return nil
}

func (p *parser) digits() int {
	start := p.at
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.at++
	}
	return p.at - start
}

// unquote decodes a string that was found well-formed.
func unquote(quoted string) string {
	plain := quoted[1 : len(quoted)-1]
	for i := range len(plain) {
		if plain[i] == '\\' {
			var s string
			if json.Unmarshal([]byte(quoted), &s) == nil {
				return s
			}
			break
		}
	}
	return plain
}
