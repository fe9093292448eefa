package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// block is a fenced block of a document. Its info string is "sh" or "text", and
// "server" or "receiver" where it belongs into the terminal of that one.
type block struct {
	kind, terminal, text string
	line                 int
}

// blocks returns the fenced blocks of a document in docs.
func blocks(t *testing.T, name string) []block {
	t.Helper()
	doc, err := os.ReadFile("../../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var out []block
	inside := false
	n := 0
	for line := range strings.Lines(string(doc)) {
		n++
		info, fence := strings.CutPrefix(strings.TrimRight(line, "\n"), "```")
		switch {
		case fence && !inside:
			kind, terminal, _ := strings.Cut(info, " ")
			out = append(out, block{kind: kind, terminal: terminal, line: n})
			inside = true
		case fence:
			inside = false
		case inside:
			out[len(out)-1].text += line
		}
	}
	return out
}

// TestWalkthroughsAgree: the Chinese document says the same commands, and shows the
// same output.
func TestWalkthroughsAgree(t *testing.T) {
	t.Parallel()
	without := func(all []block) []block {
		for i := range all {
			all[i].line = 0
		}
		return all
	}
	english, chinese := without(blocks(t, "walkthrough.md")), without(blocks(t, "walkthrough.zh-CN.md"))
	if diff := cmp.Diff(english, chinese, cmp.AllowUnexported(block{})); diff != "" {
		t.Errorf("walkthrough.md and walkthrough.zh-CN.md differ (-en +zh):\n%s", diff)
	}
}

// TestWalkthrough does what docs/walkthrough.md says, in an empty folder, and holds
// what is printed against it.
func TestWalkthrough(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"sh", "curl", "grep", "tee"} {
		if _, err := exec.LookPath(program); err != nil {
			if strings.Contains(os.Getenv("DRAFTBOX_TEST_REQUIRE"), "curl") {
				t.Fatalf("%s is missing", program)
			}
			t.Skipf("%s is missing", program)
		}
	}
	w := &walk{T: t, dir: t.TempDir(), others: map[string]*terminal{}}
	w.main = w.open("sh")
	steps := 0
	for _, b := range blocks(t, "walkthrough.md") {
		switch {
		case b.kind == "sh" && b.terminal == "":
			w.run(b)
			steps++
		case b.kind == "sh":
			w.others[b.terminal] = w.open("sh", "-c", "exec "+b.text)
			if b.terminal == "server" {
				w.ready()
			}
			steps++
		case b.terminal == "":
			w.printed(b)
		default:
			w.prints(b)
		}
	}
	if steps != 18 {
		t.Errorf("%d steps, want 18", steps)
	}
	for _, name := range []string{"receiver", "server"} {
		w.end(name)
	}
}

// walk is a person with several terminals.
type walk struct {
	*testing.T
	dir    string
	main   *terminal
	last   string // what the last block printed
	others map[string]*terminal
}

// terminal is a shell, and what it has printed.
type terminal struct {
	cmd    *exec.Cmd
	in     io.Writer
	mu     sync.Mutex
	more   chan struct{} // told when something was printed
	text   string        // not looked at yet
	exited chan error
}

// Write implements io.Writer for what a terminal prints.
func (s *terminal) Write(p []byte) (int, error) {
	s.mu.Lock()
	s.text += string(p)
	s.mu.Unlock()
	select {
	case s.more <- struct{}{}:
	default:
	}
	return len(p), nil
}

// open starts a program in the folder, on ports that the system picks and without
// what the environment of this test has of its own.
func (w *walk) open(name string, args ...string) *terminal {
	w.Helper()
	s := &terminal{cmd: exec.Command(name, args...), more: make(chan struct{}, 1), exited: make(chan error, 1)}
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = w.dir, s, s
	s.cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(strings.ToUpper(v), "=")
		return strings.HasPrefix(name, "DRAFTBOX_") || strings.HasSuffix(name, "_PROXY")
	})
	for _, variable := range []string{"LISTEN", "ADMIN_LISTEN", "TLS_LISTEN", "EVENT_ADDR"} {
		s.cmd.Env = append(s.cmd.Env, "DRAFTBOX_"+variable+"=127.0.0.1:0")
	}
	in, err := s.cmd.StdinPipe()
	if err != nil {
		w.Fatal(err)
	}
	s.in = in
	if err := s.cmd.Start(); err != nil {
		w.Fatal(err)
	}
	go func() { s.exited <- s.cmd.Wait() }()
	w.Cleanup(func() { _ = s.cmd.Process.Kill() })
	return s
}

// ready waits as a person waits for the banner.
func (w *walk) ready() {
	w.Helper()
	cmd := exec.CommandContext(w.Context(), "draftbox", "readyz", "--wait", "--timeout", "60s")
	cmd.Dir = w.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		w.Fatalf("%v\n%s", err, out)
	}
}

// await waits until a terminal has printed what a pattern matches, takes it and what
// is before it off, and returns the groups.
func (w *walk) await(s *terminal, what string, pattern *regexp.Regexp) []string {
	w.Helper()
	timeout := time.After(time.Minute)
	for {
		s.mu.Lock()
		found := pattern.FindStringSubmatchIndex(s.text)
		var groups []string
		if found != nil {
			groups = pattern.FindStringSubmatch(s.text)
			s.text = s.text[found[1]:]
		}
		text := s.text
		s.mu.Unlock()
		if found != nil {
			return groups
		}
		select {
		case <-s.more:
		case <-timeout:
			w.Fatalf("%s: not printed; the terminal has\n%s\nwhich is not like\n%s", what, text, pattern)
		}
	}
}

var endOfBlock = regexp.MustCompile(`(?s)^(.*)--- block ended with (\d+)\n`)

// run types a block into the shell and waits until it is through.
func (w *walk) run(b block) {
	w.Helper()
	if _, err := fmt.Fprintf(w.main.in, "{\n%s}\necho \"--- block ended with $?\"\n", b.text); err != nil {
		w.Fatal(err)
	}
	groups := w.await(w.main, b.where(), endOfBlock)
	if w.last = groups[1]; groups[2] != "0" {
		w.Fatalf("%s: exit code %s\n%s", b.where(), groups[2], w.last)
	}
}

func (b *block) where() string { return fmt.Sprintf("walkthrough.md, line %d", b.line) }

// printed holds all that the last block printed against the document.
func (w *walk) printed(b block) {
	w.Helper()
	if like := regexp.MustCompile(`^` + b.pattern() + `$`); !like.MatchString(strings.TrimRight(w.last, "\n")) {
		w.Errorf("%s: printed\n%s\nwhich is not like\n%s", b.where(), w.last, b.text)
	}
}

// prints waits until another terminal prints what the document shows.
func (w *walk) prints(b block) {
	w.Helper()
	w.await(w.others[b.terminal], b.where(), regexp.MustCompile(`(?m)^`+b.pattern()+`$`))
}

// What is another value each time.
var changing = regexp.MustCompile(`\n…\n|…| {2,}|20\d\d-\d\d-\d\d \d\d:\d\d:\d\d|127\.0\.0\.1:\d+|\b1[78]\d{8}\b`)

// pattern is what the block stands for.
func (b *block) pattern() string {
	var out bytes.Buffer
	text, at := strings.TrimRight(b.text, "\n"), 0
	for _, place := range changing.FindAllStringIndex(text, -1) {
		out.WriteString(regexp.QuoteMeta(text[at:place[0]]))
		switch what := text[place[0]:place[1]]; {
		case what == "\n…\n":
			out.WriteString(`\n(?s:.*)\n`)
		case what == "…":
			out.WriteString(`.+`)
		case strings.TrimSpace(what) == "":
			out.WriteString(` +`)
		case strings.HasPrefix(what, "20"):
			out.WriteString(`20\d\d-\d\d-\d\d \d\d:\d\d:\d\d`)
		case strings.HasPrefix(what, "127"):
			out.WriteString(`127\.0\.0\.1:\d+`)
		default:
			out.WriteString(`\d{10}`)
		}
		at = place[1]
	}
	out.WriteString(regexp.QuoteMeta(text[at:]))
	return out.String()
}

// end is Ctrl-C.
func (w *walk) end(name string) {
	w.Helper()
	s := w.others[name]
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		w.Fatal(err)
	}
	select {
	case err := <-s.exited:
		if err != nil {
			w.Errorf("the %s ended with %v\n%s", name, err, s.text)
		}
	case <-time.After(time.Minute):
		w.Fatalf("the %s does not end", name)
	}
}
