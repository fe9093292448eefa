package pgtest_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"draftbox/internal/store/pgtest"
)

func TestDatabasesAreApart(t *testing.T) {
	t.Parallel()
	first, second := pgtest.Database(t), pgtest.Database(t)
	if first == second {
		t.Fatalf("two databases have one URL, %s", first)
	}
	for _, u := range []string{first, second} {
		conn, err := pgx.Connect(t.Context(), u)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close(context.Background()) })
		if _, err := conn.Exec(t.Context(), "create table t (n int)"); err != nil {
			t.Errorf("create a table of one name in each: %v", err)
		}
	}
}

func TestClusterStopsAndStarts(t *testing.T) {
	t.Parallel()
	c := pgtest.Cluster(t)
	ping := func() error {
		conn, err := pgx.Connect(t.Context(), c.URL("postgres"))
		if err != nil {
			return err
		}
		return conn.Close(t.Context())
	}
	if err := ping(); err != nil {
		t.Fatal(err)
	}
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	if ping() == nil {
		t.Error("a stopped cluster answers")
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if err := ping(); err != nil {
		t.Errorf("a cluster started again: %v", err)
	}
}
