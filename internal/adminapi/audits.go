package adminapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"draftbox/internal/platform"
)

// auditView is an audit order (审核单).
type auditView struct {
	ID          int64  `json:"auditid"`
	Component   string `json:"component_appid"`
	Authorizer  string `json:"authorizer_appid"`
	Status      string `json:"status"`
	UserVersion string `json:"user_version"`
	UserDesc    string `json:"user_desc"`
	TemplateID  int64  `json:"template_id"`
	SubmittedAt string `json:"submitted_at"`
	DecidedAt   string `json:"decided_at"` // empty while it is open
	Reason      string `json:"reason"`     // of a rejection or a delay; holds HTML
	Screenshot  string `json:"screenshot"` // media ids joined by |
	SpedUp      bool   `json:"sped_up"`
	// Planned is what the policy decides at DueAt; both are empty where that is left
	// to people.
	Planned string `json:"planned"`
	DueAt   string `json:"due_at"`
}

func showAudit(o platform.Audit) auditView {
	return auditView{
		ID: o.ID, Component: o.ComponentAppid, Authorizer: o.AuthorizerAppid, Status: string(o.State),
		UserVersion: o.Version.UserVersion, UserDesc: o.Version.UserDesc, TemplateID: o.Version.TemplateID,
		SubmittedAt: timestamp(o.SubmittedAt), DecidedAt: timestampOrNone(o.DecidedAt),
		Reason: o.Reason, Screenshot: o.Screenshot, SpedUp: o.SpedUp, Planned: o.Planned.Decide, DueAt: timestampOrNone(o.DueAt),
	}
}

// auditDetail is an order with all that a reviewer looks at.
type auditDetail struct {
	auditView
	Version versionView `json:"version"`
	// Request is the body of submit_audit; null if there was none.
	Request json.RawMessage `json:"request"`
	Media   []mediaView     `json:"media"`
}

// mediaView is a picture or a video of preview_info.
type mediaView struct {
	ID   string `json:"mediaid"`
	Type string `json:"type"` // image or video
	Path string `json:"path"` // of the file in this API
}

func showAuditDetail(o platform.Audit) auditDetail {
	return auditDetail{auditView: showAudit(o), Version: showVersion(&o.Version), Request: showSubmitted(o.Request), Media: previewMedia(&o)}
}

// showSubmitted makes a submitted body a JSON value of ours. What is none is shown as a
// text.
func showSubmitted(body json.RawMessage) json.RawMessage {
	body = bytes.TrimSpace(bytes.ToValidUTF8(body, []byte("\uFFFD")))
	switch {
	case len(body) == 0:
		return nil
	case json.Valid(body):
		return body
	}
	text, err := json.Marshal(string(body))
	if err != nil {
		panic(err) // a string always marshals
	}
	return text
}

// previewMedia lists the files that an order names, the video first.
func previewMedia(o *platform.Audit) []mediaView {
	var in struct {
		Preview struct {
			Videos   []string `json:"video_id_list"`
			Pictures []string `json:"pic_id_list"`
		} `json:"preview_info"`
	}
	out := []mediaView{}
	if json.Unmarshal(o.Request, &in) != nil {
		return out
	}
	add := func(kind string, ids []string) {
		for _, id := range ids {
			out = append(out, mediaView{id, kind, authorizerPath(o.ComponentAppid, o.AuthorizerAppid) + "/audit_media/" + url.PathEscape(id)})
		}
	}
	add("video", in.Preview.Videos)
	add("image", in.Preview.Pictures)
	return out
}

func authorizerPath(component, authorizer string) string {
	return "/_draftbox/v1/components/" + component + "/authorizers/" + authorizer
}

// statusOpen stands for the two statuses of an order that is not decided.
const statusOpen = "open"

// auditStatuses are what orders can be listed by.
func auditStatuses() []string {
	out := []string{statusOpen}
	for _, s := range platform.AuditStates() {
		if s != platform.AuditNone {
			out = append(out, string(s))
		}
	}
	return out
}

func (a *API) listAudits(r *http.Request) (*answer, error) {
	q := parseQuery(r, "component", "authorizer", "status", "limit", "cursor")
	filter := platform.AuditFilter{ComponentAppid: q.get("component"), AuthorizerAppid: q.get("authorizer")}
	switch status := q.oneOf("status", auditStatuses()); status {
	case statusOpen:
		filter.Open = true
	default:
		filter.State = platform.AuditState(status)
	}
	limit, before := q.limit(), q.number("cursor", 1, 0)
	if err := q.err(); err != nil {
		return nil, err
	}
	rows, err := a.service.Audits(r.Context(), filter, before, limit+1)
	if err != nil {
		return nil, err
	}
	return paged(rows, limit, func(o platform.Audit) string { return strconv.FormatInt(o.ID, 10) }, showAudit)
}

func (a *API) getAudit(r *http.Request) (*answer, error) {
	id, err := pathID(r, "auditid")
	if err != nil {
		return nil, err
	}
	o, err := a.service.Audit(r.Context(), id)
	if err != nil {
		return nil, err
	}
	return ok(showAuditDetail(o))
}

// rejectBody and delayBody are what a reviewer says; approval needs no word.
type rejectBody struct {
	Reason     string `json:"reason"`
	Screenshot string `json:"screenshot"`
}

type delayBody struct {
	Reason string `json:"reason"`
}

func (a *API) approveAudit(r *http.Request) (*answer, error) {
	if err := decodeBody(r, &struct{}{}); err != nil {
		return nil, err
	}
	return a.decideAudit(r, platform.AuditDecision{Decide: platform.DecidePass}, "")
}

func (a *API) rejectAudit(r *http.Request) (*answer, error) {
	var in rejectBody
	if err := decodeBody(r, &in); err != nil {
		return nil, err
	}
	return a.decideAudit(r, platform.AuditDecision{Decide: platform.DecideFail, Reason: in.Reason}, in.Screenshot)
}

func (a *API) delayAudit(r *http.Request) (*answer, error) {
	var in delayBody
	if err := decodeBody(r, &in); err != nil {
		return nil, err
	}
	return a.decideAudit(r, platform.AuditDecision{Decide: platform.DecideDelay, Reason: in.Reason}, "")
}

func (a *API) decideAudit(r *http.Request, d platform.AuditDecision, screenshot string) (*answer, error) {
	id, err := pathID(r, "auditid")
	if err != nil {
		return nil, err
	}
	o, err := a.service.DecideAudit(r.Context(), id, d, screenshot)
	if err != nil {
		return nil, err
	}
	return ok(showAudit(o))
}

// getAuditMedia answers a file as it was uploaded.
func (a *API) getAuditMedia(r *http.Request) (*answer, error) {
	m, content, err := a.service.AuditMedia(r.Context(), r.PathValue("appid"), r.PathValue("authorizer_appid"), r.PathValue("mediaid"))
	if err != nil {
		return nil, err
	}
	return &answer{contentType: mediaContentType(m.Type, content), content: content}, nil
}

// mediaContentType names the format of a file that was taken for a picture or a
// video. The one format of videos is not always seen at the first bytes.
func mediaContentType(kind string, content []byte) string {
	if kind == "video" {
		return "video/mp4"
	}
	if found := http.DetectContentType(content); strings.HasPrefix(found, "image/") {
		return found
	}
	return "application/octet-stream"
}
