// Package examples holds the sample projects, so that a server without files at
// hand can start with them.
package examples

import (
	"embed"
	"io/fs"
)

//go:embed miniprogram
var files embed.FS

// MiniProgram returns the project of the sample mini program 商城演示, as
// DevTools opens it.
func MiniProgram() fs.FS {
	project, err := fs.Sub(files, "miniprogram")
	if err != nil {
		panic(err) // only a malformed constant path could cause it
	}
	return project
}
