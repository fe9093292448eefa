package wxapi

import (
	"sync"
	"sync/atomic"
	"time"

	"draftbox/internal/platform"
)

// usage counts the calls of the day, by account and endpoint: a component's own and
// those that it makes for each merchant. It is counted always, kept by this node
// only, and no part of what survives a crash.
type usage struct {
	accounts sync.Map // account → *dayUsage
}

// dayUsage is one account's calls on one day of UTC+8.
type dayUsage struct {
	day    atomic.Int64
	calls  []atomic.Int64 // by endpoint.index
	clears clears
}

// dayOf numbers the days of UTC+8.
func dayOf(t time.Time) int64 { return (t.Unix() + 8*3600) / 86400 }

// usageOf returns the counters of an account.
func (a *API) usageOf(account string) *dayUsage {
	v, ok := a.usage.accounts.Load(account)
	if !ok {
		v, _ = a.usage.accounts.LoadOrStore(account, &dayUsage{calls: make([]atomic.Int64, len(a.endpoints))})
	}
	return v.(*dayUsage) //nolint:forcetypeassert // nothing else is stored
}

// usageOfToken returns the counters of the account that a call's token stands for.
func (a *API) usageOfToken(c *call) *dayUsage {
	token := &c.session.Token
	return a.usageOf(account(token.ComponentAppid, token.AuthorizerAppid))
}

// account names what calls are counted for: a component, or a merchant of one.
func account(component, authorizer string) string {
	if authorizer == "" {
		return component
	}
	return component + "/" + authorizer
}

// count counts a call and refuses it over an enforced limit: 45009.
func (u *dayUsage) count(c *platform.Component, e *endpoint, now time.Time) error {
	if day := dayOf(now); u.day.Load() != day {
		u.day.Store(day)
		for i := range u.calls {
			u.calls[i].Store(0)
		}
	}
	n := u.calls[e.index].Add(1)
	if !c.Settings.Quotas.Enforce {
		return nil
	}
	if limit, ok := c.Settings.Quotas.Limits[e.path]; ok && n > limit {
		return platform.Refuse(platform.CodeDailyQuota, "call %d of %s today, the limit is %d (quotas of component %s); a day ends at 00:00 UTC+8", n, e.path, limit, c.Appid)
	}
	return nil
}

// used tells how often an endpoint was called today.
func (u *dayUsage) used(e *endpoint, now time.Time) int64 {
	if u.day.Load() != dayOf(now) {
		return 0
	}
	return u.calls[e.index].Load()
}
