package console

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/platform"
)

// frame is what is true for every page.
type frame struct {
	Component  platform.Component
	Components []componentLink
	More       bool // there are more components than the switch shows
	Menu       []menuEntry
	Clock      clockView
	Version    string
}

type componentLink struct {
	Appid, Name, Href string
	Current           bool
}

// menuEntry is a page of the menu with the number that stands beside it.
type menuEntry struct {
	Key, Href, Icon string
	Current         bool
	Count           string
	Bad             bool // the number is one of failures
	Tail            bool // on a phone it stands under "more"
}

const (
	// switchLimit is how many components the switch shows at once.
	switchLimit = 100
	// countLimit is from where on a counter says "and more".
	countLimit = 100
)

// framed makes a page of the component in the path. page is the entry of the menu that
// it belongs to.
func (a *Console) framed(ctx context.Context, c *call, page, title string, data any) (*answer, error) {
	f, err := a.frame(ctx, c, page)
	if err != nil {
		return nil, err
	}
	v := &view{texts: c.texts, Theme: c.theme, Path: c.r.URL.RequestURI(), Page: page, Title: title, Frame: f, Data: data, Notice: c.notice, Solution: c.solution, Live: "state"}
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead { // a form was refused: it has no page of its own
		v.Path, v.Live = f.href(c.component, page), "no"
	}
	if key := c.r.URL.Query().Get("done"); v.Notice == nil && c.texts.has("done."+key) {
		v.Notice, v.Done = &notice{"ok", c.texts.must("done."+key, "id", c.r.URL.Query().Get("id"))}, key
	}
	return &answer{template: page, view: v}, nil
}

func (f *frame) href(component, page string) string {
	if page == "overview" {
		return "/c/" + component
	}
	return "/c/" + component + "/" + page
}

func (a *Console) frame(ctx context.Context, c *call, page string) (*frame, error) {
	f := &frame{Version: a.version}
	var err error
	if f.Component, err = a.service.Component(ctx, c.component); err != nil {
		return nil, err
	}
	all, err := a.service.Components(ctx, "", switchLimit+1)
	if err != nil {
		return nil, err
	}
	f.More = len(all) > switchLimit
	for _, other := range all[:min(len(all), switchLimit)] {
		f.Components = append(f.Components, componentLink{other.Appid, other.Name, f.href(other.Appid, page), other.Appid == c.component})
	}
	n, err := a.counts(ctx, c.component)
	if err != nil {
		return nil, err
	}
	for _, e := range []menuEntry{
		{Key: "overview"},
		{Key: "drafts", Count: n.Drafts},
		{Key: "templates", Tail: true},
		{Key: "merchants", Tail: true},
		{Key: "audits", Count: n.Audits},
		{Key: "pushes", Count: n.Pushes, Bad: true},
		{Key: "requests"},
		{Key: "explorer", Tail: true},
		{Key: "settings", Tail: true},
	} {
		e.Href, e.Current = f.href(c.component, e.Key), e.Key == page
		f.Menu = append(f.Menu, e)
	}
	f.Clock, err = a.clockOf(ctx, c)
	return f, err
}

// counters stand in the menu; empty where there is nothing to count.
type counters struct {
	Drafts string `json:"drafts"`
	Audits string `json:"audits"`
	Pushes string `json:"pushes"` // that failed: given up, or tried again
}

func (a *Console) counts(ctx context.Context, component string) (counters, error) {
	owned, err := a.service.Counts(ctx, component)
	if err != nil {
		return counters{}, err
	}
	open, err := a.service.Audits(ctx, platform.AuditFilter{ComponentAppid: component, Open: true}, 0, countLimit)
	if err != nil {
		return counters{}, err
	}
	failing, err := a.failing(ctx, component)
	return counters{countText(owned.Drafts), countText(len(open)), countText(failing)}, err
}

// failing counts the pushes that failed once at least and were not delivered since.
func (a *Console) failing(ctx context.Context, component string) (int, error) {
	states, err := a.service.CountDeliveries(ctx, component)
	if err != nil {
		return 0, err
	}
	retrying, err := a.service.Retrying(ctx, component)
	return states[platform.DeliveryFailed] + retrying.Deliveries, err
}

func countText(n int) string {
	switch {
	case n == 0:
		return ""
	case n >= countLimit:
		return "99+"
	}
	return strconv.Itoa(n)
}

// clockView is the virtual clock in the top bar.
type clockView struct {
	Now      string   `json:"now"`
	Zone     int      `json:"zone"` // seconds east of UTC
	Millis   int64    `json:"millis"`
	Offset   string   `json:"offset"` // empty while it shows real time
	Frozen   bool     `json:"frozen"`
	Advances []string `json:"-"`
}

// clockFormat is how times are written, in the zone that was chosen.
const clockFormat = "2006-01-02 15:04:05"

func (a *Console) clockOf(ctx context.Context, c *call) (clockView, error) {
	state, now, err := a.service.Clock(ctx)
	if err != nil {
		return clockView{}, err
	}
	return c.clockView(state, now), nil
}

func (c *call) clockView(state platform.ClockState, now time.Time) clockView {
	offset := state.Offset
	if state.Frozen() {
		offset = now.Sub(clock.Now())
	}
	return clockView{now.In(c.zone.Location).Format(clockFormat), c.zone.seconds(now), now.UnixMilli(), offsetText(offset), state.Frozen(), []string{"10m", "2h", "12h", "24h"}}
}

// offsetText writes how far the clock is from real time, in its two largest units.
func offsetText(d time.Duration) string {
	sign := "+"
	if d < 0 {
		sign, d = "-", -d
	}
	d = d.Round(time.Second)
	if d < 2*time.Second {
		return ""
	}
	days := d / (24 * time.Hour)
	parts := strings.FieldsFunc((d % (24 * time.Hour)).String(), func(r rune) bool { return r < '0' || r > '9' })
	units := []string{"h", "m", "s"}[3-len(parts):]
	var shown []string
	if days > 0 {
		shown = append(shown, strconv.Itoa(int(days))+"d")
	}
	for i, n := range parts {
		if n != "0" && len(shown) < 2 {
			shown = append(shown, n+units[i])
		}
	}
	return sign + strings.Join(shown, "")
}

// home leads to the first component; where there is none it says how to make one.
func (a *Console) home(ctx context.Context, c *call) (*answer, error) {
	all, err := a.service.Components(ctx, "", 1)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		out := c.bare("empty", nil)
		out.view.Notice = c.notice
		return out, nil
	}
	if c.notice != nil { // a form of the top bar was refused
		c.component = all[0].Appid
		return a.overview(ctx, c)
	}
	return seeOther("/c/" + all[0].Appid), nil
}

// jump leads to a component that the switch does not show.
func (a *Console) jump(ctx context.Context, c *call) (*answer, error) {
	appid := strings.TrimSpace(c.form.Get("appid"))
	if _, err := a.service.Component(ctx, appid); err != nil {
		return nil, err
	}
	page := c.form.Get("page")
	if !slices.Contains([]string{"drafts", "templates", "merchants", "audits", "pushes", "requests", "explorer", "settings"}, page) {
		page = "overview"
	}
	return seeOther((&frame{}).href(url.PathEscape(appid), page)), nil
}
