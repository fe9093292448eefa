package sqlstore

import (
	"context"

	"draftbox/internal/platform"
)

const devColumns = `component_appid, appid, name, upload_key_pem, upload_ips, created_at`

func devDest(d *platform.DevMiniprogram) []any {
	return []any{&d.ComponentAppid, &d.Appid, &d.Name, &d.UploadKeyPEM, inJSON{&d.UploadIPAllowlist}, (*instant)(&d.CreatedAt)}
}

// DevMiniprogram implements [platform.Reader].
func (r *reader) DevMiniprogram(ctx context.Context, component, appid string) (*platform.DevMiniprogram, error) {
	return one(ctx, r, devDest,
		`select `+devColumns+` from dev_miniprograms where component_appid = $1 and appid = $2`, component, appid)
}

// DevMiniprograms implements [platform.Reader].
func (r *reader) DevMiniprograms(ctx context.Context, component, after string, limit int) ([]platform.DevMiniprogram, error) {
	return list(ctx, r, devDest, `select `+devColumns+` from dev_miniprograms
		where component_appid = $1 and appid > $2 order by appid limit $3`, component, after, limitOr(limit))
}

// CountDevMiniprograms implements [platform.Reader].
func (r *reader) CountDevMiniprograms(ctx context.Context, component string) (int, error) {
	var n int
	err := r.row(ctx, `select count(*) from dev_miniprograms where component_appid = $1`, []any{component}, &n)
	return n, err
}

// OwnerOfDevMiniprogram implements [platform.Reader].
func (r *reader) OwnerOfDevMiniprogram(ctx context.Context, appid string) (owner string, err error) {
	err = r.row(ctx, `select component_appid from appids where appid = $1 and kind = $2`, []any{appid, ownedMiniprogram}, &owner)
	return owner, err
}

// PutDevMiniprogram implements [platform.Tx].
func (w *writer) PutDevMiniprogram(ctx context.Context, d *platform.DevMiniprogram) error {
	var owner string
	err := w.row(ctx, `insert into appids (appid, kind, component_appid) values ($1, $2, $3)
		on conflict (appid) do update set kind = excluded.kind
		where appids.kind = excluded.kind and appids.component_appid = excluded.component_appid
		returning component_appid`, []any{d.Appid, ownedMiniprogram, d.ComponentAppid}, &owner)
	if err == platform.ErrNotFound { //nolint:errorlint // ours, bare
		return platform.ErrConflict
	}
	if err != nil {
		return err
	}
	_, err = w.change(ctx, d.ComponentAppid, `insert into dev_miniprograms (`+devColumns+`) values ($1, $2, $3, $4, $5, $6)
		on conflict (component_appid, appid) do update set
		name = excluded.name, upload_key_pem = excluded.upload_key_pem, upload_ips = excluded.upload_ips`,
		d.ComponentAppid, d.Appid, d.Name, d.UploadKeyPEM, inJSON{listed(d.UploadIPAllowlist)}, millis(d.CreatedAt))
	return err
}

// DeleteDevMiniprogram implements [platform.Tx].
func (w *writer) DeleteDevMiniprogram(ctx context.Context, component, appid string) error {
	if err := w.touch(ctx, component); err != nil {
		return err
	}
	digests, err := list(ctx, &w.reader, func(s *string) []any { return []any{s} },
		`select digest from drafts where component_appid = $1 and source_appid = $2 union
		select digest from dev_versions where component_appid = $1 and appid = $2`, component, appid)
	if err != nil {
		return err
	}
	// Its drafts go with it.
	if err := missing(w.exec(ctx, `delete from dev_miniprograms where component_appid = $1 and appid = $2`, component, appid)); err != nil {
		return err
	}
	for _, table := range []string{"dev_versions", "upload_nonces", "appids"} {
		if _, err := w.exec(ctx, `delete from `+table+` where component_appid = $1 and appid = $2`, component, appid); err != nil {
			return err
		}
	}
	for _, digest := range digests {
		if err := w.dropUnused(ctx, digest); err != nil {
			return err
		}
	}
	return nil
}
