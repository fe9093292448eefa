package console

import (
	"cmp"
	"context"
	"net/http"
	"strconv"

	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// pushesView is the list of pushes, and the one that is open beside it.
type pushesView struct {
	Open   *pushView
	Target platform.Component
}

// failing is the filter of pushes that failed and were not delivered since.
const failing = "failing"

func (a *Console) pushes(ctx context.Context, c *call) (*answer, error) {
	return a.pushList(ctx, c, nil)
}

func (a *Console) pushList(ctx context.Context, c *call, open *pushView) (*answer, error) {
	filter := platform.DeliveryFilter{ComponentAppid: c.component}
	if state := c.r.URL.Query().Get("state"); state == failing {
		filter.Failing = true
	} else {
		filter.State = platform.DeliveryState(state)
	}
	all, err := a.service.Deliveries(ctx, filter, platform.DeliveryPlace{}, windowLimit)
	if err != nil {
		return nil, err
	}
	base := "/c/" + c.component + "/pushes"
	l := list[platform.Delivery]{
		id: "pushes", sort: "-created",
		key:  func(d platform.Delivery) string { return d.ID() },
		href: func(d platform.Delivery) string { return pushHref(&d) },
		columns: []column[platform.Delivery]{
			{"number", true, func(d platform.Delivery) cell { return numberCell(d.Number) }},
			{"type", false, func(d platform.Delivery) cell { return codeCell(d.Type) }},
			{"state", false, func(d platform.Delivery) cell { return pushCell(c.texts, &d) }},
			{"tries", true, func(d platform.Delivery) cell { return numberCell(int64(d.Tries)) }},
			{"created", false, func(d platform.Delivery) cell {
				out := c.timeCell(d.CreatedAt)
				out.num = out.num<<20 | d.Number&(1<<20-1) // two of one millisecond stay in order
				return out
			}},
			{"merchant", true, func(d platform.Delivery) cell { return codeCell(d.Authorizer) }},
			{"url", true, func(d platform.Delivery) cell { return codeCell(d.URL) }},
		},
	}
	selected := ""
	if open != nil {
		selected = open.ID
	}
	t := l.view(c, base, all, selected)
	t.chips(c, "state", "", failing, string(platform.DeliveryPending), string(platform.DeliveryDelivered), string(platform.DeliveryFailed))
	t.Empty = "pushes.empty"
	if len(all) == windowLimit {
		t.Note = c.texts.must("list.window", "n", windowLimit)
	}
	out, err := a.framed(ctx, c, "pushes", c.texts.must("nav.pushes"), nil)
	if err != nil {
		return nil, err
	}
	out.view.Data = pushesView{open, out.view.Frame.Component}
	out.view.List = t
	if open != nil {
		out.view.Title, out.view.Up = open.Type, address(base, c.r.URL.Query())
	}
	return out, nil
}

func pushHref(d *platform.Delivery) string { return "/c/" + d.ComponentAppid + "/pushes/" + d.ID() }

func pushCell(t *texts, d *platform.Delivery) cell {
	tone, key := "refused", string(d.State)
	switch {
	case d.State == platform.DeliveryDelivered:
		tone = "ok"
	case d.State == platform.DeliveryFailed:
		tone = "broken"
	case d.Tries == 0:
		tone, key = "quiet", "waiting"
	}
	return cell{Kind: "pill", Text: t.named("push_state", key), Tone: tone}
}

// pushView is a push with its attempts.
type pushView struct {
	ID, Type, URL, Target, Format string
	Authorizer                    string
	State                         cell
	Failed                        bool
	Redeliverable                 bool
	Tries                         int
	Created, Done                 cell
	Body                          body
	Attempts                      []attemptView
	Revealed                      bool
	Last                          string // why the last attempt failed
}

type attemptView struct {
	Number       int
	Time         cell
	Milliseconds int64
	Outcome      string
	Good         bool
	Status       int
	Answer       string
	Reason       string
	Query        string
	Request      string
}

func (a *Console) push(ctx context.Context, c *call) (*answer, error) {
	return a.showPush(ctx, c, false)
}

// revealPush shows a push with its secrets, and writes that down.
func (a *Console) revealPush(ctx context.Context, c *call) (*answer, error) {
	return a.showPush(ctx, c, true)
}

func (a *Console) showPush(ctx context.Context, c *call, reveal bool) (*answer, error) {
	d, err := a.service.Delivery(ctx, c.r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if d.ComponentAppid != c.component {
		return nil, &refusal{http.StatusNotFound, "told.nothing"}
	}
	mask := journal.MaskText
	if reveal {
		mask = func(s string) string { return s }
		a.noteReveal(c, d.ComponentAppid, "delivery "+d.ID())
	}
	v := &pushView{
		ID: d.ID(), Type: d.Type, URL: d.URL, Target: string(d.Target), Format: string(d.Format), Authorizer: d.Authorizer, State: pushCell(c.texts, &d),
		Failed: d.State == platform.DeliveryFailed, Redeliverable: d.State != platform.DeliveryPending, Tries: d.Tries,
		Created: c.timeCell(d.CreatedAt), Done: c.timeCell(d.DoneAt), Body: bodyOf([]byte(mask(d.Body)), len(d.Body)+1), Revealed: reveal,
	}
	for _, t := range d.Attempts {
		request := t.Request
		if d.Format != platform.PushXML { // else it is encrypted
			request = mask(request)
		}
		v.Attempts = append(v.Attempts, attemptView{
			Number: t.Number, Time: c.timeCell(t.At), Milliseconds: t.Took.Milliseconds(), Outcome: string(t.Outcome), Good: t.Outcome == platform.OutcomeDelivered,
			Status: t.HTTPStatus, Answer: mask(t.Answer), Reason: t.Reason, Query: t.Query, Request: request,
		})
		v.Last = cmp.Or(t.Reason, v.Last)
	}
	if d.State == platform.DeliveryDelivered {
		v.Last = ""
	}
	return a.pushList(ctx, c, v)
}

// redeliver sends a push once more, to the URL that the component has now.
func (a *Console) redeliver(ctx context.Context, c *call) (*answer, error) {
	d, err := a.service.Delivery(ctx, c.r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if d.ComponentAppid != c.component {
		return nil, &refusal{http.StatusNotFound, "told.nothing"}
	}
	if d, err = a.service.Redeliver(ctx, d.ID()); err != nil {
		return nil, err
	}
	return done(pushHref(&d), "redelivered", strconv.FormatInt(d.Number, 10)), nil
}
