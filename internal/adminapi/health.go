package adminapi

import (
	"net/http"
)

type healthView struct {
	Status string `json:"status"`
	Reason string `json:"reason,omitempty"`
}

// livez says that the process answers.
func livez(*http.Request) (*answer, error) { return ok(healthView{Status: "ok"}) }

// readyz says whether the server can serve, and if not, why.
func (a *API) readyz(r *http.Request) (*answer, error) {
	cause := a.service.Ready(r.Context())
	if cause == nil {
		return ok(healthView{Status: "ready"})
	}
	return &answer{status: http.StatusServiceUnavailable, body: healthView{"unavailable", cause.Error()}}, nil
}
