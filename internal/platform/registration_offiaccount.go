package platform

import (
	"context"
	"errors"
	"time"
)

// RegistrationTicket is a ticket of fastregister: the confirmation page of an official
// account gives it, once.
const RegistrationTicket CodeKind = "fastregister"

// RegistrationTicketLife is how long such a ticket is good, in virtual time. No
// source says; it is that of a pre-auth code.
const RegistrationTicketLife = PreAuthCodeLife

// NewRegistrationTicket is what the administrator of an official account does on the
// confirmation page. [ErrConflict] if the account is none, or has not authorized.
func (s *Service) NewRegistrationTicket(ctx context.Context, component, authorizer string) (AuthCode, error) {
	return update(ctx, s.store, component, func(tx Tx, c *Component) (AuthCode, error) {
		a, err := tx.Authorizer(ctx, c.Appid, authorizer)
		switch {
		case err != nil:
			return AuthCode{}, orMissing(err, "component %s has no authorizer %s", component, authorizer)
		case !a.OfficialAccount():
			return AuthCode{}, Conflictf("%s is no official account (profile.account)", authorizer)
		case !a.Authorized:
			return AuthCode{}, Conflictf("%s has not authorized component %s", authorizer, component)
		}
		value, err := s.hexDigits(32)
		if err != nil {
			return AuthCode{}, err
		}
		code := AuthCode{
			ComponentAppid: c.Appid, Value: value, Kind: RegistrationTicket, AuthorizerAppid: authorizer,
			IssuedAt: tx.Now(), ExpiresAt: tx.Now().Add(RegistrationTicketLife),
		}
		err = tx.PutAuthCode(ctx, &code)
		return code, err
	})
}

// RegisterByOffiaccount is account/fastregister: a mini program of an official
// account's owner, made at once and authorized. authorized is pushed as for any other.
//
// Errors, in the order of the checks: 61003, 50002, 48001 a mini program's token
// (decided), 61028 by the switch published, 61052 of an account that is not verified,
// those of the switch registration_refuse (61029, 61051 to 61057, 61060, 61061), 61058.
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-officalaccount/api_registerminiprogrambyoffiaccount.html
func (s *Service) RegisterByOffiaccount(ctx context.Context, component, authorizer, ticket string) (Granted, error) {
	out, err := update(ctx, s.store, component, func(tx Tx, c *Component) (Granted, error) {
		owner, err := offiAccount(ctx, tx, c, authorizer)
		if err != nil {
			return Granted{}, err
		}
		if err := c.refuseRegistration(offiRefusals, ticket, authorizer); err != nil {
			return Granted{}, err
		}
		if err := useTicket(ctx, tx, owner, ticket); err != nil {
			return Granted{}, err
		}
		a, err := s.newAuthorizer(ctx, tx, c, Authorizer{NickName: owner.NickName, Profile: Profile{
			PrincipalName: owner.Profile.PrincipalName, VerifyType: owner.Profile.VerifyType, RegisterType: registerTypeOffi,
		}})
		if err != nil {
			return Granted{}, err
		}
		code, err := s.newAuthCode(ctx, tx, AuthCode{ComponentAppid: c.Appid, Kind: AuthorizationCode, AuthorizerAppid: a.Appid}, AuthorizationCodeLife)
		if err != nil {
			return Granted{}, err
		}
		return Granted{*a, code}, s.pushAuthorized(ctx, tx, c, a.Appid)
	})
	if err == nil {
		s.pushed()
	}
	return out, err
}

func offiAccount(ctx context.Context, tx Tx, c *Component, authorizer string) (*Authorizer, error) {
	a, err := standing(ctx, tx, c.Appid, authorizer)
	switch {
	case err != nil:
		return nil, err
	case !a.OfficialAccount():
		return nil, Refuse(CodeAPIUnauthorized, "%s is a mini program; this call takes the token of an official account", authorizer)
	case c.Settings.Switches.Published != "yes":
		return nil, Refuse(CodeComponentUnpublished, "component %s is not published (switch published)", c.Appid)
	case a.Profile.VerifyType == unverified:
		return nil, Refuse(CodeNeedCertified, "%s is not verified (profile.verify_type)", authorizer)
	}
	return a, nil
}

// useTicket uses a ticket up: 61058 for one that cannot be used.
func useTicket(ctx context.Context, tx Tx, owner *Authorizer, value string) error {
	if value == "" || !alphanumeric(value) {
		return Refuse(CodeInvalidTicket, "ticket is missing, empty or none")
	}
	code, err := tx.AuthCode(ctx, owner.ComponentAppid, value)
	switch {
	case errors.Is(err, ErrNotFound) || err == nil && (code.Kind != RegistrationTicket || code.AuthorizerAppid != owner.Appid):
		return Refuse(CodeInvalidTicket, "ticket %s is none of %s", Mask(value), owner.Appid)
	case err != nil:
		return err
	case !code.UsedAt.IsZero():
		return Refuse(CodeInvalidTicket, "ticket %s was used %s ago; it is good for one use", Mask(value), ago(tx.Now(), code.UsedAt))
	case !tx.Now().Before(code.ExpiresAt):
		return Refuse(CodeInvalidTicket, "ticket %s expired %s ago", Mask(value), ago(tx.Now(), code.ExpiresAt).Round(time.Second))
	}
	code.UsedAt = tx.Now()
	return tx.PutAuthCode(ctx, code)
}

// SetTrialNickname is setbetaweappnickname.
//
// Errors, in the order of the checks: 61003, 50002, 91020, 47001, 40097 (decided),
// 86011 by the switch registration_refuse.
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-regist-beta/api_modifybetaminiprogramnickname
func (s *Service) SetTrialNickname(ctx context.Context, component, authorizer, name string) (Authorizer, error) {
	return update(ctx, s.store, component, func(tx Tx, c *Component) (Authorizer, error) {
		a, err := trial(ctx, tx, c.Appid, authorizer)
		if err != nil {
			return Authorizer{}, err
		}
		if err := checkPresent(CodeDataFormat, "name", name); err != nil {
			return Authorizer{}, err
		}
		if a.NickName, err = trialName(name); err != nil {
			return Authorizer{}, err
		}
		if err := c.refuseRegistration(nicknameRefusals, name); err != nil {
			return Authorizer{}, err
		}
		return *a, tx.PutAuthorizer(ctx, a)
	})
}
