package platform

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// DomainChange is a call of modify_wxa_server_domain or modify_wxa_jump_domain.
type DomainChange struct {
	ComponentAppid string
	Kind           DomainKind
	Action         string  // add, delete, set or get
	Domains        *string // joined with semicolons; nil: absent
	Published      bool    // is_modify_published_together
}

// DomainChanged is what comes of it.
type DomainChanged struct {
	Domains   ThirdpartyDomains
	Invalid   []string // those that were refused, as they were given
	Published bool     // the component was published, so it has published domains
}

// ChangeThirdpartyDomains reads or changes a component's own domains. Those that are
// refused are told; the others count. Deleting one that is not there is fine.
//
// Errors, in the order of the checks: 40097 an action that is none, or no domains
// (decided), 61028 published ones of an unpublished component, 86102 over 50 changes a
// month and 85016 too many domains (both unconfirmed, as for mini programs), -1 by the
// switch jump_domain_check.
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/domain-mgnt/api_modifythirdpartyserverdomain
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/domain-mgnt/api_modifythirdpartyjumpdomain
func (s *Service) ChangeThirdpartyDomains(ctx context.Context, in DomainChange) (DomainChanged, error) {
	switch in.Action {
	case "get":
		return view(ctx, s.store, func(r Reader) (DomainChanged, error) {
			c, err := r.Component(ctx, in.ComponentAppid)
			if err != nil {
				return DomainChanged{}, orMissing(err, "there is no component %s", in.ComponentAppid)
			}
			d, err := thirdpartyDomains(ctx, r, c.Appid, in.Kind)
			if err != nil {
				return DomainChanged{}, err
			}
			return DomainChanged{*d, nil, c.published()}, nil
		})
	case "add", "delete", "set":
	default:
		return DomainChanged{}, Refuse(CodeInvalidArgs, "action is %q, must be add, delete, set or get", clip(in.Action))
	}
	if in.Domains == nil || in.Action != "set" && strings.Trim(*in.Domains, "; \t\r\n") == "" {
		return DomainChanged{}, Refuse(CodeInvalidArgs, "action %s needs domains", in.Action)
	}
	valid, invalid := splitDomains(in.Kind, *in.Domains)
	return update(ctx, s.store, in.ComponentAppid, func(tx Tx, c *Component) (DomainChanged, error) {
		d, err := thirdpartyDomains(ctx, tx, c.Appid, in.Kind)
		if err != nil {
			return DomainChanged{}, err
		}
		if err := c.changeDomains(d, &in, valid, tx.Now()); err != nil {
			return DomainChanged{}, err
		}
		return DomainChanged{*d, invalid, c.published()}, tx.PutThirdpartyDomains(ctx, d)
	})
}

func (c *Component) published() bool { return c.Settings.Switches.Published == "yes" }

// changeDomains applies a change to the lists.
func (c *Component) changeDomains(d *ThirdpartyDomains, in *DomainChange, domains []string, now time.Time) error {
	if in.Published && !c.published() {
		return Refuse(CodeComponentUnpublished, "component %s is not published (switch published)", c.Appid)
	}
	if err := d.count(now); err != nil {
		return err
	}
	lists := []*[]string{&d.Testing}
	if in.Published {
		lists = append(lists, &d.Published)
	}
	for _, list := range lists {
		if *list = changed(*list, in.Action, domains); len(*list) > in.Kind.most() {
			return Refuse(CodeDomainCount, "that makes %d domains, at most %d are allowed", len(*list), in.Kind.most())
		}
	}
	if in.Kind == DomainJump && in.Action != "delete" && len(domains) > 0 && c.Settings.Switches.JumpDomainCheck == "fail" {
		return Refuse(CodeSystemError, "the check file of get_domain_confirmfile is not there (switch jump_domain_check)")
	}
	return nil
}

// count counts a change of the month, and refuses one too many: 86102.
func (d *ThirdpartyDomains) count(now time.Time) error {
	y, m, _ := now.In(UTC8).Date()
	if month := 12*y + int(m); month != d.Month {
		d.Month, d.Changes = month, 0
	}
	if d.Changes >= DomainChangesAMonth {
		return Refuse(CodeDomainChanges, "the domains were changed %d times this month, the most that is allowed; a month ends at 00:00 UTC+8", d.Changes)
	}
	d.Changes++
	return nil
}

// changed returns a list after an action.
func changed(list []string, action string, domains []string) []string {
	switch action {
	case "set":
		return domains
	case "delete":
		return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(domains, s) })
	}
	out := slices.Clone(list)
	for _, d := range domains {
		if !slices.Contains(list, d) {
			out = append(out, d)
		}
	}
	return out
}

// thirdpartyDomains returns the lists of a kind, empty ones if there are none.
func thirdpartyDomains(ctx context.Context, r Reader, component string, kind DomainKind) (*ThirdpartyDomains, error) {
	d, err := r.ThirdpartyDomains(ctx, component, kind)
	if errors.Is(err, ErrNotFound) {
		return &ThirdpartyDomains{ComponentAppid: component, Kind: kind}, nil
	}
	return d, err
}

// JumpConfirmFile returns name and content of the check file that is to lie at the
// root of every jump domain. They are made when they are asked for first, and stay.
// https://developers.weixin.qq.com/doc/oplatform/openApi/thirdparty-management/domain-mgnt/api_getthirdpartyjumpdomainconfirmfile
func (s *Service) JumpConfirmFile(ctx context.Context, component string) (name, content string, err error) {
	d, err := view(ctx, s.store, func(r Reader) (*ThirdpartyDomains, error) { return thirdpartyDomains(ctx, r, component, DomainJump) })
	if err == nil && d.ConfirmName == "" {
		d, err = s.makeConfirmFile(ctx, component)
	}
	if err != nil {
		return "", "", err
	}
	return d.ConfirmName, d.ConfirmContent, nil
}

func (s *Service) makeConfirmFile(ctx context.Context, component string) (*ThirdpartyDomains, error) {
	return update(ctx, s.store, component, func(tx Tx, c *Component) (*ThirdpartyDomains, error) {
		d, err := thirdpartyDomains(ctx, tx, c.Appid, DomainJump)
		if err != nil || d.ConfirmName != "" {
			return d, err
		}
		letters, err := s.letters(10)
		if err != nil {
			return nil, err
		}
		d.ConfirmName = letters + ".txt"
		if d.ConfirmContent, err = s.hexDigits(32); err != nil {
			return nil, err
		}
		return d, tx.PutThirdpartyDomains(ctx, d)
	})
}

// letters returns n random letters and digits, as the name of the file in the page's
// example has them.
func (s *Service) letters(n int) (string, error) {
	var out string
	for len(out) < n {
		more, err := s.urlSafe(4 * n)
		if err != nil {
			return "", err
		}
		out += strings.NewReplacer("-", "", "_", "").Replace(more)
	}
	return out[:n], nil
}
