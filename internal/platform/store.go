package platform

import (
	"context"
	"io"
	"time"
)

// Store keeps the state. Every implementation passes internal/store/storetest.
//
// A committed write is there after a crash and in every later read on every
// node. When the database cannot be reached the methods return an error that
// wraps [ErrUnavailable].
type Store interface {
	// View runs fn on one consistent snapshot, contents of packages included.
	View(ctx context.Context, fn func(Reader) error) error

	// Update runs fn in one write transaction that holds the lock of the
	// component appid: of two updates of one component one runs after the
	// other. The component's Rev is raised by one. fn gets the component as it
	// is under the lock; ErrNotFound if there is none. fn may run more than
	// once (after a serialization conflict), so it changes nothing outside the
	// transaction. An error from fn rolls everything back and is returned as is.
	Update(ctx context.Context, appid string, fn func(Tx, *Component) error) error

	// UpdateShared runs fn in a write transaction that belongs to no component:
	// to create one, or to set the clock. At most one runs at a time.
	UpdateShared(ctx context.Context, fn func(Tx) error) error

	// Stage takes the content of a package in ahead of the transaction that puts
	// it, so that the component is not locked for as long as that takes. Content
	// that was not staged can be put, too. size is Package.StoredSize.
	Stage(ctx context.Context, content PackageContent, size int64) (StagedContent, error)

	// Head returns what is known of a token; ErrNotFound if nothing. It is the
	// one read that every call on the wire makes, and never stale.
	Head(ctx context.Context, hash TokenHash) (Head, error)

	// Now returns the virtual time.
	Now(ctx context.Context) (time.Time, error)

	// Ready reports why the store cannot serve, or nil.
	Ready(ctx context.Context) error

	// Describe names the database for people: engine and place, no password.
	Describe() string

	Close() error
}

// Reader reads one snapshot. A method that returns one thing returns
// ErrNotFound when there is none. Lists are in the order named.
type Reader interface {
	// Now is the virtual time; it stands still within a transaction and is
	// whole milliseconds.
	Now() time.Time
	Clock() ClockState

	Component(ctx context.Context, appid string) (*Component, error)
	// Components lists by appid, those greater than after, at most limit.
	Components(ctx context.Context, after string, limit int) ([]Component, error)
	KindOfAppid(ctx context.Context, appid string) (AppidKind, error)

	DevMiniprogram(ctx context.Context, component, appid string) (*DevMiniprogram, error)
	// DevMiniprograms lists by appid, those greater than after, at most limit.
	DevMiniprograms(ctx context.Context, component, after string, limit int) ([]DevMiniprogram, error)
	CountDevMiniprograms(ctx context.Context, component string) (int, error)
	// OwnerOfDevMiniprogram returns the appid of the component that has bound it.
	OwnerOfDevMiniprogram(ctx context.Context, appid string) (string, error)
	DevVersion(ctx context.Context, component, appid string) (*DevVersion, error)
	// CountUploadNonces counts those of all components, up to most.
	CountUploadNonces(ctx context.Context, most int) (int, error)

	Draft(ctx context.Context, component string, id int64) (*Draft, error)
	// DraftsOfSource lists the drafts of one development mini program by id.
	DraftsOfSource(ctx context.Context, component, source string) ([]Draft, error)
	// Drafts lists by id, those with an id greater than after (-1 for all), at
	// most limit (0 for all).
	Drafts(ctx context.Context, component string, after int64, limit int) ([]Draft, error)

	Template(ctx context.Context, component string, id int64) (*Template, error)
	// Templates lists the whole library by place.
	Templates(ctx context.Context, component string) ([]Template, error)

	Package(ctx context.Context, digest string) (*Package, error)
	// WritePackage writes the stored form of a package to w.
	WritePackage(ctx context.Context, digest string, w io.Writer) error

	Ticket(ctx context.Context, component, value string) (*Ticket, error)
	// LatestTicket is the one issued last.
	LatestTicket(ctx context.Context, component string) (*Ticket, error)

	Authorizer(ctx context.Context, component, appid string) (*Authorizer, error)
	// Authorizers lists by appid, those greater than after, at most limit.
	Authorizers(ctx context.Context, component, after string, limit int) ([]Authorizer, error)

	PendingVersion(ctx context.Context, component, authorizer string) (*PendingVersion, error)

	// Seeded reports whether a declared thing was made before.
	Seeded(ctx context.Context, component, key string) (bool, error)
}

// Tx changes the state within one transaction and sees its own changes.
type Tx interface {
	Reader

	// InsertComponent makes a component; ErrConflict if the appid is in use.
	// NextDraftID and NextTemplateID are taken as given. Rev is a lower bound:
	// it is raised, and c with it, above that of any component that had the
	// appid before.
	InsertComponent(ctx context.Context, c *Component) error
	// UpdateComponent stores name, secrets, URLs, allow-list and settings.
	UpdateComponent(ctx context.Context, c *Component) error
	// DeleteComponent removes a component and everything that belongs to it.
	DeleteComponent(ctx context.Context, appid string) error

	// PutDevMiniprogram makes or changes one; ErrConflict if the appid belongs
	// to another component.
	PutDevMiniprogram(ctx context.Context, d *DevMiniprogram) error

	// PutDevVersion stores the development version in place of a former one, whose
	// package goes if nothing else uses it.
	PutDevVersion(ctx context.Context, v *DevVersion) error

	PutUploadNonce(ctx context.Context, n *UploadNonce) error
	// TakeUploadNonce removes a nonce and returns it; ErrNotFound if there is none.
	TakeUploadNonce(ctx context.Context, component, appid, value string) (*UploadNonce, error)
	// PruneUploadNonces removes what ended by a time, of all components, and of
	// one development mini program all but the newest keep.
	PruneUploadNonces(ctx context.Context, component, appid string, by time.Time, keep int) error

	// TakeDraftID and TakeTemplateID return the next id and count on.
	TakeDraftID(ctx context.Context, component string) (int64, error)
	TakeTemplateID(ctx context.Context, component string) (int64, error)

	InsertDraft(ctx context.Context, d *Draft) error
	// DeleteDraft removes a draft and its package if nothing else uses it;
	// ErrNotFound if there is none.
	DeleteDraft(ctx context.Context, component string, id int64) error

	InsertTemplate(ctx context.Context, t *Template) error
	// DeleteTemplate is as DeleteDraft.
	DeleteTemplate(ctx context.Context, component string, id int64) error

	// PutPackage stores a package unless one of that digest is there.
	PutPackage(ctx context.Context, p *Package, content PackageContent) error

	// PutTicket makes a ticket or changes its PushedAt.
	PutTicket(ctx context.Context, t *Ticket) error
	// PruneTickets removes those pushed last before a time.
	PruneTickets(ctx context.Context, component string, before time.Time) error

	// SupersedeTokens marks the latest token of that kind, owner and origin
	// api (there is at most one) as superseded.
	SupersedeTokens(ctx context.Context, component, authorizer string, kind TokenKind, by Supersede) error
	InsertToken(ctx context.Context, t *AccessToken) error
	// PruneTokens removes those that expired before a time.
	PruneTokens(ctx context.Context, component string, before time.Time) error

	PutAuthorizer(ctx context.Context, a *Authorizer) error
	// PutPendingVersion stores the pending version of a merchant in place of a
	// former one, whose package goes if nothing else uses it.
	PutPendingVersion(ctx context.Context, v *PendingVersion) error

	MarkSeeded(ctx context.Context, component, key string) error

	SetClock(ctx context.Context, c ClockState) error
}

// Supersede says when and by whom a token was superseded.
type Supersede struct {
	At        time.Time
	By        string // address of the caller
	ByRID     string
	GraceEnds time.Time
}
