package sqlstore_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"draftbox/internal/platform"
	"draftbox/internal/store/pgtest"
)

// TestPostgresStops stops the server and starts it again: what is asked between
// fails soon, and nothing has to be done for service to come back.
func TestPostgresStops(t *testing.T) {
	t.Parallel()
	c := pgtest.Cluster(t)
	w := newImpatientWorld(t, c.URL("postgres"))
	for round := range int64(2) {
		must(t, w.write(), w.head(), c.Stop())
		start := time.Now()
		w.untilLost()
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("the loss was told after %s", took)
		}
		must(t, c.Start())
		// The connections of before are broken; that is not the callers' trouble.
		must(t, w.head(), w.store.Ready(t.Context()))
		w.want(1 + 2*round)
	}
}

// TestPostgresHangs: a lock that is never given back is no reason to wait
// forever.
func TestPostgresHangs(t *testing.T) {
	t.Parallel()
	u := database(t)
	w := newImpatientWorld(t, u)
	conn, err := pgx.Connect(t.Context(), u)
	must(t, err)
	tx, err := conn.Begin(t.Context())
	must(t, err)
	_, err = tx.Exec(t.Context(), "update components set name = 'held'")
	must(t, err)
	if err := w.write(); !errors.Is(err, platform.ErrUnavailable) {
		t.Errorf("a write that waits for a lock returns %v, want ErrUnavailable", err)
	}
	must(t, w.head(), tx.Rollback(t.Context()), conn.Close(t.Context()), w.store.Ready(t.Context()))
	w.want(0)
}

// TestPostgresConnectionsCut breaks every idle connection at once. Nobody is to
// notice.
func TestPostgresConnectionsCut(t *testing.T) {
	t.Parallel()
	u := database(t)
	w := newImpatientWorld(t, u)
	conn, err := pgx.Connect(t.Context(), u)
	must(t, err)
	for name, use := range map[string]func() error{
		"Head": w.head, "Update": w.write, "View": func() error { _, err := w.nextID(); return err },
	} {
		// Several views that wait for each other have a connection each. One that
		// was used a moment ago is used again without a question.
		for range 2 {
			var inside, done sync.WaitGroup
			inside.Add(5)
			for range 5 {
				done.Go(func() {
					arrive := sync.OnceFunc(inside.Done)
					defer arrive()
					_ = w.store.View(t.Context(), func(platform.Reader) error {
						arrive()
						inside.Wait()
						return nil
					})
				})
			}
			done.Wait()
		}
		var cut int
		must(t, conn.QueryRow(t.Context(), `select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity
			where datname = current_database() and pid <> pg_backend_pid()`).Scan(&cut))
		if cut < 5 {
			t.Errorf("only %d connections were cut", cut)
		}
		if err := use(); err != nil {
			t.Errorf("%s after its connection was cut: %v", name, err)
		}
	}
	must(t, conn.Close(t.Context()))
}
