package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/buildinfo"
)

// defaultDataDir is where state is kept unless told otherwise.
const defaultDataDir = ".draftbox"

// Groups of the root's help.
const (
	groupServer  = "server"
	groupContent = "content"
	groupLook    = "look"
)

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "draftbox COMMAND",
		Short: "WeChat's third-party platform on your own machine",
		Long: `draftbox runs WeChat's third-party platform (第三方平台) on your own machine: the
draft box, the template library, tickets and tokens, with the wire protocol of
api.weixin.qq.com. Its client verbs work with that server and with the real one.`,
		Example: `  draftbox serve                                      start a server with a demo in it
  draftbox draft upload ./miniprogram --version 1.0.0
  draftbox draft list
  draftbox template add 1
  draftbox exec -- npm test                           run a program that calls the real hosts`,
		DisableFlagsInUseLine: true,
		Version:               buildinfo.Version(),
		SilenceErrors:         true,
		SilenceUsage:          true,
		PersistentPreRunE:     func(cmd *cobra.Command, _ []string) error { return a.fromEnvironment(cmd) },
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetUsageTemplate(usageTemplate)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagFault(err) })
	root.CompletionOptions.DisableDefaultCmd = true

	flags := root.PersistentFlags()
	flags.StringVar(&a.dataDir, "data-dir", defaultDataDir, "keep state, keys and logs in `DIR`")
	env(flags, "data-dir", "DRAFTBOX_DATA_DIR")

	root.AddGroup(
		&cobra.Group{ID: groupServer, Title: "Server:"},
		&cobra.Group{ID: groupContent, Title: "The platform's contents:"},
		&cobra.Group{ID: groupLook, Title: "What happened, and when:"},
	)
	add := func(id string, cmds ...*cobra.Command) {
		for _, c := range cmds {
			c.GroupID = id
			root.AddCommand(c)
		}
	}
	add(groupServer, a.serveCommand(), a.consoleCommand(), a.execCommand(), a.envCommand(), a.initCommand(), a.readyzCommand())
	add(groupContent, a.componentCommand(), a.draftCommand(), a.templateCommand(), a.authorizerCommand(), a.registrationCommand(),
		a.codeCommand(), a.auditCommand(), a.extCommand())
	add(groupLook, a.eventCommand(), a.requestCommand(), a.clockCommand())
	root.AddCommand(a.versionCommand(), a.completionCommand())
	return root
}

// group returns a command that only holds others.
func group(use, short, long string, verbs ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{
		Use: use + " COMMAND", Short: short, Long: long,
		// Without a body of its own cobra would take a mistyped verb for a
		// request for help and end well.
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			f := usagef("unknown command %q for %q", args[0], cmd.CommandPath())
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				f = f.withWhy("did you mean %s?", strings.Join(near, ", "))
			}
			return f
		},
		DisableFlagsInUseLine: true,
		// cobra fills this in for the root only.
		SuggestionsMinimumDistance: 2,
	}
	g.AddCommand(verbs...)
	return g
}

// usageTemplate is what a person reads after the description of a command.
const usageTemplate = `Usage:
  {{.UseLine}}
{{- if .HasExample}}

Examples:
{{.Example}}
{{- end}}
{{- if .HasAvailableSubCommands}}
{{- $cmds := .Commands}}
{{- range $group := .Groups}}

{{.Title}}
{{- range $cmds}}{{if and (eq .GroupID $group.ID) .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}
{{- end}}

{{if .Groups}}Other:{{else}}Commands:{{end}}
{{- range $cmds}}{{if and (eq .GroupID "") .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}
{{- end}}
{{- if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
{{- end}}
{{- if .HasAvailableInheritedFlags}}

Shared flags:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}
{{- end}}
{{- if .HasAvailableSubCommands}}

"{{.CommandPath}} COMMAND --help" tells more about a command.
{{- end}}
`
