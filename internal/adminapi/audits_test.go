package adminapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"draftbox/internal/platform"
)

const (
	audits     = "/_draftbox/v1/audits"
	firstAudit = 400000001
)

// commit commits the template to the merchant.
func commit(b *bench, version string) {
	b.t.Helper()
	b.must(b.service.Commit(context.Background(), platform.Commit{
		ComponentAppid: compAppid, AuthorizerAppid: merchant, ExtJSON: "{}", UserVersion: version, UserDesc: "首个版本",
	}))
}

// submit submits what was committed and returns the order's id.
func submit(b *bench, request string) int64 {
	b.t.Helper()
	id, err := b.service.SubmitAudit(context.Background(), platform.Submission{
		ComponentAppid: compAppid, AuthorizerAppid: merchant, Request: json.RawMessage(request),
	})
	b.must(err)
	return id
}

// submitted has one order open.
func submitted(b *bench) {
	commit(b, "1.0.0")
	if id := submit(b, `{"version_desc": "请审核", "preview_info": {"video_id_list": ["v/1"], "pic_id_list": ["p1", "p2"]}}`); id != firstAudit {
		b.t.Fatalf("the first order is %d", id)
	}
}

// decided has the order decided.
func decided(decide string) func(*bench) {
	return func(b *bench) {
		submitted(b)
		_, err := b.service.DecideAudit(context.Background(), firstAudit, platform.AuditDecision{Decide: decide}, "")
		b.must(err)
	}
}

func TestAudits(t *testing.T) {
	t.Parallel()
	one := fmt.Sprintf("%s/%d", audits, firstAudit)
	listed := fmt.Sprintf(`"auditid":%d,"component_appid":%q,"authorizer_appid":%q,"status":"auditing","user_version":"1.0.0","user_desc":"首个版本","template_id":0,`, firstAudit, compAppid, merchant)
	run(t, []row{
		{name: "none", url: audits, status: 200, has: []string{`{"items":[],"next":""}`}},
		{name: "one", url: audits, arrange: submitted, status: 200, has: []string{listed, `"decided_at":"","reason":"","screenshot":"","sped_up":false,"planned":"","due_at":""}`}, hasNot: []string{"request"}},
		{name: "open ones", url: audits + "?status=open", arrange: submitted, status: 200, has: []string{listed}},
		{name: "delayed ones are open", url: audits + "?status=open", arrange: decided("delay"), status: 200, has: []string{`"status":"delayed"`, `"decided_at":""`}},
		{name: "passed ones", url: audits + "?status=passed", arrange: submitted, status: 200, has: []string{`"items":[]`}},
		{name: "of the component", url: audits + "?component=" + compAppid, arrange: submitted, status: 200, has: []string{listed}},
		{name: "of another component", url: audits + "?component=wx0000000000000002", arrange: submitted, status: 200, has: []string{`"items":[]`}},
		{name: "of the merchant", url: audits + "?authorizer=" + merchant, arrange: submitted, status: 200, has: []string{listed}},
		{name: "of another merchant", url: audits + "?authorizer=wx00000000000000a2", arrange: submitted, status: 200, has: []string{`"items":[]`}},
		{name: "unknown status", url: audits + "?status=lost", status: 422, has: []string{"must be one of open, auditing, delayed, passed, released, rejected, withdrawn"}},
		{name: "bad cursor", url: audits + "?cursor=x", status: 422, has: []string{"cursor"}},
		{
			name: "shown", url: one, arrange: submitted, status: 200,
			has: []string{
				listed, `"version":{"template_id":0,"user_version":"1.0.0"`, `"pages":["pages/index/index","packageA/detail"]`, `"request":{"version_desc":"请审核",`,
				`"media":[{"mediaid":"v/1","type":"video","path":"` + theMerchant + `/audit_media/v%2F1"},{"mediaid":"p1","type":"image","path":"` + theMerchant + `/audit_media/p1"},`,
			},
		},
		{
			name: "shown without a body", url: one, status: 200, has: []string{`"request":null,"media":[]`},
			arrange: func(b *bench) { commit(b, "1.0.0"); submit(b, "") },
		},
		{
			name: "planned", url: one, status: 200, has: []string{`"planned":"fail"`, `"due_at":"20`},
			arrange: func(b *bench) {
				b.do("PATCH", component, `{"audit":{"decide":"fail","after":"2h"}}`)
				submitted(b)
			},
		},
		{name: "not there", url: audits + "/1", status: 404, has: []string{"there is no audit order 1"}},
		{name: "no id", url: audits + "/x", status: 404, has: []string{`auditid \"x\" is no id`}},

		{name: "approved", method: "POST", url: one + "/approve", body: "{}", arrange: submitted, status: 200, has: []string{`"status":"passed"`, `"decided_at":"20`, `"reason":""`}},
		{name: "approved without a body", method: "POST", url: one + "/approve", arrange: decided("delay"), status: 200, has: []string{`"status":"passed"`}},
		{name: "approved with a word", method: "POST", url: one + "/approve", body: `{"reason":"good"}`, arrange: submitted, status: 422, has: []string{"reason"}},
		{
			name: "rejected", method: "POST", url: one + "/reject", body: `{"reason":"1:无内容<br>","screenshot":"a|b"}`, arrange: submitted, status: 200,
			has: []string{`"status":"rejected"`, `"reason":"1:无内容<br>"`, `"screenshot":"a|b"`},
		},
		{name: "rejected without a word", method: "POST", url: one + "/reject", arrange: submitted, status: 200, has: []string{`"reason":"` + platform.DefaultRejectReason + `"`}},
		{name: "rejected with a long word", method: "POST", url: one + "/reject", body: `{"reason":"` + strings.Repeat("x", 4097) + `"}`, arrange: submitted, status: 422, has: []string{"reason"}},
		{name: "delayed", method: "POST", url: one + "/delay", body: `{"reason":"请等待"}`, arrange: submitted, status: 200, has: []string{`"status":"delayed"`, `"reason":"请等待"`, `"decided_at":""`}},
		{name: "delayed with a picture", method: "POST", url: one + "/delay", body: `{"screenshot":"a"}`, arrange: submitted, status: 422, has: []string{"screenshot"}},
		{name: "delayed twice", method: "POST", url: one + "/delay", arrange: decided("delay"), status: 409, has: []string{`"conflict"`, "delayed already"}},
		{name: "approved when it was rejected", method: "POST", url: one + "/approve", arrange: decided("fail"), status: 409, has: []string{"rejected before"}},
		{name: "rejected when it has passed", method: "POST", url: one + "/reject", arrange: decided("pass"), status: 409, has: []string{"has passed before"}},
		{
			name: "approved when another followed", method: "POST", url: one + "/approve", status: 409, has: []string{"submitted again"},
			arrange: func(b *bench) { decided("fail")(b); submit(b, "{}") },
		},
		{
			name: "approved when it was withdrawn", method: "POST", url: one + "/approve", status: 409, has: []string{"was withdrawn"},
			arrange: func(b *bench) { submitted(b); b.must(b.service.UndoAudit(context.Background(), compAppid, merchant)) },
		},
		{name: "approval of nothing", method: "POST", url: audits + "/1/approve", status: 404},
		{name: "rejection of no id", method: "POST", url: audits + "/-1/reject", status: 404},
	})
}

// A decision is pushed to the message URL.
func TestDecisionIsPushed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if w := b.do("PATCH", component, `{"message_url":"http://127.0.0.1:9/message"}`); w.Code != 200 {
		t.Fatal(w.Body)
	}
	submitted(b)
	b.do("POST", fmt.Sprintf("%s/%d/reject", audits, firstAudit), `{"reason":"<无>"}`)
	var page struct {
		Items []struct{ ID, Type, Target string }
	}
	b.get("GET", deliveries+"?authorizer="+merchant, "", &page)
	if len(page.Items) != 1 || page.Items[0].Type != "weapp_audit_fail" || page.Items[0].Target != "message" {
		t.Fatalf("pushed: %+v", page.Items)
	}
	if w := b.do("GET", deliveries+"/"+page.Items[0].ID, ""); !strings.Contains(w.Body.String(), "<无>") {
		t.Errorf("the push has no reason: %s", w.Body)
	}
}

// Pages go through all orders, each once, newest first.
func TestAuditPages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.do("PATCH", component, `{"audit":{"decide":"fail"}}`)
	commit(b, "1.0.0")
	var want, got []int64
	for range 5 {
		want = append(want, submit(b, "{}"))
	}
	slices.Reverse(want)
	for cursor := ""; ; {
		var page struct {
			Items []struct{ Auditid int64 }
			Next  string
		}
		b.get("GET", audits+"?status=rejected&limit=2&cursor="+cursor, "", &page)
		for _, item := range page.Items {
			got = append(got, item.Auditid)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("orders (-want +got):\n%s", diff)
	}
}

func TestAuditMedia(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	video := "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"
	for content, contentType := range map[string]string{
		"\x89PNG\r\n\x1a\n" + "rest": "image/png", "\xff\xd8\xffrest": "image/jpeg", "GIF89arest": "image/gif", video: "video/mp4",
	} {
		m, err := b.service.UploadAuditMedia(context.Background(), compAppid, merchant, []byte(content))
		b.must(err)
		w := b.do("GET", theMerchant+"/audit_media/"+m.ID, "")
		if w.Code != 200 || w.Body.String() != content || w.Header().Get("Content-Type") != contentType {
			t.Errorf("%d %q %q, want %q", w.Code, w.Header().Get("Content-Type"), w.Body, content)
		}
		if w := b.do("GET", authorizers+"/wx00000000000000ff/audit_media/"+m.ID, ""); w.Code != 404 {
			t.Errorf("of another merchant: %d", w.Code)
		}
	}
	if w := b.do("GET", theMerchant+"/audit_media/none", ""); w.Code != 404 || !strings.Contains(w.Body.String(), "no file none") {
		t.Errorf("a file that is not there: %d %s", w.Code, w.Body)
	}
}

// codeOf is what the tests look at of a merchant's code.
type codeOf struct {
	Exp *struct {
		UserVersion string `json:"user_version"`
	}
	Audit  *struct{ Status string }
	Online *struct {
		AppVersion int `json:"app_version"`
		Rollback   bool
	}
	History []struct {
		UserVersion string `json:"user_version"`
	}
	Gray *struct {
		Status     string
		Percentage int
	}
	Visit     string
	BusyUntil string `json:"busy_until"`
	Undos     map[string]int
	Quota     map[string]int
	Next      []struct {
		Event, To, Reason string
		Allowed           bool
		Errcode           int
	}
}

// next lists what each event would do: its errcode, or the state that it leads to.
func (c *codeOf) next() map[string]string {
	out := map[string]string{}
	for _, e := range c.Next {
		switch {
		case e.Allowed:
			out[e.Event] = e.To
		case e.Errcode != 0:
			out[e.Event] = fmt.Sprint(e.Errcode)
		default:
			out[e.Event] = "no"
		}
	}
	return out
}

// The three lines of the code, through a life.
func TestCode(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := context.Background()
	look := func() codeOf {
		t.Helper()
		var c codeOf
		b.get("GET", theMerchant+"/code", "", &c)
		return c
	}
	c := look()
	if c.Exp != nil || c.Audit != nil || c.Online != nil || c.Gray != nil || c.Visit != "" || len(c.History) != 0 || c.Undos["day_limit"] != 5 || c.Quota["submit_limit"] != 100000 {
		t.Errorf("before anything: %+v", c)
	}
	if diff := cmp.Diff(map[string]string{
		"submit_audit": "85086", "undocodeaudit": "87012", "pass": "no", "reject": "no", "delay": "no", "release": "85019", "grayrelease": "85080", "speedupaudit": "89402",
	}, c.next()); diff != "" {
		t.Errorf("next, before anything (-want +got):\n%s", diff)
	}

	b.do("PATCH", component, `{"switches":{"commit_time":"1m"}}`)
	b.do("POST", "/_draftbox/v1/clock", `{"freeze":true}`)
	commit(b, "1.0.0")
	if c = look(); c.Exp == nil || c.Exp.UserVersion != "1.0.0" || c.BusyUntil == "" || c.next()["submit_audit"] != "auditing" {
		t.Errorf("committed: %+v", c)
	}
	b.do("POST", "/_draftbox/v1/clock", `{"advance":"1m"}`)
	b.do("PATCH", component, `{"switches":{"commit_time":"0s"}}`)
	submit(b, "{}")
	if c = look(); c.Audit.Status != "auditing" || c.BusyUntil != "" || c.Quota["submits"] != 1 {
		t.Errorf("submitted: %+v", c)
	}
	if diff := cmp.Diff(map[string]string{
		"submit_audit": "85009", "undocodeaudit": "withdrawn", "pass": "passed", "reject": "rejected", "delay": "delayed", "release": "85020", "grayrelease": "85080", "speedupaudit": "auditing",
	}, c.next()); diff != "" {
		t.Errorf("next, submitted (-want +got):\n%s", diff)
	}
	b.must(b.service.UndoAudit(ctx, compAppid, merchant))
	if c = look(); c.Undos["today"] != 1 || c.Undos["month"] != 1 {
		t.Errorf("withdrawn: %+v", c)
	}
	b.do("POST", "/_draftbox/v1/clock", `{"advance":"768h"}`)
	if c = look(); c.Undos["today"] != 0 || c.Undos["month"] != 0 || c.Quota["submits"] != 0 {
		t.Errorf("a month later: %+v", c)
	}
	pass := func() {
		t.Helper()
		id := submit(b, "{}")
		_, err := b.service.DecideAudit(ctx, id, platform.AuditDecision{Decide: platform.DecidePass}, "")
		b.must(err)
	}
	pass()
	if c = look(); c.next()["grayrelease"] != "85079" || c.next()["release"] != "released" {
		t.Errorf("next, passed: %v", c.next())
	}
	b.must(b.service.Release(ctx, compAppid, merchant))
	b.must(b.service.ChangeVisit(ctx, compAppid, merchant, platform.VisitClose))
	if c = look(); c.Online.AppVersion != 1 || c.Visit != "close" || c.Audit.Status != "released" || len(c.History) != 0 {
		t.Errorf("released: %+v", c)
	}
	commit(b, "2.0.0")
	pass()
	b.must(b.service.GrayRelease(ctx, platform.GrayRelease{ComponentAppid: compAppid, AuthorizerAppid: merchant, Percentage: 10}))
	if c = look(); c.Gray.Status != "running" || c.Gray.Percentage != 10 || c.next()["grayrelease"] != "passed" {
		t.Errorf("gray: %+v", c)
	}
	b.must(b.service.Release(ctx, compAppid, merchant))
	if c = look(); c.Gray.Status != "finished" || c.Visit != "open" || len(c.History) != 1 || c.History[0].UserVersion != "1.0.0" {
		t.Errorf("released again: %+v", c)
	}
	b.must(b.service.RevertRelease(ctx, compAppid, merchant, 0))
	if c = look(); !c.Online.Rollback || c.Online.AppVersion != 3 || len(c.History) != 0 {
		t.Errorf("rolled back: %+v", c)
	}
	for _, url := range []string{authorizers + "/wx00000000000000ff/code", "/_draftbox/v1/components/wx00000000000000ff/authorizers/" + merchant + "/code"} {
		if w := b.do(http.MethodGet, url, ""); w.Code != 404 {
			t.Errorf("%s: %d %s", url, w.Code, w.Body)
		}
	}
}

// What a component's settings say of audits.
func TestAuditSettings(t *testing.T) {
	t.Parallel()
	run(t, []row{
		{
			name: "policy", method: "PATCH", url: component, status: 200,
			body: `{"audit":{"decide":"pass","after":"2h","rules":[{"match":{"user_version":"1.*"},"decide":"fail","after":"1m","reason":"x"}]}}`,
			has:  []string{`"audit":{"decide":"pass","after":"2h0m0s","reason":"","rules":[{"match":{"user_version":"1.*"},"decide":"fail","after":"1m0s","reason":"x"}]}`},
			then: func(b *bench) {
				w := b.do("PATCH", component, `{"audit":{"decide":"delay","after":null}}`)
				if want := `"audit":{"decide":"delay","after":"0s","reason":"","rules":[{"match":{"user_version":"1.*"}`; !strings.Contains(w.Body.String(), want) {
					b.t.Errorf("the rules do not stay, want %s: %s", want, w.Body)
				}
				if w := b.do("PATCH", component, `{"audit":null}`); !strings.Contains(w.Body.String(), `"audit":{"decide":"manual","after":"0s","reason":"","rules":[]}`) {
					b.t.Errorf("null does not give the default back: %s", w.Body)
				}
			},
		},
		{name: "no such decision", method: "PATCH", url: component, body: `{"audit":{"decide":"later"}}`, status: 422, has: []string{"audit.decide", "manual, pass, fail, delay"}},
		{name: "unknown member of a rule", method: "PATCH", url: component, body: `{"audit":{"rules":[{"when":"1h"}]}}`, status: 422, has: []string{"audit.rules[0].when"}},
		{name: "long wait", method: "PATCH", url: component, body: `{"audit":{"after":"9000h"}}`, status: 422, has: []string{"audit.after", "0s to 8760h"}},
		{
			name: "quotas and switches", method: "PATCH", url: component, status: 200,
			body: `{"quotas":{"submits":20,"speedups":0},"switches":{"privacy_check":"1m","commit_time":"5s","jump_list":"check"}}`,
			has:  []string{`"submits":20`, `"speedups":0`, `"privacy_check":"1m0s"`, `"commit_time":"5s"`, `"jump_list":"check"`},
		},
		{name: "negative quota", method: "PATCH", url: component, body: `{"quotas":{"submits":-1}}`, status: 422, has: []string{"quotas.submits is -1"}},
		{name: "long check", method: "PATCH", url: component, body: `{"switches":{"privacy_check":"25h"}}`, status: 422, has: []string{"switches.privacy_check"}},
	})
}

// A policy decides on the virtual clock.
func TestPolicyDecides(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.do("PATCH", component, `{"audit":{"decide":"pass","after":"2h","rules":[{"match":{"appid":"`+merchant+`","user_version":"*beta"},"decide":"fail","reason":"测试版"}]}}`)
	commit(b, "1-beta")
	var o struct{ Status, Reason string }
	b.get("GET", fmt.Sprintf("%s/%d", audits, submit(b, "{}")), "", &o)
	if o.Status != "rejected" || o.Reason != "测试版" {
		t.Errorf("by the rule: %+v", o)
	}
	commit(b, "1")
	url := fmt.Sprintf("%s/%d", audits, submit(b, "{}"))
	for _, want := range []string{"auditing", "passed"} {
		b.get("GET", url, "", &o)
		if o.Status != want {
			t.Errorf("the order is %s, want %s", o.Status, want)
		}
		if w := b.do("POST", "/_draftbox/v1/clock", `{"advance":"`+(2*time.Hour).String()+`"}`); w.Code != 200 {
			t.Fatal(w.Body)
		}
	}
}
