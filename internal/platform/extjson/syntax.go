package extjson

import "unicode/utf8"

// kind is the kind of a JSON value.
type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	array
	object
)

// String returns the kind as a message names it.
func (k kind) String() string {
	return [...]string{"null", "true or false", "a number", "a string", "an array", "an object"}[k]
}

// node is one value of a document. Numbers and strings stay as they are written,
// so that nothing of them is lost.
type node struct {
	kind     kind
	shadowed bool   // a later member of the same object has the same name
	key      string // decoded, of a member
	// Bytes of the text: where the value is, and the name of a member with its
	// quotation marks.
	start, end, keyStart, keyEnd int32
	// Indexes: the first child, the next child of the same parent. 0 is none: the
	// root is nobody's child.
	first, next int32
	count       int32 // of children
}

// document is a JSON text that has been read. It is not changed any more.
type document struct {
	text       string
	nodes      []node
	duplicates []int32 // shadowed members
}

// syntaxError says where a text stops being JSON, as a byte of it, and why.
type syntaxError struct {
	at      int
	message string
}

type parser struct {
	document
	at       int
	maxDepth int
}

// parse reads one JSON value. encoding/json tells neither where a value is nor
// that a name stands twice.
func parse(source string, maxDepth int) (*document, *syntaxError) {
	if at := invalidUTF8(source); at >= 0 {
		return nil, &syntaxError{at, "not UTF-8; encode the text as UTF-8 before it goes into the request"}
	}
	p := &parser{document: document{text: source}, maxDepth: maxDepth}
	p.nodes = make([]node, 0, 16+len(source)/32)
	p.space()
	if _, err := p.value(1); err != nil {
		return nil, err
	}
	p.space()
	if p.at < len(source) {
		return nil, p.extra()
	}
	return &p.document, nil
}

func invalidUTF8(s string) int {
	if utf8.ValidString(s) {
		return -1
	}
	for at := 0; ; {
		r, size := utf8.DecodeRuneInString(s[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
}

func (p *parser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// peek returns the byte to come, 0 at the end of the text.
func (p *parser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

// value reads one value and returns its index.
func (p *parser) value(depth int) (int32, *syntaxError) {
	i := int32(len(p.nodes))
	p.nodes = append(p.nodes, node{start: int32(p.at)})
	k, err := null, (*syntaxError)(nil)
	switch c := p.peek(); {
	case c == '{':
		k, err = object, p.children(i, depth, '}')
	case c == '[':
		k, err = array, p.children(i, depth, ']')
	case c == '"':
		k, err = text, p.string()
	case c == '-' || c >= '0' && c <= '9':
		k, err = number, p.number()
	case p.literal("true"), p.literal("false"):
		k = boolean
	case p.literal("null"):
	default:
		return 0, p.unexpected("a value")
	}
	if err != nil {
		return 0, err
	}
	p.nodes[i].kind, p.nodes[i].end = k, int32(p.at)
	return i, nil
}

func (p *parser) literal(word string) bool {
	rest := p.text[p.at:]
	if len(rest) < len(word) || rest[:len(word)] != word {
		return false
	}
	p.at += len(word)
	return true
}

// children reads what stands between the brackets of an object or an array.
func (p *parser) children(parent int32, depth int, closing byte) *syntaxError {
	if depth > p.maxDepth {
		return &syntaxError{p.at, "nested too deeply"}
	}
	p.at++
	p.space()
	if p.peek() == closing {
		p.at++
		return nil
	}
	for last := int32(0); ; {
		i, err := p.child(depth, closing)
		if err != nil {
			return err
		}
		if last == 0 {
			p.nodes[parent].first = i
		} else {
			p.nodes[last].next = i
		}
		last = i
		p.nodes[parent].count++
		p.space()
		switch p.peek() {
		case closing:
			p.at++
			if closing == '}' {
				p.shadow(parent)
			}
			return nil
		case ',':
			comma := p.at
			p.at++
			p.space()
			if c := p.peek(); c == '}' || c == ']' {
				return &syntaxError{comma, "a comma with nothing after it; take it off"}
			}
		default:
			return p.unexpected("a comma or " + string(closing))
		}
	}
}

// child reads a member of an object or an item of an array.
func (p *parser) child(depth int, closing byte) (int32, *syntaxError) {
	if closing == ']' {
		return p.value(depth + 1)
	}
	start := p.at
	if p.peek() != '"' {
		return 0, p.unexpected("a name in quotation marks")
	}
	if err := p.string(); err != nil {
		return 0, err
	}
	end := p.at
	p.space()
	if p.peek() != ':' {
		return 0, p.unexpected("a colon")
	}
	p.at++
	p.space()
	i, err := p.value(depth + 1)
	if err != nil {
		return 0, err
	}
	n := &p.nodes[i]
	n.keyStart, n.keyEnd, n.key = int32(start), int32(end), unquote(p.text[start:end])
	return i, nil
}

// fewMembers is up to how many members comparing each with each is cheaper than
// a map.
const fewMembers = 8

// shadow marks the members of an object that a later one of the same name
// overrides: the last one counts, as in most parsers.
func (p *parser) shadow(parent int32) {
	few := p.nodes[parent].count <= fewMembers
	var seen map[string]int32
	if !few {
		seen = make(map[string]int32, p.nodes[parent].count)
	}
	for i := p.nodes[parent].first; i != 0; i = p.nodes[i].next {
		earlier := int32(0)
		if few {
			for j := p.nodes[parent].first; j != i; j = p.nodes[j].next {
				if p.nodes[j].key == p.nodes[i].key {
					earlier = j
				}
			}
		} else {
			earlier = seen[p.nodes[i].key]
			seen[p.nodes[i].key] = i
		}
		if earlier != 0 {
			p.nodes[earlier].shadowed = true
			p.duplicates = append(p.duplicates, earlier)
		}
	}
}
