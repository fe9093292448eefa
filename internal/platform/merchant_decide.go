package platform

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// Results of an audit as its push has them.
const (
	auditRefused = 2
	auditPassed  = 3
)

// maxAuditReason bounds the reason of a refusal, in characters.
const maxAuditReason = 512

// SettingsDecision is what becomes of an application or of a category.
type SettingsDecision struct {
	Pass   bool
	Reason string // of a refusal
}

func (d *SettingsDecision) check() error {
	if d.Pass && d.Reason != "" {
		return Invalidf("reason goes with a refusal")
	}
	return text("reason", d.Reason, maxAuditReason)
}

func (d *SettingsDecision) result() int {
	if d.Pass {
		return auditPassed
	}
	return auditRefused
}

// DecidePrivacyInterface does what the reviewers of the real service do with an
// application for a location interface, named with or without wx. before it, and
// pushes wxa_privacy_apply. [ErrConflict] if none waits; [ErrNotFound], [ErrInvalid].
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/privacy-api-management/applyPrivacyInterface.html
func (s *Service) DecidePrivacyInterface(ctx context.Context, component, authorizer, apiName string, d SettingsDecision) (PrivacyApplication, error) {
	name := strings.TrimPrefix(apiName, "wx.")
	return decide(ctx, s, component, authorizer, &d, func(tx Tx, c *Component, a *Authorizer, m *MerchantSettings) (PrivacyApplication, error) {
		m.Applications = slices.Clone(m.Applications)
		application := m.application(name)
		if application == nil || application.Status != InterfaceApplied {
			return PrivacyApplication{}, Conflictf("no application of %s for %s waits for a decision", authorizer, clip(name))
		}
		application.Status, application.Reason = InterfaceHeld, ""
		if !d.Pass {
			application.Status, application.Reason = InterfaceFailed, d.Reason
		}
		if err := tx.PutMerchantSettings(ctx, m); err != nil {
			return PrivacyApplication{}, err
		}
		// The values are texts in the sample of the page, numbers, too.
		return *application, s.emitSettings(ctx, tx, c, a, "wxa_privacy_apply", groupField("result_info",
			textField("api_name", "wx."+name),
			textField("apply_time", strconv.FormatInt(application.AppliedAt.Unix(), 10)),
			textField("audit_id", strconv.FormatInt(application.AuditID, 10)),
			textField("audit_time", strconv.FormatInt(tx.Now().Unix(), 10)),
			textField("reason", d.Reason),
			textField("status", strconv.Itoa(d.result())),
		))
	})
}

// DecideCategory does what the reviewers of the real service do with a category of a
// mini program, and pushes wxa_category_audit. [ErrConflict] if it is decided so
// already; [ErrNotFound] if the mini program has no such category; [ErrInvalid].
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/category/wxa_category_audit.html
func (s *Service) DecideCategory(ctx context.Context, component, authorizer, first, second string, d SettingsDecision) (Merchant, error) {
	return decide(ctx, s, component, authorizer, &d, func(tx Tx, c *Component, a *Authorizer, m *MerchantSettings) (Merchant, error) {
		category := AuthorizerCategory{First: first, Second: second}
		if !slices.Contains(a.Categories, category) {
			return Merchant{}, NotFoundf("%s has no category %s > %s; add it to its categories first", authorizer, clip(first), clip(second))
		}
		audit := m.CategoryAudit(first, second)
		if rejected := audit != nil && audit.Status == CategoryRejected; d.Pass && audit == nil || !d.Pass && rejected {
			return Merchant{}, Conflictf("category %s > %s of %s is decided so already", first, second, authorizer)
		}
		m.CategoryAudits = slices.DeleteFunc(slices.Clone(m.CategoryAudits), func(c CategoryAudit) bool { return c.First == first && c.Second == second })
		if !d.Pass {
			m.CategoryAudits = append(m.CategoryAudits, CategoryAudit{first, second, CategoryRejected, d.Reason})
		}
		if err := tx.PutMerchantSettings(ctx, m); err != nil {
			return Merchant{}, err
		}
		firstID, secondID := category.IDs()
		return Merchant{*a, *m}, s.emitSettings(ctx, tx, c, a, "wxa_category_audit",
			numberField("ret", int64(d.result())),
			numberField("first", int64(firstID)),
			numberField("second", int64(secondID)),
			textField("reason", d.Reason),
		)
	})
}

// emitSettings pushes what became of a merchant's setting; nothing of one who has
// revoked since.
func (s *Service) emitSettings(ctx context.Context, tx Tx, c *Component, a *Authorizer, typ string, fields ...pushField) error {
	if !a.Authorized {
		return nil
	}
	return s.emitMerchantEvent(ctx, tx, c, a, typ, tx.Now(), fields...)
}

// decide runs a decision about a merchant, whose authorization may have ended since.
func decide[T any](ctx context.Context, s *Service, component, authorizer string, d *SettingsDecision, change func(Tx, *Component, *Authorizer, *MerchantSettings) (T, error)) (T, error) {
	var none T
	if err := d.check(); err != nil {
		return none, err
	}
	out, err := update(ctx, s.store, component, func(tx Tx, c *Component) (T, error) {
		a, err := tx.Authorizer(ctx, c.Appid, authorizer)
		if err != nil {
			return none, orMissing(err, "component %s has no authorizer %s", component, authorizer)
		}
		m, err := merchantSettings(ctx, tx, c.Appid, authorizer)
		if err != nil {
			return none, err
		}
		return change(tx, c, a, m)
	})
	if err == nil {
		s.pushed()
	}
	return out, err
}
