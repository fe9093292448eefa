package wxapi_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"draftbox/internal/clock"
	"draftbox/internal/journal"
	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
	"draftbox/internal/wxapi"
)

// discard is a ResponseWriter that costs next to nothing.
type discard struct{ h http.Header }

func (d discard) Header() http.Header         { return d.h }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

// What the draft list costs beside the HTTP server.
func BenchmarkDraftList(b *testing.B) {
	ctx := b.Context()
	store, err := sqlstore.Open(ctx, sqlstore.Options{URL: "sqlite::memory:", Logger: slog.New(slog.DiscardHandler), Real: clock.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	service := platform.NewService(store, clock.Now)
	api := wxapi.New(wxapi.Options{Service: service, Journal: journal.New(journal.DefaultSize)})
	c, err := service.CreateComponent(ctx, platform.Component{})
	if err != nil {
		b.Fatal(err)
	}
	for range 2 {
		d, err := service.PutDevMiniprogram(ctx, platform.DevMiniprogram{ComponentAppid: c.Appid})
		if err != nil {
			b.Fatal(err)
		}
		built, err := miniprogram.FromFS(project, miniprogram.Options{})
		if err != nil {
			b.Fatal(err)
		}
		u := platform.Upload{ComponentAppid: c.Appid, SourceAppid: d.Appid, UserVersion: "1.0.0"}
		if _, err := service.UploadDraft(ctx, u, &built.Package, built.Content); err != nil {
			b.Fatal(err)
		}
	}
	token, err := service.AdminComponentToken(ctx, c.Appid, platform.Caller{})
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, draftList+"?access_token="+token, nil)
	w := discard{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		api.ServeHTTP(w, r)
	}
}
