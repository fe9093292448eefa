package console

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"unicode"
)

// answer is what a handler returns: a page, or where the browser goes next, or other
// content.
type answer struct {
	status   int // 0 is 200
	template string
	view     *view
	location string
	json     any
	kind     string // Content-Type of content
	content  []byte
	cookies  []*http.Cookie
	sent     bool // the handler has written the answer itself
}

// seeOther sends the browser on, after a form.
func seeOther(location string) *answer {
	return &answer{status: http.StatusSeeOther, location: location}
}

// done sends the browser on to a page that tells what was done: key is one of done.*,
// and id is what it names.
func done(location, key, id string) *answer {
	return seeOther(location + "?done=" + key + "&id=" + id)
}

// bare is a page without the frame of a component.
func (c *call) bare(template string, data any) *answer {
	return &answer{template: template, view: &view{texts: c.texts, Theme: c.theme, Data: data, Path: c.r.URL.RequestURI()}}
}

// send writes an answer.
func (a *Console) send(c *call, out *answer) {
	if out.sent {
		return
	}
	h := c.w.Header()
	for _, cookie := range out.cookies {
		http.SetCookie(c.w, cookie)
	}
	body := out.content
	switch {
	case out.location != "" && wantsJSON(c.r):
		out.status, out.kind, body = http.StatusOK, "application/json", encode(map[string]string{"location": out.location})
	case out.location != "":
		http.Redirect(c.w, c.r, out.location, out.status) //nolint:gosec // localPath and our own routes made it
		return
	case out.json != nil:
		out.kind, body = "application/json", encode(out.json)
	case out.view != nil:
		var buf bytes.Buffer
		if err := pages()[out.template].ExecuteTemplate(&buf, "page", out.view); err != nil {
			panic(err) // texts and views are our own: they always render
		}
		out.kind, body = "text/html; charset=utf-8", bytes.Map(printable, buf.Bytes())
		h.Set("Content-Language", c.texts.name)
		h.Set("Vary", "Accept-Language, Cookie, Accept-Encoding")
		// Pages with secrets in them are answers to forms: what is compressed tells by
		// its length of what is in it.
		if c.r.Method == http.MethodGet && len(body) >= gzipFrom && takesGzip(c.r) {
			h.Set("Content-Encoding", "gzip")
			body = zip(body)
		}
	}
	h.Set("Content-Type", out.kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if out.status != 0 {
		c.w.WriteHeader(out.status)
	}
	// A browser that has gone needs no answer.
	_, _ = c.w.Write(body) //nolint:gosec // html/template escapes pages; the rest is JSON, or an image as nosniff has it
}

// printable keeps out of a page what is no character of a document; callers may have
// sent any bytes.
func printable(r rune) rune {
	if unicode.IsControl(r) && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
		return unicode.ReplacementChar
	}
	return r
}

func encode(v any) []byte {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err) // answers are our own types: they always encode
	}
	return out
}

// wantsJSON reports whether one of our scripts calls.
func wantsJSON(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}
