package adminapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// Bounds of a call.
const (
	// workTimeout is how long a call may take once its body is read; the store's
	// waits end with it.
	workTimeout = 30 * time.Second
	// jsonLimit bounds a JSON body, in bytes.
	jsonLimit = 1 << 20
)

// answer is what a handler returns: a JSON body, or other content, or a stream.
type answer struct {
	status      int // 0 is 200
	body        any // sent as JSON unless one of the next two is set
	location    string
	contentType string
	content     []byte
	stream      func(context.Context, http.ResponseWriter) error
}

// ok answers 200 with a JSON body.
func ok(body any) (*answer, error) { return &answer{body: body}, nil }

// created answers 201 with a JSON body and the path of what was made.
func created(location string, body any) (*answer, error) {
	return &answer{status: http.StatusCreated, location: location, body: body}, nil
}

// gone answers that what was to be removed is.
func gone(err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	return ok(struct{}{})
}

// page is one page of a list.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"` // cursor of the next page, empty on the last
}

// paged cuts the one item too many off a list that was read with limit + 1, and
// names the next page by the last that stays.
func paged[T, V any](rows []T, limit int, cursor func(T) string, view func(T) V) (*answer, error) {
	out := page[V]{Items: []V{}}
	if len(rows) > limit {
		rows = rows[:limit]
		out.Next = cursor(rows[limit-1])
	}
	for _, row := range rows {
		out.Items = append(out.Items, view(row))
	}
	return ok(out)
}

// handle makes a handler of a function that returns its answer.
func (a *API) handle(fn func(*http.Request) (*answer, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), workTimeout)
		defer cancel()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, jsonLimit)
		a.serve(w, r, fn)
	})
}

func (a *API) serve(w http.ResponseWriter, r *http.Request, fn func(*http.Request) (*answer, error)) {
	out, err := fn(r)
	if err == nil && out.stream != nil {
		err = out.stream(r.Context(), w)
		if err == nil {
			return
		}
	}
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	if out.location != "" {
		w.Header().Set("Location", out.location)
	}
	if out.contentType == "" {
		writeJSON(w, out.status, out.body)
		return
	}
	write(w, out.status, out.contentType, out.content)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		panic(err) // answers are our own types: they always encode
	}
	write(w, status, "application/json; charset=utf-8", buf.Bytes())
}

func write(w http.ResponseWriter, status int, contentType string, body []byte) {
	if status == 0 {
		status = http.StatusOK
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a caller that has gone needs no answer
}
