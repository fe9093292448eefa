package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
)

// noAPIForAuthorizers is why authorizer verbs need a local server.
const noAPIForAuthorizers = "merchants authorize a platform on WeChat's own page; there is no API to make one"

func (a *app) authorizerCommand() *cobra.Command {
	cmd := group("authorizer", "Merchants' mini programs: list, show, create, delete, grant, revoke, token",
		`An authorizer is a merchant's mini program that is known to a component. APPID may
be left out where there is only one, except to delete it.`,
		a.authorizerListCommand(), a.authorizerShowCommand(), a.authorizerCreateCommand(), a.authorizerDeleteCommand(),
		a.authorizerGrantCommand(), a.authorizerRevokeCommand(), a.authorizerTokenCommand())
	a.targetFlags(cmd, localOnly)
	return cmd
}

func (a *app) authorizerListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List merchants", Args: positional,
		Example: `  draftbox authorizer list
  draftbox authorizer list --json | jq -r '.[] | select(.authorized).appid'`,
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
	t := table.New(
		table.Column{Title: "APPID"}, table.Column{Title: "NAME", Most: 40}, table.Column{Title: "STATE"},
		table.Column{Title: "GRANTED" + zoneNote}, table.Column{Title: "RESTRICTIONS"}, table.Column{Title: "CREATED" + zoneNote})
	for _, m := range all {
		t.Row(m.Appid, orDash(m.NickName), showAuthorization(m), showTime(m.AuthTime.Time), orDash(strings.Join(m.Restrictions, " ")), showTime(m.CreatedAt))
	}
	return t.Write(a.stdio.Out)
}

// showAuthorization tells how far the authorization is.
func showAuthorization(m adminclient.Authorizer) string {
	switch {
	case m.Authorized && m.Exchanged:
		return "authorized"
	case m.Authorized:
		return "granted" // and its code waits to be exchanged
	case !m.AuthTime.IsZero():
		return "revoked"
	}
	return "not authorized"
}

// oneAuthorizer returns the local server, the component of the flags, and the
// merchant that an argument names or the only one.
func (a *app) oneAuthorizer(ctx context.Context, args []string, why string) (l *local, component, appid string, err error) {
	l, component, err = a.localComponent(ctx, nil, why)
	if err != nil {
		return nil, "", "", err
	}
	if len(args) > 0 {
		return l, component, args[0], nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	appid, err = onlyAuthorizer(ctx, l, component)
	return l, component, appid, err
}

// onlyAuthorizer returns the merchant of a component that has one.
func onlyAuthorizer(ctx context.Context, l *local, component string) (string, error) {
	const most = 10
	some, err := adminclient.Take(l.admin.Authorizers(ctx, component), most+1)
	switch {
	case err != nil:
		return "", err
	case len(some) == 0:
		return "", usagef("component %s has no merchant", component).withNext("make one: draftbox authorizer create")
	case len(some) == 1:
		return some[0].Appid, nil
	}
	var names []string
	for _, m := range some[:min(len(some), most)] {
		names = append(names, m.Appid+"  "+m.NickName)
	}
	if len(some) > most {
		names = append(names, "…")
	}
	return "", usagef("component %s has several merchants", component).
		withWhy("%s", strings.Join(names, "\n")).withNext("name one by its APPID")
}
