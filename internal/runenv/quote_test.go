package runenv_test

import (
	"os/exec"
	"strings"
	"testing"

	"draftbox/internal/runenv"
)

var awkward = []string{
	"/plain/path", "", "/with blank/x", `/quote"d`, `/it's`, `/both "and' x`, `C:\dir\x`, `C:\my dir\x`, `"`, `' "`, "小 明", "$HOME `id` \\",
	"%PATH%", "a\tb",
}

func TestQuotesOfNode(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"/a/b":     "/a/b",
		`C:\a`:     `C:\a`,
		"/a b":     `"/a b"`,
		`C:\a b"c`: `"C:\\a b\"c"`,
	} {
		if got := runenv.QuoteNode(s); got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
}

func TestQuotesOfJava(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"-Da=/b":    "-Da=/b",
		"-Da=/b c":  `"-Da=/b c"`,
		`-Da=C:\b`:  `-Da=C:\b`,
		`-Da=x'y`:   `"-Da=x'y"`,
		`-Da="x' y`: `"-Da="'"'"x' y"`,
	} {
		if got := runenv.QuoteJava(s); got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
}

// FuzzQuotes reads back what was quoted, by the rules of the readers.
func FuzzQuotes(f *testing.F) {
	for _, s := range awkward {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if s == "" {
			return // is no option
		}
		if got := readNode("--a " + runenv.QuoteNode(s) + " --b"); len(got) != 3 || got[1] != s {
			t.Errorf("Node reads %q as %q", s, got)
		}
		if strings.ContainsRune(s, 0) {
			return // no environment can hold it
		}
		if got := readJava("-a " + runenv.QuoteJava(s) + " -b"); len(got) != 3 || got[1] != s {
			t.Errorf("Java reads %q as %q", s, got)
		}
	})
}

// readNode reads NODE_OPTIONS as Node's ParseNodeOptionsEnvVar does (src/node_options.cc).
func readNode(s string) []string {
	var out []string
	inString, begin := false, true
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && inString:
			i++
			c = s[i]
		case c == ' ' && !inString:
			begin = true
			continue
		case c == '"':
			inString = !inString
			continue
		}
		if begin {
			out, begin = append(out, ""), false
		}
		out[len(out)-1] += string([]byte{c})
	}
	return out
}

// readJava reads JAVA_TOOL_OPTIONS as HotSpot's Arguments::parse_options_buffer does.
func readJava(s string) []string {
	space := func(c byte) bool { return strings.IndexByte(" \t\n\v\f\r", c) >= 0 }
	var out []string
	for i := 0; i < len(s); {
		if space(s[i]) {
			i++
			continue
		}
		var token []byte
		for i < len(s) && !space(s[i]) {
			if quote := s[i]; quote == '"' || quote == '\'' {
				for i++; i < len(s) && s[i] != quote; i++ {
					token = append(token, s[i])
				}
			} else {
				token = append(token, s[i])
			}
			i++
		}
		out = append(out, string(token))
	}
	return out
}

func TestExportForEveryShell(t *testing.T) {
	t.Parallel()
	vars := []runenv.Variable{{Name: "A", Value: `it's C:\x 100% $HOME ’`}, {Name: "B", Value: ""}}
	for shell, want := range map[string]string{
		"sh":         `export A='it'\''s C:\x 100% $HOME ’'` + "\nexport B=''\n",
		"fish":       `set -gx A 'it\'s C:\\x 100% $HOME ’'` + "\nset -gx B ''\n",
		"powershell": `$Env:A = 'it''s C:\x 100% $HOME ’’'` + "\n$Env:B = ''\n",
		"cmd":        `set "A=it's C:\x 100%% $HOME ’"` + "\n" + `set "B="` + "\n",
	} {
		if got, err := runenv.Export(shell, vars); err != nil || got != want {
			t.Errorf("%s: %v\n%s\nwant\n%s", shell, err, got, want)
		}
	}
	if _, err := runenv.Export("tcsh", vars); err == nil {
		t.Error("no error for a shell that is not known")
	}
	if _, err := runenv.Export("cmd", []runenv.Variable{{Name: "A", Value: "x\ny"}}); err == nil {
		t.Error("no error for a line break in cmd")
	}
}

// TestShReadsWhatIsExported asks the real shell.
func TestShReadsWhatIsExported(t *testing.T) {
	t.Parallel()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("needs sh")
	}
	for _, value := range append(awkward, "two\nlines") {
		text, err := runenv.Export("sh", []runenv.Variable{{Name: "DRAFTBOX_TEST", Value: value}})
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(sh, "-c", `eval "$1"; printf %s "$DRAFTBOX_TEST"`, "sh", text)
		if got, err := cmd.Output(); err != nil || string(got) != value {
			t.Errorf("%q comes back as %q, %v", value, got, err)
		}
	}
}
