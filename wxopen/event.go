package wxopen

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"log/slog"
	"time"
)

// The types of pushes that have a Go type of their own: the InfoType of those to
// the authorization-event URL, the Event of those to the message-and-event URL.
// There are more; they are [OtherEvent]s.
const (
	EventTicket                 = "component_verify_ticket"           // [TicketEvent]
	EventAuthorized             = "authorized"                        // [AuthorizedEvent]
	EventUpdateAuthorized       = "updateauthorized"                  // [AuthorizedEvent]
	EventUnauthorized           = "unauthorized"                      // [UnauthorizedEvent]
	EventFastRegister           = "notify_third_fasteregister"        // [FastRegisterEvent]; the missing letter is theirs
	EventFastRegisterBetaApp    = "notify_third_fastregisterbetaapp"  // [FastRegisterEvent]
	EventFastVerifyBetaApp      = "notify_third_fastverifybetaapp"    // [FastRegisterEvent]
	EventAuditSuccess           = "weapp_audit_success"               // [AuditEvent]
	EventAuditFail              = "weapp_audit_fail"                  // [AuditEvent]
	EventAuditDelay             = "weapp_audit_delay"                 // [AuditEvent]
	EventNicknameAudit          = "wxa_nickname_audit"                // [NicknameAuditEvent]
	EventCategoryAudit          = "wxa_category_audit"                // [CategoryAuditEvent]
	EventPrivacyApply           = "wxa_privacy_apply"                 // [PrivacyApplyEvent]
	EventAppealRecord           = "wxa_appeal_record"                 // [AppealRecordEvent]
	EventBetaVerifyApply        = "betaapp_verify_apply_event"        // [BetaAppEvent]
	EventBetaVerify             = "betaapp_verify_event"              // [BetaAppEvent]
	EventBetaAuthorizationApply = "betaapp_authorization_apply_event" // [BetaAppEvent]
)

// ErrEventXML says that the inner XML of a push cannot be read, or tells neither
// of an InfoType nor of a MsgType.
var ErrEventXML = errors.New("wxopen: this is not the XML of a push")

// Event is what a push tells: a [*TicketEvent], [*AuthorizedEvent],
// [*UnauthorizedEvent], [*FastRegisterEvent], [*AuditEvent], [*NicknameAuditEvent],
// [*CategoryAuditEvent], [*PrivacyApplyEvent], [*AppealRecordEvent], [*BetaAppEvent],
// or an [*OtherEvent].
type Event interface {
	// Info returns what every push has.
	Info() EventInfo
}

// EventInfo is what every push has. All of it was signed and encrypted by WeChat,
// except where a field says otherwise.
type EventInfo struct {
	// Type is the InfoType of a system event, the Event of an account's event, and
	// the MsgType of an account's message ("text").
	Type string
	// CreateTime is when it happened, to the second; zero when the push has none.
	CreateTime time.Time
	// ComponentAppid is the AppId of a system event: the platform.
	ComponentAppid string
	// AuthorizerAppid is the account that it is about. A system event has it in an
	// element of that name. An account's event has it in the URL only, which nothing
	// signs: it is what [CallbackConfig.AuthorizerAppid] took from there.
	AuthorizerAppid string
	// ToUserName is the original id (gh_…) of the account, FromUserName an openid,
	// MsgType "event" or the kind of message, MsgID the number of a message. System
	// events have none of these.
	ToUserName   string
	FromUserName string
	MsgType      string
	MsgID        string
	// Fields are all elements, those with a field of their own included.
	Fields EventFields
	// Raw is the XML as it was decrypted. It holds tickets and codes.
	Raw []byte
}

// Info implements [Event].
func (i EventInfo) Info() EventInfo { return i }

// System reports whether the push came to the authorization-event URL. Such a one
// cannot be replied to.
func (i EventInfo) System() bool { return i.Fields.Text("InfoType") != "" }

// EventID returns what a repeated push has in common with the first and with no
// other: its type and a hash. WeChat pushes an event up to three times when it is
// not answered in time, so whoever acts on one remembers the ids of some minutes.
//
// The hash is that of the MsgId of a message, of sender, account and CreateTime of
// an account's event, as WeChat's rule has it, and of all elements of a system
// event, for which there is no rule.
func (i EventInfo) EventID() string {
	h := sha256.New()
	switch {
	case i.System():
		hashFields(h, i.Fields)
	case i.MsgID != "":
		fmt.Fprintf(h, "%q %q", i.ToUserName, i.MsgID)
	default:
		fmt.Fprintf(h, "%q %q %q", i.ToUserName, i.FromUserName, i.Fields.Text("CreateTime"))
	}
	return i.Type + ":" + hex.EncodeToString(h.Sum(nil)[:16])
}

// hashFields leaves out the white space between elements.
func hashFields(h hash.Hash, fields EventFields) {
	for _, f := range fields {
		fmt.Fprintf(h, "%q %q {", f.Name, f.Text)
		hashFields(h, f.Fields)
		fmt.Fprint(h, "}")
	}
}

// String names the event without its tickets and codes.
func (i EventInfo) String() string {
	account := i.AuthorizerAppid
	if account == "" {
		account = i.ToUserName
	}
	return fmt.Sprintf("wxopen.Event(%q %q)", i.Type, account)
}

// GoString names the event without its tickets and codes.
func (i EventInfo) GoString() string { return i.String() }

// LogValue names the event without its tickets and codes.
func (i EventInfo) LogValue() slog.Value { return slog.StringValue(i.String()) }

// ParseEvent reads the inner XML of a push, as it is decrypted. A known type with
// missing or odd elements is no error: their fields are empty. The error is
// [ErrEventXML].
func ParseEvent(text []byte) (Event, error) { return parseEvent(text, nil) }

// parseEvent also asks for the account of an event that does not name it.
func parseEvent(text []byte, account func() string) (Event, error) {
	fields, err := parseEventXML(text)
	if err != nil {
		return nil, err
	}
	info := EventInfo{
		CreateTime:      fields.Time("CreateTime"),
		ComponentAppid:  fields.Text("AppId"),
		AuthorizerAppid: fields.Text("AuthorizerAppid"),
		ToUserName:      fields.Text("ToUserName"),
		FromUserName:    fields.Text("FromUserName"),
		MsgType:         fields.Text("MsgType"),
		MsgID:           fields.Text("MsgId"),
		Fields:          fields,
		Raw:             bytes.Clone(text),
	}
	if account != nil && !info.System() {
		info.AuthorizerAppid = account()
	}
	switch {
	case info.System():
		info.Type = fields.Text("InfoType")
		return systemEvent(info), nil
	case info.MsgType == "event" && fields.Text("Event") != "":
		info.Type = fields.Text("Event")
		return accountEvent(info), nil
	case info.MsgType != "":
		info.Type = info.MsgType
		return &OtherEvent{EventInfo: info}, nil
	}
	return nil, fmt.Errorf("%w: it has neither InfoType nor MsgType", ErrEventXML)
}
