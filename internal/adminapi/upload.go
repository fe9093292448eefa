package adminapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
)

// Bounds of an upload, in bytes. A package holds 20 MiB of code at most, and
// what is left out of it may be in the archive, too.
const (
	packageLimit = 64 << 20
	uploadLimit  = packageLimit + 1<<20
	fieldLimit   = 64 << 10
)

// handleUpload is handle for the upload: its body is large, and reading it does
// not count against the time of the work.
func (a *API) handleUpload(fn func(*http.Request) (*answer, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, uploadLimit)
		a.serve(w, r, func(r *http.Request) (*answer, error) {
			out, err := fn(r)
			if err != nil {
				// Many clients read no answer before they have sent all.
				_, _ = io.Copy(io.Discard, r.Body)
			}
			return out, err
		})
	})
}

// uploadDraft takes a mini program project as a zip in a multipart form.
func (a *API) uploadDraft(r *http.Request) (*answer, error) {
	component := r.PathValue("appid")
	if _, err := a.service.Component(r.Context(), component); err != nil {
		return nil, err
	}
	form, err := a.readForm(r)
	if err != nil {
		return nil, err
	}
	defer form.close()

	select {
	case a.building <- struct{}{}:
		defer func() { <-a.building }()
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	ctx, cancel := context.WithTimeout(r.Context(), workTimeout)
	defer cancel()
	var staged platform.StagedContent
	built, err := miniprogram.FromZip(form.archive, form.archive.Size, miniprogram.Options{
		TempDir: a.tempDir,
		Stage: func(content platform.PackageContent, size int64) (err error) {
			staged, err = a.service.StagePackage(ctx, content, size)
			return err
		},
	})
	if staged != nil {
		defer staged.Release()
	}
	if err != nil {
		return nil, badPackage(err)
	}
	defer func() { _ = built.Content.Close() }() // what matters is stored by then

	source := form.fields["source_miniprogram_appid"]
	if source == "" {
		if source, err = a.guessSource(ctx, component, built.Package.ProjectAppid); err != nil {
			return nil, err
		}
	}
	d, err := a.service.UploadDraft(ctx, platform.Upload{
		ComponentAppid: component, SourceAppid: source, UserVersion: form.fields["user_version"],
		UserDesc: form.fields["user_desc"], Developer: form.fields["developer"],
	}, &built.Package, staged)
	if errors.Is(err, platform.ErrNotFound) {
		// The component is there: what is not is what the form names.
		return nil, invalid("source_miniprogram_appid: %v", err)
	}
	if err != nil {
		return nil, err
	}
	return created(fmt.Sprintf("/_draftbox/v1/components/%s/drafts/%d", component, d.ID),
		showDraft(platform.PackagedDraft{Draft: d, Package: built.Package}))
}

// badPackage is the refusal of what is no package; its sentence says why.
func badPackage(err error) error {
	if errors.Is(err, platform.ErrInvalid) {
		return &refusal{http.StatusUnprocessableEntity, "invalid_package", err.Error()}
	}
	return err
}

// guessSource finds the development mini program of an upload that names none:
// the one that project.config.json names, or the only one that there is.
func (a *API) guessSource(ctx context.Context, component, projectAppid string) (string, error) {
	switch _, err := a.service.DevMiniprogram(ctx, component, projectAppid); {
	case err == nil:
		return projectAppid, nil
	case !errors.Is(err, platform.ErrNotFound):
		return "", err
	}
	const most = 20 // enough of them for a message
	devs, err := a.service.DevMiniprograms(ctx, component, "", most+1)
	switch {
	case err != nil:
		return "", err
	case len(devs) == 1:
		return devs[0].Appid, nil
	case len(devs) == 0:
		return "", invalid("Component %s has no development mini program; bind one with POST /_draftbox/v1/components/%[1]s/dev_miniprograms.", component)
	}
	var names []string
	for i, d := range devs {
		if i == most {
			names = append(names, "…")
			break
		}
		names = append(names, d.Appid+" ("+d.Name+")")
	}
	return "", invalid("source_miniprogram_appid is missing, and project.config.json names no development mini program of this component; send one of %s.",
		strings.Join(names, ", "))
}
