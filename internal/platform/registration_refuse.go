package platform

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// RegistrationRefusals lists the codes that the switch registration_refuse can
// cause: those whose cause lies outside of what draftbox knows. Each is answered by
// the calls whose page lists it.
func RegistrationRefusals() []int {
	return []int{
		CodeNicknameFrequency, CodeComponentNeedRepublish, CodeRealnameType, CodeNeedCertified, CodeRealnameLimit, CodeRealnameBlacklist,
		CodeMonthlyQuota, CodeCopyWXVerify, CodeRegistrationRunning, CodeInvalidRedirectURI, CodeOverseasDenied, CodeNameMismatch,
		CodeInvalidWechat, CodeNicknameKeyword, CodeRegistrationInner, CodeRightsMissing,
	}
}

// What each call can be refused with by the switch.
var (
	enterpriseRefusals = []int{CodeInvalidWechat, CodeNameMismatch, CodeNicknameFrequency, CodeRegistrationInner, CodeRightsMissing}
	verifyRefusals     = []int{CodeInvalidWechat, CodeNameMismatch, CodeRegistrationInner, CodeRightsMissing}
	nicknameRefusals   = []int{CodeNicknameKeyword}
	offiRefusals       = []int{
		CodeComponentNeedRepublish, CodeRealnameType, CodeNeedCertified, CodeRealnameLimit, CodeRealnameBlacklist, CodeMonthlyQuota,
		CodeCopyWXVerify, CodeRegistrationRunning, CodeInvalidRedirectURI, CodeOverseasDenied,
	}
)

// refuseRegistration applies the switch registration_refuse to the values of a
// request. A value of its own beats "*".
func (c *Component) refuseRegistration(codes []int, values ...string) error {
	rules := c.Settings.Switches.RegistrationRefuse
	for _, value := range append(values, "*") {
		if code, ok := rules[value]; ok && value != "" && slices.Contains(codes, code) {
			return Refuse(code, "%q is refused (switch registration_refuse)", value)
		}
	}
	if !slices.Contains(codes, CodeNicknameKeyword) {
		return nil
	}
	for _, word := range slices.Sorted(maps.Keys(rules)) {
		if rules[word] == CodeNicknameKeyword && strings.Contains(values[0], word) {
			return Refuse(CodeNicknameKeyword, "the name holds %q (switch registration_refuse)", word)
		}
	}
	return nil
}

// values are the members of a request that a rule may name; a name comes first.
func (r *RegistrationRequest) values() []string {
	return []string{
		r.Name, r.LegalPersonaWechat, r.LegalPersonaName, r.LegalPersonaIDCard, r.Code, r.ComponentPhone, r.IDName, r.WXUser, r.OpenID,
	}
}

// maxRegistrationText bounds each text of a request, in characters.
const maxRegistrationText = 128

// checkTexts refuses what is no text that people write: 47001.
func (r *RegistrationRequest) checkTexts() error {
	for _, v := range r.values() {
		if err := text("a member", v, maxRegistrationText); err != nil {
			return Refuse(CodeDataFormat, "%v", err)
		}
	}
	return nil
}

// checkPresent refuses a request without one of its members.
func checkPresent(code int, members ...string) error {
	for i := 0; i+1 < len(members); i += 2 {
		if members[i+1] == "" {
			return Refuse(code, "%s is missing or empty", members[i])
		}
	}
	return nil
}

// checkCode checks the code of an enterprise.
//
// Errors: 89248 no such type, 89255 a code of another shape.
func (r *RegistrationRequest) checkCode() error {
	var ok bool
	var want string
	switch r.CodeType {
	case 1:
		ok, want = len(r.Code) == 18 && alphanumeric(r.Code), "a unified social credit code: 18 letters or digits"
	case 2:
		plain := strings.Replace(r.Code, "-", "", 1)
		hyphen := strings.IndexByte(r.Code, '-')
		ok, want = len(plain) == 9 && alphanumeric(plain) && (hyphen < 0 || hyphen == 8), "an organization code: 9 letters or digits, xxxxxxxx-x"
	case 3:
		ok, want = len(r.Code) == 15 && alphanumeric(r.Code), "the number of a business license: 15 digits"
	default:
		return Refuse(CodeInvalidCodeType, "code_type is %d, must be 1, 2 or 3", r.CodeType)
	}
	if !ok {
		return Refuse(CodeEnterpriseCode, "code is %q, must be %s", clip(r.Code), want)
	}
	return nil
}

// trialSuffix ends the name of every trial mini program.
const trialSuffix = "的体验小程序"

// trialName forces the suffix on. The page allows 4 to 30 characters; here the whole
// has 30 at most, as every nickname.
//
// Errors: 47001 no text, 40097 too short or too long (decided).
func trialName(name string) (string, error) {
	if err := text("name", name, 1<<10); err != nil {
		return "", Refuse(CodeDataFormat, "%v", err)
	}
	name = strings.TrimSuffix(name, trialSuffix)
	most := maxNickname - utf8.RuneCountInString(trialSuffix)
	if n := utf8.RuneCountInString(name); n < 4 || n > most {
		return "", Refuse(CodeInvalidArgs, "name has %d characters without %s, must have 4 to %d", n, trialSuffix, most)
	}
	return name + trialSuffix, nil
}
