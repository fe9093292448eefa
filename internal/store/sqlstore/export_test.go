package sqlstore

import (
	"context"
	"io/fs"
)

// OpenWith is Open with other migrations than the embedded ones.
func OpenWith(ctx context.Context, o Options, migrations fs.FS) (*Store, error) {
	return open(ctx, o, migrations)
}

// Migrations are the embedded ones.
func Migrations() fs.FS { return migrations }

// Exec runs a statement on the writer, as nobody but a test may.
func (s *Store) Exec(ctx context.Context, statement string) error {
	_, err := s.engine.write.ExecContext(ctx, statement)
	return err
}
