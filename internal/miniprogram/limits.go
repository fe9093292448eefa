package miniprogram

import (
	"cmp"
	"fmt"

	"draftbox/internal/platform"
)

// Limits bounds what is taken as a package. Sizes are in bytes of file contents
// and leave out *.js.map and /ci.signature. A field of 0 has its default.
type Limits struct {
	// PartSize bounds the main package and each sub-package. Default 2 MiB.
	PartSize int64
	// TotalSize bounds all parts together. Default 20 MiB, what WeChat allows a
	// mini program that a service provider develops.
	// https://developers.weixin.qq.com/miniprogram/dev/framework/subpackages.html
	TotalSize int64
	// SourceMapSize bounds all *.js.map together, which WeChat does not count, so
	// that they are no way around TotalSize. Default 40 MiB: maps are commonly up
	// to twice as long as their code.
	SourceMapSize int64
	// MaxFiles bounds the files of a package. WeChat names no number; the default
	// of 10,000 leaves an average of 2 KiB a file in a package of full size.
	MaxFiles int
	// MaxPathLen bounds the bytes of a path. WeChat names no number; default 512.
	MaxPathLen int
}

// DefaultLimits returns the limits that hold where none are set.
func DefaultLimits() Limits {
	return Limits{
		PartSize:      2 << 20,
		TotalSize:     20 << 20,
		SourceMapSize: 40 << 20,
		MaxFiles:      10_000,
		MaxPathLen:    512,
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	return Limits{
		PartSize:      cmp.Or(l.PartSize, d.PartSize),
		TotalSize:     cmp.Or(l.TotalSize, d.TotalSize),
		SourceMapSize: cmp.Or(l.SourceMapSize, d.SourceMapSize),
		MaxFiles:      cmp.Or(l.MaxFiles, d.MaxFiles),
		MaxPathLen:    cmp.Or(l.MaxPathLen, d.MaxPathLen),
	}
}

// maxListed is how many entries a source may list, left-out ones among them:
// four for each file that a package may have.
func (l Limits) maxListed() int { return 4 * l.MaxFiles }

// Parts that a [SizeError] can name beside the root of a sub-package. The first
// two are the names that the official uploader prints.
const (
	WholePart      = "__FULL__"
	MainPart       = "__APP__"
	SourceMapsPart = "*.js.map"
)

// SizeError refuses a package for the size of one of its parts. It is a
// [platform.Problem] of kind [platform.ErrInvalid] to errors.Is and errors.As.
type SizeError struct {
	Part  string // WholePart, MainPart, SourceMapsPart or the root of a sub-package
	Size  int64  // bytes
	Limit int64  // bytes
}

// Error implements the error interface.
func (e *SizeError) Error() string {
	what, remedy := fmt.Sprintf("sub-package %q", e.Part), "split it, or leave files out with packOptions.ignore of project.config.json"
	switch e.Part {
	case WholePart:
		what, remedy = "the whole mini program", "leave files out with packOptions.ignore of project.config.json"
	case MainPart:
		what, remedy = "the main package", "move pages into sub-packages, or leave files out with packOptions.ignore of project.config.json"
	case SourceMapsPart:
		what, remedy = "all source maps (*.js.map) together", "build without source maps, or leave them out with packOptions.ignore of project.config.json"
	}
	return fmt.Sprintf("%s: %d KB of at most %d KB (%d bytes too many); %s",
		what, (e.Size+1023)/1024, e.Limit/1024, e.Size-e.Limit, remedy)
}

// Unwrap returns the error as a problem of the management side.
func (e *SizeError) Unwrap() error {
	return &platform.Problem{Kind: platform.ErrInvalid, Message: e.Error()}
}
