package platform

import (
	"context"
	"errors"
	"io"
	"time"
)

// RegisterEnterprise is fastregisterweapp with action create.
//
// Errors, in the order of the checks: 89253, 47001, 89248, 89255, those of the switch
// registration_refuse (86004, 61070, 53011, 89247, 89254), 89249 one with the same
// name, WeChat id and legal person runs, 91030.
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-ent/api_registerminiprogram.html
func (s *Service) RegisterEnterprise(ctx context.Context, component string, in RegistrationRequest) (Registration, error) {
	if err := in.checkEnterprise(); err != nil {
		return Registration{}, err
	}
	g := Registration{ComponentAppid: component, Kind: RegistrationEnterprise, Request: in, WaitingFor: WaitLegalPerson}
	return s.register(ctx, g, func(tx Tx, c *Component) error {
		if err := c.refuseRegistration(enterpriseRefusals, in.values()...); err != nil {
			return err
		}
		running, err := latestRegistration(ctx, tx, &g)
		if err == nil && running != nil && running.open() {
			return Refuse(CodeTaskRunning, "a registration of %q with the same legal person runs until %s", in.Name, running.EndsAt.In(UTC8).Format(time.RFC3339))
		}
		return err
	})
}

func (r *RegistrationRequest) checkEnterprise() error {
	if err := checkPresent(CodeParamsMissing, "name", r.Name, "code", r.Code,
		"legal_persona_wechat", r.LegalPersonaWechat, "legal_persona_name", r.LegalPersonaName); err != nil {
		return err
	}
	if err := r.checkTexts(); err != nil {
		return err
	}
	return r.checkCode()
}

// RegisterPersonal is fastregisterpersonalweapp with action create. The same user may
// have several that run.
//
// Errors: 89253 (decided), 47001, 91030.
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-ind/api_fastregisterpersonalmp.html
func (s *Service) RegisterPersonal(ctx context.Context, component string, in RegistrationRequest) (Registration, error) {
	if err := checkPresent(CodeParamsMissing, "idname", in.IDName, "wxuser", in.WXUser); err != nil {
		return Registration{}, err
	}
	if err := in.checkTexts(); err != nil {
		return Registration{}, err
	}
	return s.register(ctx, Registration{ComponentAppid: component, Kind: RegistrationPersonal, Request: in}, nil)
}

// RegisterBeta is fastregisterbetaweapp.
//
// Errors: 47001 a missing member, too (observed), 40097 (decided), 86011 by the
// switch registration_refuse.
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-regist-beta/api_registerbetaminiprogram.html
func (s *Service) RegisterBeta(ctx context.Context, component string, in RegistrationRequest) (Registration, error) {
	if err := checkPresent(CodeDataFormat, "name", in.Name, "openid", in.OpenID); err != nil {
		return Registration{}, err
	}
	if _, err := trialName(in.Name); err != nil {
		return Registration{}, err
	}
	if err := in.checkTexts(); err != nil {
		return Registration{}, err
	}
	return s.register(ctx, Registration{ComponentAppid: component, Kind: RegistrationBeta, Request: in}, func(_ Tx, c *Component) error {
		return c.refuseRegistration(nicknameRefusals, in.values()...)
	})
}

// VerifyBeta is verifybetaweapp: the trial mini program authorizer is to become a
// regular one of an enterprise.
//
// Errors, in the order of the checks: 91020 no trial one (decided), 89253, 47001,
// 89248, 89255, those of the switch registration_refuse (86004, 61070, 89247, 89254),
// 89249 the same runs, 89251 and 89252 another runs that waits for that.
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/beta_Mini_Programs/fastverify.html
func (s *Service) VerifyBeta(ctx context.Context, component, authorizer string, in RegistrationRequest) (Registration, error) {
	g := Registration{ComponentAppid: component, Kind: RegistrationVerify, Request: in, WaitingFor: WaitLegalPerson, AuthorizerAppid: authorizer}
	return s.register(ctx, g, func(tx Tx, c *Component) error {
		if _, err := trial(ctx, tx, c.Appid, authorizer); err != nil {
			return err
		}
		if err := in.checkVerify(); err != nil {
			return err
		}
		if err := c.refuseRegistration(verifyRefusals, in.values()...); err != nil {
			return err
		}
		running, err := latestRegistration(ctx, tx, &g)
		if err != nil || running == nil || !running.open() {
			return err
		}
		if running.Request == in {
			return Refuse(CodeTaskRunning, "the same runs for %s until %s", authorizer, running.EndsAt.In(UTC8).Format(time.RFC3339))
		}
		return running.waits()
	})
}

func (r *RegistrationRequest) checkVerify() error {
	if err := checkPresent(CodeParamsMissing, "verify_info.enterprise_name", r.Name, "verify_info.code", r.Code,
		"verify_info.legal_persona_wechat", r.LegalPersonaWechat, "verify_info.legal_persona_name", r.LegalPersonaName,
		"verify_info.legal_persona_idcard", r.LegalPersonaIDCard, "verify_info.component_phone", r.ComponentPhone); err != nil {
		return err
	}
	if err := r.checkTexts(); err != nil {
		return err
	}
	return r.checkCode()
}

// trial finds a merchant that is a trial mini program.
//
// Errors: 61003, 50002, 91020.
func trial(ctx context.Context, r Reader, component, authorizer string) (*Authorizer, error) {
	a, err := standing(ctx, r, component, authorizer)
	if err == nil && !a.Trial() {
		return nil, Refuse(CodeNoTrial, "%s is no trial mini program, or is one no longer (profile.service_type %d)", authorizer, a.Profile.ServiceType)
	}
	return a, err
}

// register takes a registration after a check under the component's lock, and by the
// switch registrations ends it at once.
//
// Errors: those of the check, then 91030.
func (s *Service) register(ctx context.Context, g Registration, check func(Tx, *Component) error) (Registration, error) {
	out, err := update(ctx, s.store, g.ComponentAppid, func(tx Tx, c *Component) (Registration, error) {
		g := g // it may run again
		if check != nil {
			if err := check(tx, c); err != nil {
				return Registration{}, err
			}
		}
		if err := checkWechat(ctx, tx, &g); err != nil {
			return Registration{}, err
		}
		if err := tx.PruneRegistrations(ctx, c.Appid, tx.Now().Add(-keepRegistrations)); err != nil {
			return Registration{}, err
		}
		var err error
		if g.ID, err = s.registrationID(ctx, tx, &g); err != nil {
			return Registration{}, err
		}
		g.State, g.CreatedAt, g.EndsAt = RegistrationOpen, tx.Now(), tx.Now().Add(RegistrationLife)
		if c.Settings.Switches.Registrations == "pass" {
			err = s.endRegistration(ctx, tx, c, &g, registrationMade, "", tx.Now())
		} else {
			err = tx.PutRegistration(ctx, &g)
		}
		return g, err
	})
	if err == nil {
		s.pushed()
	}
	return out, err
}

// checkWechat refuses a WeChat id that had its registrations of the day: 91030.
func checkWechat(ctx context.Context, r Reader, g *Registration) error {
	wechat := g.Wechat()
	if wechat == "" {
		return nil
	}
	n, err := r.CountRegistrations(ctx, g.ComponentAppid, wechat, startOfDay(r.Now()))
	if err == nil && n >= RegistrationsADay {
		return Refuse(CodeWechatFrequency, "%s has begun %d registrations with component %s today, and may begin %d; a day ends at 00:00 UTC+8",
			clip(wechat), n, g.ComponentAppid, RegistrationsADay)
	}
	return err
}

// startOfDay returns when the day began, in UTC+8.
func startOfDay(t time.Time) time.Time {
	y, m, d := t.In(UTC8).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, UTC8)
}

// latestRegistration finds the newest of the same kind and subject; nil if none is.
func latestRegistration(ctx context.Context, r Reader, g *Registration) (*Registration, error) {
	found, err := r.LatestRegistration(ctx, g.ComponentAppid, g.Kind, g.Subject())
	if errors.Is(err, ErrNotFound) {
		return nil, nil //nolint:nilnil // none is no error here
	}
	return found, err
}

// registrationID makes an id that the component has not.
func (s *Service) registrationID(ctx context.Context, r Reader, g *Registration) (string, error) {
	for {
		var id string
		var err error
		if g.Kind == RegistrationBeta {
			id, err = s.urlSafe(64)
		} else {
			id, err = s.decimalDigits(10)
		}
		if err != nil {
			return "", err
		}
		if _, err := r.Registration(ctx, g.ComponentAppid, id); err != nil {
			if errors.Is(err, ErrNotFound) {
				return id, nil
			}
			return "", err
		}
	}
}

// decimalDigits returns n random digits.
func (s *Service) decimalDigits(n int) (string, error) {
	out := make([]byte, 0, n)
	for b := make([]byte, n); len(out) < n; {
		if _, err := io.ReadFull(s.random, b); err != nil {
			return "", err
		}
		for _, v := range b {
			if v < 250 && len(out) < n { // so that each digit is as likely
				out = append(out, '0'+v%10)
			}
		}
	}
	return string(out), nil
}
