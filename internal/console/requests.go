package console

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"draftbox/internal/journal"
)

// requestsView is the journal, and the request that is open beside it.
type requestsView struct {
	Open    *requestView
	Command string // for who has not called anything yet
}

// seen returns the requests of a component, newest first, with secrets masked. Those
// that could not be told to be any component's are every component's: a request with
// a made-up token is looked for, too.
func (a *Console) seen(component string) []journal.Entry {
	rows := a.journal.List(journal.Filter{})
	return slices.DeleteFunc(rows, func(e journal.Entry) bool { return e.Component != "" && e.Component != component })
}

func (a *Console) requests(ctx context.Context, c *call) (*answer, error) {
	return a.requestList(ctx, c, nil)
}

func (a *Console) requestList(ctx context.Context, c *call, open *requestView) (*answer, error) {
	base := "/c/" + c.component + "/requests"
	l := list[journal.Entry]{
		id: "requests", sort: "-time",
		key:  func(e journal.Entry) string { return e.RID.String() },
		href: func(e journal.Entry) string { return base + "/" + e.RID.String() },
		columns: []column[journal.Entry]{
			{"time", false, func(e journal.Entry) cell {
				out := c.timeCell(e.Time)
				out.num = int64(e.Seq) // two of one millisecond stay in order
				return out
			}},
			{"path", false, func(e journal.Entry) cell { return codeCell(e.Method + " " + journal.MaskText(e.Path)) }},
			{"who", true, func(e journal.Entry) cell { return codeCell(whoOf(&e)) }},
			{"errcode", false, errcodeCell},
			{"ms", true, func(e journal.Entry) cell {
				return cell{Kind: "number", Text: strconv.FormatFloat(float64(e.Duration.Microseconds())/1000, 'f', 2, 64), num: int64(e.Duration)}
			}},
			{"reason", true, func(e journal.Entry) cell { return firstLine(journal.MaskText(e.Reason)) }},
		},
	}
	all := a.seen(c.component)
	rows := slices.Clone(all)
	outcome := c.r.URL.Query().Get("outcome")
	rows = slices.DeleteFunc(rows, func(e journal.Entry) bool { return outcome != "" && outcomeOf(&e) != outcome })
	selected := ""
	if open != nil {
		selected = open.RID
	}
	t := l.view(c, base, rows, selected)
	t.chips(c, "outcome", "", "ok", "refused", "broken")
	t.Empty = "requests.empty"
	t.Note = c.texts.must("requests.note", "n", len(all))
	out, err := a.framed(ctx, c, "requests", c.texts.must("nav.requests"), requestsView{open, c.firstCall()})
	if err != nil {
		return nil, err
	}
	out.view.List, out.view.Live = t, "requests"
	if open != nil {
		out.view.Title, out.view.Up = open.Path, address(base, c.r.URL.Query())
	}
	return out, nil
}

// whoOf names the account that a request is about: the merchant's, else the platform's.
func whoOf(e *journal.Entry) string {
	if e.Authorizer != "" {
		return e.Authorizer
	}
	return e.Component
}

func outcomeOf(e *journal.Entry) string {
	switch {
	case e.ErrCode == 0:
		return "ok"
	case e.ErrCode < 0 && !e.Refused:
		return "broken"
	}
	return "refused"
}

func errcodeCell(e journal.Entry) cell {
	return cell{Kind: "error", Text: strconv.Itoa(e.ErrCode), Tone: outcomeOf(&e), num: int64(e.ErrCode)}
}

// requestView is one request with everything that is known of it.
type requestView struct {
	RID, Method, Path, Query string
	Time                     cell
	Milliseconds             string
	Code                     cell
	Errmsg                   string
	HTTPStatus               int
	Component, Authorizer    string
	TokenKind, ClientIP      string
	Reason                   string
	Advice                   advice
	Life                     []lifeEntry
	Request, Response        body
	Curl                     string
	Revealed                 bool
	Secret                   bool   // something is masked
	Explorer                 string // where the explorer has the call; empty for a path that is none
}

func (a *Console) request(ctx context.Context, c *call) (*answer, error) {
	return a.showRequest(ctx, c, false)
}

// revealRequest shows a request with its secrets, and writes that down.
func (a *Console) revealRequest(ctx context.Context, c *call) (*answer, error) {
	return a.showRequest(ctx, c, true)
}

func (a *Console) showRequest(ctx context.Context, c *call, reveal bool) (*answer, error) {
	rid, is := journal.ParseRID(c.r.PathValue("rid"))
	e, found := a.journal.Find(rid)
	if !is || !found || e.Component != "" && e.Component != c.component {
		return nil, &refusal{http.StatusNotFound, "told.no_request"}
	}
	shown := e.Masked()
	v := &requestView{Secret: shown.Query != e.Query || !bytes.Equal(shown.RequestBody, e.RequestBody) || !bytes.Equal(shown.ResponseBody, e.ResponseBody), Revealed: reveal}
	if reveal {
		shown = e
		a.noteReveal(c, e.Component, "request "+e.RID.String())
	}
	v.RID, v.Method, v.Path, v.Query = e.RID.String(), shown.Method, shown.Path, shown.Query
	v.Time, v.Code = c.timeCell(e.Time), errcodeCell(e)
	v.Milliseconds = strconv.FormatFloat(float64(e.Duration.Microseconds())/1000, 'f', 2, 64)
	v.Errmsg, v.HTTPStatus = errmsgOf(&e), e.HTTPStatus
	v.Component, v.Authorizer, v.TokenKind, v.ClientIP, v.Reason = e.Component, e.Authorizer, e.TokenKind, e.ClientIP, journal.MaskText(e.Reason)
	v.Request, v.Response = bodyOf(shown.RequestBody, journal.BodyLimit), bodyOf(shown.ResponseBody, journal.BodyLimit)
	v.Advice = adviceOn(c.texts, e.Path, e.ErrCode)
	var err error
	if v.Life, err = a.life(ctx, c, &e); err != nil {
		return nil, err
	}
	v.Curl, v.Explorer = c.curl(&e, reveal), explorerHref(c.component, &e)
	return a.requestList(ctx, c, v)
}

// noteReveal writes down in log and journal that somebody was shown secrets.
func (a *Console) noteReveal(c *call, component, what string) {
	client := clientIP(c.r)
	a.log.WarnContext(c.r.Context(), "secrets revealed", "of", what, "client", client)
	a.journal.Record(&journal.Entry{
		RID: journal.NewRID(c.now), Time: c.now, Method: c.r.Method, Path: strings.Clone(c.r.URL.Path), Component: component,
		HTTPStatus: http.StatusOK, Reason: "secrets of " + what + " were revealed to " + client + " by the console", ClientIP: client,
	})
}
