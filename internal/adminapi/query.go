package adminapi

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Lengths of a page of a list.
const (
	defaultLimit = 100
	maxLimit     = 1000
)

// query reads the parameters of a URL and collects what is wrong with them.
type query struct {
	values   url.Values
	problems []string
}

// parseQuery takes the parameters named and no other, each once at most: a
// misspelled filter would show what was not asked for.
func parseQuery(r *http.Request, names ...string) *query {
	values, err := url.ParseQuery(r.URL.RawQuery)
	q := &query{values: values}
	if err != nil {
		q.wrong("the query cannot be read: " + err.Error())
	}
	for name, given := range values {
		switch {
		case !slices.Contains(names, name):
			q.wrong("parameter " + strconv.Quote(name) + " is not known here, known are " + strings.Join(names, ", "))
		case len(given) > 1:
			q.wrong("parameter " + name + " is given more than once")
		}
	}
	slices.Sort(q.problems)
	return q
}

func (q *query) wrong(problem string) { q.problems = append(q.problems, problem) }

func (q *query) get(name string) string { return q.values.Get(name) }

// limit is the length of a page.
func (q *query) limit() int {
	text := q.get("limit")
	if text == "" {
		return defaultLimit
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxLimit {
		q.wrong("limit is " + strconv.Quote(text) + ", must be 1 to " + strconv.Itoa(maxLimit))
		return defaultLimit
	}
	return n
}

// number reads a parameter that is a whole number from least up; without it the
// answer is absent.
func (q *query) number(name string, least, absent int64) int64 {
	text := q.get(name)
	if text == "" {
		return absent
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least {
		q.wrong(name + " is " + strconv.Quote(text) + ", must be a whole number from " + strconv.FormatInt(least, 10))
		return absent
	}
	return n
}

// oneOf reads a parameter that is one of some words; without it the answer is empty.
func (q *query) oneOf(name string, words []string) string {
	text := q.get(name)
	if text != "" && !slices.Contains(words, text) {
		q.wrong(name + " is " + strconv.Quote(text) + ", must be one of " + strings.Join(words, ", "))
		return ""
	}
	return text
}

// reveal reports whether secrets are to be shown whole.
func (q *query) reveal() bool {
	switch text := q.get("reveal"); text {
	case "", "0":
		return false
	case "1":
		return true
	default:
		q.wrong("reveal is " + strconv.Quote(text) + ", must be 0 or 1")
		return false
	}
}

// err is the refusal of everything that is wrong, or nil.
func (q *query) err() error {
	if len(q.problems) == 0 {
		return nil
	}
	return invalid("%s", strings.Join(q.problems, "; "))
}

// pathID reads an id out of the path. What is no id cannot be found.
func pathID(r *http.Request, name string) (int64, error) {
	text := r.PathValue(name)
	id, err := strconv.ParseUint(text, 10, 63)
	if err != nil || text != strconv.FormatUint(id, 10) {
		return 0, &refusal{http.StatusNotFound, "not_found", name + " " + strconv.Quote(text) + " is no id; ids are whole numbers from 0."}
	}
	return int64(id), nil
}
