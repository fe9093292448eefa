package sqlstore

import (
	"context"
	"database/sql/driver"

	"modernc.org/sqlite"
)

// cachingConnector opens connections to SQLite that prepare each text of a
// statement once. To parse the statements of an update costs as much as to run
// them. (pgx does the same for PostgreSQL by itself.)
type cachingConnector struct{ driver.Connector }

func newConnector(dsn string) (driver.Connector, error) {
	c, err := sqlite.NewConnector(dsn)
	return cachingConnector{c}, err
}

// Connect implements driver.Connector.
func (c cachingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &cachingConn{sqliteConn: conn.(sqliteConn), stmts: map[string]*cachedStmt{}}, nil
}

// sqliteConn is what the driver's connections can do.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type cachingConn struct {
	sqliteConn
	stmts map[string]*cachedStmt
}

// cachedStmt is one prepared statement; while rows of it are being read it
// cannot run again.
type cachedStmt struct {
	stmt preparedStmt
	busy bool
}

type preparedStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// maxStmts bounds the cache; the store has about half as many statements.
const maxStmts = 128

// prepared returns the cached statement of a text, or nil if it is to be run
// without the cache.
func (c *cachingConn) prepared(ctx context.Context, query string) (*cachedStmt, error) {
	s := c.stmts[query]
	switch {
	case s != nil && s.busy, s == nil && len(c.stmts) >= maxStmts:
		return nil, nil
	case s != nil:
		return s, nil
	}
	stmt, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s = &cachedStmt{stmt: stmt.(preparedStmt)}
	c.stmts[query] = s
	return s, nil
}

// ExecContext implements driver.ExecerContext. A text without parameters is not
// kept: pragmas, migrations and such.
func (c *cachingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 {
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	s, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	return s.stmt.ExecContext(ctx, args)
}

// QueryContext implements driver.QueryerContext.
func (c *cachingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	rows, err := s.stmt.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.busy = true
	return &cachedRows{rows, s}, nil
}

// Close implements driver.Conn.
func (c *cachingConn) Close() error {
	for _, s := range c.stmts {
		_ = s.stmt.Close()
	}
	clear(c.stmts)
	return c.sqliteConn.Close()
}

type cachedRows struct {
	driver.Rows
	stmt *cachedStmt
}

// Close implements driver.Rows.
func (r *cachedRows) Close() error {
	r.stmt.busy = false
	return r.Rows.Close()
}
