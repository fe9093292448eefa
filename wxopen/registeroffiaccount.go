package wxopen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
)

const pathRegisterByOffiaccount = "/cgi-bin/account/fastregister"

// OffiaccountRegistration is a mini program that was made for the owner of an
// official account.
type OffiaccountRegistration struct {
	// Appid is that of the new mini program.
	Appid string
	// AuthorizationCode is for [Client.QueryAuth].
	AuthorizationCode string
	// WxVerified says that the verification of the official account was taken over,
	// Linked that the two are linked.
	WxVerified bool
	Linked     bool
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// String names the mini program and keeps the code out of logs.
func (o OffiaccountRegistration) String() string {
	return fmt.Sprintf("wxopen.OffiaccountRegistration(%s %s)", o.Appid, masked)
}

// GoString names the mini program and keeps the code out of logs.
func (o OffiaccountRegistration) GoString() string { return o.String() }

// LogValue names the mini program and keeps the code out of logs.
func (o OffiaccountRegistration) LogValue() slog.Value { return slog.StringValue(o.String()) }

// RegisterMiniprogramByOffiaccount makes a mini program for the owner of the official
// account that the client stands for, with the ticket that the account's
// confirmation page gave. It needs permission set 27. It is made once, whatever the
// [RetryPolicy] says.
//
// Refusals: [ErrComponentUnpublished], [ErrComponentRepublish], [ErrRealnameType],
// [ErrNotCertified], [ErrRealnameLimit], [ErrRealnameBlacklisted],
// [ErrMonthlyQuota], [ErrCopyVerifyMissing], [ErrRegistrationRunning],
// [ErrRegisterTicket] (also within 5 seconds of another attempt), [ErrRedirectURI],
// [ErrOverseas].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-officalaccount/api_registerminiprogrambyoffiaccount.html
func (a *AuthorizerClient) RegisterMiniprogramByOffiaccount(ctx context.Context, ticket string) (OffiaccountRegistration, error) {
	r := &request{
		method: http.MethodPost,
		path:   pathRegisterByOffiaccount,
		body: struct {
			Ticket string `json:"ticket"`
		}{ticket},
		once:    true,
		secrets: []string{ticket},
	}
	ans, err := a.call(ctx, r)
	if err != nil {
		return OffiaccountRegistration{}, err
	}
	fields := ans.dataReader()
	made := OffiaccountRegistration{
		Appid:             fields.text("appid"),
		AuthorizationCode: fields.text("authorization_code"),
		WxVerified:        fields.flag("is_wx_verify_succ"),
		Linked:            fields.flag("is_link_succ"),
		Extra:             fields.rest(),
	}
	if made.Appid == "" {
		return OffiaccountRegistration{}, unusable(r, ans.status, nil, "%w", errors.New("the answer has no appid"))
	}
	return made, nil
}
