package sqlstore

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

const memory = ":memory:"

// place is where a database is.
type place struct {
	postgres bool
	path     string // of a SQLite file; empty when it is in memory only
	dsn      string // of PostgreSQL
}

// parsePlace understands a path, sqlite:PATH, sqlite::memory: and postgres://….
func parsePlace(s string) (place, error) {
	switch {
	case s == "":
		return place{}, fmt.Errorf("no database was named; give a path, sqlite::memory: or postgres://…")
	case strings.HasPrefix(s, "postgres://"), strings.HasPrefix(s, "postgresql://"):
		return place{postgres: true, dsn: s}, nil
	}
	path := strings.TrimPrefix(s, "sqlite:")
	switch {
	case path == memory:
		return place{}, nil
	case path == "":
		return place{}, fmt.Errorf("database %q names no file; write sqlite:PATH, or sqlite::memory: to keep nothing", s)
	case strings.Contains(path, "://"):
		return place{}, fmt.Errorf("database %q has an unknown scheme; give a path, sqlite::memory: or postgres://…", redact(path))
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return place{}, fmt.Errorf("find the database file: %w", err)
	}
	// The lock, the write-ahead log and the checks all stand on one name.
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	return place{path: abs}, nil
}

func (p place) String() string {
	switch {
	case p.postgres:
		return "PostgreSQL " + redact(p.dsn)
	case p.path == "":
		return "SQLite in memory (nothing is kept)"
	default:
		return "SQLite " + p.path
	}
}

// redact removes the password from a URL, also from one with a password in its
// query.
func redact(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return "(unreadable URL)"
	}
	if q := u.Query(); q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}
