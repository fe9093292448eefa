package platform

import (
	"context"
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"
)

// Bounds of a guideline; no source names any.
const (
	maxPrivacyUses = 100
	maxPrivacyKey  = 64
	maxPrivacyText = 512
	maxPrivacySDKs = 64 << 10 // bytes
)

// PrivacyChange is a call of setprivacysetting.
type PrivacyChange struct {
	ComponentAppid  string
	AuthorizerAppid string
	Version         int
	Owner           *PrivacyOwner // nil: absent
	Uses            []PrivacyUse  // nil: absent
	SDKs            json.RawMessage
}

// SetPrivacySetting sets a guideline: the development version, which a release brings
// into force, or what may be changed at once of the one that is in force.
//
// Errors, in the order of the checks: 86071, 86069 no owner_setting or no contact in
// it, 86070, 86072, 40097 no setting_list, or one where none may be, or one that
// breaks a bound (all decided), 61003, 50002, 48001 an official account (decided),
// 86074, 86075, 86073, 61039.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/privacy-management/api_setprivacysetting.html
func (s *Service) SetPrivacySetting(ctx context.Context, in PrivacyChange) error {
	if err := in.check(); err != nil {
		return err
	}
	_, err := changeSettings(ctx, s, in.ComponentAppid, in.AuthorizerAppid, func(tx Tx, _ *Component, a *Authorizer, m *MerchantSettings) (struct{}, error) {
		if err := a.onlyMiniprogram(); err != nil {
			return struct{}{}, err
		}
		if in.Version == PrivacyVersionOnline {
			return struct{}{}, m.changeOnline(in.Owner, tx.Now())
		}
		if !m.knowsPrivacyFile(in.Owner.ExtFile) {
			return struct{}{}, Refuse(CodePrivacyFile, "ext_file_media_id %q is none that uploadprivacyextfile gave for %s", clip(in.Owner.ExtFile), a.Appid)
		}
		code, err := codePrivacyOf(ctx, tx, in.ComponentAppid, in.AuthorizerAppid)
		if err == nil && code.Checking {
			err = privacyChecking(a.Appid)
		}
		m.Privacy = &PrivacyGuideline{Owner: *in.Owner, Uses: in.Uses, SDKs: in.SDKs, UpdatedAt: tx.Now()}
		return struct{}{}, err
	})
	return err
}

// changeOnline changes the guideline that is in force: its owner, but not the file.
func (m *MerchantSettings) changeOnline(owner *PrivacyOwner, now time.Time) error {
	if m.PrivacyOnline == nil {
		return Refuse(CodeNoOnlinePrivacy, "%s has no released guideline; set the development version (privacy_ver 2) and release", m.AuthorizerAppid)
	}
	file := m.PrivacyOnline.Owner.ExtFile
	if owner.ExtFile != "" && owner.ExtFile != file {
		return Refuse(CodePrivacyFileFixed, "ext_file_media_id of the released guideline is %q; only a release changes it", file)
	}
	next := *m.PrivacyOnline
	next.Owner, next.UpdatedAt = *owner, now
	next.Owner.ExtFile = file
	m.PrivacyOnline = &next
	return nil
}

// knowsPrivacyFile reports whether a file may stand in a guideline: one that was
// uploaded, or stands in one already, or none.
func (m *MerchantSettings) knowsPrivacyFile(id string) bool {
	if id == "" || slices.Contains(m.PrivacyFiles, id) {
		return true
	}
	return slices.ContainsFunc([]*PrivacyGuideline{m.Privacy, m.PrivacyOnline}, func(g *PrivacyGuideline) bool { return g != nil && g.Owner.ExtFile == id })
}

func (in *PrivacyChange) check() error {
	if err := checkPrivacyVersion(in.Version); err != nil {
		return err
	}
	o := in.Owner
	switch {
	case o == nil:
		return Refuse(CodePrivacyOwner, "owner_setting is missing")
	case o.ContactEmail == "" && o.ContactPhone == "" && o.ContactQQ == "" && o.ContactWeixin == "":
		return Refuse(CodePrivacyOwner, "owner_setting names no contact: contact_email, contact_phone, contact_qq or contact_weixin")
	case o.NoticeMethod == "":
		return Refuse(CodePrivacyNotice, "notice_method is missing or empty")
	case !storeExpire(o.StoreExpire):
		return Refuse(CodePrivacyExpire, "store_expire_timestamp is %q, must be digits and 天, like 30天", clip(o.StoreExpire))
	case in.Version == PrivacyVersionOnline && in.Uses != nil:
		return Refuse(CodeInvalidArgs, "setting_list must be absent with privacy_ver 1")
	case in.Version == PrivacyVersionDev && in.Uses == nil:
		return Refuse(CodeInvalidArgs, "setting_list is missing")
	case len(in.SDKs) > maxPrivacySDKs:
		return Refuse(CodeInvalidArgs, "sdk_privacy_info_list has %d bytes, at most %d are allowed", len(in.SDKs), maxPrivacySDKs)
	}
	if err := checkGuideline(o, in.Uses); err != nil {
		return Refuse(CodeInvalidArgs, "%v", err)
	}
	return nil
}

// checkGuideline checks the bounds of a guideline's texts.
func checkGuideline(o *PrivacyOwner, uses []PrivacyUse) error {
	for _, f := range []struct{ name, value string }{
		{"contact_phone", o.ContactPhone},
		{"contact_email", o.ContactEmail},
		{"contact_qq", o.ContactQQ},
		{"contact_weixin", o.ContactWeixin},
		{"store_expire_timestamp", o.StoreExpire},
		{"ext_file_media_id", o.ExtFile},
		{"notice_method", o.NoticeMethod},
	} {
		if err := text("privacy.owner_setting."+f.name, f.value, maxPrivacyText); err != nil {
			return err
		}
	}
	if n := len(uses); n > maxPrivacyUses {
		return Invalidf("privacy.setting_list has %d entries, at most %d are allowed", n, maxPrivacyUses)
	}
	for i, u := range uses {
		if u.Key == "" {
			return Invalidf("privacy.setting_list[%d].privacy_key is missing", i)
		}
		if err := text("privacy.setting_list.privacy_key", u.Key, maxPrivacyKey); err != nil {
			return err
		}
		if err := text("privacy.setting_list.privacy_text", u.Text, maxPrivacyText); err != nil {
			return err
		}
	}
	return nil
}

// MaxPrivacyFile is how long a file with a guideline of one's own may be, in bytes.
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/privacy-management/uploadPrivacySetting.html
const MaxPrivacyFile = 100 << 10

// keepPrivacyFiles is how many uploaded files of a mini program are known, those aside
// that stand in a guideline.
const keepPrivacyFiles = 20

// KeepPrivacyFile takes a text file with a guideline of one's own and returns its id,
// 19 digits. The text is checked and not kept: nothing shows it.
//
// Errors, in the order of the checks: 61003, 50002, 48001 an official account
// (decided), 40126 over [MaxPrivacyFile], 40005 no text (decided).
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/privacy-management/uploadPrivacySetting.html
func (s *Service) KeepPrivacyFile(ctx context.Context, component, authorizer string, content []byte) (string, error) {
	return changeSettings(ctx, s, component, authorizer, func(_ Tx, _ *Component, a *Authorizer, m *MerchantSettings) (string, error) {
		switch {
		case a.OfficialAccount():
			return "", a.onlyMiniprogram()
		case len(content) > MaxPrivacyFile:
			return "", Refuse(CodeTextSize, "the file has %d bytes, at most %d are allowed", len(content), MaxPrivacyFile)
		case !utf8.Valid(content):
			return "", Refuse(CodeInvalidFileType, "the file is no text in UTF-8")
		}
		digits, err := s.decimalDigits(18)
		if err != nil {
			return "", err
		}
		id := "2" + digits
		m.PrivacyFiles = append(slices.Clone(m.PrivacyFiles), id)
		m.PrivacyFiles = m.PrivacyFiles[max(0, len(m.PrivacyFiles)-keepPrivacyFiles):]
		return id, nil
	})
}
