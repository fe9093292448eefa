package platform

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// Grant is what a merchant's administrator confirms on the authorization page.
type Grant struct {
	ComponentAppid  string
	AuthorizerAppid string // empty: a new account is made
	NickName        string // of a new account
	PreAuthCode     string // used up; empty on the management side: one is made for the push
	FuncIDs         []int  // permission sets; none: those of the last grant, or the defaults
}

// Granted is what comes of a grant.
type Granted struct {
	Authorizer Authorizer
	// Code goes to the redirect. The push carries another; both can be exchanged.
	Code AuthCode
}

// Grant authorizes a component for a merchant and pushes authorized - or
// updateauthorized, when the merchant changes the permission sets of a standing
// authorization; the same sets again push nothing.
//
// Errors: 61009 and 61010 for a pre-auth code that is not the component's, or used or
// expired; [ErrConflict] for a frozen account; [ErrNotFound], [ErrInvalid].
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/authorize_event.html
func (s *Service) Grant(ctx context.Context, g Grant) (Granted, error) {
	if g.AuthorizerAppid == "" {
		digits, err := s.hexDigits(16)
		if err != nil {
			return Granted{}, err
		}
		made := Authorizer{ComponentAppid: g.ComponentAppid, Appid: "wx" + digits, NickName: g.NickName}
		if problems := made.Problems(); len(problems) > 0 {
			return Granted{}, Invalidf("%s", strings.Join(problems, "; "))
		}
		g.AuthorizerAppid = made.Appid
	}
	if problems := checkFuncIDs(g.FuncIDs); problems != nil {
		return Granted{}, problems
	}
	out, err := update(ctx, s.store, g.ComponentAppid, func(tx Tx, c *Component) (Granted, error) { return s.grant(ctx, tx, c, g) })
	if err == nil {
		s.pushed()
	}
	return out, err
}

func (s *Service) grant(ctx context.Context, tx Tx, c *Component, g Grant) (Granted, error) {
	preAuthCode, err := s.usePreAuthCode(ctx, tx, c, g.PreAuthCode)
	if err != nil {
		return Granted{}, err
	}
	a, err := tx.Authorizer(ctx, c.Appid, g.AuthorizerAppid)
	switch {
	case errors.Is(err, ErrNotFound) && g.NickName != "":
		if err := unusedByOthers(ctx, tx, g.AuthorizerAppid); err != nil {
			return Granted{}, err
		}
		a = &Authorizer{ComponentAppid: c.Appid, Appid: g.AuthorizerAppid, NickName: g.NickName, CreatedAt: tx.Now()}
	case err != nil:
		return Granted{}, orMissing(err, "component %s has no authorizer %s", c.Appid, g.AuthorizerAppid)
	}
	if a.Restricted(RestrictionFrozen) {
		return Granted{}, Conflictf("%s is frozen (restrictions) and cannot authorize", a.Appid)
	}
	infoType, err := s.applyGrant(ctx, tx, a, g.FuncIDs)
	if err != nil {
		return Granted{}, err
	}
	code, err := s.newAuthCode(ctx, tx, AuthCode{ComponentAppid: c.Appid, Kind: AuthorizationCode, AuthorizerAppid: a.Appid}, AuthorizationCodeLife)
	if err != nil || infoType == "" {
		return Granted{*a, code}, err
	}
	return Granted{*a, code}, s.emitAuthorized(ctx, tx, c, a.Appid, infoType, preAuthCode)
}

// applyGrant changes the authorizer and returns the InfoType to push, if any.
func (s *Service) applyGrant(ctx context.Context, tx Tx, a *Authorizer, ids []int) (infoType string, err error) {
	before := *a
	switch {
	case len(ids) > 0:
		a.FuncIDs = funcIDs(ids)
	case len(a.FuncIDs) == 0:
		a.FuncIDs = DefaultFuncIDs()
	}
	switch {
	case !before.Authorized:
		infoType = "authorized"
		a.Authorized, a.Exchanged, a.AuthTime, a.RefreshToken = true, false, tx.Now(), ""
		// What was issued under a former authorization must not come to life again.
		by := Supersede{At: tx.Now(), By: "a new authorization", GraceEnds: tx.Now()}
		if err := tx.EndTokens(ctx, a.ComponentAppid, a.Appid, by); err != nil {
			return "", err
		}
	case !slices.Equal(before.FuncIDs, a.FuncIDs):
		infoType = "updateauthorized"
	}
	return infoType, s.putAuthorizer(ctx, tx, a)
}

// emitAuthorized pushes a grant, with a code of its own.
func (s *Service) emitAuthorized(ctx context.Context, tx Tx, c *Component, authorizer, infoType, preAuthCode string) error {
	code, err := s.newAuthCode(ctx, tx, AuthCode{ComponentAppid: c.Appid, Kind: AuthorizationCode, AuthorizerAppid: authorizer}, AuthorizationCodeLife)
	if err != nil {
		return err
	}
	return s.emit(ctx, tx, c, event{
		target: TargetEvent, typ: infoType, authorizer: authorizer, at: tx.Now(),
		fields: systemEvent(c.Appid, infoType, tx.Now(),
			textField("AuthorizerAppid", authorizer),
			textField("AuthorizationCode", code.Value),
			digitsField("AuthorizationCodeExpiredTime", code.ExpiresAt.Unix()),
			textField("PreAuthCode", preAuthCode),
		),
	})
}

// Revoke cancels an authorization, as the merchant's administrator does, and pushes
// unauthorized. Tokens stay known, and are answered with 61003 until the next grant.
// [ErrConflict] if there is no authorization to cancel.
func (s *Service) Revoke(ctx context.Context, component, authorizer string) (Authorizer, error) {
	out, err := update(ctx, s.store, component, func(tx Tx, c *Component) (Authorizer, error) {
		a, err := tx.Authorizer(ctx, c.Appid, authorizer)
		if err != nil {
			return Authorizer{}, orMissing(err, "component %s has no authorizer %s", component, authorizer)
		}
		if !a.Authorized {
			return Authorizer{}, Conflictf("%s has not authorized component %s", authorizer, component)
		}
		a.Authorized = false
		if err := tx.PutAuthorizer(ctx, a); err != nil {
			return Authorizer{}, err
		}
		return *a, s.emit(ctx, tx, c, event{
			target: TargetEvent, typ: "unauthorized", authorizer: a.Appid, at: tx.Now(),
			fields: systemEvent(c.Appid, "unauthorized", tx.Now(), textField("AuthorizerAppid", a.Appid)),
		})
	})
	if err == nil {
		s.pushed()
	}
	return out, err
}

// usePreAuthCode uses a pre-auth code up. Without one it makes one up, for the push
// to carry.
func (s *Service) usePreAuthCode(ctx context.Context, tx Tx, c *Component, value string) (string, error) {
	if value == "" {
		code, err := s.newAuthCode(ctx, tx, AuthCode{ComponentAppid: c.Appid, Kind: PreAuthCode, UsedAt: tx.Now()}, PreAuthCodeLife)
		return code.Value, err
	}
	code, err := liveCode(ctx, tx, c.Appid, value, PreAuthCode)
	if err != nil {
		return "", err
	}
	code.UsedAt = tx.Now()
	return value, tx.PutAuthCode(ctx, code)
}

func checkFuncIDs(ids []int) error {
	for _, id := range ids {
		if id < 1 || id > 9999 {
			return Invalidf("func_ids has %d, must be 1 to 9999", id)
		}
	}
	return nil
}

// unusedByOthers refuses the appid of a component or a development mini program for
// a merchant.
func unusedByOthers(ctx context.Context, r Reader, appid string) error {
	if _, err := r.Component(ctx, appid); !errors.Is(err, ErrNotFound) {
		if err == nil {
			err = Conflictf("appid %s is that of a component", appid)
		}
		return err
	}
	if owner, err := r.OwnerOfDevMiniprogram(ctx, appid); !errors.Is(err, ErrNotFound) {
		if err == nil {
			err = Conflictf("appid %s is that of a development mini program of component %s", appid, owner)
		}
		return err
	}
	return nil
}

// PreAuthCodeState is what is known of a pre-auth code.
type PreAuthCodeState struct {
	Component Component
	Code      AuthCode
	Now       time.Time // virtual
}

// PreAuthCode looks a pre-auth code up, a used or expired one, too.
//
// Errors: 61009 none of the component's; [ErrNotFound] if there is no such component.
func (s *Service) PreAuthCode(ctx context.Context, component, value string) (PreAuthCodeState, error) {
	return view(ctx, s.store, func(r Reader) (PreAuthCodeState, error) {
		c, err := r.Component(ctx, component)
		if err != nil {
			return PreAuthCodeState{}, orMissing(err, "there is no component %s", clip(component))
		}
		code, err := r.AuthCode(ctx, component, value)
		if err == nil && code.Kind != PreAuthCode || errors.Is(err, ErrNotFound) {
			err = Refuse(CodeCodeInvalid, "pre_auth_code %s is none of component %s", Mask(value), component)
		}
		if err != nil {
			return PreAuthCodeState{Component: *c, Now: r.Now()}, err
		}
		return PreAuthCodeState{*c, *code, r.Now()}, nil
	})
}
