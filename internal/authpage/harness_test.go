package authpage_test

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"draftbox/internal/authpage"
	"draftbox/internal/journal"
)

const (
	component = "wx0000000000000001"
	merchant1 = "wx00000000000000a1"
	merchant2 = "wx00000000000000a2"
	callback  = "https://platform.example.com/callback?tenant=7"
)

var (
	preAuthCode = "preauthcode@@@" + strings.Repeat("Ab-_", 21) + "xY"
	authCode    = "queryauthcode@@@" + strings.Repeat("Cd-_", 21) + "zQ"
	// 14:03:12 in UTC+8.
	at = time.Date(2026, 11, 22, 6, 3, 12, 0, time.UTC)
)

// fake is a service that offers the same to everybody and remembers what it was
// asked.
type fake struct {
	mu       sync.Mutex
	offer    authpage.Offer
	refuse   error // to show
	deny     error // to confirm
	asks     []authpage.Ask
	confirms []authpage.Confirm
}

func (f *fake) AuthorizationOffer(_ context.Context, in authpage.Ask) (authpage.Offer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asks = append(f.asks, in)
	out := f.offer
	out.Merchants = slices.DeleteFunc(slices.Clone(out.Merchants), func(m authpage.Merchant) bool {
		return in.BizAppid != "" && m.Appid != in.BizAppid || !strings.Contains(m.NickName+m.Appid, in.Search)
	})
	return out, f.refuse
}

func (f *fake) AuthorizationConfirm(_ context.Context, in authpage.Confirm) (authpage.Granted, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.confirms = append(f.confirms, in)
	if f.deny != nil {
		return authpage.Granted{}, f.deny
	}
	appid := in.AuthorizerAppid
	if appid == "" {
		appid = "wx00000000000000b1"
	}
	return authpage.Granted{AuthorizationCode: authCode, ExpiresIn: time.Hour, AuthorizerAppid: appid}, nil
}

// seen returns what the service was asked.
func (f *fake) seen() ([]authpage.Ask, []authpage.Confirm) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.asks), slices.Clone(f.confirms)
}

// bench is a page with a service behind it.
type bench struct {
	*testing.T
	*fake
	api     *authpage.API
	journal *journal.Journal
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, journal: journal.New(64), fake: &fake{offer: authpage.Offer{
		ComponentName: "示例平台", ComponentAppid: component, FuncIDs: []int{17, 18, 30, 86}, ExpiresAt: at.Add(30 * time.Minute),
		Merchants: []authpage.Merchant{
			{Appid: merchant1, NickName: "商户一", Authorized: true, FuncIDs: []int{17, 18}},
			{Appid: merchant2, NickName: "Second <shop>"},
		},
	}}}
	b.api = authpage.New(authpage.Options{
		Service: b.fake, Journal: b.journal, Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Now: func(context.Context) (time.Time, error) { return at, nil },
	})
	return b
}

// link is the query of a right link but for what more changes of it; an empty
// value takes a parameter away.
func link(more ...string) url.Values {
	q := url.Values{"component_appid": {component}, "pre_auth_code": {preAuthCode}, "redirect_uri": {callback}, "auth_type": {"2"}}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
		if more[i+1] == "" {
			q.Del(more[i])
		}
	}
	return q
}

const pc = "/cgi-bin/componentloginpage"

func (b *bench) get(q url.Values, headers ...string) *httptest.ResponseRecorder {
	b.Helper()
	return b.do(http.MethodGet, pc+"?"+q.Encode(), "", headers...)
}

func (b *bench) post(form url.Values, headers ...string) *httptest.ResponseRecorder {
	b.Helper()
	return b.do(http.MethodPost, pc, form.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

// do makes a request. Every page that comes back must be well-formed and carry
// the headers that guard it.
func (b *bench) do(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	b.Helper()
	r := httptest.NewRequestWithContext(context.Background(), method, target, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:50123"
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	b.api.ServeHTTP(w, r)
	for name, want := range map[string]string{
		"X-Frame-Options": "DENY", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
	} {
		if got := w.Header().Get(name); got != want {
			b.Errorf("%s %s: %s is %q, want %q", method, target, name, got, want)
		}
	}
	if w.Code != http.StatusSeeOther {
		if got := w.Header().Get("Content-Type"); got != "text/html; charset=utf-8" {
			b.Errorf("%s %s: Content-Type is %q", method, target, got)
		}
		wellFormed(b.T, w.Body.String())
	}
	return w
}

// wellFormed checks a page as XML, which is stricter than any browser: every
// element is closed, every attribute quoted.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v\n%s", err, page)
		}
	}
}

// shown is a page without its style sheet, for messages.
func shown(w *httptest.ResponseRecorder) string {
	before, rest, _ := strings.Cut(w.Body.String(), "<style>")
	_, after, _ := strings.Cut(rest, "</style>")
	return before + after
}

// has checks that a page has all of the texts.
func (b *bench) has(w *httptest.ResponseRecorder, texts ...string) {
	b.Helper()
	for _, text := range texts {
		if !strings.Contains(w.Body.String(), text) {
			b.Errorf("the page lacks %q:\n%s", text, shown(w))
		}
	}
}

// hasNot checks that a page has none of the texts.
func (b *bench) hasNot(w *httptest.ResponseRecorder, texts ...string) {
	b.Helper()
	for _, text := range texts {
		if strings.Contains(w.Body.String(), text) {
			b.Errorf("the page has %q:\n%s", text, shown(w))
		}
	}
}

// last is the newest entry of the journal, as people see it.
func (b *bench) last() journal.Entry {
	b.Helper()
	list := b.journal.List(journal.Filter{Limit: 1})
	if len(list) == 0 {
		b.Fatal("the journal is empty")
	}
	return list[0].Masked()
}

// nothingGranted checks that the service was not asked to confirm.
func (b *bench) nothingGranted() {
	b.Helper()
	if _, confirms := b.seen(); len(confirms) > 0 {
		b.Errorf("the service was asked to confirm %+v", confirms)
	}
}
