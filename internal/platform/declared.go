package platform

import (
	"errors"
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
	return sentences(checkAppid(a.Appid), text("nick_name", a.NickName, maxNickname), text("refresh_token", a.RefreshToken, 128))
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
