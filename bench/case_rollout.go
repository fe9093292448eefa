package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
	"draftbox/internal/store/pgtest"
	"draftbox/internal/store/sqlstore"
	"draftbox/wxopen"
)

// A template is committed, submitted, passed and released for each merchant.
const (
	fewMerchants  = 100
	manyMerchants = 10_000
	// rolloutAtOnce is how many merchants are dealt with at one time.
	rolloutAtOnce = 32
	// rolloutGrowth is how much more a merchant may cost among many than among few.
	rolloutGrowth = 1.15
)

// runRollout rolls a template out to few and to many merchants, through the client, on
// both databases.
func runRollout(ctx context.Context, b *bench) ([]row, error) {
	var rows []row
	for _, engine := range []struct {
		name string
		open func(dir string) (database string, done func(), err error)
	}{
		{"SQLite", func(dir string) (string, func(), error) { return filepath.Join(dir, databaseName), func() {}, nil }},
		{"PostgreSQL", func(string) (string, func(), error) {
			cluster, err := pgtest.Start(pgtest.Options{Durable: true})
			if err != nil {
				return "", nil, err
			}
			return cluster.URL("postgres"), cluster.Close, nil
		}},
	} {
		dir, err := b.newDir("rollout")
		if err != nil {
			return rows, err
		}
		database, done, err := engine.open(dir)
		if err != nil {
			return rows, err // what is missing is said in a row
		}
		more, err := b.rollouts(ctx, engine.name, dir, database)
		done()
		rows = append(rows, more...)
		if err != nil {
			return rows, err
		}
	}
	return rows, nil
}

func (b *bench) rollouts(ctx context.Context, name, dir, database string) ([]row, error) {
	few, err := loadMerchants(ctx, database, 1, fewMerchants)
	if err != nil {
		return nil, err
	}
	many, err := loadMerchants(ctx, database, 2, manyMerchants)
	if err != nil {
		return nil, err
	}
	server, err := b.serve(ctx, dir, database)
	if err != nil {
		return nil, err
	}
	defer server.stop()
	b.say("%s: a template to %d merchants, then to %d", name, fewMerchants, manyMerchants)
	var each [2]float64 // microseconds a merchant
	var out []row
	for i, world := range []*merchants{few, many} {
		r, err := world.roll(ctx, server.ready.APIURL)
		if err != nil {
			return nil, server.failed(err)
		}
		peak, err := server.peakRSS()
		if err != nil {
			return nil, err
		}
		n := len(world.tokens)
		each[i] = float64(r.took.Microseconds()) / float64(n)
		out = append(out, row{
			Case: fmt.Sprintf("roll-out to %d merchants, %s", n, name), Unit: "calls/s", Ours: float64(r.calls) / r.took.Seconds(), Verdict: shown,
			Note: fmt.Sprintf("%d calls in %s, p50 %s, p99 %s, worst %s; at most %.0f MB resident%s", r.calls, r.took.Round(time.Millisecond),
				r.at(0.50), r.at(0.99), r.at(1), float64(peak)/1e6, sizeOf(database)),
		})
	}
	growth := each[1] / each[0]
	out = append(out, row{
		Case: "the same, a merchant among many against one among few, " + name, Unit: "µs", Ours: each[1], Yardstick: each[0], Ratio: each[0] / each[1],
		Target: fmt.Sprintf("≥ %.2f", 1/rolloutGrowth), Verdict: verdict(growth <= rolloutGrowth),
	})
	server.stop()
	for _, world := range []*merchants{few, many} {
		if err := world.check(ctx, database); err != nil {
			return out, err
		}
	}
	return out, nil
}

func sizeOf(database string) string {
	if strings.Contains(database, "://") {
		return ""
	}
	var size int64
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(database + suffix); err == nil {
			size += info.Size()
		}
	}
	return fmt.Sprintf(", database %.1f MB", float64(size)/1e6)
}

// merchants are those of one component, with a token each.
type merchants struct {
	component string
	appids    []string
	tokens    []string
}

// loadMerchants makes a component with template 0 and merchants that have authorized
// it.
func loadMerchants(ctx context.Context, database string, number, n int) (_ *merchants, err error) {
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
	built.Package.CreatedAt = time.Now()
	out := &merchants{component: fmt.Sprintf("wxc%015x", number)}
	settings := platform.DefaultSettings()
	settings.Audit.Decide = platform.DecidePass
	err = store.UpdateShared(ctx, func(tx platform.Tx) error {
		if err := tx.PutPackage(ctx, &built.Package, built.Content); err != nil {
			return err
		}
		err := tx.InsertComponent(ctx, &platform.Component{
			Appid: out.component, Name: "示例平台", Secret: strings.Repeat("0", 32), Token: "messagetoken", EncodingAESKey: strings.Repeat("a", 43),
			Settings: settings, CreatedAt: tx.Now(), NextTemplateID: 1,
		})
		if err != nil {
			return err
		}
		return tx.InsertTemplate(ctx, &platform.Template{
			ComponentAppid: out.component, SourceAppid: "wxd0000000000000001", SourceName: "商城演示", UserVersion: "1.0.0", Developer: "小明",
			CreateTime: tx.Now().Truncate(time.Second), Digest: built.Package.Digest,
		})
	})
	for first := 0; err == nil && first < n; first += perTransaction {
		err = store.UpdateShared(ctx, func(tx platform.Tx) error { return out.load(ctx, tx, number, first, min(first+perTransaction, n)) })
	}
	return out, err
}

func (m *merchants) load(ctx context.Context, tx platform.Tx, number, first, last int) error {
	m.appids, m.tokens = m.appids[:first], m.tokens[:first] // it may run again
	for n := first; n < last; n++ {
		appid, token := fmt.Sprintf("wx%08x%08x", number, n), newToken()
		m.appids, m.tokens = append(m.appids, appid), append(m.tokens, token)
		err := tx.PutAuthorizer(ctx, &platform.Authorizer{
			ComponentAppid: m.component, Appid: appid, NickName: fmt.Sprintf("商户%d", n), Authorized: true, Exchanged: true,
			RefreshToken: "refreshtoken@@@" + appid, AuthTime: tx.Now(), FuncIDs: platform.DefaultFuncIDs(), CreatedAt: tx.Now(),
		})
		if err != nil {
			return err
		}
		err = tx.InsertToken(ctx, &platform.AccessToken{
			Hash: platform.HashToken(token), Kind: platform.AuthorizerToken, ComponentAppid: m.component, AuthorizerAppid: appid, Hint: platform.Mask(token),
			Origin: platform.OriginAdmin, IssuedAt: tx.Now(), ExpiresAt: tx.Now().Add(platform.AccessTokenLife),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// rolled is how a roll-out went.
type rolled struct {
	calls int
	took  time.Duration
	times []time.Duration // of each call, ascending
}

func (r *rolled) at(part float64) time.Duration {
	return r.times[min(len(r.times)-1, int(part*float64(len(r.times))))].Round(10 * time.Microsecond)
}

// roll commits, submits and releases for all merchants.
func (m *merchants) roll(ctx context.Context, base string) (*rolled, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	transport := &http.Transport{MaxIdleConnsPerHost: rolloutAtOnce}
	defer transport.CloseIdleConnections()
	client, err := wxopen.New(wxopen.Config{
		BaseURL: base, HTTPClient: &http.Client{Transport: transport, Timeout: time.Minute}, Tokens: wxopen.StaticToken("none"), Retry: wxopen.RetryPolicy{Attempts: 1},
	})
	if err != nil {
		return nil, err
	}
	out := &rolled{}
	var next atomic.Int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	begin := time.Now()
	for range rolloutAtOnce {
		wg.Go(func() {
			var times []time.Duration
			for i := int(next.Add(1)) - 1; i < len(m.appids) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				more, err := rollOne(ctx, client.Authorizer(m.appids[i], wxopen.StaticToken(m.tokens[i])))
				times = append(times, more...)
				if err != nil {
					cancel(fmt.Errorf("merchant %s: %w", m.appids[i], err))
				}
			}
			mu.Lock()
			defer mu.Unlock()
			out.times = append(out.times, times...)
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	out.took, out.calls = time.Since(begin), len(out.times)
	slices.Sort(out.times)
	return out, nil
}

func rollOne(ctx context.Context, merchant *wxopen.AuthorizerClient) (times []time.Duration, err error) {
	call := func(fn func() error) {
		if err == nil {
			begin := time.Now()
			err = fn()
			times = append(times, time.Since(begin))
		}
	}
	call(func() error {
		return merchant.Commit(ctx, wxopen.CommitRequest{
			UserVersion: "1.0.0", UserDesc: "首个版本", RawExtJSON: `{"extAppid":"` + merchant.Appid() + `","ext":{"shop":"` + merchant.Appid() + `"}}`,
		})
	})
	call(func() error {
		_, err := merchant.SubmitAudit(ctx, wxopen.AuditRequest{})
		return err
	})
	call(func() error { return merchant.Release(ctx) })
	return times, err
}

// check looks into the database: each merchant has its version online, released once.
func (m *merchants) check(ctx context.Context, database string) (err error) {
	store, err := sqlstore.Open(ctx, sqlstore.Options{URL: database})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return store.View(ctx, func(r platform.Reader) error {
		for _, appid := range m.appids {
			code, err := r.CodeState(ctx, m.component, appid)
			if err != nil {
				return err
			}
			if code.Online == nil || code.AppVersions != 1 || code.LastAudit != platform.AuditReleased {
				return fmt.Errorf("after the roll-out %s has %d releases and the audit is %q", appid, code.AppVersions, code.LastAudit)
			}
		}
		return nil
	})
}
