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
	// DeniedPlugins lists appids of plugins that uploaded code may not use: 80082.
	DeniedPlugins []string `json:"denied_plugins" yaml:"denied_plugins"`
}

// Quotas bound the calls of a day (UTC+8, virtual clock). They are counted
// always and enforced when Enforce is set: 45009 over the limit.
type Quotas struct {
	Enforce bool `json:"enforce" yaml:"enforce"`
	// Limits gives calls a day by path; a path without an entry has no limit.
	Limits map[string]int64 `json:"limits" yaml:"limits"`
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
		},
		Quotas: Quotas{Limits: map[string]int64{}},
	}
}

// Problems lists everything wrong with the settings, one sentence each.
func (s *Settings) Problems() []string {
	var out []string
	if s.MaxDevMiniprograms < 1 || s.MaxDevMiniprograms > 100000 {
		out = append(out, fmt.Sprintf("max_dev_miniprograms is %d, must be 1 to 100000", s.MaxDevMiniprograms))
	}
	for _, f := range []struct {
		name, value string
		allowed     []string
	}{
		{"draft_slot", s.Switches.DraftSlot, []string{"dev", "dev_and_robot"}},
		{"list_order", s.Switches.ListOrder, []string{"ascending", "descending", "shuffled"}},
		{"empty_list", s.Switches.EmptyList, []string{"ok", "85064"}},
		{"standard_templates", s.Switches.StandardTemplates, []string{"allow", "retired"}},
		{"ticket_each_push", s.Switches.TicketEachPush, []string{"same", "new"}},
		{"stray_token", s.Switches.StrayToken, []string{"ignore", "check"}},
	} {
		if !slices.Contains(f.allowed, f.value) {
			out = append(out, fmt.Sprintf("switches.%s is %q, must be one of %s", f.name, f.value, strings.Join(f.allowed, ", ")))
		}
	}
	if d := time.Duration(s.Switches.TokenGrace); d < 0 || d > 2*time.Hour {
		out = append(out, fmt.Sprintf("switches.token_grace is %s, must be 0s to 2h", d))
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
