package console

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"draftbox/internal/apidoc"
	"draftbox/internal/clock"
	"draftbox/internal/journal"
)

// answerView is what a call came to.
type answerView struct {
	Code         cell
	Errmsg       string
	Reason       string // of the journal, in a sentence
	Row          *codeView
	Status       string
	Milliseconds string
	RID, Href    string // of the request in the journal; empty where it is not found
	Headers      []headerView
	Body         body
	Picture      template.URL // data of a picture; empty where the answer is none
	Masked       bool
	code         int
}

type headerView struct{ Name, Value string }

// shownLimit is how much of an answer is shown, in bytes.
const shownLimit = 256 << 10

// makeCall asks the emulated API as any program does, from the address of whoever
// asks, and shows what it answers.
func (a *Console) makeCall(ctx context.Context, c *call, in *input) (*answerView, error) {
	if a.wire == nil {
		return nil, &refusal{http.StatusServiceUnavailable, "told.no_wire"}
	}
	if err := a.secretsOf(ctx, c, in); err != nil {
		return nil, err
	}
	made := in.compose(true)
	sent, kind, err := in.encoded(made)
	if err != nil {
		return nil, err
	}
	address := c.apiURL + in.op.Path
	if made.query != "" {
		address += "?" + made.query
	}
	r, err := http.NewRequestWithContext(ctx, in.op.Method, address, bytes.NewReader(sent)) //nolint:gosec // it goes to a handler of this process, not over the network
	if err != nil {
		return nil, fmt.Errorf("make a request: %w", err)
	}
	r.RemoteAddr, r.RequestURI = c.r.RemoteAddr, r.URL.RequestURI()
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	w := &recorded{header: http.Header{}}
	began := clock.Now()
	a.wire.ServeHTTP(w, r)
	took := clock.Since(began)
	return a.answerView(c, in, made, w, took), nil
}

// recorded is an answer that was written into memory.
type recorded struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (w *recorded) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *recorded) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// Write implements http.ResponseWriter.
func (w *recorded) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

func (a *Console) answerView(c *call, in *input, made composed, w *recorded, took time.Duration) *answerView {
	w.WriteHeader(http.StatusOK) // of a handler that wrote nothing
	v := &answerView{Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), Milliseconds: strconv.FormatFloat(float64(took.Microseconds())/1000, 'f', 2, 64)}
	for _, name := range slices.Sorted(maps.Keys(w.header)) {
		v.Headers = append(v.Headers, headerView{name, strings.Join(w.header[name], ", ")})
	}
	content := w.body.Bytes()
	var said struct {
		Errcode int    `json:"errcode"`
		Errmsg  string `json:"errmsg"`
	}
	switch kind := w.header.Get("Content-Type"); {
	case strings.HasPrefix(kind, "image/") && len(content) <= shownLimit:
		v.Picture = template.URL("data:" + strings.SplitN(kind, ";", 2)[0] + ";base64," + base64.StdEncoding.EncodeToString(content)) //nolint:gosec // base64 of a picture of our own API
	default:
		_ = json.Unmarshal(content, &said) // what is no JSON has no errcode
		shown := string(content[:min(len(content), shownLimit)])
		masked := journal.MaskText(shown)
		v.Masked = masked != shown
		v.Body = bodyOf([]byte(masked), shownLimit)
	}
	v.code, v.Errmsg = said.Errcode, journal.MaskText(said.Errmsg)
	entry := journal.Entry{ErrCode: said.Errcode}
	v.Code = errcodeCell(entry)
	if e, ok := a.journaled(in.op, made, said.Errmsg); ok {
		v.RID, v.Href, v.Reason = e.RID.String(), "/c/"+c.component+"/requests/"+e.RID.String(), journal.MaskText(e.Reason)
	}
	return v
}

// recent is how many calls of a path the explorer looks through for its own.
const recent = 100

// journaled finds a call in the journal: by the rid that an error tells, else by its
// query, in which a token of the explorer's own is.
func (a *Console) journaled(op *apidoc.Operation, made composed, errmsg string) (journal.Entry, bool) {
	if _, text, ok := strings.Cut(errmsg, " rid: "); ok {
		if rid, ok := journal.ParseRID(text); ok {
			return a.journal.Find(rid)
		}
	}
	for _, e := range a.journal.List(journal.Filter{Path: op.Path, Limit: recent}) {
		if e.Method == op.Method && e.Query == made.query {
			return e, true
		}
	}
	return journal.Entry{}, false
}
