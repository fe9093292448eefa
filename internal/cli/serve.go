package cli

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"draftbox"
	"draftbox/internal/adminclient"
	"draftbox/internal/readyfile"
)

// serveFlags are what `serve` is told.
type serveFlags struct {
	config      string
	listen      address
	adminListen address
	database    databaseURL
	readyFile   string
	adminToken  string
	logLevel    *choice
	logFormat   *choice
}

func (a *app) serveCommand() *cobra.Command {
	f := serveFlags{
		listen: "127.0.0.1:8506", adminListen: "127.0.0.1:8507",
		logLevel: newChoice("info", "debug", "warn", "error"), logFormat: newChoice("auto", "text", "json"),
	}
	cmd := &cobra.Command{
		Use: "serve", Short: "Start a server", Args: positional,
		Long: `Start a server of the emulated API and of the management API, and serve until
interrupted. State is kept in the data dir, and there again after a restart.

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

// serve runs a server until the context ends.
func (a *app) serve(ctx context.Context, f *serveFlags) error {
	if _, set := a.lookup("GOMEMLIMIT"); !set {
		debug.SetMemoryLimit(memoryLimit)
		if _, set := a.lookup("GOGC"); !set {
			debug.SetGCPercent(gcPercent)
		}
	}
	if err := f.check(); err != nil {
		return err
	}
	dir, err := openDataDir(ctx, a.dataDir)
	if err != nil {
		return err
	}
	token, err := dir.adminToken(f.adminToken)
	if err != nil {
		return err
	}
	log := a.newLogger(f)
	server, err := draftbox.New(ctx, draftbox.Options{
		Database: dir.database(f.database.String()), AdminToken: token, Logger: log, RequestLog: dir.requestLog(),
	})
	if err != nil {
		return err
	}
	err = a.run(ctx, f, dir, server, log)
	return errors.Join(err, server.Close())
}

// run makes the world, listens, says so, and waits for the end.
func (a *app) run(ctx context.Context, f *serveFlags, dir *dataDir, server *draftbox.Server, log *slog.Logger) error {
	world, err := a.makeWorld(ctx, f, dir, server)
	if err != nil {
		return err
	}
	listeners, err := listen(ctx, f)
	if err != nil {
		return err
	}
	web := newWebServers(server, listeners, log)
	defer web.close()
	ready := readyfile.File{PID: os.Getpid(), APIURL: listeners.api.url(), AdminURL: listeners.admin.url(), AdminToken: server.AdminToken()}
	l := &local{ready: ready, admin: adminclient.New(ready.AdminURL, ready.AdminToken, nil)}
	// Before the ready file, so that who waits for that finds all of it.
	if err := a.printBanner(ctx, l, server, world); err != nil {
		return err
	}
	removeReady, err := announce(ready, dir.readyFile(), f.readyFile)
	defer removeReady()
	if err != nil {
		return err
	}
	log.DebugContext(ctx, "ready", "api_url", ready.APIURL, "admin_url", ready.AdminURL)
	select {
	case err := <-web.failed:
		return err
	case <-ctx.Done():
	}
	a.restoreSignals()
	removeReady() // at once: clients are to come no more
	log.Info("stopping")
	return web.shutdown(log)
}

// announce writes the ready file to each place, and returns what removes them.
func announce(ready readyfile.File, paths ...string) (remove func(), err error) {
	remove = func() {
		for _, path := range paths {
			if path != "" {
				_ = readyfile.Remove(path, ready.PID) // one that stays is known by its dead process
			}
		}
	}
	for _, path := range paths {
		if path == "" {
			continue
		}
		if err := readyfile.Write(path, ready); err != nil {
			return remove, err
		}
	}
	return remove, nil
}

// webServers are the HTTP servers of one process.
type webServers struct {
	servers []*http.Server
	failed  chan error // a server that ends by itself says why
}

// Bounds of a request. An upload may come over a slow line, and an answer may be
// a package of 20 MB.
const (
	headerTimeout  = 10 * time.Second
	apiTimeout     = time.Minute
	adminTimeout   = 10 * time.Minute
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 64 << 10
	stopTimeout    = 10 * time.Second
)

func newWebServers(server *draftbox.Server, l *listeners, log *slog.Logger) *webServers {
	w := &webServers{failed: make(chan error, 2)}
	start := func(l *listener, h http.Handler, timeout time.Duration) {
		s := &http.Server{
			Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: timeout, WriteTimeout: timeout,
			IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
			ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		}
		w.servers = append(w.servers, s)
		go func() {
			if err := s.Serve(l.Listener); !errors.Is(err, http.ErrServerClosed) {
				w.failed <- err
			}
		}()
	}
	start(l.api, server.Handler(), apiTimeout)
	start(l.admin, server.AdminHandler(), adminTimeout)
	return w
}

// shutdown lets requests under way end, but not for ever.
func (w *webServers) shutdown(log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	done := make(chan error, len(w.servers))
	for _, s := range w.servers {
		go func() { done <- s.Shutdown(ctx) }()
	}
	var err error
	for range w.servers {
		err = errors.Join(err, <-done)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("requests were cut off", "after", stopTimeout.String())
		return nil
	}
	return err
}

// close ends everything at once.
func (w *webServers) close() {
	for _, s := range w.servers {
		_ = s.Close()
	}
}
