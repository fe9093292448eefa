package storetest

import (
	"cmp"
	"fmt"
	"maps"

	"pgregory.net/rapid"

	"draftbox/internal/platform"
)

// byGrant is the order of the list of those who are authorized.
func byGrant(a, b platform.Authorizer) int {
	return cmp.Or(a.AuthTime.Compare(b.AuthTime), cmp.Compare(a.Appid, b.Appid))
}

func stepAuthorizer(h *history, appid string) step {
	a := fullAuthorizer(appid, h.dev[h.number("merchant", 1)])
	if h.number("full", 3) == 0 {
		a = platform.Authorizer{ComponentAppid: appid, Appid: a.Appid, CreatedAt: epoch}
	}
	a.NickName, a.Authorized, a.AuthTime = fmt.Sprint("商户", h.number("name", 2)), h.number("authorized", 1) == 1, h.moment()
	return func(tx platform.Tx, _ *model, t *tenant) (error, error) {
		t.authorizers[a.Appid] = a
		return tx.PutAuthorizer(h.ctx, &a), nil
	}
}

func stepDeleteAuthorizer(h *history, appid string) step {
	merchant := h.dev[h.number("merchant", 1)]
	return func(tx platform.Tx, m *model, t *tenant) (error, error) {
		got := tx.DeleteAuthorizer(h.ctx, appid, merchant)
		if _, ok := t.authorizers[merchant]; !ok {
			return got, platform.ErrNotFound
		}
		delete(t.authorizers, merchant)
		maps.DeleteFunc(t.tokens, func(_ platform.TokenHash, k platform.AccessToken) bool { return k.AuthorizerAppid == merchant })
		maps.DeleteFunc(t.codes, func(_ string, c platform.AuthCode) bool { return c.AuthorizerAppid == merchant })
		if v, ok := t.pending[merchant]; ok {
			delete(t.pending, merchant)
			m.dropUnused(v.Digest)
		}
		return got, nil
	}
}

func stepAuthCode(h *history, appid string) step {
	c := platform.AuthCode{
		ComponentAppid: appid, Value: fmt.Sprint("code", h.number("code", 3)), Kind: platform.PreAuthCode,
		IssuedAt: h.moment(), ExpiresAt: h.moment(),
	}
	if h.number("kind", 1) == 1 {
		c.Kind, c.AuthorizerAppid = platform.AuthorizationCode, h.dev[h.number("merchant", 1)]
	}
	if h.number("used", 1) == 1 {
		c.UsedAt = h.moment()
	}
	return func(tx platform.Tx, _ *model, t *tenant) (error, error) {
		n := c
		if old, ok := t.codes[c.Value]; ok {
			n = old
			n.UsedAt = c.UsedAt
		}
		t.codes[c.Value] = n
		return tx.PutAuthCode(h.ctx, &c), nil
	}
}

func stepEndTokens(h *history, appid string) step {
	merchant := h.dev[h.number("merchant", 1)]
	by := platform.Supersede{At: h.moment(), By: "10.0.0.2", ByRID: "rid-2", GraceEnds: h.moment()}
	return func(tx platform.Tx, _ *model, t *tenant) (error, error) {
		for hash, k := range t.tokens {
			if k.AuthorizerAppid == merchant && (k.SupersededAt.IsZero() || k.GraceEndsAt.After(by.GraceEnds)) {
				k.SupersededAt, k.SupersededBy, k.SupersededByRID, k.GraceEndsAt = by.At, by.By, by.ByRID, by.GraceEnds
				t.tokens[hash] = k
			}
		}
		return tx.EndTokens(h.ctx, appid, merchant, by), nil
	}
}

func stepPrune(h *history, appid string) step {
	before := h.moment()
	what := rapid.SampledFrom([]string{"tickets", "tokens", "codes"}).Draw(h.rt, "what")
	return func(tx platform.Tx, _ *model, t *tenant) (error, error) {
		switch what {
		case "tickets":
			t.pruneTickets(before)
			return tx.PruneTickets(h.ctx, appid, before), nil
		case "codes":
			maps.DeleteFunc(t.codes, func(_ string, c platform.AuthCode) bool { return c.ExpiresAt.Before(before) })
			return tx.PruneAuthCodes(h.ctx, appid, before), nil
		}
		ended := before.Add(platform.AccessTokenLife)
		t.pruneTokens(ended)
		return tx.PruneTokens(h.ctx, appid, ended), nil
	}
}
