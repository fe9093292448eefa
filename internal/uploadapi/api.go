// Package uploadapi serves what the official uploader, miniprogram-ci, asks of
// servicewechat.com: nonces, project attributes, uploads and previews of code.
//
// Nothing of the protocol is documented by WeChat. The uploader looks at the body
// of an answer alone: errCode, a number, and data or body, which have to be
// objects. Every call ends in the journal with the reason of its outcome.
package uploadapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
	"draftbox/internal/spool"
)

// Options are what an API needs. All but TempDir are required.
type Options struct {
	Service *platform.Service
	Journal *journal.Journal
	Logger  *slog.Logger
	// TempDir is where uploads are spooled to; empty is the system's.
	TempDir string
}

// API is the handler of the uploader's endpoints. It is safe for concurrent use.
type API struct {
	service   *platform.Service
	journal   *journal.Journal
	log       *slog.Logger
	tempDir   string
	endpoints map[string]endpoint
	spools    *spool.Room
	// building bounds the packages that are unpacked and stored at one time, and
	// by that the memory they take.
	building chan struct{}
}

// New returns the handler.
func New(o Options) *API {
	a := &API{
		service: o.Service, journal: o.Journal, log: o.Logger, tempDir: o.TempDir, endpoints: map[string]endpoint{},
		spools: spool.NewRoom(o.TempDir), building: make(chan struct{}, max(2, runtime.GOMAXPROCS(0))),
	}
	for _, e := range a.routes() {
		a.endpoints[e.path] = e
	}
	return a
}

// endpoint is one call of the uploader.
type endpoint struct {
	path   string
	method string
	handle func(context.Context, *call) (any, error)
}

// routes is the table of what is emulated.
func (a *API) routes() []endpoint {
	return []endpoint{
		{"/wxa/ci/getrandstr", http.MethodPost, a.getRandStr},
		{"/wxa/ci/getattr", http.MethodPost, a.getAttr},
		{"/wxa/ci/getwhiteextlist", http.MethodGet, a.getWhiteExtList},
		{"/wxa/ci/upload", http.MethodPost, a.upload},
		{"/wxa/ci/testSourceURL", http.MethodPost, a.preview},
		{"/wxa/ci/translate_filename", http.MethodPost, a.translateFilename},
		{"/wxa/ci/getmulticosuploadinfo", http.MethodPost, a.refuseObjectStorage},
		{"/wxa/ci/getmulticosuploadsign", http.MethodPost, a.refuseObjectStorage},
		{"/wxa/ci/getmulticosasyncresult", http.MethodPost, a.refuseObjectStorage},
		{"/wxa/ci/getuploadtoken", http.MethodPost, a.refuseObjectStorage},
		{"/wxa-dev-logic/clientreportv2", http.MethodPost, a.clientReport},
	}
}

// Routes lists what is emulated, as "METHOD /path".
func (a *API) Routes() []string {
	var out []string
	for _, e := range a.routes() {
		out = append(out, e.method+" "+e.path)
	}
	return out
}

// Serves reports whether a path is the uploader's.
func Serves(path string) bool {
	return strings.HasPrefix(path, "/wxa/ci/") || strings.HasPrefix(path, "/wxa-dev-logic/")
}

// Bounds of a call.
const (
	// bodyLimit is for all bodies but code, in bytes: the usage report is the
	// longest that the uploader sends, some KB.
	bodyLimit = 1 << 20
	// codeLimit is for the body of an upload, gzip included: what a package may
	// hold is far below and is checked for itself.
	codeLimit = 64 << 20
	// workTimeout bounds the work on a call, without the time that its body takes
	// to come in.
	workTimeout = time.Minute
)

// call is one request on its way through the API.
type call struct {
	w         http.ResponseWriter
	r         *http.Request
	ip        string
	body      []byte // what the journal shows of the request
	component string // appid, once it is known
	code      int
	refused   bool // and not failed
	reason    string
}

// ServeHTTP answers a call: always HTTP 200 and JSON. Host and scheme of the
// request are of no account.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	started := clock.Now()
	c := &call{w: w, r: r, ip: clientIP(r.RemoteAddr)}
	body := a.answer(r.Context(), c)
	send(w, body)
	a.record(c, started, body)
}

// answer runs a call and turns every outcome into an answer.
func (a *API) answer(ctx context.Context, c *call) (body []byte) {
	defer func() {
		if p := recover(); p != nil {
			a.log.Error("a call panicked", "path", c.r.URL.Path, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			body = a.fail(c, fmt.Errorf("panic: %v", p))
		}
	}()
	e, known := a.endpoints[c.r.URL.Path]
	if !known {
		return a.fail(c, refuse("this call of the uploader is not emulated", "docs/fidelity.md lists those that are"))
	}
	if c.r.Method != e.method {
		return a.fail(c, refuse("wrong method", "called with %s, must be %s", clip(c.r.Method), e.method))
	}
	v, err := e.handle(ctx, c)
	if err == nil {
		body, err = encode(v)
	}
	if err != nil {
		return a.fail(c, err)
	}
	return body
}

// refuse is a refusal without a known code.
func refuse(msg, format string, args ...any) error {
	return &platform.Error{Code: platform.CodeSystemError, Msg: msg, Detail: fmt.Sprintf(format, args...)}
}

// fail turns an error into an answer, and remembers the reason.
func (a *API) fail(c *call, err error) []byte {
	e, ok := errors.AsType[*platform.Error](err)
	if ok {
		c.reason, c.refused = e.Detail, true
	} else {
		e = &platform.Error{Code: platform.CodeSystemError, Msg: platform.CodeText(platform.CodeSystemError)}
		c.reason = err.Error()
		// A caller that went away is no fault of the server.
		if c.r.Context().Err() == nil {
			a.log.Error("a call failed", "path", c.r.URL.Path, "error", journal.MaskText(err.Error()))
		}
	}
	c.code = e.Code
	body, err := encode(envelope{e.Code, e.Msg})
	if err != nil {
		panic(err) // a number and a text always encode
	}
	return body
}

// record puts a call into the journal.
func (a *API) record(c *call, started time.Time, answer []byte) {
	// The caller may be gone; its call is told of all the same.
	now, err := a.service.Now(context.WithoutCancel(c.r.Context()))
	if err != nil {
		now = clock.Now() // the store is gone; the call still came
	}
	a.journal.Record(&journal.Entry{
		RID: journal.NewRID(now), Time: now, Duration: clock.Since(started), Method: clip(c.r.Method),
		Path: journal.MaskText(clip(c.r.URL.Path)), Query: strings.Clone(c.r.URL.RawQuery[:min(len(c.r.URL.RawQuery), journal.BodyLimit)]),
		Component: c.component, HTTPStatus: http.StatusOK, ErrCode: c.code, Refused: c.refused, Reason: c.reason, ClientIP: c.ip,
		RequestBody: journal.Cut(c.body), ResponseBody: journal.Cut(answer),
	})
}

// clip bounds what a caller may put into a journal line.
func clip(s string) string {
	const most = 256
	if len(s) > most {
		return strings.Clone(s[:most]) + "…"
	}
	return s
}

// clientIP returns the address of a "host:port".
func clientIP(remote string) string {
	if i := strings.LastIndexByte(remote, ':'); i >= 0 {
		remote = remote[:i]
	}
	return strings.TrimSuffix(strings.TrimPrefix(remote, "["), "]")
}
