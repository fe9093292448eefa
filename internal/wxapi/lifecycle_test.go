package wxapi_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"draftbox/internal/platform"
)

// happen makes an event happen on the wire, or decides as a reviewer does, and returns
// its code; the code of a reviewer's conflict is -1, as in the table.
func (b *bench) happen(event platform.LifeEvent) (code int, reason string) {
	b.t.Helper()
	var r reply
	id := int64(1) // no order has it
	if a, err := b.service.LatestAudit(b.t.Context(), b.comp.Appid, b.merchant().Appid); err == nil {
		id = a.ID
	}
	switch event {
	case platform.EventSubmit:
		r = b.asMerchant(submitPath, "{}")
	case platform.EventUndo:
		r = b.getAs(undoPath)
	case platform.EventRelease:
		r = b.asMerchant(releasePath, "{}")
	case platform.EventGray:
		r = b.asMerchant(grayPath, `{"gray_percentage":1}`)
	case platform.EventSpeedup:
		r = b.asMerchant(speedupPath, fmt.Sprintf(`{"auditid":%d}`, id))
	default:
		decide := map[platform.LifeEvent]string{
			platform.EventPass: platform.DecidePass, platform.EventReject: platform.DecideFail, platform.EventDelay: platform.DecideDelay,
		}[event]
		_, err := b.service.DecideAudit(b.t.Context(), id, platform.AuditDecision{Decide: decide}, "")
		if err == nil {
			return 0, ""
		}
		if !errors.Is(err, platform.ErrConflict) && !errors.Is(err, platform.ErrNotFound) {
			b.t.Errorf("%s: %v", event, err)
		}
		return -1, err.Error()
	}
	if code, _ = b.outcome(r); code != 0 {
		reason = b.reason(r)
	}
	return code, reason
}

func (b *bench) state() platform.AuditState {
	b.t.Helper()
	code, _, err := b.service.CodeState(b.t.Context(), b.comp.Appid, b.merchant().Appid)
	b.must(err)
	return code.LastAudit
}

// TestEveryTransition drives a mini program into each state and makes each event happen
// there.
func TestEveryTransition(t *testing.T) {
	t.Parallel()
	server := newBench(t)
	for _, row := range platform.Lifecycle() {
		t.Run(fmt.Sprintf("%s of %q", row.Event, row.From), func(t *testing.T) {
			t.Parallel()
			b := server.tenant(t)
			b.withTemplate()
			want, why := row.Code, row.Why
			if row.From != platform.AuditNone {
				b.online()
			} else {
				// What only an order has comes first here: nothing is online, and there
				// is no order to name.
				switch row.Event {
				case platform.EventGray:
					want, why = 85079, "nothing of"
				case platform.EventSpeedup, platform.EventPass, platform.EventReject, platform.EventDelay:
					why = "no audit order"
				default:
				}
			}
			b.bringTo(row.From)
			code, reason := b.happen(row.Event)
			if code != want || !strings.Contains(reason, why) {
				t.Errorf("answered %d %q, want %d %q", code, reason, want, why)
			}
			if got := b.state(); got != row.To {
				t.Errorf("the order is %s then, want %s", got, row.To)
			}
		})
	}
}

// TestNothingHappenedYet is what a mini program answers of which nothing is known.
func TestNothingHappenedYet(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const ok = `{"errcode":0,"errmsg":"ok"`
	for _, tt := range []struct {
		path, body, query string // without a body: GET
		code              int
		msg               string
		whole             string // of an answer without an error
	}{
		{pagePath, "", "", 86001, "component experience version not exists", ""},
		{qrcodePath, "", "", 86001, "component experience version not exists", ""},
		{privacyInfoPath, "", "", 86001, "component experience version not exists", ""},
		{submitPath, "{}", "", 85086, "must commit before submit audit", ""},
		{latestStatusPath, "", "", 85058, "no valid audit_id exist", ""},
		{auditStatusPath, `{"auditid":1}`, "", 85012, "invalid audit id", ""},
		{releasePath, "{}", "", 85019, "no version is under auditing", ""},
		{revertPath, "", "action=get_history_version", 0, "", ok + `,"version_list":[]}`},
		{revertPath, "", "", 87012, "forbid revert this version release", ""},
		{grayPath, `{"gray_percentage":1}`, "", 85079, "miniprogram has no online release", ""},
		{versionInfoPath, "{}", "", 0, "", ok + "}"},
		{speedupPath, `{"auditid":1}`, "", 89402, "该小程序不在待审核队列，请检查是否已提交审核或已审完", ""},
		{undoPath, "", "", 87012, "forbid revert this version release", ""},
		{
			grayPlanPath, "", "", 0, "",
			ok + `,"gray_release_plan":{"status":0,"create_timestamp":0,"gray_percentage":0,"support_experiencer_first":false,"support_debuger_first":false}}`,
		},
		{revertGrayPath, "", "", 85020, "status not allowed", ""},
		{changeVisitPath, `{"action":"open"}`, "", 85021, "status not allowed", ""},
		{visitPath, "{}", "", 0, "", ok + `,"status":1}`},
		{auditQuotaPath, "", "", 0, "", ok + `,"rest":100000,"limit":100000,"speedup_rest":10,"speedup_limit":10}`},
	} {
		var r reply
		if tt.body == "" {
			r = b.getAs(tt.path, tt.query)
		} else {
			r = b.asMerchant(tt.path, tt.body)
		}
		if tt.code != 0 {
			b.refused(r, tt.code, tt.msg)
		} else {
			answered(t, r, tt.whole)
		}
	}
}

// Revoking leaves the order alone: it is decided, and whoever authorizes again finds it
// so.
func TestAnOrderOutlivesTheAuthorization(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.withTemplate()
	b.commit("1.0.0")
	b.submit()
	b.revoke()
	if _, err := b.service.DecideAudit(t.Context(), b.order().ID, platform.AuditDecision{Decide: platform.DecidePass}, ""); err != nil {
		t.Fatal(err)
	}
	again, err := b.service.Grant(t.Context(), platform.Grant{ComponentAppid: b.comp.Appid, AuthorizerAppid: b.merchant().Appid})
	b.must(err)
	b.shop = again.Authorizer
	b.ok(b.asMerchant(releasePath, "{}"), nil)
	if v := b.versionInfo().Release.Version; v != "1.0.0" {
		t.Errorf("%s is online", v)
	}
}
