package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"draftbox/internal/cli/pushtext"
	"draftbox/internal/cli/table"
	"draftbox/internal/platform"
	"draftbox/wxopen"
	"draftbox/wxopen/wxcrypt"
)

// pushReceiver takes pushes at any path, and browsers that come back from the
// authorization page.
type pushReceiver struct {
	app   *app
	flags *listenFlags
	appid string     // whom pushes must be for; empty: anybody
	one   sync.Mutex // prints one push at a time
}

// receivedPush is what is printed of a push.
type receivedPush struct {
	Time       time.Time `json:"time"` // when it came
	URL        string    `json:"url"`
	Type       string    `json:"type"`
	Component  string    `json:"component_appid"`
	Authorizer string    `json:"authorizer_appid"`
	Body       string    `json:"body"`    // decrypted
	Problem    string    `json:"problem"` // why it is no push for the component; empty if it is
	Status     int       `json:"status"`  // of the answer
	Answer     string    `json:"answer"`
}

// ServeHTTP implements [http.Handler].
func (p *pushReceiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if back := r.URL.Query(); r.Method == http.MethodGet && back.Has("auth_code") {
		p.cameBack(w, r, back)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		_, _ = io.WriteString(w, "pushes come by POST\n")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, wxcrypt.MaxBodyBytes))
	push := receivedPush{Time: p.now(), URL: r.RequestURI, Status: p.flags.status, Answer: p.flags.answer}
	if err == nil {
		err = p.read(r, string(body), &push)
	}
	var delay time.Duration
	if err != nil {
		push.Problem, push.Status = problemOf(err), http.StatusForbidden
		push.Answer = "no push for this component: " + push.Problem
	} else {
		delay = p.flags.delay
	}
	p.print(&push)
	if delay > 0 {
		select {
		case <-time.After(delay):
		case <-r.Context().Done():
			return
		}
	}
	w.WriteHeader(push.Status)
	_, _ = io.WriteString(w, push.Answer) //nolint:gosec // text/plain and nosniff
}

// typeRedirect stands for a browser that comes back from the authorization page.
const typeRedirect = "redirect"

// cameBack prints what a browser brought back from the authorization page.
func (p *pushReceiver) cameBack(w http.ResponseWriter, r *http.Request, back url.Values) {
	const told = "the authorization code is printed where the command runs; api_query_auth takes it\n"
	p.print(&receivedPush{
		Time: p.now(), URL: r.RequestURI, Type: typeRedirect, Status: http.StatusOK, Answer: told,
		Body: "auth_code=" + back.Get("auth_code") + "\nexpires_in=" + back.Get("expires_in"),
	})
	_, _ = io.WriteString(w, told)
}

func (p *pushReceiver) now() time.Time {
	return time.Now().In(platform.UTC8).Truncate(time.Millisecond)
}

// problemOf says on one line what is wrong with a push.
func problemOf(err error) string {
	if f, ok := errors.AsType[*fault](err); ok {
		return table.OneLine(f.Error())
	}
	return table.OneLine(err.Error())
}

// read checks and decrypts a push.
func (p *pushReceiver) read(r *http.Request, body string, into *receivedPush) error {
	// Inside of WeChat's cloud hosting pushes are plain (switch push_format).
	if r.Header.Get("X-Wx-Source") != "" && json.Valid([]byte(body)) {
		into.Body = body
		into.tellJSON()
		return nil
	}
	push, err := pushtext.Find(body)
	if err != nil {
		return err
	}
	f := decryptFlags{aesKey: p.flags.aesKey, token: p.flags.token}
	if f.signed, err = pushtext.FromURL("?" + r.URL.RawQuery); err != nil {
		return err
	}
	if f.signed.MsgSignature == "" {
		return errors.New("its URL has no msg_signature")
	}
	if err := f.checkSignature(push); err != nil {
		return err
	}
	msg, to, err := openPush(f.aesKey, push)
	if err != nil {
		return err
	}
	into.Body, into.Component = string(msg), to
	if p.appid != "" && to != p.appid {
		return fmt.Errorf("it is for %.64q, not for %s", to, p.appid)
	}
	event, err := wxopen.ParseEvent(msg)
	if err != nil {
		return nil //nolint:nilerr // it is WeChat's all the same, and printed as it is
	}
	info := event.Info()
	into.Type, into.Authorizer = info.Type, info.AuthorizerAppid
	if !info.System() {
		into.Authorizer = merchantIn(r.URL.Path)
	}
	return nil
}

// merchantIn returns the first appid among the segments of a path, where $APPID$ of
// message_url stood; empty if there is none.
func merchantIn(path string) string {
	for segment := range strings.SplitSeq(path, "/") {
		if platform.ValidAppid(segment) {
			return segment
		}
	}
	return ""
}

// tellJSON takes out of a plain push what is told of it.
func (push *receivedPush) tellJSON() {
	var in struct {
		Component  string `json:"AppId"`
		Authorizer string `json:"AuthorizerAppid"`
		InfoType   string `json:"InfoType"`
		Event      string `json:"Event"`
		MsgType    string `json:"MsgType"`
	}
	if json.Unmarshal([]byte(push.Body), &in) == nil {
		push.Component, push.Authorizer, push.Type = in.Component, in.Authorizer, cmp.Or(in.InfoType, in.Event, in.MsgType)
	}
}

func (p *pushReceiver) print(push *receivedPush) {
	p.one.Lock()
	defer p.one.Unlock()
	var err error
	if p.flags.asJSON {
		enc := json.NewEncoder(p.app.stdio.Out)
		enc.SetEscapeHTML(false)
		err = enc.Encode(push)
	} else {
		err = p.app.printf("%s\n", p.text(push))
	}
	if err != nil {
		fmt.Fprintln(p.app.stdio.Err, "note: a push could not be printed:", err)
	}
}

// text is a push for people.
func (p *pushReceiver) text(push *receivedPush) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s  %s\n", showTime(push.Time)+zoneNote, table.OneLine(orDash(push.Type)), orDash(push.Authorizer))
	if push.Problem != "" {
		fmt.Fprintf(&b, "  refused: %s\n", push.Problem)
	}
	for line := range strings.Lines(pushtext.Indent(push.Body)) {
		fmt.Fprintf(&b, "  %s\n", table.OneLine(strings.TrimRight(line, "\r\n")))
	}
	if push.Problem == "" && push.Type != typeRedirect && (push.Status != http.StatusOK || push.Answer != "success" || p.flags.delay > 0) {
		fmt.Fprintf(&b, "  the answer is %d %q after %s\n", push.Status, push.Answer, p.flags.delay)
	}
	return b.String()
}
