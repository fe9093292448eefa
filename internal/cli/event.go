package cli

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
	"draftbox/wxopen"
)

// noAPIForEvents is why event verbs need a local server.
const noAPIForEvents = "WeChat keeps no list of pushes that could be asked for; its console shows alarms only"

func (a *app) eventCommand() *cobra.Command {
	cmd := group("event", "Pushes to callback URLs, and how each attempt went: list, show, redeliver, listen, decrypt",
		`An event (事件推送) is pushed to one of the component's two callback URLs: tickets
and authorizations to event_url, merchants' events to message_url. It is delivered
when the answer is HTTP 200 with exactly "success" within 5 seconds (nothing at all
will do for message_url); else it is tried again, three times in all, and then kept
as failed.`,
		a.eventListCommand(), a.eventShowCommand(), a.eventRedeliverCommand(), a.eventListenCommand(), a.eventDecryptCommand())
	a.targetFlags(cmd, localOnly)
	return cmd
}

func (a *app) eventListCommand() *cobra.Command {
	var (
		asJSON bool
		limit  int
		f      adminclient.DeliveryFilter
	)
	state := newChoice("all", string(adminclient.DeliveryPending), string(adminclient.DeliveryDelivered), string(adminclient.DeliveryFailed))
	cmd := &cobra.Command{
		Use: "list", Short: "List pushes, newest first", Args: positional,
		Long: `List pushes, newest first. Delivered ones are kept for 7 days of the virtual clock,
tickets for 24 hours.`,
		Example: `  draftbox event list
  draftbox event list --state failed
  draftbox event list --type authorized --json | jq -r '.[].id'`,
		RunE: a.verb("list the pushes", func(ctx context.Context, _ []string) error {
			if limit < 1 {
				return usagef("--limit is %d, must be at least 1", limit)
			}
			l, err := a.onlyLocal(noAPIForEvents)
			if err != nil {
				return err
			}
			if state.value != "all" {
				f.State = adminclient.DeliveryState(state.value)
			}
			f.Component, f.PageSize = a.target.component, limit
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			some, err := adminclient.Take(l.admin.Deliveries(ctx, f), limit)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(some)
			}
			return a.printDeliveries(some)
		}),
	}
	jsonFlag(cmd, &asJSON)
	flags := cmd.Flags()
	flags.IntVarP(&limit, "limit", "n", 20, "list this many at most")
	flags.StringVar(&f.Type, "type", "", "pushes of this `TYPE`: the InfoType or Event in it")
	choiceFlag(cmd, state, "state", "pushes that are that far")
	flags.StringVar(&f.Authorizer, "authorizer", "", "pushes about the merchant `APPID`")
	for name, complete := range map[string]completion{
		"type":       cobra.FixedCompletions(pushTypes, cobra.ShellCompDirectiveNoFileComp),
		"authorizer": a.completeAuthorizers(),
	} {
		_ = cmd.RegisterFlagCompletionFunc(name, complete) // fails for unknown names only
	}
	return cmd
}

// pushTypes are the types that there are, for completion.
var pushTypes = []string{
	wxopen.EventTicket, wxopen.EventAuthorized, wxopen.EventUpdateAuthorized, wxopen.EventUnauthorized,
	wxopen.EventFastRegister, wxopen.EventFastRegisterBetaApp, wxopen.EventFastVerifyBetaApp,
}

func (a *app) printDeliveries(some []adminclient.Delivery) error {
	if len(some) == 0 {
		return a.printf("(no pushes match)\n")
	}
	t := table.New(
		table.Column{Title: "ID"}, table.Column{Title: "TIME" + zoneNote}, table.Column{Title: "TYPE"}, table.Column{Title: "MERCHANT"},
		table.Column{Title: "STATE"}, table.Column{Title: "TRIES", Right: true}, table.Column{Title: "URL", Most: 80})
	for _, d := range some {
		t.Row(d.ID, showTime(d.CreatedAt), d.Type, orDash(d.Authorizer), d.State, d.Tries, d.URL)
	}
	return t.Write(a.stdio.Out)
}

// deliveryID returns the id of a push that an argument names: an id, or only the
// number in it where the component is known.
func (a *app) deliveryID(ctx context.Context, l *local, arg string) (string, error) {
	if _, err := strconv.ParseUint(arg, 10, 63); err != nil {
		if !strings.Contains(arg, "-") {
			return "", usagef("%q is no id of a push: an appid, - and a number", arg).withNext("draftbox event list")
		}
		return arg, nil
	}
	component, err := a.component(ctx, l)
	return component + "-" + arg, err
}
