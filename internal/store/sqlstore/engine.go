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
	// statementWait bounds one statement.
	statementWait = 5 * time.Second
	// queueWait bounds the wait for a turn: for the one writer of a SQLite
	// file, or for one of the connections to PostgreSQL.
	queueWait = 20 * time.Second
)

// engine is what differs between SQLite and PostgreSQL, besides the migrations.
type engine struct {
	write, read                *sql.DB
	viewOptions, updateOptions *sql.TxOptions
	// canCancel says that a statement ends soon after its context; one of
	// SQLite waits for nothing but the disk, which no context interrupts.
	canCancel bool
	// gone reports whether an error means that the database cannot be used,
	// and not that a statement is wrong.
	gone func(error) bool
	// retryable reports whether a transaction may succeed when it runs again.
	retryable func(error) bool
}

func never(error) bool { return false }

// begin starts a transaction. release ends it, by a rollback unless it was
// committed.
func (e *engine) begin(ctx context.Context, db *sql.DB, o *sql.TxOptions) (tx *sql.Tx, release func(), err error) {
	wait, cancel := context.WithTimeoutCause(ctx, queueWait, errQueue)
	defer cancel()
	conn, err := db.Conn(wait)
	if err != nil {
		if ctx.Err() == nil && wait.Err() != nil {
			err = context.Cause(wait)
		}
		return nil, nil, e.translate(err)
	}
	tx, err = conn.BeginTx(ctx, o)
	if err != nil {
		conn.Close()
		return nil, nil, e.translate(err)
	}
	return tx, func() {
		_ = tx.Rollback() // after a commit it does nothing
		_ = conn.Close()  // gives it back to the pool
	}, nil
}

var errQueue = fmt.Errorf("no turn at the database within %s", queueWait)

// deadline bounds the wait for one statement.
func (e *engine) deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if !e.canCancel {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, statementWait, errStatement)
}

var errStatement = fmt.Errorf("no answer from the database within %s", statementWait)

// translate marks errors that mean "the database is gone".
func (e *engine) translate(err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, errQueue), errors.Is(err, context.DeadlineExceeded), e.gone(err):
		return fmt.Errorf("%w: %w", platform.ErrUnavailable, err)
	default:
		return err
	}
}

func (e *engine) close() error {
	if e.read == e.write {
		return e.write.Close()
	}
	return errors.Join(e.read.Close(), e.write.Close())
}
