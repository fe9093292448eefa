package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"draftbox/internal/adminclient"
	"draftbox/internal/platform"
	"draftbox/internal/readyfile"
	"draftbox/wxopen"
)

// explain turns what went wrong in a verb into what a person is told. Doing
// completes the sentence "cannot …".
func (a *app) explain(ctx context.Context, doing string, err error) *fault {
	if f, ok := errors.AsType[*fault](err); ok {
		return f
	}
	f := &fault{what: "cannot " + doing, why: err.Error(), code: exitRefused}
	if refusal, ok := errors.AsType[*wxopen.Error](err); ok {
		a.explainWire(ctx, f, refusal)
		return f
	}
	if refusal, ok := errors.AsType[*adminclient.Error](err); ok {
		f.next = nextAfter[refusal.Code]
		return f
	}
	if lost, ok := errors.AsType[*wxopen.TransportError](err); ok {
		f.why = lost.Err.Error()
		f.next = "see that the server runs and can be reached: draftbox readyz"
		if a.target.endpoint != "" {
			f.next = "see that " + a.target.endpoint + " can be reached from here, and try again"
		}
		return f
	}
	switch {
	case errors.Is(err, readyfile.ErrNotRunning):
		f.next = "start one with \"draftbox serve\", or name its data dir with --data-dir"
	case errors.Is(err, errNoComponent):
		f.next = "make one: draftbox component create"
	case errors.Is(err, adminclient.ErrUnreachable):
		f.next = "start the server again with \"draftbox serve\" if it has ended"
	case errors.Is(err, wxopen.ErrTemplateNotFound):
		f.why = strings.TrimPrefix(f.why, "wxopen: ")
		f.next = "\"draftbox draft list\" and \"draftbox template list\" show what there is"
	case errors.Is(err, context.DeadlineExceeded):
		f.why = "no answer came in time"
		f.next = "look at the server's log, and try again"
	case errors.Is(err, context.Canceled):
		f.why = "interrupted"
	}
	return f
}

// nextAfter says what to do about a refusal of the management API where its
// message does not.
var nextAfter = map[string]string{
	"unauthorized": "the ready file is not of the server that answers; name the right one with --data-dir or --ready-file",
	"internal":     "the server's log has the cause",
	"unavailable":  "see that the database runs; the server comes back by itself",
}

// explainWire tells a refusal of the wire. A local server's journal knows why.
func (a *app) explainWire(ctx context.Context, f *fault, refusal *wxopen.Error) {
	f.what += fmt.Sprintf(": errcode %d %s", int(refusal.Code), refusal.Msg)
	f.why = ""
	if refusal.RID != "" {
		f.what += " (rid " + refusal.RID + ")"
		f.why = a.reason(ctx, refusal.RID)
	}
	switch {
	case strings.Contains(refusal.Msg, "innerCode: -800"): // of an upload
		f.why = "the key is not, or no longer, the upload key of that mini program"
		f.next = "use its current key; a local server makes a new one: draftbox component dev-key APPID --out FILE"
	case int(refusal.Code) == platform.CodeUploadIP:
		f.why = "the code upload IP allow-list of the mini program does not have this address"
		f.next = "add it to upload_ip_allowlist, or in WeChat's console to 代码上传 IP 白名单"
	case refusal.Code.TokenRejected():
		f.next = "use a fresh component_access_token; a local server issues one: draftbox component token"
	case refusal.Code == wxopen.ErrTemplateNotFound:
		f.next = "\"draftbox draft list\" and \"draftbox template list\" show what there is"
	case refusal.Code == wxopen.ErrTemplateListFull:
		f.next = "delete a template that is not needed any more: draftbox template delete ID"
	case f.why != "":
		f.next = "draftbox request show " + refusal.RID
	}
}

// reason asks the local server why it refused a request; empty when nobody
// there knows.
func (a *app) reason(ctx context.Context, rid string) string {
	if a.target.endpoint != "" {
		return ""
	}
	l, err := a.findLocal()
	if err != nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := l.admin.Request(ctx, rid, false)
	if err != nil {
		return ""
	}
	return request.Reason
}
