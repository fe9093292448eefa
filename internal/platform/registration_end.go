package platform

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// waits is what a call is told that asks about an open registration: 89251 or 89252.
func (g *Registration) waits() error {
	if g.WaitingFor == WaitFrontCheck {
		return Refuse(CodeFrontChecking, "registration %s waits for the platform's check", g.ID)
	}
	return Refuse(CodeLegalPersonChecking, "registration %s waits for the legal person until %s", g.ID, g.EndsAt.In(UTC8).Format(time.RFC3339))
}

// SearchRegistration is fastregisterweapp with action search: nil says that the
// newest registration of that name, WeChat id and legal person was successful.
//
// Errors: 89253, 47001, 89250 none, or one that failed (decided), 89251, 89252.
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-ent/api_registerminiprogram.html
func (s *Service) SearchRegistration(ctx context.Context, component string, in RegistrationRequest) error {
	if err := checkPresent(CodeParamsMissing, "name", in.Name, "legal_persona_wechat", in.LegalPersonaWechat, "legal_persona_name", in.LegalPersonaName); err != nil {
		return err
	}
	if err := in.checkTexts(); err != nil {
		return err
	}
	return s.store.View(ctx, func(r Reader) error {
		g, err := latestRegistration(ctx, r, &Registration{ComponentAppid: component, Kind: RegistrationEnterprise, Request: in})
		switch {
		case err != nil:
			return err
		case g == nil:
			return Refuse(CodeTaskNotFound, "no registration of %q with that legal person is known", in.Name)
		case g.open():
			return g.waits()
		case g.Status != registrationMade:
			return Refuse(CodeTaskNotFound, "registration %s has failed with status %d, %s", g.ID, g.Status, g.Msg)
		}
		return nil
	})
}

// PersonalRegistration is fastregisterpersonalweapp with action query.
//
// Errors: 89253, 89250 no such taskid (both decided).
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-ind/api_fastregisterpersonalmp.html
func (s *Service) PersonalRegistration(ctx context.Context, component, taskid string) (Registration, error) {
	if err := checkPresent(CodeParamsMissing, "taskid", taskid); err != nil {
		return Registration{}, err
	}
	return view(ctx, s.store, func(r Reader) (Registration, error) {
		unknown := Refuse(CodeTaskNotFound, "taskid %q is none of a personal registration of component %s", clip(taskid), component)
		if !alphanumeric(taskid) {
			return Registration{}, unknown
		}
		g, err := r.Registration(ctx, component, taskid)
		switch {
		case errors.Is(err, ErrNotFound):
			return Registration{}, unknown
		case err != nil:
			return Registration{}, err
		case g.Kind != RegistrationPersonal:
			return Registration{}, unknown
		}
		return *g, nil
	})
}

// Registrations lists a component's registrations newest first, those after the one
// with an id unless that is empty.
func (s *Service) Registrations(ctx context.Context, component, after string, limit int) ([]Registration, error) {
	return view(ctx, s.store, func(r Reader) ([]Registration, error) {
		if _, err := r.Component(ctx, component); err != nil {
			return nil, orMissing(err, "there is no component %s", component)
		}
		if after == "" {
			return r.Registrations(ctx, component, nil, limit)
		}
		place, err := r.Registration(ctx, component, after)
		if errors.Is(err, ErrNotFound) {
			return nil, Invalidf("cursor %q is not the next of a former answer", clip(after))
		}
		if err != nil {
			return nil, err
		}
		return r.Registrations(ctx, component, place, limit)
	})
}

// RegistrationDecision is what the management side makes of an open registration.
// Either it ends, with Status, or goes on and shows something else.
type RegistrationDecision struct {
	Status     *int             // ends it: one of [RegistrationStatuses]
	Msg        string           // with Status; empty: the status's own
	WaitingFor RegistrationWait // of the kinds enterprise and verify
	Progress   *int             // of a personal one; with Status, or alone
}

func (d *RegistrationDecision) check(g *Registration) error {
	var errs []error
	add := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, Invalidf(format, args...))
		}
	}
	add(d.Status == nil && d.WaitingFor == "" && d.Progress == nil, "a decision needs status, waiting_for or progress")
	add(d.Status != nil && d.WaitingFor != "", "status ends the registration and waiting_for does not: give one of them")
	add(d.Status == nil && d.Msg != "", "msg goes with status")
	add(d.Status != nil && !slices.Contains(RegistrationStatuses(), deref0(d.Status)), "status is %d, must be one of %s", deref0(d.Status), fmt.Sprint(RegistrationStatuses()))
	add(!slices.Contains([]RegistrationWait{"", WaitLegalPerson, WaitFrontCheck}, d.WaitingFor), "waiting_for is %q, must be %s or %s", d.WaitingFor, WaitLegalPerson, WaitFrontCheck)
	add(d.WaitingFor != "" && g.Kind != RegistrationEnterprise && g.Kind != RegistrationVerify, "waiting_for is for the kinds enterprise and verify, not for %s", g.Kind)
	add(d.Progress != nil && g.Kind != RegistrationPersonal, "progress is for the kind personal, not for %s", g.Kind)
	p := deref0(d.Progress)
	add((p < 0 || p > lastPersonalStatus) && (p < firstOwnerStatus || p > lastOwnerStatus), "progress is %d, must be 0 to %d or %d to %d", p, lastPersonalStatus, firstOwnerStatus, lastOwnerStatus)
	if err := text("msg", d.Msg, maxRegistrationText); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func deref0(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// DecideRegistration does what the legal person, the user or the real service would
// do. [ErrConflict] if it is over, or the mini program that it would turn regular is
// no longer authorized; [ErrNotFound], [ErrInvalid].
func (s *Service) DecideRegistration(ctx context.Context, component, id string, d RegistrationDecision) (Registration, error) {
	out, err := update(ctx, s.store, component, func(tx Tx, c *Component) (Registration, error) {
		g, err := tx.Registration(ctx, c.Appid, id)
		if err != nil {
			return Registration{}, orMissing(err, "component %s has no registration %s (any more)", component, clip(id))
		}
		if !g.open() {
			return Registration{}, Conflictf("registration %s is over since %s, with status %d", id, g.DoneAt.In(UTC8).Format(time.RFC3339), g.Status)
		}
		if err := d.check(g); err != nil {
			return Registration{}, err
		}
		if d.WaitingFor != "" {
			g.WaitingFor = d.WaitingFor
		}
		if d.Status == nil {
			if d.Progress != nil {
				g.Progress = *d.Progress
			}
			return *g, tx.PutRegistration(ctx, g)
		}
		err = s.endRegistration(ctx, tx, c, g, *d.Status, d.Msg, tx.Now())
		if err == nil && d.Progress != nil {
			g.Progress = *d.Progress
			err = tx.PutRegistration(ctx, g)
		}
		return *g, err
	})
	if err == nil {
		s.pushed()
	}
	return out, err
}

// endRegistration ends a registration as of a time: it makes the account, if it was
// successful, and writes the pushes. An empty msg is the status's own.
func (s *Service) endRegistration(ctx context.Context, tx Tx, c *Component, g *Registration, status int, msg string, at time.Time) error {
	if msg == "" {
		msg = registrationMsgs[status]
	}
	g.State, g.WaitingFor, g.Status, g.Msg, g.DoneAt = RegistrationDone, "", status, msg, at
	if g.Kind == RegistrationPersonal {
		g.Progress = personalStatus(status)
	}
	var err error
	switch {
	case status != registrationMade:
		err = s.emitRegistration(ctx, tx, c, g, "", at)
	case g.Kind == RegistrationVerify:
		if err = turnRegular(ctx, tx, g); err == nil {
			err = s.emitRegistration(ctx, tx, c, g, "", at)
		}
	default:
		err = s.openAccount(ctx, tx, c, g, at)
	}
	if err != nil {
		return err
	}
	return tx.PutRegistration(ctx, g)
}

// personalStatus is what the query of a personal registration answers once it is
// over: the pages do not say which status of the push goes with which of the query.
func personalStatus(status int) int {
	switch {
	case status == registrationMade:
		return personalCreated
	case status == registrationEnded:
		return personalTimedOut
	case status >= firstOwnerStatus && status <= lastOwnerStatus:
		return status
	}
	return personalNotCreated
}

// endDueRegistrations ends those that nobody decided in time.
func (s *Service) endDueRegistrations(ctx context.Context, tx Tx, due []Registration, at time.Time) error {
	for i := range due {
		c, err := tx.Component(ctx, due[i].ComponentAppid)
		if err != nil {
			return err
		}
		if err := s.endRegistration(ctx, tx, c, &due[i], registrationEnded, "", at); err != nil {
			return err
		}
	}
	return nil
}
