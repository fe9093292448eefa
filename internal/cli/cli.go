// Package cli is the draftbox command.
//
// Each verb is one small file: the cobra command with its help, and the function
// that does the work. Verbs return errors; what a person reads of them is made
// in one place (fault.go, explain.go).
package cli

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitOK      = 0
	exitRefused = 1 // by the service, or it cannot be reached
	exitUsage   = 2
)

// Stdio are the streams of one run. Out gets results only, Err everything else.
type Stdio struct {
	In       io.Reader
	Out, Err io.Writer
}

// Main runs one command line, args[0] being the program's name, and returns the
// exit code. Lookup gives environment variables, as os.LookupEnv does.
//
// The first interrupt (or SIGTERM) ends the context, so that the command can end
// in an orderly way; the second one ends the process.
func Main(ctx context.Context, args []string, stdio Stdio, lookup func(string) (string, bool)) int {
	ctx, restore := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer restore()
	context.AfterFunc(ctx, restore)
	a := &app{stdio: stdio, lookup: lookup, restoreSignals: restore, code: exitOK}
	root := a.rootCommand()
	root.SetArgs(args[1:])
	root.SetIn(stdio.In)
	root.SetOut(stdio.Out)
	root.SetErr(stdio.Err)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return a.code
	}
	return a.report(asFault(cmd, err))
}

// app is one run: its surroundings and the flags that several verbs share.
type app struct {
	stdio  Stdio
	lookup func(string) (string, bool)
	// restoreSignals gives the next signal its default effect.
	restoreSignals func()

	dataDir string
	target  target

	// code is what a run ends with that is no failure of ours: a program's that
	// was run.
	code int
}

// verb makes the body of a command. Doing completes the sentence "cannot …" when
// it fails.
func (a *app) verb(doing string, work func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if err := work(cmd.Context(), args); err != nil {
			return a.explain(cmd.Context(), doing, err)
		}
		return nil
	}
}

// positional checks the arguments of a command against its usage line, in which
// an optional one is in brackets and one that may be several ends in dots.
func positional(cmd *cobra.Command, args []string) error {
	names := strings.Fields(cmd.Use)[1:]
	for i, name := range names {
		if i >= len(args) && !strings.HasPrefix(name, "[") {
			return usagef("%s is missing", strings.TrimSuffix(name, "..."))
		}
		if strings.HasSuffix(strings.TrimSuffix(name, "]"), "...") {
			return nil
		}
	}
	if len(args) > len(names) {
		return usagef("unexpected argument %q", args[len(names)])
	}
	return nil
}
