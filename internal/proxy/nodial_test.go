package proxy_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// uses is all that the package may take from packages that could open a
// connection. What is not named here is not used: dialers, clients, transports
// and reverse proxies among it.
var uses = map[string][]string{
	"net": {"Addr", "Conn", "ErrClosed", "Listener", "SplitHostPort"},
	"net/http": {
		"ErrServerClosed", "Handler", "Header", "MethodConnect", "NewResponseController", "Protocols", "Request", "ResponseWriter", "Server",
		"StatusBadRequest", "StatusForbidden", "StatusInternalServerError",
	},
	"crypto/tls": {"Config"},
}

// imports are the packages that cannot.
var imports = []string{
	"context", "errors", "io", "log/slog", "slices", "strings", "sync", "time", "draftbox/internal/clock", "draftbox/internal/hosts",
}

// The proxy must never be a way to anything but draftbox. It opens no
// connection, because nothing that it uses can.
func TestNothingDials(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		files++
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		known := map[string]string{} // by the name that a file has for it
		for _, spec := range file.Imports {
			pkg, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := uses[pkg]; !ok && !slices.Contains(imports, pkg) {
				t.Errorf("%s imports %s; can it open a connection?", name, pkg)
			}
			if spec.Name != nil {
				t.Errorf("%s imports %s under another name; this test could not follow it", name, pkg)
			}
			known[path.Base(pkg)] = pkg
		}
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok {
				if allowed, ok := uses[known[x.Name]]; ok && !slices.Contains(allowed, sel.Sel.Name) {
					t.Errorf("%s: %s.%s; can it open a connection?", set.Position(sel.Pos()), x.Name, sel.Sel.Name)
				}
			}
			return true
		})
	}
	if files == 0 {
		t.Error("there are no files to look at")
	}
}
