package miniprogram

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"draftbox/internal/platform"
)

// appJSON is what app.json says of pages and sub-packages.
// https://developers.weixin.qq.com/miniprogram/dev/reference/configuration/app.html
type appJSON struct {
	compact     json.RawMessage
	pages       []string // of the main package
	subpackages []platform.Subpackage
}

func parseAppJSON(data []byte, maxPathLen int) (*appJSON, error) {
	object, plain, err := decodeObject("app.json", data)
	if err != nil {
		return nil, err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, plain); err != nil {
		return nil, fmt.Errorf("compacting app.json: %w", err)
	}
	app := &appJSON{compact: compact.Bytes(), subpackages: []platform.Subpackage{}}
	if app.pages, err = parsePages("pages", "", object["pages"], maxPathLen); err != nil {
		return nil, err
	}
	if err := app.parseSubpackages(object, maxPathLen); err != nil {
		return nil, err
	}
	all := app.allPages()
	if len(all) == 0 {
		return nil, platform.Invalidf(`app.json names no page; list the pages of the mini program in "pages"`)
	}
	seen := make(map[string]struct{}, len(all))
	for _, page := range all {
		if _, twice := seen[page]; twice {
			return nil, platform.Invalidf("app.json lists the page %s twice; take one off", quotePath(page))
		}
		seen[page] = struct{}{}
	}
	return app, nil
}

// parseSubpackages reads the list under either of its two spellings.
func (app *appJSON) parseSubpackages(object map[string]json.RawMessage, maxPathLen int) error {
	key, raw := "subpackages", object["subpackages"]
	if camel, ok := object["subPackages"]; ok {
		if raw != nil {
			return platform.Invalidf(`app.json has both "subpackages" and "subPackages"; keep one`)
		}
		key, raw = "subPackages", camel
	}
	if raw == nil {
		return nil
	}
	var items []map[string]json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return platform.Invalidf("app.json: %q must be an array of objects", key)
	}
	roots := make(map[string]struct{}, len(items))
	for i, item := range items {
		where := fmt.Sprintf("%s[%d]", key, i)
		sub, err := parseSubpackage(where, item, maxPathLen)
		if err != nil {
			return err
		}
		if _, twice := roots[sub.Root]; twice {
			return platform.Invalidf("app.json: two sub-packages have the root %s; merge them", quotePath(sub.Root))
		}
		roots[sub.Root] = struct{}{}
		app.subpackages = append(app.subpackages, sub)
	}
	for _, sub := range app.subpackages {
		for outer := parent(sub.Root); outer != ""; outer = parent(outer) {
			if _, ok := roots[outer]; ok {
				return platform.Invalidf("app.json: the sub-package %s lies within the sub-package %s; give it a root of its own", quotePath(sub.Root), quotePath(outer))
			}
		}
	}
	return nil
}

func parseSubpackage(where string, item map[string]json.RawMessage, maxPathLen int) (sub platform.Subpackage, err error) {
	var root string
	if err := json.Unmarshal(item["root"], &root); err != nil {
		return sub, platform.Invalidf(`app.json: %s needs a "root", the folder of the sub-package`, where)
	}
	sub.Root = strings.Trim(root, "/")
	if why := pathFault(sub.Root, maxPathLen); why != "" {
		return sub, platform.Invalidf("app.json: the root of %s, %s, %s", where, quotePath(sub.Root), why)
	}
	if raw, ok := item["name"]; ok && json.Unmarshal(raw, &sub.Name) != nil {
		return sub, platform.Invalidf(`app.json: "name" of %s must be a string`, where)
	}
	if raw, ok := item["independent"]; ok && json.Unmarshal(raw, &sub.Independent) != nil {
		return sub, platform.Invalidf(`app.json: "independent" of %s must be true or false`, where)
	}
	sub.Pages, err = parsePages(where+".pages", sub.Root+"/", item["pages"], maxPathLen)
	return sub, err
}

// parsePages reads a list of pages, each of which with the prefix must be a
// path. A missing list is an empty one.
func parsePages(where, prefix string, raw json.RawMessage, maxPathLen int) ([]string, error) {
	pages := []string{}
	if raw == nil {
		return pages, nil
	}
	if err := json.Unmarshal(raw, &pages); err != nil || pages == nil {
		return nil, platform.Invalidf("app.json: %q must be an array of strings", where)
	}
	for i, page := range pages {
		if strings.HasPrefix(page, "/") {
			return nil, platform.Invalidf("app.json: %s[%d], %s, must not begin with a slash", where, i, quotePath(page))
		}
		if why := pathFault(prefix+page, maxPathLen); why != "" || page == "" {
			if page == "" {
				why = "is empty"
			}
			return nil, platform.Invalidf("app.json: %s[%d], %s, %s", where, i, quotePath(page), why)
		}
	}
	return pages, nil
}

// allPages returns the main pages, then those of the sub-packages with their
// root.
func (app *appJSON) allPages() []string {
	all := append([]string{}, app.pages...)
	for _, sub := range app.subpackages {
		for _, page := range sub.Pages {
			all = append(all, sub.Root+"/"+page)
		}
	}
	return all
}
