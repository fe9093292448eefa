package wxapi

import (
	"sync"
	"time"

	"draftbox/internal/platform"
)

// Clears that an account has in a month of UTC+8: of everything, by whichever of the
// three calls, and of one path.
// https://developers.weixin.qq.com/doc/oplatform/openApi/openapi/api_clearquota.html
// https://developers.weixin.qq.com/doc/subscription/api/apimanage/api_clearapiquota
const (
	clearsAMonth    = 10
	pathClearsMonth = 50
)

// clears counts what an account has cleared this month. As the counters of calls it
// is kept by this node only.
type clears struct {
	mu    sync.Mutex
	month int
	all   int
	path  int
}

// monthOf numbers the months of UTC+8.
func monthOf(t time.Time) int {
	t = t.In(time.FixedZone("", 8*3600))
	return t.Year()*12 + int(t.Month())
}

// take uses one clear up, or refuses: 48006. which picks the counter.
func (c *clears) take(which func(*clears) *int, most int, now time.Time) (left int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if month := monthOf(now); c.month != month {
		c.month, c.all, c.path = month, 0, 0
	}
	n := which(c)
	if *n >= most {
		return 0, platform.Refuse(platform.CodeClearQuotaLimit, "%d of %d clears are used up this month; a month ends at 00:00 UTC+8", *n, most)
	}
	*n++
	return most - *n, nil
}

// clearAll forgets an account's calls of the day and tells how many clears it has
// left this month.
//
// Errors: 48006.
func (u *dayUsage) clearAll(now time.Time) (left int, err error) {
	left, err = u.clears.take(func(c *clears) *int { return &c.all }, clearsAMonth, now)
	if err != nil {
		return 0, err
	}
	for i := range u.calls {
		u.calls[i].Store(0)
	}
	return left, nil
}

// clearPath is clearAll for one endpoint, with clears of its own.
//
// Errors: 48006.
func (u *dayUsage) clearPath(e *endpoint, now time.Time) (left int, err error) {
	left, err = u.clears.take(func(c *clears) *int { return &c.path }, pathClearsMonth, now)
	if err != nil {
		return 0, err
	}
	u.calls[e.index].Store(0)
	return left, nil
}
