package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
)

func (a *app) componentDevVersionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "dev-version [APPID]", Short: "Show what the newest preview of a development mini program made", Args: positional,
		Long: `Show the development version (开发版) of a development mini program: what the newest
"miniprogram-ci preview" uploaded. It makes no draft.

APPID is the development mini program's; it may be left out where the component
has only one.`,
		Example: `  draftbox component dev-version
  draftbox component dev-version wx00000000000000d1 --json`,
		ValidArgsFunction: completeFirst(a.completeSources()),
		RunE: a.verb("show the development version", func(ctx context.Context, args []string) error {
			l, component, err := a.localComponent(ctx, nil, noAPIForComponents)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			appid, err := chooseDev(ctx, l, component, args)
			if err != nil {
				return err
			}
			v, err := l.admin.DevVersion(ctx, component, appid)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(v)
			}
			return a.printDevVersion(v)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (a *app) printDevVersion(v adminclient.DevVersion) error {
	return a.fields(
		"appid", v.Appid,
		"version", v.UserVersion,
		"description", v.UserDesc,
		"developer", v.Developer,
		"page", orDash(v.Path),
		"uploaded", showTime(time.Unix(v.CreateTime, 0))+zoneNote,
		"digest", v.Digest,
	)
}
