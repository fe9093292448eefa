package adminapi

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// requestView is one call of the emulated API.
type requestView struct {
	RID        string `json:"rid"`
	Time       string `json:"time"`
	Method     string `json:"method"`
	Path       string `json:"path"`
	Query      string `json:"query"`
	Component  string `json:"component_appid"`
	Authorizer string `json:"authorizer_appid"`
	TokenKind  string `json:"token_kind"`
	HTTPStatus int    `json:"http_status"`
	Errcode    int    `json:"errcode"`
	Errmsg     string `json:"errmsg"`
	DurationUS int64  `json:"duration_us"`
	Reason     string `json:"reason"`
	ClientIP   string `json:"client_ip"`
}

// requestDetail is a call with its bodies.
type requestDetail struct {
	requestView
	RequestBody  string `json:"request_body"`
	ResponseBody string `json:"response_body"`
}

func showRequest(e journal.Entry) requestView {
	return requestView{
		RID: e.RID.String(), Time: timestampMillis(e.Time), Method: e.Method, Path: e.Path, Query: e.Query,
		Component: e.Component, Authorizer: e.Authorizer, TokenKind: e.TokenKind, HTTPStatus: e.HTTPStatus,
		Errcode: e.ErrCode, Errmsg: errmsgOf(&e), DurationUS: e.Duration.Microseconds(), Reason: e.Reason, ClientIP: e.ClientIP,
	}
}

// errmsgOf is the errmsg that was answered. A list's answer may be cut, and has
// none.
func errmsgOf(e *journal.Entry) string {
	var sent struct {
		Errmsg string `json:"errmsg"`
	}
	if json.Unmarshal(e.ResponseBody, &sent) == nil && sent.Errmsg != "" {
		return sent.Errmsg
	}
	return platform.CodeText(e.ErrCode)
}

func (a *API) listRequests(r *http.Request) (*answer, error) {
	q := parseQuery(r, "component", "path", "errcode", "since", "limit", "cursor")
	f := journal.Filter{
		Component: q.get("component"), Path: q.get("path"),
		Before: uint64(q.number("cursor", 1, 0)),
		Limit:  q.limit() + 1,
	}
	if q.get("errcode") != "" {
		code := int(q.number("errcode", -1, 0))
		f.ErrCode = &code
	}
	since, err := a.since(r, q)
	if err != nil {
		return nil, err
	}
	f.Since = since
	if err := q.err(); err != nil {
		return nil, err
	}
	return paged(a.journal.List(f), f.Limit-1, func(e journal.Entry) string { return strconv.FormatUint(e.Seq, 10) },
		func(e journal.Entry) requestView { return showRequest(e.Masked()) })
}

// since reads a time, or a duration back from the virtual now.
func (a *API) since(r *http.Request, q *query) (time.Time, error) {
	text := q.get("since")
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	d, err := time.ParseDuration(text)
	if err == nil && d >= 0 {
		now, err := a.service.Now(r.Context())
		return now.Add(-d), err
	}
	q.wrong("since is " + strconv.Quote(text) + ", must be a time like 2026-01-02T15:04:05+08:00 or a duration like 10m")
	return time.Time{}, nil
}

func (a *API) getRequest(r *http.Request) (*answer, error) {
	q := parseQuery(r, "reveal")
	reveal := q.reveal()
	if err := q.err(); err != nil {
		return nil, err
	}
	rid, isRID := journal.ParseRID(r.PathValue("rid"))
	if !isRID {
		return nil, &refusal{http.StatusNotFound, "not_found", "This is no rid; a rid is three groups of 8 hex digits, like 6b0285a0-0a1b2c3d-4e5f6071."}
	}
	e, found := a.journal.Find(rid)
	if !found {
		return nil, platform.NotFoundf("The journal of this node does not hold rid %s: it keeps the newest calls since its start. GET /_draftbox/v1/requests lists them.", rid)
	}
	if reveal {
		a.noteReveal(r, e.Component, "request "+e.RID.String())
	} else {
		e = e.Masked()
	}
	return ok(requestDetail{showRequest(e), string(e.RequestBody), string(e.ResponseBody)})
}

// noteReveal writes down in log and journal that somebody was shown secrets.
func (a *API) noteReveal(r *http.Request, component, what string) {
	reason := "secrets of " + what + " were revealed to " + clientIP(r)
	a.log.WarnContext(r.Context(), "secrets revealed", "of", what, "client", clientIP(r))
	now, err := a.service.Now(r.Context())
	if err != nil {
		now = clock.Now() // a database that is gone hides nothing
	}
	a.journal.Record(&journal.Entry{
		RID: journal.NewRID(now), Time: now, Method: r.Method, Path: r.URL.Path, Query: "reveal=1", Component: component,
		HTTPStatus: http.StatusOK, Reason: reason, ClientIP: clientIP(r),
	})
}
