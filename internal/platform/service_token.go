package platform

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// keepDeadTokens is how long an ended token is remembered, so that the journal
// can say what it was instead of "unknown".
const keepDeadTokens = 24 * time.Hour

// Session is an authenticated call: whose token it was, and the moment.
type Session struct {
	Token AccessToken
	Rev   int64     // the component's revision at that moment
	Now   time.Time // virtual
}

// Authenticate looks an access token up.
//
// Errors: 40001 unknown or superseded, 42001 expired.
func (s *Service) Authenticate(ctx context.Context, token string) (Session, error) {
	h, err := s.store.Head(ctx, HashToken(token))
	if err != nil {
		if errors.Is(err, ErrNotFound) {
			return Session{}, Refuse(CodeInvalidCredential, "access_token %s is unknown: never issued here, or ended over a day ago", Mask(token))
		}
		return Session{}, err
	}
	now := h.Clock.At(s.real())
	session := Session{Token: h.Token, Rev: h.Rev, Now: now}
	return session, h.Token.check(now)
}

// Token returns what is known of an access token, also of one that has ended.
// [ErrNotFound] if it was never issued here, or ended over a day ago.
func (s *Service) Token(ctx context.Context, token string) (AccessToken, error) {
	h, err := s.store.Head(ctx, HashToken(token))
	return h.Token, orMissing(err, "access_token %s is unknown", Mask(token))
}

func (t *AccessToken) check(now time.Time) error {
	if !t.SupersededAt.IsZero() && !now.Before(t.GraceEndsAt) {
		return Refuse(CodeInvalidCredential, "access_token %s was superseded %s ago by one issued to %s (rid %s); its grace ended %s ago",
			t.Hint, ago(now, t.SupersededAt), orNobody(t.SupersededBy), orNobody(t.SupersededByRID), ago(now, t.GraceEndsAt))
	}
	if !now.Before(t.ExpiresAt) {
		return Refuse(CodeTokenExpired, "access_token %s expired %s ago, %s after it was issued to %s",
			t.Hint, ago(now, t.ExpiresAt), t.ExpiresAt.Sub(t.IssuedAt), orNobody(t.IssuedTo))
	}
	return nil
}

func ago(now, then time.Time) time.Duration { return now.Sub(then).Round(time.Second) }

func orNobody(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// Caller is who makes a call.
type Caller struct {
	IP  string
	RID string
}

// TokenRequest is a call of api_component_token.
type TokenRequest struct {
	Appid, Secret, Ticket string
	Caller                Caller
	// Quota counts the call once everything else is right, and may refuse it.
	Quota func(*Component, time.Time) error
}

// ComponentAccessToken issues a component_access_token to a caller that shows a
// ticket and the secret. The token issued before goes on working for the
// switch's grace.
//
// Errors, in the order of the checks: 40013, 61011, 61004, 48001, 61006, 61005,
// 41004, 40125, 45009.
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getcomponentaccesstoken.html
func (s *Service) ComponentAccessToken(ctx context.Context, in TokenRequest) (string, error) {
	// Refusals are found on a snapshot, so that wrong calls hold no lock.
	err := s.store.View(ctx, func(r Reader) error {
		c, err := componentOf(ctx, r, in.Appid)
		if err != nil {
			return err
		}
		if err := in.check(ctx, r, c); err != nil {
			return err
		}
		return in.Quota(c, r.Now())
	})
	if err != nil {
		return "", err
	}
	return update(ctx, s.store, in.Appid, func(tx Tx, c *Component) (string, error) {
		if err := in.check(ctx, tx, c); err != nil {
			return "", err
		}
		by := Supersede{At: tx.Now(), By: in.Caller.IP, ByRID: in.Caller.RID, GraceEnds: tx.Now().Add(time.Duration(c.Settings.Switches.TokenGrace))}
		if err := tx.SupersedeTokens(ctx, c.Appid, "", ComponentToken, by); err != nil {
			return "", err
		}
		return s.issue(ctx, tx, AccessToken{Kind: ComponentToken, ComponentAppid: c.Appid, Origin: OriginAPI, IssuedTo: in.Caller.IP, IssuedRID: in.Caller.RID})
	})
}

// componentOf finds the component of a call without a token.
func componentOf(ctx context.Context, r Reader, appid string) (*Component, error) {
	c, err := r.Component(ctx, appid)
	if err == nil || !errors.Is(err, ErrNotFound) {
		return c, err
	}
	if !ValidAppid(appid) {
		return nil, Refuse(CodeInvalidAppid, "%q is no appid: wx and 16 lower-case hex digits", clip(appid))
	}
	kind, err := r.KindOfAppid(ctx, appid)
	switch {
	case err != nil:
		return nil, err
	case kind == AppidMiniprogram:
		return nil, Refuse(CodeInvalidComponent, "%s is a mini program, no third-party platform", appid)
	default:
		return nil, Refuse(CodeInvalidAppid, "appid %s is not known here", appid)
	}
}

func clip(s string) string {
	if len(s) > 64 {
		return s[:64] + "…"
	}
	return s
}

// CheckCaller refuses a caller that the allow-list does not name: 61004.
func (c *Component) CheckCaller(ip string) error {
	if c.AllowsIP(ip) {
		return nil
	}
	e := Refuse(CodeIPNotRegistered, "%s is not in the ip_allowlist of component %s", ip, c.Appid)
	e.Msg += " requestIP: " + ip
	return e
}

// CheckAPI refuses a path that the component may not call: 48001.
func (c *Component) CheckAPI(path string) error {
	if slices.Contains(c.Settings.Switches.UnauthorizedAPIs, path) {
		return Refuse(CodeAPIUnauthorized, "component %s may not call %s (switch unauthorized_apis)", c.Appid, path)
	}
	return nil
}

// Paths of the calls without a token, whose checks are made here.
const (
	pathComponentToken  = "/cgi-bin/component/api_component_token"
	pathStartPushTicket = "/cgi-bin/component/api_start_push_ticket"
)

func (in *TokenRequest) check(ctx context.Context, r Reader, c *Component) error {
	if err := c.CheckCaller(in.Caller.IP); err != nil {
		return err
	}
	if err := c.CheckAPI(pathComponentToken); err != nil {
		return err
	}
	if in.Ticket == "" {
		return Refuse(CodeTicketInvalid, "component_verify_ticket is missing or empty")
	}
	t, err := r.Ticket(ctx, c.Appid, in.Ticket)
	if err != nil {
		if errors.Is(err, ErrNotFound) {
			return Refuse(CodeTicketInvalid, "component_verify_ticket %s is none of component %s", Mask(in.Ticket), c.Appid)
		}
		return err
	}
	if now := r.Now(); !now.Before(t.ExpiresAt()) {
		return Refuse(CodeTicketExpired, "component_verify_ticket %s was pushed last %s ago, over %s", Mask(in.Ticket), ago(now, t.PushedAt), TicketLife)
	}
	return checkSecret(c, in.Secret)
}

func checkSecret(c *Component, secret string) error {
	if secret == "" {
		return Refuse(CodeAppsecretMissing, "the AppSecret is missing or empty")
	}
	if !sameSecret(secret, c.Secret) {
		return Refuse(CodeInvalidAppsecret, "the AppSecret is not that of component %s", c.Appid)
	}
	return nil
}

// issue makes a token of the usual life and stores its hash.
func (s *Service) issue(ctx context.Context, tx Tx, t AccessToken) (string, error) {
	tail, err := s.urlSafe(accessTokenTail)
	if err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	token := accessTokenPrefix + tail
	t.Hash, t.Hint = HashToken(token), Mask(token)
	t.IssuedAt, t.ExpiresAt = tx.Now(), tx.Now().Add(AccessTokenLife)
	if err := tx.PruneTokens(ctx, t.ComponentAppid, tx.Now().Add(-keepDeadTokens)); err != nil {
		return "", err
	}
	return token, tx.InsertToken(ctx, &t)
}

// AdminComponentToken issues a component_access_token to the management side.
// It stands beside those of the API: it supersedes none and none supersedes it.
func (s *Service) AdminComponentToken(ctx context.Context, appid string, caller Caller) (string, error) {
	return update(ctx, s.store, appid, func(tx Tx, c *Component) (string, error) {
		return s.issue(ctx, tx, AccessToken{Kind: ComponentToken, ComponentAppid: c.Appid, Origin: OriginAdmin, IssuedTo: caller.IP})
	})
}

// AdminAuthorizerToken issues an authorizer_access_token to the management side,
// with the refresh token. [ErrConflict] if the merchant has not authorized.
func (s *Service) AdminAuthorizerToken(ctx context.Context, appid, authorizer string, caller Caller) (token, refresh string, err error) {
	token, err = update(ctx, s.store, appid, func(tx Tx, c *Component) (string, error) {
		a, err := tx.Authorizer(ctx, c.Appid, authorizer)
		if err != nil {
			return "", orMissing(err, "component %s has no authorizer %s", appid, authorizer)
		}
		if !a.Authorized {
			return "", Conflictf("%s has not authorized component %s", authorizer, appid)
		}
		a.Exchanged = true
		if err := s.putAuthorizer(ctx, tx, a); err != nil {
			return "", err
		}
		refresh = a.RefreshToken
		return s.issue(ctx, tx, AccessToken{
			Kind: AuthorizerToken, ComponentAppid: c.Appid, AuthorizerAppid: authorizer, Origin: OriginAdmin, IssuedTo: caller.IP,
		})
	})
	return token, refresh, err
}
