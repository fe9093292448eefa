package platform

import "time"

// Step is a call that can be made for a merchant's code as it stands, or the code with
// which it is refused.
type Step struct {
	Call string
	To   AuditState // of the last order, where the call happens
	Code int        // 0: it happens; negative: the management side alone makes it
	Why  string     // of a refusal
}

// Calls of steps that are no events of the last order. The event names the call else.
const (
	StepCommit     = "commit"
	StepRevertGray = "revertgrayrelease"
	StepRevert     = "revertcoderelease"
	StepVisit      = "change_visitstatus"
)

// Allowed reports whether the call happens.
func (s Step) Allowed() bool { return s.Code == 0 }

// Steps tells of every call that changes a merchant's code what it would do now. order
// is the last one; nil if there is none. What an account's restrictions, the quotas and
// the content of a call refuse is not looked at: only the call itself tells.
func (c *CodeState) Steps(order *Audit, now time.Time) []Step {
	out := []Step{{Call: StepCommit, To: c.LastAudit}}
	for _, event := range []LifeEvent{EventSubmit, EventUndo, EventSpeedup, EventPass, EventReject, EventDelay, EventRelease, EventGray} {
		t := transition(event, c.LastAudit)
		out = append(out, c.beside(Step{string(event), t.To, t.Code, t.Why}, order, now))
	}
	gray, revert, visit := Step{Call: StepRevertGray}, Step{Call: StepRevert}, Step{Call: StepVisit}
	if !c.Gray.Running() {
		gray.Code, gray.Why = CodeStatusNotAllowed, "no release in stages runs"
	}
	switch {
	case c.Gray.Running():
		revert.Code, revert.Why = CodeGrayRunning, "a release in stages runs; cancel or finish it first"
	case len(c.Revertible()) == 0:
		revert.Code, revert.Why = CodeForbidRevert, "none was released before, or the one online came by a roll-back"
	}
	if c.Online == nil {
		visit.Code, visit.Why = CodeVisitStatus, "nothing is online"
	}
	for _, s := range []Step{gray, revert, visit} {
		s.To = c.LastAudit
		out = append(out, s)
	}
	if now.Before(c.BusyUntil) {
		c.busy(out, now)
	}
	return out
}

// beside looks at what an event needs beside the state of the last order.
func (c *CodeState) beside(s Step, order *Audit, now time.Time) Step {
	refuse := func(code int, why string) Step { return Step{s.Call, c.LastAudit, code, why} }
	switch event := LifeEvent(s.Call); {
	case event == EventSubmit && c.Exp == nil:
		return refuse(CodeNothingCommitted, "nothing was committed")
	case event == EventGray && c.Online == nil:
		return refuse(CodeNoOnlineRelease, "nothing is online; the first release must be a whole one")
	case !s.Allowed():
	case event == EventSubmit && c.Exp.Checking(now):
		return refuse(CodePrivacyChecking, "the check of privacy interfaces is still running")
	case event == EventUndo:
		if counted := c.Undo; !counted.take(now) {
			return refuse(CodeUndoQuota, "enough orders were withdrawn today or this month")
		}
	case event == EventSpeedup && order != nil && order.SpedUp:
		return refuse(CodeSpedUp, "the order is sped up already")
	}
	return s
}

// busy refuses all calls but those of the review while a change is at work.
func (c *CodeState) busy(steps []Step, now time.Time) {
	for i := range steps {
		s := &steps[i]
		switch LifeEvent(s.Call) {
		case EventPass, EventReject, EventDelay, EventSpeedup:
			continue
		}
		if s.Allowed() {
			s.To, s.Code, s.Why = c.LastAudit, CodeConcurrent, "a change is at work for "+c.BusyUntil.Sub(now).Round(time.Second).String()+" more"
		}
	}
}
