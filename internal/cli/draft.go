package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
	"draftbox/wxopen"
)

// noAPIForDrafts is why most draft verbs need a local server.
const noAPIForDrafts = "WeChat has no API to make, read or delete a draft: drafts come from DevTools or miniprogram-ci and are deleted in the web console"

func (a *app) draftCommand() *cobra.Command {
	cmd := group("draft", "The draft box: list, show, upload, download, delete",
		`A draft (草稿) is the newest upload of one development mini program. A newer upload
of the same one takes its place, with a new id.`,
		a.draftListCommand(), a.draftShowCommand(), a.draftUploadCommand(), a.draftDownloadCommand(), a.draftDeleteCommand())
	a.targetFlags(cmd, localOrReal)
	return cmd
}

func (a *app) draftListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the draft box", Args: positional,
		Long: `List the draft box as GET /wxa/gettemplatedraftlist answers it, on the local server
or, with --endpoint, on any other.`,
		Example: `  draftbox draft list
  draftbox draft list --json | jq '.[].draft_id'
  DRAFTBOX_ACCESS_TOKEN=… draftbox draft list --endpoint https://api.weixin.qq.com`,
		RunE: a.verb("list the draft box", func(ctx context.Context, _ []string) error {
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			c, err := a.wire(ctx)
			if err != nil {
				return err
			}
			drafts, err := c.DraftList(ctx)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(drafts)
			}
			return a.printDrafts(drafts)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (a *app) printDrafts(drafts []wxopen.Draft) error {
	if len(drafts) == 0 {
		return a.printf("(no drafts; upload one: draftbox draft upload FOLDER --version 1.0.0)\n")
	}
	t := table.New(
		table.Column{Title: "DRAFT", Right: true}, table.Column{Title: "VERSION", Most: 24}, table.Column{Title: "DESCRIPTION", Most: 48},
		table.Column{Title: "DEVELOPER", Most: 20}, table.Column{Title: "SOURCE"}, table.Column{Title: "NAME", Most: 24},
		table.Column{Title: "UPLOADED" + zoneNote})
	for _, d := range drafts {
		t.Row(d.DraftID, d.UserVersion, d.UserDesc, orDash(d.Developer), orDash(d.SourceMiniprogramAppid), orDash(d.SourceMiniprogram), showTime(d.CreateTime))
	}
	return t.Write(a.stdio.Out)
}

// parseID reads a draft_id or template_id.
func parseID(kind, s string) (int64, error) {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id < 0 {
		return 0, usagef("%q is no %s: it is a number from 0", s, kind)
	}
	return id, nil
}

// oneDraft finds the local server, the component and the id of a verb on one
// draft.
func (a *app) oneDraft(ctx context.Context, arg string) (l *local, component string, id int64, err error) {
	if id, err = parseID("draft_id", arg); err != nil {
		return nil, "", 0, err
	}
	l, component, err = a.localComponent(ctx, nil, noAPIForDrafts)
	return l, component, id, err
}

func (a *app) draftShowCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show DRAFT_ID", Short: "Show a draft and what its code package holds", Args: positional,
		Example: `  draftbox draft show 0
  draftbox draft show 0 --json | jq -r '.pages[]'`,
		ValidArgsFunction: completeFirst(a.completeDrafts()),
		RunE: a.verb("show the draft", func(ctx context.Context, args []string) error {
			l, component, id, err := a.oneDraft(ctx, args[0])
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			d, err := l.admin.Draft(ctx, component, id)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(d)
			}
			return a.printDraft(d)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (a *app) printDraft(d adminclient.Draft, more ...string) error {
	parts := make([]string, 0, len(d.Subpackages))
	for _, p := range d.Subpackages {
		parts = append(parts, fmt.Sprintf("%s  %s, %s", p.Root, plural(len(p.Pages), "page", "pages"), showSize(p.Size)))
	}
	pairs := []string{
		"draft", strconv.FormatInt(d.DraftID, 10),
		"version", d.UserVersion,
		"description", d.UserDesc,
		"developer", d.Developer,
		"source", d.SourceAppid + "  " + d.SourceName,
		"uploaded", showTime(time.Unix(d.CreateTime, 0)) + zoneNote,
		"size", showSize(d.Size),
		"pages", fmt.Sprintf("%d\n%s", len(d.Pages), strings.Join(d.Pages, "\n")),
	}
	if len(parts) > 0 {
		pairs = append(pairs, "sub-packages", strings.Join(parts, "\n"))
	}
	return a.fields(append(append(pairs, "digest", d.Digest), more...)...)
}

func (a *app) draftDeleteCommand() *cobra.Command {
	return &cobra.Command{
		Use: "delete DRAFT_ID", Short: "Delete a draft; templates made from it stay", Args: positional,
		Example:           `  draftbox draft delete 0`,
		ValidArgsFunction: completeFirst(a.completeDrafts()),
		RunE: a.verb("delete the draft", func(ctx context.Context, args []string) error {
			l, component, id, err := a.oneDraft(ctx, args[0])
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			if err := l.admin.DeleteDraft(ctx, component, id); err != nil {
				return err
			}
			return a.printf("deleted draft %d\n", id)
		}),
	}
}
