// Package wxapi serves the emulated endpoints of api.weixin.qq.com: their paths,
// checks, answers and error replies, byte for byte as far as they are known.
//
// Every call ends in the journal with the reason of its outcome.
package wxapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// API is the handler of the emulated hosts. It is safe for concurrent use.
type API struct {
	service   *platform.Service
	journal   *journal.Journal
	log       *slog.Logger
	endpoints map[string]*endpoint
	answers   *answerCache
	usage     usage
	// applications are those for location interfaces.
	applications minuteCount
}

// Options are what an API needs.
type Options struct {
	Service *platform.Service
	Journal *journal.Journal
	Logger  *slog.Logger
	// CacheBytes bounds the memory that rendered lists take; 0 is 48 MiB.
	CacheBytes int64
}

// New returns the handler.
func New(o Options) *API {
	if o.CacheBytes == 0 {
		o.CacheBytes = 48 << 20
	}
	a := &API{
		service: o.Service, journal: o.Journal, log: o.Logger,
		endpoints: map[string]*endpoint{}, answers: newAnswerCache(o.CacheBytes),
	}
	for i, e := range a.routes() {
		e.index = i
		a.endpoints[e.path] = &e
	}
	return a
}

// tokenRule says which access tokens an endpoint takes.
type tokenRule int

const (
	noToken         tokenRule = iota
	componentToken            // another kind gets the endpoint's wrongKind
	authorizerToken           // likewise
	anyToken
)

// endpoint is one emulated call.
type endpoint struct {
	path      string
	method    string // GET or POST
	token     tokenRule
	wrongKind int // the code for a token of the wrong kind
	// funcs are permission sets (权限集), any of which an authorizer's token needs:
	// 61007. Empty: none is needed.
	funcs []int
	// queryToo says that the members may stand in the query and the body be empty.
	queryToo bool
	// form are the members of a form that is taken where the body is no JSON.
	form []string
	// file says that the body is a form with a file, which the handler reads.
	file   bool
	handle func(context.Context, *call) (*answer, error)
	index  int // its place among the counters of an account
}

// Routes lists what is emulated, as "METHOD /path".
func (a *API) Routes() []string {
	var out []string
	for _, e := range a.routes() {
		out = append(out, e.method+" "+e.path)
	}
	return out
}

// ServeHTTP answers a call. The path alone decides: host, scheme and headers of
// the request are of no account.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := newCall(r)
	ans := a.answer(r.Context(), w, c)
	a.send(w, ans)
	a.record(c, ans)
	c.release()
}

// answer runs a call and turns every outcome into an answer.
func (a *API) answer(ctx context.Context, w http.ResponseWriter, c *call) (ans *answer) {
	defer func() {
		if p := recover(); p != nil {
			a.log.Error("a call panicked", "path", c.r.URL.Path, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			ans = a.fail(ctx, c, fmt.Errorf("panic: %v", p))
		}
	}()
	ans, err := a.run(ctx, w, c)
	if err != nil {
		return a.fail(ctx, c, err)
	}
	return ans
}

// run makes the checks that are common to all endpoints, in the order of the
// real service as far as it is known: path, method, token, kind of token, caller,
// permission, quota, body, and then the endpoint's own.
func (a *API) run(ctx context.Context, w http.ResponseWriter, c *call) (*answer, error) {
	e := a.endpoints[c.r.URL.Path]
	if e == nil {
		e = a.endpoints[collapseSlashes(c.r.URL.Path)]
	}
	if e == nil {
		return nil, platform.Refuse(platform.CodeInvalidURL, "this path is not emulated; docs/fidelity.md lists those that are")
	}
	c.endpoint = e
	if m := c.r.Method; m != e.method && (m != http.MethodHead || e.method != http.MethodGet) {
		if e.method == http.MethodGet {
			return nil, platform.Refuse(platform.CodeRequireGET, "called with %s", clip(m))
		}
		return nil, platform.Refuse(platform.CodeRequirePOST, "called with %s", clip(m))
	}
	if e.token != noToken {
		if err := a.authenticate(ctx, c); err != nil {
			return nil, err
		}
	}
	if e.method == http.MethodPost && !e.file {
		if err := c.readBody(w); err != nil {
			return nil, err
		}
	}
	return e.handle(ctx, c)
}

// authenticate checks the token and everything that hangs on whose it is.
func (a *API) authenticate(ctx context.Context, c *call) error {
	token := queryToken(c.r.URL.RawQuery)
	if token == "" {
		return platform.Refuse(platform.CodeTokenMissing, "the query has neither access_token nor component_access_token")
	}
	session, err := a.service.Authenticate(ctx, token)
	c.session, c.now = session, session.Now
	if err != nil {
		return err
	}
	merchants := session.Token.Kind != platform.ComponentToken
	if rule := c.endpoint.token; rule == componentToken && merchants || rule == authorizerToken && !merchants {
		return wrongKind(c.endpoint, &c.session.Token)
	}
	c.held, err = a.hold(ctx, session.Token.ComponentAppid, session.Rev)
	if err != nil {
		return err
	}
	component := c.held.component
	if err := component.CheckCaller(c.ip); err != nil {
		return err
	}
	counted := c.held.usage
	if merchants {
		if counted, err = a.authorize(ctx, c); err != nil {
			return err
		}
	}
	if err := component.CheckAPI(c.endpoint.path); err != nil {
		return err
	}
	if merchants {
		if err := checkFuncs(c.endpoint, c.authorizer); err != nil {
			return err
		}
	}
	return counted.count(component, c.endpoint, c.now)
}

// fail turns an error into the answer of the real service, and remembers the
// reason.
func (a *API) fail(ctx context.Context, c *call, err error) *answer {
	e, ok := errors.AsType[*platform.Error](err)
	if ok {
		c.reason = e.Detail
	} else {
		e = &platform.Error{Code: platform.CodeSystemError, Msg: platform.CodeText(platform.CodeSystemError)}
		c.reason = err.Error()
		// A caller that went away is no fault of the server.
		if !errors.Is(err, context.Canceled) {
			a.log.Error("a call failed", "path", c.r.URL.Path, "rid", c.ridText(ctx, a), "error", journal.MaskText(err.Error()))
		}
	}
	return &answer{code: e.Code, body: errorBody(e.Code, e.Msg+" rid: "+c.ridText(ctx, a))}
}

// record puts a call into the journal.
func (a *API) record(c *call, ans *answer) {
	token := &c.session.Token
	e := journal.Entry{
		RID: c.rid, Time: c.now, Duration: clock.Since(c.started), Method: c.r.Method, Path: c.r.URL.Path, Query: c.r.URL.RawQuery,
		Component: token.ComponentAppid, Authorizer: token.AuthorizerAppid, TokenKind: string(token.Kind),
		HTTPStatus: http.StatusOK, ErrCode: ans.code, Reason: c.reason, ClientIP: c.ip,
		RequestBody: journal.Cut(c.body), ResponseBody: ans.kept,
	}
	if e.ResponseBody == nil {
		e.ResponseBody = journal.Cut(ans.body)
	}
	if c.rid == (journal.RID{}) {
		e.RID = journal.NewRID(c.now)
	}
	if e.Component == "" {
		e.Component = c.claimed
	}
	if c.endpoint == nil {
		e.Path = journal.MaskText(clip(e.Path))
		e.Method = clip(e.Method)
	}
	if len(e.Query) > journal.BodyLimit {
		e.Query = strings.Clone(e.Query[:journal.BodyLimit])
	}
	if e.Reason == "" {
		e.Reason = ans.reason
	}
	a.journal.Record(&e)
}

// clip bounds what a caller may put into a journal line.
func clip(s string) string {
	const most = 256
	if len(s) > most {
		return strings.Clone(s[:most]) + "…"
	}
	return s
}

// collapseSlashes makes // one slash: several programs join base and path so.
func collapseSlashes(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path
}

// clientIP returns the address of a "host:port".
func clientIP(remote string) string {
	if i := strings.LastIndexByte(remote, ':'); i >= 0 {
		remote = remote[:i]
	}
	return strings.TrimSuffix(strings.TrimPrefix(remote, "["), "]")
}

// stamp returns the call's virtual time and makes sure that there is one.
func (a *API) stamp(ctx context.Context, c *call) time.Time {
	if c.now.IsZero() {
		now, err := a.service.Now(ctx)
		if err != nil {
			now = clock.Now() // the store is gone; an answer still needs a rid
		}
		c.now = now
	}
	return c.now
}
