//go:build unix

package sqlstore_test

import (
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"draftbox/internal/platform"
	"draftbox/internal/store/pgtest"
)

// TestPostgresFreezes stops the server's processes without ending them: its
// connections stand and nothing comes back. Everything that is asked ends.
func TestPostgresFreezes(t *testing.T) {
	t.Parallel()
	c := pgtest.Cluster(t)
	w := newImpatientWorld(t, c.URL("postgres"))
	conn, err := pgx.Connect(t.Context(), c.URL("template1"))
	must(t, err)
	rows, err := conn.Query(t.Context(), `select pid from pg_stat_activity where datname = 'postgres'
		union all select pid from pg_stat_activity where backend_type = 'client backend' and pid = pg_backend_pid()`)
	must(t, err)
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	must(t, err)
	pids = append(pids, c.PID())
	signal := func(sig syscall.Signal) {
		for _, pid := range pids {
			_ = syscall.Kill(pid, sig) // some may have ended
		}
	}
	t.Cleanup(func() { signal(syscall.SIGCONT) })
	signal(syscall.SIGSTOP)
	type answer struct {
		what string
		err  error
		took time.Duration
	}
	start := time.Now()
	answers := make(chan answer)
	asked := map[string]func() error{
		"Head": w.head, "Update": w.write,
		"View":  func() error { _, err := w.nextID(); return err },
		"Now":   func() error { _, err := w.store.Now(t.Context()); return err },
		"Ready": func() error { return w.store.Ready(t.Context()) },
	}
	for what, ask := range asked {
		go func() { err := ask(); answers <- answer{what, err, time.Since(start)} }()
	}
	for range asked {
		a := <-answers
		if !errors.Is(a.err, platform.ErrUnavailable) {
			t.Errorf("%s of a frozen server returns %v, want ErrUnavailable", a.what, a.err)
		}
		if a.took > 6*time.Second {
			t.Errorf("%s of a frozen server took %s", a.what, a.took)
		}
	}
	signal(syscall.SIGCONT)
	w.untilFound()
	w.want(0)
}

// TestPostgresFreezesHalfWay freezes the one process that a transaction talks to.
func TestPostgresFreezesHalfWay(t *testing.T) {
	t.Parallel()
	c := pgtest.Cluster(t)
	w := newImpatientWorld(t, c.URL("postgres"))
	watcher, err := pgx.Connect(t.Context(), c.URL("template1"))
	must(t, err)
	freeze := func() {
		var pid int
		must(t, watcher.QueryRow(t.Context(), `select pid from pg_stat_activity
			where datname = 'postgres' and state = 'idle in transaction' order by xact_start desc limit 1`).Scan(&pid))
		must(t, syscall.Kill(pid, syscall.SIGSTOP))
		t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGCONT) })
	}
	some := errors.New("some error")
	for what, c := range map[string]struct {
		run  func() error
		want error
	}{
		"commit": {func() error {
			return w.store.Update(t.Context(), w.appid, func(platform.Tx, *platform.Component) error { freeze(); return nil })
		}, platform.ErrUnavailable},
		"rollback": {func() error {
			return w.store.View(t.Context(), func(platform.Reader) error { freeze(); return some })
		}, some},
	} {
		start := time.Now()
		if err := c.run(); !errors.Is(err, c.want) {
			t.Errorf("a %s that gets no answer returns %v, want %v", what, err, c.want)
		}
		if took := time.Since(start); took > 6*time.Second {
			t.Errorf("a %s that gets no answer took %s", what, took)
		}
	}
	must(t, w.head())
}
