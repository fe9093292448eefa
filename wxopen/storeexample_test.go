package wxopen_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"draftbox/wxopen"
	"draftbox/wxopen/wxcrypt"
)

// A whole program: it receives the pushes, keeps tickets and authorizations, lists
// the drafts and makes a call for an account. With another store, any number of such
// processes may run.
func Example_program() {
	store := new(wxopen.MemoryStore) // a FileStore or an SQLStore, where there are several processes
	client, err := wxopen.New(wxopen.Config{
		ComponentAppid:  "wx0000000000000001",
		ComponentSecret: "0123456789abcdef0123456789abcdef",
		Store:           store,
		HTTPClient:      &http.Client{Transport: newWechat()}, // leave it out for the real service
	})
	if err != nil {
		log.Fatal(err)
	}
	cipher, err := wxcrypt.New("messagetoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE", "wx0000000000000001")
	if err != nil {
		log.Fatal(err)
	}
	handler, err := wxopen.NewCallbackHandler(wxopen.CallbackConfig{
		Cipher:  cipher,
		Tickets: &wxopen.StoredTickets{Store: store, ComponentAppid: "wx0000000000000001"},
		On: wxopen.EventFuncs{
			Authorized: func(ctx context.Context, e *wxopen.AuthorizedEvent) error {
				authorization, err := client.QueryAuth(ctx, e.AuthorizationCode)
				if errors.Is(err, wxopen.ErrAuthCodeExpired) {
					return nil // the push came again
				}
				if err != nil {
					return err // WeChat pushes it again
				}
				return client.KeepAuthorization(ctx, authorization)
			},
			Unauthorized: func(ctx context.Context, e *wxopen.UnauthorizedEvent) error {
				return client.DropAuthorization(ctx, e.AuthorizerAppid, e.CreateTime)
			},
		},
		Error: func(r *http.Request, err error) { log.Println(r.URL.Path, err) },
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/wechat/event", handler)

	// What WeChat does.
	for _, inner := range []string{
		"<xml><InfoType>component_verify_ticket</InfoType><ComponentVerifyTicket>ticket@@@abcDEF-123_xyz</ComponentVerifyTicket></xml>",
		"<xml><InfoType>authorized</InfoType><AuthorizerAppid>wx00000000000000a1</AuthorizerAppid><AuthorizationCode>queryauthcode@@@abc</AuthorizationCode></xml>",
	} {
		sealed, err := cipher.Seal([]byte(inner), time.Now(), wxcrypt.NewNonce())
		if err != nil {
			log.Fatal(err)
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/wechat/event?"+sealed.Query, strings.NewReader(string(sealed.Body))))
		fmt.Println(w.Code, w.Body)
	}

	ctx := context.Background()
	drafts, err := client.DraftList(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range drafts {
		fmt.Println("draft", d.DraftID, d.UserVersion)
	}
	answer, err := client.Authorizer("wx00000000000000a1", nil).Call(ctx, http.MethodGet, "/wxa/merchant", nil, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", answer)
	// Output:
	// 200 success
	// 200 success
	// draft 4 1.0.0
	// {"errcode":0,"errmsg":"ok","done":true}
}

// Processes on several machines share a database.
func ExampleSQLStore() {
	db, err := sql.Open("sqlite", "file:example?mode=memory&_pragma=busy_timeout(5000)") // or "pgx", with the driver of PostgreSQL
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(1) // only because it is in memory
	store := wxopen.NewSQLStore(db)
	ctx := context.Background()
	if err := store.CreateTables(ctx); err != nil {
		log.Fatal(err)
	}
	tickets := &wxopen.StoredTickets{Store: store, ComponentAppid: "wx0000000000000001"}
	if err := tickets.SetTicket(ctx, "ticket@@@abc"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(tickets.Ticket(ctx))
	if err := db.Close(); err != nil {
		log.Fatal(err)
	}
	// Output: ticket@@@abc <nil>
}

// From the link to the tokens of an account.
func ExampleClient_AuthorizationURL() {
	client, err := wxopen.New(wxopen.Config{BaseURL: "http://127.0.0.1:8506", ComponentAppid: "wx0000000000000001"}) // a draftbox server
	if err != nil {
		log.Fatal(err)
	}
	page, err := client.AuthorizationURL(wxopen.AuthorizationPage{
		PreAuthCode: "preauthcode@@@abc", // of client.CreatePreAuthCode
		RedirectURI: "https://example.com/authorized?state=4711",
		AuthType:    wxopen.AuthMiniprograms,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(page)

	// In the handler of https://example.com/authorized, of r.RequestURI:
	redirect, err := wxopen.ParseAuthorizationRedirect("/authorized?state=4711&auth_code=queryauthcode@@@abc&expires_in=3600")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(redirect.AuthorizationCode, redirect.ExpiresIn, redirect.Query) // for client.QueryAuth
	// Output:
	// http://127.0.0.1:8506/cgi-bin/componentloginpage?component_appid=wx0000000000000001&pre_auth_code=preauthcode%40%40%40abc&redirect_uri=https%3A%2F%2Fexample.com%2Fauthorized%3Fstate%3D4711&auth_type=2
	// queryauthcode@@@abc 1h0m0s map[state:[4711]]
}

func ExampleClient_Authorizers() {
	client, err := wxopen.New(wxopen.Config{
		ComponentAppid: "wx0000000000000001",
		Tokens:         wxopen.StaticToken("statictoken"),
		HTTPClient:     &http.Client{Transport: &accounts{list: appids(501)}},
	})
	if err != nil {
		log.Fatal(err)
	}
	n := 0
	for account, err := range client.Authorizers(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		if n++; n == 501 {
			fmt.Println(n, account.Appid)
		}
	}
	// Output: 501 wx00000000000001f4
}
