package platform

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Settings are the switches and limits of one component: what the sources leave
// open, and what makes refusals causable. Durations are written like "5m".
type Settings struct {
	// MaxDevMiniprograms bounds the development mini programs, 30 by default.
	MaxDevMiniprograms int      `json:"max_dev_miniprograms" yaml:"max_dev_miniprograms"`
	Switches           Switches `json:"switches" yaml:"switches"`
	Quotas             Quotas   `json:"quotas" yaml:"quotas"`
	// AuthPageDomain is the registered domain of the pages that begin an
	// authorization (授权发起页域名). When it is set, the authorization page refuses
	// callers and redirects of other hosts, as the real one does; empty: any host.
	AuthPageDomain string `json:"auth_page_domain" yaml:"auth_page_domain"`
	// Audit says how audits are decided.
	Audit AuditPolicy `json:"audit" yaml:"audit"`
}

// Switches choose between ways of behaving; the first value named is the default.
type Switches struct {
	// DraftSlot says what has a place of its own in the draft box:
	// "dev" (one draft a development mini program) or "dev_and_robot"
	// (one for each developer or CI robot of it).
	DraftSlot string `json:"draft_slot" yaml:"draft_slot"`
	// ListOrder orders draft and template lists: "ascending", "descending" or
	// "shuffled" (a new order each time).
	ListOrder string `json:"list_order" yaml:"list_order"`
	// EmptyList is what an empty draft or template list answers: "ok" or "85064".
	EmptyList string `json:"empty_list" yaml:"empty_list"`
	// StandardTemplates says what template_type 1 does: "allow" or "retired" (85064).
	StandardTemplates string `json:"standard_templates" yaml:"standard_templates"`
	// TokenGrace is how long a superseded access token goes on working, "5m"; 0 allowed.
	TokenGrace Duration `json:"token_grace" yaml:"token_grace"`
	// TicketEachPush is "same" (one value a clock hour) or "new" (another each push).
	TicketEachPush string `json:"ticket_each_push" yaml:"ticket_each_push"`
	// StrayToken says what the two calls without a token do with an access_token
	// in their query: "ignore" or "check" (a wrong one gets 40001).
	StrayToken string `json:"stray_token" yaml:"stray_token"`
	// UnauthorizedAPIs lists paths that this component may not call: 48001.
	UnauthorizedAPIs []string `json:"unauthorized_apis" yaml:"unauthorized_apis"`
	// PushTries is how often a push is tried in all, 1 to 10.
	PushTries int `json:"push_tries" yaml:"push_tries"`
	// PushFormat is "xml" (encrypted) or "cloud_json" (plain, as inside WeChat's
	// cloud hosting).
	PushFormat PushFormat `json:"push_format" yaml:"push_format"`
	// Registrations says what becomes of fast registrations: "pass" (done at once)
	// or "manual" (waits for a decision, or for its 24 hours to end).
	Registrations string `json:"registrations" yaml:"registrations"`
	// RegistrationRefuse says which registrations are refused with what: by the value
	// of a member of the request - a WeChat id, a name, an openid -, or "*" for any.
	// The codes are those of [RegistrationRefusals]; 86011 looks for the value within
	// the name.
	RegistrationRefuse map[string]int `json:"registration_refuse" yaml:"registration_refuse"`
	// Published is "yes" or "no": whether the component was published on the whole
	// network (全网发布). An unpublished one has no published domains: 61028.
	Published string `json:"published" yaml:"published"`
	// JumpDomainCheck is "skip" or "fail": what comes of looking for the check file on
	// a jump domain (业务域名), for draftbox does not call other hosts. "fail": -1.
	JumpDomainCheck string `json:"jump_domain_check" yaml:"jump_domain_check"`
	// PrivacyCheck is how long the check of privacy interfaces takes after a commit,
	// "0s" by default; about a minute on the real service.
	PrivacyCheck Duration `json:"privacy_check" yaml:"privacy_check"`
	// CommitTime is how long a commit is at work; meanwhile other changes of the mini
	// program get 9402202.
	CommitTime Duration `json:"commit_time" yaml:"commit_time"`
	// JumpList is "ignore" or "check": whether code that jumps to other mini programs
	// needs navigateToMiniProgramAppIdList (85087).
	JumpList string `json:"jump_list" yaml:"jump_list"`
	// NoICPDomains lists hosts without ICP filing, their sub-domains included: mini
	// programs may not set them.
	NoICPDomains []string `json:"no_icp_domains" yaml:"no_icp_domains"`
	// TesterRefuse says which persons cannot become testers, and with which of
	// [TesterRefusals] they are refused: by WeChat id, or "*" for any.
	TesterRefuse map[string]int `json:"tester_refuse" yaml:"tester_refuse"`
	// DeniedPlugins lists appids of plugins that uploaded code may not use: 80082.
	DeniedPlugins []string `json:"denied_plugins" yaml:"denied_plugins"`
}

// Quotas bound the calls of a day (UTC+8, virtual clock). They are counted
// always and enforced when Enforce is set: 45009 over the limit.
type Quotas struct {
	Enforce bool `json:"enforce" yaml:"enforce"`
	// Limits gives calls a day by path; a path without an entry has no limit.
	Limits map[string]int64 `json:"limits" yaml:"limits"`
	// Submits and Speedups are the audits that may be submitted and sped up in a month
	// (UTC+8). Submits are enforced when Enforce is set (85085), speed-ups always
	// (89405).
	Submits  int64 `json:"submits" yaml:"submits"`
	Speedups int64 `json:"speedups" yaml:"speedups"`
}

// DefaultSettings returns the settings of a component that names none.
func DefaultSettings() Settings {
	return Settings{
		MaxDevMiniprograms: DefaultMaxDevMiniprograms,
		Switches: Switches{
			DraftSlot:         "dev",
			ListOrder:         "ascending",
			EmptyList:         "ok",
			StandardTemplates: "allow",
			TokenGrace:        Duration(5 * time.Minute),
			TicketEachPush:    "same",
			StrayToken:        "ignore",
			UnauthorizedAPIs:  []string{},
			DeniedPlugins:     []string{},
			PushTries:         3,
			PushFormat:        PushXML,
			Registrations:     "pass",

			RegistrationRefuse: map[string]int{},
			Published:          "yes",
			JumpDomainCheck:    "skip",
			NoICPDomains:       []string{},
			TesterRefuse:       map[string]int{},
			JumpList:           "ignore",
		},
		Quotas: Quotas{Limits: map[string]int64{}, Submits: 100000, Speedups: 10},
		Audit:  AuditPolicy{Decide: DecideManual, Rules: []AuditRule{}},
	}
}

// choice is a switch that is one of a few words.
type choice struct {
	name, value string
	allowed     []string // the default first
}

func (s *Switches) choices() []choice {
	return []choice{
		{"draft_slot", s.DraftSlot, []string{"dev", "dev_and_robot"}},
		{"list_order", s.ListOrder, []string{"ascending", "descending", "shuffled"}},
		{"empty_list", s.EmptyList, []string{"ok", "85064"}},
		{"standard_templates", s.StandardTemplates, []string{"allow", "retired"}},
		{"ticket_each_push", s.TicketEachPush, []string{"same", "new"}},
		{"stray_token", s.StrayToken, []string{"ignore", "check"}},
		{"push_format", string(s.PushFormat), []string{string(PushXML), string(PushCloudJSON)}},
		{"registrations", s.Registrations, []string{"pass", "manual"}},
		{"published", s.Published, []string{"yes", "no"}},
		{"jump_list", s.JumpList, []string{"ignore", "check"}},
		{"jump_domain_check", s.JumpDomainCheck, []string{"skip", "fail"}},
	}
}

// SwitchChoices returns the words that a switch may be, the default first; nil for one
// that is no choice of words.
func SwitchChoices(name string) []string {
	for _, c := range new(Switches).choices() {
		if c.name == name {
			return c.allowed
		}
	}
	return nil
}

// Problems lists everything wrong with the settings, one sentence each.
func (s *Settings) Problems() []string {
	var out []string
	if s.MaxDevMiniprograms < 1 || s.MaxDevMiniprograms > 100000 {
		out = append(out, fmt.Sprintf("max_dev_miniprograms is %d, must be 1 to 100000", s.MaxDevMiniprograms))
	}
	for _, f := range s.Switches.choices() {
		if !slices.Contains(f.allowed, f.value) {
			out = append(out, fmt.Sprintf("switches.%s is %q, must be one of %s", f.name, f.value, strings.Join(f.allowed, ", ")))
		}
	}
	if d := time.Duration(s.Switches.TokenGrace); d < 0 || d > 2*time.Hour {
		out = append(out, fmt.Sprintf("switches.token_grace is %s, must be 0s to 2h", d))
	}
	for _, f := range []struct {
		name  string
		value Duration
	}{{"privacy_check", s.Switches.PrivacyCheck}, {"commit_time", s.Switches.CommitTime}} {
		if d := time.Duration(f.value); d < 0 || d > 24*time.Hour {
			out = append(out, fmt.Sprintf("switches.%s is %s, must be 0s to 24h", f.name, d))
		}
	}
	if s.Quotas.Submits < 0 || s.Quotas.Speedups < 0 {
		out = append(out, fmt.Sprintf("quotas.submits is %d and quotas.speedups %d, must not be negative", s.Quotas.Submits, s.Quotas.Speedups))
	}
	out = append(out, s.Audit.problems()...)
	if n := s.Switches.PushTries; n < 1 || n > 10 {
		out = append(out, fmt.Sprintf("switches.push_tries is %d, must be 1 to 10", n))
	}
	if !validHost(s.AuthPageDomain) {
		out = append(out, fmt.Sprintf("auth_page_domain is %q, must be a host name, like www.example.com", s.AuthPageDomain))
	}
	for _, path := range s.Switches.UnauthorizedAPIs {
		if !strings.HasPrefix(path, "/") {
			out = append(out, fmt.Sprintf("switches.unauthorized_apis has %q, must be a path that begins with /", path))
		}
	}
	for _, appid := range s.Switches.DeniedPlugins {
		if !ValidAppid(appid) {
			out = append(out, fmt.Sprintf("switches.denied_plugins has %q, must be an appid: wx and 16 lower-case hex digits", appid))
		}
	}
	for value, code := range s.Switches.RegistrationRefuse {
		if value == "" || !slices.Contains(RegistrationRefusals(), code) {
			out = append(out, fmt.Sprintf("switches.registration_refuse has %q: %d, must be a value of a request (or *) and one of %s",
				value, code, strings.Trim(fmt.Sprint(RegistrationRefusals()), "[]")))
		}
	}
	for _, host := range s.Switches.NoICPDomains {
		if !DomainJump.validDomain(host) {
			out = append(out, fmt.Sprintf("switches.no_icp_domains has %q, must be a host name in small letters, like www.example.com", host))
		}
	}
	for id, code := range s.Switches.TesterRefuse {
		if id == "" || !slices.Contains(TesterRefusals(), code) {
			out = append(out, fmt.Sprintf("switches.tester_refuse has %q: %d, must be a WeChat id (or *) and one of %s",
				id, code, strings.Trim(fmt.Sprint(TesterRefusals()), "[]")))
		}
	}
	for path, limit := range s.Quotas.Limits {
		if !strings.HasPrefix(path, "/") || limit < 0 {
			out = append(out, fmt.Sprintf("quotas.limits has %q: %d, must be a path that begins with / and a number of calls from 0", path, limit))
		}
	}
	return out
}

// Duration is a time.Duration written like "90s" or "2h" in YAML and JSON.
type Duration time.Duration

// MarshalText implements encoding.TextMarshaler.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is no duration, write it like 90s, 5m or 2h", text)
	}
	*d = Duration(v)
	return nil
}
