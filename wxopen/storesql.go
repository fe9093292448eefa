package wxopen

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// SQLStore is a [Store] in a table, wxopen_store, of a SQLite or PostgreSQL
// database, for any number of processes on any number of machines. Each statement
// stands for itself, so a transaction of the program's own is never waited for
// longer than it holds the rows.
//
// Give the connections to SQLite a busy_timeout, or writes that meet fail.
type SQLStore struct{ db *sql.DB }

// NewSQLStore returns the store in a database. The caller closes the database.
func NewSQLStore(db *sql.DB) *SQLStore { return &SQLStore{db} }

const createStore = `create table if not exists wxopen_store (
	component  text not null,
	authorizer text not null,
	revision   text not null,
	entry      text not null,
	primary key (component, authorizer)
)`

// CreateTables makes the table where it is not there yet.
func (s *SQLStore) CreateTables(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, createStore)
	if err != nil {
		// PostgreSQL fails when two do it at once; then it is there now.
		_, err = s.db.ExecContext(ctx, createStore)
	}
	if err != nil {
		return fmt.Errorf("wxopen: store: create table: %w", err)
	}
	return nil
}

// Read implements [Store]. The errors are those of the database.
func (s *SQLStore) Read(ctx context.Context, key StoreKey) (StoreEntry, error) {
	entry, _, err := s.read(ctx, key)
	return entry, err
}

// read also returns the revision, empty when there is no row.
func (s *SQLStore) read(ctx context.Context, key StoreKey) (entry StoreEntry, revision string, err error) {
	var text string
	err = s.db.QueryRowContext(ctx, `select revision, entry from wxopen_store where component = $1 and authorizer = $2`,
		key.Component, key.Authorizer).Scan(&revision, &text)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return StoreEntry{}, "", nil
	case err != nil:
		return StoreEntry{}, "", fmt.Errorf("wxopen: store: read: %w", err)
	}
	if err := json.Unmarshal([]byte(text), &entry); err != nil {
		return StoreEntry{}, "", fmt.Errorf("wxopen: store: the entry of %s is damaged", key) // not quoted
	}
	return entry, revision, nil
}

// Update implements [Store]. The errors are those of the database and of change.
func (s *SQLStore) Update(ctx context.Context, key StoreKey, change func(StoreEntry) (StoreEntry, error)) error {
	if err := key.check(); err != nil {
		return err
	}
	for {
		entry, revision, err := s.read(ctx, key)
		if err != nil {
			return err
		}
		next, err := change(entry)
		if err != nil {
			return err
		}
		done, err := s.replace(ctx, key, revision, next)
		if err != nil {
			return fmt.Errorf("wxopen: store: write: %w", err)
		}
		if done {
			return nil
		}
		// Somebody else wrote it; of those who meet, one always gets on.
	}
}

// replace writes an entry if the row still has that revision. Revisions are made
// up, so that a row that was removed and made anew is not taken for the old one.
func (s *SQLStore) replace(ctx context.Context, key StoreKey, revision string, next StoreEntry) (done bool, err error) {
	text, err := json.Marshal(next) //nolint:gosec // the tokens are what the table is for
	if err != nil {
		return false, err
	}
	var res sql.Result
	switch {
	case next.empty() && revision == "":
		return true, nil
	case next.empty():
		res, err = s.db.ExecContext(ctx, `delete from wxopen_store where component = $1 and authorizer = $2 and revision = $3`,
			key.Component, key.Authorizer, revision)
	case revision == "":
		res, err = s.db.ExecContext(ctx, `insert into wxopen_store (component, authorizer, revision, entry) values ($1, $2, $3, $4)
on conflict (component, authorizer) do nothing`, key.Component, key.Authorizer, rand.Text(), string(text))
	default:
		res, err = s.db.ExecContext(ctx, `update wxopen_store set revision = $1, entry = $2 where component = $3 and authorizer = $4 and revision = $5`,
			rand.Text(), string(text), key.Component, key.Authorizer, revision)
	}
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// String names the kind of store; the database's address may have a password.
func (s *SQLStore) String() string { return "wxopen.SQLStore" }

// GoString names the kind of store.
func (s *SQLStore) GoString() string { return s.String() }
