package snippet_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"draftbox/internal/apidoc"
	"draftbox/internal/snippet"
)

// Every call of the document, with its example values, reaches a server in every
// language with the same method, path, query and body.
func TestEveryOperation(t *testing.T) {
	t.Parallel()
	arrive(t, func(server string) []snippet.Call {
		var calls []snippet.Call
		for _, f := range apidoc.WeChat().Families {
			for _, op := range f.Operations {
				calls = append(calls, callOf(server, op))
			}
		}
		if len(calls) < 60 {
			t.Errorf("the document has %d calls", len(calls))
		}
		return calls
	})
}

func callOf(server string, op *apidoc.Operation) snippet.Call {
	values := op.Examples()
	c := snippet.Call{Method: op.Method, URL: server + op.Path, Body: string(op.BodyOf(values))}
	if query := op.QueryOf("92_AbCdEf-_", values); query != "" {
		c.URL += "?" + query
	}
	if op.Body != nil && op.Body.Form {
		c.File = &snippet.File{Field: op.Body.Fields[0].Name, Name: "隐私 guide.txt", Type: "text/plain", Content: []byte("示例\n")}
	}
	return c
}

// Any text survives in any language: as a body, in the query, and as a file.
func TestAnyText(t *testing.T) {
	t.Parallel()
	texts := []string{
		`it's "quoted"`, `back\slash \n \\`, "$HOME ${x} $(id) `id`", "line\nbreak\r\n\ttab", "你好，世界", "emoji 🎉👩‍👩‍👧 𝒳",
		"</script><?php ?> <!-- %> {{.}}", "100% %s %d %%", "\x00\x01\x1b\x7f", "\u2028\u2029\u0085\uFEFF\u00A0\u202E", `\u000a \u0022 \x41 \101`, "'''", `"""`, "```",
		"#{x} @{x} !x ~ * ? [a] {a,b} && || ; > <", " leading and trailing ", "-d", "@file", `\`, `'`, `"`, "\n", strings.Repeat("长", 21_000) + `"\`,
	}
	for seed := range 60 {
		texts = append(texts, rapid.String().Example(seed))
	}
	arrive(t, func(server string) []snippet.Call {
		var calls []snippet.Call
		for _, text := range texts {
			calls = append(calls, snippet.Call{Method: http.MethodPost, URL: server + "/wxa/commit?access_token=" + url.QueryEscape(clip(text)), Body: text})
		}
		for _, text := range texts[:8] {
			calls = append(calls,
				snippet.Call{Method: http.MethodGet, URL: server + "/wxa/get_qrcode?path=" + url.QueryEscape(text)},
				snippet.Call{Method: http.MethodPost, URL: server + "/wxa/uploadmedia", File: &snippet.File{Field: "media", Name: "a;b=c,$x'.png", Type: "image/png", Content: []byte(text + "\xff\x00")}})
		}
		return calls
	})
}

// clip keeps a query within what servers take.
func clip(s string) string {
	r := []rune(s)
	return string(r[:min(len(r), 100)])
}

// A program runs by the command that stands beside it, reads a file of the folder that
// it runs in, and fails with the call.
func TestProgramsRunAsTheyStand(t *testing.T) {
	t.Parallel()
	for _, l := range snippet.Languages() {
		t.Run(l.ID, func(t *testing.T) {
			t.Parallel()
			need(t, l.ID)
			server := newRecorder(t)
			dir := t.TempDir()
			const name, content = "a picture.png", "\x89PNG\r\n\x00\xff"
			write(t, dir, name, content)
			call := snippet.Call{Method: http.MethodPost, URL: server.URL + "/wxa/uploadmedia?access_token=x", File: &snippet.File{Field: "media", Name: name, Type: "image/png"}}
			printed, err := alone(t, l, dir, call)
			if err != nil || printed != answer {
				t.Errorf("printed %q, %v", printed, err)
			}
			call.File.Content = []byte(content)
			if diff := cmp.Diff([]request{want(call, server.URL)}, server.take()); diff != "" {
				t.Errorf("asked for (-want +got)\n%s", diff)
			}
			printed, err = alone(t, l, dir, snippet.Call{Method: http.MethodPost, URL: server.URL + "/broken", Body: "{}"})
			if err == nil || printed != answer {
				t.Errorf("HTTP 502: printed %q, and ended with %v, want the answer and an error", printed, err)
			}
			server.Close()
			if _, err := alone(t, l, dir, snippet.Call{Method: http.MethodGet, URL: server.URL + "/gone"}); err == nil {
				t.Error("a server that is gone is no error")
			}
		})
	}
}

// Without what a shell cannot hold in a name, a form does not break.
func TestNamesOfFilesAreMadePlain(t *testing.T) {
	t.Parallel()
	for _, l := range snippet.Languages() {
		program := l.Program(snippet.Call{Method: http.MethodPost, URL: "http://127.0.0.1/", File: &snippet.File{Field: "media", Name: "a\"b\\c\r\nd", Content: []byte("x")}})
		if !strings.Contains(program, "a_b_c__d") || !strings.Contains(program, "application/octet-stream") {
			t.Errorf("%s: %s", l.Name, program)
		}
	}
}
