package wxopen_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/wxopen"
)

// merchantCall makes a call with the merchant's token.
func merchantCall(t *testing.T, c *wxopen.Client) error {
	t.Helper()
	_, err := c.Authorizer(merchant, nil).Call(t.Context(), "GET", "/wxa/merchant", nil, nil)
	return err
}

func TestClientOverAStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, store := newWechat(), new(wxopen.MemoryStore)
		c, ctx := w.client(t, store), t.Context()
		if _, err := c.DraftList(ctx); !errors.Is(err, wxopen.ErrNoTicket) {
			t.Errorf("without a ticket: %v", err)
		}
		if err := (&wxopen.StoredTickets{Store: store, ComponentAppid: appid}).SetTicket(ctx, ticket); err != nil {
			t.Fatal(err)
		}
		if _, err := c.DraftList(ctx); err != nil {
			t.Error(err)
		}
		if err := merchantCall(t, c); !errors.Is(err, wxopen.ErrNoAuthorization) || !strings.Contains(err.Error(), merchant) {
			t.Errorf("without an authorization: %v", err)
		}
		if err := c.KeepAuthorization(ctx, wxopen.Authorization{AuthorizerAppid: merchant, RefreshToken: refreshToken}); err != nil {
			t.Fatal(err)
		}
		if err := merchantCall(t, c); err != nil {
			t.Error(err)
		}
		// Both tokens end by their lives, on a second client over the same store.
		time.Sleep(3 * time.Hour)
		w.component.expired, w.merchant.expired = true, true
		if err := merchantCall(t, w.client(t, store)); err != nil {
			t.Error(err)
		}
		if err := merchantCall(t, c); err != nil {
			t.Error(err)
		}
		if w.component.fetches != 2 || w.merchant.fetches != 2 || len(w.refused) != 0 {
			t.Errorf("%d and %d fetches, refused %v", w.component.fetches, w.merchant.fetches, w.refused)
		}
		entry := get(t, store, merchantKey)
		if entry.AccessToken != "m2" || !entry.ExpiresAt.Equal(time.Now().Add(2*time.Hour)) || entry.GrantedAt.IsZero() || entry.Lease.Holder != "" {
			t.Errorf("stored: %s", deep(entry))
		}
	})
}

func TestRefreshTokenThatChanges(t *testing.T) {
	t.Parallel()
	w, store := newWechat(), new(wxopen.MemoryStore)
	c := w.client(t, store)
	put(t, store, ownKey, wxopen.StoreEntry{Ticket: ticket})
	put(t, store, merchantKey, wxopen.StoreEntry{RefreshToken: refreshToken})
	for _, next := range []string{"refreshtoken@@@second", "", "refreshtoken@@@third"} {
		w.next = next
		w.merchant.expired = true
		if err := merchantCall(t, c); err != nil {
			t.Errorf("%q: %v", next, err)
		}
		if got := get(t, store, merchantKey).RefreshToken; got != w.refresh {
			t.Errorf("%q: the store has %q, WeChat %q", next, got, w.refresh)
		}
	}
}

// The merchant takes the authorization back and authorizes again while its token is
// being refreshed: the refresh is refused, and nobody notices.
func TestAuthorizationDuringARefresh(t *testing.T) {
	t.Parallel()
	for name, refuse := range map[string]bool{"the refresh is refused": true, "the refresh is too early": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w, store := newWechat(), new(wxopen.MemoryStore)
				c, ctx := w.client(t, store), t.Context()
				put(t, store, ownKey, wxopen.StoreEntry{Ticket: ticket})
				put(t, store, merchantKey, wxopen.StoreEntry{RefreshToken: refreshToken})
				w.refreshed = func() {
					w.refreshed = nil
					again := "refreshtoken@@@again"
					if !refuse {
						again = refreshToken
					}
					if err := c.KeepAuthorization(ctx, w.authorize(again)); err != nil {
						t.Error(err)
					}
				}
				if err := merchantCall(t, c); err != nil {
					t.Error(err)
				}
				want := wxopen.StoreEntry{RefreshToken: w.refresh, AccessToken: w.merchant.token}
				if got := get(t, store, merchantKey); got.RefreshToken != want.RefreshToken || got.AccessToken != want.AccessToken || got.Lease.Holder != "" {
					t.Errorf("stored: %s, want %s", deep(got), deep(want))
				}
			})
		})
	}
}

func TestDropAuthorization(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, store := newWechat(), new(wxopen.MemoryStore)
		c, ctx := w.client(t, store), t.Context()
		put(t, store, ownKey, wxopen.StoreEntry{Ticket: ticket})
		before := time.Now().Add(-time.Second)
		keep := func() {
			t.Helper()
			if err := c.KeepAuthorization(ctx, w.authorize(refreshToken)); err != nil {
				t.Fatal(err)
			}
			if err := merchantCall(t, c); err != nil {
				t.Fatal(err)
			}
		}
		keep()
		if err := c.DropAuthorization(ctx, merchant, before); err != nil {
			t.Fatal(err)
		}
		if err := merchantCall(t, c); err != nil {
			t.Errorf("the push of an authorization before this one: %v", err)
		}
		for _, at := range []time.Time{time.Now().Add(time.Second), {}} {
			if err := c.DropAuthorization(ctx, merchant, at); err != nil {
				t.Fatal(err)
			}
			if err := merchantCall(t, c); !errors.Is(err, wxopen.ErrNoAuthorization) {
				t.Errorf("after %v: %v", at, err)
			}
			keep()
		}
	})
}

func TestAuthorizationsNeedAStore(t *testing.T) {
	t.Parallel()
	c := canned(t, 200, done)
	a := wxopen.Authorization{AuthorizerAppid: merchant, RefreshToken: refreshToken}
	for name, err := range map[string]error{
		"call": merchantCall(t, c), "keep": c.KeepAuthorization(t.Context(), a), "drop": c.DropAuthorization(t.Context(), merchant, time.Time{}),
	} {
		if err == nil || !strings.Contains(err.Error(), "Config.Store") {
			t.Errorf("%s without a store: %v", name, err)
		}
	}
	c = newWechat().client(t, new(wxopen.MemoryStore))
	for name, err := range map[string]error{
		"no account":       c.KeepAuthorization(t.Context(), wxopen.Authorization{RefreshToken: refreshToken}),
		"no refresh token": c.KeepAuthorization(t.Context(), wxopen.Authorization{AuthorizerAppid: merchant}),
		"drop of nobody":   c.DropAuthorization(t.Context(), "", time.Time{}),
	} {
		if err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	for _, cfg := range []wxopen.Config{{Store: new(wxopen.MemoryStore)}, {Store: new(wxopen.MemoryStore), ComponentAppid: appid}} {
		if _, err := wxopen.New(cfg); err == nil {
			t.Errorf("%v was taken", cfg)
		}
	}
}

// A store serves a program that has its own tickets and tokens, too.
func TestStoreBesideTicketsAndTokens(t *testing.T) {
	t.Parallel()
	c := canned(t, 200, `{"authorizer_access_token":"m1"}`, func(cfg *wxopen.Config) {
		cfg.Store = new(wxopen.MemoryStore)
		cfg.Tickets = wxopen.StaticTicket(ticket)
	})
	if got, err := c.TokenSource().Token(t.Context()); got != "statictoken" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if err := c.KeepAuthorization(t.Context(), wxopen.Authorization{AuthorizerAppid: merchant, RefreshToken: refreshToken}); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Authorizer(merchant, nil).TokenSource().Token(t.Context()); got != "m1" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestAuthorizerClientNames(t *testing.T) {
	t.Parallel()
	a := newWechat().client(t, new(wxopen.MemoryStore)).Authorizer(merchant, nil)
	const want = "wxopen.AuthorizerClient(https://api.weixin.qq.com wx0000000000000001 wx00000000000000a1)"
	if text := fmt.Sprintf("%v %#v", a, a); text != want+" "+want || a.Appid() != merchant {
		t.Errorf("got %s", text)
	}
}
