package platform

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Merchant is a merchant's account together with its settings.
type Merchant struct {
	Authorizer
	Settings MerchantSettings
}

// MerchantDeclaration is what is declared of a merchant's settings. What is nil is not
// named.
type MerchantDeclaration struct {
	PrivateInfos []string
	Plugins      []MerchantPlugin
	Testers      []string
	Privacy      *PrivacyDeclaration
	// CategoryAudits are declared by the management side alone.
	CategoryAudits []CategoryAudit
}

// PrivacyDeclaration is a privacy guideline as it is declared.
type PrivacyDeclaration struct {
	Owner  PrivacyOwner `json:"owner_setting" yaml:"owner_setting"`
	Uses   []PrivacyUse `json:"setting_list" yaml:"setting_list"`
	Online bool         `json:"online" yaml:"online"` // it was released already
}

// Declared is what a guideline would be declared as; nil if there is none.
func (m *MerchantSettings) Declared() *PrivacyDeclaration {
	g := m.Privacy
	if g == nil {
		g = m.PrivacyOnline
	}
	if g == nil {
		return nil
	}
	return &PrivacyDeclaration{Owner: g.Owner, Uses: g.Uses, Online: m.PrivacyOnline != nil}
}

// Problems lists everything wrong with a declaration, one sentence each.
func (d *MerchantDeclaration) Problems() []string {
	var errs []error
	for _, name := range d.PrivateInfos {
		if !slices.ContainsFunc(PrivacyInterfaces(), func(i PrivacyInterface) bool { return i.Name == name }) {
			errs = append(errs, Invalidf("private_infos has %q, must be one of %s", name, strings.Join(interfaceNames(), ", ")))
		}
	}
	for _, p := range d.Plugins {
		if !ValidAppid(p.Appid) {
			errs = append(errs, Invalidf("plugins has the appid %q, must be wx and 16 lower-case hex digits", p.Appid))
		}
		for _, v := range p.Versions {
			errs = append(errs, text("plugins.versions", v, 64))
		}
	}
	if n := len(d.Testers); n > MaxTesters {
		errs = append(errs, Invalidf("testers has %d entries, at most %d are allowed", n, MaxTesters))
	}
	for i, id := range d.Testers {
		if id == "" || slices.Contains(d.Testers[:i], id) {
			errs = append(errs, Invalidf("testers has %q, must be WeChat ids, each once", id))
		}
		errs = append(errs, text("testers", id, maxWechatID))
	}
	for _, c := range d.CategoryAudits {
		if c.Status != CategoryAuditing && c.Status != CategoryRejected {
			errs = append(errs, Invalidf("category_audits has the status %q, must be %s or %s", c.Status, CategoryAuditing, CategoryRejected))
		}
		errs = append(errs, text("category_audits.first", c.First, 64), text("category_audits.second", c.Second, 64), text("category_audits.reason", c.Reason, maxAuditReason))
	}
	if p := d.Privacy; p != nil {
		errs = append(errs, checkGuideline(&p.Owner, p.Uses))
		if !storeExpire(p.Owner.StoreExpire) {
			errs = append(errs, Invalidf("privacy.owner_setting.store_expire_timestamp is %q, must be digits and 天, like 30天", p.Owner.StoreExpire))
		}
	}
	return sentences(errs...)
}

func interfaceNames() []string {
	var out []string
	for _, i := range PrivacyInterfaces() {
		out = append(out, i.Name)
	}
	return out
}

// Apply puts what a declaration names into the settings.
func (d *MerchantDeclaration) Apply(m *MerchantSettings, r Reader) {
	if d.PrivateInfos != nil {
		m.PrivateInfos = d.PrivateInfos
	}
	if d.Plugins != nil {
		m.Plugins = d.Plugins
	}
	if d.Testers != nil {
		m.Testers = d.Testers
	}
	if d.CategoryAudits != nil {
		m.CategoryAudits = d.CategoryAudits
	}
	if p := d.Privacy; p != nil {
		m.Privacy = &PrivacyGuideline{Owner: p.Owner, Uses: p.Uses, UpdatedAt: r.Now()}
		m.PrivacyOnline = nil
		if p.Online {
			online := *m.Privacy
			m.PrivacyOnline = &online
		}
	}
}

// MerchantChange changes an account and its settings; the Reader tells the time.
type MerchantChange func(r Reader, a *Authorizer, m *MerchantSettings) error

// Merchant returns one merchant of a component.
func (s *Service) Merchant(ctx context.Context, component, appid string) (Merchant, error) {
	return view(ctx, s.store, func(r Reader) (Merchant, error) {
		if _, err := r.Component(ctx, component); err != nil {
			return Merchant{}, orMissing(err, "there is no component %s", component)
		}
		a, err := r.Authorizer(ctx, component, appid)
		if err != nil {
			return Merchant{}, orMissing(err, "component %s has no authorizer %s", component, appid)
		}
		return withSettings(ctx, r, a)
	})
}

func withSettings(ctx context.Context, r Reader, a *Authorizer) (Merchant, error) {
	m, err := merchantSettings(ctx, r, a.ComponentAppid, a.Appid)
	if err != nil {
		return Merchant{}, err
	}
	return Merchant{*a, *m}, nil
}

// Merchants lists a component's merchants by appid.
func (s *Service) Merchants(ctx context.Context, component, after string, limit int) ([]Merchant, error) {
	return view(ctx, s.store, func(r Reader) ([]Merchant, error) {
		if _, err := r.Component(ctx, component); err != nil {
			return nil, orMissing(err, "there is no component %s", component)
		}
		rows, err := r.Authorizers(ctx, component, after, limit)
		if err != nil || len(rows) == 0 {
			return nil, err
		}
		settings, err := r.MerchantSettingsBetween(ctx, component, after, rows[len(rows)-1].Appid)
		if err != nil {
			return nil, err
		}
		out := make([]Merchant, len(rows))
		for i, a := range rows {
			out[i] = Merchant{a, MerchantSettings{ComponentAppid: a.ComponentAppid, AuthorizerAppid: a.Appid}}
			if len(settings) > 0 && settings[0].AuthorizerAppid == a.Appid {
				out[i].Settings, settings = settings[0], settings[1:]
			}
		}
		return out, nil
	})
}

// ChangeMerchant is [Service.ChangeAuthorizer] with the settings: both change, or
// neither does.
func (s *Service) ChangeMerchant(ctx context.Context, component, appid string, change MerchantChange) (Merchant, error) {
	return update(ctx, s.store, component, func(tx Tx, c *Component) (Merchant, error) {
		a, err := tx.Authorizer(ctx, c.Appid, appid)
		if err != nil {
			return Merchant{}, orMissing(err, "component %s has no authorizer %s", component, appid)
		}
		before := *a
		out, err := withSettings(ctx, tx, a)
		if err != nil {
			return Merchant{}, err
		}
		if err := change(tx, &out.Authorizer, &out.Settings); err != nil {
			return Merchant{}, err
		}
		if err := out.settle(&before); err != nil {
			return Merchant{}, err
		}
		err = putMerchant(ctx, tx, &out)
		return out, err
	})
}

// PutMerchant is [Service.PutAuthorizer] with the settings: both are stored, or
// neither is.
func (s *Service) PutMerchant(ctx context.Context, a Authorizer, change MerchantChange) (Merchant, error) {
	var err error
	if a, err = s.nameAuthorizer(a); err != nil {
		return Merchant{}, err
	}
	return update(ctx, s.store, a.ComponentAppid, func(tx Tx, c *Component) (Merchant, error) {
		a := a // it may run again
		if err := s.placeAuthorizer(ctx, tx, c, &a); err != nil {
			return Merchant{}, err
		}
		out, err := withSettings(ctx, tx, &a)
		if err != nil {
			return Merchant{}, err
		}
		if err := change(tx, &out.Authorizer, &out.Settings); err != nil {
			return Merchant{}, err
		}
		return out, tx.PutMerchantSettings(ctx, &out.Settings)
	})
}

func putMerchant(ctx context.Context, tx Tx, m *Merchant) error {
	if err := tx.PutAuthorizer(ctx, &m.Authorizer); err != nil {
		return err
	}
	return tx.PutMerchantSettings(ctx, &m.Settings)
}

// SeedMerchant makes declared settings of a merchant so. Rights - private_infos and
// plugins - are taken over each time. Testers and the guideline, which calls change,
// are made once for each key. [ErrSeeded] says that nothing has changed.
func (s *Service) SeedMerchant(ctx context.Context, component, appid string, d MerchantDeclaration, testersKey, privacyKey string) error {
	if problems := d.Problems(); len(problems) > 0 {
		return Invalidf("%s", strings.Join(problems, "; "))
	}
	_, err := update(ctx, s.store, component, func(tx Tx, c *Component) (struct{}, error) {
		d := d
		old, err := merchantSettings(ctx, tx, c.Appid, appid)
		if err != nil {
			return struct{}{}, err
		}
		for _, once := range []struct {
			key    string
			named  bool
			forget func()
		}{
			{testersKey, d.Testers != nil, func() { d.Testers = nil }},
			{privacyKey, d.Privacy != nil, func() { d.Privacy = nil }},
		} {
			if !once.named {
				continue
			}
			if err := markSeed(ctx, tx, c.Appid, once.key); errors.Is(err, ErrSeeded) {
				once.forget()
			} else if err != nil {
				return struct{}{}, err
			}
		}
		next := *old
		d.Apply(&next, tx)
		if same, err := sameSettings(&next, old); err != nil || same {
			return struct{}{}, cmp.Or(err, ErrSeeded)
		}
		return struct{}{}, tx.PutMerchantSettings(ctx, &next)
	})
	return err
}

// sameSettings compares settings as they are stored.
func sameSettings(a, b *MerchantSettings) (bool, error) {
	first, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	second, err := json.Marshal(b)
	return bytes.Equal(first, second), err
}
