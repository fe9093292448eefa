package storetest

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"draftbox/internal/platform"
)

var errSome = errors.New("some error")

func (b *bench) draftIDs(component string) []int64 {
	b.Helper()
	ids := []int64{}
	b.view(func(r platform.Reader) {
		drafts, err := r.Drafts(b.ctx, component, -1, 0)
		b.ok(err)
		for _, d := range drafts {
			ids = append(ids, d.ID)
		}
	})
	return ids
}

func testDrafts(b *bench) {
	second := b.newDev(b.comp)
	d0, d1 := b.upload(b.comp, b.dev, 1, 10), b.upload(b.comp, second, 2, 10)
	b.view(func(r platform.Reader) {
		got, err := r.Draft(b.ctx, b.comp, 0)
		b.ok(err)
		b.equal(*got, d0)
		if _, err = r.Draft(b.ctx, b.comp, 2); err != platform.ErrNotFound { //nolint:errorlint // bare by contract
			b.Errorf("error of an unknown draft is %v, want the bare ErrNotFound", err)
		}
		_, err = r.Draft(b.ctx, second, 0)
		b.is(err, platform.ErrNotFound)
		list, err := r.Drafts(b.ctx, b.comp, -1, 0)
		b.ok(err)
		b.equal(list, []platform.Draft{d0, d1})
		list, err = r.Drafts(b.ctx, b.comp, -1, 1)
		b.ok(err)
		b.equal(list, []platform.Draft{d0})
		list, err = r.Drafts(b.ctx, b.comp, 0, 5)
		b.ok(err)
		b.equal(list, []platform.Draft{d1})
		list, err = r.DraftsOfSource(b.ctx, b.comp, second)
		b.ok(err)
		b.equal(list, []platform.Draft{d1})
	})
	d2 := b.upload(b.comp, b.dev, 3, 10) // replaces the first
	b.equal(d2.ID, int64(2))
	b.equal(b.draftIDs(b.comp), []int64{1, 2})
	remove := func(id int64) error {
		return b.tryUpdate(b.comp, func(tx platform.Tx) error { return tx.DeleteDraft(b.ctx, b.comp, id) })
	}
	b.ok(remove(1))
	b.is(remove(1), platform.ErrNotFound)
	b.is(remove(0), platform.ErrNotFound)
	b.equal(b.draftIDs(b.comp), []int64{2})
}

func testDraftNames(b *bench) {
	b.upload(b.comp, b.dev, 1, 10)
	b.update(b.comp, func(tx platform.Tx) error {
		d, err := tx.DevMiniprogram(b.ctx, b.comp, b.dev)
		b.ok(err)
		d.Name = "新名字"
		return tx.PutDevMiniprogram(b.ctx, d)
	})
	b.view(func(r platform.Reader) {
		d, err := r.Draft(b.ctx, b.comp, 0)
		b.ok(err)
		b.equal(d.SourceName, "新名字")
	})
}

func testDraftSlots(b *bench) {
	d := b.upload(b.comp, b.dev, 1, 10)
	err := b.tryUpdate(b.comp, func(tx platform.Tx) error {
		twin := d
		twin.ID = 7
		return tx.InsertDraft(b.ctx, &twin)
	})
	if err == nil || errors.Is(err, platform.ErrUnavailable) {
		b.Errorf("a second draft in one slot gives the error %v, want an internal one", err)
	}
	b.update(b.comp, func(tx platform.Tx) error {
		robot := d
		robot.ID, robot.Slot = 7, d.Slot+"/2"
		return tx.InsertDraft(b.ctx, &robot)
	})
	b.equal(b.draftIDs(b.comp), []int64{0, 7})
}

func (b *bench) template(id, place int64) platform.Template {
	return platform.Template{
		ComponentAppid: b.comp, ID: id, Place: place, DraftID: 4, Type: platform.TemplateStandard, SourceAppid: b.dev,
		SourceName: "旧名字", UserVersion: "0.9.0", UserDesc: "旧\r\n版", Developer: "小红", CreateTime: epoch,
	}
}

func (b *bench) insertTemplate(t platform.Template, seed byte) platform.Template {
	b.Helper()
	p, content := pack(seed, 10)
	t.Digest = p.Digest
	b.update(t.ComponentAppid, func(tx platform.Tx) error {
		b.ok(tx.PutPackage(b.ctx, p, content))
		return tx.InsertTemplate(b.ctx, &t)
	})
	return t
}

func testTemplates(b *bench) {
	t0, t1 := b.insertTemplate(b.template(0, 1), 1), b.insertTemplate(b.template(1, 0), 2)
	b.view(func(r platform.Reader) {
		got, err := r.Template(b.ctx, b.comp, 0)
		b.ok(err)
		b.equal(*got, t0)
		_, err = r.Template(b.ctx, b.comp, 2)
		b.is(err, platform.ErrNotFound)
		list, err := r.Templates(b.ctx, b.comp)
		b.ok(err)
		b.equal(list, []platform.Template{t1, t0})
		list, err = r.Templates(b.ctx, b.dev)
		b.ok(err)
		b.equal(len(list), 0)
	})
	remove := func() error {
		return b.tryUpdate(b.comp, func(tx platform.Tx) error { return tx.DeleteTemplate(b.ctx, b.comp, 0) })
	}
	b.ok(remove())
	b.is(remove(), platform.ErrNotFound)
}

func testTemplatePlaces(b *bench) {
	for i := range int64(4) {
		b.insertTemplate(b.template(i, i), byte(i))
	}
	b.update(b.comp, func(tx platform.Tx) error { return tx.DeleteTemplate(b.ctx, b.comp, 1) })
	b.insertTemplate(b.template(4, 1), 9)
	b.view(func(r platform.Reader) {
		list, err := r.Templates(b.ctx, b.comp)
		b.ok(err)
		var ids []int64
		for _, t := range list {
			ids = append(ids, t.ID)
		}
		b.equal(ids, []int64{0, 4, 2, 3})
	})
}

func testIDs(b *bench) {
	take := func(tx platform.Tx) [2]int64 {
		d, err := tx.TakeDraftID(b.ctx, b.comp)
		b.ok(err)
		t, err := tx.TakeTemplateID(b.ctx, b.comp)
		b.ok(err)
		return [2]int64{d, t}
	}
	b.update(b.comp, func(tx platform.Tx) error {
		b.equal(take(tx), [2]int64{0, 0})
		b.equal(take(tx), [2]int64{1, 1})
		_, err := tx.TakeDraftID(b.ctx, b.comp)
		return err
	})
	// What was rolled back was told to nobody and may be given again.
	b.is(b.tryUpdate(b.comp, func(tx platform.Tx) error { take(tx); return errSome }), errSome)
	b.ok(b.store.Update(b.ctx, b.comp, func(tx platform.Tx, c *platform.Component) error {
		b.equal([2]int64{c.NextDraftID, c.NextTemplateID}, [2]int64{3, 2})
		b.equal(take(tx), [2]int64{3, 2})
		c.NextDraftID = 0 // not what UpdateComponent stores
		return tx.UpdateComponent(b.ctx, c)
	}))
	b.update(b.comp, func(tx platform.Tx) error { b.equal(take(tx), [2]int64{4, 3}); return nil })
}

func (b *bench) stored(digest string) []byte {
	b.Helper()
	var buf bytes.Buffer
	b.view(func(r platform.Reader) { b.ok(r.WritePackage(b.ctx, digest, &buf)) })
	return buf.Bytes()
}

func testPackages(b *bench) {
	for _, size := range []int{0, 1, 512 << 10, 512<<10 + 1, 1_300_000} {
		want, content := pack(5, size)
		b.update(b.comp, func(tx platform.Tx) error {
			b.ok(tx.PutPackage(b.ctx, want, content))
			other := *want
			other.Pages = []string{"another description"}
			return tx.PutPackage(b.ctx, &other, nil) // is there already
		})
		b.view(func(r platform.Reader) {
			got, err := r.Package(b.ctx, want.Digest)
			b.ok(err)
			b.equal(got, want)
		})
		body, err := io.ReadAll(io.NewSectionReader(content, 0, int64(size)))
		b.ok(err)
		if !bytes.Equal(b.stored(want.Digest), body) {
			b.Errorf("a package of %d bytes came back changed", size)
		}
	}
	want, content := pack(6, 700_000)
	staged, err := b.store.Stage(b.ctx, content, want.StoredSize)
	b.ok(err)
	b.is(b.tryUpdate(b.comp, func(tx platform.Tx) error {
		b.ok(tx.PutPackage(b.ctx, want, staged))
		return errSome
	}), errSome)
	b.update(b.comp, func(tx platform.Tx) error { return tx.PutPackage(b.ctx, want, staged) })
	staged.Release()
	staged.Release()
	b.equal(len(b.stored(want.Digest)), 700_000)
	b.view(func(r platform.Reader) {
		_, err := r.Package(b.ctx, strings.Repeat("0", 64))
		b.is(err, platform.ErrNotFound)
		b.is(r.WritePackage(b.ctx, strings.Repeat("0", 64), io.Discard), platform.ErrNotFound)
	})
}

func testPackageGarbage(b *bench) {
	other := b.newComponent()
	otherDev := b.newDev(other)
	d := b.upload(b.comp, b.dev, 1, 700_000)
	b.upload(other, otherDev, 1, 700_000)
	t := b.insertTemplate(b.template(0, 0), 2)
	b.update(b.comp, func(tx platform.Tx) error {
		t2 := b.template(1, 1)
		t2.Digest = d.Digest
		return tx.InsertTemplate(b.ctx, &t2)
	})
	has := b.has
	b.update(b.comp, func(tx platform.Tx) error { return tx.DeleteDraft(b.ctx, b.comp, d.ID) })
	b.equal(has(d.Digest), true) // a template and another component's draft
	b.update(b.comp, func(tx platform.Tx) error { return tx.DeleteTemplate(b.ctx, b.comp, 1) })
	b.equal(has(d.Digest), true) // another component's draft
	b.equal(len(b.stored(d.Digest)), 700_000)
	b.update(other, func(tx platform.Tx) error { return tx.DeleteDraft(b.ctx, other, 0) })
	b.equal(has(d.Digest), false)
	b.view(func(r platform.Reader) { b.is(r.WritePackage(b.ctx, d.Digest, io.Discard), platform.ErrNotFound) })
	b.equal(has(t.Digest), true)
	b.upload(b.comp, b.dev, 1, 700_000) // and back again
	b.equal(len(b.stored(d.Digest)), 700_000)
	// An upload of the same again deletes and stores it in one transaction.
	b.upload(b.comp, b.dev, 1, 700_000)
	b.equal(len(b.stored(d.Digest)), 700_000)
}

type failing struct{ after int64 }

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off >= f.after {
		return 0, errSome
	}
	return len(p), nil
}

func (f failing) Write([]byte) (int, error) { return 0, errSome }

func testPackageErrors(b *bench) {
	p, _ := pack(1, 1_300_000)
	put := func(content platform.PackageContent) error {
		return b.tryUpdate(b.comp, func(tx platform.Tx) error { return tx.PutPackage(b.ctx, p, content) })
	}
	b.is(put(failing{600_000}), errSome)
	b.is(put(strings.NewReader("too short")), io.ErrUnexpectedEOF)
	b.view(func(r platform.Reader) {
		_, err := r.Package(b.ctx, p.Digest)
		b.is(err, platform.ErrNotFound)
	})
	d := b.upload(b.comp, b.dev, 1, 10)
	err := b.store.View(b.ctx, func(r platform.Reader) error { return r.WritePackage(b.ctx, d.Digest, failing{}) })
	b.is(err, errSome)
	err = b.tryUpdate(b.comp, func(tx platform.Tx) error {
		lost := b.draft(b.comp, b.newAppidOfDev(tx), strings.Repeat("0", 64))
		lost.ID = 9
		return tx.InsertDraft(b.ctx, &lost)
	})
	if err == nil || errors.Is(err, platform.ErrUnavailable) {
		b.Errorf("a draft without a package gives the error %v, want an internal one", err)
	}
}

// newAppidOfDev makes another development mini program within a transaction.
func (b *bench) newAppidOfDev(tx platform.Tx) string {
	d := platform.DevMiniprogram{ComponentAppid: b.comp, Appid: newAppid(), CreatedAt: epoch}
	b.ok(tx.PutDevMiniprogram(b.ctx, &d))
	return d.Appid
}

func testTexts(b *bench) {
	texts := []string{"", "换行\n\r\n\t制表", "🎉👨‍👩‍👧‍👦", `"quotes" \back' ; -- drop table drafts`, "\u202e右到左\u00a0", strings.Repeat("长", 4096), "<&>", "%s $1 ?"}
	for i, text := range texts {
		d := b.draft(b.comp, b.newDev(b.comp), b.upload(b.comp, b.dev, 1, 10).Digest)
		d.ID, d.UserDesc, d.UserVersion, d.Developer = int64(1000+i), text, text, text
		b.update(b.comp, func(tx platform.Tx) error { return tx.InsertDraft(b.ctx, &d) })
		b.view(func(r platform.Reader) {
			got, err := r.Draft(b.ctx, b.comp, d.ID)
			b.ok(err)
			b.equal(*got, d)
		})
	}
}
