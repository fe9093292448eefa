package wxapi_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"

	"draftbox/internal/clock"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
	"draftbox/internal/wxapi"
)

// documented are the codes that malformed calls may get; -1 is none of them.
var documented = []int{
	0, 40001, 40013, 40066, 40125, 41001, 41002, 41004, 41018, 42001, 43001, 43002, 44002, 47001, 48006, 61003, 61006, 61009, 61010, 61011, 61012, 61013,
	61023, 76001, 76002, 76003, 76021, 76022, 85064, 85065,
}

// Whatever comes in, a documented code goes out, as valid JSON with status 200.
func FuzzCall(f *testing.F) {
	store, err := sqlstore.Open(f.Context(), sqlstore.Options{URL: "sqlite::memory:", Logger: slog.New(slog.DiscardHandler), Real: clock.Now})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = store.Close() })
	service := platform.NewService(store, clock.Now)
	api := wxapi.New(wxapi.Options{Service: service, Journal: journal.New(64), Logger: slog.New(slog.DiscardHandler)})
	c, err := service.CreateComponent(f.Context(), platform.Component{})
	if err != nil {
		f.Fatal(err)
	}
	token, err := service.AdminComponentToken(f.Context(), c.Appid, platform.Caller{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("GET", draftList, "access_token=", []byte(nil), true)
	f.Add("POST", addTemplate, "x=%zz&;&component_access_token=", []byte(`{"draft_id":"0","template_type":1}`), true)
	f.Add("GET", templateList, "template_type=1&access_token=", []byte(`{"template_type":"x"}`), true)
	f.Add("POST", delTemplate, "&access_token=", []byte("{\"template_id\":1e9}\n"), true)
	f.Add("POST", tokenPath, "", []byte(`{"component_appid":"`+c.Appid+`","component_appsecret":null,"component_verify_ticket":"ticket@@@"}`), false)
	f.Add("POST", startPath, "", []byte(`component_appid=wx`), false)
	f.Add("POST", ridPath, "access_token=", []byte(`{"rid":"617682e0-09059ac5-34a8e2ea"}`), true)
	own := `{"component_appid":"` + c.Appid + `","authorizer_appid":"wx00000000000000a1",`
	f.Add("POST", queryAuthPath, "access_token=", []byte(own+`"authorization_code":"queryauthcode@@@"}`), true)
	f.Add("POST", authorizerTokenPath, "access_token=", []byte(own+`"authorizer_refresh_token":null}`), true)
	f.Add("POST", authorizerListPath, "access_token=", []byte(own+`"offset":-9e9,"count":"18446744073709551616"}`), true)
	f.Add("POST", setOptionPath, "access_token=", []byte(own+`"option_name":"voice_recognize","option_value":"1"}`), true)
	f.Add("POST", secretClearPath, "appid=wx&appsecret=%", []byte(nil), false)
	f.Add("POST", componentClearPath, "", []byte(own+`"appid":"","appsecret":"\u0000"}`), false)
	f.Add("POST", quotaGetPath, "access_token=", []byte(`{"cgi_path":"/sns/"}`), true)
	f.Add("PATCH", "//wxa/../x\x00", "%", []byte{0xff, 0xfe}, false)
	f.Fuzz(func(t *testing.T, method, path, query string, body []byte, authenticated bool) {
		if authenticated {
			query += token
		}
		r := &http.Request{
			Method: method, URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{}, RemoteAddr: "127.0.0.1:1",
			Body: http.NoBody, ContentLength: int64(len(body)),
		}
		if len(body) > 0 {
			r.Body = readCloser{bytes.NewReader(body)}
		}
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r.WithContext(t.Context()))
		var out struct {
			ErrCode int `json:"errcode"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
			t.Fatalf("status %d, body %q: %v", w.Code, w.Body, err)
		}
		if !slices.Contains(documented, out.ErrCode) {
			t.Fatalf("%s %q?%q %q answered %s", method, path, query, body, w.Body)
		}
	})
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }
