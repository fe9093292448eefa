package sqlstore

import (
	"context"

	"draftbox/internal/platform"
)

// The nickname of the source is read where it stands, so that a change of it
// shows in the drafts that are there already.
const selectDrafts = `select d.component_appid, d.id, d.slot, d.source_appid, m.name,
	d.user_version, d.user_desc, d.developer, d.create_time, d.digest
	from drafts d join dev_miniprograms m on m.component_appid = d.component_appid and m.appid = d.source_appid
	where d.component_appid = $1`

func draftDest(d *platform.Draft) []any {
	return []any{
		&d.ComponentAppid, &d.ID, &d.Slot, &d.SourceAppid, &d.SourceName,
		&d.UserVersion, &d.UserDesc, &d.Developer, (*instant)(&d.CreateTime), &d.Digest,
	}
}

// Draft implements [platform.Reader].
func (r *reader) Draft(ctx context.Context, component string, id int64) (*platform.Draft, error) {
	return one(ctx, r, draftDest, selectDrafts+` and d.id = $2`, component, id)
}

// DraftsOfSource implements [platform.Reader].
func (r *reader) DraftsOfSource(ctx context.Context, component, source string) ([]platform.Draft, error) {
	return list(ctx, r, draftDest, selectDrafts+` and d.source_appid = $2 order by d.id`, component, source)
}

// Drafts implements [platform.Reader].
func (r *reader) Drafts(ctx context.Context, component string, after int64, limit int) ([]platform.Draft, error) {
	return list(ctx, r, draftDest, selectDrafts+` and d.id > $2 order by d.id limit $3`, component, after, limitOr(limit))
}

// InsertDraft implements [platform.Tx].
func (w *writer) InsertDraft(ctx context.Context, d *platform.Draft) error {
	_, err := w.change(ctx, d.ComponentAppid, `insert into drafts (component_appid, id, slot, source_appid,
		user_version, user_desc, developer, create_time, digest) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		d.ComponentAppid, d.ID, d.Slot, d.SourceAppid, d.UserVersion, d.UserDesc, d.Developer, millis(d.CreateTime), d.Digest)
	return err
}

// DeleteDraft implements [platform.Tx].
func (w *writer) DeleteDraft(ctx context.Context, component string, id int64) error {
	return w.deleteCopy(ctx, "drafts", component, id)
}

const templateColumns = `component_appid, id, place, draft_id, type, source_appid, source_name,
	user_version, user_desc, developer, create_time, digest`

func templateDest(t *platform.Template) []any {
	return []any{
		&t.ComponentAppid, &t.ID, &t.Place, &t.DraftID, &t.Type, &t.SourceAppid, &t.SourceName,
		&t.UserVersion, &t.UserDesc, &t.Developer, (*instant)(&t.CreateTime), &t.Digest,
	}
}

// Template implements [platform.Reader].
func (r *reader) Template(ctx context.Context, component string, id int64) (*platform.Template, error) {
	return one(ctx, r, templateDest,
		`select `+templateColumns+` from templates where component_appid = $1 and id = $2`, component, id)
}

// Templates implements [platform.Reader].
func (r *reader) Templates(ctx context.Context, component string) ([]platform.Template, error) {
	return list(ctx, r, templateDest,
		`select `+templateColumns+` from templates where component_appid = $1 order by place`, component)
}

// InsertTemplate implements [platform.Tx].
func (w *writer) InsertTemplate(ctx context.Context, t *platform.Template) error {
	_, err := w.change(ctx, t.ComponentAppid, `insert into templates (`+templateColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		t.ComponentAppid, t.ID, t.Place, t.DraftID, t.Type, t.SourceAppid, t.SourceName,
		t.UserVersion, t.UserDesc, t.Developer, millis(t.CreateTime), t.Digest)
	return err
}

// DeleteTemplate implements [platform.Tx].
func (w *writer) DeleteTemplate(ctx context.Context, component string, id int64) error {
	return w.deleteCopy(ctx, "templates", component, id)
}

// deleteCopy deletes a draft or a template, and its package if that was the
// last thing to use it.
func (w *writer) deleteCopy(ctx context.Context, table, component string, id int64) error {
	if err := w.touch(ctx, component); err != nil {
		return err
	}
	var digest string
	err := w.row(ctx, `delete from `+table+` where component_appid = $1 and id = $2 returning digest`, []any{component, id}, &digest)
	if err != nil {
		return err
	}
	return w.dropUnused(ctx, digest)
}
