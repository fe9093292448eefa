package console

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"draftbox/internal/apidoc"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// filledIn is a call as its page offers it: the example of the document, with what
// there is here in place of its ids; or a call of the journal, to make once more.
func (a *Console) filledIn(ctx context.Context, c *call, op *apidoc.Operation) (*input, error) {
	in := &input{op: op, values: op.Examples()}
	merchants, err := a.service.Authorizers(ctx, c.component, "", merchantChoices)
	if err != nil {
		return nil, err
	}
	merchant := c.r.URL.Query().Get("merchant")
	for _, m := range merchants {
		if merchant == "" && m.Authorized {
			merchant = m.Appid
		}
	}
	switch op.Token {
	case apidoc.TokenNone:
		in.token = tokenNone
	case apidoc.TokenAuthorizer:
		in.token = tokenOfMerchant + merchant
	case apidoc.TokenComponent, apidoc.TokenEither:
		in.token = tokenComponent
	}
	if in.token == tokenOfMerchant { // nobody has authorized yet
		in.token = tokenComponent
	}
	if op.Body != nil && op.Body.Form {
		in.file = sampleFile(op.Body.Fields[0])
	}
	if err := a.fillIn(ctx, c, in, merchant); err != nil {
		return nil, err
	}
	if e, ok := a.repeated(c, op); ok {
		in.repeat(&e)
	}
	return in, nil
}

// fillIn puts ids in that there are here.
func (a *Console) fillIn(ctx context.Context, c *call, in *input, merchant string) error {
	_, own := strings.CutPrefix(in.token, tokenOfMerchant)
	known := map[string]func() (string, error){
		"component_appid": func() (string, error) { return c.component, nil },
		memberMerchant:    func() (string, error) { return merchant, nil },
		"appid": func() (string, error) {
			if own {
				return merchant, nil
			}
			return c.component, nil
		},
		"draft_id":    func() (string, error) { return a.newestDraft(ctx, c) },
		"template_id": func() (string, error) { return a.newestTemplate(ctx, c) },
		"auditid":     func() (string, error) { return a.newestAudit(ctx, c, merchant) },
		"rid":         func() (string, error) { return a.newestError(c.component), nil },
	}
	for _, f := range fieldsOf(in.op) {
		// With the platform's token a call that takes both has to name the account.
		names := in.op.Token == apidoc.TokenEither && (f.Name == "component_appid" || f.Name == memberMerchant)
		if !f.Shown && !names {
			continue
		}
		value := placeholder(f.Name)
		if value == "" && known[f.Name] != nil {
			var err error
			if value, err = known[f.Name](); err != nil {
				return err
			}
		}
		if value != "" {
			in.values[f.Name] = value
		}
	}
	return nil
}

func fieldsOf(op *apidoc.Operation) []apidoc.Field {
	out := append([]apidoc.Field(nil), op.Query...)
	if op.Body != nil {
		out = append(out, op.Body.Fields...)
	}
	return out
}

func (a *Console) newestDraft(ctx context.Context, c *call) (string, error) {
	box, err := a.service.DraftBox(ctx, c.component)
	newest := int64(-1)
	for _, d := range box.Drafts {
		newest = max(newest, d.ID)
	}
	return idText(newest), err
}

func (a *Console) newestTemplate(ctx context.Context, c *call) (string, error) {
	library, err := a.service.TemplateLibrary(ctx, c.component)
	newest := int64(-1)
	for _, t := range library.Templates {
		newest = max(newest, t.ID)
	}
	return idText(newest), err
}

func (a *Console) newestAudit(ctx context.Context, c *call, merchant string) (string, error) {
	order, err := a.service.LatestAudit(ctx, c.component, merchant)
	if _, refused := errors.AsType[*platform.Error](err); refused || errors.Is(err, platform.ErrNotFound) {
		return "", nil // the example will do
	}
	return idText(order.ID), err
}

// newestError is the rid of the newest refusal of the platform's own calls.
func (a *Console) newestError(component string) string {
	for _, e := range a.journal.List(journal.Filter{Component: component, Limit: 200}) {
		if e.ErrCode != 0 && e.Authorizer == "" && e.TokenKind != "" {
			return e.RID.String()
		}
	}
	return ""
}

// idText writes an id; empty for none.
func idText(id int64) string {
	if id < 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// explorerHref is where the explorer fills in a call of the journal.
func explorerHref(component string, e *journal.Entry) string {
	op, ok := apidoc.WeChat().Find(e.Path)
	if !ok || op.Method != e.Method {
		return ""
	}
	return explorerPath(component, op) + "?from=" + e.RID.String()
}

// repeated is the call of the journal that a page is asked to fill in.
func (a *Console) repeated(c *call, op *apidoc.Operation) (journal.Entry, bool) {
	rid, is := journal.ParseRID(c.r.URL.Query().Get("from"))
	if !is {
		return journal.Entry{}, false
	}
	e, found := a.journal.Find(rid)
	return e, found && e.Path == op.Path && (e.Component == "" || e.Component == c.component)
}

// repeat takes over what a call of the journal had. Its secrets are masked, and names
// stand for those that the console knows. The journal has no body of a call that was
// refused before it was read, and half of a long one: these are filled in as ever.
func (in *input) repeat(e *journal.Entry) {
	token := tokenOf(e)
	switch {
	case token == "":
		in.token = tokenNone
	case e.Authorizer != "":
		in.token = tokenOfMerchant + e.Authorizer
	case e.Component != "":
		in.token = tokenComponent
	default:
		in.token = tokenWrong
	}
	shown := e.Masked()
	query, _ := url.ParseQuery(shown.Query) // what is malformed is missing
	var members map[string]json.RawMessage
	whole := json.Unmarshal(shown.RequestBody, &members) == nil
	set := func(name, value string) {
		if strings.Contains(value, "…") && !strings.Contains(string(e.RequestBody)+e.Query, "…") {
			if value = placeholder(name); value == "" {
				return
			}
		}
		in.values[name] = value
	}
	for _, f := range in.op.Query {
		set(f.Name, query.Get(f.Name))
	}
	if in.op.Body == nil || in.op.Body.Form || len(e.RequestBody) == 0 || len(e.RequestBody) >= journal.BodyLimit {
		return
	}
	if !whole { // no JSON object: as it was
		in.raw = string(shown.RequestBody)
		return
	}
	for _, f := range in.op.Body.Fields {
		var text string
		if raw := members[f.Name]; json.Unmarshal(raw, &text) != nil {
			text = pretty(raw)
		}
		if text == "null" {
			text = ""
		}
		set(f.Name, text)
	}
}
