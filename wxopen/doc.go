// Package wxopen is a client of the calls that a third-party platform
// (第三方平台) makes for its template library: draft box, templates, and the
// tokens that these calls need. It works against https://api.weixin.qq.com and,
// unchanged, against a draftbox server.
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
// that has a token already, or shares one with other processes, gives a
// [TokenSource] instead: [StaticToken] or one of its own.
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
//	// template.TemplateID is what /wxa/commit takes.
//
// The service does not answer the template_id of an addition. It is in neither
// the last nor the first place of the list, as many a program assumes;
// [Client.AddDraftAsTemplate] finds it by what the template is, and says so when
// it cannot tell.
//
// [Client.DraftList], [Client.AddToTemplate], [Client.TemplateList] and
// [Client.DeleteTemplate] are the plain calls. [Client.Call] makes any other.
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
// The client makes a call again in two cases only: once with a fresh token when
// the service refused the first (40001, 40014, 42001), and after -1, which is
// documented as "busy, try again", within the bounds of the [RetryPolicy].
//
// # What is read
//
// Answers are read leniently: by content, whatever the content type says;
// a missing errcode is 0; numbers may come as strings. What the service sends
// beyond the documentation is in the Extra of each item.
package wxopen
