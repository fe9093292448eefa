package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
	"draftbox/internal/platform"
)

// noAPIForRegistrations is why registration verbs need a local server.
const noAPIForRegistrations = "a fast registration is decided by the people who are asked on their phones, and by WeChat"

func (a *app) registrationCommand() *cobra.Command {
	cmd := group("registration", "Fast registrations of mini programs: list, decide, ticket",
		`A fast registration (快速注册) is done at once, unless the component has the switch
registrations=manual: then it waits for "draftbox registration decide", or for its 24
hours to end. What it came to is pushed to event_url.`,
		a.registrationListCommand(), a.registrationDecideCommand(), a.registrationTicketCommand())
	a.targetFlags(cmd, localOnly)
	return cmd
}

func (a *app) registrationListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List fast registrations, newest first", Args: positional,
		Example: `  draftbox registration list
  draftbox registration list --json | jq -r '.[] | select(.state == "open").id'`,
		RunE: a.verb("list the registrations", func(ctx context.Context, _ []string) error {
			l, component, err := a.localComponent(ctx, nil, noAPIForRegistrations)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			all, err := adminclient.Take(l.admin.Registrations(ctx, component), 0)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(all)
			}
			return a.printRegistrations(all)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (a *app) printRegistrations(all []adminclient.Registration) error {
	if len(all) == 0 {
		return a.printf("(no registrations; a program begins them, by fastregisterweapp and the like)\n")
	}
	t := table.New(
		table.Column{Title: "ID"}, table.Column{Title: "KIND"}, table.Column{Title: "STATE"}, table.Column{Title: "RESULT", Most: 60},
		table.Column{Title: "MERCHANT"}, table.Column{Title: "BEGAN" + zoneNote})
	for _, g := range all {
		t.Row(g.ID, g.Kind, g.State, showRegistrationResult(g), orDash(g.Authorizer), showTime(g.CreatedAt))
	}
	return t.Write(a.stdio.Out)
}

// showRegistrationResult tells what became of a registration, or what it waits for.
func showRegistrationResult(g adminclient.Registration) string {
	if g.Status != nil {
		return strings.TrimSpace(strconv.Itoa(*g.Status) + " " + g.Msg)
	}
	out := "until " + showTime(g.EndsAt)
	if g.Kind == string(platform.RegistrationPersonal) {
		return fmt.Sprintf("progress %d, %s", g.Progress, out)
	}
	if g.WaitingFor != "" {
		return g.WaitingFor + ", " + out
	}
	return out
}

func (a *app) registrationDecideCommand() *cobra.Command {
	var (
		asJSON           bool
		status, progress int
		in               adminclient.RegistrationDecision
	)
	waiting := &choice{allowed: []string{string(platform.WaitLegalPerson), string(platform.WaitFrontCheck)}}
	cmd := &cobra.Command{
		Use: "decide ID", Short: "Decide a registration that is open, or let it go on", Args: positional,
		Long: `Decide a registration that is open, as the people do whom it waits for. With
--status 0 the mini program is made and authorizes the component; any other status is
a failure. Both are pushed. --waiting-for and --progress leave it open and change
what a query of it answers.`,
		Example: `  draftbox registration decide ID --status 0
  draftbox registration decide ID --status 100001
  draftbox registration decide ID --status -1 --msg 'open verity failed'
  draftbox registration decide ID --waiting-for front_checking`,
		ValidArgsFunction: completeFirst(a.completeRegistrations()),
	}
	cmd.RunE = a.verb("decide the registration", func(ctx context.Context, args []string) error {
		if in.WaitingFor = waiting.value; cmd.Flags().Changed("status") {
			in.Status = &status
		}
		if cmd.Flags().Changed("progress") {
			in.Progress = &progress
		}
		if in == (adminclient.RegistrationDecision{}) {
			return usagef("nothing is decided").withWhy("give --status, --waiting-for or --progress")
		}
		l, component, err := a.localComponent(ctx, nil, noAPIForRegistrations)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		g, err := l.admin.DecideRegistration(ctx, component, args[0], in)
		switch {
		case err != nil:
			return err
		case asJSON:
			return a.printJSON(g)
		}
		return a.printRegistrations([]adminclient.Registration{g})
	})
	jsonFlag(cmd, &asJSON)
	flags := cmd.Flags()
	flags.IntVar(&status, "status", 0, "end it with the `STATUS` of the push: 0 is made, others are failures")
	flags.StringVar(&in.Msg, "msg", "", "with --status, push the `TEXT` (default: the one that belongs to the status)")
	choiceFlag(cmd, waiting, "waiting-for", "for whom it waits")
	flags.IntVar(&progress, "progress", 0, "how far a personal one is, the `STATUS` of its query")
	complete := cobra.FixedCompletions(registrationStatuses(), cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveKeepOrder)
	_ = cmd.RegisterFlagCompletionFunc("status", complete) // fails for unknown names only
	return cmd
}

// registrationStatuses are what --status may be, for completion.
func registrationStatuses() []string {
	var out []string
	for _, status := range platform.RegistrationStatuses() {
		out = append(out, strconv.Itoa(status))
	}
	return out
}

func (a *app) registrationTicketCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "ticket [APPID]", Short: "Confirm a registration, as an official account, and print its ticket", Args: positional,
		Long: `Print the ticket for account/fastregister (复用公众号主体快速注册): what the redirect of
WeChat's confirmation page would carry. APPID is the official account's; it may be
left out where the component has one merchant only.`,
		Example: `  draftbox registration ticket
  draftbox registration ticket wx00000000000000b1`,
		ValidArgsFunction: completeFirst(a.completeAuthorizers()),
		RunE: a.verb("get the ticket", func(ctx context.Context, args []string) error {
			l, component, appid, err := a.oneAuthorizer(ctx, args, noAPIForRegistrations)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			t, err := l.admin.IssueRegistrationTicket(ctx, component, appid)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(t)
			}
			return a.printf("%s\n", t.Ticket)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

// completeRegistrations completes with the ids of those that are open.
func (a *app) completeRegistrations() completion {
	return a.completeOfComponent(func(ctx context.Context, l *local, component string) ([]string, error) {
		open := func(yield func(adminclient.Registration, error) bool) {
			for g, err := range l.admin.Registrations(ctx, component) {
				if (err != nil || g.Status == nil) && !yield(g, err) {
					return
				}
			}
		}
		return described(open, func(g adminclient.Registration) (string, string) { return g.ID, g.Kind + " " + g.WaitingFor })
	})
}
