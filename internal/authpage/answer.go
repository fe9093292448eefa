package authpage

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"unicode"
)

// answer is a page, or the address that the browser is sent to.
type answer struct {
	page     []byte
	forms    bool // the page has a form
	location string
}

// page renders a page.
func (c *call) page(v *view) *answer {
	v.texts, v.RID = c.texts, c.rid.String()
	var buf bytes.Buffer
	if err := pages.ExecuteTemplate(&buf, "page", v); err != nil {
		panic(err) // texts and views are our own: they always render
	}
	return &answer{page: bytes.Map(printable, buf.Bytes()), forms: v.Ask != nil}
}

// printable keeps out of a page what is no character of a document; a link may
// hold any bytes.
func printable(r rune) rune {
	if unicode.IsControl(r) && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
		return unicode.ReplacementChar
	}
	return r
}

// redirect sends the browser on.
func (c *call) redirect(address string) *answer {
	c.status, c.told = http.StatusSeeOther, []byte("Location: "+address)
	return &answer{location: address}
}

// send writes an answer, with the headers that every one of them carries.
func (out *answer) send(w http.ResponseWriter, c *call) {
	// Chromium holds form-action against each redirect that follows a form, and
	// the platform may send the browser on to anywhere.
	forms := "'none'"
	if out.forms {
		forms = "'self' http: https:"
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src '"+styleHash+"'; img-src data:; form-action "+forms+
		"; frame-ancestors 'none'; base-uri 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	// The address has the pre-auth code in it: it goes to this page only, which
	// knows its own requests by it. With no-referrer, browsers would hide the
	// origin of the form, too, and the form be taken for a foreign one.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Vary", "Accept-Language")
	if c.status == http.StatusMethodNotAllowed {
		h.Set("Allow", "GET, HEAD, POST")
	}
	if out.location != "" {
		http.Redirect(w, c.r, out.location, c.status)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", c.texts.name)
	h.Set("Content-Length", strconv.Itoa(len(out.page)))
	w.WriteHeader(c.status)
	_, _ = w.Write(out.page) // a browser that has gone needs no answer
}

// linked are the parameters of a link to this page.
var linked = []string{paramComponent, paramCode, paramRedirect, paramAuthType, paramBiz, paramCategories, paramLang, paramFrom}

// link returns a link to this page with the named parameters of the request.
func (c *call) link(names ...string) string {
	keep := url.Values{}
	for _, name := range names {
		if c.form.Get(name) != "" {
			keep[name] = c.form[name]
		}
	}
	return c.r.URL.Path + "?" + keep.Encode()
}
