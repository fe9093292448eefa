package cli_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"draftbox/internal/cli"
)

var update = flag.Bool("update", false, "write the golden files")

// run runs a command line in this process.
func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	none := func(string) (string, bool) { return "", false }
	code = cli.Main(t.Context(), append([]string{"draftbox"}, args...), cli.Stdio{In: strings.NewReader(""), Out: &out, Err: &errs}, none)
	return code, out.String(), errs.String()
}

// TestHelp holds the help of every command against testdata/help.
func TestHelp(t *testing.T) {
	t.Parallel()
	for _, path := range cli.CommandPaths() {
		name := filepath.Join("testdata", "help", strings.Join(path, "_")+".txt")
		t.Run(strings.Join(path, " "), func(t *testing.T) {
			t.Parallel()
			code, got, stderr := run(t, append(path[1:], "--help")...)
			if code != 0 || stderr != "" {
				t.Fatalf("exit code %d, stderr %q", code, stderr)
			}
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatalf("%v; make it with: go test ./internal/cli -run TestHelp -update", err)
			}
			if got != string(want) {
				t.Errorf("help has changed (-update writes it):\n%s", got)
			}
			for line := range strings.SplitSeq(got, "\n") {
				if strings.HasSuffix(line, " ") {
					t.Errorf("blanks at the end of %q", line)
				}
			}
			if len(path) > 1 && !strings.Contains(got, "Commands:") && !strings.Contains(got, "\nExamples:\n  draftbox ") &&
				!strings.Contains(got, "\nExamples:\n") {
				t.Error("no examples")
			}
		})
	}
}

// TestEveryVariableIsDocumented holds the help against docs/config.md.
func TestEveryVariableIsDocumented(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	variable := regexp.MustCompile(`DRAFTBOX_[A-Z_]+`)
	documented, told := map[string]bool{}, map[string]bool{}
	for _, name := range variable.FindAllString(string(doc), -1) {
		documented[name] = true
	}
	for _, path := range cli.CommandPaths() {
		_, help, _ := run(t, append(path[1:], "--help")...)
		for _, name := range variable.FindAllString(help, -1) {
			told[name] = true
		}
	}
	delete(documented, "DRAFTBOX_") // the prefix in general
	if diff := cmp.Diff(documented, told); diff != "" {
		t.Errorf("docs/config.md and the help differ (-docs +help):\n%s", diff)
	}
}

func TestMainEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	dir := t.TempDir()
	banner := &watcher{found: cancel, what: "curl"} // the last line of the banner
	var errs bytes.Buffer
	args := []string{"draftbox", "serve", "--data-dir", dir, "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--tls-listen", "off", "--log-level", "error"}
	code := cli.Main(ctx, args, cli.Stdio{Out: banner, Err: &errs}, func(string) (string, bool) { return "", false })
	if code != 0 || errs.String() != "" {
		t.Errorf("exit code %d, stderr %q", code, errs.String())
	}
	if _, err := os.Stat(filepath.Join(dir, "ready.json")); !os.IsNotExist(err) {
		t.Errorf("ready file: %v, want it gone", err)
	}
}

// watcher calls found once what has been written.
type watcher struct {
	text  strings.Builder
	what  string
	found func()
}

func (w *watcher) Write(p []byte) (int, error) {
	w.text.Write(p)
	if strings.Contains(w.text.String(), w.what) {
		w.found()
	}
	return len(p), nil
}
