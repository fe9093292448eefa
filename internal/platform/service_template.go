package platform

import (
	"context"
	"fmt"
)

// AddToTemplate copies a draft into the template library. The draft stays; a
// draft added twice makes two templates.
//
// Errors: 85064 no such draft (or a standard template while they are retired),
// 85065 the library is full.
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/template-management/api_addtotemplate.html
func (s *Service) AddToTemplate(ctx context.Context, component string, draftID int64, templateType int) (Template, error) {
	return update(ctx, s.store, component, func(tx Tx, c *Component) (Template, error) {
		d, err := tx.Draft(ctx, c.Appid, draftID)
		if err != nil {
			if err == ErrNotFound { //nolint:errorlint // only the bare one means that there is none
				return Template{}, Refuse(CodeTemplateNotFound, "component %s has no draft %d%s", c.Appid, draftID, everHad(draftID, c.NextDraftID))
			}
			return Template{}, err
		}
		t := Template{
			ComponentAppid: c.Appid, DraftID: d.ID, Type: templateType, SourceAppid: d.SourceAppid, SourceName: d.SourceName,
			UserVersion: d.UserVersion, UserDesc: d.UserDesc, Developer: d.Developer, CreateTime: d.CreateTime, Digest: d.Digest,
		}
		err = placeTemplate(ctx, tx, c, &t)
		return t, err
	})
}

// everHad says of an id that is not there whether it ever was.
func everHad(id, next int64) string {
	switch {
	case id < 0:
		return "; ids are never negative"
	case id < next:
		return "; it was replaced by a newer upload or deleted"
	default:
		return fmt.Sprintf("; the next one gets id %d", next)
	}
}

// placeTemplate checks what every addition has to hold, and inserts the
// template at the lowest free place: a new template takes the place of a deleted
// one, as observed.
func placeTemplate(ctx context.Context, tx Tx, c *Component, t *Template) error {
	switch {
	case t.Type == TemplateStandard && c.Settings.Switches.StandardTemplates == "retired":
		return Refuse(CodeTemplateNotFound, "standard templates are retired (switch standard_templates)")
	case t.Type != TemplateOrdinary && t.Type != TemplateStandard:
		return Refuse(CodeDataFormat, "template_type is %d, must be 0 or 1", t.Type)
	}
	templates, err := tx.Templates(ctx, c.Appid)
	if err != nil {
		return err
	}
	if len(templates) >= MaxTemplates {
		return Refuse(CodeTemplateListFull, "component %s has %d templates, the most it may have; delete one", c.Appid, len(templates))
	}
	for t.Place = 0; int(t.Place) < len(templates) && templates[t.Place].Place == t.Place; t.Place++ {
	}
	if t.ID, err = tx.TakeTemplateID(ctx, c.Appid); err != nil {
		return err
	}
	return tx.InsertTemplate(ctx, t)
}

// SeedTemplate makes a declared template from a package, without a draft in the
// box. It counts one draft id as used: every template came of a draft once.
func (s *Service) SeedTemplate(ctx context.Context, u Upload, p *Package, content PackageContent) (Template, error) {
	if err := u.check(); err != nil {
		return Template{}, err
	}
	return update(ctx, s.store, u.ComponentAppid, func(tx Tx, c *Component) (Template, error) {
		dev, err := s.receive(ctx, tx, c, &u)
		if err != nil {
			return Template{}, err
		}
		if err := putPackage(ctx, tx, p, content); err != nil {
			return Template{}, err
		}
		draftID, err := tx.TakeDraftID(ctx, c.Appid)
		if err != nil {
			return Template{}, err
		}
		t := Template{
			ComponentAppid: c.Appid, DraftID: draftID, SourceAppid: dev.Appid, SourceName: dev.Name,
			UserVersion: u.UserVersion, Developer: u.Developer, Digest: p.Digest,
		}
		t.CreateTime, t.UserDesc = u.settle(tx.Now())
		err = placeTemplate(ctx, tx, c, &t)
		return t, err
	})
}

// DeleteTemplate removes a template and frees its place.
//
// Errors: 85064 no such template.
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/template-management/api_deletetemplate.html
func (s *Service) DeleteTemplate(ctx context.Context, component string, id int64) error {
	_, err := update(ctx, s.store, component, func(tx Tx, c *Component) (struct{}, error) {
		err := tx.DeleteTemplate(ctx, c.Appid, id)
		if err == ErrNotFound { //nolint:errorlint // only the bare one means that there is none
			err = Refuse(CodeTemplateNotFound, "component %s has no template %d%s", c.Appid, id, everDeleted(id, c.NextTemplateID))
		}
		return struct{}{}, err
	})
	return err
}

func everDeleted(id, next int64) string {
	switch {
	case id < 0:
		return "; ids are never negative"
	case id < next:
		return "; it was deleted before"
	default:
		return fmt.Sprintf("; the next one gets id %d", next)
	}
}

// TemplateLibrary is a component with its templates, read at one moment.
type TemplateLibrary struct {
	Component Component
	Templates []Template // by place
}

// TemplateLibrary reads a component's template library.
func (s *Service) TemplateLibrary(ctx context.Context, component string) (TemplateLibrary, error) {
	return view(ctx, s.store, func(r Reader) (TemplateLibrary, error) {
		c, err := r.Component(ctx, component)
		if err != nil {
			return TemplateLibrary{}, orMissing(err, "there is no component %s", component)
		}
		templates, err := r.Templates(ctx, component)
		return TemplateLibrary{*c, templates}, err
	})
}

// Package returns the description of a package.
func (s *Service) Package(ctx context.Context, digest string) (Package, error) {
	return view(ctx, s.store, func(r Reader) (Package, error) {
		p, err := r.Package(ctx, digest)
		if err != nil {
			return Package{}, orMissing(err, "there is no package %s", digest)
		}
		return *p, nil
	})
}
