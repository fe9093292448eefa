// Package storetest says what a [platform.Store] does: a suite that every
// implementation passes.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) platform.Store { … })
//	}
package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"draftbox/internal/platform"
)

// Run runs the suite. open returns an empty store, another for each call, and
// closes it when its test ends.
func Run(t *testing.T, open func(*testing.T) platform.Store) {
	t.Helper()
	run(t, open, map[string]func(*bench){
		"Components":        testComponents,
		"ComponentConflict": testComponentConflict,
		"ComponentDelete":   testComponentDelete,
		"Rev":               testRev,
		"RevOfSuccessor":    testRevOfSuccessor,
		"DevMiniprograms":   testDevMiniprograms,
		"Authorizers":       testAuthorizers,
		"KindOfAppid":       testKindOfAppid,
		"Drafts":            testDrafts,
		"DraftNames":        testDraftNames,
		"DraftSlots":        testDraftSlots,
		"Templates":         testTemplates,
		"TemplatePlaces":    testTemplatePlaces,
		"IDs":               testIDs,
		"Packages":          testPackages,
		"PackageGarbage":    testPackageGarbage,
		"PackageErrors":     testPackageErrors,
		"Tickets":           testTickets,
		"Heads":             testHeads,
		"HeadFollows":       testHeadFollows,
		"Supersede":         testSupersede,
		"PruneTokens":       testPruneTokens,
		"Seeded":            testSeeded,
		"Clock":             testClock,
		"Rollback":          testRollback,
		"Texts":             testTexts,
		"Isolation":         testIsolation,
		"Canceled":          testCanceled,
		"ConcurrentUpdates": testConcurrentUpdates,
		"ConcurrentOwners":  testConcurrentOwners,
		"ConcurrentPackage": testConcurrentPackage,
		"FreshHeads":        testFreshHeads,
		"FreshClock":        testFreshClock,
		"UploadNonces":      testUploadNonces,
		"PruneUploadNonces": testPruneUploadNonces,
		"OwnerOfDev":        testOwnerOfDevMiniprogram,
		"DeleteDev":         testDeleteDevMiniprogram,
		"UploadAllowlist":   testUploadAllowlist,
		"DevVersion":        testDevVersion,
		"PendingVersion":    testPendingVersion,
		"AuthorizerFields":  testAuthorizerFields,
		"AuthorizersByTime": testAuthorizersByTime,
		"SearchAuthorizers": testSearchAuthorizers,
		"DeleteAuthorizer":  testDeleteAuthorizer,
		"EndTokens":         testEndTokens,
		"AuthCodes":         testAuthCodes,
		"InsertDelivery":    testInsertDelivery,
		"Attempts":          testAttempts,
		"PruneDeliveries":   testPruneDeliveries,
		"Deliveries":        testDeliveries,
		"QueueOrder":        testQueueOrder,
		"ClaimURLs":         testClaimURLs,
		"HoldURL":           testHoldURL,
		"ReleaseURL":        testReleaseURL,
		"ReleaseRaces":      func(b *bench) { testReleaseRaces(b) },
		"ClaimRaces":        func(b *bench) { testClaimRaces(b) },
		"OutboxTogether":    func(b *bench) { testOutboxTogether(b) },
		"NextDue":           testNextDue,
		"ComponentsDue":     testComponentsDue,
		"Background":        testBackground,
		"Registrations":     testRegistrations,
		"RegistrationOf":    testLatestRegistration,
		"RegistrationCount": testCountRegistrations,
		"RegistrationsDue":  testRegistrationsDue,
		"RegistrationPrune": testPruneRegistrations,
		"ThirdpartyDomains": testThirdpartyDomains,
		"MerchantSettings":  testMerchantSettings,
		"CodeStates":        testCodeStates,
		"TemplateUsers":     testTemplateUsers,
		"Retrying":          testRetrying,
		"Audits":            testAudits,
		"AuditsDue":         testAuditsDue,
		"AuditMedia":        testAuditMedia,
		"AuditQuotas":       testAuditQuotas,
		"Model":             testModel,
	})
}

func run(t *testing.T, open func(*testing.T) platform.Store, tests map[string]func(*bench)) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(newBench(t, open(t)))
		})
	}
}

// bench is what a test works with: a store with one component in it that has
// one development mini program.
type bench struct {
	*testing.T
	ctx   context.Context
	store platform.Store
	comp  string // appid of the component
	dev   string // appid of its development mini program
}

// epoch is a time of day that no store makes up.
var epoch = time.Date(2026, 3, 1, 10, 20, 30, 0, time.UTC)

var appids atomic.Int64

// newAppid returns an appid that no other test has; they grow.
func newAppid() string { return fmt.Sprintf("wx%016x", appids.Add(1)) }

func newBench(t *testing.T, s platform.Store) *bench {
	b := &bench{T: t, ctx: t.Context(), store: s}
	b.comp = b.newComponent()
	b.dev = b.newDev(b.comp)
	return b
}

func (b *bench) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatalf("unexpected error: %v", err)
	}
}

func (b *bench) is(err, want error) {
	b.Helper()
	if !errors.Is(err, want) {
		b.Fatalf("error is %v, want %v", err, want)
	}
}

func (b *bench) equal(got, want any) {
	b.Helper()
	if d := diff(want, got); d != "" {
		b.Fatalf("unexpected value (-want +got):\n%s", d)
	}
}

func diff(want, got any) string { return cmp.Diff(want, got, cmpopts.EquateEmpty()) }

func (b *bench) view(fn func(platform.Reader)) {
	b.Helper()
	b.ok(b.store.View(b.ctx, func(r platform.Reader) error { fn(r); return nil }))
}

func (b *bench) update(component string, fn func(platform.Tx) error) {
	b.Helper()
	b.ok(b.tryUpdate(component, fn))
}

func (b *bench) tryUpdate(component string, fn func(platform.Tx) error) error {
	return b.store.Update(b.ctx, component, func(tx platform.Tx, _ *platform.Component) error { return fn(tx) })
}

// component returns a component that uses every field.
func component(appid string) platform.Component {
	settings := platform.DefaultSettings()
	settings.Switches.UnauthorizedAPIs = []string{"/wxa/commit"}
	settings.Quotas.Limits = map[string]int64{"/wxa/gettemplatelist": 3}
	return platform.Component{
		Appid: appid, Name: "示例平台", Secret: "0123456789abcdef0123456789abcdef", Token: "messagetoken",
		EncodingAESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE", EventURL: "http://127.0.0.1:9000/event",
		MessageURL: "http://127.0.0.1:9000/$APPID$/message", IPAllowlist: []string{"127.0.0.1", "10.0.0.0/8"},
		Settings: settings, CreatedAt: epoch, Rev: 1,
	}
}

func (b *bench) newComponent() string {
	b.Helper()
	c := component(newAppid())
	b.ok(b.insertComponent(&c))
	return c.Appid
}

func (b *bench) insertComponent(c *platform.Component) error {
	return b.store.UpdateShared(b.ctx, func(tx platform.Tx) error { return tx.InsertComponent(b.ctx, c) })
}

func (b *bench) newDev(component string) string {
	b.Helper()
	d := platform.DevMiniprogram{ComponentAppid: component, Appid: newAppid(), Name: "商城演示", UploadKeyPEM: "PEM", CreatedAt: epoch}
	b.update(component, func(tx platform.Tx) error { return tx.PutDevMiniprogram(b.ctx, &d) })
	return d.Appid
}

// pack returns a package and its content; equal seeds and sizes are equal.
func pack(seed byte, size int) (*platform.Package, platform.PackageContent) {
	content := make([]byte, size)
	for i := range content {
		content[i] = seed + byte(i%251) + byte(i/70000)
	}
	sum := sha256.Sum256(content)
	return &platform.Package{
		Digest: hex.EncodeToString(sum[:]), StoredSize: int64(size), Size: 7, MainSize: 5,
		Files:       []platform.PackageFile{{Path: "app.json", Size: 2}, {Path: "页面/首页.wxml", Size: 5}},
		Pages:       []string{"pages/index"},
		Subpackages: []platform.Subpackage{{Root: "sub", Name: "s", Independent: true, Pages: []string{"a"}, Size: 2}},
		AppJSON:     []byte(`{"pages":["pages/index"]}`), ProjectAppid: "wx00000000000000d1", CreatedAt: epoch,
	}, bytes.NewReader(content)
}

// draft returns a draft without id that uses every field.
func (b *bench) draft(component, dev, digest string) platform.Draft {
	return platform.Draft{
		ComponentAppid: component, Slot: dev, SourceAppid: dev, SourceName: "商城演示", UserVersion: "1.0.0",
		UserDesc: "首个版本\n第二行 🎉", Developer: "小明", CreateTime: epoch, Digest: digest,
	}
}

// upload puts a package and a draft of it in the slot of a development mini
// program, in place of the draft there.
func (b *bench) upload(component, dev string, seed byte, size int) platform.Draft {
	b.Helper()
	d, err := b.tryUpload(component, dev, seed, size)
	b.ok(err)
	return d
}

func (b *bench) tryUpload(component, dev string, seed byte, size int) (platform.Draft, error) {
	p, content := pack(seed, size)
	d := b.draft(component, dev, p.Digest)
	err := b.tryUpdate(component, func(tx platform.Tx) error {
		old, err := tx.DraftsOfSource(b.ctx, component, dev)
		if err != nil {
			return err
		}
		for _, o := range old {
			if err := tx.DeleteDraft(b.ctx, component, o.ID); err != nil {
				return err
			}
		}
		if d.ID, err = tx.TakeDraftID(b.ctx, component); err != nil {
			return err
		}
		if err := tx.PutPackage(b.ctx, p, content); err != nil {
			return err
		}
		return tx.InsertDraft(b.ctx, &d)
	})
	return d, err
}

// token returns a token issued at a time, without a successor.
func token(component, secret string, at time.Time) platform.AccessToken {
	return platform.AccessToken{
		Hash: platform.HashToken(secret), Kind: platform.ComponentToken, ComponentAppid: component, Hint: "103_Ab…xYz9",
		Origin: platform.OriginAPI, IssuedTo: "127.0.0.1", IssuedRID: "rid-1", IssuedAt: at, ExpiresAt: at.Add(platform.AccessTokenLife),
	}
}

func (b *bench) insertToken(t platform.AccessToken) {
	b.Helper()
	b.update(t.ComponentAppid, func(tx platform.Tx) error { return tx.InsertToken(b.ctx, &t) })
}

func (b *bench) head(secret string) platform.Head {
	b.Helper()
	h, err := b.store.Head(b.ctx, platform.HashToken(secret))
	b.ok(err)
	return h
}
