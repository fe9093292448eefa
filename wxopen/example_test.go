package wxopen_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"

	"draftbox/wxopen"
)

// platform stands for the service in these examples: a box with the newest
// uploads of two development mini programs, and one template.
func platform() *http.Client {
	s := newService(draft(0, "wx00000000000000d2", "2.0.0"), draft(4, "wx00000000000000d1", "1.1.0"))
	s.copyDraft(draft(3, "wx00000000000000d1", "1.0.0"))
	return &http.Client{Transport: s}
}

// From the ticket to a template.
func Example() {
	ctx := context.Background()
	tickets := new(wxopen.MemoryTicketStore)
	client, err := wxopen.New(wxopen.Config{
		ComponentAppid:  "wx0000000000000001",
		ComponentSecret: "0123456789abcdef0123456789abcdef",
		Tickets:         tickets,
		HTTPClient:      platform(), // leave it out for the real service
	})
	if err != nil {
		log.Fatal(err)
	}

	// What the handler of WeChat's pushes does.
	if err := tickets.SetTicket(ctx, "ticket@@@abcDEF-123_xyz"); err != nil {
		log.Fatal(err)
	}

	newest, err := client.LatestDraft(ctx, "wx00000000000000d1")
	if err != nil {
		log.Fatal(err)
	}
	template, err := client.AddDraftAsTemplate(ctx, newest.DraftID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("draft %d, version %s, is template %d now\n", newest.DraftID, newest.UserVersion, template.TemplateID)
	// Output: draft 4, version 1.1.0, is template 1 now
}

func ExampleClient_DraftList() {
	client, err := wxopen.New(wxopen.Config{
		BaseURL:    "http://127.0.0.1:8506", // a draftbox server
		Tokens:     wxopen.StaticToken("statictoken"),
		HTTPClient: platform(),
	})
	if err != nil {
		log.Fatal(err)
	}
	drafts, err := client.DraftList(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range drafts {
		fmt.Printf("%d %s %s %s %q\n", d.DraftID, d.SourceMiniprogramAppid, d.UserVersion, d.Developer, d.UserDesc)
	}
	// Output:
	// 0 wx00000000000000d2 2.0.0 小明 "修复\n第二行"
	// 4 wx00000000000000d1 1.1.0 小明 "修复\n第二行"
}

func ExampleClient_AddDraftAsTemplate() {
	client, err := wxopen.New(wxopen.Config{Tokens: wxopen.StaticToken("statictoken"), HTTPClient: platform()})
	if err != nil {
		log.Fatal(err)
	}
	template, err := client.AddDraftAsTemplate(context.Background(), 4)
	if ambiguous, ok := errors.AsType[*wxopen.AmbiguousError](err); ok {
		// All of them are copies of the draft: any will do, and the others can go.
		template, err = ambiguous.Candidates[0], nil
	}
	if doubt, ok := errors.AsType[*wxopen.UnconfirmedError](err); ok {
		// Not to be repeated before a look at the templates over doubt.After.
		log.Fatal(doubt)
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(template.TemplateID, template.UserVersion)
	// Output: 1 1.1.0
}

func ExampleClient_DeleteTemplate() {
	client, err := wxopen.New(wxopen.Config{Tokens: wxopen.StaticToken("statictoken"), HTTPClient: platform()})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	fmt.Println(client.DeleteTemplate(ctx, 0))
	err = client.DeleteTemplate(ctx, 0)
	fmt.Println(errors.Is(err, wxopen.ErrTemplateNotFound))
	// Output:
	// <nil>
	// true
}

func ExampleError() {
	client, err := wxopen.New(wxopen.Config{Tokens: wxopen.StaticToken("a superseded token"), HTTPClient: platform()})
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.DraftList(context.Background())
	if refused, ok := errors.AsType[*wxopen.Error](err); ok {
		fmt.Println(int(refused.Code), refused.RID)
	}
	fmt.Println(errors.Is(err, wxopen.ErrInvalidCredential))
	// Output:
	// 40001 674d0448-268a3b77-5d4ecf79
	// true
}
