package adminclient

import (
	"context"
	"net/http"
)

// ComponentChange says what is to become of a component. What is nil stays as it
// is.
type ComponentChange struct {
	Name           *string      `json:"name,omitempty"`
	EventURL       *string      `json:"event_url,omitempty"`        // empty: no push
	MessageURL     *string      `json:"message_url,omitempty"`      // the same
	AuthPageDomain *string      `json:"auth_page_domain,omitempty"` // empty: any host
	IPAllowlist    *[]string    `json:"ip_allowlist,omitempty"`     // empty: any address
	Audit          *AuditPolicy `json:"audit,omitempty"`            // replaced as a whole
	// Switches gives the new values by name; nil as a value puts the default back.
	Switches map[string]any `json:"switches,omitempty"`
}

// UpdateComponent changes a component and returns it, with its secrets masked.
func (c *Client) UpdateComponent(ctx context.Context, appid string, change ComponentChange) (Component, error) {
	return fetch[Component](ctx, c, http.MethodPatch, path("components", appid), change)
}
