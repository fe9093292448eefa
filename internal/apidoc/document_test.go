package apidoc_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"draftbox/api"
	"draftbox/api/apitest"
	"draftbox/internal/apidoc"
)

func operations() []*apidoc.Operation {
	var out []*apidoc.Operation
	for _, f := range apidoc.WeChat().Families {
		out = append(out, f.Operations...)
	}
	return out
}

// fields are the parameters of the query and the members of the body.
func fields(op *apidoc.Operation) []apidoc.Field {
	if op.Body == nil {
		return op.Query
	}
	return slices.Concat(op.Query, op.Body.Fields)
}

// Nothing of the document is lost.
func TestEveryOperationIsThere(t *testing.T) {
	t.Parallel()
	d, v := apidoc.WeChat(), apitest.WeChat(t)
	var got []string
	for _, op := range operations() {
		name := op.Method + " " + op.Path
		got = append(got, name)
		var codes, want []int
		for _, e := range op.Errors {
			codes = append(codes, e.Code)
		}
		for _, row := range v.ErrorRows(name) {
			want = append(want, row.Code)
		}
		if diff := cmp.Diff(want, codes); diff != "" {
			t.Errorf("%s: return codes (-document +model)\n%s", name, diff)
		}
		if byID, ok := d.Operation(op.ID); !ok || byID != op {
			t.Errorf("%s is not found by its id", op.ID)
		}
		if byPath, ok := d.Find(op.Path); !ok || byPath != op {
			t.Errorf("%s is not found by its path", op.Path)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(slices.Sorted(slices.Values(v.Operations())), got); diff != "" {
		t.Errorf("operations (-document +model)\n%s", diff)
	}
	if _, ok := d.Operation("nothing"); ok {
		t.Error("an operation that there is not is found")
	}
	if _, ok := d.Find("/wxa/nothing"); ok {
		t.Error("a path that there is not is found")
	}
	if len(d.Errors) == 0 || d.Errors[0].Code != 40066 {
		t.Errorf("codes of other paths: %+v", d.Errors)
	}
}

var han = regexp.MustCompile(`\p{Han}`)

// Whoever reads one of the languages is told all that there is to tell.
func TestEveryTextIsThereInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, f := range apidoc.WeChat().Families {
		if !han.MatchString(f.Name.ZH) || f.Name.EN == "" || han.MatchString(f.Name.EN) || len(f.Operations) == 0 {
			t.Errorf("family %s: %+v with %d operations", f.ID, f.Name, len(f.Operations))
		}
	}
	for _, op := range operations() {
		if !han.MatchString(op.Name.In("zh-CN")) || op.Name.EN == "" || han.MatchString(op.Name.In("en")) {
			t.Errorf("%s is called %+v", op.ID, op.Name)
		}
		if !han.MatchString(op.Doc.ZH) && op.Doc.ZH != op.Doc.EN || strings.Contains(op.Doc.EN, "。") || op.Doc.EN == "" {
			t.Errorf("%s is described as %+v", op.ID, op.Doc)
		}
		if !strings.HasPrefix(op.Page, "https://developers.weixin.qq.com/doc/") {
			t.Errorf("%s has its page at %q", op.ID, op.Page)
		}
		for _, e := range op.Errors {
			if !han.MatchString(e.Cause.ZH) || e.Cause.EN == "" || !han.MatchString(e.Solution.ZH) || e.Solution.EN == "" || e.Errmsg == "" || e.Source == "" {
				t.Errorf("%s: %+v", op.ID, e)
			}
		}
	}
}

// The example of each operation is a call that the document allows.
func TestExamplesAreRightCalls(t *testing.T) {
	t.Parallel()
	v := apitest.WeChat(t)
	for _, op := range operations() {
		values := op.Examples()
		body := op.BodyOf(values)
		r := httptest.NewRequestWithContext(t.Context(), op.Method, op.Path+"?"+op.QueryOf("TOKEN", values), strings.NewReader(string(body)))
		if op.Body != nil && op.Body.Form {
			continue // files have no example
		}
		if op.Method == http.MethodPost {
			r.Header.Set("Content-Type", "application/json")
		}
		if err := v.CheckRequest(r); err != nil {
			t.Errorf("%v\n%s", err, body)
		}
		for _, f := range fields(op) {
			if _, has := values[f.Name]; f.Required && !has {
				t.Errorf("the example of %s lacks %s", op.ID, f.Name)
			}
		}
	}
}

func TestKindsOfToken(t *testing.T) {
	t.Parallel()
	count := map[apidoc.Token]int{}
	for _, op := range operations() {
		count[op.Token]++
		switch {
		case strings.HasPrefix(op.Path, "/wxa/component/") && op.Token != apidoc.TokenComponent,
			op.Family == "code-management" && op.Token != apidoc.TokenAuthorizer,
			strings.HasSuffix(op.ID, "ByAppSecret") && op.Token != apidoc.TokenNone,
			strings.Contains(op.ID, "OptionInfo") && op.Token != apidoc.TokenEither:
			t.Errorf("%s takes %s", op.ID, op.Token)
		}
	}
	for _, kind := range []apidoc.Token{apidoc.TokenNone, apidoc.TokenComponent, apidoc.TokenAuthorizer, apidoc.TokenEither} {
		if count[kind] == 0 {
			t.Errorf("no operation takes %s", kind)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := apidoc.Parse(api.WeChat); err != nil {
			b.Fatal(err)
		}
	}
}
