package wxopen_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"draftbox/wxopen"
)

const (
	jpeg = "\xff\xd8\xff\xe0\x00\x10JFIF"
	png  = "\x89PNG\r\n\x1a\n"
)

func TestTrialQRCode(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		kind   string
		status int
		body   string
		is     error // of a refusal
		says   string
	}{
		{"JPEG", "image/jpeg", 200, jpeg, nil, ""},
		{"PNG", "image/jpeg", 200, png, nil, ""},
		{"picture under another type", "application/json; encoding=utf-8", 200, jpeg, nil, ""},
		{"refusal", "application/json; encoding=utf-8", 200, refusal(86001), wxopen.ErrNoExperienceVersion, ""},
		{"refusal under the type of a picture", "image/jpeg", 200, refusal(61007), wxopen.ErrAPINotGranted, ""},
		{"refusal as text", "text/plain", 200, refusal(40001), wxopen.ErrInvalidCredential, ""},
		{"neither", "application/json", 200, done, nil, "no picture"},
		{"page", "text/html", 200, "<html>", nil, "no JSON object"},
		{"nothing", "image/jpeg", 200, "", nil, "no JSON object"},
		{"picture of a gateway", "image/jpeg", 502, jpeg, nil, "HTTP 502"},
	} {
		requests := []string{}
		c := canned(t, 200, "", func(cfg *wxopen.Config) {
			cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
				requests = append(requests, req.Method+" "+req.URL.RequestURI())
				resp := jsonResponse(req, row.body)
				resp.StatusCode = row.status
				resp.Header.Set("Content-Type", row.kind)
				return resp, nil
			})}
		})
		got, err := c.Authorizer(merchant, wxopen.StaticToken("merchanttoken")).TrialQRCode(t.Context(), "page/index?action=1&b=二")
		if len(requests) != 1 || requests[0] != "GET /wxa/get_qrcode?access_token=merchanttoken&path=page%2Findex%3Faction%3D1%26b%3D%E4%BA%8C" {
			t.Errorf("%s: sent %q", row.name, requests)
		}
		switch {
		case row.is == nil && row.says == "":
			if err != nil || string(got) != row.body {
				t.Errorf("%s: got %q, %v", row.name, got, err)
			}
		case row.is != nil:
			if !errors.Is(err, row.is) || got != nil {
				t.Errorf("%s: got %q, %v", row.name, got, err)
			}
		default:
			if _, unusable := errors.AsType[*wxopen.TransportError](err); !unusable || got != nil || !strings.Contains(err.Error(), row.says) {
				t.Errorf("%s: got %q, %v", row.name, got, err)
			}
		}
	}
}

func TestTrialQRCodeIsAskedForAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		answers, sent := []string{refusal(40001), refusal(-1), jpeg}, []string{}
		c := canned(t, 200, "", func(cfg *wxopen.Config) {
			cfg.Retry = wxopen.RetryPolicy{}
			cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
				sent = append(sent, req.URL.RawQuery)
				return jsonResponse(req, answers[len(sent)-1]), nil
			})}
		})
		got, err := c.Authorizer(merchant, &changing{tokens: []string{"old", "new"}}).TrialQRCode(t.Context(), "")
		if err != nil || string(got) != jpeg || !slices.Equal(sent, []string{"access_token=old", "access_token=new", "access_token=new"}) {
			t.Errorf("got %q after %q, %v", got, sent, err)
		}
	})
}
