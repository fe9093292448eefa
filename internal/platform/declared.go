package platform

import (
	"errors"
	"slices"
	"strings"
)

// maxNickname is the most characters that a mini program's nickname may have.
const maxNickname = 30

// Problems lists everything wrong with a development mini program, one sentence
// each.
func (d *DevMiniprogram) Problems() []string {
	return sentences(checkAppid(d.Appid), text("name", d.Name, maxNickname), d.checkUploadIPs())
}

func (d *DevMiniprogram) checkUploadIPs() error {
	var errs []error
	if n := len(d.UploadIPAllowlist); n > maxUploadIPs {
		errs = append(errs, Invalidf("upload_ip_allowlist has %d entries, at most %d are allowed", n, maxUploadIPs))
	}
	for _, entry := range d.UploadIPAllowlist {
		if _, ok := uploadPrefix(entry); !ok {
			errs = append(errs, Invalidf("upload_ip_allowlist has %q, must be an address, or like 172.0.0.* or 172.0.0.1/24", entry))
		}
	}
	return errors.Join(errs...)
}

// Problems lists everything wrong with a merchant's mini program, one sentence
// each.
func (a *Authorizer) Problems() []string {
	return sentences(checkAppid(a.Appid), text("nick_name", a.NickName, maxNickname), text("refresh_token", a.RefreshToken, 128),
		checkFuncIDs(a.FuncIDs), a.Profile.check(), checkCategories(a.Categories), checkRestrictions(a.Restrictions))
}

func (p *Profile) check() error {
	var errs []error
	if !slices.Contains([]string{"", AccountMiniprogram, AccountOfficialAccount}, p.Account) {
		errs = append(errs, Invalidf("profile.account is %q, must be %s or %s", p.Account, AccountMiniprogram, AccountOfficialAccount))
	}
	// The bounds are those of a database schema that several platforms use.
	for _, f := range []struct {
		name, value string
		most        int
	}{
		{"user_name", p.UserName, 32},
		{"principal_name", p.PrincipalName, 64},
		{"head_img", p.HeadImg, 256},
		{"qrcode_url", p.QrcodeURL, 256},
		{"signature", p.Signature, 256},
		{"alias", p.Alias, 64},
	} {
		errs = append(errs, text("profile."+f.name, f.value, f.most))
	}
	return errors.Join(errs...)
}

func checkCategories(categories []AuthorizerCategory) error {
	var errs []error
	for i, c := range categories {
		if c.First == "" {
			errs = append(errs, Invalidf("categories[%d].first is missing", i))
		}
		errs = append(errs, text("categories.first", c.First, 64), text("categories.second", c.Second, 64))
	}
	return errors.Join(errs...)
}

func checkRestrictions(names []string) error {
	var errs []error
	for _, name := range names {
		if !slices.Contains(Restrictions(), name) {
			errs = append(errs, Invalidf("restrictions has %q, must be one of %s", name, strings.Join(Restrictions(), ", ")))
		}
	}
	return errors.Join(errs...)
}

// Problems lists everything wrong with the texts of an upload, one sentence
// each.
func (u *Upload) Problems() []string {
	probe := *u // the check fills in what was left empty
	return sentences(probe.check())
}

// CheckTicket reports what is wrong with a known ticket.
func CheckTicket(value string) error { return text("verify_ticket", value, 128) }

func checkAppid(appid string) error {
	if ValidAppid(appid) {
		return nil
	}
	return Invalidf("appid %q must be wx and 16 lower-case hex digits", appid)
}

func sentences(errs ...error) []string {
	if err := errors.Join(errs...); err != nil {
		return strings.Split(err.Error(), "\n")
	}
	return nil
}
