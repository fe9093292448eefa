package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"draftbox/internal/runenv"
)

// Exit codes of a program that could not be run, as shells have them (POSIX,
// Shell Command Language, 2.8.2).
const (
	exitCannotRun = 126
	exitNotFound  = 127
)

// findProgram returns the file of a command, by PATH unless it has a slash.
func findProgram(name string) (string, error) {
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
		return path, nil
	case errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist):
		return "", &fault{
			what: fmt.Sprintf("there is no command %q", name), why: reasonOf(err),
			next: "see how it is spelled, and that it is installed", code: exitNotFound,
		}
	default:
		return "", cannotRun(name, err)
	}
}

func cannotRun(name string, err error) *fault {
	return &fault{what: fmt.Sprintf("cannot run %q", name), why: reasonOf(err), code: exitCannotRun}
}

// reasonOf leaves the name of the file out of an error, which is told already.
func reasonOf(err error) string {
	if failed, ok := errors.AsType[*exec.Error](err); ok {
		err = failed.Err
	}
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		err = failed.Err
	}
	return err.Error()
}

// passedOn are the signals that go to the program. They do not end this process,
// which is to tell how the program ended and to stop a server of its own.
var passedOn = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT}

// runProgram runs a program with more variables in its environment, and returns
// its exit code. The context ends nothing: the signal that ended it goes to the
// program, which ends when it likes.
func (a *app) runProgram(ctx context.Context, path string, args []string, vars []runenv.Variable) (int, error) {
	cmd := exec.CommandContext(context.WithoutCancel(ctx), path, args[1:]...) //nolint:gosec // to run what the user names is the verb
	cmd.Args[0] = args[0]
	cmd.Stdin, cmd.Stdout, cmd.Stderr = a.stdio.In, a.stdio.Out, a.stdio.Err
	cmd.Env = os.Environ()
	for _, v := range vars { // of two with the same name the later one counts
		cmd.Env = append(cmd.Env, v.Name+"="+v.Value)
	}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, passedOn...)
	defer signal.Stop(signals)
	if err := ctx.Err(); err != nil {
		return 0, err // interrupted before there was a program to tell
	}
	if err := cmd.Start(); err != nil {
		return 0, cannotRun(args[0], err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			if !a.hasIt(s) {
				_ = cmd.Process.Signal(s) // it may have ended, which comes next
			}
		case err := <-ended:
			if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
				return 0, err // of a stream of this process
			}
			return exitCode(cmd.ProcessState), nil
		}
	}
}
