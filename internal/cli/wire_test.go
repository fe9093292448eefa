package cli_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// library is a server of the wire on which adding a draft makes some templates.
func library(t *testing.T, makes int, answer string) string {
	t.Helper()
	type item map[string]any
	var added atomic.Bool
	reply := func(w http.ResponseWriter, v any) {
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /wxa/gettemplatedraftlist", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, item{"errcode": 0, "draft_list": []item{{"draft_id": 3, "user_version": "1", "user_desc": "d"}}})
	})
	mux.HandleFunc("GET /wxa/gettemplatelist", func(w http.ResponseWriter, _ *http.Request) {
		templates := []item{{"template_id": 4, "draft_id": 3, "user_version": "1", "user_desc": "d"}}
		for i := range makes {
			if added.Load() {
				templates = append(templates, item{"template_id": 5 + i, "draft_id": 3, "user_version": "1", "user_desc": "d"})
			}
		}
		reply(w, item{"errcode": 0, "template_list": templates})
	})
	mux.HandleFunc("POST /wxa/addtotemplate", func(w http.ResponseWriter, _ *http.Request) {
		added.Store(true)
		if _, err := w.Write([]byte(answer)); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestTemplateAddTellsWhatIsUncertain(t *testing.T) {
	t.Parallel()
	const done = `{"errcode":0,"errmsg":"ok"}`
	for _, tt := range []struct {
		name    string
		makes   int
		answer  string
		code    int
		stdout  string
		stderrs []string
	}{
		{name: "one template", makes: 1, answer: done, stdout: "5\n"},
		{
			name: "two templates", makes: 2, answer: done, code: 1,
			stderrs: []string{"error: draft 3 was added, but which template came of it is ambiguous\n", "template 5\n", "template 6\n", " next: use any of them"},
		},
		{
			name: "none to be seen", makes: 0, answer: done, code: 1,
			stderrs: []string{"error: draft 3 was added, but the list does not show the template\n", " next: look for a template with an id over 4 before"},
		},
		{
			name: "nobody knows", makes: 0, answer: `{"errcode":-1,"errmsg":"system error rid: 6b0285a0-0a1b2c3d-4e5f6071"}`, code: 1,
			stderrs: []string{"error: it is not known whether draft 3 was added\n", "  why: ", " next: look for a template with an id over 4"},
		},
		{
			name: "refused", makes: 0, answer: `{"errcode":85065,"errmsg":"template list is full rid: 6b0285a0-0a1b2c3d-4e5f6071"}`, code: 1,
			stderrs: []string{"error: cannot add the draft to the template library: errcode 85065 template list is full (rid 6b0285a0-0a1b2c3d-4e5f6071)\n", " next: delete a template"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			url := library(t, tt.makes, tt.answer)
			code, stdout, stderr := run(t, "template", "add", "3", "--quiet", "--endpoint", url, "--access-token", "geheim")
			if code != tt.code || stdout != tt.stdout {
				t.Errorf("exit code %d, stdout %q; want %d, %q", code, stdout, tt.code, tt.stdout)
			}
			for _, want := range tt.stderrs {
				if !strings.Contains(stderr, want) {
					t.Errorf("stderr has no %q:\n%s", want, stderr)
				}
			}
			if strings.Contains(stderr, "geheim") {
				t.Errorf("the token is in:\n%s", stderr)
			}
		})
	}
}
