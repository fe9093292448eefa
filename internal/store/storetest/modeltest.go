package storetest

import (
	"errors"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"draftbox/internal/platform"
)

// modelTime bounds the model test; rapid's own bound is a number of histories,
// whose cost depends on the engine and the disk.
const modelTime = 4 * time.Second

// testModel runs random histories on the store and on a model of it and compares
// everything that can be read after each transaction.
func testModel(b *bench) {
	start := time.Now()
	clock := platform.ClockState{}
	failed := false
	rapid.Check(b.T, func(rt *rapid.T) {
		if !failed && time.Since(start) > modelTime {
			return
		}
		h := &history{
			bench: b, rt: rt, appids: []string{newAppid(), newAppid()},
			dev:   []string{newAppid(), newAppid(), newAppid(), newAppid()},
			model: &model{clock: clock, tenants: map[string]*tenant{}, packages: map[string]bool{}},
		}
		defer func() {
			failed = failed || rt.Failed()
			clock = h.model.clock
			h.clear()
		}()
		for _, appid := range h.appids {
			h.create(appid)
		}
		for range rapid.IntRange(1, 12).Draw(rt, "transactions") {
			h.transaction()
			h.compare()
		}
	})
}

// history is one run of the model test: two components, each with two
// development mini programs.
type history struct {
	*bench
	rt      *rapid.T
	appids  []string
	dev     []string
	model   *model
	secrets []string // of all tokens ever issued
}

func (h *history) fail(format string, args ...any) { h.rt.Fatalf(format, args...) }

func (h *history) must(err error) {
	h.rt.Helper()
	if err != nil {
		h.fail("unexpected error: %v", err)
	}
}

func (h *history) create(appid string) {
	c := component(appid)
	h.must(h.insertComponent(&c))
	h.model.tenants[appid] = newTenant(c)
}

func (h *history) clear() {
	for appid := range h.model.tenants {
		_ = h.tryUpdate(appid, func(tx platform.Tx) error { return tx.DeleteComponent(h.ctx, appid) })
	}
}

// step is one call on the transaction and on the model; they agree on the error.
type step func(tx platform.Tx, m *model, t *tenant) (got, want error)

// transaction draws some steps and commits them, or rolls them back.
func (h *history) transaction() {
	appid := rapid.SampledFrom(h.appids).Draw(h.rt, "component")
	if h.model.tenants[appid] == nil {
		h.create(appid)
	}
	var steps []step
	for range rapid.IntRange(0, 5).Draw(h.rt, "steps") {
		name := rapid.SampledFrom(stepNames).Draw(h.rt, "step")
		steps = append(steps, stepKinds[name](h, appid))
	}
	rollback := rapid.IntRange(0, 5).Draw(h.rt, "rollback") == 0
	remove := rapid.IntRange(0, 15).Draw(h.rt, "remove") == 0
	var after *model
	err := h.store.Update(h.ctx, appid, func(tx platform.Tx, c *platform.Component) error {
		after = h.model.clone()
		t := after.tenants[appid]
		t.component.Rev++
		if c.Rev != t.component.Rev {
			return fmt.Errorf("rev is %d, want %d", c.Rev, t.component.Rev)
		}
		for i, s := range steps {
			if got, want := s(tx, after, t); !errors.Is(got, want) {
				return fmt.Errorf("step %d: error is %v, want %v", i, got, want) //nolint:errorlint // either may be nil
			}
		}
		if remove {
			delete(after.tenants, appid)
			for _, digest := range t.digests() {
				after.dropUnused(digest)
			}
			if err := tx.DeleteComponent(h.ctx, appid); err != nil {
				return err
			}
		}
		if rollback {
			return errSome
		}
		return nil
	})
	switch {
	case rollback && err == errSome: //nolint:errorlint // as is
	case err != nil || rollback:
		h.fail("transaction: %v (rollback %v)", err, rollback)
	default:
		h.model = after
	}
}

// compare reads everything and compares it with the model.
func (h *history) compare() {
	same := func(what string, got, want any) {
		h.rt.Helper()
		if d := diff(want, got); d != "" {
			h.fail("%s differs (-model +store):\n%s", what, d)
		}
	}
	for _, appid := range h.appids {
		t := h.model.tenants[appid]
		if t == nil {
			continue
		}
		same("component "+appid, h.dump(appid), t.contents())
		h.view(func(r platform.Reader) {
			same("clock", r.Clock(), h.model.clock)
			for _, want := range t.tickets {
				got, err := r.Ticket(h.ctx, appid, want.Value)
				h.must(err)
				same("ticket", *got, want)
			}
			for _, dev := range h.dev {
				got, err := r.DraftsOfSource(h.ctx, appid, dev)
				h.must(err)
				var want []platform.Draft
				for _, d := range t.contents().Drafts {
					if d.SourceAppid == dev {
						want = append(want, d)
					}
				}
				same("drafts of "+dev, got, want)
			}
			for _, appid := range h.dev {
				v, err := r.DevVersion(h.ctx, t.component.Appid, appid)
				same("development version of "+appid, found(h, v, err), atKey(t.devVersions, appid))
				p, err := r.PendingVersion(h.ctx, t.component.Appid, appid)
				same("pending version of "+appid, found(h, p, err), atKey(t.pending, appid))
			}
			for i := range 3 {
				key := fmt.Sprint("key", i)
				got, err := r.Seeded(h.ctx, appid, key)
				h.must(err)
				same("seeded "+key, got, t.seeded[key])
			}
		})
		h.compareCodes(t, same)
	}
	h.comparePackages()
	h.compareHeads(same)
	h.comparePushes(same)
}

// found is what was read, or nil if there is none.
func found[T any](h *history, v *T, err error) *T {
	h.rt.Helper()
	if errors.Is(err, platform.ErrNotFound) {
		return nil
	}
	h.must(err)
	return v
}

func atKey[T any](m map[string]T, key string) *T {
	if v, ok := m[key]; ok {
		return &v
	}
	return nil
}

func (h *history) comparePackages() {
	for seed := range byte(seeds) {
		p := h.pack(seed)
		err := h.store.View(h.ctx, func(r platform.Reader) error {
			_, err := r.Package(h.ctx, p.Digest)
			return err
		})
		if want := h.model.packages[p.Digest]; (err == nil) != want || err != nil && !errors.Is(err, platform.ErrNotFound) {
			h.fail("package %d is there: %v, want %v", seed, err, want)
		}
	}
}

func (h *history) compareHeads(same func(what string, got, want any)) {
	for _, secret := range h.secrets {
		got, err := h.store.Head(h.ctx, platform.HashToken(secret))
		var want *platform.Head
		for _, t := range h.model.tenants {
			if k, ok := t.tokens[platform.HashToken(secret)]; ok {
				want = &platform.Head{Token: k, Rev: t.component.Rev, Clock: h.model.clock}
			}
		}
		if want == nil {
			if !errors.Is(err, platform.ErrNotFound) {
				h.fail("head of %s: error is %v, want ErrNotFound", secret, err)
			}
			continue
		}
		h.must(err)
		same("head of "+secret, got, *want)
	}
}
