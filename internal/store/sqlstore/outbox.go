package sqlstore

import (
	"context"
	"time"

	"draftbox/internal/platform"
)

// Background implements [platform.Store].
func (s *Store) Background(ctx context.Context, fn func(platform.Tx) error) error {
	return s.write(ctx, "", func(w *writer) error {
		if err := w.loadClock(ctx); err != nil {
			return err
		}
		return fn(w)
	})
}

// dropHolds gives back what another process holds that had the SQLite file before:
// it is gone, for there is one at a time.
func (s *Store) dropHolds(ctx context.Context) error {
	_, err := s.engine.write.ExecContext(ctx, `update callback_urls set held_by = '', held_until = 0 where held_by <> ''`)
	return err
}

// ClaimURLs implements [platform.Tx].
func (w *writer) ClaimURLs(ctx context.Context, holder string, now, until time.Time, most int) ([]platform.CallbackURL, error) {
	return list(ctx, &w.reader, func(u *platform.CallbackURL) []any { return []any{&u.ID, &u.URL} },
		`update callback_urls set held_by = $1, held_until = $2 where id in (
			select id from callback_urls where busy = 1 and held_until <= $3 order by held_until limit $4`+w.store.engine.skipLocked+`)
		returning id, url`, holder, until.UnixMilli(), now.UnixMilli(), most)
}

// HoldURL implements [platform.Tx].
func (w *writer) HoldURL(ctx context.Context, holder, id string, until time.Time) error {
	n, err := w.exec(ctx, `update callback_urls set held_until = $3 where id = $1 and held_by = $2`, id, holder, until.UnixMilli())
	if err == nil && n == 0 {
		return platform.ErrConflict
	}
	return err
}

// ReleaseURL implements [platform.Tx]. The first statement waits for those who are
// about to add to the queue; the second sees what they added. Whoever was served last
// is served next after all others.
func (w *writer) ReleaseURL(ctx context.Context, holder, id string) error {
	n, err := w.exec(ctx, `update callback_urls set held_by = '', held_until = $3, busy = 0 where id = $1 and held_by = $2`,
		id, holder, w.store.real().UnixMilli())
	if err != nil || n == 0 {
		return err
	}
	_, err = w.exec(ctx, `update callback_urls set busy = 1 where id = $1 and exists (
		select 1 from deliveries where url_id = $1 and state = 'pending')`, id)
	return err
}

// FirstPending implements [platform.Tx].
func (w *writer) FirstPending(ctx context.Context, id string) (*platform.Delivery, error) {
	return one(ctx, &w.reader, deliveryDest, `select `+deliveryColumns+` from deliveries
		where url_id = $1 and state = 'pending' order by seq limit 1`, id)
}

// NextDue implements [platform.Reader].
func (r *reader) NextDue(ctx context.Context) (time.Time, error) {
	var at instant
	err := r.row(ctx, `select next_ticket_at from components where next_ticket_at is not null order by next_ticket_at limit 1`, nil, &at)
	if err == platform.ErrNotFound { //nolint:errorlint // ours, bare
		err = nil
	}
	return time.Time(at), err
}

// ComponentsDue implements [platform.Tx].
func (w *writer) ComponentsDue(ctx context.Context, by time.Time, limit int, skipLocked bool) ([]platform.Component, error) {
	lock := w.store.engine.forUpdate
	if skipLocked {
		lock = w.store.engine.skipLocked
	}
	return list(ctx, &w.reader, componentDest, `select `+componentColumns+` from components
		where next_ticket_at <= $1 order by next_ticket_at, appid limit $2`+lock, by.UnixMilli(), limitOr(limit))
}

// SetNextTicket implements [platform.Tx].
func (w *writer) SetNextTicket(ctx context.Context, component string, at time.Time) error {
	return missing(w.change(ctx, component, `update components set next_ticket_at = $2 where appid = $1`, component, millis(at)))
}
