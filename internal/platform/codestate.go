package platform

import "time"

// CodeState is what became of the code of one merchant's mini program: three lines
// that live side by side - the experience version, the audit, and what is online.
type CodeState struct {
	ComponentAppid  string `json:"-"`
	AuthorizerAppid string `json:"-"`

	Exp *ExpVersion `json:"exp,omitempty"` // experience version (体验版); nil before the first commit
	// AuditID is the last order; 0 before the first. LastAudit tells how it stands.
	AuditID   int64      `json:"audit_id,omitempty"`
	LastAudit AuditState `json:"last_audit,omitempty"`
	Online    *Release   `json:"online,omitempty"`
	History   []Release  `json:"history,omitempty"` // to go back to, newest first, at most [MaxHistory]
	Gray      *GrayPlan  `json:"gray,omitempty"`    // the last plan
	Visit     string     `json:"visit,omitempty"`   // "close" while the service is paused
	// SupportVersion is the least base library version (最低基础库版本).
	SupportVersion string `json:"support_version,omitempty"`
	Undo           Undos  `json:"undo,omitzero"`
	// AppVersions counts releases and roll-backs.
	AppVersions int64 `json:"app_versions,omitempty"`
	// BusyUntil is when a change ends that is at work; until then others are refused.
	BusyUntil time.Time `json:"busy_until,omitzero"`
}

// MaxHistory is how many versions one can go back to.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_revertcoderelease.html
const MaxHistory = 5

// ExpVersion is code that was committed to a merchant's mini program.
type ExpVersion struct {
	TemplateID  int64     `json:"template_id"`
	UserVersion string    `json:"user_version"`
	UserDesc    string    `json:"user_desc"`
	Time        time.Time `json:"time"`
	Digest      string    `json:"digest"` // of the template's package
	// Config is the merged configuration.
	Config CodeConfig `json:"config"`
	// CheckedAt is when the check of privacy interfaces ends.
	CheckedAt time.Time `json:"checked_at"`
	// PrivacyAPIs are the location interfaces that the code calls, without "wx.".
	PrivacyAPIs []string `json:"privacy_apis,omitempty"`
	// PrivacyKeys are what the code uses of a person's, as the guideline names it.
	PrivacyKeys []string `json:"privacy_keys,omitempty"`
	// Jumps says that the code opens other mini programs.
	Jumps bool `json:"jumps,omitempty"`
}

// CodeConfig is what draftbox goes on needing of a merged configuration.
type CodeConfig struct {
	ExtAppid             string   `json:"ext_appid,omitempty"`
	Pages                []string `json:"pages"`
	RequiredPrivateInfos []string `json:"required_private_infos,omitempty"`
	Navigates            []string `json:"navigates,omitempty"` // navigateToMiniProgramAppIdList
}

// Checking reports whether the check of privacy interfaces is still running.
func (e *ExpVersion) Checking(now time.Time) bool { return now.Before(e.CheckedAt) }

// Release is a version that is online, or was.
type Release struct {
	AppVersion  int64     `json:"app_version"` // counts up; of no other meaning
	UserVersion string    `json:"user_version"`
	UserDesc    string    `json:"user_desc"`
	CommitTime  time.Time `json:"commit_time"`
	Time        time.Time `json:"time"` // of the release
	TemplateID  int64     `json:"template_id"`
	Pages       []string  `json:"pages"`
	// Rollback says that it came online by going back: then there is no way back
	// from it.
	Rollback bool `json:"rollback,omitempty"`
}

// States of a gray plan.
const (
	GrayRunning  = 1
	GrayFinished = 3
	GrayDeleted  = 4
)

// TemplateUser is a merchant whose code came of a template.
type TemplateUser struct {
	AuthorizerAppid string
	NickName        string
	Exp, Online     bool // which of its versions did
}

// GrayPlan is a release in stages (分阶段发布).
type GrayPlan struct {
	Status           int       `json:"status"`
	CreatedAt        time.Time `json:"created_at"`
	Percentage       int       `json:"percentage"`
	DebuggerFirst    bool      `json:"debugger_first,omitempty"`    // project members first
	ExperiencerFirst bool      `json:"experiencer_first,omitempty"` // testers first
}

// Running reports whether a plan runs.
func (g *GrayPlan) Running() bool { return g != nil && g.Status == GrayRunning }

// Limits of withdrawals, by day and month of UTC+8.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_undoaudit.html
const (
	UndosADay   = 5
	UndosAMonth = 10
)

// Undos counts withdrawals of audit orders.
type Undos struct {
	Day     string `json:"day,omitempty"`
	OnDay   int    `json:"on_day,omitempty"`
	Month   string `json:"month,omitempty"`
	InMonth int    `json:"in_month,omitempty"`
}

// take counts a withdrawal, unless there have been enough.
func (u *Undos) take(now time.Time) bool {
	day, month := now.In(UTC8).Format(time.DateOnly), monthOf(now)
	if u.Day != day {
		u.Day, u.OnDay = day, 0
	}
	if u.Month != month {
		u.Month, u.InMonth = month, 0
	}
	if u.OnDay >= UndosADay || u.InMonth >= UndosAMonth {
		return false
	}
	u.OnDay++
	u.InMonth++
	return true
}

// monthOf names a month of UTC+8, like 2026-11.
func monthOf(t time.Time) string { return t.In(UTC8).Format("2006-01") }
