package sqlstore_test

import (
	"path/filepath"
	"testing"

	"draftbox/internal/platform"
	"draftbox/internal/store/pgtest"
	"draftbox/internal/store/sqlstore"
	"draftbox/internal/store/storetest"
)

// open opens a store and closes it when the test ends.
func open(t *testing.T, url string) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func file(t *testing.T) string { return filepath.Join(t.TempDir(), "draftbox.db") }

// place returns a function that opens one database again and again.
func place(url func(*testing.T) string) func(*testing.T) func() platform.Store {
	return func(t *testing.T) func() platform.Store {
		u := url(t)
		return func() platform.Store { return open(t, u) }
	}
}

func database(t *testing.T) string { return pgtest.Database(t) }

func TestMemory(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) platform.Store { return open(t, "sqlite::memory:") })
}

func TestFile(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) platform.Store { return open(t, file(t)) })
	storetest.RunDurable(t, place(file))
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) platform.Store { return open(t, database(t)) })
	storetest.RunDurable(t, place(database))
	storetest.RunShared(t, place(database))
}
