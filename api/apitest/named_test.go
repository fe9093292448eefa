package apitest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"draftbox/api/apitest"
)

// Texts that name something of the request stand in the document with a name in braces.
func TestTextsThatNameSomething(t *testing.T) {
	t.Parallel()
	v := apitest.WeChat(t)
	for text, good := range map[string]bool{
		"sing is wrong API name":       true,
		"is wrong API name":            true, // a row of its own
		"sing is a wrong API name":     false,
		"sing is wrong API name, yes":  false,
		"sing is wrong API name\nmore": false,
	} {
		for tail, ends := range map[string]bool{rid: true, "": false} {
			r := httptest.NewRequest(http.MethodPost, "/wxa/commit?access_token=x", strings.NewReader("{}"))
			body := `{"errcode":85310,"errmsg":"` + strings.ReplaceAll(text, "\n", `\n`) + tail + `"}`
			res := &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json; encoding=utf-8"}}, Body: io.NopCloser(strings.NewReader(body))}
			if err := v.CheckResponse(r, res); (err == nil) != (good && ends) {
				t.Errorf("%q%s: %v", text, tail, err)
			}
		}
	}
}
