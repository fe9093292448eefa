package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"time"

	"draftbox/internal/platform"
)

// lookEvery is how often the files of a database are looked at. It bounds how
// long answers from memory go on after the file was taken away; writes look for
// themselves.
const lookEvery = 200 * time.Millisecond

// watch looks at the files of a SQLite database and takes it out of service when
// something is wrong with them. When a good file is there again it goes on with
// that one: the same, or another of ours.
type watch struct {
	store  *Store
	cancel context.CancelFunc
	done   chan struct{}

	last    files // seen at the last look: what still changes is left alone
	tried   files // tried in vain
	verdict error // what was wrong with tried
}

func (s *Store) startWatch() *watch {
	ctx, cancel := context.WithCancel(context.Background())
	w := &watch{store: s, cancel: cancel, done: make(chan struct{})}
	go w.run(ctx)
	return w
}

func (w *watch) stop() {
	w.cancel()
	<-w.done
}

func (w *watch) run(ctx context.Context) {
	defer close(w.done)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			w.look(ctx)
		}
	}
}

func (w *watch) look(ctx context.Context) {
	s := w.store
	now, known, err := s.guard.inspect()
	if err == nil {
		s.found()
		return
	}
	if w.verdict != nil && now.same(w.tried) {
		err = w.verdict
	}
	s.lose(err)
	if known.db != nil && !now.sameDB(known) {
		_ = emptyLog(ctx, s.engine) // soon; it is done again before the file is let go
	}
	settled := now.same(w.last)
	w.last = now
	if now.db == nil || !settled || w.verdict != nil && now.same(w.tried) {
		return
	}
	if err := s.revive(ctx, now); err != nil && ctx.Err() == nil {
		w.tried, w.verdict = now, err
		s.lose(err)
		return
	}
	w.verdict = nil
}

// same reports whether two looks saw the same.
func (f files) same(o files) bool {
	return f.sameDB(o) && f.sameWAL(o) && f.sameContent(o) && f.db.Mode() == o.db.Mode()
}

// lose takes the database out of service.
func (s *Store) lose(cause error) {
	for {
		before := s.lost.Load()
		if before == &errClosed || before != nil && (*before).Error() == cause.Error() {
			return
		}
		if s.lost.CompareAndSwap(before, &cause) {
			s.log.Error("the database cannot be used", "database", s.Describe(), "cause", cause)
			return
		}
	}
}

// found puts the database back into service.
func (s *Store) found() {
	if s.lost.Swap(nil) != nil {
		s.log.Info("the database can be used again", "database", s.Describe())
	}
}

// revive opens what is now at the database's path, if it is a good database.
func (s *Store) revive(ctx context.Context, now files) error {
	s.gate.Lock()
	defer s.gate.Unlock()
	if err := s.mayOpen(ctx, now); err != nil {
		return err
	}
	if !s.owner.inPlace() {
		// The data directory is another, and may be another's.
		o, err := own(s.place.path, s.real())
		if err != nil {
			return err
		}
		_ = s.owner.release()
		s.owner = o
	}
	if s.guard.known.db != nil {
		if err := emptyLog(ctx, s.engine); err != nil {
			return fmt.Errorf("put the file that was in use in order: %w", err)
		}
	}
	_ = s.engine.close()
	s.guard.unlearn()
	e, err := openFile(ctx, s.place.path)
	if err != nil {
		return err
	}
	s.engine = e
	if err := errors.Join(sound(ctx, e.read), s.migrate(ctx), s.leapRevs(ctx)); err != nil {
		_ = e.close()
		return err
	}
	if err := s.guard.learn(); err != nil {
		_ = e.close()
		return err
	}
	s.heads.reset()
	s.trouble.Store(nil)
	s.found()
	return nil
}

// leapRevs moves the revision of every component to where none was before. The
// file may be an older copy, whose revisions would otherwise come by those again
// that answers of the former file are kept under. Components made later begin
// beyond the longest leap; see InsertComponent.
func (s *Store) leapRevs(ctx context.Context) error {
	const longest = 1 << 40
	leap := 1 + rand.Int64N(longest) //nolint:gosec // a distance, no secret
	_, err := s.engine.write.ExecContext(ctx, `update shared set rev = rev + $1`, longest>>newComponentShift)
	if err == nil {
		_, err = s.engine.write.ExecContext(ctx, `update components set rev = rev + $1`, leap)
	}
	return err
}

// mayOpen looks into a file before anything is done to it or to the open one.
func (s *Store) mayOpen(ctx context.Context, now files) error {
	switch {
	case !now.db.Mode().IsRegular() || now.db.Mode().Perm()&0o600 != 0o600:
		return fmt.Errorf("%s cannot be read and written (mode %s)", s.place.path, now.db.Mode())
	case !now.sameDB(s.guard.known):
		return peek(s.place.path)
	case !now.sameWAL(s.guard.known):
		return nil // the open connections still hold what was in the log
	}
	// Overwritten in place: how it looks together with our log decides.
	db, err := openPool(ctx, s.place.path, 1, pragmas(readerPragmas...))
	if err != nil {
		return err
	}
	defer db.Close()
	return sound(ctx, db)
}

// peek reads a file's header. The file is not one that is open in this process,
// for closing it would drop the locks on it.
func peek(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	header := make([]byte, 100)
	if _, err := io.ReadFull(f, header); err != nil || string(header[:16]) != "SQLite format 3\x00" {
		return fmt.Errorf("%s is no SQLite database", path)
	}
	id := int(header[68])<<24 | int(header[69])<<16 | int(header[70])<<8 | int(header[71])
	// A database that was never checkpointed has its mark in the log only.
	if id != applicationID && id != 0 {
		return platform.Conflictf("%s is the database of another program", path)
	}
	return nil
}
