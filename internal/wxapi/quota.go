package wxapi

import (
	"sync"
	"sync/atomic"
	"time"

	"draftbox/internal/platform"
)

// usage counts the calls of the day, by component and endpoint. It is counted
// always, kept by this node only, and no part of what survives a crash.
type usage struct {
	components sync.Map // appid → *dayUsage
}

// dayUsage is one component's calls on one day of UTC+8.
type dayUsage struct {
	day   atomic.Int64
	calls []atomic.Int64 // by endpoint.index
}

// dayOf numbers the days of UTC+8.
func dayOf(t time.Time) int64 { return (t.Unix() + 8*3600) / 86400 }

// usageOf returns the counters of a component.
func (a *API) usageOf(appid string) *dayUsage {
	v, ok := a.usage.components.Load(appid)
	if !ok {
		v, _ = a.usage.components.LoadOrStore(appid, &dayUsage{calls: make([]atomic.Int64, len(a.endpoints))})
	}
	return v.(*dayUsage) //nolint:forcetypeassert // nothing else is stored
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
