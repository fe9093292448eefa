package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"draftbox"
	"draftbox/internal/config"
)

// defaultConfig is the world file that is taken where it exists.
const defaultConfig = "draftbox.yaml"

// world tells what a server was started with.
type world struct {
	summary  string // empty when there was neither a world file nor a need of a demo
	warnings []string
}

// makeWorld applies the world file, or makes the demo where nothing is.
func (a *app) makeWorld(ctx context.Context, f *serveFlags, dir *dataDir, server *draftbox.Server) (*world, error) {
	file := f.config
	if file == "" {
		if _, err := os.Stat(defaultConfig); err == nil {
			file = defaultConfig
		}
	}
	if file != "" {
		report, err := server.ApplyWorldFile(ctx, file, dir.keys())
		if err != nil {
			return nil, explainWorldFile(file, err)
		}
		return &world{summary: file + ": " + summarize(&report), warnings: report.Warnings}, nil
	}
	empty, err := server.Empty(ctx)
	if err != nil || !empty {
		return &world{}, err
	}
	report, err := server.ApplyDemoWorld(ctx, dir.keys())
	if err != nil {
		return nil, fmt.Errorf("demo world: %w", err)
	}
	return &world{summary: "demo: " + summarize(&report)}, nil
}

func explainWorldFile(file string, err error) error {
	if wrong, ok := errors.AsType[*config.Error](err); ok {
		return usagef("the world file %s is wrong", file).withWhy("%s", wrong.Error()).
			withNext("correct it and start again; \"draftbox init\" writes one to look at")
	}
	if errors.Is(err, fs.ErrNotExist) {
		return usagef("cannot read the world file %s", file).withWhy("%v", err).
			withNext("name another with --config, or write one with \"draftbox init\"")
	}
	return err
}

// summarize says what a world has changed.
func summarize(r *draftbox.WorldReport) string {
	var parts []string
	for _, c := range []struct {
		n         int
		one, many string
	}{
		{len(r.Made), "component", "components"},
		{r.Bound, "development mini program", "development mini programs"},
		{r.Drafts, "draft", "drafts"},
		{r.Templates, "template", "templates"},
		{r.Authorizers, "merchant", "merchants"},
		{len(r.Keys), "upload key", "upload keys"},
	} {
		if c.n > 0 {
			parts = append(parts, plural(c.n, c.one, c.many))
		}
	}
	var out []string
	if len(parts) > 0 {
		out = append(out, "made "+strings.Join(parts, ", "))
	}
	if len(r.Changed) > 0 {
		out = append(out, "changed "+strings.Join(r.Changed, ", "))
	}
	if len(out) == 0 {
		return "all of it was there already"
	}
	return strings.Join(out, "; ")
}

// keys is where the private halves of upload keys go.
func (d *dataDir) keys() string { return filepath.Join(d.path, "keys") }
