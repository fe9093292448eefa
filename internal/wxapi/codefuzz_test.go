package wxapi_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"draftbox/api/apitest"
	"draftbox/internal/clock"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
	"draftbox/internal/wxapi"
)

// FuzzCodeCall sends anything to the calls about code, as a merchant with a version that
// was committed. Whatever comes out is held against the document, and is no -1.
func FuzzCodeCall(f *testing.F) {
	log := slog.New(slog.DiscardHandler)
	store, err := sqlstore.Open(f.Context(), sqlstore.Options{URL: "sqlite::memory:", Logger: log, Real: clock.Now})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = store.Close() })
	service := platform.NewService(store, clock.Now)
	server := wxapi.New(wxapi.Options{Service: service, Journal: journal.New(64), Logger: log})
	for i, o := range codeOperations {
		f.Add(i, o.method, "", "application/json", []byte(`{}`))
	}
	for i, body := range []string{
		commitBody(0, `{"pages":["pages/index/index"],"requiredPrivateInfos":["getLocation"]}`, "1.0.0"), `{"item_list":[{"tag":"a b","first_id":"1"}],"preview_info":{"pic_id_list":["x"]}}`,
		`{"auditid":"400000001"}`, `{"gray_percentage":8,"support_debuger_first":true}`, `{"action":"close"}`, `{"version":"2.30.0"}`, `template_id=0&ext_json={}`,
	} {
		f.Add(i, "POST", "action=get_history_version&app_version=1", "application/x-www-form-urlencoded", []byte(body))
	}
	f.Add(5, "POST", "", multipartHeader, []byte("--"+boundary+"\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a\"\r\n\r\n"+png+"\r\n--"+boundary+"--"))
	f.Add(0, "POST", "", multipartHeader, []byte("--"+boundary+"\r\nContent-Disposition: form-data; name=\"template_id\"\r\n\r\n0\r\n--"+boundary+"--"))
	f.Fuzz(func(t *testing.T, call int, method, query, contentType string, body []byte) {
		b := &bench{t: t, store: store, service: service, journal: journal.New(8), server: server, api: apitest.WeChat(t).Handler(t, server)}
		b.comp, b.dev = b.component()
		defer func() { b.must(service.DeleteComponent(t.Context(), b.comp.Appid)) }()
		b.withTemplate()
		b.commit("1.0.0")
		o := codeOperations[uint(call)%uint(len(codeOperations))]
		if method != http.MethodGet && method != http.MethodPost {
			method = o.method
		}
		if _, err := url.ParseQuery(query); err != nil || strings.ContainsAny(query, " #\x7f") || strings.ContainsFunc(query, func(r rune) bool { return r < ' ' }) {
			query = ""
		}
		r := b.do(method, o.path+"?access_token="+b.merchantToken()+"&"+query, string(body), "Content-Type", contentType)
		if r.header.Get("Content-Type") == "image/jpeg" {
			return
		}
		if code, msg := b.outcome(r); code == -1 {
			t.Errorf("%s %s?%q %q answered %d %s", method, o.path, query, body, code, msg)
		}
	})
}
