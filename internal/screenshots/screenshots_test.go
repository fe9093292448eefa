package screenshots_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"draftbox/internal/browsertest"
)

// folder names where the pictures go; without it there are none to take.
const folder = "DRAFTBOX_SCREENSHOTS"

// mostBytes keeps the repository small.
const mostBytes = 80 << 10

// TestScreenshots takes each picture in both languages, light and dark.
func TestScreenshots(t *testing.T) {
	t.Parallel()
	dir := os.Getenv(folder)
	if dir == "" {
		t.Skip("pictures are taken by: make screenshots")
	}
	browser := browsertest.Start(t)
	for _, lang := range []string{"zh-CN", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.live(t)
			tab := browser.Open(t, lang, browsertest.Screen{Name: "picture", Width: 1280, Height: 760})
			for name, path := range w.pages(t) {
				tab.Do(browsertest.Visit(w.admin.URL+path), browsertest.Await("#live.on"))
				tab.Fine(name)
				tab.Photograph("readme-" + name + "-" + lang)
				for _, scheme := range []string{"light", "dark"} {
					picture := tab.Picture(scheme)
					if len(picture) > mostBytes {
						t.Errorf("%s, %s: %d bytes, at most %d are wanted", name, scheme, len(picture), mostBytes)
					}
					file := filepath.Join(dir, "console-"+name+"-"+lang+"-"+scheme+".webp")
					if err := os.WriteFile(file, picture, 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
		})
	}
}

// The world can be made, whether pictures are taken or not.
func TestWorld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.live(t)
	for name, path := range w.pages(t) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.admin.URL+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := w.admin.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s answers %d", name, resp.StatusCode)
		}
	}
}

// newServer serves a handler until the test ends.
func newServer(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}
