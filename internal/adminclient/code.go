package adminclient

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// CodeState is what became of the code of a merchant's mini program: three lines that
// live side by side - the experience version, the audit, and what is online.
type CodeState struct {
	ComponentAppid  string       `json:"component_appid"`
	AuthorizerAppid string       `json:"authorizer_appid"`
	Exp             *CodeVersion `json:"exp"`     // experience version (体验版); nil before the first commit
	Audit           *Audit       `json:"audit"`   // the last order; nil before the first
	Online          *Release     `json:"online"`  // nil before the first release
	History         []Release    `json:"history"` // to go back to, newest first
	Gray            *GrayPlan    `json:"gray"`    // the last one; nil before the first
	Visit           string       `json:"visit"`   // open or close; empty while nothing is online
	SupportVersion  string       `json:"support_version"`
	BusyUntil       OptionalTime `json:"busy_until"` // zero unless a change is at work
	Undos           Undos        `json:"undos"`
	Quota           AuditQuota   `json:"quota"`
	Next            []NextEvent  `json:"next"`
}

// CodeVersion is code that was committed to a merchant's mini program.
type CodeVersion struct {
	TemplateID           int64     `json:"template_id"`
	UserVersion          string    `json:"user_version"`
	UserDesc             string    `json:"user_desc"`
	CommittedAt          time.Time `json:"committed_at"`
	Digest               string    `json:"digest"` // of the template's package
	ExtAppid             string    `json:"ext_appid"`
	Pages                []string  `json:"pages"`                  // what get_page answers
	RequiredPrivateInfos []string  `json:"required_private_infos"` // location interfaces that are declared
	PrivacyAPIs          []string  `json:"privacy_apis"`           // those that the code calls
	CheckedAt            time.Time `json:"checked_at"`             // when their check ends
}

// Release is a version that is online, or was.
type Release struct {
	AppVersion  int64     `json:"app_version"` // counts releases and roll-backs
	TemplateID  int64     `json:"template_id"`
	UserVersion string    `json:"user_version"`
	UserDesc    string    `json:"user_desc"`
	CommittedAt time.Time `json:"committed_at"`
	ReleasedAt  time.Time `json:"released_at"`
	Rollback    bool      `json:"rollback"` // it came online by going back
	Pages       []string  `json:"pages"`
}

// GrayPlan is a release in stages (分阶段发布).
type GrayPlan struct {
	Status           string    `json:"status"` // running, finished or deleted
	Percentage       int       `json:"percentage"`
	DebuggerFirst    bool      `json:"debugger_first"`    // project members first
	ExperiencerFirst bool      `json:"experiencer_first"` // testers first
	CreatedAt        time.Time `json:"created_at"`
}

// Undos counts withdrawals of orders, by day and month of UTC+8.
type Undos struct {
	Today      int `json:"today"`
	DayLimit   int `json:"day_limit"`
	Month      int `json:"month"`
	MonthLimit int `json:"month_limit"`
}

// AuditQuota is what a component has used this month, all its merchants together.
type AuditQuota struct {
	Submits      int64 `json:"submits"`
	SubmitLimit  int64 `json:"submit_limit"`
	Speedups     int64 `json:"speedups"`
	SpeedupLimit int64 `json:"speedup_limit"`
}

// NextEvent says what an event of an order would do now.
type NextEvent struct {
	Event   string      `json:"event"` // a call of the wire; pass, reject and delay are the reviewer's
	Allowed bool        `json:"allowed"`
	To      AuditStatus `json:"to"`      // of the order after it; empty: there is none
	Errcode int         `json:"errcode"` // WeChat's refusal; 0 where it has none
	Reason  string      `json:"reason"`  // of the refusal
}

// Code returns what became of the code of a merchant's mini program.
func (c *Client) Code(ctx context.Context, component, authorizer string) (CodeState, error) {
	return fetch[CodeState](ctx, c, http.MethodGet, authorizerPath(component, authorizer, "code"), nil)
}

// DownloadAuditMedia writes a file for reviewers to w, as it was uploaded.
func (c *Client) DownloadAuditMedia(ctx context.Context, component, authorizer, mediaID string, w io.Writer) error {
	target := c.base + authorizerPath(component, authorizer, "audit_media", mediaID)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody)
	if err != nil {
		return fmt.Errorf("download of a file for reviewers: %w", err)
	}
	return c.do(req, func(r io.Reader) error {
		_, err := io.Copy(w, r)
		return err
	})
}
