package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"draftbox/internal/adminclient"
	"draftbox/internal/platform"
)

// authorizerFlags are what `authorizer create` is told of an account. What is not
// given stays as it is.
type authorizerFlags struct {
	nickName, principalName string
	account                 *choice
	authorized              bool
	funcIDs                 []int
	categories              []string
	restrictions            []string
}

func (a *app) authorizerCreateCommand() *cobra.Command {
	var asJSON, quiet bool
	f := authorizerFlags{account: newChoice(platform.AccountMiniprogram, platform.AccountOfficialAccount)}
	cmd := &cobra.Command{
		Use: "create [APPID]", Short: "Make a merchant's mini program", Args: positional,
		Long: `Make a merchant's mini program that is known to the component. The appid is made
up unless given; one that is known already is changed in what is given.`,
		Example: `  draftbox authorizer create --nick-name 商户一 --principal-name 示例商户有限公司
  draftbox authorizer create wx00000000000000a1 --func-ids 18,30 --restriction frozen
  draftbox authorizer create wx00000000000000a1 --restriction ''       lift them
  appid=$(draftbox authorizer create --authorized --quiet)`,
		ValidArgsFunction: completeFirst(a.completeAuthorizers()),
	}
	cmd.RunE = a.verb("make the merchant", func(ctx context.Context, args []string) error {
		l, component, err := a.localComponent(ctx, nil, noAPIForAuthorizers)
		if err != nil {
			return err
		}
		in := f.input(cmd.Flags())
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
	})
	jsonFlag(cmd, &asJSON)
	quietFlag(cmd, &quiet, "the appid")
	f.add(cmd)
	return cmd
}

func (f *authorizerFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.nickName, "nick-name", "", "call it `NAME`")
	flags.StringVar(&f.nickName, "name", "", "the same")
	_ = flags.MarkHidden("name") // fails for unknown names only
	flags.StringVar(&f.principalName, "principal-name", "", "it belongs to the company `NAME`")
	choiceFlag(cmd, f.account, "account", "which kind of account it is")
	flags.StringArrayVar(&f.categories, "category", nil, "it is of the category `FIRST[/SECOND]`; may be repeated")
	flags.BoolVar(&f.authorized, "authorized", false, "as if the merchant had authorized the component already")
	flags.IntSliceVar(&f.funcIDs, "func-ids", nil, "permission sets (权限集) `IDS` that it grants, like 18,30")
	flags.StringSliceVar(&f.restrictions, "restriction", nil, "what it may not: `NAME` is "+strings.Join(platform.Restrictions(), " or ")+"; may be repeated")
	complete := cobra.FixedCompletions(platform.Restrictions(), cobra.ShellCompDirectiveNoFileComp)
	_ = cmd.RegisterFlagCompletionFunc("restriction", complete) // the same
}

// input takes over the flags that were given.
func (f *authorizerFlags) input(flags *pflag.FlagSet) adminclient.AuthorizerInput {
	var in adminclient.AuthorizerInput
	profile := adminclient.Profile{PrincipalName: f.principalName}
	if flags.Changed("nick-name") || flags.Changed("name") {
		in.NickName = &f.nickName
	}
	if flags.Changed("account") {
		profile.Account = f.account.value
	}
	if profile != (adminclient.Profile{}) {
		in.Profile = &profile
	}
	if flags.Changed("authorized") {
		in.Authorized = &f.authorized
	}
	if flags.Changed("func-ids") {
		in.FuncIDs = &f.funcIDs
	}
	if flags.Changed("category") {
		in.Categories = categories(f.categories)
	}
	if flags.Changed("restriction") {
		in.Restrictions = &f.restrictions
	}
	return in
}

// categories reads FIRST[/SECOND] flags.
func categories(flags []string) *[]adminclient.Category {
	out := []adminclient.Category{}
	for _, f := range flags {
		first, second, _ := strings.Cut(f, "/")
		out = append(out, adminclient.Category{First: first, Second: second})
	}
	return &out
}
