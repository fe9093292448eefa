package adminapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"draftbox/internal/platform"
)

// refusal is an error of this API itself.
type refusal struct {
	status  int
	code    string
	message string
}

// Error implements the error interface.
func (e *refusal) Error() string { return e.message }

// invalid refuses a request for what it says.
func invalid(format string, args ...any) error {
	return &refusal{http.StatusUnprocessableEntity, "invalid", fmt.Sprintf(format, args...)}
}

// methodError is a method that a path does not have.
type methodError struct{ allow, method string }

// Error implements the error interface.
func (e *methodError) Error() string {
	return fmt.Sprintf("This path does not take %s; it takes %s.", e.method, e.allow)
}

// errorBody is the body of every refusal.
type errorBody struct {
	Error errorObject `json:"error"`
}

type errorObject struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	// Errcode is WeChat's code where the emulated API would refuse the same.
	Errcode int `json:"errcode,omitempty"`
}

// refuse answers an error. What nobody foresaw is told to the log only.
func (a *API) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if rec, is := w.(*recorder); is {
		rec.cause = err
		if rec.status != 0 { // the answer is under way: break it off
			panic(http.ErrAbortHandler)
		}
	}
	w.Header().Del("Content-Disposition")
	if method, is := errors.AsType[*methodError](err); is {
		w.Header().Set("Allow", method.allow)
	}
	status, body := describe(err)
	if status == http.StatusInternalServerError {
		a.log.ErrorContext(r.Context(), "management call failed", "method", r.Method, "path", safePath(r), "error", err)
	}
	writeJSON(w, status, errorBody{body})
}

// describe is the one map from errors to answers.
func describe(err error) (int, errorObject) {
	var own *refusal
	var method *methodError
	var tooLarge *http.MaxBytesError
	var wire *platform.Error
	var problem *platform.Problem
	switch {
	case errors.As(err, &own):
		return own.status, errorObject{Code: own.code, Message: own.message}
	case errors.As(err, &method):
		return http.StatusMethodNotAllowed, errorObject{Code: "method_not_allowed", Message: method.Error()}
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge, errorObject{Code: "too_large", Message: fmt.Sprintf("The body is over %d MiB.", tooLarge.Limit>>20)}
	case errors.Is(err, platform.ErrUnavailable):
		return http.StatusServiceUnavailable, errorObject{Code: "unavailable", Message: err.Error()}
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable, errorObject{Code: "unavailable", Message: fmt.Sprintf("The database did not answer within %s; try again.", workTimeout)}
	case errors.Is(err, context.Canceled):
		return http.StatusServiceUnavailable, errorObject{Code: "unavailable", Message: "The call was canceled."}
	case errors.As(err, &wire):
		return http.StatusConflict, errorObject{Code: "conflict", Message: reason(wire), Errcode: wire.Code}
	case errors.As(err, &problem):
		status, code := kind(problem)
		return status, errorObject{Code: code, Message: strings.ReplaceAll(err.Error(), "\n", "; ")}
	default:
		return http.StatusInternalServerError, errorObject{Code: "internal", Message: "The server failed; its log has the cause."}
	}
}

func kind(p *platform.Problem) (status int, code string) {
	switch {
	case errors.Is(p, platform.ErrNotFound):
		return http.StatusNotFound, "not_found"
	case errors.Is(p, platform.ErrConflict):
		return http.StatusConflict, "conflict"
	default:
		return http.StatusUnprocessableEntity, "invalid"
	}
}

// reason is the sentence of a refusal that the wire has, too.
func reason(e *platform.Error) string {
	if e.Detail != "" {
		return e.Detail
	}
	return e.Msg
}
