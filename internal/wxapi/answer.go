package wxapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"

	"draftbox/internal/platform"
)

// answer is what goes back: always HTTP 200, and but for pictures always compact JSON
// without a newline at its end.
type answer struct {
	code   int
	body   []byte
	header http.Header // of what is no JSON, its type among them; nil: JSON
	length []string    // Content-Length ready for the header; nil: counted
	kept   []byte      // the part that the journal keeps; nil: cut from body
	reason string      // for the journal
}

// contentType is what the real service sends: the word is encoding, not charset.
var contentType = []string{"application/json; encoding=utf-8"}

// send writes an answer.
func (a *API) send(w http.ResponseWriter, ans *answer) {
	h := w.Header()
	h["Content-Type"] = contentType
	maps.Copy(h, ans.header)
	if ans.length != nil {
		h["Content-Length"] = ans.length
	} else {
		h["Content-Length"] = []string{strconv.Itoa(len(ans.body))}
	}
	// The caller may have gone; the journal has the call all the same.
	_, _ = w.Write(ans.body)
}

// envelope is the reply of a call that gives nothing but its outcome.
type envelope struct {
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
}

// okEnvelope begins the answers of calls that succeed with an errcode.
func okEnvelope() envelope {
	return envelope{platform.CodeOK, platform.CodeText(platform.CodeOK)}
}

// reply encodes a value as an answer. Letters stay as they are: the real service
// does not escape <, > and &.
func reply(v any, reason string, args ...any) (*answer, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode an answer: %w", err)
	}
	return &answer{body: bytes.TrimSuffix(buf.Bytes(), []byte("\n")), reason: fmt.Sprintf(reason, args...)}, nil
}

// escapeSlashes writes / as \/, which JSON leaves open. Slashes stand in strings
// alone, and the encoder never escapes them itself.
func escapeSlashes(body []byte) []byte { return bytes.ReplaceAll(body, []byte("/"), []byte(`\/`)) }

// errorBody encodes the error reply.
func errorBody(code int, msg string) []byte {
	ans, err := reply(envelope{code, msg}, "")
	if err != nil {
		panic(err) // a number and a string always encode
	}
	return ans.body
}
