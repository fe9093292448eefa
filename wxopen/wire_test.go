package wxopen_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"draftbox/wxopen"
)

// placeholders are the values that the golden exchanges leave open.
var placeholders = strings.NewReplacer(
	"{rid}", rid,
	"{component_appid}", appid,
	"{component_appsecret}", secret,
	"{component_verify_ticket}", ticket,
	"{component_access_token}", "103_goldentoken",
	"{pre_auth_code}", preAuthCode,
	"{authorization_code}", authCode,
	"{authorizer_appid}", merchant,
	"{authorizer_access_token}", "103_merchanttoken",
	"{authorizer_refresh_token}", refreshToken,
	"{client_ip}", "203.0.113.9",
	"{taskid}", "0123456789",
	"{unique_id}", "BV8ToNpYUMSeoRgsDi7-_cyo2hMtcbJN4fDPEdOKAGSResiIK8VefChe6UkNhxOi",
	"{fastregister_ticket}", "b25519093b1e97239eff9d2bfc07e08e",
	"{file_name}", "EpIrwu4cba.txt",
	"{file_content}", "0123456789abcdef0123456789abcdef",
	"{userstr}", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
	"{audit_id}", "421643311",
)

// exchange is one file of testdata/wire.
type exchange struct {
	endpoint   string
	serverOnly bool
	request    string
	response   string
}

func readExchange(tb testing.TB, path string) exchange {
	tb.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	comment, sections, _ := strings.Cut(string(raw), "-- ")
	x := exchange{serverOnly: strings.Contains(comment, "\n# side: server\n")}
	x.endpoint, _, _ = strings.Cut(filepath.Base(path), "-")
	for section := range strings.SplitSeq(sections, "\n-- ") {
		name, text, _ := strings.Cut(section, " --\n")
		text = placeholders.Replace(strings.TrimSuffix(text, "\n"))
		switch name {
		case "request":
			x.request = text
		case "response":
			x.response = text
		case "given":
			if !json.Valid([]byte(text)) {
				tb.Errorf("%s: section given is no JSON", path)
			}
		default:
			tb.Errorf("%s: unknown section %q", path, name)
		}
	}
	if open := regexp.MustCompile(`\{[a-z_]+\}`).FindString(x.request + x.response); open != "" {
		tb.Errorf("%s: unknown placeholder %s", path, open)
	}
	if x.request == "" || !json.Valid([]byte(x.response)) {
		tb.Errorf("%s: no request, or a response that is no JSON", path)
	}
	return x
}

// wireCalls makes the call of an endpoint with the members of the golden
// request and returns what came of it in the form of the answer.
var wireCalls = map[string]func(ctx context.Context, c *wxopen.Client, in wireInput) (any, error){
	"gettemplatedraftlist": func(ctx context.Context, c *wxopen.Client, _ wireInput) (any, error) {
		drafts, err := c.DraftList(ctx)
		return map[string]any{"draft_list": drafts}, err
	},
	"gettemplatelist": func(ctx context.Context, c *wxopen.Client, in wireInput) (any, error) {
		types := []wxopen.TemplateType{}
		if strings.Contains(in.line, "template_type=0") {
			types = append(types, wxopen.OrdinaryTemplate)
		}
		templates, err := c.TemplateList(ctx, types...)
		return map[string]any{"template_list": templates}, err
	},
	"addtotemplate": func(ctx context.Context, c *wxopen.Client, in wireInput) (any, error) {
		return nil, c.AddToTemplate(ctx, in.DraftID, wxopen.AddOptions{TemplateType: in.TemplateType})
	},
	"deletetemplate": func(ctx context.Context, c *wxopen.Client, in wireInput) (any, error) {
		return nil, c.DeleteTemplate(ctx, in.TemplateID)
	},
	"api_component_token": func(ctx context.Context, c *wxopen.Client, _ wireInput) (any, error) {
		token, err := c.ComponentToken(ctx)
		return map[string]any{"component_access_token": token.AccessToken, "expires_in": token.ExpiresIn.Seconds()}, err
	},
	"api_start_push_ticket": func(ctx context.Context, c *wxopen.Client, _ wireInput) (any, error) {
		message, err := c.StartPushTicket(ctx)
		return map[string]any{"errmsg": message}, err
	},
	"rid_get": func(ctx context.Context, c *wxopen.Client, in wireInput) (any, error) {
		info, err := c.RIDInfo(ctx, in.RID)
		return map[string]any{"request": map[string]any{
			"invoke_time": info.InvokeTime.Unix(), "cost_in_ms": info.Cost.Milliseconds(), "request_url": info.RequestURL,
			"request_body": info.RequestBody, "response_body": info.ResponseBody, "client_ip": info.ClientIP,
		}}, err
	},
}

type wireInput struct {
	line         string
	body         []byte
	DraftID      int64               `json:"draft_id"`
	TemplateID   int64               `json:"template_id"`
	TemplateType wxopen.TemplateType `json:"template_type"`
	RID          string              `json:"rid"`
	Appid        string              `json:"component_appid"`
	Secret       string              `json:"component_appsecret"`
	PushSecret   string              `json:"component_secret"`
	Ticket       string              `json:"component_verify_ticket"`
}

// TestGoldenExchanges makes each call of testdata/wire, compares what is sent
// with the request and what is read with the response.
func TestGoldenExchanges(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../testdata/wire/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden exchanges: %v", err)
	}
	used := map[string]bool{}
	for _, path := range paths {
		x := readExchange(t, path)
		call := wireCalls[x.endpoint]
		byPath, ofCode := wirePathCalls[wirePath(x.request)], wireCodeCalls[wirePath(x.request)] != nil
		if call == nil && (byPath != nil || ofCode) {
			call = func(ctx context.Context, c *wxopen.Client, in wireInput) (any, error) {
				if ofCode {
					return nil, wireCodeCall(ctx, c, x.request)
				}
				more := credentialInput{line: in.line}
				if len(in.body) > 0 {
					if err := json.Unmarshal(in.body, &more); err != nil {
						return more, err
					}
				}
				return nil, byPath(ctx, c, &more)
			}
		}
		if call == nil && (!x.serverOnly || !wireUploads[wirePath(x.request)]) {
			t.Errorf("%s: no call for %q", path, x.endpoint)
		}
		if x.serverOnly || call == nil {
			continue
		}
		used[x.endpoint] = true
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			line, body, _ := strings.Cut(x.request, "\n\n")
			in := wireInput{line: line, body: []byte(body)}
			if body != "" {
				if err := json.Unmarshal([]byte(body), &in); err != nil {
					t.Fatal(err)
				}
			}
			_, token, _ := strings.Cut(line, "access_token=")
			token, _, _ = strings.Cut(token, "&")
			sent := ""
			c, err := wxopen.New(wxopen.Config{
				ComponentAppid:  orElse(in.Appid, appid),
				ComponentSecret: orElse(in.Secret+in.PushSecret, secret),
				Tickets:         wxopen.StaticTicket(orElse(in.Ticket, ticket)),
				Tokens:          wxopen.StaticToken(token),
				Retry:           wxopen.RetryPolicy{Attempts: 1},
				HTTPClient: &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
					sent = wireForm(req)
					return jsonResponse(req, x.response), nil
				})},
			})
			if err != nil {
				t.Fatal(err)
			}
			got, err := call(t.Context(), c, in)
			if sent != x.request && (!ofCode || !sameRequest(t, sent, x.request)) {
				t.Errorf("sent\n%s\nwant\n%s", sent, x.request)
			}
			compareAnswer(t, x.response, got, err)
		})
	}
	for endpoint := range wireCalls {
		if !used[endpoint] {
			t.Errorf("no golden exchange of %s for the client", endpoint)
		}
	}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func wireForm(req *http.Request) string {
	text := req.Method + " " + req.URL.RequestURI()
	if req.Body != nil {
		body, _ := io.ReadAll(req.Body)
		text += "\n\n" + string(body)
	}
	return text
}

// compareAnswer checks that a refusal became an error with its parts, and that
// everything in an answer was read.
func compareAnswer(t *testing.T, response string, got any, err error) {
	t.Helper()
	var want struct {
		Errcode wxopen.Code `json:"errcode"`
		Errmsg  string      `json:"errmsg"`
	}
	if err := json.Unmarshal([]byte(response), &want); err != nil {
		t.Fatal(err)
	}
	if want.Errcode != 0 {
		refused, ok := errors.AsType[*wxopen.Error](err)
		if !ok || !errors.Is(err, want.Errcode) {
			t.Fatalf("got error %v, want errcode %d", err, want.Errcode)
		}
		whole := refused.Msg
		if refused.Hint != "" {
			whole += " hint: [" + refused.Hint + "]"
		}
		if refused.RID != "" {
			whole += " rid: " + refused.RID
		}
		if whole != want.Errmsg || refused.HTTPStatus != 200 {
			t.Errorf("got errmsg %q, want %q (status %d)", whole, want.Errmsg, refused.HTTPStatus)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if got == nil {
		return
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range missing("answer", decode(t, response), decode(t, string(text))) {
		t.Error(problem)
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// missing lists what of want is not in got. Numbers and strings are compared by
// their text, since the client reads one for the other.
func missing(where string, want, got any) []string {
	switch want := want.(type) {
	case map[string]any:
		have, _ := got.(map[string]any)
		out := []string{}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			value, ok := have[name]
			switch {
			case where == "answer" && !ok:
				// The envelope's own members are not part of what a call returns.
			case !ok:
				out = append(out, where+"."+name+" is lost")
			default:
				out = append(out, missing(where+"."+name, want[name], value)...)
			}
		}
		return out
	case []any:
		have, _ := got.([]any)
		if len(have) != len(want) {
			return []string{fmt.Sprintf("%s has %d items, want %d", where, len(have), len(want))}
		}
		out := []string{}
		for i := range want {
			out = append(out, missing(fmt.Sprintf("%s[%d]", where, i), want[i], have[i])...)
		}
		return out
	}
	if fmt.Sprint(want) != fmt.Sprint(got) {
		return []string{fmt.Sprintf("%s is %v, want %v", where, got, want)}
	}
	return nil
}
