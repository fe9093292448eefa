package wxopen_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"draftbox/wxopen"
)

// everyText is all that can be got out of an error by printing it and what it wraps.
func everyText(err error) string {
	var b strings.Builder
	for err != nil {
		fmt.Fprintf(&b, "%v\n%+v\n%#v\n", err, err, err)
		err = errors.Unwrap(err)
	}
	return b.String()
}

func TestErrorsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	const odd = "ticket@@@with/odd+characters="
	for _, row := range []struct {
		name string
		trip transport
	}{
		{"error with the URL", func(req *http.Request) (*http.Response, error) { return nil, fmt.Errorf("cannot get %s", req.URL) }},
		{"page with the URL", func(req *http.Request) (*http.Response, error) {
			return jsonResponse(req, "<p>cannot get "+req.URL.String()+"</p>"), nil
		}},
		{"page with the URL across the cut", func(req *http.Request) (*http.Response, error) {
			return jsonResponse(req, strings.Repeat("x", 140)+req.URL.String()), nil
		}},
		{"page with the body", func(req *http.Request) (*http.Response, error) {
			body := []byte("nothing")
			if req.Body != nil {
				body, _ = io.ReadAll(req.Body)
			}
			return jsonResponse(req, "you said "+string(body)), nil
		}},
		{"page with a member of the body in a query", func(req *http.Request) (*http.Response, error) {
			var in map[string]string
			if req.Body != nil {
				_ = json.NewDecoder(req.Body).Decode(&in)
			}
			return jsonResponse(req, "you said "+url.QueryEscape(in["component_verify_ticket"])+"+"+url.QueryEscape(in["component_secret"])), nil
		}},
		{"refusal with the URL", func(req *http.Request) (*http.Response, error) {
			return jsonResponse(req, fmt.Sprintf(`{"errcode":40066,"errmsg":"invalid url %s"}`, req.URL)), nil
		}},
	} {
		c := canned(t, 200, "", func(cfg *wxopen.Config) {
			cfg.HTTPClient = &http.Client{Transport: row.trip}
			cfg.Tickets = wxopen.StaticTicket(odd)
		})
		_, listErr := c.DraftList(t.Context())
		_, tokenErr := c.ComponentToken(t.Context())
		_, pushErr := c.StartPushTicket(t.Context())
		_, pathErr := c.Call(t.Context(), http.MethodGet, "/\x7f", nil, nil)
		for _, err := range []error{listErr, tokenErr, pushErr, pathErr} {
			text := everyText(err)
			if err == nil {
				t.Errorf("%s: no error", row.name)
			}
			for _, leak := range []string{"statictoken", secret, odd, url.QueryEscape(odd), "statict", "0123456789abcdef"} {
				if strings.Contains(text, leak) {
					t.Errorf("%s: %q in %s", row.name, leak, text)
				}
			}
		}
	}
}

// A service that answers with what it was sent gets nothing of it into an error.
func TestErrorsOfCredentialCallsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"you said %s %s", `{"errcode":40066,"errmsg":"you said %s %s"}`} {
		c := canned(t, 200, "", func(cfg *wxopen.Config) {
			cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
				body := []byte(nil)
				if req.Body != nil {
					body, _ = io.ReadAll(req.Body)
				}
				return jsonResponse(req, fmt.Sprintf(form, req.URL, strings.ReplaceAll(string(body), `"`, "'"))), nil
			})}
		})
		a := c.Authorizer(merchant, wxopen.StaticToken("merchanttoken"))
		for name, call := range map[string]func() error{
			"QueryAuth":       func() error { _, err := c.QueryAuth(t.Context(), authCode); return err },
			"AuthorizerToken": func() error { _, err := c.AuthorizerToken(t.Context(), merchant, refreshToken); return err },
			"ClearComponent":  func() error { return c.ClearComponentQuotaByAppSecret(t.Context(), "") },
			"ClearQuota":      func() error { return c.ClearQuotaByAppSecret(t.Context(), merchant, "ownsecret") },
			"VerifyBeta": func() error {
				return a.VerifyBetaMiniprogram(t.Context(), wxopen.BetaVerification{LegalPersonaIDCard: "110101199001010000"})
			},
			"ByOffiaccount": func() error {
				_, err := a.RegisterMiniprogramByOffiaccount(t.Context(), "b25519093b1e")
				return err
			},
		} {
			err := call()
			if err == nil {
				t.Errorf("%s: no error", name)
			}
			text := everyText(err)
			for _, leak := range []string{"statictoken", "merchanttoken", authCode, refreshToken, secret, "ownsecret", "110101199001010000", "b25519093b1e"} {
				if strings.Contains(text, leak) {
					t.Errorf("%s: %q in %s", name, leak, text)
				}
			}
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var visits []string
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		visits = append(visits, r.URL.String()+" "+r.Referer())
	}))
	defer other.Close()
	first := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusFound))
	defer first.Close()
	for _, given := range []*http.Client{nil, {}} {
		c, err := wxopen.New(wxopen.Config{BaseURL: first.URL, Tokens: wxopen.StaticToken("statictoken"), HTTPClient: given})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.DraftList(t.Context())
		if failure, ok := errors.AsType[*wxopen.TransportError](err); !ok || failure.HTTPStatus != http.StatusFound {
			t.Errorf("got %v", err)
		}
	}
	if len(visits) > 0 {
		t.Errorf("the other host was told: %s", visits)
	}
}

func TestValuesPrintNoSecrets(t *testing.T) {
	t.Parallel()
	cfg := wxopen.Config{ComponentAppid: appid, ComponentSecret: secret, Tickets: wxopen.StaticTicket(ticket)}
	c, err := wxopen.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	token := wxopen.ComponentToken{AccessToken: "103_secrettoken", ExpiresIn: time.Hour}
	source := newService().client(t).TokenSource()
	if _, err := source.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	text, structured := slog.New(slog.NewTextHandler(&log, nil)), slog.New(slog.NewJSONHandler(&log, nil))
	authorization := wxopen.Authorization{AuthorizerAppid: merchant, AccessToken: "103_secrettoken", RefreshToken: refreshToken}
	account := wxopen.ListedAuthorizer{Appid: merchant, RefreshToken: refreshToken}
	for _, v := range []any{
		cfg, &cfg, c, token, &token, wxopen.StaticToken("103_secrettoken"), wxopen.StaticTicket(ticket), source, authorization, account,
		wxopen.PreAuthCode{Code: preAuthCode},
		wxopen.AuthorizerToken{AccessToken: "103_secrettoken", RefreshToken: refreshToken},
		wxopen.AuthorizerInfo{Nickname: "n", Authorization: authorization},
		wxopen.AuthorizerPage{Authorizers: []wxopen.ListedAuthorizer{account}},
		wxopen.OffiaccountRegistration{AuthorizationCode: authCode},
		wxopen.AuthorizationPage{PreAuthCode: preAuthCode},
		wxopen.AuthorizationRedirect{AuthorizationCode: authCode},
		fullEntry(), c.Authorizer(merchant, wxopen.StaticToken("103_secrettoken")),
	} {
		fmt.Fprintf(&log, "%v %+v %#v %s\n", v, v, v, v)
		text.Info("value", "v", v)
		structured.Info("value", "v", v)
	}
	for _, leak := range []string{secret, ticket, "103_", refreshToken, preAuthCode, authCode} {
		if strings.Contains(log.String(), leak) {
			t.Errorf("%q in\n%s", leak, log.String())
		}
	}
}
