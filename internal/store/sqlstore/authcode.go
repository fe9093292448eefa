package sqlstore

import (
	"context"
	"time"

	"draftbox/internal/platform"
)

const authCodeColumns = `component_appid, value, kind, authorizer_appid, issued_at, expires_at, used_at`

func authCodeDest(c *platform.AuthCode) []any {
	return []any{
		&c.ComponentAppid, &c.Value, &c.Kind, &c.AuthorizerAppid,
		(*instant)(&c.IssuedAt), (*instant)(&c.ExpiresAt), (*instant)(&c.UsedAt),
	}
}

// AuthCode implements [platform.Reader].
func (r *reader) AuthCode(ctx context.Context, component, value string) (*platform.AuthCode, error) {
	if !storable(value) {
		return nil, platform.ErrNotFound
	}
	return one(ctx, r, authCodeDest,
		`select `+authCodeColumns+` from auth_codes where component_appid = $1 and value = $2`, component, value)
}

// PutAuthCode implements [platform.Tx].
func (w *writer) PutAuthCode(ctx context.Context, c *platform.AuthCode) error {
	_, err := w.change(ctx, c.ComponentAppid, `insert into auth_codes (`+authCodeColumns+`) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (component_appid, value) do update set used_at = excluded.used_at`,
		c.ComponentAppid, c.Value, string(c.Kind), c.AuthorizerAppid, millis(c.IssuedAt), millis(c.ExpiresAt), millis(c.UsedAt))
	return err
}

// PruneAuthCodes implements [platform.Tx].
func (w *writer) PruneAuthCodes(ctx context.Context, component string, before time.Time) error {
	_, err := w.change(ctx, component, `delete from auth_codes where component_appid = $1 and expires_at < $2`, component, millis(before))
	return err
}
