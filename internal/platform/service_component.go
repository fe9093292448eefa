package platform

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// CreateComponent makes a component with its development mini programs, or
// nothing. Appids, names, secret, token and EncodingAESKey are made up where they
// are empty, in devs, too. [ErrInvalid] names everything wrong with the component
// at once; [ErrConflict] if an appid is in use or the limit is passed.
func (s *Service) CreateComponent(ctx context.Context, c Component, devs ...*DevMiniprogram) (Component, error) {
	err := s.fillComponent(&c)
	if err != nil {
		return Component{}, err
	}
	if problems := c.Problems(); len(problems) > 0 {
		return Component{}, Invalidf("%s", strings.Join(problems, "; "))
	}
	c.Rev = 0 // the store gives it
	for i, d := range devs {
		d.ComponentAppid = c.Appid
		if err := s.fillDevMiniprogram(d); err != nil {
			return Component{}, fmt.Errorf("dev_miniprograms[%d]: %w", i, err)
		}
	}
	err = s.store.UpdateShared(ctx, func(tx Tx) error {
		if err := unused(ctx, tx, c.Appid); err != nil {
			return err
		}
		c.CreatedAt = tx.Now()
		c.NextDraftID, c.NextTemplateID = 0, 0
		c.scheduleTicket(tx.Now())
		if err := tx.InsertComponent(ctx, &c); err != nil {
			return err
		}
		for i, d := range devs {
			if err := bind(ctx, tx, &c, d); err != nil {
				return fmt.Errorf("dev_miniprograms[%d]: %w", i, err)
			}
		}
		return nil
	})
	return c, err
}

// unused refuses an appid that is in use.
func unused(ctx context.Context, r Reader, appid string) error {
	kind, err := r.KindOfAppid(ctx, appid)
	if err == nil && kind != AppidUnknown {
		return Conflictf("appid %s is in use already", appid)
	}
	return err
}

func (s *Service) fillComponent(c *Component) error {
	var errs [4]error
	if c.Appid == "" {
		c.Appid, errs[0] = s.hexDigits(16)
		c.Appid = "wx" + c.Appid
	}
	if c.Secret == "" {
		c.Secret, errs[1] = s.hexDigits(secretDigits)
	}
	if c.Token == "" {
		c.Token, errs[2] = s.hexDigits(tokenDigits)
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
		c.Appid, c.CreatedAt, c.NextTicketAt = before.Appid, before.CreatedAt, before.NextTicketAt
		c.scheduleTicket(tx.Now())
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
	if err := s.fillDevMiniprogram(&d); err != nil {
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
		err = bind(ctx, tx, c, &d)
		return d, err
	})
}

// DeleteDevMiniprogram removes a development mini program with its drafts and its
// development version. Templates that were made of its drafts stay.
func (s *Service) DeleteDevMiniprogram(ctx context.Context, component, appid string) error {
	_, err := update(ctx, s.store, component, func(tx Tx, c *Component) (struct{}, error) {
		return struct{}{}, orMissing(tx.DeleteDevMiniprogram(ctx, c.Appid, appid), "component %s has no development mini program %s", component, appid)
	})
	return err
}

// fillDevMiniprogram makes up what was left empty, and checks the whole.
func (s *Service) fillDevMiniprogram(d *DevMiniprogram) error {
	if d.Appid == "" {
		digits, err := s.hexDigits(16)
		if err != nil {
			return err
		}
		d.Appid = "wx" + digits
	}
	if d.Name == "" {
		d.Name = d.Appid
	}
	if problems := d.Problems(); len(problems) > 0 {
		return Invalidf("%s", strings.Join(problems, "; "))
	}
	return nil
}

// bind adds a development mini program to a component.
func bind(ctx context.Context, tx Tx, c *Component, d *DevMiniprogram) error {
	n, err := tx.CountDevMiniprograms(ctx, c.Appid)
	if err != nil {
		return err
	}
	if n >= c.Settings.MaxDevMiniprograms {
		return Conflictf("component %s has %d development mini programs and may have no more; raise max_dev_miniprograms", c.Appid, n)
	}
	if err := unused(ctx, tx, d.Appid); err != nil {
		return err
	}
	d.CreatedAt = tx.Now()
	return tx.PutDevMiniprogram(ctx, d)
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

// scheduleTicket has the first ticket pushed at once when there is a URL for it, and
// none when there is not.
func (c *Component) scheduleTicket(now time.Time) {
	switch {
	case c.EventURL == "":
		c.NextTicketAt = time.Time{}
	case c.NextTicketAt.IsZero():
		c.NextTicketAt = now
	}
}
