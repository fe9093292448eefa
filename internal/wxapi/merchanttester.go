package wxapi

import (
	"context"

	"draftbox/internal/platform"
)

// bindTester is bindTester, 绑定体验者.
//
// Errors, in the order of the checks: 47001, 48001 an official account (decided),
// 85001 and 85003 by the switch tester_refuse, 85004, 85002.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/member-management/api_bindtester.html
func (a *API) bindTester(ctx context.Context, c *call) (*answer, error) {
	wechatID, err := c.str("wechatid")
	if err != nil {
		return nil, err
	}
	userStr, err := a.service.BindTester(ctx, c.held.component.Appid, c.authorizer.Appid, wechatID)
	if err != nil {
		return nil, err
	}
	return reply(struct {
		envelope
		UserStr string `json:"userstr"`
	}{okEnvelope(), userStr}, "%s is a tester now", wechatID)
}

// unbindTester is unbindTester, 解除绑定体验者.
//
// Errors, in the order of the checks: 47001, 48001 an official account, 40097 nobody
// is named, 89034, 85001 (all decided).
//
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Mini_Program_AdminManagement/unbind_tester.html
func (a *API) unbindTester(ctx context.Context, c *call) (*answer, error) {
	var wechatID, userStr string
	if err := c.strs(map[string]*string{"wechatid": &wechatID, "userstr": &userStr}); err != nil {
		return nil, err
	}
	if err := a.service.UnbindTester(ctx, c.held.component.Appid, c.authorizer.Appid, wechatID, userStr); err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "the tester is none any more")
}

// getTester is getTester, 获取体验者列表.
//
// Errors, in the order of the checks: 47001, 40097 another action, 48001 an official
// account (both decided).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/member-management/api_gettester.html
func (a *API) getTester(ctx context.Context, c *call) (*answer, error) {
	action, err := c.str("action")
	if err != nil {
		return nil, err
	}
	if action != "get_experiencer" {
		return nil, platform.Refuse(platform.CodeInvalidArgs, "action is %q, must be get_experiencer", clip(action))
	}
	list, err := a.service.Testers(ctx, c.held.component.Appid, c.authorizer.Appid)
	if err != nil {
		return nil, err
	}
	type member struct {
		UserStr string `json:"userstr"`
	}
	members := make([]member, len(list))
	for i, userStr := range list {
		members[i].UserStr = userStr
	}
	return reply(struct {
		envelope
		Members []member `json:"members"`
	}{okEnvelope(), members}, "%s", counted(len(list), "tester"))
}
