package wxopen

// Codes of the calls for credentials, authorizations, quotas and registrations.
const (
	// ErrCountLimit (args count exceed count limit): a page of more than 500.
	ErrCountLimit Code = 40170
	// ErrAppidMissing (appid missing): the call names no account.
	ErrAppidMissing Code = 41002
	// ErrQuotaClears (forbid to clear quota because of reaching the limit): no more
	// clears this month.
	ErrQuotaClears Code = 48006
	// ErrUserLimited (user limited): the account is frozen, closed or moved.
	ErrUserLimited Code = 50002
	// ErrNicknameFrequency (check nickname too frequently).
	ErrNicknameFrequency Code = 53011
	// ErrAuthCodeInvalid (code is invalid): it is no authorization code of this
	// platform; a pre_auth_code, perhaps.
	ErrAuthCodeInvalid Code = 61009
	// ErrAuthCodeExpired (code is expired): it is over an hour old, or was used.
	ErrAuthCodeExpired Code = 61010
	// ErrOptionName (invalid option name): there is no such option.
	ErrOptionName Code = 61012
	// ErrOptionValue (invalid option value): the option has no such value.
	ErrOptionValue Code = 61013
	// ErrRefreshTokenInvalid (refresh_token is invalid): it is of an authorization
	// that was taken back, or none at all.
	ErrRefreshTokenInvalid Code = 61023
	// ErrOptionReadOnly (read-only option).
	ErrOptionReadOnly Code = 61025
	// ErrComponentUnpublished (component is unpublished): the platform was never
	// released to all.
	ErrComponentUnpublished Code = 61028
	// ErrComponentRepublish (component need republish with base category): the
	// platform lacks permission sets that the call needs.
	ErrComponentRepublish Code = 61029
	// ErrRealnameType (invalid realname type): owners of this kind cannot.
	ErrRealnameType Code = 61051
	// ErrNotCertified (need to be certified): the official account is not verified.
	ErrNotCertified Code = 61052
	// ErrRealnameLimit (realname exceed limits): the owner has too many already.
	ErrRealnameLimit Code = 61053
	// ErrRealnameBlacklisted (realname in black list): the owner may not.
	ErrRealnameBlacklisted Code = 61054
	// ErrMonthlyQuota (exceed quota per month): no more this month.
	ErrMonthlyQuota Code = 61055
	// ErrCopyVerifyMissing (copy_wx_verify is required option).
	ErrCopyVerifyMissing Code = 61056
	// ErrRegistrationRunning: an earlier registration has not ended.
	ErrRegistrationRunning Code = 61057
	// ErrRegisterTicket (invalid ticket): the ticket of the confirmation page is
	// not good, or was tried less than 5 seconds ago.
	ErrRegisterTicket Code = 61058
	// ErrRedirectURI: the redirect URI is not one of the platform's.
	ErrRedirectURI Code = 61060
	// ErrOverseas (overseas access deny): not for owners abroad.
	ErrOverseas Code = 61061
	// ErrNamesDiffer (name, idcard, wechat name not in accordance): the legal
	// person's name is not that of the WeChat id.
	ErrNamesDiffer Code = 61070
	// ErrPathNotFound (cgi_path not found, please check): there is no such call.
	ErrPathNotFound Code = 76021
	// ErrPathForbidden (could not use this cgi_path,no permission): the call takes
	// another kind of token, or is one under /sns/.
	ErrPathForbidden Code = 76022
	// ErrWechatID (invalid wechat): there is no such WeChat id.
	ErrWechatID Code = 86004
	// ErrNickname: the name has a word that is not allowed.
	ErrNickname Code = 86011
	// ErrRegisterInner (inner error): try again later.
	ErrRegisterInner Code = 89247
	// ErrCodeType (invalid code type): the code is not of the kind that CodeType says.
	ErrCodeType Code = 89248
	// ErrTaskRunning (task running): there is a task with the same data.
	ErrTaskRunning Code = 89249
	// ErrTaskNotFound (task not found): there is no such task.
	ErrTaskNotFound Code = 89250
	// ErrLegalPersonChecking (legal person checking): the legal person has yet to
	// confirm.
	ErrLegalPersonChecking Code = 89251
	// ErrPlatformChecking (front checking): the platform has yet to check.
	ErrPlatformChecking Code = 89252
	// ErrParamsMissing (lack of some params): a member is missing.
	ErrParamsMissing Code = 89253
	// ErrComponentRights (lack of some component rights): the platform lacks a
	// permission set.
	ErrComponentRights Code = 89254
	// ErrEnterpriseCode (enterprise code invalid): there is no such enterprise.
	ErrEnterpriseCode Code = 89255
	// ErrNotTrial: the mini program is not on trial.
	ErrNotTrial Code = 91020
	// ErrRegisterFrequency (reach wxid freq limit): five a day for one WeChat id.
	ErrRegisterFrequency Code = 91030
)

// credentialCodeTexts has no text for a code whose text no source tells.
var credentialCodeTexts = map[Code]string{
	ErrCountLimit:           "args count exceed count limit",
	ErrAppidMissing:         "appid missing",
	ErrQuotaClears:          "forbid to clear quota because of reaching the limit",
	ErrUserLimited:          "user limited",
	ErrNicknameFrequency:    "check nickname too frequently",
	ErrAuthCodeInvalid:      "code is invalid",
	ErrAuthCodeExpired:      "code is expired",
	ErrOptionName:           "invalid option name",
	ErrOptionValue:          "invalid option value",
	ErrRefreshTokenInvalid:  "refresh_token is invalid",
	ErrOptionReadOnly:       "read-only option",
	ErrComponentUnpublished: "component is unpublished",
	ErrComponentRepublish:   "component need republish with base category",
	ErrRealnameType:         "invalid realname type",
	ErrNotCertified:         "need to be certified",
	ErrRealnameLimit:        "realname exceed limits",
	ErrRealnameBlacklisted:  "realname in black list",
	ErrMonthlyQuota:         "exceed quota per month",
	ErrCopyVerifyMissing:    "copy_wx_verify is required option",
	ErrRegisterTicket:       "invalid ticket",
	ErrOverseas:             "overseas access deny",
	ErrNamesDiffer:          "name, idcard, wechat name not in accordance",
	ErrPathNotFound:         "cgi_path not found, please check",
	ErrPathForbidden:        "could not use this cgi_path,no permission",
	ErrWechatID:             "invalid wechat",
	ErrRegisterInner:        "inner error",
	ErrCodeType:             "invalid code type",
	ErrTaskRunning:          "task running",
	ErrTaskNotFound:         "task not found",
	ErrLegalPersonChecking:  "legal person checking",
	ErrPlatformChecking:     "front checking",
	ErrParamsMissing:        "lack of some params",
	ErrComponentRights:      "lack of some component rights",
	ErrEnterpriseCode:       "enterprise code invalid",
	ErrRegisterFrequency:    "reach wxid freq limit.",
}
