package snippet_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"draftbox/internal/snippet"
)

// A Go program parses with any text in it, and has the text; a program of any language
// is printable but for its line breaks and tabs, so that pages and terminals show all of
// it.
func FuzzProgram(f *testing.F) {
	for _, text := range []string{"{}", "`", "a\nb\\`\"", "\r\x00\uFEFF\u2028", "\xff", `${x}</script>`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		call := snippet.Call{Method: http.MethodPost, URL: "http://127.0.0.1/x", Body: text}
		for _, l := range snippet.Languages() {
			program := l.Program(call)
			if l.ID == "go" {
				if want := strings.ToValidUTF8(text, "\uFFFD"); !slices.Contains(literals(t, program), want) {
					t.Errorf("%q is not in\n%s", want, program)
				}
			}
			if i := strings.IndexFunc(program, func(r rune) bool { return r != '\n' && r != '\t' && r != ' ' && !strconv.IsPrint(r) }); i >= 0 {
				t.Errorf("%s: %q at %d cannot be seen", l.Name, program[i:min(i+4, len(program))], i)
			}
		}
	})
}

// literals are the strings in a Go program.
func literals(t *testing.T, program string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "main.go", program, 0)
	if err != nil {
		t.Fatalf("%v\n%s", err, program)
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Errorf("%s: %v", lit.Value, err)
			}
			out = append(out, text)
		}
		return true
	})
	return out
}
