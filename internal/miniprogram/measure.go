package miniprogram

import (
	"strings"

	"draftbox/internal/platform"
)

// measure fills in the files and sizes and refuses what is over a limit, by the
// declared sizes, which are binding. What remains can be read without a bound.
func (p *plan) measure(limits Limits) error {
	pkg := &p.pkg
	subs := make(map[string]*platform.Subpackage, len(pkg.Subpackages))
	for i := range pkg.Subpackages {
		subs[pkg.Subpackages[i].Root] = &pkg.Subpackages[i]
	}
	var maps int64
	pkg.Files = make([]platform.PackageFile, 0, len(p.files))
	for _, f := range p.files {
		size := f.entry.size
		pkg.Files = append(pkg.Files, platform.PackageFile{Path: f.path, Size: size})
		if strings.HasSuffix(f.path, ".js.map") {
			maps += size
			continue
		}
		pkg.Size += size
		if sub := subpackageOf(f.path, subs); sub != nil {
			sub.Size += size
		} else {
			pkg.MainSize += size
		}
	}
	if err := checkSize(MainPart, pkg.MainSize, limits.PartSize); err != nil {
		return err
	}
	for _, sub := range pkg.Subpackages {
		if err := checkSize(sub.Root, sub.Size, limits.PartSize); err != nil {
			return err
		}
	}
	if err := checkSize(WholePart, pkg.Size, limits.TotalSize); err != nil {
		return err
	}
	return checkSize(SourceMapsPart, maps, limits.SourceMapSize)
}

// subpackageOf returns the sub-package whose root the path lies in, or nil. No
// root lies in another.
func subpackageOf(path string, subs map[string]*platform.Subpackage) *platform.Subpackage {
	if len(subs) == 0 {
		return nil
	}
	for folder := parent(path); folder != ""; folder = parent(folder) {
		if sub, ok := subs[folder]; ok {
			return sub
		}
	}
	return nil
}

func checkSize(part string, size, limit int64) error {
	if size > limit {
		return &SizeError{Part: part, Size: size, Limit: limit}
	}
	return nil
}
