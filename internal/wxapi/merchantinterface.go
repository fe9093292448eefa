package wxapi

import (
	"context"
	"sync"
	"time"
	"unicode/utf8"

	"draftbox/internal/platform"
)

// getPrivacyInterface is getPrivacyInterface, 获取地理位置接口列表. Its page lists 61031, for
// which the call gives no cause.
//
// Errors: 48001 an official account (decided).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/privacy-api-management/getPrivacyInterface.html
func (a *API) getPrivacyInterface(ctx context.Context, c *call) (*answer, error) {
	states, err := a.service.PrivacyInterfaceStates(ctx, c.held.component.Appid, c.authorizer.Appid)
	if err != nil {
		return nil, err
	}
	type row struct {
		Name        string  `json:"api_name"`
		ChineseName string  `json:"api_ch_name"`
		Description string  `json:"api_desc"`
		ApplyTime   int64   `json:"apply_time,omitempty"` // Unix seconds
		Status      int     `json:"status"`
		AuditID     int64   `json:"audit_id,omitempty"`
		FailReason  *string `json:"fail_reason,omitempty"` // after an application
		Link        string  `json:"api_link"`
		Group       string  `json:"group_name"`
	}
	list := make([]row, len(states))
	for i, s := range states {
		list[i] = row{Name: "wx." + s.Name, ChineseName: s.ChineseName, Description: s.Description, Status: s.Status, Link: s.Link, Group: "地理位置"}
		if p := s.Application; p != nil {
			list[i].ApplyTime, list[i].AuditID, list[i].FailReason = p.AppliedAt.Unix(), p.AuditID, &p.Reason
		}
	}
	return reply(struct {
		envelope
		List []row `json:"interface_list"`
	}{okEnvelope(), list}, "%s", counted(len(list), "interface"))
}

// applyPrivacyInterface is applyPrivacyInterface, 申请地理位置接口. Its outcome is pushed as
// wxa_privacy_apply.
//
// Errors, in the order of the checks: 61038 over 280 a minute, 61037, 47001, 61034,
// 61032, 61033, 48001 an official account (decided), 61035, 61036, 61031.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/privacy-api-management/applyPrivacyInterface.html
func (a *API) applyPrivacyInterface(ctx context.Context, c *call) (*answer, error) {
	if !a.applications.take(c.held.component.Appid+c.authorizer.Appid, c.now) {
		return nil, platform.Refuse(platform.CodeInterfaceFrequency, "%s has applied %d times in this minute", c.authorizer.Appid, platform.ApplicationsAMinute)
	}
	if !utf8.Valid(c.members["content"]) {
		return nil, platform.Refuse(platform.CodeInterfaceEncoding, "content is not valid UTF-8")
	}
	var name string
	var in platform.PrivacyApplication
	if err := c.strs(map[string]*string{"api_name": &name, "content": &in.Content}); err != nil {
		return nil, err
	}
	for member, place := range map[string]*[]string{"url_list": &in.URLs, "pic_list": &in.Pictures, "video_list": &in.Videos} {
		list, err := c.strList(member)
		if err != nil {
			return nil, err
		}
		*place = list
	}
	out, err := a.service.ApplyPrivacyInterface(ctx, c.held.component.Appid, c.authorizer.Appid, name, in)
	if err != nil {
		return nil, err
	}
	return reply(struct {
		envelope
		AuditID int64 `json:"audit_id"`
	}{okEnvelope(), out.AuditID}, "application %d for %s waits for a decision", out.AuditID, out.Name)
}

// minuteCount counts calls of accounts in the current minute, on this node. The zero
// value is ready.
type minuteCount struct {
	mu     sync.Mutex
	minute int64
	calls  map[string]int
}

// take counts a call and reports whether it was within the bound.
func (m *minuteCount) take(account string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if minute := now.Unix() / 60; minute != m.minute || m.calls == nil {
		m.minute, m.calls = minute, map[string]int{}
	}
	m.calls[account]++
	return m.calls[account] <= platform.ApplicationsAMinute
}
