package platform

import (
	"strconv"
	"strings"
	"time"
)

// Delivery is one push to a callback URL. It is written in the transaction of the
// change that it tells of, and kept until it was delivered or given up; then it is
// kept for people to look at.
type Delivery struct {
	ComponentAppid string
	Number         int64 // counts up per component from 1
	// URL is the final one: $APPID$ is the merchant's appid already. Deliveries to
	// one URL go out one at a time, in the order of the changes.
	URL        string
	Target     Target
	Format     PushFormat
	Type       string // InfoType, or Event of a merchant's event
	Authorizer string // appid of the merchant that it is about; empty if none
	// ToUserName and OpenID go around the body of a merchant's event: original id
	// of the account, and the openid in the query. Empty for system events.
	ToUserName, OpenID string
	Body               string // before encryption; holds tickets and codes
	State              DeliveryState
	Tries              int       // since it was written or redelivered
	CreatedAt          time.Time // virtual: when it became due
	DoneAt             time.Time // virtual: when it was delivered or given up; zero before
	Attempts           []Attempt // in order; filled by [Service.Delivery] only
}

// ID names a delivery: its component and its number.
func (d *Delivery) ID() string { return d.ComponentAppid + "-" + strconv.FormatInt(d.Number, 10) }

// Target says which of a component's two callback URLs a push goes to.
type Target string

// Callback URLs.
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/message_push.html
const (
	TargetEvent   Target = "event"   // 授权事件接收URL
	TargetMessage Target = "message" // 消息与事件接收URL
)

// PushFormat is how a push is written.
type PushFormat string

// Formats of pushes.
const (
	PushXML       PushFormat = "xml"        // encrypted XML, as the real service pushes to third-party platforms
	PushCloudJSON PushFormat = "cloud_json" // plain JSON, as inside WeChat's cloud hosting
)

// DeliveryState says how far a delivery is.
type DeliveryState string

// States of a delivery.
const (
	DeliveryPending   DeliveryState = "pending"
	DeliveryDelivered DeliveryState = "delivered"
	DeliveryFailed    DeliveryState = "failed" // given up after the last try; can be redelivered
)

// Attempt is one try to deliver, as it went.
type Attempt struct {
	Number int       // counts up per delivery from 1, over redeliveries
	At     time.Time // virtual
	Took   time.Duration
	// Query and Request are what was sent: the query of the URL and the body as it
	// went over the line.
	Query, Request string
	HTTPStatus     int    // 0: there was no answer
	Answer         string // body of the answer, cut at [AnswerLimit] bytes
	Outcome        Outcome
	Reason         string // a sentence for people; empty when it was delivered
}

// AnswerLimit is how much of a receiver's answer is kept, in bytes.
const AnswerLimit = 4 << 10

// Outcome says how an attempt ended.
type Outcome string

// Outcomes. Everything but OutcomeDelivered counts as failed.
const (
	OutcomeDelivered  Outcome = "delivered"
	OutcomeWrongBody  Outcome = "wrong_body"  // HTTP 200, but not exactly success
	OutcomeHTTPStatus Outcome = "http_status" // another status than 200
	OutcomeTimeout    Outcome = "timeout"     // no whole answer within 5 s
	OutcomeRefused    Outcome = "refused"     // nobody listens there
	OutcomeReset      Outcome = "reset"       // the connection broke off
	OutcomeTLS        Outcome = "tls"         // handshake or certificate
	OutcomeDNS        Outcome = "dns"         // the name is not known
	OutcomeProtocol   Outcome = "protocol"    // the answer is no HTTP
	OutcomeError      Outcome = "error"       // anything else
)

// Push is a delivery made ready to be sent: with what seals it now.
type Push struct {
	Delivery
	Token          string // message token of the component
	EncodingAESKey string
	MaxTries       int       // tries in all, at least 1
	Now            time.Time // virtual
	// SignedAt is the timestamp of the signature, in real time: receivers compare it
	// with their own clocks, which no advance moves.
	SignedAt time.Time
}

// CallbackURL is a URL with pushes waiting for it.
type CallbackURL struct {
	ID  string // within the store
	URL string
}

// HoldTime is how long a node holds a callback URL without being heard of. It is
// real time: longer than an attempt and its recording may take, and how long pushes
// wait for the work of a node that was killed.
const HoldTime = 20 * time.Second

// DeliveryFilter chooses deliveries; empty members choose all.
type DeliveryFilter struct {
	ComponentAppid string
	Type           string
	State          DeliveryState
	Authorizer     string
	// Failing takes those that were given up, and those that failed and are tried again.
	Failing bool
}

// Retrying tells of pending deliveries that failed once at least. It changes with
// every attempt that fails.
type Retrying struct {
	Deliveries int
	Tries      int // of all of them
}

// DeliveryPlace is a place in the order of deliveries, newest first. The zero value
// is before all.
type DeliveryPlace struct {
	CreatedAt      time.Time
	ComponentAppid string
	Number         int64
}

// Place returns where a delivery stands.
func (d *Delivery) Place() DeliveryPlace {
	return DeliveryPlace{d.CreatedAt, d.ComponentAppid, d.Number}
}

// ParseDeliveryID takes an id apart.
func ParseDeliveryID(id string) (component string, number int64, ok bool) {
	component, digits, found := strings.Cut(id, "-")
	number, err := strconv.ParseInt(digits, 10, 64)
	return component, number, found && err == nil && number > 0 && ValidAppid(component) && strconv.FormatInt(number, 10) == digits
}
