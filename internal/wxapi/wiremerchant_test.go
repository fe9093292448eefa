package wxapi_test

import (
	"context"
	"strings"
	"time"

	"draftbox/internal/platform"
)

// wireMerchant is a merchant of a golden exchange.
type wireMerchant struct {
	Appid        string                        `json:"appid"`
	NickName     string                        `json:"nick_name"`
	RefreshToken string                        `json:"refresh_token"`
	AuthTime     int64                         `json:"auth_time"`
	Revoked      bool                          `json:"revoked"`
	Unexchanged  bool                          `json:"unexchanged"`
	FuncIDs      []int                         `json:"func_ids"`
	Profile      platform.Profile              `json:"profile"`
	Categories   []platform.AuthorizerCategory `json:"categories"`
	Restrictions []string                      `json:"restrictions"`
	Options      map[string]string             `json:"options"`

	CategoryAudits []platform.CategoryAudit     `json:"category_audits"`
	PrivateInfos   []string                     `json:"private_infos"`
	Testers        []string                     `json:"testers"`
	Privacy        *platform.PrivacyDeclaration `json:"privacy"`

	State  platform.CodeState `json:"code"`
	Orders []wireOrder        `json:"orders"`
}

// settings are the merchant's own, as of a time.
func (m *wireMerchant) settings(component string, r platform.Reader) *platform.MerchantSettings {
	out := platform.MerchantSettings{ComponentAppid: component, AuthorizerAppid: m.Appid}
	d := platform.MerchantDeclaration{PrivateInfos: m.PrivateInfos, Testers: m.Testers, Privacy: m.Privacy, CategoryAudits: m.CategoryAudits}
	d.Apply(&out, r)
	return &out
}

// giveMerchants makes the merchants of a golden exchange.
func (b *bench) giveMerchants(g *given) {
	b.t.Helper()
	ctx := context.Background()
	b.must(b.store.Update(ctx, b.comp.Appid, func(tx platform.Tx, _ *platform.Component) error {
		for _, m := range g.Authorizers {
			a := platform.Authorizer{
				ComponentAppid: b.comp.Appid, Appid: m.Appid, NickName: m.NickName, Authorized: !m.Revoked, Exchanged: !m.Unexchanged,
				RefreshToken: m.RefreshToken, AuthTime: time.Unix(m.AuthTime, 0), FuncIDs: m.FuncIDs, Profile: m.Profile,
				Categories: m.Categories, Restrictions: m.Restrictions, Options: m.Options, CreatedAt: tx.Now(),
			}
			if err := tx.PutAuthorizer(ctx, &a); err != nil {
				return err
			}
			if err := tx.PutMerchantSettings(ctx, m.settings(b.comp.Appid, tx)); err != nil {
				return err
			}
		}
		return nil
	}))
	b.ownDomains(platform.DomainServer, strings.Join(g.ServerDomains, ";"))
	b.ownDomains(platform.DomainJump, strings.Join(g.JumpDomains, ";"))
}

// withAuthorization puts a code and a token of the first merchant into a request.
func (b *bench) withAuthorization(request string, g *given) string {
	b.t.Helper()
	ctx := context.Background()
	if strings.Contains(request, "{authorization_code}") {
		code := "queryauthcode@@@unknown"
		switch g.Code {
		case "pre_auth":
			made, err := b.service.CreatePreAuthCode(ctx, b.comp.Appid)
			b.must(err)
			code = made.Value
		case "", "used":
			granted, err := b.service.Grant(ctx, platform.Grant{ComponentAppid: b.comp.Appid, AuthorizerAppid: g.Authorizers[0].Appid})
			b.must(err)
			code = granted.Code.Value
		}
		if g.Code == "used" {
			_, err := b.service.QueryAuth(ctx, b.comp.Appid, code, platform.Caller{})
			b.must(err)
		}
		request = strings.ReplaceAll(request, "{authorization_code}", code)
	}
	if strings.Contains(request, "{authorizer_access_token}") {
		token, _, err := b.service.AdminAuthorizerToken(ctx, b.comp.Appid, g.Authorizers[0].Appid, platform.Caller{})
		b.must(err)
		request = strings.ReplaceAll(request, "{authorizer_access_token}", token)
	}
	if strings.Contains(request, "{fastregister_ticket}") {
		ticket, err := b.service.NewRegistrationTicket(ctx, b.comp.Appid, g.Authorizers[0].Appid)
		b.must(err)
		request = strings.ReplaceAll(request, "{fastregister_ticket}", ticket.Value)
	}
	return request
}
