package platform

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Audit is one order (审核单): a version that was submitted for review.
type Audit struct {
	ID              int64 // unique over all components; 9 digits
	ComponentAppid  string
	AuthorizerAppid string
	State           AuditState // [AuditReleased] once its version went online
	SubmittedAt     time.Time
	DecidedAt       time.Time // zero while open
	// DueAt is when it is decided by the policy; zero: by hand.
	DueAt time.Time
	AuditDetails
}

// AuditDetails is what no list asks for.
type AuditDetails struct {
	Version    ExpVersion      `json:"version"`
	Reason     string          `json:"reason,omitempty"`     // of a rejection or a delay; holds HTML
	Screenshot string          `json:"screenshot,omitempty"` // media ids joined by |
	SpedUp     bool            `json:"sped_up,omitempty"`
	Planned    AuditDecision   `json:"planned,omitzero"`  // what happens at DueAt
	Request    json.RawMessage `json:"request,omitempty"` // the body of submit_audit, for the reviewer
}

// AuditDecision is what a reviewer decides.
type AuditDecision struct {
	Decide string `json:"decide,omitempty" yaml:"decide"` // one of the constants below
	Reason string `json:"reason,omitempty" yaml:"reason"`
}

// Decisions of a policy.
const (
	DecideManual = "manual"
	DecidePass   = "pass"
	DecideFail   = "fail"
	DecideDelay  = "delay"
)

// AuditPolicy says how audits are decided: by the first rule that matches, else as it
// says itself.
type AuditPolicy struct {
	Decide string      `json:"decide" yaml:"decide"` // manual, the default, pass, fail or delay
	After  Duration    `json:"after" yaml:"after"`   // on the virtual clock
	Reason string      `json:"reason" yaml:"reason"`
	Rules  []AuditRule `json:"rules" yaml:"rules"`
}

// AuditRule decides the audits that it matches.
type AuditRule struct {
	Match  AuditMatch `json:"match" yaml:"match"`
	Decide string     `json:"decide" yaml:"decide"`
	After  Duration   `json:"after" yaml:"after"`
	Reason string     `json:"reason" yaml:"reason"`
}

// AuditMatch chooses audits; empty members choose all.
type AuditMatch struct {
	UserVersion string `json:"user_version,omitempty" yaml:"user_version"` // * stands for any text
	Appid       string `json:"appid,omitempty" yaml:"appid"`
}

func (m AuditMatch) matches(a *Audit) bool {
	return (m.Appid == "" || m.Appid == a.AuthorizerAppid) && (m.UserVersion == "" || wildcard(m.UserVersion, a.Version.UserVersion))
}

// wildcard reports whether a text is like a pattern in which * stands for any text.
func wildcard(pattern, text string) bool {
	first, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == text
	}
	if !strings.HasPrefix(text, first) {
		return false
	}
	text = text[len(first):]
	for i := 0; i <= len(text); i++ {
		if wildcard(rest, text[i:]) {
			return true
		}
	}
	return false
}

// decision returns what the policy plans for an order, and after how long.
func (p *AuditPolicy) decision(a *Audit) (AuditDecision, time.Duration) {
	for _, r := range p.Rules {
		if r.Match.matches(a) {
			return AuditDecision{r.Decide, r.Reason}, time.Duration(r.After)
		}
	}
	return AuditDecision{p.Decide, p.Reason}, time.Duration(p.After)
}

// maxAuditAfter bounds how long a policy waits.
const maxAuditAfter = 365 * 24 * time.Hour

func (p *AuditPolicy) problems() []string {
	var out []string
	check := func(at, decide string, after Duration, reason string) {
		if decisions := []string{DecideManual, DecidePass, DecideFail, DecideDelay}; !slices.Contains(decisions, decide) {
			out = append(out, fmt.Sprintf("audit%s.decide is %q, must be one of %s", at, decide, strings.Join(decisions, ", ")))
		}
		if d := time.Duration(after); d < 0 || d > maxAuditAfter {
			out = append(out, fmt.Sprintf("audit%s.after is %s, must be 0s to %s", at, d, maxAuditAfter))
		}
		if err := text("audit"+at+".reason", reason, 1024); err != nil {
			out = append(out, err.Error())
		}
	}
	check("", p.Decide, p.After, p.Reason)
	for i, r := range p.Rules {
		check(fmt.Sprintf(".rules[%d]", i), r.Decide, r.After, r.Reason)
		if r.Match.Appid != "" && !ValidAppid(r.Match.Appid) {
			out = append(out, fmt.Sprintf("audit.rules[%d].match.appid is %q, must be wx and 16 lower-case hex digits", i, clip(r.Match.Appid)))
		}
		if len(r.Match.UserVersion) > 128 || strings.Count(r.Match.UserVersion, "*") > 4 {
			out = append(out, fmt.Sprintf("audit.rules[%d].match.user_version is too long or has more than four *", i))
		}
	}
	return out
}

// AuditFilter chooses orders; empty members choose all.
type AuditFilter struct {
	ComponentAppid  string
	AuthorizerAppid string
	State           AuditState
	Open            bool // those that are not decided
}

// AuditMedia is a picture or a video for reviewers (提审素材).
type AuditMedia struct {
	ComponentAppid  string
	AuthorizerAppid string
	ID              string // mediaid
	Type            string // image or video
	Size            int64
	ExpiresAt       time.Time // three days after its upload
}

// AuditQuota is what a component has submitted and sped up in a month of UTC+8.
type AuditQuota struct {
	Submits, Speedups int64
}
