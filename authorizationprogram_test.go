package draftbox_test

import (
	"cmp"
	"context"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"draftbox/wxopen"
	"draftbox/wxopen/wxcrypt"
)

// patience is how long an event may take to arrive; loaded machines are slow.
const patience = 30 * time.Second

// settings are what WeChat's page of a platform shows, and where the API is.
type settings struct{ appid, secret, token, aesKey, baseURL string }

// program is a platform's back end with wxopen. It knows its settings and nothing
// else of the server.
type program struct {
	*wxopen.Client
	url      string
	events   chan received
	cameBack chan wxopen.AuthorizationRedirect
	failures chan error               // why pushes were not answered with success
	work     func(wxopen.Event) error // what the program does with an event
	store    *wxopen.MemoryStore      // of tickets and authorizations
}

// received is an event, with what its code was exchanged for.
type received struct {
	wxopen.Event
	authorization wxopen.Authorization
}

// startProgram runs a program until the test ends.
func startProgram(t *testing.T, s settings, work func(wxopen.Event) error) *program {
	t.Helper()
	p := &program{
		events: make(chan received, 64), cameBack: make(chan wxopen.AuthorizationRedirect, 8), failures: make(chan error, 64),
		work: work, store: new(wxopen.MemoryStore),
	}
	var err error
	p.Client, err = wxopen.New(wxopen.Config{BaseURL: s.baseURL, ComponentAppid: s.appid, ComponentSecret: s.secret, Store: p.store})
	if err != nil {
		t.Fatal(err)
	}
	cipher, err := wxcrypt.New(s.token, s.aesKey, s.appid)
	if err != nil {
		t.Fatal(err)
	}
	handler, err := wxopen.NewCallbackHandler(wxopen.CallbackConfig{
		Cipher:  cipher,
		Tickets: &wxopen.StoredTickets{Store: p.store, ComponentAppid: s.appid},
		On: wxopen.EventFuncs{
			Authorized: p.authorized, UpdateAuthorized: p.authorized, Unauthorized: p.unauthorized,
			Any: func(_ context.Context, e wxopen.Event) ([]byte, error) {
				return nil, p.finish(e, wxopen.Authorization{})
			},
		},
		Error: func(_ *http.Request, err error) { p.failures <- err },
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/event", handler)
	mux.HandleFunc("GET /authorized", func(w http.ResponseWriter, r *http.Request) {
		redirect, err := wxopen.ParseAuthorizationRedirect(r.RequestURI)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		p.cameBack <- redirect
	})
	listener := httptest.NewServer(mux)
	t.Cleanup(listener.Close)
	p.url = listener.URL
	return p
}

// authorized exchanges the code while the push waits for its answer.
func (p *program) authorized(ctx context.Context, e *wxopen.AuthorizedEvent) error {
	authorization, err := p.QueryAuth(ctx, e.AuthorizationCode)
	if err != nil {
		return err
	}
	if err := p.KeepAuthorization(ctx, authorization); err != nil {
		return err
	}
	return p.finish(e, authorization)
}

func (p *program) unauthorized(ctx context.Context, e *wxopen.UnauthorizedEvent) error {
	if err := p.DropAuthorization(ctx, e.AuthorizerAppid, e.CreateTime); err != nil {
		return err
	}
	return p.finish(e, wxopen.Authorization{})
}

func (p *program) finish(e wxopen.Event, a wxopen.Authorization) error {
	if p.work != nil {
		if err := p.work(e); err != nil {
			return err
		}
	}
	p.events <- received{e, a}
	return nil
}

// next waits for the next event of a kind; events of other kinds before it are
// dropped.
func next[E wxopen.Event](t *testing.T, p *program) (event E, authorization wxopen.Authorization) {
	t.Helper()
	for {
		got := await(t, p.events)
		if e, ok := got.Event.(E); ok {
			return e, got.authorization
		}
	}
}

func await[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatalf("no %T within %s", *new(T), patience)
		panic("unreachable")
	}
}

// Parts of the authorization page.
var (
	formTag   = regexp.MustCompile(`<form [^>]*>`)
	inputTag  = regexp.MustCompile(`<input [^>]*>`)
	attribute = regexp.MustCompile(` ([a-z]+)="([^"]*)"`)
)

func attributes(tag string) map[string]string {
	out := map[string]string{}
	for _, m := range attribute.FindAllStringSubmatch(tag, -1) {
		out[m[1]] = html.UnescapeString(m[2])
	}
	return out
}

// confirmPage does what a merchant's browser does: it opens the page, chooses a mini
// program, ticks permission sets (none given: as they are), confirms, and follows the
// redirect.
func confirmPage(t *testing.T, link, appid string, sets ...int) {
	t.Helper()
	page := fetchPage(t, http.MethodGet, link, nil)
	fields := url.Values{"authorizer_appid": {appid}, "decision": {"confirm"}}
	offered := false
	for _, tag := range inputTag.FindAllString(page, -1) {
		in := attributes(tag)
		_, checked := in["checked"]
		id, _ := strconv.Atoi(in["value"])
		switch {
		case in["type"] == "radio":
			offered = offered || in["value"] == appid
		case in["type"] == "hidden", in["type"] == "checkbox" && (len(sets) == 0 && checked || slices.Contains(sets, id)):
			fields.Add(in["name"], in["value"])
		}
	}
	if !offered {
		t.Fatalf("the page does not offer %s:\n%s", appid, page)
	}
	base, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	action, err := base.Parse(attributes(formTag.FindString(page))["action"])
	if err != nil {
		t.Fatal(err)
	}
	fetchPage(t, http.MethodPost, action.String(), fields)
}

// fetchPage requires that redirects, if there are any, end at a page.
func fetchPage(t *testing.T, method, link string, form url.Values) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, link, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v\n%s", method, res.Status, err, text)
	}
	return string(text)
}

// setsOf returns the permission sets of an authorization.
func setsOf(a wxopen.Authorization) []int64 {
	var out []int64
	for _, f := range a.FuncInfo {
		out = append(out, f.ID)
	}
	slices.SortFunc(out, cmp.Compare)
	return out
}
