package adminapi_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"draftbox/internal/adminapi"
	"draftbox/internal/adminclient"
	"draftbox/internal/journal"
)

// listen opens a stream of events at a server.
func (b *bench) listen(component string) (next func() (adminclient.Event, error), api *adminapi.API) {
	b.t.Helper()
	api = b.newAPI(b.service)
	server := httptest.NewServer(api)
	b.t.Cleanup(server.Close)
	b.t.Cleanup(api.Close) // before the server, which waits for streams
	events, stop := iter.Pull2(adminclient.New(server.URL, adminToken, nil).Events(b.t.Context(), component))
	b.t.Cleanup(stop)
	return func() (adminclient.Event, error) {
		e, err, more := events()
		if !more {
			b.t.Fatal("there are no more events")
		}
		return e, err
	}, api
}

func TestEventsTellWhatChanges(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := context.Background()
	next, api := b.listen(compAppid)
	// until takes events until one is as wanted, and fails at the end of the stream.
	until := func(what string, is func(adminclient.Event) bool) {
		t.Helper()
		for {
			e, err := next()
			if err != nil {
				t.Fatalf("waiting for %s: %v", what, err)
			}
			if is(e) {
				return
			}
		}
	}
	rev := int64(0)
	until("the component", func(e adminclient.Event) bool {
		if e.Component != nil {
			rev = e.Component.Rev
		}
		return e.Component != nil && e.Component.ComponentAppid == compAppid
	})
	until("the clock", func(e adminclient.Event) bool { return e.Clock != nil && !e.Clock.Frozen && e.Clock.OffsetSeconds == 0 })
	b.seedDraft("1.0.1")
	until("a draft", func(e adminclient.Event) bool { return e.Component != nil && e.Component.Rev > rev })
	b.journal.Record(&journal.Entry{RID: journal.NewRID(time.Unix(1, 0)), Time: time.Unix(1, 0), ErrCode: 40001})
	until("a refused request", func(e adminclient.Event) bool { return e.Requests != nil && e.Requests.Refused == 1 })
	b.must(b.service.AdvanceClock(ctx, 2*time.Hour))
	until("the clock, advanced", func(e adminclient.Event) bool { return e.Clock != nil && e.Clock.OffsetSeconds == 7200 })
	b.must(b.service.FreezeClock(ctx))
	until("the clock, frozen", func(e adminclient.Event) bool { return e.Clock != nil && e.Clock.Frozen })
	b.do(http.MethodPatch, component, `{"event_url":"http://127.0.0.1:9/event"}`)
	_, err := b.service.PushTicket(ctx, compAppid)
	b.must(err)
	until("a push", func(e adminclient.Event) bool { return e.Deliveries != nil && e.Deliveries.Pending == 1 })
	api.Close()
	for err == nil {
		_, err = next()
	}
	if !errors.Is(err, io.EOF) {
		t.Errorf("when the server stops the stream ends with %v, want io.EOF", err)
	}
}

func TestEventsOfAll(t *testing.T) {
	t.Parallel()
	next, _ := newBench(t).listen("")
	var got []string
	for range 3 {
		e, err := next()
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case e.Deliveries != nil:
			got = append(got, "deliveries")
		case e.Requests != nil:
			got = append(got, "requests")
		case e.Clock != nil:
			got = append(got, "clock")
		}
	}
	if strings.Join(got, " ") != "deliveries requests clock" {
		t.Errorf("without a component the stream tells of %v", got)
	}
}

func TestEventsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for target, status := range map[string]int{
		"/_draftbox/v1/events/stream?component=wx00000000000000ff": http.StatusNotFound,
		"/_draftbox/v1/events/stream?since=0":                      http.StatusUnprocessableEntity,
	} {
		if w := b.do(http.MethodGet, target, ""); w.Code != status {
			t.Errorf("%s answers %d, want %d: %s", target, w.Code, status, w.Body)
		}
	}
	b.raw.Close()
	if w := b.do(http.MethodGet, "/_draftbox/v1/events/stream", ""); w.Code != http.StatusServiceUnavailable {
		t.Errorf("a server that stops answers %d: %s", w.Code, w.Body)
	}
}
