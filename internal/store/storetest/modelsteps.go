package storetest

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"draftbox/internal/platform"
)

// seeds is how many packages the histories choose from. Their contents hold the
// appid of a component of the history, so that histories share none.
const seeds = 3

func (h *history) pack(seed byte) *platform.Package {
	p, _ := pack(seed, 20)
	p.Digest = h.appids[0] + p.Digest[len(h.appids[0]):]
	return p
}

// stepKinds draw a step each. What they draw is fixed before the transaction
// begins, for it may run more than once.
var stepKinds = map[string]func(h *history, appid string) step{
	"dev":            stepDev,
	"upload":         stepUpload,
	"deleteDraft":    stepDeleteDraft,
	"addTemplate":    stepAddTemplate,
	"deleteTemplate": stepDeleteTemplate,
	"putPackage":     stepPutPackage,
	"ticket":         stepTicket,
	"token":          stepToken,
	"prune":          stepPrune,
	"authorizer":     stepAuthorizer,
	"seed":           stepSeed,
	"settings":       stepSettings,
	"clock":          stepClock,
	"devVersion":     stepDevVersion,
	"pending":        stepPending,

	"deleteAuthorizer": stepDeleteAuthorizer,
	"authCode":         stepAuthCode,
	"endTokens":        stepEndTokens,
	"delivery":         stepDelivery,
	"requeue":          stepRequeue,
	"attempt":          stepAttempt,
	"pruneDeliveries":  stepPruneDeliveries,
	"nextTicket":       stepNextTicket,
}

var stepNames = slices.Sorted(maps.Keys(stepKinds))

func (h *history) moment() time.Time {
	return epoch.Add(time.Duration(rapid.IntRange(0, 5).Draw(h.rt, "hours")) * time.Hour)
}

func (h *history) number(what string, most int) int64 {
	return int64(rapid.IntRange(0, most).Draw(h.rt, what))
}

// ownDev draws one of the two development mini programs of a component.
func (h *history) ownDev(appid string) string {
	return h.dev[2*slices.Index(h.appids, appid)+int(h.number("dev", 1))]
}

func stepDev(h *history, appid string) step {
	d := platform.DevMiniprogram{
		ComponentAppid: appid, Appid: rapid.SampledFrom(h.dev).Draw(h.rt, "any dev"),
		Name: fmt.Sprint("名", h.number("name", 2)), CreatedAt: epoch,
	}
	return func(tx platform.Tx, m *model, t *tenant) (error, error) {
		got := tx.PutDevMiniprogram(h.ctx, &d)
		for other, o := range m.tenants {
			if _, taken := o.dev[d.Appid]; taken && other != appid {
				return got, platform.ErrConflict
			}
		}
		t.dev[d.Appid] = d
		return got, nil
	}
}

func stepUpload(h *history, appid string) step {
	dev, p := h.ownDev(appid), h.pack(byte(h.number("seed", seeds-1)))
	_, content := pack(0, 20)
	d := h.draft(appid, dev, p.Digest)
	d.CreateTime = h.moment()
	return func(tx platform.Tx, m *model, t *tenant) (error, error) {
		if _, ok := t.dev[dev]; !ok {
			return nil, nil
		}
		if err := tx.PutPackage(h.ctx, p, content); err != nil {
			return err, nil
		}
		m.packages[p.Digest] = true
		if old, ok := t.slot(d.Slot); ok {
			if got, want := tx.DeleteDraft(h.ctx, appid, old.ID), m.deleteDraft(t, old.ID); got != nil || want != nil {
				return got, want
			}
			// The old draft may have been the last to use this very package.
			if !m.packages[p.Digest] {
				if err := tx.PutPackage(h.ctx, p, content); err != nil {
					return err, nil
				}
				m.packages[p.Digest] = true
			}
		}
		n := d
		var err error
		if n.ID, err = tx.TakeDraftID(h.ctx, appid); err != nil {
			return err, nil
		}
		if n.ID != t.component.NextDraftID {
			return fmt.Errorf("draft id is %d, want %d", n.ID, t.component.NextDraftID), nil
		}
		t.component.NextDraftID++
		t.drafts[n.ID] = n
		return tx.InsertDraft(h.ctx, &n), nil
	}
}

func stepDeleteDraft(h *history, appid string) step {
	id := h.number("draft", 4)
	return func(tx platform.Tx, m *model, t *tenant) (error, error) {
		return tx.DeleteDraft(h.ctx, appid, id), m.deleteDraft(t, id)
	}
}

func stepAddTemplate(h *history, appid string) step {
	id := h.number("draft", 4)
	return func(tx platform.Tx, _ *model, t *tenant) (error, error) {
		got, err := tx.Draft(h.ctx, appid, id)
		d, ok := t.drafts[id]
		if !ok {
			return err, platform.ErrNotFound
		}
		if err != nil {
			return err, nil
		}
		n := platform.Template{
			ComponentAppid: appid, Place: t.freePlace(), DraftID: id, SourceAppid: d.SourceAppid, SourceName: got.SourceName,
			UserVersion: d.UserVersion, UserDesc: d.UserDesc, Developer: d.Developer, CreateTime: d.CreateTime, Digest: d.Digest,
		}
		if n.ID, err = tx.TakeTemplateID(h.ctx, appid); err != nil {
			return err, nil
		}
		if n.ID != t.component.NextTemplateID {
			return fmt.Errorf("template id is %d, want %d", n.ID, t.component.NextTemplateID), nil
		}
		t.component.NextTemplateID++
		t.templates[n.ID] = n
		return tx.InsertTemplate(h.ctx, &n), nil
	}
}

func stepDeleteTemplate(h *history, appid string) step {
	id := h.number("template", 4)
	return func(tx platform.Tx, m *model, t *tenant) (error, error) {
		return tx.DeleteTemplate(h.ctx, appid, id), m.deleteTemplate(t, id)
	}
}

func stepPutPackage(h *history, _ string) step {
	p := h.pack(byte(h.number("seed", seeds-1)))
	_, content := pack(0, 20)
	return func(tx platform.Tx, m *model, _ *tenant) (error, error) {
		m.packages[p.Digest] = true
		return tx.PutPackage(h.ctx, p, content), nil
	}
}

func stepTicket(h *history, appid string) step {
	k := platform.Ticket{ComponentAppid: appid, Value: fmt.Sprint("ticket@@@", h.number("ticket", 3)), IssuedAt: h.moment(), PushedAt: h.moment()}
	return func(tx platform.Tx, _ *model, t *tenant) (error, error) {
		t.putTicket(k)
		return tx.PutTicket(h.ctx, &k), nil
	}
}

func stepToken(h *history, appid string) step {
	secret := fmt.Sprint(newAppid(), "-token")
	h.secrets = append(h.secrets, secret)
	k := token(appid, secret, h.moment())
	if h.number("kind", 1) == 1 {
		k.Kind, k.AuthorizerAppid = platform.AuthorizerToken, h.dev[h.number("merchant", 1)]
	}
	by := platform.Supersede{At: h.moment(), By: "10.0.0.1", ByRID: "rid", GraceEnds: h.moment()}
	if h.number("origin", 3) == 0 {
		k.Origin = platform.OriginAdmin
	}
	return func(tx platform.Tx, _ *model, t *tenant) (error, error) {
		if k.Origin == platform.OriginAPI {
			t.supersede(k.Kind, k.AuthorizerAppid, by)
			if err := tx.SupersedeTokens(h.ctx, appid, k.AuthorizerAppid, k.Kind, by); err != nil {
				return err, nil
			}
		}
		t.tokens[k.Hash] = k
		return tx.InsertToken(h.ctx, &k), nil
	}
}

func stepSeed(h *history, appid string) step {
	key := fmt.Sprint("key", h.number("key", 2))
	return func(tx platform.Tx, _ *model, t *tenant) (error, error) {
		t.seeded[key] = true
		return tx.MarkSeeded(h.ctx, appid, key), nil
	}
}

func stepSettings(h *history, _ string) step {
	name, limit := fmt.Sprint("平台", h.number("name", 3)), int(h.number("limit", 9))
	return func(tx platform.Tx, _ *model, t *tenant) (error, error) {
		t.component.Name, t.component.Settings.MaxDevMiniprograms = name, limit
		c := t.component
		return tx.UpdateComponent(h.ctx, &c), nil
	}
}

func stepClock(h *history, _ string) step {
	c := platform.ClockState{Offset: time.Duration(h.number("offset", 99)) * time.Minute}
	if h.number("frozen", 1) == 1 {
		c = platform.ClockState{FrozenAt: h.moment()}
	}
	return func(tx platform.Tx, m *model, _ *tenant) (error, error) {
		m.clock = c
		return tx.SetClock(h.ctx, c), nil
	}
}

func stepDevVersion(h *history, appid string) step {
	p := h.pack(byte(h.number("seed", seeds-1)))
	_, content := pack(0, 20)
	v := platform.DevVersion{
		ComponentAppid: appid, Appid: h.ownDev(appid), UserVersion: "0.0.1", Developer: "ci机器人1", CreateTime: h.moment(), Digest: p.Digest,
	}
	return func(tx platform.Tx, m *model, t *tenant) (error, error) {
		if err := tx.PutPackage(h.ctx, p, content); err != nil {
			return err, nil
		}
		m.packages[p.Digest] = true
		old, had := t.devVersions[v.Appid]
		t.devVersions[v.Appid] = v
		if had {
			m.dropUnused(old.Digest)
		}
		return tx.PutDevVersion(h.ctx, &v), nil
	}
}

func stepPending(h *history, appid string) step {
	p := h.pack(byte(h.number("seed", seeds-1)))
	_, content := pack(0, 20)
	v := platform.PendingVersion{
		ComponentAppid: appid, AuthorizerAppid: h.dev[h.number("merchant", 1)], SourceAppid: h.ownDev(appid), UserVersion: "1.0.0",
		Developer: "ci机器人1", CreateTime: h.moment(), ExtJSON: "{}", Digest: p.Digest,
	}
	return func(tx platform.Tx, m *model, t *tenant) (error, error) {
		if err := tx.PutPackage(h.ctx, p, content); err != nil {
			return err, nil
		}
		m.packages[p.Digest] = true
		old, had := t.pending[v.AuthorizerAppid]
		t.pending[v.AuthorizerAppid] = v
		if had {
			m.dropUnused(old.Digest)
		}
		return tx.PutPendingVersion(h.ctx, &v), nil
	}
}
