package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"draftbox/internal/cli/table"
)

// fault is an error as a person is told it.
type fault struct {
	what string // what happened
	why  string // may be empty
	next string // what to do now; may be empty
	code int    // exit code
}

// Error implements the error interface.
func (f *fault) Error() string {
	if f.why == "" {
		return f.what
	}
	return f.what + ": " + f.why
}

// usagef returns a fault of wrong usage. What to do next is to read the verb's
// help, unless withNext says better.
func usagef(format string, args ...any) *fault {
	return &fault{what: fmt.Sprintf(format, args...), code: exitUsage}
}

func (f *fault) withWhy(format string, args ...any) *fault {
	f.why = fmt.Sprintf(format, args...)
	return f
}

func (f *fault) withNext(format string, args ...any) *fault {
	f.next = fmt.Sprintf(format, args...)
	return f
}

// asFault returns the fault in an error. What is none comes from cobra, which
// complains about usage only.
func asFault(cmd *cobra.Command, err error) *fault {
	f, ok := errors.AsType[*fault](err)
	if !ok {
		what, suggestion, _ := strings.Cut(err.Error(), "\n\nDid you mean this?\n")
		f = usagef("%s", what)
		if suggestion = strings.Join(strings.Fields(suggestion), ", "); suggestion != "" {
			f.why = "did you mean " + suggestion + "?"
		}
	}
	if f.code == exitUsage && f.next == "" {
		f.next = cmd.CommandPath() + " --help"
	}
	return f
}

// flagFault explains what is wrong with a flag. It does not quote the value,
// which may be a secret; the flag's own reason does where it may.
func flagFault(err error) *fault {
	if wrong, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return usagef("the flag --%s is wrong", wrong.GetFlag().Name).withWhy("%v", wrong.Unwrap())
	}
	return usagef("%v", err)
}

// report tells a fault and returns the exit code.
func (a *app) report(f *fault) int {
	for _, line := range []struct{ label, text string }{{"error", f.what}, {"why", f.why}, {"next", f.next}} {
		if line.text == "" {
			continue
		}
		const indent = "\n       "
		var parts []string
		for part := range strings.Lines(line.text) {
			parts = append(parts, table.OneLine(strings.TrimRight(part, "\r\n")))
		}
		fmt.Fprintf(a.stdio.Err, "%5s: %s\n", line.label, strings.Join(parts, indent))
	}
	return f.code
}
