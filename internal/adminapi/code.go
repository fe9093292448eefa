package adminapi

import (
	"context"
	"net/http"
	"time"

	"draftbox/internal/platform"
)

// codeView is what became of the code of a merchant's mini program: its three lines
// side by side, and what can happen next.
type codeView struct {
	Component      string          `json:"component_appid"`
	Authorizer     string          `json:"authorizer_appid"`
	Exp            *versionView    `json:"exp"`     // null before the first commit
	Audit          *auditView      `json:"audit"`   // the last order; null before the first
	Online         *releaseView    `json:"online"`  // null before the first release
	History        []releaseView   `json:"history"` // to go back to, newest first
	Gray           *grayView       `json:"gray"`    // the last plan; null before the first
	Visit          string          `json:"visit"`   // open or close; empty while nothing is online
	SupportVersion string          `json:"support_version"`
	BusyUntil      string          `json:"busy_until"` // empty unless a change is at work
	Undos          undosView       `json:"undos"`
	Quota          auditQuotaView  `json:"quota"`
	Next           []nextEventView `json:"next"`
}

// versionView is code that was committed, or submitted.
type versionView struct {
	TemplateID           int64    `json:"template_id"`
	UserVersion          string   `json:"user_version"`
	UserDesc             string   `json:"user_desc"`
	CommittedAt          string   `json:"committed_at"`
	Digest               string   `json:"digest"` // of the template's package
	ExtAppid             string   `json:"ext_appid"`
	Pages                []string `json:"pages"` // of the merged configuration
	RequiredPrivateInfos []string `json:"required_private_infos"`
	PrivacyAPIs          []string `json:"privacy_apis"` // location interfaces that the code calls
	CheckedAt            string   `json:"checked_at"`   // when the check of privacy interfaces ends
}

func showVersion(v *platform.ExpVersion) versionView {
	return versionView{
		TemplateID: v.TemplateID, UserVersion: v.UserVersion, UserDesc: v.UserDesc, CommittedAt: timestamp(v.Time), Digest: v.Digest,
		ExtAppid: v.Config.ExtAppid, Pages: orEmpty(v.Config.Pages), RequiredPrivateInfos: orEmpty(v.Config.RequiredPrivateInfos),
		PrivacyAPIs: orEmpty(v.PrivacyAPIs), CheckedAt: timestamp(v.CheckedAt),
	}
}

// releaseView is a version that is online, or was.
type releaseView struct {
	AppVersion  int64    `json:"app_version"`
	TemplateID  int64    `json:"template_id"`
	UserVersion string   `json:"user_version"`
	UserDesc    string   `json:"user_desc"`
	CommittedAt string   `json:"committed_at"`
	ReleasedAt  string   `json:"released_at"`
	Rollback    bool     `json:"rollback"`
	Pages       []string `json:"pages"`
}

func showRelease(v platform.Release) releaseView {
	return releaseView{
		AppVersion: v.AppVersion, TemplateID: v.TemplateID, UserVersion: v.UserVersion, UserDesc: v.UserDesc,
		CommittedAt: timestamp(v.CommitTime), ReleasedAt: timestamp(v.Time), Rollback: v.Rollback, Pages: orEmpty(v.Pages),
	}
}

// grayView is a release in stages.
type grayView struct {
	Status           string `json:"status"` // running, finished or deleted
	Percentage       int    `json:"percentage"`
	DebuggerFirst    bool   `json:"debugger_first"`
	ExperiencerFirst bool   `json:"experiencer_first"`
	CreatedAt        string `json:"created_at"`
}

func showGray(g *platform.GrayPlan) *grayView {
	if g == nil {
		return nil
	}
	status := map[int]string{platform.GrayRunning: "running", platform.GrayFinished: "finished", platform.GrayDeleted: "deleted"}[g.Status]
	return &grayView{status, g.Percentage, g.DebuggerFirst, g.ExperiencerFirst, timestamp(g.CreatedAt)}
}

// undosView tells how many orders were withdrawn, by day and month of UTC+8.
type undosView struct {
	Today      int `json:"today"`
	DayLimit   int `json:"day_limit"`
	Month      int `json:"month"`
	MonthLimit int `json:"month_limit"`
}

func showUndos(u platform.Undos, now time.Time) undosView {
	out := undosView{DayLimit: platform.UndosADay, MonthLimit: platform.UndosAMonth}
	now = now.In(platform.UTC8)
	if u.Day == now.Format(time.DateOnly) {
		out.Today = u.OnDay
	}
	if u.Month == now.Format("2006-01") {
		out.Month = u.InMonth
	}
	return out
}

// auditQuotaView is what the component has used this month, all its merchants
// together.
type auditQuotaView struct {
	Submits      int64 `json:"submits"`
	SubmitLimit  int64 `json:"submit_limit"`
	Speedups     int64 `json:"speedups"`
	SpeedupLimit int64 `json:"speedup_limit"`
}

// nextEventView says what an event would do now.
type nextEventView struct {
	Event   string `json:"event"`
	Allowed bool   `json:"allowed"`
	// To is the status of the order after it; as it is where it is refused. Empty:
	// there is no order.
	To string `json:"to"`
	// Errcode is WeChat's refusal; 0 where there is none: it is allowed, or a
	// decision of the reviewer's.
	Errcode int    `json:"errcode"`
	Reason  string `json:"reason"`
}

// nextEvents reads the rows of the life cycle for the state as it is. Two events need
// something beside the order.
func nextEvents(c *platform.CodeState) []nextEventView {
	out := []nextEventView{}
	for _, t := range platform.Lifecycle() {
		if t.From != c.LastAudit {
			continue
		}
		switch {
		case t.Event == platform.EventSubmit && t.Code == 0 && c.Exp == nil:
			t.To, t.Code, t.Why = t.From, platform.CodeNothingCommitted, "nothing was committed"
		case t.Event == platform.EventGray && t.Code == 0 && c.Online == nil:
			t.To, t.Code, t.Why = t.From, platform.CodeNoOnlineRelease, "nothing is online; the first release must be a whole one"
		}
		out = append(out, nextEventView{string(t.Event), t.Code == 0, string(t.To), max(t.Code, 0), t.Why})
	}
	return out
}

func (a *API) getCode(r *http.Request) (*answer, error) {
	ctx, component, authorizer := r.Context(), r.PathValue("appid"), r.PathValue("authorizer_appid")
	if _, err := a.service.Authorizer(ctx, component, authorizer); err != nil {
		return nil, err
	}
	c, now, err := a.service.CodeState(ctx, component, authorizer)
	if err != nil {
		return nil, err
	}
	view, err := a.showCode(ctx, &c, now)
	if err != nil {
		return nil, err
	}
	return ok(view)
}

func (a *API) showCode(ctx context.Context, c *platform.CodeState, now time.Time) (codeView, error) {
	v := codeView{
		Component: c.ComponentAppid, Authorizer: c.AuthorizerAppid, History: []releaseView{}, Gray: showGray(c.Gray),
		SupportVersion: c.SupportVersion, Undos: showUndos(c.Undo, now), Next: nextEvents(c),
	}
	if c.Exp != nil {
		exp := showVersion(c.Exp)
		v.Exp = &exp
	}
	if c.AuditID != 0 {
		o, err := a.service.Audit(ctx, c.AuditID)
		if err != nil {
			return codeView{}, err
		}
		last := showAudit(o)
		v.Audit = &last
	}
	if c.Online != nil {
		online := showRelease(*c.Online)
		v.Online, v.Visit = &online, platform.VisitOpen
		if c.Visit == platform.VisitClose {
			v.Visit = platform.VisitClose
		}
	}
	for _, former := range c.Revertible() {
		v.History = append(v.History, showRelease(former))
	}
	if now.Before(c.BusyUntil) {
		v.BusyUntil = timestamp(c.BusyUntil)
	}
	used, given, err := a.service.AuditQuota(ctx, c.ComponentAppid)
	v.Quota = auditQuotaView{used.Submits, given.Submits, used.Speedups, given.Speedups}
	return v, err
}
