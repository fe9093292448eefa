package sqlstore

import (
	"context"

	"draftbox/internal/platform"
)

const merchantColumns = `component_appid, authorizer_appid, settings`

func merchantDest(m *platform.MerchantSettings) []any {
	return []any{&m.ComponentAppid, &m.AuthorizerAppid, inJSON{m}}
}

// MerchantSettings implements [platform.Reader].
func (r *reader) MerchantSettings(ctx context.Context, component, authorizer string) (*platform.MerchantSettings, error) {
	return one(ctx, r, merchantDest,
		`select `+merchantColumns+` from merchant_settings where component_appid = $1 and authorizer_appid = $2`, component, authorizer)
}

// MerchantSettingsBetween implements [platform.Reader].
func (r *reader) MerchantSettingsBetween(ctx context.Context, component, after, last string) ([]platform.MerchantSettings, error) {
	return list(ctx, r, merchantDest, `select `+merchantColumns+` from merchant_settings
		where component_appid = $1 and authorizer_appid > $2 and authorizer_appid <= $3 order by authorizer_appid`, component, after, last)
}

// PutMerchantSettings implements [platform.Tx].
func (w *writer) PutMerchantSettings(ctx context.Context, m *platform.MerchantSettings) error {
	_, err := w.change(ctx, m.ComponentAppid, `insert into merchant_settings (`+merchantColumns+`) values ($1, $2, $3)
		on conflict (component_appid, authorizer_appid) do update set settings = excluded.settings`,
		m.ComponentAppid, m.AuthorizerAppid, inJSON{m})
	return err
}
