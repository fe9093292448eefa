package wxapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"draftbox/internal/platform"
)

// readForm reads the endpoint's members from a form of either kind, as the Content-Type
// names it, in place of JSON. It reports whether the body is one.
func (c *call) readForm(body []byte) bool {
	if strings.IndexByte(`{["`, body[0]) >= 0 { // broken JSON, whatever it is called
		return false
	}
	form := c.parseForm(body)
	if form == nil {
		return false
	}
	c.members = map[string]json.RawMessage{}
	for _, name := range c.endpoint.form {
		if form.Has(name) {
			text, err := json.Marshal(form.Get(name))
			if err != nil {
				return false
			}
			c.members[name] = text
		}
	}
	return true
}

// parseForm is nil for a body that is no form, or a broken one.
func (c *call) parseForm(body []byte) url.Values {
	switch kind, boundary := c.formKind(); {
	case kind == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil
		}
		return form
	case boundary != "":
		return parseMultipart(multipart.NewReader(bytes.NewReader(body), boundary))
	}
	return nil
}

// formKind is the media type of a call's body, and the boundary of a multipart form.
func (c *call) formKind() (kind, boundary string) {
	kind, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil {
		return "", ""
	}
	if kind == "multipart/form-data" {
		boundary = params["boundary"]
	}
	return kind, boundary
}

func parseMultipart(r *multipart.Reader) url.Values {
	form := url.Values{}
	for {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return form
		}
		if err != nil {
			return nil
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return nil
		}
		form.Add(part.FormName(), string(value))
	}
}

// Bounds of a form with a file, in bytes.
const (
	// formOverhead is what a form may have around its file.
	formOverhead = 64 << 10
	// formDrain is what is read of a form that is too long, so that its sender gets the
	// answer and no broken connection.
	formDrain = 32 << 20
)

// readFile reads the file in a field of a multipart form. Of one that is longer than
// most it returns most+1 bytes, for the caller to refuse.
//
// Errors: 41005 no form, or no such file in it.
func (c *call) readFile(field string, most int64) ([]byte, error) {
	body := http.MaxBytesReader(nil, c.r.Body, most+formOverhead+formDrain)
	content, found := c.findFile(body, field, most)
	// The journal keeps a word on the file in place of its bytes.
	c.body = []byte(found)
	// What follows is of no account, and neither is that it cannot be read.
	_, _ = io.Copy(io.Discard, body)
	if len(content) == 0 {
		return nil, platform.Refuse(platform.CodeMediaMissing, "no file in the field %s: the body is %s", field, found)
	}
	return content, nil
}

// findFile looks for a field, and tells what it found.
func (c *call) findFile(body io.Reader, field string, most int64) (content []byte, found string) {
	_, boundary := c.formKind()
	if boundary == "" {
		return nil, "no multipart/form-data with a boundary"
	}
	form := multipart.NewReader(body, boundary)
	others := []string{}
	for {
		part, err := form.NextRawPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil, fmt.Sprintf("a form with the fields %q", others)
		case err != nil:
			return nil, fmt.Sprintf("a form that breaks off after the fields %q: %v", others, err)
		case part.FormName() != field:
			if len(others) < 8 {
				others = append(others, clip(part.FormName()))
			}
			continue
		}
		var file bytes.Buffer
		if _, err := io.Copy(&file, io.LimitReader(part, most+1)); err != nil {
			return nil, fmt.Sprintf("a form that breaks off in the field %s: %v", field, err)
		}
		return file.Bytes(), fmt.Sprintf("a form with the file %q of %d bytes", clip(part.FileName()), file.Len())
	}
}
