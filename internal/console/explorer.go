package console

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"draftbox/internal/apidoc"
	"draftbox/internal/snippet"
)

// explorerView is the API explorer: all calls, and the one that is open beside them.
type explorerView struct {
	Families []familyView
	Total    int
	Query    string // of the filter
	Op       *operationView
}

type familyView struct {
	apidoc.Family
	Operations []operationLink
}

type operationLink struct {
	*apidoc.Operation
	Href    string
	Current bool
}

// operationView is one call: what it takes, what came of it, and how it is written as
// a program.
type operationView struct {
	*apidoc.Operation
	Action      string
	TokenNote   string // key of what kind of token it takes
	Tokens      []tokenChoice
	More        bool // there are more merchants than are offered
	Merchant    string
	NoMerchant  bool // it takes a merchant's token, and there is no merchant
	Query, Body []fieldView
	Raw         string // the body as it was typed; empty: as the fields make it
	Answer      *answerView
	Codes       []codeView
	Programs    []programView
	Secret      bool // the programs have names where secrets go
	Revealed    bool
	CanCall     bool
}

// programView is the call in one language.
type programView struct {
	snippet.Language
	Text    string
	Current bool
}

// explorer shows the calls, and one of them with its fields filled in.
func (a *Console) explorer(ctx context.Context, c *call) (*answer, error) {
	id := c.r.PathValue("operation")
	if id == "" {
		return a.explorerPage(ctx, c, nil)
	}
	op, ok := apidoc.WeChat().Operation(id)
	if !ok {
		return nil, &refusal{http.StatusNotFound, "told.no_operation"}
	}
	in, err := a.filledIn(ctx, c, op)
	if err != nil {
		return nil, err
	}
	v, err := a.operationView(ctx, c, in)
	if err != nil {
		return nil, err
	}
	return a.explorerPage(ctx, c, v)
}

// explore makes the call of the form, or shows it as a program.
func (a *Console) explore(ctx context.Context, c *call) (*answer, error) {
	op, ok := apidoc.WeChat().Operation(c.r.PathValue("operation"))
	if !ok {
		return nil, &refusal{http.StatusNotFound, "told.no_operation"}
	}
	in, err := inputOf(c, op)
	if err != nil {
		return nil, err
	}
	var made *answerView
	reveal := false
	switch c.form.Get("do") {
	case "call":
		made, err = a.makeCall(ctx, c, in)
	case "reveal":
		reveal, err = true, a.secretsOf(ctx, c, in)
	}
	if err != nil {
		return nil, err
	}
	v, err := a.operationView(ctx, c, in)
	if err != nil {
		return nil, err
	}
	if reveal {
		a.noteReveal(c, c.component, "a program that calls "+op.ID)
		v.Revealed = true
	}
	v.Programs = a.programs(c, in, reveal)
	if made != nil {
		v.Answer = made
		v.Codes = codesOf(c.texts, op, made)
	}
	return a.explorerPage(ctx, c, v)
}

func (a *Console) operationView(ctx context.Context, c *call, in *input) (*operationView, error) {
	op := in.op
	v := &operationView{
		Operation: op, Action: explorerPath(c.component, op), Raw: in.raw, Merchant: in.merchant, CanCall: a.wire != nil,
		Codes: codesOf(c.texts, op, nil), Programs: a.programs(c, in, false), Secret: in.needsSecrets(),
		TokenNote: map[apidoc.Token]string{
			apidoc.TokenNone: "explore.token_none", apidoc.TokenComponent: "explore.token_component",
			apidoc.TokenAuthorizer: "explore.token_authorizer", apidoc.TokenEither: "explore.token_either",
		}[op.Token],
	}
	for _, f := range op.Query {
		v.Query = append(v.Query, c.fieldView("q.", f, in.values[f.Name]))
	}
	if op.Body != nil {
		for _, f := range op.Body.Fields {
			v.Body = append(v.Body, c.fieldView("b.", f, in.values[f.Name]))
		}
	}
	var err error
	v.Tokens, v.More, err = a.tokenChoices(ctx, c, in.token)
	v.NoMerchant = op.Token == apidoc.TokenAuthorizer && !slices.ContainsFunc(v.Tokens, func(t tokenChoice) bool { return strings.HasPrefix(t.Value, tokenOfMerchant) })
	return v, err
}

// programs writes the call in every language. Without its secrets names stand where
// they go.
func (a *Console) programs(c *call, in *input, reveal bool) []programView {
	made := in.compose(reveal)
	call := snippet.Call{Method: in.op.Method, URL: c.apiURL + in.op.Path, Body: string(made.body)}
	if made.query != "" {
		call.URL += "?" + made.query
	}
	if f := in.file; f != nil {
		call.File = &snippet.File{Field: f.field, Name: f.name, Type: f.kind}
		if f.sample {
			call.File.Content = f.content
		}
	}
	var out []programView
	for i, l := range snippet.Languages() {
		out = append(out, programView{l, strings.TrimSpace(l.Program(call)), i == 0})
	}
	return out
}

func (a *Console) explorerPage(ctx context.Context, c *call, open *operationView) (*answer, error) {
	base := "/c/" + c.component + "/explorer"
	v := explorerView{Op: open, Query: strings.TrimSpace(c.r.URL.Query().Get("q"))}
	for _, f := range apidoc.WeChat().Families {
		family := familyView{Family: f}
		for _, op := range f.Operations {
			if !found(v.Query, f, op) {
				continue
			}
			link := operationLink{Operation: op, Href: address(explorerPath(c.component, op), nil, "q", v.Query)}
			link.Current = open != nil && open.ID == op.ID
			family.Operations = append(family.Operations, link)
			v.Total++
		}
		if len(family.Operations) > 0 {
			v.Families = append(v.Families, family)
		}
	}
	title := c.texts.must("nav.explorer")
	if open != nil {
		title = open.Name.In(c.texts.name) + " · " + title
	}
	out, err := a.framed(ctx, c, "explorer", title, v)
	if err != nil {
		return nil, err
	}
	if open != nil {
		out.view.Up = address(base, nil, "q", v.Query)
		if c.r.Method == http.MethodPost {
			out.view.Path = open.Action
		}
	}
	return out, nil
}

// explorerPath is where a call has its page.
func explorerPath(component string, op *apidoc.Operation) string {
	return "/c/" + component + "/explorer/" + op.ID
}

// found reports whether the words of a filter are all in what a call is called.
func found(query string, f apidoc.Family, op *apidoc.Operation) bool {
	text := strings.ToLower(strings.Join([]string{op.ID, op.Path, op.Name.ZH, op.Name.EN, f.Name.ZH, f.Name.EN}, " "))
	for word := range strings.FieldsSeq(strings.ToLower(query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// Find is what the filter in the page looks into.
func (l operationLink) Find(f familyView) string {
	return strings.ToLower(strings.Join([]string{l.ID, l.Path, l.Name.ZH, l.Name.EN, f.Name.ZH, f.Name.EN}, " "))
}
