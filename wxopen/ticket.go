package wxopen

import (
	"context"
	"errors"
	"sync"
)

// ErrNoTicket says that a ticket store is empty. WeChat pushes a
// component_verify_ticket to the authorization-event URL about every ten
// minutes; [Client.StartPushTicket] turns that on where it is off.
var ErrNoTicket = errors.New("wxopen: no component_verify_ticket yet; wait for the next push, or turn pushing on with StartPushTicket")

// TicketStore holds the component_verify_ticket that WeChat pushed last.
// Any ticket is good for 12 hours. A program with several processes keeps it
// where all of them read it.
type TicketStore interface {
	// Ticket returns the newest ticket, or [ErrNoTicket]. It must be safe for
	// concurrent use.
	Ticket(ctx context.Context) (string, error)
}

// TicketSetter is a [TicketStore] that also takes the tickets, as a
// [CallbackHandler] brings them.
type TicketSetter interface {
	TicketStore
	// SetTicket stores a ticket that came with a push. An empty one is ignored,
	// since pushes without a body were seen. It must be safe for concurrent use.
	SetTicket(ctx context.Context, ticket string) error
}

// MemoryTicketStore is a [TicketSetter] of one process. Its zero value is empty.
type MemoryTicketStore struct {
	mu     sync.RWMutex
	ticket string
}

// SetTicket implements [TicketSetter]. Its error is always nil.
func (s *MemoryTicketStore) SetTicket(_ context.Context, ticket string) error {
	if ticket == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ticket = ticket
	return nil
}

// Ticket implements [TicketStore].
func (s *MemoryTicketStore) Ticket(context.Context) (string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.ticket == "" {
		return "", ErrNoTicket
	}
	return s.ticket, nil
}

// String keeps the ticket out of logs.
func (s *MemoryTicketStore) String() string { return "wxopen.MemoryTicketStore(" + masked + ")" }

// GoString keeps the ticket out of logs.
func (s *MemoryTicketStore) GoString() string { return s.String() }

// StaticTicket returns a store of one ticket that never changes, for tests and
// for commands that run once.
func StaticTicket(ticket string) TicketStore {
	return &MemoryTicketStore{ticket: ticket}
}
