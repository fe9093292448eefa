package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"draftbox/internal/changes"
)

// change is what the stream of an open page tells. State and Requests differ from the
// former ones when something has changed; the page asks for its new rows by itself.
type change struct {
	counters
	Clock    clockView `json:"clock"`
	State    string    `json:"state"`
	Requests uint64    `json:"requests"`
}

// events is the stream of a component: server-sent events. While the store cannot serve
// it is silent: the page sees the live dot fade.
func (a *Console) events(ctx context.Context, c *call) (*answer, error) {
	component := c.form.Get("component")
	if _, err := a.service.Component(ctx, component); err != nil {
		return nil, err
	}
	// The request's own context: the stream outlasts the time of the work.
	var before change
	err := a.streams.Serve(c.w, c.r, func(ctx context.Context) ([]changes.Message, error) { return a.look(ctx, c, component, &before) })
	if errors.Is(err, changes.ErrTooMany) {
		return nil, &refusal{http.StatusServiceUnavailable, "told.streams"}
	}
	return &answer{sent: true}, err
}

// look tells what there is now. The counters hang on the state alone: they are counted
// anew where that is another than before.
func (a *Console) look(ctx context.Context, c *call, component string, before *change) ([]changes.Message, error) {
	now, err := changes.Look(ctx, a.service, a.journal, component)
	if err != nil {
		return nil, err
	}
	out := change{
		State:    fmt.Sprint(now.Rev, now.Pushes, now.Tries),
		Requests: now.Requests.OK + now.Requests.Refused + now.Requests.SystemError,
		Clock:    c.clockView(now.Clock, now.Now),
	}
	if out.counters = before.counters; out.State != before.State {
		if out.counters, err = a.counts(ctx, component); err != nil {
			return nil, err
		}
	}
	*before = out
	return []changes.Message{{Key: fmt.Sprint(out.State, out.Requests, now.Clock), Data: encode(out)}}, nil
}
