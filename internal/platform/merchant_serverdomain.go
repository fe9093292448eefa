package platform

import (
	"context"
	"slices"
	"time"
)

// MerchantDomainChange is a call of modify_domain or modify_domain_directly.
type MerchantDomainChange struct {
	ComponentAppid  string
	AuthorizerAppid string
	Action          string        // add, delete, set or get
	Domains         ServerDomains // kinds that the call does not name are absent
}

// MerchantDomainChanged is what comes of it.
type MerchantDomainChanged struct {
	Domains ServerDomains // all of the same source
	Invalid ServerDomains // those refused: against the rules, or not the platform's
	NoICP   []string      // those refused that have no ICP filing
}

// ChangeServerDomains reads or changes the server domains that a mini program has of
// its platform's. Those that are refused are told; the others count. A kind of which
// set leaves none stays as it is.
//
// Errors, in the order of the checks: 40097 an action that is none (decided), 61003,
// 50002, 85015 an official account, 85016 over 200 of a kind, and when nothing
// changes 85303, 85302, 85301, 85018 or 85017, then 86102 over 50 changes a month
// (listed for the direct call).
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/domain-management/api_modifyserverdomain.html
func (s *Service) ChangeServerDomains(ctx context.Context, in MerchantDomainChange) (MerchantDomainChanged, error) {
	source := func(m *MerchantSettings) ServerDomains { return m.ServerDomains.Third }
	return s.serverDomains(ctx, &in, source, func(tx Tx, c *Component, m *MerchantSettings) (MerchantDomainChanged, error) {
		own, err := thirdpartyDomains(ctx, tx, c.Appid, DomainServer)
		if err != nil {
			return MerchantDomainChanged{}, err
		}
		f := domainFilter{registered: own.registered(), noICP: c.Settings.Switches.NoICPDomains}
		out := MerchantDomainChanged{Invalid: ServerDomains{}}
		next, err := in.applied(m.ServerDomains.Third, func(kind ServerDomainKind, items []string) ([]string, error) {
			passed, invalid := f.pass(kind, items)
			if len(invalid) > 0 {
				out.Invalid[kind] = invalid
			}
			return passed, nil
		})
		if err != nil {
			return out, err
		}
		if next == nil {
			return out, f.nothing()
		}
		m.ServerDomains.Third, out.Domains, out.NoICP = next, next, f.without
		return out, m.countDomains(tx.Now())
	})
}

// ChangeServerDomainsDirectly reads or changes the server domains that a mini program
// has besides. They need not be the platform's. One that is refused refuses all;
// a change that changes nothing is fine, and counts as none.
//
// Errors, in the order of the checks: 40097 an action that is none (decided), 61003,
// 50002, 85015, 40097 no domains at all (decided), 86100 another scheme, 86101 the service's own host,
// 40097 no domain (decided), 45082, 85016, 86102.
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/domain-management/modifyServerDomainDirectly.html
func (s *Service) ChangeServerDomainsDirectly(ctx context.Context, in MerchantDomainChange) (MerchantDomainChanged, error) {
	source := func(m *MerchantSettings) ServerDomains { return m.ServerDomains.Direct }
	return s.serverDomains(ctx, &in, source, func(tx Tx, c *Component, m *MerchantSettings) (MerchantDomainChanged, error) {
		if len(in.Domains) == 0 {
			return MerchantDomainChanged{}, Refuse(CodeInvalidArgs, "action %s needs domains", in.Action)
		}
		next, err := in.applied(m.ServerDomains.Direct, func(kind ServerDomainKind, items []string) ([]string, error) {
			return directDomains(c, kind.scheme(), DomainServer, items)
		})
		if err != nil || next == nil {
			return MerchantDomainChanged{Domains: m.ServerDomains.Direct}, err
		}
		m.ServerDomains.Direct = next
		return MerchantDomainChanged{Domains: next}, m.countDomains(tx.Now())
	})
}

// serverDomains does what the two calls have in common; source is the list that get
// reads.
func (s *Service) serverDomains(ctx context.Context, in *MerchantDomainChange, source func(*MerchantSettings) ServerDomains, change func(Tx, *Component, *MerchantSettings) (MerchantDomainChanged, error)) (MerchantDomainChanged, error) {
	if err := checkAction(in.Action); err != nil {
		return MerchantDomainChanged{}, err
	}
	check := func(a *Authorizer) error {
		if a.OfficialAccount() {
			return Refuse(CodeNoMiniprogram, "%s is an official account", a.Appid)
		}
		return nil
	}
	if in.Action == "get" {
		return viewSettings(ctx, s, in.ComponentAppid, in.AuthorizerAppid, func(_ Reader, a *Authorizer, m *MerchantSettings) (MerchantDomainChanged, error) {
			return MerchantDomainChanged{Domains: source(m)}, check(a)
		})
	}
	return changeSettings(ctx, s, in.ComponentAppid, in.AuthorizerAppid, func(tx Tx, c *Component, a *Authorizer, m *MerchantSettings) (MerchantDomainChanged, error) {
		if err := check(a); err != nil {
			return MerchantDomainChanged{}, err
		}
		return change(tx, c, m)
	})
}

// applied returns the lists after the action; nil if nothing changes. pass chooses
// those of a kind that may be set.
func (in *MerchantDomainChange) applied(before ServerDomains, pass func(ServerDomainKind, []string) ([]string, error)) (ServerDomains, error) {
	next, changes := ServerDomains{}, false
	for _, kind := range ServerDomainKinds() {
		next[kind] = before[kind]
		items, given := in.Domains[kind]
		if !given {
			continue
		}
		passed, err := cleanDomains(items), error(nil)
		if in.Action != "delete" {
			passed, err = pass(kind, items)
		}
		if err != nil {
			return nil, err
		}
		if in.Action == "set" && len(passed) == 0 && len(items) > 0 {
			continue
		}
		next[kind] = changed(before[kind], in.Action, passed)
		if n := len(next[kind]); n > MaxMerchantServerDomains {
			return nil, Refuse(CodeDomainCount, "that makes %d of %s, at most %d are allowed", n, kind, MaxMerchantServerDomains)
		}
		changes = changes || !slices.Equal(before[kind], next[kind])
	}
	if !changes {
		return nil, nil //nolint:nilnil // nothing changes, which is no error here
	}
	return next, nil
}

// countDomains counts a change of the month, and refuses one too many: 86102.
func (m *MerchantSettings) countDomains(now time.Time) error {
	counted := ThirdpartyDomains{Month: m.DomainMonth, Changes: m.DomainChanges}
	err := counted.count(now)
	m.DomainMonth, m.DomainChanges = counted.Month, counted.Changes
	return err
}

// domainFilter sorts out domains that may not be set, and remembers why.
type domainFilter struct {
	registered, noICP []string
	broken, foreign   bool     // some were against the rules, some not the platform's
	without           []string // no ICP filing
}

func (f *domainFilter) pass(kind ServerDomainKind, items []string) (passed, invalid []string) {
	for _, item := range items {
		clean, host, fault := merchantDomain(kind.scheme(), DomainServer, item)
		switch {
		case fault != domainFine:
			f.broken = true
			invalid = append(invalid, item)
		case !slices.Contains(f.registered, host):
			f.foreign = true
			invalid = append(invalid, item)
		case within(host, f.noICP):
			f.without = append(f.without, item)
		case !slices.Contains(passed, clean):
			passed = append(passed, clean)
		}
	}
	return passed, invalid
}

// nothing is the refusal when no change is left. Which case goes with which code the
// page says for the ICP filing and the rules; 85018 for a platform without domains is
// decided.
func (f *domainFilter) nothing() error {
	switch {
	case f.broken && len(f.without) > 0:
		return Refuse(CodeDomainRuleAndICP, "none is left: some domains are not scheme and host, and %d have no ICP filing (switch no_icp_domains)", len(f.without))
	case len(f.without) > 0:
		return Refuse(CodeDomainNoICP, "none is left: %d domains have no ICP filing (switch no_icp_domains)", len(f.without))
	case f.broken:
		return Refuse(CodeDomainRule, "none is left: domains are a scheme and a host, like https://www.example.com, no IP address and not %s", ownHost)
	case f.foreign && len(f.registered) == 0:
		return Refuse(CodeDomainForeign, "the platform has no server domains; add them with modify_wxa_server_domain first")
	case f.foreign:
		return Refuse(CodeDomainUnchanged, "none is left: the platform has no such server domains; add them with modify_wxa_server_domain first")
	}
	return Refuse(CodeDomainUnchanged, "nothing changes: no domains were given, or they are there already, or not there to be deleted")
}

// directDomains checks domains of which each must be fine.
//
// Errors: 86100, 86101, 40097 (decided), 45082.
func directDomains(c *Component, scheme string, kind DomainKind, items []string) ([]string, error) {
	var passed []string
	for _, item := range items {
		clean, host, fault := merchantDomain(scheme, kind, item)
		switch {
		case fault == domainScheme:
			return nil, Refuse(CodeDomainProtocol, "%q does not begin with %s", clip(item), scheme)
		case fault == domainOwnHost:
			return nil, Refuse(CodeDomainOwnHost, "%q is the service's own host", clip(item))
		case fault != domainFine:
			return nil, Refuse(CodeInvalidArgs, "%q is not %s and a host name", clip(item), scheme)
		case within(host, c.Settings.Switches.NoICPDomains):
			return nil, Refuse(CodeDomainICPLicense, "%q has no ICP filing (switch no_icp_domains)", clip(item))
		case !slices.Contains(passed, clean):
			passed = append(passed, clean)
		}
	}
	return passed, nil
}
