package adminclient

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"time"
)

// Registration is a task of fast registration (快速注册).
type Registration struct {
	ID         string          `json:"id"`    // taskid of a personal one, unique_id of a beta one
	Kind       string          `json:"kind"`  // enterprise, personal, beta or verify
	State      string          `json:"state"` // open or done
	WaitingFor string          `json:"waiting_for"`
	Progress   int             `json:"progress"` // what the query of a personal one answers
	Status     *int            `json:"status"`   // of the push; nil while it is open
	Msg        string          `json:"msg"`
	Authorizer string          `json:"authorizer_appid"` // the account that was made
	Request    json.RawMessage `json:"request"`          // what was asked for
	CreatedAt  time.Time       `json:"created_at"`
	EndsAt     time.Time       `json:"ends_at"`
	DoneAt     OptionalTime    `json:"done_at"` // zero while it is open
}

// RegistrationDecision is what the people decide whom a registration waits for: its
// status, or how far it is.
type RegistrationDecision struct {
	Status     *int   `json:"status,omitempty"` // 0: made
	Msg        string `json:"msg,omitempty"`    // empty: the one that belongs to the status
	WaitingFor string `json:"waiting_for,omitempty"`
	Progress   *int   `json:"progress,omitempty"`
}

// RegistrationTicket is what the confirmation page of an official account gives.
type RegistrationTicket struct {
	Ticket    string `json:"ticket"`
	ExpiresIn int    `json:"expires_in"` // seconds
}

// Registrations lists a component's fast registrations, newest first.
func (c *Client) Registrations(ctx context.Context, component string) iter.Seq2[Registration, error] {
	return list[Registration](ctx, c, path("components", component, "registrations"), limitQuery(0))
}

// DecideRegistration decides a registration that is open, or lets it go on.
func (c *Client) DecideRegistration(ctx context.Context, component, id string, in RegistrationDecision) (Registration, error) {
	return fetch[Registration](ctx, c, http.MethodPost, path("components", component, "registrations", id, "decide"), in)
}

// IssueRegistrationTicket confirms a fast registration as an official account does,
// and returns the ticket for it.
func (c *Client) IssueRegistrationTicket(ctx context.Context, component, appid string) (RegistrationTicket, error) {
	return fetch[RegistrationTicket](ctx, c, http.MethodPost, authorizerPath(component, appid, "fastregister_ticket"), struct{}{})
}
