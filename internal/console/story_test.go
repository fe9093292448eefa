package console_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"draftbox/internal/browsertest"
	"draftbox/internal/platform"
)

// told waits until the page tells that something was done.
func told(what string) browsertest.Step {
	return browsertest.Await(`.notice[data-done="` + what + `"]`)
}

// The whole life of a version, as a person plays all parts of it with mouse and
// keyboard: upload by drop → add to the library → commit → submit → reject with a
// reason → submit again → approve → release.
func TestTheLifeOfAVersion(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b := newBench(t)
	v := b.visit(t, browser, "zh-CN", browsertest.Screens()[0])
	archive := filepath.Join(t.TempDir(), "商城.zip")
	b.must(os.WriteFile(archive, zipped(t), 0o600))

	v.Do(browsertest.Visit(v.home), browsertest.Await("html.js #live.on"), click(`.menu a[href$="/drafts"]`), browsertest.Await("html.js #upload"),
		drop("#upload .zone", archive), told("uploaded"), click(`form[action$="/1/add"] button`), told("added"))
	v.Do(click(`.menu a[href$="/merchants"]`), click(`#merchants [data-key="`+merchant+`"] a`), click("#step-commit summary"),
		browsertest.Write("#version", "2.0.0"), browsertest.Write("#description", "秋季大促"), click(`#step-commit form button`), told("act_commit"))
	v.Photograph("console-story-committed")
	v.Do(click("#step-submit_audit summary"), browsertest.Write("#version_desc", "请审核首页"), click("#step-submit_audit form button"), told("act_submit_audit"))
	v.Do(click(`.menu a[href$="/audits"]`), click("#audits tbody a"), browsertest.Write("#reason", "首页内容为空"), click(`[value="fail"]`), told("decided_fail"))
	v.Do(click(`#pane .facts a[href*="/merchants/"]`), click("#step-submit_audit summary"), click("#step-submit_audit form button"), told("act_submit_audit"))
	v.Do(click(`.steps form[action$="/decide"] button`), told("decided_pass"))
	v.Photograph("console-story-passed")
	v.Do(browsertest.Visit(v.home+base+"/merchants/"+merchant), browsertest.Await("html.js #life"), run(`document.querySelector("#life").scrollIntoView()`))
	v.Photograph("console-story-diagram")
	v.Do(click(`.steps form[action$="/do/release"] button`), told("act_release"))
	v.Photograph("console-story-released")
	v.Fine("the merchant")

	ctx := context.Background()
	code, _, err := b.service.CodeState(ctx, component, merchant)
	b.must(err)
	if code.Online == nil || code.Online.UserVersion != "2.0.0" || code.Online.UserDesc != "秋季大促" || code.Online.TemplateID != 1 || code.LastAudit != platform.AuditReleased {
		t.Errorf("online is %+v, and the last order %s", code.Online, code.LastAudit)
	}
	orders, err := b.service.Audits(ctx, platform.AuditFilter{ComponentAppid: component}, 0, 9)
	b.must(err)
	if len(orders) != 2 || orders[0].State != platform.AuditReleased || orders[1].State != platform.AuditRejected || orders[1].Reason != "首页内容为空" {
		t.Errorf("the orders are %+v", orders)
	}
}

// A release in stages grows, is given up, and a former version comes back; what is not
// possible stands there grey with its code.
func TestStagesAndTheWayBack(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b := newBench(t)
	ctx := context.Background()
	b.release("1.0.0")
	b.release("1.1.0")
	b.pass("1.2.0")
	v := b.visit(t, browser, "en", browsertest.Screens()[1])
	v.Do(browsertest.Visit(v.home+base+"/merchants/"+merchant), browsertest.Await("html.js"), click("#step-grayrelease summary"), click("#step-grayrelease form button"), told("act_grayrelease"))
	if got := v.read("#history + ul + .hint code"); got != "87011" {
		t.Errorf("while stages run, going back is refused with %q", got)
	}
	v.Do(run(`document.querySelector("#life").scrollIntoView()`))
	v.Photograph("console-story-stages")
	v.Do(click(`.steps form[action$="/do/revertgrayrelease"] button`), told("act_revertgrayrelease"), click("#history + ul .confirm summary"),
		click("#history + ul .confirm form button"), told("act_revertcoderelease"))
	v.Fine("the merchant")
	code, _, err := b.service.CodeState(ctx, component, merchant)
	b.must(err)
	if code.Online.UserVersion != "1.0.0" || !code.Online.Rollback || code.Gray.Running() {
		t.Errorf("online is %+v", code.Online)
	}
	v.Do(click(`.steps form[action$="/do/change_visitstatus"] button`), told("act_change_visitstatus"), browsertest.Await(`.steps [value="open"]`))
}

// pass brings a version to where it can be released; release releases it.
func (b *bench) pass(version string) {
	b.Helper()
	ctx := context.Background()
	b.must(b.service.Commit(ctx, platform.Commit{ComponentAppid: component, AuthorizerAppid: merchant, UserVersion: version, ExtJSON: "{}"}))
	id, err := b.service.SubmitAudit(ctx, platform.Submission{ComponentAppid: component, AuthorizerAppid: merchant, Request: []byte("{}")})
	b.must(err)
	_, err = b.service.DecideAudit(ctx, id, platform.AuditDecision{Decide: platform.DecidePass}, "")
	b.must(err)
}

func (b *bench) release(version string) {
	b.Helper()
	b.pass(version)
	b.must(b.service.Release(context.Background(), component, merchant))
}
