package wxapi_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"draftbox/internal/platform"
)

// lifeTime bounds the model test, whose cost depends on the machine.
const lifeTime = 4 * time.Second

// modelOrder is an audit order as the model knows it.
type modelOrder struct {
	id      int64
	state   platform.AuditState
	version string
}

// modelRelease is a version that is or was online.
type modelRelease struct {
	version string
	number  int
}

// modelLife is what should be known of a mini program's code: the table of
// [platform.Lifecycle], and what the pages say beside it.
type modelLife struct {
	exp      string
	orders   []modelOrder // the last one is last
	online   *modelRelease
	rollback bool
	history  []modelRelease
	numbers  int
	gray     int // percentage of the plan that runs; -1 without one
	closed   bool
	undos    map[string]int // by day and by month
}

// life is a merchant on the wire beside its model.
type life struct {
	*bench
	rt      *rapid.T
	m       modelLife
	shop    platform.Authorizer
	commits int
}

// TestLifecycleModel runs random histories of two mini programs on the wire and on a
// model, and compares every answer.
func TestLifecycleModel(t *testing.T) {
	t.Parallel()
	server := newBench(t)
	server.must(server.service.FreezeClock(t.Context()))
	start := time.Now()
	failed := false
	steps := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		if !failed && time.Since(start) > lifeTime {
			return
		}
		defer func() { failed = failed || rt.Failed() }()
		b := server.tenant(t)
		b.api = b.server // the document is held against answers elsewhere; it takes most of the time
		b.withTemplate()
		lives := make([]*life, 2)
		for i := range lives {
			b.anew()
			lives[i] = &life{bench: b, rt: rt, shop: b.shop, m: modelLife{gray: -1, undos: map[string]int{}}}
		}
		actions := map[string]func(*rapid.T){"": func(rt *rapid.T) {
			for _, l := range lives {
				l.bench.shop, l.rt = l.shop, rt
				l.compare()
			}
		}}
		for name, do := range map[string]func(*life){
			"commit": (*life).commitStep, "submit": (*life).submitStep, "decide": (*life).decideStep, "undo": (*life).undoStep, "release": (*life).releaseStep,
			"gray": (*life).grayStep, "revert gray": (*life).revertGrayStep, "revert": (*life).revertStep, "visit": (*life).visitStep, "advance": (*life).advanceStep,
			// Without these most histories end before anything was released.
			"onward": (*life).onwardStep, "further onward": (*life).onwardStep, "still onward": (*life).onwardStep, "gray again": (*life).grayStep,
		} {
			actions[name] = func(rt *rapid.T) {
				l := lives[rapid.IntRange(0, 1).Draw(rt, "merchant")]
				l.bench.shop, l.rt = l.shop, rt
				steps[name]++
				do(l)
			}
		}
		rt.Repeat(actions)
	})
	t.Logf("steps: %v", steps)
}

// expect compares the code of an answer.
func (l *life) expect(what string, r reply, want int) {
	l.t.Helper()
	if code, msg := l.outcome(r); code != want {
		l.rt.Fatalf("%s: answered %d %q, want %d; the model has %+v", what, code, msg, want, l.m)
	}
}

// last is the last order; nil without one.
func (l *life) last() *modelOrder {
	if len(l.m.orders) == 0 {
		return nil
	}
	return &l.m.orders[len(l.m.orders)-1]
}

func (l *life) lastState() platform.AuditState {
	if o := l.last(); o != nil {
		return o.state
	}
	return platform.AuditNone
}

// row looks an event up in the table, for the last order.
func (l *life) row(event platform.LifeEvent) platform.Transition {
	rows := platform.Lifecycle()
	i := slices.IndexFunc(rows, func(t platform.Transition) bool { return t.Event == event && t.From == l.lastState() })
	if i < 0 {
		l.rt.Fatalf("there is no row for %s of %q", event, l.lastState())
	}
	return rows[i]
}

// compare reads everything that can be read.
func (l *life) compare() {
	l.t.Helper()
	var got []string
	read := func(r reply) {
		_, _ = l.outcome(r)
		got = append(got, r.body)
	}
	status := 1
	if l.m.closed {
		status = 0
	}
	versions := []string{}
	if l.m.online != nil && !l.m.rollback {
		for _, h := range l.m.history {
			versions = append(versions, fmt.Sprintf("%s %d", h.version, h.number))
		}
	}
	plan := 0
	if l.m.gray >= 0 {
		plan = 1
	}
	want := []string{fmt.Sprintf(`{"errcode":0,"errmsg":"ok","status":%d}`, status), fmt.Sprint(versions), fmt.Sprint("running ", plan == 1)}
	read(l.asMerchant(visitPath, "{}"))
	var history struct {
		List []struct {
			Version string `json:"user_version"`
			Number  int    `json:"app_version"`
		} `json:"version_list"`
	}
	l.ok(l.getAs(revertPath, "action=get_history_version"), &history)
	listed := []string{}
	for _, h := range history.List {
		listed = append(listed, fmt.Sprintf("%s %d", h.Version, h.Number))
	}
	got = append(got, fmt.Sprint(listed), fmt.Sprint("running ", strings.Contains(l.getAs(grayPlanPath).body, `"status":1,`)))
	info := l.versionInfo()
	want = append(want, l.m.exp, onlineVersion(l.m.online))
	got = append(got, info.Exp.Version, info.Release.Version)
	for _, o := range l.m.orders {
		read(l.asMerchant(auditStatusPath, fmt.Sprintf(`{"auditid":%d}`, o.id)))
		want = append(want, fmt.Sprintf(`{"errcode":0,"errmsg":"ok","status":%d%s}`, o.state.Status(), reasonOf(o.state)))
	}
	if o := l.last(); o != nil {
		r := l.getAs(latestStatusPath)
		told, _, _ := strings.Cut(r.body, `,"submit_audit_time"`)
		got = append(got, told)
		reason := ""
		if o.state == platform.AuditRejected {
			reason = strings.Replace(reasonOf(o.state), "screenshot", "ScreenShot", 1)
		}
		want = append(want, fmt.Sprintf(`{"errcode":0,"errmsg":"ok","auditid":%d,"status":%d%s,"user_version":%q,"user_desc":"说明 %s"`, o.id, o.state.Status(), reason, o.version, o.version))
	}
	if !slices.Equal(got, want) {
		l.rt.Fatalf("read\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func onlineVersion(r *modelRelease) string {
	if r == nil {
		return ""
	}
	return r.version
}

// reasonOf are the further members that get_auditstatus has of a state.
func reasonOf(s platform.AuditState) string {
	switch s {
	case platform.AuditRejected:
		return `,"reason":"` + platform.DefaultRejectReason + `","screenshot":""`
	case platform.AuditDelayed:
		return `,"reason":"` + platform.DefaultDelayReason + `"`
	default:
		return ""
	}
}
