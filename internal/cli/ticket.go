package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
	"draftbox/wxopen"
)

// pushedTicket is a ticket and where it was pushed to.
type pushedTicket struct {
	adminclient.Ticket
	EventURL string `json:"event_url"` // empty: it is not pushed
	// Delivery is the newest push of a ticket; nil if there is none.
	Delivery *adminclient.Delivery `json:"delivery"`
}

func (a *app) componentTicketCommand() *cobra.Command {
	var (
		asJSON, push bool
		wait         waitFlags
	)
	cmd := &cobra.Command{
		Use: "ticket [APPID]", Short: "Print the component_verify_ticket", Args: positional,
		Long: `Print the component_verify_ticket that the component was pushed last. With it and
the secret a program fetches its component_access_token as on the real service.
Standard error tells where it was pushed to.`,
		Example: `  draftbox component ticket
  draftbox component ticket wx0000000000000001 --push
  draftbox component ticket --push --wait               does my program take it?`,
		ValidArgsFunction: completeFirst(a.completeComponents),
		RunE: a.verb("get the ticket", func(ctx context.Context, args []string) error {
			if wait.on && !push {
				return usagef("--wait goes with --push")
			}
			if err := wait.check(); err != nil {
				return err
			}
			l, appid, err := a.localComponent(ctx, args, "WeChat pushes tickets to the platform's own URL; there is no API to read one")
			if err != nil {
				return err
			}
			t, err := getTicket(ctx, l, appid, push)
			if err != nil {
				return err
			}
			var undelivered error
			if wait.on {
				undelivered = wait.awaitTicket(ctx, l, appid, &t)
			}
			if asJSON {
				err = a.printJSON(t)
			} else {
				err = a.printf("%s\n", t.Value)
			}
			switch {
			case err != nil:
				return err
			case undelivered != nil:
				return undelivered
			}
			fmt.Fprintf(a.stdio.Err, "note: %s\n", table.OneLine(whereTo(appid, &t)))
			return nil
		}),
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().BoolVar(&push, "push", false, "push one now, as happens every ten minutes on the real service")
	wait.add(cmd, "with --push, wait until it is delivered or failed")
	return cmd
}

// getTicket returns the ticket, pushed now or last.
func getTicket(ctx context.Context, l *local, appid string, push bool) (pushedTicket, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	get := l.admin.Ticket
	if push {
		get = l.admin.PushTicket
	}
	t, err := get(ctx, appid)
	if err != nil {
		return pushedTicket{}, err
	}
	c, err := l.admin.Component(ctx, appid, false)
	if err != nil {
		return pushedTicket{}, err
	}
	f := adminclient.DeliveryFilter{Component: appid, Type: wxopen.EventTicket, PageSize: 1}
	newest, err := adminclient.Take(l.admin.Deliveries(ctx, f), 1)
	out := pushedTicket{Ticket: t, EventURL: c.EventURL}
	if len(newest) > 0 {
		out.Delivery = &newest[0]
	}
	return out, err
}

// awaitTicket waits for the push of a ticket and fails unless it is delivered.
func (w *waitFlags) awaitTicket(ctx context.Context, l *local, appid string, t *pushedTicket) error {
	if t.EventURL == "" || t.Delivery == nil {
		return &fault{what: "the ticket is not pushed", why: whereTo(appid, t), code: exitRefused}
	}
	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	d, err := w.await(ctx, l, t.Delivery.ID)
	if err != nil {
		return err
	}
	t.Delivery = &d.Delivery
	if d.State == adminclient.DeliveryFailed {
		return &fault{what: "the push of the ticket failed", why: lastReason(d), next: "draftbox event show " + d.ID, code: exitRefused}
	}
	return nil
}

// whereTo tells where tickets are pushed to, and how the newest push stands.
func whereTo(appid string, t *pushedTicket) string {
	switch d := t.Delivery; {
	case t.EventURL == "":
		return "component " + appid + " has no event_url, so tickets are not pushed; give it one: draftbox component set --event-url URL, or draftbox event listen --set"
	case d == nil:
		return "no ticket was pushed yet to " + t.EventURL
	case d.State == adminclient.DeliveryDelivered:
		return "delivered to " + d.URL + " at " + showTime(d.DoneAt.Time) + zoneNote
	default:
		return "pushed to " + d.URL + ", " + string(d.State) + "; how it goes: draftbox event show " + d.ID
	}
}
