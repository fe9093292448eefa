package console

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
	"draftbox/internal/spool"
)

// Bounds of an upload, in bytes. A package holds 20 MiB of code at most, and what is
// left out of it may be in the archive, too.
const (
	packageLimit = 64 << 20
	uploadLimit  = packageLimit + 1<<20
	fieldLimit   = 64 << 10
)

// upload is the handler of the upload: its body is large, and reading it does not count
// against the time of the work.
func (a *Console) upload(fn, back handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := a.newCall(w, r)
		if !a.admit(c, true) {
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, uploadLimit)
		a.run(r.Context(), c, func(ctx context.Context, c *call) (*answer, error) {
			out, err := fn(ctx, c)
			if err != nil {
				// Browsers read no answer before they have sent all.
				_, _ = io.Copy(io.Discard, r.Body)
			}
			return out, err
		}, back)
	})
}

// uploadForm is what the form of an upload has.
type uploadForm struct {
	fields  map[string]string
	archive *spool.Body
}

// readUpload reads the form as it comes and keeps little of the archive in memory.
func (a *Console) readUpload(r *http.Request) (*uploadForm, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, &refusal{http.StatusUnprocessableEntity, "told.form"}
	}
	f := &uploadForm{fields: map[string]string{}}
	for err == nil {
		var part *multipart.Part
		if part, err = parts.NextPart(); err == nil {
			err = a.readPart(f, part)
		}
	}
	if errors.Is(err, io.EOF) && f.archive != nil && f.archive.Size > 0 {
		return f, nil
	}
	if f.archive != nil {
		f.archive.Close()
	}
	if errors.Is(err, io.EOF) {
		return nil, &refusal{http.StatusUnprocessableEntity, "told.no_file"}
	}
	return nil, err
}

func (a *Console) readPart(f *uploadForm, part *multipart.Part) error {
	if part.FormName() == "package" && f.archive == nil {
		archive, err := a.spools.Receive(part, packageLimit)
		if errors.Is(err, spool.ErrTooLarge) {
			err = &refusal{http.StatusRequestEntityTooLarge, "told.large"}
		}
		f.archive = archive
		return err
	}
	text, err := io.ReadAll(io.LimitReader(part, fieldLimit+1))
	if err == nil && len(text) > fieldLimit {
		err = &refusal{http.StatusUnprocessableEntity, "told.form"}
	}
	f.fields[part.FormName()] = string(text)
	return err
}

// uploadDraft takes a mini program project as a zip.
func (a *Console) uploadDraft(ctx context.Context, c *call) (*answer, error) {
	if _, err := a.service.Component(ctx, c.component); err != nil {
		return nil, err
	}
	form, err := a.readUpload(c.r)
	if err != nil {
		return nil, err
	}
	defer form.archive.Close()
	select {
	case a.building <- struct{}{}:
		defer func() { <-a.building }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, workTimeout)
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
		if errors.Is(err, platform.ErrInvalid) {
			err = platform.Invalidf("%v", err)
		}
		return nil, err
	}
	defer func() { _ = built.Content.Close() }() // what matters is stored by then
	source, err := a.sourceOf(ctx, c.component, form.fields["source"], built.Package.ProjectAppid)
	if err != nil {
		return nil, err
	}
	d, err := a.service.UploadDraft(ctx, platform.Upload{
		ComponentAppid: c.component, SourceAppid: source, UserVersion: strings.TrimSpace(form.fields["version"]),
		UserDesc: strings.ReplaceAll(form.fields["description"], "\r\n", "\n"), Developer: strings.TrimSpace(form.fields["developer"]),
	}, &built.Package, staged)
	if err != nil {
		return nil, err
	}
	id := strconv.FormatInt(d.ID, 10)
	return done("/c/"+c.component+"/drafts/"+id, "uploaded", id), nil
}

// sourceOf is the development mini program of an upload: the one that was chosen, else
// the one that project.config.json names, else the first.
func (a *Console) sourceOf(ctx context.Context, component, chosen, named string) (string, error) {
	if chosen != "" {
		return chosen, nil
	}
	devs, err := a.service.DevMiniprograms(ctx, component, "", sourceLimit)
	switch {
	case err != nil:
		return "", err
	case len(devs) == 0:
		return "", &refusal{http.StatusUnprocessableEntity, "told.no_source"}
	case slices.ContainsFunc(devs, func(d platform.DevMiniprogram) bool { return d.Appid == named }):
		return named, nil
	}
	return devs[0].Appid, nil
}
