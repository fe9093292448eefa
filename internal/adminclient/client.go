// Package adminclient calls the management API of a draftbox server: components,
// drafts, templates, tokens, the request journal and the clock.
//
// Lists come as iterators that fetch page after page, so that a caller who stops
// early makes no call too many.
package adminclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ErrUnreachable says that no answer came: nothing listens there, or the
// connection broke.
var ErrUnreachable = errors.New("server cannot be reached")

// Error is a refusal by the management API.
type Error struct {
	Status  int    // HTTP status
	Code    string // like not_found; empty when the answer was none of the API
	Message string // for people
}

// Error implements the error interface.
func (e *Error) Error() string { return e.Message }

// Client calls one server. It is safe for concurrent use.
type Client struct {
	base  string
	token string
	http  *http.Client
}

// New returns a client for the server whose management API is at baseURL, like
// http://127.0.0.1:8507. A nil httpClient means one without a proxy, since a
// proxy would see the admin token; its calls end with their context.
func New(baseURL, token string, httpClient *http.Client) *Client {
	if httpClient == nil {
		httpClient = &http.Client{Transport: &http.Transport{IdleConnTimeout: 30 * time.Second}}
	}
	return &Client{base: strings.TrimRight(baseURL, "/"), token: token, http: httpClient}
}

// prefix begins every path but those of the health checks.
const prefix = "/_draftbox/v1"

// maxAnswer bounds an answer in memory, in bytes. A page of 1000 drafts with
// packages of many pages stays far below.
const maxAnswer = 256 << 20

// Ready reports why the server cannot serve, or nil.
func (c *Client) Ready(ctx context.Context) error {
	return c.call(ctx, http.MethodGet, "/readyz", nil, nil)
}

// path joins escaped segments to a path below the prefix.
func path(segments ...string) string {
	var b strings.Builder
	b.WriteString(prefix)
	for _, s := range segments {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(s))
	}
	return b.String()
}

// revealQuery asks for secrets as they are.
func revealQuery(reveal bool) string {
	if reveal {
		return "?reveal=1"
	}
	return ""
}

// call sends in as JSON, unless it is nil, and reads the answer into out, unless
// that is nil.
func (c *Client) call(ctx context.Context, method, target string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("%s %s: %w", method, target, err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+target, body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, target, err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return c.do(req, func(r io.Reader) error {
		if out == nil {
			return nil
		}
		return json.NewDecoder(r).Decode(out)
	})
}

// fetch makes a call and returns its answer.
func fetch[T any](ctx context.Context, c *Client, method, target string, in any) (T, error) {
	var out T
	err := c.call(ctx, method, target, in, &out)
	return out, err
}

// do sends a request and gives the body of a good answer to read.
func (c *Client) do(req *http.Request, read func(io.Reader) error) error {
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := c.http.Do(req)
	if err != nil {
		if cause := req.Context().Err(); cause != nil {
			return fmt.Errorf("%s %s: %w", req.Method, req.URL.Path, cause)
		}
		return fmt.Errorf("%w at %s: %w", ErrUnreachable, c.base, withoutURL(err))
	}
	defer resp.Body.Close()
	body := io.LimitReader(resp.Body, maxAnswer)
	if resp.StatusCode >= 300 {
		return refusal(req, resp.StatusCode, body)
	}
	if err := read(body); err != nil {
		return fmt.Errorf("answer to %s %s: %w", req.Method, req.URL.Path, err)
	}
	// What follows the JSON has to be read for the connection to be used again.
	_, _ = io.Copy(io.Discard, body)
	return nil
}

func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

// refusal reads an error answer. One that is not the API's is quoted: something
// else listens there.
func refusal(req *http.Request, status int, body io.Reader) error {
	const most = 64 << 10
	text, _ := io.ReadAll(io.LimitReader(body, most)) // a broken body is judged by what came
	var in struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
		Reason string `json:"reason"` // of the health checks
	}
	if json.Unmarshal(text, &in) == nil {
		switch {
		case in.Error.Message != "":
			return &Error{Status: status, Code: in.Error.Code, Message: in.Error.Message}
		case in.Reason != "":
			return &Error{Status: status, Code: "unavailable", Message: in.Reason}
		}
	}
	return &Error{Status: status, Message: fmt.Sprintf("%s %s answered HTTP %d, not as a draftbox server does: %.200q",
		req.Method, req.URL, status, text)}
}

// pageSize is the most items that the API gives in one page.
const pageSize = 1000

// limitQuery asks for pages of a size; 0 is as many as the API gives.
func limitQuery(size int) url.Values {
	if size <= 0 || size > pageSize {
		size = pageSize
	}
	return url.Values{"limit": {strconv.Itoa(size)}}
}

// list iterates over all pages of a list. An error ends it.
func list[T any](ctx context.Context, c *Client, target string, query url.Values) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		query := maps.Clone(query)
		for {
			var page struct {
				Items []T    `json:"items"`
				Next  string `json:"next"`
			}
			if err := c.call(ctx, http.MethodGet, target+"?"+query.Encode(), nil, &page); err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			query.Set("cursor", page.Next)
		}
	}
}

// Take collects the first items of a list, all of them when most is 0. It
// returns an empty list in place of nil.
func Take[T any](items iter.Seq2[T, error], most int) ([]T, error) {
	out := []T{}
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		if out = append(out, item); len(out) == most {
			break
		}
	}
	return out, nil
}
