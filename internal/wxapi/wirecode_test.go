package wxapi_test

import (
	"context"
	"strconv"
	"strings"
	"time"

	"draftbox/internal/platform"
)

// wireOrder is an audit order of a golden exchange.
type wireOrder struct {
	State       platform.AuditState `json:"state"`
	UserVersion string              `json:"user_version"`
	UserDesc    string              `json:"user_desc"`
	SubmitTime  int64               `json:"submit_audit_time"`
	Reason      string              `json:"reason"`
	Screenshot  string              `json:"screenshot"`
	Pages       []string            `json:"pages"`
}

// giveCode makes the code and the orders of the merchants of a golden exchange.
func (b *bench) giveCode(g *given) {
	b.t.Helper()
	ctx := context.Background()
	b.must(b.store.Update(ctx, b.comp.Appid, func(tx platform.Tx, _ *platform.Component) error {
		for _, m := range g.Authorizers {
			code := m.State
			code.ComponentAppid, code.AuthorizerAppid = b.comp.Appid, m.Appid
			for _, o := range m.Orders {
				a := platform.Audit{
					ComponentAppid: b.comp.Appid, AuthorizerAppid: m.Appid, State: o.State, SubmittedAt: time.Unix(o.SubmitTime, 0),
					AuditDetails: platform.AuditDetails{
						Version: platform.ExpVersion{UserVersion: o.UserVersion, UserDesc: o.UserDesc, Config: platform.CodeConfig{Pages: o.Pages}},
						Reason:  o.Reason, Screenshot: o.Screenshot,
					},
				}
				if err := tx.InsertAudit(ctx, &a); err != nil {
					return err
				}
				code.AuditID, code.LastAudit = a.ID, a.State
			}
			if err := tx.PutCodeState(ctx, &code); err != nil {
				return err
			}
		}
		return nil
	}))
}

// withOrder puts the last order of the first merchant into a request.
func (b *bench) withOrder(request string, g *given) string {
	b.t.Helper()
	const placeholder = "{audit_id}"
	if !strings.Contains(request, placeholder) {
		return request
	}
	a, err := b.service.LatestAudit(context.Background(), b.comp.Appid, g.Authorizers[0].Appid)
	b.must(err)
	return strings.ReplaceAll(request, placeholder, strconv.FormatInt(a.ID, 10))
}
