// Package browsertest lets tests look at pages in a real browser, Chromium, on the
// screen of a desktop or of a phone.
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const (
	// EnvBrowser names a browser to use in place of the one that is found.
	EnvBrowser = "DRAFTBOX_TEST_CHROME"
	// EnvArtifacts names a folder where pictures of pages are kept; without it none
	// are made.
	EnvArtifacts = "DRAFTBOX_TEST_ARTIFACTS"
	// EnvRequire lists what tests may not do without; with "chromium" in it they
	// fail where they would be skipped.
	EnvRequire = "DRAFTBOX_TEST_REQUIRE"
)

// Screen is what somebody looks at a page on. Sizes are in CSS pixels.
type Screen struct {
	Name          string
	Width, Height int64
	Mobile        bool
}

// Screens returns those that pages are tested on.
func Screens() []Screen {
	return []Screen{{"desktop", 1280, 800, false}, {"phone", 390, 844, true}}
}

// Everywhere runs a test as often as pages are to be looked at: on each screen, for who
// reads Chinese and for who reads English, at the same time in one browser. Without one
// it is skipped, or fails.
func Everywhere(t *testing.T, test func(t *testing.T, b *Browser, lang string, on Screen)) {
	t.Helper()
	b := Start(t)
	for _, on := range Screens() {
		for _, lang := range []string{"zh-CN", "en"} {
			t.Run(on.Name+" "+lang, func(t *testing.T) {
				t.Parallel()
				test(t, b, lang, on)
			})
		}
	}
}

// Browser is a browser that runs until its test ends. Its methods may be called by
// several tests at once.
type Browser struct{ ctx func() context.Context }

// Start starts a browser. Without one the test is skipped, or fails.
func Start(t *testing.T) *Browser {
	t.Helper()
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	if name := os.Getenv(EnvBrowser); name != "" {
		names = []string{name}
	}
	path := ""
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if strings.Contains(os.Getenv(EnvRequire), "chromium") {
			t.Fatalf("no browser: none of %v is there; %s names one", names, EnvBrowser)
		}
		t.Skipf("no browser: none of %v is there; %s names one", names, EnvBrowser)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // there is no sandbox for root
	}
	// It has no time limit of its own, for a test waits for others; its steps have.
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(ctx)
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return &Browser{func() context.Context { return ctx }}
}
