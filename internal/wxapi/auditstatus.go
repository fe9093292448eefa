package wxapi

import (
	"context"
	"errors"

	"draftbox/internal/platform"
)

// auditID reads the order that a call names; absent is the order 0, which nobody has.
//
// Errors: 47001.
func (c *call) auditID() (int64, error) {
	id, _, err := c.integer("auditid")
	return id, err
}

// getAuditStatus is getAuditStatus, 查询审核单状态: an order of the mini program, also a
// past one. The answer to one that it has not carries the members of a success with
// zero values (observed).
//
// Errors: 85012 unknown, another's, or no auditid.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getauditstatus.html
func (a *API) getAuditStatus(ctx context.Context, c *call) (*answer, error) {
	id, err := c.auditID()
	if err != nil {
		return nil, err
	}
	type status struct {
		envelope
		Status     int     `json:"status"`
		Reason     *string `json:"reason,omitempty"`
		Screenshot *string `json:"screenshot,omitempty"`
	}
	component, authorizer := c.whose()
	order, err := a.service.AuditOf(ctx, component, authorizer, id)
	if e, ok := errors.AsType[*platform.Error](err); ok && e.Code == platform.CodeInvalidAuditID {
		none := ""
		ans, err := reply(status{envelope{e.Code, e.Msg + " rid: " + c.ridText(ctx, a)}, 0, &none, &none}, "%s", e.Detail)
		if err == nil {
			ans.code = e.Code
		}
		return ans, err
	}
	if err != nil {
		return nil, err
	}
	out := status{envelope: okEnvelope(), Status: order.State.Status()}
	switch order.State {
	case platform.AuditRejected:
		out.Reason, out.Screenshot = &order.Reason, &order.Screenshot
	case platform.AuditDelayed:
		out.Reason = &order.Reason
	default: // the page has reasons of these two alone
	}
	return reply(out, "order %d is %s", id, order.State)
}

// getLatestAuditStatus is getLatestAuditStatus, 查询最新一次审核单状态. Of ScreenShot the
// examples are followed, not the table.
//
// Errors: 85058 (observed).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getlatestauditstatus.html
func (a *API) getLatestAuditStatus(ctx context.Context, c *call) (*answer, error) {
	component, authorizer := c.whose()
	order, err := a.service.LatestAudit(ctx, component, authorizer)
	if err != nil {
		return nil, err
	}
	var reason, screenshot *string
	if order.State == platform.AuditRejected {
		reason, screenshot = &order.Reason, &order.Screenshot
	}
	return reply(struct {
		envelope
		AuditID     int64   `json:"auditid"`
		Status      int     `json:"status"`
		Reason      *string `json:"reason,omitempty"`
		ScreenShot  *string `json:"ScreenShot,omitempty"`
		UserVersion string  `json:"user_version"`
		UserDesc    string  `json:"user_desc"`
		SubmitTime  int64   `json:"submit_audit_time"` // Unix seconds
	}{
		okEnvelope(), order.ID, order.State.Status(), reason, screenshot,
		order.Version.UserVersion, order.Version.UserDesc, order.SubmittedAt.Unix(),
	}, "order %d is %s", order.ID, order.State)
}

// undoAudit is undoAudit, 撤回代码审核.
//
// Errors: 87012 no order is open (observed of a rejected one), 87013, 9402202.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_undoaudit.html
func (a *API) undoAudit(ctx context.Context, c *call) (*answer, error) {
	component, authorizer := c.whose()
	if err := a.service.UndoAudit(ctx, component, authorizer); err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "the open order of %s is withdrawn", authorizer)
}

// setCodeAuditQuota is setCodeAuditQuota, 查询服务商审核额度. It sets nothing: it tells what
// the platform has left this month, over all its mini programs.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_setcodeauditquota.html
func (a *API) setCodeAuditQuota(ctx context.Context, c *call) (*answer, error) {
	used, given, err := a.service.AuditQuota(ctx, c.held.component.Appid)
	if err != nil {
		return nil, err
	}
	return reply(struct {
		envelope
		Rest         int64 `json:"rest"`
		Limit        int64 `json:"limit"`
		SpeedupRest  int64 `json:"speedup_rest"`
		SpeedupLimit int64 `json:"speedup_limit"`
	}{okEnvelope(), max(given.Submits-used.Submits, 0), given.Submits, max(given.Speedups-used.Speedups, 0), given.Speedups},
		"%s and %s this month", counted(int(used.Submits), "submission"), counted(int(used.Speedups), "speed-up"))
}

// speedupCodeAudit is speedupCodeAudit, 加急代码审核: the order is decided within two hours.
//
// Errors, in the order of the checks: 89401 by a restriction, 89402 no such order of the
// mini program, or decided, 89403 by a restriction, 89404, 89405.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_speedupcodeaudit.html
func (a *API) speedupCodeAudit(ctx context.Context, c *call) (*answer, error) {
	id, err := c.auditID()
	if err != nil {
		return nil, err
	}
	component, authorizer := c.whose()
	if err := a.service.SpeedupAudit(ctx, component, authorizer, id); err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "order %d is sped up", id)
}
