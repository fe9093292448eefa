package platform

import (
	"context"
	"errors"
	"slices"
)

// MerchantSettings are what a merchant's mini program has set around its code, with
// one component. A merchant without any has the zero value, which lets everything
// pass.
type MerchantSettings struct {
	ComponentAppid  string `json:"-"`
	AuthorizerAppid string `json:"-"`

	ServerDomains MerchantDomains[ServerDomains] `json:"server_domains"`
	JumpDomains   MerchantDomains[[]string]      `json:"jump_domains"`
	// DomainMonth is the month of the last change of server domains in UTC+8, 12 ×
	// year + month; DomainChanges counts those of that month.
	DomainMonth   int `json:"domain_month,omitempty"`
	DomainChanges int `json:"domain_changes,omitempty"`
	// ConfirmName and ConfirmContent are the check file of jump domains that are set
	// directly; empty until it is asked for.
	ConfirmName    string `json:"confirm_name,omitempty"`
	ConfirmContent string `json:"confirm_content,omitempty"`

	// CategoryAudits are the categories whose own audit has not passed; all others of
	// the account's have.
	CategoryAudits []CategoryAudit `json:"category_audits,omitempty"`

	Testers []string         `json:"testers,omitempty"` // WeChat ids, in order of their binding
	Plugins []MerchantPlugin `json:"plugins"`           // nil: any plugin in any version
	// PrivateInfos are the location interfaces that the mini program holds, named as
	// in requiredPrivateInfos; nil: all of them. What was applied for and passed is
	// held beside them, see [MerchantSettings.HoldsPrivateInfo].
	PrivateInfos []string             `json:"private_infos"`
	Applications []PrivacyApplication `json:"applications,omitempty"` // the newest of each interface
	// Privacy is the development version of the privacy guideline, PrivacyOnline that
	// of the released version; nil: there is none.
	Privacy       *PrivacyGuideline `json:"privacy,omitempty"`
	PrivacyOnline *PrivacyGuideline `json:"privacy_online,omitempty"`
	PrivacyFiles  []string          `json:"privacy_files,omitempty"` // ext_file_media_ids, newest last
}

// Released is what a release through the platform makes of the settings: the domains
// and the guideline that were set through it come into force, and domains that the
// merchant had set elsewhere are gone.
func (m *MerchantSettings) Released() {
	server := ServerDomains{}
	for _, kind := range ServerDomainKinds() {
		server[kind] = changed(m.ServerDomains.Third[kind], "add", m.ServerDomains.Direct[kind])
	}
	m.ServerDomains.MP, m.ServerDomains.Effective = nil, server
	m.JumpDomains.MP = nil
	m.JumpDomains.Effective = changed(m.JumpDomains.Third, "add", m.JumpDomains.Direct)
	if m.Privacy != nil {
		online := *m.Privacy
		m.PrivacyOnline = &online
	}
}

// merchantSettings returns the settings of a merchant, those of one that has set
// nothing if there are none.
func merchantSettings(ctx context.Context, r Reader, component, authorizer string) (*MerchantSettings, error) {
	m, err := r.MerchantSettings(ctx, component, authorizer)
	if errors.Is(err, ErrNotFound) {
		return &MerchantSettings{ComponentAppid: component, AuthorizerAppid: authorizer}, nil
	}
	return m, err
}

// MerchantSettings returns the settings of a mini program whose authorization
// stands; those of one that has set nothing are the zero value.
//
// Errors: 61003, 50002, 48001 an official account (decided).
func (s *Service) MerchantSettings(ctx context.Context, component, authorizer string) (MerchantSettings, error) {
	return viewSettings(ctx, s, component, authorizer, func(_ Reader, a *Authorizer, m *MerchantSettings) (MerchantSettings, error) {
		return *m, a.onlyMiniprogram()
	})
}

// changeSettings changes the settings of a merchant whose authorization stands,
// under its component's lock.
//
// Errors: 61003, 50002, then those of change.
func changeSettings[T any](ctx context.Context, s *Service, component, authorizer string, change func(Tx, *Component, *Authorizer, *MerchantSettings) (T, error)) (T, error) {
	return update(ctx, s.store, component, func(tx Tx, c *Component) (T, error) {
		var none T
		a, err := standing(ctx, tx, c.Appid, authorizer)
		if err != nil {
			return none, err
		}
		m, err := merchantSettings(ctx, tx, c.Appid, authorizer)
		if err != nil {
			return none, err
		}
		out, err := change(tx, c, a, m)
		if err != nil {
			return none, err
		}
		return out, tx.PutMerchantSettings(ctx, m)
	})
}

// viewSettings reads the settings of a merchant whose authorization stands.
//
// Errors: 61003, 50002, then those of read.
func viewSettings[T any](ctx context.Context, s *Service, component, authorizer string, read func(Reader, *Authorizer, *MerchantSettings) (T, error)) (T, error) {
	return view(ctx, s.store, func(r Reader) (T, error) {
		var none T
		a, err := standing(ctx, r, component, authorizer)
		if err != nil {
			return none, err
		}
		m, err := merchantSettings(ctx, r, component, authorizer)
		if err != nil {
			return none, err
		}
		return read(r, a, m)
	})
}

// MerchantPlugin is a plugin that a merchant's code may use, or may not.
type MerchantPlugin struct {
	Appid    string   `json:"appid" yaml:"appid"`
	Versions []string `json:"versions,omitempty" yaml:"versions"` // those that there are; none: any
	Denied   bool     `json:"denied,omitempty" yaml:"denied"`     // there is one, but not for this merchant
}

// PluginFault tells with which code a plugin is refused that a merchant's code names:
// 80067 it does not exist, 80082 the merchant may not use it, 80066 it has no such
// version; 0 if it is fine.
func (m *MerchantSettings) PluginFault(appid, version string) int {
	if m.Plugins == nil {
		return 0
	}
	i := slices.IndexFunc(m.Plugins, func(p MerchantPlugin) bool { return p.Appid == appid })
	switch {
	case i < 0:
		return CodePluginNotFound
	case m.Plugins[i].Denied:
		return CodePluginDenied
	case len(m.Plugins[i].Versions) > 0 && !slices.Contains(m.Plugins[i].Versions, version):
		return CodePluginVersion
	}
	return 0
}
