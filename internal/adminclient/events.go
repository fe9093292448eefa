package adminclient

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
)

// Event tells that something has changed. Exactly one member is set.
type Event struct {
	Component  *ComponentEvent
	Deliveries *DeliveriesEvent
	Requests   *RequestsEvent
	Clock      *Clock
}

// ComponentEvent says that something of a component has changed.
type ComponentEvent struct {
	ComponentAppid string `json:"component_appid"`
	Rev            int64  `json:"rev"` // only grows
}

// DeliveriesEvent counts pushes by state.
type DeliveriesEvent struct {
	Pending   int `json:"pending"`
	Delivered int `json:"delivered"`
	Failed    int `json:"failed"`
}

// RequestsEvent counts the calls that the node has answered.
type RequestsEvent struct {
	OK          uint64 `json:"ok"`
	Refused     uint64 `json:"refused"`
	SystemError uint64 `json:"system_error"`
}

// Events are told as they stand first, and then as they change, until the context or
// the server ends. Without a component nothing is told of what belongs to one. An error
// ends them; a server that stops is an [io.EOF].
func (c *Client) Events(ctx context.Context, component string) iter.Seq2[Event, error] {
	target := path("events", "stream")
	if component != "" {
		target += "?" + url.Values{"component": {component}}.Encode()
	}
	return func(yield func(Event, error) bool) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+target, http.NoBody)
		if err != nil {
			yield(Event{}, fmt.Errorf("GET %s: %w", target, err))
			return
		}
		req.Header.Set("Authorization", "Bearer "+c.token)
		resp, err := c.http.Do(req)
		switch {
		case err != nil && ctx.Err() != nil:
			yield(Event{}, ctx.Err())
			return
		case err != nil:
			yield(Event{}, fmt.Errorf("%w at %s: %w", ErrUnreachable, c.base, withoutURL(err)))
			return
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			yield(Event{}, refusal(req, resp.StatusCode, resp.Body))
			return
		}
		enough, err := readEvents(resp.Body, func(e Event) bool { return yield(e, nil) })
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		if !enough {
			yield(Event{}, err)
		}
	}
}

// readEvents gives each event of a stream to take, until that has enough.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
func readEvents(stream io.Reader, take func(Event) bool) (enough bool, err error) {
	lines := bufio.NewScanner(stream)
	name := ""
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			name = value
		case "data": // the server writes it in one line, after the name
			e, known, err := decodeEvent(name, []byte(value))
			if err != nil {
				return false, err
			}
			if known && !take(e) {
				return true, nil
			}
		}
	}
	if err := lines.Err(); err != nil {
		return false, fmt.Errorf("stream of events: %w", err)
	}
	return false, io.EOF
}

// decodeEvent reads an event; a newer server may tell of more than is known here.
func decodeEvent(name string, data []byte) (e Event, known bool, err error) {
	var into any
	switch name {
	case "component":
		e.Component = new(ComponentEvent)
		into = e.Component
	case "deliveries":
		e.Deliveries = new(DeliveriesEvent)
		into = e.Deliveries
	case "requests":
		e.Requests = new(RequestsEvent)
		into = e.Requests
	case "clock":
		e.Clock = new(Clock)
		into = e.Clock
	default:
		return e, false, nil
	}
	if err := json.Unmarshal(data, into); err != nil {
		return e, false, fmt.Errorf("event %s: %w", name, err)
	}
	return e, true, nil
}
