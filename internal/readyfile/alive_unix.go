//go:build unix

package readyfile

import (
	"errors"
	"syscall"
)

// alive reports whether a process exists. One that may not be signaled exists.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
