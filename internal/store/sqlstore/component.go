package sqlstore

import (
	"context"

	"draftbox/internal/platform"
)

const componentColumns = `appid, name, secret, token, encoding_aes_key, event_url, message_url,
	ip_allowlist, settings, created_at, next_draft_id, next_template_id, rev, next_ticket_at`

func componentDest(c *platform.Component) []any {
	// What a stored component does not know of yet is as by default.
	c.Settings = platform.DefaultSettings()
	return []any{
		&c.Appid, &c.Name, &c.Secret, &c.Token, &c.EncodingAESKey, &c.EventURL, &c.MessageURL,
		inJSON{&c.IPAllowlist},
		inJSON{&c.Settings},
		(*instant)(&c.CreatedAt), &c.NextDraftID, &c.NextTemplateID, &c.Rev, (*instant)(&c.NextTicketAt),
	}
}

// Kinds of appid in the table appids.
const (
	ownedComponent   = 1
	ownedMiniprogram = 2
)

// newComponentShift puts the first rev of a component at shared.rev<<32, beyond
// any that a component made before has reached: that would take it four thousand
// million changes, and shared.rev grows with each component made.
const newComponentShift = 32

// Component implements [platform.Reader].
func (r *reader) Component(ctx context.Context, appid string) (*platform.Component, error) {
	return one(ctx, r, componentDest, `select `+componentColumns+` from components where appid = $1`, appid)
}

// Components implements [platform.Reader].
func (r *reader) Components(ctx context.Context, after string, limit int) ([]platform.Component, error) {
	return list(ctx, r, componentDest,
		`select `+componentColumns+` from components where appid > $1 order by appid limit $2`, after, limitOr(limit))
}

// KindOfAppid implements [platform.Reader].
func (r *reader) KindOfAppid(ctx context.Context, appid string) (platform.AppidKind, error) {
	var kind int
	err := r.row(ctx, `select kind from appids where appid = $1`, []any{appid}, &kind)
	switch {
	case err == platform.ErrNotFound: //nolint:errorlint // ours, bare
	case err != nil:
		return platform.AppidUnknown, err
	case kind == ownedComponent:
		return platform.AppidComponent, nil
	default:
		return platform.AppidMiniprogram, nil
	}
	var n int
	err = r.row(ctx, `select count(*) from (select 1 from authorizers where appid = $1 limit 1) as a`, []any{appid}, &n)
	if err != nil || n == 0 {
		return platform.AppidUnknown, err
	}
	return platform.AppidMiniprogram, nil
}

// InsertComponent implements [platform.Tx].
func (w *writer) InsertComponent(ctx context.Context, c *platform.Component) error {
	if err := w.lockShared(ctx); err != nil {
		return err
	}
	kind, err := w.KindOfAppid(ctx, c.Appid)
	if err != nil {
		return err
	}
	if kind != platform.AppidUnknown {
		return platform.ErrConflict
	}
	n, err := w.exec(ctx, `insert into appids (appid, kind, component_appid) values ($1, $2, $1) on conflict (appid) do nothing`,
		c.Appid, ownedComponent)
	if err != nil {
		return err
	}
	if n == 0 {
		return platform.ErrConflict
	}
	// A component made anew under the appid of a deleted one must not repeat a
	// rev, or an answer computed for the old one would pass for current.
	c.Rev = max(c.Rev, w.shared<<newComponentShift)
	w.touched = append(w.touched, c.Appid)
	_, err = w.exec(ctx, `insert into components (`+componentColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		c.Appid, c.Name, c.Secret, c.Token, c.EncodingAESKey, c.EventURL, c.MessageURL,
		inJSON{listed(c.IPAllowlist)}, inJSON{&c.Settings}, millis(c.CreatedAt), c.NextDraftID, c.NextTemplateID, c.Rev, millis(c.NextTicketAt))
	return err
}

// UpdateComponent implements [platform.Tx].
func (w *writer) UpdateComponent(ctx context.Context, c *platform.Component) error {
	n, err := w.change(ctx, c.Appid, `update components set name = $2, secret = $3, token = $4, encoding_aes_key = $5,
		event_url = $6, message_url = $7, ip_allowlist = $8, settings = $9, next_ticket_at = $10 where appid = $1`,
		c.Appid, c.Name, c.Secret, c.Token, c.EncodingAESKey, c.EventURL, c.MessageURL,
		inJSON{listed(c.IPAllowlist)}, inJSON{&c.Settings}, millis(c.NextTicketAt))
	return missing(n, err)
}

// DeleteComponent implements [platform.Tx].
func (w *writer) DeleteComponent(ctx context.Context, appid string) error {
	if err := w.touch(ctx, appid); err != nil {
		return err
	}
	digests, err := list(ctx, &w.reader, func(s *string) []any { return []any{s} },
		`select digest from drafts where component_appid = $1 union select digest from templates where component_appid = $1 union
		select digest from dev_versions where component_appid = $1 union select digest from pending_versions where component_appid = $1`, appid)
	if err != nil {
		return err
	}
	// What has no foreign key to the component; the rest goes with it.
	for _, table := range []string{"tokens", "seeded", "appids"} {
		if _, err := w.exec(ctx, `delete from `+table+` where component_appid = $1`, appid); err != nil {
			return err
		}
	}
	if err := missing(w.exec(ctx, `delete from components where appid = $1`, appid)); err != nil {
		return err
	}
	for _, digest := range digests {
		if err := w.dropUnused(ctx, digest); err != nil {
			return err
		}
	}
	return nil
}

// TakeDraftID implements [platform.Tx].
func (w *writer) TakeDraftID(ctx context.Context, component string) (int64, error) {
	return w.take(ctx, component, "next_draft_id")
}

// TakeTemplateID implements [platform.Tx].
func (w *writer) TakeTemplateID(ctx context.Context, component string) (int64, error) {
	return w.take(ctx, component, "next_template_id")
}

func (w *writer) take(ctx context.Context, component, counter string) (int64, error) {
	if err := w.touch(ctx, component); err != nil {
		return 0, err
	}
	var next int64
	err := w.row(ctx, `update components set `+counter+` = `+counter+` + 1 where appid = $1 returning `+counter,
		[]any{component}, &next)
	return next - 1, err
}

// Seeded implements [platform.Reader].
func (r *reader) Seeded(ctx context.Context, component, key string) (bool, error) {
	var n int
	err := r.row(ctx, `select count(*) from seeded where component_appid = $1 and key = $2`, []any{component, key}, &n)
	return n > 0, err
}

// MarkSeeded implements [platform.Tx].
func (w *writer) MarkSeeded(ctx context.Context, component, key string) error {
	_, err := w.change(ctx, component,
		`insert into seeded (component_appid, key) values ($1, $2) on conflict do nothing`, component, key)
	return err
}

// missing turns "no row was changed" into ErrNotFound.
func missing(n int64, err error) error {
	if err == nil && n == 0 {
		return platform.ErrNotFound
	}
	return err
}

// listed keeps null out of the stored lists.
func listed(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
