package storetest

import (
	"fmt"
	"time"

	"draftbox/internal/platform"
)

func (b *bench) nonce(appid, value string, ends time.Time) platform.UploadNonce {
	b.Helper()
	n := platform.UploadNonce{ComponentAppid: b.comp, Appid: appid, Value: value, ExpiresAt: ends}
	b.update(b.comp, func(tx platform.Tx) error { return tx.PutUploadNonce(b.ctx, &n) })
	return n
}

func (b *bench) takeNonce(appid, value string) (n *platform.UploadNonce, err error) {
	err = b.tryUpdate(b.comp, func(tx platform.Tx) error {
		n, err = tx.TakeUploadNonce(b.ctx, b.comp, appid, value)
		return err
	})
	return n, err
}

func testUploadNonces(b *bench) {
	second := b.newDev(b.comp)
	n := b.nonce(b.dev, "aa", epoch)
	b.nonce(b.dev, "bb", epoch)
	for _, appid := range []string{second, b.comp} { // bound to its appid
		_, err := b.takeNonce(appid, "aa")
		b.is(err, platform.ErrNotFound)
	}
	got, err := b.takeNonce(b.dev, "aa")
	b.ok(err)
	b.equal(*got, n)
	_, err = b.takeNonce(b.dev, "aa") // good for one use
	b.is(err, platform.ErrNotFound)
	_, err = b.takeNonce(b.dev, "bb")
	b.ok(err)
	b.is(b.tryUpdate(b.comp, func(tx platform.Tx) error {
		b.ok(tx.PutUploadNonce(b.ctx, &n))
		_, err := tx.TakeUploadNonce(b.ctx, b.comp, b.dev, "aa") // its own
		b.ok(err)
		return errSome
	}), errSome)
}

func testPruneUploadNonces(b *bench) {
	second := b.newDev(b.comp)
	for i := range 5 {
		b.nonce(b.dev, fmt.Sprint("n", i), epoch.Add(time.Duration(i)*time.Minute))
		b.nonce(second, fmt.Sprint("n", i), epoch.Add(time.Duration(i)*time.Minute))
	}
	count := func(want int) {
		b.Helper()
		b.view(func(r platform.Reader) {
			n, err := r.CountUploadNonces(b.ctx, 100)
			b.ok(err)
			b.equal(n, want)
			n, err = r.CountUploadNonces(b.ctx, 3)
			b.ok(err)
			b.equal(n, min(want, 3))
		})
	}
	count(10)
	b.update(b.comp, func(tx platform.Tx) error { // ended: n0 and n1 of both
		return tx.PruneUploadNonces(b.ctx, b.comp, b.dev, epoch.Add(time.Minute), 10)
	})
	count(6)
	b.update(b.comp, func(tx platform.Tx) error { return tx.PruneUploadNonces(b.ctx, b.comp, b.dev, epoch, 1) })
	count(4)
	_, err := b.takeNonce(b.dev, "n4") // the newest
	b.ok(err)
	_, err = b.takeNonce(second, "n2")
	b.ok(err)
	b.update(b.comp, func(tx platform.Tx) error { return tx.PruneUploadNonces(b.ctx, b.comp, second, epoch, 0) })
	count(0)
}

func testOwnerOfDevMiniprogram(b *bench) {
	other := b.newComponent()
	otherDev := b.newDev(other)
	owner := func(appid string) (string, error) {
		var owner string
		err := b.store.View(b.ctx, func(r platform.Reader) (err error) {
			owner, err = r.OwnerOfDevMiniprogram(b.ctx, appid)
			return err
		})
		return owner, err
	}
	for appid, want := range map[string]string{b.dev: b.comp, otherDev: other} {
		got, err := owner(appid)
		b.ok(err)
		b.equal(got, want)
	}
	for _, appid := range []string{b.comp, newAppid(), ""} {
		_, err := owner(appid)
		b.is(err, platform.ErrNotFound)
	}
}

func testUploadAllowlist(b *bench) {
	d := platform.DevMiniprogram{
		ComponentAppid: b.comp, Appid: b.dev, Name: "n", UploadKeyPEM: "PEM", CreatedAt: epoch,
		UploadIPAllowlist: []string{"10.0.0.*", "192.168.0.0/16"},
	}
	b.update(b.comp, func(tx platform.Tx) error { return tx.PutDevMiniprogram(b.ctx, &d) })
	b.view(func(r platform.Reader) {
		got, err := r.DevMiniprogram(b.ctx, b.comp, b.dev)
		b.ok(err)
		b.equal(*got, d)
	})
}

func (b *bench) has(digest string) (found bool) {
	b.Helper()
	b.view(func(r platform.Reader) {
		_, err := r.Package(b.ctx, digest)
		found = err == nil
	})
	return found
}

func testDevVersion(b *bench) {
	put := func(seed byte) platform.DevVersion {
		p, content := pack(seed, 10)
		v := platform.DevVersion{
			ComponentAppid: b.comp, Appid: b.dev, UserVersion: "0.0.1", UserDesc: "预览\n🎉", Developer: "ci机器人1",
			CreateTime: epoch, Path: "pages/index?a=1", Digest: p.Digest,
		}
		b.update(b.comp, func(tx platform.Tx) error {
			b.ok(tx.PutPackage(b.ctx, p, content))
			return tx.PutDevVersion(b.ctx, &v)
		})
		return v
	}
	b.view(func(r platform.Reader) {
		_, err := r.DevVersion(b.ctx, b.comp, b.dev)
		b.is(err, platform.ErrNotFound)
	})
	first := put(1)
	put(1) // the same code again
	b.equal(b.has(first.Digest), true)
	second := put(2)
	b.view(func(r platform.Reader) {
		got, err := r.DevVersion(b.ctx, b.comp, b.dev)
		b.ok(err)
		b.equal(*got, second)
	})
	b.equal(b.has(first.Digest), false)
	d := b.upload(b.comp, b.dev, 2, 10) // of the same code
	b.equal(d.Digest, second.Digest)
	b.update(b.comp, func(tx platform.Tx) error { return tx.DeleteDraft(b.ctx, b.comp, d.ID) })
	b.equal(b.has(second.Digest), true)
	b.update(b.comp, func(tx platform.Tx) error { return tx.DeleteComponent(b.ctx, b.comp) })
	b.equal(b.has(second.Digest), false)
}

func testPendingVersion(b *bench) {
	merchant := newAppid()
	put := func(seed byte) platform.PendingVersion {
		p, content := pack(seed, 10)
		v := platform.PendingVersion{
			ComponentAppid: b.comp, AuthorizerAppid: merchant, SourceAppid: b.dev, UserVersion: "1.0.0", UserDesc: "说明",
			Developer: "ci机器人2", CreateTime: epoch, ExtJSON: `{"extEnable":true}`, Digest: p.Digest,
		}
		b.update(b.comp, func(tx platform.Tx) error {
			b.ok(tx.PutPackage(b.ctx, p, content))
			return tx.PutPendingVersion(b.ctx, &v)
		})
		return v
	}
	b.view(func(r platform.Reader) {
		_, err := r.PendingVersion(b.ctx, b.comp, merchant)
		b.is(err, platform.ErrNotFound)
	})
	first, second := put(1), put(2)
	b.view(func(r platform.Reader) {
		got, err := r.PendingVersion(b.ctx, b.comp, merchant)
		b.ok(err)
		b.equal(*got, second)
	})
	b.equal(b.has(first.Digest), false)
	b.equal(b.has(second.Digest), true)
	b.update(b.comp, func(tx platform.Tx) error { return tx.DeleteComponent(b.ctx, b.comp) })
	b.equal(b.has(second.Digest), false)
}

// A development mini program goes with its drafts and its development version, and
// with packages that nothing else uses; templates stay, and the appid is free.
func testDeleteDevMiniprogram(b *bench) {
	other := b.newComponent()
	kept := b.upload(b.comp, b.newDev(b.comp), 1, 10)
	shared := b.upload(b.comp, b.dev, 1, 10)
	lost := b.upload(b.comp, b.newDev(b.comp), 2, 10)
	t := b.insertTemplate(b.template(0, 0), 3)
	remove := func(component, appid string) error {
		return b.tryUpdate(component, func(tx platform.Tx) error { return tx.DeleteDevMiniprogram(b.ctx, component, appid) })
	}
	b.is(remove(other, b.dev), platform.ErrNotFound)
	b.ok(remove(b.comp, shared.SourceAppid))
	b.ok(remove(b.comp, lost.SourceAppid))
	b.is(remove(b.comp, b.dev), platform.ErrNotFound)
	b.equal(b.draftIDs(b.comp), []int64{kept.ID})
	b.view(func(r platform.Reader) {
		_, err := r.DevMiniprogram(b.ctx, b.comp, b.dev)
		b.is(err, platform.ErrNotFound)
		_, err = r.Package(b.ctx, kept.Digest)
		b.ok(err)
		_, err = r.Package(b.ctx, lost.Digest)
		b.is(err, platform.ErrNotFound)
		_, err = r.Template(b.ctx, b.comp, t.ID)
		b.ok(err)
	})
	d := platform.DevMiniprogram{ComponentAppid: other, Appid: b.dev, CreatedAt: epoch}
	b.update(other, func(tx platform.Tx) error { return tx.PutDevMiniprogram(b.ctx, &d) })
}
