package draftbox

import (
	"context"

	"draftbox/internal/config"
)

// WorldReport says what applying a world has changed. An empty one says that
// everything was there already.
type WorldReport struct {
	Made        []string // appids of components that were made
	Changed     []string // appids of components with changed settings or secrets
	Bound       int      // development mini programs that were made or changed
	Drafts      int      // made
	Templates   int      // made
	Authorizers int      // made or changed
	Tickets     int      // made
	Keys        []string // files of private upload keys that were made
	Warnings    []string // what the file says that this version does not act on
}

// ApplyWorldFile makes the world that a draftbox.yaml declares; docs/config.md
// has its keys. Applying it again changes nothing: what was replaced or deleted
// since does not come back. Everything wrong with the file is told at once, and
// then nothing is changed. The private halves of upload keys that it makes go
// into keysDir.
func (s *Server) ApplyWorldFile(ctx context.Context, path, keysDir string) (WorldReport, error) {
	w, err := config.Load(path)
	if err != nil {
		return WorldReport{}, err
	}
	return s.applyWorld(ctx, w, keysDir)
}

// ApplyDemoWorld makes a world to look at: a component with a development mini
// program and one draft of the sample mini program.
func (s *Server) ApplyDemoWorld(ctx context.Context, keysDir string) (WorldReport, error) {
	return s.applyWorld(ctx, config.Demo(), keysDir)
}

// Empty reports whether there is no component yet.
func (s *Server) Empty(ctx context.Context) (bool, error) {
	some, err := s.service.Components(ctx, "", 1)
	return len(some) == 0, err
}

func (s *Server) applyWorld(ctx context.Context, w *config.World, keysDir string) (WorldReport, error) {
	r, err := config.Apply(ctx, s.service, w, config.ApplyOptions{KeysDir: keysDir})
	return WorldReport{
		Made: r.Made, Changed: r.Changed, Bound: r.Bound, Drafts: r.Drafts, Templates: r.Templates,
		Authorizers: r.Authorizers, Tickets: r.Tickets, Keys: r.Keys, Warnings: w.Warnings(),
	}, err
}
