package wxapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
)

func TestSubmitAuditBodies(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.withTemplate()
	b.commit("1.0.0")
	const category = `"first_class":"工具","second_class":"信息查询"`
	for _, tt := range []struct {
		body string
		code int
	}{
		{`{}`, 0},
		{`{"item_list":null,"preview_info":null,"ugc_declare":null,"feedback_info":null,"version_desc":null,"privacy_api_not_use":null}`, 0},
		{`{"item_list":[{"address":"pages/index/index","tag":"a b","title":"首页",` + category + `}]}`, 0},
		{`{"item_list":[{` + category + `,"first_id":"287","second_id":"616","third_id":null}]}`, 85008}, // other ids than the names'
		{`{"item_list":[{` + category + `},{` + category + `},{` + category + `},{` + category + `},{` + category + `}]}`, 0},
		{`{"item_list":[{` + category + `},{` + category + `},{` + category + `},{` + category + `},{` + category + `},{}]}`, 85023},
		{`{"item_list":[]}`, 85023},
		{`{"item_list":[{}]}`, 85010},
		{`{"item_list":[null]}`, 85010},
		{`{"item_list":[{"first_id":0,"address":""}]}`, 85010},
		{`{"item_list":[{"address":"pages/index"}]}`, 85007},
		{`{"item_list":[{"tag":"` + strings.Repeat("一 ", 10) + `",` + category + `}]}`, 0},
		{`{"item_list":[{"tag":"` + strings.Repeat("标", 21) + `"}]}`, 85006},
		{`{"item_list":[{"title":"` + strings.Repeat("题", 32) + `",` + category + `}]}`, 0},
		{`{"item_list":{}}`, 47001},
		{`{"item_list":[1]}`, 47001},
		{`{"item_list":[{"title":1}]}`, 47001},
		{`{"item_list":[{"first_id":"x"}]}`, 47001},
		{`{"version_desc":"` + strings.Repeat("述", 200) + `"}`, 0},
		{`{"version_desc":1}`, 47001},
		{`{"feedback_stuff":["x"]}`, 47001},
		{`{"order_path":["of no account"],"nobody":{"knows":1}}`, 0},
		{`{"preview_info":{}}`, 0},
		{`{"preview_info":"x"}`, 85092},
		{`{"preview_info":{"video_id_list":"x"}}`, 85092},
		{`{"preview_info":{"pic_id_list":["never uploaded"]}}`, 85092},
		{`{"preview_info":{"pic_id_list":["\u0000"]}}`, 85092},
		{`{"preview_info":{"pic_id_list":["","","","","","","","","","",""]}}`, 85093},
		{`{"ugc_declare":{"scene":[0]}}`, 0},
		{`{"ugc_declare":[1]}`, 47001},
		{`{"privacy_api_not_use":true}`, 0},
		{`{"privacy_api_not_use":"true"}`, 47001},
		{`null`, 47001},
		{``, 44002},
	} {
		code, _ := b.outcome(b.asMerchant(submitPath, tt.body))
		if code != tt.code {
			t.Errorf("%s: %d, want %d", tt.body, code, tt.code)
		}
		if code == 0 {
			b.review(platform.DecideFail) // the next one may be submitted
		}
	}
}

// The reviewer sees what was submitted.
func TestReviewersSeeTheRequest(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.withTemplate()
	b.commit("1.0.0")
	long := `{"version_desc":"x","y":"` + strings.Repeat("长", 1<<15) + `"}`
	for _, tt := range []struct{ body, kept string }{
		{`{"feedback_info":"说明","order_path":"a/b"}` + "\n", `{"feedback_info":"说明","order_path":"a/b"}`},
		{"{\"feedback_info\":\"\xff\"}", "{\"feedback_info\":\"\uFFFD\"}"},
		{long, ""},
	} {
		b.ok(b.asMerchant(submitPath, tt.body), nil)
		kept := string(b.order().Request)
		if tt.kept == "" { // cut, so a text: characters of three bytes, each whole
			var text string
			b.must(json.Unmarshal([]byte(kept), &text))
			if len(text) > 64<<10 || len(text) < 64<<10-2 || !strings.HasPrefix(long, text) {
				t.Errorf("%d bytes are kept of %d: %.80s", len(text), len(long), text)
			}
		} else if kept != tt.kept {
			t.Errorf("kept %s, want %s", kept, tt.kept)
		}
		b.review(platform.DecideFail)
	}
}

func TestAuditStatuses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	b.withTemplate()
	b.refused(b.getAs(latestStatusPath), 85058, "no valid audit_id exist")
	b.commit("1.0.0")
	b.commit("1.0.1")
	at := b.now().Unix()
	id := b.submit()
	b.commit("2.0.0") // of no account to the order
	if id < 100_000_000 || id > 999_999_999 {
		t.Errorf("auditid %d has not nine digits", id)
	}
	check := func(status int, byID, latest string) {
		t.Helper()
		answered(t, b.asMerchant(auditStatusPath, fmt.Sprintf(`{"auditid":%d}`, id)), fmt.Sprintf(`{"errcode":0,"errmsg":"ok","status":%d%s}`, status, byID))
		answered(t, b.getAs(latestStatusPath), fmt.Sprintf(
			`{"errcode":0,"errmsg":"ok","auditid":%d,"status":%d%s,"user_version":"1.0.1","user_desc":"说明 1.0.1","submit_audit_time":%d}`, id, status, latest, at))
	}
	check(2, "", "")
	b.advance(time.Hour)
	b.review(platform.DecideDelay)
	check(4, `,"reason":"`+platform.DefaultDelayReason+`"`, "")
	_, err := b.service.DecideAudit(t.Context(), id, platform.AuditDecision{Decide: platform.DecideFail, Reason: `1:<a href="x">&</a><br>`}, "m1|m2")
	b.must(err)
	const reason = `,"reason":"1:<a href=\"x\">&</a><br>"`
	check(1, reason+`,"screenshot":"m1|m2"`, reason+`,"ScreenShot":"m1|m2"`)

	second := b.submit()
	answered(t, b.asMerchant(auditStatusPath, fmt.Sprintf(`{"auditid":"%d"}`, id)), `{"errcode":0,"errmsg":"ok","status":1`+reason+`,"screenshot":"m1|m2"}`)
	b.ok(b.getAs(undoPath), nil)
	answered(t, b.asMerchant(auditStatusPath, fmt.Sprintf(`{"auditid":%d}`, second)), `{"errcode":0,"errmsg":"ok","status":3}`)
	third := b.submit()
	b.review(platform.DecidePass)
	answered(t, b.asMerchant(auditStatusPath, fmt.Sprintf(`{"auditid":%d}`, third)), `{"errcode":0,"errmsg":"ok","status":0}`)
}

// What is refused carries the members of a success, with zero values.
func TestStatusOfAnUnknownOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.withTemplate()
	b.commit("1.0.0")
	foreign := b.submit()
	b.anew()
	for _, body := range []string{fmt.Sprintf(`{"auditid":%d}`, foreign), `{"auditid":1}`, `{"auditid":"0"}`, `{"auditid":-1}`, `{"auditid":99999999999999999999}`, `{}`, `{"auditid":null}`} {
		r := b.asMerchant(auditStatusPath, body)
		b.refused(r, 85012, "invalid audit id")
		b.matches(r, `\{"errcode":85012,"errmsg":"invalid audit id rid: [0-9a-f-]{26}","status":0,"reason":"","screenshot":""\}`)
		if why := b.reason(r); !strings.Contains(why, b.merchant().Appid+" has no audit order") {
			t.Errorf("%s: the reason is %q", body, why)
		}
	}
	for _, body := range []string{`{"auditid":"x"}`, `{"auditid":[1]}`, `{"auditid":1.5}`} {
		b.refused(b.asMerchant(auditStatusPath, body), 47001, textDataFormat)
		b.refused(b.asMerchant(speedupPath, body), 47001, textDataFormat)
	}
	if code, _ := b.outcome(b.asMerchant(speedupPath, fmt.Sprintf(`{"auditid":%d}`, foreign))); code != 89402 {
		t.Errorf("another's order is sped up: %d", code)
	}
}

// 5 a day and 10 a month of UTC+8.
func TestUndoLimits(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	b.withTemplate()
	b.commit("1.0.0")
	undo := func() int {
		b.submit()
		code, _ := b.outcome(b.getAs(undoPath))
		if code != 0 {
			b.review(platform.DecideFail)
		}
		return code
	}
	b.toMonthStart()
	for day, want := range [][]int{{0, 0, 0, 0, 0, 87013}, {0, 0, 0, 0, 0, 87013}, {87013}} {
		for i, code := range want {
			if got := undo(); got != code {
				t.Errorf("day %d, withdrawal %d: %d, want %d", day+1, i+1, got, code)
			}
		}
		b.advance(24 * time.Hour)
	}
	b.toMonthStart()
	if got := undo(); got != 0 {
		t.Errorf("the next month: %d", got)
	}
}

func TestSpeedup(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	b.set(func(c *platform.Component) {
		c.Settings.Audit = platform.AuditPolicy{Decide: platform.DecideFail, After: platform.Duration(24 * time.Hour)}
	})
	b.withTemplate()
	b.commit("1.0.0")
	id := b.submit()
	answered(t, b.getAs(auditQuotaPath), `{"errcode":0,"errmsg":"ok","rest":99999,"limit":100000,"speedup_rest":10,"speedup_limit":10}`)
	b.ok(b.asMerchant(speedupPath, fmt.Sprintf(`{"auditid":"%d"}`, id)), nil)
	answered(t, b.getAs(auditQuotaPath), `{"errcode":0,"errmsg":"ok","rest":99999,"limit":100000,"speedup_rest":9,"speedup_limit":10}`)
	b.advance(2*time.Hour - time.Second)
	if s := b.order().State; s != platform.AuditWaiting {
		t.Errorf("the order is %s", s)
	}
	b.advance(time.Second)
	if s := b.order().State; s != platform.AuditRejected { // as its policy planned
		t.Errorf("the order is %s", s)
	}
}

// The quota is the platform's, over all its mini programs, and the month's.
func TestAuditQuotaIsThePlatforms(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	b.toMonthStart()
	b.set(func(c *platform.Component) {
		c.Settings.Quotas.Enforce, c.Settings.Quotas.Submits, c.Settings.Quotas.Speedups = true, 2, 0
	})
	b.withTemplate()
	for range 2 {
		b.commit("1.0.0")
		b.submit()
		b.anew()
	}
	b.commit("1.0.0")
	answered(t, b.getAs(auditQuotaPath), `{"errcode":0,"errmsg":"ok","rest":0,"limit":2,"speedup_rest":0,"speedup_limit":0}`)
	b.refused(b.asMerchant(submitPath, "{}"), 85085, "submit audit reach limit, please try later")
	b.toMonthStart()
	answered(t, b.getAs(auditQuotaPath), `{"errcode":0,"errmsg":"ok","rest":2,"limit":2,"speedup_rest":0,"speedup_limit":0}`)
	b.submit()
}

func (b *bench) now() time.Time {
	b.t.Helper()
	now, err := b.service.Now(b.t.Context())
	b.must(err)
	return now
}

// toMonthStart advances to the first moment of the next month of UTC+8.
func (b *bench) toMonthStart() {
	b.t.Helper()
	now := b.now().In(platform.UTC8)
	b.advance(time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, platform.UTC8).Sub(now))
}
