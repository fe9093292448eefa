package snippet_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"draftbox/internal/snippet"
)

// runtimes are the programs that each language needs.
var runtimes = map[string][]string{
	"curl": {"sh", "curl", "base64"}, "go": {"go"}, "php": {"php"}, "java": {"java", "javac"}, "python": {"python3"}, "javascript": {"node"},
}

// need skips where a runtime is missing, or fails if DRAFTBOX_TEST_REQUIRE has the
// language, or "runtimes", which is all of them.
func need(t *testing.T, language string) {
	t.Helper()
	for _, name := range runtimes[language] {
		if _, err := exec.LookPath(name); err != nil {
			for word := range strings.FieldsSeq(os.Getenv("DRAFTBOX_TEST_REQUIRE")) {
				if word == language || word == "runtimes" {
					t.Fatalf("%s is not there, and DRAFTBOX_TEST_REQUIRE=%s wants it", name, word)
				}
			}
			t.Skipf("%s is not there; DRAFTBOX_TEST_REQUIRE=%s makes that a failure", name, language)
		}
	}
}

// command runs a program in a folder and returns what it prints; err says that it
// ended with another code than 0.
func command(t *testing.T, dir, name string, args ...string) (stdout string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	var out, trouble bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &trouble
	// A proxy of the tester's is none for a server of this test. A locale without
	// letters of its own is the hardest for programs.
	cmd.Env = append(os.Environ(), "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1", "LC_ALL=C", "GOWORK=off", "GOFLAGS=-mod=mod")
	err = cmd.Run()
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, trouble.String())
	}
	return out.String(), err
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// alone runs one program as its reader does.
func alone(t *testing.T, l snippet.Language, dir string, c snippet.Call) (string, error) {
	t.Helper()
	write(t, dir, l.File, l.Program(c))
	words := strings.Fields(l.Run)
	return command(t, dir, words[0], words[1:]...)
}

// together runs the programs of many calls, one after the other, in as few processes
// as their language lets them.
func together(t *testing.T, l snippet.Language, calls []snippet.Call) string {
	t.Helper()
	dir := t.TempDir()
	var names, mains []string
	for i, c := range calls {
		program := l.Program(c)
		name := fmt.Sprintf("call%03d%s", i, filepath.Ext(l.File))
		switch l.ID {
		case "go":
			main := fmt.Sprintf("main%d", i)
			program = strings.Replace(program, "func main() {", "func "+main+"() {", 1)
			mains = append(mains, main+"()")
		case "java":
			class := fmt.Sprintf("Main%d", i)
			program = strings.Replace(program, "class Main {", "class "+class+" {", 1)
			name = class + ".java"
			mains = append(mains, class+".main(args);")
		}
		write(t, dir, name, program)
		names = append(names, name)
	}
	run := func(name string, args ...string) string {
		t.Helper()
		out, err := command(t, dir, name, args...)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	switch l.ID {
	case "go":
		write(t, dir, "go.mod", "module calls\n\ngo 1.21\n")
		write(t, dir, "all.go", "package main\n\nfunc main() {\n\t"+strings.Join(mains, "\n\t")+"\n}\n")
		return run("go", "run", ".")
	case "java":
		write(t, dir, "All.java", "public class All { public static void main(String[] args) throws Exception {\n"+strings.Join(mains, "\n")+"\n} }\n")
		run("javac", "All.java")
		return run("java", "All")
	case "python":
		write(t, dir, "all.py", "import runpy, sys\nfor name in sys.argv[1:]:\n    runpy.run_path(name, run_name='__main__')\n")
		return run("python3", append([]string{"all.py"}, names...)...)
	case "javascript":
		write(t, dir, "all.mjs", "for (const name of process.argv.slice(2)) {\n  await import('./' + name);\n}\n")
		return run("node", append([]string{"all.mjs"}, names...)...)
	}
	words := strings.Fields(l.Run)
	var out strings.Builder
	for _, name := range names {
		out.WriteString(run(words[0], name))
	}
	return out.String()
}

// arrive checks that each of the calls reaches the server as it must, in every
// language.
func arrive(t *testing.T, of func(server string) []snippet.Call) {
	t.Helper()
	for _, l := range snippet.Languages() {
		t.Run(l.ID, func(t *testing.T) {
			t.Parallel()
			need(t, l.ID)
			server := newRecorder(t)
			calls := of(server.URL)
			printed := together(t, l, calls)
			if wanted := strings.Repeat(answer, len(calls)); printed != wanted {
				t.Errorf("printed %q, want %q", printed, wanted)
			}
			got := server.take()
			if len(got) != len(calls) {
				t.Fatalf("%d calls came, want %d", len(got), len(calls))
			}
			for i, c := range calls {
				if diff := cmp.Diff(want(c, server.URL), got[i]); diff != "" {
					t.Errorf("call %d (-want +got)\n%s\n%s", i, diff, l.Program(c))
				}
			}
		})
	}
}
