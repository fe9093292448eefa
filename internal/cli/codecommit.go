package cli

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/cli/table"
	"draftbox/wxopen"
)

func (m *merchantCode) commitCommand() *cobra.Command {
	var (
		in  wxopen.CommitRequest
		ext string
	)
	cmd := &cobra.Command{
		Use: "commit [MERCHANT]", Short: "Make a template the experience version", Args: positional,
		Long: `Commit a template to the mini program (POST /wxa/commit). It becomes the experience
version in place of the one before; what is under audit and what is online stay. It
begins a check of the privacy interfaces, during which the code cannot be submitted.

--ext is the ext_json that makes the template this merchant's: a file, - for the
standard input, or the JSON itself. "draftbox ext lint" finds what is wrong with one.`,
		Example: `  draftbox code commit --template 0 --version 1.0.0 --desc 首个版本
  draftbox code commit wx00000000000000a1 --template 0 --version 1.0.0 --ext ext.json
  draftbox code commit --template 0 --version 1.0.1 --ext '{"ext": {"shop": "一号店"}}'`,
		ValidArgsFunction: completeFirst(m.completeAuthorizers()),
	}
	commit := m.merchantVerb("commit the code", func(ctx context.Context, c *wxopen.AuthorizerClient, _ []string) error {
		if err := c.Commit(ctx, in); err != nil {
			return err
		}
		return m.printf("committed template %d, version %s\n", in.TemplateID, table.OneLine(in.UserVersion))
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if in.TemplateID < 0 {
			return usagef("%d is no template_id: it is a number from 0", in.TemplateID)
		}
		var err error
		if in.RawExtJSON, err = m.readJSONFlag(ext); err != nil {
			return m.explain(cmd.Context(), "read the ext_json", err)
		}
		return commit(cmd, args)
	}
	flags := cmd.Flags()
	flags.Int64Var(&in.TemplateID, "template", 0, "commit the template `ID`")
	flags.StringVar(&in.UserVersion, "version", "", "call the version `TEXT`, at most 64 characters")
	flags.StringVar(&in.UserDesc, "desc", "", "describe it by `TEXT`")
	flags.StringVar(&ext, "ext", "", "the ext_json: a `FILE`, - for the standard input, or the JSON itself")
	for _, name := range []string{"template", "version"} {
		_ = cmd.MarkFlagRequired(name) // fails for unknown names only
	}
	_ = cmd.RegisterFlagCompletionFunc("template", m.completeTemplates()) // the same
	_ = cmd.MarkFlagFilename("ext", "json")                               // the same
	return cmd
}

// maxInput bounds what is read of a file of JSON, in bytes; ext_json may have 1 MiB.
const maxInput = 4 << 20

// readJSONFlag reads a flag whose value is JSON, the file that has it, or - for the
// standard input. An empty one is none.
func (a *app) readJSONFlag(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	if first := strings.TrimLeft(value, " \t\r\n"); strings.HasPrefix(first, "{") || strings.HasPrefix(first, "[") {
		return value, nil
	}
	return a.readInput(value)
}

// readInput reads a file, or the standard input for -.
func (a *app) readInput(name string) (string, error) {
	in := a.stdio.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", usagef("the file cannot be read").withWhy("%v", err)
		}
		defer func() { _ = f.Close() }() // only read from: nothing to lose
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxInput+1))
	switch {
	case err != nil:
		return "", err
	case len(text) > maxInput:
		return "", usagef("%s is over %s", name, showSize(maxInput))
	case strings.TrimSpace(string(text)) == "":
		return "", usagef("%s is empty", name).withNext("write at least {}")
	}
	return string(text), nil
}
