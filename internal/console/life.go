package console

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"time"

	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// lifeEntry is one thing that happened to the token of a request.
type lifeEntry struct {
	Key   string // of life.*
	Time  cell
	Href  string
	What  string
	Who   string // caller, or who got a token
	Code  cell
	Count int // of uses that are not shown
	Here  bool
	at    time.Time
}

// lifeLimit bounds the uses that are shown before and after.
const lifeLimit = 12

// life tells of the token of a request, oldest first: what the store knows of it - when
// it was issued and to whom, what superseded it, when grace and life end - and who used
// it, which the journal knows. A token that the store never had, or has forgotten, has
// its uses alone.
func (a *Console) life(ctx context.Context, c *call, e *journal.Entry) ([]lifeEntry, error) {
	token := livesOn(e)
	if len(token) < 16 {
		return nil, nil
	}
	known, err := a.service.Token(ctx, token)
	if err != nil && !errors.Is(err, platform.ErrNotFound) {
		return nil, err
	}
	var out []lifeEntry
	if err != nil {
		out = append(out, lifeEntry{Key: "unknown", What: c.texts.must("life.unknown_why")})
	} else {
		issued := a.tokenEntry(c, "issued", known.IssuedAt, orUnnamed(c, known.IssuedTo), known.IssuedRID)
		issued.Here = known.IssuedRID == e.RID.String()
		out = append(out, issued)
	}
	rows := a.seen(c.component)
	slices.Reverse(rows)
	for _, row := range rows {
		if tokenOf(&row) != token || row.RID.String() == known.IssuedRID {
			continue
		}
		key := "used"
		if row.ErrCode != 0 {
			key = "refused"
		}
		out = append(out, lifeEntry{
			Key: key, at: row.Time, Time: c.timeCell(row.Time), Href: "/c/" + c.component + "/requests/" + row.RID.String(),
			What: row.Method + " " + row.Path, Who: row.ClientIP, Code: errcodeCell(row), Here: row.RID == e.RID,
		})
	}
	if err == nil {
		out = append(out, a.ends(c, &known)...)
		slices.SortStableFunc(out, func(a, b lifeEntry) int { return a.at.Compare(b.at) })
	}
	return shorten(out), nil
}

// ends are what ends a token, or will.
func (a *Console) ends(c *call, t *platform.AccessToken) []lifeEntry {
	var out []lifeEntry
	if !t.SupersededAt.IsZero() {
		out = append(out, a.tokenEntry(c, "superseded", t.SupersededAt, orUnnamed(c, t.SupersededBy), t.SupersededByRID))
		if t.GraceEndsAt.After(t.SupersededAt) {
			key := "grace_ended"
			if c.now.Before(t.GraceEndsAt) {
				key = "grace_ends"
			}
			out = append(out, a.tokenEntry(c, key, t.GraceEndsAt, "", ""))
		}
	}
	key := "expired"
	if c.now.Before(t.ExpiresAt) {
		key = "expires"
	}
	return append(out, a.tokenEntry(c, key, t.ExpiresAt, "", ""))
}

// tokenEntry is something that the store knows, with the call that did it where the
// journal still has that.
func (a *Console) tokenEntry(c *call, key string, at time.Time, who, rid string) lifeEntry {
	out := lifeEntry{Key: key, at: at, Time: c.timeCell(at), Who: who}
	if id, is := journal.ParseRID(rid); is {
		if e, found := a.journal.Find(id); found {
			out.Href, out.What = "/c/"+c.component+"/requests/"+rid, e.Method+" "+e.Path
		} else {
			out.What = "rid " + rid
		}
	}
	return out
}

// orUnnamed names who got a token; the management side has no address at times.
func orUnnamed(c *call, who string) string {
	if who == "" {
		return c.texts.must("life.management")
	}
	return who
}

// tokenOf is the token that a request came with.
func tokenOf(e *journal.Entry) string {
	q, _ := url.ParseQuery(e.Query) // what is malformed is missing
	return cmp.Or(q.Get("access_token"), q.Get("component_access_token"))
}

// livesOn is the token whose life a request is part of: the one that it came with, or
// that it was answered.
func livesOn(e *journal.Entry) string {
	var sent struct {
		Component  string `json:"component_access_token"`
		Authorizer string `json:"authorizer_access_token"`
		Exchanged  struct {
			Authorizer string `json:"authorizer_access_token"`
		} `json:"authorization_info"`
	}
	if e.ErrCode == 0 && slices.Contains(issuers, e.Path) {
		_ = json.Unmarshal(e.ResponseBody, &sent) // an answer that was cut has none
	}
	return cmp.Or(sent.Component, sent.Authorizer, sent.Exchanged.Authorizer, tokenOf(e))
}

// issuers are the calls that answer tokens.
var issuers = []string{"/cgi-bin/component/api_component_token", "/cgi-bin/component/api_authorizer_token", "/cgi-bin/component/api_query_auth"}

// shorten leaves out uses in the middle of a long life.
func shorten(all []lifeEntry) []lifeEntry {
	uses := 0
	for _, e := range all {
		if e.Key == "used" && !e.Here {
			uses++
		}
	}
	skip := uses - lifeLimit
	if skip <= 0 {
		return all
	}
	var out []lifeEntry
	seen, hidden := 0, 0
	for _, e := range all {
		if e.Key == "used" && !e.Here {
			seen++
			if seen > lifeLimit/2 && hidden < skip {
				if hidden++; hidden == skip {
					out = append(out, lifeEntry{Key: "hidden", Count: skip})
				}
				continue
			}
		}
		out = append(out, e)
	}
	return out
}
