// Package pgtest gives tests a PostgreSQL: the server named by DRAFTBOX_TEST_PG,
// or a throwaway cluster made with initdb and pg_ctl.
//
// A throwaway cluster listens on a Unix socket in a temporary folder and is
// stopped and removed when the process that started it ends, however it ends.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// EnvServer names a server to use, as postgres://…; its user makes databases.
const EnvServer = "DRAFTBOX_TEST_PG"

// EnvRequire lists what tests may not do without; with "postgres" in it they
// fail where they would be skipped.
const EnvRequire = "DRAFTBOX_TEST_REQUIRE"

// ErrMissing says that this machine cannot run a throwaway cluster.
var ErrMissing = errors.New("PostgreSQL's server programs are missing")

// shared is the cluster of the test binary, started by the first test that
// wants a database.
var shared = sync.OnceValues(func() (string, error) {
	if server := os.Getenv(EnvServer); server != "" {
		return server, nil
	}
	var err error
	if sharedCluster, err = Start(Options{}); err != nil {
		return "", err
	}
	return sharedCluster.URL("postgres"), nil
})

// sharedCluster keeps the pipe to the cluster open: collected as garbage it
// would be closed, and the cluster stopped.
var sharedCluster *Server

// Database returns the URL of an empty database of the test's own, dropped when
// the test ends. Without a PostgreSQL the test is skipped, or fails.
func Database(t testing.TB) string {
	t.Helper()
	server, err := shared()
	if err != nil {
		Skip(t, err)
	}
	u, drop, err := NewDatabase(context.WithoutCancel(t.Context()), server)
	if err != nil {
		t.Fatalf("make a database: %v", err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Errorf("drop the database: %v", err)
		}
	})
	return u
}

// Cluster returns a throwaway cluster of the test's own, for a test that stops
// it or tampers with it.
func Cluster(t testing.TB) *Server {
	t.Helper()
	c, err := Start(Options{})
	if err != nil {
		Skip(t, err)
	}
	t.Cleanup(c.Close)
	return c
}

// Skip skips a test that has no PostgreSQL, or fails it where it must have one.
func Skip(t testing.TB, err error) {
	t.Helper()
	if !errors.Is(err, ErrMissing) || strings.Contains(os.Getenv(EnvRequire), "postgres") {
		t.Fatalf("no PostgreSQL: %v", err)
	}
	t.Skipf("no PostgreSQL (%v); install Debian's postgresql, or set %s to a server", err, EnvServer)
}

// NewDatabase makes an empty database on a server. drop removes it, together
// with whoever is still connected.
func NewDatabase(ctx context.Context, server string) (databaseURL string, drop func() error, err error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, err
	}
	name := fmt.Sprintf("draftbox_test_%d_%d", os.Getpid(), time.Now().UnixNano())
	if err := run(ctx, server, "create database "+name); err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	return u.String(), func() error {
		return run(context.WithoutCancel(ctx), server, "drop database "+name+" with (force)")
	}, nil
}

func run(ctx context.Context, server, statement string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}
