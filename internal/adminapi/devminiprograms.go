package adminapi

import (
	"context"
	"errors"
	"net/http"

	"draftbox/internal/platform"
)

type devMiniView struct {
	Appid     string `json:"appid"`
	Name      string `json:"name"`
	UploadKey string `json:"upload_key"`
	CreatedAt string `json:"created_at"`
}

func showDevMini(d platform.DevMiniprogram) devMiniView {
	return devMiniView{d.Appid, d.Name, d.UploadKeyPEM, timestamp(d.CreatedAt)}
}

// devMiniBody is what can be set of a development mini program.
type devMiniBody struct {
	Appid     string  `json:"appid"`
	Name      *string `json:"name"`
	UploadKey string  `json:"upload_key"`
}

func (a *API) listDevMiniprograms(r *http.Request) (*answer, error) {
	q := parseQuery(r, "limit", "cursor")
	limit, after := q.limit(), q.get("cursor")
	if err := q.err(); err != nil {
		return nil, err
	}
	rows, err := a.service.DevMiniprograms(r.Context(), r.PathValue("appid"), after, limit+1)
	if err != nil {
		return nil, err
	}
	return paged(rows, limit, func(d platform.DevMiniprogram) string { return d.Appid }, showDevMini)
}

func (a *API) createDevMiniprogram(r *http.Request) (*answer, error) {
	var in devMiniBody
	if err := decodeBody(r, &in); err != nil {
		return nil, err
	}
	return a.putDevMiniprogram(r.Context(), r.PathValue("appid"), in)
}

// putDevMiniprogram binds a development mini program, or changes what is given
// of one that is bound.
func (a *API) putDevMiniprogram(ctx context.Context, component string, in devMiniBody) (*answer, error) {
	d := platform.DevMiniprogram{ComponentAppid: component, Appid: in.Appid}
	known := false
	if in.Appid != "" {
		switch old, err := a.service.DevMiniprogram(ctx, component, in.Appid); {
		case err == nil:
			d, known = old, true
		case !errors.Is(err, platform.ErrNotFound):
			return nil, err
		}
	}
	if err := in.apply(&d); err != nil {
		return nil, err
	}
	put, err := a.service.PutDevMiniprogram(ctx, d)
	if err != nil {
		return nil, err
	}
	if known {
		return ok(showDevMini(put))
	}
	return created("", showDevMini(put))
}

// apply sets what the body names.
func (in *devMiniBody) apply(d *platform.DevMiniprogram) error {
	if in.Name != nil {
		d.Name = *in.Name
	}
	if in.UploadKey != "" {
		key, err := platform.ParseUploadKey(in.UploadKey)
		if err != nil {
			return err
		}
		d.UploadKeyPEM = key
	}
	return nil
}
