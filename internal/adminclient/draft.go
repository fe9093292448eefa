package adminclient

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"strconv"
)

// Draft is a draft with its package: the fields that the wire has, and more.
type Draft struct {
	DraftID      int64             `json:"draft_id"`
	CreateTime   int64             `json:"create_time"` // Unix seconds
	UserVersion  string            `json:"user_version"`
	UserDesc     string            `json:"user_desc"`
	SourceAppid  string            `json:"source_miniprogram_appid"`
	SourceName   string            `json:"source_miniprogram"`
	Developer    string            `json:"developer"`
	CategoryList []json.RawMessage `json:"category_list"`
	Digest       string            `json:"digest"`
	Size         int64             `json:"size"` // bytes
	Pages        []string          `json:"pages"`
	Subpackages  []Subpackage      `json:"subpackages"`
}

// Subpackage is one sub-package of a draft's code.
type Subpackage struct {
	Root        string   `json:"root"`
	Name        string   `json:"name"`
	Independent bool     `json:"independent"`
	Pages       []string `json:"pages"`
	Size        int64    `json:"size"` // bytes
}

// Template is a template: the fields that the wire has, and more.
type Template struct {
	TemplateID   int64             `json:"template_id"`
	DraftID      int64             `json:"draft_id"`
	TemplateType int               `json:"template_type"`
	CreateTime   int64             `json:"create_time"` // Unix seconds
	UserVersion  string            `json:"user_version"`
	UserDesc     string            `json:"user_desc"`
	SourceAppid  string            `json:"source_miniprogram_appid"`
	SourceName   string            `json:"source_miniprogram"`
	Developer    string            `json:"developer"`
	CategoryList []json.RawMessage `json:"category_list"`
	Digest       string            `json:"digest"`
	Size         int64             `json:"size"` // bytes
}

// TemplateDetail is a template with what its package holds.
type TemplateDetail struct {
	Template
	Pages       []string        `json:"pages"`
	Subpackages []Subpackage    `json:"subpackages"`
	AppJSON     json.RawMessage `json:"app_json"`
	Files       []PackageFile   `json:"files"` // in order of path
}

// PackageFile is one file of a package. Its path has no leading slash.
type PackageFile struct {
	Path string `json:"path"`
	Size int64  `json:"size"` // bytes
}

// Upload is what goes with an uploaded package.
type Upload struct {
	SourceAppid string // the development mini program
	UserVersion string
	UserDesc    string // empty: the text that the official tool makes up
	Developer   string // empty: ci机器人1
}

// Drafts lists a component's draft box by id.
func (c *Client) Drafts(ctx context.Context, component string) iter.Seq2[Draft, error] {
	return list[Draft](ctx, c, path("components", component, "drafts"), limitQuery(0))
}

// Templates lists a component's template library by id.
func (c *Client) Templates(ctx context.Context, component string) iter.Seq2[Template, error] {
	return list[Template](ctx, c, path("components", component, "templates"), limitQuery(0))
}

// Template returns one template with what its package holds.
func (c *Client) Template(ctx context.Context, component string, id int64) (TemplateDetail, error) {
	return fetch[TemplateDetail](ctx, c, http.MethodGet, path("components", component, "templates", strconv.FormatInt(id, 10)), nil)
}

// Draft returns one draft.
func (c *Client) Draft(ctx context.Context, component string, id int64) (Draft, error) {
	return fetch[Draft](ctx, c, http.MethodGet, draftPath(component, id), nil)
}

// DeleteDraft deletes a draft.
func (c *Client) DeleteDraft(ctx context.Context, component string, id int64) error {
	return c.call(ctx, http.MethodDelete, draftPath(component, id), nil, nil)
}

// DownloadDraft writes a draft's code to w, a zip archive.
func (c *Client) DownloadDraft(ctx context.Context, component string, id int64, w io.Writer) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+draftPath(component, id)+"/package", http.NoBody)
	if err != nil {
		return fmt.Errorf("download of a draft: %w", err)
	}
	return c.do(req, func(r io.Reader) error {
		_, err := io.Copy(w, r)
		return err
	})
}

// UploadDraft uploads size bytes of code, a zip archive, as a draft.
func (c *Client) UploadDraft(ctx context.Context, component string, u Upload, code io.Reader, size int64) (Draft, error) {
	head, tail, contentType, err := envelope(u)
	if err != nil {
		return Draft{}, fmt.Errorf("upload of a draft: %w", err)
	}
	body := io.MultiReader(bytes.NewReader(head), code, bytes.NewReader(tail))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path("components", component, "drafts"), body)
	if err != nil {
		return Draft{}, fmt.Errorf("upload of a draft: %w", err)
	}
	req.ContentLength = int64(len(head)) + size + int64(len(tail))
	req.Header.Set("Content-Type", contentType)
	var out Draft
	err = c.do(req, func(r io.Reader) error { return json.NewDecoder(r).Decode(&out) })
	return out, err
}

// envelope returns what stands before and behind the code in the multipart body.
// The texts go first, so that a wrong one is refused before the code is read.
func envelope(u Upload) (head, tail []byte, contentType string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, field := range [][2]string{
		{"source_miniprogram_appid", u.SourceAppid},
		{"user_version", u.UserVersion},
		{"user_desc", u.UserDesc},
		{"developer", u.Developer},
	} {
		if err := w.WriteField(field[0], field[1]); err != nil {
			return nil, nil, "", err
		}
	}
	if _, err := w.CreateFormFile("package", "package.zip"); err != nil {
		return nil, nil, "", err
	}
	n := b.Len()
	if err := w.Close(); err != nil {
		return nil, nil, "", err
	}
	return b.Bytes()[:n], b.Bytes()[n:], w.FormDataContentType(), nil
}

func draftPath(component string, id int64) string {
	return path("components", component, "drafts", strconv.FormatInt(id, 10))
}
