package adminclient

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Request is one call to an emulated endpoint.
type Request struct {
	RID             string    `json:"rid"`
	Time            time.Time `json:"time"`
	Method          string    `json:"method"`
	Path            string    `json:"path"`
	Query           string    `json:"query"` // secrets masked
	ComponentAppid  string    `json:"component_appid"`
	AuthorizerAppid string    `json:"authorizer_appid"`
	TokenKind       string    `json:"token_kind"`
	HTTPStatus      int       `json:"http_status"`
	Errcode         int       `json:"errcode"`
	Errmsg          string    `json:"errmsg"`
	DurationUS      int64     `json:"duration_us"` // microseconds
	Reason          string    `json:"reason"`      // empty for success
	ClientIP        string    `json:"client_ip"`
}

// RequestDetail is a call with its bodies, each cut at 4 KB.
type RequestDetail struct {
	Request
	RequestBody  string `json:"request_body"`
	ResponseBody string `json:"response_body"`
}

// RequestFilter says which calls to list; empty fields let everything pass.
type RequestFilter struct {
	Component string
	Path      string // one that ends in * is a prefix
	Errcode   string
	Since     string // an RFC 3339 time, or a duration back from now
	PageSize  int    // how many to fetch at a time; 0 is as many as the API gives
}

// Requests lists calls, newest first.
func (c *Client) Requests(ctx context.Context, f RequestFilter) iter.Seq2[Request, error] {
	query := limitQuery(f.PageSize)
	for name, value := range map[string]string{
		"component": f.Component, "path": f.Path, "errcode": f.Errcode, "since": f.Since,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return list[Request](ctx, c, path("requests"), query)
}

// Request returns one call by its rid, its secrets whole if reveal is set.
func (c *Client) Request(ctx context.Context, rid string, reveal bool) (RequestDetail, error) {
	return fetch[RequestDetail](ctx, c, http.MethodGet, path("requests", rid)+revealQuery(reveal), nil)
}

// Clock is the virtual clock.
type Clock struct {
	Now           time.Time `json:"now"`
	OffsetSeconds float64   `json:"offset_seconds"` // how far it is ahead of real time
	Frozen        bool      `json:"frozen"`
}

// ClockChange is a change of the clock. Exactly one field is set.
type ClockChange struct {
	Advance string `json:"advance,omitempty"` // like 2h
	Freeze  bool   `json:"freeze,omitempty"`
	Resume  bool   `json:"resume,omitempty"`
	Set     string `json:"set,omitempty"` // RFC 3339
}

// Clock returns the clock.
func (c *Client) Clock(ctx context.Context) (Clock, error) {
	return fetch[Clock](ctx, c, http.MethodGet, path("clock"), nil)
}

// ChangeClock changes the clock and returns it.
func (c *Client) ChangeClock(ctx context.Context, change ClockChange) (Clock, error) {
	return fetch[Clock](ctx, c, http.MethodPost, path("clock"), change)
}
