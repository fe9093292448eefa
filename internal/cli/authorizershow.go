package cli

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
)

func (a *app) authorizerShowCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show [APPID]", Short: "Show a merchant, its authorization and what waits in its list", Args: positional,
		Example: `  draftbox authorizer show
  draftbox authorizer show wx00000000000000a1 --json | jq .func_ids`,
		ValidArgsFunction: completeFirst(a.completeAuthorizers()),
		RunE: a.verb("show the merchant", func(ctx context.Context, args []string) error {
			l, component, appid, err := a.oneAuthorizer(ctx, args, noAPIForAuthorizers)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			m, err := l.admin.Authorizer(ctx, component, appid)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(m)
			}
			pending, err := l.admin.PendingVersions(ctx, component, appid)
			if err != nil {
				return err
			}
			return a.printAuthorizer(m, pending)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (a *app) printAuthorizer(m adminclient.Authorizer, pending []adminclient.PendingVersion) error {
	state := showAuthorization(m)
	if m.Authorized && !m.Exchanged {
		state += ", the authorization code waits to be exchanged"
	}
	ids := make([]string, len(m.FuncIDs))
	for i, id := range m.FuncIDs {
		ids[i] = strconv.Itoa(id)
	}
	kinds := make([]string, len(m.Categories))
	for i, c := range m.Categories {
		kinds[i] = strings.TrimSuffix(c.First+"/"+c.Second, "/")
	}
	pairs := []string{
		"appid", m.Appid,
		"nick_name", orDash(m.NickName),
		"principal_name", orDash(m.Profile.PrincipalName),
		"account", cmp.Or(m.Profile.Account, "miniprogram"),
		"state", state,
		"granted", showTime(m.AuthTime.Time) + zoneNote,
		"func_ids", orDash(strings.Join(ids, " ")),
		"categories", orDash(strings.Join(kinds, "\n")),
		"restrictions", cmp.Or(strings.Join(m.Restrictions, " "), "(none)"),
		"created", showTime(m.CreatedAt) + zoneNote,
	}
	if m.AuthTime.IsZero() {
		pairs[11] = "-"
	}
	for _, v := range pending {
		text := []string{v.UserVersion, v.UserDesc, v.Developer + ", " + showTime(time.Unix(v.CreateTime, 0)) + zoneNote, "of " + v.SourceAppid}
		pairs = append(pairs, "pending version", strings.Join(text, "\n"))
	}
	return a.fields(pairs...)
}
