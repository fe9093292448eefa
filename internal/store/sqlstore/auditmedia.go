package sqlstore

import (
	"context"
	"time"

	"draftbox/internal/platform"
)

// AuditMedia implements [platform.Reader].
func (r *reader) AuditMedia(ctx context.Context, component, authorizer, id string) (*platform.AuditMedia, error) {
	if !storable(id) {
		return nil, platform.ErrNotFound
	}
	return one(ctx, r, func(m *platform.AuditMedia) []any {
		return []any{&m.ComponentAppid, &m.AuthorizerAppid, &m.ID, &m.Type, &m.Size, (*instant)(&m.ExpiresAt)}
	}, `select component_appid, authorizer_appid, id, type, size, expires_at from audit_media
		where component_appid = $1 and authorizer_appid = $2 and id = $3`, component, authorizer, id)
}

// AuditMediaContent implements [platform.Reader].
func (r *reader) AuditMediaContent(ctx context.Context, component, authorizer, id string) ([]byte, error) {
	var content []byte
	err := r.row(ctx, `select content from audit_media where component_appid = $1 and authorizer_appid = $2 and id = $3`,
		[]any{component, authorizer, id}, &content)
	return content, err
}

// PutAuditMedia implements [platform.Tx].
func (w *writer) PutAuditMedia(ctx context.Context, m *platform.AuditMedia, content []byte) error {
	_, err := w.change(ctx, m.ComponentAppid, `insert into audit_media (component_appid, authorizer_appid, id, type, size, expires_at, content)
		values ($1, $2, $3, $4, $5, $6, $7)`,
		m.ComponentAppid, m.AuthorizerAppid, m.ID, m.Type, m.Size, millis(m.ExpiresAt), content)
	return err
}

// PruneAuditMedia implements [platform.Tx].
func (w *writer) PruneAuditMedia(ctx context.Context, component string, before time.Time) error {
	_, err := w.change(ctx, component, `delete from audit_media where component_appid = $1 and expires_at < $2`, component, millis(before))
	return err
}
