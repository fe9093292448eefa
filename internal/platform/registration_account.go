package platform

import (
	"context"
	"errors"
	"time"
)

// Values of register_type, service_type and verify_type of accounts that were
// registered here. Since 2023-12-25 fast registration makes unverified ones.
const (
	registerTypeOffi     = 2
	registerTypeFast     = 6
	registerTypeTrial    = 13
	registerTypePersonal = 16
	registerTypeTurned   = 19
	unverified           = -1
)

// newAccount is the mini program that a registration makes.
func (g *Registration) newAccount() Authorizer {
	a := Authorizer{Profile: Profile{VerifyType: unverified}}
	switch g.Kind {
	case RegistrationEnterprise:
		a.NickName, a.Profile.PrincipalName, a.Profile.RegisterType = g.Request.Name, g.Request.Name, registerTypeFast
	case RegistrationPersonal:
		a.NickName, a.Profile.PrincipalName, a.Profile.RegisterType = g.Request.IDName, "个人", registerTypePersonal
	case RegistrationBeta:
		a.NickName, _ = trialName(g.Request.Name) // it was checked when it was asked for
		a.Profile.RegisterType, a.Profile.ServiceType = registerTypeTrial, ServiceTypeTrial
	case RegistrationVerify:
	}
	return a
}

// newAuthorizer makes an account that is authorized from the start, without a push.
func (s *Service) newAuthorizer(ctx context.Context, tx Tx, c *Component, a Authorizer) (*Authorizer, error) {
	digits, err := s.hexDigits(16)
	if err != nil {
		return nil, err
	}
	a.ComponentAppid, a.Appid, a.CreatedAt = c.Appid, "wx"+digits, tx.Now()
	a.NickName, a.Profile.PrincipalName = firstRunes(a.NickName, maxNickname), firstRunes(a.Profile.PrincipalName, 64)
	if err := unusedByOthers(ctx, tx, a.Appid); err != nil {
		return nil, err
	}
	_, err = s.applyGrant(ctx, tx, &a, nil)
	return &a, err
}

func firstRunes(s string, most int) string {
	for i := range s {
		if most == 0 {
			return s[:i]
		}
		most--
	}
	return s
}

// openAccount makes the account of a successful registration. The notification goes
// out before authorized, so that a receiver knows whose the account is when it is
// told that it is authorized; the pages only say that both come.
func (s *Service) openAccount(ctx context.Context, tx Tx, c *Component, g *Registration, at time.Time) error {
	a, err := s.newAuthorizer(ctx, tx, c, g.newAccount())
	if err != nil {
		return err
	}
	g.AuthorizerAppid = a.Appid
	code := AuthCode{}
	if g.Kind != RegistrationBeta { // whose push has no auth_code
		code, err = s.newAuthCode(ctx, tx, AuthCode{ComponentAppid: c.Appid, Kind: AuthorizationCode, AuthorizerAppid: a.Appid}, AuthorizationCodeLife)
		if err != nil {
			return err
		}
	}
	if err := s.emitRegistration(ctx, tx, c, g, code.Value, at); err != nil {
		return err
	}
	return s.pushAuthorized(ctx, tx, c, a.Appid)
}

// pushAuthorized pushes authorized for an account that was registered here. There is
// no pre-auth code; one is made up for the push to carry.
func (s *Service) pushAuthorized(ctx context.Context, tx Tx, c *Component, authorizer string) error {
	preAuthCode, err := s.usePreAuthCode(ctx, tx, c, "")
	if err != nil {
		return err
	}
	return s.emitAuthorized(ctx, tx, c, authorizer, "authorized", preAuthCode)
}

// turnRegular makes a trial mini program a regular one of its enterprise.
func turnRegular(ctx context.Context, tx Tx, g *Registration) error {
	a, err := tx.Authorizer(ctx, g.ComponentAppid, g.AuthorizerAppid)
	if err != nil {
		if errors.Is(err, ErrNotFound) {
			return Conflictf("%s is no authorizer of component %s any more; only a failure can be decided", g.AuthorizerAppid, g.ComponentAppid)
		}
		return err
	}
	a.Profile.RegisterType, a.Profile.ServiceType, a.Profile.PrincipalName = registerTypeTurned, 0, firstRunes(g.Request.Name, 64)
	return tx.PutAuthorizer(ctx, a)
}

// emitRegistration pushes the outcome. Members of a failure that tell of an account
// are absent, except of the kind verify, whose account is there before.
// https://developers.weixin.qq.com/doc/oplatform/openApi/register-management/fast-registration-ent/api_registerminiprogram.html
func (s *Service) emitRegistration(ctx context.Context, tx Tx, c *Component, g *Registration, code string, at time.Time) error {
	var fields []pushField
	if g.AuthorizerAppid != "" {
		fields = append(fields, textField("appid", g.AuthorizerAppid))
	}
	fields = append(fields, numberField("status", int64(g.Status)))
	if code != "" {
		fields = append(fields, textField("auth_code", code))
	}
	fields = append(fields, textField("msg", g.Msg), groupField("info", g.info()...))
	typ := map[RegistrationKind]string{
		RegistrationEnterprise: "notify_third_fasteregister", RegistrationPersonal: "notify_third_fasteregister", // the missing letter is theirs
		RegistrationBeta: "notify_third_fastregisterbetaapp", RegistrationVerify: "notify_third_fastverifybetaapp",
	}[g.Kind]
	return s.emit(ctx, tx, c, event{
		target: TargetEvent, typ: typ, authorizer: g.AuthorizerAppid, at: at, fields: systemEvent(c.Appid, typ, at, fields...),
	})
}

// info is what the push repeats of the request.
func (g *Registration) info() []pushField {
	r := &g.Request
	switch g.Kind {
	case RegistrationPersonal:
		return []pushField{textField("wxuser", r.WXUser), textField("idname", r.IDName), textField("component_phone", r.ComponentPhone)}
	case RegistrationBeta:
		return []pushField{textField("unique_id", g.ID), textField("name", r.Name)}
	case RegistrationEnterprise, RegistrationVerify:
	}
	return []pushField{
		textField("name", r.Name), textField("code", r.Code), numberField("code_type", int64(r.CodeType)),
		textField("legal_persona_wechat", r.LegalPersonaWechat), textField("legal_persona_name", r.LegalPersonaName),
		textField("component_phone", r.ComponentPhone),
	}
}
