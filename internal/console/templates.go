package console

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"draftbox/internal/platform"
)

// templatesView is the template library, and the template that is open beside it.
type templatesView struct {
	Places, Most int
	Template     *packageView
	Users        usersView
}

// usersView is a part of the merchants whose code came of a template.
type usersView struct {
	Rows  []userView
	Total int
	Next  string // where the next part is
}

// userView is a merchant whose code came of a template.
type userView struct {
	Appid, Name, Href string
	Lines             []string // which of its versions: exp or online
}

func (a *Console) templates(ctx context.Context, c *call) (*answer, error) {
	return a.library(ctx, c, nil, usersView{})
}

func (a *Console) library(ctx context.Context, c *call, open *packageView, users usersView) (*answer, error) {
	library, err := a.service.TemplateLibrary(ctx, c.component)
	if err != nil {
		return nil, err
	}
	base := "/c/" + c.component + "/templates"
	l := list[platform.Template]{
		id: "templates", sort: "template_id",
		key:  func(t platform.Template) string { return strconv.FormatInt(t.ID, 10) },
		href: func(t platform.Template) string { return base + "/" + strconv.FormatInt(t.ID, 10) },
		columns: []column[platform.Template]{
			{"template_id", false, func(t platform.Template) cell { return numberCell(t.ID) }},
			{"version", false, func(t platform.Template) cell { return textCell(t.UserVersion) }},
			{"description", false, func(t platform.Template) cell { return firstLine(t.UserDesc) }},
			{"source", true, func(t platform.Template) cell { return cell{Kind: "text", Text: t.SourceName, Title: t.SourceAppid} }},
			{"developer", true, func(t platform.Template) cell { return textCell(t.Developer) }},
			{"uploaded", false, func(t platform.Template) cell { return c.timeCell(t.CreateTime) }},
			{"draft_id", true, func(t platform.Template) cell { return numberCell(t.DraftID) }},
		},
	}
	selected := ""
	if open != nil {
		selected = strconv.FormatInt(open.ID, 10)
	}
	rows := l.view(c, base, library.Templates, selected)
	rows.Empty = "templates.empty"
	out, err := a.framed(ctx, c, "templates", c.texts.must("nav.templates"), templatesView{len(library.Templates), platform.MaxTemplates, open, users})
	if err != nil {
		return nil, err
	}
	out.view.List = rows
	if open != nil {
		out.view.Title = c.texts.must("template.title", "id", open.ID, "version", open.Version)
		out.view.Up = address(base, c.r.URL.Query())
	}
	return out, nil
}

func (a *Console) template(ctx context.Context, c *call) (*answer, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	library, err := a.service.TemplateLibrary(ctx, c.component)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(library.Templates, func(t platform.Template) bool { return t.ID == id })
	if i < 0 {
		return nil, &refusal{http.StatusNotFound, "told.no_template"}
	}
	t := library.Templates[i]
	p, err := a.service.Package(ctx, t.Digest)
	if err != nil {
		return nil, err
	}
	v := c.packageOf(p)
	v.ID, v.Version, v.Desc, v.SourceName, v.SourceAppid, v.Developer, v.Uploaded = t.ID, t.UserVersion, t.UserDesc, t.SourceName, t.SourceAppid, t.Developer, c.timeCell(t.CreateTime)
	v.DraftID = t.DraftID
	users, err := a.usersOf(ctx, c, t.ID)
	if err != nil {
		return nil, err
	}
	return a.library(ctx, c, &v, users)
}

// usersOf lists the merchants whose experience version or release came of a template,
// from that on which the query asks for.
func (a *Console) usersOf(ctx context.Context, c *call, id int64) (usersView, error) {
	rows, total, err := a.service.TemplateUsers(ctx, c.component, id, c.r.URL.Query().Get("users"), pageSize+1)
	out := usersView{Total: total}
	for i, u := range rows {
		if i == pageSize {
			out.Next = address(c.r.URL.Path, c.r.URL.Query(), "users", rows[i-1].AuthorizerAppid)
			break
		}
		v := userView{Appid: u.AuthorizerAppid, Name: u.NickName, Href: "/c/" + c.component + "/merchants/" + u.AuthorizerAppid}
		if u.Exp {
			v.Lines = append(v.Lines, "exp")
		}
		if u.Online {
			v.Lines = append(v.Lines, "online")
		}
		out.Rows = append(out.Rows, v)
	}
	return out, err
}

func (a *Console) deleteTemplate(ctx context.Context, c *call) (*answer, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	if err := a.service.DeleteTemplate(ctx, c.component, id); err != nil {
		return nil, err
	}
	return done("/c/"+c.component+"/templates", "template_deleted", strconv.FormatInt(id, 10)), nil
}
