package apitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// ErrNoOperation says that the document has no operation for a request.
var ErrNoOperation = errors.New("the document has no such operation")

func options() *openapi3filter.Options {
	return &openapi3filter.Options{
		AuthenticationFunc:    openapi3filter.NoopAuthenticationFunc,
		IncludeResponseStatus: true,
		SkipSettingDefaults:   true,
		MultiError:            true,
	}
}

// CheckRequest reports what is wrong with a request that a client sends:
// unknown operation ([ErrNoOperation]), parameters or body. The body can be read
// again afterwards.
func (v *Validator) CheckRequest(r *http.Request) error {
	op, params, _ := v.find(r)
	if op == nil {
		return fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, ErrNoOperation)
	}
	body, err := drain(r.Body)
	if err != nil {
		return err
	}
	checked := r.Clone(r.Context())
	checked.Body = io.NopCloser(bytes.NewReader(body))
	if len(body) > 0 && r.Header.Get("Content-Type") == "" {
		// What a body without a type may be taken for (RFC 9110, section 8.3).
		checked.Header.Set("Content-Type", "application/octet-stream")
	}
	err = openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: checked, PathParams: params, QueryParams: r.URL.Query(), Route: &op.route, Options: options(),
	})
	r.Body = http.NoBody
	if len(body) > 0 {
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	if err != nil {
		return fmt.Errorf("%s %s: request: %w", r.Method, r.URL.Path, err)
	}
	return nil
}

// CheckResponse reports what is wrong with the answer to a request: status,
// content type, headers, body, and an errcode that the operation does not list,
// or lists with another text. The request itself may be wrong in any way. The
// answer's body can be read again afterwards.
func (v *Validator) CheckResponse(r *http.Request, res *http.Response) error {
	body, err := drain(res.Body)
	if err != nil {
		return err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	op, params, other := v.find(r)
	if op == nil {
		err = v.checkUnrouted(r, other, res, body)
	} else {
		err = op.check(r, params, res, body)
	}
	if err != nil {
		return fmt.Errorf("%s %s: answer: %w\nstatus %d, %s: %s", r.Method, r.URL.Path, err, res.StatusCode, res.Header.Get("Content-Type"), clip(body))
	}
	return nil
}

func (op *operation) check(r *http.Request, params map[string]string, res *http.Response, body []byte) error {
	o := options()
	isJSON := isJSON(res.Header)
	// What is no JSON is checked for its status and type: the type says it all.
	o.ExcludeResponseBody = !isJSON
	err := openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: &op.route, Options: o},
		Status:                 res.StatusCode, Header: res.Header, Body: io.NopCloser(bytes.NewReader(body)), Options: o,
	})
	if err != nil || r.Method == http.MethodHead {
		return err
	}
	if !isJSON {
		return op.checkType(res)
	}
	return op.texts.check(op.rows, body)
}

func (op *operation) checkType(res *http.Response) error {
	ref := op.route.Operation.Responses.Status(res.StatusCode)
	if ref.Value.Content.Get(res.Header.Get("Content-Type")) == nil {
		return fmt.Errorf("the content type is not among those of status %d", res.StatusCode)
	}
	return nil
}

// checkUnrouted checks the answer to a request without an operation: the
// document's error, under status 200 where errcodes tell the kind, else 401, 404
// or, on a path that other methods have, 405.
func (v *Validator) checkUnrouted(r *http.Request, other *operation, res *http.Response, body []byte) error {
	want, rows := http.StatusNotFound, v.unrouted
	switch {
	case v.unrouted != nil:
		want = http.StatusOK
		if other != nil {
			rows = other.rows
		}
	case other != nil:
		want = http.StatusMethodNotAllowed
	}
	hidden := v.unrouted == nil && res.StatusCode == http.StatusUnauthorized
	if res.StatusCode != want && !hidden {
		return fmt.Errorf("the status of a call without an operation must be %d", want)
	}
	if r.Method == http.MethodHead {
		return nil
	}
	if !isJSON(res.Header) {
		return errors.New("the content type must be application/json")
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return fmt.Errorf("the body is no JSON: %w", err)
	}
	schema := v.spec.Components.Schemas["Error"].Value
	if err := v.spec.ValidateSchemaJSON(schema, value, openapi3.EnableJSONSchema2020(), openapi3.MultiErrors()); err != nil {
		return err
	}
	return v.texts.check(rows, body)
}

func isJSON(h http.Header) bool {
	mediaType, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && mediaType == "application/json"
}

// drain reads a body to its end and closes it. A nil one is empty.
func drain(body io.ReadCloser) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	b, err := io.ReadAll(body)
	if err = errors.Join(err, body.Close()); err != nil {
		return nil, fmt.Errorf("read a body: %w", err)
	}
	return b, nil
}

func clip(b []byte) string {
	if len(b) > 2000 {
		return string(b[:2000]) + "…"
	}
	return string(b)
}
