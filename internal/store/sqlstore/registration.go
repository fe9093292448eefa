package sqlstore

import (
	"context"
	"slices"
	"time"

	"draftbox/internal/platform"
)

const registrationColumns = `component_appid, id, kind, request, state, waiting_for, progress, status, msg, authorizer_appid,
	created_at, ends_at, done_at`

func registrationDest(g *platform.Registration) []any {
	return []any{
		&g.ComponentAppid, &g.ID, &g.Kind,
		inJSON{&g.Request},
		&g.State, &g.WaitingFor, &g.Progress, &g.Status, &g.Msg, &g.AuthorizerAppid,
		(*instant)(&g.CreatedAt), (*instant)(&g.EndsAt), (*instant)(&g.DoneAt),
	}
}

// Registration implements [platform.Reader].
func (r *reader) Registration(ctx context.Context, component, id string) (*platform.Registration, error) {
	return one(ctx, r, registrationDest,
		`select `+registrationColumns+` from registrations where component_appid = $1 and id = $2`, component, id)
}

// Registrations implements [platform.Reader].
func (r *reader) Registrations(ctx context.Context, component string, after *platform.Registration, limit int) ([]platform.Registration, error) {
	where, args := ``, []any{component, limitOr(limit)}
	if after != nil {
		where, args = ` and (created_at, id) < ($3, $4)`, append(args, millis(after.CreatedAt), after.ID)
	}
	return list(ctx, r, registrationDest, `select `+registrationColumns+` from registrations
		where component_appid = $1`+where+` order by created_at desc, id desc limit $2`, args...)
}

// LatestRegistration implements [platform.Reader].
func (r *reader) LatestRegistration(ctx context.Context, component string, kind platform.RegistrationKind, subject string) (*platform.Registration, error) {
	return one(ctx, r, registrationDest, `select `+registrationColumns+` from registrations
		where component_appid = $1 and kind = $2 and subject = $3 order by created_at desc, state desc, id desc limit 1`,
		component, string(kind), subject)
}

// CountRegistrations implements [platform.Reader].
func (r *reader) CountRegistrations(ctx context.Context, component, wechat string, since time.Time) (int, error) {
	var n int
	err := r.row(ctx, `select count(*) from registrations where component_appid = $1 and wechat = $2 and wechat <> '' and created_at >= $3`,
		[]any{component, wechat, millis(since)}, &n)
	return n, err
}

// NextRegistrationEnd implements [platform.Reader].
func (r *reader) NextRegistrationEnd(ctx context.Context) (time.Time, error) {
	var at instant
	err := r.row(ctx, `select ends_at from registrations where state = 'open' order by ends_at limit 1`, nil, &at)
	if err == platform.ErrNotFound { //nolint:errorlint // ours, bare
		err = nil
	}
	return time.Time(at), err
}

// PutRegistration implements [platform.Tx].
func (w *writer) PutRegistration(ctx context.Context, g *platform.Registration) error {
	_, err := w.change(ctx, g.ComponentAppid, `insert into registrations (`+registrationColumns+`, subject, wechat)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		on conflict (component_appid, id) do update set state = excluded.state, waiting_for = excluded.waiting_for,
		progress = excluded.progress, status = excluded.status, msg = excluded.msg, authorizer_appid = excluded.authorizer_appid,
		done_at = excluded.done_at`,
		g.ComponentAppid, g.ID, string(g.Kind), inJSON{&g.Request}, string(g.State), string(g.WaitingFor), g.Progress, g.Status, g.Msg, g.AuthorizerAppid,
		millis(g.CreatedAt), millis(g.EndsAt), millis(g.DoneAt), g.Subject(), g.Wechat())
	return err
}

// RegistrationsDue implements [platform.Tx]. The components are locked, as every
// other change of them does, so that two that meet here cannot wait for each other.
func (w *writer) RegistrationsDue(ctx context.Context, by time.Time, limit int, skipLocked bool) ([]platform.Registration, error) {
	lock := w.store.engine.forUpdate
	if skipLocked {
		lock = w.store.engine.skipLocked
	}
	components, err := list(ctx, &w.reader, func(s *string) []any { return []any{s} }, `select appid from components
		where appid in (select component_appid from registrations where state = 'open' and ends_at <= $1)
		order by appid limit $2`+lock, by.UnixMilli(), limitOr(limit))
	if err != nil {
		return nil, err
	}
	var out []platform.Registration
	for _, appid := range components {
		rows, err := list(ctx, &w.reader, registrationDest, `select `+registrationColumns+` from registrations
			where component_appid = $1 and state = 'open' and ends_at <= $2 order by ends_at, id`, appid, by.UnixMilli())
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	slices.SortStableFunc(out, func(a, b platform.Registration) int { return a.EndsAt.Compare(b.EndsAt) })
	return out, nil
}

// PruneRegistrations implements [platform.Tx].
func (w *writer) PruneRegistrations(ctx context.Context, component string, before time.Time) error {
	_, err := w.change(ctx, component, `delete from registrations where component_appid = $1 and created_at < $2 and state <> 'open'`,
		component, millis(before))
	return err
}
