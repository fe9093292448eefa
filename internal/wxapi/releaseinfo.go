package wxapi

import (
	"context"

	"draftbox/internal/platform"
)

// setVisitStatus is setVisitStatus, 设置小程序服务状态.
//
// Errors: 85022 action is neither open nor close, 85021 nothing is online (decided),
// 9402202.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_setvisitstatus.html
func (a *API) setVisitStatus(ctx context.Context, c *call) (*answer, error) {
	action, err := c.str("action")
	if err != nil {
		return nil, err
	}
	component, authorizer := c.whose()
	if err := a.service.ChangeVisit(ctx, component, authorizer, action); err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "visits of %s: %s", authorizer, action)
}

// getVisitStatus is getVisitStatus, 查询小程序服务状态. It is not paused where nothing is
// online (decided).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getvisitstatus.html
func (a *API) getVisitStatus(ctx context.Context, c *call) (*answer, error) {
	code, err := a.codeState(ctx, c)
	if err != nil {
		return nil, err
	}
	status, reason := 1, "not paused"
	if code.Visit == platform.VisitClose {
		status, reason = 0, "paused"
	}
	return reply(struct {
		envelope
		Status int `json:"status"`
	}{okEnvelope(), status}, "%s", reason)
}

// defaultSupportVersion is the least base library version before one is set; the page's
// example has it.
const defaultSupportVersion = "1.0.0"

// getSupportVersion is getSupportVersion, 查询各版本用户占比. There are no users here, so
// each version has 0 %, as in the page's example.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getsupportversion.html
func (a *API) getSupportVersion(ctx context.Context, c *call) (*answer, error) {
	code, err := a.codeState(ctx, c)
	if err != nil {
		return nil, err
	}
	type item struct {
		Percentage int    `json:"percentage"`
		Version    string `json:"version"`
	}
	type items struct {
		Items []item `json:"items"`
	}
	orElse(&code.SupportVersion, defaultSupportVersion)
	versions := platform.SupportVersions()
	list := make([]item, len(versions))
	for i, v := range versions {
		list[i].Version = v
	}
	return reply(struct {
		envelope
		NowVersion string `json:"now_version"`
		UVInfo     items  `json:"uv_info"`
	}{okEnvelope(), code.SupportVersion, items{list}}, "at least %s", code.SupportVersion)
}

// setSupportVersion is setSupportVersion, 设置最低基础库版本.
//
// Errors: 89014, 9402202.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_setsupportversion.html
func (a *API) setSupportVersion(ctx context.Context, c *call) (*answer, error) {
	version, err := c.str("version")
	if err != nil {
		return nil, err
	}
	component, authorizer := c.whose()
	if err := a.service.SetSupportVersion(ctx, component, authorizer, version); err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "at least %s now", version)
}

// getVersionInfo is getVersionInfo, 查询小程序版本信息. A part that there is not is absent
// (observed).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getversioninfo.html
func (a *API) getVersionInfo(ctx context.Context, c *call) (*answer, error) {
	type expInfo struct {
		Time    int64  `json:"exp_time"` // Unix seconds
		Version string `json:"exp_version"`
		Desc    string `json:"exp_desc"`
	}
	type releaseInfo struct {
		Time    int64  `json:"release_time"` // Unix seconds
		Version string `json:"release_version"`
		Desc    string `json:"release_desc"`
	}
	code, err := a.codeState(ctx, c)
	if err != nil {
		return nil, err
	}
	out := struct {
		envelope
		Exp     *expInfo     `json:"exp_info,omitempty"`
		Release *releaseInfo `json:"release_info,omitempty"`
	}{envelope: okEnvelope()}
	reason := "nothing committed, nothing online"
	if e := code.Exp; e != nil {
		out.Exp, reason = &expInfo{e.Time.Unix(), e.UserVersion, e.UserDesc}, "committed "+e.UserVersion
	}
	if r := code.Online; r != nil {
		out.Release = &releaseInfo{r.Time.Unix(), r.UserVersion, r.UserDesc}
		reason += ", online " + r.UserVersion
	}
	return reply(out, "%s", reason)
}
