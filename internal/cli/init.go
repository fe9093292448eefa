package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"draftbox/internal/config"
)

func (a *app) initCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use: "init [FILE]", Short: "Write a world file to begin with", Args: positional,
		Long: `Write a commented world file, draftbox.yaml unless named. "draftbox serve" takes
the one in the current folder by itself. Its secrets are made up.`,
		Example: `  draftbox init
  draftbox init world.yaml && draftbox serve --config world.yaml`,
		RunE: a.verb("write the world file", func(_ context.Context, args []string) error {
			name := defaultConfig
			if len(args) > 0 {
				name = args[0]
			}
			write := func(w io.Writer) error {
				_, err := w.Write(config.Starter())
				return err
			}
			// It holds secrets.
			if err := saveFile(name, 0o600, force, write); err != nil {
				return err
			}
			next := "draftbox serve"
			if name != defaultConfig {
				next += " --config " + name
			}
			return a.printf("wrote %s\n\nLook through it, then start the server with it:\n\n  %s\n", name, next)
		}),
	}
	cmd.Flags().BoolVarP(&force, "force", "f", false, "overwrite the file")
	return cmd
}
