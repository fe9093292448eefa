package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"draftbox/internal/platform"
)

// Every wait has an end.
const (
	// statementWait bounds the wait for PostgreSQL's answer to one statement.
	statementWait = 5 * time.Second
	// queueWait bounds the wait for a turn: for the one writer of a SQLite
	// file, or for one of the connections to PostgreSQL.
	queueWait = 20 * time.Second
)

// engine is what differs between SQLite and PostgreSQL, besides the migrations.
type engine struct {
	write, read                *sql.DB
	viewOptions, updateOptions *sql.TxOptions
	// wait bounds one statement; 0 is no bound: one of SQLite waits for nothing
	// but the disk, which no context interrupts.
	wait time.Duration
	// gone reports whether an error means that the database cannot be used,
	// and not that a statement is wrong.
	gone func(error) bool
	// skipLocked ends a select that takes what no other transaction has, and
	// forUpdate one that waits for those. SQLite has one writer at a time.
	skipLocked, forUpdate string
	// folded is an expression in which ASCII letters are small.
	folded func(expr string) string
	// retryable reports whether a transaction may succeed when it runs again.
	retryable func(error) bool
}

func never(error) bool { return false }

// session is one transaction under way.
type session struct {
	engine *engine
	tx     *sql.Tx
	conn   *sql.Conn
	cancel context.CancelFunc // ends the wait of whatever the transaction does
	ended  func() error       // says whether cancel was called
}

// begin starts a transaction; the caller ends it with end.
func (e *engine) begin(ctx context.Context, db *sql.DB, o *sql.TxOptions) (*session, error) {
	s, err := e.tryBegin(ctx, db, o)
	if err != nil && e.reconnect(err) {
		s, err = e.tryBegin(ctx, db, o)
	}
	return s, e.translate(ctx, err)
}

func (e *engine) tryBegin(ctx context.Context, db *sql.DB, o *sql.TxOptions) (*session, error) {
	wait, stop := context.WithTimeoutCause(ctx, queueWait, errQueue)
	defer stop()
	conn, err := db.Conn(wait)
	if err != nil {
		if ctx.Err() == nil && wait.Err() != nil {
			err = context.Cause(wait)
		}
		return nil, err
	}
	bounded, cancel := context.WithCancel(ctx)
	s := &session{engine: e, conn: conn, cancel: cancel, ended: bounded.Err}
	done := s.bound()
	s.tx, err = conn.BeginTx(bounded, o)
	done()
	if err != nil {
		err = s.because(ctx, err)
		cancel()
		return nil, errors.Join(err, conn.Close())
	}
	return s, nil
}

// because tells an end that bound made from one that the caller made.
func (s *session) because(ctx context.Context, err error) error {
	if err != nil && ctx.Err() == nil && s.ended() != nil {
		return errStatement
	}
	return err
}

// bound ends a step of the transaction when the wait for it is over, unless the
// returned function is called before that.
func (s *session) bound() (done func()) {
	if s.engine.wait == 0 {
		return func() {}
	}
	t := time.AfterFunc(s.engine.wait, s.cancel)
	return func() { t.Stop() }
}

func (s *session) commit(ctx context.Context) error {
	done := s.bound()
	err := s.tx.Commit()
	done()
	return s.engine.translate(ctx, s.because(ctx, err))
}

// end gives the connection back, after a rollback unless there was a commit.
func (s *session) end() {
	done := s.bound()
	_ = s.tx.Rollback() // after a commit it does nothing
	_ = s.conn.Close()
	done()
	s.cancel()
}

var (
	errQueue     = fmt.Errorf("no turn at the database within %s", queueWait)
	errStatement = errors.New("no answer from the database in time")
)

// deadline bounds the wait for one statement.
func (e *engine) deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if e.wait == 0 {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, e.wait, errStatement)
}

// reconnect reports whether an error comes from a connection that was broken
// when it was idle, as after a restart of the server; it drops those like it, so
// that a second try makes a new one.
func (e *engine) reconnect(err error) bool {
	if e.wait == 0 || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errQueue) || errors.Is(err, errStatement) || !e.gone(err) {
		return false
	}
	e.write.SetMaxIdleConns(0)
	e.write.SetMaxIdleConns(maxConns)
	return true
}

// translate marks errors that mean "the database is gone".
func (e *engine) translate(ctx context.Context, err error) error {
	switch {
	case err == nil, errors.Is(err, platform.ErrUnavailable):
		return err
	case ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded):
		return ctx.Err() // whatever it looks like, the caller gave up
	case ctx.Err() != nil, errors.Is(err, errQueue), errors.Is(err, errStatement), errors.Is(err, context.DeadlineExceeded), e.gone(err):
		return fmt.Errorf("%w: %w", platform.ErrUnavailable, err)
	default:
		return err
	}
}

func (e *engine) close() error {
	if e.read == e.write {
		return e.write.Close()
	}
	// The writer goes last: it is the one that clears the write-ahead log.
	return errors.Join(e.read.Close(), e.write.Close())
}
