package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"draftbox/internal/platform"
)

//go:embed migrations
var migrations embed.FS

// versionTable says which migrations were made.
const versionTable = "draftbox_schema"

// applicationID marks a SQLite file as ours: "dbox" in ASCII, set by the first
// migration.
const applicationID = 0x64626f78

// migrate brings the tables up to date. Of several nodes that start at once one
// does it and the others wait. Each migration is one transaction, so a database
// is always at one version or the next.
func (s *Store) migrate(ctx context.Context) error {
	if !s.place.postgres {
		if err := ours(ctx, s.engine.write); err != nil {
			return err
		}
	}
	p, err := s.provider()
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	have, want, err := p.GetVersions(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("read the schema's version: %w", s.engine.translate(ctx, err))
	case have > want:
		return platform.Conflictf("the database has schema %d, written by a newer draftbox; this one knows schemas up to %d: run the newer one", have, want)
	case have == want:
		return nil
	}
	copied, err := s.copyBefore(ctx, have)
	if err != nil {
		return fmt.Errorf("copy the database before its migration: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		err = s.engine.translate(ctx, err)
		if copied != "" {
			return fmt.Errorf("migrate from schema %d to %d (as it was before, the database is kept in %s): %w", have, want, copied, err)
		}
		return fmt.Errorf("migrate from schema %d to %d: %w", have, want, err)
	}
	if copied == "" {
		return nil
	}
	s.log.Info("the database was migrated", "from", have, "to", want)
	return os.Remove(copied)
}

func (s *Store) provider() (*goose.Provider, error) {
	dialect, dir := goose.DialectSQLite3, "migrations/sqlite"
	options := []goose.ProviderOption{goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true)}
	if s.place.postgres {
		dialect, dir = goose.DialectPostgres, "migrations/postgres"
		// Asks every second, for a minute.
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	files, err := fs.Sub(s.inner.migrations, dir)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, s.engine.write, files, options...)
}

// copyBefore keeps a copy of a SQLite file that has something in it, beside it.
func (s *Store) copyBefore(ctx context.Context, version int64) (path string, err error) {
	if s.place.path == "" || version <= 0 {
		return "", nil
	}
	path = fmt.Sprintf("%s.schema%d", s.place.path, version)
	part := path + ".part"
	// SQLite writes into an empty file, which gets its mode from us.
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if _, err := s.engine.write.ExecContext(ctx, `vacuum into $1`, part); err != nil {
		return "", errors.Join(err, os.Remove(part))
	}
	if err := f.Sync(); err != nil {
		return "", err
	}
	return path, os.Rename(part, path)
}

// ours refuses a SQLite database that another program made.
func ours(ctx context.Context, db *sql.DB) error {
	var id, tables int
	err := db.QueryRowContext(ctx, `select application_id, (select count(*) from sqlite_schema
		where type = 'table' and name not in ($1, 'sqlite_sequence')) from pragma_application_id`, versionTable).Scan(&id, &tables)
	if err != nil {
		if sqliteGone(err) {
			err = fmt.Errorf("%w: %w", platform.ErrUnavailable, err)
		}
		return err
	}
	if id != applicationID && (id != 0 || tables > 0) {
		return platform.Conflictf("the file is the database of another program; name another one")
	}
	return nil
}

// sound checks a SQLite database from end to end, and that there is something
// in it.
func sound(ctx context.Context, db *sql.DB) error {
	var result string
	if err := db.QueryRowContext(ctx, `pragma integrity_check(1)`).Scan(&result); err != nil {
		return err
	}
	if result != "ok" {
		return fmt.Errorf("the file is damaged: %s", result)
	}
	var rev int64
	if err := db.QueryRowContext(ctx, `select rev from shared where id = 1`).Scan(&rev); err != nil {
		return fmt.Errorf("the file is no database of draftbox: %w", err)
	}
	return nil
}
