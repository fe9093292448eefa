package draftbox_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"draftbox/internal/browsertest"
	"draftbox/wxopen"
)

// A merchant authorizes a program in a real browser: over the page of a real server to
// the program's own, while the event is pushed to it.
func TestAuthorizationPageInABrowser(t *testing.T) {
	t.Parallel()
	browsertest.Everywhere(t, func(t *testing.T, browser *browsertest.Browser, lang string, on browsertest.Screen) {
		authorizeInABrowser(t, browser.Open(t, lang, on), lang, on)
	})
}

func authorizeInABrowser(t *testing.T, tab *browsertest.Tab, lang string, on browsertest.Screen) {
	t.Helper()
	ctx := t.Context()
	platform, texts := startPlatform(t), pageTexts(t, lang)
	p := startProgram(t, platform.settings(), nil)
	platform.register(t, p.url+"/event")
	next[*wxopen.TicketEvent](t, p)
	code, err := p.CreatePreAuthCode(ctx)
	if err != nil {
		t.Fatal(err)
	}
	link, page := p.AuthorizationURL, wxopen.AuthorizationPage{PreAuthCode: code.Code, RedirectURI: p.url + "/authorized?state=" + lang}
	if on.Mobile {
		link = p.MobileAuthorizationURL
	}
	address, err := link(page)
	if err != nil {
		t.Fatal(err)
	}

	tab.Do(browsertest.Visit(address), browsertest.Await("form"))
	if got, want := tab.Text("h1"), strings.ReplaceAll(texts["ask.title"], "{platform}", "示例平台"); got != want {
		t.Errorf("the heading is %q, want %q", got, want)
	}
	tab.Fine("the form")
	tab.Photograph("authorization-" + on.Name + "-" + lang)
	// The page behind the redirect is an empty one.
	tab.Do(browsertest.Click(`[value="`+merchantAppid+`"]`), browsertest.Click(`[name=func_id][value="30"]`), browsertest.Click(".go"), browsertest.Await("body:empty"))

	back := await(t, p.cameBack)
	if back.ExpiresIn != time.Hour || back.Query.Get("state") != lang {
		t.Errorf("the browser came back with %+v", back)
	}
	event, pushed := next[*wxopen.AuthorizedEvent](t, p)
	if event.Type != wxopen.EventAuthorized || event.AuthorizerAppid != merchantAppid || event.PreAuthCode != code.Code || event.AuthorizationCode == back.AuthorizationCode {
		t.Errorf("pushed %+v", event)
	}
	exchanged, err := p.QueryAuth(ctx, back.AuthorizationCode)
	if err != nil {
		t.Fatal(err)
	}
	if exchanged.AuthorizerAppid != merchantAppid || exchanged.RefreshToken != pushed.RefreshToken {
		t.Errorf("the browser's code is one of %s, its refresh token the push's: %t", exchanged.AuthorizerAppid, exchanged.RefreshToken == pushed.RefreshToken)
	}
	for _, id := range setsOf(exchanged) {
		if id == 30 {
			t.Error("permission set 30 was granted, which was taken out")
		}
	}

	// The link is used up.
	tab.Do(browsertest.Visit(address), browsertest.Await(".told"))
	if got, want := tab.Text("h1"), texts["told.pre_auth_code_used.title"]; got != want {
		t.Errorf("the heading is %q, want %q", got, want)
	}
	tab.Photograph("authorization-" + on.Name + "-" + lang + "-used")
}

// pageTexts returns the texts of the page by name.
func pageTexts(t *testing.T, lang string) map[string]string {
	t.Helper()
	data, err := os.ReadFile("internal/authpage/locale/" + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]string
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
