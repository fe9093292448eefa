package wxopen

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	pathAuditStatus       = "/wxa/get_auditstatus"
	pathLatestAuditStatus = "/wxa/get_latest_auditstatus"
	pathUndoAudit         = "/wxa/undocodeaudit"
	pathAuditQuota        = "/wxa/queryquota"
	pathSpeedUpAudit      = "/wxa/speedupaudit"
)

// AuditState is how an order (审核单) stands.
type AuditState int

// States of an order.
const (
	AuditPassed    AuditState = 0
	AuditRejected  AuditState = 1
	AuditRunning   AuditState = 2
	AuditWithdrawn AuditState = 3
	AuditDelayed   AuditState = 4 // it will be decided yet
)

// Open reports whether the order is still to be decided.
func (s AuditState) Open() bool { return s == AuditRunning || s == AuditDelayed }

// String names the state: "passed".
func (s AuditState) String() string {
	names := [...]string{"passed", "rejected", "auditing", "withdrawn", "delayed"}
	if s < 0 || int(s) >= len(names) {
		return fmt.Sprintf("AuditState(%d)", int(s))
	}
	return names[s]
}

// AuditStatus is an order and how it stands.
type AuditStatus struct {
	AuditID int64
	Status  AuditState
	// Reason is why it was rejected, in HTML with <br> between the lines, or delayed.
	Reason string
	// ScreenShots are the media ids of pictures that show why it was rejected.
	ScreenShots []string
	// UserVersion and UserDesc are those of the commit, SubmitTime is when the order was
	// made, to the second. Only [AuthorizerClient.LatestAuditStatus] tells them.
	UserVersion string
	UserDesc    string
	SubmitTime  time.Time
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// readAuditStatus wants a status: 0, as a missing one would be read, has passed.
func readAuditStatus(fields *reader) AuditStatus {
	return AuditStatus{
		Status:      AuditState(fields.need("status")),
		Reason:      fields.text("reason"),
		ScreenShots: fields.parts("screenshot", "ScreenShot"), // the pages disagree
	}
}

// AuditStatus returns how an order of the mini program stands.
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrAuditID] (no order of this mini
// program), [ErrNotByPlatform], [ErrNoExperienceVersion].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getauditstatus.html
func (a *AuthorizerClient) AuditStatus(ctx context.Context, auditID int64) (AuditStatus, error) {
	var status AuditStatus
	r := &request{method: http.MethodPost, path: pathAuditStatus, body: auditIDBody{auditID}}
	err := a.fetch(ctx, r, func(fields *reader) {
		status = readAuditStatus(fields)
		status.AuditID = auditID
		status.Extra = fields.rest()
	})
	if err != nil {
		return AuditStatus{}, err
	}
	return status, nil
}

type auditIDBody struct {
	AuditID int64 `json:"auditid"`
}

// LatestAuditStatus returns the order that was made last, and how it stands.
//
// Refusals: [ErrSystem], [ErrInvalidCredential]; seen was [ErrNoAudit] where no
// platform ever made one.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getlatestauditstatus.html
func (a *AuthorizerClient) LatestAuditStatus(ctx context.Context) (AuditStatus, error) {
	var status AuditStatus
	err := a.fetch(ctx, &request{method: http.MethodGet, path: pathLatestAuditStatus}, func(fields *reader) {
		status = readAuditStatus(fields)
		status.AuditID = fields.need("auditid")
		status.UserVersion = fields.text("user_version")
		status.UserDesc = fields.text("user_desc")
		status.SubmitTime = fields.seconds("submit_audit_time")
		status.Extra = fields.rest()
	})
	if err != nil {
		return AuditStatus{}, err
	}
	return status, nil
}

// UndoAudit withdraws the open order. Five a day and ten a month are possible for a
// mini program, both by Beijing time. No push tells of it, and the submission is not
// known to be given back. The experience version stays and can be submitted again.
//
// It is made once, whatever the [RetryPolicy] says, since each counts. After -1
// [AuthorizerClient.LatestAuditStatus] tells whether it was carried out. It does so after
// [ErrRevertForbidden], too: the call is a GET, and net/http may have repeated it.
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrUndoQuota]; seen was
// [ErrRevertForbidden] (the order is decided). Where the last order had passed the
// service was seen to say that all is well and to do nothing.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_undoaudit.html
func (a *AuthorizerClient) UndoAudit(ctx context.Context) error {
	_, err := a.call(ctx, &request{method: http.MethodGet, path: pathUndoAudit, once: true})
	return err
}

// AuditQuota is what the platform may submit this month, for all its mini programs.
type AuditQuota struct {
	// Rest are the submissions left, of Limit.
	Rest  int64
	Limit int64
	// SpeedUpRest are the speed-ups left, of SpeedUpLimit.
	SpeedUpRest  int64
	SpeedUpLimit int64
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// AuditQuota returns what the platform may submit this month. It is the same with the
// token of each account.
//
// Refusals: [ErrSystem], [ErrInvalidCredential].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_setcodeauditquota.html
func (a *AuthorizerClient) AuditQuota(ctx context.Context) (AuditQuota, error) {
	var quota AuditQuota
	err := a.fetch(ctx, &request{method: http.MethodGet, path: pathAuditQuota}, func(fields *reader) {
		quota = AuditQuota{
			Rest: fields.need("rest"), Limit: fields.need("limit"), SpeedUpRest: fields.count("speedup_rest"), SpeedUpLimit: fields.count("speedup_limit"),
		}
		quota.Extra = fields.rest()
	})
	if err != nil {
		return AuditQuota{}, err
	}
	return quota, nil
}

// SpeedUpAudit has an open order decided within 2 to 12 hours. It takes one of the
// speed-ups that the platform has in a month. It is made once, whatever the
// [RetryPolicy] says; to make it again is safe, since a second one is refused with
// [ErrSpedUp].
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrSpeedUpUnstable],
// [ErrSpeedUpNotWaiting] (once seen for an order that waited), [ErrSpeedUpKind],
// [ErrSpedUp], [ErrSpeedUpQuota].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_speedupcodeaudit.html
func (a *AuthorizerClient) SpeedUpAudit(ctx context.Context, auditID int64) error {
	_, err := a.call(ctx, &request{method: http.MethodPost, path: pathSpeedUpAudit, body: auditIDBody{auditID}, once: true})
	return err
}
