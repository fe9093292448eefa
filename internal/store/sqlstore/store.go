package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/platform"
)

// Options configure a store.
type Options struct {
	// URL names the database: a path or sqlite:PATH for a SQLite file (made
	// when it is not there), sqlite::memory: for one that is gone with the
	// process, postgres://… for PostgreSQL.
	URL string
	// Logger gets what an operator should know; nil discards it.
	Logger *slog.Logger
	// Real tells the real time; nil is the machine's.
	Real func() time.Time
}

// Store implements [platform.Store].
type Store struct {
	place  place
	log    *slog.Logger
	real   func() time.Time
	engine *engine
	heads  *heads // nil where other processes write to the database, too
}

var _ platform.Store = (*Store)(nil)

// Open opens a database and brings its tables up to date.
func Open(ctx context.Context, o Options) (*Store, error) {
	where, err := parsePlace(o.URL)
	if err != nil {
		return nil, err
	}
	s := &Store{place: where, log: o.Logger, real: o.Real}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.real == nil {
		s.real = clock.Now
	}
	if err := s.open(ctx); err != nil {
		return nil, fmt.Errorf("open database %s: %w", where, err)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) (err error) {
	if s.place.postgres {
		s.engine, err = openPostgres(s.place.dsn)
	} else {
		s.engine, err = openSQLite(s.place.path)
		s.heads = newHeads(s.place.sets())
	}
	if err != nil {
		return err
	}
	if err := s.migrate(ctx); err != nil {
		return errors.Join(err, s.engine.close())
	}
	return nil
}

// Describe implements [platform.Store].
func (s *Store) Describe() string { return s.place.String() }

// Close implements [platform.Store].
func (s *Store) Close() error { return s.engine.close() }

// Ready implements [platform.Store].
func (s *Store) Ready(ctx context.Context) error {
	return s.View(ctx, func(platform.Reader) error { return nil })
}

// View implements [platform.Store].
func (s *Store) View(ctx context.Context, fn func(platform.Reader) error) error {
	tx, release, err := s.engine.begin(ctx, s.engine.read, s.engine.viewOptions)
	if err != nil {
		return err
	}
	defer release()
	r := &reader{store: s, sql: tx}
	if err := r.loadClock(ctx); err != nil {
		return err
	}
	return fn(r)
}

// Update implements [platform.Store].
func (s *Store) Update(ctx context.Context, appid string, fn func(platform.Tx, *platform.Component) error) error {
	return s.write(ctx, appid, func(w *writer) error {
		// The lock comes first; what is read before it may be old.
		c, err := one(ctx, &w.reader, componentDest,
			`update components set rev = rev + 1 where appid = $1 returning `+componentColumns, appid)
		if err != nil {
			return err
		}
		if err := w.loadClock(ctx); err != nil {
			return err
		}
		return fn(w, c)
	})
}

// UpdateShared implements [platform.Store].
func (s *Store) UpdateShared(ctx context.Context, fn func(platform.Tx) error) error {
	return s.write(ctx, "", func(w *writer) error {
		if err := w.setClock(w.lockShared(ctx)); err != nil {
			return err
		}
		return fn(w)
	})
}

// tries bounds how often a transaction runs that others got in the way of.
const tries = 12

// write runs a write transaction, again after a conflict with another.
func (s *Store) write(ctx context.Context, owner string, fn func(*writer) error) error {
	for n := 1; ; n++ {
		err := s.writeOnce(ctx, owner, fn)
		if err == nil || n == tries || !s.engine.retryable(err) {
			return err
		}
		s.log.Debug("transaction runs again", "try", n, "cause", err)
		// The pause grows and is drawn, so that the two do not meet again.
		pause := time.NewTimer(rand.N(time.Millisecond << min(n, 7)))
		select {
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		case <-pause.C:
		}
	}
}

func (s *Store) writeOnce(ctx context.Context, owner string, fn func(*writer) error) error {
	tx, release, err := s.engine.begin(ctx, s.engine.write, s.engine.updateOptions)
	if err != nil {
		return err
	}
	defer release()
	w := &writer{reader: reader{store: s, sql: tx}, owner: owner}
	if err := fn(w); err != nil {
		if w.failed != nil && s.engine.retryable(w.failed) {
			return w.failed
		}
		return err
	}
	if w.failed != nil {
		// fn went on after an error of the database. What it saw is not to be
		// trusted, and PostgreSQL would not commit anyway.
		return w.failed
	}
	return s.commit(w)
}

// commit makes the writes last, and known to be so, before it returns.
func (s *Store) commit(w *writer) error {
	if s.heads == nil {
		return s.engine.translate(w.sql.Commit())
	}
	changed := w.touched
	if w.owner != "" {
		changed = append(changed, w.owner)
	}
	s.heads.doubt(changed, w.clocked)
	defer s.heads.settle(changed, w.clocked)
	return s.engine.translate(w.sql.Commit())
}

// Head implements [platform.Store].
func (s *Store) Head(ctx context.Context, hash platform.TokenHash) (out platform.Head, err error) {
	if s.heads == nil {
		err = s.loadHead(ctx, hash, &out)
		return out, err
	}
	if s.heads.find(&hash, &out) {
		return out, nil
	}
	mark := s.heads.mark()
	if err = s.loadHead(ctx, hash, &out); err == nil {
		s.heads.keep(mark, &out)
	}
	return out, err
}

const selectHead = `select t.hash, t.component_appid, t.kind, t.authorizer_appid, t.hint, t.origin, t.issued_to, t.issued_rid,
	t.issued_at, t.expires_at, t.superseded_at, t.superseded_by, t.superseded_by_rid, t.grace_ends_at,
	c.rev, s.clock_offset, s.clock_frozen_at
	from tokens t join components c on c.appid = t.component_appid join shared s on s.id = 1
	where t.hash = $1`

func (s *Store) loadHead(ctx context.Context, hash platform.TokenHash, out *platform.Head) error {
	dest := append(tokenDest(&out.Token), &out.Rev)
	return s.selectOne(ctx, append(dest, clockDest(&out.Clock)...), selectHead, hash[:])
}

// Now implements [platform.Store].
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	if s.heads == nil {
		c, err := s.loadClock(ctx)
		return s.at(c), err
	}
	if c, ok := s.heads.now(); ok {
		return s.at(c), nil
	}
	mark := s.heads.mark()
	c, err := s.loadClock(ctx)
	if err != nil {
		return time.Time{}, err
	}
	s.heads.mu.Lock()
	defer s.heads.mu.Unlock()
	s.heads.keepClock(mark, c)
	return s.at(c), nil
}

func (s *Store) loadClock(ctx context.Context) (c platform.ClockState, err error) {
	err = s.selectOne(ctx, clockDest(&c), `select `+clockColumns+` from shared where id = 1`)
	return c, err
}

// selectOne reads one row outside a transaction.
func (s *Store) selectOne(ctx context.Context, dest []any, query string, args ...any) error {
	ctx, cancel := s.engine.deadline(ctx)
	defer cancel()
	err := s.engine.read.QueryRowContext(ctx, query, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return platform.ErrNotFound
	}
	return s.engine.translate(err)
}
