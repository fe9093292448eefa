package console_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"draftbox/internal/platform"
)

const life = base + "/merchants/" + merchant

// Every call of the life cycle is a form that works without a script.
func TestActs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	do := func(call string, form url.Values, told string) {
		t.Helper()
		w := b.post(life+"/do/"+call, form)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", call, w.Code, w.Body)
		}
		b.has(b.get(w.Header().Get("Location")), http.StatusOK, told)
	}
	commit := func(version string) {
		t.Helper()
		do("commit", url.Values{"template": {"0"}, "version": {version}, "ext_json": {`{"extAppid":"` + merchant + `"}`}}, "committed as the experience version")
	}
	pass := func() {
		t.Helper()
		code, _, err := b.service.CodeState(context.Background(), component, merchant)
		b.must(err)
		_, err = b.service.DecideAudit(context.Background(), code.AuditID, platform.AuditDecision{Decide: platform.DecidePass}, "")
		b.must(err)
	}
	commit("")
	if code := b.code(); code.Exp.UserVersion != "1.0.0" || code.Exp.UserDesc != "首个版本\n第二行" {
		t.Errorf("the experience version is %q, %q; want what the template has", code.Exp.UserVersion, code.Exp.UserDesc)
	}
	do("submit_audit", url.Values{"version_desc": {"请审核"}}, "Submitted for audit.")
	do("undocodeaudit", nil, "The order is withdrawn.")
	do("submit_audit", url.Values{"privacy_api_not_use": {"on"}}, "Submitted for audit.")
	do("speedupaudit", nil, "The order is sped up.")
	pass()
	do("release", nil, "Released to everybody.")
	do("change_visitstatus", url.Values{"action": {"close"}}, "The service status is changed.")
	do("change_visitstatus", url.Values{"action": {"open"}}, "The service status is changed.")
	commit("2.0.0")
	do("submit_audit", nil, "Submitted for audit.")
	pass()
	do("grayrelease", url.Values{"percentage": {"10"}, "debugger_first": {"on"}}, "Released in stages.")
	do("revertgrayrelease", nil, "The release in stages was given up.")
	do("grayrelease", url.Values{"percentage": {"100"}}, "Released in stages.")
	if code := b.code(); code.Online.UserVersion != "2.0.0" || len(code.History) != 1 {
		t.Errorf("online is %+v, before it was %+v", code.Online, code.History)
	}
	do("revertcoderelease?app_version=1", nil, "Gone back to the former version.")
	if code := b.code(); code.Online.UserVersion != "1.0.0" || !code.Online.Rollback {
		t.Errorf("online is %+v", code.Online)
	}
}

func (b *bench) code() platform.CodeState {
	b.Helper()
	code, _, err := b.service.CodeState(context.Background(), component, merchant)
	b.must(err)
	return code
}

// What is refused is told with its code, its text and what to do about it; and what
// would be refused stands grey with the code before anybody tries.
func TestRefusedActs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.has(b.get(life), http.StatusOK, "<code>85086</code>", "<code>85019</code>", "<code>85079</code>", "<code>87012</code>", "<code>89402</code>", "<code>85021</code>", "nothing was committed")
	b.has(b.post(life+"/do/release", nil), http.StatusConflict, "85019", "no version is under auditing", "What to do:")
	b.has(b.post(life+"/do/commit", url.Values{"template": {"7"}}), http.StatusConflict, "85014", "What to do:")
	b.has(b.post(life+"/do/commit", url.Values{"template": {"0"}, "ext_json": {"{"}}), http.StatusConflict, "85048", "What to do:")
	b.has(b.post(life+"/do/commit", url.Values{"template": {"x"}}), http.StatusUnprocessableEntity, "The form cannot be read.")
	b.has(b.post(life+"/do/grayrelease", url.Values{"percentage": {"x"}}), http.StatusUnprocessableEntity, "The form cannot be read.")
	b.has(b.post(life+"/do/revertcoderelease", nil), http.StatusUnprocessableEntity, "The form cannot be read.")
	b.has(b.post(life+"/do/nothing", nil), http.StatusNotFound, "There is nothing here.")
	b.has(b.get(life, "Cookie", "draftbox_lang=zh-CN"), http.StatusOK, "<code>87012</code> 没有进行中的审核单", "没有待审核的审核单") // the reason is the documentation's
	_, err := b.service.Revoke(context.Background(), component, merchant)
	b.must(err)
	w := b.get(life)
	b.has(w, http.StatusOK, "<code>61003</code>")
	if strings.Contains(w.Body.String(), "/do/") {
		t.Error("a merchant that has taken its authorization back has buttons that act")
	}
	b.has(b.post(life+"/do/commit", url.Values{"template": {"0"}}), http.StatusConflict, "61003")
}

// The diagram says in words what it shows, in both languages.
func TestDiagramInWords(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.has(b.get(life), http.StatusOK, `role="img"`, "<desc id=\"diagram-desc\">Now: no code yet, never submitted, nothing online. Possible: commit code.</desc>")
	b.submit()
	b.has(b.get(life, "Cookie", "draftbox_lang=zh-CN"), http.StatusOK, "当前：体验版、审核中、未上线。可进行的操作：上传代码、撤回审核、加急审核、审核通过、审核不通过、审核延后。")
	b.passAndRelease()
	b.has(b.get(life), http.StatusOK, "Now: committed, released, online.")
}

// passAndRelease passes the order that is open, and releases it.
func (b *bench) passAndRelease() {
	b.Helper()
	ctx := context.Background()
	_, err := b.service.DecideAudit(ctx, b.code().AuditID, platform.AuditDecision{Decide: platform.DecidePass}, "")
	b.must(err)
	b.must(b.service.Release(ctx, component, merchant))
}
