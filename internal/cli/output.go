package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"draftbox/internal/cli/table"
	"draftbox/internal/platform"
)

// jsonFlag adds --json.
func jsonFlag(cmd *cobra.Command, on *bool) {
	cmd.Flags().BoolVar(on, "json", false, "print JSON for programs")
}

// quietFlag adds --quiet, which leaves of the result what scripts go on with.
func quietFlag(cmd *cobra.Command, on *bool, what string) {
	cmd.Flags().BoolVarP(on, "quiet", "q", false, "print "+what+" only")
}

// printJSON prints a value for programs.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.stdio.Out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// printf prints a result for people.
func (a *app) printf(format string, args ...any) error {
	_, err := fmt.Fprintf(a.stdio.Out, format, args...)
	return err
}

// fields prints pairs of name and value.
func (a *app) fields(pairs ...string) error { return table.Fields(a.stdio.Out, pairs...) }

// timeLayout is how people are shown a time, always in UTC+8 as on the real
// service's pages.
const timeLayout = "2006-01-02 15:04:05"

// zoneNote stands in the titles of columns of times.
const zoneNote = " (UTC+8)"

func showTime(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(platform.UTC8).Format(timeLayout)
}

// showSize shows bytes as WeChat's tools do, where 1 KB is 1024 bytes.
func showSize(n int64) string {
	const k = 1024
	switch {
	case n < k:
		return fmt.Sprintf("%d B", n)
	case n < k*k:
		return fmt.Sprintf("%.1f KB", float64(n)/k)
	default:
		return fmt.Sprintf("%.1f MB", float64(n)/(k*k))
	}
}

// orDash shows an empty text as something.
func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// isTerminal reports whether a person reads what is written to w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}

// plural counts things.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
