package console

import (
	"context"
	"strings"
	"sync"

	"draftbox/internal/platform"
)

// accounts holds the merchants of the component that was listed last. They stay right
// while the component's Rev stands, and reading 10,000 of them takes longer than
// sorting them.
type accounts struct {
	mu        sync.Mutex
	component string
	rev       int64
	rows      []platform.Authorizer
}

// accountLimit bounds the merchants that are listed.
const accountLimit = 100_000

// accountsOf returns all merchants of a component. They are shared: never written to.
func (a *Console) accountsOf(ctx context.Context, component string) ([]platform.Authorizer, error) {
	now, err := a.service.Component(ctx, component)
	if err != nil {
		return nil, err
	}
	held := &a.accounts
	held.mu.Lock()
	defer held.mu.Unlock()
	if held.component == component && held.rev == now.Rev {
		return held.rows, nil
	}
	// Many short reads keep no snapshot open for long. What is written between them
	// raises the rev, so that the next page reads anew.
	var rows []platform.Authorizer
	for after := ""; len(rows) < accountLimit; after = rows[len(rows)-1].Appid {
		part, err := a.service.Authorizers(ctx, component, after, accountPart)
		if err != nil {
			return nil, err
		}
		if rows = append(rows, part...); len(part) < accountPart {
			break
		}
	}
	held.component, held.rev, held.rows = component, now.Rev, rows
	return rows, nil
}

// accountPart is how many merchants are read at once.
const accountPart = 1000

// merchantsView is the list of merchants, and the one that is open beside it.
type merchantsView struct{ Open *merchantView }

func (a *Console) merchants(ctx context.Context, c *call) (*answer, error) {
	return a.merchantList(ctx, c, nil)
}

func (a *Console) merchantList(ctx context.Context, c *call, open *merchantView) (*answer, error) {
	all, err := a.accountsOf(ctx, c.component)
	if err != nil {
		return nil, err
	}
	base := "/c/" + c.component + "/merchants"
	l := list[platform.Authorizer]{
		id: "merchants", sort: "appid",
		key:  func(m platform.Authorizer) string { return m.Appid },
		href: func(m platform.Authorizer) string { return base + "/" + m.Appid },
		columns: []column[platform.Authorizer]{
			{"merchant", false, func(m platform.Authorizer) cell { return textCell(m.NickName) }},
			{"appid", false, func(m platform.Authorizer) cell { return codeCell(m.Appid) }},
			{"authorization", false, func(m platform.Authorizer) cell { return authorizationCell(c.texts, m.Authorized) }},
			{"granted", true, func(m platform.Authorizer) cell { return c.timeCell(m.AuthTime) }},
			{"sets", true, func(m platform.Authorizer) cell { return numberCell(int64(len(m.FuncIDs))) }},
			{"principal", true, func(m platform.Authorizer) cell { return textCell(m.Profile.PrincipalName) }},
		},
	}
	state := c.r.URL.Query().Get("authorized")
	rows := all
	if state != "" {
		rows = nil
		for _, m := range all {
			if m.Authorized == (state == "yes") {
				rows = append(rows, m)
			}
		}
	}
	selected := ""
	if open != nil {
		selected = open.Appid
	}
	t := l.view(c, base, rows, selected)
	t.chips(c, "authorized", "", "yes", "no")
	t.Empty = "merchants.empty"
	out, err := a.framed(ctx, c, "merchants", c.texts.must("nav.merchants"), merchantsView{open})
	if err != nil {
		return nil, err
	}
	out.view.List = t
	if open != nil {
		out.view.Title, out.view.Up = open.Name, address(base, c.r.URL.Query())
	}
	return out, nil
}

func authorizationCell(t *texts, authorized bool) cell {
	if authorized {
		return cell{Kind: "pill", Text: t.must("authorized.yes"), Tone: "ok"}
	}
	return cell{Kind: "pill", Text: t.must("authorized.no"), Tone: "quiet"}
}

// newMerchant makes a mini program that authorizes the component at once.
func (a *Console) newMerchant(ctx context.Context, c *call) (*answer, error) {
	out, err := a.service.Grant(ctx, platform.Grant{ComponentAppid: c.component, NickName: strings.TrimSpace(c.form.Get("nick_name"))})
	if err != nil {
		return nil, err
	}
	return done("/c/"+c.component+"/merchants/"+out.Authorizer.Appid, "granted", out.Authorizer.Appid), nil
}

func (a *Console) grant(ctx context.Context, c *call) (*answer, error) {
	appid := c.r.PathValue("authorizer")
	if _, err := a.service.Authorizer(ctx, c.component, appid); err != nil {
		return nil, err
	}
	if _, err := a.service.Grant(ctx, platform.Grant{ComponentAppid: c.component, AuthorizerAppid: appid}); err != nil {
		return nil, err
	}
	return done("/c/"+c.component+"/merchants/"+appid, "granted", appid), nil
}

func (a *Console) revoke(ctx context.Context, c *call) (*answer, error) {
	appid := c.r.PathValue("authorizer")
	if _, err := a.service.Revoke(ctx, c.component, appid); err != nil {
		return nil, err
	}
	return done("/c/"+c.component+"/merchants/"+appid, "revoked", appid), nil
}
