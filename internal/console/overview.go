package console

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// overviewView is what somebody sees two seconds after opening.
type overviewView struct {
	Tiles    []tile
	Chart    chart
	Failures []lifeEntry // refused requests, newest first
	Pushes   []pushLine  // pushes that fail, newest first
	Latest   []lifeEntry
	Outcomes journal.Outcomes
	Command  string
}

// tile is a count that leads to what it counts.
type tile struct {
	Key, Href, Text string
	Bad             bool
}

// shownLatest is how many requests and pushes the overview shows.
const shownLatest = 6

func (a *Console) overview(ctx context.Context, c *call) (*answer, error) {
	out, err := a.framed(ctx, c, "overview", c.texts.must("nav.overview"), nil)
	if err != nil {
		return nil, err
	}
	counts, err := a.service.Counts(ctx, c.component)
	if err != nil {
		return nil, err
	}
	merchants, err := a.service.CountAuthorizers(ctx, c.component)
	if err != nil {
		return nil, err
	}
	open, err := a.counts(ctx, c.component)
	if err != nil {
		return nil, err
	}
	seen := a.seen(c.component)
	base := "/c/" + c.component
	number := strconv.Itoa
	zero := func(text string) string {
		if text == "" {
			return "0"
		}
		return text
	}
	components := number(len(out.view.Frame.Components))
	if out.view.Frame.More {
		components += "+"
	}
	v := overviewView{Chart: chartOf(c.now, seen, c.zone), Outcomes: a.journal.Outcomes(), Tiles: []tile{
		{"drafts", base + "/drafts", number(counts.Drafts), false},
		{"templates", base + "/templates", fmt.Sprintf("%d / %d", counts.Templates, platform.MaxTemplates), false},
		{"merchants", base + "/merchants", number(merchants), false},
		{"audits", base + "/audits?status=open", zero(open.Audits), false},
		{"pushes", base + "/pushes?state=failing", zero(open.Pushes), open.Pushes != ""},
		{"requests", base + "/requests", number(len(seen)), false},
		{"components", settingsPath(c.component, "components"), components, false},
	}}
	for _, e := range seen {
		if len(v.Latest) < shownLatest {
			v.Latest = append(v.Latest, c.line(&e))
		}
		if e.ErrCode != 0 && len(v.Failures) < shownLatest {
			v.Failures = append(v.Failures, c.line(&e))
		}
	}
	failed, err := a.service.Deliveries(ctx, platform.DeliveryFilter{ComponentAppid: c.component, Failing: true}, platform.DeliveryPlace{}, shownLatest)
	if err != nil {
		return nil, err
	}
	for _, d := range failed {
		v.Pushes = append(v.Pushes, pushLine{d.Type, pushHref(&d), pushCell(c.texts, &d), c.timeCell(d.CreatedAt)})
	}
	v.Command = c.firstCall()
	out.view.Data, out.view.Live = v, "requests"
	return out, nil
}

// line is a request in one line, with its reason where it was refused.
func (c *call) line(e *journal.Entry) lifeEntry {
	what := e.Method + " " + journal.MaskText(e.Path)
	return lifeEntry{Key: firstLine(journal.MaskText(e.Reason)).Text, Time: c.timeCell(e.Time), Href: "/c/" + c.component + "/requests/" + e.RID.String(), What: what, Code: errcodeCell(*e)}
}

// chart shows the requests of the last hour by the virtual clock.
type chart struct {
	Line, Bad   string // of polylines, 0 to 100 in height
	Total, Errs int
	Peak        string // requests a second in the busiest minute
	Share       string // of errors
	Rows        []chartRow
}

// chartRow is five minutes of the table behind the chart.
type chartRow struct {
	From        string
	Total, Errs int
}

const chartMinutes = 60

func chartOf(now time.Time, seen []journal.Entry, in zone) chart {
	var total, errs [chartMinutes]int
	out := chart{}
	for _, e := range seen {
		minute := int(now.Sub(e.Time) / time.Minute)
		if now.Before(e.Time) || minute >= chartMinutes {
			continue
		}
		at := chartMinutes - 1 - minute
		total[at]++
		out.Total++
		if e.ErrCode != 0 {
			errs[at]++
			out.Errs++
		}
	}
	peak := 1
	for _, n := range total {
		peak = max(peak, n)
	}
	out.Line, out.Bad = polyline(total[:], peak), polyline(errs[:], peak)
	out.Peak = fmt.Sprintf("%.1f", float64(peak)/60)
	if out.Total == 0 {
		out.Peak = "0"
	}
	out.Share = fmt.Sprintf("%.1f%%", 100*float64(out.Errs)/float64(max(1, out.Total)))
	for from := 0; from < chartMinutes; from += 5 {
		row := chartRow{From: now.Add(-time.Duration(chartMinutes-1-from) * time.Minute).In(in.Location).Format("15:04")}
		for i := from; i < from+5; i++ {
			row.Total += total[i]
			row.Errs += errs[i]
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// polyline draws values in a box of 59 by 40, with room for the stroke.
func polyline(values []int, peak int) string {
	var out strings.Builder
	for i, v := range values {
		fmt.Fprintf(&out, "%d,%.1f ", i, 39-38*float64(v)/float64(peak))
	}
	return strings.TrimSpace(out.String())
}
