package wxopen_test

import (
	"errors"
	"testing"

	"draftbox/wxopen"
)

// FuzzParseEvent reads any inner XML: it is refused, or it has a type and an id
// that is the same when it is read again.
func FuzzParseEvent(f *testing.F) {
	for _, seed := range []string{
		systemPush("component_verify_ticket", "<ComponentVerifyTicket><![CDATA[ticket@@@abc]]></ComponentVerifyTicket>"),
		systemPush("notify_third_fasteregister", "<status>0</status><info><name>a</name></info>"),
		accountPush("weapp_audit_fail", "<Reason><![CDATA[1:a<br>]]></Reason><FailTime>1488856591</FailTime><ScreenShot>x|y</ScreenShot>"),
		accountPush("wxa_privacy_apply", "<result_info><status>2</status></result_info>"),
		"<xml><MsgType>text</MsgType><MsgId>1</MsgId></xml>", "<xml><MsgType>event</MsgType></xml>", "<?xml version='1.0'?><xml/>", "<xml><a><a><a/></a></a>&lt;<InfoType>x</InfoType></xml> ",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := wxopen.ParseEvent(text)
		if err != nil {
			if e != nil || !errors.Is(err, wxopen.ErrEventXML) {
				t.Errorf("%q: %v, %v", text, e, err)
			}
			return
		}
		info := e.Info()
		if info.Type == "" || !info.System() && info.MsgType == "" {
			t.Errorf("%q: %+v", text, info)
		}
		again, err := wxopen.ParseEvent(info.Raw)
		if err != nil || again.Info().EventID() != info.EventID() {
			t.Errorf("%q: %v, %v", text, again, err)
		}
	})
}
