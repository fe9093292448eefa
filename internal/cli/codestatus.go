package cli

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/wxopen"
)

// auditStatusJSON is an order as programs are told it.
type auditStatusJSON struct {
	AuditID     int64    `json:"auditid"`
	Status      int      `json:"status"`
	State       string   `json:"state"` // the status in words
	Reason      string   `json:"reason"`
	ScreenShots []string `json:"screenshots"`
	UserVersion string   `json:"user_version,omitempty"`
	UserDesc    string   `json:"user_desc,omitempty"`
	SubmitTime  string   `json:"submit_time,omitempty"` // RFC 3339
}

func (m *merchantCode) statusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "status [AUDIT_ID]", Short: "Tell how the last order stands, or another", Args: positional,
		Long: `Tell how the order stands that was made last (GET /wxa/get_latest_auditstatus), or
the one with an auditid (POST /wxa/get_auditstatus).`,
		Example: `  draftbox code status
  draftbox code status 400000017 --json | jq -r .state`,
		ValidArgsFunction: completeFirst(m.completeMerchantAudits("")),
		RunE: m.merchantVerb("tell how the order stands", func(ctx context.Context, c *wxopen.AuthorizerClient, args []string) error {
			status, err := orderStatus(ctx, c, args)
			switch {
			case err != nil:
				return err
			case asJSON:
				return m.printJSON(showStatusJSON(&status))
			}
			return m.printStatus(&status)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func orderStatus(ctx context.Context, c *wxopen.AuthorizerClient, args []string) (wxopen.AuditStatus, error) {
	if len(args) == 0 {
		return c.LatestAuditStatus(ctx)
	}
	id, err := parseID("auditid", args[0])
	if err != nil {
		return wxopen.AuditStatus{}, err
	}
	return c.AuditStatus(ctx, id)
}

func showStatusJSON(s *wxopen.AuditStatus) auditStatusJSON {
	out := auditStatusJSON{
		AuditID: s.AuditID, Status: int(s.Status), State: s.Status.String(), Reason: s.Reason, ScreenShots: []string{},
		UserVersion: s.UserVersion, UserDesc: s.UserDesc,
	}
	out.ScreenShots = append(out.ScreenShots, s.ScreenShots...)
	if !s.SubmitTime.IsZero() {
		out.SubmitTime = s.SubmitTime.Format(time.RFC3339)
	}
	return out
}

func (m *merchantCode) printStatus(s *wxopen.AuditStatus) error {
	pairs := []string{"auditid", strconv.FormatInt(s.AuditID, 10), "status", s.Status.String()}
	if s.Reason != "" {
		pairs = append(pairs, "reason", reasonLines(s.Reason))
	}
	if len(s.ScreenShots) > 0 {
		pairs = append(pairs, "screenshots", strings.Join(s.ScreenShots, "\n"))
	}
	if !s.SubmitTime.IsZero() { // only of the latest is that much told
		pairs = append(pairs, "version", s.UserVersion, "description", orDash(s.UserDesc), "submitted", showTime(s.SubmitTime)+zoneNote)
	}
	return m.fields(pairs...)
}

// reasonLines puts the lines of a reviewer's HTML below each other.
func reasonLines(reason string) string {
	return strings.TrimRight(strings.NewReplacer("<br>", "\n", "<br/>", "\n", "<br />", "\n").Replace(reason), "\n")
}

func (m *merchantCode) undoCommand() *cobra.Command {
	return &cobra.Command{
		Use: "undo [MERCHANT]", Short: "Withdraw the open order", Args: positional,
		Long: `Withdraw the order that is open (GET /wxa/undocodeaudit). Five a day and ten a month
are possible for a mini program; the submission is not given back.`,
		Example: `  draftbox code undo
  draftbox code undo wx00000000000000a1`,
		ValidArgsFunction: completeFirst(m.completeAuthorizers()),
		RunE: m.merchantVerb("withdraw the order", func(ctx context.Context, c *wxopen.AuthorizerClient, _ []string) error {
			if err := c.UndoAudit(ctx); err != nil {
				return err
			}
			return m.printf("withdrew the order\n")
		}),
	}
}

func (m *merchantCode) speedupCommand() *cobra.Command {
	return &cobra.Command{
		Use: "speedup AUDIT_ID", Short: "Have an open order decided soon", Args: positional,
		Long: `Have an open order decided within some hours (POST /wxa/speedupaudit). It takes one
of the platform's speed-ups of the month.`,
		Example:           `  draftbox code speedup 400000017`,
		ValidArgsFunction: completeFirst(m.completeMerchantAudits(adminclient.AuditOpen)),
		RunE: m.merchantVerb("speed the order up", func(ctx context.Context, c *wxopen.AuthorizerClient, args []string) error {
			id, err := parseID("auditid", args[0])
			if err != nil {
				return err
			}
			if err := c.SpeedUpAudit(ctx, id); err != nil {
				return err
			}
			return m.printf("sped order %d up\n", id)
		}),
	}
}

// quotaJSON is the platform's quota as the wire has it.
type quotaJSON struct {
	Rest         int64 `json:"rest"`
	Limit        int64 `json:"limit"`
	SpeedUpRest  int64 `json:"speedup_rest"`
	SpeedUpLimit int64 `json:"speedup_limit"`
}

func (m *merchantCode) quotaCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "quota [MERCHANT]", Short: "Tell what the platform may still submit and speed up this month", Args: positional,
		Long: `Tell how many submissions and speed-ups the platform has left this month, all its
merchants together (GET /wxa/queryquota).`,
		Example: `  draftbox code quota
  draftbox code quota --json | jq .rest`,
		ValidArgsFunction: completeFirst(m.completeAuthorizers()),
		RunE: m.merchantVerb("tell the quota", func(ctx context.Context, c *wxopen.AuthorizerClient, _ []string) error {
			q, err := c.AuditQuota(ctx)
			switch {
			case err != nil:
				return err
			case asJSON:
				return m.printJSON(quotaJSON{q.Rest, q.Limit, q.SpeedUpRest, q.SpeedUpLimit})
			}
			return m.fields("submissions", strconv.FormatInt(q.Rest, 10)+" left of "+strconv.FormatInt(q.Limit, 10),
				"speed-ups", strconv.FormatInt(q.SpeedUpRest, 10)+" left of "+strconv.FormatInt(q.SpeedUpLimit, 10))
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}
