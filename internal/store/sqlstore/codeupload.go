package sqlstore

import (
	"context"
	"time"

	"draftbox/internal/platform"
)

// CountUploadNonces implements [platform.Reader].
func (r *reader) CountUploadNonces(ctx context.Context, most int) (int, error) {
	var n int
	err := r.row(ctx, `select count(*) from (select 1 from upload_nonces limit $1) as n`, []any{most}, &n)
	return n, err
}

// PutUploadNonce implements [platform.Tx].
func (w *writer) PutUploadNonce(ctx context.Context, n *platform.UploadNonce) error {
	_, err := w.change(ctx, n.ComponentAppid, `insert into upload_nonces (component_appid, appid, value, expires_at) values ($1, $2, $3, $4)`,
		n.ComponentAppid, n.Appid, n.Value, millis(n.ExpiresAt))
	return err
}

// TakeUploadNonce implements [platform.Tx].
func (w *writer) TakeUploadNonce(ctx context.Context, component, appid, value string) (*platform.UploadNonce, error) {
	n := platform.UploadNonce{ComponentAppid: component, Appid: appid, Value: value}
	if err := w.touch(ctx, component); err != nil {
		return nil, err
	}
	err := w.row(ctx, `delete from upload_nonces where component_appid = $1 and appid = $2 and value = $3 returning expires_at`,
		[]any{component, appid, value}, (*instant)(&n.ExpiresAt))
	return &n, err
}

// PruneUploadNonces implements [platform.Tx]. No answer that is kept by a
// component's rev tells of nonces, so those of others go without raising it.
func (w *writer) PruneUploadNonces(ctx context.Context, component, appid string, by time.Time, keep int) error {
	if _, err := w.exec(ctx, `delete from upload_nonces where expires_at <= $1`, millis(by)); err != nil {
		return err
	}
	_, err := w.exec(ctx, `delete from upload_nonces where component_appid = $1 and appid = $2 and value in (
		select value from upload_nonces where component_appid = $1 and appid = $2 order by expires_at desc, value limit $3 offset $4)`,
		component, appid, limitOr(0), keep)
	return err
}

const devVersionColumns = `component_appid, appid, user_version, user_desc, developer, create_time, path, digest`

func devVersionDest(v *platform.DevVersion) []any {
	return []any{
		&v.ComponentAppid, &v.Appid, &v.UserVersion, &v.UserDesc, &v.Developer, (*instant)(&v.CreateTime), &v.Path, &v.Digest,
	}
}

// DevVersion implements [platform.Reader].
func (r *reader) DevVersion(ctx context.Context, component, appid string) (*platform.DevVersion, error) {
	return one(ctx, r, devVersionDest,
		`select `+devVersionColumns+` from dev_versions where component_appid = $1 and appid = $2`, component, appid)
}

// PutDevVersion implements [platform.Tx].
func (w *writer) PutDevVersion(ctx context.Context, v *platform.DevVersion) error {
	return w.replaceCopy(ctx, v.ComponentAppid, v.Appid, "dev_versions", "appid", v.Digest, `insert into dev_versions (`+devVersionColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		v.ComponentAppid, v.Appid, v.UserVersion, v.UserDesc, v.Developer, millis(v.CreateTime), v.Path, v.Digest)
}

const pendingColumns = `component_appid, authorizer_appid, source_appid, user_version, user_desc, developer, create_time, ext_json, digest`

func pendingDest(v *platform.PendingVersion) []any {
	return []any{
		&v.ComponentAppid, &v.AuthorizerAppid, &v.SourceAppid, &v.UserVersion, &v.UserDesc, &v.Developer,
		(*instant)(&v.CreateTime), &v.ExtJSON, &v.Digest,
	}
}

// PendingVersion implements [platform.Reader].
func (r *reader) PendingVersion(ctx context.Context, component, authorizer string) (*platform.PendingVersion, error) {
	return one(ctx, r, pendingDest,
		`select `+pendingColumns+` from pending_versions where component_appid = $1 and authorizer_appid = $2`, component, authorizer)
}

// PutPendingVersion implements [platform.Tx].
func (w *writer) PutPendingVersion(ctx context.Context, v *platform.PendingVersion) error {
	return w.replaceCopy(ctx, v.ComponentAppid, v.AuthorizerAppid, "pending_versions", "authorizer_appid", v.Digest, `insert into pending_versions (`+pendingColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		v.ComponentAppid, v.AuthorizerAppid, v.SourceAppid, v.UserVersion, v.UserDesc, v.Developer, millis(v.CreateTime), v.ExtJSON, v.Digest)
}

// replaceCopy inserts what there is one of for an appid, in place of a former one
// whose package goes if that was the last thing to use it.
func (w *writer) replaceCopy(ctx context.Context, component, appid, table, key, digest, insert string, args ...any) error {
	if err := w.touch(ctx, component); err != nil {
		return err
	}
	former, err := list(ctx, &w.reader, func(s *string) []any { return []any{s} },
		`delete from `+table+` where component_appid = $1 and `+key+` = $2 returning digest`, component, appid)
	if err != nil {
		return err
	}
	if _, err := w.exec(ctx, insert, args...); err != nil {
		return err
	}
	for _, d := range former {
		if d == digest {
			continue
		}
		if err := w.dropUnused(ctx, d); err != nil {
			return err
		}
	}
	return nil
}
