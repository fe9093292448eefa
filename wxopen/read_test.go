package wxopen_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"draftbox/wxopen"
)

func TestDraftsAreReadLeniently(t *testing.T) {
	t.Parallel()
	want := wxopen.Draft{DraftID: 7, CreateTime: time.Unix(1488965944, 0).UTC(), UserVersion: "1.0", UserDesc: "a\nb"}
	for _, item := range []string{
		`{"draft_id":7,"create_time":1488965944,"user_version":"1.0","user_desc":"a\nb"}`,
		`{"draft_id":"7","create_time":" 1488965944 ","user_version":1.0,"user_desc":"a\nb"}`,
		`{"draft_id":7.0,"create_time":1.488965944e9,"user_version":"1.0","user_desc":"a\nb","developer":null,"category_list":null}`,
		"{\"draft_id\":7,\"create_time\":1488965944,\"user_version\":\"1.0\",\"user_desc\":\"a\nb\"}",
		"{\"draft_id\":7,\n\t\"create_time\":1488965944,\"user_version\":\"1.0\",\"user_desc\":\"a\\\nb\"}",
	} {
		drafts, err := canned(t, 200, `{"errcode":"0","draft_list":[`+item+`]}`).DraftList(t.Context())
		if err != nil || len(drafts) != 1 || !reflect.DeepEqual(drafts[0], want) {
			t.Errorf("%s: got %+v, %v", item, drafts, err)
		}
	}
	drafts, err := canned(t, 200, `{"draft_list":[{"draft_id":7,"create_time":""}]}`).DraftList(t.Context())
	if err != nil || len(drafts) != 1 || !drafts[0].CreateTime.IsZero() {
		t.Errorf("empty create_time: got %+v, %v", drafts, err)
	}
}

func TestEmptyLists(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"errcode":0,"errmsg":"ok","draft_list":[],"template_list":[]}`,
		`{"errcode":0,"errmsg":"ok","draft_list":null,"template_list":null}`,
		`{"errcode":0,"errmsg":"ok"}`,
		`{"draft_list":[],"template_list":[]}`,
	} {
		c := canned(t, 200, body)
		if drafts, err := c.DraftList(t.Context()); err != nil || drafts == nil || len(drafts) != 0 {
			t.Errorf("%s: got %v, %v", body, drafts, err)
		}
		if templates, err := c.TemplateList(t.Context()); err != nil || templates == nil || len(templates) != 0 {
			t.Errorf("%s: got %v, %v", body, templates, err)
		}
	}
}

func TestUnknownMembersAreKept(t *testing.T) {
	t.Parallel()
	const item = `{"draft_id":0,"template_id":0,"robot":7,"list":[{"a":null}],"category_list":[{"first_class":"工具","third_class":"其他"}]}`
	c := canned(t, 200, `{"draft_list":[`+item+`],"template_list":[`+item+`],"component_access_token":"t","expires_in":60,"new":1,"request":{"new":1}}`,
		func(cfg *wxopen.Config) { cfg.Tickets = wxopen.StaticTicket(ticket) })
	drafts, err := c.DraftList(t.Context())
	if err != nil || string(drafts[0].Extra["robot"]) != "7" || string(drafts[0].Extra["template_id"]) != "0" || len(drafts[0].Extra) != 3 {
		t.Errorf("draft: %+v, %v", drafts, err)
	}
	templates, err := c.TemplateList(t.Context())
	if err != nil || string(templates[0].Extra["list"]) != `[{"a":null}]` || string(templates[0].CategoryList[0].Extra["third_class"]) != `"其他"` {
		t.Errorf("template: %+v, %v", templates, err)
	}
	text, err := json.Marshal(templates[0])
	if err != nil {
		t.Fatal(err)
	}
	if problems := missing("item", decode(t, item), decode(t, string(text))); len(problems) > 0 {
		t.Errorf("marshaled again: %s", problems)
	}
	if token, err := c.ComponentToken(t.Context()); err != nil || string(token.Extra["new"]) != "1" || token.ExpiresIn != time.Minute {
		t.Errorf("token: %v, %v", token.Extra, err)
	}
	if info, err := c.RIDInfo(t.Context(), "rid: "+rid); err != nil || string(info.Extra["new"]) != "1" {
		t.Errorf("rid: %+v, %v", info, err)
	}
}

func TestTemplatesTellWhatIsAbsent(t *testing.T) {
	t.Parallel()
	templates, err := canned(t, 200, `{"template_list":[{"template_id":1},{"template_id":2,"draft_id":0,"audit_status":0}]}`).TemplateList(t.Context())
	if err != nil || len(templates) != 2 {
		t.Fatal(err)
	}
	if old := templates[0]; old.DraftID != nil || old.AuditStatus != nil {
		t.Errorf("got %+v", old)
	}
	if now := templates[1]; now.DraftID == nil || *now.DraftID != 0 || now.AuditStatus == nil || now.AuditScene != nil {
		t.Errorf("got %+v", now)
	}
}

func TestTemplateListByType(t *testing.T) {
	t.Parallel()
	const body = `{"template_list":[{"template_id":1},{"template_id":2,"template_type":1},{"template_id":3,"template_type":"0"}]}`
	for _, row := range []struct {
		types []wxopen.TemplateType
		query string
		want  int
	}{
		{nil, "access_token=statictoken", 3},
		{[]wxopen.TemplateType{wxopen.OrdinaryTemplate}, "access_token=statictoken&template_type=0", 2},
		{[]wxopen.TemplateType{wxopen.StandardTemplate}, "access_token=statictoken&template_type=1", 1},
		{[]wxopen.TemplateType{wxopen.OrdinaryTemplate, wxopen.StandardTemplate}, "access_token=statictoken", 3},
	} {
		query := ""
		c := canned(t, 200, body, func(cfg *wxopen.Config) {
			cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
				query = req.URL.RawQuery
				return jsonResponse(req, body), nil
			})}
		})
		got, err := c.TemplateList(t.Context(), row.types...)
		if err != nil || len(got) != row.want || query != row.query {
			t.Errorf("%v: %d templates for %q, %v", row.types, len(got), query, err)
		}
	}
}

func TestLatestDraft(t *testing.T) {
	t.Parallel()
	at := func(id, second int64, source string) wxopen.Draft {
		d := draft(id, source, "1.0.0")
		d.CreateTime = time.Unix(1700000000+second, 0)
		return d
	}
	s := newService(at(9, 10, "wxb"), at(3, 20, "wxa"), at(5, 20, "wxa"), at(4, 20, "wxa"), at(8, 1, "wxa"), at(0, 30, "wxb"))
	c := s.client(t)
	for source, want := range map[string]int64{"wxa": 5, "wxb": 0, "": 0} {
		if got, err := c.LatestDraft(t.Context(), source); err != nil || got.DraftID != want {
			t.Errorf("%q: got %d, %v; want %d", source, got.DraftID, err, want)
		}
	}
	if _, err := c.LatestDraft(t.Context(), "wxc"); !errors.Is(err, wxopen.ErrNoDraft) {
		t.Errorf("got %v", err)
	}
	if _, err := newService().client(t).LatestDraft(t.Context(), ""); !errors.Is(err, wxopen.ErrNoDraft) {
		t.Errorf("empty box: %v", err)
	}
}

func TestTokenAnswers(t *testing.T) {
	t.Parallel()
	withTicket := func(cfg *wxopen.Config) { cfg.Tickets = wxopen.StaticTicket(ticket) }
	for body, want := range map[string]time.Duration{
		`{"component_access_token":"t","expires_in":7200}`:                time.Hour * 2,
		`{"component_access_token":"t","expires_in":"7200"}`:              time.Hour * 2,
		`{"component_access_token":"t"}`:                                  0,
		`{"component_access_token":"t","expires_in":-5}`:                  0,
		`{"component_access_token":"t","expires_in":9223372036854775807}`: 365 * 24 * time.Hour,
	} {
		if token, err := canned(t, 200, body, withTicket).ComponentToken(t.Context()); err != nil || token.AccessToken != "t" || token.ExpiresIn != want {
			t.Errorf("%s: %v %v", body, token.ExpiresIn, err)
		}
	}
	for _, body := range []string{`{}`, `{"errcode":0,"errmsg":"ok"}`, `{"component_access_token":""}`, `{"component_access_token":"t","expires_in":"soon"}`} {
		if _, err := canned(t, 200, body, withTicket).ComponentToken(t.Context()); err == nil {
			t.Errorf("%s: no error", body)
		}
	}
}

func TestCall(t *testing.T) {
	t.Parallel()
	sent := ""
	c := canned(t, 200, "", func(cfg *wxopen.Config) {
		cfg.BaseURL = "http://draftbox.test/prefix/"
		cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
			sent = req.URL.Host + " " + wireForm(req)
			return jsonResponse(req, `{"errcode":0,"anything":[1,2]}`), nil
		})}
	})
	query := url.Values{"b": {"2"}, "access_token": {"another"}}
	raw, err := c.Call(t.Context(), http.MethodPost, "/wxa/any", query, map[string]any{"a": "<码>"})
	if err != nil || string(raw) != `{"errcode":0,"anything":[1,2]}` {
		t.Errorf("got %s, %v", raw, err)
	}
	const want = "draftbox.test POST /prefix/wxa/any?access_token=statictoken&b=2\n\n{\"a\":\"\\u003c码\\u003e\"}"
	if sent != want {
		t.Errorf("sent\n%s\nwant\n%s", sent, want)
	}
	if query.Get("access_token") != "another" {
		t.Error("the caller's query was changed")
	}
	for _, path := range []string{"", "wxa/any", "/wxa/any?x=1"} {
		if _, err := c.Call(t.Context(), http.MethodGet, path, nil, nil); err == nil {
			t.Errorf("path %q was taken", path)
		}
	}
	if _, err := c.Call(t.Context(), http.MethodPost, "/wxa/any", nil, func() {}); err == nil {
		t.Error("a body that cannot be marshaled was taken")
	}
}

func TestRIDMayBeCopiedWithItsPrefix(t *testing.T) {
	t.Parallel()
	for _, given := range []string{rid, "rid: " + rid, " rid:" + rid + "\n"} {
		sent := ""
		c := canned(t, 200, "", func(cfg *wxopen.Config) {
			cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
				sent = wireForm(req)
				return jsonResponse(req, refusal(76001)), nil
			})}
		})
		_, err := c.RIDInfo(t.Context(), given)
		if !errors.Is(err, wxopen.ErrRIDNotFound) || !strings.HasSuffix(sent, "\n\n{\"rid\":\""+rid+"\"}") {
			t.Errorf("%q: sent %s, got %v", given, sent, err)
		}
	}
}

func TestNewRefusesBadConfigurations(t *testing.T) {
	t.Parallel()
	for _, cfg := range []wxopen.Config{
		{BaseURL: "api.weixin.qq.com"},
		{BaseURL: "ftp://api.weixin.qq.com"},
		{BaseURL: "https://"},
		{BaseURL: "https://user:pass@api.weixin.qq.com"},
		{BaseURL: "https://api.weixin.qq.com?x=1"},
		{BaseURL: "http://[::1"},
		{Tickets: wxopen.StaticTicket(ticket)},
		{Tickets: wxopen.StaticTicket(ticket), ComponentAppid: appid},
	} {
		if _, err := wxopen.New(cfg); err == nil {
			t.Errorf("%v was taken", cfg)
		}
	}
	c, err := wxopen.New(wxopen.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func() error{
		"list":  func() error { _, err := c.DraftList(t.Context()); return err },
		"token": func() error { _, err := c.ComponentToken(t.Context()); return err },
		"push":  func() error { _, err := c.StartPushTicket(t.Context()); return err },
	} {
		if call() == nil {
			t.Errorf("%s: no error without what the call needs", name)
		}
	}
}
