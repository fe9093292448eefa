package platform

import "time"

// Lives of codes, in virtual time. The prose of the pages has 1800 s for the first
// (their example has 600); redirects were seen to carry expires_in=3600 for the
// second.
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getpreauthcode.html
const (
	PreAuthCodeLife       = 1800 * time.Second
	AuthorizationCodeLife = 3600 * time.Second
)

// keepDeadCodes is how long an ended code is remembered, so that it can be told
// from one that never was.
const keepDeadCodes = 24 * time.Hour

// CodeKind says what a code is for.
type CodeKind string

// Kinds of code.
const (
	PreAuthCode       CodeKind = "pre_auth"      // opens the authorization page, once
	AuthorizationCode CodeKind = "authorization" // is exchanged for tokens, once
)

// AuthCode is a pre_auth_code or an authorization code.
type AuthCode struct {
	ComponentAppid  string
	Value           string // preauthcode@@@ or queryauthcode@@@ and 86 characters
	Kind            CodeKind
	AuthorizerAppid string // of an authorization code
	IssuedAt        time.Time
	ExpiresAt       time.Time
	UsedAt          time.Time // zero before
}
