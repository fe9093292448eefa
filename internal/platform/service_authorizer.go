package platform

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// StandingAuthorizer returns a merchant whose authorization stands.
//
// Errors: 61003 none, 50002 a frozen account.
func (s *Service) StandingAuthorizer(ctx context.Context, component, appid string) (Authorizer, error) {
	return view(ctx, s.store, func(r Reader) (Authorizer, error) {
		a, err := standing(ctx, r, component, appid)
		if err != nil {
			return Authorizer{}, err
		}
		return *a, nil
	})
}

// AuthorizedAuthorizer returns a merchant whose authorization stands, a frozen one,
// too: what is known of it can be read.
//
// Errors: 61003.
func (s *Service) AuthorizedAuthorizer(ctx context.Context, component, appid string) (Authorizer, error) {
	a, err := s.StandingAuthorizer(ctx, component, appid)
	if errors.Is(err, &Error{Code: CodeUserLimited}) {
		return s.Authorizer(ctx, component, appid)
	}
	return a, err
}

// RefreshAuthorizerToken is api_authorizer_token. The refresh token stays the same.
//
// Errors, in the order of the checks: 61003, 50002, 61023.
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getauthorizeraccesstoken.html
func (s *Service) RefreshAuthorizerToken(ctx context.Context, component, authorizer, refreshToken string, caller Caller) (AuthorizerTokens, error) {
	check := func(r Reader) (*Authorizer, error) {
		a, err := standing(ctx, r, component, authorizer)
		if err != nil {
			return nil, err
		}
		if refreshToken == "" {
			return nil, Refuse(CodeRefreshTokenInvalid, "authorizer_refresh_token is missing or empty")
		}
		if !sameSecret(refreshToken, a.RefreshToken) {
			return nil, Refuse(CodeRefreshTokenInvalid, "authorizer_refresh_token %s is not that of %s; after a revocation and a new grant there is a new one", Mask(refreshToken), authorizer)
		}
		return a, nil
	}
	if err := s.store.View(ctx, func(r Reader) error {
		_, err := check(r)
		return err
	}); err != nil {
		return AuthorizerTokens{}, err
	}
	return update(ctx, s.store, component, func(tx Tx, c *Component) (AuthorizerTokens, error) {
		a, err := check(tx)
		if err != nil {
			return AuthorizerTokens{}, err
		}
		token, err := s.issueAuthorizerToken(ctx, tx, c, authorizer, caller)
		return AuthorizerTokens{*a, token}, err
	})
}

// MaxAuthorizerPage is the most that api_get_authorizer_list gives at once.
const MaxAuthorizerPage = 500

// AuthorizedPage is a part of the list of authorizers.
type AuthorizedPage struct {
	Total       int
	Authorizers []Authorizer
}

// AuthorizedPage lists the merchants whose authorization stands by the time of their
// grant, from a place on.
// https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_getauthorizerlist.html
func (s *Service) AuthorizedPage(ctx context.Context, component string, offset, limit int) (AuthorizedPage, error) {
	return view(ctx, s.store, func(r Reader) (AuthorizedPage, error) {
		n, err := r.CountAuthorized(ctx, component)
		if err != nil || limit <= 0 {
			return AuthorizedPage{Total: n}, err
		}
		rows, err := r.AuthorizersByTime(ctx, component, max(offset, 0), min(limit, MaxAuthorizerPage))
		return AuthorizedPage{n, rows}, err
	})
}

// SearchAuthorizers lists a component's merchants whose nickname or appid holds a
// text, by nickname, at most limit.
func (s *Service) SearchAuthorizers(ctx context.Context, component, text string, limit int) ([]Authorizer, error) {
	return view(ctx, s.store, func(r Reader) ([]Authorizer, error) { return r.SearchAuthorizers(ctx, component, text, limit) })
}

// authorizerOptions are the options of an account and their values.
// https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_getauthorizeroptioninfo.html
var authorizerOptions = map[string][]string{
	"location_report":  {"0", "1", "2"}, // never, on entering a chat, every 5 s
	"voice_recognize":  {"0", "1"},
	"customer_service": {"0", "1"},
}

// AuthorizerOption returns the value of an option, "0" if it was never set.
//
// Errors: 61012 no such option.
func (a *Authorizer) AuthorizerOption(name string) (string, error) {
	if authorizerOptions[name] == nil {
		return "", Refuse(CodeOptionName, "option_name is %q, must be location_report, voice_recognize or customer_service", clip(name))
	}
	if v := a.Options[name]; v != "" {
		return v, nil
	}
	return "0", nil
}

// SetAuthorizerOption sets an option of a merchant.
//
// Errors: 61003, 50002, 61012 no such option, 61013 no such value, 61025 by the
// restriction readonly_options.
// https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_setauthorizeroptioninfo.html
func (s *Service) SetAuthorizerOption(ctx context.Context, component, authorizer, name, value string) error {
	check := func(r Reader) (*Authorizer, error) {
		a, err := standing(ctx, r, component, authorizer)
		if err != nil {
			return nil, err
		}
		if _, err := a.AuthorizerOption(name); err != nil {
			return nil, err
		}
		if !slices.Contains(authorizerOptions[name], value) {
			return nil, Refuse(CodeOptionValue, "option_value is %q, must be one of %s for %s", clip(value), strings.Join(authorizerOptions[name], ", "), name)
		}
		if a.Restricted(RestrictionReadOnlyOptions) {
			return nil, Refuse(CodeReadOnlyOption, "%s may not change its options (restrictions of the authorizer)", authorizer)
		}
		return a, nil
	}
	if _, err := view(ctx, s.store, check); err != nil {
		return err
	}
	_, err := update(ctx, s.store, component, func(tx Tx, _ *Component) (struct{}, error) {
		a, err := check(tx)
		if err != nil {
			return struct{}{}, err
		}
		options := map[string]string{name: value}
		for k, v := range a.Options {
			if k != name {
				options[k] = v
			}
		}
		a.Options = options
		return struct{}{}, tx.PutAuthorizer(ctx, a)
	})
	return err
}

// ChangeAuthorizer applies change to a merchant and stores the result, unless it
// breaks a rule. What a grant and an exchange decide stays as it is.
func (s *Service) ChangeAuthorizer(ctx context.Context, component, appid string, change func(*Authorizer) error) (Authorizer, error) {
	return update(ctx, s.store, component, func(tx Tx, c *Component) (Authorizer, error) {
		a, err := tx.Authorizer(ctx, c.Appid, appid)
		if err != nil {
			return Authorizer{}, orMissing(err, "component %s has no authorizer %s", component, appid)
		}
		before := *a
		if err := change(a); err != nil {
			return Authorizer{}, err
		}
		if err := a.settle(&before); err != nil {
			return Authorizer{}, err
		}
		return *a, tx.PutAuthorizer(ctx, a)
	})
}

// settle keeps what a change may not touch as it was before, and checks the rest.
func (a *Authorizer) settle(before *Authorizer) error {
	a.ComponentAppid, a.Appid, a.CreatedAt = before.ComponentAppid, before.Appid, before.CreatedAt
	a.Authorized, a.Exchanged, a.RefreshToken, a.AuthTime = before.Authorized, before.Exchanged, before.RefreshToken, before.AuthTime
	a.FuncIDs = funcIDs(a.FuncIDs)
	if a.Authorized && len(a.FuncIDs) == 0 {
		return Invalidf("func_ids is empty; an authorized merchant has granted one permission set at least")
	}
	if problems := a.Problems(); len(problems) > 0 {
		return Invalidf("%s", strings.Join(problems, "; "))
	}
	return nil
}

// DeleteAuthorizer forgets a merchant. Nothing is pushed: [Service.Revoke] is what a
// merchant does.
func (s *Service) DeleteAuthorizer(ctx context.Context, component, appid string) error {
	_, err := update(ctx, s.store, component, func(tx Tx, c *Component) (struct{}, error) {
		return struct{}{}, orMissing(tx.DeleteAuthorizer(ctx, c.Appid, appid), "component %s has no authorizer %s", component, appid)
	})
	return err
}

// PutAuthorizer makes or changes a merchant's mini program. An authorized one
// gets a refresh token if it has none.
func (s *Service) PutAuthorizer(ctx context.Context, a Authorizer) (Authorizer, error) {
	var err error
	if a, err = s.nameAuthorizer(a); err != nil {
		return Authorizer{}, err
	}
	return update(ctx, s.store, a.ComponentAppid, func(tx Tx, c *Component) (Authorizer, error) {
		a := a // it may run again
		err := s.placeAuthorizer(ctx, tx, c, &a)
		return a, err
	})
}

// nameAuthorizer makes an appid up where there is none, and checks the account.
func (s *Service) nameAuthorizer(a Authorizer) (Authorizer, error) {
	if a.Appid == "" {
		digits, err := s.hexDigits(16)
		if err != nil {
			return Authorizer{}, err
		}
		a.Appid = "wx" + digits
	}
	if problems := a.Problems(); len(problems) > 0 {
		return Authorizer{}, Invalidf("%s", strings.Join(problems, "; "))
	}
	return a, nil
}

// placeAuthorizer stores an account in place of what is known of its appid.
func (s *Service) placeAuthorizer(ctx context.Context, tx Tx, c *Component, a *Authorizer) error {
	old, err := tx.Authorizer(ctx, c.Appid, a.Appid)
	switch {
	case err == nil:
		a.CreatedAt = old.CreatedAt
		if a.RefreshToken == "" {
			a.RefreshToken = old.RefreshToken
		}
		if a.AuthTime.IsZero() {
			a.AuthTime, a.Exchanged = old.AuthTime, old.Exchanged
		}
		if err := reauthorize(ctx, tx, old, a); err != nil {
			return err
		}
	case errors.Is(err, ErrNotFound):
		if err := unusedByOthers(ctx, tx, a.Appid); err != nil {
			return err
		}
		a.CreatedAt = tx.Now()
	default:
		return err
	}
	return s.putAuthorizer(ctx, tx, a)
}

// reauthorize ends what was issued under a former authorization when the management
// side makes a merchant authorized again, as a grant does: neither tokens nor the old
// refresh token come to life again.
func reauthorize(ctx context.Context, tx Tx, old, next *Authorizer) error {
	if old.Authorized || !next.Authorized || old.AuthTime.IsZero() {
		return nil
	}
	if next.RefreshToken == old.RefreshToken {
		next.RefreshToken = ""
	}
	next.AuthTime, next.Exchanged = tx.Now(), true
	return tx.EndTokens(ctx, next.ComponentAppid, next.Appid, Supersede{At: tx.Now(), By: "a new authorization", GraceEnds: tx.Now()})
}

// putAuthorizer stores a merchant, with what an authorized one must have. One that
// was never granted - declared, or made so by the management side - counts as
// exchanged.
func (s *Service) putAuthorizer(ctx context.Context, tx Tx, a *Authorizer) error {
	if a.Authorized && a.RefreshToken == "" {
		tail, err := s.urlSafe(43)
		if err != nil {
			return err
		}
		a.RefreshToken = refreshTokenPrefix + tail
	}
	if a.Authorized && a.AuthTime.IsZero() {
		a.AuthTime, a.Exchanged = tx.Now(), true
	}
	if a.Authorized && len(a.FuncIDs) == 0 {
		a.FuncIDs = DefaultFuncIDs()
	}
	return tx.PutAuthorizer(ctx, a)
}

// CountAuthorizers counts a component's merchants.
func (s *Service) CountAuthorizers(ctx context.Context, component string) (int, error) {
	return view(ctx, s.store, func(r Reader) (int, error) { return r.CountAuthorizers(ctx, component) })
}

// Authorizers lists a component's merchants by appid.
func (s *Service) Authorizers(ctx context.Context, component, after string, limit int) ([]Authorizer, error) {
	return view(ctx, s.store, func(r Reader) ([]Authorizer, error) {
		if _, err := r.Component(ctx, component); err != nil {
			return nil, orMissing(err, "there is no component %s", component)
		}
		return r.Authorizers(ctx, component, after, limit)
	})
}
