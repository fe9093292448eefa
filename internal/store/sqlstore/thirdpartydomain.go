package sqlstore

import (
	"context"

	"draftbox/internal/platform"
)

const thirdpartyDomainColumns = `component_appid, kind, testing, published, month, changes, confirm_name, confirm_content`

func thirdpartyDomainDest(d *platform.ThirdpartyDomains) []any {
	return []any{
		&d.ComponentAppid, &d.Kind, inJSON{&d.Testing}, inJSON{&d.Published}, &d.Month, &d.Changes, &d.ConfirmName, &d.ConfirmContent,
	}
}

// ThirdpartyDomains implements [platform.Reader].
func (r *reader) ThirdpartyDomains(ctx context.Context, component string, kind platform.DomainKind) (*platform.ThirdpartyDomains, error) {
	return one(ctx, r, thirdpartyDomainDest,
		`select `+thirdpartyDomainColumns+` from thirdparty_domains where component_appid = $1 and kind = $2`, component, string(kind))
}

// PutThirdpartyDomains implements [platform.Tx].
func (w *writer) PutThirdpartyDomains(ctx context.Context, d *platform.ThirdpartyDomains) error {
	_, err := w.change(ctx, d.ComponentAppid, `insert into thirdparty_domains (`+thirdpartyDomainColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (component_appid, kind) do update set testing = excluded.testing, published = excluded.published, month = excluded.month,
		changes = excluded.changes, confirm_name = excluded.confirm_name, confirm_content = excluded.confirm_content`,
		d.ComponentAppid, string(d.Kind), inJSON{listed(d.Testing)}, inJSON{listed(d.Published)}, d.Month, d.Changes, d.ConfirmName, d.ConfirmContent)
	return err
}
