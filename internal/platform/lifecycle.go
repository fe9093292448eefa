package platform

// AuditState says how the last audit order of a mini program stands.
type AuditState string

// States of the last order. Those with a number of their own on the wire are
// statuses of get_auditstatus; released is a passed order whose version went online.
const (
	AuditNone      AuditState = ""          // nothing was ever submitted
	AuditWaiting   AuditState = "auditing"  // 2
	AuditDelayed   AuditState = "delayed"   // 4, still open
	AuditPassed    AuditState = "passed"    // 0
	AuditReleased  AuditState = "released"  // 0
	AuditRejected  AuditState = "rejected"  // 1
	AuditWithdrawn AuditState = "withdrawn" // 3
)

// AuditStates lists all states, in the order of a happy life.
func AuditStates() []AuditState {
	return []AuditState{AuditNone, AuditWaiting, AuditDelayed, AuditPassed, AuditReleased, AuditRejected, AuditWithdrawn}
}

// Status is the number of a state on the wire.
func (s AuditState) Status() int {
	switch s {
	case AuditRejected:
		return 1
	case AuditWaiting:
		return 2
	case AuditWithdrawn:
		return 3
	case AuditDelayed:
		return 4
	default:
		return 0
	}
}

// Open reports whether WeChat has not decided yet.
func (s AuditState) Open() bool { return s == AuditWaiting || s == AuditDelayed }

// LifeEvent is something that happens to the last order.
type LifeEvent string

// Events.
const (
	EventSubmit  LifeEvent = "submit_audit"
	EventUndo    LifeEvent = "undocodeaudit"
	EventPass    LifeEvent = "pass"   // WeChat's decision
	EventReject  LifeEvent = "reject" // likewise
	EventDelay   LifeEvent = "delay"  // likewise
	EventRelease LifeEvent = "release"
	EventGray    LifeEvent = "grayrelease"
	EventSpeedup LifeEvent = "speedupaudit"
)

// LifeEvents lists all events.
func LifeEvents() []LifeEvent {
	return []LifeEvent{EventSubmit, EventUndo, EventPass, EventReject, EventDelay, EventRelease, EventGray, EventSpeedup}
}

// Transition is one row of the life cycle: what an event makes of a state, or the
// code with which it is refused.
type Transition struct {
	Event LifeEvent
	From  AuditState
	To    AuditState
	Code  int    // 0: it happens
	Why   string // of a refusal, for the journal
}

// notOpen is what a decision of WeChat's is refused with that nobody waits for.
// It has no code on the wire, where no such call is.
const notOpen = -1

// lifecycle is the state machine of an audit order. docs/lifecycle.md is made of it.
// How sure each row is, and of what, is told there.
//
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/product/how_to_dev.html
var lifecycle = []Transition{
	{EventSubmit, AuditNone, AuditWaiting, 0, ""},
	{EventSubmit, AuditWaiting, AuditWaiting, CodeAuditInProgress, "an order is open; wait for its end or withdraw it"},
	{EventSubmit, AuditDelayed, AuditDelayed, CodeAuditInProgress, "a delayed order is still open; wait for its end or withdraw it"},
	{EventSubmit, AuditPassed, AuditWaiting, 0, ""},
	{EventSubmit, AuditReleased, AuditWaiting, 0, ""},
	{EventSubmit, AuditRejected, AuditWaiting, 0, ""},
	{EventSubmit, AuditWithdrawn, AuditWaiting, 0, ""},

	{EventUndo, AuditNone, AuditNone, CodeForbidRevert, "nothing was ever submitted"},
	{EventUndo, AuditWaiting, AuditWithdrawn, 0, ""},
	{EventUndo, AuditDelayed, AuditWithdrawn, 0, ""},
	{EventUndo, AuditPassed, AuditPassed, CodeForbidRevert, "the order has passed"},
	{EventUndo, AuditReleased, AuditReleased, CodeForbidRevert, "the order has passed, and its version is released"},
	{EventUndo, AuditRejected, AuditRejected, CodeForbidRevert, "the order was rejected: it cannot and need not be withdrawn"},
	{EventUndo, AuditWithdrawn, AuditWithdrawn, CodeForbidRevert, "the order was withdrawn before"},

	{EventPass, AuditNone, AuditNone, notOpen, "there is no order"},
	{EventPass, AuditWaiting, AuditPassed, 0, ""},
	{EventPass, AuditDelayed, AuditPassed, 0, ""},
	{EventPass, AuditPassed, AuditPassed, notOpen, "the order has passed before"},
	{EventPass, AuditReleased, AuditReleased, notOpen, "the order has passed before"},
	{EventPass, AuditRejected, AuditRejected, notOpen, "the order was rejected before"},
	{EventPass, AuditWithdrawn, AuditWithdrawn, notOpen, "the order was withdrawn"},

	{EventReject, AuditNone, AuditNone, notOpen, "there is no order"},
	{EventReject, AuditWaiting, AuditRejected, 0, ""},
	{EventReject, AuditDelayed, AuditRejected, 0, ""},
	{EventReject, AuditPassed, AuditPassed, notOpen, "the order has passed before"},
	{EventReject, AuditReleased, AuditReleased, notOpen, "the order has passed before"},
	{EventReject, AuditRejected, AuditRejected, notOpen, "the order was rejected before"},
	{EventReject, AuditWithdrawn, AuditWithdrawn, notOpen, "the order was withdrawn"},

	{EventDelay, AuditNone, AuditNone, notOpen, "there is no order"},
	{EventDelay, AuditWaiting, AuditDelayed, 0, ""},
	{EventDelay, AuditDelayed, AuditDelayed, notOpen, "the order is delayed already"},
	{EventDelay, AuditPassed, AuditPassed, notOpen, "the order has passed before"},
	{EventDelay, AuditReleased, AuditReleased, notOpen, "the order has passed before"},
	{EventDelay, AuditRejected, AuditRejected, notOpen, "the order was rejected before"},
	{EventDelay, AuditWithdrawn, AuditWithdrawn, notOpen, "the order was withdrawn"},

	{EventRelease, AuditNone, AuditNone, CodeNoVersionAuditing, "nothing was ever submitted through the platform"},
	{EventRelease, AuditWaiting, AuditWaiting, CodeStatusNotAllowed, "the last order is not decided"},
	{EventRelease, AuditDelayed, AuditDelayed, CodeStatusNotAllowed, "the last order is delayed, not decided"},
	{EventRelease, AuditPassed, AuditReleased, 0, ""},
	{EventRelease, AuditReleased, AuditReleased, CodeAlreadyReleased, "the version that passed last was released before; another has to pass first"},
	{EventRelease, AuditRejected, AuditRejected, CodeStatusNotAllowed, "the last order was rejected"},
	{EventRelease, AuditWithdrawn, AuditWithdrawn, CodeStatusNotAllowed, "the last order was withdrawn"},

	{EventGray, AuditNone, AuditNone, CodeCommitNotApproved, "nothing was ever submitted"},
	{EventGray, AuditWaiting, AuditWaiting, CodeCommitNotApproved, "the last order is not decided"},
	{EventGray, AuditDelayed, AuditDelayed, CodeCommitNotApproved, "the last order is delayed, not decided"},
	{EventGray, AuditPassed, AuditPassed, 0, ""},
	{EventGray, AuditReleased, AuditReleased, CodeCommitNotApproved, "the version that passed last is online already"},
	{EventGray, AuditRejected, AuditRejected, CodeCommitNotApproved, "the last order was rejected"},
	{EventGray, AuditWithdrawn, AuditWithdrawn, CodeCommitNotApproved, "the last order was withdrawn"},

	{EventSpeedup, AuditNone, AuditNone, CodeNotInQueue, "nothing was ever submitted"},
	{EventSpeedup, AuditWaiting, AuditWaiting, 0, ""},
	{EventSpeedup, AuditDelayed, AuditDelayed, 0, ""},
	{EventSpeedup, AuditPassed, AuditPassed, CodeNotInQueue, "the order is decided"},
	{EventSpeedup, AuditReleased, AuditReleased, CodeNotInQueue, "the order is decided"},
	{EventSpeedup, AuditRejected, AuditRejected, CodeNotInQueue, "the order is decided"},
	{EventSpeedup, AuditWithdrawn, AuditWithdrawn, CodeNotInQueue, "the order was withdrawn"},
}

// Lifecycle returns all rows of the state machine.
func Lifecycle() []Transition { return append([]Transition(nil), lifecycle...) }

// transition looks a row up; there is one for each event and state.
func transition(event LifeEvent, from AuditState) Transition {
	for _, t := range lifecycle {
		if t.Event == event && t.From == from {
			return t
		}
	}
	return Transition{event, from, from, CodeSystemError, "there is no such row"}
}

// happen moves the last order on, or returns the refusal.
func (c *CodeState) happen(event LifeEvent) error {
	t := transition(event, c.LastAudit)
	switch t.Code {
	case 0:
		c.LastAudit = t.To
		return nil
	case notOpen:
		return Conflictf("%s of %s: %s", event, c.AuthorizerAppid, t.Why)
	default:
		return Refuse(t.Code, "%s: %s", c.AuthorizerAppid, t.Why)
	}
}
