package cli

import (
	"context"

	"github.com/spf13/cobra"
)

func (a *app) componentTokenCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "token [APPID]", Short: "Issue and print a component_access_token", Args: positional,
		Long: `Issue a component_access_token and print it. It is good for two hours and ends no
other: tokens that programs fetched go on working.`,
		Example:           `  curl "http://127.0.0.1:8506/wxa/gettemplatedraftlist?access_token=$(draftbox component token)"`,
		ValidArgsFunction: completeFirst(a.completeComponents),
		RunE: a.verb("issue a token", func(ctx context.Context, args []string) error {
			l, appid, err := a.localComponent(ctx, args, "on the real service each new token ends the one before; fetch it where your platform does")
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			t, err := l.admin.IssueComponentToken(ctx, appid)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(t)
			}
			return a.printf("%s\n", t.AccessToken)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (a *app) authorizerTokenCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "token [APPID]", Short: "Issue and print an authorizer_access_token", Args: positional,
		Long: `Issue the tokens of a merchant that has authorized the component, and print the
authorizer_access_token. It ends no other.`,
		Example: `  draftbox authorizer token
  draftbox authorizer token wx00000000000000a1 --json`,
		ValidArgsFunction: completeFirst(a.completeAuthorizers()),
		RunE: a.verb("issue the merchant's tokens", func(ctx context.Context, args []string) error {
			l, component, appid, err := a.oneAuthorizer(ctx, args, "on the real service each new token ends the one before; fetch it where your platform does")
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			t, err := l.admin.IssueAuthorizerTokens(ctx, component, appid)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(t)
			}
			return a.printf("%s\n", t.AccessToken)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}
