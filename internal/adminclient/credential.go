package adminclient

import (
	"context"
	"net/http"
	"time"
)

// Ticket is a component_verify_ticket.
type Ticket struct {
	Value     string    `json:"component_verify_ticket"`
	IssuedAt  time.Time `json:"issued_at"`
	PushedAt  time.Time `json:"pushed_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

// ComponentToken is a component_access_token.
type ComponentToken struct {
	AccessToken string `json:"component_access_token"`
	ExpiresIn   int    `json:"expires_in"` // seconds
}

// AuthorizerTokens are a merchant's tokens.
type AuthorizerTokens struct {
	AccessToken  string `json:"authorizer_access_token"`
	RefreshToken string `json:"authorizer_refresh_token"`
	ExpiresIn    int    `json:"expires_in"` // seconds
}

// Ticket returns the ticket pushed last; one is issued when none is valid.
func (c *Client) Ticket(ctx context.Context, component string) (Ticket, error) {
	return fetch[Ticket](ctx, c, http.MethodGet, path("components", component, "ticket"), nil)
}

// PushTicket pushes a ticket now and returns it.
func (c *Client) PushTicket(ctx context.Context, component string) (Ticket, error) {
	return fetch[Ticket](ctx, c, http.MethodPost, path("components", component, "ticket", "push"), nil)
}

// IssueComponentToken issues a token that supersedes none.
func (c *Client) IssueComponentToken(ctx context.Context, component string) (ComponentToken, error) {
	return fetch[ComponentToken](ctx, c, http.MethodPost, path("components", component, "tokens"), nil)
}

// IssueAuthorizerTokens issues tokens of a merchant that has authorized the
// component. They supersede none.
func (c *Client) IssueAuthorizerTokens(ctx context.Context, component, appid string) (AuthorizerTokens, error) {
	return fetch[AuthorizerTokens](ctx, c, http.MethodPost, path("components", component, "authorizers", appid, "tokens"), nil)
}
