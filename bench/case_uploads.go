package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"testing/fstest"

	"draftbox/internal/adminclient"
	"draftbox/wxopen"
)

// What many large uploads at once may take.
const (
	uploadsAtOnce    = 20
	uploadsPeakLimit = 150 // MB
)

// Sizes of each upload's code: as much as a package may have.
const (
	largeParts   = 10
	largePartKiB = 1900
)

// runUploads sends large code in parallel as miniprogram-ci does, and looks at the
// most memory that the server took.
func runUploads(ctx context.Context, b *bench) ([]row, error) {
	one, err := b.serveWorld(ctx, 1, 1)
	if err != nil {
		return nil, err
	}
	defer one.stop()
	admin := adminclient.New(one.ready.AdminURL, one.ready.AdminToken, nil)
	component := one.tenants[0].appid
	devs, err := adminclient.Take(admin.DevMiniprograms(ctx, component), 1)
	if err != nil || len(devs) == 0 {
		return nil, one.failed(fmt.Errorf("no development mini program: %w", err))
	}
	key, err := admin.NewUploadKey(ctx, component, devs[0].Appid)
	if err != nil {
		return nil, one.failed(err)
	}
	uploader, err := wxopen.NewUploader(wxopen.UploaderConfig{BaseURL: one.ready.APIURL, Appid: devs[0].Appid, PrivateKey: []byte(key.PrivateKey), TempDir: b.dir})
	if err != nil {
		return nil, err
	}
	code := largeProject()
	var wg sync.WaitGroup
	errs := make(chan error, uploadsAtOnce)
	for n := range uploadsAtOnce {
		mine := maps.Clone(code) // so that each is another package
		mine["pages/index/index.js"] = &fstest.MapFile{Data: fmt.Appendf(nil, "Page({n:%d})", n)}
		wg.Go(func() {
			_, err := uploader.Upload(ctx, wxopen.CodeUpload{Version: fmt.Sprintf("3.0.%d", n)}, mine)
			errs <- err
		})
	}
	wg.Wait()
	for range uploadsAtOnce {
		if err := <-errs; err != nil {
			return nil, one.failed(err)
		}
	}
	peak, err := one.peakRSS()
	if err != nil {
		return nil, one.failed(err)
	}
	mb := float64(peak) / 1e6
	return []row{{
		Case: fmt.Sprintf("memory at most, %d uploads of %d MB at once", uploadsAtOnce, largeParts*largePartKiB>>10), Unit: "MB", Ours: mb,
		Target: fmt.Sprintf("< %d MB", uploadsPeakLimit), Verdict: verdict(mb < uploadsPeakLimit),
	}}, nil
}

// largeProject has sub-packages of nearly the size that each may have.
func largeProject() fstest.MapFS {
	type subpackage struct {
		Root  string   `json:"root"`
		Pages []string `json:"pages"`
	}
	var subs []subpackage
	out := smallProject()
	for n := range largeParts {
		root := fmt.Sprintf("part%d", n)
		subs = append(subs, subpackage{root, []string{"p"}})
		content := make([]byte, largePartKiB<<10)
		_, _ = rand.Read(content) // never fails
		out[root+"/p.js"], out[root+"/i.png"] = &fstest.MapFile{Data: []byte("Page({})")}, &fstest.MapFile{Data: content}
	}
	app, err := json.Marshal(struct {
		Pages       []string     `json:"pages"`
		Subpackages []subpackage `json:"subpackages"`
	}{[]string{"pages/index/index"}, subs})
	if err != nil {
		panic(err) // texts always marshal
	}
	out["app.json"] = &fstest.MapFile{Data: app}
	return out
}
