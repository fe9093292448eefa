package platform

import (
	"context"
	"strings"
)

// probeEvent is the Event of a probe. It is none of WeChat's: a receiver has nothing
// to do for it, and answers as for any event that it does not know.
const probeEvent = "draftbox_probe"

// Probe is a push that only looks whether a URL takes pushes.
type Probe struct {
	Component string
	Target    Target
	URL       string // as it would be set, $APPID$ included; the component's own if empty
	// Authorizer is the merchant whose message it is; the first one if empty.
	Authorizer string
}

// Probe makes the push of a probe, ready to be sent. It is kept nowhere and tried once.
// To the URL of authorization events it carries the ticket that is current, which a
// receiver stores as any other; to that of messages an event that means nothing.
func (s *Service) Probe(ctx context.Context, in Probe) (Push, error) {
	ticket := Ticket{}
	if in.Target == TargetEvent {
		var err error
		if ticket, err = s.CurrentTicket(ctx, in.Component); err != nil {
			return Push{}, err
		}
	}
	return view(ctx, s.store, func(r Reader) (Push, error) {
		c, err := r.Component(ctx, in.Component)
		if err != nil {
			return Push{}, orMissing(err, "there is no component %s", in.Component)
		}
		out := Push{
			Delivery: Delivery{ComponentAppid: c.Appid, Target: in.Target, Format: c.Settings.Switches.PushFormat, State: DeliveryPending, CreatedAt: r.Now()},
			Token:    c.Token, EncodingAESKey: c.EncodingAESKey, MaxTries: 1, Now: r.Now(), SignedAt: s.real(),
		}
		var fields []pushField
		if in.Target == TargetMessage {
			fields, err = probeMessage(ctx, r, &in, &out.Delivery)
		} else {
			out.Type = "component_verify_ticket"
			fields = systemEvent(c.Appid, out.Type, r.Now(), textField("ComponentVerifyTicket", ticket.Value))
		}
		if err != nil {
			return Push{}, err
		}
		if out.URL, err = in.address(c, out.Authorizer); err != nil {
			return Push{}, err
		}
		out.Body, err = pushBody(out.Format, fields)
		return out, err
	})
}

// address is the URL to ask, with the merchant in place of $APPID$.
func (in *Probe) address(c *Component, authorizer string) (string, error) {
	try := *c
	if in.URL != "" {
		try.EventURL, try.MessageURL = in.URL, in.URL
	}
	url := try.callbackURL(in.Target, authorizer)
	switch {
	case url == "":
		return "", Invalidf("there is no %s_url to push to", in.Target)
	case in.Target == TargetMessage && authorizer == "" && strings.Contains(try.MessageURL, "$APPID$"):
		return "", Conflictf("component %s has no merchant yet whose appid could stand for $APPID$", c.Appid)
	case !validURL(url):
		return "", Invalidf("%s_url %s must be an http or https URL", in.Target, quoted(clip(url)))
	}
	return url, nil
}

// probeMessage makes the event, as if of a merchant; there may be none.
func probeMessage(ctx context.Context, r Reader, in *Probe, d *Delivery) ([]pushField, error) {
	d.Type, d.Authorizer = probeEvent, in.Authorizer
	if d.Authorizer == "" {
		first, err := r.Authorizers(ctx, in.Component, "", 1)
		if err != nil {
			return nil, err
		}
		if len(first) > 0 {
			d.Authorizer = first[0].Appid
		}
	}
	if d.Authorizer != "" {
		m, err := r.Authorizer(ctx, in.Component, d.Authorizer)
		if err != nil {
			return nil, orMissing(err, "component %s has no authorizer %s", in.Component, d.Authorizer)
		}
		d.ToUserName = m.UserName()
	}
	d.OpenID = openID(in.Component, d.Authorizer)
	return merchantEvent(d.ToUserName, d.OpenID, probeEvent, r.Now()), nil
}
