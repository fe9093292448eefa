package wxopen

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"time"
)

const pathAuthorizerList = "/cgi-bin/component/api_get_authorizer_list"

// MaxAuthorizerPage is how many accounts one [Client.AuthorizerList] answers at
// most.
const MaxAuthorizerPage = 500

// ListedAuthorizer is an account that authorized the platform.
type ListedAuthorizer struct {
	// Appid is the account's appid.
	Appid string
	// RefreshToken is empty for an account whose authorization code was never
	// exchanged by [Client.QueryAuth].
	RefreshToken string
	// AuthTime is when the account authorized the platform, to the second.
	AuthTime time.Time
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// String names the account and keeps the refresh token out of logs.
func (a ListedAuthorizer) String() string {
	return fmt.Sprintf("wxopen.ListedAuthorizer(%s %s)", a.Appid, masked)
}

// GoString names the account and keeps the refresh token out of logs.
func (a ListedAuthorizer) GoString() string { return a.String() }

// LogValue names the account and keeps the refresh token out of logs.
func (a ListedAuthorizer) LogValue() slog.Value { return slog.StringValue(a.String()) }

// UnmarshalJSON reads an account of an answer.
func (a *ListedAuthorizer) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*a = ListedAuthorizer{
		Appid:        r.text("authorizer_appid"),
		RefreshToken: r.text("refresh_token"),
		AuthTime:     r.seconds("auth_time"),
	}
	if a.Appid == "" {
		r.fail(fmt.Errorf("an item without authorizer_appid"))
	}
	a.Extra = r.rest()
	return r.err
}

// AuthorizerPage is a part of the list of accounts.
type AuthorizerPage struct {
	// TotalCount is how many accounts there are in all.
	TotalCount int64
	// Authorizers is not nil. Its order is not documented.
	Authorizers []ListedAuthorizer
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// String counts the accounts and keeps the refresh tokens out of logs.
func (p AuthorizerPage) String() string {
	return fmt.Sprintf("wxopen.AuthorizerPage(%d of %d)", len(p.Authorizers), p.TotalCount)
}

// GoString counts the accounts and keeps the refresh tokens out of logs.
func (p AuthorizerPage) GoString() string { return p.String() }

// LogValue counts the accounts and keeps the refresh tokens out of logs.
func (p AuthorizerPage) LogValue() slog.Value { return slog.StringValue(p.String()) }

// AuthorizerList returns the accounts that authorized the platform, count of them
// ([MaxAuthorizerPage] at most) from offset on, which begins at 0.
// [Client.Authorizers] goes through all.
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrInvalidAppid],
// [ErrCountLimit] (count is over 500).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_getauthorizerlist.html
func (c *Client) AuthorizerList(ctx context.Context, offset, count int) (AuthorizerPage, error) {
	r := &request{
		method: http.MethodPost,
		path:   pathAuthorizerList,
		body: struct {
			componentBody
			Offset int `json:"offset"`
			Count  int `json:"count"`
		}{componentBody{c.appid}, offset, count},
	}
	ans, err := c.call(ctx, r)
	if err != nil {
		return AuthorizerPage{}, err
	}
	fields := ans.dataReader()
	total, has := fields.number("total_count")
	page := AuthorizerPage{TotalCount: total, Authorizers: []ListedAuthorizer{}}
	if !has && fields.value("list") == nil {
		fields.fail(fmt.Errorf("the answer has neither list nor total_count"))
	}
	fields.list("list", &page.Authorizers)
	page.Extra = fields.rest()
	if fields.err != nil {
		return AuthorizerPage{}, unusable(r, ans.status, nil, "%w", fields.err)
	}
	return page, nil
}

// Authorizers goes through all accounts that authorized the platform, page by page.
// It ends after the first error, which is one of [Client.AuthorizerList].
//
// The service knows no snapshots. An account that comes or goes meanwhile moves the
// others: none is given twice, and one may be missing if another goes.
func (c *Client) Authorizers(ctx context.Context) iter.Seq2[ListedAuthorizer, error] {
	return func(yield func(ListedAuthorizer, error) bool) {
		seen := map[string]bool{}
		for offset := 0; ; {
			page, err := c.AuthorizerList(ctx, offset, MaxAuthorizerPage)
			if err != nil {
				yield(ListedAuthorizer{}, err)
				return
			}
			for _, a := range page.Authorizers {
				if seen[a.Appid] {
					continue
				}
				seen[a.Appid] = true
				if !yield(a, nil) {
					return
				}
			}
			offset += len(page.Authorizers)
			if len(page.Authorizers) == 0 || int64(offset) >= page.TotalCount {
				return
			}
		}
	}
}
