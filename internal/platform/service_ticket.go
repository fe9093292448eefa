package platform

import (
	"context"
	"errors"
	"time"
)

// ticketTick is how often a ticket is pushed.
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/component_verify_ticket.html
const ticketTick = 10 * time.Minute

// CurrentTicket returns the ticket that a component would get pushed now. Within
// a clock hour it keeps its value; its 12 hours begin anew every 10 minutes.
func (s *Service) CurrentTicket(ctx context.Context, component string) (Ticket, error) {
	t, err := view(ctx, s.store, func(r Reader) (*Ticket, error) {
		c, err := r.Component(ctx, component)
		if err != nil {
			return nil, orMissing(err, "there is no component %s", component)
		}
		t, err := r.LatestTicket(ctx, component)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return nil, err
		}
		if t != nil && r.Now().Sub(t.PushedAt) < ticketTick && sameTicket(c, t, r.Now()) {
			return t, nil
		}
		return nil, nil
	})
	if err != nil || t != nil {
		return deref(t), err
	}
	return update(ctx, s.store, component, func(tx Tx, c *Component) (Ticket, error) {
		return s.turnTicket(ctx, tx, c, tx.Now(), false)
	})
}

func deref(t *Ticket) Ticket {
	if t == nil {
		return Ticket{}
	}
	return *t
}

// PushTicket pushes the component's ticket now, beside the ticks. Where there is no
// EventURL the ticket counts as pushed all the same.
func (s *Service) PushTicket(ctx context.Context, component string) (Ticket, error) {
	t, err := update(ctx, s.store, component, func(tx Tx, c *Component) (Ticket, error) { return s.pushTicket(ctx, tx, c, tx.Now()) })
	if err == nil {
		s.pushed()
	}
	return t, err
}

// pushTicket writes the push of a ticket as of a time.
func (s *Service) pushTicket(ctx context.Context, tx Tx, c *Component, at time.Time) (Ticket, error) {
	t, err := s.turnTicket(ctx, tx, c, at, true)
	if err != nil {
		return Ticket{}, err
	}
	if err := tx.PruneDeliveries(ctx, c.Appid, at.Add(-keepDeliveries), at.Add(-keepTicketDeliveries)); err != nil {
		return Ticket{}, err
	}
	return t, s.emit(ctx, tx, c, event{target: TargetEvent, typ: "component_verify_ticket", at: at, fields: systemEvent(c.Appid, "component_verify_ticket", at,
		textField("ComponentVerifyTicket", t.Value))})
}

// PushRequest is a call of api_start_push_ticket.
type PushRequest struct {
	Appid, Secret string
	Caller        Caller
	// Quota counts the call once everything else is right, and may refuse it.
	Quota func(*Component, time.Time) error
}

// StartPushTicket is api_start_push_ticket: pushing is on from the start, so it
// only pushes at once.
//
// Errors, in the order of the checks: 40013, 61011, 61004, 48001, 41004, 40125,
// 45009.
// https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_startpushticket.html
func (s *Service) StartPushTicket(ctx context.Context, in PushRequest) error {
	err := s.store.View(ctx, func(r Reader) error {
		c, err := componentOf(ctx, r, in.Appid)
		if err != nil {
			return err
		}
		if err := c.CheckCaller(in.Caller.IP); err != nil {
			return err
		}
		if err := c.CheckAPI(pathStartPushTicket); err != nil {
			return err
		}
		if err := checkSecret(c, in.Secret); err != nil {
			return err
		}
		return in.Quota(c, r.Now())
	})
	if err != nil {
		return err
	}
	_, err = s.PushTicket(ctx, in.Appid)
	return err
}

// SeedTicket makes a known ticket the current one, once.
func (s *Service) SeedTicket(ctx context.Context, component, value string) error {
	if err := text("verify_ticket", value, 128); err != nil {
		return err
	}
	_, err := update(ctx, s.store, component, func(tx Tx, c *Component) (struct{}, error) {
		if err := markSeed(ctx, tx, c.Appid, "ticket:"+value); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, tx.PutTicket(ctx, &Ticket{ComponentAppid: c.Appid, Value: value, IssuedAt: tx.Now(), PushedAt: tx.Now()})
	})
	return err
}

// turnTicket marks the latest ticket as pushed if it is still the one to push, else
// a new one. Tickets that are over are forgotten a day later.
func (s *Service) turnTicket(ctx context.Context, tx Tx, c *Component, at time.Time, isPush bool) (Ticket, error) {
	t, err := tx.LatestTicket(ctx, c.Appid)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Ticket{}, err
	}
	renew := isPush && c.Settings.Switches.TicketEachPush == "new"
	if t == nil || renew || !sameTicket(c, t, at) {
		tail, err := s.urlSafe(86)
		if err != nil {
			return Ticket{}, err
		}
		t = &Ticket{ComponentAppid: c.Appid, Value: ticketPrefix + tail, IssuedAt: at}
	}
	t.PushedAt = at
	if err := tx.PruneTickets(ctx, c.Appid, at.Add(-TicketLife-24*time.Hour)); err != nil {
		return Ticket{}, err
	}
	return *t, tx.PutTicket(ctx, t)
}

// sameTicket reports whether a ticket still has its turn: until the clock hour
// in which it was issued ends (or, by switch, until its next push).
func sameTicket(c *Component, t *Ticket, now time.Time) bool {
	if c.Settings.Switches.TicketEachPush == "new" {
		return now.Sub(t.PushedAt) < ticketTick
	}
	return t.IssuedAt.Truncate(time.Hour).Equal(now.Truncate(time.Hour))
}
