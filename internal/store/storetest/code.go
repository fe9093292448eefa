package storetest

import (
	"encoding/json"
	"time"

	"draftbox/internal/platform"
)

func testCodeStates(b *bench) {
	merchant, other := newAppid(), newAppid()
	b.view(func(r platform.Reader) {
		got, err := r.CodeState(b.ctx, b.comp, merchant)
		b.ok(err)
		b.equal(*got, platform.CodeState{ComponentAppid: b.comp, AuthorizerAppid: merchant})
	})
	want := platform.CodeState{
		ComponentAppid: b.comp, AuthorizerAppid: merchant, AuditID: 7, LastAudit: platform.AuditPassed, Visit: platform.VisitClose,
		SupportVersion: "2.30.0", AppVersions: 3, BusyUntil: epoch,
		Exp: &platform.ExpVersion{
			TemplateID: 1, UserVersion: "1.0.0", UserDesc: "首个版本\n第二行", Time: epoch, Digest: "d", CheckedAt: epoch.Add(time.Minute),
			Config:      platform.CodeConfig{ExtAppid: merchant, Pages: []string{"pages/index"}, RequiredPrivateInfos: []string{"getLocation"}},
			PrivacyAPIs: []string{"getLocation"}, PrivacyKeys: []string{"Location"},
		},
		Online:  &platform.Release{AppVersion: 2, UserVersion: "0.9.0", CommitTime: epoch, Time: epoch, Pages: []string{"pages/index"}, Rollback: true},
		History: []platform.Release{{AppVersion: 1, UserVersion: "0.8.0", CommitTime: epoch, Time: epoch, Pages: []string{"p"}}},
		Gray:    &platform.GrayPlan{Status: platform.GrayRunning, CreatedAt: epoch, Percentage: 8, DebuggerFirst: true},
		Undo:    platform.Undos{Day: "2026-03-01", OnDay: 2, Month: "2026-03", InMonth: 3},
	}
	for range 2 { // made, and put in the place of the former
		b.update(b.comp, func(tx platform.Tx) error { return tx.PutCodeState(b.ctx, &want) })
		b.view(func(r platform.Reader) {
			got, err := r.CodeState(b.ctx, b.comp, merchant)
			b.ok(err)
			b.equal(*got, want)
			got, err = r.CodeState(b.ctx, b.comp, other)
			b.ok(err)
			b.equal(got.AuditID, int64(0))
			got, err = r.CodeState(b.ctx, b.dev, merchant)
			b.ok(err)
			b.equal(got.AuditID, int64(0))
		})
		want.AuditID, want.Exp = 8, nil
	}
}

// order returns an order without id that uses every field.
func (b *bench) order(component, merchant string, state platform.AuditState) platform.Audit {
	return platform.Audit{
		ComponentAppid: component, AuthorizerAppid: merchant, State: state, SubmittedAt: epoch, DecidedAt: epoch.Add(time.Second),
		AuditDetails: platform.AuditDetails{
			Version: platform.ExpVersion{UserVersion: "1.0.0", Time: epoch, CheckedAt: epoch, Config: platform.CodeConfig{Pages: []string{"p"}}},
			Reason:  "1:账号<br>", Screenshot: "a|b", SpedUp: true, Planned: platform.AuditDecision{Decide: platform.DecideFail, Reason: "r"},
			Request: json.RawMessage(`{"item_list":[]}`),
		},
	}
}

func (b *bench) submit(a platform.Audit) platform.Audit {
	b.Helper()
	b.update(a.ComponentAppid, func(tx platform.Tx) error { return tx.InsertAudit(b.ctx, &a) })
	return a
}

func testAudits(b *bench) {
	merchant, other := newAppid(), newAppid()
	elsewhere := b.newComponent()
	first := b.submit(b.order(b.comp, merchant, platform.AuditRejected))
	second := b.submit(b.order(b.comp, merchant, platform.AuditWaiting))
	third := b.submit(b.order(b.comp, other, platform.AuditDelayed))
	fourth := b.submit(b.order(elsewhere, merchant, platform.AuditWaiting))
	if first.ID < 100_000_000 || first.ID > 999_999_999 || second.ID <= first.ID || fourth.ID <= third.ID {
		b.Errorf("the ids are %d, %d, %d, %d", first.ID, second.ID, third.ID, fourth.ID)
	}
	b.view(func(r platform.Reader) {
		got, err := r.Audit(b.ctx, second.ID)
		b.ok(err)
		b.equal(*got, second)
		_, err = r.Audit(b.ctx, 1)
		b.is(err, platform.ErrNotFound)
		for _, c := range []struct {
			filter platform.AuditFilter
			before int64
			limit  int
			want   []platform.Audit
		}{
			{platform.AuditFilter{ComponentAppid: b.comp}, 0, 0, []platform.Audit{third, second, first}},
			{platform.AuditFilter{ComponentAppid: b.comp}, third.ID, 1, []platform.Audit{second}},
			{platform.AuditFilter{ComponentAppid: b.comp, AuthorizerAppid: merchant}, 0, 0, []platform.Audit{second, first}},
			{platform.AuditFilter{AuthorizerAppid: merchant, Open: true}, 0, 0, []platform.Audit{fourth, second}},
			{platform.AuditFilter{ComponentAppid: b.comp, State: platform.AuditDelayed}, 0, 0, []platform.Audit{third}},
		} {
			got, err := r.Audits(b.ctx, c.filter, c.before, c.limit)
			b.ok(err)
			b.equal(got, c.want)
		}
	})
	second.State, second.DecidedAt, second.Reason = platform.AuditPassed, epoch.Add(time.Hour), ""
	b.update(b.comp, func(tx platform.Tx) error { return tx.UpdateAudit(b.ctx, &second) })
	b.view(func(r platform.Reader) {
		got, err := r.Audit(b.ctx, second.ID)
		b.ok(err)
		b.equal(*got, second)
	})
	lost := second
	lost.ID = 1
	b.is(b.tryUpdate(b.comp, func(tx platform.Tx) error { return tx.UpdateAudit(b.ctx, &lost) }), platform.ErrNotFound)
}

func testAuditsDue(b *bench) {
	due := func(component string, after time.Duration) platform.Audit {
		a := b.order(component, newAppid(), platform.AuditWaiting)
		a.DueAt = epoch.Add(after)
		return b.submit(a)
	}
	b.view(func(r platform.Reader) {
		at, err := r.NextAuditDue(b.ctx)
		b.ok(err)
		b.equal(at.IsZero(), true)
	})
	b.submit(b.order(b.comp, newAppid(), platform.AuditWaiting)) // decided by hand
	late := due(b.comp, 2*time.Hour)
	soon := due(b.newComponent(), time.Hour)
	for _, c := range []struct {
		by    time.Duration
		limit int
		want  []platform.Audit
	}{
		{time.Hour - time.Millisecond, 9, nil},
		{time.Hour, 9, []platform.Audit{soon}},
		{3 * time.Hour, 9, []platform.Audit{soon, late}},
		{3 * time.Hour, 1, []platform.Audit{soon}},
	} {
		for _, skipLocked := range []bool{false, true} {
			b.ok(b.store.Background(b.ctx, func(tx platform.Tx) error {
				got, err := tx.AuditsDue(b.ctx, epoch.Add(c.by), c.limit, skipLocked)
				b.equal(got, c.want)
				return err
			}))
		}
	}
	b.view(func(r platform.Reader) {
		at, err := r.NextAuditDue(b.ctx)
		b.ok(err)
		b.equal(at, soon.DueAt)
	})
	soon.DueAt = time.Time{}
	b.update(soon.ComponentAppid, func(tx platform.Tx) error { return tx.UpdateAudit(b.ctx, &soon) })
	b.view(func(r platform.Reader) {
		at, err := r.NextAuditDue(b.ctx)
		b.ok(err)
		b.equal(at, late.DueAt)
	})
}

func testAuditMedia(b *bench) {
	m := platform.AuditMedia{ComponentAppid: b.comp, AuthorizerAppid: newAppid(), ID: "media_1", Type: "image", Size: 3, ExpiresAt: epoch}
	b.update(b.comp, func(tx platform.Tx) error { return tx.PutAuditMedia(b.ctx, &m, []byte{0, 255, 7}) })
	check := func(want error) {
		b.Helper()
		b.view(func(r platform.Reader) {
			got, err := r.AuditMedia(b.ctx, b.comp, m.AuthorizerAppid, m.ID)
			b.is(err, want)
			if want != nil {
				return
			}
			b.equal(*got, m)
			content, err := r.AuditMediaContent(b.ctx, b.comp, m.AuthorizerAppid, m.ID)
			b.ok(err)
			b.equal(content, []byte{0, 255, 7})
		})
	}
	check(nil)
	b.view(func(r platform.Reader) {
		for _, id := range []string{"media_2", "a\x00b", "\xff"} {
			_, err := r.AuditMedia(b.ctx, b.comp, m.AuthorizerAppid, id)
			b.is(err, platform.ErrNotFound)
		}
		_, err := r.AuditMedia(b.ctx, b.comp, newAppid(), m.ID)
		b.is(err, platform.ErrNotFound)
	})
	prune := func(before time.Time) {
		b.update(b.comp, func(tx platform.Tx) error { return tx.PruneAuditMedia(b.ctx, b.comp, before) })
	}
	prune(epoch)
	check(nil)
	prune(epoch.Add(time.Millisecond))
	check(platform.ErrNotFound)
}

func testAuditQuotas(b *bench) {
	count := func(month string, add platform.AuditQuota) {
		b.update(b.comp, func(tx platform.Tx) error { return tx.CountAudits(b.ctx, b.comp, month, add) })
	}
	count("2026-02", platform.AuditQuota{Submits: 5})
	count("2026-03", platform.AuditQuota{Submits: 1})
	count("2026-03", platform.AuditQuota{Submits: 2, Speedups: 1})
	b.view(func(r platform.Reader) {
		for month, want := range map[string]platform.AuditQuota{"2026-03": {Submits: 3, Speedups: 1}, "2026-02": {Submits: 5}, "2026-04": {}} {
			got, err := r.AuditQuota(b.ctx, b.comp, month)
			b.ok(err)
			b.equal(got, want)
		}
	})
}
