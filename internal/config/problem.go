package config

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a world.
type Problem struct {
	Line int    // in the file; 0 when it has none
	Text string // where, what, and what is allowed
}

// Error is everything that is wrong with a world.
type Error struct {
	File     string // empty for a world that is no file
	Problems []Problem
}

// Error implements the error interface: one problem a line, each with its file
// and line.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = prefix(e.File, p.Line) + p.Text
	}
	return strings.Join(lines, "\n")
}

func prefix(file string, line int) string {
	switch {
	case file == "":
		return ""
	case line == 0:
		return file + ": "
	default:
		return fmt.Sprintf("%s:%d: ", file, line)
	}
}

// origin knows where a world comes from.
type origin struct {
	file  string
	dir   string         // what relative paths are relative to
	lines map[string]int // of each value, by its path like components[0].name
}

// line finds the line of a path, or of what it is in.
func (o *origin) line(path string) int {
	for path != "" {
		if line, known := o.lines[path]; known {
			return line
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return o.lines[""]
}

// resolve makes a path of the file one of the process.
func (o *origin) resolve(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(o.dir, path)
}

// problems collects what is wrong.
type problems struct {
	origin *origin
	list   []Problem
	// unread are the paths of values that could not be decoded. No rule is held
	// against what stands in their place.
	unread map[string]bool
}

// cannotRead says why the value at a path could not be decoded.
func (p *problems) cannotRead(path, format string, args ...any) {
	p.add(path, format, args...)
	if p.unread == nil {
		p.unread = map[string]bool{}
	}
	p.unread[path] = true
}

// add says what is wrong with the value at a path.
func (p *problems) add(path, format string, args ...any) {
	if p.unread[path] {
		return
	}
	text := fmt.Sprintf(format, args...)
	if path != "" {
		text = path + ": " + text
	}
	p.list = append(p.list, Problem{p.origin.line(path), text})
}

// err returns all problems in the order of the file, or nil.
func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	slices.SortStableFunc(p.list, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return &Error{p.origin.file, p.list}
}
