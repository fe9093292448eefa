package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// bench is what the cases share.
type bench struct {
	pairs   int
	profile string // directory of CPU profiles; empty: none
	dir     string // temporary, gone at the end
	server  string // the draftbox binary
	self    string // this program, for the yardsticks
	log     io.Writer
	others  float64 // the most cores that other programs used in a comparison
}

func newBench(ctx context.Context, pairs int, profile string, log io.Writer) (*bench, error) {
	if _, err := exec.LookPath("wrk"); err != nil {
		return nil, errors.New("wrk is missing; install it (Debian and Ubuntu: the package wrk)")
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "draftbox-bench-")
	if err != nil {
		return nil, err
	}
	b := &bench{pairs: pairs, profile: profile, dir: dir, self: self, log: log}
	if profile != "" {
		// The server under the profiler works in a folder of its own.
		if b.profile, err = filepath.Abs(profile); err != nil {
			return nil, err
		}
		return b, os.MkdirAll(profile, 0o750)
	}
	if b.server, err = b.buildServer(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return b, nil
}

// buildServer builds the program that users run.
func (b *bench) buildServer(ctx context.Context) (string, error) {
	binary := filepath.Join(b.dir, "server")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, "draftbox/cmd/draftbox")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the server (run bench inside the repository): %w\n%s", err, strings.TrimSpace(string(out)))
	}
	return binary, nil
}

func (b *bench) close() { _ = os.RemoveAll(b.dir) }

// say tells what is under way; the table alone goes to the standard output.
func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.log, "# "+format+"\n", args...) }

// newDir makes a directory that is gone at the end.
func (b *bench) newDir(name string) (string, error) { return os.MkdirTemp(b.dir, name+"-") }
