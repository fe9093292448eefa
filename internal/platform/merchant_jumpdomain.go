package platform

import (
	"context"
	"slices"
)

// MerchantJumpChange is a call of setwebviewdomain or setwebviewdomain_directly.
type MerchantJumpChange struct {
	ComponentAppid  string
	AuthorizerAppid string
	Action          string   // add, delete, set or get
	Domains         []string // nil: absent
}

// ChangeJumpDomains reads or changes the jump domains (业务域名) that a mini program has
// of its platform's, or below them, and returns all of them. Without an action all
// that the platform has are added.
//
// Errors, in the order of the checks: 40097 an action that is none, or one without
// domains (decided), 61003, 50002, 48001 an official account (decided), 89231, 89020,
// 89021, 89019, 89029.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/domain-management/api_modifyjumpdomain.html
func (s *Service) ChangeJumpDomains(ctx context.Context, in MerchantJumpChange) ([]string, error) {
	every := in.Action == ""
	if every {
		in.Action = "add"
	}
	source := func(m *MerchantSettings) []string { return m.JumpDomains.Third }
	return s.jumpDomains(ctx, &in, every, source, func(tx Tx, c *Component, m *MerchantSettings) ([]string, error) {
		own, err := thirdpartyDomains(ctx, tx, c.Appid, DomainJump)
		if err != nil {
			return nil, err
		}
		registered := own.registered()
		passed := cleanDomains(in.Domains)
		switch {
		case in.Action == "delete":
		case len(registered) == 0:
			return nil, Refuse(CodeNoJumpDomain, "the platform has no jump domains; add them with modify_wxa_jump_domain first")
		case every:
			passed = nil
			for _, host := range registered {
				passed = append(passed, "https://"+host)
			}
		default:
			if passed, err = platformJumpDomains(in.Domains, registered); err != nil {
				return nil, err
			}
		}
		next := changed(m.JumpDomains.Third, in.Action, passed)
		if slices.Equal(next, m.JumpDomains.Third) {
			return nil, Refuse(CodeJumpUnchanged, "nothing changes: the domains are there already, or not there to be deleted")
		}
		m.JumpDomains.Third = next
		return next, checkJumpCount(next)
	})
}

// platformJumpDomains takes domains that the platform has, or that lie below one it
// has: 89021 for any other.
func platformJumpDomains(items, registered []string) ([]string, error) {
	var passed []string
	for _, item := range items {
		clean, host, fault := merchantDomain("https://", DomainJump, item)
		if fault != domainFine || !within(host, registered) {
			return nil, Refuse(CodeJumpForeign, "%q is not https:// and a jump domain of the platform, or a sub-domain of one", clip(item))
		}
		if !slices.Contains(passed, clean) {
			passed = append(passed, clean)
		}
	}
	return passed, nil
}

// ChangeJumpDomainsDirectly reads or changes the jump domains that a mini program has
// besides, and returns all of them. Its page's error table is not readable: the codes
// are those of its siblings, all decided.
//
// Errors, in the order of the checks: 40097 an action that is none, or one without
// domains, 61003, 50002, 48001 an official account, 89231, 86100, 86101, 40097 no
// domain, 45082, -1 by the switch jump_domain_check, 89029.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/domain-management/api_modifyjumpdomaindirectly.html
func (s *Service) ChangeJumpDomainsDirectly(ctx context.Context, in MerchantJumpChange) ([]string, error) {
	source := func(m *MerchantSettings) []string { return m.JumpDomains.Direct }
	return s.jumpDomains(ctx, &in, false, source, func(_ Tx, c *Component, m *MerchantSettings) ([]string, error) {
		passed := cleanDomains(in.Domains)
		if in.Action != "delete" {
			var err error
			if passed, err = directDomains(c, "https://", DomainJump, in.Domains); err != nil {
				return nil, err
			}
			if len(passed) > 0 && c.Settings.Switches.JumpDomainCheck == "fail" {
				return nil, Refuse(CodeSystemError, "the check file of get_webviewdomain_confirmfile is not there (switch jump_domain_check)")
			}
		}
		m.JumpDomains.Direct = changed(m.JumpDomains.Direct, in.Action, passed)
		return m.JumpDomains.Direct, checkJumpCount(m.JumpDomains.Direct)
	})
}

func checkJumpCount(list []string) error {
	if n := len(list); n > MaxMerchantJumpDomains {
		return Refuse(CodeJumpCount, "that makes %d jump domains, at most %d are allowed", n, MaxMerchantJumpDomains)
	}
	return nil
}

// jumpDomains does what the two calls have in common; source is the list that get
// reads.
func (s *Service) jumpDomains(ctx context.Context, in *MerchantJumpChange, every bool, source func(*MerchantSettings) []string, change func(Tx, *Component, *MerchantSettings) ([]string, error)) ([]string, error) {
	if err := checkAction(in.Action); err != nil {
		return nil, err
	}
	if in.Action == "get" {
		return viewSettings(ctx, s, in.ComponentAppid, in.AuthorizerAppid, func(_ Reader, a *Authorizer, m *MerchantSettings) ([]string, error) {
			return source(m), a.onlyMiniprogram()
		})
	}
	if in.Domains == nil && !every {
		return nil, Refuse(CodeInvalidArgs, "action %s needs webviewdomain", in.Action)
	}
	return changeSettings(ctx, s, in.ComponentAppid, in.AuthorizerAppid, func(tx Tx, c *Component, a *Authorizer, m *MerchantSettings) ([]string, error) {
		if err := a.onlyMiniprogram(); err != nil {
			return nil, err
		}
		if a.Personal() {
			return nil, Refuse(CodeNotForPersons, "%s is a person's mini program (profile.principal_name or register_type)", a.Appid)
		}
		return change(tx, c, m)
	})
}

// Personal reports whether the account is a person's. One that does not say whose it
// is counts as an enterprise's.
func (a *Authorizer) Personal() bool {
	return a.Profile.PrincipalName == "个人" || a.Profile.RegisterType == registerTypePersonal
}

// onlyMiniprogram refuses an official account: 48001 (decided).
func (a *Authorizer) onlyMiniprogram() error {
	if a.OfficialAccount() {
		return Refuse(CodeAPIUnauthorized, "%s is an official account; this call takes the token of a mini program", a.Appid)
	}
	return nil
}

// MerchantConfirmFile returns name and content of the check file that is to lie at
// the root of jump domains that are set directly. They are made when they are asked
// for first, and stay.
//
// Errors: 61003, 50002, 48001 an official account (decided).
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/domain-management/getJumpDomainConfirmFile.html
func (s *Service) MerchantConfirmFile(ctx context.Context, component, authorizer string) (name, content string, err error) {
	m, err := s.MerchantSettings(ctx, component, authorizer)
	if err == nil && m.ConfirmName != "" {
		return m.ConfirmName, m.ConfirmContent, nil
	}
	if err != nil {
		return "", "", err
	}
	m, err = changeSettings(ctx, s, component, authorizer, func(_ Tx, _ *Component, a *Authorizer, m *MerchantSettings) (MerchantSettings, error) {
		if err := a.onlyMiniprogram(); err != nil || m.ConfirmName != "" {
			return *m, err
		}
		letters, err := s.letters(10)
		if err != nil {
			return *m, err
		}
		m.ConfirmName = letters + ".txt"
		m.ConfirmContent, err = s.hexDigits(32)
		return *m, err
	})
	return m.ConfirmName, m.ConfirmContent, err
}
