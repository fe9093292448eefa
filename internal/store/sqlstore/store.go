package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
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
	place place
	log   *slog.Logger
	real  func() time.Time
	inner internals

	// gate is held, shared, by whatever uses the engine, and exclusively while
	// another takes its place; see watch.go.
	gate   sync.RWMutex
	engine *engine
	heads  *heads        // nil where other processes write to the database, too
	files  *packageFiles // nil where packages are in the database itself

	// lost is why nothing can be read or written; nil while it can.
	lost atomic.Pointer[error]
	// trouble is why the last write failed, if that was the database's fault.
	trouble atomic.Pointer[error]

	owner *owner // of a SQLite file
	guard *guard // of a SQLite file
	watch *watch // of a SQLite file
}

var _ platform.Store = (*Store)(nil)

// Open opens a database and brings its tables up to date. A SQLite file that
// another process has open is a [platform.ErrConflict].
func Open(ctx context.Context, o Options) (*Store, error) {
	return open(ctx, o, internals{migrations, statementWait})
}

// internals are what only tests choose.
type internals struct {
	migrations fs.FS
	wait       time.Duration // for PostgreSQL's answer to a statement
}

func open(ctx context.Context, o Options, inner internals) (*Store, error) {
	where, err := parsePlace(o.URL)
	if err != nil {
		return nil, err
	}
	s := &Store{place: where, log: o.Logger, real: o.Real, inner: inner}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.real == nil {
		s.real = clock.Now
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", where, err), s.release())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) (err error) {
	if s.place.postgres {
		if s.engine, err = openPostgres(s.place.dsn, s.inner.wait); err != nil {
			return err
		}
		return s.migrate(ctx)
	}
	s.heads = newHeads(s.place.sets())
	if s.place.path == "" {
		if s.engine, err = openMemory(); err != nil {
			return err
		}
		return s.migrate(ctx)
	}
	if err := makePrivate(s.place.path); err != nil {
		return err
	}
	if s.owner, err = own(s.place.path, s.real()); err != nil {
		return err
	}
	if s.engine, err = openFile(ctx, s.place.path); err != nil {
		return err
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := s.dropHolds(ctx); err != nil {
		return err
	}
	s.guard = &guard{path: s.place.path}
	if err := s.guard.learn(); err != nil {
		return err
	}
	s.files = newPackageFiles(s.place.path)
	if err := s.removeWaste(ctx); err != nil {
		return fmt.Errorf("look through the files of packages: %w", err)
	}
	s.watch = s.startWatch()
	return nil
}

// release gives back whatever is held.
func (s *Store) release() (err error) {
	if s.files != nil {
		s.files.wait()
	}
	if s.engine != nil {
		err = s.engine.close()
	}
	if s.owner != nil {
		err = errors.Join(err, s.owner.release())
	}
	return err
}

// Describe implements [platform.Store].
func (s *Store) Describe() string { return s.place.String() }

var errClosed = errors.New("the store is closed")

// Close implements [platform.Store]. It waits for what is under way; later calls
// fail.
func (s *Store) Close() error {
	if s.watch != nil {
		s.watch.stop()
	}
	s.gate.Lock()
	defer s.gate.Unlock()
	if was := s.lost.Swap(&errClosed); was == &errClosed {
		return nil
	}
	return s.release()
}

// Ready implements [platform.Store].
func (s *Store) Ready(ctx context.Context) error {
	if s.guard != nil && s.lost.Load() == nil {
		s.guard.mu.Lock()
		_, err := s.guard.look()
		s.guard.mu.Unlock()
		if err != nil {
			s.lose(err)
			return fmt.Errorf("%w: %w", platform.ErrUnavailable, err)
		}
	}
	if s.trouble.Load() != nil {
		return s.UpdateShared(ctx, func(platform.Tx) error { return nil })
	}
	return s.View(ctx, func(platform.Reader) error { return nil })
}

// enter begins a use of the engine, unless it is lost.
func (s *Store) enter() error {
	if err := s.available(); err != nil { // so that nobody waits at the gate
		return err
	}
	s.gate.RLock()
	err := s.available()
	if err != nil {
		s.gate.RUnlock()
	}
	return err
}

func (s *Store) available() error {
	if cause := s.lost.Load(); cause != nil {
		return fmt.Errorf("%w: %w", platform.ErrUnavailable, *cause)
	}
	return nil
}

// View implements [platform.Store].
func (s *Store) View(ctx context.Context, fn func(platform.Reader) error) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.gate.RUnlock()
	if s.files != nil {
		defer s.files.leave(s.files.enter())
	}
	tx, err := s.engine.begin(ctx, s.engine.read, s.engine.viewOptions)
	if err != nil {
		return err
	}
	defer tx.end()
	r := &reader{store: s, sql: tx.tx}
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
	if err := s.enter(); err != nil {
		return err
	}
	defer s.gate.RUnlock()
	for n := 1; ; n++ {
		err := s.writeOnce(ctx, owner, fn)
		if err == nil || n == tries || !s.engine.retryable(err) {
			return err
		}
		s.log.Debug("transaction runs again", "try", n, "cause", err)
		// The pause grows and is drawn, so that the two do not meet again.
		pause := time.NewTimer(rand.N(time.Millisecond << min(n, 7))) //nolint:gosec // no secret
		select {
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		case <-pause.C:
		}
	}
}

func (s *Store) writeOnce(ctx context.Context, owner string, fn func(*writer) error) error {
	tx, err := s.engine.begin(ctx, s.engine.write, s.engine.updateOptions)
	if err != nil {
		return s.noteTrouble(err)
	}
	defer tx.end()
	w := &writer{reader: reader{store: s, sql: tx.tx}, owner: owner}
	defer w.releaseFiles()
	err = fn(w)
	if w.failed != nil {
		// PostgreSQL commits nothing after an error, whatever fn made of it; and
		// what fn saw is not to be trusted.
		_ = s.noteTrouble(w.failed)
		if err == nil || s.engine.retryable(w.failed) {
			return w.failed
		}
	}
	if err != nil {
		return err
	}
	// From here on the files may be named, also if the commit fails halfway.
	for _, f := range w.named {
		f.kept = true
	}
	if err := s.noteTrouble(s.commit(ctx, tx, w)); err != nil {
		return err
	}
	if len(w.dropped) > 0 {
		s.files.drop(w.dropped)
	}
	return nil
}

// releaseFiles removes what the transaction wrote, unless it came to its commit.
func (w *writer) releaseFiles() {
	for _, f := range w.written {
		f.Release()
	}
}

// noteTrouble remembers what Ready is to look into.
func (s *Store) noteTrouble(err error) error {
	switch {
	case errors.Is(err, platform.ErrUnavailable):
		s.trouble.Store(&err)
	case err == nil && s.trouble.Load() != nil:
		s.trouble.Store(nil)
	}
	return err
}

// commit makes the writes last, and known to be so, before it returns.
func (s *Store) commit(ctx context.Context, tx *session, w *writer) error {
	if s.heads == nil {
		return tx.commit(ctx)
	}
	changed := w.touched
	if w.owner != "" {
		changed = append(changed, w.owner)
	}
	s.heads.doubt(changed, w.clocked)
	defer s.heads.settle(changed, w.clocked)
	if s.guard == nil {
		return tx.commit(ctx)
	}
	lost, err := s.guard.commit(func() error { return tx.commit(ctx) })
	if lost != nil {
		s.lose(lost)
		return s.available()
	}
	return err
}
