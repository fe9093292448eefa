package wxapi_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
)

// TestAuditPushes compares what is pushed byte for byte.
func TestAuditPushes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	b.set(func(c *platform.Component) {
		c.MessageURL = "http://127.0.0.1:1/message/$APPID$"
		c.Settings.Audit = platform.AuditPolicy{Rules: []platform.AuditRule{
			{Match: platform.AuditMatch{UserVersion: "2.*"}, Decide: platform.DecideFail, After: platform.Duration(2 * time.Hour), Reason: "2:]]>&<br>"},
		}, Decide: platform.DecideManual}
	})
	b.withTemplate()
	m := b.merchant()
	head := func(event string, at time.Time) string {
		return fmt.Sprintf("<xml><ToUserName><![CDATA[gh_%s]]></ToUserName>\n<FromUserName><![CDATA[OPENID]]></FromUserName>\n"+
			"<CreateTime>%d</CreateTime>\n<MsgType><![CDATA[event]]></MsgType>\n<Event><![CDATA[%s]]></Event>\n", m.Appid[6:], at.Unix(), event)
	}
	var want []string
	expect := func(event string, at time.Time, fields string) {
		want = append(want, head(event, at)+fields+"\n</xml>")
	}

	b.commit("1.0.0")
	id := b.submit()
	b.advance(time.Minute)
	b.review(platform.DecideDelay)
	expect("weapp_audit_delay", b.now(), fmt.Sprintf("<Reason><![CDATA[%s]]></Reason>\n<DelayTime>%d</DelayTime>", platform.DefaultDelayReason, b.now().Unix()))
	b.advance(time.Minute)
	_, err := b.service.DecideAudit(t.Context(), id, platform.AuditDecision{Decide: platform.DecideFail}, "xxx|yyy|zzz")
	b.must(err)
	expect("weapp_audit_fail", b.now(), fmt.Sprintf("<Reason><![CDATA[1:账号信息不符合规范:<br>(1):包含色情因素<br>]]></Reason>\n<FailTime>%d</FailTime>\n"+
		"<ScreenShot><![CDATA[xxx|yyy|zzz]]></ScreenShot>", b.now().Unix()))
	b.submit()
	b.ok(b.getAs(undoPath), nil) // pushes nothing
	b.submit()
	b.advance(time.Minute)
	b.review(platform.DecidePass)
	expect("weapp_audit_success", b.now(), fmt.Sprintf("<SuccTime>%d</SuccTime>", b.now().Unix()))
	b.ok(b.asMerchant(releasePath, "{}"), nil) // neither does this

	b.commit("2.1.0") // decided by the policy, when it is due and not when it is found
	b.submit()
	due := b.now().Add(2 * time.Hour)
	b.advance(3 * time.Hour)
	expect("weapp_audit_fail", due, fmt.Sprintf("<Reason><![CDATA[2:]]]]><![CDATA[>&<br>]]></Reason>\n<FailTime>%d</FailTime>\n<ScreenShot><![CDATA[]]></ScreenShot>", due.Unix()))

	b.commit("1.0.1")
	b.submit()
	b.revoke()
	b.review(platform.DecidePass) // not pushed: the merchant has gone

	got := b.pushes()
	for i, d := range got {
		if d.Target != platform.TargetMessage || d.URL != "http://127.0.0.1:1/message/"+m.Appid || d.ToUserName != "gh_"+m.Appid[6:] ||
			len(d.OpenID) != 28 || !strings.HasPrefix(d.OpenID, "o") || d.Authorizer != m.Appid {
			t.Errorf("push %d goes to %s as %+v", i, d.URL, d)
		}
		if body := strings.Replace(d.Body, d.OpenID, "OPENID", 1); i < len(want) && body != want[i] {
			t.Errorf("push %d is\n%s, want\n%s", i, body, want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d pushes, want %d", len(got), len(want))
	}
}

// pushes are those to the message URL, oldest first.
func (b *bench) pushes() []platform.Delivery {
	b.t.Helper()
	all, err := b.service.Deliveries(b.t.Context(), platform.DeliveryFilter{ComponentAppid: b.comp.Appid}, platform.DeliveryPlace{}, 1000)
	b.must(err)
	all = slices.DeleteFunc(all, func(d platform.Delivery) bool { return d.Target != platform.TargetMessage })
	slices.Reverse(all)
	return all
}
