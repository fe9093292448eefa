package adminapi

import (
	"net/http"

	"draftbox/internal/platform"
)

// registrationView is a task of fast registration.
type registrationView struct {
	ID         string                       `json:"id"`
	Kind       string                       `json:"kind"`
	State      string                       `json:"state"`
	WaitingFor string                       `json:"waiting_for"` // empty when it is over, or of a kind that tells of nothing
	Progress   int                          `json:"progress"`    // what the query of a personal one answers
	Status     *int                         `json:"status"`      // null while it is open
	Msg        string                       `json:"msg"`
	Authorizer string                       `json:"authorizer_appid"`
	Request    platform.RegistrationRequest `json:"request"`
	CreatedAt  string                       `json:"created_at"`
	EndsAt     string                       `json:"ends_at"`
	DoneAt     string                       `json:"done_at"` // empty while it is open
}

func showRegistration(g platform.Registration) registrationView {
	v := registrationView{
		ID: g.ID, Kind: string(g.Kind), State: string(g.State), WaitingFor: string(g.WaitingFor), Progress: g.Progress, Msg: g.Msg,
		Authorizer: g.AuthorizerAppid, Request: g.Request, CreatedAt: timestamp(g.CreatedAt), EndsAt: timestamp(g.EndsAt), DoneAt: timestampOrNone(g.DoneAt),
	}
	if g.State == platform.RegistrationDone {
		v.Status = &g.Status
	}
	return v
}

func (a *API) listRegistrations(r *http.Request) (*answer, error) {
	q := parseQuery(r, "limit", "cursor")
	limit, after := q.limit(), q.get("cursor")
	if err := q.err(); err != nil {
		return nil, err
	}
	rows, err := a.service.Registrations(r.Context(), r.PathValue("appid"), after, limit+1)
	if err != nil {
		return nil, err
	}
	return paged(rows, limit, func(g platform.Registration) string { return g.ID }, showRegistration)
}

// decisionBody is what the people that a registration waits for would do: status ends
// it, the others go on waiting and show something else.
type decisionBody struct {
	Status     *int   `json:"status"`
	Msg        string `json:"msg"`
	WaitingFor string `json:"waiting_for"`
	Progress   *int   `json:"progress"`
}

func (a *API) decideRegistration(r *http.Request) (*answer, error) {
	var in decisionBody
	if err := decodeBody(r, &in); err != nil {
		return nil, err
	}
	g, err := a.service.DecideRegistration(r.Context(), r.PathValue("appid"), r.PathValue("registration_id"), platform.RegistrationDecision{
		Status: in.Status, Msg: in.Msg, WaitingFor: platform.RegistrationWait(in.WaitingFor), Progress: in.Progress,
	})
	if err != nil {
		return nil, err
	}
	return ok(showRegistration(g))
}

// registrationTicketView is what the confirmation page of an official account gives.
type registrationTicketView struct {
	Ticket    string `json:"ticket"`
	ExpiresIn int    `json:"expires_in"`
}

func (a *API) issueRegistrationTicket(r *http.Request) (*answer, error) {
	if err := decodeBody(r, &struct{}{}); err != nil {
		return nil, err
	}
	t, err := a.service.NewRegistrationTicket(r.Context(), r.PathValue("appid"), r.PathValue("authorizer_appid"))
	if err != nil {
		return nil, err
	}
	return ok(registrationTicketView{t.Value, int(platform.RegistrationTicketLife.Seconds())})
}
