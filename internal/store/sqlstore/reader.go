package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"draftbox/internal/platform"
)

// reader is one transaction, seen as a [platform.Reader].
type reader struct {
	store *Store
	sql   *sql.Tx
	clock platform.ClockState
	now   time.Time

	// failed is the first error of the database within the transaction. After
	// one, PostgreSQL takes nothing more, whatever is made of the error.
	failed error
}

// Now implements [platform.Reader].
func (r *reader) Now() time.Time { return r.now }

// Clock implements [platform.Reader].
func (r *reader) Clock() platform.ClockState { return r.clock }

// row reads one row; ErrNotFound, bare, if there is none.
func (r *reader) row(ctx context.Context, query string, args []any, dest ...any) error {
	ctx, cancel := r.store.engine.deadline(ctx)
	defer cancel()
	return r.note(ctx, r.sql.QueryRowContext(ctx, query, args...).Scan(dest...))
}

// note translates an error of the database and remembers it.
func (r *reader) note(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return platform.ErrNotFound
	}
	err = r.store.engine.translate(ctx, err)
	if r.failed == nil {
		r.failed = err
	}
	return err
}

// one reads one row into a T; dest names the places of the columns.
func one[T any](ctx context.Context, r *reader, dest func(*T) []any, query string, args ...any) (*T, error) {
	var v T
	if err := r.row(ctx, query, args, dest(&v)...); err != nil {
		return nil, err
	}
	return &v, nil
}

// list reads every row into a T.
func list[T any](ctx context.Context, r *reader, dest func(*T) []any, query string, args ...any) ([]T, error) {
	ctx, cancel := r.store.engine.deadline(ctx)
	defer cancel()
	rows, err := r.sql.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, r.note(ctx, err)
	}
	defer rows.Close()
	out := []T{}
	for rows.Next() {
		var v T
		if err := rows.Scan(dest(&v)...); err != nil {
			return nil, r.note(ctx, err)
		}
		out = append(out, v)
	}
	return out, r.note(ctx, rows.Err())
}

// writer is one write transaction, seen as a [platform.Tx].
type writer struct {
	reader
	owner   string   // the component whose lock is held; empty in a shared one
	touched []string // other components that were changed
	shared  int64    // shared.rev once its row is locked, else 0
	clocked bool     // the clock was set

	written []*packageFile // files of packages that the transaction made itself
	named   []*packageFile // those that its rows name
	dropped []string       // those whose rows it deleted
}

// exec runs a statement and returns how many rows it changed.
func (w *writer) exec(ctx context.Context, query string, args ...any) (int64, error) {
	ctx, cancel := w.store.engine.deadline(ctx)
	defer cancel()
	res, err := w.sql.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, w.note(ctx, err)
	}
	n, err := res.RowsAffected()
	return n, w.note(ctx, err)
}

// change is exec for what belongs to a component: it makes sure that the
// component's rev grows with it.
func (w *writer) change(ctx context.Context, component, query string, args ...any) (int64, error) {
	if err := w.touch(ctx, component); err != nil {
		return 0, err
	}
	return w.exec(ctx, query, args...)
}

func (w *writer) touch(ctx context.Context, component string) error {
	if component == w.owner || slices.Contains(w.touched, component) {
		return nil
	}
	w.touched = append(w.touched, component)
	_, err := w.exec(ctx, `update components set rev = rev + 1 where appid = $1`, component)
	return err
}
