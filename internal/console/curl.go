package console

import (
	"net/http"
	"net/url"
	"strings"

	"draftbox/internal/journal"
)

// curl is the command that makes a request once more. Unless its secrets are shown the
// token is one that the command line fetches.
func (c *call) curl(e *journal.Entry, reveal bool) string {
	query, token := e.Query, tokenOf(e)
	var out strings.Builder
	if !reveal {
		query = journal.MaskText(query)
		if token != "" {
			out.WriteString("ACCESS_TOKEN=$(" + tokenCommand(e) + ")\n")
		}
	}
	out.WriteString("curl")
	if e.Method != http.MethodGet {
		out.WriteString(" -X " + quote(e.Method))
	}
	address := quote(c.apiURL + e.Path)
	switch {
	case query == "":
	case reveal || token == "":
		address = quote(c.apiURL + e.Path + "?" + query)
	default:
		q, _ := url.ParseQuery(e.Query) // what is malformed is missing
		q.Del("access_token")
		q.Del("component_access_token")
		rest := ""
		if len(q) > 0 {
			rest = "&" + journal.MaskText(q.Encode())
		}
		address = quote(c.apiURL+e.Path+"?access_token=") + `"$ACCESS_TOKEN"`
		if rest != "" {
			address += quote(rest)
		}
	}
	out.WriteString(" " + address)
	if len(e.RequestBody) > 0 {
		sent := strings.ToValidUTF8(string(e.RequestBody), "\uFFFD")
		if !reveal {
			sent = journal.MaskText(sent)
		}
		out.WriteString(" \\\n  -H 'Content-Type: application/json' \\\n  --data-raw " + quote(sent))
	}
	return out.String()
}

// firstCall is a command for who has not called anything yet.
func (c *call) firstCall() string {
	return `curl "` + c.apiURL + `/wxa/gettemplatedraftlist?access_token=$(draftbox component token ` + c.component + `)"`
}

// tokenCommand fetches a token of the kind that a request came with.
func tokenCommand(e *journal.Entry) string {
	if e.Authorizer != "" {
		return "draftbox authorizer token " + e.Authorizer
	}
	return strings.TrimSpace("draftbox component token " + e.Component)
}

// quote writes a word for a shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
