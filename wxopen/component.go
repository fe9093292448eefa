package wxopen

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"
)

const (
	pathComponentToken  = "/cgi-bin/component/api_component_token"
	pathStartPushTicket = "/cgi-bin/component/api_start_push_ticket"
)

// ComponentToken is a component_access_token with its life.
type ComponentToken struct {
	// AccessToken is the token, some 160 characters.
	AccessToken string
	// ExpiresIn is how long it is good from now, 2 hours; 0 where the answer
	// tells nothing.
	ExpiresIn time.Duration
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// String keeps the token out of logs.
func (t ComponentToken) String() string { return "wxopen.ComponentToken(" + masked + ")" }

// GoString keeps the token out of logs.
func (t ComponentToken) GoString() string { return t.String() }

// LogValue keeps the token out of logs.
func (t ComponentToken) LogValue() slog.Value { return slog.StringValue(t.String()) }

type componentTokenBody struct {
	Appid  string `json:"component_appid"`
	Secret string `json:"component_appsecret"`
	Ticket string `json:"component_verify_ticket"`
}

// ComponentToken fetches a new component_access_token with the newest ticket.
// Each one ends the one before it five minutes later, and the number of fetches
// a day is limited: use it through a [ComponentTokenSource], as the client's own
// calls do.
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrInvalidAppid],
// [ErrInvalidAppsecret], [ErrAppsecretMissing], [ErrDailyQuota], [ErrDataFormat],
// [ErrAPIUnauthorized], [ErrIPNotRegistered], [ErrTicketExpired],
// [ErrTicketInvalid], [ErrInvalidComponent]. Before the call: [ErrNoTicket] and
// whatever the ticket store says.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getcomponentaccesstoken.html
func (c *Client) ComponentToken(ctx context.Context) (ComponentToken, error) {
	if err := c.checkComponent(); err != nil {
		return ComponentToken{}, err
	}
	if c.tickets == nil {
		return ComponentToken{}, errors.New("wxopen: set Config.Tickets to fetch a component_access_token")
	}
	ticket, err := c.tickets.Ticket(ctx)
	if err != nil {
		return ComponentToken{}, err
	}
	r := &request{
		method:  http.MethodPost,
		path:    pathComponentToken,
		body:    componentTokenBody{c.appid, c.secret, ticket},
		noToken: true,
		secrets: []string{ticket},
	}
	ans, err := c.call(ctx, r)
	if err != nil {
		return ComponentToken{}, err
	}
	fields := ans.reader()
	seconds, _ := fields.number("expires_in")
	token := ComponentToken{
		AccessToken: fields.text("component_access_token"),
		ExpiresIn:   time.Duration(max(0, min(seconds, maxLifeSeconds))) * time.Second,
		Extra:       fields.rest(),
	}
	if fields.err == nil && token.AccessToken == "" {
		fields.err = errors.New("the answer has no component_access_token")
	}
	if fields.err != nil {
		return ComponentToken{}, unusable(r, ans.status, nil, "%w", fields.err)
	}
	return token, nil
}

// maxLifeSeconds keeps an absurd expires_in from overflowing.
const maxLifeSeconds = 365 * 24 * 3600

type startPushTicketBody struct {
	Appid  string `json:"component_appid"`
	Secret string `json:"component_secret"`
}

// StartPushTicket turns the push of component_verify_ticket on. It needs
// neither a token nor a ticket: it is the way out when no ticket ever came. The
// message is the service's: "ok" when pushing was off and is on now, "in a
// normal state" when it was on already.
//
// Refusals: [ErrInvalidAppid], [ErrInvalidComponent], [ErrInvalidAppsecret].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_startpushticket.html
func (c *Client) StartPushTicket(ctx context.Context) (message string, err error) {
	if err := c.checkComponent(); err != nil {
		return "", err
	}
	ans, err := c.call(ctx, &request{
		method:  http.MethodPost,
		path:    pathStartPushTicket,
		body:    startPushTicketBody{c.appid, c.secret},
		noToken: true,
	})
	return ans.text("errmsg"), err
}
