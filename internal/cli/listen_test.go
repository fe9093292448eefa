package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"draftbox/internal/cli"
	"draftbox/wxopen/wxcrypt"
)

const (
	listenToken = "messagetoken"
	listenKey   = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE"
	listenAppid = "wx0000000000000001"
)

// startListener runs `event listen` with a key of its own, which needs no server.
// Printed is told of the first push; end ends it and returns what it printed.
func startListener(t *testing.T, more ...string) (url string, printed <-chan struct{}, end func() (stdout string)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan struct{})
	out := &watcher{what: "\n", found: sync.OnceFunc(func() { close(first) })}
	told, address := make(chan string, 1), regexp.MustCompile(`http://\S+:\d+`)
	errs := &watcher{what: ", Ctrl-C ends it\n"}
	errs.found = func() { told <- address.FindString(errs.text.String()) }
	args := append([]string{"draftbox", "event", "listen", "--addr", "127.0.0.1:0", "--token", listenToken, "--aes-key", listenKey}, more...)
	code := make(chan int, 1)
	go func() {
		code <- cli.Main(ctx, args, cli.Stdio{Out: out, Err: errs}, func(string) (string, bool) { return "", false })
	}()
	select {
	case url = <-told:
	case got := <-code:
		cancel()
		t.Fatalf("exit code %d, stderr %q", got, errs.text.String())
	}
	return url, first, func() string {
		t.Helper()
		cancel()
		if got := <-code; got != 0 {
			t.Errorf("exit code %d, stderr %q", got, errs.text.String())
		}
		return out.text.String()
	}
}

// pushTo sends a push and returns status and body of the answer.
func pushTo(t *testing.T, method, url string, body []byte, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func seal(t *testing.T, appid, message string, options ...wxcrypt.SealOption) *wxcrypt.Sealed {
	t.Helper()
	c, err := wxcrypt.New(listenToken, listenKey, appid)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := c.Seal([]byte(message), time.Unix(1700000000, 0), "1234567890", options...)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestListenTellsPushesApart(t *testing.T) {
	t.Parallel()
	const (
		revoked = "<xml><AppId>" + listenAppid + "</AppId><InfoType>unauthorized</InfoType><AuthorizerAppid>wx00000000000000a1</AuthorizerAppid></xml>"
		audit   = "<xml><ToUserName>gh_0123456789ab</ToUserName><MsgType>event</MsgType><Event>weapp_audit_success</Event></xml>"
		plain   = `{"AppId":"` + listenAppid + `","InfoType":"authorized","AuthorizerAppid":"wx00000000000000a2"}`
	)
	good, account, foreign := seal(t, listenAppid, revoked), seal(t, listenAppid, audit, wxcrypt.ForAccount("gh_0123456789ab", "")), seal(t, "wx0000000000000002", revoked)
	strange := seal(t, listenAppid, "no XML")
	url, _, end := startListener(t, "--component", listenAppid, "--answer", "fail", "--status", "201", "--json")

	type told struct{ Type, Component, Authorizer, Body, Problem, Answer string }
	const why = "no push for this component: "
	var want []told
	for name, tt := range map[string]struct {
		path   string
		body   []byte
		header []string
		want   told
	}{
		"a system event": {"/event?" + good.Query, good.Body, nil, told{Type: "unauthorized", Component: listenAppid, Authorizer: "wx00000000000000a1", Body: revoked}},
		"an account's":   {"/wx00000000000000a3/message?" + account.Query, account.Body, nil, told{Type: "weapp_audit_success", Component: listenAppid, Authorizer: "wx00000000000000a3", Body: audit}},
		"cloud hosting":  {"/event", []byte(plain), []string{"X-Wx-Source", "wx_unknown"}, told{Type: "authorized", Component: listenAppid, Authorizer: "wx00000000000000a2", Body: plain}},
		"no XML":         {"/x?" + strange.Query, strange.Body, nil, told{Component: listenAppid, Body: "no XML"}},
		"plain JSON":     {"/event", []byte(plain), nil, told{Problem: "there is neither an <Encrypt> nor base64 in it"}},
		"unsigned":       {"/event", good.Body, nil, told{Problem: "its URL has no msg_signature"}},
		"another body": {"/event?" + good.Query, account.Body, nil, told{
			Problem: "the signature does not fit: the message token is right, so the body is not what was signed: something changed it, or it is of another push",
		}},
		"another platform's": {"/event?" + foreign.Query, foreign.Body, nil, told{
			Component: "wx0000000000000002", Body: revoked, Problem: `it is for "wx0000000000000002", not for ` + listenAppid,
		}},
	} {
		status, answer := pushTo(t, http.MethodPost, url+tt.path, tt.body, tt.header...)
		tt.want.Answer = "fail"
		wantStatus := 201
		if tt.want.Problem != "" {
			tt.want.Answer, wantStatus = why+tt.want.Problem, http.StatusForbidden
		}
		if status != wantStatus || answer != tt.want.Answer {
			t.Errorf("%s: answered with %d %q, want %d %q", name, status, answer, wantStatus, tt.want.Answer)
		}
		want = append(want, tt.want)
	}
	if status, _ := pushTo(t, http.MethodGet, url+"/event", nil); status != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", status)
	}

	var got []told
	for line := range strings.Lines(end()) {
		var in struct {
			told
			Component  string `json:"component_appid"`
			Authorizer string `json:"authorizer_appid"`
		}
		if err := json.Unmarshal([]byte(line), &in); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		in.told.Component, in.told.Authorizer = in.Component, in.Authorizer
		got = append(got, in.told)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("printed (-want +got):\n%s", diff)
	}
}

// What is refused is printed for people as well.
func TestListenSaysWhatItRefuses(t *testing.T) {
	t.Parallel()
	good := seal(t, listenAppid, "<xml><InfoType>unauthorized</InfoType></xml>")
	url, _, end := startListener(t)
	pushTo(t, http.MethodPost, url+"/event?"+good.Query, []byte("<xml>\x1b[2J</xml>"))
	pushTo(t, http.MethodPost, url+"/event?"+good.Query, good.Body)
	status, answer := pushTo(t, http.MethodGet, url+"/back?state=1&auth_code=queryauthcode@@@abc&expires_in=3600", nil)
	if status != http.StatusOK || answer != "the authorization code is printed where the command runs; api_query_auth takes it\n" {
		t.Errorf("the browser is answered with %d %q", status, answer)
	}
	when := regexp.MustCompile(`(?m)^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d \(UTC\+8\)`)
	const want = `TIME  -  -
  refused: there is neither an <Encrypt> nor base64 in it

TIME  unauthorized  -
  <xml>
    <InfoType>unauthorized</InfoType>
  </xml>

TIME  redirect  -
  auth_code=queryauthcode@@@abc
  expires_in=3600

`
	if got := when.ReplaceAllString(end(), "TIME"); got != want {
		t.Errorf("printed\n%s\nwant\n%s", got, want)
	}
}

// A delay ends with the listener.
func TestListenEndsAtOnce(t *testing.T) {
	t.Parallel()
	good := seal(t, listenAppid, "<xml><InfoType>unauthorized</InfoType></xml>")
	url, printed, end := startListener(t, "--delay", "24h")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/event?"+good.Query, bytes.NewReader(good.Body))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = res.Body.Close()
		}
		ended <- err
	}()
	<-printed
	end()
	if err := <-ended; err == nil {
		t.Error("it was answered")
	}
}
