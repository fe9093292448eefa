package wxopen

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// caller makes the calls of one account: of a component, or of an account that
// authorized it. It is what [Client] and [AuthorizerClient] have in common.
type caller struct {
	base   *url.URL
	http   *http.Client
	appid  string // whose the tokens are
	secret string // of the component, to be kept out of errors
	tokens TokenSource
	retry  RetryPolicy
	max    int64
}

// request is one call, before it has a token.
type request struct {
	method  string
	path    string
	query   url.Values // without the token
	body    any        // marshaled as JSON; nil for no body
	form    *form      // in place of body
	picture bool       // the answer is a picture, or a refusal
	noToken bool       // the endpoint takes none
	once    bool       // not to be made again after -1
	secrets []string   // of the body, to be kept out of errors
}

// answer is what came of a call: a JSON object with errcode 0.
type answer struct {
	object
	raw      []byte
	status   int // of HTTP
	attempts int // made, this one included
}

// TokenSource returns where the client takes its access tokens from, to be
// given to other clients of the same account. It is nil when there is none.
func (c *caller) TokenSource() TokenSource { return c.tokens }

// Call makes a call that this package has no method for, with the client's
// token, and returns the whole JSON object that was answered. Body is
// marshaled as JSON; nil sends none. Only a GET is made again after -1.
//
// It is for endpoints that answer JSON; an image makes it fail with a
// [*TransportError]. A refusal is an [*Error].
func (c *caller) Call(ctx context.Context, method, path string, query url.Values, body any) (json.RawMessage, error) {
	ans, err := c.call(ctx, &request{method: method, path: path, query: query, body: body, once: method != http.MethodGet})
	return ans.raw, err
}

// fetch makes a call and has its answer read; what that finds wrong makes the
// answer one that cannot be used.
func (c *caller) fetch(ctx context.Context, r *request, readData func(fields *reader)) error {
	ans, err := c.call(ctx, r)
	if err != nil {
		return err
	}
	fields := ans.dataReader()
	readData(fields)
	if fields.err != nil {
		return unusable(r, ans.status, nil, "%w", fields.err)
	}
	return nil
}

// call makes a call, again after -1 and after 9402202 if the policy allows, and
// again once with a fresh token where the service refused the first.
func (c *caller) call(ctx context.Context, r *request) (answer, error) {
	token, err := c.token(ctx, r)
	if err != nil {
		return answer{}, err
	}
	renewed, busy, began := false, 0, time.Now()
	for attempt := 1; ; attempt++ {
		ans, err := c.send(ctx, r, token)
		if refusal, ok := errors.AsType[*Error](err); ok && refusal.Code.TokenRejected() && !renewed {
			renewed = true
			fresh, renewErr := c.renew(ctx, r, token)
			if renewErr != nil {
				return answer{}, fmt.Errorf("%w; a fresh access token could not be had: %w", err, renewErr)
			}
			if fresh != token {
				token = fresh
				ans, err = c.send(ctx, r, token)
			}
		}
		ans.attempts = attempt
		switch {
		case errors.Is(err, ErrSystem):
			if busy++; r.once || busy >= c.retry.Attempts {
				return ans, err
			}
		case !errors.Is(err, ErrConcurrent) || time.Since(began) >= c.retry.Concurrent:
			return ans, err
		}
		if ended := c.retry.wait(ctx, attempt); ended != nil {
			return ans, fmt.Errorf("%w; while waiting to try again: %w", err, ended)
		}
	}
}

// errNoTokens is a mistake in the program's configuration.
var errNoTokens = errors.New("wxopen: no access token to be had: set Config.Tokens, or Config.ComponentAppid, ComponentSecret and Tickets or Store")

// token returns the token for a call, empty when the call takes none.
func (c *caller) token(ctx context.Context, r *request) (string, error) {
	switch {
	case r.noToken:
		return "", nil
	case c.tokens == nil:
		return "", errNoTokens
	}
	return c.tokens.Token(ctx)
}

// renew returns a token in place of a rejected one, the same where the source
// has no other.
func (c *caller) renew(ctx context.Context, r *request, rejected string) (string, error) {
	source, ok := c.tokens.(TokenRenewer)
	if !ok || r.noToken {
		return rejected, nil
	}
	return source.Renew(ctx, rejected)
}

// send makes a call once.
func (c *caller) send(ctx context.Context, r *request, token string) (answer, error) {
	secrets := append([]string{token, c.secret}, r.secrets...)
	req, err := c.newRequest(ctx, r, token)
	if err != nil {
		return answer{}, err
	}
	if r.form != nil {
		s := r.form.attach(req)
		defer s.end()
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{}, newTransportError(r, err, secrets)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, c.max+1))
	if err != nil {
		failure := newTransportError(r, err, secrets)
		failure.HTTPStatus = resp.StatusCode
		return answer{}, failure
	}
	if int64(len(body)) > c.max {
		return answer{}, unusable(r, resp.StatusCode, secrets, "the answer is longer than %d bytes", c.max)
	}
	return readAnswer(r, resp.StatusCode, body, secrets)
}

// newRequest builds the request. The token enters last and by hand, so that no
// parse error can quote it.
func (c *caller) newRequest(ctx context.Context, r *request, token string) (*http.Request, error) {
	if !strings.HasPrefix(r.path, "/") {
		return nil, fmt.Errorf("wxopen: path %q must begin with /", r.path)
	}
	var body io.Reader
	if r.body != nil {
		text, err := json.Marshal(r.body)
		if err != nil {
			return nil, fmt.Errorf("wxopen: body for %s: %w", r.path, err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, c.base.String()+r.path, body)
	if err != nil {
		return nil, fmt.Errorf("wxopen: %s: %w", r.path, err)
	}
	if req.URL.RawQuery != "" || req.URL.Fragment != "" {
		return nil, fmt.Errorf("wxopen: path %q must have no query", r.path)
	}
	query := url.Values{}
	maps.Copy(query, r.query)
	if !r.noToken {
		query.Set("access_token", token)
	}
	req.URL.RawQuery = query.Encode()
	req.Header.Set("User-Agent", "draftbox-wxopen")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// readAnswer tells data, refusal and rubbish apart. The content type is not
// looked at, since the service sends JSON under several; the HTTP status only
// where the body is no answer of the service.
func readAnswer(r *request, status int, body []byte, secrets []string) (answer, error) {
	if r.picture && status == http.StatusOK && isPicture(body) {
		return answer{raw: body, status: status}, nil
	}
	var fields object
	if err := fields.UnmarshalJSON(body); err != nil {
		return answer{}, unusable(r, status, secrets, "HTTP %d with a body that is no JSON object: %s", status, excerpt(scrub(string(body), secrets)))
	}
	code, has, err := fields.number("errcode")
	if err != nil {
		return answer{}, unusable(r, status, secrets, "HTTP %d: %v", status, err)
	}
	if !has && status >= 300 {
		return answer{}, unusable(r, status, secrets, "HTTP %d with a body that has no errcode: %s", status, excerpt(scrub(string(body), secrets)))
	}
	if code != 0 {
		msg, hint, rid := splitErrmsg(fields.text("errmsg"))
		return answer{}, &Error{Code: Code(code), Msg: scrub(msg, secrets), RID: rid, Hint: hint, Path: r.path, HTTPStatus: status}
	}
	return answer{object: fields, raw: body, status: status}, nil
}

// excerpt shows the beginning of a text that could not be read.
func excerpt(text string) string {
	const most = 200
	if len(text) > most {
		return fmt.Sprintf("%q...", text[:most])
	}
	return fmt.Sprintf("%q", text)
}
