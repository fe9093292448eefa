package config

import (
	"errors"
	"fmt"

	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
)

// pack is the package of a declared draft or template. Its content is built
// again when it is asked for: most starts only need the digest, to see that all
// was made before, and many projects at once would take much memory.
type pack struct {
	platform.Package
	build func() (*miniprogram.Built, error)
	built *miniprogram.Built
}

// ReadAt implements [platform.PackageContent].
func (p *pack) ReadAt(b []byte, off int64) (int, error) {
	if p.built == nil {
		built, err := p.build()
		if err != nil {
			return 0, err
		}
		if built.Package.Digest != p.Digest {
			return 0, errors.Join(errors.New("the project changed while it was read; start again"), built.Content.Close())
		}
		p.built = built
	}
	return p.built.Content.ReadAt(b, off)
}

// release lets go of the content.
func (p *pack) release() error {
	if p.built == nil {
		return nil
	}
	built := p.built
	p.built = nil
	return built.Content.Close()
}

// readPackages reads the projects of all drafts and templates, each folder once,
// and reports every one that is no package.
func (w *World) readPackages(tempDir string) (map[*Upload]*pack, error) {
	p := &problems{origin: &w.origin}
	out := map[*Upload]*pack{}
	byDir := map[string]*pack{}
	read := func(u *Upload, at string) error {
		dir := w.origin.resolve(u.Dir)
		build := func() (*miniprogram.Built, error) {
			if u.Project != nil {
				return miniprogram.FromFS(u.Project, miniprogram.Options{TempDir: tempDir})
			}
			return miniprogram.FromDir(dir, miniprogram.Options{TempDir: tempDir})
		}
		if known := byDir[dir]; known != nil && u.Project == nil {
			out[u] = known
			return nil
		}
		built, err := build()
		if errors.Is(err, platform.ErrInvalid) {
			p.add(at+".dir", "%v", err)
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s%s.dir: %w", prefix(w.origin.file, w.origin.line(at)), at, err)
		}
		out[u] = &pack{Package: built.Package, build: build}
		if u.Project == nil {
			byDir[dir] = out[u]
		}
		return built.Content.Close()
	}
	for i := range w.Components {
		c := &w.Components[i]
		for j := range c.Drafts {
			if err := read(&c.Drafts[j], fmt.Sprintf("components[%d].drafts[%d]", i, j)); err != nil {
				return nil, err
			}
		}
		for j := range c.Templates {
			if err := read(&c.Templates[j], fmt.Sprintf("components[%d].templates[%d]", i, j)); err != nil {
				return nil, err
			}
		}
	}
	return out, p.err()
}
