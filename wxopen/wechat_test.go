package wxopen_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"draftbox/wxopen"
)

// grant is a token that WeChat gave out; there is one of each kind that is good.
type grant struct {
	token   string
	expired bool
	served  map[string]bool // workers who used it
	fetches int
	needed  int // fetches of those that had no good token
	expiry  int // how often one expired
}

// issue gives out the next token, which ends the one before it at once.
func (g *grant) issue(prefix string) string {
	g.fetches++
	if g.token == "" || g.expired {
		g.needed++
	}
	g.token, g.expired, g.served = fmt.Sprintf("%s%d", prefix, g.fetches), false, map[string]bool{}
	return g.token
}

// refuses returns the code for a call with a token, 0 for a good one.
func (g *grant) refuses(token string) int {
	switch {
	case g.token == "" || token != g.token:
		return 40001
	case g.expired:
		return 42001
	}
	return 0
}

// wechat is a WeChat that has no patience: a token that another replaced is dead at
// once. It expires a token when each worker has used it, as often as rounds says.
type wechat struct {
	workers int
	rounds  int
	// refreshed, if not nil, is called before a token of the account is given out, without
	// the lock.
	refreshed func()

	mu        sync.Mutex
	component grant
	merchant  grant
	refresh   string // the merchant's refresh token
	next      string // in place of it, with the next token
	revoked   bool
	refused   map[int]int
}

func newWechat() *wechat { return &wechat{refresh: refreshToken, refused: map[int]int{}} }

// RoundTrip implements http.RoundTripper, without a port.
func (w *wechat) RoundTrip(req *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	if req.Body == nil {
		req.Body = http.NoBody
	}
	w.ServeHTTP(rec, req)
	return rec.Result(), nil
}

// client returns a client of this WeChat.
func (w *wechat) client(tb testing.TB, store wxopen.Store) *wxopen.Client {
	tb.Helper()
	c, err := wxopen.New(wxopen.Config{ComponentAppid: appid, ComponentSecret: secret, Store: store, HTTPClient: &http.Client{Transport: w}})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// ServeHTTP implements http.Handler.
func (w *wechat) ServeHTTP(out http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	var in struct {
		Ticket  string `json:"component_verify_ticket"`
		Refresh string `json:"authorizer_refresh_token"`
	}
	_ = json.Unmarshal(body, &in)
	if w.refreshed != nil && req.URL.Path == "/cgi-bin/component/api_authorizer_token" {
		w.refreshed()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	code, answer := w.answer(req, in.Ticket, in.Refresh)
	if code != 0 {
		w.refused[code]++
		answer = refusal(code)
	}
	out.Header().Set("Content-Type", "application/json; encoding=utf-8")
	_, _ = io.WriteString(out, answer)
}

func (w *wechat) answer(req *http.Request, pushed, refresh string) (code int, answer string) {
	token := req.URL.Query().Get("access_token")
	switch req.URL.Path {
	case "/cgi-bin/component/api_component_token":
		if pushed != ticket {
			return 61006, ""
		}
		return 0, fmt.Sprintf(`{"component_access_token":%q,"expires_in":7200}`, w.component.issue("c"))
	case "/cgi-bin/component/api_authorizer_token":
		if code := w.component.refuses(token); code != 0 {
			return code, ""
		}
		switch {
		case w.revoked:
			return 61003, ""
		case refresh != w.refresh:
			return 61023, ""
		case w.next != "":
			w.refresh, w.next = w.next, ""
		}
		return 0, fmt.Sprintf(`{"authorizer_access_token":%q,"expires_in":7200,"authorizer_refresh_token":%q}`, w.merchant.issue("m"), w.refresh)
	case "/cgi-bin/component/api_query_auth":
		if code := w.component.refuses(token); code != 0 {
			return code, ""
		}
		return 0, fmt.Sprintf(`{"authorization_info":{"authorizer_appid":%q,"authorizer_access_token":%q,"expires_in":7200,"authorizer_refresh_token":%q,"func_info":[]}}`,
			merchant, w.merchant.issue("m"), w.refresh)
	case "/wxa/gettemplatedraftlist":
		return w.component.refuses(token), `{"errcode":0,"draft_list":[{"draft_id":4,"user_version":"1.0.0","source_miniprogram_appid":"wx00000000000000d1"}]}`
	case "/wxa/component":
		return w.serve(&w.component, token, req.URL.Query().Get("worker"))
	case "/wxa/merchant":
		return w.serve(&w.merchant, token, req.URL.Query().Get("worker"))
	}
	return 40066, ""
}

// serve answers a worker's call.
func (w *wechat) serve(g *grant, token, worker string) (code int, answer string) {
	if code := g.refuses(token); code != 0 {
		return code, ""
	}
	g.served[worker] = true
	if g.expiry < w.rounds && len(g.served) == w.workers {
		g.expired = true
		g.expiry++
	}
	return 0, fmt.Sprintf(`{"errcode":0,"errmsg":"ok","done":%t}`, g.expiry == w.rounds && !g.expired)
}

// authorize is what QueryAuth brings when the merchant authorizes again.
func (w *wechat) authorize(refresh string) wxopen.Authorization {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refresh = refresh
	return wxopen.Authorization{AuthorizerAppid: merchant, AccessToken: w.merchant.issue("m"), ExpiresIn: 2 * time.Hour, RefreshToken: refresh}
}
