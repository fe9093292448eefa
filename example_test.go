package draftbox_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"time"

	"draftbox"
	"draftbox/examples"
	"draftbox/wxopen"
)

// A server in a program of one's own, behind a listener of one's own.
func ExampleNew() {
	ctx := context.Background()
	server, err := draftbox.New(ctx, draftbox.Options{Database: draftbox.MemoryDatabase})
	if err != nil {
		panic(err)
	}
	defer server.Close()

	listener := httptest.NewServer(server.Handler()) // or http.Server{Handler: server.Handler()}
	defer listener.Close()

	component, err := server.CreateComponent(ctx, draftbox.Component{Name: "示例平台"})
	if err != nil {
		panic(err)
	}
	upload := draftbox.Upload{Component: component.Appid, Version: "1.0.0", Desc: "首个版本"}
	if _, err := server.UploadDraft(ctx, upload, examples.MiniProgram()); err != nil { // or os.DirFS("path/to/project")
		panic(err)
	}

	token, err := server.ComponentToken(ctx, component.Appid)
	if err != nil {
		panic(err)
	}
	client, err := wxopen.New(wxopen.Config{BaseURL: listener.URL, Tokens: wxopen.StaticToken(token)})
	if err != nil {
		panic(err)
	}
	drafts, err := client.DraftList(ctx)
	if err != nil {
		panic(err)
	}
	fmt.Println(drafts[0].DraftID, drafts[0].UserVersion, drafts[0].UserDesc)
	// Output: 0 1.0.0 首个版本
}

// Tokens end by the virtual clock, so a test need not wait two hours.
func ExampleServer_AdvanceClock() {
	ctx := context.Background()
	server, err := draftbox.New(ctx, draftbox.Options{})
	if err != nil {
		panic(err)
	}
	defer server.Close()
	component, err := server.CreateComponent(ctx, draftbox.Component{})
	if err != nil {
		panic(err)
	}
	token, err := server.ComponentToken(ctx, component.Appid)
	if err != nil {
		panic(err)
	}
	client, err := wxopen.New(wxopen.Config{HTTPClient: server.HTTPClient(), Tokens: wxopen.StaticToken(token)})
	if err != nil {
		panic(err)
	}
	if err := server.AdvanceClock(ctx, 2*time.Hour); err != nil {
		panic(err)
	}
	_, err = client.DraftList(ctx)
	fmt.Println(errors.Is(err, wxopen.ErrTokenExpired))
	// Output: true
}
