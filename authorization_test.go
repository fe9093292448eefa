package draftbox_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"draftbox"
	"draftbox/draftboxtest"
	"draftbox/internal/adminclient"
	"draftbox/wxopen"
)

const (
	pushToken      = "messagetoken"
	pushKey        = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE"
	platformAppid  = "wx00000000000000c1"
	platformSecret = "0123456789abcdef0123456789abcdef"
	merchantAppid  = "wx00000000000000a1"
)

// platformPage is a server over HTTP, and what a person does at WeChat's pages.
type platformPage struct {
	box   *draftboxtest.Server
	admin *adminclient.Client
	api   string
}

func startPlatform(t *testing.T) *platformPage {
	t.Helper()
	box := draftboxtest.Start(t)
	api, admin := httptest.NewServer(box.Handler()), httptest.NewServer(box.AdminHandler())
	t.Cleanup(api.Close)
	t.Cleanup(admin.Close)
	return &platformPage{box, adminclient.New(admin.URL, box.AdminToken(), nil), api.URL}
}

func (p *platformPage) settings() settings {
	return settings{appid: platformAppid, secret: platformSecret, token: pushToken, aesKey: pushKey, baseURL: p.api}
}

// register makes the component, with a merchant that has authorized nothing, and
// enters the program's address.
func (p *platformPage) register(t *testing.T, eventURL string) {
	t.Helper()
	_, err := p.admin.CreateComponent(t.Context(), adminclient.ComponentCreate{
		Appid: platformAppid, Name: "示例平台", Secret: platformSecret, Token: pushToken, EncodingAESKey: pushKey, EventURL: eventURL,
		DevMiniprograms: []adminclient.DevMiniprogramInput{{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	in := adminclient.AuthorizerInput{Appid: merchantAppid}
	in.NickName = new("商户一")
	if _, err := p.admin.CreateAuthorizer(t.Context(), platformAppid, in); err != nil {
		t.Fatal(err)
	}
}

// settled waits until so many pushes are there and none is pending, and returns them
// in order.
func (p *platformPage) settled(t *testing.T, count int) []adminclient.DeliveryDetail {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for look := time.NewTicker(10 * time.Millisecond); ; <-look.C {
		rows, err := adminclient.Take(p.admin.Deliveries(ctx, adminclient.DeliveryFilter{Component: platformAppid}), 1000)
		if err != nil {
			t.Fatal(err)
		}
		pending := func(d adminclient.Delivery) bool { return d.State == adminclient.DeliveryPending }
		if len(rows) < count || slices.ContainsFunc(rows, pending) {
			continue
		}
		look.Stop()
		slices.Reverse(rows)
		var out []adminclient.DeliveryDetail
		for _, row := range rows {
			d, err := p.admin.Delivery(ctx, row.ID, false)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, d)
		}
		return out
	}
}

// authorize sends the merchant's browser over the page, and returns the pre-auth code
// and what came back with the browser.
func (p *program) authorize(t *testing.T, sets ...int) (preAuthCode string, back wxopen.AuthorizationRedirect) {
	t.Helper()
	code, err := p.CreatePreAuthCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	link, err := p.AuthorizationURL(wxopen.AuthorizationPage{PreAuthCode: code.Code, RedirectURI: p.url + "/authorized?state=4711", AuthType: wxopen.AuthMiniprograms})
	if err != nil {
		t.Fatal(err)
	}
	confirmPage(t, link, merchantAppid, sets...)
	back = await(t, p.cameBack)
	if back.ExpiresIn != time.Hour || back.Query.Get("state") != "4711" {
		t.Errorf("the browser came back with %+v", back)
	}
	return code.Code, back
}

// A program that knows its settings only goes the whole way: ticket by push, token,
// pre-auth code, grant, exchange, refresh, information, list, revocation, another
// grant; and the clock goes on by three hours under it.
func TestAuthorizationsOfAProgram(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	platform := startPlatform(t)
	p := startProgram(t, platform.settings(), nil)
	platform.register(t, p.url+"/event")
	platform.box.Upload(draftbox.Upload{Component: platformAppid, Version: "1.2.3"}, projectOf(0))

	before, err := platform.box.Ticket(ctx, platformAppid)
	if err != nil {
		t.Fatal(err)
	}
	ticket, _ := next[*wxopen.TicketEvent](t, p)
	after, err := platform.box.Ticket(ctx, platformAppid) // another one if an hour began
	if err != nil || ticket.Ticket != before && ticket.Ticket != after || ticket.ComponentAppid != platformAppid {
		t.Fatalf("the pushed ticket is %s of %s, want %s or %s, %v", ticket.Ticket, ticket.ComponentAppid, before, after, err)
	}
	lists := func(when string, wantAccounts ...string) {
		t.Helper()
		drafts, err := p.DraftList(ctx)
		if err != nil || len(drafts) != 1 || drafts[0].UserVersion != "1.2.3" {
			t.Errorf("%s: drafts %+v, %v", when, drafts, err)
		}
		page, err := p.AuthorizerList(ctx, 0, 500)
		if err != nil || page.TotalCount != int64(len(wantAccounts)) {
			t.Errorf("%s: %v, %v", when, page, err)
		}
		for i, a := range page.Authorizers {
			if a.Appid != merchantAppid || a.RefreshToken != wantAccounts[i] {
				t.Errorf("%s: the list has %s with refresh token %q, want %q", when, a.Appid, a.RefreshToken, wantAccounts[i])
			}
		}
	}
	lists("before a grant")

	// The push and the redirect carry a code each; both are exchanged once.
	preAuthCode, back := p.authorize(t)
	granted, first := next[*wxopen.AuthorizedEvent](t, p)
	if granted.Type != wxopen.EventAuthorized || granted.AuthorizerAppid != merchantAppid || granted.PreAuthCode != preAuthCode ||
		!granted.AuthorizationCodeExpiredTime.Equal(granted.CreateTime.Add(time.Hour)) {
		t.Errorf("the push is %v", granted)
	}
	if first.AuthorizerAppid != merchantAppid || first.ExpiresIn != 2*time.Hour || len(setsOf(first)) != 18 {
		t.Errorf("exchanged for %v with the sets %v", first, setsOf(first))
	}
	second, err := p.QueryAuth(ctx, back.AuthorizationCode)
	if err != nil || second.RefreshToken != first.RefreshToken || second.AccessToken == first.AccessToken {
		t.Errorf("the redirect's code was exchanged for %v, %v", second, err)
	}
	for _, code := range []string{granted.AuthorizationCode, back.AuthorizationCode} {
		if _, err := p.QueryAuth(ctx, code); !errors.Is(err, wxopen.ErrAuthCodeExpired) {
			t.Errorf("a code for the second time: %v", err)
		}
	}

	// Refresh, information, list, options, a call of the merchant's.
	refreshed, err := p.AuthorizerToken(ctx, merchantAppid, first.RefreshToken)
	if err != nil || refreshed.ExpiresIn != 2*time.Hour || refreshed.RefreshToken != first.RefreshToken {
		t.Errorf("refreshed: %v, %v", refreshed, err)
	}
	info, err := p.AuthorizerInfo(ctx, merchantAppid)
	if err != nil || info.Nickname != "商户一" || info.MiniProgram == nil || info.Authorization.RefreshToken != first.RefreshToken {
		t.Errorf("information: %v, %v", info, err)
	}
	lists("after the grant", first.RefreshToken)
	if err := p.SetAuthorizerOption(ctx, merchantAppid, wxopen.OptionVoiceRecognize, "1"); err != nil {
		t.Error(err)
	}
	account := p.Authorizer(merchantAppid, nil)
	if value, err := account.Option(ctx, wxopen.OptionVoiceRecognize); err != nil || value != "1" {
		t.Errorf("the option is %q, %v", value, err)
	}

	// Other permission sets without a revocation: the same refresh token.
	p.authorize(t, 17, 18, 25)
	updated, third := next[*wxopen.AuthorizedEvent](t, p)
	if updated.Type != wxopen.EventUpdateAuthorized || !slices.Equal(setsOf(third), []int64{17, 18, 25}) || third.RefreshToken != first.RefreshToken {
		t.Errorf("%v, exchanged for %v with the sets %v", updated, third, setsOf(third))
	}

	// Both kinds of token are over; the client renews them by itself.
	old, oldOfAccount := tokenOf(t, p.TokenSource()), tokenOf(t, account.TokenSource())
	platform.box.Advance(3 * time.Hour)
	strict, err := wxopen.New(wxopen.Config{BaseURL: platform.api, Tokens: wxopen.StaticToken(old)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := strict.DraftList(ctx); !errors.Is(err, wxopen.ErrTokenExpired) {
		t.Errorf("the token of three hours ago: %v", err)
	}
	if _, err := account.CallbackIPs(ctx); err != nil {
		t.Error(err)
	}
	lists("three hours later", first.RefreshToken)
	if tokenOf(t, p.TokenSource()) == old || tokenOf(t, account.TokenSource()) == oldOfAccount {
		t.Error("a token was not renewed")
	}

	// Revoked, and granted again.
	if _, err := platform.admin.RevokeAuthorization(ctx, platformAppid, merchantAppid); err != nil {
		t.Fatal(err)
	}
	revoked, _ := next[*wxopen.UnauthorizedEvent](t, p)
	if revoked.AuthorizerAppid != merchantAppid || revoked.ComponentAppid != platformAppid {
		t.Errorf("the push is %v", revoked)
	}
	if _, err := p.AuthorizerToken(ctx, merchantAppid, first.RefreshToken); !errors.Is(err, wxopen.ErrNotAuthorized) {
		t.Errorf("a refresh after the revocation: %v", err)
	}
	if _, err := account.CallbackIPs(ctx); !errors.Is(err, wxopen.ErrNoAuthorization) {
		t.Errorf("a call after the revocation: %v", err)
	}
	lists("after the revocation")
	p.authorize(t)
	_, again := next[*wxopen.AuthorizedEvent](t, p)
	if again.RefreshToken == first.RefreshToken {
		t.Error("the refresh token outlived the revocation")
	}
	if _, err := p.AuthorizerToken(ctx, merchantAppid, first.RefreshToken); !errors.Is(err, wxopen.ErrRefreshTokenInvalid) {
		t.Errorf("the refresh token before the revocation: %v", err)
	}
	if _, err := account.CallbackIPs(ctx); err != nil {
		t.Error(err)
	}
	lists("after the second grant", again.RefreshToken)

	// Each push was delivered by its first attempt, in the order of the changes.
	want := slices.Concat([]string{"component_verify_ticket", "authorized", "updateauthorized"},
		slices.Repeat([]string{"component_verify_ticket"}, 18), []string{"unauthorized", "authorized"})
	var got []string
	for _, d := range platform.settled(t, len(want)) {
		got = append(got, d.Type)
		if d.State != adminclient.DeliveryDelivered || d.Tries != 1 || len(d.Attempts) != 1 || d.Attempts[0].Answer != "success" {
			t.Errorf("%s %s: %s after %d tries, %+v", d.ID, d.Type, d.State, d.Tries, d.Attempts)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("pushed were %v, want %v", got, want)
	}
	if len(p.failures) > 0 {
		t.Error(<-p.failures)
	}
}

func tokenOf(t *testing.T, source wxopen.TokenSource) string {
	t.Helper()
	token, err := source.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return token
}
