package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/cli/table"
	"draftbox/wxopen"
)

func (a *app) templateCommand() *cobra.Command {
	cmd := group("template", "The template library: list, add, delete",
		`A template (代码模板) is a permanent copy of a draft. The library holds 200. These
verbs are calls of the emulated API, and with --endpoint of the real one.`,
		a.templateListCommand(), a.templateAddCommand(), a.templateDeleteCommand())
	a.targetFlags(cmd, localOrReal)
	return cmd
}

func (a *app) templateListCommand() *cobra.Command {
	var asJSON bool
	kind := newChoice("all", "ordinary", "standard")
	cmd := &cobra.Command{
		Use: "list", Short: "List the template library", Args: positional,
		Long: `List the template library as GET /wxa/gettemplatelist answers it. The newest
template is the one with the greatest id, not the last of the list.`,
		Example: `  draftbox template list
  draftbox template list --json | jq 'max_by(.template_id)'`,
		RunE: a.verb("list the template library", func(ctx context.Context, _ []string) error {
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			c, err := a.wire(ctx)
			if err != nil {
				return err
			}
			templates, err := c.TemplateList(ctx, templateTypes[kind.value]...)
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.printJSON(templates)
			}
			return a.printTemplates(templates)
		}),
	}
	jsonFlag(cmd, &asJSON)
	choiceFlag(cmd, kind, "type", "which of the two libraries")
	return cmd
}

var templateTypes = map[string][]wxopen.TemplateType{
	"ordinary": {wxopen.OrdinaryTemplate},
	"standard": {wxopen.StandardTemplate},
}

func (a *app) printTemplates(templates []wxopen.Template) error {
	if len(templates) == 0 {
		return a.printf("(no templates; add a draft: draftbox template add DRAFT_ID)\n")
	}
	t := table.New(
		table.Column{Title: "TEMPLATE", Right: true}, table.Column{Title: "DRAFT", Right: true}, table.Column{Title: "TYPE"},
		table.Column{Title: "VERSION", Most: 24}, table.Column{Title: "DESCRIPTION", Most: 48}, table.Column{Title: "DEVELOPER", Most: 20},
		table.Column{Title: "SOURCE"}, table.Column{Title: "UPLOADED" + zoneNote})
	for _, m := range templates {
		draft, kind := "-", "ordinary"
		if m.DraftID != nil {
			draft = strconv.FormatInt(*m.DraftID, 10)
		}
		if m.TemplateType == wxopen.StandardTemplate {
			kind = "standard"
		}
		t.Row(m.TemplateID, draft, kind, m.UserVersion, m.UserDesc, orDash(m.Developer), orDash(m.SourceMiniprogramAppid), showTime(m.CreateTime))
	}
	return t.Write(a.stdio.Out)
}

func (a *app) templateAddCommand() *cobra.Command {
	var asJSON, quiet bool
	cmd := &cobra.Command{
		Use: "add DRAFT_ID", Short: "Add a draft to the library and tell the template_id", Args: positional,
		Long: `Add a draft to the template library and print the id of the template that came of
it, which the service's own answer does not tell. When somebody adds the same
draft at the same time that cannot be known: the candidates are printed then, and
the exit code is 1.`,
		Example: `  draftbox template add 1
  id=$(draftbox template add 1 --quiet)`,
		ValidArgsFunction: completeFirst(a.completeDrafts()),
		RunE: a.verb("add the draft to the template library", func(ctx context.Context, args []string) error {
			id, err := parseID("draft_id", args[0])
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			c, err := a.wire(ctx)
			if err != nil {
				return err
			}
			m, err := c.AddDraftAsTemplate(ctx, id)
			switch {
			case err != nil:
				return explainAddition(err)
			case asJSON:
				return a.printJSON(m)
			case quiet:
				return a.printf("%d\n", m.TemplateID)
			}
			return a.printf("template %d, made of draft %d, version %s\n", m.TemplateID, id, table.OneLine(m.UserVersion))
		}),
	}
	jsonFlag(cmd, &asJSON)
	quietFlag(cmd, &quiet, "the template_id")
	return cmd
}

// explainAddition tells the two outcomes in which a template may have been made
// all the same.
func explainAddition(err error) error {
	if e, ok := errors.AsType[*wxopen.AmbiguousError](err); ok {
		candidates := make([]string, len(e.Candidates))
		for i, m := range e.Candidates {
			candidates[i] = fmt.Sprintf("template %d", m.TemplateID)
		}
		return &fault{
			what: fmt.Sprintf("draft %d was added, but which template came of it is ambiguous", e.Draft.DraftID),
			why:  "it was added several times at once; all of these are copies of it:\n" + strings.Join(candidates, "\n"),
			next: "use any of them, and delete the others: draftbox template delete ID",
			code: exitRefused,
		}
	}
	if e, ok := errors.AsType[*wxopen.UnconfirmedError](err); ok {
		f := &fault{
			what: fmt.Sprintf("it is not known whether draft %d was added", e.Draft.DraftID),
			next: fmt.Sprintf("look for a template with an id over %d before you try again: draftbox template list", e.After),
			code: exitRefused,
		}
		if e.Added {
			f.what = fmt.Sprintf("draft %d was added, but the list does not show the template", e.Draft.DraftID)
		}
		if e.Err != nil {
			f.why = e.Err.Error()
		}
		return f
	}
	return err
}

func (a *app) templateDeleteCommand() *cobra.Command {
	return &cobra.Command{
		Use: "delete TEMPLATE_ID", Short: "Delete a template, which frees a place in the library", Args: positional,
		Example:           `  draftbox template delete 0`,
		ValidArgsFunction: completeFirst(a.completeTemplates()),
		RunE: a.verb("delete the template", func(ctx context.Context, args []string) error {
			id, err := parseID("template_id", args[0])
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			c, err := a.wire(ctx)
			if err != nil {
				return err
			}
			if err := c.DeleteTemplate(ctx, id); err != nil {
				return err
			}
			return a.printf("deleted template %d\n", id)
		}),
	}
}
