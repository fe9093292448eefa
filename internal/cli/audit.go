package cli

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
)

// noAPIForAudits is why audit verbs need a local server.
const noAPIForAudits = "on the real service people at WeChat decide; \"draftbox code status\" tells how an order stands there"

func (a *app) auditCommand() *cobra.Command {
	cmd := group("audit", "Audit orders: list, show, approve, reject, delay",
		`An order (审核单) is a version that was submitted for audit. Here you are the
reviewer. AUDIT_ID may be left out where one order is open. A component can also have
its orders decided by rule: audit in the world file.`,
		a.auditListCommand(), a.auditShowCommand(), a.auditApproveCommand(), a.auditRejectCommand(), a.auditDelayCommand())
	a.targetFlags(cmd, localOnly)
	return cmd
}

func (a *app) auditListCommand() *cobra.Command {
	var (
		asJSON     bool
		authorizer string
		most       int
	)
	status := newChoice("all", "open", "auditing", "delayed", "passed", "released", "rejected", "withdrawn")
	cmd := &cobra.Command{
		Use: "list", Short: "List orders, newest first", Args: positional,
		Long: `List orders, newest first, of all components or of the one that --component names.`,
		Example: `  draftbox audit list --status open
  draftbox audit list --authorizer wx00000000000000a1 --json | jq '.[0].auditid'`,
		RunE: a.verb("list the orders", func(ctx context.Context, _ []string) error {
			l, err := a.onlyLocal(noAPIForAudits)
			if err != nil {
				return err
			}
			f := adminclient.AuditFilter{Component: a.target.component, Authorizer: authorizer, PageSize: most}
			if status.value != "all" {
				f.Status = adminclient.AuditStatus(status.value)
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			orders, err := adminclient.Take(l.admin.Audits(ctx, f), most)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(orders)
			}
			return a.printAudits(orders)
		}),
	}
	jsonFlag(cmd, &asJSON)
	choiceFlag(cmd, status, "status", "only orders that stand so; open is auditing or delayed")
	cmd.Flags().StringVar(&authorizer, "authorizer", "", "only orders of the merchant `APPID`")
	cmd.Flags().IntVar(&most, "limit", 50, "at most `N` orders; 0 is all")
	_ = cmd.RegisterFlagCompletionFunc("authorizer", a.completeAuthorizers()) // fails for unknown names only
	return cmd
}

func (a *app) printAudits(orders []adminclient.Audit) error {
	if len(orders) == 0 {
		return a.printf("(no orders; submit code: draftbox code submit)\n")
	}
	t := table.New(
		table.Column{Title: "AUDIT", Right: true}, table.Column{Title: "MERCHANT"}, table.Column{Title: "VERSION", Most: 24},
		table.Column{Title: "STATUS"}, table.Column{Title: "SUBMITTED" + zoneNote}, table.Column{Title: "DECIDED" + zoneNote}, table.Column{Title: "REASON", Most: 40})
	for i := range orders {
		o := &orders[i]
		t.Row(o.AuditID, o.AuthorizerAppid, o.UserVersion, showAuditState(o), showTime(o.SubmittedAt), showTime(o.DecidedAt.Time), orDash(strings.ReplaceAll(reasonLines(o.Reason), "\n", " ")))
	}
	return t.Write(a.stdio.Out)
}

// showAuditState tells how an order stands, and what becomes of it by itself.
func showAuditState(o *adminclient.Audit) string {
	state := string(o.Status)
	if o.SpedUp && o.Status.Open() {
		state += ", sped up"
	}
	return state
}

// auditSince is the time that an order stands as it does.
func auditSince(o *adminclient.Audit) time.Time {
	if o.DecidedAt.IsZero() {
		return o.SubmittedAt
	}
	return o.DecidedAt.Time
}

func (a *app) auditShowCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show [AUDIT_ID]", Short: "Show an order with what was submitted", Args: positional,
		Example: `  draftbox audit show
  draftbox audit show 400000017 --json | jq .request.item_list`,
		ValidArgsFunction: completeFirst(a.completeAudits("")),
		RunE: a.verb("show the order", func(ctx context.Context, args []string) error {
			l, id, err := a.oneAudit(ctx, args)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			o, err := l.admin.Audit(ctx, id)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(o)
			}
			return a.printAudit(&o)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (a *app) printAudit(o *adminclient.AuditDetail) error {
	pairs := []string{
		"auditid", strconv.FormatInt(o.AuditID, 10),
		"status", showAuditState(&o.Audit),
		"component", o.ComponentAppid,
		"merchant", o.AuthorizerAppid,
		"version", o.UserVersion,
		"description", orDash(o.UserDesc),
		"template", strconv.FormatInt(o.TemplateID, 10),
		"pages", namesOrNone(o.Version.Pages),
		"submitted", showTime(o.SubmittedAt) + zoneNote,
	}
	if !o.DecidedAt.IsZero() {
		pairs = append(pairs, "decided", showTime(o.DecidedAt.Time)+zoneNote)
	}
	if !o.DueAt.IsZero() {
		pairs = append(pairs, "planned", o.Planned+" at "+showTime(o.DueAt.Time)+zoneNote)
	}
	if o.Reason != "" {
		pairs = append(pairs, "reason", reasonLines(o.Reason))
	}
	if o.Screenshot != "" {
		pairs = append(pairs, "screenshot", strings.ReplaceAll(o.Screenshot, "|", "\n"))
	}
	for _, file := range o.Media {
		pairs = append(pairs, file.Type, file.MediaID)
	}
	if err := a.fields(pairs...); err != nil || len(o.Request) == 0 || string(o.Request) == "null" {
		return err
	}
	if err := a.printf("\nWhat was submitted:\n"); err != nil {
		return err
	}
	return a.printJSON(o.Request)
}

// oneAudit returns the local server and the order that an argument names, or the only
// one that is open.
func (a *app) oneAudit(ctx context.Context, args []string) (*local, int64, error) {
	l, err := a.onlyLocal(noAPIForAudits)
	if err != nil {
		return nil, 0, err
	}
	if len(args) > 0 {
		id, err := parseID("auditid", args[0])
		return l, id, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	const most = 10
	f := adminclient.AuditFilter{Component: a.target.component, Status: adminclient.AuditOpen, PageSize: most + 1}
	open, err := adminclient.Take(l.admin.Audits(ctx, f), most+1)
	switch {
	case err != nil:
		return nil, 0, err
	case len(open) == 0:
		return nil, 0, usagef("no order is open").withNext("name one: draftbox audit list")
	case len(open) == 1:
		return l, open[0].AuditID, nil
	}
	var names []string
	for _, o := range open[:min(len(open), most)] {
		names = append(names, strconv.FormatInt(o.AuditID, 10)+"  "+o.AuthorizerAppid+"  "+o.UserVersion)
	}
	if len(open) > most {
		names = append(names, "…")
	}
	return nil, 0, usagef("several orders are open").withWhy("%s", strings.Join(names, "\n")).withNext("name one by its AUDIT_ID")
}
