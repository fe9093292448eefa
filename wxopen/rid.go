package wxopen

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

const pathRIDInfo = "/cgi-bin/openapi/rid/get"

// RequestInfo is what the service remembers of a refused request.
type RequestInfo struct {
	// InvokeTime is when it came, to the second.
	InvokeTime time.Time
	// Cost is how long it took, to the millisecond.
	Cost time.Duration
	// RequestURL is the query of the request, with its token cut short.
	RequestURL string
	// RequestBody and ResponseBody are the bodies as text.
	RequestBody  string
	ResponseBody string
	// ClientIP is the address that the request came from.
	ClientIP string
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// RIDInfo asks what became of a request, by the rid of its [*Error]. Only
// refused requests have a rid; it can be asked about with a token of the same
// account for 7 days.
//
// Refusals: [ErrRIDNotFound], [ErrRIDInvalid], [ErrRIDForeign];
// [ErrPathForbidden] for the rid of a call under /sns/.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/openapi/api_getridinfo.html
func (c *caller) RIDInfo(ctx context.Context, rid string) (RequestInfo, error) {
	rid = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(rid), "rid:"))
	r := &request{
		method: http.MethodPost,
		path:   pathRIDInfo,
		body: struct {
			RID string `json:"rid"`
		}{rid},
	}
	ans, err := c.call(ctx, r)
	if err != nil {
		return RequestInfo{}, err
	}
	fields, err := read(ans.value("request"))
	if err != nil {
		return RequestInfo{}, unusable(r, ans.status, nil, "request: %w", err)
	}
	info := RequestInfo{
		InvokeTime:   fields.seconds("invoke_time"),
		RequestURL:   fields.text("request_url"),
		RequestBody:  fields.text("request_body"),
		ResponseBody: fields.text("response_body"),
		ClientIP:     fields.text("client_ip"),
	}
	milliseconds, _ := fields.number("cost_in_ms")
	info.Cost = time.Duration(max(0, min(milliseconds, maxLifeSeconds))) * time.Millisecond
	info.Extra = fields.rest()
	if fields.err != nil {
		return RequestInfo{}, unusable(r, ans.status, nil, "request: %w", fields.err)
	}
	return info, nil
}
