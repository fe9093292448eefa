package wxopen

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

const (
	pathPrivacyInterfaces     = "/wxa/security/get_privacy_interface"
	pathApplyPrivacyInterface = "/wxa/security/apply_privacy_interface"
)

// PrivacyInterface is a location interface and whether the mini program may use it.
type PrivacyInterface struct {
	// APIName is like wx.getLocation; ChineseName and Desc say what it does.
	APIName     string
	ChineseName string
	Desc        string
	// ApplyTime is when it was applied for, to the second, AuditID the application; zero
	// and nil for never.
	ApplyTime time.Time
	AuditID   *int64
	// Status is a number that WeChat does not explain, nil where the answer has none.
	Status *int64
	// FailReason is why it may not be used.
	FailReason string
	// Link leads to its documentation, Group is what it belongs to.
	Link  string
	Group string
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// UnmarshalJSON reads an interface of an answer.
func (p *PrivacyInterface) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*p = PrivacyInterface{
		APIName: r.text("api_name"), ChineseName: r.text("api_ch_name"), Desc: r.text("api_desc"), AuditID: r.optional("audit_id"), Status: r.optional("status"),
		FailReason: r.text("fail_reason"), Link: r.text("api_link"), Group: r.text("group_name"),
	}
	if applied := r.count("apply_time"); applied != 0 {
		p.ApplyTime = time.Unix(applied, 0).UTC()
	}
	p.Extra = r.rest()
	return r.err
}

// PrivacyInterfaces returns the location interfaces.
//
// Refusals: [ErrPrivacyApplyRunning] is documented without a case.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/privacy-api-management/getPrivacyInterface.html
func (a *AuthorizerClient) PrivacyInterfaces(ctx context.Context) ([]PrivacyInterface, error) {
	interfaces := []PrivacyInterface{}
	r := &request{method: http.MethodGet, path: pathPrivacyInterfaces}
	if err := a.fetch(ctx, r, func(fields *reader) { fields.list("interface_list", &interfaces) }); err != nil {
		return nil, err
	}
	return interfaces, nil
}

// PrivacyApplication asks for a location interface.
type PrivacyApplication struct {
	// APIName is like wx.choosePoi, with its capitals.
	APIName string
	// Content says what it is for, in at most 300 characters.
	Content string
	// URLs, Pictures (at most 10) and Videos (at most 1, MP4) show it.
	URLs     []string
	Pictures []string
	Videos   []string
}

type privacyApplicationBody struct {
	APIName  string   `json:"api_name"`
	Content  string   `json:"content"`
	URLs     []string `json:"url_list,omitempty"`
	Pictures []string `json:"pic_list,omitempty"`
	Videos   []string `json:"video_list,omitempty"`
}

// ApplyPrivacyInterface applies for a location interface and returns the number of the
// application. How it ends is told by a [PrivacyApplyEvent]. It is made once, whatever
// the [RetryPolicy] says.
//
// Refusals: [ErrPrivacyApplyRunning], [ErrVideoType], [ErrMediaUpload],
// [ErrPrivacyApplyArgs], [ErrPrivacyApplyNeedless], [ErrPrivacyApplyForbidden],
// [ErrContentEncoding], [ErrPrivacyApplyFrequency].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/privacy-api-management/applyPrivacyInterface.html
func (a *AuthorizerClient) ApplyPrivacyInterface(ctx context.Context, application PrivacyApplication) (auditID int64, err error) {
	r := &request{method: http.MethodPost, path: pathApplyPrivacyInterface, body: privacyApplicationBody(application), once: true}
	if err := a.fetch(ctx, r, func(fields *reader) { auditID = fields.need("audit_id") }); err != nil {
		return 0, err
	}
	return auditID, nil
}
