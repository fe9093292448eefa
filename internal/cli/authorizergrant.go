package cli

import (
	"context"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
)

func (a *app) authorizerGrantCommand() *cobra.Command {
	var (
		asJSON      bool
		funcIDs     []int
		preAuthCode string
	)
	cmd := &cobra.Command{
		Use: "grant [APPID]", Short: "Authorize the component, as the merchant, and print the authorization code", Args: positional,
		Long: `Authorize the component as the merchant does on the authorization page, and print
the code that the redirect would carry, for api_query_auth. The event "authorized"
is pushed with a code of its own; "updateauthorized" when a standing authorization
gets other permission sets, nothing when it gets the same.`,
		Example: `  draftbox authorizer grant
  draftbox authorizer grant wx00000000000000a1 --func-ids 18,30
  code=$(draftbox authorizer grant --pre-auth-code "$PRE_AUTH_CODE")`,
		ValidArgsFunction: completeFirst(a.completeAuthorizers()),
	}
	cmd.RunE = a.verb("grant the authorization", func(ctx context.Context, args []string) error {
		l, component, appid, err := a.oneAuthorizer(ctx, args, noAPIForAuthorizers)
		if err != nil {
			return err
		}
		in := adminclient.Grant{PreAuthCode: preAuthCode}
		if cmd.Flags().Changed("func-ids") {
			in.FuncIDs = &funcIDs
		}
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		g, err := l.admin.GrantAuthorization(ctx, component, appid, in)
		switch {
		case err != nil:
			return err
		case asJSON:
			return a.printJSON(g)
		}
		return a.printf("%s\n", g.AuthorizationCode)
	})
	jsonFlag(cmd, &asJSON)
	cmd.Flags().IntSliceVar(&funcIDs, "func-ids", nil, "grant the permission sets (权限集) `IDS`, like 18,30; else those of the last grant, or common ones")
	cmd.Flags().StringVar(&preAuthCode, "pre-auth-code", "", "use up the pre_auth_code `CODE`, as the page does")
	return cmd
}

func (a *app) authorizerRevokeCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "revoke [APPID]", Short: "Cancel the authorization, as the merchant", Args: positional,
		Long: `Cancel the authorization as the merchant does. The event "unauthorized" is pushed,
and the merchant's tokens answer 61003 until it grants again.`,
		Example: `  draftbox authorizer revoke
  draftbox authorizer revoke wx00000000000000a1`,
		ValidArgsFunction: completeFirst(a.completeAuthorizers()),
		RunE: a.verb("revoke the authorization", func(ctx context.Context, args []string) error {
			l, component, appid, err := a.oneAuthorizer(ctx, args, noAPIForAuthorizers)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			m, err := l.admin.RevokeAuthorization(ctx, component, appid)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(m)
			}
			return a.printf("%s has revoked its authorization\n", m.Appid)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (a *app) authorizerDeleteCommand() *cobra.Command {
	return &cobra.Command{
		Use: "delete APPID", Short: "Forget a merchant, with its codes and tokens", Args: positional,
		Long: `Forget a merchant, with its codes, its tokens and what waits in its list. Nothing is
pushed: a merchant that cancels its authorization does "draftbox authorizer revoke".`,
		Example:           `  draftbox authorizer delete wx00000000000000a1`,
		ValidArgsFunction: completeFirst(a.completeAuthorizers()),
		RunE: a.verb("delete the merchant", func(ctx context.Context, args []string) error {
			l, component, err := a.localComponent(ctx, nil, noAPIForAuthorizers)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			if err := l.admin.DeleteAuthorizer(ctx, component, args[0]); err != nil {
				return err
			}
			return a.printf("deleted merchant %s\n", table.OneLine(args[0]))
		}),
	}
}
