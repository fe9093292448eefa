package adminclient

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"strconv"
	"time"
)

// AuditStatus says how an order stands.
type AuditStatus string

// Statuses of an order. [AuditOpen] is no status but stands for the two of an order
// that is not decided, in a filter.
const (
	AuditOpen      AuditStatus = "open"
	AuditWaiting   AuditStatus = "auditing"
	AuditDelayed   AuditStatus = "delayed" // and still open
	AuditPassed    AuditStatus = "passed"
	AuditReleased  AuditStatus = "released" // passed, and its version went online
	AuditRejected  AuditStatus = "rejected"
	AuditWithdrawn AuditStatus = "withdrawn"
)

// Open reports whether the order is not decided.
func (s AuditStatus) Open() bool { return s == AuditWaiting || s == AuditDelayed }

// Audit is an order (审核单): a version that was submitted for review.
type Audit struct {
	AuditID         int64        `json:"auditid"` // unique over all components
	ComponentAppid  string       `json:"component_appid"`
	AuthorizerAppid string       `json:"authorizer_appid"`
	Status          AuditStatus  `json:"status"`
	UserVersion     string       `json:"user_version"`
	UserDesc        string       `json:"user_desc"`
	TemplateID      int64        `json:"template_id"`
	SubmittedAt     time.Time    `json:"submitted_at"`
	DecidedAt       OptionalTime `json:"decided_at"` // zero while it is open
	Reason          string       `json:"reason"`     // of a rejection or a delay; may hold HTML
	Screenshot      string       `json:"screenshot"` // media ids joined by |
	SpedUp          bool         `json:"sped_up"`
	// Planned is what the audit policy decides at DueAt - pass, fail or delay -,
	// empty where that is left to people.
	Planned string       `json:"planned"`
	DueAt   OptionalTime `json:"due_at"`
}

// AuditDetail is an order with all that a reviewer looks at.
type AuditDetail struct {
	Audit
	Version CodeVersion `json:"version"`
	// Request is the body of submit_audit; null if there was none.
	Request json.RawMessage `json:"request"`
	Media   []AuditMedia    `json:"media"`
}

// AuditMedia is a picture or a video for reviewers.
type AuditMedia struct {
	MediaID string `json:"mediaid"`
	Type    string `json:"type"` // image or video
	Path    string `json:"path"` // of the file in the management API
}

// AuditFilter says which orders to list; empty fields let everything pass.
type AuditFilter struct {
	Component  string
	Authorizer string
	Status     AuditStatus
	PageSize   int // how many to fetch at a time; 0 is as many as the API gives
}

// Audits lists orders, newest first.
func (c *Client) Audits(ctx context.Context, f AuditFilter) iter.Seq2[Audit, error] {
	query := limitQuery(f.PageSize)
	for name, value := range map[string]string{"component": f.Component, "authorizer": f.Authorizer, "status": string(f.Status)} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return list[Audit](ctx, c, path("audits"), query)
}

// Audit returns one order with what was submitted.
func (c *Client) Audit(ctx context.Context, id int64) (AuditDetail, error) {
	return fetch[AuditDetail](ctx, c, http.MethodGet, auditPath(id), nil)
}

// ApproveAudit has an order pass. It is refused with conflict when the order is not
// open.
func (c *Client) ApproveAudit(ctx context.Context, id int64) (Audit, error) {
	return fetch[Audit](ctx, c, http.MethodPost, auditPath(id, "approve"), struct{}{})
}

// AuditRejection is what a reviewer says. An empty reason stands for the words of
// WeChat's page.
type AuditRejection struct {
	Reason     string `json:"reason,omitempty"`     // may hold HTML
	Screenshot string `json:"screenshot,omitempty"` // media ids joined by |
}

// RejectAudit rejects an order. It is refused with conflict when the order is not
// open.
func (c *Client) RejectAudit(ctx context.Context, id int64, in AuditRejection) (Audit, error) {
	return fetch[Audit](ctx, c, http.MethodPost, auditPath(id, "reject"), in)
}

// DelayAudit delays an order, which stays open. An empty reason stands for WeChat's
// own words. It is refused with conflict when the order is not open, or is delayed.
func (c *Client) DelayAudit(ctx context.Context, id int64, reason string) (Audit, error) {
	return fetch[Audit](ctx, c, http.MethodPost, auditPath(id, "delay"), struct {
		Reason string `json:"reason,omitempty"`
	}{reason})
}

func auditPath(id int64, more ...string) string {
	return path(append([]string{"audits", strconv.FormatInt(id, 10)}, more...)...)
}
