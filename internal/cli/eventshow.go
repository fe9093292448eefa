package cli

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/pushtext"
	"draftbox/internal/cli/table"
)

func (a *app) eventShowCommand() *cobra.Command {
	var asJSON, reveal, sent bool
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show a push, its body and how each attempt went", Args: positional,
		Long: `Show a push: what it tells, before encryption, and of each attempt the answer and
why it did not count. ID may be only the number where there is one component.`,
		Example: `  draftbox event show wx0000000000000001-17
  draftbox event show 17 --sent                                    what went over the line, too
  draftbox event show 17 --json | jq -r '.attempts[].reason'`,
		ValidArgsFunction: completeFirst(a.completeDeliveries(
			adminclient.DeliveryPending, adminclient.DeliveryDelivered, adminclient.DeliveryFailed)),
		RunE: a.verb("show the push", func(ctx context.Context, args []string) error {
			l, err := a.onlyLocal(noAPIForEvents)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			id, err := a.deliveryID(ctx, l, args[0])
			if err != nil {
				return err
			}
			d, err := l.admin.Delivery(ctx, id, reveal)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(d)
			}
			return a.printDelivery(d, sent)
		}),
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().BoolVar(&reveal, "reveal", false, "show tickets and codes whole; the server logs it")
	cmd.Flags().BoolVar(&sent, "sent", false, "show the query and the body of each attempt as they were sent")
	return cmd
}

func (a *app) printDelivery(d adminclient.DeliveryDetail, sent bool) error {
	var done string
	if !d.DoneAt.IsZero() {
		done = showTime(d.DoneAt.Time) + zoneNote
	}
	pairs := []string{"state", showDeliveryState(d.Delivery)}
	if why := lastReason(d); why != "" {
		pairs = append(pairs, "reason", why)
	}
	pairs = append(pairs,
		"id", d.ID,
		"type", d.Type,
		"merchant", orDash(d.Authorizer),
		d.Target+"_url", d.URL,
		"due", showTime(d.CreatedAt)+zoneNote,
		"done", orDash(done),
		"format", d.Format,
		"body", cmp.Or(pushtext.Indent(d.Body), "(empty)"),
	)
	if d.State == adminclient.DeliveryFailed {
		pairs = append(pairs, "next", "draftbox event redeliver "+d.ID)
	}
	if err := a.fields(pairs...); err != nil {
		return err
	}
	for _, attempt := range d.Attempts {
		if err := a.printAttempt(attempt, sent); err != nil {
			return err
		}
	}
	return nil
}

func showDeliveryState(d adminclient.Delivery) string {
	switch {
	case d.State != adminclient.DeliveryPending:
		return string(d.State) + " after " + plural(d.Tries, "try", "tries")
	case d.Tries > 0:
		return fmt.Sprintf("pending: %s failed, the next one follows", plural(d.Tries, "try", "tries"))
	}
	return "pending: it waits for its turn"
}

// lastReason says why a push is not delivered; empty if it is, or was not tried
// since it was last put into its queue.
func lastReason(d adminclient.DeliveryDetail) string {
	if d.Tries == 0 || len(d.Attempts) == 0 {
		return ""
	}
	return d.Attempts[len(d.Attempts)-1].Reason
}

func (a *app) printAttempt(t adminclient.DeliveryAttempt, sent bool) error {
	if err := a.printf("\nAttempt %d: %s\n", t.Number, table.OneLine(t.Outcome)); err != nil {
		return err
	}
	pairs := []string{
		"  time", showTime(t.At) + zoneNote,
		"  took", strconv.FormatInt(t.Milliseconds, 10) + " ms",
		"  http status", "(no answer)",
		"  answer", showAnswer(t),
	}
	if t.Status != 0 {
		pairs[5] = strconv.Itoa(t.Status)
	}
	if t.Reason != "" {
		pairs = append(pairs, "  reason", t.Reason)
	}
	if sent {
		pairs = append(pairs, "  query sent", orDash(t.Query), "  body sent", cmp.Or(t.Request, "(empty)"))
	}
	return a.fields(pairs...)
}

// showAnswer quotes an answer with white space around it, since that is why it does
// not count.
func showAnswer(t adminclient.DeliveryAttempt) string {
	switch {
	case t.Answer == "" && t.Status == 0:
		return "-"
	case t.Answer == "":
		return "(empty)"
	case t.Answer != strings.TrimSpace(t.Answer):
		return strconv.Quote(t.Answer)
	}
	return t.Answer
}
