package wxopen_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"draftbox/wxopen"
)

// lifecycle is one mini program at the service, in memory: commit, check, audit,
// release and roll-back.
type lifecycle struct {
	// fault decides the n-th call, from 1, of a path; nil for no faults.
	fault func(path string, n int) outcome
	// polls is how often the check of a commit is asked for before it has ended.
	polls int
	// decide is what becomes of an order at once.
	decide wxopen.AuditState

	mu       sync.Mutex
	calls    map[string]int
	order    []string // paths in order
	checking int      // polls that are left
	exp      *version
	audit    *version
	auditID  int64
	state    wxopen.AuditState
	released bool // the order is
	online   []*version
	reverted bool
}

type version struct{ name, desc string }

const (
	submitPath = "/wxa/submit_audit"
	checkPath  = "/wxa/security/get_code_privacy_info"
	latestPath = "/wxa/get_latest_auditstatus"
)

func newLifecycle() *lifecycle {
	return &lifecycle{calls: map[string]int{}, decide: wxopen.AuditRunning, auditID: 429827900}
}

// account returns a client of the mini program.
func (l *lifecycle) account(tb testing.TB, change ...func(*wxopen.Config)) *wxopen.AuthorizerClient {
	tb.Helper()
	cfg := wxopen.Config{HTTPClient: &http.Client{Transport: l}}
	for _, f := range change {
		f(&cfg)
	}
	c, err := wxopen.New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return c.Authorizer(merchant, wxopen.StaticToken("merchanttoken"))
}

func (l *lifecycle) count(path string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.calls[path]
}

// RoundTrip implements http.RoundTripper.
func (l *lifecycle) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	path := req.URL.Path
	l.calls[path]++
	l.order = append(l.order, path)
	o := outcome{}
	if l.fault != nil {
		o = l.fault(path, l.calls[path])
	}
	code, answer := 0, ""
	if o.code == 0 && !o.lost || o.carried {
		code, answer = l.answer(req, body)
	}
	switch {
	case o.lost:
		return nil, errLost
	case o.code != 0:
		answer = refusal(o.code)
	case code != 0:
		answer = refusal(code)
	}
	return jsonResponse(req, answer), nil
}

func (l *lifecycle) answer(req *http.Request, body []byte) (code int, answer string) {
	if req.URL.Query().Get("access_token") != "merchanttoken" {
		return 40001, ""
	}
	switch req.URL.Path {
	case "/wxa/commit":
		var in struct {
			ExtJSON string `json:"ext_json"`
			Version string `json:"user_version"`
			Desc    string `json:"user_desc"`
		}
		if json.Unmarshal(body, &in) != nil || !json.Valid([]byte(in.ExtJSON)) {
			return 85048, ""
		}
		l.exp, l.checking = &version{in.Version, in.Desc}, l.polls
		return 0, done
	case checkPath:
		if l.checking > 0 {
			l.checking--
			return 61039, ""
		}
		return 0, `{"errcode":0,"errmsg":"ok","without_auth_list":[],"without_conf_list":["wx.getLocation"]}`
	case submitPath:
		return l.submit()
	case "/wxa/get_auditstatus":
		var in struct {
			AuditID int64 `json:"auditid"`
		}
		if json.Unmarshal(body, &in) != nil || l.audit == nil || in.AuditID != l.auditID {
			return 85012, ""
		}
		return 0, fmt.Sprintf(`{"errcode":0,"errmsg":"ok","status":%d}`, l.state)
	case latestPath:
		if l.audit == nil {
			return 85058, ""
		}
		return 0, fmt.Sprintf(`{"errcode":0,"errmsg":"ok","auditid":%d,"status":%d,"user_version":%q,"user_desc":%q,"submit_audit_time":1723775938}`,
			l.auditID, l.state, l.audit.name, l.audit.desc)
	}
	return l.answerRelease(req)
}

func (l *lifecycle) submit() (code int, answer string) {
	switch {
	case l.exp == nil:
		return 85086, ""
	case l.checking > 0:
		return 61039, ""
	case l.audit != nil && l.state.Open():
		return 85009, ""
	}
	l.audit, l.state, l.released = l.exp, l.decide, false
	l.auditID++
	return 0, fmt.Sprintf(`{"errcode":0,"errmsg":"ok","auditid":%d}`, l.auditID)
}

func (l *lifecycle) answerRelease(req *http.Request) (code int, answer string) {
	switch req.URL.Path {
	case "/wxa/release":
		switch {
		case l.audit == nil:
			return 85019, ""
		case l.state != wxopen.AuditPassed:
			return 85020, ""
		case l.released:
			return 85052, ""
		}
		l.online, l.released, l.reverted = append(l.online, l.audit), true, false
		return 0, done
	case "/wxa/revertcoderelease":
		return l.revert(req.URL.Query().Get("action"))
	case "/wxa/getversioninfo":
		parts := []string{}
		if l.exp != nil {
			parts = append(parts, fmt.Sprintf(`"exp_info":{"exp_time":1640762988,"exp_version":%q,"exp_desc":%q}`, l.exp.name, l.exp.desc))
		}
		if n := len(l.online); n > 0 {
			parts = append(parts, fmt.Sprintf(`"release_info":{"release_time":1640763902,"release_version":%q,"release_desc":%q}`, l.online[n-1].name, l.online[n-1].desc))
		}
		return 0, `{"errcode":0,"errmsg":"ok",` + strings.Join(parts, ",") + `}`
	}
	return 40066, ""
}

func (l *lifecycle) revert(action string) (code int, answer string) {
	n := len(l.online)
	if action == "get_history_version" {
		items := []string{}
		for i := n - 2; i >= 0 && !l.reverted; i-- {
			items = append(items, fmt.Sprintf(`{"app_version":%s,"user_version":%q,"user_desc":%q,"commit_time":1640762988}`, strconv.Itoa(i+1), l.online[i].name, l.online[i].desc))
		}
		return 0, `{"errcode":0,"errmsg":"ok","version_list":[` + strings.Join(items, ",") + `]}`
	}
	if n < 2 || l.reverted {
		return 87012, ""
	}
	l.online, l.reverted = append(l.online, l.online[n-2]), true
	return 0, done
}
