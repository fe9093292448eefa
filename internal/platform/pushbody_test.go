package platform_test

import (
	"fmt"
	"testing"
	"time"

	"draftbox/internal/platform"
)

// ticketBody is a ticket as it is pushed.
func ticketBody(component string, at time.Time, ticket string) string {
	return fmt.Sprintf("<xml><AppId><![CDATA[%s]]></AppId>\n<CreateTime>%d</CreateTime>\n<InfoType><![CDATA[component_verify_ticket]]></InfoType>\n"+
		"<ComponentVerifyTicket><![CDATA[%s]]></ComponentVerifyTicket>\n</xml>", component, at.Unix(), ticket)
}

// TestPushedXML compares the bodies byte for byte.
func TestPushedXML(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t), t.Context()
	sc.ok(sc.SeedTicket(ctx, sc.comp, "ticket]]>x<&]]]]>\n长"))
	sc.runDue()
	d := sc.tickets(sc.comp)[0]
	equal(t, "a ticket with the end mark of CDATA", d.Body, ticketBody(sc.comp, noon, "ticket]]]]><![CDATA[>x<&]]]]]]><![CDATA[>\n长"))
	equal(t, "delivery", fmt.Sprintf("%s %s %s %s %q %q %q %s %d", d.URL, d.Target, d.Format, d.Type, d.Authorizer, d.ToUserName, d.OpenID, d.State, d.Tries),
		eventURL+` event xml component_verify_ticket "" "" "" pending 0`)

	m := sc.merchant()
	sc.pass(1500 * time.Millisecond)
	pre := must[platform.AuthCode](t)(sc.CreatePreAuthCode(ctx, sc.comp))
	must[platform.Granted](t)(sc.Grant(ctx, platform.Grant{ComponentAppid: sc.comp, AuthorizerAppid: m, PreAuthCode: pre.Value, FuncIDs: []int{18}}))
	sc.pass(time.Second)
	pre2 := must[platform.AuthCode](t)(sc.CreatePreAuthCode(ctx, sc.comp))
	must[platform.Granted](t)(sc.Grant(ctx, platform.Grant{ComponentAppid: sc.comp, AuthorizerAppid: m, PreAuthCode: pre2.Value, FuncIDs: []int{19}}))
	sc.pass(time.Second)
	must[platform.Authorizer](t)(sc.Revoke(ctx, sc.comp, m))
	events := sc.events()
	granted := func(infoType string, at int64, code, pre string) string {
		return fmt.Sprintf("<xml><AppId><![CDATA[%s]]></AppId>\n<CreateTime>%d</CreateTime>\n<InfoType><![CDATA[%s]]></InfoType>\n"+
			"<AuthorizerAppid><![CDATA[%s]]></AuthorizerAppid>\n<AuthorizationCode><![CDATA[%s]]></AuthorizationCode>\n"+
			"<AuthorizationCodeExpiredTime><![CDATA[%d]]></AuthorizationCodeExpiredTime>\n<PreAuthCode><![CDATA[%s]]></PreAuthCode>\n</xml>",
			sc.comp, at, infoType, m, code, at+3600, pre)
	}
	at := noon.Unix() + 1
	for i, want := range []string{
		granted("authorized", at, pushedCode(t, events[0]), pre.Value),
		granted("updateauthorized", at+1, pushedCode(t, events[1]), pre2.Value),
		fmt.Sprintf("<xml><AppId><![CDATA[%s]]></AppId>\n<CreateTime>%d</CreateTime>\n<InfoType><![CDATA[unauthorized]]></InfoType>\n"+
			"<AuthorizerAppid><![CDATA[%s]]></AuthorizerAppid>\n</xml>", sc.comp, at+2, m),
	} {
		d := events[i]
		equal(t, "body", d.Body, want)
		equal(t, "delivery", fmt.Sprintf("%s %s %s %s %q %q %s", d.URL, d.Target, d.Format, d.Authorizer, d.ToUserName, d.OpenID, d.State),
			fmt.Sprint(eventURL, " event xml ", m, ` "" "" pending`))
	}
	equal(t, "number of events", len(events), 3)
}

// TestPushedJSON: the same fields as WeChat's cloud hosting gets them.
func TestPushedJSON(t *testing.T) {
	t.Parallel()
	sc, ctx := newScene(t, func(c *platform.Component) { c.Settings.Switches.PushFormat = platform.PushCloudJSON }), t.Context()
	sc.ok(sc.SeedTicket(ctx, sc.comp, "ticket]]>\"\\\n长"))
	sc.runDue()
	d := sc.tickets(sc.comp)[0]
	equal(t, "format", d.Format, platform.PushCloudJSON)
	equal(t, "ticket", d.Body, fmt.Sprintf(`{"AppId":%q,"CreateTime":%d,"InfoType":"component_verify_ticket","ComponentVerifyTicket":"ticket]]\u003e\"\\\n长"}`, sc.comp, noon.Unix()))
	m := sc.merchant()
	pre := must[platform.AuthCode](t)(sc.CreatePreAuthCode(ctx, sc.comp))
	must[platform.Granted](t)(sc.Grant(ctx, platform.Grant{ComponentAppid: sc.comp, AuthorizerAppid: m, PreAuthCode: pre.Value}))
	must[platform.Authorizer](t)(sc.Revoke(ctx, sc.comp, m))
	events := sc.events()
	equal(t, "authorized", events[0].Body, fmt.Sprintf(`{"AppId":%q,"CreateTime":%d,"InfoType":"authorized","AuthorizerAppid":%q,"AuthorizationCode":%q,"AuthorizationCodeExpiredTime":%d,"PreAuthCode":%q}`,
		sc.comp, noon.Unix(), m, pushedCode(t, events[0]), noon.Unix()+3600, pre.Value))
	equal(t, "unauthorized", events[1].Body, fmt.Sprintf(`{"AppId":%q,"CreateTime":%d,"InfoType":"unauthorized","AuthorizerAppid":%q}`, sc.comp, noon.Unix(), m))
}
