package wxopen

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// fail remembers an error unless there is one.
func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// inner reads the object under a name, if it is there; an empty array is what PHP
// makes of an empty object. It reports whether there was one.
func (r *reader) inner(name string, readInner func(in *reader)) bool {
	r.known[name] = true
	raw := r.value(name)
	if raw == nil || string(raw) == "[]" {
		return false
	}
	in, err := read(raw)
	if err == nil {
		readInner(in)
		err = in.err
	}
	if err != nil {
		r.fail(&memberError{name, err})
	}
	return true
}

// memberError says in which member the cause lies.
type memberError struct {
	name  string
	cause error
}

func (e *memberError) Error() string { return e.name + ": " + e.cause.Error() }

func (e *memberError) Unwrap() error { return e.cause }

// life reads a duration in seconds, 0 where there is none.
func (r *reader) life(name string) time.Duration {
	return time.Duration(max(0, min(r.count(name), maxLifeSeconds))) * time.Second
}

// texts reads an array of strings, nil where it is missing. A string in its place
// is an array of one.
func (r *reader) texts(name string) []string {
	r.known[name] = true
	raw := r.value(name)
	if raw == nil {
		return nil
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	texts := []string{}
	r.list(name, &texts)
	return texts
}

// need reads a number that has to be there.
func (r *reader) need(name string) int64 {
	n, has := r.number(name)
	if !has {
		r.fail(fmt.Errorf("the answer has no %s", name))
	}
	return n
}

// needText reads a text that has to be there.
func (r *reader) needText(name string) string {
	text := r.text(name)
	if text == "" {
		r.fail(fmt.Errorf("the answer has no %s", name))
	}
	return text
}

// decimal reads a number that need not be whole, 0 where it is missing.
func (r *reader) decimal(name string) float64 {
	text := strings.TrimSpace(r.text(name))
	if text == "" {
		return 0
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		r.fail(fmt.Errorf("%s is %s, not a number", name, excerpt(text)))
		return 0
	}
	return n
}

// parts reads ids that are joined by |, nil where there are none. They are under one
// of the names.
func (r *reader) parts(names ...string) []string {
	var parts []string
	for _, name := range names {
		if found := strings.FieldsFunc(r.text(name), func(c rune) bool { return c == '|' }); len(found) > 0 {
			parts = found
		}
	}
	return parts
}

// dataReader reads an answer that has the envelope's members beside the data.
func (a answer) dataReader() *reader {
	r := a.reader()
	r.known["errcode"], r.known["errmsg"] = true, true
	return r
}
