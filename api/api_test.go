package api_test

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"

	"draftbox/api"
	"draftbox/api/apitest"
)

// documents returns all, by name.
func documents(t *testing.T) map[string]*openapi3.T {
	t.Helper()
	return map[string]*openapi3.T{"wechat": apitest.WeChat(t).Spec(), "uploader": apitest.Uploader(t).Spec(), "admin": apitest.Admin(t).Spec()}
}

// operation is one operation of a document.
type operation struct {
	method, path string
	*openapi3.Operation
}

func operations(doc *openapi3.T) []operation {
	var out []operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			out = append(out, operation{method, path, op})
		}
	}
	return out
}

func TestDocumentsAreValid(t *testing.T) {
	t.Parallel()
	for name, doc := range documents(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !doc.IsOpenAPI31OrLater() {
				t.Errorf("openapi is %s, want 3.1", doc.OpenAPI)
			}
			if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaPatternValidation()); err != nil {
				t.Error(err)
			}
		})
	}
}

// The validator must look at examples, or TestDocumentsAreValid says nothing of them.
func TestExamplesAreChecked(t *testing.T) {
	t.Parallel()
	broken := strings.Replace(string(api.WeChat), "draft_id: 8, source_miniprogram_appid", "draft_id: eight, source_miniprogram_appid", 1)
	if broken == string(api.WeChat) {
		t.Fatal("the document has no such example any more; change this test")
	}
	if _, err := apitest.New([]byte(broken)); err == nil {
		t.Error("a document with a wrong example passes")
	}
}

func TestOperationsAreComplete(t *testing.T) {
	t.Parallel()
	camel := regexp.MustCompile(`^[a-z][A-Za-z]+$`)
	for name, doc := range documents(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tags := map[string]bool{}
			for _, tag := range doc.Tags {
				tags[tag.Name] = true
			}
			for _, op := range operations(doc) {
				t.Run(op.method+" "+op.path, func(t *testing.T) {
					t.Parallel()
					if !camel.MatchString(op.OperationID) {
						t.Errorf("operationId is %q", op.OperationID)
					}
					if op.Summary == "" {
						t.Error("no summary")
					}
					if len(op.Tags) != 1 || !tags[op.Tags[0]] {
						t.Errorf("tags are %v, want one that the document declares", op.Tags)
					}
					for status, response := range op.Responses.Map() {
						checkExample(t, "status "+status, response.Value.Content)
					}
					if op.RequestBody != nil {
						checkExample(t, "the request body", op.RequestBody.Value.Content)
					}
				})
			}
		})
	}
}

// checkExample demands an example of every body. An upload has none: its parts
// are files.
func checkExample(t *testing.T, where string, content openapi3.Content) {
	t.Helper()
	if len(content) == 0 {
		t.Errorf("%s has no content", where)
	}
	for mediaType, media := range content {
		if mediaType != "multipart/form-data" && media.Example == nil && len(media.Examples) == 0 {
			t.Errorf("%s, %s: no example", where, mediaType)
		}
	}
}

func TestAdminDocument(t *testing.T) {
	t.Parallel()
	open := []string{"/", "/livez", "/readyz", "/metrics", "/_draftbox/v1/openapi/wechat.yaml", "/_draftbox/v1/openapi/uploader.yaml", "/_draftbox/v1/openapi/admin.yaml"}
	for _, op := range operations(apitest.Admin(t).Spec()) {
		needsToken := op.Security == nil
		if needsToken == slices.Contains(open, op.path) {
			t.Errorf("%s: asks for the admin token: %t", op.OperationID, needsToken)
		}
		if refused := op.Responses.Value("401") != nil; refused != needsToken {
			t.Errorf("%s: has a 401: %t", op.OperationID, refused)
		}
		if !slices.Contains(open, op.path) && !strings.HasPrefix(op.path, "/_draftbox/v1/") {
			t.Errorf("%s: stands outside the prefix", op.OperationID)
		}
		if strings.HasPrefix(op.OperationID, "list") {
			if p := op.Parameters; p.GetByInAndName("query", "limit") == nil || p.GetByInAndName("query", "cursor") == nil {
				t.Errorf("%s: a list takes limit and cursor", op.OperationID)
			}
		}
	}
}

func TestWeChatDocument(t *testing.T) {
	t.Parallel()
	for _, op := range operations(apitest.WeChat(t).Spec()) {
		chinese, english, ok := strings.Cut(op.Summary, " · ")
		if !ok || !isChinese(chinese) || english == "" {
			t.Errorf("%s: summary %q is not Chinese · English", op.OperationID, op.Summary)
		}
		if op.ExternalDocs == nil || !strings.HasPrefix(op.ExternalDocs.URL, "https://developers.weixin.qq.com/doc/") {
			t.Errorf("%s: the official page is missing", op.OperationID)
		}
		if statuses := slices.Collect(maps.Keys(op.Responses.Map())); !slices.Equal(statuses, []string{"200"}) {
			t.Errorf("%s: statuses are %v, want 200 alone", op.OperationID, statuses)
		}
	}
}

func isChinese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
