package authpage

import (
	"context"
	"time"
)

// Service decides what the page may show and what a confirmation does. What it
// refuses is a [*Refusal]; any other error is a failure of the server. A refusal
// changes nothing: neither is a code used up nor a mini program made.
type Service interface {
	// AuthorizationOffer checks what a page is asked to show. It changes nothing
	// and may be asked as often as somebody reloads the page.
	AuthorizationOffer(ctx context.Context, ask Ask) (Offer, error)
	// AuthorizationConfirm grants: it uses the pre-auth code up, makes the mini
	// program where a new one is wanted, and returns the authorization code. It
	// checks all that AuthorizationOffer does.
	AuthorizationConfirm(ctx context.Context, confirm Confirm) (Granted, error)
}

// Ask is what the link to the page says, and what the browser says of the page
// that the link stood on.
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Authorization_Process_Technical_Description.html
type Ask struct {
	ComponentAppid string
	PreAuthCode    string
	// RedirectURI is where the browser goes afterwards: http or https with a host,
	// 2048 bytes at most. Whether the host may be that one is the service's to say.
	RedirectURI string
	// BizAppid is the only mini program that may authorize; empty: any.
	BizAppid string
	// Search narrows the merchants to those with the text in their nickname or
	// appid; empty: all. 64 characters at most.
	Search string
	// CategoryIDs are the permission sets to grant when the link fixes them
	// (category_id_list), ascending and each once; empty: the merchant chooses.
	CategoryIDs []int
	// AuthType is which kinds of account may authorize: 1 official accounts, 2 mini
	// programs, 3 both, 4 to 6 and 8 others with them; 0: the link does not say,
	// which is both. BizAppid wins over it.
	AuthType int
	// Referer is scheme and host of the page with the link, "https://example.com";
	// empty when the browser told none.
	Referer string
}

// Offer is what the page shows.
type Offer struct {
	ComponentName, ComponentAppid string
	// FuncIDs are the permission sets (权限集) that may be granted, ascending.
	FuncIDs []int
	// Merchants are the mini programs to choose from, by nickname, 50 at most.
	Merchants []Merchant
	// More says that there are more merchants than these.
	More bool
	// ExpiresAt is when the pre-auth code ends, on the virtual clock.
	ExpiresAt time.Time
}

// Merchant is a mini program that may be chosen.
type Merchant struct {
	Appid    string
	NickName string
	// HeadImg is the address of its picture. The page does not load it: it asks
	// nobody but this server.
	HeadImg string
	// Authorized says that the component has its authorization already; a new one
	// replaces the sets of the old.
	Authorized bool
	FuncIDs    []int // granted now
}

// Confirm is the merchant's consent.
type Confirm struct {
	Ask
	// AuthorizerAppid is the mini program that was chosen; empty: make one.
	AuthorizerAppid string
	// NickName names the one to make, 1 to 30 characters; empty otherwise.
	NickName string
	// FuncIDs are the permission sets to grant, ascending, each once, at least one.
	FuncIDs []int
}

// Granted is what the browser takes back to the platform.
type Granted struct {
	AuthorizationCode string
	ExpiresIn         time.Duration // of the code
	AuthorizerAppid   string        // who authorized
}

// Reasons of a [Refusal]. Each has its texts in the locale files.
const (
	// ReasonMissing says that the parameter named by Detail is missing.
	ReasonMissing = "missing"
	// ReasonPreAuthCodeInvalid says that there is no such pre-auth code.
	ReasonPreAuthCodeInvalid = "pre_auth_code_invalid"
	// ReasonPreAuthCodeUsed says that the pre-auth code was used before.
	ReasonPreAuthCodeUsed = "pre_auth_code_used"
	// ReasonPreAuthCodeExpired says that the pre-auth code is over.
	ReasonPreAuthCodeExpired = "pre_auth_code_expired"
	// ReasonComponentUnknown says that no third-party platform has the appid.
	ReasonComponentUnknown = "component_unknown"
	// ReasonComponentMismatch says that the pre-auth code is another component's.
	ReasonComponentMismatch = "component_mismatch"
	// ReasonRedirectURI says that redirect_uri is no web address or not on the
	// component's domain.
	ReasonRedirectURI = "redirect_uri"
	// ReasonReferer says that the link stood on a page of another domain, named by
	// Detail; an empty Detail says that the browser told none.
	ReasonReferer = "referer"
	// ReasonBizAppid says that biz_appid is none of the component's merchants.
	ReasonBizAppid = "biz_appid"
	// ReasonFrozen says that the mini program is frozen.
	ReasonFrozen = "frozen"
	// ReasonMerchant says that the mini program chosen, or the name of a new one,
	// will not do.
	ReasonMerchant = "merchant"
	// ReasonFuncIDs says that the permission sets will not do.
	ReasonFuncIDs = "func_ids"
	// ReasonAuthType says that auth_type is none, or allows no mini program.
	ReasonAuthType = "auth_type"
	// ReasonUnavailable says that the server cannot serve now.
	ReasonUnavailable = "unavailable"

	// What only the page itself refuses.
	reasonCrossOrigin = "cross_origin"
	reasonMethod      = "method"
	reasonTooLarge    = "too_large"
)

// Refusal is an error that the page tells people.
//
//nolint:errname // it is told to people; its name is a noun of theirs, as that of platform.Problem
type Refusal struct {
	// Reason is one of the constants above.
	Reason string
	// Detail says more, in English, to the journal and on the page. For
	// [ReasonReferer] it is the domain seen, for [ReasonMissing] the parameter.
	Detail string
}

// Error implements the error interface.
func (r *Refusal) Error() string {
	switch {
	case r.Reason == ReasonReferer && r.Detail == "":
		return "referer: the browser did not tell which page the link stood on"
	case r.Reason == ReasonReferer:
		return "referer: the link stood on a page of " + r.Detail
	case r.Detail == "":
		return r.Reason
	}
	return r.Reason + ": " + r.Detail
}
