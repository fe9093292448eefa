package miniprogram

import (
	"bytes"
	"io"
	"path"
	"slices"
	"strings"

	"draftbox/internal/platform"
)

// Names with a meaning of their own.
const (
	appFile       = "app.json"
	configFile    = "project.config.json"
	signatureFile = "ci.signature" // how the official uploader authenticates
)

// file is one file of a package.
type file struct {
	path  string // in the package
	entry *entry
}

// plan is a checked project whose contents are still to be read.
type plan struct {
	files  []file // in path order
	config *entry // project.config.json where it is no file of the package
	pkg    platform.Package
}

// newPlan chooses the files of the package and holds them against app.json and
// the limits.
func newPlan(l *listing) (*plan, error) {
	stripTopFolder(l.entries)
	config, configEntry, err := readProjectConfig(l)
	if err != nil {
		return nil, err
	}
	p := &plan{files: choose(l.entries, config)}
	if configEntry != nil && p.find(configFile) == nil {
		p.config = configEntry
	}
	appEntry := p.find(appFile)
	if appEntry == nil || config.compileType == "game" {
		return nil, notMiniProgram(l.entries, config)
	}
	for _, f := range p.files {
		if f.entry.refusal != "" {
			return nil, platform.Invalidf("%s", f.entry.refusal)
		}
	}
	if n, limit := len(p.files), l.limits.MaxFiles; n > limit {
		return nil, platform.Invalidf("the mini program has %d files; at most %d are allowed: leave files out with packOptions.ignore of %s", n, limit, configFile)
	}
	data, err := appEntry.bytes(maxConfigSize)
	if err != nil {
		return nil, err
	}
	// What was checked is what is stored, whatever becomes of the source.
	appEntry.open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	app, err := parseAppJSON(data, l.limits.MaxPathLen)
	if err != nil {
		return nil, err
	}
	pages := app.allPages()
	for _, page := range pages {
		if p.find(page+".wxml") == nil && p.find(page+".js") == nil && p.find(page+".ts") == nil {
			return nil, platform.Invalidf("app.json lists the page %s, but there is no %s.wxml, .js or .ts; add the page or take it off the list", quotePath(page), page)
		}
	}
	p.pkg = platform.Package{
		Pages:        pages,
		Subpackages:  app.subpackages,
		AppJSON:      app.compact,
		ProjectAppid: config.appid,
	}
	if err := p.measure(l.limits); err != nil {
		return nil, err
	}
	return p, nil
}

// stripTopFolder takes off the one folder that holds everything, as zips of a
// folder have it. The entries are in path order, so that the first and the last
// speak for all.
func stripTopFolder(entries []entry) {
	if len(entries) == 0 {
		return
	}
	top, _, nested := strings.Cut(entries[0].path, "/")
	if !nested || !strings.HasPrefix(entries[len(entries)-1].path, top+"/") {
		return
	}
	for i := range entries {
		entries[i].path = entries[i].path[len(top)+1:]
	}
}

// readProjectConfig returns the zero configuration and no entry where there is
// no project.config.json.
func readProjectConfig(l *listing) (*projectConfig, *entry, error) {
	i, there := slices.BinarySearchFunc(l.entries, configFile, func(e entry, name string) int {
		return strings.Compare(e.path, name)
	})
	if !there {
		return &projectConfig{}, nil, nil
	}
	e := &l.entries[i]
	data, err := e.bytes(maxConfigSize)
	if err != nil {
		return nil, nil, err
	}
	config, err := parseProjectConfig(data, l.limits.MaxPathLen)
	if err != nil {
		return nil, nil, err
	}
	e.open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	return config, e, nil
}

// choose returns the files of the package: those under miniprogramRoot that
// nothing leaves out. Chosen again from its own result it leaves out nothing.
func choose(entries []entry, config *projectConfig) []file {
	files := make([]file, 0, len(entries))
	for i := range entries {
		e := &entries[i]
		name := e.path
		if config.root != "" {
			if !within(name, config.root) || name == config.root {
				continue
			}
			name = name[len(config.root)+1:]
			if name == configFile {
				continue // a build tool's copy, which would be taken for the project's own
			}
		}
		switch {
		case name == signatureFile,
			slices.ContainsFunc(config.foreign, func(folder string) bool { return within(e.path, folder) }),
			name != appFile && config.pack.ignores(name):
			continue
		}
		files = append(files, file{path: name, entry: e})
	}
	return files
}

// find returns the entry of a path in the package, or nil.
func (p *plan) find(name string) *entry {
	i, there := slices.BinarySearchFunc(p.files, name, func(f file, name string) int {
		return strings.Compare(f.path, name)
	})
	if !there {
		return nil
	}
	return p.files[i].entry
}

// notMiniProgram says what the project is instead, or where its app.json is.
func notMiniProgram(entries []entry, config *projectConfig) error {
	var found string
	var game, plugin bool
	for _, e := range entries {
		switch path.Base(e.path) {
		case appFile:
			if found == "" || len(e.path) < len(found) {
				found = e.path
			}
		case "game.json":
			game = game || parent(e.path) == config.root
		case "plugin.json":
			plugin = true
		}
	}
	switch {
	case game || config.compileType == "game":
		return platform.Invalidf("this is a mini game (game.json); only mini programs become drafts")
	case config.compileType == "plugin" || plugin && found == "":
		return platform.Invalidf("this is a plugin project without a mini program; only mini programs become drafts")
	case config.root != "":
		return platform.Invalidf("miniprogramRoot of project.config.json is %s, but there is no %s/app.json; build the mini program first, or correct miniprogramRoot", quotePath(config.root), config.root)
	case found != "":
		return platform.Invalidf("there is no app.json at the top, but there is %s; send that folder, or name it as miniprogramRoot in project.config.json", quotePath(found))
	}
	return platform.Invalidf("this is no mini program: there is no app.json; send the folder that DevTools opens")
}
