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

// MemoryTicketStore is a [TicketStore] of one process. Its zero value is empty.
type MemoryTicketStore struct {
	mu     sync.RWMutex
	ticket string
}

// SetTicket stores a ticket that came with a push. An empty one is ignored,
// since pushes without a body were seen.
func (s *MemoryTicketStore) SetTicket(ticket string) {
	if ticket == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ticket = ticket
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
	s := new(MemoryTicketStore)
	s.SetTicket(ticket)
	return s
}
