package miniprogram

import (
	"encoding/json"
	"path"
	"regexp"
	"strings"

	"draftbox/internal/platform"
)

// packOptions of project.config.json: a file that an ignore rule matches is left
// out unless an include rule matches it, too. Rules compare without regard to
// case, with paths relative to miniprogramRoot. A rule that cannot be read (an
// unknown type, a look-ahead) matches nothing, so that at worst more is packed
// than DevTools would pack.
type packOptions struct {
	ignore, include []packRule
}

// packRule says whether a lower-case path matches.
type packRule func(path string) bool

const (
	maxPackRules   = 200 // each is held against each file
	maxRulePattern = 512 // bytes of a glob or regexp
)

func parsePackOptions(raw json.RawMessage) (packOptions, error) {
	type rule struct {
		Type  string `json:"type"`
		Value string `json:"value"`
	}
	var options struct {
		Ignore  []rule `json:"ignore"`
		Include []rule `json:"include"`
	}
	if raw == nil {
		return packOptions{}, nil
	}
	if err := json.Unmarshal(raw, &options); err != nil {
		return packOptions{}, platform.Invalidf(`project.config.json: "packOptions" must be {"ignore": [{"type": "folder", "value": "docs"}], "include": []}`)
	}
	if n := len(options.Ignore) + len(options.Include); n > maxPackRules {
		return packOptions{}, platform.Invalidf("project.config.json: packOptions has %d rules; at most %d are allowed", n, maxPackRules)
	}
	compile := func(rules []rule) (compiled []packRule) {
		for _, r := range rules {
			if c := newPackRule(r.Type, r.Value); c != nil {
				compiled = append(compiled, c)
			}
		}
		return compiled
	}
	return packOptions{ignore: compile(options.Ignore), include: compile(options.Include)}, nil
}

func newPackRule(kind, value string) packRule {
	lower := strings.ToLower(value)
	place := cleanFolder(lower)
	switch kind {
	case "file":
		return func(p string) bool { return p == place }
	case "folder":
		if place == "" {
			return nil
		}
		return func(p string) bool { return within(p, place) }
	case "suffix":
		return func(p string) bool { return lower != "" && strings.HasSuffix(p, lower) }
	case "prefix":
		return func(p string) bool { return lower != "" && strings.HasPrefix(path.Base(p), lower) }
	case "glob":
		return newPatternRule("^" + globPattern(strings.TrimPrefix(lower, "./")) + "$")
	case "regexp":
		return newPatternRule(value)
	}
	return nil
}

func newPatternRule(pattern string) packRule {
	if len(pattern) > maxRulePattern {
		return nil
	}
	re, err := regexp.Compile("(?i)" + pattern)
	if err != nil {
		return nil
	}
	return re.MatchString
}

// globPattern translates **, * and ? of a glob; everything else stands for
// itself.
func globPattern(glob string) string {
	var b strings.Builder
	for glob != "" {
		switch {
		case strings.HasPrefix(glob, "**/"):
			b.WriteString("(?:.*/)?")
			glob = glob[3:]
		case strings.HasPrefix(glob, "**"):
			b.WriteString(".*")
			glob = glob[2:]
		case glob[0] == '*':
			b.WriteString("[^/]*")
			glob = glob[1:]
		case glob[0] == '?':
			b.WriteString("[^/]")
			glob = glob[1:]
		default:
			n := strings.IndexAny(glob, "*?")
			if n < 0 {
				n = len(glob)
			}
			b.WriteString(regexp.QuoteMeta(glob[:n]))
			glob = glob[n:]
		}
	}
	return b.String()
}

// ignores says whether the rules leave out the file of the package.
func (o packOptions) ignores(name string) bool {
	if len(o.ignore) == 0 {
		return false
	}
	lower := strings.ToLower(name)
	matches := func(rules []packRule) bool {
		for _, rule := range rules {
			if rule(lower) {
				return true
			}
		}
		return false
	}
	return matches(o.ignore) && !matches(o.include)
}
