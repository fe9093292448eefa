package console_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"draftbox/internal/browsertest"
)

// axeCore is the version of the accessibility checker that is fetched for the test.
const axeCore = "axe-core@4.10.3"

// axe is the checker's script; empty where pages are not to be checked, which
// [TestAccessibilityIsChecked] tells: without "axe" in [browsertest.EnvRequire], for the
// checker comes over the network. With it the script must be there.
func axe(t *testing.T) string {
	t.Helper()
	if !strings.Contains(os.Getenv(browsertest.EnvRequire), "axe") {
		return ""
	}
	script, err := fetched()
	if err != nil {
		t.Fatal(err)
	}
	return script
}

// fetched is the script, fetched once for all tests.
var fetched = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "draftbox-axe")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", dir, axeCore)
	if out, err := npm.CombinedOutput(); err != nil {
		return "", fmt.Errorf("no %s from npm: %w\n%s", axeCore, err, out)
	}
	script, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	return string(script), err
})

// The pages are checked in [TestPagesInABrowser], where they are open anyway; this test
// says so where they are not, and that the checker does find what is wrong.
func TestAccessibilityIsChecked(t *testing.T) {
	t.Parallel()
	script := axe(t)
	if script == "" {
		t.Skipf("pages are not checked for accessibility: %s=axe does, with %s from the npm registry", browsertest.EnvRequire, axeCore)
	}
	b := newBench(t)
	v := b.visit(t, browsertest.Start(t), "en", browsertest.Screens()[0])
	v.Do(browsertest.Visit(v.home+base), browsertest.Await("h1"), run(script), run(`document.querySelector("main").append(new Image())`))
	if found := v.check("light"); !strings.Contains(found, "image-alt") {
		t.Errorf("a picture without a text is not found, but %q", found)
	}
}

// accessible checks the page that is open, light and dark, with everything unfolded that
// can be.
func (v *visit) accessible(name, script string) {
	v.Tab.Helper()
	if script == "" {
		return
	}
	v.Do(run(script), run(`document.querySelectorAll("main details").forEach((part) => { part.open = true; })`))
	for _, theme := range []string{"light", "dark"} {
		if found := v.check(theme); found != "" {
			v.Tab.Errorf("%s, %s: %s", name, theme, found)
		}
	}
}

// check runs the checker in a theme and returns what it found.
func (v *visit) check(theme string) (found string) {
	v.Tab.Helper()
	v.Do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		var err error
		found, err = chromedp.Evaluate[string](`document.documentElement.dataset.theme = "`+theme+`";
			axe.run().then((found) => found.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target + " " + n.failureSummary).join("\n")).join("\n"))`,
			chromedp.EvalAwaitPromise)(ctx, t)
		return chromedp.Void{}, err
	})
	return found
}
