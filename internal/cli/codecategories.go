package cli

import (
	"context"

	"github.com/spf13/cobra"

	"draftbox/internal/cli/table"
	"draftbox/wxopen"
)

// categoryJSON is a category as the items of a submission have it.
type categoryJSON struct {
	FirstClass  string `json:"first_class"`
	FirstID     int64  `json:"first_id"`
	SecondClass string `json:"second_class"`
	SecondID    int64  `json:"second_id"`
	ThirdClass  string `json:"third_class,omitempty"`
	ThirdID     int64  `json:"third_id,omitempty"`
}

func (m *merchantCode) categoriesCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "categories [MERCHANT]", Short: "List the categories that an item of a submission can have", Args: positional,
		Long: `List the categories (类目) of the mini program that the items of a submission can have
(GET /wxa/get_category), with --json as the items have them.`,
		Example: `  draftbox code categories
  draftbox code categories --json | jq '[.[0] + {address: "pages/index/index", title: "首页"}]' | draftbox code submit --items -`,
		ValidArgsFunction: completeFirst(m.completeAuthorizers()),
		RunE: m.merchantVerb("list the categories", func(ctx context.Context, c *wxopen.AuthorizerClient, _ []string) error {
			all, err := c.AuditCategories(ctx)
			switch {
			case err != nil:
				return err
			case asJSON:
				out := []categoryJSON{}
				for i := range all {
					k := &all[i]
					out = append(out, categoryJSON{k.FirstClass, k.FirstID, k.SecondClass, k.SecondID, k.ThirdClass, k.ThirdID})
				}
				return m.printJSON(out)
			case len(all) == 0:
				return m.printf("(no categories)\n")
			}
			t := table.New(
				table.Column{Title: "ID", Right: true}, table.Column{Title: "FIRST"}, table.Column{Title: "ID", Right: true}, table.Column{Title: "SECOND"},
				table.Column{Title: "ID", Right: true}, table.Column{Title: "THIRD"})
			for i := range all {
				k := &all[i]
				t.Row(k.FirstID, k.FirstClass, k.SecondID, k.SecondClass, k.ThirdID, orDash(k.ThirdClass))
			}
			return t.Write(m.stdio.Out)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}
