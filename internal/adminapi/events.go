package adminapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"draftbox/internal/changes"
)

// What the stream of events tells, by name of the event.
type (
	componentEvent struct {
		Component string `json:"component_appid"`
		Rev       int64  `json:"rev"`
	}
	deliveriesEvent struct {
		Pending   int `json:"pending"`
		Delivered int `json:"delivered"`
		Failed    int `json:"failed"`
	}
	requestsEvent struct {
		OK          uint64 `json:"ok"`
		Refused     uint64 `json:"refused"`
		SystemError uint64 `json:"system_error"`
	}
)

// events is the stream of what has changed: server-sent events, as they stand first and
// then each time that one is another. It has no end of its own.
func (a *API) events() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := parseQuery(r, "component")
		component := q.get("component")
		err := q.err()
		if err == nil {
			_, err = a.look(r.Context(), component)
		}
		if err == nil {
			err = a.streams.Serve(w, r, func(ctx context.Context) ([]changes.Message, error) { return a.look(ctx, component) })
		}
		if errors.Is(err, changes.ErrTooMany) {
			err = &refusal{http.StatusServiceUnavailable, "unavailable", "There is no place for another stream now; close one, or try again."}
		}
		if err != nil {
			a.refuse(w, r, err)
		}
	})
}

func (a *API) look(ctx context.Context, component string) ([]changes.Message, error) {
	now, err := changes.Look(ctx, a.service, a.journal, component)
	if err != nil {
		return nil, err
	}
	requests := requestsEvent{now.Requests.OK, now.Requests.Refused, now.Requests.SystemError}
	clock := showClock(now.Clock, now.Now)
	var out []changes.Message
	if component != "" {
		out = append(out, message("component", componentEvent{component, now.Rev}))
	}
	out = append(out, message("deliveries", deliveriesEvent(now.Pushes)), message("requests", requests), message("clock", clock))
	// The clock goes on all the time; how far it is from real time is what changes. A
	// clock that stands still gets ever farther: there it is where it stands.
	last := &out[len(out)-1]
	last.Key = fmt.Sprint(clock.Frozen, clock.OffsetSeconds)
	if clock.Frozen {
		last.Key = clock.Now
	}
	return out, nil
}

// message is an event that is told when anything of it is another.
func message(name string, data any) changes.Message {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(data); err != nil {
		panic(err) // events are our own types: they always encode
	}
	text := bytes.TrimSpace(buf.Bytes())
	return changes.Message{Event: name, Key: string(text), Data: text}
}
