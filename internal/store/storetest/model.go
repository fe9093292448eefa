package storetest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"draftbox/internal/platform"
)

// model is what a store should hold, kept in maps: the other side of testModel.
type model struct {
	clock    platform.ClockState
	tenants  map[string]*tenant
	packages map[string]bool // by digest
	queued   int             // how many deliveries were ever put into a queue
}

type tenant struct {
	component   platform.Component
	dev         map[string]platform.DevMiniprogram
	drafts      map[int64]platform.Draft
	templates   map[int64]platform.Template
	tickets     []platform.Ticket // in order of issue
	authorizers map[string]platform.Authorizer
	tokens      map[platform.TokenHash]platform.AccessToken
	seeded      map[string]bool
	devVersions map[string]platform.DevVersion     // by development mini program
	pending     map[string]platform.PendingVersion // by merchant
	codes       map[string]platform.AuthCode       // by value
	deliveries  map[int64]queued
	// lastDelivery is the number that was given last.
	lastDelivery int64
}

func newTenant(c platform.Component) *tenant {
	return &tenant{
		component: c, dev: map[string]platform.DevMiniprogram{}, drafts: map[int64]platform.Draft{},
		templates: map[int64]platform.Template{}, authorizers: map[string]platform.Authorizer{},
		tokens: map[platform.TokenHash]platform.AccessToken{}, seeded: map[string]bool{},
		devVersions: map[string]platform.DevVersion{}, pending: map[string]platform.PendingVersion{},
		codes: map[string]platform.AuthCode{}, deliveries: map[int64]queued{},
	}
}

// clone copies a model, so that a transaction can be tried on the copy.
func (m *model) clone() *model {
	c := &model{clock: m.clock, tenants: map[string]*tenant{}, packages: maps.Clone(m.packages), queued: m.queued}
	for appid, t := range m.tenants {
		n := *t
		n.dev, n.drafts, n.templates = maps.Clone(t.dev), maps.Clone(t.drafts), maps.Clone(t.templates)
		n.tickets, n.authorizers = slices.Clone(t.tickets), maps.Clone(t.authorizers)
		n.tokens, n.seeded = maps.Clone(t.tokens), maps.Clone(t.seeded)
		n.devVersions, n.pending = maps.Clone(t.devVersions), maps.Clone(t.pending)
		n.codes, n.deliveries = maps.Clone(t.codes), maps.Clone(t.deliveries)
		c.tenants[appid] = &n
	}
	return c
}

func (m *model) dropUnused(digest string) {
	for _, t := range m.tenants {
		if slices.Contains(t.digests(), digest) {
			return
		}
	}
	delete(m.packages, digest)
}

// digests lists the packages that a tenant points at.
func (t *tenant) digests() []string {
	var out []string
	for _, d := range t.drafts {
		out = append(out, d.Digest)
	}
	for _, d := range t.templates {
		out = append(out, d.Digest)
	}
	for _, v := range t.devVersions {
		out = append(out, v.Digest)
	}
	for _, v := range t.pending {
		out = append(out, v.Digest)
	}
	return out
}

func (m *model) deleteDraft(t *tenant, id int64) error {
	d, ok := t.drafts[id]
	if !ok {
		return platform.ErrNotFound
	}
	delete(t.drafts, id)
	m.dropUnused(d.Digest)
	return nil
}

func (m *model) deleteTemplate(t *tenant, id int64) error {
	d, ok := t.templates[id]
	if !ok {
		return platform.ErrNotFound
	}
	delete(t.templates, id)
	m.dropUnused(d.Digest)
	return nil
}

func (t *tenant) slot(slot string) (platform.Draft, bool) {
	for _, d := range t.drafts {
		if d.Slot == slot {
			return d, true
		}
	}
	return platform.Draft{}, false
}

func (t *tenant) freePlace() int64 {
	taken := map[int64]bool{}
	for _, d := range t.templates {
		taken[d.Place] = true
	}
	place := int64(0)
	for taken[place] {
		place++
	}
	return place
}

func (t *tenant) putTicket(n platform.Ticket) {
	for i := range t.tickets {
		if t.tickets[i].Value == n.Value {
			t.tickets[i].PushedAt = n.PushedAt
			return
		}
	}
	t.tickets = append(t.tickets, n)
}

func (t *tenant) supersede(kind platform.TokenKind, authorizer string, by platform.Supersede) {
	for h, k := range t.tokens {
		if k.Kind == kind && k.AuthorizerAppid == authorizer && k.Origin == platform.OriginAPI && k.SupersededAt.IsZero() {
			k.SupersededAt, k.SupersededBy, k.SupersededByRID, k.GraceEndsAt = by.At, by.By, by.ByRID, by.GraceEnds
			t.tokens[h] = k
		}
	}
}

func (t *tenant) pruneTokens(before time.Time) {
	maps.DeleteFunc(t.tokens, func(_ platform.TokenHash, k platform.AccessToken) bool { return k.ExpiresAt.Before(before) })
}

func (t *tenant) pruneTickets(before time.Time) {
	t.tickets = slices.DeleteFunc(t.tickets, func(k platform.Ticket) bool { return k.PushedAt.Before(before) })
}

// contents is what a dump of the tenant should be.
func (t *tenant) contents() contents {
	c := contents{
		Component: t.component,
		Dev:       sorted(t.dev, func(a, b platform.DevMiniprogram) int { return cmp.Compare(a.Appid, b.Appid) }),
		Drafts:    sorted(t.drafts, func(a, b platform.Draft) int { return cmp.Compare(a.ID, b.ID) }),
		Templates: sorted(t.templates, func(a, b platform.Template) int { return cmp.Compare(a.Place, b.Place) }),
		Authorizers: sorted(t.authorizers, func(a, b platform.Authorizer) int {
			return cmp.Compare(a.Appid, b.Appid)
		}),
		Deliveries: newestDeliveries(t),
	}
	for i := range c.Drafts {
		c.Drafts[i].SourceName = t.dev[c.Drafts[i].SourceAppid].Name
	}
	if n := len(t.tickets); n > 0 {
		c.Ticket = &t.tickets[n-1]
	}
	return c
}

func sorted[K comparable, V any](m map[K]V, compare func(a, b V) int) []V {
	return slices.SortedFunc(maps.Values(m), compare)
}
