package platform

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// MaxTesters is how many testers (体验成员) a mini program may have: the most that any
// kind of account may have. The real bound depends on the account.
const MaxTesters = 90

// TesterRefusals lists the codes that the switch tester_refuse can cause: those whose
// cause lies with the person.
func TesterRefusals() []int { return []int{CodeNoSuchUser, CodeTooManyWeapps} }

// TesterUserStr is the opaque string that stands for a person among the testers of a
// mini program: 64 hex digits, always the same.
func TesterUserStr(component, authorizer, wechatID string) string {
	sum := sha256.Sum256([]byte(component + "/" + authorizer + "/" + wechatID))
	return hex.EncodeToString(sum[:])
}

// BindTester makes a person a tester and returns the string that stands for them.
//
// Errors, in the order of the checks: 61003, 50002, 48001 an official account
// (decided), 85001 no WeChat id, or by the switch tester_refuse, 85003 by that switch,
// 85004, 85002 over [MaxTesters].
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/member-management/api_bindtester.html
func (s *Service) BindTester(ctx context.Context, component, authorizer, wechatID string) (string, error) {
	return changeSettings(ctx, s, component, authorizer, func(_ Tx, c *Component, a *Authorizer, m *MerchantSettings) (string, error) {
		if err := a.onlyMiniprogram(); err != nil {
			return "", err
		}
		if wechatID == "" || text("wechatid", wechatID, maxWechatID) != nil {
			return "", Refuse(CodeNoSuchUser, "wechatid is missing, empty or none")
		}
		for _, value := range []string{wechatID, "*"} {
			if code, ok := c.Settings.Switches.TesterRefuse[value]; ok {
				return "", Refuse(code, "%q is refused (switch tester_refuse)", wechatID)
			}
		}
		if slices.Contains(m.Testers, wechatID) {
			return "", Refuse(CodeTesterBound, "%q is a tester of %s already", wechatID, authorizer)
		}
		if n := len(m.Testers); n >= MaxTesters {
			return "", Refuse(CodeTesterLimit, "%s has %d testers, the most that are allowed", authorizer, n)
		}
		m.Testers = append(slices.Clone(m.Testers), wechatID)
		return TesterUserStr(component, authorizer, wechatID), nil
	})
}

// maxWechatID bounds a WeChat id, in characters.
const maxWechatID = 64

// UnbindTester takes a person from the testers, named by the one or the other; userStr
// is looked at first. What the real service answers about somebody who is none is not
// known.
//
// Errors, in the order of the checks: 61003, 50002, 48001 an official account, 40097
// neither is given, 89034 no tester of that userStr, 85001 none of that WeChat id (all
// decided but for the first two).
// https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Mini_Program_AdminManagement/unbind_tester.html
func (s *Service) UnbindTester(ctx context.Context, component, authorizer, wechatID, userStr string) error {
	_, err := changeSettings(ctx, s, component, authorizer, func(_ Tx, _ *Component, a *Authorizer, m *MerchantSettings) (struct{}, error) {
		if err := a.onlyMiniprogram(); err != nil {
			return struct{}{}, err
		}
		if wechatID == "" && userStr == "" {
			return struct{}{}, Refuse(CodeInvalidArgs, "neither wechatid nor userstr is given")
		}
		left := slices.DeleteFunc(slices.Clone(m.Testers), func(id string) bool {
			if userStr != "" {
				return TesterUserStr(component, authorizer, id) == userStr
			}
			return id == wechatID
		})
		switch {
		case len(left) < len(m.Testers):
			m.Testers = left
			return struct{}{}, nil
		case userStr != "":
			return struct{}{}, Refuse(CodeUserStr, "userstr is none of a tester of %s", authorizer)
		}
		return struct{}{}, Refuse(CodeNoSuchUser, "%q is no tester of %s", clip(wechatID), authorizer)
	})
	return err
}

// Testers returns the strings that stand for a mini program's testers, in order of
// their binding.
//
// Errors: 61003, 50002, 48001 an official account (decided).
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/member-management/api_gettester.html
func (s *Service) Testers(ctx context.Context, component, authorizer string) ([]string, error) {
	m, err := s.MerchantSettings(ctx, component, authorizer)
	out := make([]string, len(m.Testers))
	for i, id := range m.Testers {
		out[i] = TesterUserStr(component, authorizer, id)
	}
	return out, err
}
