//go:build !unix

package cli

import "os"

// exitCode is the code of a process that has ended.
func exitCode(state *os.ProcessState) int { return state.ExitCode() }

// hasIt reports whether the program got a signal already: Windows tells of keys
// everybody on the console, and has no signals that could be passed on.
func (a *app) hasIt(os.Signal) bool { return true }
