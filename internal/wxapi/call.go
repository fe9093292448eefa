package wxapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// bodyLimit is the longest body that an API call may have, in bytes. The real
// service's limit is not known; the longest documented body is far below.
const bodyLimit = 1 << 20

// call is one request on its way through the API.
type call struct {
	r        *http.Request
	started  time.Time // real
	now      time.Time // virtual; zero until known
	ip       string
	rid      journal.RID // zero until needed
	endpoint *endpoint
	session  platform.Session
	held     *held  // the component as of the session; nil without a token
	claimed  string // the component that a call without a token names
	// authorizer is the merchant whose token it is; nil with another token.
	authorizer *platform.Authorizer
	body       []byte
	members    map[string]json.RawMessage
	reason     string
}

// calls are used again: beside the HTTP server's own objects a call is most of
// what a request leaves to the garbage collector.
var calls = sync.Pool{New: func() any { return new(call) }}

func newCall(r *http.Request) *call {
	c := calls.Get().(*call) //nolint:forcetypeassert // nothing else is put in
	c.r, c.started, c.ip = r, clock.Now(), clientIP(r.RemoteAddr)
	return c
}

// release ends a call. Nothing may hold on to it; what its fields point at may
// live on.
func (c *call) release() {
	*c = call{}
	calls.Put(c)
}

// ridText returns the call's rid.
func (c *call) ridText(ctx context.Context, a *API) string {
	if c.rid == (journal.RID{}) {
		c.rid = journal.NewRID(a.stamp(ctx, c))
	}
	return c.rid.String()
}

// queryToken finds the access token in a raw query. The documented name is
// access_token; many programs, WeChat's own among them, write
// component_access_token, and in its cloud cloudbase_access_token. Other
// parameters may be there, empty, bare or unknown.
func queryToken(query string) string {
	for query != "" {
		var param string
		param, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(param, "=")
		if value == "" || !strings.HasSuffix(name, "access_token") {
			continue
		}
		switch name {
		case "access_token", "component_access_token", "cloudbase_access_token":
			if strings.IndexByte(value, '%') >= 0 || strings.IndexByte(value, '+') >= 0 { // ContainsAny takes ten times as long
				if plain, err := url.QueryUnescape(value); err == nil {
					return plain
				}
			}
			return value
		}
	}
	return ""
}

// readBody reads the JSON object in a POST's body, whatever its Content-Type
// says: real programs send JSON as a form, as text, or as nothing.
//
// Errors: 44002 no body; 47001 no JSON object.
func (c *call) readBody(w http.ResponseWriter) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, c.r.Body, bodyLimit))
	c.body = body
	if err != nil {
		if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
			return platform.Refuse(platform.CodeDataFormat, "the body is longer than %d bytes", bodyLimit)
		}
		return platform.Refuse(platform.CodeDataFormat, "the body could not be read: %v", err)
	}
	trimmed := bytes.TrimSpace(body)
	if len(trimmed) == 0 {
		if c.endpoint.queryToo && c.r.URL.RawQuery != "" {
			return nil
		}
		return platform.Refuse(platform.CodeEmptyPostData, "the body is empty; send a JSON object")
	}
	if c.endpoint.token == noToken && trimmed[0] != '{' && trimmed[0] != '[' {
		// The calls without a token take a form body for an object without
		// members, as observed: 41018 follows.
		return nil
	}
	if err := json.Unmarshal(trimmed, &c.members); err != nil {
		if c.endpoint.form != nil && c.readForm(trimmed) {
			return nil
		}
		return platform.Refuse(platform.CodeDataFormat, "the body is no JSON object: %v", err)
	}
	if c.members == nil { // the body is null
		return platform.Refuse(platform.CodeDataFormat, "the body is null, no JSON object")
	}
	return nil
}

// str returns a string member; absent and null are empty.
func (c *call) str(name string) (string, error) {
	raw := c.members[name]
	if isNull(raw) {
		return "", nil
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return "", platform.Refuse(platform.CodeDataFormat, "%s must be a string", name)
	}
	return s, nil
}

// integer returns a member that is a number or a string of digits: the official
// examples have both. Absent and null are reported as not ok.
func (c *call) integer(name string) (n int64, ok bool, err error) {
	raw := c.members[name]
	if isNull(raw) {
		return 0, false, nil
	}
	digits := string(raw)
	if raw[0] == '"' {
		if err := json.Unmarshal(raw, &digits); err != nil {
			return 0, false, platform.Refuse(platform.CodeDataFormat, "%s is no valid string", name)
		}
		digits = strings.TrimSpace(digits)
		if digits == "" {
			return 0, false, nil
		}
	}
	n, err = strconv.ParseInt(digits, 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		// A whole number that nothing can be; n is the nearest that there is.
		return n, true, nil
	}
	if err != nil {
		return 0, false, platform.Refuse(platform.CodeDataFormat, "%s is %s, must be a whole number or a string of digits", name, clip(digits))
	}
	return n, true, nil
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }
