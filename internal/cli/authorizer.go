package cli

import (
	"context"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
)

// noAPIForAuthorizers is why authorizer verbs need a local server.
const noAPIForAuthorizers = "merchants authorize a platform on WeChat's own page; there is no API to make one"

func (a *app) authorizerCommand() *cobra.Command {
	cmd := group("authorizer", "Merchants' mini programs: list, create, token",
		"An authorizer is a merchant's mini program that is known to a component.",
		a.authorizerListCommand(), a.authorizerCreateCommand(), a.authorizerTokenCommand())
	a.targetFlags(cmd, localOnly)
	return cmd
}

func (a *app) authorizerListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List merchants", Args: positional,
		Example: `  draftbox authorizer list`,
		RunE: a.verb("list the merchants", func(ctx context.Context, _ []string) error {
			l, component, err := a.localComponent(ctx, nil, noAPIForAuthorizers)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			all, err := adminclient.Take(l.admin.Authorizers(ctx, component), 0)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(all)
			}
			return a.printAuthorizers(all)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (a *app) printAuthorizers(all []adminclient.Authorizer) error {
	if len(all) == 0 {
		return a.printf("(no merchants; make one: draftbox authorizer create)\n")
	}
	t := table.New(table.Column{Title: "APPID"}, table.Column{Title: "NAME", Most: 40}, table.Column{Title: "AUTHORIZED"}, table.Column{Title: "CREATED" + zoneNote})
	for _, m := range all {
		authorized := "no"
		if m.Authorized {
			authorized = "yes"
		}
		t.Row(m.Appid, orDash(m.NickName), authorized, showTime(m.CreatedAt))
	}
	return t.Write(a.stdio.Out)
}

func (a *app) authorizerCreateCommand() *cobra.Command {
	var (
		asJSON, quiet bool
		in            adminclient.AuthorizerInput
	)
	cmd := &cobra.Command{
		Use: "create [APPID]", Short: "Make a merchant's mini program", Args: positional,
		Long: `Make a merchant's mini program that is known to the component. The appid is made
up unless given; one that is known already is changed.`,
		Example: `  draftbox authorizer create --name 商户一 --authorized
  appid=$(draftbox authorizer create --authorized --quiet)`,
		RunE: a.verb("make the merchant", func(ctx context.Context, args []string) error {
			l, component, err := a.localComponent(ctx, nil, noAPIForAuthorizers)
			if err != nil {
				return err
			}
			if len(args) > 0 {
				in.Appid = args[0]
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			m, err := l.admin.CreateAuthorizer(ctx, component, in)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(m)
			case quiet:
				return a.printf("%s\n", m.Appid)
			}
			return a.printAuthorizers([]adminclient.Authorizer{m})
		}),
	}
	jsonFlag(cmd, &asJSON)
	quietFlag(cmd, &quiet, "the appid")
	cmd.Flags().StringVar(&in.NickName, "name", "", "call it `NAME`")
	cmd.Flags().BoolVar(&in.Authorized, "authorized", false, "as if the merchant had authorized the component already")
	return cmd
}
