package miniprogram

import (
	"io"
	"io/fs"

	"draftbox/internal/platform"
)

// Options sets how a project is read.
type Options struct {
	Limits  Limits // zero fields have their defaults
	TempDir string // where large stored forms are kept until Close; empty for the system's
	// Stage, if not nil, gets the content and its size when only the digest is
	// still to be computed, which is done meanwhile. What it makes of the content
	// is of use only if no error comes back.
	Stage func(platform.PackageContent, int64) error
}

// Built is a package that is ready to be stored. Content has to be closed.
type Built struct {
	// Package has all but CreatedAt. ProjectAppid is that of this project: since
	// it is no part of the code, equal digests may have different ones.
	Package platform.Package
	Content *Content
}

// FromZip builds the package of a project in a zip archive of size bytes. What
// the sender can put right is an error of kind [platform.ErrInvalid], a
// [*SizeError] if it is the size; any other error is one of reading or storing.
func FromZip(r io.ReaderAt, size int64, opts Options) (*Built, error) {
	l, err := listZip(r, size, opts.Limits.withDefaults())
	if err != nil {
		return nil, err
	}
	return build(l, opts)
}

// FromDir builds the package of a project in a folder, with the errors of
// [FromZip]. Nothing outside of the folder is read.
func FromDir(dir string, opts Options) (*Built, error) {
	root, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }() // only read from: nothing to lose
	return FromFS(root.FS(), opts)
}

// FromFS builds the package of a project in a file system, with the errors of
// [FromZip].
func FromFS(fsys fs.FS, opts Options) (*Built, error) {
	l, err := listFS(fsys, opts.Limits.withDefaults())
	if err != nil {
		return nil, err
	}
	return build(l, opts)
}

func build(l *listing, opts Options) (*Built, error) {
	p, err := newPlan(l)
	if err != nil {
		return nil, err
	}
	stored, digest, err := store(p.files, opts)
	if err != nil {
		return nil, err
	}
	p.pkg.Digest = digest
	p.pkg.StoredSize = stored.Size()
	return &Built{Package: p.pkg, Content: stored}, nil
}
