package adminapi

import (
	"context"
	"fmt"
	"net/http"

	"draftbox/internal/platform"
)

// componentView is a component as the API shows it.
type componentView struct {
	Appid              string               `json:"appid"`
	Name               string               `json:"name"`
	Secret             string               `json:"secret"`
	Token              string               `json:"token"`
	EncodingAESKey     string               `json:"encoding_aes_key"`
	EventURL           string               `json:"event_url"`
	MessageURL         string               `json:"message_url"`
	IPAllowlist        []string             `json:"ip_allowlist"`
	MaxDevMiniprograms int                  `json:"max_dev_miniprograms"`
	Switches           platform.Switches    `json:"switches"`
	Quotas             platform.Quotas      `json:"quotas"`
	AuthPageDomain     string               `json:"auth_page_domain"`
	Audit              platform.AuditPolicy `json:"audit"`
	Counts             countsView           `json:"counts"`
	CreatedAt          string               `json:"created_at"`
}

type countsView struct {
	DevMiniprograms int `json:"dev_miniprograms"`
	Drafts          int `json:"drafts"`
	Templates       int `json:"templates"`
}

// showComponent makes the view of a component.
func (a *API) showComponent(ctx context.Context, c platform.Component, reveal bool) (componentView, error) {
	n, err := a.service.Counts(ctx, c.Appid)
	if err != nil {
		return componentView{}, err
	}
	show := platform.Mask
	if reveal {
		show = func(secret string) string { return secret }
	}
	return componentView{
		Appid: c.Appid, Name: c.Name, Secret: show(c.Secret), Token: show(c.Token), EncodingAESKey: show(c.EncodingAESKey),
		EventURL: c.EventURL, MessageURL: c.MessageURL, IPAllowlist: c.IPAllowlist,
		MaxDevMiniprograms: c.Settings.MaxDevMiniprograms, Switches: c.Settings.Switches, Quotas: c.Settings.Quotas,
		AuthPageDomain: c.Settings.AuthPageDomain, Audit: c.Settings.Audit,
		Counts:    countsView{n.DevMiniprograms, n.Drafts, n.Templates},
		CreatedAt: timestamp(c.CreatedAt),
	}, nil
}

func (a *API) listComponents(r *http.Request) (*answer, error) {
	q := parseQuery(r, "limit", "cursor")
	limit, after := q.limit(), q.get("cursor")
	if err := q.err(); err != nil {
		return nil, err
	}
	rows, err := a.service.Components(r.Context(), after, limit+1)
	if err != nil {
		return nil, err
	}
	views := make([]componentView, 0, len(rows))
	for _, c := range rows {
		view, err := a.showComponent(r.Context(), c, false)
		if err != nil {
			return nil, err
		}
		views = append(views, view)
	}
	return paged(views, limit, func(v componentView) string { return v.Appid }, same)
}

func same[T any](v T) T { return v }

// newComponent is the body of a creation.
type newComponent struct {
	Appid           string        `json:"appid"`
	DevMiniprograms []devMiniBody `json:"dev_miniprograms"`
	componentBody
}

func (a *API) createComponent(r *http.Request) (*answer, error) {
	data, err := readBody(r)
	if err != nil {
		return nil, err
	}
	in := newComponent{}
	if err := patchComponent(&in, data, &platform.Component{Settings: platform.DefaultSettings()}); err != nil {
		return nil, err
	}
	c := platform.Component{Appid: in.Appid}
	in.apply(&c)
	devs := make([]*platform.DevMiniprogram, len(in.DevMiniprograms))
	for i, dev := range in.DevMiniprograms {
		devs[i] = &platform.DevMiniprogram{Appid: dev.Appid}
		if err := dev.apply(devs[i]); err != nil {
			return nil, fmt.Errorf("dev_miniprograms[%d]: %w", i, err)
		}
	}
	made, err := a.service.CreateComponent(r.Context(), c, devs...)
	if err != nil {
		return nil, err
	}
	view, err := a.showComponent(r.Context(), made, true)
	if err != nil {
		return nil, err
	}
	return created("/_draftbox/v1/components/"+made.Appid, view)
}

func (a *API) getComponent(r *http.Request) (*answer, error) {
	q := parseQuery(r, "reveal")
	reveal := q.reveal()
	if err := q.err(); err != nil {
		return nil, err
	}
	c, err := a.service.Component(r.Context(), r.PathValue("appid"))
	if err != nil {
		return nil, err
	}
	view, err := a.showComponent(r.Context(), c, reveal)
	if err != nil {
		return nil, err
	}
	if reveal {
		a.noteReveal(r, c.Appid, "component "+c.Appid)
	}
	return ok(view)
}

func (a *API) updateComponent(r *http.Request) (*answer, error) {
	data, err := readBody(r)
	if err != nil {
		return nil, err
	}
	c, err := a.service.ChangeComponent(r.Context(), r.PathValue("appid"), func(c *platform.Component) error {
		var body componentBody
		if err := patchComponent(&body, data, c); err != nil {
			return err
		}
		body.apply(c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	view, err := a.showComponent(r.Context(), c, false)
	if err != nil {
		return nil, err
	}
	return ok(view)
}

func (a *API) deleteComponent(r *http.Request) (*answer, error) {
	return gone(a.service.DeleteComponent(r.Context(), r.PathValue("appid")))
}
