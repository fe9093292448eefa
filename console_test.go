package draftbox_test

import (
	"encoding/xml"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"draftbox"
	"draftbox/wxopen/wxcrypt"
)

const (
	probed    = "wx0000000000000001"
	probedKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE"
)

// atConsole makes a server with a component and posts forms at its console.
func atConsole(t *testing.T) (server *draftbox.Server, post func(path string, form url.Values) *httptest.ResponseRecorder) {
	t.Helper()
	server, err := draftbox.New(t.Context(), draftbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	send := func(method, path, kind, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.RemoteAddr, r.Host = "127.0.0.1:50123", "127.0.0.1:8507"
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Accept-Language", "en")
		r.Header.Set("Authorization", "Bearer "+server.AdminToken())
		w := httptest.NewRecorder()
		server.AdminHandler().ServeHTTP(w, r)
		return w
	}
	made := send(http.MethodPost, "/_draftbox/v1/components", "application/json", `{"appid":"`+probed+`","token":"messagetoken","encoding_aes_key":"`+probedKey+`"}`)
	if made.Code != http.StatusCreated {
		t.Fatalf("%d %s", made.Code, made.Body)
	}
	return server, func(path string, form url.Values) *httptest.ResponseRecorder {
		return send(http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode())
	}
}

// A URL is tried out with a push like every other, and each failure is told apart.
func TestCallbackURLIsTriedOut(t *testing.T) {
	t.Parallel()
	_, post := atConsole(t)
	var answer atomic.Value
	answer.Store("success")
	seen := make(chan string, 1)
	receiver := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		crypt, err := wxcrypt.New("messagetoken", probedKey, probed)
		if err != nil {
			t.Error(err)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		plain, err := crypt.Open(r.URL.Query(), body)
		if err != nil {
			t.Errorf("the push cannot be opened: %v", err)
		}
		select {
		case seen <- string(plain.Message):
		default:
		}
		_, _ = io.WriteString(w, answer.Load().(string))
	})
	plain, secure := httptest.NewServer(receiver), httptest.NewTLSServer(receiver)
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	free := httptest.NewServer(receiver)
	free.Close()

	test := func(address string) string {
		w := post("/c/"+probed+"/settings/callbacks", url.Values{"event_url": {address}, "message_url": {""}, "do": {"test_event"}})
		if w.Code != http.StatusOK {
			t.Fatalf("%s answers %d: %s", address, w.Code, w.Body)
		}
		return html.UnescapeString(w.Body.String())
	}
	if page := test(plain.URL + "/event"); !strings.Contains(page, "Pushes arrive.") || !strings.Contains(page, "HTTP 200") {
		t.Errorf("a good receiver: %s", page)
	}
	var got struct {
		InfoType string `xml:"InfoType"`
		Ticket   string `xml:"ComponentVerifyTicket"`
	}
	if err := xml.Unmarshal([]byte(<-seen), &got); err != nil || got.InfoType != "component_verify_ticket" || !strings.HasPrefix(got.Ticket, "ticket@@@") {
		t.Errorf("the receiver got %+v, %v", got, err)
	}
	answer.Store(`"success"`)
	for address, want := range map[string]string{
		plain.URL:  `the answer was "\"success\"", JSON; must be exactly success`,
		free.URL:   "connection refused: nothing listens at ",
		secure.URL: "is of an authority that is not known here",
		strings.Replace(plain.URL, "http:", "https:", 1):  "speaks plain HTTP, not TLS",
		strings.Replace(secure.URL, "https:", "http:", 1): "it is a TLS port",
	} {
		if page := test(address); !strings.Contains(page, want) || !strings.Contains(page, `verdict broken`) {
			t.Errorf("%s: the page lacks %q:\n%s", address, want, page)
		}
	}
}

// Commands to copy name the address of the API that was told, as the browser's machine
// reaches it.
func TestConsoleNamesTheAPI(t *testing.T) {
	t.Parallel()
	server, _ := atConsole(t)
	page := func(host string) string {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/c/"+probed, nil)
		r.RemoteAddr, r.Host = "127.0.0.1:50123", host
		w := httptest.NewRecorder()
		server.AdminHandler().ServeHTTP(w, r)
		return w.Body.String()
	}
	for _, row := range []struct{ told, host, want string }{
		{"", "127.0.0.1:8507", "http://127.0.0.1:8506/wxa/"},
		{"http://127.0.0.1:41234", "localhost:8507", "http://127.0.0.1:41234/wxa/"},
		{"https://wx.example.com", "localhost:8507", "https://wx.example.com/wxa/"},
		{"http://0.0.0.0:8506", "localhost:8507", "http://localhost:8506/wxa/"},
		{"http://[::]:8506", "[::1]:8507", "http://[::1]:8506/wxa/"},
		{"http://[::]:8506", "127.0.0.1", "http://127.0.0.1:8506/wxa/"},
	} {
		if row.told != "" {
			server.SetAPIURL(row.told)
		}
		if got := page(row.host); !strings.Contains(got, row.want) {
			t.Errorf("told %q and reached by %s the page lacks %s", row.told, row.host, row.want)
		}
	}
}
