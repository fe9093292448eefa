package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"draftbox"
	"draftbox/internal/readyfile"
)

// execFlags are what `exec` is told.
type execFlags struct {
	ephemeral bool
	config    string
}

func (a *app) execCommand() *cobra.Command {
	var f execFlags
	cmd := &cobra.Command{
		Use: "exec [--ephemeral] -- COMMAND [ARG...]", Short: "Run an unmodified program against the server",
		DisableFlagsInUseLine: true,
		Long: `Run a program that has the real hosts written into it, like
https://api.weixin.qq.com or the official uploader's, against the running server,
with nothing changed in it: its environment gets a proxy, the server's CA, and
what Java, Node and PHP need beside. The proxy refuses every other host; install
first what has to be installed.

If no server runs, one is started for as long as the program runs, on free ports
and with the state of the data dir; with --ephemeral always, with a state of its
own that is gone afterwards.

Signals go to the program, and its exit code is that of this command: 128 and
the number of the signal that ended it, 127 if there is no such program, 126 if
it cannot be run.`,
		Example: `  draftbox exec -- curl 'https://api.weixin.qq.com/wxa/gettemplatedraftlist?access_token=…'
  draftbox exec -- npx --no-install miniprogram-ci upload --pp ./miniprogram --pkp key.pem --appid wx… --uv 1.0.0 -r 1
  draftbox exec --ephemeral --config world.yaml -- npm test`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("the command to run is missing").withNext("name it after two dashes: draftbox exec -- COMMAND")
			}
			return nil
		},
		RunE: a.verb("run the program", func(ctx context.Context, args []string) error { return a.exec(ctx, &f, args) }),
	}
	a.localFlags(cmd)
	flags := cmd.Flags()
	flags.SetInterspersed(false) // flags after the command are the command's, with or without dashes before it
	flags.BoolVar(&f.ephemeral, "ephemeral", false, "start a server with a fresh state of its own, gone afterwards, even if one runs")
	flags.StringVar(&f.config, "config", "", "if a server is started, take the world from `FILE` (default ./draftbox.yaml where there is one)")
	env(flags, "config", "DRAFTBOX_CONFIG")
	return cmd
}

func (a *app) exec(ctx context.Context, f *execFlags, args []string) error {
	path, err := findProgram(args[0])
	if err != nil {
		return err
	}
	l, err := a.findAlive(ctx)
	if err != nil && !notRunning(err) && !f.ephemeral {
		return err
	}
	if err != nil || f.ephemeral {
		own, release, err := a.ownServer(ctx, f)
		if err != nil {
			return err
		}
		return errors.Join(a.execAgainst(ctx, &own.local, path, args), release())
	}
	return a.execAgainst(ctx, l, path, args)
}

func (a *app) execAgainst(ctx context.Context, l *local, path string, args []string) error {
	vars, err := a.unmodified(l)
	if err != nil {
		return err
	}
	a.code, err = a.runProgram(ctx, path, args, vars)
	return err
}

// ownServer starts a server for one program, on free ports. Release stops it and
// takes away what was made for it only.
func (a *app) ownServer(ctx context.Context, f *execFlags) (_ *running, release func() error, err error) {
	a.boundMemory()
	const free = "127.0.0.1:0"
	// The log goes to the program's own standard error: little of it.
	serve := &serveFlags{
		config: f.config, listen: free, adminListen: free, tlsListen: free,
		logLevel: newChoice("error"), logFormat: newChoice("auto"),
	}
	remove := func() error { return nil }
	if f.ephemeral {
		dir, err := os.MkdirTemp("", "draftbox-")
		if err != nil {
			return nil, nil, err
		}
		remove = func() error { return os.RemoveAll(dir) }
		a.dataDir = dir
		serve.database = draftbox.MemoryDatabase
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, remove())
		}
	}()
	// The program's own draftbox commands are to find this server.
	if a.target.readyFile != "" {
		a.target.readyFile = filepath.Join(a.dataDir, readyfile.Name)
	}
	r, err := a.start(ctx, serve)
	if err != nil {
		return nil, nil, err
	}
	if err := r.announce(); err != nil {
		return nil, nil, errors.Join(err, r.close())
	}
	state := "with the state in " + r.dir.path
	if f.ephemeral {
		state = "with a state of its own, gone afterwards"
	}
	fmt.Fprintf(a.stdio.Err, "draftbox: started a server for this program at %s, %s\n", r.ready.APIURL, state)
	return r, func() error { return errors.Join(r.stop(), remove()) }, nil
}
