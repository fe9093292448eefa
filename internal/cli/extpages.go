package cli

import (
	"encoding/json"
	"slices"
	"strings"

	"draftbox/internal/platform/extjson"
)

// anyTemplate is a template that has every page that an ext_json names: what is wrong
// then is wrong with each.
func anyTemplate(text string) extjson.Template {
	named := namedPages(text)
	if len(named.Pages) == 0 {
		named.Pages = []string{"index"} // a template names one
	}
	app, err := json.Marshal(named)
	if err != nil {
		panic(err) // strings always marshal
	}
	return extjson.Template{AppJSON: app}
}

// appPages are the pages of an app.json.
type appPages struct {
	Pages       []string      `json:"pages"`
	Subpackages []subPackages `json:"subPackages,omitempty"`
}

type subPackages struct {
	Root  string   `json:"root"`
	Pages []string `json:"pages"`
}

// namedPages collects the paths that an ext_json names where paths belong, whatever
// else is wrong with it.
func namedPages(text string) appPages {
	var ext map[string]any
	if json.Unmarshal([]byte(text), &ext) != nil {
		return appPages{}
	}
	var out appPages
	for _, name := range []string{"subPackages", "subpackages"} {
		for _, item := range asList(ext[name]) {
			sub, _ := item.(map[string]any)
			if root, is := sub["root"].(string); is {
				out.Subpackages = append(out.Subpackages, subPackages{strings.Trim(root, "/"), texts(asList(sub["pages"]))})
			}
		}
	}
	main := texts(asList(ext["pages"]))
	for _, name := range []string{"tabBar", "tabbar"} {
		bar, _ := ext[name].(map[string]any)
		for _, item := range asList(bar["list"]) {
			tab, _ := item.(map[string]any)
			main = append(main, texts([]any{tab["pagePath"]})...)
		}
	}
	own, _ := ext["extPages"].(map[string]any)
	for page := range own {
		main = append(main, page)
	}
	for _, page := range main {
		if page != "" && !out.has(page) {
			out.Pages = append(out.Pages, page)
		}
	}
	return out
}

// has reports whether a page is known, of whatever part.
func (p *appPages) has(page string) bool {
	return slices.Contains(p.Pages, page) || slices.ContainsFunc(p.Subpackages, func(s subPackages) bool {
		below, in := strings.CutPrefix(page, s.Root+"/")
		return in && slices.Contains(s.Pages, below)
	})
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}

func texts(list []any) []string {
	out := []string{}
	for _, item := range list {
		if text, is := item.(string); is {
			out = append(out, text)
		}
	}
	return out
}
