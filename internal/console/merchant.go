package console

import (
	"context"
	"strconv"
	"time"

	"draftbox/internal/platform"
)

// merchantView is a merchant with the three lines of its code.
type merchantView struct {
	Appid, Name  string
	Authorized   bool
	State        cell
	Granted      cell
	Sets         []int
	Principal    string
	Restrictions []string
	Lines        []lineView
	Diagram      diagram
	Steps        []stepView
	History      []releaseView
	NoRevert     *platform.Step // why no former version can come back
	RequestsHref string
	PushesHref   string
	AuditsHref   string
}

// lineView is one of experience, audit and online.
type lineView struct {
	Key           string // exp, audit or online
	There         bool
	Version, Desc string
	TemplateID    int64
	Time          cell
	State         cell // of an audit, or of the service
	Href          string
	Gray          int // percent of a release in stages that runs
	Reason        string
}

// releaseView is the version that is online, or a former one.
type releaseView struct {
	Version, Desc string
	TemplateID    int64
	Time          cell
	Current       bool
	Action        string // brings it back; empty if it cannot come
}

func (a *Console) merchant(ctx context.Context, c *call) (*answer, error) {
	m, err := a.service.Authorizer(ctx, c.component, c.r.PathValue("authorizer"))
	if err != nil {
		return nil, err
	}
	code, now, err := a.service.CodeState(ctx, c.component, m.Appid)
	if err != nil {
		return nil, err
	}
	v := &merchantView{
		Appid: m.Appid, Name: m.NickName, Authorized: m.Authorized, State: authorizationCell(c.texts, m.Authorized), Granted: c.timeCell(m.AuthTime),
		Sets: m.FuncIDs, Principal: m.Profile.PrincipalName, Restrictions: m.Restrictions,
		RequestsHref: "/c/" + c.component + "/requests?q=" + m.Appid, PushesHref: "/c/" + c.component + "/pushes?q=" + m.Appid,
		AuditsHref: "/c/" + c.component + "/audits?q=" + m.Appid,
	}
	if v.Name == "" {
		v.Name = m.Appid
	}
	audit, err := a.auditLine(ctx, c, &code)
	if err != nil {
		return nil, err
	}
	v.Lines = []lineView{c.expLine(code.Exp, now), audit, c.onlineLine(&code)}
	steps, err := a.merchantSteps(ctx, c, &m, &code)
	if err != nil {
		return nil, err
	}
	if v.Steps, err = a.stepsOf(ctx, c, &m, &code, steps); err != nil {
		return nil, err
	}
	v.Diagram = c.diagramOf(&code, steps)
	v.history(c, &code, steps)
	return a.merchantList(ctx, c, v)
}

func stateName(s platform.AuditState) string {
	if s == platform.AuditNone {
		return "none"
	}
	return string(s)
}

func (c *call) expLine(exp *platform.ExpVersion, now time.Time) lineView {
	out := lineView{Key: "exp"}
	if exp == nil {
		return out
	}
	out.There, out.Version, out.Desc, out.TemplateID, out.Time = true, exp.UserVersion, exp.UserDesc, exp.TemplateID, c.timeCell(exp.Time)
	if exp.Checking(now) {
		out.State = cell{Kind: "pill", Text: c.texts.must("line.checking"), Tone: "going"}
	}
	return out
}

func (a *Console) auditLine(ctx context.Context, c *call, code *platform.CodeState) (lineView, error) {
	out := lineView{Key: "audit"}
	if code.AuditID == 0 {
		return out, nil
	}
	o, err := a.service.Audit(ctx, code.AuditID)
	if err != nil {
		return out, err
	}
	out.There, out.Version, out.Desc, out.TemplateID, out.Time = true, o.Version.UserVersion, o.Version.UserDesc, o.Version.TemplateID, c.timeCell(o.SubmittedAt)
	out.State, out.Href, out.Reason = auditCell(c.texts, o.State), auditHref(&o), plain(o.Reason)
	return out, nil
}

func (c *call) onlineLine(code *platform.CodeState) lineView {
	out := lineView{Key: "online"}
	if code.Online == nil {
		return out
	}
	r := code.Online
	out.There, out.Version, out.Desc, out.TemplateID, out.Time = true, r.UserVersion, r.UserDesc, r.TemplateID, c.timeCell(r.Time)
	out.State = cell{Kind: "pill", Text: c.texts.must("line.open"), Tone: "ok"}
	if code.Visit == platform.VisitClose {
		out.State = cell{Kind: "pill", Text: c.texts.must("line.closed"), Tone: "refused"}
	}
	if code.Gray.Running() {
		out.Gray = code.Gray.Percentage
	}
	return out
}

// history lists what is online and what was, newest first.
func (v *merchantView) history(c *call, code *platform.CodeState, steps []platform.Step) {
	if code.Online != nil {
		r := code.Online
		v.History = append(v.History, releaseView{r.UserVersion, r.UserDesc, r.TemplateID, c.timeCell(r.Time), true, ""})
	}
	for _, s := range steps {
		if s.Call == platform.StepRevert && !s.Allowed() {
			s.Why = c.whyNot(&s)
			v.NoRevert = &s
		}
	}
	for _, r := range code.History {
		action := ""
		if v.NoRevert == nil {
			action = "/c/" + c.component + "/merchants/" + v.Appid + "/do/" + platform.StepRevert + "?app_version=" + strconv.FormatInt(r.AppVersion, 10)
		}
		v.History = append(v.History, releaseView{r.UserVersion, r.UserDesc, r.TemplateID, c.timeCell(r.Time), false, action})
	}
}
