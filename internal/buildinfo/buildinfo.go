// Package buildinfo tells which draftbox this is.
package buildinfo

import "runtime/debug"

// Release is the version that a release build sets with -ldflags -X.
var Release string

// Version returns the release, or else what the Go tool recorded of the module
// and the commit, or "dev".
func Version() string {
	if Release != "" {
		return Release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "dev"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "dev-" + s.Value[:12]
		}
	}
	return "dev"
}
