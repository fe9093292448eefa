package cli

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
)

// noAPIForComponents is why component verbs need a local server.
const noAPIForComponents = "third-party platforms are made and seen in WeChat's web console; there is no API for it"

func (a *app) componentCommand() *cobra.Command {
	cmd := group("component", "Third-party platforms: list, show, create, set, ticket, token, dev-key, dev-version",
		"A component is a third-party platform (第三方平台): the tenant of everything else.",
		a.componentListCommand(), a.componentShowCommand(), a.componentCreateCommand(), a.componentSetCommand(),
		a.componentTicketCommand(), a.componentTokenCommand(), a.componentDevKeyCommand(), a.componentDevVersionCommand())
	a.targetFlags(cmd, localOnly)
	return cmd
}

func (a *app) componentListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List components", Args: positional,
		Example: `  draftbox component list
  draftbox component list --json | jq -r '.[].appid'`,
		RunE: a.verb("list the components", func(ctx context.Context, _ []string) error {
			l, err := a.onlyLocal(noAPIForComponents)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			all, err := adminclient.Take(l.admin.Components(ctx, 0), 0)
			if err != nil {
				return err
			}
			return a.printComponents(all, asJSON)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (a *app) printComponents(all []adminclient.Component, asJSON bool) error {
	if asJSON {
		return a.printJSON(all)
	}
	if len(all) == 0 {
		return a.printf("(no components; make one: draftbox component create)\n")
	}
	t := table.New(
		table.Column{Title: "APPID"}, table.Column{Title: "NAME", Most: 40},
		table.Column{Title: "DEV", Right: true}, table.Column{Title: "DRAFTS", Right: true}, table.Column{Title: "TEMPLATES", Right: true},
		table.Column{Title: "CREATED" + zoneNote})
	for _, c := range all {
		t.Row(c.Appid, c.Name, c.Counts.DevMiniprograms, c.Counts.Drafts, c.Counts.Templates, showTime(c.CreatedAt))
	}
	return t.Write(a.stdio.Out)
}

func (a *app) componentShowCommand() *cobra.Command {
	var asJSON, reveal bool
	cmd := &cobra.Command{
		Use: "show [APPID]", Short: "Show a component, its settings and development mini programs", Args: positional,
		Example: `  draftbox component show
  draftbox component show wx0000000000000001 --reveal`,
		ValidArgsFunction: completeFirst(a.completeComponents),
		RunE: a.verb("show the component", func(ctx context.Context, args []string) error {
			l, appid, err := a.localComponent(ctx, args, noAPIForComponents)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			c, err := l.admin.Component(ctx, appid, reveal)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(c)
			}
			devs, err := adminclient.Take(l.admin.DevMiniprograms(ctx, appid), 0)
			if err != nil {
				return err
			}
			return a.printComponent(c, devs)
		}),
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().BoolVar(&reveal, "reveal", false, "show the secrets whole; the server logs it")
	return cmd
}

// localComponent returns the local server and the component that an argument or
// the flags name.
func (a *app) localComponent(ctx context.Context, args []string, why string) (*local, string, error) {
	l, err := a.onlyLocal(why)
	if err != nil {
		return nil, "", err
	}
	if len(args) > 0 {
		return l, args[0], nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	appid, err := a.component(ctx, l)
	return l, appid, err
}

func (a *app) printComponent(c adminclient.Component, devs []adminclient.DevMiniprogram) error {
	err := a.fields(
		"appid", c.Appid,
		"name", c.Name,
		"secret", c.Secret,
		"token", c.Token,
		"encoding_aes_key", c.EncodingAESKey,
		"event_url", orDash(c.EventURL),
		"message_url", orDash(c.MessageURL),
		"auth_page_domain", cmp.Or(c.AuthPageDomain, "(any host)"),
		"ip_allowlist", cmp.Or(strings.Join(c.IPAllowlist, "\n"), "(any address)"),
		"drafts", strconv.Itoa(c.Counts.Drafts),
		"templates", strconv.Itoa(c.Counts.Templates),
		"created", showTime(c.CreatedAt)+zoneNote,
		"quotas", showQuotas(c.Quotas),
		"audits", showAuditPolicy(&c.Audit),
		"switches", strings.Join([]string{
			"draft_slot: " + c.Switches.DraftSlot,
			"list_order: " + c.Switches.ListOrder,
			"empty_list: " + c.Switches.EmptyList,
			"standard_templates: " + c.Switches.StandardTemplates,
			"token_grace: " + c.Switches.TokenGrace,
			"ticket_each_push: " + c.Switches.TicketEachPush,
			"stray_token: " + c.Switches.StrayToken,
			"unauthorized_apis: " + cmp.Or(strings.Join(c.Switches.UnauthorizedAPIs, " "), "(none)"),
			"push_tries: " + strconv.Itoa(c.Switches.PushTries),
			"push_format: " + c.Switches.PushFormat,
			"registrations: " + c.Switches.Registrations,
			"registration_refuse: " + showRefusals(c.Switches.RegistrationRefuse),
			"published: " + c.Switches.Published,
			"jump_domain_check: " + c.Switches.JumpDomainCheck,
			"privacy_check: " + c.Switches.PrivacyCheck,
			"commit_time: " + c.Switches.CommitTime,
			"jump_list: " + c.Switches.JumpList,
			"no_icp_domains: " + cmp.Or(strings.Join(c.Switches.NoICPDomains, " "), "(none)"),
			"tester_refuse: " + showRefusals(c.Switches.TesterRefuse),
			"denied_plugins: " + cmp.Or(strings.Join(c.Switches.DeniedPlugins, " "), "(none)"),
		}, "\n"),
	)
	if err != nil || len(devs) == 0 {
		return err
	}
	if err := a.printf("\nDevelopment mini programs (%d of at most %d):\n", len(devs), c.MaxDevMiniprograms); err != nil {
		return err
	}
	t := table.New(table.Column{Title: "APPID"}, table.Column{Title: "NAME"}, table.Column{Title: "BOUND" + zoneNote})
	for _, d := range devs {
		t.Row(d.Appid, d.Name, showTime(d.CreatedAt))
	}
	return t.Write(a.stdio.Out)
}

// showRefusals tells which registrations are refused, and with which code.
func showRefusals(codes map[string]int) string {
	var out []string
	for _, value := range slices.Sorted(maps.Keys(codes)) {
		out = append(out, fmt.Sprintf("%s=%d", value, codes[value]))
	}
	return cmp.Or(strings.Join(out, " "), "(none)")
}

// showQuotas tells the limits of calls a day, and whether they hold.
func showQuotas(q adminclient.Quotas) string {
	lines := []string{"counted, not enforced"}
	if q.Enforce {
		lines[0] = "enforced"
	}
	for _, path := range slices.Sorted(maps.Keys(q.Limits)) {
		lines = append(lines, fmt.Sprintf("%s: %d a day", path, q.Limits[path]))
	}
	lines = append(lines, fmt.Sprintf("audits: %d a month, %d sped up", q.Submits, q.Speedups))
	return strings.Join(lines, "\n")
}

func (a *app) componentCreateCommand() *cobra.Command {
	var (
		asJSON, quiet bool
		in            adminclient.ComponentCreate
		devs          []string
	)
	cmd := &cobra.Command{
		Use: "create [APPID]", Short: "Make a component with a development mini program", Args: positional,
		Long: `Make a component. Appid, secret, message token and EncodingAESKey are made up, and
are told whole this once. Unless --dev says otherwise, a development mini program
with a made-up appid is bound to it.`,
		Example: `  draftbox component create --name 我的平台
  draftbox component create wx0000000000000002 --dev wx00000000000000d2=商城 --dev wx00000000000000d3
  appid=$(draftbox component create --quiet)`,
		RunE: a.verb("make the component", func(ctx context.Context, args []string) error {
			l, err := a.onlyLocal(noAPIForComponents)
			if err != nil {
				return err
			}
			if len(args) > 0 {
				in.Appid = args[0]
			}
			in.DevMiniprograms = devMiniprograms(devs)
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			c, err := l.admin.CreateComponent(ctx, in)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(c)
			case quiet:
				return a.printf("%s\n", c.Appid)
			}
			made, err := adminclient.Take(l.admin.DevMiniprograms(ctx, c.Appid), 0)
			if err != nil {
				return err
			}
			return a.printComponent(c, made)
		}),
	}
	jsonFlag(cmd, &asJSON)
	quietFlag(cmd, &quiet, "the appid")
	cmd.Flags().StringVar(&in.Name, "name", "", "call it `NAME`")
	cmd.Flags().StringVar(&in.EventURL, "event-url", "", "push tickets and authorization events to `URL`")
	cmd.Flags().StringVar(&in.MessageURL, "message-url", "", "push merchants' messages to `URL`; may hold $APPID$")
	cmd.Flags().StringArrayVar(&devs, "dev", nil, "bind the development mini program `APPID[=NAME]`; may be repeated")
	return cmd
}

// devMiniprograms reads APPID[=NAME] flags. With none, one is made up.
func devMiniprograms(flags []string) []adminclient.DevMiniprogramInput {
	if len(flags) == 0 {
		return []adminclient.DevMiniprogramInput{{}}
	}
	var out []adminclient.DevMiniprogramInput
	for _, f := range flags {
		appid, name, _ := strings.Cut(f, "=")
		out = append(out, adminclient.DevMiniprogramInput{Appid: appid, Name: name})
	}
	return out
}
