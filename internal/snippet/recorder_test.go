package snippet_test

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"draftbox/internal/snippet"
)

// request is what of a call reaches a server. Of a form it is the parts, since each
// program makes up a boundary of its own.
type request struct {
	Method, URI, Type string
	Body              string
	Parts             []part
}

type part struct{ Field, Name, Type, Content string }

// recorder is a server that writes down what it is asked for.
type recorder struct {
	*httptest.Server
	mu   sync.Mutex
	seen []request
}

func newRecorder(t *testing.T) *recorder {
	t.Helper()
	r := &recorder{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		got, err := read(req)
		if err != nil {
			t.Errorf("%s %s: %v", req.Method, req.RequestURI, err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.seen = append(r.seen, got)
		if strings.HasPrefix(req.URL.Path, "/broken") {
			w.WriteHeader(http.StatusBadGateway)
		}
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(r.Close)
	return r
}

// answer is what the recorder says. A program that prints it byte for byte keeps the
// letters and adds no line break.
const answer = `{"errcode":0,"errmsg":"ok 好"}`

func read(r *http.Request) (request, error) {
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // a GET has none
	out := request{Method: r.Method, URI: r.RequestURI, Type: kind}
	body, err := io.ReadAll(r.Body)
	if err != nil || kind != "multipart/form-data" {
		out.Body = string(body)
		return out, err
	}
	form := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		p, err := form.NextPart()
		if err == io.EOF { //nolint:errorlint // it comes as it is
			return out, nil
		}
		if err != nil {
			return out, err
		}
		content, err := io.ReadAll(p)
		if err != nil {
			return out, err
		}
		out.Parts = append(out.Parts, part{p.FormName(), p.FileName(), p.Header.Get("Content-Type"), string(content)})
	}
}

// want is what a call must come to.
func want(c snippet.Call, server string) request {
	out := request{Method: c.Method, URI: strings.TrimPrefix(c.URL, server)}
	switch {
	case c.File != nil:
		out.Type = "multipart/form-data"
		out.Parts = []part{{c.File.Field, c.File.Name, c.File.Type, string(c.File.Content)}}
	case c.Method != http.MethodGet:
		out.Type, out.Body = "application/json", c.Body
	}
	return out
}

func (r *recorder) take() []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.seen
	r.seen = nil
	return out
}
