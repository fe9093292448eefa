package sqlstore

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"strings"

	"draftbox/internal/platform"
)

const authorizerColumns = `component_appid, appid, nick_name, authorized, refresh_token, created_at, auth_time, exchanged, details`

func authorizerDest(a *platform.Authorizer) []any {
	return []any{
		&a.ComponentAppid, &a.Appid, &a.NickName, &a.Authorized, &a.RefreshToken, (*instant)(&a.CreatedAt),
		(*instant)(&a.AuthTime), &a.Exchanged,
		inJSON{&authorizerDetails{a}},
	}
}

// authorizerDetails is what no query asks for.
type authorizerDetails struct{ of *platform.Authorizer }

type storedDetails struct {
	FuncIDs      []int                         `json:"func_ids,omitempty"`
	Profile      platform.Profile              `json:"profile"`
	Categories   []platform.AuthorizerCategory `json:"categories,omitempty"`
	Restrictions []string                      `json:"restrictions,omitempty"`
	Options      map[string]string             `json:"options,omitempty"`
}

// Value implements driver.Valuer.
func (d authorizerDetails) Value() (driver.Value, error) {
	text, err := json.Marshal(storedDetails{d.of.FuncIDs, d.of.Profile, d.of.Categories, d.of.Restrictions, d.of.Options})
	return string(text), err
}

// UnmarshalJSON implements json.Unmarshaler.
func (d *authorizerDetails) UnmarshalJSON(text []byte) error {
	var s storedDetails
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	a := d.of
	a.FuncIDs, a.Profile, a.Categories, a.Restrictions, a.Options = s.FuncIDs, s.Profile, s.Categories, s.Restrictions, s.Options
	return nil
}

// Authorizer implements [platform.Reader].
func (r *reader) Authorizer(ctx context.Context, component, appid string) (*platform.Authorizer, error) {
	return one(ctx, r, authorizerDest,
		`select `+authorizerColumns+` from authorizers where component_appid = $1 and appid = $2`, component, appid)
}

// Authorizers implements [platform.Reader].
func (r *reader) Authorizers(ctx context.Context, component, after string, limit int) ([]platform.Authorizer, error) {
	return list(ctx, r, authorizerDest, `select `+authorizerColumns+` from authorizers
		where component_appid = $1 and appid > $2 order by appid limit $3`, component, after, limitOr(limit))
}

// AuthorizersByTime implements [platform.Reader].
func (r *reader) AuthorizersByTime(ctx context.Context, component string, offset, limit int) ([]platform.Authorizer, error) {
	return list(ctx, r, authorizerDest, `select `+authorizerColumns+` from authorizers
		where component_appid = $1 and authorized = 1 order by auth_time, appid limit $2 offset $3`, component, limitOr(limit), offset)
}

// CountAuthorized implements [platform.Reader].
func (r *reader) CountAuthorized(ctx context.Context, component string) (int, error) {
	var n int
	err := r.row(ctx, `select count(*) from authorizers where component_appid = $1 and authorized = 1`, []any{component}, &n)
	return n, err
}

// SearchAuthorizers implements [platform.Reader].
func (r *reader) SearchAuthorizers(ctx context.Context, component, text string, limit int) ([]platform.Authorizer, error) {
	if !storable(text) {
		return nil, nil
	}
	pattern := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(foldASCII(text)) + "%"
	name := r.store.engine.folded("nick_name")
	return list(ctx, r, authorizerDest, `select `+authorizerColumns+` from authorizers
		where component_appid = $1 and (`+name+` like $2 escape '\' or appid like $2 escape '\')
		order by `+name+`, appid limit $3`, component, pattern, limitOr(limit))
}

// CountAuthorizers implements [platform.Reader].
func (r *reader) CountAuthorizers(ctx context.Context, component string) (int, error) {
	var n int
	err := r.row(ctx, `select count(*) from authorizers where component_appid = $1`, []any{component}, &n)
	return n, err
}

func foldASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// PutAuthorizer implements [platform.Tx].
func (w *writer) PutAuthorizer(ctx context.Context, a *platform.Authorizer) error {
	_, err := w.change(ctx, a.ComponentAppid, `insert into authorizers (`+authorizerColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (component_appid, appid) do update set nick_name = excluded.nick_name, authorized = excluded.authorized,
		refresh_token = excluded.refresh_token, auth_time = excluded.auth_time, exchanged = excluded.exchanged, details = excluded.details`,
		a.ComponentAppid, a.Appid, a.NickName, flag(a.Authorized), a.RefreshToken, millis(a.CreatedAt),
		millis(a.AuthTime), flag(a.Exchanged), authorizerDetails{a})
	return err
}

// DeleteAuthorizer implements [platform.Tx].
func (w *writer) DeleteAuthorizer(ctx context.Context, component, appid string) error {
	if err := missing(w.change(ctx, component, `delete from authorizers where component_appid = $1 and appid = $2`, component, appid)); err != nil {
		return err
	}
	for _, table := range []string{"tokens", "auth_codes", "code_states", "audits", "audit_media", "merchant_settings"} {
		if _, err := w.exec(ctx, `delete from `+table+` where component_appid = $1 and authorizer_appid = $2`, component, appid); err != nil {
			return err
		}
	}
	digests, err := list(ctx, &w.reader, func(s *string) []any { return []any{s} },
		`delete from pending_versions where component_appid = $1 and authorizer_appid = $2 returning digest`, component, appid)
	if err != nil {
		return err
	}
	for _, digest := range digests {
		if err := w.dropUnused(ctx, digest); err != nil {
			return err
		}
	}
	return nil
}
