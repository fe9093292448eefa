package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"draftbox/internal/platform"
)

const deliveryColumns = `component_appid, number, url, target, format, type, authorizer_appid, to_user_name, openid, body,
	state, tries, created_at, done_at`

func deliveryDest(d *platform.Delivery) []any {
	return []any{
		&d.ComponentAppid, &d.Number, &d.URL, &d.Target, &d.Format, &d.Type, &d.Authorizer, &d.ToUserName, &d.OpenID, &d.Body,
		&d.State, &d.Tries, (*instant)(&d.CreatedAt), (*instant)(&d.DoneAt),
	}
}

// Delivery implements [platform.Reader].
func (r *reader) Delivery(ctx context.Context, component string, number int64) (*platform.Delivery, error) {
	return one(ctx, r, deliveryDest,
		`select `+deliveryColumns+` from deliveries where component_appid = $1 and number = $2`, component, number)
}

// Deliveries implements [platform.Reader].
func (r *reader) Deliveries(ctx context.Context, f platform.DeliveryFilter, after platform.DeliveryPlace, limit int) ([]platform.Delivery, error) {
	q := newConditions()
	for _, m := range []struct{ column, value string }{
		{"component_appid", f.ComponentAppid},
		{"type", f.Type},
		{"state", string(f.State)},
		{"authorizer_appid", f.Authorizer},
	} {
		if m.value != "" {
			q.add(m.column+" = ?", m.value)
		}
	}
	if f.Failing {
		q.add("(state = 'failed' or state = 'pending' and tries > 0)")
	}
	if after != (platform.DeliveryPlace{}) {
		q.add("(created_at, component_appid, number) < (?, ?, ?)", millis(after.CreatedAt), after.ComponentAppid, after.Number)
	}
	return list(ctx, r, deliveryDest, `select `+deliveryColumns+` from deliveries where `+q.where+`
		order by created_at desc, component_appid desc, number desc limit `+q.arg(limitOr(limit)), q.args...)
}

// CountDeliveries implements [platform.Reader].
func (r *reader) CountDeliveries(ctx context.Context, component string) (map[platform.DeliveryState]int, error) {
	type count struct {
		state platform.DeliveryState
		n     int
	}
	where, args := ``, []any{}
	if component != "" {
		where, args = `where component_appid = $1`, []any{component}
	}
	rows, err := list(ctx, r, func(c *count) []any { return []any{&c.state, &c.n} },
		`select state, count(*) from deliveries `+where+` group by state`, args...)
	out := map[platform.DeliveryState]int{}
	for _, c := range rows {
		out[c.state] = c.n
	}
	return out, err
}

// Retrying implements [platform.Reader].
func (r *reader) Retrying(ctx context.Context, component string) (platform.Retrying, error) {
	var out platform.Retrying
	err := r.row(ctx, `select count(*), coalesce(sum(tries), 0) from deliveries where component_appid = $1 and state = 'pending' and tries > 0`,
		[]any{component}, &out.Deliveries, &out.Tries)
	return out, err
}

const attemptColumns = `attempt, at, took, query, request, http_status, answer, outcome, reason`

func attemptDest(a *platform.Attempt) []any {
	return []any{
		&a.Number, (*instant)(&a.At), (*milliseconds)(&a.Took), &a.Query, &a.Request, &a.HTTPStatus, &a.Answer, &a.Outcome, &a.Reason,
	}
}

// Attempts implements [platform.Reader].
func (r *reader) Attempts(ctx context.Context, component string, number int64) ([]platform.Attempt, error) {
	return list(ctx, r, attemptDest, `select `+attemptColumns+` from delivery_attempts
		where component_appid = $1 and number = $2 order by attempt`, component, number)
}

// InsertDelivery implements [platform.Tx]. No answer that is kept by a component's
// rev tells of deliveries, so it stays.
func (w *writer) InsertDelivery(ctx context.Context, d *platform.Delivery) error {
	err := w.row(ctx, `update components set next_delivery = next_delivery + 1 where appid = $1 returning next_delivery - 1`,
		[]any{d.ComponentAppid}, &d.Number)
	if err != nil {
		return err
	}
	queue, seq, err := w.queue(ctx, d.URL)
	if err != nil {
		return err
	}
	_, err = w.exec(ctx, `insert into deliveries (`+deliveryColumns+`, url_id, seq)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		d.ComponentAppid, d.Number, d.URL, string(d.Target), string(d.Format), d.Type, d.Authorizer, d.ToUserName, d.OpenID, d.Body,
		string(d.State), d.Tries, millis(d.CreatedAt), millis(d.DoneAt), queue, seq)
	return err
}

// queue takes the next place in a URL's queue. The lock that this takes makes the
// order of places that of the commits.
func (w *writer) queue(ctx context.Context, url string) (id string, seq int64, err error) {
	sum := sha256.Sum256([]byte(url))
	id = hex.EncodeToString(sum[:16])
	err = w.row(ctx, `insert into callback_urls (id, url, next_seq, busy, held_by, held_until) values ($1, $2, 1, 1, '', 0)
		on conflict (id) do update set next_seq = callback_urls.next_seq + 1, busy = 1 returning next_seq`, []any{id, url}, &seq)
	return id, seq, err
}

// RequeueDelivery implements [platform.Tx].
func (w *writer) RequeueDelivery(ctx context.Context, d *platform.Delivery) error {
	queue, seq, err := w.queue(ctx, d.URL)
	if err != nil {
		return err
	}
	return missing(w.exec(ctx, `update deliveries set url = $3, url_id = $4, seq = $5, state = $6, tries = 0, done_at = null
		where component_appid = $1 and number = $2`,
		d.ComponentAppid, d.Number, d.URL, queue, seq, string(platform.DeliveryPending)))
}

// PutAttempt implements [platform.Tx].
func (w *writer) PutAttempt(ctx context.Context, d *platform.Delivery, a *platform.Attempt) error {
	n, err := w.exec(ctx, `update deliveries set state = $3, tries = $4, done_at = $5 where component_appid = $1 and number = $2`,
		d.ComponentAppid, d.Number, string(d.State), d.Tries, millis(d.DoneAt))
	if err := missing(n, err); err != nil {
		return err
	}
	err = w.row(ctx, `select coalesce(max(attempt), 0) + 1 from delivery_attempts where component_appid = $1 and number = $2`,
		[]any{d.ComponentAppid, d.Number}, &a.Number)
	if err != nil {
		return err
	}
	_, err = w.exec(ctx, `insert into delivery_attempts (component_appid, number, `+attemptColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		d.ComponentAppid, d.Number, a.Number, millis(a.At), a.Took.Milliseconds(), a.Query, a.Request, a.HTTPStatus, a.Answer,
		string(a.Outcome), a.Reason)
	return err
}

// PruneDeliveries implements [platform.Tx].
func (w *writer) PruneDeliveries(ctx context.Context, component string, delivered, tickets time.Time) error {
	latest := delivered
	if tickets.After(latest) {
		latest = tickets
	}
	_, err := w.exec(ctx, `delete from deliveries where component_appid = $1 and created_at < $2 and (
		state = 'delivered' and created_at < $3 or
		type = 'component_verify_ticket' and state <> 'pending' and created_at < $4)`,
		component, millis(latest), millis(delivered), millis(tickets))
	return err
}
