package sqlstore

import (
	"context"
	"io/fs"
	"time"

	"draftbox/internal/platform"
)

// OpenWith is Open with other migrations than the embedded ones.
func OpenWith(ctx context.Context, o Options, migrations fs.FS) (*Store, error) {
	return open(ctx, o, internals{migrations, statementWait})
}

// OpenImpatient is Open with another wait for PostgreSQL's answers.
func OpenImpatient(ctx context.Context, o Options, wait time.Duration) (*Store, error) {
	return open(ctx, o, internals{migrations, wait})
}

// Migrations are the embedded ones.
func Migrations() fs.FS { return migrations }

// Exec runs a statement on the writer, as nobody but a test may.
func (s *Store) Exec(ctx context.Context, statement string) error {
	_, err := s.engine.write.ExecContext(ctx, statement)
	return err
}

// Heads is the memory of access tokens.
type Heads struct{ h *heads }

// NewHeads makes an empty memory for eight tokens in each of its sets.
func NewHeads(sets int) Heads { return Heads{newHeads(sets)} }

// Mark is to be taken before something is loaded.
func (h Heads) Mark() uint64 { return h.h.mark() }

// Keep remembers what was loaded after a mark.
func (h Heads) Keep(mark uint64, loaded platform.Head) { h.h.keep(mark, &loaded) }

// Find returns what is known of a token.
func (h Heads) Find(hash platform.TokenHash) (out platform.Head, ok bool) {
	ok = h.h.find(&hash, &out)
	return out, ok
}

// Doubt begins a commit.
func (h Heads) Doubt(clock bool, components ...string) { h.h.doubt(components, clock) }

// Settle ends a commit.
func (h Heads) Settle(clock bool, components ...string) { h.h.settle(components, clock) }

// Reset drops everything.
func (h Heads) Reset() { h.h.reset() }
