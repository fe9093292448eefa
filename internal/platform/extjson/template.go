package extjson

import (
	"slices"
	"strings"
)

// Template is what a commit merges ext_json into.
type Template struct {
	// AppJSON is the template's app.json, as
	// [draftbox/internal/platform.Package] has it.
	AppJSON []byte
	// Files are the paths of its files, without a leading slash and in the order
	// of their bytes. Nil: not known, and no page of app.json is looked for.
	Files []string
	// Standard marks one of the standard library (template_type 1), which takes
	// extAppid, ext and window only.
	Standard bool
	// PageJSON returns the page.json of a page, named without its ending; false if
	// there is none. Nil: there is none of any page. It is asked for pages that
	// extPages names, by several goroutines if [Prepared.Merge] is.
	PageJSON func(page string) ([]byte, bool)
}

// maxTemplateDepth is what encoding/json reads, with which app.json was read when
// it was uploaded.
const maxTemplateDepth = 10_000

// Prepared is a template that has been read once, to be committed any number of
// times, by several goroutines if need be.
type Prepared struct {
	template Template
	app      *document // without white space and without shadowed members
	broken   string    // why app.json cannot be read
	// pages are the main pages, then those of sub-packages with their root.
	pages []string
	main  int // how many of pages are of the main package
	subs  []Subpackage
	roots map[string]int // into subs
	// where holds all of pages: 0 for the main package, else 1 + the index of the
	// sub-package.
	where   map[string]int
	missing map[string]bool // pages without a file
	subsKey string          // how app.json spells subPackages
}

// Prepare reads a template. An app.json that cannot be read shows in what Merge
// answers: 85043.
func Prepare(t Template) *Prepared {
	p := &Prepared{template: t, subsKey: "subPackages", roots: map[string]int{}, where: map[string]int{}, missing: map[string]bool{}}
	source := strings.TrimPrefix(string(t.AppJSON), "\uFEFF")
	app, err := parse(source, maxTemplateDepth)
	switch {
	case err != nil:
		p.broken = "app.json of the template: " + err.message
		return p
	case app.nodes[0].kind != object:
		p.broken = "app.json of the template is no object"
		return p
	}
	p.app, _ = parse(string(app.appendCompact(make([]byte, 0, len(source)), 0)), maxTemplateDepth)
	p.readPages()
	p.findMissing()
	return p
}

func (p *Prepared) readPages() {
	p.pages = p.app.strings(p.app.member(0, "pages"))
	p.main = len(p.pages)
	for _, page := range p.pages {
		p.where[page] = 0
	}
	subs := p.app.member(0, "subPackages")
	if subs == 0 {
		if subs = p.app.member(0, "subpackages"); subs != 0 {
			p.subsKey = "subpackages"
		}
	}
	if !p.app.is(subs, array) {
		return
	}
	for item := range p.app.children(subs) {
		sub := p.app.subpackage(item)
		p.roots[sub.Root] = len(p.subs)
		p.subs = append(p.subs, sub)
		for _, page := range sub.Pages {
			p.pages = append(p.pages, sub.Root+"/"+page)
			p.where[sub.Root+"/"+page] = len(p.subs)
		}
	}
}

// subpackage reads one of subPackages.
func (d *document) subpackage(item int32) Subpackage {
	independent := d.member(item, "independent")
	return Subpackage{
		Root:        strings.Trim(d.string(d.member(item, "root")), "/"),
		Name:        d.string(d.member(item, "name")),
		Independent: independent != 0 && d.raw(independent) == "true",
		Pages:       d.strings(d.member(item, "pages")),
	}
}

// findMissing notes the pages of which the template has no file, by the rule with
// which an upload is checked.
func (p *Prepared) findMissing() {
	files := p.template.Files
	if files == nil {
		return
	}
	if !slices.IsSorted(files) {
		files = slices.Sorted(slices.Values(files))
		p.template.Files = files
	}
	for _, page := range p.pages {
		if !p.hasFile(page+".wxml") && !p.hasFile(page+".js") && !p.hasFile(page+".ts") {
			p.missing[page] = true
		}
	}
}

func (p *Prepared) hasFile(name string) bool {
	_, ok := slices.BinarySearch(p.template.Files, name)
	return ok
}
