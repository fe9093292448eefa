package wxapi

import (
	"context"
	"strings"

	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// ridInfo is a call as getRidInfo tells it.
type ridInfo struct {
	InvokeTime   int64  `json:"invoke_time"` // Unix seconds
	CostInMs     int64  `json:"cost_in_ms"`
	RequestURL   string `json:"request_url"` // the query, secrets masked
	RequestBody  string `json:"request_body"`
	ResponseBody string `json:"response_body"`
	ClientIP     string `json:"client_ip"`
}

// getRIDInfo is getRidInfo, 查询rid信息: what a failed call was, to the account that
// made it. The journal is bounded and of this node: what it no longer holds, or
// another node does, gets 76001.
//
// Errors: 76002 no rid, or none of the form; 76001 not found; 76003 another
// account's.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/openapi/api_getridinfo.html
func (a *API) getRIDInfo(_ context.Context, c *call) (*answer, error) {
	text, err := c.str("rid")
	if err != nil {
		return nil, err
	}
	rid, ok := journal.ParseRID(strings.TrimSpace(text))
	if !ok {
		return nil, platform.Refuse(platform.CodeRIDError, "rid is %q, must be three groups of 8 hex digits", clip(text))
	}
	e, ok := a.journal.Find(rid)
	if !ok {
		return nil, platform.Refuse(platform.CodeRIDNotFound, "the journal of this node does not hold the rid: unknown, or overwritten since")
	}
	token := &c.session.Token
	if e.Component != token.ComponentAppid || e.Authorizer != token.AuthorizerAppid {
		return nil, platform.Refuse(platform.CodeRIDForeign, "the rid belongs to another account (or to none) than the token's")
	}
	e = e.Masked()
	return reply(struct {
		envelope
		Request ridInfo `json:"request"`
	}{okEnvelope(), ridInfo{
		int64(e.RID.Unix), e.Duration.Milliseconds(), e.Query, string(e.RequestBody), string(e.ResponseBody), e.ClientIP,
	}}, "told of %s", rid)
}
