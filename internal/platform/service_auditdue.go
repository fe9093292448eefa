package platform

import (
	"context"
	"time"
)

// decideDue makes the decisions that policies planned.
func (s *Service) decideDue(ctx context.Context, tx Tx, audits []Audit, at time.Time) error {
	components := map[string]*Component{}
	for i := range audits {
		a := &audits[i]
		c := components[a.ComponentAppid]
		if c == nil {
			var err error
			if c, err = tx.Component(ctx, a.ComponentAppid); err != nil {
				return err
			}
			components[c.Appid] = c
		}
		if err := s.decide(ctx, tx, c, a, a.Planned, "", at); err != nil {
			return err
		}
	}
	return nil
}

// speedupTime is how long a sped up order takes; 2 to 12 hours on the real service.
const speedupTime = 2 * time.Hour

// SpeedupAudit has an open order decided within two hours: as its policy planned, or
// else passed.
//
// Errors: 89401 and 89403 by restrictions; 89402 the order is not open; 89404 it is sped
// up already; 89405 the month's quota is used up.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_speedupcodeaudit.html
func (s *Service) SpeedupAudit(ctx context.Context, component, authorizer string, id int64) error {
	_, err := update(ctx, s.store, component, func(tx Tx, c *Component) (struct{}, error) {
		m, err := tx.Authorizer(ctx, c.Appid, authorizer)
		if err != nil {
			return struct{}{}, err
		}
		if m.Restricted(RestrictionUnstableSpeedup) {
			return struct{}{}, Refuse(CodeSpeedupUnstable, "%s: %s (restrictions of the authorizer)", authorizer, RestrictionUnstableSpeedup)
		}
		a, err := tx.Audit(ctx, id)
		if err != nil && err != ErrNotFound { //nolint:errorlint // ours, bare
			return struct{}{}, err
		}
		if err != nil || a.ComponentAppid != component || a.AuthorizerAppid != authorizer {
			return struct{}{}, Refuse(CodeNotInQueue, "%s has no audit order %d", authorizer, id)
		}
		if t := transition(EventSpeedup, a.State); t.Code != 0 {
			return struct{}{}, Refuse(t.Code, "order %d: %s", id, t.Why)
		}
		if err := s.speedup(ctx, tx, c, m, a); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, tx.UpdateAudit(ctx, a)
	})
	return err
}

func (s *Service) speedup(ctx context.Context, tx Tx, c *Component, m *Authorizer, a *Audit) error {
	if m.Restricted(RestrictionNoSpeedup) {
		return Refuse(CodeSpeedupKind, "%s: %s (restrictions of the authorizer)", m.Appid, RestrictionNoSpeedup)
	}
	if a.SpedUp {
		return Refuse(CodeSpedUp, "order %d is sped up already", a.ID)
	}
	month := monthOf(tx.Now())
	used, err := tx.AuditQuota(ctx, c.Appid, month)
	if err != nil {
		return err
	}
	if used.Speedups >= c.Settings.Quotas.Speedups {
		return Refuse(CodeSpeedupQuota, "component %s has sped up %d audits this month, its quota (quotas.speedups)", c.Appid, used.Speedups)
	}
	a.SpedUp = true
	soon := tx.Now().Add(speedupTime)
	if a.DueAt.IsZero() {
		a.Planned = AuditDecision{Decide: DecidePass}
	}
	if a.DueAt.IsZero() || soon.Before(a.DueAt) {
		a.DueAt = soon
	}
	return tx.CountAudits(ctx, c.Appid, month, AuditQuota{Speedups: 1})
}

// AuditQuota tells what a component has left of a month's audits, and what it was
// given.
func (s *Service) AuditQuota(ctx context.Context, component string) (used, given AuditQuota, err error) {
	used, err = view(ctx, s.store, func(r Reader) (AuditQuota, error) {
		c, err := r.Component(ctx, component)
		if err != nil {
			return AuditQuota{}, err
		}
		given = AuditQuota{Submits: c.Settings.Quotas.Submits, Speedups: c.Settings.Quotas.Speedups}
		return r.AuditQuota(ctx, component, monthOf(r.Now()))
	})
	return used, given, err
}
