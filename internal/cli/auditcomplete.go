package cli

import (
	"context"
	"strconv"

	"draftbox/internal/adminclient"
)

// completeAudits completes with orders that stand in some way; empty is any.
func (a *app) completeAudits(status adminclient.AuditStatus) completion {
	return a.completeLocal(func(ctx context.Context, l *local) ([]string, error) {
		return describedAudits(ctx, l, adminclient.AuditFilter{Component: a.target.component, Status: status})
	})
}

// completeMerchantAudits is completeAudits for the merchant of the flags.
func (m *merchantCode) completeMerchantAudits(status adminclient.AuditStatus) completion {
	return m.completeLocal(func(ctx context.Context, l *local) ([]string, error) {
		return describedAudits(ctx, l, adminclient.AuditFilter{Component: m.target.component, Authorizer: m.authorizer, Status: status})
	})
}

func describedAudits(ctx context.Context, l *local, f adminclient.AuditFilter) ([]string, error) {
	f.PageSize = completionItems
	return described(l.admin.Audits(ctx, f), func(o adminclient.Audit) (string, string) {
		return strconv.FormatInt(o.AuditID, 10), o.AuthorizerAppid + " " + o.UserVersion + " " + string(o.Status)
	})
}
