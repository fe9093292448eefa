package console_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"draftbox/internal/platform"
	"draftbox/internal/store/pgtest"
)

// crowded makes merchants that use template 0, each of them.
func (b *bench) crowded() {
	b.Helper()
	ctx := context.Background()
	now, err := b.service.Now(ctx)
	b.must(err)
	b.must(b.store.Update(ctx, component, func(tx platform.Tx, _ *platform.Component) error {
		for i := range crowd {
			m := platform.Authorizer{
				ComponentAppid: component, Appid: fmt.Sprintf("wx%016x", 0x100000+i), NickName: fmt.Sprintf("店铺 %05d", i), Authorized: i%3 > 0,
				CreatedAt: now, AuthTime: now, FuncIDs: platform.DefaultFuncIDs(), RefreshToken: "refreshtoken@@@x",
				Profile: platform.Profile{PrincipalName: fmt.Sprintf("深圳市第 %d 号公司", i)},
			}
			if err := tx.PutAuthorizer(ctx, &m); err != nil {
				return err
			}
			code := platform.CodeState{
				ComponentAppid: component, AuthorizerAppid: m.Appid,
				Exp: &platform.ExpVersion{UserVersion: "1.0.0", Time: now, CheckedAt: now, Config: platform.CodeConfig{Pages: []string{"pages/index/index"}}},
			}
			if err := tx.PutCodeState(ctx, &code); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Pages open fast with 10,000 merchants, also the first time after a change, in every
// order and with every filter; the log has what it took.
func TestManyMerchants(t *testing.T) {
	t.Parallel()
	for name, place := range map[string]func(*testing.T) string{
		"SQLite":     func(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "draftbox.db") },
		"PostgreSQL": func(t *testing.T) string { t.Helper(); return pgtest.Database(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := benchOn(t, place(t))
			b.crowded()
			for _, path := range []string{
				"/merchants", "/merchants?page=150", "/merchants?sort=-merchant", "/merchants?sort=principal", "/merchants?sort=-sets", "/merchants?q=" + "01999",
				"/merchants?authorized=no", "/merchants/" + merchant, "/audits", "", "/templates/0",
			} {
				warm := b.open(path)
				t.Logf("%-30s %s", path, warm)
				if warm > patience {
					t.Errorf("%s takes %s", path, warm)
				}
			}
			best := time.Hour
			for range 3 {
				_, err := b.service.PutAuthorizer(context.Background(), platform.Authorizer{ComponentAppid: component, Appid: merchant, NickName: "商户一", Authorized: true})
				b.must(err) // now nothing that was kept is right any more
				best = min(best, b.open("/merchants"))
			}
			t.Logf("%-30s %s", "/merchants after a change", best)
			if best > patience {
				t.Errorf("after a change the list takes %s", best)
			}
			b.has(b.get(base+"/templates/0"), http.StatusOK, fmt.Sprintf("<small>%d</small>", crowd), "?users=wx")
			b.has(b.get(base+"/merchants?q="+url.QueryEscape("店铺 01999")), http.StatusOK, "1–1 of 1")
			b.has(b.get(base+"/merchants?sort=-merchant"), http.StatusOK, fmt.Sprintf("1–50 of %d", crowd+1))
		})
	}
}

// open returns how long a page takes.
func (b *bench) open(path string) time.Duration {
	b.Helper()
	began := time.Now()
	w := b.get(base + path)
	took := time.Since(began)
	if w.Code != http.StatusOK {
		b.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return took
}
