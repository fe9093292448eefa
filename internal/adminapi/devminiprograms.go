package adminapi

import (
	"context"
	"errors"
	"net/http"

	"draftbox/internal/platform"
)

type devMiniView struct {
	Appid             string   `json:"appid"`
	Name              string   `json:"name"`
	UploadKey         string   `json:"upload_key"` // the public half
	UploadIPAllowlist []string `json:"upload_ip_allowlist"`
	CreatedAt         string   `json:"created_at"`
}

func showDevMini(d platform.DevMiniprogram) devMiniView {
	return devMiniView{d.Appid, d.Name, d.UploadKeyPEM, orEmpty(d.UploadIPAllowlist), timestamp(d.CreatedAt)}
}

// devMiniBody is what can be set of a development mini program.
type devMiniBody struct {
	Appid             string    `json:"appid"`
	Name              *string   `json:"name"`
	UploadKey         string    `json:"upload_key"`
	UploadIPAllowlist *[]string `json:"upload_ip_allowlist"`
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
	if in.UploadIPAllowlist != nil {
		d.UploadIPAllowlist = *in.UploadIPAllowlist
	}
	return nil
}

func (a *API) deleteDevMiniprogram(r *http.Request) (*answer, error) {
	return gone(a.service.DeleteDevMiniprogram(r.Context(), r.PathValue("appid"), r.PathValue("dev_appid")))
}

// uploadKeyView is a new upload key pair. The private half is shown here and never
// again.
type uploadKeyView struct {
	Appid      string `json:"appid"`
	PrivateKey string `json:"private_key"` // PKCS #1, PEM
}

// newUploadKey makes the upload key of a development mini program anew.
func (a *API) newUploadKey(r *http.Request) (*answer, error) {
	component, appid := r.PathValue("appid"), r.PathValue("dev_appid")
	private, err := a.service.NewUploadKey(r.Context(), component, appid)
	if err != nil {
		return nil, err
	}
	a.log.InfoContext(r.Context(), "upload key made anew, the former is void", "dev_miniprogram", appid, "client", clientIP(r))
	return created("", uploadKeyView{appid, private})
}

// devVersionView is the development version that a preview made.
type devVersionView struct {
	Appid       string `json:"appid"`
	UserVersion string `json:"user_version"`
	UserDesc    string `json:"user_desc"`
	Developer   string `json:"developer"`
	CreateTime  int64  `json:"create_time"`
	Path        string `json:"path"`
	Digest      string `json:"digest"`
}

func (a *API) getDevVersion(r *http.Request) (*answer, error) {
	component, appid := r.PathValue("appid"), r.PathValue("dev_appid")
	if _, err := a.service.DevMiniprogram(r.Context(), component, appid); err != nil {
		return nil, err
	}
	v, err := a.service.DevVersion(r.Context(), component, appid)
	if err != nil {
		return nil, err
	}
	return ok(devVersionView{v.Appid, v.UserVersion, v.UserDesc, v.Developer, v.CreateTime.Unix(), v.Path, v.Digest})
}
