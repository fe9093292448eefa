package platform

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// Submission is a call of /wxa/submit_audit.
type Submission struct {
	ComponentAppid, AuthorizerAppid string
	Items                           []AuditItem // nil: absent; empty is refused
	VersionDesc                     string
	Preview                         *PreviewInfo
	UGC                             *UGCDeclare
	PrivacyAPINotUse                bool
	Request                         json.RawMessage // the body, for the reviewer
}

// SubmitAudit submits the experience version for review and returns the order's id.
//
// Errors, in the order of the checks: 86007, 86009, 86010, 87006, 9400001 by
// restrictions; 86002; 85086 nothing was committed; 85009 an order is open; 85023, 85010,
// 85006, 85007, 85011, 85008, 85077 of the items; 85051, 85092, 85093, 85094, 85087;
// 61039, 61040 of privacy interfaces; 85085; 9402202 another change is at work.
func (s *Service) SubmitAudit(ctx context.Context, in Submission) (int64, error) {
	if _, err := view(ctx, s.store, func(r Reader) (*CodeState, error) {
		c, err := r.Component(ctx, in.ComponentAppid)
		if err != nil {
			return nil, err
		}
		return in.check(ctx, r, c)
	}); err != nil {
		return 0, err
	}
	id, err := update(ctx, s.store, in.ComponentAppid, func(tx Tx, c *Component) (int64, error) {
		code, err := in.check(ctx, tx, c)
		if err != nil {
			return 0, err
		}
		if _, err := idleCode(ctx, tx, c.Appid, in.AuthorizerAppid); err != nil {
			return 0, err
		}
		return s.submit(ctx, tx, c, code, &in)
	})
	if err == nil {
		s.pushed()
	}
	return id, err
}

func (s *Service) submit(ctx context.Context, tx Tx, c *Component, code *CodeState, in *Submission) (int64, error) {
	if err := code.happen(EventSubmit); err != nil {
		return 0, err
	}
	a := &Audit{
		ComponentAppid: c.Appid, AuthorizerAppid: in.AuthorizerAppid, State: code.LastAudit, SubmittedAt: tx.Now().Truncate(time.Second),
		AuditDetails: AuditDetails{Version: *code.Exp, Request: in.Request},
	}
	decision, after := c.Settings.Audit.decision(a)
	if decision.Decide != DecideManual {
		a.Planned, a.DueAt = decision, tx.Now().Add(after)
	}
	if err := tx.CountAudits(ctx, c.Appid, monthOf(tx.Now()), AuditQuota{Submits: 1}); err != nil {
		return 0, err
	}
	if err := tx.InsertAudit(ctx, a); err != nil {
		return 0, err
	}
	code.AuditID = a.ID
	if err := tx.PutCodeState(ctx, code); err != nil || a.DueAt.IsZero() || after > 0 {
		return a.ID, err
	}
	return a.ID, s.decide(ctx, tx, c, a, a.Planned, "", tx.Now())
}

// decide makes a reviewer's decision of an open order, and pushes it. The order that
// is open is always its merchant's last.
func (s *Service) decide(ctx context.Context, tx Tx, c *Component, a *Audit, d AuditDecision, screenshot string, at time.Time) error {
	code, err := tx.CodeState(ctx, a.ComponentAppid, a.AuthorizerAppid)
	if err != nil {
		return err
	}
	event := map[string]LifeEvent{DecidePass: EventPass, DecideFail: EventReject, DecideDelay: EventDelay}[d.Decide]
	if code.AuditID != a.ID {
		return Conflictf("order %d is decided: %s has submitted again since", a.ID, a.AuthorizerAppid)
	}
	if err := code.happen(event); err != nil {
		return err
	}
	a.State, a.DueAt, a.Planned = code.LastAudit, time.Time{}, AuditDecision{}
	switch event {
	case EventReject:
		a.Reason, a.Screenshot = orDefault(d.Reason, DefaultRejectReason), screenshot
	case EventDelay:
		a.Reason = orDefault(d.Reason, DefaultDelayReason)
	default:
		a.Reason, a.Screenshot = "", ""
	}
	if !a.State.Open() {
		a.DecidedAt = at.Truncate(time.Second)
	}
	if err := tx.PutCodeState(ctx, code); err != nil {
		return err
	}
	if err := tx.UpdateAudit(ctx, a); err != nil {
		return err
	}
	return s.emitAudit(ctx, tx, c, a, event, at)
}

func orDefault(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// Reasons where a decision names none. The words of a rejection are those of the
// page's example; they hold HTML, as reviewers' do.
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/code/audit_event.html
const (
	DefaultRejectReason = "1:账号信息不符合规范:<br>(1):包含色情因素<br>"
	DefaultDelayReason  = "为了更好的服务小程序，您的服务商正在进行提审系统的优化，可能会导致审核时效的增长，请耐心等待"
)

// emitAudit pushes a decision to the message URL, unless the merchant has revoked its
// authorization meanwhile.
func (s *Service) emitAudit(ctx context.Context, tx Tx, c *Component, a *Audit, event LifeEvent, at time.Time) error {
	m, err := tx.Authorizer(ctx, c.Appid, a.AuthorizerAppid)
	if err != nil || !m.Authorized {
		if errors.Is(err, ErrNotFound) {
			err = nil
		}
		return err
	}
	var typ string
	var fields []pushField
	switch event {
	case EventPass:
		typ, fields = "weapp_audit_success", []pushField{numberField("SuccTime", at.Unix())}
	case EventReject:
		typ, fields = "weapp_audit_fail", []pushField{
			textField("Reason", a.Reason), numberField("FailTime", at.Unix()), textField("ScreenShot", a.Screenshot),
		}
	default:
		typ, fields = "weapp_audit_delay", []pushField{textField("Reason", a.Reason), numberField("DelayTime", at.Unix())}
	}
	return s.emitMerchantEvent(ctx, tx, c, m, typ, at, fields...)
}

// DecideAudit makes a reviewer's decision by hand. [ErrConflict] if the order is not
// open any more.
func (s *Service) DecideAudit(ctx context.Context, id int64, d AuditDecision, screenshot string) (Audit, error) {
	for _, t := range []struct{ name, value string }{{"reason", d.Reason}, {"screenshot", screenshot}} {
		if err := text(t.name, t.value, 4096); err != nil {
			return Audit{}, err
		}
	}
	found, err := s.Audit(ctx, id)
	if err != nil {
		return Audit{}, err
	}
	out, err := update(ctx, s.store, found.ComponentAppid, func(tx Tx, c *Component) (Audit, error) {
		a, err := tx.Audit(ctx, id)
		if err != nil {
			return Audit{}, orMissing(err, "there is no audit order %d", id)
		}
		err = s.decide(ctx, tx, c, a, d, screenshot, tx.Now())
		return *a, err
	})
	if err == nil {
		s.pushed()
	}
	return out, err
}

// Audit returns one order.
func (s *Service) Audit(ctx context.Context, id int64) (Audit, error) {
	return view(ctx, s.store, func(r Reader) (Audit, error) {
		a, err := r.Audit(ctx, id)
		if err != nil {
			return Audit{}, orMissing(err, "there is no audit order %d", id)
		}
		return *a, nil
	})
}

// Audits lists orders, newest first, those with an id less than before (0 for all).
func (s *Service) Audits(ctx context.Context, filter AuditFilter, before int64, limit int) ([]Audit, error) {
	return view(ctx, s.store, func(r Reader) ([]Audit, error) { return r.Audits(ctx, filter, before, limit) })
}

// AuditOf is get_auditstatus: an order of the merchant, by its id.
//
// Errors: 85012.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getauditstatus.html
func (s *Service) AuditOf(ctx context.Context, component, authorizer string, id int64) (Audit, error) {
	a, err := s.Audit(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && (a.ComponentAppid != component || a.AuthorizerAppid != authorizer) {
		return Audit{}, Refuse(CodeInvalidAuditID, "%s has no audit order %d", authorizer, id)
	}
	return a, err
}

// LatestAudit is get_latest_auditstatus.
//
// Errors: 85058 nothing was ever submitted.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getlatestauditstatus.html
func (s *Service) LatestAudit(ctx context.Context, component, authorizer string) (Audit, error) {
	return view(ctx, s.store, func(r Reader) (Audit, error) {
		code, err := r.CodeState(ctx, component, authorizer)
		if err != nil {
			return Audit{}, err
		}
		if code.AuditID == 0 {
			return Audit{}, Refuse(CodeNoAudit, "nothing of %s was ever submitted through component %s", authorizer, component)
		}
		a, err := r.Audit(ctx, code.AuditID)
		if err != nil {
			return Audit{}, err
		}
		return *a, nil
	})
}

// UndoAudit is undocodeaudit: it withdraws the open order. What was taken of the
// month's submissions is not given back.
//
// Errors: 87012 no order is open; 87013 withdrawn too often; 9402202.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_undoaudit.html
func (s *Service) UndoAudit(ctx context.Context, component, authorizer string) error {
	_, err := s.changeCode(ctx, component, authorizer, func(tx Tx, _ *Component, code *CodeState) error {
		if err := code.happen(EventUndo); err != nil {
			return err
		}
		if !code.Undo.take(tx.Now()) {
			return Refuse(CodeUndoQuota, "%s has withdrawn %d orders today and %d this month; %d a day and %d a month are allowed (UTC+8)",
				authorizer, code.Undo.OnDay, code.Undo.InMonth, UndosADay, UndosAMonth)
		}
		return s.closeAudit(ctx, tx, code, func(a *Audit) { a.DecidedAt = tx.Now().Truncate(time.Second) })
	})
	return err
}

// closeAudit makes the last order's state that of the code, and changes it.
func (s *Service) closeAudit(ctx context.Context, tx Tx, code *CodeState, change func(*Audit)) error {
	a, err := tx.Audit(ctx, code.AuditID)
	if err != nil {
		return err
	}
	a.State = code.LastAudit
	a.DueAt, a.Planned = time.Time{}, AuditDecision{}
	change(a)
	return tx.UpdateAudit(ctx, a)
}

// changeCode runs fn on the state of a merchant's code under the component's lock, and
// stores it.
//
// Errors: 9402202, those of fn.
func (s *Service) changeCode(ctx context.Context, component, authorizer string, fn func(Tx, *Component, *CodeState) error) (CodeState, error) {
	return update(ctx, s.store, component, func(tx Tx, c *Component) (CodeState, error) {
		code, err := idleCode(ctx, tx, c.Appid, authorizer)
		if err != nil {
			return CodeState{}, err
		}
		if err := fn(tx, c, code); err != nil {
			return CodeState{}, err
		}
		return *code, tx.PutCodeState(ctx, code)
	})
}
