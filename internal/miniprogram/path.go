package miniprogram

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"draftbox/internal/platform"
)

// checkPath refuses a path that is no plain relative one: nothing that leaves
// the folder, and nothing that one system reads otherwise than another.
func checkPath(path string, maxLen int) error {
	if why := pathFault(path, maxLen); why != "" {
		return platform.Invalidf("path %s %s", quotePath(path), why)
	}
	return nil
}

func pathFault(path string, maxLen int) string {
	switch {
	case path == "":
		return "is empty"
	case len(path) > maxLen:
		return fmt.Sprintf("is %d bytes long; at most %d are allowed", len(path), maxLen)
	case !utf8.ValidString(path):
		return "is not UTF-8; pack it with a tool that writes UTF-8 names"
	case strings.Contains(path, `\`):
		return "contains a backslash; pack it with a tool that writes forward slashes"
	case strings.HasPrefix(path, "/"):
		return "is absolute; paths must be relative to the project folder"
	case strings.Contains(path, ":"):
		return "contains a colon, which marks a drive on Windows; rename the file"
	case strings.ContainsFunc(path, unicode.IsControl):
		return "contains a control character; rename the file"
	}
	for segment := range strings.SplitSeq(path, "/") {
		switch segment {
		case "":
			return "contains an empty name"
		case ".", "..":
			return fmt.Sprintf("contains %q; paths must stay within the project folder", segment)
		}
	}
	return ""
}

// quotePath makes a path of any bytes and length fit for a message.
func quotePath(path string) string {
	const most = 120
	if len(path) > most {
		return fmt.Sprintf("%q…", path[:most])
	}
	return fmt.Sprintf("%q", path)
}

// leftOut says whether a name within the path keeps it out of every package.
// It looks at names alone, so that a package read again loses nothing more.
func leftOut(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		switch {
		case strings.HasPrefix(segment, "."), // .git, .DS_Store, .idea
			segment == "node_modules",                // DevTools packs miniprogram_npm instead
			segment == "__MACOSX",                    // what macOS adds to a zip
			segment == "project.private.config.json": // one developer's own settings
			return true
		}
	}
	return false
}
