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

	// Background runs fn in a write transaction that holds no lock at first: for
	// work that several nodes share, whose methods take what nobody else has.
	Background(ctx context.Context, fn func(Tx) error) error

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

	// AuthorizersByTime lists those that are authorized by the time of their grant
	// (and appid), from a place on, at most limit.
	AuthorizersByTime(ctx context.Context, component string, offset, limit int) ([]Authorizer, error)
	CountAuthorized(ctx context.Context, component string) (int, error)
	// SearchAuthorizers lists those whose nickname or appid holds a text (letters
	// compared without case in ASCII) by nickname, at most limit.
	SearchAuthorizers(ctx context.Context, component, text string, limit int) ([]Authorizer, error)
	CountAuthorizers(ctx context.Context, component string) (int, error)

	AuthCode(ctx context.Context, component, value string) (*AuthCode, error)

	PendingVersion(ctx context.Context, component, authorizer string) (*PendingVersion, error)

	Registration(ctx context.Context, component, id string) (*Registration, error)
	// Registrations lists newest first (and by id downwards), those after a place in
	// that order unless it is nil, at most limit.
	Registrations(ctx context.Context, component string, after *Registration, limit int) ([]Registration, error)
	// LatestRegistration is the one of a kind and subject that was made last.
	LatestRegistration(ctx context.Context, component string, kind RegistrationKind, subject string) (*Registration, error)
	// CountRegistrations counts those of a WeChat id made since a time.
	CountRegistrations(ctx context.Context, component, wechat string, since time.Time) (int, error)
	// NextRegistrationEnd is when the next open registration of any component ends;
	// zero if none is open.
	NextRegistrationEnd(ctx context.Context) (time.Time, error)

	ThirdpartyDomains(ctx context.Context, component string, kind DomainKind) (*ThirdpartyDomains, error)

	MerchantSettings(ctx context.Context, component, authorizer string) (*MerchantSettings, error)
	// MerchantSettingsBetween lists by appid those of the merchants whose appid is
	// greater than after and not greater than last.
	MerchantSettingsBetween(ctx context.Context, component, after, last string) ([]MerchantSettings, error)

	Delivery(ctx context.Context, component string, number int64) (*Delivery, error)
	// Deliveries lists those that a filter takes, newest first, after a place in
	// that order, at most limit.
	Deliveries(ctx context.Context, filter DeliveryFilter, after DeliveryPlace, limit int) ([]Delivery, error)
	// Attempts lists those of a delivery in order.
	Attempts(ctx context.Context, component string, number int64) ([]Attempt, error)
	// CountDeliveries counts them by state, of all components if component is empty.
	CountDeliveries(ctx context.Context, component string) (map[DeliveryState]int, error)
	// Retrying tells of a component's pending deliveries that failed once at least.
	Retrying(ctx context.Context, component string) (Retrying, error)

	// NextDue is when the next ticket is due; zero if none is.
	NextDue(ctx context.Context) (time.Time, error)

	// CodeState returns what became of a merchant's code; never ErrNotFound.
	CodeState(ctx context.Context, component, authorizer string) (*CodeState, error)
	// TemplateUsers lists by appid the merchants whose experience version or release
	// came of a template, those greater than after, at most limit.
	TemplateUsers(ctx context.Context, component string, template int64, after string, limit int) ([]TemplateUser, error)
	CountTemplateUsers(ctx context.Context, component string, template int64) (int, error)
	Audit(ctx context.Context, id int64) (*Audit, error)
	// Audits lists by id, newest first, those with an id less than before (0 for
	// all), at most limit.
	Audits(ctx context.Context, filter AuditFilter, before int64, limit int) ([]Audit, error)
	AuditMedia(ctx context.Context, component, authorizer, id string) (*AuditMedia, error)
	// AuditMediaContent returns the file itself.
	AuditMediaContent(ctx context.Context, component, authorizer, id string) ([]byte, error)
	// AuditQuota tells of a month like 2026-11.
	AuditQuota(ctx context.Context, component, month string) (AuditQuota, error)
	// NextAuditDue is when the next order is decided by its policy; zero if none is.
	NextAuditDue(ctx context.Context) (time.Time, error)

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
	// UpdateComponent stores name, secrets, URLs, allow-list, settings and
	// NextTicketAt.
	UpdateComponent(ctx context.Context, c *Component) error
	// DeleteComponent removes a component and everything that belongs to it.
	DeleteComponent(ctx context.Context, appid string) error

	// PutDevMiniprogram makes or changes one; ErrConflict if the appid belongs
	// to another component.
	PutDevMiniprogram(ctx context.Context, d *DevMiniprogram) error
	// DeleteDevMiniprogram removes one with its drafts and its development version;
	// packages go that nothing else uses. Its appid is free again.
	DeleteDevMiniprogram(ctx context.Context, component, appid string) error

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

	// EndTokens supersedes all tokens of a merchant that still work, whatever their
	// origin.
	EndTokens(ctx context.Context, component, authorizer string, by Supersede) error

	PutAuthorizer(ctx context.Context, a *Authorizer) error
	// DeleteAuthorizer removes a merchant with its codes, tokens and pending
	// version; ErrNotFound if there is none.
	DeleteAuthorizer(ctx context.Context, component, appid string) error

	// PutAuthCode makes a code or changes its UsedAt.
	PutAuthCode(ctx context.Context, c *AuthCode) error
	// PruneAuthCodes removes those that ended before a time.
	PruneAuthCodes(ctx context.Context, component string, before time.Time) error

	// InsertDelivery makes a delivery, the last of its URL's queue, and gives it
	// its number.
	InsertDelivery(ctx context.Context, d *Delivery) error
	// RequeueDelivery puts a delivery at the end of the queue of d.URL, pending and
	// with no tries; its attempts stay.
	RequeueDelivery(ctx context.Context, d *Delivery) error
	// PutAttempt keeps an attempt, gives it its number, and stores the delivery's
	// state, tries and end. It never makes one pending again that has ended: what does
	// is RequeueDelivery, which wakes the queue, too.
	PutAttempt(ctx context.Context, d *Delivery, a *Attempt) error
	// PruneDeliveries removes delivered ones written before delivered, and tickets
	// written before tickets that were delivered or given up.
	PruneDeliveries(ctx context.Context, component string, delivered, tickets time.Time) error

	// ClaimURLs takes up to most callback URLs that have pending deliveries and
	// that nobody holds at now, and holds them until a time; both are real time.
	ClaimURLs(ctx context.Context, holder string, now, until time.Time, most int) ([]CallbackURL, error)
	// HoldURL goes on holding a URL; ErrConflict if another holds it or nobody does.
	HoldURL(ctx context.Context, holder, id string, until time.Time) error
	// ReleaseURL gives a hold back; nothing happens if it was lost.
	ReleaseURL(ctx context.Context, holder, id string) error
	// FirstPending is the head of a URL's queue.
	FirstPending(ctx context.Context, id string) (*Delivery, error)

	// ComponentsDue locks and returns the components whose ticket is due by a time,
	// those first that were due first, at most limit. Those that another
	// transaction has locked are left out if skipLocked.
	ComponentsDue(ctx context.Context, by time.Time, limit int, skipLocked bool) ([]Component, error)
	SetNextTicket(ctx context.Context, component string, at time.Time) error
	// PutPendingVersion stores the pending version of a merchant in place of a
	// former one, whose package goes if nothing else uses it.
	PutPendingVersion(ctx context.Context, v *PendingVersion) error

	// PutRegistration makes a registration or changes its state, what it waits for,
	// progress, status, msg, account and end.
	PutRegistration(ctx context.Context, g *Registration) error
	// RegistrationsDue locks the components of open registrations that end by a time,
	// and returns those registrations, those first that end first. At most limit
	// components are taken; those that another transaction has locked are left out if
	// skipLocked.
	RegistrationsDue(ctx context.Context, by time.Time, limit int, skipLocked bool) ([]Registration, error)
	// PruneRegistrations removes those that are over and were made before a time.
	PruneRegistrations(ctx context.Context, component string, before time.Time) error

	// PutThirdpartyDomains makes or replaces the lists of a kind.
	PutThirdpartyDomains(ctx context.Context, d *ThirdpartyDomains) error

	// PutMerchantSettings makes or replaces the settings of a merchant.
	PutMerchantSettings(ctx context.Context, m *MerchantSettings) error

	PutCodeState(ctx context.Context, c *CodeState) error
	// InsertAudit makes an order and gives it its id.
	InsertAudit(ctx context.Context, a *Audit) error
	UpdateAudit(ctx context.Context, a *Audit) error
	// AuditsDue locks and returns orders that are due by a time, those first that were
	// due first, at most limit. Those of components that another transaction has
	// locked are left out if skipLocked.
	AuditsDue(ctx context.Context, by time.Time, limit int, skipLocked bool) ([]Audit, error)
	PutAuditMedia(ctx context.Context, m *AuditMedia, content []byte) error
	// PruneAuditMedia removes what ended before a time.
	PruneAuditMedia(ctx context.Context, component string, before time.Time) error
	// CountAudits adds to what was submitted and sped up in a month.
	CountAudits(ctx context.Context, component, month string, add AuditQuota) error

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
