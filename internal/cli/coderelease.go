package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"draftbox/internal/cli/table"
	"draftbox/wxopen"
)

func (m *merchantCode) releaseCommand() *cobra.Command {
	return &cobra.Command{
		Use: "release [MERCHANT]", Short: "Release the version that passed last", Args: positional,
		Long: `Put the version online that passed its audit last, for all users (POST /wxa/release).
"draftbox code gray" does so by degrees.`,
		Example: `  draftbox code release
  draftbox code release wx00000000000000a1`,
		ValidArgsFunction: completeFirst(m.completeAuthorizers()),
		RunE: m.merchantVerb("release the version", func(ctx context.Context, c *wxopen.AuthorizerClient, _ []string) error {
			if err := c.Release(ctx); err != nil {
				return err
			}
			return m.printOnline(ctx, c, "released the version that passed")
		}),
	}
}

// printOnline tells which version is online after a change. Where that cannot be
// learned it tells the change alone.
func (m *merchantCode) printOnline(ctx context.Context, c *wxopen.AuthorizerClient, done string) error {
	if info, err := c.VersionInfo(ctx); err == nil && info.Release != nil {
		return m.printf("version %s is online\n", table.OneLine(info.Release.Version))
	}
	return m.printf("%s\n", done)
}

func (m *merchantCode) rollbackCommand() *cobra.Command {
	var to int64
	cmd := &cobra.Command{
		Use: "rollback [MERCHANT]", Short: "Go back to a former version", Args: positional,
		Long: `Put the version online again that was online before, or with --to another one of
"draftbox code history" (GET /wxa/revertcoderelease). After that there is no version
to go back to until the next release.`,
		Example: `  draftbox code rollback
  draftbox code rollback --to 3`,
		ValidArgsFunction: completeFirst(m.completeAuthorizers()),
	}
	cmd.RunE = m.merchantVerb("go back to a former version", func(ctx context.Context, c *wxopen.AuthorizerClient, _ []string) error {
		var err error
		if cmd.Flags().Changed("to") {
			err = c.RevertReleaseTo(ctx, to)
		} else {
			err = c.RevertRelease(ctx)
		}
		if err != nil {
			return err
		}
		return m.printOnline(ctx, c, "went back to the former version")
	})
	cmd.Flags().Int64Var(&to, "to", 0, "go back to the `APP_VERSION` of the history")
	return cmd
}

// historyJSON is a version to go back to.
type historyJSON struct {
	AppVersion  int64  `json:"app_version"`
	UserVersion string `json:"user_version"`
	UserDesc    string `json:"user_desc"`
	CommitTime  string `json:"commit_time"` // RFC 3339
}

func (m *merchantCode) historyCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "history [MERCHANT]", Short: "List the versions that one can go back to", Args: positional,
		Long: `List the versions that one can go back to, newest first, at most five
(GET /wxa/revertcoderelease?action=get_history_version). It changes nothing.`,
		Example: `  draftbox code history
  draftbox code history --json | jq '.[0].app_version'`,
		ValidArgsFunction: completeFirst(m.completeAuthorizers()),
		RunE: m.merchantVerb("list the former versions", func(ctx context.Context, c *wxopen.AuthorizerClient, _ []string) error {
			versions, err := c.HistoryVersions(ctx)
			switch {
			case err != nil:
				return err
			case asJSON:
				out := []historyJSON{}
				for _, v := range versions {
					out = append(out, historyJSON{v.AppVersion, v.UserVersion, v.UserDesc, v.CommitTime.Format(time.RFC3339)})
				}
				return m.printJSON(out)
			}
			return m.printHistory(versions)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (m *merchantCode) printHistory(versions []wxopen.HistoryVersion) error {
	if len(versions) == 0 {
		return m.printf("(no version to go back to)\n")
	}
	t := table.New(
		table.Column{Title: "APP_VERSION", Right: true}, table.Column{Title: "VERSION", Most: 24},
		table.Column{Title: "DESCRIPTION", Most: 48}, table.Column{Title: "COMMITTED" + zoneNote})
	for _, v := range versions {
		t.Row(v.AppVersion, v.UserVersion, orDash(v.UserDesc), showTime(v.CommitTime))
	}
	return t.Write(m.stdio.Out)
}

// versionsJSON are the experience version and the version online, null where there is
// none.
type versionsJSON struct {
	Experience *versionJSON `json:"experience"`
	Release    *versionJSON `json:"release"`
}

type versionJSON struct {
	Version string `json:"version"`
	Desc    string `json:"desc"`
	Time    string `json:"time"` // RFC 3339; of the commit, or of the release
}

func showVersionJSON(v *wxopen.CodeVersion) *versionJSON {
	if v == nil {
		return nil
	}
	return &versionJSON{v.Version, v.Desc, v.Time.Format(time.RFC3339)}
}

func (m *merchantCode) versionsCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "versions [MERCHANT]", Short: "Tell the experience version and the version online", Args: positional,
		Long: `Tell the experience version and the version online (POST /wxa/getversioninfo). The
one under audit is told by "draftbox code status".`,
		Example: `  draftbox code versions
  draftbox code versions --json | jq -r .release.version`,
		ValidArgsFunction: completeFirst(m.completeAuthorizers()),
		RunE: m.merchantVerb("tell the versions", func(ctx context.Context, c *wxopen.AuthorizerClient, _ []string) error {
			info, err := c.VersionInfo(ctx)
			switch {
			case err != nil:
				return err
			case asJSON:
				return m.printJSON(versionsJSON{showVersionJSON(info.Experience), showVersionJSON(info.Release)})
			}
			t := table.New(table.Column{Title: "LINE"}, table.Column{Title: "VERSION", Most: 24}, table.Column{Title: "DESCRIPTION", Most: 48}, table.Column{Title: "SINCE" + zoneNote})
			for _, line := range []struct {
				name    string
				version *wxopen.CodeVersion
			}{{"experience", info.Experience}, {"online", info.Release}} {
				if line.version == nil {
					t.Row(line.name, "-", "-", "-")
					continue
				}
				t.Row(line.name, line.version.Version, orDash(line.version.Desc), showTime(line.version.Time))
			}
			return t.Write(m.stdio.Out)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}
