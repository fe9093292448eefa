package wxopen

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Store keeps what the processes of a platform share: the ticket, the tokens and
// the authorizations. [MemoryStore] is for one process, [FileStore] for those of
// one machine, [SQLStore] for any; another is two methods over a database that can
// replace a value on condition that it is still the one that was read.
//
// What it holds is as good as passwords: whoever reads it can act for the platform
// and for each account.
type Store interface {
	// Read returns the entry under a key, the zero one where there is none. It must
	// be safe for concurrent use, and see what another process has written.
	Read(ctx context.Context, key StoreKey) (StoreEntry, error)
	// Update replaces the entry under a key by what change makes of it, in one step:
	// nobody writes the entry in between. The zero entry removes it. When change
	// fails, nothing is written and Update returns that error. Change may be called
	// more than once, and must not call the store.
	Update(ctx context.Context, key StoreKey, change func(StoreEntry) (StoreEntry, error)) error
}

// StoreKey says whose an entry is.
type StoreKey struct {
	// Component is the platform's appid.
	Component string
	// Authorizer is the appid of an account, empty for the platform's own entry.
	Authorizer string
}

// String returns the appids, joined by a slash.
func (k StoreKey) String() string {
	if k.Authorizer == "" {
		return k.Component
	}
	return k.Component + "/" + k.Authorizer
}

func (k StoreKey) check() error {
	if k.Component == "" || strings.Contains(k.Component, "/") || strings.Contains(k.Authorizer, "/") {
		return fmt.Errorf("wxopen: %q cannot be the key of an entry", k)
	}
	return nil
}

// StoreEntry is what a [Store] holds of one account. Its JSON has the secrets in
// it, for a store to write; its text has not.
type StoreEntry struct {
	// Ticket is the newest component_verify_ticket, in the platform's own entry.
	Ticket string `json:"ticket,omitempty"`
	// AccessToken is the newest access token, empty when there is none.
	AccessToken string `json:"access_token,omitempty"`
	// RefreshToken is the authorizer_refresh_token, in the entry of an account.
	RefreshToken string `json:"refresh_token,omitempty"`
	// FetchedAt and ExpiresAt are the ends of the access token's life.
	FetchedAt time.Time `json:"fetched_at,omitzero"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	// GrantedAt is when the authorization was kept.
	GrantedAt time.Time `json:"granted_at,omitzero"`
	// Lease is the right to replace the access token.
	Lease StoreLease `json:"lease,omitzero"`
}

// StoreLease says who replaces an access token at present, so that nobody else
// does. One that ran out counts for nothing: its holder has died.
type StoreLease struct {
	// Holder is made up anew for each lease, empty when nobody has it.
	Holder string    `json:"holder,omitempty"`
	Until  time.Time `json:"until,omitzero"`
}

func (l StoreLease) held(now time.Time) bool { return l.Holder != "" && now.Before(l.Until) }

// usable reports whether there is an access token that has not ended, as far as
// the clock tells, and is not the one that was rejected.
func (e StoreEntry) usable(now time.Time, rejected string) bool {
	return e.AccessToken != "" && e.AccessToken != rejected && now.Before(e.ExpiresAt)
}

func (e StoreEntry) empty() bool {
	return e.Ticket == "" && e.AccessToken == "" && e.RefreshToken == "" && e.Lease.Holder == ""
}

// String keeps the secrets out of logs.
func (e StoreEntry) String() string { return "wxopen.StoreEntry(" + masked + ")" }

// GoString keeps the secrets out of logs.
func (e StoreEntry) GoString() string { return e.String() }

// LogValue keeps the secrets out of logs.
func (e StoreEntry) LogValue() slog.Value { return slog.StringValue(e.String()) }

// StoredTickets keeps the ticket of a component in a [Store]. Both fields are
// needed.
type StoredTickets struct {
	Store          Store
	ComponentAppid string
}

// Ticket implements [TicketStore].
func (t *StoredTickets) Ticket(ctx context.Context) (string, error) {
	entry, err := t.Store.Read(ctx, StoreKey{Component: t.ComponentAppid})
	if err == nil && entry.Ticket == "" {
		err = ErrNoTicket
	}
	return entry.Ticket, err
}

// errSameTicket ends an update that would change nothing: WeChat pushes a ticket
// several times.
var errSameTicket = errors.New("wxopen: the ticket is there already")

// SetTicket implements [TicketSetter].
func (t *StoredTickets) SetTicket(ctx context.Context, ticket string) error {
	if ticket == "" {
		return nil
	}
	err := t.Store.Update(ctx, StoreKey{Component: t.ComponentAppid}, func(e StoreEntry) (StoreEntry, error) {
		if e.Ticket == ticket {
			return e, errSameTicket
		}
		e.Ticket = ticket
		return e, nil
	})
	if errors.Is(err, errSameTicket) {
		return nil
	}
	return err
}
