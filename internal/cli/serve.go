package cli

import (
	"context"
	"errors"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// serveFlags are what `serve` is told.
type serveFlags struct {
	config      string
	listen      address
	adminListen address
	tlsListen   optionalAddress
	database    databaseURL
	readyFile   string
	adminToken  string
	logLevel    *choice
	logFormat   *choice
}

func (a *app) serveCommand() *cobra.Command {
	f := serveFlags{
		listen: "127.0.0.1:8506", adminListen: "127.0.0.1:8507", tlsListen: "127.0.0.1:8508",
		logLevel: newChoice("info", "debug", "warn", "error"), logFormat: newChoice("auto", "text", "json"),
	}
	cmd := &cobra.Command{
		Use: "serve", Short: "Start a server", Args: positional,
		Long: `Start a server of the emulated API and of the management API, and serve until
interrupted. State is kept in the data dir, and there again after a restart.

A third address takes the real hosts' names, with TLS under a CA of the data
dir's own, for programs that have https://api.weixin.qq.com written into them:
see "draftbox exec".

What the platform holds is declared in a world file: ./draftbox.yaml where there
is one, or --config. With neither and an empty data dir a demo is made: a
component, a development mini program and one draft.`,
		Example: `  draftbox serve
  draftbox serve --config world.yaml --listen 127.0.0.1:0 --ready-file /tmp/ready.json
  draftbox serve --database sqlite::memory:                 keep nothing
  draftbox serve --listen 0.0.0.0:8506 --admin-token "$T"   let others in`,
		RunE: a.verb("start the server", func(ctx context.Context, _ []string) error { return a.serve(ctx, &f) }),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.config, "config", "", "take the world from `FILE` (default ./draftbox.yaml where there is one)")
	env(flags, "config", "DRAFTBOX_CONFIG")
	flags.Var(&f.listen, "listen", "address of the emulated API; port 0 picks a free one")
	env(flags, "listen", "DRAFTBOX_LISTEN")
	flags.Var(&f.adminListen, "admin-listen", "address of the management API; port 0 picks a free one")
	env(flags, "admin-listen", "DRAFTBOX_ADMIN_LISTEN")
	flags.Var(&f.tlsListen, "tls-listen", "address of the emulated hosts with TLS, and of the forward proxy to them; port 0 picks a free one, off leaves it out")
	env(flags, "tls-listen", "DRAFTBOX_TLS_LISTEN")
	flags.Var(&f.database, "database", "keep the state at `URL`: sqlite:PATH, sqlite::memory: or postgres://… (default draftbox.db in the data dir)")
	secretEnv(flags, "database", "DRAFTBOX_DATABASE")
	flags.StringVar(&f.readyFile, "ready-file", "", "write the addresses and the admin token to `FILE`, too, once everything listens")
	env(flags, "ready-file", "DRAFTBOX_READY_FILE")
	flags.StringVar(&f.adminToken, "admin-token", "", "guard the management API with `TOKEN` (default: made up once and kept in the data dir)")
	secretEnv(flags, "admin-token", "DRAFTBOX_ADMIN_TOKEN")
	choiceFlag(cmd, f.logLevel, "log-level", "how much to log on standard error")
	env(flags, "log-level", "DRAFTBOX_LOG_LEVEL")
	choiceFlag(cmd, f.logFormat, "log-format", "auto is text on a terminal and JSON elsewhere")
	env(flags, "log-format", "DRAFTBOX_LOG_FORMAT")
	return cmd
}

// How the garbage collector works unless GOMEMLIMIT and GOGC say otherwise. What
// lives is small, so it may let five times as much pile up (a list of 2 drafts
// takes 4 % less processor time than with Go's own 100), but near the soft bound
// of memory, in bytes, it works harder: 10,000 components with 30 drafts each
// fit into 150 MB.
const (
	memoryLimit = 118 << 20
	gcPercent   = 400
)

// boundMemory tells the garbage collector so.
func (a *app) boundMemory() {
	if _, set := a.lookup("GOMEMLIMIT"); set {
		return
	}
	debug.SetMemoryLimit(memoryLimit)
	if _, set := a.lookup("GOGC"); !set {
		debug.SetGCPercent(gcPercent)
	}
}

// serve runs a server until the context ends.
func (a *app) serve(ctx context.Context, f *serveFlags) error {
	a.boundMemory()
	r, err := a.start(ctx, f)
	if err != nil {
		return err
	}
	// Before the ready file, so that who waits for that finds all of it.
	err = a.printBanner(ctx, r)
	if err == nil {
		err = r.announce(f.readyFile)
	}
	if err != nil {
		return errors.Join(err, r.close())
	}
	r.log.DebugContext(ctx, "ready", "api_url", r.ready.APIURL, "admin_url", r.ready.AdminURL, "https_url", r.ready.HTTPSURL)
	select {
	case err := <-r.web.failed:
		return errors.Join(err, r.close())
	case <-ctx.Done():
	}
	a.restoreSignals()
	r.log.Info("stopping")
	return r.stop()
}
