package adminapi

import (
	"errors"
	"net/http"

	"draftbox/internal/platform"
)

type authorizerView struct {
	Appid      string `json:"appid"`
	NickName   string `json:"nick_name"`
	Authorized bool   `json:"authorized"`
	CreatedAt  string `json:"created_at"`
}

func showAuthorizer(m platform.Authorizer) authorizerView {
	return authorizerView{m.Appid, m.NickName, m.Authorized, timestamp(m.CreatedAt)}
}

// authorizerBody is what can be set of a merchant's mini program.
type authorizerBody struct {
	Appid      string  `json:"appid"`
	NickName   *string `json:"nick_name"`
	Authorized *bool   `json:"authorized"`
}

func (a *API) listAuthorizers(r *http.Request) (*answer, error) {
	q := parseQuery(r, "limit", "cursor")
	limit, after := q.limit(), q.get("cursor")
	if err := q.err(); err != nil {
		return nil, err
	}
	rows, err := a.service.Authorizers(r.Context(), r.PathValue("appid"), after, limit+1)
	if err != nil {
		return nil, err
	}
	return paged(rows, limit, func(m platform.Authorizer) string { return m.Appid }, showAuthorizer)
}

// createAuthorizer makes a merchant's mini program known, or changes what is
// given of one that is.
func (a *API) createAuthorizer(r *http.Request) (*answer, error) {
	var in authorizerBody
	if err := decodeBody(r, &in); err != nil {
		return nil, err
	}
	m := platform.Authorizer{ComponentAppid: r.PathValue("appid"), Appid: in.Appid}
	known := false
	if in.Appid != "" {
		switch old, err := a.service.Authorizer(r.Context(), m.ComponentAppid, in.Appid); {
		case err == nil:
			m, known = old, true
		case !errors.Is(err, platform.ErrNotFound):
			return nil, err
		}
	}
	if in.NickName != nil {
		m.NickName = *in.NickName
	}
	if in.Authorized != nil {
		m.Authorized = *in.Authorized
	}
	put, err := a.service.PutAuthorizer(r.Context(), m)
	if err != nil {
		return nil, err
	}
	if known {
		return ok(showAuthorizer(put))
	}
	return created("", showAuthorizer(put))
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
