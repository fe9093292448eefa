package adminapi

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"draftbox/internal/platform"
)

// templateView is a template: the fields that the wire has, and its package.
type templateView struct {
	ID          int64      `json:"template_id"`
	DraftID     int64      `json:"draft_id"`
	Type        int        `json:"template_type"`
	CreateTime  int64      `json:"create_time"`
	UserVersion string     `json:"user_version"`
	UserDesc    string     `json:"user_desc"`
	SourceAppid string     `json:"source_miniprogram_appid"`
	SourceName  string     `json:"source_miniprogram"`
	Developer   string     `json:"developer"`
	Categories  []struct{} `json:"category_list"`
	Digest      string     `json:"digest"`
	Size        int64      `json:"size"`
}

func showTemplate(t platform.Template, p platform.Package) templateView {
	return templateView{
		ID: t.ID, DraftID: t.DraftID, Type: t.Type, CreateTime: t.CreateTime.Unix(), UserVersion: t.UserVersion, UserDesc: t.UserDesc,
		SourceAppid: t.SourceAppid, SourceName: t.SourceName, Developer: t.Developer, Categories: []struct{}{}, Digest: t.Digest, Size: p.Size,
	}
}

// listTemplates lists by id: the wire's order by place means nothing to a
// person.
func (a *API) listTemplates(r *http.Request) (*answer, error) {
	q := parseQuery(r, "limit", "cursor")
	limit, after := q.limit(), q.number("cursor", 0, -1)
	if err := q.err(); err != nil {
		return nil, err
	}
	library, err := a.service.TemplateLibrary(r.Context(), r.PathValue("appid"))
	if err != nil {
		return nil, err
	}
	rows := library.Templates
	slices.SortFunc(rows, func(a, b platform.Template) int { return int(a.ID - b.ID) })
	rows = slices.DeleteFunc(rows, func(t platform.Template) bool { return t.ID <= after })
	packages := map[string]platform.Package{}
	for _, t := range rows[:min(limit, len(rows))] {
		if _, known := packages[t.Digest]; known {
			continue
		}
		// One that was deleted since the list was read has no package any more.
		p, err := a.service.Package(r.Context(), t.Digest)
		if err != nil && !errors.Is(err, platform.ErrNotFound) {
			return nil, err
		}
		packages[t.Digest] = p
	}
	return paged(rows, limit, func(t platform.Template) string { return strconv.FormatInt(t.ID, 10) },
		func(t platform.Template) templateView { return showTemplate(t, packages[t.Digest]) })
}

// newTemplate is the body of an addition.
type newTemplate struct {
	DraftID *int64 `json:"draft_id"`
	Type    int    `json:"template_type"`
}

func (a *API) addTemplate(r *http.Request) (*answer, error) {
	var in newTemplate
	if err := decodeBody(r, &in); err != nil {
		return nil, err
	}
	switch {
	case in.DraftID == nil:
		return nil, invalid("draft_id is missing; GET the drafts of this component for what there is.")
	case in.Type != platform.TemplateOrdinary && in.Type != platform.TemplateStandard:
		return nil, invalid("template_type is %d, must be 0 (ordinary) or 1 (standard).", in.Type)
	}
	// A draft that is not there is 404 here; the refusals of the wire that remain
	// are about the library's state.
	d, err := a.service.Draft(r.Context(), r.PathValue("appid"), *in.DraftID)
	if err != nil {
		return nil, err
	}
	t, err := a.service.AddToTemplate(r.Context(), r.PathValue("appid"), *in.DraftID, in.Type)
	if err != nil {
		return nil, err
	}
	return created("", showTemplate(t, d.Package))
}

func (a *API) deleteTemplate(r *http.Request) (*answer, error) {
	id, err := pathID(r, "template_id")
	if err != nil {
		return nil, err
	}
	err = a.service.DeleteTemplate(r.Context(), r.PathValue("appid"), id)
	var wire *platform.Error
	if errors.As(err, &wire) && wire.Code == platform.CodeTemplateNotFound {
		return nil, &refusal{http.StatusNotFound, "not_found", reason(wire)}
	}
	return gone(err)
}
