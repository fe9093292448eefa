package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing/fstest"
	"time"

	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
)

// tenant is a loaded component and a token of it.
type tenant struct {
	appid string
	token string
}

// perTransaction is how many components are loaded at once.
const perTransaction = 100

// load fills an empty database with components that have drafts, and returns
// them. It writes through the store, past the rules that make uploads one by
// one: 300,000 durable uploads would take an hour.
func loadWorld(ctx context.Context, database string, components, drafts int) (_ []tenant, err error) {
	store, err := sqlstore.Open(ctx, sqlstore.Options{URL: database})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	built, err := miniprogram.FromFS(smallProject(), miniprogram.Options{})
	if err != nil {
		return nil, err
	}
	defer built.Content.Close()
	tenants := make([]tenant, components)
	built.Package.CreatedAt = time.Now()
	for first := 0; first < components; first += perTransaction {
		last := min(first+perTransaction, components)
		err := store.UpdateShared(ctx, func(tx platform.Tx) error {
			if err := tx.PutPackage(ctx, &built.Package, built.Content); err != nil {
				return err
			}
			for n := first; n < last; n++ {
				tenants[n] = tenant{fmt.Sprintf("wx%016x", n+1), newToken()}
				if err := loadTenant(ctx, tx, tenants[n], n, drafts, built.Package.Digest); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return tenants, nil
}

func loadTenant(ctx context.Context, tx platform.Tx, t tenant, n, drafts int, digest string) error {
	now := tx.Now()
	settings := platform.DefaultSettings()
	settings.MaxDevMiniprograms = max(settings.MaxDevMiniprograms, drafts)
	c := platform.Component{
		Appid: t.appid, Name: fmt.Sprintf("示例平台%d", n), Secret: fmt.Sprintf("%032x", n), Token: "messagetoken",
		EncodingAESKey: strings.Repeat("a", 43), Settings: settings, CreatedAt: now, NextDraftID: int64(drafts),
	}
	if err := tx.InsertComponent(ctx, &c); err != nil {
		return err
	}
	for d := range drafts {
		source := fmt.Sprintf("wxd%07x%08x", d, n)
		err := tx.PutDevMiniprogram(ctx, &platform.DevMiniprogram{
			ComponentAppid: t.appid, Appid: source, Name: fmt.Sprintf("商城演示%d", d), CreatedAt: now,
		})
		if err != nil {
			return err
		}
		err = tx.InsertDraft(ctx, &platform.Draft{
			ComponentAppid: t.appid, ID: int64(d), Slot: source, SourceAppid: source, UserVersion: fmt.Sprintf("1.%d.0", d),
			UserDesc: "修复结算页金额显示的问题", Developer: "小明", CreateTime: now.Truncate(time.Second), Digest: digest,
		})
		if err != nil {
			return err
		}
	}
	return tx.InsertToken(ctx, &platform.AccessToken{
		Hash: platform.HashToken(t.token), Kind: platform.ComponentToken, ComponentAppid: t.appid, Hint: platform.Mask(t.token),
		Origin: platform.OriginAdmin, IssuedAt: now, ExpiresAt: now.Add(platform.AccessTokenLife),
	})
}

// newToken makes a token in the form of the real ones.
func newToken() string {
	random := make([]byte, 116)
	_, _ = rand.Read(random) // never fails
	return "103_" + base64.RawURLEncoding.EncodeToString(random)[:154]
}

// smallProject is the least that is a mini program.
func smallProject() fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"app.json":               file(`{"pages":["pages/index/index"]}`),
		"app.js":                 file("App({})"),
		"pages/index/index.js":   file("Page({})"),
		"pages/index/index.wxml": file("<view/>"),
	}
}
