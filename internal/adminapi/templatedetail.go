package adminapi

import (
	"encoding/json"
	"net/http"
	"slices"

	"draftbox/internal/platform"
)

// templateDetail is a template with what its package holds.
type templateDetail struct {
	templateView
	Pages       []string               `json:"pages"`
	Subpackages []subpackageView       `json:"subpackages"`
	AppJSON     json.RawMessage        `json:"app_json"`
	Files       []platform.PackageFile `json:"files"` // in order of path
}

func (a *API) getTemplate(r *http.Request) (*answer, error) {
	id, err := pathID(r, "template_id")
	if err != nil {
		return nil, err
	}
	library, err := a.service.TemplateLibrary(r.Context(), r.PathValue("appid"))
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(library.Templates, func(t platform.Template) bool { return t.ID == id })
	if i < 0 {
		return nil, platform.NotFoundf("component %s has no template %d", library.Component.Appid, id)
	}
	t := library.Templates[i]
	p, err := a.service.Package(r.Context(), t.Digest)
	if err != nil {
		return nil, err
	}
	view := templateDetail{
		templateView: showTemplate(t, p), Pages: orEmpty(p.Pages), Subpackages: showSubpackages(p.Subpackages), AppJSON: p.AppJSON, Files: orEmpty(p.Files),
	}
	return ok(view)
}
