package platform

import (
	"crypto/sha256"
	"time"
)

// Lives of credentials, in virtual time.
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/ThirdParty/token/component_access_token.html
const (
	AccessTokenLife = 7200 * time.Second
	TicketLife      = 12 * time.Hour
)

// TokenKind says whose token it is.
type TokenKind string

// Kinds of access token.
const (
	ComponentToken  TokenKind = "component"
	AuthorizerToken TokenKind = "authorizer"
)

// TokenHash is the SHA-256 of an access token: what is stored in place of it.
type TokenHash [sha256.Size]byte

// HashToken returns the hash under which a token is stored.
func HashToken(token string) TokenHash {
	var onStack [256]byte // a token has 158 characters; each call on the wire hashes one
	return sha256.Sum256(append(onStack[:0], token...))
}

// Origins of an access token.
const (
	OriginAPI   = "api"   // the emulated API; a new one supersedes the one before
	OriginAdmin = "admin" // banner, command line, console, management API; stands by itself
)

// AccessToken is a component_access_token or an authorizer_access_token. The
// token itself is told once, when it is issued.
type AccessToken struct {
	Hash            TokenHash
	Kind            TokenKind
	ComponentAppid  string
	AuthorizerAppid string // empty for a component token
	Hint            string // masked form for people, like 103_Ab…xYz9
	Origin          string
	IssuedTo        string // address of the caller that got it
	IssuedRID       string // rid of the call that issued it; empty for admin
	IssuedAt        time.Time
	ExpiresAt       time.Time

	SupersededAt    time.Time // zero while it is the latest
	SupersededBy    string    // address of the caller that got its successor
	SupersededByRID string
	GraceEndsAt     time.Time // until then a superseded token goes on working
}

// Ticket is a component_verify_ticket.
type Ticket struct {
	ComponentAppid string
	Value          string
	IssuedAt       time.Time
	PushedAt       time.Time // last time it was (or counted as) pushed
}

// ExpiresAt returns the end of the ticket's life: 12 h after its last push.
func (t Ticket) ExpiresAt() time.Time { return t.PushedAt.Add(TicketLife) }

// Head is what has to be known of a token before an answer may come from
// memory: the token, the component's revision and the clock, read at one
// moment and never stale.
type Head struct {
	Token AccessToken
	Rev   int64
	Clock ClockState
}
