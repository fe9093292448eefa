package wxopen_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"draftbox/draftboxtest"
	"draftbox/internal/adminclient"
	"draftbox/wxopen"
	"draftbox/wxopen/wxcrypt"
)

// A receiver that looks at timestamps takes what a server pushes whose clock was
// advanced: pushes bear the real time, events the advanced one.
func TestCallbackAfterAnAdvance(t *testing.T) {
	t.Parallel()
	box := draftboxtest.Start(t)
	component := box.Component
	cipher, err := wxcrypt.New(component.Token, component.EncodingAESKey, component.Appid)
	if err != nil {
		t.Fatal(err)
	}
	created, refused := make(chan time.Time, 1000), make(chan error, 1000)
	handler, err := wxopen.NewCallbackHandler(wxopen.CallbackConfig{
		Cipher: cipher,
		On: wxopen.EventFuncs{Ticket: func(_ context.Context, e *wxopen.TicketEvent) error {
			created <- e.CreateTime
			return nil
		}},
		Error: func(_ *http.Request, err error) { refused <- err },
	})
	if err != nil {
		t.Fatal(err)
	}
	receiver, adminServer := httptest.NewServer(handler), httptest.NewServer(box.AdminHandler())
	t.Cleanup(receiver.Close)
	t.Cleanup(adminServer.Close)
	admin := adminclient.New(adminServer.URL, box.AdminToken(), nil)
	if _, err := admin.UpdateComponent(t.Context(), component.Appid, adminclient.ComponentChange{EventURL: &receiver.URL}); err != nil {
		t.Fatal(err)
	}
	await := func() time.Time {
		t.Helper()
		select {
		case at := <-created:
			return at
		case err := <-refused:
			t.Fatalf("refused: %v", err)
		case <-time.After(30 * time.Second):
			t.Fatal("no ticket is pushed")
		}
		panic("unreachable")
	}
	first := await()
	box.Advance(3 * time.Hour)
	last := first
	for range 18 { // every ten minutes
		last = await()
	}
	if got := last.Sub(first); got < 2*time.Hour+55*time.Minute || got > 3*time.Hour+time.Minute {
		t.Errorf("the tickets of three hours were made within %s", got)
	}
}
