package platform

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// PrivacyGuideline is a privacy guideline (用户隐私保护指引) of a mini program.
type PrivacyGuideline struct {
	Owner     PrivacyOwner    `json:"owner_setting"`
	Uses      []PrivacyUse    `json:"setting_list"`
	SDKs      json.RawMessage `json:"sdk_privacy_info_list,omitempty"` // as it was set; its members are not documented
	UpdatedAt time.Time       `json:"updated_at"`
}

// PrivacyOwner is who collects what users give, and how to reach them.
type PrivacyOwner struct {
	ContactPhone  string `json:"contact_phone" yaml:"contact_phone"`
	ContactEmail  string `json:"contact_email" yaml:"contact_email"`
	ContactQQ     string `json:"contact_qq" yaml:"contact_qq"`
	ContactWeixin string `json:"contact_weixin" yaml:"contact_weixin"`
	// StoreExpire is how long it is kept, digits and 天; empty: as long as needed.
	StoreExpire string `json:"store_expire_timestamp" yaml:"store_expire_timestamp"`
	ExtFile     string `json:"ext_file_media_id" yaml:"ext_file_media_id"` // of uploadprivacyextfile
	// NoticeMethod says how users hear of changes.
	NoticeMethod string `json:"notice_method" yaml:"notice_method"`
	StoreRegion  int    `json:"store_region" yaml:"store_region"` // of overseas owners
}

// PrivacyUse says what one kind of information is used for.
type PrivacyUse struct {
	Key  string `json:"privacy_key" yaml:"privacy_key"` // of [PrivacyKeys], or one's own
	Text string `json:"privacy_text" yaml:"privacy_text"`
}

// PrivacyKey is a kind of information about users and its name.
type PrivacyKey struct{ Key, Name string }

// PrivacyKeys lists the kinds that guidelines can name, in the order of answers that
// were shown; the last six came later. Other keys are allowed.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/privacy-management/api_getprivacysetting.html
func PrivacyKeys() []PrivacyKey {
	return []PrivacyKey{
		{"UserInfo", "用户信息（微信昵称、头像）"},
		{"Location", "位置信息"},
		{"Address", "地址"},
		{"Invoice", "发票信息"},
		{"RunData", "微信运动数据"},
		{"Record", "麦克风"},
		{"Album", "选中的照片或视频信息"},
		{"Camera", "摄像头"},
		{"PhoneNumber", "手机号"},
		{"Contact", "通讯录（仅写入）权限"},
		{"DeviceInfo", "设备信息"},
		{"EXIDNumber", "身份证号码"},
		{"EXOrderInfo", "订单信息"},
		{"EXUserPublishContent", "发布内容"},
		{"EXUserFollowAcct", "所关注账号"},
		{"EXUserOpLog", "操作日志"},
		{"AlbumWriteOnly", "相册（仅写入）权限"},
		{"LicensePlate", "车牌号"},
		{"BlueTooth", "蓝牙"},
		{"CalendarWriteOnly", "日历（仅写入）权限"},
		{"Email", "邮箱"},
		{"MessageFile", "选中的文件"},
		{"ChooseLocation", "选择的位置信息"},
		{"Accelerometer", "加速传感器"},
		{"Compass", "磁场传感器"},
		{"DeviceMotion", "方向传感器"},
		{"Gyroscope", "陀螺仪传感器"},
		{"Clipboard", "剪切板"},
	}
}

// Versions of a guideline.
const (
	PrivacyVersionOnline = 1
	PrivacyVersionDev    = 2
)

// CodePrivacy is what a merchant's committed code says of privacy.
type CodePrivacy struct {
	Exists   bool     // code was committed
	Keys     []string // of [PrivacyKeys], found in it
	Checking bool     // the check of it is not done yet
}

// GuidelineSet reports whether there is a privacy guideline.
func (m *MerchantSettings) GuidelineSet() bool { return m.Privacy != nil || m.PrivacyOnline != nil }

// PrivacyState is a guideline together with what the code says.
type PrivacyState struct {
	Guideline PrivacyGuideline // zero if there is none
	Code      CodePrivacy
}

// PrivacySetting returns a version of a mini program's guideline. What the code uses
// and the guideline does not name has a use without text, after the others.
//
// Errors, in the order of the checks: 86071 no such version, 61003, 50002, 48001 an
// official account (decided), 61039 of the development version while its code is
// checked.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/privacy-management/api_getprivacysetting.html
func (s *Service) PrivacySetting(ctx context.Context, component, authorizer string, version int) (PrivacyState, error) {
	if err := checkPrivacyVersion(version); err != nil {
		return PrivacyState{}, err
	}
	return viewSettings(ctx, s, component, authorizer, func(r Reader, a *Authorizer, m *MerchantSettings) (PrivacyState, error) {
		if err := a.onlyMiniprogram(); err != nil {
			return PrivacyState{}, err
		}
		code, err := codePrivacyOf(ctx, r, component, authorizer)
		if err == nil && code.Checking && version == PrivacyVersionDev {
			err = privacyChecking(authorizer)
		}
		if err != nil {
			return PrivacyState{}, err
		}
		out := PrivacyState{Code: code}
		if g := m.guideline(version); g != nil {
			out.Guideline = *g
		}
		uses := slices.Clone(out.Guideline.Uses)
		for _, key := range code.Keys {
			if !slices.ContainsFunc(uses, func(u PrivacyUse) bool { return u.Key == key }) {
				uses = append(uses, PrivacyUse{Key: key})
			}
		}
		out.Guideline.Uses = uses
		return out, nil
	})
}

func (m *MerchantSettings) guideline(version int) *PrivacyGuideline {
	if version == PrivacyVersionOnline {
		return m.PrivacyOnline
	}
	return m.Privacy
}

func checkPrivacyVersion(version int) error {
	if version != PrivacyVersionOnline && version != PrivacyVersionDev {
		return Refuse(CodePrivacyVersion, "privacy_ver is %d, must be 1 or 2", version)
	}
	return nil
}

func privacyChecking(authorizer string) error {
	return Refuse(CodePrivacyChecking, "the privacy check of the last commit of %s is not done yet", authorizer)
}

// storeExpire reports whether a text is a time to keep information for.
func storeExpire(s string) bool {
	days, found := strings.CutSuffix(s, "天")
	return s == "" || found && days != "" && strings.Trim(days, "0123456789") == ""
}
