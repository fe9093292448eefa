package cli

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"draftbox/internal/adminclient"
	"draftbox/internal/cli/table"
)

func (a *app) completionCommand() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	cmd := &cobra.Command{
		Use: "completion SHELL", Short: "Print the completion script of a shell", ValidArgs: shells,
		Long: `Print the script that makes a shell complete draftbox commands, flags and ids:
bash, zsh, fish or powershell.`,
		Example: `  source <(draftbox completion bash)            in ~/.bashrc
  source <(draftbox completion zsh)             in ~/.zshrc
  draftbox completion fish | source             in ~/.config/fish/config.fish
  draftbox completion powershell | Out-String | Invoke-Expression`,
		Args: cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
	}
	cmd.RunE = a.verb("print the script", func(_ context.Context, args []string) error {
		root, out := cmd.Root(), a.stdio.Out
		switch args[0] {
		case "bash":
			return root.GenBashCompletionV2(out, true)
		case "zsh":
			return root.GenZshCompletion(out)
		case "fish":
			return root.GenFishCompletion(out, true)
		default:
			return root.GenPowerShellCompletionWithDesc(out)
		}
	})
	return cmd
}

// completion gives what an argument or a flag may be, each with a description
// after a tab.
type completion = func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective)

// completeFirst completes the first argument only.
func completeFirst(complete completion) completion {
	return func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return complete(cmd, args, toComplete)
	}
}

// Bounds of a completion: how long a press of the Tab key may take, and how much
// a person looks through.
const (
	completionTimeout = 2 * time.Second
	completionItems   = 200
)

// completeLocal completes with what list finds on the local server; with nothing
// when there is none.
func (a *app) completeLocal(list func(ctx context.Context, l *local) ([]string, error)) completion {
	return func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		const none = cobra.ShellCompDirectiveNoFileComp
		if a.fromEnvironment(cmd) != nil || a.target.endpoint != "" {
			return nil, none
		}
		l, err := a.findLocal()
		if err != nil {
			return nil, none
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(cmd.Context()), completionTimeout)
		defer cancel()
		items, err := list(ctx, l)
		if err != nil {
			return nil, none
		}
		return items, none | cobra.ShellCompDirectiveKeepOrder
	}
}

// described lists items for completion.
func described[T any](items iter.Seq2[T, error], describe func(T) (value, about string)) ([]string, error) {
	all, err := adminclient.Take(items, completionItems)
	out := make([]string, 0, len(all))
	for _, item := range all {
		value, about := describe(item)
		out = append(out, value+"\t"+strings.TrimSpace(table.OneLine(about)))
	}
	return out, err
}

func (a *app) completeComponents(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	return a.completeLocal(func(ctx context.Context, l *local) ([]string, error) {
		return described(l.admin.Components(ctx, completionItems), func(c adminclient.Component) (string, string) { return c.Appid, c.Name })
	})(cmd, args, toComplete)
}

// completeOfComponent completes with what belongs to the component of the flags.
func (a *app) completeOfComponent(list func(ctx context.Context, l *local, component string) ([]string, error)) completion {
	return a.completeLocal(func(ctx context.Context, l *local) ([]string, error) {
		appid, err := a.component(ctx, l)
		if err != nil {
			return nil, err
		}
		return list(ctx, l, appid)
	})
}

func (a *app) completeDrafts() completion {
	return a.completeOfComponent(func(ctx context.Context, l *local, component string) ([]string, error) {
		return described(l.admin.Drafts(ctx, component), func(d adminclient.Draft) (string, string) {
			return strconv.FormatInt(d.DraftID, 10), d.UserVersion + " " + d.SourceName
		})
	})
}

func (a *app) completeTemplates() completion {
	return a.completeOfComponent(func(ctx context.Context, l *local, component string) ([]string, error) {
		return described(l.admin.Templates(ctx, component), func(t adminclient.Template) (string, string) {
			return strconv.FormatInt(t.TemplateID, 10), t.UserVersion + " " + t.SourceName
		})
	})
}

func (a *app) completeSources() completion {
	return a.completeOfComponent(func(ctx context.Context, l *local, component string) ([]string, error) {
		return described(l.admin.DevMiniprograms(ctx, component), func(d adminclient.DevMiniprogram) (string, string) {
			return d.Appid, d.Name
		})
	})
}

func (a *app) completeAuthorizers() completion {
	return a.completeOfComponent(func(ctx context.Context, l *local, component string) ([]string, error) {
		return described(l.admin.Authorizers(ctx, component), func(m adminclient.Authorizer) (string, string) {
			return m.Appid, m.NickName
		})
	})
}

// completeDeliveries completes with the ids of pushes in one of some states.
func (a *app) completeDeliveries(states ...adminclient.DeliveryState) completion {
	return func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
		return a.completeLocal(func(ctx context.Context, l *local) ([]string, error) {
			f := adminclient.DeliveryFilter{Component: a.target.component, PageSize: completionItems}
			wanted := func(yield func(adminclient.Delivery, error) bool) {
				for d, err := range l.admin.Deliveries(ctx, f) {
					if unwanted := err == nil && (slices.Contains(args, d.ID) || !slices.Contains(states, d.State)); !unwanted && !yield(d, err) {
						return
					}
				}
			}
			return described(wanted, func(d adminclient.Delivery) (string, string) { return d.ID, d.Type + " " + string(d.State) })
		})(cmd, args, toComplete)
	}
}

func (a *app) completeRequests() completion {
	return a.completeLocal(func(ctx context.Context, l *local) ([]string, error) {
		f := adminclient.RequestFilter{Component: a.target.component, PageSize: completionItems}
		return described(l.admin.Requests(ctx, f), func(r adminclient.Request) (string, string) {
			return r.RID, r.Path + " " + strconv.Itoa(r.Errcode)
		})
	})
}
