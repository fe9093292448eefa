package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of the yardstick

	"draftbox/internal/store/pgtest"
)

// postgresTarget is the least part of the yardstick's calls that we make.
const postgresTarget = 0.50

// runPostgres compares one node on PostgreSQL with a handler that makes one
// select by primary key a call. Both ask the same database server.
func runPostgres(ctx context.Context, b *bench) ([]row, error) {
	// Durable, as PostgreSQL is by default.
	cluster, err := pgtest.Start(pgtest.Options{Durable: true})
	if err != nil {
		return nil, err
	}
	defer cluster.Close()
	database := cluster.URL("postgres")
	tenants, err := loadWorld(ctx, database, 1, 2)
	if err != nil {
		return nil, err
	}
	dir, err := b.newDir("data")
	if err != nil {
		return nil, err
	}
	one, err := b.serveTenants(ctx, dir, database, tenants)
	if err != nil {
		return nil, err
	}
	defer one.stop()
	if err := fillSelectTable(ctx, database, one.tenants[0].token); err != nil {
		return nil, err
	}
	yard, base, err := b.yardstick(ctx, "select handler", "-body", one.bodyFile, "-database", database)
	if err != nil {
		return nil, err
	}
	defer yard.stop()
	ours := one.target()
	ours.helped = true
	r, err := b.compare(ctx, "2 drafts, PostgreSQL", ours, target{process: yard, url: listURL(base, one.tenants[0]), helped: true})
	if err != nil {
		return nil, err
	}
	r.Target, r.Verdict = fmt.Sprintf("≥ %.2f", postgresTarget), verdict(r.Ratio >= postgresTarget)
	return []row{r}, nil
}

// selectConns is how many connections the yardstick may open; as many as a node
// of ours.
const selectConns = 16

func fillSelectTable(ctx context.Context, database, token string) (err error) {
	db, err := sql.Open("pgx", database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, `create table bench_tokens (token text primary key, owner text not null)`)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `insert into bench_tokens (token, owner) values ($1, 'somebody')`, token)
	return err
}

// selectHandler looks the token up in the database, once a call, and writes the
// bytes. Its connections end with the process.
func selectHandler(database string, body []byte) (http.HandlerFunc, error) {
	db, err := sql.Open("pgx", database)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(selectConns)
	db.SetMaxIdleConns(selectConns)
	write := bareHandler(body)
	return func(w http.ResponseWriter, r *http.Request) {
		var owner string
		err := db.QueryRowContext(r.Context(), `select owner from bench_tokens where token = $1`, r.URL.Query().Get("access_token")).Scan(&owner)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		write(w, r)
	}, nil
}
