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
	var file string
	if err := r.row(ctx, `select stored_size, file from packages where digest = $1`, []any{digest}, &size, &file); err != nil {
		return err
	}
	if file != "" {
		if err := r.store.files.copyTo(file, size, w); err != nil {
			return fmt.Errorf("read package %s: %w", digest, err)
		}
		return nil
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

// unstaged is content that stays with its owner until it is put.
type unstaged struct{ platform.PackageContent }

// Release implements [platform.StagedContent].
func (unstaged) Release() {}

// Stage implements [platform.Store]. Beside a SQLite file it is most of the
// work; elsewhere content goes into the database and is read when it is put.
func (s *Store) Stage(_ context.Context, content platform.PackageContent, size int64) (platform.StagedContent, error) {
	if s.files == nil {
		return unstaged{content}, nil
	}
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.gate.RUnlock()
	f, err := s.files.write(content, size)
	if err != nil {
		return nil, s.noteTrouble(err)
	}
	return f, nil
}

// PutPackage implements [platform.Tx].
func (w *writer) PutPackage(ctx context.Context, p *platform.Package, content platform.PackageContent) error {
	if w.store.files != nil {
		return w.putFile(ctx, p, content)
	}
	n, err := w.insertPackage(ctx, p, "")
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

// insertPackage returns how many rows it made: none where there is one of that
// digest.
func (w *writer) insertPackage(ctx context.Context, p *platform.Package, file string) (int64, error) {
	return w.exec(ctx, `insert into packages (digest, stored_size, created_at, description, file)
		values ($1, $2, $3, $4, $5) on conflict (digest) do nothing`, p.Digest, p.StoredSize, millis(p.CreatedAt), inJSON{p}, file)
}

// putFile is PutPackage where contents are in files.
func (w *writer) putFile(ctx context.Context, p *platform.Package, content platform.PackageContent) error {
	var file string
	err := w.row(ctx, `select file from packages where digest = $1`, []any{p.Digest}, &file)
	missing := errors.Is(err, platform.ErrNotFound)
	switch {
	case err != nil && !missing:
		return err
	case !missing && w.store.files.has(file):
		return nil
	}
	f, staged := content.(*packageFile)
	if !staged {
		if f, err = w.store.files.write(content, p.StoredSize); err != nil {
			return fmt.Errorf("store package %s: %w", p.Digest, err)
		}
		w.written = append(w.written, f)
	}
	w.named = append(w.named, f)
	if missing {
		_, err = w.insertPackage(ctx, p, f.name)
		return err
	}
	// A copy of the database was restored without its files.
	_, err = w.exec(ctx, `update packages set file = $1 where digest = $2`, f.name, p.Digest)
	return err
}

// dropUnused deletes a package to which nothing points any more. On PostgreSQL
// another transaction may begin to use it at the same moment; then the foreign
// key fails one of the two, and that one runs again.
func (w *writer) dropUnused(ctx context.Context, digest string) error {
	var users int
	err := w.row(ctx, `select count(*) from (
		select 1 from (select 1 from drafts where digest = $1 limit 1) as d union all
		select 1 from (select 1 from templates where digest = $1 limit 1) as t union all
		select 1 from (select 1 from dev_versions where digest = $1 limit 1) as v union all
		select 1 from (select 1 from pending_versions where digest = $1 limit 1) as p) as u`, []any{digest}, &users)
	if err != nil || users > 0 {
		return err
	}
	var file string
	err = w.row(ctx, `delete from packages where digest = $1 returning file`, []any{digest}, &file)
	if errors.Is(err, platform.ErrNotFound) {
		return nil
	}
	if file != "" {
		w.dropped = append(w.dropped, file)
	}
	return err
}
