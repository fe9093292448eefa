package wxopen

// Codes of the calls for domains, testers, the privacy guideline and the base library
// of a mini program.
const (
	// ErrURLDomainICP (need icp license for the url domain): a domain has no ICP filing.
	ErrURLDomainICP Code = 45082
	// ErrPrivacyApplyRunning (our last submission is under review, please do not apply
	// again): an application is under review.
	ErrPrivacyApplyRunning Code = 61031
	// ErrVideoType (invalid video type, need mp4-type): the video is no MP4.
	ErrVideoType Code = 61032
	// ErrMediaUpload (the media upload fail, please try again): a picture or video could
	// not be fetched.
	ErrMediaUpload Code = 61033
	// ErrPrivacyApplyArgs (invalid args, please check): a member is missing.
	ErrPrivacyApplyArgs Code = 61034
	// ErrPrivacyApplyNeedless (the api not need apply): the interface needs no
	// application, is granted already, or is unknown.
	ErrPrivacyApplyNeedless Code = 61035
	// ErrPrivacyApplyForbidden (the appid is not allowed to apply the api): the mini
	// program's category does not allow the interface.
	ErrPrivacyApplyForbidden Code = 61036
	// ErrContentEncoding (the encoding of content is invalid, need utf-8): the content
	// is not UTF-8.
	ErrContentEncoding Code = 61037
	// ErrPrivacyApplyFrequency (apply api too frequently): more than 280 applications a
	// minute.
	ErrPrivacyApplyFrequency Code = 61038
	// ErrTesterNotFound (user not exist or user cannot be searched): there is no such
	// WeChat id, or it cannot be searched for.
	ErrTesterNotFound Code = 85001
	// ErrTesterCount (number of tester reach bind limit): the mini program has all
	// testers that it may have.
	ErrTesterCount Code = 85002
	// ErrTesterBindings (user already bind too many weapps): the person tests as many
	// mini programs as a person may.
	ErrTesterBindings Code = 85003
	// ErrTesterBound (user already bind): the person is a tester already.
	ErrTesterBound Code = 85004
	// ErrNotMiniProgram: the account is no mini program.
	ErrNotMiniProgram Code = 85015
	// ErrDomainCount (exceed valid domain count): there are too many domains.
	ErrDomainCount Code = 85016
	// ErrDomainUnchanged: nothing is left to change: no domains, or ones that are there
	// already or that the platform has not registered.
	ErrDomainUnchanged Code = 85017
	// ErrDomainNotOfPlatform: the platform has not registered the domain.
	ErrDomainNotOfPlatform Code = 85018
	// ErrDomainRules: the domains break the rules.
	ErrDomainRules Code = 85301
	// ErrDomainICP: the domains have no ICP filing.
	ErrDomainICP Code = 85302
	// ErrDomainRulesICP: both of [ErrDomainRules] and [ErrDomainICP].
	ErrDomainRulesICP Code = 85303
	// ErrOwnerSetting: the owner setting lacks a member; one of the four contacts must
	// be there.
	ErrOwnerSetting Code = 86069
	// ErrNoticeMethod: the owner setting has no NoticeMethod.
	ErrNoticeMethod Code = 86070
	// ErrPrivacyVersion: there is no such version of the guideline.
	ErrPrivacyVersion Code = 86071
	// ErrStoreExpire: StoreExpire is not a number of days, like 30天.
	ErrStoreExpire Code = 86072
	// ErrPrivacyFile: ExtFileMediaID is none of [AuthorizerClient.UploadPrivacyFile].
	ErrPrivacyFile Code = 86073
	// ErrNoOnlinePrivacy: no guideline is online.
	ErrNoOnlinePrivacy Code = 86074
	// ErrPrivacyFileFixed: the file of the guideline online cannot change.
	ErrPrivacyFileFixed Code = 86075
	// ErrURLProtocol (invalid url protocol): a domain has a scheme that is not taken
	// there.
	ErrURLProtocol Code = 86100
	// ErrDomainForbidden: api.weixin.qq.com cannot be set.
	ErrDomainForbidden Code = 86101
	// ErrDomainChanges: the domains were changed 50 times this month.
	ErrDomainChanges Code = 86102
	// ErrSupportVersion (support version error): there is no such version of the base
	// library.
	ErrSupportVersion Code = 89014
	// ErrJumpDomainUnchanged (webview domain not change): nothing changes.
	ErrJumpDomainUnchanged Code = 89019
	// ErrNoPlatformJumpDomain (open's webview domain is null! Need to set open's webview
	// domain first!): the platform has registered no business domain.
	ErrNoPlatformJumpDomain Code = 89020
	// ErrJumpDomainForeign (request domain is not open's webview domain!): the domain is
	// none of the platform's, nor below one; also where https:// is missing.
	ErrJumpDomainForeign Code = 89021
	// ErrJumpDomainCount (webview domain exceed limit): there are too many business
	// domains.
	ErrJumpDomainCount Code = 89029
	// ErrUserStr (userstr is invalid): there is no such tester.
	ErrUserStr Code = 89034
	// ErrPersonalForbidden (not support single): mini programs of persons cannot.
	ErrPersonalForbidden Code = 89231
)

// settingCodeTexts has the texts that the service sends.
var settingCodeTexts = map[Code]string{
	ErrURLDomainICP:          "need icp license for the url domain",
	ErrPrivacyApplyRunning:   "our last submission is under review, please do not apply again",
	ErrVideoType:             "invalid video type, need mp4-type",
	ErrMediaUpload:           "the media upload fail, please try again",
	ErrPrivacyApplyArgs:      "invalid args, please check",
	ErrPrivacyApplyNeedless:  "the api not need apply",
	ErrPrivacyApplyForbidden: "the appid is not allowed to apply the api",
	ErrContentEncoding:       "the encoding of content is invalid, need utf-8",
	ErrPrivacyApplyFrequency: "apply api too frequently",
	ErrTesterNotFound:        "user not exist or user cannot be searched",
	ErrTesterCount:           "number of tester reach bind limit",
	ErrTesterBindings:        "user already bind too many weapps",
	ErrTesterBound:           "user already bind",
	ErrNotMiniProgram:        "该账号不是小程序账号",
	ErrDomainCount:           "exceed valid domain count",
	ErrDomainUnchanged:       "no domain to modify after filtered, please confirm the domain has been set in miniprogram or open",
	ErrDomainNotOfPlatform:   "域名没有在第三方平台设置",
	ErrDomainRules:           "no domain to modify after filtered, please confirm the domain has been set in miniprogram or open, and follows the rule of domains",
	ErrDomainICP:             "no domain to modify after filtered, please confirm all domains have ICP licenses",
	ErrDomainRulesICP:        "no domain to modify after filtered, please confirm the domain has been set in miniprogram or open, and follows the rule of domains. Besides, please confirm all domains have ICP licenses",
	ErrOwnerSetting:          "owner_setting必填字段字段缺失",
	ErrNoticeMethod:          "notice_method必填字段字段缺失",
	ErrPrivacyVersion:        "privacy_ver参数无效",
	ErrStoreExpire:           "store_expire_timestamp参数无效",
	ErrPrivacyFile:           "ext_file_media_id参数无效",
	ErrNoOnlinePrivacy:       "现网隐私协议不存在",
	ErrPrivacyFileFixed:      "现网隐私协议的ext_file_media_id禁止修改",
	ErrURLProtocol:           "invalid url protocol",
	ErrDomainForbidden:       "不支持配置api.weixin.qq.com",
	ErrDomainChanges:         "每个月只能修改50次，超过域名修改次数限制",
	ErrSupportVersion:        "support version error",
	ErrJumpDomainUnchanged:   "webview domain not change",
	ErrNoPlatformJumpDomain:  "open's webview domain is null! Need to set open's webview domain first!",
	ErrJumpDomainForeign:     "request domain is not open's webview domain!",
	ErrJumpDomainCount:       "webview domain exceed limit",
	ErrUserStr:               "userstr is invalid",
	ErrPersonalForbidden:     "not support single",
}
