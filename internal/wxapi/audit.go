package wxapi

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"draftbox/internal/platform"
)

// auditBodyLimit is how much of a submission is kept for its reviewer, in bytes.
const auditBodyLimit = 64 << 10

// submitAudit is submitAudit, 提交代码审核. Members that nothing comes of - feedback_info,
// feedback_stuff, order_path - are kept for the reviewer with the rest of the body.
//
// Errors, in the order of the checks: 47001; 86009, 86010, 86007, 87006, 9400001 by
// restrictions, 86002, 85086, 85009, 85023, 85010, 85006, 85007, 85011, 85008, 85077,
// 85051, 85092, 85093, 85094, 85087, 61039, 61040, 85085, 9402202. The order is decided.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_submitaudit.html
func (a *API) submitAudit(ctx context.Context, c *call) (*answer, error) {
	in, err := c.submission()
	if err != nil {
		return nil, err
	}
	id, err := a.service.SubmitAudit(ctx, in)
	if err != nil {
		return nil, err
	}
	return reply(struct {
		envelope
		AuditID int64 `json:"auditid"`
	}{okEnvelope(), id}, "order %d", id)
}

// submission reads the body of submit_audit. null is absent everywhere.
//
// Errors: 47001.
func (c *call) submission() (platform.Submission, error) {
	in := platform.Submission{Request: keptRequest(c.body)}
	in.ComponentAppid, in.AuthorizerAppid = c.whose()
	var err error
	if in.Items, err = c.auditItems(); err != nil {
		return in, err
	}
	var feedback string // read for its type alone
	err = c.strs(map[string]*string{"version_desc": &in.VersionDesc, "feedback_info": &feedback, "feedback_stuff": &feedback})
	if err != nil {
		return in, err
	}
	in.Preview = previewInfo(c.members["preview_info"])
	if raw := c.members["ugc_declare"]; !isNull(raw) {
		if raw[0] != '{' {
			return in, platform.Refuse(platform.CodeDataFormat, "ugc_declare must be an object")
		}
		in.UGC = &platform.UGCDeclare{}
	}
	in.PrivacyAPINotUse, err = c.truth("privacy_api_not_use")
	return in, err
}

// auditItems reads item_list: nil is absent, and empty is not.
func (c *call) auditItems() ([]platform.AuditItem, error) {
	raw := c.members["item_list"]
	if isNull(raw) {
		return nil, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, platform.Refuse(platform.CodeDataFormat, "item_list must be a list")
	}
	items := make([]platform.AuditItem, len(list))
	for i, raw := range list {
		var inner call
		if err := json.Unmarshal(raw, &inner.members); err != nil {
			return nil, platform.Refuse(platform.CodeDataFormat, "item_list[%d] must be an object", i)
		}
		if err := inner.auditItem(&items[i]); err != nil {
			return nil, err
		}
	}
	return items, nil
}

// auditItem reads the members of one item. Its ids come as numbers or as strings of
// digits, as ids were seen elsewhere.
func (c *call) auditItem(item *platform.AuditItem) error {
	err := c.strs(map[string]*string{
		"address": &item.Address, "tag": &item.Tag, "title": &item.Title,
		"first_class": &item.FirstClass, "second_class": &item.SecondClass, "third_class": &item.ThirdClass,
	})
	if err != nil {
		return err
	}
	for name, place := range map[string]*int64{"first_id": &item.FirstID, "second_id": &item.SecondID, "third_id": &item.ThirdID} {
		if *place, _, err = c.integer(name); err != nil {
			return err
		}
	}
	item.Empty = *item == platform.AuditItem{}
	return nil
}

// previewInfo reads preview_info, whose faults have a code of their own. A list that is
// absent is empty, as an older page has it.
func previewInfo(raw json.RawMessage) *platform.PreviewInfo {
	if isNull(raw) {
		return nil
	}
	var lists struct {
		Videos   []string `json:"video_id_list"`
		Pictures []string `json:"pic_id_list"`
	}
	err := json.Unmarshal(raw, &lists)
	// No id has a NUL, and not every database can be asked for one.
	nul := func(id string) bool { return strings.IndexByte(id, 0) >= 0 }
	malformed := err != nil || slices.ContainsFunc(lists.Videos, nul) || slices.ContainsFunc(lists.Pictures, nul)
	return &platform.PreviewInfo{Videos: lists.Videos, Pictures: lists.Pictures, Malformed: malformed}
}

// keptRequest is the part of a submission that is kept: the JSON itself, or the
// beginning of a longer one as a text. Bytes that are no UTF-8 cannot be stored.
func keptRequest(body []byte) json.RawMessage {
	body = bytes.ToValidUTF8(bytes.TrimSpace(body), []byte("\uFFFD"))
	if len(body) <= auditBodyLimit {
		return body
	}
	text, err := json.Marshal(string(bytes.ToValidUTF8(body[:auditBodyLimit], nil)))
	if err != nil {
		panic(err) // a string always encodes
	}
	return text
}

// uploadMediaToCodeAudit is uploadMediaToCodeAudit, 上传提审素材: a picture or a video for
// preview_info, good for three days. A body that is no form has no file.
//
// Errors, in the order of the checks: 41005, 40005, 40006.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_uploadmediatocodeaudit.html
func (a *API) uploadMediaToCodeAudit(ctx context.Context, c *call) (*answer, error) {
	content, err := c.readFile("media", platform.MaxAuditMedia)
	if err != nil {
		return nil, err
	}
	m, err := a.service.UploadAuditMedia(ctx, c.held.component.Appid, c.authorizer.Appid, content)
	if err != nil {
		return nil, err
	}
	return reply(struct {
		envelope
		Type    string `json:"type"`
		MediaID string `json:"mediaid"`
	}{okEnvelope(), m.Type, m.ID}, "%s of %d bytes", m.Type, m.Size)
}
