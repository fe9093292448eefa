package console_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"draftbox/internal/browsertest"
	"draftbox/internal/platform"
)

// firstLoad is how many bytes a first page may take with everything that belongs to it,
// as transferred.
const firstLoad = 120_000

// loaded returns what a page took to load: bytes over the line, and milliseconds to its
// first paint with content.
func (v *visit) loaded() (transferred, painted float64) {
	v.Tab.Helper()
	v.Do(until(`document.readyState === "complete" && performance.getEntriesByName("first-contentful-paint").length > 0`))
	return ask[float64](v, `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].reduce((sum, entry) => sum + entry.transferSize, 0)`),
		ask[float64](v, `performance.getEntriesByName("first-contentful-paint")[0].startTime`)
}

// A draft box with 1,000 drafts is painted fast, and a first load is small on every
// page. The bound of the time is generous: other tests run beside.
func TestFirstLoad(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b, pages := filled(t)
	b.boxed(1000)
	v := b.visit(t, browser, "zh-CN", browsertest.Screens()[0])
	v.Do(func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
		return chromedp.Void{}, err
	})
	for name, path := range pages {
		v.Do(browsertest.Visit(v.home+path), browsertest.Await("h1"))
		transferred, painted := v.loaded()
		t.Logf("%-10s %.1f KB transferred, first paint after %.0f ms", name, transferred/1000, painted)
		if transferred > firstLoad || transferred < 5000 {
			t.Errorf("%s: %.0f bytes are transferred, want less than %d", name, transferred, firstLoad)
		}
		if name == "drafts" && painted > 5000 {
			t.Errorf("%s: the first paint comes after %.0f ms", name, painted)
		}
	}
}

// Who takes no compressed answer gets none, and the compressed one is the same.
func TestCompression(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, path := range []string{base + "/drafts", "/static/console.css", "/static/live.js"} {
		plain, packed := b.get(path), b.get(path, "Accept-Encoding", "br, gzip")
		if plain.Header().Get("Content-Encoding") != "" || packed.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: the encodings are %q and %q", path, plain.Header().Get("Content-Encoding"), packed.Header().Get("Content-Encoding"))
		}
		r, err := gzip.NewReader(bytes.NewReader(packed.Body.Bytes()))
		b.must(err)
		got, err := io.ReadAll(r)
		b.must(err)
		if path != base+"/drafts" && !bytes.Equal(got, plain.Body.Bytes()) {
			t.Errorf("%s differs when it is compressed", path)
		}
		if again := b.get(path, "Accept-Encoding", "gzip", "If-None-Match", packed.Header().Get("ETag")); packed.Header().Get("ETag") != "" && again.Code != http.StatusNotModified {
			t.Errorf("%s is sent again: %d", path, again.Code)
		}
		if w := b.get(path, "Accept-Encoding", "gzip;q=0"); w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s is compressed for who does not want that", path)
		}
	}
}

// boxed fills the draft box up to so many drafts: each is of a development mini program
// of its own, since a new one takes the place of the former.
func (b *bench) boxed(total int) {
	b.Helper()
	ctx := context.Background()
	d, err := b.service.Draft(ctx, component, 0)
	b.must(err)
	b.must(b.store.Update(ctx, component, func(tx platform.Tx, _ *platform.Component) error {
		for i := 1; i < total; i++ {
			source := fmt.Sprintf("wx%016x", 0xd00000+i)
			if err := tx.PutDevMiniprogram(ctx, &platform.DevMiniprogram{ComponentAppid: component, Appid: source, Name: fmt.Sprintf("演示 %d", i), CreatedAt: d.CreateTime}); err != nil {
				return err
			}
			next := d.Draft
			next.SourceAppid, next.Slot, next.UserVersion = source, source, fmt.Sprintf("1.0.%d", i)
			var err error
			if next.ID, err = tx.TakeDraftID(ctx, component); err != nil {
				return err
			}
			if err := tx.InsertDraft(ctx, &next); err != nil {
				return err
			}
		}
		return nil
	}))
	b.has(b.get(base+"/drafts"), http.StatusOK, fmt.Sprintf("1–50 of %d", total))
}
