package platform

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// PrivacyInterface is a location interface that a mini program has to apply for.
type PrivacyInterface struct {
	Name        string // as in requiredPrivateInfos, without wx.
	ChineseName string
	Description string
	Link        string // its page
}

// PrivacyInterfaces lists them all. Texts of startLocationUpdate,
// startLocationUpdateBackground and getFuzzyLocation are those of their pages, the
// others those of answers that were shown.
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/privacy-api-management/getPrivacyInterface.html
func PrivacyInterfaces() []PrivacyInterface {
	const location, openAPI = "https://developers.weixin.qq.com/miniprogram/dev/api/location/wx.", "https://developers.weixin.qq.com/miniprogram/dev/api/open-api/address/wx."
	return []PrivacyInterface{
		{"getLocation", "获取当前的地理位置、速度", "获取当前的地理位置、速度。当用户离开小程序后，此接口无法调用。", location + "getLocation.html"},
		{"onLocationChange", "监听实时地理位置变化事件", "监听实时地理位置变化事件。当用户离开小程序后，此接口无法调用。", location + "onLocationChange.html"},
		{"startLocationUpdate", "开启小程序进入前台时接收位置消息", "开启小程序进入前台时接收位置消息。", location + "startLocationUpdate.html"},
		{"startLocationUpdateBackground", "开启小程序进入前后台时均接收位置消息", "开启小程序进入前后台时均接收位置消息。", location + "startLocationUpdateBackground.html"},
		{"chooseAddress", "获取用户收货地址", "调起用户编辑收货地址原生界面，并在编辑完成后返回用户选择的地址。", openAPI + "chooseAddress.html"},
		{"choosePoi", "选择位置，支持模糊定位（精确到市）和精确定位混选", "选择位置，支持模糊定位和精确定位混选", location + "choosePoi.html"},
		{"chooseLocation", "打开地图选择位置", "打开地图选择位置。", location + "chooseLocation.html"},
		{"getFuzzyLocation", "获取当前的模糊地理位置", "获取当前的模糊地理位置。", location + "getFuzzyLocation.html"},
	}
}

// Statuses of a location interface.
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/privacy-api-management/getPrivacyInterface.html
const (
	InterfaceOpenToApply = 1
	InterfaceNoRight     = 2
	InterfaceApplied     = 3
	InterfaceFailed      = 4
	InterfaceHeld        = 5
)

// PrivacyApplication is an application for a location interface.
type PrivacyApplication struct {
	Name      string    `json:"name"` // without wx.
	Content   string    `json:"content"`
	URLs      []string  `json:"urls,omitempty"`
	Pictures  []string  `json:"pictures,omitempty"`
	Videos    []string  `json:"videos,omitempty"`
	AuditID   int64     `json:"audit_id"`
	AppliedAt time.Time `json:"applied_at"`
	Status    int       `json:"status"` // [InterfaceApplied], [InterfaceFailed] or [InterfaceHeld]
	Reason    string    `json:"reason,omitempty"`
}

// HoldsPrivateInfo reports whether the mini program holds a location interface, named
// as in requiredPrivateInfos. Without a list it holds all.
func (m *MerchantSettings) HoldsPrivateInfo(name string) bool {
	if m.PrivateInfos == nil || slices.Contains(m.PrivateInfos, name) {
		return true
	}
	a := m.application(name)
	return a != nil && a.Status == InterfaceHeld
}

// HeldPrivateInfos lists the location interfaces that the mini program holds; nil: all
// of them.
func (m *MerchantSettings) HeldPrivateInfos() []string {
	if m.PrivateInfos == nil {
		return nil
	}
	out := []string{}
	for _, i := range PrivacyInterfaces() {
		if m.HoldsPrivateInfo(i.Name) {
			out = append(out, i.Name)
		}
	}
	return out
}

func (m *MerchantSettings) application(name string) *PrivacyApplication {
	i := slices.IndexFunc(m.Applications, func(a PrivacyApplication) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return &m.Applications[i]
}

// InterfaceState is a location interface and how a mini program stands to it.
type InterfaceState struct {
	PrivacyInterface
	Status      int
	Application *PrivacyApplication // the newest; nil: none
}

// PrivacyInterfaceStates lists the location interfaces and how a mini program stands
// to each.
//
// Errors: 61003, 50002, 48001 an official account (decided).
func (s *Service) PrivacyInterfaceStates(ctx context.Context, component, authorizer string) ([]InterfaceState, error) {
	return viewSettings(ctx, s, component, authorizer, func(_ Reader, a *Authorizer, m *MerchantSettings) ([]InterfaceState, error) {
		var out []InterfaceState
		for _, i := range PrivacyInterfaces() {
			out = append(out, InterfaceState{i, m.interfaceStatus(a, i.Name), m.application(i.Name)})
		}
		return out, a.onlyMiniprogram()
	})
}

func (m *MerchantSettings) interfaceStatus(a *Authorizer, name string) int {
	application := m.application(name)
	switch {
	case m.HoldsPrivateInfo(name):
		return InterfaceHeld
	case application != nil:
		return application.Status
	case a.Restricted(RestrictionPrivateInfos):
		return InterfaceNoRight
	}
	return InterfaceOpenToApply
}

// Bounds of an application.
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/privacy-api-management/applyPrivacyInterface.html
const (
	MaxApplicationText     = 300 // characters
	MaxApplicationPictures = 10
	MaxApplicationVideos   = 1
	maxApplicationURLs     = 10 // no source names one
	// ApplicationsAMinute is how many applications a mini program may send: 61038.
	ApplicationsAMinute = 280
)

// ApplyPrivacyInterface applies for a location interface, named with wx. before it,
// and returns the application with its audit_id. Its outcome is pushed as
// wxa_privacy_apply, see [Service.DecidePrivacyInterface].
//
// Errors, in the order of the checks: 61034 a missing member or one over its bound,
// 61037, 61032 a video that is no .mp4, 61033 an address that is no URL (both
// decided: nothing is fetched), 61003, 50002, 48001 an official account (decided),
// 61035 no such interface, or one that is held, 61036 by the restriction
// no_private_infos, 61031.
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/privacy-api-management/applyPrivacyInterface.html
func (s *Service) ApplyPrivacyInterface(ctx context.Context, component, authorizer, apiName string, in PrivacyApplication) (PrivacyApplication, error) {
	if err := in.check(apiName); err != nil {
		return PrivacyApplication{}, err
	}
	return changeSettings(ctx, s, component, authorizer, func(tx Tx, _ *Component, a *Authorizer, m *MerchantSettings) (PrivacyApplication, error) {
		if err := a.onlyMiniprogram(); err != nil {
			return PrivacyApplication{}, err
		}
		name, prefixed := strings.CutPrefix(apiName, "wx.")
		known := prefixed && slices.ContainsFunc(PrivacyInterfaces(), func(i PrivacyInterface) bool { return i.Name == name })
		switch {
		case !known:
			return PrivacyApplication{}, Refuse(CodeInterfaceNoNeed, "api_name is %q, which is none to apply for; get_privacy_interface lists those that are", clip(apiName))
		case m.HoldsPrivateInfo(name):
			return PrivacyApplication{}, Refuse(CodeInterfaceNoNeed, "%s holds %s already (private_infos of the authorizer)", a.Appid, name)
		case a.Restricted(RestrictionPrivateInfos):
			return PrivacyApplication{}, Refuse(CodeInterfaceNotAllowed, "%s may not apply (restriction %s)", a.Appid, RestrictionPrivateInfos)
		}
		old := m.application(name)
		if old != nil && old.Status == InterfaceApplied {
			return PrivacyApplication{}, Refuse(CodeInterfaceReview, "application %d of %s for %s waits for a decision", old.AuditID, a.Appid, name)
		}
		digits, err := s.decimalDigits(8)
		if err != nil {
			return PrivacyApplication{}, err
		}
		next := in
		next.Name, next.AppliedAt, next.Status = name, tx.Now(), InterfaceApplied
		if next.AuditID, err = strconv.ParseInt("4"+digits, 10, 64); err != nil {
			return PrivacyApplication{}, err
		}
		m.Applications = append(slices.DeleteFunc(slices.Clone(m.Applications), func(p PrivacyApplication) bool { return p.Name == name }), next)
		return next, nil
	})
}

func (p *PrivacyApplication) check(apiName string) error {
	switch {
	case apiName == "" || p.Content == "":
		return Refuse(CodeInterfaceArgs, "api_name or content is missing or empty")
	case !utf8.ValidString(p.Content):
		return Refuse(CodeInterfaceEncoding, "content is not valid UTF-8")
	case utf8.RuneCountInString(p.Content) > MaxApplicationText:
		return Refuse(CodeInterfaceArgs, "content has %d characters, at most %d are allowed", utf8.RuneCountInString(p.Content), MaxApplicationText)
	case len(p.URLs) > maxApplicationURLs || len(p.Pictures) > MaxApplicationPictures || len(p.Videos) > MaxApplicationVideos:
		return Refuse(CodeInterfaceArgs, "there are %d links, %d pictures and %d videos, at most %d, %d and %d are allowed",
			len(p.URLs), len(p.Pictures), len(p.Videos), maxApplicationURLs, MaxApplicationPictures, MaxApplicationVideos)
	}
	for _, video := range p.Videos {
		if u, err := url.Parse(video); err == nil && !strings.HasSuffix(strings.ToLower(u.Path), ".mp4") {
			return Refuse(CodeInterfaceVideo, "video %q does not end in .mp4", clip(video))
		}
	}
	for _, address := range slices.Concat(p.URLs, p.Pictures, p.Videos) {
		if address == "" || !validURL(address) || len(address) > 1<<10 {
			return Refuse(CodeInterfaceMedia, "%q is no http or https URL", clip(address))
		}
	}
	return nil
}
