package cli

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/cli/table"
	"draftbox/wxopen"
)

func (m *merchantCode) pagesCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "pages [MERCHANT]", Short: "List the pages of the experience version", Args: positional,
		Long: `List the pages of the experience version, one a line (GET /wxa/get_page): the
template's, as the ext_json of the commit left them.`,
		Example: `  draftbox code pages
  draftbox code pages wx00000000000000a1 --json | jq length`,
		ValidArgsFunction: completeFirst(m.completeAuthorizers()),
		RunE: m.merchantVerb("list the pages", func(ctx context.Context, c *wxopen.AuthorizerClient, _ []string) error {
			pages, err := c.CodePages(ctx)
			switch {
			case err != nil:
				return err
			case asJSON:
				return m.printJSON(pages)
			}
			for _, page := range pages {
				if err := m.printf("%s\n", table.OneLine(page)); err != nil {
					return err
				}
			}
			return nil
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (m *merchantCode) qrcodeCommand() *cobra.Command {
	var (
		out, page string
		force     bool
	)
	cmd := &cobra.Command{
		Use: "qrcode [MERCHANT]", Short: "Save the QR code of the experience version", Args: positional,
		Long: `Save the picture of the code that opens the experience version for testers, a JPEG
(GET /wxa/get_qrcode). A file that exists is kept unless --force is given.`,
		Example: `  draftbox code qrcode --out trial.jpg
  draftbox code qrcode --out trial.jpg --path 'pages/index/index?from=cli'`,
		ValidArgsFunction: completeFirst(m.completeAuthorizers()),
		RunE: m.merchantVerb("save the QR code", func(ctx context.Context, c *wxopen.AuthorizerClient, _ []string) error {
			picture, err := c.TrialQRCode(ctx, page)
			if err != nil {
				return err
			}
			write := func(w io.Writer) error {
				_, err := w.Write(picture)
				return err
			}
			if out == "-" {
				return write(m.stdio.Out)
			}
			if err := saveFile(out, 0o644, force, write); err != nil {
				return err
			}
			return m.printf("%s\n", out)
		}),
	}
	flags := cmd.Flags()
	flags.StringVarP(&out, "out", "o", "", "save it to `FILE`; - is standard output")
	flags.StringVar(&page, "path", "", "open the `PAGE`, with its query if it has one, instead of the first")
	flags.BoolVarP(&force, "force", "f", false, "overwrite the file")
	_ = cmd.MarkFlagRequired("out") // fails for unknown names only
	return cmd
}

// privacyJSON is what the check of a commit found, as the wire has it.
type privacyJSON struct {
	WithoutAuth []string `json:"without_auth_list"`
	WithoutConf []string `json:"without_conf_list"`
}

func (m *merchantCode) privacyCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "privacy [MERCHANT]", Short: "Tell what the check of privacy interfaces has found", Args: positional,
		Long: `Tell what the check that the last commit began has found (GET
/wxa/security/get_code_privacy_info): location interfaces that the code uses without
a permission, and without declaring them in requiredPrivateInfos.`,
		Example: `  draftbox code privacy
  draftbox code privacy --json | jq .without_conf_list`,
		ValidArgsFunction: completeFirst(m.completeAuthorizers()),
		RunE: m.merchantVerb("tell what the check has found", func(ctx context.Context, c *wxopen.AuthorizerClient, _ []string) error {
			info, err := c.CodePrivacyInfo(ctx)
			switch {
			case err != nil:
				return err
			case asJSON:
				return m.printJSON(privacyJSON(info))
			}
			return m.fields("no permission", namesOrNone(info.WithoutAuth), "not declared", namesOrNone(info.WithoutConf))
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func namesOrNone(names []string) string {
	if len(names) == 0 {
		return "(none)"
	}
	return strings.Join(names, "\n")
}
