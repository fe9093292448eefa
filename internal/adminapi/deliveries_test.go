package adminapi_test

import (
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
)

const deliveries = "/_draftbox/v1/deliveries"

// pushed gives the component an event URL and has three things pushed to it: two
// tickets and a revocation.
func pushed(b *bench) {
	b.t.Helper()
	if w := b.do("PATCH", component, `{"event_url":"http://127.0.0.1:9/event"}`); w.Code != 200 {
		b.t.Fatalf("%d %s", w.Code, w.Body)
	}
	b.must(b.service.RunDue(b.t.Context()))
	_, err := b.service.PushTicket(b.t.Context(), compAppid)
	b.must(err)
	revoked(b)
}

// attempt records an attempt at what is first in the queue.
func attempt(b *bench, a platform.Attempt) {
	b.t.Helper()
	urls, err := b.service.ClaimURLs(b.t.Context(), "test", 1)
	b.must(err)
	p, err := b.service.NextPush(b.t.Context(), "test", urls[0])
	b.must(err)
	_, err = b.service.RecordAttempt(b.t.Context(), "test", urls[0], p, a)
	b.must(err)
	b.must(b.service.ReleaseURL(b.t.Context(), "test", urls[0]))
}

var refusedAttempt = platform.Attempt{
	At: refusedAt, Took: 3 * time.Millisecond, Query: "signature=x&timestamp=1", Request: "<xml></xml>", HTTPStatus: 200, Answer: "SUCCESS",
	Outcome: platform.OutcomeWrongBody, Reason: "the answer was SUCCESS",
}

func TestDeliveries(t *testing.T) {
	t.Parallel()
	id := func(n string) string { return `"id":"` + compAppid + "-" + n + `"` }
	run(t, []row{
		{name: "none", url: deliveries, status: 200, has: []string{`"items":[]`}},
		{name: "all", url: deliveries, arrange: pushed, status: 200, has: []string{
			id("1"), id("2"), id("3"), `"type":"unauthorized"`, `"state":"pending"`, `"tries":0`, `"url":"http://127.0.0.1:9/event"`, `"done_at":""`,
			`"authorizer_appid":"` + merchant + `"`,
		}, hasNot: []string{"body"}},
		{name: "of a type", url: deliveries + "?type=unauthorized", arrange: pushed, status: 200, has: []string{id("3")}, hasNot: []string{id("1"), id("2")}},
		{name: "of a merchant", url: deliveries + "?authorizer=" + merchant, arrange: pushed, status: 200, has: []string{id("3")}, hasNot: []string{id("1")}},
		{name: "of another component", url: deliveries + "?component=wx0000000000000002", arrange: pushed, status: 200, has: []string{`"items":[]`}},
		{name: "failed", url: deliveries + "?state=failed", arrange: pushed, status: 200, has: []string{`"items":[]`}},
		{name: "unknown state", url: deliveries + "?state=lost", status: 422, has: []string{"pending, delivered or failed"}},
		{name: "bad cursor", url: deliveries + "?cursor=7", status: 422, has: []string{"cursor"}},
		{name: "one", url: deliveries + "/" + compAppid + "-1", arrange: pushed, status: 200, has: []string{`"type":"component_verify_ticket"`, `"format":"xml"`, `<ComponentVerifyTicket><![CDATA[ticket…`, `"attempts":[]`}, hasNot: []string{"ticket@@@"}},
		{
			name: "one, revealed", url: deliveries + "/" + compAppid + "-1?reveal=1", arrange: pushed, status: 200, has: []string{"<ComponentVerifyTicket><![CDATA[ticket@@@"},
			then: func(b *bench) {
				if w := b.do("GET", requests, ""); !strings.Contains(w.Body.String(), "secrets of delivery "+compAppid+"-1 were revealed") {
					b.t.Errorf("it was not journaled: %s", w.Body)
				}
			},
		},
		{name: "no id", url: deliveries + "/17", status: 404},
		{name: "not there", url: deliveries + "/" + compAppid + "-9", status: 404, has: []string{"there is no delivery"}},
		{name: "redeliver a pending one", method: "POST", url: deliveries + "/" + compAppid + "-1/redeliver", arrange: pushed, status: 409, has: []string{"pending already"}},
		{name: "redeliver nothing", method: "POST", url: deliveries + "/" + compAppid + "-9/redeliver", status: 404},
	})
}

// Pages go through all deliveries, each once, newest first.
func TestDeliveryPages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	pushed(b)
	var got []string
	for cursor := ""; ; {
		var page struct {
			Items []struct{ ID string }
			Next  string
		}
		b.get("GET", deliveries+"?limit=2&cursor="+cursor, "", &page)
		for _, d := range page.Items {
			got = append(got, strings.TrimPrefix(d.ID, compAppid))
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if s := strings.Join(got, ""); s != "-3-2-1" {
		t.Errorf("the pages have %s", s)
	}
}

// A failing push shows why, can be delivered again to another URL, and keeps what
// was tried.
func TestRedeliver(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	pushed(b)
	for range 3 {
		attempt(b, refusedAttempt)
	}
	var d struct {
		State    string
		Tries    int
		URL      string
		Attempts []struct {
			Number, Status, Milliseconds            int
			Outcome, Answer, Reason, Query, Request string
		}
	}
	one := deliveries + "/" + compAppid + "-1"
	b.get("GET", one, "", &d)
	if d.State != "failed" || d.Tries != 3 || len(d.Attempts) != 3 {
		t.Fatalf("after three attempts: %+v", d)
	}
	if a := d.Attempts[2]; a.Number != 3 || a.Status != 200 || a.Milliseconds != 3 || a.Outcome != "wrong_body" || a.Answer != "SUCCESS" || a.Reason != "the answer was SUCCESS" || a.Request != "<xml></xml>" {
		t.Errorf("the third attempt is shown as %+v", a)
	}
	if w := b.do("PATCH", component, `{"event_url":"http://127.0.0.1:10/other"}`); w.Code != 200 {
		t.Fatal(w.Body)
	}
	b.get("POST", one+"/redeliver", "{}", &d)
	if d.State != "pending" || d.Tries != 0 || d.URL != "http://127.0.0.1:10/other" {
		t.Errorf("redelivered: %+v", d)
	}
	if w := b.do("PATCH", component, `{"event_url":""}`); w.Code != 200 {
		t.Fatal(w.Body)
	}
	for range 9 { // the two URLs take turns
		if b.get("GET", one, "", &d); d.State == "failed" {
			break
		}
		attempt(b, refusedAttempt)
	}
	if w := b.do("POST", deliveries+"/"+compAppid+"-1/redeliver", ""); w.Code != 409 || !strings.Contains(w.Body.String(), "event_url") {
		t.Errorf("without a URL: %d %s", w.Code, w.Body)
	}
}
