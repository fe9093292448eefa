package platform

import (
	"slices"
	"time"
)

// Authorizer is a merchant's account - a mini program, as a rule - that granted
// authorization to a component, or could.
type Authorizer struct {
	ComponentAppid string
	Appid          string
	NickName       string
	Authorized     bool
	// Exchanged says that an authorization code was exchanged since the merchant
	// granted: only then does the list of authorizers show the refresh token.
	Exchanged    bool
	RefreshToken string    // refreshtoken@@@ + 43; empty before the first grant
	AuthTime     time.Time // of the grant; zero before the first
	FuncIDs      []int     // permission sets (权限集) granted, ascending
	Profile      Profile
	Categories   []AuthorizerCategory
	Restrictions []string          // of [Restrictions]
	Options      map[string]string // by option_name; absent: 0
	CreatedAt    time.Time
}

// Profile is what api_get_authorizer_info tells of an account. What is empty is
// answered with a value that fits, see the methods.
// https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_getauthorizerinfo.html
type Profile struct {
	// Account is "miniprogram", the default, or "official_account".
	Account       string `json:"account,omitempty" yaml:"account"`
	UserName      string `json:"user_name,omitempty" yaml:"user_name"` // original id, gh_ + 12 hex digits
	PrincipalName string `json:"principal_name,omitempty" yaml:"principal_name"`
	HeadImg       string `json:"head_img,omitempty" yaml:"head_img"`     // URL
	QrcodeURL     string `json:"qrcode_url,omitempty" yaml:"qrcode_url"` // URL
	Signature     string `json:"signature,omitempty" yaml:"signature"`   // description of the account
	Alias         string `json:"alias,omitempty" yaml:"alias"`           // of official accounts
	// ServiceType is service_type_info.id: 0 ordinary, 12 trial, 4 mini game …
	ServiceType int `json:"service_type,omitempty" yaml:"service_type"`
	// VerifyType is verify_type_info.id: 0 verified by WeChat, -1 not.
	VerifyType int `json:"verify_type,omitempty" yaml:"verify_type"`
	// RegisterType says how it was made: 0 ordinary, 6 fast registration by the
	// legal person, 13 trial, 16 personal, 19 trial turned regular …
	RegisterType int `json:"register_type,omitempty" yaml:"register_type"`
	// AccountStatus is 1 normal, 14 closed, 16 banned, 18 warned, 19 frozen; 0 is 1.
	AccountStatus int `json:"account_status,omitempty" yaml:"account_status"`
}

// Kinds of account.
const (
	AccountMiniprogram     = "miniprogram"
	AccountOfficialAccount = "official_account"
)

// ServiceTypeTrial is the service type of a trial mini program (试用小程序).
const ServiceTypeTrial = 12

// AuthorizerCategory is a pair of category names.
type AuthorizerCategory struct {
	First  string `json:"first" yaml:"first"`
	Second string `json:"second" yaml:"second"`
}

// Restrictions that an account can have, and what they cause.
const (
	RestrictionFrozen          = "frozen"           // 50002
	RestrictionReadOnlyOptions = "readonly_options" // 61025
	RestrictionPrivateInfos    = "no_private_infos" // 61036: it may not apply for location interfaces
	RestrictionForbidden       = "forbidden"        // 86007 on submit_audit
	RestrictionPunishedNew     = "punished_new"     // 86009: a first version may not be submitted
	RestrictionPunishedUpdate  = "punished_update"  // 86010: neither may a later one
	RestrictionMinigame        = "minigame"         // 87006
	RestrictionLiveStreaming   = "live_streaming"   // 9400001
	RestrictionNoSpeedup       = "no_speedup"       // 89403
	RestrictionUnstableSpeedup = "unstable_speedup" // 89401
	RestrictionRetiredCategory = "retired_category" // 85077
	RestrictionBrokenTemplate  = "broken_template"  // 85043 on commit
)

// Restrictions lists all there are.
func Restrictions() []string {
	return []string{
		RestrictionFrozen, RestrictionReadOnlyOptions, RestrictionPrivateInfos, RestrictionForbidden, RestrictionPunishedNew, RestrictionPunishedUpdate,
		RestrictionMinigame, RestrictionLiveStreaming, RestrictionNoSpeedup, RestrictionUnstableSpeedup, RestrictionRetiredCategory,
		RestrictionBrokenTemplate,
	}
}

// Restricted reports whether the account has a restriction.
func (a *Authorizer) Restricted(name string) bool { return slices.Contains(a.Restrictions, name) }

// UserName is the original id of the account; made of the appid where the profile
// names none.
func (a *Authorizer) UserName() string {
	if a.Profile.UserName != "" {
		return a.Profile.UserName
	}
	return "gh_" + a.Appid[len(a.Appid)-12:]
}

// OfficialAccount reports whether the account is no mini program.
func (a *Authorizer) OfficialAccount() bool { return a.Profile.Account == AccountOfficialAccount }

// Trial reports whether the account is a trial mini program.
func (a *Authorizer) Trial() bool { return a.Profile.ServiceType == ServiceTypeTrial }

// Granted reports whether a permission set was granted.
func (a *Authorizer) Granted(funcID int) bool { return slices.Contains(a.FuncIDs, funcID) }

// DefaultFuncIDs are the permission sets that a grant gives which names none: those
// of mini programs that the emulated calls ask for, and common ones beside them. The
// number of digits is bounded, for programs that keep them in one short column.
func DefaultFuncIDs() []int {
	return []int{17, 18, 19, 25, 27, 30, 31, 36, 37, 40, 45, 49, 52, 57, 76, 81, 84, 86}
}

// funcIDs returns a list of permission sets as it is stored: ascending, each once.
func funcIDs(ids []int) []int {
	out := slices.Clone(ids)
	slices.Sort(out)
	return slices.Compact(out)
}
