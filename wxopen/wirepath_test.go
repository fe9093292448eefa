package wxopen_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"draftbox/wxopen"
)

// TestWirePathCalls: what a golden request of one of these paths says is what its call
// sends.
func TestWirePathCalls(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, row := range append(slices.Clip(registerCalls), authorizationCalls...) {
		path := wirePath(row.request)
		used[path] = true
		line, body, _ := strings.Cut(row.request, "\n\n")
		in := &credentialInput{line: line}
		if body != "" {
			if err := json.Unmarshal([]byte(body), in); err != nil {
				t.Fatal(err)
			}
		}
		_, token, _ := strings.Cut(line, "access_token=")
		token, _, _ = strings.Cut(token, "&")
		sent := ""
		c := canned(t, 200, "", func(cfg *wxopen.Config) {
			cfg.Tokens = wxopen.StaticToken(token)
			cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
				sent = wireForm(req)
				return jsonResponse(req, row.answer), nil
			})}
		})
		if err := wirePathCalls[path](t.Context(), c, in); err != nil || sent != row.request {
			t.Errorf("%s: sent\n%s\nwant\n%s\n(%v)", row.name, sent, row.request, err)
		}
	}
	for path := range wirePathCalls {
		if !used[path] {
			t.Errorf("nothing is known of %s", path)
		}
	}
}
