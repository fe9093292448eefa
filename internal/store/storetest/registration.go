package storetest

import (
	"strconv"
	"time"

	"draftbox/internal/platform"
)

// registration returns an open registration that uses every field.
func registration(component, id string, made time.Duration) platform.Registration {
	return platform.Registration{
		ComponentAppid: component, ID: id, Kind: platform.RegistrationEnterprise,
		Request: platform.RegistrationRequest{
			Name: "示例商户", Code: "91440300MA5EXAMPLE", CodeType: 1, LegalPersonaWechat: "xiaoming", LegalPersonaName: "小明", LegalPersonaIDCard: "1101", ComponentPhone: "1",
			IDName: "张三", WXUser: "zhangsan", NewVersion: true, OpenID: "o",
		},
		State: platform.RegistrationOpen, WaitingFor: platform.WaitLegalPerson, Progress: 3, AuthorizerAppid: "wx00000000000000a1",
		CreatedAt: epoch.Add(made), EndsAt: epoch.Add(made + platform.RegistrationLife),
	}
}

func (b *bench) putRegistration(g *platform.Registration) {
	b.Helper()
	b.update(g.ComponentAppid, func(tx platform.Tx) error { return tx.PutRegistration(b.ctx, g) })
}

// over ends a registration.
func over(g platform.Registration) platform.Registration {
	g.State, g.WaitingFor, g.Progress, g.Status, g.Msg = platform.RegistrationDone, "", 12, 1005, "real name check failed"
	g.AuthorizerAppid, g.DoneAt = "wx00000000000000a2", epoch.Add(time.Hour)
	return g
}

func testRegistrations(b *bench) {
	open := registration(b.comp, "0000000001", 0)
	b.putRegistration(&open)
	done := registration(b.comp, "0000000002", 0)
	b.putRegistration(&done)
	done = over(done)
	b.putRegistration(&done)
	foreign := registration(b.newComponent(), "0000000001", time.Hour)
	b.putRegistration(&foreign)
	late := registration(b.comp, "0000000000", time.Millisecond)
	b.putRegistration(&late)

	b.view(func(r platform.Reader) {
		for _, want := range []platform.Registration{open, done, foreign, late} {
			got, err := r.Registration(b.ctx, want.ComponentAppid, want.ID)
			b.ok(err)
			b.equal(*got, want)
		}
		_, err := r.Registration(b.ctx, foreign.ComponentAppid, done.ID)
		b.is(err, platform.ErrNotFound)

		all, err := r.Registrations(b.ctx, b.comp, nil, 0)
		b.ok(err)
		b.equal(all, []platform.Registration{late, done, open}) // newest first, then by id downwards
		page, err := r.Registrations(b.ctx, b.comp, &late, 1)
		b.ok(err)
		b.equal(page, []platform.Registration{done})
		page, err = r.Registrations(b.ctx, b.comp, &open, 5)
		b.ok(err)
		b.equal(len(page), 0)
	})
}

func testLatestRegistration(b *bench) {
	latest := func(kind platform.RegistrationKind, subject string) (string, error) {
		var id string
		err := b.store.View(b.ctx, func(r platform.Reader) error {
			g, err := r.LatestRegistration(b.ctx, b.comp, kind, subject)
			if err == nil {
				id = g.ID
			}
			return err
		})
		return id, err
	}
	first, second, other := registration(b.comp, "1", 0), registration(b.comp, "2", time.Second), registration(b.comp, "3", time.Minute)
	other.Request.LegalPersonaName = "小红"
	verify := registration(b.comp, "4", time.Hour)
	verify.Kind = platform.RegistrationVerify
	foreign := registration(b.newComponent(), "5", time.Hour)
	for _, g := range []platform.Registration{second, first, other, verify, foreign} {
		b.putRegistration(&g)
	}
	id, err := latest(platform.RegistrationEnterprise, first.Subject())
	b.ok(err)
	b.equal(id, "2")
	id, err = latest(platform.RegistrationVerify, verify.AuthorizerAppid)
	b.ok(err)
	b.equal(id, "4")
	_, err = latest(platform.RegistrationVerify, first.Subject())
	b.is(err, platform.ErrNotFound)

	// Of two made at one moment it is the one that is open.
	closed := over(registration(b.comp, "9", time.Second))
	b.putRegistration(&closed)
	id, err = latest(platform.RegistrationEnterprise, first.Subject())
	b.ok(err)
	b.equal(id, "2")
}

func testCountRegistrations(b *bench) {
	other := b.newComponent()
	for i := range 4 {
		g := registration(b.comp, strconv.Itoa(i), time.Duration(i)*time.Minute)
		b.putRegistration(&g)
	}
	personal := registration(b.comp, "p", time.Hour)
	personal.Kind = platform.RegistrationPersonal
	beta := registration(b.comp, "b", time.Hour)
	beta.Kind = platform.RegistrationBeta
	foreign := registration(other, "f", time.Hour)
	for _, g := range []platform.Registration{personal, beta, foreign} {
		b.putRegistration(&g)
	}
	b.view(func(r platform.Reader) {
		for _, row := range []struct {
			component, wechat string
			since             time.Duration
			want              int
		}{
			{b.comp, "xiaoming", 0, 4},
			{b.comp, "xiaoming", 2 * time.Minute, 2},
			{b.comp, "xiaoming", time.Hour, 0},
			{b.comp, "zhangsan", 0, 1}, // of the personal one
			{b.comp, "", 0, 0},         // of the kind that is not counted
			{other, "xiaoming", 0, 1},
		} {
			n, err := r.CountRegistrations(b.ctx, row.component, row.wechat, epoch.Add(row.since))
			b.ok(err)
			b.equal(n, row.want)
		}
	})
}

func testRegistrationsDue(b *bench) {
	next := func(want time.Time) {
		b.Helper()
		b.view(func(r platform.Reader) {
			at, err := r.NextRegistrationEnd(b.ctx)
			b.ok(err)
			if !at.Equal(want) {
				b.Errorf("the next ends at %s, want %s", at, want)
			}
		})
	}
	next(time.Time{})
	second := b.newComponent()
	late, early, twin := registration(b.comp, "late", time.Minute), registration(second, "early", 0), registration(second, "twin", 2*time.Minute)
	gone := over(registration(b.comp, "gone", -time.Hour))
	for _, g := range []platform.Registration{late, early, twin, gone} {
		b.putRegistration(&g)
	}
	next(early.EndsAt)
	due := func(by time.Time, limit int) (ids []string) {
		b.Helper()
		b.ok(b.store.Background(b.ctx, func(tx platform.Tx) error {
			rows, err := tx.RegistrationsDue(b.ctx, by, limit, true)
			ids = nil
			for _, g := range rows {
				ids = append(ids, g.ID)
			}
			return err
		}))
		return ids
	}
	b.equal(due(early.EndsAt.Add(-time.Millisecond), 9), []string{})
	b.equal(due(early.EndsAt, 9), []string{"early"})
	b.equal(due(twin.EndsAt, 9), []string{"early", "late", "twin"})
	b.equal(len(due(twin.EndsAt, 1)), 1) // one component's: that with the lesser appid has one
	b.equal(due(twin.EndsAt, 1), []string{"late"})

	// What a transaction ends is not due any more, there and after it.
	b.ok(b.store.UpdateShared(b.ctx, func(tx platform.Tx) error {
		rows, err := tx.RegistrationsDue(b.ctx, early.EndsAt, 9, false)
		b.ok(err)
		b.equal(rows, []platform.Registration{early})
		ended := over(early)
		b.ok(tx.PutRegistration(b.ctx, &ended))
		rows, err = tx.RegistrationsDue(b.ctx, early.EndsAt, 9, false)
		b.equal(len(rows), 0)
		return err
	}))
	next(late.EndsAt)
}

func testPruneRegistrations(b *bench) {
	foreign := over(registration(b.newComponent(), "f", 0))
	open, old, young := registration(b.comp, "open", 0), over(registration(b.comp, "old", 0)), over(registration(b.comp, "young", time.Hour))
	for _, g := range []platform.Registration{foreign, open, old, young} {
		b.putRegistration(&g)
	}
	ids := func(component string) (out []string) {
		b.Helper()
		b.view(func(r platform.Reader) {
			rows, err := r.Registrations(b.ctx, component, nil, 0)
			b.ok(err)
			for _, g := range rows {
				out = append(out, g.ID)
			}
		})
		return out
	}
	prune := func(before time.Time) {
		b.Helper()
		b.update(b.comp, func(tx platform.Tx) error { return tx.PruneRegistrations(b.ctx, b.comp, before) })
	}
	prune(epoch)
	b.equal(ids(b.comp), []string{"young", "open", "old"})
	prune(epoch.Add(time.Millisecond))
	b.equal(ids(b.comp), []string{"young", "open"})
	b.equal(ids(foreign.ComponentAppid), []string{"f"})
	b.update(b.comp, func(tx platform.Tx) error { return tx.DeleteComponent(b.ctx, b.comp) })
	b.equal(ids(b.comp), []string{})
	b.view(func(r platform.Reader) {
		at, err := r.NextRegistrationEnd(b.ctx)
		b.ok(err)
		b.equal(at.IsZero(), true)
	})
}
