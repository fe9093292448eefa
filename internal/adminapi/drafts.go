package adminapi

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"draftbox/internal/platform"
)

// draftView is a draft: the fields that the wire has, and its package.
type draftView struct {
	ID          int64            `json:"draft_id"`
	CreateTime  int64            `json:"create_time"`
	UserVersion string           `json:"user_version"`
	UserDesc    string           `json:"user_desc"`
	SourceAppid string           `json:"source_miniprogram_appid"`
	SourceName  string           `json:"source_miniprogram"`
	Developer   string           `json:"developer"`
	Categories  []struct{}       `json:"category_list"`
	Digest      string           `json:"digest"`
	Size        int64            `json:"size"`
	Pages       []string         `json:"pages"`
	Subpackages []subpackageView `json:"subpackages"`
}

type subpackageView struct {
	Root        string   `json:"root"`
	Name        string   `json:"name"`
	Independent bool     `json:"independent"`
	Pages       []string `json:"pages"`
	Size        int64    `json:"size"`
}

func showDraft(d platform.PackagedDraft) draftView {
	return draftView{
		ID: d.ID, CreateTime: d.CreateTime.Unix(), UserVersion: d.UserVersion, UserDesc: d.UserDesc,
		SourceAppid: d.SourceAppid, SourceName: d.SourceName, Developer: d.Developer, Categories: []struct{}{},
		Digest: d.Digest, Size: d.Package.Size, Pages: orEmpty(d.Package.Pages), Subpackages: showSubpackages(d.Package.Subpackages),
	}
}

func showSubpackages(list []platform.Subpackage) []subpackageView {
	out := []subpackageView{}
	for _, s := range list {
		out = append(out, subpackageView{s.Root, s.Name, s.Independent, orEmpty(s.Pages), s.Size})
	}
	return out
}

// orEmpty makes a list that JSON shows as [] and never as null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (a *API) listDrafts(r *http.Request) (*answer, error) {
	q := parseQuery(r, "limit", "cursor")
	limit, after := q.limit(), q.number("cursor", 0, -1)
	if err := q.err(); err != nil {
		return nil, err
	}
	rows, err := a.service.PackagedDrafts(r.Context(), r.PathValue("appid"), after, limit+1)
	if err != nil {
		return nil, err
	}
	return paged(rows, limit, func(d platform.PackagedDraft) string { return strconv.FormatInt(d.ID, 10) }, showDraft)
}

func (a *API) getDraft(r *http.Request) (*answer, error) {
	id, err := pathID(r, "draft_id")
	if err != nil {
		return nil, err
	}
	d, err := a.service.Draft(r.Context(), r.PathValue("appid"), id)
	if err != nil {
		return nil, err
	}
	return ok(showDraft(d))
}

func (a *API) deleteDraft(r *http.Request) (*answer, error) {
	id, err := pathID(r, "draft_id")
	if err != nil {
		return nil, err
	}
	return gone(a.service.DeleteDraft(r.Context(), r.PathValue("appid"), id))
}

// downloadDraftPackage streams the stored form of a draft's code.
func (a *API) downloadDraftPackage(r *http.Request) (*answer, error) {
	id, err := pathID(r, "draft_id")
	if err != nil {
		return nil, err
	}
	component := r.PathValue("appid")
	d, err := a.service.Draft(r.Context(), component, id)
	if err != nil {
		return nil, err
	}
	return &answer{stream: func(ctx context.Context, w http.ResponseWriter) error {
		h := w.Header()
		h.Set("Content-Type", "application/zip")
		h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%d.zip"`, d.SourceAppid, d.ID))
		h.Set("Content-Length", strconv.FormatInt(d.Package.StoredSize, 10))
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusOK)
			return nil
		}
		return a.service.WriteDraftPackage(ctx, component, id, w)
	}}, nil
}
