package wxapi_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"draftbox/internal/platform"
)

func (l *life) commitStep() {
	l.commits++
	version := fmt.Sprint("v", l.commits)
	l.expect("commit", l.asMerchant(commitPath, commitBody(0, "{}", version)), 0)
	l.m.exp = version
}

func (l *life) submitStep() {
	r := l.asMerchant(submitPath, "{}")
	if l.m.exp == "" {
		l.expect("submit", r, 85086)
		return
	}
	row := l.row(platform.EventSubmit)
	l.expect("submit", r, row.Code)
	if row.Code == 0 {
		l.m.orders = append(l.m.orders, modelOrder{l.order().ID, row.To, l.m.exp})
	}
}

// onwardStep takes the next step of a happy life.
func (l *life) onwardStep() {
	switch state := l.lastState(); {
	case state.Open():
		l.decide(platform.EventPass)
	case state == platform.AuditPassed:
		l.releaseStep()
	default:
		l.commitStep()
		l.submitStep()
	}
}

func (l *life) decideStep() {
	l.decide(rapid.SampledFrom([]platform.LifeEvent{platform.EventPass, platform.EventPass, platform.EventReject, platform.EventDelay}).Draw(l.rt, "decision"))
}

func (l *life) decide(event platform.LifeEvent) {
	row := l.row(event)
	if code, why := l.happen(event); code != row.Code {
		l.rt.Fatalf("%s: %d %q, want %d", event, code, why, row.Code)
	}
	if o := l.last(); o != nil {
		o.state = row.To
	}
}

func (l *life) undoStep() {
	now := l.now().In(platform.UTC8)
	day, month := now.Format(time.DateOnly), now.Format("2006-01")
	row := l.row(platform.EventUndo)
	want := row.Code
	if want == 0 && (l.m.undos[day] >= 5 || l.m.undos[month] >= 10) {
		want = 87013
	}
	l.expect("undo", l.getAs(undoPath), want)
	if want == 0 {
		l.last().state = row.To
		l.m.undos[day]++
		l.m.undos[month]++
	}
}

// putOnline is what a release does.
func (l *life) putOnline(to platform.AuditState) {
	if l.m.online != nil {
		l.m.history = slices.Insert(l.m.history, 0, *l.m.online)
		l.m.history = l.m.history[:min(5, len(l.m.history))]
	}
	l.m.numbers++
	l.m.online, l.m.rollback = &modelRelease{l.last().version, l.m.numbers}, false
	l.m.closed, l.m.gray = false, -1
	l.last().state = to
}

func (l *life) releaseStep() {
	row := l.row(platform.EventRelease)
	l.expect("release", l.asMerchant(releasePath, "{}"), row.Code)
	if row.Code == 0 {
		l.putOnline(row.To)
	}
}

func (l *life) grayStep() {
	percentage := rapid.SampledFrom([]int{-1, 0, 1, 50, 50, 100, 101}).Draw(l.rt, "percentage")
	first := rapid.Bool().Draw(l.rt, "testers first")
	row := l.row(platform.EventGray)
	want := row.Code
	switch {
	case percentage < 0 || percentage > 100 || percentage == 0 && !first:
		want = 85081
	case l.m.online == nil:
		want = 85079
	case want == 0 && percentage <= l.m.gray:
		want = 85082
	}
	l.expect("gray", l.asMerchant(grayPath, fmt.Sprintf(`{"gray_percentage":%d,"support_experiencer_first":%t}`, percentage, first)), want)
	if want != 0 {
		return
	}
	l.m.gray = percentage
	if percentage == 100 {
		l.putOnline(platform.AuditReleased)
	}
}

func (l *life) revertGrayStep() {
	want := 0
	if l.m.gray < 0 {
		want = 85020
	}
	l.expect("revert gray", l.getAs(revertGrayPath), want)
	l.m.gray = -1
}

func (l *life) revertStep() {
	to, want := 0, 0
	query := ""
	if i := rapid.IntRange(-1, 5).Draw(l.rt, "place in the history"); i >= 0 {
		number := 99
		if i < len(l.m.history) {
			to, number = i, l.m.history[i].number
		} else {
			want = 40097
		}
		query = fmt.Sprint("app_version=", number)
	}
	switch {
	case l.m.gray >= 0:
		want = 87011
	case len(l.m.history) == 0 || l.m.rollback:
		want = 87012
	}
	l.expect("revert", l.getAs(revertPath, query), want)
	if want == 0 {
		l.m.numbers++
		l.m.online, l.m.rollback, l.m.history = &modelRelease{l.m.history[to].version, l.m.numbers}, true, nil
	}
}

func (l *life) visitStep() {
	action := rapid.SampledFrom([]string{"open", "close", "x"}).Draw(l.rt, "action")
	want := 0
	switch {
	case action == "x":
		want = 85022
	case l.m.online == nil:
		want = 85021
	}
	l.expect("visit", l.asMerchant(changeVisitPath, fmt.Sprintf(`{"action":%q}`, action)), want)
	if want == 0 {
		l.m.closed = action == "close"
	}
}

func (l *life) advanceStep() {
	if l.now().Year() > 2036 { // the clock, which all histories share, ends in 2038
		return
	}
	l.advance(time.Duration(rapid.SampledFrom([]int{1, 20, 24 * 9}).Draw(l.rt, "hours")) * time.Hour)
}
