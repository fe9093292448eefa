package config

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"draftbox/internal/platform"
)

// ApplyOptions set where Apply keeps what the store does not.
type ApplyOptions struct {
	// KeysDir gets the private half of each upload key pair that is made, as
	// APPID.private.pem. Empty: no pair is made, since its use would be lost.
	KeysDir string
	// TempDir is where large packages are kept while they are stored; empty is
	// the system's.
	TempDir string
}

// Report says what Apply has changed. An empty one says that everything was
// there already.
type Report struct {
	Made        []string // appids of components that were made
	Changed     []string // appids of components with changed settings or secrets
	Bound       int      // development mini programs that were made or changed
	Drafts      int      // made
	Templates   int      // made
	Authorizers int      // made or changed
	Tickets     int      // made
	Keys        []string // files of private keys that were made
}

// Apply makes a world so. All that can be checked is checked before the first
// change; what was done before an error stays, and is not done again the next
// time.
func Apply(ctx context.Context, s *platform.Service, w *World, o ApplyOptions) (Report, error) {
	var report Report
	if err := w.Check(); err != nil {
		return report, err
	}
	packages, err := w.readPackages(o.TempDir)
	if err != nil {
		return report, err
	}
	for i := range w.Components {
		a := applier{service: s, options: o, report: &report, packages: packages, component: &w.Components[i], at: fmt.Sprintf("components[%d]", i), keys: seedKeys{}}
		if err := a.apply(ctx); err != nil {
			return report, fmt.Errorf("%s%s: %w", prefix(w.origin.file, w.origin.line(a.at)), a.at, err)
		}
	}
	return report, nil
}

// applier makes one component so.
type applier struct {
	service   *platform.Service
	options   ApplyOptions
	report    *Report
	packages  map[*Upload]*pack
	component *Component
	at        string // the path of what is being made
	keys      seedKeys
}

func (a *applier) apply(ctx context.Context) error {
	c, top := a.component, a.at
	if err := a.putComponent(ctx); err != nil {
		return err
	}
	for i := range c.DevMiniprograms {
		a.at = fmt.Sprintf("%s.dev_miniprograms[%d]", top, i)
		if err := a.bind(ctx, &c.DevMiniprograms[i]); err != nil {
			return err
		}
	}
	for i := range c.Drafts {
		a.at = fmt.Sprintf("%s.drafts[%d]", top, i)
		u, p := a.upload("draft", &c.Drafts[i])
		_, err := a.service.UploadDraft(ctx, u, &p.Package, p)
		if err := count(&a.report.Drafts, errors.Join(err, p.release())); err != nil {
			return err
		}
	}
	for i := range c.Templates {
		a.at = fmt.Sprintf("%s.templates[%d]", top, i)
		u, p := a.upload("template", &c.Templates[i])
		_, err := a.service.SeedTemplate(ctx, u, &p.Package, p)
		if err := count(&a.report.Templates, errors.Join(err, p.release())); err != nil {
			return err
		}
	}
	for i := range c.Authorizers {
		a.at = fmt.Sprintf("%s.authorizers[%d]", top, i)
		m := c.Authorizers[i].platform(c.Appid)
		changed, err := a.merchant(ctx, &c.Authorizers[i], &m)
		if err != nil {
			return err
		}
		if changed {
			a.report.Authorizers++
		}
	}
	a.at = top
	return nil
}

// merchant makes a merchant so, and reports whether anything has changed.
func (a *applier) merchant(ctx context.Context, declared *Authorizer, m *platform.Authorizer) (bool, error) {
	changes := 0
	_, err := a.service.SeedAuthorizer(ctx, *m, a.keys.next("authorizer", m.Appid, m.Authorized, m.RefreshToken))
	if err := count(&changes, err); err != nil {
		return false, err
	}
	settings := declared.settings()
	err = count(&changes, a.service.SeedMerchant(ctx, m.ComponentAppid, m.Appid, settings,
		a.keys.next("testers", m.Appid, settings.Testers), a.keys.next("privacy", m.Appid, settings.Privacy)))
	return changes > 0, err
}

// count counts what was made now, and takes what was made before for right.
func count(n *int, err error) error {
	if errors.Is(err, platform.ErrSeeded) {
		return nil
	}
	if err == nil {
		*n++
	}
	return err
}

func (a *applier) upload(kind string, u *Upload) (platform.Upload, *pack) {
	p, out := a.packages[u], u.platform(a.component.Appid)
	out.SeedKey = a.keys.next(kind, u.Source, u.Version, u.Desc, u.Developer, u.CreateTime, p.Digest)
	return out, p
}

// putComponent makes the component, or takes over what the file says otherwise.
func (a *applier) putComponent(ctx context.Context) error {
	c := a.component
	old, err := a.service.Component(ctx, c.Appid)
	if errors.Is(err, platform.ErrNotFound) {
		if err = a.createComponent(ctx); err == nil {
			return a.seedTicket(ctx)
		}
		// Another node may have been faster.
		if !errors.Is(err, platform.ErrConflict) {
			return err
		}
		conflict := err
		if old, err = a.service.Component(ctx, c.Appid); err != nil {
			return conflict
		}
	}
	if err != nil {
		return err
	}
	next := old
	c.over(&next)
	if !reflect.DeepEqual(next, old) {
		if _, err := a.service.ChangeComponent(ctx, c.Appid, func(now *platform.Component) error {
			c.over(now)
			return nil
		}); err != nil {
			return err
		}
		a.report.Changed = append(a.report.Changed, c.Appid)
	}
	return a.seedTicket(ctx)
}

func (a *applier) createComponent(ctx context.Context) error {
	c := platform.Component{Settings: platform.DefaultSettings()}
	a.component.over(&c)
	made, err := a.service.CreateComponent(ctx, c)
	if err == nil {
		a.report.Made = append(a.report.Made, made.Appid)
	}
	return err
}

func (a *applier) seedTicket(ctx context.Context) error {
	if a.component.VerifyTicket == "" {
		return nil
	}
	return count(&a.report.Tickets, a.service.SeedTicket(ctx, a.component.Appid, a.component.VerifyTicket))
}

// bind binds a development mini program, or takes over what the file says
// otherwise.
func (a *applier) bind(ctx context.Context, d *DevMiniprogram) error {
	want := platform.DevMiniprogram{ComponentAppid: a.component.Appid, Appid: d.Appid}
	old, err := a.service.DevMiniprogram(ctx, a.component.Appid, d.Appid)
	isNew := errors.Is(err, platform.ErrNotFound)
	switch {
	case err == nil:
		want = old
	case !isNew:
		return err
	}
	if d.Name != "" {
		want.Name = d.Name
	}
	if d.uploadKeyPEM != "" {
		want.UploadKeyPEM = d.uploadKeyPEM
	}
	if want.UploadKeyPEM == "" && a.options.KeysDir != "" {
		// The file comes first: after a crash in between its key is found and
		// used, while a stored key without its private half would be of no use.
		key, made, err := uploadKey(a.options.KeysDir, d.Appid)
		if err != nil {
			return err
		}
		if want.UploadKeyPEM = key; made != "" {
			a.report.Keys = append(a.report.Keys, made)
		}
	}
	if d.UploadIPAllowlist != nil {
		want.UploadIPAllowlist = d.UploadIPAllowlist
	}
	if !isNew && reflect.DeepEqual(want, old) {
		return nil
	}
	a.report.Bound++
	_, err = a.service.PutDevMiniprogram(ctx, want)
	return err
}
