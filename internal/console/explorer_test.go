package console_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"draftbox/api/apitest"
	"draftbox/internal/apidoc"
	"draftbox/internal/console"
	"draftbox/internal/platform"
	"draftbox/internal/wxapi"
)

// explorerBench is a bench whose explorer calls the emulated API; each answer is one
// that the OpenAPI document allows.
type explorerBench struct {
	*bench
	mu    sync.Mutex
	calls []*http.Request
	body  []byte // of the last of them
}

func newExplorer(t *testing.T) *explorerBench {
	t.Helper()
	b := &explorerBench{}
	b.bench = newBench(t, func(o *console.Options) {
		wire := apitest.WeChat(t).Handler(t, wxapi.New(wxapi.Options{Service: o.Service, Journal: o.Journal, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))}))
		o.Wire = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			b.mu.Lock()
			b.calls, b.body = append(b.calls, r.Clone(context.WithoutCancel(r.Context()))), body
			b.mu.Unlock()
			r.Body = io.NopCloser(bytes.NewReader(body))
			wire.ServeHTTP(w, r)
		})
	})
	return b
}

// made returns the calls that the explorer has made since it was asked last.
func (b *explorerBench) made() []*http.Request {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.calls
	b.calls = nil
	return out
}

const explorer = base + "/explorer/"

// open returns the form of a call as a browser has it before anything is typed.
func (b *explorerBench) open(target string) url.Values {
	b.Helper()
	w := b.get(target)
	b.has(w, http.StatusOK)
	return formOf(b.T, w.Body.String())
}

// formOf reads the fields of the form "call".
func formOf(t *testing.T, page string) url.Values {
	t.Helper()
	out, inside, area, choice := url.Values{}, false, "", ""
	attribute := func(e xml.StartElement, name string) (string, bool) {
		for _, a := range e.Attr {
			if a.Name.Local == name {
				return a.Value, true
			}
		}
		return "", false
	}
	d := xml.NewDecoder(strings.NewReader(page))
	d.Entity = map[string]string{}
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			name, _ := attribute(e, "name")
			value, _ := attribute(e, "value")
			kind, _ := attribute(e, "type")
			_, selected := attribute(e, "selected")
			id, _ := attribute(e, "id")
			switch {
			case e.Name.Local == "form":
				inside = id == "call"
			case !inside:
			case e.Name.Local == "input" && kind != "file":
				out.Set(name, value)
			case e.Name.Local == "textarea":
				area = name
				out.Set(area, "")
			case e.Name.Local == "select":
				choice = name
				out.Set(choice, "")
			case e.Name.Local == "option" && (selected || !out.Has("seen "+choice)):
				out.Set("seen "+choice, "")
				if _, own := attribute(e, "value"); own {
					out.Set(choice, value)
				} else {
					area = choice // its text is its value
					out.Set(area, "")
				}
			}
		case xml.CharData:
			if area != "" {
				out.Set(area, out.Get(area)+string(e))
			}
		case xml.EndElement:
			area = ""
			if e.Name.Local == "form" {
				inside = false
			}
		}
	}
}

// call sends the form of a call, with some fields changed.
func (b *explorerBench) call(id, do string, form url.Values, change ...string) *httptest.ResponseRecorder {
	b.Helper()
	sent := url.Values{"do": {do}}
	for name, values := range form {
		if !strings.HasPrefix(name, "seen ") {
			sent[name] = values
		}
	}
	for i := 0; i+1 < len(change); i += 2 {
		sent.Set(change[i], change[i+1])
	}
	return b.post(explorer+id, sent)
}

// Every endpoint of the document can be called as its page stands, and is answered as
// the document allows.
func TestEveryOperationIsCalled(t *testing.T) {
	t.Parallel()
	b := newExplorer(t)
	_, err := b.service.PushTicket(context.Background(), component)
	b.must(err)
	done := 0
	for _, family := range apidoc.WeChat().Families {
		for _, op := range family.Operations {
			form := b.open(explorer + op.ID)
			w := b.call(op.ID, "call", form)
			b.has(w, http.StatusOK, html.EscapeString(op.Name.EN), `<div class="verdict`, "HTTP 200 OK", base+"/requests/")
			calls := b.made()
			if len(calls) != 1 || calls[0].Method != op.Method || calls[0].URL.Path != op.Path {
				t.Errorf("%s: made %d calls", op.ID, len(calls))
			}
			if token := calls[0].URL.Query().Get("access_token"); (token == "") != (op.Token == apidoc.TokenNone) {
				t.Errorf("%s takes %s, and its token is %q", op.ID, op.Token, token)
			}
			if strings.Contains(w.Body.String(), `<div class="verdict ok"`) {
				done++
			} else {
				_, rest, _ := strings.Cut(w.Body.String(), `<p class="why">`)
				why, _, _ := strings.Cut(rest, "</p>")
				t.Logf("%s is refused: %s", op.ID, why)
				b.has(w, http.StatusOK, `class="returned"`, "What to do")
			}
		}
	}
	if done < 40 {
		t.Errorf("only %d calls succeed with what their pages are filled in with", done)
	}
	t.Logf("%d calls succeed", done)
}

// Which kind of token a page says that a call takes is what the API takes.
func TestKindsOfTokenAreThoseOfTheAPI(t *testing.T) {
	t.Parallel()
	b := newExplorer(t)
	wrong := func(id, token string) bool {
		w := b.call(id, "call", b.open(explorer+id), "token", token)
		b.has(w, http.StatusOK, `<div class="verdict`)
		_, verdict, _ := strings.Cut(w.Body.String(), `<div class="verdict`)
		verdict, _, _ = strings.Cut(verdict, "</p>")
		for _, code := range []string{"48001", "61014", "40014"} {
			if strings.Contains(verdict, ">"+code+"<") {
				return true
			}
		}
		return false
	}
	for _, family := range apidoc.WeChat().Families {
		for _, op := range family.Operations {
			if op.Token == apidoc.TokenNone {
				continue
			}
			// The merchant is a mini program, and that call takes official accounts alone.
			if got, want := wrong(op.ID, "authorizer:"+merchant), op.Token == apidoc.TokenComponent || op.ID == "registerMiniprogramByOffiaccount"; got != want {
				t.Errorf("%s takes %s; a merchant's token is wrong: %t", op.ID, op.Token, got)
			}
			if got, want := wrong(op.ID, "component"), op.Token == apidoc.TokenAuthorizer; got != want {
				t.Errorf("%s takes %s; the platform's token is wrong: %t", op.ID, op.Token, got)
			}
		}
	}
}

// The explorer's tokens take the place of none that a program holds, and one is used
// until it ends.
func TestTokensOfTheExplorer(t *testing.T) {
	t.Parallel()
	b := newExplorer(t)
	ctx := context.Background()
	ticket, err := b.service.PushTicket(ctx, component)
	b.must(err)
	held, err := b.service.ComponentAccessToken(ctx, platform.TokenRequest{
		Appid: component, Secret: "0123456789abcdef0123456789abcdef", Ticket: ticket.Value, Quota: func(*platform.Component, time.Time) error { return nil },
	})
	b.must(err)
	use := func() string {
		t.Helper()
		b.has(b.call("getTemplatedRaftList", "call", b.open(explorer+"getTemplatedRaftList")), http.StatusOK, `<div class="verdict ok"`)
		return b.made()[0].URL.Query().Get("access_token")
	}
	first := use()
	if second := use(); second != first {
		t.Error("the second call has another token than the first")
	}
	session, err := b.service.Authenticate(ctx, held)
	if err != nil || !session.Token.SupersededAt.IsZero() {
		t.Errorf("the program's token: %+v, %v", session.Token, err)
	}
	b.must(b.service.AdvanceClock(ctx, platform.AccessTokenLife+1))
	if third := use(); third == first {
		t.Error("a token that has ended is used")
	}
}
