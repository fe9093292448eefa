package adminclient

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Delivery is one push to a callback URL.
type Delivery struct {
	ID             string        `json:"id"` // appid of the component, - and a number that counts up
	ComponentAppid string        `json:"component_appid"`
	URL            string        `json:"url"`    // the final one, without $APPID$
	Target         string        `json:"target"` // event or message: which of the two URLs
	Type           string        `json:"type"`   // InfoType, or Event of a merchant's event
	Authorizer     string        `json:"authorizer_appid"`
	State          DeliveryState `json:"state"`
	Tries          int           `json:"tries"` // since it was written or redelivered
	CreatedAt      time.Time     `json:"created_at"`
	DoneAt         OptionalTime  `json:"done_at"` // zero while pending
}

// DeliveryState says how far a delivery is.
type DeliveryState string

// States of a delivery.
const (
	DeliveryPending   DeliveryState = "pending"
	DeliveryDelivered DeliveryState = "delivered"
	DeliveryFailed    DeliveryState = "failed" // given up after the last try
)

// DeliveryDetail is a push with its body and how each attempt went.
type DeliveryDetail struct {
	Delivery
	Format   string            `json:"format"` // xml or cloud_json
	Body     string            `json:"body"`   // before encryption
	Attempts []DeliveryAttempt `json:"attempts"`
}

// DeliveryAttempt is one try to deliver.
type DeliveryAttempt struct {
	Number       int       `json:"number"`
	At           time.Time `json:"at"`           // of the virtual clock
	Milliseconds int64     `json:"milliseconds"` // of real time
	Outcome      string    `json:"outcome"`      // like delivered, wrong_body or timeout
	Status       int       `json:"status"`       // HTTP status; 0: no answer
	Answer       string    `json:"answer"`       // its body, cut at 4 KB
	Reason       string    `json:"reason"`       // why it counts as failed; empty when delivered
	Query        string    `json:"query"`        // of the URL, as sent
	Request      string    `json:"request"`      // the body, as sent
}

// DeliveryFilter says which pushes to list; empty fields let everything pass.
type DeliveryFilter struct {
	Component  string
	Type       string
	State      DeliveryState
	Authorizer string // appid of the merchant that it is about
	PageSize   int    // how many to fetch at a time; 0 is as many as the API gives
}

// Deliveries lists pushes, newest first.
func (c *Client) Deliveries(ctx context.Context, f DeliveryFilter) iter.Seq2[Delivery, error] {
	query := limitQuery(f.PageSize)
	for name, value := range map[string]string{
		"component": f.Component, "type": f.Type, "state": string(f.State), "authorizer": f.Authorizer,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return list[Delivery](ctx, c, path("deliveries"), query)
}

// Delivery returns one push by its id, tickets and codes whole if reveal is set.
func (c *Client) Delivery(ctx context.Context, id string, reveal bool) (DeliveryDetail, error) {
	return fetch[DeliveryDetail](ctx, c, http.MethodGet, path("deliveries", id)+revealQuery(reveal), nil)
}

// Redeliver puts a push into its queue again, with all tries before it.
func (c *Client) Redeliver(ctx context.Context, id string) (Delivery, error) {
	return fetch[Delivery](ctx, c, http.MethodPost, path("deliveries", id, "redeliver"), struct{}{})
}
