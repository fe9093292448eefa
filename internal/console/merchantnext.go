package console

import (
	"context"
	"errors"
	"slices"

	"draftbox/internal/platform"
)

// stepView is a call that can be made for a merchant's code now, as a button or a
// form, or why it is refused.
type stepView struct {
	platform.Step
	Label       string // key of the button's text, without event.
	Action      string // of the form
	Href        string // where it is done elsewhere
	Fields      bool
	Main        bool // what a happy life goes on with
	Name, Value string
	Templates   []templateChoice
	Least       int // percentage of a release in stages
	Offer       int
}

type templateChoice struct {
	ID            int64
	Version, Desc string
}

// happy is the order of a happy life: the first of them that is possible stands out.
var happy = []string{"release", "pass", "submit_audit", platform.StepCommit}

// stepsOf makes the buttons. What the wire refuses for the account is refused here.
func (a *Console) stepsOf(ctx context.Context, c *call, m *platform.Authorizer, code *platform.CodeState, steps []platform.Step) ([]stepView, error) {
	library, err := a.service.TemplateLibrary(ctx, c.component)
	if err != nil {
		return nil, err
	}
	main := ""
	for _, call := range happy {
		for _, s := range steps {
			if main == "" && s.Call == call && s.Allowed() && (call != platform.StepCommit || code.Exp == nil) {
				main = call
			}
		}
	}
	out := make([]stepView, 0, len(steps))
	for _, s := range steps {
		if s.Call == platform.StepRevert { // stands beside each former version
			continue
		}
		v := stepView{Step: s, Label: s.Call, Main: s.Call == main, Action: "/c/" + c.component + "/merchants/" + m.Appid + "/do/" + s.Call}
		switch s.Call {
		case platform.StepCommit:
			v.Fields = true
			if len(library.Templates) == 0 && s.Allowed() {
				v.Code, v.Why = platform.CodeTemplateNotExist, c.texts.must("step.no_template")
			}
			for _, t := range slices.Backward(library.Templates) { // the newest first
				v.Templates = append(v.Templates, templateChoice{t.ID, t.UserVersion, firstLine(t.UserDesc).Text})
			}
		case "submit_audit":
			v.Fields = true
		case "grayrelease":
			v.Fields, v.Least, v.Offer = true, 0, 10
			if code.Gray.Running() {
				v.Least, v.Offer = code.Gray.Percentage+1, min(100, code.Gray.Percentage+30)
			}
		case "pass":
			v.Action, v.Name, v.Value = orderHref(c.component, code.AuditID)+"/decide", "decide", platform.DecidePass
		case "reject", "delay":
			v.Href = orderHref(c.component, code.AuditID) + "#decide"
		case platform.StepVisit:
			v.Label, v.Name, v.Value = "close", "action", platform.VisitClose
			if code.Visit == platform.VisitClose {
				v.Label, v.Value = "open", platform.VisitOpen
			}
		}
		v.Why = c.whyNot(&v.Step)
		out = append(out, v)
	}
	return out, nil
}

// whyNot is the reason of a refusal; in Chinese it is what the documentation says of
// the code.
func (c *call) whyNot(s *platform.Step) string {
	switch {
	case s.Allowed() || c.texts.name == "en":
	case s.Code < 0:
		return c.texts.must("step.not_open")
	default:
		if cause := adviceOn(c.texts, pathOf(s.Call), s.Code).Cause; cause != "" {
			return cause
		}
	}
	return s.Why
}

// merchantSteps returns what the code allows, and refuses what the account may not.
func (a *Console) merchantSteps(ctx context.Context, c *call, m *platform.Authorizer, code *platform.CodeState) ([]platform.Step, error) {
	var order *platform.Audit
	if code.AuditID != 0 {
		o, err := a.service.Audit(ctx, code.AuditID)
		if err != nil {
			return nil, err
		}
		order = &o
	}
	steps := code.Steps(order, c.now)
	_, err := a.service.StandingAuthorizer(ctx, c.component, m.Appid)
	if refused, is := errors.AsType[*platform.Error](err); is {
		for i := range steps {
			switch s := &steps[i]; platform.LifeEvent(s.Call) {
			case platform.EventPass, platform.EventReject, platform.EventDelay: // the review's
			default:
				s.Code, s.Why = refused.Code, refused.Detail
			}
		}
		err = nil
	}
	return steps, err
}

// pathOf is the path of the call on the wire that a step stands for; empty for what a
// reviewer does.
func pathOf(call string) string {
	switch platform.LifeEvent(call) {
	case platform.EventPass, platform.EventReject, platform.EventDelay:
		return ""
	default:
		return "/wxa/" + call
	}
}
