//go:build !unix

package readyfile

import "os"

// alive reports whether a process exists. Windows refuses to open one that
// does not.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	_ = p.Release()
	return true
}
