package authpage

import (
	"strings"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/journal"
)

// record puts a request into the journal. Of its answer it keeps where a browser
// was sent to: pages are long, and the reason says what they show.
func (a *API) record(c *call, started time.Time) {
	if a.journal == nil {
		return
	}
	query := c.r.URL.RawQuery
	a.journal.Record(&journal.Entry{
		RID: c.rid, Time: c.now, Duration: clock.Since(started), Method: clip(c.r.Method),
		Path: journal.MaskText(clip(c.r.URL.Path)), Query: strings.Clone(query[:min(len(query), journal.BodyLimit)]),
		Component: c.component, HTTPStatus: c.status, ErrCode: c.code, Refused: c.refused, Reason: c.reason, ClientIP: clientIP(c.r.RemoteAddr),
		RequestBody: journal.Cut(c.body), ResponseBody: journal.Cut(c.told),
	})
}

// clip bounds what a caller may put into a journal line.
func clip(s string) string {
	const most = 256
	if len(s) > most {
		return strings.Clone(s[:most]) + "…"
	}
	return s
}

// clientIP returns the address of a "host:port".
func clientIP(remote string) string {
	if i := strings.LastIndexByte(remote, ':'); i >= 0 {
		remote = remote[:i]
	}
	return strings.TrimSuffix(strings.TrimPrefix(remote, "["), "]")
}
