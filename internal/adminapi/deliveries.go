package adminapi

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// deliveryView is one push.
type deliveryView struct {
	ID         string `json:"id"`
	Component  string `json:"component_appid"`
	URL        string `json:"url"`
	Target     string `json:"target"`
	Type       string `json:"type"`
	Authorizer string `json:"authorizer_appid"`
	State      string `json:"state"`
	Tries      int    `json:"tries"`
	CreatedAt  string `json:"created_at"`
	DoneAt     string `json:"done_at"` // empty while pending
}

// deliveryDetail is a push with its body and how each attempt went.
type deliveryDetail struct {
	deliveryView
	Format   string        `json:"format"`
	Body     string        `json:"body"`
	Attempts []attemptView `json:"attempts"`
}

type attemptView struct {
	Number       int    `json:"number"`
	At           string `json:"at"`
	Milliseconds int64  `json:"milliseconds"`
	Outcome      string `json:"outcome"`
	Status       int    `json:"status"` // 0: no answer
	Answer       string `json:"answer"`
	Reason       string `json:"reason"`
	Query        string `json:"query"`
	Request      string `json:"request"`
}

func showDelivery(d platform.Delivery) deliveryView {
	done := ""
	if !d.DoneAt.IsZero() {
		done = timestampMillis(d.DoneAt)
	}
	return deliveryView{
		ID: d.ID(), Component: d.ComponentAppid, URL: d.URL, Target: string(d.Target), Type: d.Type, Authorizer: d.Authorizer,
		State: string(d.State), Tries: d.Tries, CreatedAt: timestampMillis(d.CreatedAt), DoneAt: done,
	}
}

func showDeliveryDetail(d platform.Delivery, reveal bool) deliveryDetail {
	mask := journal.MaskText
	if reveal {
		mask = same[string]
	}
	out := deliveryDetail{deliveryView: showDelivery(d), Format: string(d.Format), Body: mask(d.Body), Attempts: []attemptView{}}
	for _, a := range d.Attempts {
		request := a.Request
		if d.Format != platform.PushXML { // else it is encrypted
			request = mask(request)
		}
		out.Attempts = append(out.Attempts, attemptView{
			Number: a.Number, At: timestampMillis(a.At), Milliseconds: a.Took.Milliseconds(), Outcome: string(a.Outcome),
			Status: a.HTTPStatus, Answer: mask(a.Answer), Reason: a.Reason, Query: a.Query, Request: request,
		})
	}
	return out
}

func (a *API) listDeliveries(r *http.Request) (*answer, error) {
	q := parseQuery(r, "component", "type", "state", "authorizer", "limit", "cursor")
	filter := platform.DeliveryFilter{
		ComponentAppid: q.get("component"), Type: q.get("type"), State: platform.DeliveryState(q.get("state")), Authorizer: q.get("authorizer"),
	}
	switch filter.State {
	case "", platform.DeliveryPending, platform.DeliveryDelivered, platform.DeliveryFailed:
	default:
		q.wrong("state is " + strconv.Quote(string(filter.State)) + ", must be pending, delivered or failed")
	}
	limit, after := q.limit(), deliveryPlace(q)
	if err := q.err(); err != nil {
		return nil, err
	}
	rows, err := a.service.Deliveries(r.Context(), filter, after, limit+1)
	if err != nil {
		return nil, err
	}
	return paged(rows, limit, deliveryCursor, showDelivery)
}

// deliveryCursor names the place of a delivery in the list.
func deliveryCursor(d platform.Delivery) string {
	return strconv.FormatInt(d.CreatedAt.UnixMilli(), 10) + "." + d.ID()
}

func deliveryPlace(q *query) platform.DeliveryPlace {
	text := q.get("cursor")
	if text == "" {
		return platform.DeliveryPlace{}
	}
	millis, id, _ := strings.Cut(text, ".")
	at, err := strconv.ParseInt(millis, 10, 64)
	component, number, ok := platform.ParseDeliveryID(id)
	if err != nil || !ok {
		q.wrong("cursor is " + strconv.Quote(text) + ", must be the next of a former answer")
	}
	return platform.DeliveryPlace{CreatedAt: time.UnixMilli(at), ComponentAppid: component, Number: number}
}

func (a *API) getDelivery(r *http.Request) (*answer, error) {
	q := parseQuery(r, "reveal")
	reveal := q.reveal()
	if err := q.err(); err != nil {
		return nil, err
	}
	d, err := a.service.Delivery(r.Context(), r.PathValue("delivery_id"))
	if err != nil {
		return nil, err
	}
	if reveal {
		a.noteReveal(r, d.ComponentAppid, "delivery "+d.ID())
	}
	return ok(showDeliveryDetail(d, reveal))
}

func (a *API) redeliver(r *http.Request) (*answer, error) {
	if err := decodeBody(r, &struct{}{}); err != nil {
		return nil, err
	}
	d, err := a.service.Redeliver(r.Context(), r.PathValue("delivery_id"))
	if err != nil {
		return nil, err
	}
	return ok(showDelivery(d))
}
