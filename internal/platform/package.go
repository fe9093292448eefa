package platform

import (
	"encoding/json"
	"io"
	"time"
)

// Package describes uploaded code. It is stored once by its digest, whatever
// number of drafts and templates point at it.
type Package struct {
	Digest string `json:"digest"` // SHA-256 of the stored form, 64 hex digits
	// StoredSize is the length in bytes of the stored form: a zip archive of
	// uncompressed entries in path order without times, so that equal files give
	// equal digests.
	StoredSize int64 `json:"stored_size"`
	// Size is the sum of the contents that count against the limits, in bytes:
	// every file but *.js.map and /ci.signature.
	Size        int64           `json:"size"`
	MainSize    int64           `json:"main_size"` // what of Size is in no sub-package
	Files       []PackageFile   `json:"files"`     // in path order
	Pages       []string        `json:"pages"`     // main pages, then those of sub-packages with their root
	Subpackages []Subpackage    `json:"subpackages"`
	AppJSON     json.RawMessage `json:"app_json"`
	// ProjectAppid is the appid that project.config.json names; may be empty.
	ProjectAppid string    `json:"project_appid,omitempty"`
	CreatedAt    time.Time `json:"-"`
}

// PackageFile is one file of a package. Its path has no leading slash.
type PackageFile struct {
	Path string `json:"path"`
	Size int64  `json:"size"`
}

// Subpackage is one sub-package (分包) of a package.
type Subpackage struct {
	Root        string   `json:"root"` // without slashes at its ends
	Name        string   `json:"name,omitempty"`
	Independent bool     `json:"independent,omitempty"`
	Pages       []string `json:"pages"`
	Size        int64    `json:"size"`
}

// PackageContent is the stored form of a package, to be read any number of
// times. Its length is Package.StoredSize.
type PackageContent interface {
	io.ReaderAt
}

// StagedContent is content that a store has taken in, to be put by it.
type StagedContent interface {
	PackageContent
	// Release gives back what was taken in, unless a committed transaction has
	// put it. To call it again does nothing.
	Release()
}
