package sqlstore

import (
	"context"
	"time"

	"draftbox/internal/platform"
)

// CodeState implements [platform.Reader].
func (r *reader) CodeState(ctx context.Context, component, authorizer string) (*platform.CodeState, error) {
	c := &platform.CodeState{}
	err := r.row(ctx, `select state from code_states where component_appid = $1 and authorizer_appid = $2`,
		[]any{component, authorizer}, inJSON{c})
	if err == platform.ErrNotFound { //nolint:errorlint // ours, bare
		err = nil
	}
	c.ComponentAppid, c.AuthorizerAppid = component, authorizer
	return c, err
}

// PutCodeState implements [platform.Tx].
func (w *writer) PutCodeState(ctx context.Context, c *platform.CodeState) error {
	var exp, online any // null where there is no such version
	if c.Exp != nil {
		exp = c.Exp.TemplateID
	}
	if c.Online != nil {
		online = c.Online.TemplateID
	}
	_, err := w.change(ctx, c.ComponentAppid, `insert into code_states (component_appid, authorizer_appid, state, exp_template, online_template)
		values ($1, $2, $3, $4, $5) on conflict (component_appid, authorizer_appid) do update set
		state = excluded.state, exp_template = excluded.exp_template, online_template = excluded.online_template`,
		c.ComponentAppid, c.AuthorizerAppid, inJSON{c}, exp, online)
	return err
}

// TemplateUsers implements [platform.Reader].
func (r *reader) TemplateUsers(ctx context.Context, component string, template int64, after string, limit int) ([]platform.TemplateUser, error) {
	return list(ctx, r, func(u *platform.TemplateUser) []any { return []any{&u.AuthorizerAppid, &u.NickName, &u.Exp, &u.Online} },
		`select c.authorizer_appid, coalesce(a.nick_name, ''), case when c.exp_template = $2 then 1 else 0 end, case when c.online_template = $2 then 1 else 0 end
		from code_states c left join authorizers a on a.component_appid = c.component_appid and a.appid = c.authorizer_appid
		where c.component_appid = $1 and (c.exp_template = $2 or c.online_template = $2) and c.authorizer_appid > $3
		order by c.authorizer_appid limit $4`, component, template, after, limitOr(limit))
}

// CountTemplateUsers implements [platform.Reader].
func (r *reader) CountTemplateUsers(ctx context.Context, component string, template int64) (int, error) {
	var n int
	err := r.row(ctx, `select count(*) from code_states where component_appid = $1 and (exp_template = $2 or online_template = $2)`,
		[]any{component, template}, &n)
	return n, err
}

const auditColumns = `id, component_appid, authorizer_appid, state, submitted_at, decided_at, due_at, details`

func auditDest(a *platform.Audit) []any {
	return []any{
		&a.ID, &a.ComponentAppid, &a.AuthorizerAppid, &a.State,
		(*instant)(&a.SubmittedAt), (*instant)(&a.DecidedAt), (*instant)(&a.DueAt),
		inJSON{&a.AuditDetails},
	}
}

// Audit implements [platform.Reader].
func (r *reader) Audit(ctx context.Context, id int64) (*platform.Audit, error) {
	return one(ctx, r, auditDest, `select `+auditColumns+` from audits where id = $1`, id)
}

// Audits implements [platform.Reader].
func (r *reader) Audits(ctx context.Context, f platform.AuditFilter, before int64, limit int) ([]platform.Audit, error) {
	q := newConditions()
	for _, m := range []struct{ column, value string }{
		{"component_appid", f.ComponentAppid},
		{"authorizer_appid", f.AuthorizerAppid},
	} {
		if m.value != "" {
			q.add(m.column+" = ?", m.value)
		}
	}
	switch {
	case f.Open:
		q.add("state in (?, ?)", string(platform.AuditWaiting), string(platform.AuditDelayed))
	case f.State != platform.AuditNone:
		q.add("state = ?", string(f.State))
	}
	if before > 0 {
		q.add("id < ?", before)
	}
	return list(ctx, r, auditDest, `select `+auditColumns+` from audits where `+q.where+` order by id desc limit `+q.arg(limitOr(limit)), q.args...)
}

// InsertAudit implements [platform.Tx]. The counter's lock comes after the
// component's, always.
func (w *writer) InsertAudit(ctx context.Context, a *platform.Audit) error {
	if err := w.row(ctx, `update counters set next = next + 1 where name = 'audit' returning next - 1`, nil, &a.ID); err != nil {
		return err
	}
	_, err := w.change(ctx, a.ComponentAppid, `insert into audits (`+auditColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, a.ComponentAppid, a.AuthorizerAppid, string(a.State),
		millis(a.SubmittedAt), millis(a.DecidedAt), millis(a.DueAt), inJSON{&a.AuditDetails})
	return err
}

// UpdateAudit implements [platform.Tx].
func (w *writer) UpdateAudit(ctx context.Context, a *platform.Audit) error {
	return missing(w.change(ctx, a.ComponentAppid, `update audits set state = $2, decided_at = $3, due_at = $4, details = $5 where id = $1`,
		a.ID, string(a.State), millis(a.DecidedAt), millis(a.DueAt), inJSON{&a.AuditDetails}))
}

// NextAuditDue implements [platform.Reader].
func (r *reader) NextAuditDue(ctx context.Context) (time.Time, error) {
	var at instant
	err := r.row(ctx, `select due_at from audits where due_at is not null order by due_at limit 1`, nil, &at)
	if err == platform.ErrNotFound { //nolint:errorlint // ours, bare
		err = nil
	}
	return time.Time(at), err
}

// AuditsDue implements [platform.Tx]. The components' rows are locked, since every
// change of an order holds that lock; the orders are read after it.
func (w *writer) AuditsDue(ctx context.Context, by time.Time, limit int, skipLocked bool) ([]platform.Audit, error) {
	lock := w.store.engine.forUpdate
	if skipLocked {
		lock = w.store.engine.skipLocked
	}
	components, err := list(ctx, &w.reader, func(s *string) []any { return []any{s} }, `select appid from components
		where appid in (select component_appid from audits where due_at <= $1 order by due_at, id limit $2) order by appid`+lock,
		by.UnixMilli(), limitOr(limit))
	if err != nil || len(components) == 0 {
		return nil, err
	}
	q := newConditions()
	q.add("due_at <= ?", by.UnixMilli())
	in := ""
	for _, appid := range components {
		if in != "" {
			in += ", "
		}
		in += q.arg(appid)
	}
	return list(ctx, &w.reader, auditDest, `select `+auditColumns+` from audits where `+q.where+` and component_appid in (`+in+`)
		order by due_at, id limit `+q.arg(limitOr(limit)), q.args...)
}

// AuditQuota implements [platform.Reader].
func (r *reader) AuditQuota(ctx context.Context, component, month string) (platform.AuditQuota, error) {
	var q platform.AuditQuota
	err := r.row(ctx, `select submits, speedups from audit_quotas where component_appid = $1 and month = $2`,
		[]any{component, month}, &q.Submits, &q.Speedups)
	if err == platform.ErrNotFound { //nolint:errorlint // ours, bare
		err = nil
	}
	return q, err
}

// CountAudits implements [platform.Tx].
func (w *writer) CountAudits(ctx context.Context, component, month string, add platform.AuditQuota) error {
	_, err := w.change(ctx, component, `insert into audit_quotas (component_appid, month, submits, speedups) values ($1, $2, $3, $4)
		on conflict (component_appid, month) do update set
		submits = audit_quotas.submits + excluded.submits, speedups = audit_quotas.speedups + excluded.speedups`,
		component, month, add.Submits, add.Speedups)
	return err
}
