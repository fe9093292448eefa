package wxopen_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"draftbox/wxopen"
)

const systemHead = "<xml><AppId><![CDATA[wx0000000000000001]]></AppId>\n<CreateTime>1700000000</CreateTime>\n<InfoType><![CDATA["

// systemPush is the inner XML of a push to the authorization-event URL.
func systemPush(infoType, rest string) string {
	return systemHead + infoType + "]]></InfoType>\n" + rest + "\n</xml>"
}

// accountPush is that of an event of a merchant's mini program.
func accountPush(event, rest string) string {
	return "<xml><ToUserName><![CDATA[gh_fb9688c2a4b2]]></ToUserName>\n<FromUserName><![CDATA[od1P50M-fNQI5Gcq-trm4a7apsU8]]></FromUserName>\n" +
		"<CreateTime>1488856741</CreateTime>\n<MsgType><![CDATA[event]]></MsgType>\n<Event><![CDATA[" + event + "]]></Event>\n" + rest + "\n</xml>"
}

func parse(tb testing.TB, text string) wxopen.Event {
	tb.Helper()
	e, err := wxopen.ParseEvent([]byte(text))
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	return e
}

func TestParseEvent(t *testing.T) {
	t.Parallel()
	at := func(seconds int64) time.Time { return time.Unix(seconds, 0) }
	enterprise := wxopen.FastRegisterTask{
		Name: "某公司", Code: "91440101MA5", CodeType: 1, LegalPersonaWechat: "wechat", LegalPersonaName: "某人", ComponentPhone: "12345",
	}
	const enterpriseXML = "<info><name><![CDATA[某公司]]></name><code>91440101MA5</code><code_type>1</code_type><legal_persona_wechat>wechat</legal_persona_wechat>" +
		"<legal_persona_name><![CDATA[某人]]></legal_persona_name><component_phone>12345</component_phone></info>"
	for _, row := range []struct {
		text string
		want wxopen.Event // without its EventInfo
	}{
		{
			systemPush("component_verify_ticket", "<ComponentVerifyTicket><![CDATA[ticket@@@abc]]></ComponentVerifyTicket>"),
			&wxopen.TicketEvent{Ticket: "ticket@@@abc"},
		},
		{
			systemPush("authorized", "<AuthorizerAppid><![CDATA[wxa1]]></AuthorizerAppid><AuthorizationCode><![CDATA[queryauthcode@@@x]]></AuthorizationCode>"+
				"<AuthorizationCodeExpiredTime><![CDATA[1700003600]]></AuthorizationCodeExpiredTime><PreAuthCode><![CDATA[preauthcode@@@y]]></PreAuthCode>"),
			&wxopen.AuthorizedEvent{AuthorizationCode: "queryauthcode@@@x", AuthorizationCodeExpiredTime: at(1700003600), PreAuthCode: "preauthcode@@@y"},
		},
		{
			systemPush("updateauthorized", "<AuthorizerAppid>wxa1</AuthorizerAppid><AuthorizationCodeExpiredTime> 1700003600\n</AuthorizationCodeExpiredTime>"),
			&wxopen.AuthorizedEvent{AuthorizationCodeExpiredTime: at(1700003600)},
		},
		{systemPush("authorized", "<AuthorizationCodeExpiredTime>soon</AuthorizationCodeExpiredTime>"), &wxopen.AuthorizedEvent{}},
		{systemPush("unauthorized", "<AuthorizerAppid>wxa1</AuthorizerAppid>"), &wxopen.UnauthorizedEvent{}},
		{
			systemPush("notify_third_fasteregister", "<appid>wxnew</appid><status>0</status><auth_code>queryauthcode@@@x</auth_code><msg>OK</msg>"+enterpriseXML),
			&wxopen.FastRegisterEvent{Appid: "wxnew", AuthCode: "queryauthcode@@@x", Msg: "OK", Task: enterprise},
		},
		{
			systemPush("notify_third_fasteregister", "<status>-1</status><msg><![CDATA[open verity failed]]></msg><info><wxuser>u</wxuser><idname>某人</idname></info>"),
			&wxopen.FastRegisterEvent{Status: -1, Msg: "open verity failed", Task: wxopen.FastRegisterTask{WxUser: "u", IDName: "某人"}},
		},
		{systemPush("notify_third_fasteregister", "<status>1005</status><msg>real name check failed</msg>"), &wxopen.FastRegisterEvent{Status: 1005, Msg: "real name check failed"}},
		{systemPush("notify_third_fasteregister", "<msg>no status is no success</msg>"), &wxopen.FastRegisterEvent{Status: -1, Msg: "no status is no success"}},
		{
			systemPush("notify_third_fastregisterbetaapp", "<appid>wxnew</appid><status>0</status><msg>OK</msg><info><unique_id>7</unique_id><name>n</name></info>"),
			&wxopen.FastRegisterEvent{Appid: "wxnew", Msg: "OK", Task: wxopen.FastRegisterTask{UniqueID: "7", Name: "n"}},
		},
		{
			systemPush("notify_third_fastverifybetaapp", "<appid>wxnew</appid><status>0</status>"+enterpriseXML),
			&wxopen.FastRegisterEvent{Appid: "wxnew", Task: enterprise},
		},
		{systemPush("notify_3rd_wxa_auth", "<dispatch_info><provider>p</provider></dispatch_info>"), &wxopen.OtherEvent{}},
		{accountPush("weapp_audit_success", "<SuccTime>1488856741</SuccTime>"), &wxopen.AuditEvent{Time: at(1488856741)}},
		{
			accountPush("weapp_audit_fail", "<Reason><![CDATA[1:账号信息不符合规范:<br>(1):包含色情因素<br>]]></Reason><FailTime>1488856591</FailTime><ScreenShot>xxx|yyy|zzz</ScreenShot>"),
			&wxopen.AuditEvent{Time: at(1488856591), Reason: "1:账号信息不符合规范:<br>(1):包含色情因素<br>", ScreenShots: []string{"xxx", "yyy", "zzz"}},
		},
		{accountPush("weapp_audit_fail", "<FailTime>1</FailTime><ScreenShot></ScreenShot>"), &wxopen.AuditEvent{Time: at(1), ScreenShots: []string{}}},
		{accountPush("weapp_audit_delay", "<Reason>请耐心等待</Reason><DelayTime>1488856591</DelayTime>"), &wxopen.AuditEvent{Time: at(1488856591), Reason: "请耐心等待"}},
		{accountPush("wxa_nickname_audit", "<ret>3</ret><nickname>店</nickname>"), &wxopen.NicknameAuditEvent{Ret: 3, Nickname: "店"}},
		{accountPush("wxa_category_audit", "<ret>2</ret><first>1</first><second>22</second><reason>r</reason>"), &wxopen.CategoryAuditEvent{Ret: 2, First: 1, Second: 22, Reason: "r"}},
		{
			accountPush("wxa_privacy_apply", "<result_info><api_name>wx.getLocation</api_name><apply_time>1700000001</apply_time><audit_id>9</audit_id>"+
				"<audit_time>1700000002</audit_time><reason>r</reason><status>2</status></result_info>"),
			&wxopen.PrivacyApplyEvent{APIName: "wx.getLocation", ApplyTime: at(1700000001), AuditID: "9", AuditTime: at(1700000002), Reason: "r", Status: 2},
		},
		{
			accountPush("wxa_appeal_record", "<appeal_record_id>7</appeal_record_id><appid>wxa1</appid><appeal_time>1700000001</appeal_time><appeal_count>2</appeal_count>"+
				"<appeal_from>1</appeal_from><appeal_status>3</appeal_status><punish_description>p</punish_description><audit_reason>r</audit_reason>"+
				"<material><illegal_material><content>c</content><content_url>u</content_url></illegal_material>"+
				"<appeal_material><reason>no</reason><proof_material_id>m1</proof_material_id><proof_material_id>m2</proof_material_id></appeal_material></material><material></material>"),
			&wxopen.AppealRecordEvent{
				RecordID: 7, Appid: "wxa1", AppealTime: at(1700000001), AppealCount: 2, AppealFrom: 1, AppealStatus: 3, PunishDescription: "p", AuditReason: "r",
				Materials: []wxopen.AppealMaterial{{Content: "c", ContentURL: "u", Reason: "no", ProofMediaIDs: []string{"m1", "m2"}}, {}},
			},
		},
		{
			accountPush("betaapp_authorization_apply_event", "<ApplyAuthorizationInfoNoitfy><appid>wxbeta</appid><mp_appid>wxmp</mp_appid><status>1</status><msg>m</msg>"+
				"<operation_time>1700000001</operation_time><ticket>t</ticket></ApplyAuthorizationInfoNoitfy>"),
			&wxopen.BetaAppEvent{Appid: "wxbeta", MPAppid: "wxmp", Status: 1, Msg: "m", OperationTime: at(1700000001), Ticket: "t"},
		},
		{accountPush("betaapp_verify_event", ""), &wxopen.BetaAppEvent{}},
		{accountPush("betaapp_verify_apply_event", ""), &wxopen.BetaAppEvent{}},
		{accountPush("debug_demo", "<debug_str>x</debug_str>"), &wxopen.OtherEvent{}},
	} {
		got := parse(t, row.text)
		info := got.Info()
		if string(info.Raw) != row.text || info.Type == "" || info.System() != strings.HasPrefix(row.text, systemHead) {
			t.Errorf("%s: %+v", row.text, info)
		}
		// The rest is compared without what every event has.
		value := reflect.ValueOf(got).Elem().FieldByName("EventInfo")
		value.SetZero()
		if !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: %T %s, want %T %s", row.text, got, fields(got), row.want, fields(row.want))
		}
	}
}

func fields(e wxopen.Event) string {
	var b strings.Builder
	v := reflect.ValueOf(e).Elem()
	for i := 1; i < v.NumField(); i++ {
		fmt.Fprintf(&b, "%s=%v ", v.Type().Field(i).Name, v.Field(i))
	}
	return b.String()
}

func TestEventInfo(t *testing.T) {
	t.Parallel()
	system := parse(t, systemPush("unauthorized", "<AuthorizerAppid>wxa1</AuthorizerAppid>")).Info()
	if system.Type != "unauthorized" || system.ComponentAppid != appid || system.AuthorizerAppid != "wxa1" || system.CreateTime.Unix() != 1700000000 {
		t.Errorf("%+v", system)
	}
	account := parse(t, accountPush("weapp_audit_success", "")).Info()
	if account.Type != "weapp_audit_success" || account.ToUserName != "gh_fb9688c2a4b2" || account.FromUserName != "od1P50M-fNQI5Gcq-trm4a7apsU8" ||
		account.MsgType != "event" || account.CreateTime.Unix() != 1488856741 || account.AuthorizerAppid != "" {
		t.Errorf("%+v", account)
	}
	text := parse(t, "<xml><ToUserName>gh_1</ToUserName><MsgType>text</MsgType><Content> a b </Content><MsgId>23</MsgId></xml>").Info()
	if text.Type != "text" || text.MsgID != "23" || text.Fields.Text("Content") != " a b " || !text.CreateTime.IsZero() {
		t.Errorf("%+v", text)
	}
	for _, absurd := range []string{"-1", "0", "253402300800", "99999999999999999999", ""} {
		e := parse(t, "<xml><MsgType>text</MsgType><CreateTime>"+absurd+"</CreateTime></xml>").Info()
		if !e.CreateTime.IsZero() {
			t.Errorf("%s: %v", absurd, e.CreateTime)
		}
	}
}

// All of a push can be had, whatever its type.
func TestEventFields(t *testing.T) {
	t.Parallel()
	f := parse(t, accountPush("wxa_appeal_record", "<appeal_count>2</appeal_count><material><illegal_material><content>a</content></illegal_material></material>"+
		"<material><illegal_material><content>b</content></illegal_material><x/></material>")).Info().Fields
	if n := f.Int("appeal_count"); n != 2 {
		t.Errorf("appeal_count %d", n)
	}
	materials := f.All("material")
	if len(materials) != 2 || materials[1].Fields.Text("illegal_material", "content") != "b" || len(materials[1].Fields) != 2 {
		t.Errorf("%+v", materials)
	}
	for _, path := range [][]string{{}, {"none"}, {"material"}, {"material", "content"}, {"appeal_count", "x"}} {
		if text := f.Text(path...); text != "" {
			t.Errorf("%s: %q", path, text)
		}
	}
	if n := f.Int("material"); n != 0 {
		t.Errorf("material %d", n)
	}
}

func TestParseEventRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":         "",
		"text":            "ticket@@@secret",
		"JSON":            `{"InfoType":"ticket@@@secret"}`,
		"another root":    "<html><InfoType>ticket@@@secret</InfoType></html>",
		"neither type":    "<xml><AppId>ticket@@@secret</AppId></xml>",
		"empty types":     "<xml><InfoType/><MsgType></MsgType></xml>",
		"not closed":      "<xml><InfoType>ticket@@@secret</InfoType>",
		"another tag":     "<xml><InfoType>ticket@@@secret</AppId></xml>",
		"two roots":       "<xml><InfoType>a</InfoType></xml><xml><InfoType>ticket@@@secret</InfoType></xml>",
		"not UTF-8":       "<xml><InfoType>ticket@@@secret\xff</InfoType></xml>",
		"unknown charset": `<?xml version="1.0" encoding="gbk"?><xml><InfoType>ticket@@@secret</InfoType></xml>`,
		"entity":          "<xml><InfoType>&ticket;</InfoType></xml>",
		"deep":            "<xml><InfoType>x</InfoType>" + strings.Repeat("<a>", 16) + strings.Repeat("</a>", 16) + "</xml>",
	} {
		e, err := wxopen.ParseEvent([]byte(text))
		if e != nil || !errors.Is(err, wxopen.ErrEventXML) || strings.Contains(err.Error(), "ticket") {
			t.Errorf("%s: %v, %v", name, e, err)
		}
	}
}

func TestParseEventDepth(t *testing.T) {
	t.Parallel()
	parse(t, "<xml><InfoType>x</InfoType>"+strings.Repeat("<a>", 15)+strings.Repeat("</a>", 15)+"</xml>")
}

func TestEventID(t *testing.T) {
	t.Parallel()
	const fail = "<status>-1</status><info><name>%s</name></info>"
	for _, row := range []struct {
		name, one, two string
		same           bool
	}{
		{"the same push", systemPush("authorized", "<a>1</a>"), systemPush("authorized", "<a>1</a>"), true},
		{"other white space, CDATA", systemPush("authorized", "<a>1</a>"), strings.ReplaceAll(systemPush("authorized", "<a><![CDATA[1]]></a>"), ">\n<", "><"), true},
		{"another account", systemPush("unauthorized", "<AuthorizerAppid>a</AuthorizerAppid>"), systemPush("unauthorized", "<AuthorizerAppid>b</AuthorizerAppid>"), false},
		{"another type", systemPush("authorized", ""), systemPush("updateauthorized", ""), false},
		{"two failures in a second, neither with an appid", systemPush("notify_third_fasteregister", fmt.Sprintf(fail, "a")), systemPush("notify_third_fasteregister", fmt.Sprintf(fail, "b")), false},
		{"elements moved", systemPush("x", "<a><b>1</b></a>"), systemPush("x", "<a/><b>1</b>"), false},
		{"an account's event", accountPush("weapp_audit_success", "<SuccTime>1</SuccTime>"), accountPush("weapp_audit_success", "<SuccTime>2</SuccTime>"), true},
		{"another event", accountPush("weapp_audit_success", ""), accountPush("weapp_audit_fail", ""), false},
		{"another time", accountPush("weapp_audit_success", ""), strings.Replace(accountPush("weapp_audit_success", ""), "1488856741", "1488856742", 1), false},
		{"another recipient", accountPush("weapp_audit_success", ""), strings.Replace(accountPush("weapp_audit_success", ""), "gh_f", "gh_e", 1), false},
		{"MsgId", "<xml><MsgType>text</MsgType><MsgId>1</MsgId></xml>", "<xml><MsgType>text</MsgType><MsgId>2</MsgId></xml>", false},
	} {
		one, two := parse(t, row.one).Info().EventID(), parse(t, row.two).Info().EventID()
		if (one == two) != row.same || !strings.Contains(one, ":") {
			t.Errorf("%s: %s, %s", row.name, one, two)
		}
	}
}

func TestEventsPrintNoSecrets(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	text, structured := slog.New(slog.NewTextHandler(&log, nil)), slog.New(slog.NewJSONHandler(&log, nil))
	e := parse(t, systemPush("component_verify_ticket", "<ComponentVerifyTicket>ticket@@@abc</ComponentVerifyTicket>"))
	for _, v := range []any{e, *e.(*wxopen.TicketEvent), e.Info()} {
		fmt.Fprintf(&log, "%v %+v %#v %s\n", v, v, v, v)
		text.Info("value", "v", v)
		structured.Info("value", "v", v)
	}
	if strings.Contains(log.String(), "ticket@@@") || !strings.Contains(log.String(), "component_verify_ticket") {
		t.Errorf("%s", log.String())
	}
}
