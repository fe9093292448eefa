package cli

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
)

// noAPIForCode is why `code show` needs a local server.
const noAPIForCode = "WeChat has no call that tells it all; \"draftbox code versions\", \"status\", \"history\" and \"gray --show\" each tell a part"

func (m *merchantCode) showCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show [MERCHANT]", Short: "Show all that became of the code, and what can happen next", Args: positional,
		Long: `Show the three lines of a merchant's code side by side - experience version, audit,
online -, what one can go back to, the gray plan, counters, and what can happen next.`,
		Example: `  draftbox code show
  draftbox code show wx00000000000000a1 --json | jq '.next[] | select(.allowed).event'`,
		ValidArgsFunction: completeFirst(m.completeAuthorizers()),
		RunE: m.verb("show the code", func(ctx context.Context, args []string) error {
			if appid := m.merchant(args); appid != "" {
				args = []string{appid}
			}
			l, component, appid, err := m.oneAuthorizer(ctx, args, noAPIForCode)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			code, err := l.admin.Code(ctx, component, appid)
			switch {
			case err != nil:
				return err
			case asJSON:
				return m.printJSON(code)
			}
			return m.printCode(&code)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (a *app) printCode(c *adminclient.CodeState) error {
	t := table.New(table.Column{}, table.Column{Title: "EXPERIENCE", Most: 32}, table.Column{Title: "AUDIT", Most: 32}, table.Column{Title: "ONLINE", Most: 32})
	exp, audit, online := expLines(c.Exp), auditLines(c.Audit), onlineLines(c)
	for i, name := range []string{"version", "description", "template", "state", "since" + zoneNote} {
		t.Row(name, exp[i], audit[i], online[i])
	}
	if err := t.Write(a.stdio.Out); err != nil {
		return err
	}
	pairs := []string{"merchant", c.AuthorizerAppid}
	if c.Audit != nil {
		pairs = append(pairs, "auditid", strconv.FormatInt(c.Audit.AuditID, 10))
		if c.Audit.Reason != "" {
			pairs = append(pairs, "reason", reasonLines(c.Audit.Reason))
		}
	}
	pairs = append(pairs, "go back to", formerVersions(c.History))
	if g := c.Gray; g != nil {
		pairs = append(pairs, "gray plan", fmt.Sprintf("%s, %d %%, first: %s", g.Status, g.Percentage, grayFirst(g.DebuggerFirst, g.ExperiencerFirst)))
	}
	pairs = append(pairs,
		"base library", cmp.Or(c.SupportVersion, "(any)"),
		"withdrawn", fmt.Sprintf("%d of %d today, %d of %d this month", c.Undos.Today, c.Undos.DayLimit, c.Undos.Month, c.Undos.MonthLimit),
		"submitted", fmt.Sprintf("%d of %d this month, by all merchants", c.Quota.Submits, c.Quota.SubmitLimit),
		"sped up", fmt.Sprintf("%d of %d this month, by all merchants", c.Quota.Speedups, c.Quota.SpeedupLimit),
		"next", nextSteps(c.Next))
	if !c.BusyUntil.IsZero() {
		pairs = append(pairs, "busy until", showTime(c.BusyUntil.Time)+zoneNote)
	}
	if err := a.printf("\n"); err != nil {
		return err
	}
	return a.fields(pairs...)
}

// A line of code has a version, a description, a template, a state and a time.
type codeLine [5]string

var noLine = codeLine{"-", "-", "-", "-", "-"}

func expLines(v *adminclient.CodeVersion) codeLine {
	if v == nil {
		return noLine
	}
	return codeLine{v.UserVersion, orDash(v.UserDesc), strconv.FormatInt(v.TemplateID, 10), plural(len(v.Pages), "page", "pages"), showTime(v.CommittedAt)}
}

func auditLines(o *adminclient.Audit) codeLine {
	if o == nil {
		return noLine
	}
	return codeLine{o.UserVersion, orDash(o.UserDesc), strconv.FormatInt(o.TemplateID, 10), showAuditState(o), showTime(auditSince(o))}
}

func onlineLines(c *adminclient.CodeState) codeLine {
	v := c.Online
	if v == nil {
		return noLine
	}
	state := c.Visit
	if v.Rollback {
		state += ", by roll-back"
	}
	return codeLine{v.UserVersion, orDash(v.UserDesc), strconv.FormatInt(v.TemplateID, 10), state, showTime(v.ReleasedAt)}
}

func formerVersions(history []adminclient.Release) string {
	if len(history) == 0 {
		return "(none)"
	}
	lines := make([]string, len(history))
	for i, v := range history {
		lines[i] = fmt.Sprintf("app_version %d: %s", v.AppVersion, v.UserVersion)
	}
	return strings.Join(lines, "\n")
}

// nextSteps names what can happen.
func nextSteps(next []adminclient.NextEvent) string {
	var can []string
	for _, e := range next {
		if e.Allowed {
			can = append(can, e.Event)
		}
	}
	return cmp.Or(strings.Join(can, ", "), "commit")
}
