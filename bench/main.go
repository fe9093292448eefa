// Command bench measures draftbox against its yardsticks, side by side on this
// machine, and prints one table. It never fails by a figure: what is short of
// its target says so.
//
//	go run ./bench [--only CASE] [--seconds N] [--json]
//
// docs/performance.md tells what is measured and how.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// benchCase is one part of the table. It returns its rows; an error of kind
// errSkip becomes a line that says why.
type benchCase struct {
	name  string
	about string
	run   func(context.Context, *bench) ([]row, error)
}

func cases() []benchCase {
	return []benchCase{
		{"drafts", "list of 2 and of 1,000 drafts against a bare handler", runDrafts},
		{"mocks", "list of 2 drafts against Prism and Mockoon", runMocks},
		{"stored", "cost and memory with 10,000 components of 30 drafts", runStored},
		{"postgres", "list of 2 drafts on PostgreSQL against one select a request", runPostgres},
		{"upload", "upload of a 2 MB draft against writing it", runUpload},
		{"uploads", "memory under large uploads in parallel", runUploads},
		{"tickets", "pushes of one tick to 1,000 receivers", runTickets},
		{"rollout", "a template to 100 and to 10,000 merchants, on both databases", runRollout},
		{"start", "start to first answer, idle memory", runStart},
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	// The yardsticks are this program again, as processes of their own.
	if len(args) > 0 && args[0] == childVerb {
		return runChild(ctx, args[1:], stdout)
	}
	if len(args) > 0 && args[0] == profiledVerb {
		return runProfiled(args[1:])
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	only := flags.String("only", "", "run these `CASES` alone, separated by commas: "+strings.Join(caseNames(), ", "))
	pairs := flags.Int("seconds", 15, "pairs of one second each, ours and the yardstick's, a comparison")
	asJSON := flags.Bool("json", false, "print JSON instead of the table")
	profile := flags.String("profile", "", "write CPU profiles of the server under load into this `DIRECTORY`; the figures suffer")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 || *pairs < 1 {
		return fmt.Errorf("bench takes no arguments, and at least 1 second")
	}
	chosen, err := chooseCases(*only)
	if err != nil {
		return err
	}
	b, err := newBench(ctx, *pairs, *profile, stderr)
	if err != nil {
		return err
	}
	defer b.close()
	report := report{Machine: readMachine(ctx)}
	if !*asJSON {
		fmt.Fprintln(stdout, report.Machine)
	}
	for _, c := range chosen {
		b.say("%s: %s", c.name, c.about)
		rows, err := c.run(ctx, b)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			rows = append(rows, row{Case: c.name, Verdict: skipped, Note: err.Error()})
		}
		report.Rows = append(report.Rows, rows...)
	}
	report.Others = b.others
	if *asJSON {
		return report.writeJSON(stdout)
	}
	return report.writeTable(stdout)
}

func caseNames() []string {
	var names []string
	for _, c := range cases() {
		names = append(names, c.name)
	}
	return names
}

func chooseCases(only string) ([]benchCase, error) {
	if only == "" {
		return cases(), nil
	}
	var chosen []benchCase
	names := strings.Split(only, ",")
	for _, c := range cases() {
		if slices.Contains(names, c.name) {
			chosen = append(chosen, c)
		}
	}
	if len(chosen) != len(names) {
		return nil, fmt.Errorf("--only %s: the cases are %s", only, strings.Join(caseNames(), ", "))
	}
	return chosen, nil
}
