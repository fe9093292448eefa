package wxopen

import (
	"context"
	"errors"
	"net/http"
	"time"

	"draftbox/wxopen/wxcrypt"
)

const (
	// DefaultCallbackWindow is how far the timestamp of a push may be from now: time
	// for three tries and for clocks that are somewhat off, little for whoever
	// recorded a push and repeats it.
	DefaultCallbackWindow = 5 * time.Minute
	// DefaultCallbackTimeout is how long the handling of an event may take: WeChat
	// waits for 5 seconds, the way included.
	DefaultCallbackTimeout = 4500 * time.Millisecond
)

// The causes for which [CallbackHandler] refuses a request, beside those of
// package wxcrypt, [ErrEventXML] and what the functions of a program return.
var (
	// ErrCallbackRequest says that a request is no push and no check of the URL, or
	// that its body broke off.
	ErrCallbackRequest = errors.New("wxopen: the request is not a push")
	// ErrCallbackTime says that a push is signed by WeChat and its timestamp not
	// within the window: it is a repeated one, or the clock of a machine is off.
	ErrCallbackTime = errors.New("wxopen: the timestamp of the push is out of the window")
	// ErrCallbackPanic says that a function of the program panicked or ended its
	// goroutine; the text has the stack.
	ErrCallbackPanic = errors.New("wxopen: panic while handling an event")
	// ErrCallbackReply says that there is a reply to a system event, to which none is
	// possible.
	ErrCallbackReply = errors.New("wxopen: a system event cannot be replied to")
)

// CallbackConfig says what a [CallbackHandler] does. Cipher is needed.
type CallbackConfig struct {
	// Cipher opens the pushes and encrypts the replies. After a change of the
	// EncodingAESKey it needs the [wxcrypt.PreviousKey], too.
	Cipher *wxcrypt.Cipher
	// Tickets takes the ticket of each [TicketEvent], before On.Ticket is called; give
	// it to the [Config] of the client as well: a [StoredTickets] where there are
	// several processes, a [MemoryTicketStore] where there is one. Nil means that
	// On.Ticket stores it.
	Tickets TicketSetter
	// On has the functions that are called.
	On EventFuncs
	// AuthorizerAppid takes the account's appid out of a request to the
	// message-and-event URL, where WeChat put it in place of $APPID$; nothing signs
	// it. Nil means the path value "appid" of a pattern such as
	// "POST /wechat/{appid}/message".
	AuthorizerAppid func(r *http.Request) string
	// Window is how far the timestamp of a push may be from now: 0 means
	// [DefaultCallbackWindow], a negative one that it is not looked at.
	Window time.Duration
	// Timeout is how long the functions may take; 0 means [DefaultCallbackTimeout].
	Timeout time.Duration
	// Now is the clock for Window and for replies. Nil means time.Now. That does for a
	// draftbox server whose clock was advanced, too: as WeChat, it signs with the real
	// time; what the events in the pushes tell is of the advanced clock.
	Now func() time.Time
	// Error is told why a request was not answered with success. The error has
	// nothing of the push in it, except what a function of the program put there. Nil
	// means that nobody is told.
	Error func(r *http.Request, err error)
}

// CallbackHandler answers what WeChat pushes to a platform: to the
// authorization-event URL (授权事件接收URL) and to the message-and-event URL
// (消息与事件接收URL), by one handler or by two. It verifies, decrypts and reads a
// push and calls a function of the program. When that returns nil, the answer is
// 200 and exactly "success", or an encrypted reply; when it returns an error,
// panics or takes too long, the answer is 500, and WeChat pushes the event again,
// twice at most. An event for which there is no function is answered with success.
//
// What is no genuine push gets 400, 403, 405 or 413, and nothing is called. A GET
// with echostr, by which WeChat checks a URL, is answered with echostr.
//
// It keeps nothing: a program that must not act twice on an event remembers the
// [EventInfo.EventID]. Nor does it ask for the address of the caller.
type CallbackHandler struct {
	cfg CallbackConfig
}

// NewCallbackHandler returns a handler. It fails without a Cipher.
func NewCallbackHandler(cfg CallbackConfig) (*CallbackHandler, error) {
	if cfg.Cipher == nil {
		return nil, errors.New("wxopen: set CallbackConfig.Cipher")
	}
	if cfg.Window == 0 {
		cfg.Window = DefaultCallbackWindow
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = DefaultCallbackTimeout
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.AuthorizerAppid == nil {
		cfg.AuthorizerAppid = func(r *http.Request) string { return r.PathValue("appid") }
	}
	if cfg.Error == nil {
		cfg.Error = func(*http.Request, error) {}
	}
	return &CallbackHandler{cfg: cfg}, nil
}

// EventFuncs are the functions of a program that events are given to. Each may be
// nil. Their context ends with the time that is left for the answer; a function
// that goes on nevertheless is not waited for. They must be safe for concurrent
// use.
type EventFuncs struct {
	Ticket           func(ctx context.Context, e *TicketEvent) error
	Authorized       func(ctx context.Context, e *AuthorizedEvent) error // [EventAuthorized]
	UpdateAuthorized func(ctx context.Context, e *AuthorizedEvent) error // [EventUpdateAuthorized]
	Unauthorized     func(ctx context.Context, e *UnauthorizedEvent) error
	FastRegister     func(ctx context.Context, e *FastRegisterEvent) error
	Audit            func(ctx context.Context, e *AuditEvent) error
	NicknameAudit    func(ctx context.Context, e *NicknameAuditEvent) error
	CategoryAudit    func(ctx context.Context, e *CategoryAuditEvent) error
	PrivacyApply     func(ctx context.Context, e *PrivacyApplyEvent) error
	AppealRecord     func(ctx context.Context, e *AppealRecordEvent) error
	BetaApp          func(ctx context.Context, e *BetaAppEvent) error
	// Any gets every event that has no function above, and every message. A reply
	// that is not empty is the XML that WeChat hands to the user who wrote; it is
	// encrypted by the handler. There is none to a system event.
	Any func(ctx context.Context, e Event) (reply []byte, err error)
}

// call gives an event to the function of its type, or to the general one.
func (f *EventFuncs) call(ctx context.Context, event Event) (reply []byte, err error) {
	switch e := event.(type) {
	case *TicketEvent:
		return typed(ctx, f, f.Ticket, e)
	case *AuthorizedEvent:
		if e.Type == EventUpdateAuthorized {
			return typed(ctx, f, f.UpdateAuthorized, e)
		}
		return typed(ctx, f, f.Authorized, e)
	case *UnauthorizedEvent:
		return typed(ctx, f, f.Unauthorized, e)
	case *FastRegisterEvent:
		return typed(ctx, f, f.FastRegister, e)
	case *AuditEvent:
		return typed(ctx, f, f.Audit, e)
	case *NicknameAuditEvent:
		return typed(ctx, f, f.NicknameAudit, e)
	case *CategoryAuditEvent:
		return typed(ctx, f, f.CategoryAudit, e)
	case *PrivacyApplyEvent:
		return typed(ctx, f, f.PrivacyApply, e)
	case *AppealRecordEvent:
		return typed(ctx, f, f.AppealRecord, e)
	case *BetaAppEvent:
		return typed(ctx, f, f.BetaApp, e)
	}
	return typed(ctx, f, nil, event)
}

func typed[E Event](ctx context.Context, f *EventFuncs, own func(context.Context, E) error, event E) ([]byte, error) {
	switch {
	case own != nil:
		return nil, own(ctx, event)
	case f.Any != nil:
		return f.Any(ctx, event)
	}
	return nil, nil
}
