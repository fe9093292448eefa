package wxapi

import (
	"context"
	"slices"

	"draftbox/internal/platform"
)

// wrongKind is the refusal of a token that an endpoint does not take, with the
// endpoint's code.
func wrongKind(e *endpoint, t *platform.AccessToken) error {
	if e.token == componentToken {
		return platform.Refuse(e.wrongKind, "the token is %s's authorizer_access_token; this call takes the component_access_token", t.AuthorizerAppid)
	}
	return platform.Refuse(e.wrongKind, "the token is component %s's component_access_token; this call takes an authorizer_access_token", t.ComponentAppid)
}

// authorize finds the merchant whose token a call carries, and the counters of the
// merchant's own calls.
//
// Errors: 61003 revoked since the token was issued, 50002 a frozen account.
func (a *API) authorize(ctx context.Context, c *call) (*dayUsage, error) {
	token := &c.session.Token
	merchant, err := a.service.StandingAuthorizer(ctx, token.ComponentAppid, token.AuthorizerAppid)
	if err != nil {
		return nil, err
	}
	c.authorizer = &merchant
	return a.usageOfToken(c), nil
}

// checkFuncs refuses a merchant that granted none of the endpoint's permission sets:
// 61007.
func checkFuncs(e *endpoint, merchant *platform.Authorizer) error {
	if len(e.funcs) == 0 || slices.ContainsFunc(e.funcs, merchant.Granted) {
		return nil
	}
	return platform.Refuse(platform.CodeAPINotGranted, "%s has granted none of the permission sets %v that %s takes (func_ids of the authorizer)", merchant.Appid, e.funcs, e.path)
}

// checkComponent compares the component_appid of a call with its token's.
//
// Errors: 47001, 41018 missing, 40013 malformed or another's.
func (c *call) checkComponent() error {
	appid, err := c.str("component_appid")
	if err != nil {
		return err
	}
	if appid == "" {
		return platform.Refuse(platform.CodeComponentAppidMissing, "the body has no component_appid")
	}
	if own := c.session.Token.ComponentAppid; appid != own {
		return platform.Refuse(platform.CodeInvalidAppid, "component_appid is %q, the token is that of %s", clip(appid), own)
	}
	return nil
}

// authorizerAppid reads the merchant that a call names.
//
// Errors: 47001, 40013 missing or malformed.
func (c *call) authorizerAppid() (string, error) {
	appid, err := c.str("authorizer_appid")
	if err != nil {
		return "", err
	}
	if appid == "" {
		return "", platform.Refuse(platform.CodeInvalidAppid, "the body has no authorizer_appid")
	}
	if !platform.ValidAppid(appid) {
		return "", platform.Refuse(platform.CodeInvalidAppid, "authorizer_appid %q is no appid: wx and 16 lower-case hex digits", clip(appid))
	}
	return appid, nil
}
