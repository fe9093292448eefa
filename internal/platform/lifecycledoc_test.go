package platform_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"draftbox/internal/platform"
)

var updateDocs = flag.Bool("update", false, "write docs/lifecycle.md")

// grades say how sure the rows of an event are, by state; * holds for all others.
var grades = map[platform.LifeEvent]map[platform.AuditState]string{
	platform.EventSubmit: {
		platform.AuditNone: "documented", platform.AuditWaiting: "documented, observed", platform.AuditDelayed: "decided: a delayed order is still open",
		"*": "documented; that no new commit is needed is decided",
	},
	platform.EventUndo: {
		platform.AuditWaiting: "documented", platform.AuditDelayed: "decided", platform.AuditRejected: "observed", "*": "decided, as of a rejected one",
	},
	platform.EventPass:   {platform.AuditWaiting: "documented", platform.AuditDelayed: "documented (staff)", "*": management},
	platform.EventReject: {platform.AuditWaiting: "documented", platform.AuditDelayed: "documented (staff)", "*": management},
	platform.EventDelay:  {platform.AuditWaiting: "documented", "*": management},
	platform.EventRelease: {
		platform.AuditNone: "documented, observed", platform.AuditReleased: "observed", platform.AuditWithdrawn: "decided", "*": "documented",
	},
	platform.EventGray: {platform.AuditPassed: "documented", platform.AuditReleased: "decided", "*": "documented"},
	platform.EventSpeedup: {
		platform.AuditWaiting: "documented", platform.AuditDelayed: "decided", "*": "documented",
	},
}

const management = "ours: the management side alone decides"

// TestLifecycleDocument holds docs/lifecycle.md against the table that the code runs on.
func TestLifecycleDocument(t *testing.T) {
	t.Parallel()
	const name = "../../docs/lifecycle.md"
	got := lifecycleDocument(t)
	if *updateDocs {
		if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v; make it with: go test ./internal/platform -run TestLifecycleDocument -update", err)
	}
	if got != string(want) {
		t.Errorf("docs/lifecycle.md is not what the table says (-update writes it):\n%s", got)
	}
}

// TestLifecycleIsWhole: there is one row for each event and state, and no refusal moves
// anything.
func TestLifecycleIsWhole(t *testing.T) {
	t.Parallel()
	rows := map[string]int{}
	for _, r := range platform.Lifecycle() {
		rows[fmt.Sprint(r.Event, " of ", r.From)]++
		if r.Code != 0 && (r.To != r.From || r.Why == "") || r.Code == 0 && r.Why != "" {
			t.Errorf("%s of %q: to %q with %d %q", r.Event, r.From, r.To, r.Code, r.Why)
		}
	}
	for _, event := range platform.LifeEvents() {
		for _, state := range platform.AuditStates() {
			if n := rows[fmt.Sprint(event, " of ", state)]; n != 1 {
				t.Errorf("%s of %q has %d rows", event, state, n)
			}
		}
	}
	if want := len(platform.LifeEvents()) * len(platform.AuditStates()); len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
}

func lifecycleDocument(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	out.WriteString(lifecycleHead)
	out.WriteString("```mermaid\nstateDiagram-v2\n")
	for _, s := range platform.AuditStates() {
		fmt.Fprintf(&out, "    %s: %s\n", stateName(s), stateLabel(s))
	}
	out.WriteString("    [*] --> none\n")
	for _, r := range platform.Lifecycle() {
		if r.Code == 0 {
			fmt.Fprintf(&out, "    %s --> %s: %s\n", stateName(r.From), stateName(r.To), r.Event)
		}
	}
	out.WriteString("```\n\n## Every event in every state\n\n")
	out.WriteString("| event | last order | becomes | refused with | because | grade |\n|---|---|---|---|---|---|\n")
	for _, r := range platform.Lifecycle() {
		becomes, refused, why := stateName(r.To), "", r.Why
		switch {
		case r.Code == -1:
			becomes, refused = "", "409"
		case r.Code != 0:
			becomes, refused = "", fmt.Sprintf("%d %#q", r.Code, platform.CodeText(r.Code))
		case r.From == r.To:
			becomes = "stays"
		}
		grade, ok := grades[r.Event][r.From]
		if !ok {
			grade = grades[r.Event]["*"]
		}
		if grade == "" {
			t.Errorf("no grade for %s of %q", r.Event, r.From)
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s | %s | %s |\n", r.Event, stateName(r.From), becomes, refused, why, grade)
	}
	out.WriteString(lifecycleTail)
	return out.String()
}

func stateName(s platform.AuditState) string {
	if s == platform.AuditNone {
		return "none"
	}
	return string(s)
}

func stateLabel(s platform.AuditState) string {
	switch s {
	case platform.AuditNone:
		return "nothing submitted"
	case platform.AuditReleased:
		return "passed and released (0)"
	default:
		return fmt.Sprintf("%s (%d)", s, s.Status())
	}
}

const lifecycleHead = `# Life cycle of a submission

<!-- Made of the table in internal/platform/lifecycle.go by: go test ./internal/platform -run TestLifecycleDocument -update -->

A merchant's code lives in three lines side by side: the experience version, the last audit order, and what is online. This is the life of the order; the number is the
` + "`status`" + ` of ` + "`get_auditstatus`" + `. ` + "`pass`, `reject` and `delay`" + ` are the reviewer's decisions: by ` + "`draftbox audit`" + `, the management API or the policy ` + "`audit`" + ` of the settings.

`

const lifecycleTail = `
409 is the status of the management API: there is no call on the wire that could be refused. "Because" stands in the journal, never on the wire.

## Beside the order

* A commit is possible in every state. It replaces the experience version alone: an open order, and what is online, stay.
* ` + "`submit_audit`" + ` without a commit is 85086; further refusals come before and after the state is looked at ([fidelity.md](fidelity.md)).
* Each submission is an order of its own. ` + "`get_auditstatus`" + ` tells of former ones, too; ` + "`get_latest_auditstatus`" + ` of the last.
* ` + "`grayrelease`" + ` needs something online first (85079), and a percentage above that of the plan that runs (85082). ` + "`release`, or 100 %," + ` ends the plan.
* A roll-back changes what is online and no order: what passed last stays released.
* ` + "`undocodeaudit`" + ` is possible 5 times a day and 10 times a month (87013).
`
