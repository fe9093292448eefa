// Package authpage is WeChat's authorization page (授权页), emulated: a
// third-party platform sends a merchant there with a pre-auth code, the merchant
// chooses a mini program and permission sets, and the browser goes back to the
// platform with an authorization code.
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Authorization_Process_Technical_Description.html
//
// On the real page an administrator scans a QR code and says yes on the phone.
// Here whoever has the link may say yes for each merchant: the pre-auth code is
// what gives the right to, and there are no cookies.
package authpage

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/journal"
)

// Paths of the page. The platform's page links to the first from a PC and to the
// others from a phone.
const (
	pathPC        = "/cgi-bin/componentloginpage"
	pathMobile    = "/wxaopen/safe/bindcomponent"
	pathMobileOld = "/safe/bindcomponent"
)

// Routes lists what is emulated, as "METHOD /path".
func Routes() []string {
	var out []string
	for _, path := range []string{pathPC, pathMobile, pathMobileOld} {
		out = append(out, http.MethodGet+" "+path, http.MethodPost+" "+path)
	}
	return out
}

// Serves reports whether a path is the page's.
func Serves(path string) bool {
	return path == pathPC || path == pathMobile || path == pathMobileOld
}

// Bounds of a request.
const (
	// bodyLimit is for the form, in bytes: hidden fields and ticks are some KB.
	bodyLimit = 64 << 10
	// workTimeout bounds the work on a request, without the time that its body
	// takes to come in.
	workTimeout = 30 * time.Second
)

// Options are what an API needs. All but Journal are required.
type Options struct {
	Service Service
	// Journal gets an entry a request; nil: none is kept.
	Journal *journal.Journal
	// Now is the virtual clock.
	Now    func(context.Context) (time.Time, error)
	Logger *slog.Logger
}

// API is the handler of the page. It is safe for concurrent use.
type API struct {
	service Service
	journal *journal.Journal
	now     func(context.Context) (time.Time, error)
	log     *slog.Logger
	guard   *http.CrossOriginProtection
}

// New returns the handler.
func New(o Options) *API {
	return &API{service: o.Service, journal: o.Journal, now: o.Now, log: o.Logger, guard: http.NewCrossOriginProtection()}
}

// call is one request on its way through the page.
type call struct {
	r     *http.Request
	now   time.Time // virtual
	rid   journal.RID
	form  url.Values // the body's values before the query's
	body  []byte     // what the journal shows of the request
	texts *texts

	status    int
	component string // appid, once it is known
	code      int
	refused   bool // and not failed
	reason    string
	told      []byte // what the journal shows of the answer
}

// ServeHTTP answers with a page or sends the browser on. Host and scheme of the
// request are of no account.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	started := clock.Now()
	// The caller may be gone; its call is told of all the same.
	now, err := a.now(context.WithoutCancel(r.Context()))
	if err != nil {
		now = clock.Now() // the store is gone; the request still came
	}
	c := &call{r: r, now: now, rid: journal.NewRID(now), status: http.StatusOK, texts: pick(r.URL.Query().Get("lang"), r.Header.Get("Accept-Language"))}
	a.answer(w, c).send(w, c)
	a.record(c, started)
}

// answer runs a request and turns every outcome into an answer.
func (a *API) answer(w http.ResponseWriter, c *call) (out *answer) {
	defer func() {
		if p := recover(); p != nil {
			a.log.Error("the authorization page panicked", "path", c.r.URL.Path, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			out = a.fail(c, fmt.Errorf("panic: %v", p))
		}
	}()
	if err := a.read(w, c); err != nil {
		return a.fail(c, err)
	}
	ctx, cancel := context.WithTimeout(c.r.Context(), workTimeout)
	defer cancel()
	handle := a.show
	if c.r.Method == http.MethodPost {
		handle = a.decide
	}
	out, err := handle(ctx, c)
	if err != nil {
		return a.fail(c, err)
	}
	return out
}

// read takes the form in. A value of the body hides the query's of that name: so
// a program may post to the link itself and add what it chooses.
func (a *API) read(w http.ResponseWriter, c *call) error {
	c.form = c.r.URL.Query()
	switch c.r.Method {
	case http.MethodGet, http.MethodHead:
		return nil
	case http.MethodPost:
	default:
		return &Refusal{reasonMethod, "called with " + clip(c.r.Method)}
	}
	if err := a.guard.Check(c.r); err != nil {
		return &Refusal{reasonCrossOrigin, err.Error()}
	}
	var err error
	c.body, err = io.ReadAll(http.MaxBytesReader(w, c.r.Body, bodyLimit))
	if err != nil {
		return &Refusal{reasonTooLarge, err.Error()}
	}
	// What is malformed is missing, as it is in a query.
	posted, _ := url.ParseQuery(string(c.body))
	maps.Copy(c.form, posted)
	c.texts = pick(c.form.Get("lang"), c.r.Header.Get("Accept-Language"))
	return nil
}
