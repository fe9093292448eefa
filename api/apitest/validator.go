// Package apitest checks HTTP exchanges against the OpenAPI documents of package
// api. Tests import it, programs do not.
//
// A test of a server wraps its handler, and every answer is checked:
//
//	v := apitest.WeChat(t)
//	handler = v.Handler(t, handler)
//
// A test of a client wraps its transport, and requests are checked, too:
//
//	client.Transport = v.Transport(t, client.Transport)
package apitest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"

	"draftbox/api"
)

// Validator checks exchanges against one document. It is safe for concurrent use.
type Validator struct {
	spec       *openapi3.T
	operations []*operation
	unrouted   []ErrorRow // what a path without an operation may answer; nil: no errcodes here
	texts      texts
}

// operation is one operation of the document.
type operation struct {
	method   string
	segments []string // of the path; a parameter is "{name}"
	route    routers.Route
	rows     []ErrorRow // nil when the document lists none
	texts    texts
}

// ErrorRow is one row of an operation's x-errcodes.
type ErrorRow struct {
	Code int `json:"code"`
	// Errmsg is the text without the rid. A name in braces stands for what differs
	// from call to call.
	Errmsg     string `json:"errmsg"`
	Cause      string `json:"cause"`
	CauseZH    string `json:"cause_zh"`
	Solution   string `json:"solution"`
	SolutionZH string `json:"solution_zh"`
	Source     string `json:"source"`   // page, observed, list or decided
	Draftbox   string `json:"draftbox"` // how draftbox is made to answer it, or "never"
}

// WeChat returns a validator for the emulated endpoints.
func WeChat(tb testing.TB) *Validator {
	tb.Helper()
	return must(tb, wechat)
}

// Uploader returns a validator for the endpoints of the official uploader.
func Uploader(tb testing.TB) *Validator {
	tb.Helper()
	return must(tb, uploader)
}

// Admin returns a validator for the management API.
func Admin(tb testing.TB) *Validator {
	tb.Helper()
	return must(tb, admin)
}

// Loading takes tens of milliseconds, so every document is loaded once.
var (
	wechat   = sync.OnceValues(func() (*Validator, error) { return New(api.WeChat) })
	uploader = sync.OnceValues(func() (*Validator, error) { return New(api.Uploader) })
	admin    = sync.OnceValues(func() (*Validator, error) { return New(api.Admin) })
)

func must(tb testing.TB, load func() (*Validator, error)) *Validator {
	tb.Helper()
	v, err := load()
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// New returns a validator for an OpenAPI document (YAML or JSON). A document
// that breaks the OpenAPI rules, examples included, is an error.
func New(document []byte) (*Validator, error) {
	ctx := context.Background()
	spec, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("load the OpenAPI document: %w", err)
	}
	if err := spec.Validate(ctx); err != nil {
		return nil, fmt.Errorf("the OpenAPI document is not valid: %w", err)
	}
	v := &Validator{spec: spec, texts: textsOf(spec)}
	if v.unrouted, err = errorRows(spec.Extensions); err != nil {
		return nil, err
	}
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			rows, err := errorRows(op.Extensions)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
			v.operations = append(v.operations, &operation{
				texts: v.texts, method: method, segments: strings.Split(path, "/"), rows: rows,
				route: routers.Route{Spec: spec, Path: path, PathItem: item, Method: method, Operation: op},
			})
		}
	}
	slices.SortFunc(v.operations, func(a, b *operation) int {
		return cmp.Or(cmp.Compare(a.route.Path, b.route.Path), cmp.Compare(a.method, b.method))
	})
	return v, nil
}

func errorRows(extensions map[string]any) ([]ErrorRow, error) {
	value, ok := extensions["x-errcodes"]
	if !ok {
		return nil, nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("x-errcodes: %w", err)
	}
	var rows []ErrorRow
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&rows); err != nil {
		return nil, fmt.Errorf("x-errcodes: %w", err)
	}
	return rows, nil
}

// Spec returns the document.
func (v *Validator) Spec() *openapi3.T { return v.spec }

// Operations lists the document's operations as "GET /path", with parameters in
// braces, in order of path: what a server has to route, no more and no less.
func (v *Validator) Operations() []string {
	out := make([]string, 0, len(v.operations))
	for _, op := range v.operations {
		out = append(out, op.method+" "+op.route.Path)
	}
	return out
}

// ErrorRows returns the x-errcodes of an operation, named as in
// [Validator.Operations]; nil if there is none.
func (v *Validator) ErrorRows(name string) []ErrorRow {
	for _, op := range v.operations {
		if op.method+" "+op.route.Path == name {
			return op.rows
		}
	}
	return nil
}

// find returns the operation of a request and its path parameters. Without one
// for the method, other is an operation that the path has for another method.
func (v *Validator) find(r *http.Request) (op *operation, params map[string]string, other *operation) {
	path := r.URL.EscapedPath()
	for strings.Contains(path, "//") { // servers take a doubled slash for one
		path = strings.ReplaceAll(path, "//", "/")
	}
	segments := strings.Split(path, "/")
	for _, candidate := range v.operations {
		params, ok := candidate.match(segments)
		if !ok {
			continue
		}
		if candidate.method == r.Method || candidate.method == http.MethodGet && r.Method == http.MethodHead {
			return candidate, params, nil
		}
		other = candidate
	}
	return nil, nil, other
}

func (op *operation) match(segments []string) (map[string]string, bool) {
	if len(segments) != len(op.segments) {
		return nil, false
	}
	params := map[string]string{}
	for i, want := range op.segments {
		name, isParam := strings.CutPrefix(want, "{")
		if !isParam {
			if segments[i] != want {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(segments[i])
		if err != nil || value == "" {
			return nil, false
		}
		params[strings.TrimSuffix(name, "}")] = value
	}
	return params, true
}
