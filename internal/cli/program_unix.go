//go:build unix

package cli

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// exitCode is what a shell would say of a process that has ended.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// hasIt reports whether a program of our process group got a signal already. A
// terminal sends what its keys make (Ctrl-C, Ctrl-\) to everybody in the group
// in its foreground, and many programs take a second one for impatience.
func (a *app) hasIt(s os.Signal) bool {
	if s != syscall.SIGINT && s != syscall.SIGQUIT {
		return false
	}
	for _, stream := range []any{a.stdio.In, a.stdio.Out, a.stdio.Err} {
		f, ok := stream.(*os.File)
		if !ok {
			continue
		}
		if group, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCGPGRP); err == nil {
			return group == unix.Getpgrp()
		}
	}
	return false
}
