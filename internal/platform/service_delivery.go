package platform

import (
	"context"
	"strings"
	"time"
)

// How long deliveries are kept that are over, in virtual time. What was given up is
// kept for good, except tickets: a dead receiver leaves 144 of them a day.
const (
	keepDeliveries       = 7 * 24 * time.Hour
	keepTicketDeliveries = 24 * time.Hour
)

// event is what a push tells of.
type event struct {
	target             Target
	typ                string
	authorizer         string
	toUserName, openID string // of a merchant's event
	at                 time.Time
	fields             []pushField
}

// emit writes a push in the transaction of the change that it tells of. A component
// without the URL gets none.
func (s *Service) emit(ctx context.Context, tx Tx, c *Component, e event) error {
	url := c.callbackURL(e.target, e.authorizer)
	if url == "" {
		return nil
	}
	format := c.Settings.Switches.PushFormat
	body, err := pushBody(format, e.fields)
	if err != nil {
		return err
	}
	return tx.InsertDelivery(ctx, &Delivery{
		ComponentAppid: c.Appid, URL: url, Target: e.target, Format: format, Type: e.typ, Authorizer: e.authorizer,
		ToUserName: e.toUserName, OpenID: e.openID, Body: body, State: DeliveryPending, CreatedAt: e.at,
	})
}

// callbackURL returns the final URL of a target; empty if there is none.
func (c *Component) callbackURL(target Target, authorizer string) string {
	if target == TargetEvent {
		return c.EventURL
	}
	return strings.ReplaceAll(c.MessageURL, "$APPID$", authorizer)
}

// ClaimURLs takes callback URLs with pending deliveries for a worker. Until
// [HoldTime] passes without a sign of life nobody else gets them.
func (s *Service) ClaimURLs(ctx context.Context, holder string, most int) ([]CallbackURL, error) {
	var out []CallbackURL
	err := s.store.Background(ctx, func(tx Tx) error {
		var err error
		out, err = tx.ClaimURLs(ctx, holder, s.real(), s.real().Add(HoldTime), most)
		return err
	})
	return out, err
}

// NextPush goes on holding a URL and returns the head of its queue, ready to be sent.
// [ErrNotFound] if nothing is left, [ErrConflict] if the hold was lost.
func (s *Service) NextPush(ctx context.Context, holder string, url CallbackURL) (*Push, error) {
	var out *Push
	err := s.store.Background(ctx, func(tx Tx) error {
		if err := tx.HoldURL(ctx, holder, url.ID, s.real().Add(HoldTime)); err != nil {
			return err
		}
		d, err := tx.FirstPending(ctx, url.ID)
		if err != nil {
			return err
		}
		c, err := tx.Component(ctx, d.ComponentAppid)
		if err != nil {
			return err
		}
		out = &Push{
			Delivery: *d, Token: c.Token, EncodingAESKey: c.EncodingAESKey,
			MaxTries: c.Settings.Switches.PushTries, Now: tx.Now(), SignedAt: s.real(),
		}
		return nil
	})
	return out, err
}

// RecordAttempt keeps an attempt and what became of the delivery. It reports whether
// it is to be tried again. The attempt is kept also when the hold was lost meanwhile,
// which is an [ErrConflict]; [ErrNotFound] if the delivery is gone with its component.
func (s *Service) RecordAttempt(ctx context.Context, holder string, url CallbackURL, p *Push, a Attempt) (pending bool, err error) {
	lost := false
	err = s.store.Background(ctx, func(tx Tx) error {
		held := tx.HoldURL(ctx, holder, url.ID, s.real().Add(HoldTime))
		if lost = held != nil; lost && held != ErrConflict { //nolint:errorlint // ours, bare
			return held
		}
		d, err := tx.Delivery(ctx, p.ComponentAppid, p.Number)
		if err != nil {
			return err
		}
		d.Tries++
		switch {
		case a.Outcome == OutcomeDelivered:
			d.State, d.DoneAt = DeliveryDelivered, tx.Now()
		case d.State == DeliveryPending && d.Tries >= p.MaxTries:
			d.State, d.DoneAt = DeliveryFailed, tx.Now()
		}
		pending = d.State == DeliveryPending
		return tx.PutAttempt(ctx, d, &a)
	})
	if err == nil && lost {
		err = ErrConflict
	}
	return pending, err
}

// ReleaseURL gives a URL back that was claimed.
func (s *Service) ReleaseURL(ctx context.Context, holder string, url CallbackURL) error {
	return s.store.Background(ctx, func(tx Tx) error { return tx.ReleaseURL(ctx, holder, url.ID) })
}

// Delivery returns one delivery with its attempts, by its id.
func (s *Service) Delivery(ctx context.Context, id string) (Delivery, error) {
	component, number, ok := ParseDeliveryID(id)
	if !ok {
		return Delivery{}, NotFoundf("%q is no id of a delivery: an appid, - and a number", clip(id))
	}
	return view(ctx, s.store, func(r Reader) (Delivery, error) {
		d, err := r.Delivery(ctx, component, number)
		if err != nil {
			return Delivery{}, orMissing(err, "there is no delivery %s (any more)", id)
		}
		d.Attempts, err = r.Attempts(ctx, component, number)
		return *d, err
	})
}

// Deliveries lists deliveries, newest first, after a place in that order.
func (s *Service) Deliveries(ctx context.Context, filter DeliveryFilter, after DeliveryPlace, limit int) ([]Delivery, error) {
	return view(ctx, s.store, func(r Reader) ([]Delivery, error) { return r.Deliveries(ctx, filter, after, limit) })
}

// CountDeliveries counts deliveries by state; component may be empty for all.
func (s *Service) CountDeliveries(ctx context.Context, component string) (map[DeliveryState]int, error) {
	return view(ctx, s.store, func(r Reader) (map[DeliveryState]int, error) { return r.CountDeliveries(ctx, component) })
}

// Retrying tells of a component's pushes that failed and are tried again.
func (s *Service) Retrying(ctx context.Context, component string) (Retrying, error) {
	return view(ctx, s.store, func(r Reader) (Retrying, error) { return r.Retrying(ctx, component) })
}

// Redeliver puts a delivery into its queue again, to the URL that its component has
// now and with all tries before it. [ErrConflict] if it is pending already, or there
// is no URL any more.
func (s *Service) Redeliver(ctx context.Context, id string) (Delivery, error) {
	component, number, ok := ParseDeliveryID(id)
	if !ok {
		return Delivery{}, NotFoundf("%q is no id of a delivery: an appid, - and a number", clip(id))
	}
	d, err := update(ctx, s.store, component, func(tx Tx, c *Component) (Delivery, error) {
		d, err := tx.Delivery(ctx, component, number)
		if err != nil {
			return Delivery{}, orMissing(err, "there is no delivery %s (any more)", id)
		}
		if d.State == DeliveryPending {
			return Delivery{}, Conflictf("delivery %s is pending already", id)
		}
		if d.URL = c.callbackURL(d.Target, d.Authorizer); d.URL == "" {
			return Delivery{}, Conflictf("component %s has no %s_url to deliver to; set it first", component, d.Target)
		}
		d.State, d.Tries, d.DoneAt = DeliveryPending, 0, time.Time{}
		return *d, tx.RequeueDelivery(ctx, d)
	})
	if err == nil {
		s.pushed()
	}
	return d, err
}
