package wxapi_test

import (
	"fmt"
	"testing"
	"time"
)

func TestGrayRelease(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	b.withTemplate()
	gray := func(body string) int {
		code, _ := b.outcome(b.asMerchant(grayPath, body))
		return code
	}
	plan := func(want string) {
		t.Helper()
		answered(t, b.getAs(grayPlanPath), `{"errcode":0,"errmsg":"ok","gray_release_plan":`+want+`}`)
	}
	plan(`{"status":0,"create_timestamp":0,"gray_percentage":0,"support_experiencer_first":false,"support_debuger_first":false}`)
	b.releaseVersion("1")
	b.pass("2")
	for _, tt := range []struct {
		body string
		code int
	}{
		{`{}`, 40097},
		{`{"gray_percentage":null}`, 40097},
		{`{"gray_percentage":"x"}`, 47001},
		{`{"gray_percentage":1.5}`, 47001},
		{`{"gray_percentage":1,"support_debuger_first":1}`, 47001},
		{`{"gray_percentage":0}`, 85081},
		{`{"gray_percentage":-1,"support_debuger_first":true}`, 85081},
		{`{"gray_percentage":101}`, 85081},
		{`{"gray_percentage":99999999999999999999}`, 85081},
		{``, 44002},
	} {
		if code := gray(tt.body); code != tt.code {
			t.Errorf("%s: %d, want %d", tt.body, code, tt.code)
		}
	}
	at := b.now().Unix()
	for _, tt := range []struct {
		body string
		code int
		plan string
	}{
		{`{"gray_percentage":0,"support_experiencer_first":true}`, 0, `"gray_percentage":0,"support_experiencer_first":true,"support_debuger_first":false`},
		{`{"gray_percentage":"8","support_debuger_first":true}`, 0, `"gray_percentage":8,"support_experiencer_first":false,"support_debuger_first":true`},
		{`{"gray_percentage":8}`, 85082, `"gray_percentage":8,"support_experiencer_first":false,"support_debuger_first":true`},
		{`{"gray_percentage":7}`, 85082, `"gray_percentage":8,"support_experiencer_first":false,"support_debuger_first":true`},
		{`{"gray_percentage":99}`, 0, `"gray_percentage":99,"support_experiencer_first":false,"support_debuger_first":false`},
	} {
		if code := gray(tt.body); code != tt.code {
			t.Errorf("%s: %d, want %d", tt.body, code, tt.code)
		}
		plan(fmt.Sprintf(`{"status":1,"create_timestamp":%d,%s}`, at, tt.plan))
		b.advance(time.Minute)
	}
	if v := b.versionInfo().Release.Version; v != "1" {
		t.Errorf("%s is online during the plan", v)
	}
	b.refused(b.getAs(revertPath), 87011, "wxa has a gray release plan, forbid revert release")
	if code := gray(`{"gray_percentage":100}`); code != 0 {
		t.Errorf("100: %d", code)
	}
	plan(fmt.Sprintf(`{"status":3,"create_timestamp":%d,"gray_percentage":100,"support_experiencer_first":false,"support_debuger_first":false}`, at))
	if v := b.versionInfo().Release.Version; v != "2" {
		t.Errorf("%s is online after the plan", v)
	}
	b.refused(b.asMerchant(releasePath, "{}"), 85052, "app is already released")
	b.refused(b.getAs(revertGrayPath), 85020, "status not allowed")
}

// A plan ends by a release or by being taken back.
func TestEndsOfAGrayPlan(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.withTemplate()
	status := func() int {
		var out struct {
			Plan struct{ Status int } `json:"gray_release_plan"`
		}
		b.ok(b.getAs(grayPlanPath), &out)
		return out.Plan.Status
	}
	b.refused(b.asMerchant(grayPath, `{"gray_percentage":1}`), 85079, "miniprogram has no online release")
	b.releaseVersion("1")
	b.refused(b.asMerchant(grayPath, `{"gray_percentage":1}`), 85080, "miniprogram commit not approved")
	b.pass("2")
	b.ok(b.asMerchant(grayPath, `{"gray_percentage":50}`), nil)
	b.ok(b.getAs(revertGrayPath), nil)
	if s := status(); s != 4 {
		t.Errorf("a plan that was taken back has the status %d", s)
	}
	b.ok(b.asMerchant(grayPath, `{"gray_percentage":1}`), nil) // another, from the start
	if s := status(); s != 1 {
		t.Errorf("a new plan has the status %d", s)
	}
	b.ok(b.asMerchant(releasePath, "{}"), nil)
	if v := b.versionInfo().Release.Version; v != "2" || status() != 3 {
		t.Errorf("%s is online, the plan has the status %d", v, status())
	}
}
