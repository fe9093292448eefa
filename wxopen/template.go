package wxopen

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

const (
	pathAddToTemplate  = "/wxa/addtotemplate"
	pathTemplateList   = "/wxa/gettemplatelist"
	pathDeleteTemplate = "/wxa/deletetemplate"
)

// TemplateType says which of the two libraries a template is in.
type TemplateType int

// Types of template.
const (
	// OrdinaryTemplate is a template of the ordinary library (普通模板).
	OrdinaryTemplate TemplateType = 0
	// StandardTemplate is a template of the standard library (标准模板), which
	// the service has retired.
	StandardTemplate TemplateType = 1
)

// Template is an entry of the template library (模板库): a permanent copy of a
// draft.
type Template struct {
	// TemplateID counts up within a component over both libraries and is never
	// given again. 0 is a valid id.
	TemplateID int64
	// DraftID is the id of the draft it came from; nil where the service tells
	// none, as it did before about 2022.
	DraftID *int64
	// CreateTime is when the draft was uploaded (when it was added, by the
	// oldest documentation), to the second.
	CreateTime time.Time
	// UserVersion and UserDesc are the draft's.
	UserVersion string
	UserDesc    string
	// SourceMiniprogramAppid and SourceMiniprogram are the appid and the
	// nickname of the development mini program, Developer the nickname of the
	// uploader.
	SourceMiniprogramAppid string
	SourceMiniprogram      string
	Developer              string
	TemplateType           TemplateType
	// CategoryList holds the categories of a standard template.
	CategoryList []Category
	// AuditScene is the scene of a standard template; its values are not documented.
	AuditScene *int64
	// AuditStatus of a standard template: 0 not submitted, 1 under audit,
	// 2 rejected, 3 passed, 4 being submitted, 5 submission failed. Nil for an
	// ordinary one.
	AuditStatus *int64
	// Reason is why a standard template was rejected.
	Reason string
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

type templateJSON struct {
	CreateTime             int64        `json:"create_time"`
	UserVersion            string       `json:"user_version"`
	UserDesc               string       `json:"user_desc"`
	TemplateID             int64        `json:"template_id"`
	DraftID                *int64       `json:"draft_id,omitempty"`
	SourceMiniprogramAppid string       `json:"source_miniprogram_appid"`
	SourceMiniprogram      string       `json:"source_miniprogram"`
	Developer              string       `json:"developer"`
	TemplateType           TemplateType `json:"template_type"`
	CategoryList           []Category   `json:"category_list"`
	AuditScene             *int64       `json:"audit_scene,omitempty"`
	AuditStatus            *int64       `json:"audit_status,omitempty"`
	Reason                 *string      `json:"reason,omitempty"`
}

// MarshalJSON writes the template as the service does, Extra included.
func (t Template) MarshalJSON() ([]byte, error) {
	wire := templateJSON{
		CreateTime:             unixSeconds(t.CreateTime),
		UserVersion:            t.UserVersion,
		UserDesc:               t.UserDesc,
		TemplateID:             t.TemplateID,
		DraftID:                t.DraftID,
		SourceMiniprogramAppid: t.SourceMiniprogramAppid,
		SourceMiniprogram:      t.SourceMiniprogram,
		Developer:              t.Developer,
		TemplateType:           t.TemplateType,
		CategoryList:           notNil(t.CategoryList),
		AuditScene:             t.AuditScene,
		AuditStatus:            t.AuditStatus,
	}
	if t.AuditStatus != nil || t.Reason != "" {
		wire.Reason = &t.Reason
	}
	return withExtra(wire, t.Extra)
}

// UnmarshalJSON reads a template of an answer. A template without template_id
// is an error, since 0 is an id like any other.
func (t *Template) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*t = Template{
		TemplateID:             r.id("template_id"),
		DraftID:                r.optional("draft_id"),
		CreateTime:             r.seconds("create_time"),
		UserVersion:            r.text("user_version"),
		UserDesc:               r.text("user_desc"),
		SourceMiniprogramAppid: r.text("source_miniprogram_appid"),
		SourceMiniprogram:      r.text("source_miniprogram"),
		Developer:              r.text("developer"),
		AuditScene:             r.optional("audit_scene"),
		AuditStatus:            r.optional("audit_status"),
		Reason:                 r.text("reason"),
	}
	kind, _ := r.number("template_type")
	t.TemplateType = TemplateType(kind)
	r.list("category_list", &t.CategoryList)
	t.Extra = r.rest()
	return r.err
}

// TemplateList returns the templates of the types given, of both when none is
// given. An empty library gives an empty list that is not nil. The order says
// nothing: a new template takes the place of a deleted one, so that the last is
// not the newest; a greater template_id is newer.
//
// Refusals: [ErrSystem], [ErrInvalidCredential]; [ErrTemplateNotFound] is
// documented without a case.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/template-management/api_gettemplatelist.html
func (c *Client) TemplateList(ctx context.Context, types ...TemplateType) ([]Template, error) {
	r := &request{method: http.MethodGet, path: pathTemplateList}
	if len(types) == 1 {
		r.query = url.Values{"template_type": {strconv.Itoa(int(types[0]))}}
	}
	templates := []Template{}
	if err := c.list(ctx, r, "template_list", &templates); err != nil {
		return nil, err
	}
	if len(types) > 0 {
		templates = slices.DeleteFunc(templates, func(t Template) bool { return !slices.Contains(types, t.TemplateType) })
	}
	return templates, nil
}

// AddOptions are what [Client.AddToTemplate] can do otherwise.
type AddOptions struct {
	// TemplateType is the library to add to.
	TemplateType TemplateType
	// Once makes the call a single time, whatever the [RetryPolicy] says.
	Once bool
}

type addBody struct {
	DraftID      int64        `json:"draft_id"`
	TemplateType TemplateType `json:"template_type,omitempty"`
}

// AddToTemplate adds a draft to the template library. The service does not
// answer which template came of it: [Client.AddDraftAsTemplate] finds out.
//
// An answer of -1 is documented as "busy, try again", and the call is made
// again after it as often as the [RetryPolicy] allows. Nothing rules out that
// the service had carried it out in spite of the -1, and each addition makes a
// template of its own; so the library may get two equal ones. AddOptions.Once
// prevents that, and AddDraftAsTemplate looks before it repeats. After a lost
// answer (a [*TransportError] that is not NotSent) the call is never repeated.
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrTemplateNotFound] (no such
// draft), [ErrTemplateListFull] (200 templates).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/template-management/api_addtotemplate.html
func (c *Client) AddToTemplate(ctx context.Context, draftID int64, opts AddOptions) error {
	_, err := c.call(ctx, &request{
		method: http.MethodPost,
		path:   pathAddToTemplate,
		body:   addBody{DraftID: draftID, TemplateType: opts.TemplateType},
		once:   opts.Once,
	})
	return err
}

// DeleteTemplate deletes a template, which frees one of the 200 places. Its id
// is not given again; mini programs made of it stay as they are.
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrTemplateNotFound] - but
// not where that follows a -1 to the same call: then the first attempt deleted it.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/template-management/api_deletetemplate.html
func (c *Client) DeleteTemplate(ctx context.Context, templateID int64) error {
	ans, err := c.call(ctx, &request{
		method: http.MethodPost,
		path:   pathDeleteTemplate,
		body: struct {
			TemplateID int64 `json:"template_id"`
		}{templateID},
	})
	if ans.attempts > 1 && errors.Is(err, ErrTemplateNotFound) {
		return nil
	}
	return err
}
