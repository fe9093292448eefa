package cli

import (
	"context"
	"runtime"

	"github.com/spf13/cobra"

	"draftbox/internal/buildinfo"
)

func (a *app) versionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "version", Short: "Print which draftbox this is", Args: positional,
		Example: `  draftbox version
  draftbox version --json`,
		RunE: a.verb("print the version", func(context.Context, []string) error {
			system := runtime.GOOS + "/" + runtime.GOARCH
			if asJSON {
				return a.printJSON(struct {
					Version string `json:"version"`
					Go      string `json:"go"`
					System  string `json:"system"`
				}{buildinfo.Version(), runtime.Version(), system})
			}
			return a.printf("draftbox %s (%s, %s)\n", buildinfo.Version(), runtime.Version(), system)
		}),
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}
