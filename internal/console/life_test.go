package console_test

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// issue has the component's token issued by a call that the journal holds.
func (b *bench) issue() (token, rid string) {
	b.Helper()
	ctx := context.Background()
	ticket, err := b.service.CurrentTicket(ctx, component)
	b.must(err)
	now, err := b.service.Now(ctx)
	b.must(err)
	id := journal.NewRID(now)
	token, err = b.service.ComponentAccessToken(ctx, platform.TokenRequest{
		Appid: component, Secret: "0123456789abcdef0123456789abcdef", Ticket: ticket.Value,
		Caller: platform.Caller{IP: "127.0.0.1", RID: id.String()}, Quota: func(*platform.Component, time.Time) error { return nil },
	})
	b.must(err)
	b.journal.Record(&journal.Entry{
		RID: id, Time: now, HTTPStatus: http.StatusOK, ClientIP: "127.0.0.1", Method: "POST", Path: "/cgi-bin/component/api_component_token",
		Component: component, ResponseBody: []byte(`{"component_access_token":"` + token + `","expires_in":7200}`),
	})
	return token, id.String()
}

var lifeKeys = regexp.MustCompile(`<li class="(\w+)(?: here)?"><b>`)

// A token's life is what the store knows of it, with its uses between; the page of each
// call that it was part of shows it.
func TestLifeOfAToken(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := context.Background()
	b.must(b.service.FreezeClock(ctx))
	first, issued := b.issue()
	use := func(token string, code int) string {
		return b.call(journal.Entry{Method: "GET", Path: "/wxa/gettemplatedraftlist", Query: "access_token=" + token, Component: component, ErrCode: code})
	}
	keys := func(rid string) []string {
		t.Helper()
		w := b.get(base + "/requests/" + rid)
		b.has(w, http.StatusOK)
		var out []string
		for _, m := range lifeKeys.FindAllStringSubmatch(w.Body.String(), -1) {
			out = append(out, m[1])
		}
		return out
	}
	is := func(rid string, want ...string) {
		t.Helper()
		if got := keys(rid); !slices.Equal(got, want) {
			t.Errorf("the life is %v, want %v", got, want)
		}
	}
	used := use(first, 0)
	is(issued, "issued", "used", "expires")
	b.must(b.service.AdvanceClock(ctx, time.Minute))
	second, superseder := b.issue()
	is(used, "issued", "used", "superseded", "grace_ends", "expires")
	b.has(b.get(base+"/requests/"+used), http.StatusOK, "/requests/"+issued, "/requests/"+superseder, "POST /cgi-bin/component/api_component_token</code></a> <span class=\"hint\">127.0.0.1</span>")
	b.must(b.service.AdvanceClock(ctx, 10*time.Minute))
	refused := use(first, 40001)
	is(refused, "issued", "used", "superseded", "grace_ended", "refused", "expires")
	is(superseder, "issued", "expires")
	b.must(b.service.AdvanceClock(ctx, 2*time.Hour))
	is(use(second, 42001), "issued", "expired", "refused")
	is(use(token, 40001), "unknown", "refused")
	admin, err := b.service.AdminComponentToken(ctx, component, platform.Caller{})
	b.must(err)
	b.has(b.get(base+"/requests/"+use(admin, 0)), http.StatusOK, "the management side")
}
