package draftbox

import (
	"context"

	"draftbox/wxopen"
)

// ClientOf returns a client of a component of this server, without a network. It
// fetches its tokens with the component's ticket and secret, as a program does
// on the real service.
func (s *Server) ClientOf(c Component) *wxopen.Client {
	client, err := wxopen.New(wxopen.Config{
		BaseURL: wxopen.DefaultBaseURL, HTTPClient: s.HTTPClient(),
		ComponentAppid: c.Appid, ComponentSecret: c.Secret, Tickets: ticketsOf{s, c.Appid},
	})
	if err != nil {
		panic(err) // only the base URL could be wrong
	}
	return client
}

// ticketsOf reads a component's tickets from the server, in place of receiving
// them by push.
type ticketsOf struct {
	server    *Server
	component string
}

// Ticket implements wxopen.TicketStore.
func (t ticketsOf) Ticket(ctx context.Context) (string, error) {
	return t.server.Ticket(ctx, t.component)
}
