package adminapi

import (
	"net/http"

	"draftbox/internal/platform"
)

type ticketView struct {
	Value     string `json:"component_verify_ticket"`
	IssuedAt  string `json:"issued_at"`
	PushedAt  string `json:"pushed_at"`
	ExpiresAt string `json:"expires_at"`
}

func showTicket(t platform.Ticket, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	return ok(ticketView{t.Value, timestamp(t.IssuedAt), timestamp(t.PushedAt), timestamp(t.ExpiresAt())})
}

func (a *API) getTicket(r *http.Request) (*answer, error) {
	return showTicket(a.service.CurrentTicket(r.Context(), r.PathValue("appid")))
}

func (a *API) pushTicket(r *http.Request) (*answer, error) {
	return showTicket(a.service.PushTicket(r.Context(), r.PathValue("appid")))
}

// tokenSeconds is what expires_in says of a new token.
const tokenSeconds = int(platform.AccessTokenLife / 1e9)

type componentTokenView struct {
	Token     string `json:"component_access_token"`
	ExpiresIn int    `json:"expires_in"`
}

func (a *API) issueComponentToken(r *http.Request) (*answer, error) {
	token, err := a.service.AdminComponentToken(r.Context(), r.PathValue("appid"), platform.Caller{IP: clientIP(r)})
	if err != nil {
		return nil, err
	}
	return ok(componentTokenView{token, tokenSeconds})
}

type authorizerTokensView struct {
	Token        string `json:"authorizer_access_token"`
	RefreshToken string `json:"authorizer_refresh_token"`
	ExpiresIn    int    `json:"expires_in"`
}

func (a *API) issueAuthorizerToken(r *http.Request) (*answer, error) {
	caller := platform.Caller{IP: clientIP(r)}
	token, refresh, err := a.service.AdminAuthorizerToken(r.Context(), r.PathValue("appid"), r.PathValue("authorizer_appid"), caller)
	if err != nil {
		return nil, err
	}
	return ok(authorizerTokensView{token, refresh, tokenSeconds})
}
