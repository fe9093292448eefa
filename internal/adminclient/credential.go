package adminclient

import (
	"context"
	"iter"
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

// Authorizer is a merchant's mini program known to a component.
type Authorizer struct {
	Appid      string    `json:"appid"`
	NickName   string    `json:"nick_name"`
	Authorized bool      `json:"authorized"`
	CreatedAt  time.Time `json:"created_at"`
}

// AuthorizerInput says what a merchant's mini program is to be. An empty appid
// is made up.
type AuthorizerInput struct {
	Appid      string `json:"appid,omitempty"`
	NickName   string `json:"nick_name,omitempty"`
	Authorized bool   `json:"authorized"`
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

// Authorizers lists a component's merchants by appid.
func (c *Client) Authorizers(ctx context.Context, component string) iter.Seq2[Authorizer, error] {
	return list[Authorizer](ctx, c, path("components", component, "authorizers"), limitQuery(0))
}

// CreateAuthorizer makes a merchant's mini program, or changes one that is
// known.
func (c *Client) CreateAuthorizer(ctx context.Context, component string, in AuthorizerInput) (Authorizer, error) {
	return fetch[Authorizer](ctx, c, http.MethodPost, path("components", component, "authorizers"), in)
}

// IssueAuthorizerTokens issues tokens of a merchant that has authorized the
// component. They supersede none.
func (c *Client) IssueAuthorizerTokens(ctx context.Context, component, appid string) (AuthorizerTokens, error) {
	return fetch[AuthorizerTokens](ctx, c, http.MethodPost, path("components", component, "authorizers", appid, "tokens"), nil)
}
