package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"syscall"
	"time"

	emulator "draftbox"

	"draftbox/internal/readyfile"
)

// profiledVerb as the first argument makes this program the server, under the
// CPU profiler. The program that users run has no profiler in it.
const profiledVerb = "profiled"

// profiledCommand serves a data directory as `serve` does.
func (b *bench) profiledCommand(dataDir, database string) *exec.Cmd {
	out := filepath.Join(b.profile, filepath.Base(dataDir)+".pprof")
	b.say("CPU profile: %s", out)
	return exec.Command(b.self, profiledVerb, "-database", database, "-data-dir", dataDir, "-profile", out) //nolint:noctx // ended by stop
}

func runProfiled(args []string) (err error) {
	flags := flag.NewFlagSet(profiledVerb, flag.ContinueOnError)
	database := flags.String("database", "", "as of draftbox serve")
	dataDir := flags.String("data-dir", "", "as of draftbox serve")
	out := flags.String("profile", "", "file of the CPU profile")
	if err := flags.Parse(args); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	server, err := emulator.New(ctx, emulator.Options{
		Database: *database, AdminToken: adminToken, RequestLog: filepath.Join(*dataDir, "requests.log"),
		Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	api, apiURL, err := listen(ctx, server.Handler())
	if err != nil {
		return err
	}
	admin, adminURL, err := listen(ctx, server.AdminHandler())
	if err != nil {
		return err
	}
	f, err := os.Create(*out)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	defer func() {
		pprof.StopCPUProfile()
		err = errors.Join(err, f.Close())
	}()
	err = readyfile.Write(filepath.Join(*dataDir, readyfile.Name), readyfile.File{
		PID: os.Getpid(), APIURL: apiURL, AdminURL: adminURL, AdminToken: adminToken,
	})
	if err != nil {
		return err
	}
	<-ctx.Done()
	return errors.Join(api.Close(), admin.Close())
}

func listen(ctx context.Context, h http.Handler) (io.Closer, string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
	}
	go func() { _ = server.Serve(l) }()
	return server, fmt.Sprintf("http://%s", l.Addr()), nil
}
