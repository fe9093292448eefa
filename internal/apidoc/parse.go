package apidoc

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// parser reads one document.
type parser struct{ root node }

// Parse reads an OpenAPI document (YAML) that keeps to the habits of the embedded one.
func Parse(data []byte) (*Document, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) != 1 {
		return nil, errors.New("read the document: there is none")
	}
	p := &parser{wrap(root.Content[0])}
	d := &Document{byID: map[string]*Operation{}, byPath: map[string]*Operation{}}
	var err error
	if d.Errors, err = errorCodes(p.root.get("x-errcodes")); err != nil {
		return nil, err
	}
	for _, tag := range p.root.get("tags").items() {
		d.Families = append(d.Families, Family{ID: tag.get("name").text(), Name: both(tag.get("description").text())})
	}
	for path, item := range p.root.get("paths").members {
		for method, op := range item.members {
			read, err := p.operation(strings.ToUpper(method), path, op)
			if err == nil {
				err = d.add(read)
			}
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
		}
	}
	return d, nil
}

func (d *Document) add(op *Operation) error {
	if d.byID[op.ID] != nil || d.byPath[op.Path] != nil {
		return errors.New("there is another operation of this id or path")
	}
	for i := range d.Families {
		if f := &d.Families[i]; f.ID == op.Family {
			f.Operations = append(f.Operations, op)
			d.byID[op.ID], d.byPath[op.Path] = op, op
			return nil
		}
	}
	return fmt.Errorf("there is no tag %q", op.Family)
}

// Names of the token's parameter.
const (
	paramToken          = "access_token"
	paramComponentToken = "component_access_token"
)

func (p *parser) operation(method, path string, n node) (*Operation, error) {
	op := &Operation{
		ID: n.get("operationId").text(), Method: method, Path: path, Name: both(n.get("summary").text()),
		Doc: lines(n.get("description").text()), Page: n.get("externalDocs").get("url").text(), Token: TokenNone,
	}
	if tags := n.get("tags").items(); len(tags) == 1 {
		op.Family = tags[0].text()
	}
	var err error
	if op.Errors, err = errorCodes(n.get("x-errcodes")); err != nil {
		return nil, err
	}
	for _, param := range n.get("parameters").items() {
		if param, err = p.resolve(param); err != nil {
			return nil, err
		}
		switch name := param.get("name").text(); {
		case name == paramComponentToken:
			op.Token = TokenComponent
		case name == paramToken && op.Token == TokenNone:
			op.Token = TokenAuthorizer // unless the platform's own name of it comes, too
		case name != paramToken:
			if err := p.parameter(op, param); err != nil {
				return nil, fmt.Errorf("parameter %s: %w", name, err)
			}
		}
	}
	// Which calls take both kinds, parameters cannot tell.
	if kind := n.get("x-token"); kind.there() {
		op.Token = Token(kind.text())
		if op.Token != TokenEither {
			return nil, fmt.Errorf("x-token is %q, must be either", op.Token)
		}
	}
	op.Body, err = p.body(n.get("requestBody"))
	return op, err
}

func (p *parser) parameter(op *Operation, param node) error {
	if in := param.get("in").text(); in != "query" {
		return fmt.Errorf("it is in %s, must be in query", in)
	}
	f, err := p.field(param.get("name").text(), param.get("schema"))
	if err != nil {
		return err
	}
	f.Required = param.get("required").text() == "true"
	f.Doc = both(param.get("description").text())
	if example := param.get("example"); example.there() {
		if f.Example, err = typed(example); err != nil {
			return err
		}
	}
	f.Shown = f.Required
	op.Query = append(op.Query, f)
	return nil
}

// body reads the first of the media types that a body may have: JSON, if it is there.
func (p *parser) body(n node) (*Body, error) {
	if !n.there() {
		return nil, nil //nolint:nilnil // without a body there is none, and nothing is wrong
	}
	for kind, media := range n.get("content").members {
		out := &Body{}
		switch kind {
		case "application/json":
		case "multipart/form-data":
			out.Form = true
		default:
			return nil, fmt.Errorf("a body of %s comes first", kind)
		}
		example := media.get("example")
		for _, named := range media.get("examples").members {
			if !example.there() {
				example = named.get("value")
			}
		}
		var err error
		out.Fields, err = p.members(media.get("schema"), example)
		return out, err
	}
	return nil, errors.New("the body has no content")
}

// resolve follows references inside the document.
func (p *parser) resolve(n node) (node, error) {
	for n.get("$ref").there() {
		ref := n.get("$ref").text()
		to := p.root
		for name := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			to = to.get(name)
		}
		if !to.there() {
			return node{}, fmt.Errorf("%s leads nowhere", ref)
		}
		n = to
	}
	return n, nil
}

func errorCodes(n node) ([]ErrorCode, error) {
	var out []ErrorCode
	for _, row := range n.items() {
		code, err := strconv.Atoi(row.get("code").text())
		if err != nil {
			return nil, fmt.Errorf("x-errcodes: %w", err)
		}
		e := ErrorCode{
			Code: code, Errmsg: row.get("errmsg").text(), Source: row.get("source").text(), Provoke: row.get("draftbox").text(),
			Cause:    Text{row.get("cause_zh").text(), row.get("cause").text()},
			Solution: Text{row.get("solution_zh").text(), row.get("solution").text()},
		}
		if e.Provoke == "never" {
			e.Provoke = ""
		}
		out = append(out, e)
	}
	return out, nil
}
