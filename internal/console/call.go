package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// call is one request on its way through the console.
type call struct {
	r         *http.Request
	w         http.ResponseWriter
	now       time.Time // virtual
	form      url.Values
	texts     *texts
	theme     string
	component string // appid of the path
	apiURL    string // of the emulated API, as the browser's machine reaches it
	zone      zone
	notice    *notice
	// path is that of the call on the wire that a form stands for; empty for none.
	path     string
	solution string // what the document says of its refusal
}

// notice is a line at the top of a page.
type notice struct {
	Tone string // ok, refused or broken
	Text string
}

// page is the handler of a page; form that of a form on one.
func (a *Console) page(fn handler) http.Handler { return a.handle(fn, nil, true) }

// form is the handler of a form. A refusal shows the page again, with the reason.
func (a *Console) form(fn, back handler) http.Handler { return a.handle(fn, back, true) }

// anyone is the handler of what is there before a login.
func (a *Console) anyone(fn handler) http.Handler { return a.handle(fn, nil, false) }

func (a *Console) handle(fn, back handler, guarded bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := a.newCall(w, r)
		if !a.admit(c, guarded) {
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimit)
		if r.Method == http.MethodPost {
			if err := r.ParseForm(); err != nil {
				a.send(c, a.told(c, &refusal{http.StatusBadRequest, "told.form"}))
				return
			}
			c.form = r.PostForm
		}
		ctx, cancel := context.WithTimeout(r.Context(), workTimeout)
		defer cancel()
		a.run(ctx, c, fn, back)
	})
}

func (a *Console) newCall(w http.ResponseWriter, r *http.Request) *call {
	c := &call{r: r, w: w, form: r.URL.Query(), component: r.PathValue("appid"), theme: themeOf(r), texts: languageOf(r), apiURL: a.apiURLFor(r), zone: zoneOf(r)}
	c.now = a.now(r.Context())
	return c
}

// admit answers those who may not come in. Names that are not the machine's own are
// refused everywhere, the login page included.
func (a *Console) admit(c *call, guarded bool) bool {
	if err := a.guard.Check(c.r); err != nil {
		a.send(c, a.told(c, &refusal{http.StatusForbidden, "told.cross_origin"}))
		return false
	}
	switch got := a.accessOf(c.r); {
	case got == accessForeign:
		a.send(c, a.told(c, &refusal{http.StatusForbidden, "told.foreign_host"}))
	case got == accessLogin && guarded && c.r.Method == http.MethodGet && c.r.URL.Path != "/events":
		a.send(c, seeOther("/login?next="+url.QueryEscape(c.r.URL.RequestURI())))
	case got == accessLogin && guarded:
		a.send(c, a.told(c, &refusal{http.StatusUnauthorized, "told.login"}))
	default:
		return true
	}
	return false
}

// run answers a call. What a form refuses is told on its page.
func (a *Console) run(ctx context.Context, c *call, fn, back handler) {
	out, err := fn(ctx, c)
	switch {
	case err == nil:
	case wantsJSON(c.r):
		status, text := c.describe(err)
		out, err = &answer{status: status, json: map[string]string{"error": text}}, nil
	case back != nil && isRefusal(err):
		status, text := c.describe(err)
		c.notice, c.form, c.solution = &notice{"refused", text}, c.r.URL.Query(), c.solutionOf(err)
		if out, err = back(ctx, c); err == nil && out.view != nil {
			out.status = status
		}
	}
	if err != nil {
		out = a.told(c, err)
	}
	a.send(c, out)
}

// refusal is an error of the console itself; key names what is told.
type refusal struct {
	status int
	key    string
}

// Error implements the error interface.
func (e *refusal) Error() string { return e.key }

// isRefusal reports whether an error is the caller's to put right.
func isRefusal(err error) bool {
	var own *refusal
	var wire *platform.Error
	var problem *platform.Problem
	return errors.As(err, &own) || errors.As(err, &wire) || errors.As(err, &problem)
}

// describe is the one map from errors to what a person is told.
func (c *call) describe(err error) (status int, text string) {
	var own *refusal
	var wire *platform.Error
	var problem *platform.Problem
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &own):
		return own.status, c.texts.must(own.key)
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge, c.texts.must("told.large")
	case errors.Is(err, platform.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable, c.texts.must("told.unavailable")
	case errors.As(err, &wire):
		return http.StatusConflict, journal.MaskText(wire.Error())
	case errors.Is(err, platform.ErrNotFound):
		return http.StatusNotFound, journal.MaskText(err.Error())
	case errors.As(err, &problem):
		return http.StatusUnprocessableEntity, journal.MaskText(strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return http.StatusInternalServerError, c.texts.must("told.failed")
}

// told is a page that says what is wrong.
func (a *Console) told(c *call, err error) *answer {
	status, text := c.describe(err)
	if status == http.StatusInternalServerError && c.r.Context().Err() == nil {
		a.log.ErrorContext(c.r.Context(), "the console failed", "path", journal.MaskText(c.r.URL.Path), "error", journal.MaskText(err.Error()))
	}
	out := c.bare("told", toldView{status, text})
	out.status = status
	return out
}

type toldView struct {
	Status int
	Text   string
}

// nothing answers for paths that there are not.
func nothing(context.Context, *call) (*answer, error) {
	return nil, &refusal{http.StatusNotFound, "told.nothing"}
}
