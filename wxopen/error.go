package wxopen

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
)

// Error is a refusal by the service: an answer whose errcode is not 0.
type Error struct {
	Code Code
	// Msg is the errmsg without the rid and the hint that the service appends.
	Msg string
	// RID names the request at the service (8-8-8 hex digits); [Client.RIDInfo]
	// asks about it. Some refusals have none.
	RID string
	// Hint is what older answers have in place of the rid or beside it:
	// "hint: [x]". It is of use to WeChat's staff only.
	Hint string
	// Path is the endpoint that refused. It is that of api_component_token when
	// no token could be had for the call that was meant.
	Path string
	// HTTPStatus is the status of the answer: 200 even for refusals.
	HTTPStatus int
}

// Error implements the error interface.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "wxopen: %s: errcode %d: %s", e.Path, int(e.Code), e.Msg)
	if e.RID != "" {
		fmt.Fprintf(&b, " (rid %s)", e.RID)
	}
	return b.String()
}

// Is reports whether target is the [Code] of the error.
func (e *Error) Is(target error) bool {
	code, ok := target.(Code)
	return ok && code == e.Code
}

// TransportError says that a call got no usable answer: no connection, a
// timeout, a canceled context, an HTTP error page, an answer that is no JSON
// object or too long. Unless NotSent is true the service may have carried the
// call out.
//
// Neither its text nor what it wraps has the URL, which holds the access token.
type TransportError struct {
	Method string
	Path   string
	// NotSent is true when no connection was made, so that the service cannot
	// have seen the call.
	NotSent bool
	// HTTPStatus is the status of the answer, 0 when none came.
	HTTPStatus int
	// Err is the cause.
	Err error
}

// Error implements the error interface.
func (e *TransportError) Error() string {
	return fmt.Sprintf("wxopen: %s %s: %v", e.Method, e.Path, e.Err)
}

// Unwrap returns the cause, so that errors.Is finds [context.DeadlineExceeded]
// and [context.Canceled].
func (e *TransportError) Unwrap() error { return e.Err }

// Timeout reports whether time ran out, as [net.Error] has it.
func (e *TransportError) Timeout() bool { return isTimeout(e.Err) }

func isTimeout(err error) bool {
	t, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	return ok && t.Timeout()
}

// newTransportError takes the URL out of an error of net/http.
func newTransportError(r *request, err error, secrets []string) *TransportError {
	for {
		wrapper, ok := errors.AsType[*url.Error](err)
		if !ok {
			break
		}
		err = wrapper.Err
	}
	op, ok := errors.AsType[*net.OpError](err)
	notSent := ok && op.Op == "dial"
	return &TransportError{Method: r.method, Path: r.path, NotSent: notSent, Err: scrubbed(err, secrets)}
}

// unusable is the error of an answer that came and cannot be read. Its cause
// may quote the answer, so secrets are taken out of that, too.
func unusable(r *request, status int, secrets []string, format string, args ...any) *TransportError {
	err := scrubbed(fmt.Errorf(format, args...), secrets)
	return &TransportError{Method: r.method, Path: r.path, HTTPStatus: status, Err: err}
}

func scrubbed(err error, secrets []string) error {
	if text := scrub(err.Error(), secrets); text != err.Error() {
		return &scrubbedError{text: text, cause: err}
	}
	return err
}

// scrubbedError stands for an error whose text had a secret in it: it still is
// what its cause was and does not give it out.
type scrubbedError struct {
	text  string
	cause error
}

func (e *scrubbedError) Error() string { return e.text }

func (e *scrubbedError) Is(target error) bool { return errors.Is(e.cause, target) }

func (e *scrubbedError) Timeout() bool { return isTimeout(e.cause) }

// What the service appends to errmsg: a rid since 2020, a hint before, for a
// time both; a comma may stand before either.
var (
	ridSuffix  = regexp.MustCompile(`(?:^|[\s,]+)rid:\s*([0-9A-Fa-f]{8}-[0-9A-Fa-f]{8}-[0-9A-Fa-f]{8})\s*$`)
	hintSuffix = regexp.MustCompile(`(?:^|[\s,]+)hints?:\s*\[([^\[\]]*)\]\s*$`)
)

// splitErrmsg takes an errmsg apart into its text, hint and rid.
func splitErrmsg(errmsg string) (msg, hint, rid string) {
	msg = errmsg
	if at := ridSuffix.FindStringSubmatchIndex(msg); at != nil {
		msg, rid = msg[:at[0]], msg[at[2]:at[3]]
	}
	if at := hintSuffix.FindStringSubmatchIndex(msg); at != nil {
		msg, hint = msg[:at[0]], strings.TrimSpace(msg[at[2]:at[3]])
	}
	return msg, hint, rid
}
