package wxopen_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"draftbox/wxopen"
)

const (
	appid  = "wx0000000000000001"
	secret = "0123456789abcdef0123456789abcdef"
	ticket = "ticket@@@abcDEF-123_xyz"
	rid    = "674d0448-268a3b77-5d4ecf79"
)

// outcome is what becomes of a call.
type outcome struct {
	code    int           // errcode in place of the answer
	lost    bool          // no answer at all
	carried bool          // although of the above, the call is carried out
	delay   time.Duration // before anything else
}

var errLost = errors.New("connection reset by peer")

// service is the platform in memory, reached without a port.
type service struct {
	// fault decides the n-th call, from 1, of a path; nil for no faults.
	fault func(path string, n int) outcome
	// added is called after an addition, with the service locked.
	added func(s *service)
	// withoutDraftID makes it an older service.
	withoutDraftID bool
	expiresIn      int64
	life           time.Duration // of tokens; 0 for ever

	mu        sync.Mutex
	drafts    []wxopen.Draft
	templates []wxopen.Template
	nextID    int64
	issued    int
	good      map[string]time.Time // tokens and when they were issued
	calls     map[string]int
	bodies    []string
}

func newService(drafts ...wxopen.Draft) *service {
	return &service{
		drafts:    drafts,
		expiresIn: 7200,
		good:      map[string]time.Time{"statictoken": {}},
		calls:     map[string]int{},
	}
}

// client returns a client that fetches its tokens.
func (s *service) client(tb testing.TB, change ...func(*wxopen.Config)) *wxopen.Client {
	tb.Helper()
	cfg := wxopen.Config{
		HTTPClient:      &http.Client{Transport: s},
		ComponentAppid:  appid,
		ComponentSecret: secret,
		Tickets:         wxopen.StaticTicket(ticket),
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := wxopen.New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func (s *service) count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[path]
}

// revoke ends all tokens.
func (s *service) revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.good)
}

// RoundTrip implements http.RoundTripper.
func (s *service) RoundTrip(req *http.Request) (*http.Response, error) {
	body := []byte(nil)
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		req.Body.Close()
	}
	s.mu.Lock()
	s.calls[req.URL.Path]++
	s.bodies = append(s.bodies, string(body))
	o := outcome{}
	if s.fault != nil {
		o = s.fault(req.URL.Path, s.calls[req.URL.Path])
	}
	s.mu.Unlock()
	if o.delay > 0 {
		select {
		case <-time.After(o.delay):
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
	answer := ""
	if o.code == 0 && !o.lost || o.carried {
		answer = s.answer(req, body)
	}
	switch {
	case o.lost:
		return nil, errLost
	case o.code != 0:
		answer = refusal(o.code)
	}
	return jsonResponse(req, answer), nil
}

func jsonResponse(req *http.Request, body string) *http.Response {
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Content-Type": {"application/json; encoding=utf-8"}},
		Body:       io.NopCloser(strings.NewReader(body)),
		Request:    req,
	}
}

func refusal(code int) string {
	return fmt.Sprintf(`{"errcode":%d,"errmsg":"refused rid: %s"}`, code, rid)
}

func (s *service) answer(req *http.Request, body []byte) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var in wireInput
	_ = json.Unmarshal(body, &in)
	switch req.URL.Path {
	case "/cgi-bin/component/api_component_token":
		if in.Ticket != ticket {
			return refusal(61006)
		}
		s.issued++
		token := fmt.Sprintf("103_token%d", s.issued)
		s.good[token] = time.Now()
		return fmt.Sprintf(`{"component_access_token":%q,"expires_in":%d}`, token, s.expiresIn)
	case "/cgi-bin/component/api_start_push_ticket":
		return `{"errcode":0,"errmsg":"in a normal state"}`
	}
	issued, ok := s.good[req.URL.Query().Get("access_token")]
	switch {
	case !ok:
		return refusal(40001)
	case s.life > 0 && time.Since(issued) >= s.life:
		return refusal(42001)
	}
	switch req.URL.Path {
	case "/wxa/gettemplatedraftlist":
		return s.list("draft_list", s.drafts)
	case "/wxa/gettemplatelist":
		templates := append([]wxopen.Template{}, s.templates...)
		rand.Shuffle(len(templates), func(i, j int) { templates[i], templates[j] = templates[j], templates[i] })
		return s.list("template_list", templates)
	case "/wxa/addtotemplate":
		return s.add(in.DraftID)
	case "/wxa/deletetemplate":
		return s.remove(in.TemplateID)
	}
	return refusal(40066)
}

func (s *service) list(name string, items any) string {
	text, err := json.Marshal(map[string]any{"errcode": 0, "errmsg": "ok", name: items})
	if err != nil {
		panic(err)
	}
	return string(text)
}

func (s *service) add(draftID int64) string {
	if len(s.templates) >= 200 {
		return refusal(85065)
	}
	for _, d := range s.drafts {
		if d.DraftID == draftID {
			s.copyDraft(d)
			if s.added != nil {
				s.added(s)
			}
			return `{"errcode":0,"errmsg":"ok"}`
		}
	}
	return refusal(85064)
}

// copyDraft makes a template of a draft.
func (s *service) copyDraft(d wxopen.Draft) {
	t := wxopen.Template{
		TemplateID: s.nextID, DraftID: &d.DraftID, CreateTime: d.CreateTime, UserVersion: d.UserVersion, UserDesc: d.UserDesc,
		SourceMiniprogramAppid: d.SourceMiniprogramAppid, SourceMiniprogram: d.SourceMiniprogram, Developer: d.Developer,
	}
	if s.withoutDraftID {
		t.DraftID = nil
	}
	s.nextID++
	s.templates = append(s.templates, t)
}

func (s *service) remove(templateID int64) string {
	for i, t := range s.templates {
		if t.TemplateID == templateID {
			s.templates = append(s.templates[:i:i], s.templates[i+1:]...)
			return `{"errcode":0,"errmsg":"ok"}`
		}
	}
	return refusal(85064)
}

// draft returns a draft of a development mini program.
func draft(id int64, source, version string) wxopen.Draft {
	return wxopen.Draft{
		DraftID: id, CreateTime: time.Unix(1700000000+id, 0).UTC(), UserVersion: version, UserDesc: "修复\n第二行",
		SourceMiniprogramAppid: source, SourceMiniprogram: "示例", Developer: "小明",
	}
}

// canned answers every request with the same body and status.
func canned(tb testing.TB, status int, body string, change ...func(*wxopen.Config)) *wxopen.Client {
	tb.Helper()
	cfg := wxopen.Config{Tokens: wxopen.StaticToken("statictoken"), ComponentAppid: appid, ComponentSecret: secret, Retry: wxopen.RetryPolicy{Attempts: 1}}
	cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
		resp := jsonResponse(req, body)
		resp.StatusCode = status
		return resp, nil
	})}
	for _, f := range change {
		f(&cfg)
	}
	c, err := wxopen.New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
