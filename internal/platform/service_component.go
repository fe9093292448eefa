package platform

import (
	"context"
	"errors"
	"strings"
)

// CreateComponent makes a component. Appid, name, secret, token and
// EncodingAESKey are made up where they are empty. [ErrInvalid] names
// everything wrong at once; [ErrConflict] if the appid is in use.
func (s *Service) CreateComponent(ctx context.Context, c Component) (Component, error) {
	if err := s.fillComponent(&c); err != nil {
		return Component{}, err
	}
	if problems := c.Problems(); len(problems) > 0 {
		return Component{}, Invalidf("%s", strings.Join(problems, "; "))
	}
	err := s.store.UpdateShared(ctx, func(tx Tx) error {
		kind, err := tx.KindOfAppid(ctx, c.Appid)
		if err != nil {
			return err
		}
		if kind != AppidUnknown {
			return Conflictf("appid %s is in use already", c.Appid)
		}
		c.CreatedAt = tx.Now()
		c.Rev, c.NextDraftID, c.NextTemplateID = 1, 0, 0
		return tx.InsertComponent(ctx, &c)
	})
	return c, err
}

func (s *Service) fillComponent(c *Component) error {
	var errs [4]error
	if c.Appid == "" {
		c.Appid, errs[0] = s.hexDigits(16)
		c.Appid = "wx" + c.Appid
	}
	if c.Secret == "" {
		c.Secret, errs[1] = s.hexDigits(32)
	}
	if c.Token == "" {
		c.Token, errs[2] = s.hexDigits(24)
	}
	if c.EncodingAESKey == "" {
		c.EncodingAESKey, errs[3] = s.newAESKey()
	}
	if c.Name == "" {
		c.Name = c.Appid
	}
	if c.IPAllowlist == nil {
		c.IPAllowlist = []string{}
	}
	if c.Settings.MaxDevMiniprograms == 0 && c.Settings.Switches.DraftSlot == "" {
		c.Settings = DefaultSettings()
	}
	return errors.Join(errs[:]...)
}

// ChangeComponent applies change to a component and stores the result, unless
// it breaks a rule. The appid and the counters stay as they are.
func (s *Service) ChangeComponent(ctx context.Context, appid string, change func(*Component) error) (Component, error) {
	return update(ctx, s.store, appid, func(tx Tx, c *Component) (Component, error) {
		before := *c
		if err := change(c); err != nil {
			return Component{}, err
		}
		c.Appid, c.CreatedAt = before.Appid, before.CreatedAt
		if problems := c.Problems(); len(problems) > 0 {
			return Component{}, Invalidf("%s", strings.Join(problems, "; "))
		}
		return *c, tx.UpdateComponent(ctx, c)
	})
}

// DeleteComponent removes a component and everything that belongs to it.
func (s *Service) DeleteComponent(ctx context.Context, appid string) error {
	_, err := update(ctx, s.store, appid, func(tx Tx, _ *Component) (struct{}, error) {
		return struct{}{}, tx.DeleteComponent(ctx, appid)
	})
	return err
}

// Component returns one component.
func (s *Service) Component(ctx context.Context, appid string) (Component, error) {
	return view(ctx, s.store, func(r Reader) (Component, error) {
		c, err := r.Component(ctx, appid)
		if err != nil {
			return Component{}, orMissing(err, "there is no component %s", appid)
		}
		return *c, nil
	})
}

// Components lists components by appid, those greater than after.
func (s *Service) Components(ctx context.Context, after string, limit int) ([]Component, error) {
	return view(ctx, s.store, func(r Reader) ([]Component, error) { return r.Components(ctx, after, limit) })
}

// ComponentCounts says how much belongs to a component.
type ComponentCounts struct {
	DevMiniprograms, Drafts, Templates int
}

// Counts returns how much belongs to a component.
func (s *Service) Counts(ctx context.Context, appid string) (ComponentCounts, error) {
	return view(ctx, s.store, func(r Reader) (ComponentCounts, error) {
		dev, err := r.CountDevMiniprograms(ctx, appid)
		if err != nil {
			return ComponentCounts{}, err
		}
		drafts, err := r.Drafts(ctx, appid, -1, 0)
		if err != nil {
			return ComponentCounts{}, err
		}
		templates, err := r.Templates(ctx, appid)
		return ComponentCounts{dev, len(drafts), len(templates)}, err
	})
}

// PutDevMiniprogram binds a development mini program to a component, or changes
// the name or key of one that is bound. An empty appid is made up.
// [ErrConflict] over the component's limit, or when the appid is in use.
func (s *Service) PutDevMiniprogram(ctx context.Context, d DevMiniprogram) (DevMiniprogram, error) {
	if d.Appid == "" {
		digits, err := s.hexDigits(16)
		if err != nil {
			return DevMiniprogram{}, err
		}
		d.Appid = "wx" + digits
	}
	if !ValidAppid(d.Appid) {
		return DevMiniprogram{}, Invalidf("appid %q must be wx and 16 lower-case hex digits", d.Appid)
	}
	if d.Name == "" {
		d.Name = d.Appid
	}
	// 30 characters is the most that a mini program's nickname may have.
	if err := text("name", d.Name, 30); err != nil {
		return DevMiniprogram{}, err
	}
	return update(ctx, s.store, d.ComponentAppid, func(tx Tx, c *Component) (DevMiniprogram, error) {
		old, err := tx.DevMiniprogram(ctx, c.Appid, d.Appid)
		switch {
		case err == nil:
			d.CreatedAt = old.CreatedAt
			if d.UploadKeyPEM == "" {
				d.UploadKeyPEM = old.UploadKeyPEM
			}
			err = tx.PutDevMiniprogram(ctx, &d)
			return d, err
		case !errors.Is(err, ErrNotFound):
			return DevMiniprogram{}, err
		}
		n, err := tx.CountDevMiniprograms(ctx, c.Appid)
		if err != nil {
			return DevMiniprogram{}, err
		}
		if n >= c.Settings.MaxDevMiniprograms {
			return DevMiniprogram{}, Conflictf("component %s has %d development mini programs and may have no more; raise max_dev_miniprograms", c.Appid, n)
		}
		if kind, err := tx.KindOfAppid(ctx, d.Appid); err != nil {
			return DevMiniprogram{}, err
		} else if kind != AppidUnknown {
			return DevMiniprogram{}, Conflictf("appid %s is in use already", d.Appid)
		}
		d.CreatedAt = tx.Now()
		err = tx.PutDevMiniprogram(ctx, &d)
		return d, err
	})
}

// DevMiniprograms lists a component's development mini programs by appid.
func (s *Service) DevMiniprograms(ctx context.Context, component, after string, limit int) ([]DevMiniprogram, error) {
	return view(ctx, s.store, func(r Reader) ([]DevMiniprogram, error) {
		if _, err := r.Component(ctx, component); err != nil {
			return nil, orMissing(err, "there is no component %s", component)
		}
		return r.DevMiniprograms(ctx, component, after, limit)
	})
}

// PutAuthorizer makes or changes a merchant's mini program. An authorized one
// gets a refresh token if it has none.
func (s *Service) PutAuthorizer(ctx context.Context, a Authorizer) (Authorizer, error) {
	if a.Appid == "" {
		digits, err := s.hexDigits(16)
		if err != nil {
			return Authorizer{}, err
		}
		a.Appid = "wx" + digits
	}
	if !ValidAppid(a.Appid) {
		return Authorizer{}, Invalidf("appid %q must be wx and 16 lower-case hex digits", a.Appid)
	}
	if err := text("nick_name", a.NickName, 30); err != nil {
		return Authorizer{}, err
	}
	return update(ctx, s.store, a.ComponentAppid, func(tx Tx, c *Component) (Authorizer, error) {
		old, err := tx.Authorizer(ctx, c.Appid, a.Appid)
		switch {
		case err == nil:
			a.CreatedAt = old.CreatedAt
			if a.RefreshToken == "" {
				a.RefreshToken = old.RefreshToken
			}
		case errors.Is(err, ErrNotFound):
			a.CreatedAt = tx.Now()
		default:
			return Authorizer{}, err
		}
		err = s.putAuthorizer(ctx, tx, &a)
		return a, err
	})
}

func (s *Service) putAuthorizer(ctx context.Context, tx Tx, a *Authorizer) error {
	if a.Authorized && a.RefreshToken == "" {
		tail, err := s.urlSafe(43)
		if err != nil {
			return err
		}
		a.RefreshToken = refreshTokenPrefix + tail
	}
	return tx.PutAuthorizer(ctx, a)
}

// Authorizers lists a component's merchants by appid.
func (s *Service) Authorizers(ctx context.Context, component, after string, limit int) ([]Authorizer, error) {
	return view(ctx, s.store, func(r Reader) ([]Authorizer, error) {
		if _, err := r.Component(ctx, component); err != nil {
			return nil, orMissing(err, "there is no component %s", component)
		}
		return r.Authorizers(ctx, component, after, limit)
	})
}
