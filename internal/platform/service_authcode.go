package platform

import (
	"context"
	"errors"
	"time"
)

// Prefixes of codes as observed on the real service.
const (
	preAuthCodePrefix       = "preauthcode@@@"
	authorizationCodePrefix = "queryauthcode@@@"
)

// CreatePreAuthCode makes a code that opens the authorization page once. Those made
// before stay good.
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getpreauthcode.html
func (s *Service) CreatePreAuthCode(ctx context.Context, component string) (AuthCode, error) {
	return update(ctx, s.store, component, func(tx Tx, c *Component) (AuthCode, error) {
		return s.newAuthCode(ctx, tx, AuthCode{ComponentAppid: c.Appid, Kind: PreAuthCode}, PreAuthCodeLife)
	})
}

// newAuthCode makes and stores a code. Codes that are over are forgotten a day later.
func (s *Service) newAuthCode(ctx context.Context, tx Tx, c AuthCode, life time.Duration) (AuthCode, error) {
	tail, err := s.urlSafe(86)
	if err != nil {
		return AuthCode{}, err
	}
	c.Value = authorizationCodePrefix + tail
	if c.Kind == PreAuthCode {
		c.Value = preAuthCodePrefix + tail
	}
	c.IssuedAt, c.ExpiresAt = tx.Now(), tx.Now().Add(life)
	if err := tx.PruneAuthCodes(ctx, c.ComponentAppid, tx.Now().Add(-keepDeadCodes)); err != nil {
		return AuthCode{}, err
	}
	err = tx.PutAuthCode(ctx, &c)
	return c, err
}

// liveCode finds a code that can still be used.
//
// Errors: 61009 no such code of that kind; 61010 used or expired.
func liveCode(ctx context.Context, r Reader, component, value string, kind CodeKind) (*AuthCode, error) {
	name := "authorization_code"
	if kind == PreAuthCode {
		name = "pre_auth_code"
	}
	if value == "" {
		return nil, Refuse(CodeCodeInvalid, "%s is missing or empty", name)
	}
	code, err := r.AuthCode(ctx, component, value)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, Refuse(CodeCodeInvalid, "%s %s is none of component %s", name, Mask(value), component)
	case err != nil:
		return nil, err
	case code.Kind != kind:
		return nil, Refuse(CodeCodeInvalid, "%s is a code of the other kind: a pre_auth_code opens the authorization page, an authorization_code is exchanged", Mask(value))
	case !code.UsedAt.IsZero():
		return nil, Refuse(CodeCodeExpired, "%s %s was used %s ago; a code is good for one use", name, Mask(value), ago(r.Now(), code.UsedAt))
	case !r.Now().Before(code.ExpiresAt):
		return nil, Refuse(CodeCodeExpired, "%s %s expired %s ago", name, Mask(value), ago(r.Now(), code.ExpiresAt))
	}
	return code, nil
}

// AuthorizerTokens is what a platform gets of an authorization.
type AuthorizerTokens struct {
	Authorizer  Authorizer
	AccessToken string
}

// QueryAuth is api_query_auth: it exchanges an authorization code for the tokens of
// its merchant. The access token before goes on working for the switch's grace.
//
// Errors, in the order of the checks: 61009, 61010, 61003, 50002.
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getauthorizerrefreshtoken.html
func (s *Service) QueryAuth(ctx context.Context, component, value string, caller Caller) (AuthorizerTokens, error) {
	check := func(r Reader) (*AuthCode, *Authorizer, error) {
		code, err := liveCode(ctx, r, component, value, AuthorizationCode)
		if err != nil {
			return nil, nil, err
		}
		a, err := standing(ctx, r, component, code.AuthorizerAppid)
		if err == nil && code.IssuedAt.Before(a.AuthTime) {
			err = Refuse(CodeCodeExpired, "authorization_code %s is of an authorization that was revoked since; the new one has codes of its own", Mask(value))
		}
		return code, a, err
	}
	// Refusals are found on a snapshot, so that wrong calls hold no lock.
	if err := s.store.View(ctx, func(r Reader) error {
		_, _, err := check(r)
		return err
	}); err != nil {
		return AuthorizerTokens{}, err
	}
	return update(ctx, s.store, component, func(tx Tx, c *Component) (AuthorizerTokens, error) {
		code, a, err := check(tx)
		if err != nil {
			return AuthorizerTokens{}, err
		}
		code.UsedAt = tx.Now()
		if err := tx.PutAuthCode(ctx, code); err != nil {
			return AuthorizerTokens{}, err
		}
		a.Exchanged = true
		if err := s.putAuthorizer(ctx, tx, a); err != nil {
			return AuthorizerTokens{}, err
		}
		token, err := s.issueAuthorizerToken(ctx, tx, c, a.Appid, caller)
		return AuthorizerTokens{*a, token}, err
	})
}

// standing finds a merchant whose authorization stands.
//
// Errors: 61003 none, 50002 a frozen account.
func standing(ctx context.Context, r Reader, component, appid string) (*Authorizer, error) {
	a, err := r.Authorizer(ctx, component, appid)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, Refuse(CodeNotAuthorized, "%s is no authorizer of component %s", clip(appid), component)
	case err != nil:
		return nil, err
	case !a.Authorized:
		return nil, Refuse(CodeNotAuthorized, "%s has not authorized component %s, or has revoked it", appid, component)
	case a.Restricted(RestrictionFrozen):
		return nil, Refuse(CodeUserLimited, "%s is frozen (restrictions of the authorizer)", appid)
	}
	return a, nil
}

// issueAuthorizerToken issues an authorizer_access_token in place of the one before.
func (s *Service) issueAuthorizerToken(ctx context.Context, tx Tx, c *Component, authorizer string, caller Caller) (string, error) {
	by := Supersede{At: tx.Now(), By: caller.IP, ByRID: caller.RID, GraceEnds: tx.Now().Add(time.Duration(c.Settings.Switches.TokenGrace))}
	if err := tx.SupersedeTokens(ctx, c.Appid, authorizer, AuthorizerToken, by); err != nil {
		return "", err
	}
	return s.issue(ctx, tx, AccessToken{
		Kind: AuthorizerToken, ComponentAppid: c.Appid, AuthorizerAppid: authorizer,
		Origin: OriginAPI, IssuedTo: caller.IP, IssuedRID: caller.RID,
	})
}
