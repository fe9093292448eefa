package wxopen

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
)

const pathSubmitAudit = "/wxa/submit_audit"

// AuditRequest is what is told of the code that is to be audited. Its zero value is
// one.
type AuditRequest struct {
	// Items are 1 to 5 pages with their categories. Nil leaves them out, which the
	// service was seen to take.
	Items []AuditItem
	// FeedbackInfo, at most 200 characters, and FeedbackStuff, at most 5 media ids of
	// temporary pictures, answer a rejection. They count only after one.
	FeedbackInfo  string
	FeedbackStuff []string
	// Preview are pictures and videos of the mini program, nil for none.
	Preview *AuditPreview
	// VersionDesc describes the version to the auditors.
	VersionDesc string
	// UGC tells what becomes of what users write. With categories of communities, notes
	// and questions the first submission needs it.
	UGC *UGCDeclare
	// PrivacyAPINotUse declares that the privacy interfaces that the check found and the
	// code does not declare are not used.
	PrivacyAPINotUse bool
	// OrderPath is the page of a user's orders.
	OrderPath string
}

// AuditItem is a page of a mini program with its category.
type AuditItem struct {
	// Address is the path of the page, one of [AuthorizerClient.CodePages].
	Address string
	// Tags are at most 10 words of at most 20 characters each, without spaces.
	Tags []string
	// Category is one of [AuthorizerClient.AuditCategories].
	Category AuditCategory
	// Title has at most 32 characters.
	Title string
}

// AuditPreview are media that [AuthorizerClient.UploadAuditMedia] took, by their ids.
type AuditPreview struct {
	Videos   []string
	Pictures []string
}

// UGCScene is a kind of what users write (用户生成内容).
type UGCScene int

// Kinds of what users write.
const (
	UGCNone  UGCScene = 0
	UGCUser  UGCScene = 1 // data about themselves
	UGCImage UGCScene = 2
	UGCVideo UGCScene = 3
	UGCText  UGCScene = 4
	UGCAudio UGCScene = 5 // "other" on older pages
)

// UGCMethod is a way in which what users write is looked through.
type UGCMethod int

// Ways of looking through it.
const (
	UGCPlatformAPI UGCMethod = 1 // WeChat's API
	UGCProduct     UGCMethod = 2 // another product
	UGCManual      UGCMethod = 3 // people
	UGCUnchecked   UGCMethod = 4
)

// UGCDeclare tells what becomes of what users write. With [UGCNone] no other member is
// needed.
type UGCDeclare struct {
	Scenes  []UGCScene
	Methods []UGCMethod
	// OtherScene describes a scene that has no number, in at most 256 characters.
	OtherScene string
	// HasAuditTeam is true when people look through it.
	HasAuditTeam bool
	// AuditDesc describes how, in at most 256 characters.
	AuditDesc string
}

type auditBody struct {
	Items            []auditItemJSON   `json:"item_list,omitzero"`
	FeedbackInfo     string            `json:"feedback_info,omitempty"`
	FeedbackStuff    string            `json:"feedback_stuff,omitempty"`
	Preview          *auditPreviewJSON `json:"preview_info,omitempty"`
	VersionDesc      string            `json:"version_desc,omitempty"`
	UGC              *ugcJSON          `json:"ugc_declare,omitempty"`
	PrivacyAPINotUse bool              `json:"privacy_api_not_use,omitempty"`
	OrderPath        string            `json:"order_path,omitempty"`
}

type auditItemJSON struct {
	Address     string `json:"address,omitempty"`
	Tag         string `json:"tag,omitempty"`
	FirstClass  string `json:"first_class"`
	SecondClass string `json:"second_class"`
	ThirdClass  string `json:"third_class,omitempty"`
	FirstID     int64  `json:"first_id"`
	SecondID    int64  `json:"second_id"`
	ThirdID     int64  `json:"third_id,omitempty"`
	Title       string `json:"title,omitempty"`
}

type auditPreviewJSON struct {
	Videos   []string `json:"video_id_list"`
	Pictures []string `json:"pic_id_list"`
}

type ugcJSON struct {
	Scenes       []UGCScene  `json:"scene,omitempty"`
	Methods      []UGCMethod `json:"method,omitempty"`
	OtherScene   string      `json:"other_scene_desc,omitempty"`
	HasAuditTeam int         `json:"has_audit_team,omitempty"`
	AuditDesc    string      `json:"audit_desc,omitempty"`
}

func (i AuditItem) json() auditItemJSON {
	c := i.Category
	return auditItemJSON{
		Address: i.Address, Tag: strings.Join(i.Tags, " "), Title: i.Title,
		FirstClass: c.FirstClass, FirstID: c.FirstID, SecondClass: c.SecondClass, SecondID: c.SecondID, ThirdClass: c.ThirdClass, ThirdID: c.ThirdID,
	}
}

// MarshalJSON writes what is submitted.
func (r AuditRequest) MarshalJSON() ([]byte, error) {
	wire := auditBody{
		FeedbackInfo: r.FeedbackInfo, FeedbackStuff: strings.Join(r.FeedbackStuff, "|"), VersionDesc: r.VersionDesc,
		PrivacyAPINotUse: r.PrivacyAPINotUse, OrderPath: r.OrderPath,
	}
	if r.Items != nil {
		wire.Items = []auditItemJSON{}
	}
	for _, item := range r.Items {
		wire.Items = append(wire.Items, item.json())
	}
	if p := r.Preview; p != nil {
		wire.Preview = &auditPreviewJSON{notNil(p.Videos), notNil(p.Pictures)}
	}
	if u := r.UGC; u != nil {
		wire.UGC = &ugcJSON{Scenes: u.Scenes, Methods: u.Methods, OtherScene: u.OtherScene, AuditDesc: u.AuditDesc}
		if u.HasAuditTeam {
			wire.UGC.HasAuditTeam = 1
		}
	}
	return json.Marshal(wire)
}

// SubmitAudit submits the experience version for audit (提审) and returns the auditid
// of the order that was made. One order can be open at a time; each takes one of the
// submissions that the platform has in a month for all its mini programs. How it ends
// is told by an [AuditEvent].
//
// Right after a commit it is refused with [ErrPrivacyCheckRunning]:
// [AuthorizerClient.SubmitWhenChecked] waits.
//
// It is made once, whatever the [RetryPolicy] says: an order may have been made in
// spite of a -1, and [AuthorizerClient.LatestAuditStatus] tells.
// [AuthorizerClient.SubmitWhenChecked] looks there before it repeats.
//
// Refusals: [ErrSystem] (also for a body in a wrong encoding),
// [ErrPrivacyCheckRunning], [ErrPrivacyInterface], [ErrAuditInProgress],
// [ErrNotCommitted], [ErrNoExperienceVersion], [ErrAuditQuota], [ErrConcurrent]; of
// what is submitted [ErrItemCount], [ErrItemEmpty], [ErrTagFormat], [ErrPageFormat],
// [ErrTitleFormat], [ErrCategoryFormat], [ErrCategoryRetired], [ErrDataTooLarge],
// [ErrPreviewFormat], [ErrPreviewSize], [ErrUGCDeclareMissing], [ErrJumpListMissing];
// of the mini program [ErrNotByPlatform], [ErrProfileIncomplete],
// [ErrSubmitForbidden], [ErrGameSubmit], [ErrLiveStreaming]; of the platform
// [ErrPlatformPunished], [ErrFirstSubmitForbidden], [ErrUpdateSubmitForbidden].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_submitaudit.html
func (a *AuthorizerClient) SubmitAudit(ctx context.Context, what AuditRequest) (auditID int64, err error) {
	r := &request{method: http.MethodPost, path: pathSubmitAudit, body: what, once: true}
	err = a.fetch(ctx, r, func(fields *reader) { auditID = fields.need("auditid") })
	if err != nil {
		return 0, err
	}
	return auditID, nil
}
