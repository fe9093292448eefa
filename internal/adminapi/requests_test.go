package adminapi_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"draftbox/internal/journal"
)

const requests = "/_draftbox/v1/requests"

var (
	token     = "103_" + strings.Repeat("t", 154)
	refusedAt = time.Date(2026, 11, 22, 6, 3, 12, 345e6, time.UTC)
	refused   = journal.RID{Unix: 0x6b0285a0, A: 0x0a1b2c3d, B: 0x4e5f6071}
)

// record puts three calls into the journal: a good one, a refused one and one of
// another component that failed.
func record(b *bench) {
	b.journal.Record(&journal.Entry{
		RID: journal.RID{Unix: 1}, Time: refusedAt.Add(-time.Hour), Duration: 90 * time.Microsecond, Method: "GET", Path: "/wxa/gettemplatedraftlist",
		Query: "access_token=" + token, Component: compAppid, TokenKind: "component", HTTPStatus: 200, ClientIP: "127.0.0.1",
		ResponseBody: []byte(`{"errcode":0,"errmsg":"ok","draft_list":[]}`),
	})
	b.journal.Record(&journal.Entry{
		RID: refused, Time: refusedAt, Duration: 412 * time.Microsecond, Method: "POST", Path: "/wxa/addtotemplate",
		Query: "access_token=" + token, Component: compAppid, TokenKind: "component", HTTPStatus: 200, ErrCode: 85064,
		Reason: "component has no draft 7", ClientIP: "127.0.0.1", RequestBody: []byte(`{"draft_id":7,"secret":"` + secret + `"}`),
		ResponseBody: []byte(`{"errcode":85064,"errmsg":"template not found rid: 6b0285a0-0a1b2c3d-4e5f6071"}`),
	})
	b.journal.Record(&journal.Entry{
		RID: journal.RID{Unix: 3}, Time: refusedAt.Add(time.Hour), Method: "GET", Path: "/wxa/gettemplatelist", Component: "wx0000000000000002",
		HTTPStatus: 200, ErrCode: -1, Reason: "the database is gone", ClientIP: "10.0.0.9", ResponseBody: []byte("cut o"),
	})
}

func TestRequests(t *testing.T) {
	t.Parallel()
	const (
		first  = `"rid":"00000001-00000000-00000000"`
		second = `"rid":"6b0285a0-0a1b2c3d-4e5f6071"`
		third  = `"rid":"00000003-00000000-00000000"`
	)
	all := []row{
		{name: "all", url: requests, status: 200, has: []string{first, second, third, `"time":"2026-11-22T14:03:12.345+08:00"`, `"duration_us":412`, `"errmsg":"system error"`, `"errmsg":"ok"`}, hasNot: []string{token, "request_body"}},
		{name: "component", url: requests + "?component=" + compAppid, status: 200, has: []string{first, second}, hasNot: []string{third}},
		{name: "path", url: requests + "?path=/wxa/gettemplatelist", status: 200, has: []string{third}, hasNot: []string{first, second}},
		{name: "path prefix", url: requests + "?path=/wxa/gettemplate*", status: 200, has: []string{first, third}, hasNot: []string{second}},
		{name: "errcode", url: requests + "?errcode=85064", status: 200, has: []string{second}, hasNot: []string{first, third}},
		{name: "errcode 0", url: requests + "?errcode=0", status: 200, has: []string{first}, hasNot: []string{second, third}},
		{name: "errcode -1", url: requests + "?errcode=-1", status: 200, has: []string{third}, hasNot: []string{first, second}},
		{name: "since a time", url: requests + "?since=" + url.QueryEscape("2026-11-22T14:03:12+08:00"), status: 200, has: []string{second, third}, hasNot: []string{first}},
		{name: "since a duration", url: requests + "?since=1m", status: 200, has: []string{`"items":[]`}},
		{name: "joined", url: requests + "?component=" + compAppid + "&errcode=0", status: 200, has: []string{first}, hasNot: []string{second, third}},
		{name: "errcode a word", url: requests + "?errcode=ok", status: 422},
		{name: "since a word", url: requests + "?since=yesterday", status: 422, has: []string{"2026-01-02T15:04:05+08:00"}},
		{name: "misspelled", url: requests + "?errcod=0", status: 422, has: []string{"errcod"}},

		{name: "detail", url: requests + "/" + refused.String(), status: 200, has: []string{second, `"reason":"component has no draft 7"`, `draft_id\":7`, "template not found"}, hasNot: []string{token, secret}},
		{
			name: "detail revealed", url: requests + "/" + refused.String() + "?reveal=1", status: 200, has: []string{token, secret},
			then: func(b *bench) {
				if !strings.Contains(b.log.String(), `msg="secrets revealed" of="request `+refused.String()+`"`) {
					b.t.Errorf("the log has no line about it: %s", b.log)
				}
				if w := b.do(http.MethodGet, requests+"?path=/_draftbox/*", ""); !strings.Contains(w.Body.String(), "were revealed to") {
					b.t.Errorf("the journal has no entry about it: %s", w.Body)
				}
			},
		},
		{name: "detail of nobody", url: requests + "/00000009-00000000-00000000", status: 404, has: []string{"does not hold rid"}},
		{name: "detail of no rid", url: requests + "/x", status: 404, has: []string{"no rid"}},
		{name: "detail with a bad reveal", url: requests + "/" + refused.String() + "?reveal=2", status: 422},
	}
	for i := range all {
		all[i].arrange = record
	}
	run(t, all)
}

// The newest come first, and a page goes on where the one before ended although
// calls came in between.
func TestRequestPaging(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	put := func(n uint32) { b.journal.Record(&journal.Entry{RID: journal.RID{Unix: n}, Time: refusedAt}) }
	for n := range uint32(5) {
		put(n)
	}
	var seen []string
	for cursor := ""; ; put(99) {
		var page struct {
			Items []struct{ RID string } `json:"items"`
			Next  string                 `json:"next"`
		}
		b.get(http.MethodGet, requests+"?limit=2&cursor="+cursor, "", &page)
		for _, item := range page.Items {
			seen = append(seen, item.RID[:8])
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if got := fmt.Sprint(seen); got != "[00000004 00000003 00000002 00000001 00000000]" {
		t.Errorf("the pages hold %s", got)
	}
}

// Showing a component's secrets is written down, too.
func TestRevealedComponentIsJournaled(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.do(http.MethodGet, component+"?reveal=1", "")
	w := b.do(http.MethodGet, requests+"?component="+compAppid, "")
	if !strings.Contains(w.Body.String(), "secrets of component "+compAppid+" were revealed to") {
		t.Errorf("the journal has no entry about it: %s", w.Body)
	}
}
