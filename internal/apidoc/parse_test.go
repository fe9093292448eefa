package apidoc_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"draftbox/internal/apidoc"
)

const small = `
tags: [{name: shop, description: 店铺 · shops}]
x-errcodes: [{code: 40066, errmsg: invalid url, source: observed, draftbox: never}]
paths:
  /sell:
    post:
      operationId: sell
      summary: 出售 · Sell
      description: |
        Sells one thing,
        or two.
        出售一件或两件。
      externalDocs: {url: "https://example.com/sell"}
      tags: [shop]
      parameters:
        - {$ref: "#/components/parameters/token"}
        - {name: mode, in: query, required: true, schema: {type: string, enum: [fast, slow]}}
        - {name: page, in: query, description: 页码 · number of the page, schema: {type: integer, minimum: 1, maximum: 9}, example: 3}
      requestBody:
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Sale"}
            examples: {one: {value: &sale {id: 8, name: "007", gift: false, parts: [{n: 1, s: "中<"}]}}, two: {value: {id: "9"}}}
components:
  parameters:
    token: {name: access_token, in: query, schema: {type: string}}
  schemas:
    Id: {description: 编号 · the id, oneOf: [{type: integer, minimum: 0}, {type: string}], examples: [8]}
    Sale:
      type: object
      required: [id]
      properties:
        id: {$ref: "#/components/schemas/Id", description: 商品 · the thing}
        name: {type: [string, "null"], maxLength: 64, pattern: "^[0-9]+$"}
        gift: {type: boolean}
        parts: {type: array, maxItems: 5, minItems: 1, items: {type: object}}
        kind: {type: string, const: sale}
`

func sell(t *testing.T) *apidoc.Operation {
	t.Helper()
	d, err := apidoc.Parse([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	op, ok := d.Operation("sell")
	if !ok {
		t.Fatal("there is no sell")
	}
	return op
}

func TestFields(t *testing.T) {
	t.Parallel()
	same := func(s string) apidoc.Text { return apidoc.Text{ZH: s, EN: s} }
	want := &apidoc.Operation{
		ID: "sell", Family: "shop", Method: "POST", Path: "/sell", Name: apidoc.Text{ZH: "出售", EN: "Sell"},
		Doc: apidoc.Text{ZH: "出售一件或两件。", EN: "Sells one thing, or two."}, Page: "https://example.com/sell", Token: apidoc.TokenAuthorizer,
		Query: []apidoc.Field{
			{Name: "mode", Type: apidoc.String, Required: true, Enum: []string{"fast", "slow"}, Doc: same(""), Example: "fast", Shown: true},
			{Name: "page", Type: apidoc.Integer, Limits: []apidoc.Limit{{Kind: "min", Value: "1"}, {Kind: "max", Value: "9"}}, Doc: apidoc.Text{ZH: "页码", EN: "number of the page"}, Example: "3"},
		},
		Body: &apidoc.Body{Fields: []apidoc.Field{
			{Name: "id", Type: apidoc.IntegerOrString, Required: true, Limits: []apidoc.Limit{{Kind: "min", Value: "0"}}, Doc: apidoc.Text{ZH: "商品", EN: "the thing"}, Example: "8", Shown: true},
			{Name: "name", Type: apidoc.String, Limits: []apidoc.Limit{{Kind: "max_length", Value: "64"}, {Kind: "pattern", Value: "^[0-9]+$"}}, Example: "007", Shown: true},
			{Name: "gift", Type: apidoc.Boolean, Example: "false", Shown: true},
			{Name: "parts", Type: apidoc.Array, Limits: []apidoc.Limit{{Kind: "min_items", Value: "1"}, {Kind: "max_items", Value: "5"}}, Example: "[\n  {\n    \"n\": 1,\n    \"s\": \"中<\"\n  }\n]", Shown: true},
			{Name: "kind", Type: apidoc.String, Enum: []string{"sale"}, Example: "sale"},
		}},
	}
	if diff := cmp.Diff(want, sell(t)); diff != "" {
		t.Errorf("operation (-want +got)\n%s", diff)
	}
}

func TestCompose(t *testing.T) {
	t.Parallel()
	op := sell(t)
	for _, test := range []struct {
		name        string
		token       string
		values      map[string]string
		query, body string
	}{
		{"the example", "a_b", op.Examples(), "access_token=a_b&mode=fast", `{"id":8,"name":"007","gift":false,"parts":[{"n":1,"s":"中<"}]}`},
		{"nothing", "", nil, "", `{}`},
		{"what must be quoted", "a b", map[string]string{"mode": "ä&=", "name": "\"\\\n</script>"}, "access_token=a+b&mode=%C3%A4%26%3D", `{"name":"\"\\\n</script>"}`},
		{"numbers", "", map[string]string{"id": "-1.5e3"}, "", `{"id":-1.5e3}`},
		{"no numbers", "", map[string]string{"id": "007", "gift": "yes"}, "", `{"id":"007","gift":"yes"}`},
		{"no JSON", "", map[string]string{"parts": "[1,"}, "", `{"parts":[1,}`},
		{"unknown", "", map[string]string{"other": "x"}, "", `{}`},
	} {
		if got := op.QueryOf(test.token, test.values); got != test.query {
			t.Errorf("%s: query %q, want %q", test.name, got, test.query)
		}
		if got := string(op.BodyOf(test.values)); got != test.body {
			t.Errorf("%s: body %s, want %s", test.name, got, test.body)
		}
	}
}

// What this package would lose, it refuses.
func TestRefusedDocuments(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ old, new, want string }{
		{small, "", "there is none"},
		{"tags: [", "tags: {", "read the document"},
		{"{name: mode, in: query,", "{name: mode, in: header,", "must be in query"},
		{"tags: [shop]", "tags: [other]", `no tag "other"`},
		{"code: 40066", "code: many", "x-errcodes"},
		{"#/components/schemas/Sale", "#/components/schemas/Gone", "leads nowhere"},
		{"application/json:", "text/xml:", "text/xml comes first"},
		{"content:\n", "nothing:\n", "no content"},
		{"gift: {type: boolean}", "gift: {type: date}", `its type is "date"`},
		{"gift: false", "other: 1", "the example has other"},
		{"gift: false", "gift: 0x10", "not written as JSON"},
		{"tags: [shop]", "tags: [shop]\n      x-token: both", "must be either"},
		{"components:", "  /buy: {post: {operationId: sell, tags: [shop]}}\ncomponents:", "another operation"},
	} {
		changed := strings.Replace(small, test.old, test.new, 1)
		if changed == small {
			t.Errorf("%q is not in the document", test.old)
		}
		if _, err := apidoc.Parse([]byte(changed)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: got %v, want %q", test.new, err, test.want)
		}
	}
}
