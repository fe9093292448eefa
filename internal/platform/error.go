package platform

import (
	"errors"
	"fmt"
)

// Error is a refusal that the real service knows: Code and Msg go on the wire
// exactly as WeChat sends them (the caller of the wire appends the rid), Detail
// says why in words and goes to the journal and the log only.
type Error struct {
	Code   int
	Msg    string
	Detail string
}

// Error implements the error interface.
func (e *Error) Error() string {
	if e.Detail == "" {
		return fmt.Sprintf("errcode %d: %s", e.Code, e.Msg)
	}
	return fmt.Sprintf("errcode %d: %s (%s)", e.Code, e.Msg, e.Detail)
}

// Is makes errors.Is(err, &Error{Code: n}) compare by code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Refuse returns the error of a code with the text of the code table and a
// reason for the journal.
func Refuse(code int, format string, args ...any) *Error {
	return &Error{Code: code, Msg: CodeText(code), Detail: fmt.Sprintf(format, args...)}
}

// Kinds of refusal that the management side has and the wire has not.
var (
	// ErrNotFound says that the named thing does not exist.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that the thing's state forbids the change.
	ErrConflict = errors.New("conflict")
	// ErrInvalid says that a value given breaks a rule.
	ErrInvalid = errors.New("invalid")
	// ErrUnavailable says that the store cannot serve now: the wire answers
	// errcode -1 and /readyz tells the cause.
	ErrUnavailable = errors.New("store unavailable")
)

// Problem is a management-side refusal: one of the kinds above and a sentence
// that says what to do.
type Problem struct {
	Kind    error
	Message string
}

// Error implements the error interface.
func (p *Problem) Error() string { return p.Message }

// Unwrap returns the kind, for errors.Is.
func (p *Problem) Unwrap() error { return p.Kind }

// Invalidf returns a [Problem] of kind [ErrInvalid].
func Invalidf(format string, args ...any) error {
	return &Problem{Kind: ErrInvalid, Message: fmt.Sprintf(format, args...)}
}

// NotFoundf returns a [Problem] of kind [ErrNotFound].
func NotFoundf(format string, args ...any) error {
	return &Problem{Kind: ErrNotFound, Message: fmt.Sprintf(format, args...)}
}

// Conflictf returns a [Problem] of kind [ErrConflict].
func Conflictf(format string, args ...any) error {
	return &Problem{Kind: ErrConflict, Message: fmt.Sprintf(format, args...)}
}
