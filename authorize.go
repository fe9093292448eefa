package draftbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"draftbox/internal/authpage"
	"draftbox/internal/platform"
)

const (
	// shownMerchants is how many merchants the authorization page offers at once.
	shownMerchants = 50
	// searchedMerchants is how many are looked at for those of a fitting kind.
	searchedMerchants = 1000
)

// authorization lets the authorization page ask the platform.
type authorization struct{ service *platform.Service }

// AuthorizationOffer implements [authpage.Service].
func (a authorization) AuthorizationOffer(ctx context.Context, ask authpage.Ask) (authpage.Offer, error) {
	state, err := a.check(ctx, &ask)
	if err != nil {
		return authpage.Offer{}, err
	}
	offer := authpage.Offer{
		ComponentName: state.Component.Name, ComponentAppid: state.Component.Appid,
		FuncIDs: platform.DefaultFuncIDs(), ExpiresAt: state.Code.ExpiresAt,
	}
	if len(ask.CategoryIDs) > 0 {
		offer.FuncIDs = ask.CategoryIDs
	}
	rows, more, err := a.merchants(ctx, &ask)
	offer.More = more
	for _, m := range rows {
		offer.Merchants = append(offer.Merchants, authpage.Merchant{
			Appid: m.Appid, NickName: cmp.Or(m.NickName, m.Appid), HeadImg: m.Profile.HeadImg, Authorized: m.Authorized, FuncIDs: m.FuncIDs,
		})
	}
	return offer, err
}

// AuthorizationConfirm implements [authpage.Service].
func (a authorization) AuthorizationConfirm(ctx context.Context, c authpage.Confirm) (authpage.Granted, error) {
	if _, err := a.check(ctx, &c.Ask); err != nil {
		return authpage.Granted{}, err
	}
	if len(c.CategoryIDs) > 0 && !slices.Equal(c.FuncIDs, c.CategoryIDs) {
		return authpage.Granted{}, refusePage(authpage.ReasonFuncIDs, "the link fixes the permission sets")
	}
	if c.BizAppid != "" && c.AuthorizerAppid != c.BizAppid {
		return authpage.Granted{}, refusePage(authpage.ReasonBizAppid, "the link allows "+c.BizAppid+" only")
	}
	if err := a.checkMerchant(ctx, &c); err != nil {
		return authpage.Granted{}, err
	}
	out, err := a.service.Grant(ctx, platform.Grant{
		ComponentAppid: c.ComponentAppid, AuthorizerAppid: c.AuthorizerAppid, NickName: c.NickName, PreAuthCode: c.PreAuthCode, FuncIDs: c.FuncIDs,
	})
	switch {
	case err == nil:
		return authpage.Granted{
			AuthorizationCode: out.Code.Value, ExpiresIn: platform.AuthorizationCodeLife, AuthorizerAppid: out.Authorizer.Appid,
		}, nil
	case errors.Is(err, &platform.Error{Code: platform.CodeCodeExpired}): // somebody was faster
		return authpage.Granted{}, refusePage(authpage.ReasonPreAuthCodeUsed, err.Error())
	case errors.Is(err, platform.ErrConflict), errors.Is(err, platform.ErrInvalid):
		return authpage.Granted{}, refusePage(authpage.ReasonMerchant, err.Error())
	}
	return authpage.Granted{}, pageError(err)
}

func refusePage(reason, detail string) error {
	return &authpage.Refusal{Reason: reason, Detail: detail}
}

// pageError says in the page's words that the database is gone.
func pageError(err error) error {
	if errors.Is(err, platform.ErrUnavailable) {
		return refusePage(authpage.ReasonUnavailable, err.Error())
	}
	return err
}

// check checks what holds for the page as for its confirmation.
func (a authorization) check(ctx context.Context, ask *authpage.Ask) (platform.PreAuthCodeState, error) {
	state, err := a.service.PreAuthCode(ctx, ask.ComponentAppid, ask.PreAuthCode)
	switch {
	case errors.Is(err, platform.ErrNotFound):
		return state, refusePage(authpage.ReasonComponentUnknown, err.Error())
	case errors.Is(err, &platform.Error{Code: platform.CodeCodeInvalid}):
		return state, refusePage(authpage.ReasonPreAuthCodeInvalid, err.Error())
	case err != nil:
		return state, pageError(err)
	case !state.Code.UsedAt.IsZero():
		return state, refusePage(authpage.ReasonPreAuthCodeUsed, "")
	case !state.Now.Before(state.Code.ExpiresAt):
		return state, refusePage(authpage.ReasonPreAuthCodeExpired, "")
	}
	if err := checkDomain(state.Component.Settings.AuthPageDomain, ask); err != nil {
		return state, err
	}
	return state, checkSets(ask.CategoryIDs)
}

// checkSets refuses permission sets that cannot be.
func checkSets(ids []int) error {
	for _, id := range ids {
		if id < 1 || id > 9999 {
			return refusePage(authpage.ReasonFuncIDs, fmt.Sprintf("there is no permission set %d", id))
		}
	}
	return nil
}

// checkDomain demands one domain of the page with the link, of the redirect and of
// the component's setting, where there is one.
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Authorization_Process_Technical_Description.html
func checkDomain(domain string, ask *authpage.Ask) error {
	if domain == "" {
		return nil
	}
	if seen := hostOf(ask.Referer); !strings.EqualFold(seen, domain) {
		return refusePage(authpage.ReasonReferer, seen)
	}
	if to := hostOf(ask.RedirectURI); !strings.EqualFold(to, domain) {
		return refusePage(authpage.ReasonRedirectURI, to+" is not "+domain+", the registered domain")
	}
	return nil
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// merchants lists those that may authorize.
func (a authorization) merchants(ctx context.Context, ask *authpage.Ask) (rows []platform.Authorizer, more bool, err error) {
	if ask.BizAppid != "" {
		m, err := a.service.Authorizer(ctx, ask.ComponentAppid, ask.BizAppid)
		if errors.Is(err, platform.ErrNotFound) {
			return nil, false, refusePage(authpage.ReasonBizAppid, err.Error())
		}
		if err == nil && m.Restricted(platform.RestrictionFrozen) {
			return nil, false, refusePage(authpage.ReasonFrozen, m.Appid)
		}
		return []platform.Authorizer{m}, false, pageError(err)
	}
	if slices.Contains([]int{4, 5, 8}, ask.AuthType) {
		return nil, false, refusePage(authpage.ReasonAuthType, fmt.Sprintf("auth_type %d is for accounts that are not emulated", ask.AuthType))
	}
	rows, err = a.service.SearchAuthorizers(ctx, ask.ComponentAppid, ask.Search, searchedMerchants)
	if err != nil {
		return nil, false, pageError(err)
	}
	more = len(rows) == searchedMerchants
	rows = slices.DeleteFunc(rows, func(m platform.Authorizer) bool { return !fitsType(ask.AuthType, &m) })
	if len(rows) > shownMerchants {
		rows, more = rows[:shownMerchants], true
	}
	slices.SortStableFunc(rows, func(x, y platform.Authorizer) int { return strings.Compare(x.NickName, y.NickName) })
	return rows, more, nil
}

// fitsType reports whether an account is of a kind that auth_type lets authorize.
func fitsType(authType int, m *platform.Authorizer) bool {
	switch authType {
	case 1:
		return m.OfficialAccount()
	case 2:
		return !m.OfficialAccount()
	default:
		return true
	}
}

func (a authorization) checkMerchant(ctx context.Context, c *authpage.Confirm) error {
	if c.AuthorizerAppid == "" {
		if c.NickName == "" || c.AuthType == 1 {
			return refusePage(authpage.ReasonMerchant, "no account was chosen")
		}
		return nil
	}
	m, err := a.service.Authorizer(ctx, c.ComponentAppid, c.AuthorizerAppid)
	switch {
	case errors.Is(err, platform.ErrNotFound):
		return refusePage(authpage.ReasonMerchant, err.Error())
	case err != nil:
		return pageError(err)
	case m.Restricted(platform.RestrictionFrozen):
		return refusePage(authpage.ReasonFrozen, m.Appid)
	case c.BizAppid == "" && !fitsType(c.AuthType, &m):
		return refusePage(authpage.ReasonAuthType, m.Appid+" is not of a kind that the link allows")
	}
	return nil
}
