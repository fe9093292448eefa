package wxapi

import (
	"context"
	"strconv"

	"draftbox/internal/platform"
)

// release is release, 发布已通过审核的小程序.
//
// Errors: 85019 nothing was ever submitted, 85020 the last order has not passed, 85052
// its version is released, 9402202.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_release.html
func (a *API) release(ctx context.Context, c *call) (*answer, error) {
	component, authorizer := c.whose()
	if err := a.service.Release(ctx, component, authorizer); err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "the version of %s that passed is online", authorizer)
}

const listHistory = "get_history_version"

// revertCodeRelease is revertCodeRelease, 小程序版本回退: it goes back to the version
// before, or to app_version. With action=get_history_version it only lists, also beside
// an app_version (observed).
//
// Errors, in the order of the checks: 40097 another action, or an app_version that is no
// number above 0 (decided), 87011, 87012, 40097, 9402202.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_revertcoderelease.html
func (a *API) revertCodeRelease(ctx context.Context, c *call) (*answer, error) {
	switch action := c.action(); action {
	case listHistory:
		return a.listHistory(ctx, c)
	case "":
	default:
		return nil, badAction(action, listHistory+" or absent")
	}
	var version int64
	if text := c.r.URL.Query().Get("app_version"); text != "" {
		var err error
		if version, err = strconv.ParseInt(text, 10, 64); err != nil || version < 1 {
			return nil, platform.Refuse(platform.CodeInvalidArgs, "app_version is %q in the query, must be one of %s", clip(text), listHistory)
		}
	}
	component, authorizer := c.whose()
	if err := a.service.RevertRelease(ctx, component, authorizer, version); err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "%s went back", authorizer)
}

// historyItem is a version that one can go back to.
type historyItem struct {
	CommitTime  int64  `json:"commit_time"` // Unix seconds
	UserVersion string `json:"user_version"`
	UserDesc    string `json:"user_desc"`
	AppVersion  int64  `json:"app_version"`
}

func (a *API) listHistory(ctx context.Context, c *call) (*answer, error) {
	code, err := a.codeState(ctx, c)
	if err != nil {
		return nil, err
	}
	former := code.Revertible()
	list := make([]historyItem, len(former))
	for i, r := range former {
		list[i] = historyItem{r.CommitTime.Unix(), r.UserVersion, r.UserDesc, r.AppVersion}
	}
	return reply(struct {
		envelope
		VersionList []historyItem `json:"version_list"`
	}{okEnvelope(), list}, "%s to go back to", counted(len(list), "version"))
}

func (a *API) codeState(ctx context.Context, c *call) (platform.CodeState, error) {
	code, _, err := a.service.CodeState(ctx, c.held.component.Appid, c.authorizer.Appid)
	return code, err
}

// grayRelease is grayRelease, 分阶段发布: it begins a plan, or raises the percentage of
// the one that runs. 100 is a release.
//
// Errors, in the order of the checks: 47001, 40097 no gray_percentage (decided), 85081,
// 86002, 85079, 85080, 85082, 9402202.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_grayrelease.html
func (a *API) grayRelease(ctx context.Context, c *call) (*answer, error) {
	var in platform.GrayRelease
	in.ComponentAppid, in.AuthorizerAppid = c.whose()
	percentage, ok, err := c.integer("gray_percentage")
	if err != nil {
		return nil, err
	}
	for name, place := range map[string]*bool{"support_debuger_first": &in.DebuggerFirst, "support_experiencer_first": &in.ExperiencerFirst} {
		if *place, err = c.truth(name); err != nil {
			return nil, err
		}
	}
	if !ok {
		return nil, platform.Refuse(platform.CodeInvalidArgs, "the body has no gray_percentage")
	}
	in.Percentage = int(max(min(percentage, 101), -1)) // beyond is as wrong
	if err := a.service.GrayRelease(ctx, in); err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "%d%% of the users of %s", in.Percentage, in.AuthorizerAppid)
}

// getGrayReleasePlan is getGrayReleasePlan, 获取分阶段发布详情. Without a plan all its
// members are zero (decided).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getgrayreleaseplan.html
func (a *API) getGrayReleasePlan(ctx context.Context, c *call) (*answer, error) {
	type plan struct {
		Status           int   `json:"status"`
		CreatedAt        int64 `json:"create_timestamp"` // Unix seconds
		Percentage       int   `json:"gray_percentage"`
		ExperiencerFirst bool  `json:"support_experiencer_first"`
		DebuggerFirst    bool  `json:"support_debuger_first"`
	}
	code, err := a.codeState(ctx, c)
	if err != nil {
		return nil, err
	}
	var out plan
	if g := code.Gray; g != nil {
		out = plan{g.Status, g.CreatedAt.Unix(), g.Percentage, g.ExperiencerFirst, g.DebuggerFirst}
	}
	return reply(struct {
		envelope
		Plan plan `json:"gray_release_plan"`
	}{okEnvelope(), out}, "status %d, %d%%", out.Status, out.Percentage)
}

// revertGrayRelease is revertGrayRelease, 取消分阶段发布.
//
// Errors: 85020 no plan runs (decided), 9402202.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_revertgrayrelease.html
func (a *API) revertGrayRelease(ctx context.Context, c *call) (*answer, error) {
	component, authorizer := c.whose()
	if err := a.service.RevertGrayRelease(ctx, component, authorizer); err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "the gray plan of %s is taken back", authorizer)
}
