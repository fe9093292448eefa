package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"draftbox/internal/hosts"
	"draftbox/internal/runenv"
)

// envFlags are what `env` is told.
type envFlags struct {
	shell  *choice
	asJSON bool
	hosts  bool
}

func (a *app) envCommand() *cobra.Command {
	f := envFlags{shell: newChoice(runenv.Shells[0], runenv.Shells[1:]...)}
	cmd := &cobra.Command{
		Use: "env", Short: "Print the environment of \"draftbox exec\" for a shell", Args: positional,
		Long: `Print the environment in which a program with the real hosts written into it
reaches the running server: what "draftbox exec" gives to one program, for all
that a shell starts. What the shell's variables hold of the user's own is kept.

With --hosts, print lines for a hosts file instead, for those who would rather
have the names lead here, without a proxy. The program must then trust the CA by
itself, and the server must listen on the ports 443 and 80.`,
		Example: `  eval "$(draftbox env)"
  draftbox env --shell fish | source
  draftbox env --shell powershell | Out-String | Invoke-Expression
  draftbox env --shell cmd >%TEMP%\draftbox.cmd && call %TEMP%\draftbox.cmd
  draftbox env --json
  draftbox env --hosts | sudo tee -a /etc/hosts`,
		RunE: a.verb("print the environment", func(ctx context.Context, _ []string) error { return a.printEnv(ctx, &f) }),
	}
	a.localFlags(cmd)
	choiceFlag(cmd, f.shell, "shell", "write it for this shell; sh is for every one that knows POSIX")
	jsonFlag(cmd, &f.asJSON)
	cmd.Flags().BoolVar(&f.hosts, "hosts", false, "print lines for a hosts file")
	cmd.MarkFlagsMutuallyExclusive("shell", "json", "hosts")
	return cmd
}

func (a *app) printEnv(ctx context.Context, f *envFlags) error {
	if f.hosts {
		return a.printHosts()
	}
	l, err := a.findAlive(ctx)
	if err != nil {
		return err
	}
	vars, err := a.unmodified(l)
	if err != nil {
		return err
	}
	if f.asJSON {
		object := make(map[string]string, len(vars))
		for _, v := range vars {
			object[v.Name] = v.Value
		}
		return a.printJSON(object)
	}
	text, err := runenv.Export(f.shell.value, vars)
	if err != nil {
		return usagef("%v", err)
	}
	return a.printf("%s", text)
}

// printHosts needs no server: what it prints is for one that listens on the
// ports of the names.
func (a *app) printHosts() error {
	var b strings.Builder
	b.WriteString(`# draftbox: these names lead to this machine, for every program on it. For /etc/hosts,
# on Windows C:\Windows\System32\drivers\etc\hosts; take the lines out when done.
# The server must listen on the ports of the names:
#   draftbox serve --tls-listen 127.0.0.1:443 --listen 127.0.0.1:80
# and programs must trust its CA, whose file it prints.
`)
	for _, host := range hosts.Names() {
		b.WriteString("127.0.0.1 " + host + "\n")
	}
	return a.printf("%s", b.String())
}
