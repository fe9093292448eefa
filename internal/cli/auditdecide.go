package cli

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/platform"
)

// decided says what became of an order.
var decided = map[adminclient.AuditStatus]string{
	adminclient.AuditPassed: "has passed", adminclient.AuditRejected: "is rejected", adminclient.AuditDelayed: "is delayed",
}

// decideVerb makes the body of a command that decides an order.
func (a *app) decideVerb(doing string, asJSON *bool, decide func(ctx context.Context, l *local, id int64) (adminclient.Audit, error)) func(*cobra.Command, []string) error {
	return a.verb(doing, func(ctx context.Context, args []string) error {
		l, id, err := a.oneAudit(ctx, args)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		o, err := decide(ctx, l, id)
		switch {
		case err != nil:
			return err
		case *asJSON:
			return a.printJSON(o)
		}
		return a.printf("order %d of %s %s\n", o.AuditID, o.AuthorizerAppid, decided[o.Status])
	})
}

func (a *app) auditApproveCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "approve [AUDIT_ID]", Short: "Have an order pass", Args: positional,
		Long: `Have an order pass. The event weapp_audit_success is pushed to the message URL; the
version can be released then.`,
		Example: `  draftbox audit approve
  draftbox audit approve 400000017`,
		ValidArgsFunction: completeFirst(a.completeAudits(adminclient.AuditOpen)),
		RunE: a.decideVerb("approve the order", &asJSON, func(ctx context.Context, l *local, id int64) (adminclient.Audit, error) {
			return l.admin.ApproveAudit(ctx, id)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (a *app) auditRejectCommand() *cobra.Command {
	var (
		asJSON bool
		in     adminclient.AuditRejection
	)
	cmd := &cobra.Command{
		Use: "reject [AUDIT_ID]", Short: "Reject an order", Args: positional,
		Long: `Reject an order. The event weapp_audit_fail is pushed to the message URL, with the
reason: HTML, as reviewers write it. Without one it is that of WeChat's page.`,
		Example: `  draftbox audit reject
  draftbox audit reject 400000017 --reason '1:小程序内容不符合规范:<br>(1):首页无内容<br>'`,
		ValidArgsFunction: completeFirst(a.completeAudits(adminclient.AuditOpen)),
		RunE: a.decideVerb("reject the order", &asJSON, func(ctx context.Context, l *local, id int64) (adminclient.Audit, error) {
			return l.admin.RejectAudit(ctx, id, in)
		}),
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().StringVar(&in.Reason, "reason", "", "give `TEXT` as the reason")
	cmd.Flags().StringVar(&in.Screenshot, "screenshot", "", "show the pictures `MEDIA_IDS`, joined by |")
	return cmd
}

func (a *app) auditDelayCommand() *cobra.Command {
	var (
		asJSON bool
		reason string
	)
	cmd := &cobra.Command{
		Use: "delay [AUDIT_ID]", Short: "Delay an order, which stays open", Args: positional,
		Long: `Delay an order. It stays open. The event weapp_audit_delay is pushed to the message
URL, with the reason; without one it is WeChat's own.`,
		Example: `  draftbox audit delay
  draftbox audit delay 400000017 --reason 请耐心等待`,
		ValidArgsFunction: completeFirst(a.completeAudits(adminclient.AuditOpen)),
		RunE: a.decideVerb("delay the order", &asJSON, func(ctx context.Context, l *local, id int64) (adminclient.Audit, error) {
			return l.admin.DelayAudit(ctx, id, reason)
		}),
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().StringVar(&reason, "reason", "", "give `TEXT` as the reason")
	return cmd
}

// showAuditPolicy tells how orders are decided, by the first rule that matches.
func showAuditPolicy(p *adminclient.AuditPolicy) string {
	var lines []string
	for _, r := range p.Rules {
		match := strings.TrimSpace(r.Match.UserVersion + " " + r.Match.Appid)
		lines = append(lines, cmp.Or(match, "any")+": "+showDecision(r.Decide, r.After))
	}
	return strings.Join(append(lines, showDecision(p.Decide, p.After)), "\n")
}

func showDecision(decide, after string) string {
	if decide == platform.DecideManual || after == "0s" {
		return decide
	}
	return decide + " after " + after
}
