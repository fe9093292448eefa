package wxopen_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"draftbox/wxopen"
)

func TestErrmsgIsTakenApart(t *testing.T) {
	t.Parallel()
	const long = "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
	for _, row := range []struct{ errmsg, msg, hint, rid string }{
		{"invalid component rid: 682aa9b3-57079eb6-2182d6a9", "invalid component", "", "682aa9b3-57079eb6-2182d6a9"},
		{"api unauthorized, rid: 682aa9b3-57079eb6-2182d6a9", "api unauthorized", "", "682aa9b3-57079eb6-2182d6a9"},
		{long + " rid: 674d0448-268a3b77-5d4ecf79", long, "", "674d0448-268a3b77-5d4ecf79"},
		{"code is expired hint: [._NW5a07533064]", "code is expired", "._NW5a07533064", ""},
		{"invalid code, hints: [ req_id: UdICunNre-o_pNZa ]", "invalid code", "req_id: UdICunNre-o_pNZa", ""},
		{"data format error hint: [LuGQAA0433p448] rid: 64e5a081-2f1848b5-00cf8c3c", "data format error", "LuGQAA0433p448", "64e5a081-2f1848b5-00cf8c3c"},
		{"access clientip is not registered requestIP: 106.12.12.30 rid: 5f9b8f0d-25dabd3d-23cb1a46", "access clientip is not registered requestIP: 106.12.12.30", "", "5f9b8f0d-25dabd3d-23cb1a46"},
		{"隐私接口检查任务未完成，请稍等一分钟再重试 rid: 5f9b8f0d-25dabd3d-23cb1a46", "隐私接口检查任务未完成，请稍等一分钟再重试", "", "5f9b8f0d-25dabd3d-23cb1a46"},
		{"system error", "system error", "", ""},
		{"", "", "", ""},
		{"rid: 682aa9b3-57079eb6-2182d6a9", "", "", "682aa9b3-57079eb6-2182d6a9"},
		{"rid not found", "rid not found", "", ""},
		{"no Madrid: 682aa9b3-57079eb6-2182d6a9", "no Madrid: 682aa9b3-57079eb6-2182d6a9", "", ""},
		{"rid: 682aa9b3-57079eb6-2182d6a9 went on", "rid: 682aa9b3-57079eb6-2182d6a9 went on", "", ""},
	} {
		c := canned(t, 200, fmt.Sprintf(`{"errcode":45009,"errmsg":%q}`, row.errmsg))
		_, err := c.DraftList(t.Context())
		want := wxopen.Error{Code: 45009, Msg: row.msg, Hint: row.hint, RID: row.rid, Path: draftPath, HTTPStatus: 200}
		if got, ok := errors.AsType[*wxopen.Error](err); !ok || *got != want {
			t.Errorf("%q: got %+v, want %+v", row.errmsg, got, want)
		}
	}
}

func TestErrorTexts(t *testing.T) {
	t.Parallel()
	refused := &wxopen.Error{Code: 85064, Msg: "template not found", RID: rid, Path: addPath}
	for got, want := range map[string]string{
		refused.Error(): "wxopen: /wxa/addtotemplate: errcode 85064: template not found (rid " + rid + ")",
		(&wxopen.Error{Code: -1, Msg: "system error", Path: addPath}).Error(): "wxopen: /wxa/addtotemplate: errcode -1: system error",
		wxopen.ErrTemplateListFull.Error():                                    "errcode 85065: template list is full",
		wxopen.Code(12345).Error():                                            "errcode 12345",
		wxopen.ErrAuthCodeExpired.Error():                                     "errcode 61010: code is expired",
		wxopen.ErrAuditInProgress.Error():                                     "errcode 85009: already submit a version under auditing",
		wxopen.ErrJumpDomainUnchanged.Error():                                 "errcode 89019: webview domain not change",
		(&wxopen.AmbiguousError{Draft: mall, Candidates: []wxopen.Template{{TemplateID: 13}, {TemplateID: 14}}}).Error(): "wxopen: draft 4 was added, but templates 13, 14 all look like what came of it",
		(&wxopen.UnconfirmedError{Draft: mall, After: 12, Err: wxopen.ErrSystem}).Error():                                "wxopen: draft 4 may have been added, but no template with an id over 12 could be found for it: errcode -1: system error",
		(&wxopen.UnconfirmedError{Draft: mall, Added: true, After: -1}).Error():                                          "wxopen: draft 4 was added, but no template with an id over -1 could be found for it",
	} {
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if errors.Is(refused, wxopen.ErrTemplateListFull) || !errors.Is(fmt.Errorf("adding: %w", refused), wxopen.ErrTemplateNotFound) {
		t.Error("errors.Is does not compare codes")
	}
}

func TestUnusableAnswers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		status int
		body   string
		says   string
	}{
		{"error page", 502, "<html>Bad Gateway</html>", "HTTP 502 with a body that is no JSON object"},
		{"page with status 200", 200, "<html>log in first</html>", "HTTP 200 with a body that is no JSON object"},
		{"nothing", 200, "", "no JSON object"},
		{"null", 200, "null", "no JSON object"},
		{"array", 200, `[{"errcode":0}]`, "no JSON object"},
		{"two objects", 200, `{"errcode":0}{"errcode":0}`, "no JSON object"},
		{"cut short", 200, `{"errcode":0,"draft_list":[`, "no JSON object"},
		{"JSON of a gateway", 404, `{"message":"no route"}`, "HTTP 404 with a body that has no errcode"},
		{"JSON of something else", 200, `{"message":"hello"}`, "neither draft_list nor errcode"},
		{"errcode that is none", 200, `{"errcode":"E1"}`, "errcode is"},
		{"list that is none", 200, `{"errcode":0,"draft_list":{"0":{}}}`, "draft_list"},
		{"draft without id", 200, `{"errcode":0,"draft_list":[{"create_time":1}]}`, "without draft_id"},
		{"draft with null", 200, `{"errcode":0,"draft_list":[null]}`, "null in place of an object"},
		{"draft with a bad id", 200, `{"errcode":0,"draft_list":[{"draft_id":1.5}]}`, "not a whole number"},
	} {
		drafts, err := canned(t, row.status, row.body).DraftList(t.Context())
		failure, ok := errors.AsType[*wxopen.TransportError](err)
		if !ok || drafts != nil || failure.HTTPStatus != row.status || failure.NotSent || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: got %v, %v", row.name, drafts, err)
		}
	}
}

func TestRefusalsUnderAnyStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 400, 404, 500} {
		_, err := canned(t, status, `{"errcode":40066,"errmsg":"invalid url rid: `+rid+`"}`).DraftList(t.Context())
		if refused, ok := errors.AsType[*wxopen.Error](err); !ok || refused.Code != 40066 || refused.HTTPStatus != status {
			t.Errorf("%d: got %v", status, err)
		}
	}
}

func TestLongAnswersAreCutOff(t *testing.T) {
	t.Parallel()
	body := `{"errcode":0,"draft_list":[]}`
	limit := func(n int64) func(*wxopen.Config) { return func(cfg *wxopen.Config) { cfg.MaxAnswerBytes = n } }
	if _, err := canned(t, 200, body, limit(int64(len(body)))).DraftList(t.Context()); err != nil {
		t.Error(err)
	}
	_, err := canned(t, 200, body, limit(int64(len(body))-1)).DraftList(t.Context())
	if _, ok := errors.AsType[*wxopen.TransportError](err); !ok || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("got %v", err)
	}
}

func TestTimeoutIsTold(t *testing.T) {
	t.Parallel()
	c := canned(t, 200, "", func(cfg *wxopen.Config) {
		cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("reading %s: %w", req.URL, timeout{})
		})}
	})
	_, err := c.DraftList(t.Context())
	failure, ok := errors.AsType[*wxopen.TransportError](err)
	if !ok || !failure.Timeout() || !errors.Is(err, timeout{}) || strings.Contains(err.Error(), "statictoken") {
		t.Errorf("got %v", err)
	}
}

type timeout struct{}

func (timeout) Error() string { return "too slow" }
func (timeout) Timeout() bool { return true }
