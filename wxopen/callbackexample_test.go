package wxopen_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"draftbox/wxopen"
	"draftbox/wxopen/wxcrypt"
)

// One handler for both URLs of a platform. On its page they are
// https://example.com/wechat/event and https://example.com/wechat/$APPID$/message.
func ExampleCallbackHandler() {
	// From the platform's page: Token, EncodingAESKey, appid.
	cipher, err := wxcrypt.New("messagetoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE", "wx0000000000000001")
	if err != nil {
		log.Fatal(err)
	}
	tickets := new(wxopen.MemoryTicketStore) // the client's, too
	handler, err := wxopen.NewCallbackHandler(wxopen.CallbackConfig{
		Cipher:  cipher,
		Tickets: tickets,
		On: wxopen.EventFuncs{
			Unauthorized: func(_ context.Context, e *wxopen.UnauthorizedEvent) error {
				fmt.Println("no longer:", e.AuthorizerAppid)
				return nil
			},
			Audit: func(_ context.Context, e *wxopen.AuditEvent) error {
				fmt.Println(e.AuthorizerAppid, e.Type, e.Reason)
				return nil
			},
		},
		Error: func(r *http.Request, err error) { log.Println(r.URL.Path, err) },
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/wechat/event", handler)
	mux.Handle("/wechat/{appid}/message", handler)

	// What WeChat does.
	push := func(path, inner string, options ...wxcrypt.SealOption) {
		sealed, err := cipher.Seal([]byte(inner), time.Now(), wxcrypt.NewNonce(), options...)
		if err != nil {
			log.Fatal(err)
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path+"?"+sealed.Query, strings.NewReader(string(sealed.Body))))
		fmt.Println(w.Code, w.Body)
	}
	push("/wechat/event", "<xml><InfoType>component_verify_ticket</InfoType><ComponentVerifyTicket>ticket@@@abc</ComponentVerifyTicket></xml>")
	push("/wechat/event", "<xml><InfoType>unauthorized</InfoType><AuthorizerAppid>wx00000000000000a1</AuthorizerAppid></xml>")
	push("/wechat/wx00000000000000a2/message",
		"<xml><ToUserName>gh_0123456789ab</ToUserName><MsgType>event</MsgType><Event>weapp_audit_delay</Event><Reason>busy</Reason></xml>",
		wxcrypt.ForAccount("gh_0123456789ab", ""))

	ticket, err := tickets.Ticket(context.Background())
	fmt.Println(ticket, err)
	// Output:
	// 200 success
	// no longer: wx00000000000000a1
	// 200 success
	// wx00000000000000a2 weapp_audit_delay busy
	// 200 success
	// ticket@@@abc <nil>
}

// A message of a user is answered with an encrypted reply; this is what WeChat's
// check before the release of a platform wants.
func ExampleEventFuncs() {
	on := wxopen.EventFuncs{
		Any: func(_ context.Context, e wxopen.Event) ([]byte, error) {
			info := e.Info()
			if info.Type != "text" || info.Fields.Text("Content") != "TESTCOMPONENT_MSG_TYPE_TEXT" {
				return nil, nil // answered with success
			}
			return fmt.Appendf(nil, "<xml><ToUserName><![CDATA[%s]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%d</CreateTime>"+
				"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[TESTCOMPONENT_MSG_TYPE_TEXT_callback]]></Content></xml>",
				info.FromUserName, info.ToUserName, time.Now().Unix()), nil
		},
	}
	message, err := wxopen.ParseEvent([]byte("<xml><MsgType>text</MsgType><Content>TESTCOMPONENT_MSG_TYPE_TEXT</Content></xml>"))
	if err != nil {
		log.Fatal(err)
	}
	reply, err := on.Any(context.Background(), message)
	fmt.Println(strings.Contains(string(reply), "TESTCOMPONENT_MSG_TYPE_TEXT_callback"), err)
	// Output: true <nil>
}

func ExampleParseEvent() {
	event, err := wxopen.ParseEvent([]byte("<xml><InfoType>authorized</InfoType><CreateTime>1700000000</CreateTime>" +
		"<AuthorizerAppid>wx00000000000000a1</AuthorizerAppid><AuthorizationCodeExpiredTime><![CDATA[1700003600]]></AuthorizationCodeExpiredTime></xml>"))
	if err != nil {
		log.Fatal(err)
	}
	switch e := event.(type) {
	case *wxopen.AuthorizedEvent:
		fmt.Println(e.AuthorizerAppid, e.AuthorizationCodeExpiredTime.Sub(e.CreateTime))
	default:
		fmt.Println(e.Info().Type, e.Info().Fields)
	}
	// Output: wx00000000000000a1 1h0m0s
}
