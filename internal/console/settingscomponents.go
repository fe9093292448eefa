package console

import (
	"context"
	"slices"
	"strings"

	"draftbox/internal/platform"
)

// componentsView is the list of components, and the form of another.
type componentsView struct{ Name, Appid string }

func (a *Console) components(ctx context.Context, c *call) (*answer, error) {
	all, err := a.service.Components(ctx, "", windowLimit)
	if err != nil {
		return nil, err
	}
	l := list[platform.Component]{
		id: "components", sort: "component",
		key:  func(comp platform.Component) string { return comp.Appid },
		href: func(comp platform.Component) string { return settingsPath(comp.Appid, "general") },
		columns: []column[platform.Component]{
			{"component", false, func(comp platform.Component) cell { return textCell(comp.Name) }},
			{"appid", false, func(comp platform.Component) cell { return codeCell(comp.Appid) }},
			{"event_url", true, func(comp platform.Component) cell { return codeCell(comp.EventURL) }},
			{"made", true, func(comp platform.Component) cell { return c.timeCell(comp.CreatedAt) }},
		},
	}
	t := l.view(c, settingsPath(c.component, "components"), all, c.component)
	t.Selected, t.Empty = false, "empty.title"
	if len(all) == windowLimit {
		t.Note = c.texts.must("list.window", "n", windowLimit)
	}
	out, err := a.settingsPage(ctx, c, "components", componentsView{c.typed("name", ""), c.typed("appid", "")})
	if err == nil {
		out.view.List = t
	}
	return out, err
}

// createComponent makes a component of a name; all the rest is made up.
func (a *Console) createComponent(ctx context.Context, c *call) (*answer, error) {
	made, err := a.service.CreateComponent(ctx, platform.Component{
		Appid: strings.TrimSpace(c.form.Get("appid")), Name: strings.TrimSpace(c.form.Get("name")),
	})
	if err != nil {
		return nil, err
	}
	return done(settingsPath(made.Appid, "general"), "component_made", made.Appid), nil
}

// componentsBack is where a refused creation is told: beside the list of the component
// that the form stood on, or where there was none yet.
func (a *Console) componentsBack(ctx context.Context, c *call) (*answer, error) {
	first, err := a.service.Components(ctx, "", windowLimit)
	if err != nil || len(first) == 0 {
		return a.home(ctx, c)
	}
	c.component = first[0].Appid
	if i := slices.IndexFunc(first, func(comp platform.Component) bool { return comp.Appid == c.r.PostForm.Get("from") }); i >= 0 {
		c.component = first[i].Appid
	}
	return a.components(ctx, c)
}

// displaySettings are how this browser shows the console.
func (a *Console) displaySettings(ctx context.Context, c *call) (*answer, error) {
	v := displayView{Exact: c.zone.exact(c.now)}
	for _, name := range zoneNames() {
		v.Zones = append(v.Zones, zoneView{name, name == c.zone.name})
	}
	return a.settingsPage(ctx, c, "display", v)
}

type displayView struct {
	Zones []zoneView
	Exact string // the virtual now, as the chosen zone has it
}

type zoneView struct {
	Key     string
	Current bool
}
