// Package apidoc reads the OpenAPI document of the emulated endpoints into what a
// person asks about them: families, calls, parameters with their limits and examples,
// and the return codes with cause and solution, in Chinese and English.
//
// It knows the few parts of OpenAPI that the document uses, and refuses one that has
// others where they would be lost.
package apidoc

import (
	"fmt"
	"sync"

	"draftbox/api"
)

// Text is a text in both languages. One that the document has in one form only is the
// same in both.
type Text struct{ ZH, EN string }

// In returns the text in a language, "en" or any other for Chinese.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ZH
}

// Token is the kind of token that a call takes.
type Token string

// Kinds of token.
const (
	TokenNone       Token = "none"
	TokenComponent  Token = "component"  // component_access_token
	TokenAuthorizer Token = "authorizer" // authorizer_access_token
	TokenEither     Token = "either"     // one or the other
)

// Document is the whole of it.
type Document struct {
	// Families are in the order of the document, and so are their operations.
	Families []Family
	// Errors are what a path answers that is none of the operations'.
	Errors []ErrorCode
	byID   map[string]*Operation
	byPath map[string]*Operation
}

// Family is what the official documentation has under one heading.
type Family struct {
	ID         string // of the document's tag, like template-management
	Name       Text
	Operations []*Operation
}

// Operation is one call.
type Operation struct {
	ID     string // operationId, which the official page has in its address
	Family string // ID of its family
	Method string // GET or POST
	Path   string
	Name   Text
	Doc    Text
	Page   string // address of the official page
	Token  Token
	// Query are the parameters beside the token.
	Query []Field
	Body  *Body // nil: there is none
	// Errors are the return codes that can come back, as the document orders them. A
	// code may stand there more than once, with another text.
	Errors []ErrorCode
}

// Body is what a POST sends.
type Body struct {
	// Form says that it is a multipart form with files; else it is a JSON object.
	Form   bool
	Fields []Field
}

// Type is what a field holds.
type Type string

// Types of fields. Objects and arrays are given as JSON.
const (
	String  Type = "string"
	Integer Type = "integer"
	Number  Type = "number"
	Boolean Type = "boolean"
	Object  Type = "object"
	Array   Type = "array"
	File    Type = "file"
	// IntegerOrString is an id that may be a number or the text of one.
	IntegerOrString Type = "integer|string"
)

// JSON reports whether a value is written as JSON rather than as text.
func (t Type) JSON() bool { return t == Object || t == Array }

// Field is a parameter of the query, a member of the body or a part of a form.
type Field struct {
	Name     string
	Type     Type
	Required bool
	Enum     []string // what it must be one of; empty: anything
	Limits   []Limit
	Doc      Text
	// Example is a value as it is typed into a form: text, or JSON of objects and
	// arrays. Empty: the document has none.
	Example string
	// Shown says that the document's example call has the field.
	Shown bool
	// Media is the type of a file, like text/plain; empty where the document says none.
	Media string
}

// Limit is a bound of a field's value.
type Limit struct {
	Kind  string // one of the Limit constants
	Value string // a number, or the expression of LimitPattern
}

// Kinds of limits. Lengths are in characters, items in elements.
const (
	LimitMin       = "min"
	LimitMax       = "max"
	LimitMinLength = "min_length"
	LimitMaxLength = "max_length"
	LimitMinItems  = "min_items"
	LimitMaxItems  = "max_items"
	LimitPattern   = "pattern"
)

// ErrorCode is a row of the document's x-errcodes.
type ErrorCode struct {
	Code     int
	Errmsg   string // without the rid
	Cause    Text
	Solution Text
	// Source says who tells of it: page, observed, list or decided.
	Source string
	// Provoke says how draftbox is made to answer it; empty: it never does.
	Provoke string
}

// Operation returns the call with an operationId.
func (d *Document) Operation(id string) (*Operation, bool) {
	op, ok := d.byID[id]
	return op, ok
}

// Find returns the call of a path. A method that is empty or wrong does not matter: no
// path has two.
func (d *Document) Find(path string) (*Operation, bool) {
	op, ok := d.byPath[path]
	return op, ok
}

// WeChat returns the document of api.weixin.qq.com. It is read when it is first asked
// for, in some 20 ms, and kept: 0.5 MB.
func WeChat() *Document { return weChat() }

var weChat = sync.OnceValue(func() *Document {
	d, err := Parse(api.WeChat)
	if err != nil {
		panic(fmt.Errorf("api/wechat.openapi.yaml: %w", err)) // it is embedded, and a test reads it
	}
	return d
})
