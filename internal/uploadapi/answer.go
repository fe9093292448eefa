package uploadapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"draftbox/internal/platform"
)

// envelope is the reply of a call that gives nothing but its outcome. The
// uploader knows these spellings only.
type envelope struct {
	ErrCode int    `json:"errCode"`
	ErrMsg  string `json:"errMsg"`
}

// helped is the reply of a helper call.
type helped struct {
	envelope
	Data any `json:"data"`
}

// did is the reply of a call whose payload the uploader looks for in body, which
// must be an object.
type did struct {
	envelope
	Body any `json:"body"`
}

func okEnvelope() envelope {
	return envelope{platform.CodeOK, platform.CodeText(platform.CodeOK)}
}

func encode(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode an answer: %w", err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

func send(w http.ResponseWriter, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json; encoding=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	// The caller may have gone; the journal has the call all the same.
	_, _ = w.Write(body)
}
