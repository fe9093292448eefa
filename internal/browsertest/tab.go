package browsertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Tab is a tab of a browser that remembers what the browser complained of. What goes
// wrong in a step ends the test.
type Tab struct {
	*testing.T
	ctx   func() context.Context
	width int64 // of the screen
	mu    sync.Mutex
	wrong []string
}

// Open opens a tab on a screen for somebody who reads a language, like zh-CN. It is
// closed when the test ends.
func (b *Browser) Open(t *testing.T, lang string, on Screen) *Tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(b.ctx())
	t.Cleanup(closeTab)
	tab := &Tab{T: t, ctx: func() context.Context { return ctx }, width: on.Width}
	if err := chromedp.Listen(ctx, tab.hear); err != nil {
		t.Fatal(err)
	}
	call(tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: on.Width, Height: on.Height, DeviceScaleFactor: 1, Mobile: on.Mobile,
	})
	agent := run(tab, chromedp.Evaluate[string](`navigator.userAgent`))
	call(tab, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: lang})
	return tab
}

// hear remembers a complaint.
func (b *Tab) hear(event any) {
	var what string
	switch e := event.(type) {
	case *log.EventEntryAdded:
		what = fmt.Sprint(e.Entry.Level, ": ", e.Entry.Text, " ", e.Entry.URL)
	case *runtime.EventExceptionThrown:
		what = "exception: " + e.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		what = "console: " + string(e.Type)
	default:
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrong = append(b.wrong, what)
}

// stepTimeout bounds what steps that are taken together wait for.
const stepTimeout = 30 * time.Second

// run takes a step that has a value.
func run[T any](b *Tab, step chromedp.Action[T]) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx(), stepTimeout)
	defer cancel()
	v, err := chromedp.Run(ctx, step)
	if err != nil {
		b.Fatal(err)
	}
	return v
}

// call sends a command of the protocol.
func call[P, R any](b *Tab, command cdp.Command[P, R], params P) {
	b.Helper()
	run(b, func(ctx context.Context, t *chromedp.Target) (R, error) { return cdp.Call(ctx, t, command, params) })
}

// Step is something that a person does in a tab, or waits for.
type Step = chromedp.Action[chromedp.Void]

// Visit goes to an address.
func Visit(address string) Step { return chromedp.Navigate(address) }

// Click clicks on what a CSS selector finds, once it is there.
func Click(selector string) Step { return onceMore(chromedp.Click(chromedp.CSS(selector))) }

// Write types into what a CSS selector finds, once it is there.
func Write(selector, text string) Step {
	return onceMore(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Await waits until a CSS selector finds something.
func Await(selector string) Step { return onceMore(chromedp.WaitReady(chromedp.CSS(selector))) }

// onceMore takes a step again when what it found has gone before it was taken: a page
// that is live replaces its parts at any time.
func onceMore[T any](step chromedp.Action[T]) chromedp.Action[T] {
	return func(ctx context.Context, t *chromedp.Target) (T, error) {
		for {
			v, err := step(ctx, t)
			if err == nil || ctx.Err() != nil || !strings.Contains(err.Error(), "node with given id") {
				return v, err
			}
		}
	}
}

// Do takes steps, one after the other.
func (b *Tab) Do(steps ...Step) {
	b.Helper()
	run(b, chromedp.Steps(steps...))
}

// Text returns the text of what a CSS selector finds.
func (b *Tab) Text(selector string) string {
	b.Helper()
	return run(b, onceMore(chromedp.Text(chromedp.CSS(selector))))
}

// Count returns how many elements a CSS selector finds.
func (b *Tab) Count(selector string) int {
	b.Helper()
	return run(b, chromedp.Evaluate[int](fmt.Sprintf("document.querySelectorAll(%q).length", selector)))
}

// Fine checks what holds of every page: nothing sticks out at the side, and the
// browser has no complaint.
func (b *Tab) Fine(where string) {
	b.Helper()
	// A phone zooms out where something sticks out, and innerWidth grows with it.
	wide, window := run(b, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)), run(b, chromedp.Evaluate[int64](`innerWidth`))
	if wide > b.width || window != b.width {
		b.Errorf("%s: %d px wide in a window of %d, on a screen of %d", where, wide, window, b.width)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.wrong) > 0 {
		b.Errorf("%s: the browser complains: %s", where, strings.Join(b.wrong, "\n"))
	}
}

// Photograph keeps pictures of a page, light and dark, where they are asked for by
// [EnvArtifacts]: NAME-light.png and NAME-dark.png.
func (b *Tab) Photograph(name string) {
	b.Helper()
	dir := os.Getenv(EnvArtifacts)
	if dir == "" {
		return
	}
	if err := os.MkdirAll(dir, 0o750); err != nil { //nolint:gosec // the folder is the tester's to name
		b.Fatal(err)
	}
	for _, scheme := range []string{"light", "dark"} {
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		picture := run(b, chromedp.CaptureScreenshot())
		if err := os.WriteFile(filepath.Join(dir, name+"-"+scheme+".png"), picture, 0o600); err != nil { //nolint:gosec // the same
			b.Fatal(err)
		}
	}
}

// Picture returns what is on the screen, light or dark, as WebP.
func (b *Tab) Picture(scheme string) []byte {
	b.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	return run(b, func(ctx context.Context, t *chromedp.Target) ([]byte, error) {
		out, err := cdp.Call(ctx, t, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatWebp, Quality: new(int64(pictureQuality))})
		return out.Data, err
	})
}

// pictureQuality is where text on plain ground shows no flaws.
const pictureQuality = 72
