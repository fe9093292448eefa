// Package wxopen is a client of the calls that a third-party platform
// (第三方平台) makes: for its template library (draft box and templates), for the
// accounts that authorize it, for the code of their mini programs, and for the tokens
// that these calls need. It works against https://api.weixin.qq.com and, unchanged,
// against a draftbox server.
//
// # From the ticket to the token
//
// About every ten minutes WeChat pushes a component_verify_ticket to the
// platform's authorization-event URL. Whoever receives the push stores it in a
// [TicketStore]; the client needs nothing else, since it fetches the
// component_access_token with the ticket, keeps it and replaces it in time:
//
//	tickets := new(wxopen.MemoryTicketStore) // the push handler calls SetTicket
//	client, err := wxopen.New(wxopen.Config{
//		BaseURL:         "http://127.0.0.1:8506", // leave it out for the real service
//		ComponentAppid:  "wx0000000000000001",
//		ComponentSecret: secret,
//		Tickets:         tickets,
//	})
//
// A [CallbackHandler] is that push handler: it verifies, decrypts and types what
// WeChat pushes to both URLs of a platform, and keeps the ticket in the store.
//
// When no ticket ever came, [Client.StartPushTicket] turns pushing on. A program
// that has a token already gives a [TokenSource] instead: [StaticToken] or one of its
// own.
//
// # Several processes
//
// Each fetch of a token ends the one before it, so processes that fetch on their own
// end each other's. Give them one [Store] instead of tickets: a [FileStore] on one
// machine, an [SQLStore] on several. They take turns at fetching, and take from each
// other what came:
//
//	store, err := wxopen.NewFileStore("/var/lib/platform/wechat.json")
//	client, err := wxopen.New(wxopen.Config{…, Store: store})
//	tickets := &wxopen.StoredTickets{Store: store, ComponentAppid: "wx0000000000000001"}
//
// # Accounts that authorize the platform
//
// [Client.CreatePreAuthCode] and [Client.AuthorizationURL] make the link that an
// account's administrator opens. The code that comes back, to
// [ParseAuthorizationRedirect] or with an [AuthorizedEvent], is exchanged and kept, and
// from then on the account's calls can be made:
//
//	authorization, err := client.QueryAuth(ctx, code)
//	err = client.KeepAuthorization(ctx, authorization) // an UnauthorizedEvent: DropAuthorization
//	account := client.Authorizer(authorization.AuthorizerAppid, nil)
//	quota, err := account.APIQuota(ctx, "/wxa/commit")
//
// # From the draft to the template
//
// An upload of WeChat DevTools or miniprogram-ci becomes a draft, and so does one
// of an [Uploader], which needs the upload key of the development mini program and
// neither of these tools. Find the draft, add it to the library, and go on with
// the template that came of it:
//
//	draft, err := client.LatestDraft(ctx, "wx00000000000000d1")
//	...
//	template, err := client.AddDraftAsTemplate(ctx, draft.DraftID)
//	...
//	// template.TemplateID is what a CommitRequest takes.
//
// The service does not answer the template_id of an addition. It is in neither
// the last nor the first place of the list, as many a program assumes;
// [Client.AddDraftAsTemplate] finds it by what the template is, and says so when
// it cannot tell.
//
// [Client.DraftList], [Client.AddToTemplate], [Client.TemplateList] and
// [Client.DeleteTemplate] are the plain calls. [Client.Call] makes any other.
//
// # From the template to the release
//
// A template becomes a merchant's version by three calls of an [AuthorizerClient]: one
// commits it with what is different there, one submits it for audit when the check that
// the commit began has ended, and when an [AuditEvent] says that it passed, one releases
// it:
//
//	err := account.Commit(ctx, wxopen.CommitRequest{
//		TemplateID:  template.TemplateID,
//		ExtJSON:     wxopen.ExtJSON{Ext: map[string]any{"shop": 7}},
//		UserVersion: "1.0.0",
//	})
//	...
//	submission, err := account.SubmitWhenChecked(ctx, wxopen.AuditRequest{}, wxopen.SubmitOptions{})
//	...
//	err = account.Release(ctx)
//
// [AuthorizerClient.GrayRelease] releases by degrees, [AuthorizerClient.RevertRelease]
// goes back, and [AuthorizerClient.UndoAudit] withdraws what was submitted. The calls
// for categories, domains, testers and the privacy guideline belong to the same client.
//
// # Errors
//
// A refusal is an [*Error] with errcode, text and rid, and is its [Code]:
//
//	if errors.Is(err, wxopen.ErrTemplateListFull) { … }
//
// A call without a usable answer is a [*TransportError]; the service may have
// carried it out. Neither names the access token, which is in the URL.
//
// The client makes a call again in three cases only: once with a fresh token when
// the service refused the first (40001, 40014, 42001); after -1, which is documented
// as "busy, try again", within the bounds of the [RetryPolicy], unless the call says
// that it is made once; and, where the policy asks for that, after 9402202, when
// another change of the same mini program was at work.
//
// # What is read
//
// Answers are read leniently: by content, whatever the content type says;
// a missing errcode is 0; numbers may come as strings. What the service sends
// beyond the documentation is in the Extra of each item.
package wxopen
