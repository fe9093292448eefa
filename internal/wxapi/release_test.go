package wxapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
)

func TestHistoryAndRollback(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	b.withTemplate()
	history := func() string {
		r := b.getAs(revertPath, "action=get_history_version")
		b.ok(r, nil)
		return strings.TrimSuffix(strings.TrimPrefix(r.body, `{"errcode":0,"errmsg":"ok","version_list":[`), `]}`)
	}
	item := func(version string, appVersion int, commit time.Time) string {
		return fmt.Sprintf(`{"commit_time":%d,"user_version":%q,"user_desc":"说明 %s","app_version":%d}`, commit.Unix(), version, version, appVersion)
	}
	if got := history(); got != "" {
		t.Errorf("before anything: %s", got)
	}
	b.refused(b.getAs(revertPath), 87012, "forbid revert this version release")
	var commits []time.Time
	for i := range 7 {
		b.commit(fmt.Sprint("v", i+1))
		commits = append(commits, b.now())
		b.advance(time.Minute)
		b.submit()
		b.review(platform.DecidePass)
		b.ok(b.asMerchant(releasePath, "{}"), nil)
		b.advance(time.Minute)
	}
	want := []string{}
	for i := 5; i >= 1; i-- { // v6 to v2: five at most, newest first
		want = append(want, item(fmt.Sprint("v", i+1), i+1, commits[i]))
	}
	if got := history(); got != strings.Join(want, ",") {
		t.Errorf("listed\n%s, want\n%s", got, strings.Join(want, ","))
	}
	for query, code := range map[string]int{
		"app_version=1": 40097, "app_version=7": 40097, "app_version=x": 40097, "app_version=0": 40097, "app_version=-1": 40097,
		"app_version=99999999999999999999": 40097, "action=undo": 40097,
		"action=get_history_version&app_version=4": 0, // lists
	} {
		if got, _ := b.outcome(b.getAs(revertPath, query)); got != code {
			t.Errorf("%s: %d, want %d", query, got, code)
		}
	}
	if v := b.versionInfo().Release.Version; v != "v7" {
		t.Errorf("listing changed what is online to %s", v)
	}
	at := b.now()
	b.ok(b.getAs(revertPath, "app_version=4"), nil)
	if r := b.versionInfo().Release; r.Version != "v4" || r.Time != at.Unix() {
		t.Errorf("went back to %+v", r)
	}
	if got := history(); got != "" {
		t.Errorf("after a roll-back: %s", got)
	}
	b.refused(b.getAs(revertPath), 87012, "forbid revert this version release")
	b.refused(b.asMerchant(releasePath, "{}"), 85052, "app is already released")
	b.releaseVersion("v8")
	if got, want := history(), item("v4", 8, commits[3]); got != want { // the roll-back took a number
		t.Errorf("after the next release\n%s, want\n%s", got, want)
	}
	b.ok(b.getAs(revertPath), nil)
	if r := b.versionInfo().Release; r.Version != "v4" {
		t.Errorf("the version before is %s", r.Version)
	}
}

// versionInfo is getversioninfo's answer; a part that is absent is zero.
type versionInfo struct {
	Exp struct {
		Time    int64  `json:"exp_time"`
		Version string `json:"exp_version"`
	} `json:"exp_info"`
	Release struct {
		Time    int64  `json:"release_time"`
		Version string `json:"release_version"`
	} `json:"release_info"`
}

func (b *bench) versionInfo() versionInfo {
	b.t.Helper()
	var info versionInfo
	b.ok(b.asMerchant(versionInfoPath, "{}"), &info)
	return info
}

func TestVersionInfo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	b.withTemplate()
	answered(t, b.asMerchant(versionInfoPath, "{}"), `{"errcode":0,"errmsg":"ok"}`)
	b.refused(b.asMerchant(versionInfoPath, ""), 44002, "empty post data")
	b.commit("1.0.0")
	exp := b.now().Unix()
	answered(t, b.asMerchant(versionInfoPath, "{}"), fmt.Sprintf(`{"errcode":0,"errmsg":"ok","exp_info":{"exp_time":%d,"exp_version":"1.0.0","exp_desc":"说明 1.0.0"}}`, exp))
	b.submit()
	b.review(platform.DecidePass)
	b.advance(time.Hour)
	released := b.now().Unix()
	b.ok(b.asMerchant(releasePath, "{}"), nil)
	answered(t, b.asMerchant(versionInfoPath, "{}"), fmt.Sprintf(`{"errcode":0,"errmsg":"ok","exp_info":{"exp_time":%d,"exp_version":"1.0.0","exp_desc":"说明 1.0.0"},`+
		`"release_info":{"release_time":%d,"release_version":"1.0.0","release_desc":"说明 1.0.0"}}`, exp, released))
}

// What is released is what passed, whatever was committed since.
func TestACommitLeavesWhatPassedAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.withTemplate()
	b.releaseVersion("1")
	b.pass("2")
	b.commit("3")
	if i := b.versionInfo(); i.Exp.Version != "3" || i.Release.Version != "1" {
		t.Errorf("%s is committed and %s online", i.Exp.Version, i.Release.Version)
	}
	b.ok(b.asMerchant(releasePath, "{}"), nil)
	if i := b.versionInfo(); i.Exp.Version != "3" || i.Release.Version != "2" {
		t.Errorf("%s is committed and %s online", i.Exp.Version, i.Release.Version)
	}
}

func TestVisitStatus(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.withTemplate()
	status := func(want int) {
		t.Helper()
		answered(t, b.asMerchant(visitPath, "{}"), fmt.Sprintf(`{"errcode":0,"errmsg":"ok","status":%d}`, want))
	}
	change := func(body string, want int) {
		t.Helper()
		if code, _ := b.outcome(b.asMerchant(changeVisitPath, body)); code != want {
			t.Errorf("%s: %d, want %d", body, code, want)
		}
	}
	status(1)
	change(`{"action":"close"}`, 85021)
	change(`{"action":"shut"}`, 85022)
	change(`{}`, 85022)
	change(`{"action":true}`, 47001)
	b.refused(b.asMerchant(visitPath, ""), 44002, "empty post data")
	b.releaseVersion("1")
	for range 2 { // to the same state is fine
		change(`{"action":"close"}`, 0)
		status(0)
	}
	change(`{"action":"open"}`, 0)
	status(1)
	change(`{"action":"close"}`, 0)
	b.releaseVersion("2") // open by default
	status(1)
}

func TestSupportVersion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.matches(b.asMerchant(supportPath, "{}"), `\{"errcode":0,"errmsg":"ok","now_version":"1\.0\.0","uv_info":\{"items":\[\{"percentage":0,"version":"1\.0\.0"\},`+
		`\{"percentage":0,"version":"1\.0\.1"\}(,\{"percentage":0,"version":"[0-9.]+"\})+\]\}\}`)
	b.ok(b.asMerchant(setSupportPath, `{"version":"2.30.0"}`), nil)
	b.matches(b.asMerchant(supportPath, "{}"), `\{"errcode":0,"errmsg":"ok","now_version":"2\.30\.0",.*`)
	for body, want := range map[string]int{`{"version":"2.30"}`: 89014, `{}`: 89014, `{"version":2}`: 47001, ``: 44002} {
		if code, _ := b.outcome(b.asMerchant(setSupportPath, body)); code != want {
			t.Errorf("%s: %d, want %d", body, code, want)
		}
	}
	b.refused(b.asMerchant(supportPath, ""), 44002, "empty post data")
}

// While a change is at work, others of the same mini program are refused, and those of
// another are not.
func TestConcurrentChanges(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	b.withTemplate()
	b.releaseVersion("1")
	b.pass("2")
	b.set(func(c *platform.Component) { c.Settings.Switches.CommitTime = platform.Duration(time.Minute) })
	b.commit("3")
	refusals := func(want int) {
		t.Helper()
		for _, r := range []reply{
			b.asMerchant(commitPath, commitBody(0, "{}", "4")), b.asMerchant(submitPath, "{}"), b.getAs(undoPath), b.asMerchant(grayPath, `{"gray_percentage":1}`),
			b.getAs(revertGrayPath), b.asMerchant(changeVisitPath, `{"action":"close"}`), b.asMerchant(setSupportPath, `{"version":"1.0.0"}`),
			b.asMerchant(releasePath, "{}"), b.getAs(revertPath),
		} {
			if code, _ := b.outcome(r); (code == 9402202) != (want == 9402202) {
				t.Errorf("answered %s", r.body)
			}
		}
	}
	b.advance(time.Minute - time.Second)
	refusals(9402202)
	busy := b.shop
	b.anew()
	b.commit("1")
	b.shop = busy
	b.set(func(c *platform.Component) { c.Settings.Switches.CommitTime = 0 })
	b.advance(time.Second)
	refusals(0)
}
