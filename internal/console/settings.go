package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"draftbox/internal/platform"
)

// settingsTabs are the pages of the settings, in order; the first has no name in the
// address.
func settingsTabs() []string {
	return []string{"general", "miniprograms", "callbacks", "audit", "switches", "components", "display"}
}

// settingsView is a page of the settings.
type settingsView struct {
	Tabs []settingsTab
	Page any
}

type settingsTab struct {
	Key, Href string
	Current   bool
}

func settingsPath(component, tab string) string {
	if tab == "general" {
		return "/c/" + component + "/settings"
	}
	return "/c/" + component + "/settings/" + tab
}

// settingsPage makes a page of the settings.
func (a *Console) settingsPage(ctx context.Context, c *call, tab string, data any) (*answer, error) {
	v := settingsView{Page: data}
	for _, key := range settingsTabs() {
		v.Tabs = append(v.Tabs, settingsTab{key, settingsPath(c.component, key), key == tab})
	}
	out, err := a.framed(ctx, c, "settings", c.texts.must("nav.settings")+" · "+c.texts.named("settings_tab", tab), v)
	if err != nil {
		return nil, err
	}
	out.template = "settings-" + tab
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		out.view.Path = settingsPath(c.component, tab)
	}
	return out, nil
}

// generalView is what a component is known by.
type generalView struct {
	Name, AuthPageDomain, IPAllowlist string
	Credentials                       []credentialView
	Revealed                          bool
	Counts                            platform.ComponentCounts
	Merchants                         int
}

// credentialView is one of a component's secrets, masked unless they are shown.
type credentialView struct {
	Key   platform.Credential
	Text  string
	Shape string // a pattern for the form
}

func (a *Console) settings(ctx context.Context, c *call) (*answer, error) {
	return a.generalSettings(ctx, c, false)
}

// revealSettings shows the credentials whole, and writes that down.
func (a *Console) revealSettings(ctx context.Context, c *call) (*answer, error) {
	return a.generalSettings(ctx, c, true)
}

func (a *Console) generalSettings(ctx context.Context, c *call, reveal bool) (*answer, error) {
	comp, err := a.service.Component(ctx, c.component)
	if err != nil {
		return nil, err
	}
	v := generalView{
		Name: c.typed("name", comp.Name), AuthPageDomain: c.typed("auth_page_domain", comp.Settings.AuthPageDomain),
		IPAllowlist: c.typed("ip_allowlist", strings.Join(comp.IPAllowlist, "\n")), Revealed: reveal,
	}
	show := platform.Mask
	if reveal {
		show = func(s string) string { return s }
		a.noteReveal(c, comp.Appid, "component "+comp.Appid)
	}
	v.Credentials = []credentialView{
		{platform.CredentialSecret, show(comp.Secret), "[0-9a-f]{32}"},
		{platform.CredentialToken, show(comp.Token), "[0-9A-Za-z]{3,32}"},
		{platform.CredentialAESKey, show(comp.EncodingAESKey), "[0-9A-Za-z]{43}"},
	}
	if v.Counts, err = a.service.Counts(ctx, c.component); err != nil {
		return nil, err
	}
	merchants, err := a.accountsOf(ctx, c.component)
	if err != nil {
		return nil, err
	}
	v.Merchants = len(merchants)
	return a.settingsPage(ctx, c, "general", v)
}

// saveSettings takes the name, the allow-list and the domain over.
func (a *Console) saveSettings(ctx context.Context, c *call) (*answer, error) {
	_, err := a.service.ChangeComponent(ctx, c.component, func(comp *platform.Component) error {
		comp.Name, comp.IPAllowlist = strings.TrimSpace(c.form.Get("name")), lines(c.form.Get("ip_allowlist"))
		comp.Settings.AuthPageDomain = strings.TrimSpace(c.form.Get("auth_page_domain"))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return done(settingsPath(c.component, "general"), "saved", ""), nil
}

// changeCredential sets one of the secrets, or makes it anew where the form is empty.
func (a *Console) changeCredential(ctx context.Context, c *call) (*answer, error) {
	which, value := platform.Credential(c.r.PathValue("credential")), strings.TrimSpace(c.form.Get("value"))
	var err error
	if value == "" {
		_, err = a.service.RenewCredential(ctx, c.component, which)
	} else {
		_, err = a.service.ChangeComponent(ctx, c.component, func(comp *platform.Component) error {
			switch which {
			case platform.CredentialSecret:
				comp.Secret = value
			case platform.CredentialToken:
				comp.Token = value
			case platform.CredentialAESKey:
				comp.EncodingAESKey = value
			default:
				return &refusal{http.StatusNotFound, "told.nothing"}
			}
			return nil
		})
	}
	if err != nil {
		return nil, err
	}
	a.log.InfoContext(ctx, "a credential was changed, the former is void", "component", c.component, "credential", string(which), "client", clientIP(c.r))
	return done(settingsPath(c.component, "general"), "credential_changed", url.QueryEscape(c.texts.named("credential", string(which)))), nil
}

// deleteComponent removes a component, and shows what is left.
func (a *Console) deleteComponent(ctx context.Context, c *call) (*answer, error) {
	gone := c.component
	if err := a.service.DeleteComponent(ctx, gone); err != nil {
		return nil, err
	}
	rest, err := a.service.Components(ctx, "", 1)
	if err != nil || len(rest) == 0 {
		return seeOther("/"), err
	}
	return done(settingsPath(rest[0].Appid, "components"), "component_deleted", gone), nil
}

// typed is what a refused form had in a field, so that nobody types it twice; else the
// value as it stands.
func (c *call) typed(field, value string) string {
	if c.r.Method == http.MethodPost && c.r.PostForm.Has(field) {
		return strings.ReplaceAll(c.r.PostForm.Get(field), "\r\n", "\n")
	}
	return value
}

// lines takes a text apart, one entry a line; blank ones are left out.
func lines(text string) []string {
	out := []string{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// Goes names what is deleted with the component.
func (v generalView) Goes(t *view) (string, error) {
	return t.T("settings.goes", "drafts", v.Counts.Drafts, "templates", v.Counts.Templates, "devs", v.Counts.DevMiniprograms, "merchants", v.Merchants)
}
