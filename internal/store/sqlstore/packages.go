package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io"

	"draftbox/internal/platform"
)

// chunkSize is how much of a package is in one row. It bounds what a reader or
// a writer of a package holds in memory.
const chunkSize = 512 << 10

// Package implements [platform.Reader].
func (r *reader) Package(ctx context.Context, digest string) (*platform.Package, error) {
	return one(ctx, r, func(p *platform.Package) []any {
		return []any{(*instant)(&p.CreatedAt), inJSON{p}}
	}, `select created_at, description from packages where digest = $1`, digest)
}

// WritePackage implements [platform.Reader].
func (r *reader) WritePackage(ctx context.Context, digest string, w io.Writer) error {
	var size int64
	if err := r.row(ctx, `select stored_size from packages where digest = $1`, []any{digest}, &size); err != nil {
		return err
	}
	for seq := int64(0); seq*chunkSize < size; seq++ {
		var data []byte
		err := r.row(ctx, `select data from package_chunks where digest = $1 and seq = $2`, []any{digest, seq}, &data)
		if err != nil {
			return fmt.Errorf("read chunk %d of package %s: %w", seq, digest, err)
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
	return nil
}

// PutPackage implements [platform.Tx].
func (w *writer) PutPackage(ctx context.Context, p *platform.Package, content platform.PackageContent) error {
	n, err := w.exec(ctx, `insert into packages (digest, stored_size, created_at, description)
		values ($1, $2, $3, $4) on conflict (digest) do nothing`, p.Digest, p.StoredSize, millis(p.CreatedAt), inJSON{p})
	if err != nil || n == 0 {
		return err
	}
	buf := make([]byte, min(chunkSize, p.StoredSize))
	for seq := int64(0); seq*chunkSize < p.StoredSize; seq++ {
		at := seq * chunkSize
		chunk := buf[:min(chunkSize, p.StoredSize-at)]
		if n, err := content.ReadAt(chunk, at); n < len(chunk) {
			if err == nil || errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return fmt.Errorf("read package %s at %d: %w", p.Digest, at, err)
		}
		_, err := w.exec(ctx, `insert into package_chunks (digest, seq, data) values ($1, $2, $3)`, p.Digest, seq, chunk)
		if err != nil {
			return err
		}
	}
	return nil
}

// dropUnused deletes a package to which nothing points any more. On PostgreSQL
// another transaction may begin to use it at the same moment; then the foreign
// key fails one of the two, and that one runs again.
func (w *writer) dropUnused(ctx context.Context, digest string) error {
	var users int
	err := w.row(ctx, `select count(*) from (
		select 1 from (select 1 from drafts where digest = $1 limit 1) as d union all
		select 1 from (select 1 from templates where digest = $1 limit 1) as t) as u`, []any{digest}, &users)
	if err != nil || users > 0 {
		return err
	}
	_, err = w.exec(ctx, `delete from packages where digest = $1`, digest)
	return err
}
