package adminapi

import (
	"errors"
	"net/http"

	"draftbox/internal/platform"
)

type authorizerView struct {
	Appid          string                        `json:"appid"`
	NickName       string                        `json:"nick_name"`
	Authorized     bool                          `json:"authorized"`
	Exchanged      bool                          `json:"exchanged"`
	AuthTime       string                        `json:"auth_time"` // empty before the first grant
	FuncIDs        []int                         `json:"func_ids"`
	Profile        platform.Profile              `json:"profile"`
	Categories     []platform.AuthorizerCategory `json:"categories"`
	CategoryAudits []platform.CategoryAudit      `json:"category_audits"`
	Restrictions   []string                      `json:"restrictions"`
	PrivateInfos   []string                      `json:"private_infos"` // null: all
	Plugins        []platform.MerchantPlugin     `json:"plugins"`       // null: any
	Testers        []string                      `json:"testers"`
	Privacy        *platform.PrivacyDeclaration  `json:"privacy"` // null: none
	CreatedAt      string                        `json:"created_at"`
}

func showAuthorizer(m platform.Merchant) authorizerView {
	v := authorizerView{
		Appid: m.Appid, NickName: m.NickName, Authorized: m.Authorized, Exchanged: m.Exchanged, AuthTime: timestampOrNone(m.AuthTime),
		FuncIDs: orEmpty(m.FuncIDs), Profile: m.Profile, Categories: orEmpty(m.Categories), CategoryAudits: orEmpty(m.Settings.CategoryAudits),
		Restrictions: orEmpty(m.Restrictions), PrivateInfos: m.Settings.PrivateInfos, Plugins: m.Settings.Plugins, Testers: orEmpty(m.Settings.Testers),
		Privacy: m.Settings.Declared(), CreatedAt: timestamp(m.CreatedAt),
	}
	if v.Privacy != nil {
		v.Privacy.Uses = orEmpty(v.Privacy.Uses)
	}
	return v
}

// authorizerBody is what can be set of a merchant's account. A profile changes the
// members that it names, the other members replace what was there.
type authorizerBody struct {
	NickName     *string                        `json:"nick_name"`
	FuncIDs      *[]int                         `json:"func_ids"`
	Profile      *platform.Profile              `json:"profile"`
	Categories   *[]platform.AuthorizerCategory `json:"categories"`
	Restrictions *[]string                      `json:"restrictions"`
	merchantBody
}

func (b *authorizerBody) apply(m *platform.Authorizer) {
	set(&m.NickName, b.NickName)
	set(&m.FuncIDs, b.FuncIDs)
	set(&m.Profile, b.Profile)
	set(&m.Categories, b.Categories)
	set(&m.Restrictions, b.Restrictions)
}

// set changes a value if there is another.
func set[T any](value, given *T) {
	if given != nil {
		*value = *given
	}
}

// newAuthorizer is the body of a creation.
type newAuthorizer struct {
	Appid      string `json:"appid"`
	Authorized *bool  `json:"authorized"`
	authorizerBody
}

func (a *API) listAuthorizers(r *http.Request) (*answer, error) {
	q := parseQuery(r, "limit", "cursor")
	limit, after := q.limit(), q.get("cursor")
	if err := q.err(); err != nil {
		return nil, err
	}
	rows, err := a.service.Merchants(r.Context(), r.PathValue("appid"), after, limit+1)
	if err != nil {
		return nil, err
	}
	return paged(rows, limit, func(m platform.Merchant) string { return m.Appid }, showAuthorizer)
}

// createAuthorizer makes a merchant's mini program known, or changes what is
// given of one that is.
func (a *API) createAuthorizer(r *http.Request) (*answer, error) {
	data, err := readBody(r)
	if err != nil {
		return nil, err
	}
	var named newAuthorizer
	if err := decode(data, &named); err != nil {
		return nil, err
	}
	m := platform.Authorizer{ComponentAppid: r.PathValue("appid"), Appid: named.Appid}
	known := false
	if named.Appid != "" {
		switch old, err := a.service.Authorizer(r.Context(), m.ComponentAppid, named.Appid); {
		case err == nil:
			m, known = old, true
		case !errors.Is(err, platform.ErrNotFound):
			return nil, err
		}
	}
	in := newAuthorizer{authorizerBody: authorizerBody{Profile: &m.Profile}}
	if err := decode(data, &in); err != nil {
		return nil, err
	}
	in.apply(&m)
	set(&m.Authorized, in.Authorized)
	put, err := a.service.PutMerchant(r.Context(), m, func(r platform.Reader, _ *platform.Authorizer, settings *platform.MerchantSettings) error {
		return in.applySettings(r, settings)
	})
	if err != nil {
		return nil, err
	}
	if known {
		return ok(showAuthorizer(put))
	}
	return created("/_draftbox/v1/components/"+put.ComponentAppid+"/authorizers/"+put.Appid, showAuthorizer(put))
}

func (a *API) getAuthorizer(r *http.Request) (*answer, error) {
	return showOne(a.service.Merchant(r.Context(), r.PathValue("appid"), r.PathValue("authorizer_appid")))
}

func showOne(m platform.Merchant, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	return ok(showAuthorizer(m))
}

func (a *API) updateAuthorizer(r *http.Request) (*answer, error) {
	data, err := readBody(r)
	if err != nil {
		return nil, err
	}
	return showOne(a.service.ChangeMerchant(r.Context(), r.PathValue("appid"), r.PathValue("authorizer_appid"), func(now platform.Reader, m *platform.Authorizer, settings *platform.MerchantSettings) error {
		profile := m.Profile
		in := authorizerBody{Profile: &profile}
		if err := decode(data, &in); err != nil {
			return err
		}
		in.apply(m)
		return in.applySettings(now, settings)
	}))
}

func (a *API) deleteAuthorizer(r *http.Request) (*answer, error) {
	return gone(a.service.DeleteAuthorizer(r.Context(), r.PathValue("appid"), r.PathValue("authorizer_appid")))
}

// grantBody is what a merchant's administrator would confirm on the page.
type grantBody struct {
	FuncIDs     *[]int `json:"func_ids"`
	PreAuthCode string `json:"pre_auth_code"`
}

type grantView struct {
	AuthorizationCode string `json:"authorization_code"`
	ExpiresIn         int    `json:"expires_in"`
}

// grantAuthorization is the authorization page without a browser.
func (a *API) grantAuthorization(r *http.Request) (*answer, error) {
	var in grantBody
	if err := decodeBody(r, &in); err != nil {
		return nil, err
	}
	g := platform.Grant{ComponentAppid: r.PathValue("appid"), AuthorizerAppid: r.PathValue("authorizer_appid"), PreAuthCode: in.PreAuthCode}
	set(&g.FuncIDs, in.FuncIDs)
	out, err := a.service.Grant(r.Context(), g)
	if err != nil {
		return nil, err
	}
	return ok(grantView{out.Code.Value, int(platform.AuthorizationCodeLife.Seconds())})
}

func (a *API) revokeAuthorization(r *http.Request) (*answer, error) {
	if err := decodeBody(r, &struct{}{}); err != nil {
		return nil, err
	}
	if _, err := a.service.Revoke(r.Context(), r.PathValue("appid"), r.PathValue("authorizer_appid")); err != nil {
		return nil, err
	}
	return a.getAuthorizer(r)
}

// pendingView is code that waits in a merchant's list.
type pendingView struct {
	SourceAppid string `json:"source_miniprogram_appid"`
	UserVersion string `json:"user_version"`
	UserDesc    string `json:"user_desc"`
	Developer   string `json:"developer"`
	CreateTime  int64  `json:"create_time"`
	ExtJSON     string `json:"ext_json"`
	Digest      string `json:"digest"`
}

// listPending lists what uploads with directCommit left for a merchant: none or
// one, since a newer one takes the place of the former.
func (a *API) listPending(r *http.Request) (*answer, error) {
	component, appid := r.PathValue("appid"), r.PathValue("authorizer_appid")
	if _, err := a.service.Authorizer(r.Context(), component, appid); err != nil {
		return nil, err
	}
	var rows []platform.PendingVersion
	switch v, err := a.service.PendingVersion(r.Context(), component, appid); {
	case err == nil:
		rows = append(rows, v)
	case !errors.Is(err, platform.ErrNotFound):
		return nil, err
	}
	return paged(rows, len(rows), func(platform.PendingVersion) string { return "" }, func(v platform.PendingVersion) pendingView {
		return pendingView{v.SourceAppid, v.UserVersion, v.UserDesc, v.Developer, v.CreateTime.Unix(), v.ExtJSON, v.Digest}
	})
}
