package platform

// WeChat's return codes that draftbox answers. The text of each is in
// codeTexts; where sources disagree an observed text beats the endpoint's page
// and the page beats the global list.
const (
	CodeUploadIP               = -10008 // of the upload protocol
	CodeSystemError            = -1
	CodeOK                     = 0
	CodeInvalidCredential      = 40001
	CodeInvalidFileType        = 40005
	CodeInvalidMediaSize       = 40006
	CodeInvalidAppid           = 40013
	CodeInvalidAccessToken     = 40014
	CodeInvalidURL             = 40066
	CodeInvalidArgs            = 40097
	CodeInvalidAppsecret       = 40125
	CodeTextSize               = 40126
	CodeTokenMissing           = 41001
	CodeAppidMissing           = 41002
	CodeAppsecretMissing       = 41004
	CodeMediaMissing           = 41005
	CodeComponentAppidMissing  = 41018
	CodeTokenExpired           = 42001
	CodeRequireGET             = 43001
	CodeRequirePOST            = 43002
	CodeEmptyPostData          = 44002
	CodeDailyQuota             = 45009
	CodeDomainICPLicense       = 45082
	CodeDataFormat             = 47001
	CodeAPIUnauthorized        = 48001
	CodeClearQuotaLimit        = 48006
	CodeUserLimited            = 50002
	CodeNicknameFrequency      = 53011
	CodeNotAuthorized          = 61003
	CodeIPNotRegistered        = 61004
	CodeTicketExpired          = 61005
	CodeTicketInvalid          = 61006
	CodeAPINotGranted          = 61007
	CodeCodeInvalid            = 61009
	CodeCodeExpired            = 61010
	CodeInvalidComponent       = 61011
	CodeOptionName             = 61012
	CodeOptionValue            = 61013
	CodeNeedComponentToken     = 61014
	CodeRefreshTokenInvalid    = 61023
	CodeReadOnlyOption         = 61025
	CodeComponentUnpublished   = 61028
	CodeComponentNeedRepublish = 61029
	CodeInterfaceReview        = 61031
	CodeInterfaceVideo         = 61032
	CodeInterfaceMedia         = 61033
	CodeInterfaceArgs          = 61034
	CodeInterfaceNoNeed        = 61035
	CodeInterfaceNotAllowed    = 61036
	CodeInterfaceEncoding      = 61037
	CodeInterfaceFrequency     = 61038
	CodePrivacyChecking        = 61039
	CodePrivacyAPI             = 61040
	CodeRealnameType           = 61051
	CodeNeedCertified          = 61052
	CodeRealnameLimit          = 61053
	CodeRealnameBlacklist      = 61054
	CodeMonthlyQuota           = 61055
	CodeCopyWXVerify           = 61056
	CodeRegistrationRunning    = 61057
	CodeInvalidTicket          = 61058
	CodeInvalidRedirectURI     = 61060
	CodeOverseasDenied         = 61061
	CodeNameMismatch           = 61070
	CodeRIDNotFound            = 76001
	CodeRIDError               = 76002
	CodeRIDForeign             = 76003
	CodeCGIPathNotFound        = 76021
	CodeCGIPathForeign         = 76022
	CodePluginVersion          = 80066
	CodePluginNotFound         = 80067
	CodePluginDenied           = 80082
	CodeNoSuchUser             = 85001
	CodeTesterLimit            = 85002
	CodeTooManyWeapps          = 85003
	CodeTesterBound            = 85004
	CodeAuditTag               = 85006
	CodeAuditPage              = 85007
	CodeAuditCategory          = 85008
	CodeAuditInProgress        = 85009
	CodeAuditItemEmpty         = 85010
	CodeAuditTitle             = 85011
	CodeInvalidAuditID         = 85012
	CodeExtJSONInvalid         = 85013
	CodeTemplateNotExist       = 85014
	CodeNoMiniprogram          = 85015
	CodeDomainCount            = 85016
	CodeDomainUnchanged        = 85017
	CodeDomainForeign          = 85018
	CodeNoVersionAuditing      = 85019
	CodeStatusNotAllowed       = 85020
	CodeVisitStatus            = 85021
	CodeInvalidAction          = 85022
	CodeAuditItemSize          = 85023
	CodeTemplateBroken         = 85043
	CodePackageTooLarge        = 85044
	CodeExtPathMissing         = 85045
	CodeTabBarPath             = 85046
	CodePagesEmpty             = 85047
	CodeExtJSONParse           = 85048
	CodeDataTooLarge           = 85051
	CodeAlreadyReleased        = 85052
	CodeNoAudit                = 85058
	CodeTemplateNotFound       = 85064
	CodeTemplateListFull       = 85065
	CodeCategoryRetired        = 85077
	CodeNoOnlineRelease        = 85079
	CodeCommitNotApproved      = 85080
	CodeGrayPercentage         = 85081
	CodeGrayTooLow             = 85082
	CodeAuditQuota             = 85085
	CodeNothingCommitted       = 85086
	CodeNavigateList           = 85087
	CodePreviewFormat          = 85092
	CodePreviewSize            = 85093
	CodeUGCDeclare             = 85094
	CodeDomainRule             = 85301
	CodeDomainNoICP            = 85302
	CodeDomainRuleAndICP       = 85303
	CodePrivateInfoName        = 85310
	CodePrivateInfoExclusive   = 85311
	CodePrivateInfoRight       = 85312
	CodeNoExpVersion           = 86001
	CodeProfileIncomplete      = 86002
	CodeInvalidWechat          = 86004
	CodeSubmitForbidden        = 86007
	CodeProviderNew            = 86009
	CodeProviderUpdate         = 86010
	CodeNicknameKeyword        = 86011
	CodePrivacyOwner           = 86069
	CodePrivacyNotice          = 86070
	CodePrivacyVersion         = 86071
	CodePrivacyExpire          = 86072
	CodePrivacyFile            = 86073
	CodeNoOnlinePrivacy        = 86074
	CodePrivacyFileFixed       = 86075
	CodeDomainProtocol         = 86100
	CodeDomainOwnHost          = 86101
	CodeDomainChanges          = 86102
	CodeMinigame               = 87006
	CodeGrayRunning            = 87011
	CodeForbidRevert           = 87012
	CodeUndoQuota              = 87013
	CodeSupportVersion         = 89014
	CodeJumpUnchanged          = 89019
	CodeNoJumpDomain           = 89020
	CodeJumpForeign            = 89021
	CodeJumpCount              = 89029
	CodeUserStr                = 89034
	CodeNotForPersons          = 89231
	CodeRegistrationInner      = 89247
	CodeInvalidCodeType        = 89248
	CodeTaskRunning            = 89249
	CodeTaskNotFound           = 89250
	CodeLegalPersonChecking    = 89251
	CodeFrontChecking          = 89252
	CodeParamsMissing          = 89253
	CodeRightsMissing          = 89254
	CodeEnterpriseCode         = 89255
	CodeSpeedupUnstable        = 89401
	CodeNotInQueue             = 89402
	CodeSpeedupKind            = 89403
	CodeSpedUp                 = 89404
	CodeSpeedupQuota           = 89405
	CodeNoTrial                = 91020
	CodeWechatFrequency        = 91030
	CodeLiveStreaming          = 9400001
	CodeConcurrent             = 9402202
	CodeStandardExtJSON        = 9402203
)

// codeTexts holds the constant part of each errmsg, without the rid that the
// wire appends. O = seen in an answer of the real service, P = printed on an
// endpoint's own page, G = the global return code list
// (https://developers.weixin.qq.com/doc/oplatform/Return_codes/Return_code_descriptions_new.html).
var codeTexts = map[int]string{
	CodeSystemError: "system error", // O
	CodeOK:          "ok",           // O
	// O, in this long form since about 2023.
	CodeInvalidCredential:      "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r",
	CodeInvalidAppid:           "invalid appid",                                                                   // G
	CodeInvalidAccessToken:     "invalid access_token",                                                            // G; O setbetaweappnickname
	CodeInvalidURL:             "invalid url",                                                                     // O
	CodeInvalidAppsecret:       "invalid appsecret",                                                               // G; never seen raw on a component call
	CodeTokenMissing:           "access_token missing",                                                            // O
	CodeAppidMissing:           "appid missing",                                                                   // O clear_quota
	CodeAppsecretMissing:       "appsecret missing",                                                               // P api_component_token
	CodeComponentAppidMissing:  "missing component_appid",                                                         // O
	CodeTokenExpired:           "access_token expired",                                                            // O
	CodeRequireGET:             "require GET method",                                                              // P gettemplatelist
	CodeRequirePOST:            "require POST method",                                                             // P
	CodeEmptyPostData:          "empty post data",                                                                 // O
	CodeDailyQuota:             "reach max api daily quota limit",                                                 // O gettemplatedraftlist
	CodeDataFormat:             "data format error",                                                               // O
	CodeAPIUnauthorized:        "api unauthorized",                                                                // O gettemplatedraftlist
	CodeClearQuotaLimit:        "forbid to clear quota because of reaching the limit",                             // P clear_quota
	CodeUserLimited:            "user limited",                                                                    // O api_query_auth
	CodeNotAuthorized:          "component is not authorized by this account",                                     // O
	CodeIPNotRegistered:        "access clientip is not registered",                                               // O; followed by " requestIP: A.B.C.D"
	CodeTicketExpired:          "component ticket is expired",                                                     // O
	CodeTicketInvalid:          "component ticket is invalid",                                                     // O
	CodeAPINotGranted:          "api is unauthorized to component",                                                // O
	CodeCodeInvalid:            "code is invalid",                                                                 // O api_query_auth
	CodeCodeExpired:            "code is expired",                                                                 // O api_query_auth
	CodeInvalidComponent:       "invalid component",                                                               // O
	CodeOptionName:             "invalid option name",                                                             // G
	CodeOptionValue:            "invalid option value",                                                            // G
	CodeNeedComponentToken:     "must use component token for component api",                                      // P api_authorizer_token
	CodeRefreshTokenInvalid:    "refresh_token is invalid",                                                        // O api_authorizer_token
	CodeReadOnlyOption:         "read-only option",                                                                // G
	CodeRIDNotFound:            "rid not found",                                                                   // P rid/get
	CodeRIDError:               "rid is error",                                                                    // P rid/get
	CodeRIDForeign:             "could not query this rid,no permission",                                          // P rid/get
	CodeCGIPathNotFound:        "cgi_path not found, please check",                                                // P quota/get
	CodeCGIPathForeign:         "could not use this cgi_path,no permission",                                       // P quota/get; O with a blank after the comma
	CodeTemplateNotFound:       "template not found",                                                              // P; never seen raw
	CodeTemplateListFull:       "template list is full",                                                           // P; never seen raw
	CodeInvalidArgs:            "invalid args",                                                                    // G
	CodeNicknameFrequency:      "check nickname too frequently",                                                   // O fastregisterweapp
	CodeComponentUnpublished:   "component is unpublished",                                                        // P account/fastregister
	CodeComponentNeedRepublish: "component need republish with base category",                                     // P
	CodeRealnameType:           "invalid realname type",                                                           // P
	CodeNeedCertified:          "need to be certified",                                                            // P
	CodeRealnameLimit:          "realname exceed limits",                                                          // P
	CodeRealnameBlacklist:      "realname in black list",                                                          // P
	CodeMonthlyQuota:           "exceed quota per month",                                                          // P
	CodeCopyWXVerify:           "copy_wx_verify is required option",                                               // P
	CodeRegistrationRunning:    "fast register is running",                                                        // ours: no source has the text
	CodeInvalidTicket:          "invalid ticket",                                                                  // P
	CodeInvalidRedirectURI:     "invalid redirect uri",                                                            // ours: no source has the text
	CodeOverseasDenied:         "overseas access deny",                                                            // P
	CodeNameMismatch:           "name, idcard, wechat name not in accordance",                                     // G; the pages print it without commas, or without idcard
	CodeDomainCount:            "exceed valid domain count",                                                       // P modify_domain; unconfirmed for the component's own
	CodeInvalidWechat:          "invalid wechat",                                                                  // P
	CodeNicknameKeyword:        "nickname contains forbidden keyword",                                             // ours: no source has the text
	CodeDomainChanges:          "每个月只能修改50次，超过域名修改次数限制",                                                           // P modify_domain_directly; unconfirmed for the component's own
	CodeRegistrationInner:      "inner error, retry after some while",                                             // O
	CodeInvalidCodeType:        "invalid code type",                                                               // P
	CodeTaskRunning:            "task running",                                                                    // P
	CodeTaskNotFound:           "task not found",                                                                  // P
	CodeLegalPersonChecking:    "legal persona checking",                                                          // O; the page has person
	CodeFrontChecking:          "front checking",                                                                  // P
	CodeParamsMissing:          "lack of some params",                                                             // P
	CodeRightsMissing:          "lack of some component rights",                                                   // P
	CodeEnterpriseCode:         "enterprise code invalid",                                                         // P verifybetaweapp
	CodeNoTrial:                "not beta weapp",                                                                  // ours: no source has the text
	CodeWechatFrequency:        "reach wxid freq limit.",                                                          // O fastregisterweapp; the page of personal ones has another
	CodeInvalidFileType:        "invalid file type",                                                               // P uploadmedia
	CodeInvalidMediaSize:       "invalid meida size",                                                              // P uploadmedia, spelled so
	CodeMediaMissing:           "media data missing",                                                              // P uploadmedia
	CodePrivacyChecking:        "隐私接口检查任务未完成，请稍等一分钟再重试",                                                           // O submit_audit
	CodePluginVersion:          "非法的插件版本",                                                                         // P commit
	CodePluginNotFound:         "找不到使用的插件",                                                                        // P commit
	CodePluginDenied:           "没有权限使用该插件",                                                                       // P commit
	CodeAuditTag:               "tag is in invalid format",                                                        // G
	CodeAuditPage:              "page is in invalid format",                                                       // O submit_audit
	CodeAuditCategory:          "category is in invalid format",                                                   // G
	CodeAuditInProgress:        "already submit a version under auditing",                                         // O submit_audit
	CodeAuditItemEmpty:         "missing required data",                                                           // O submit_audit
	CodeAuditTitle:             "title is in invalid format",                                                      // G
	CodeInvalidAuditID:         "invalid audit id",                                                                // O get_auditstatus
	CodeExtJSONInvalid:         "invalid ext_json, parse fail or containing invalid path",                         // G
	CodeTemplateNotExist:       "template not exist",                                                              // O commit
	CodeNoVersionAuditing:      "no version is under auditing",                                                    // O release
	CodeStatusNotAllowed:       "status not allowed",                                                              // O release
	CodeVisitStatus:            "status not allowed",                                                              // G
	CodeInvalidAction:          "invalid action",                                                                  // G
	CodeAuditItemSize:          "item size is not in valid range",                                                 // O submit_audit
	CodeTemplateBroken:         "invalid template, something wrong?",                                              // G
	CodePackageTooLarge:        "package exceed max limit",                                                        // G
	CodeExtPathMissing:         "some path in ext_json not exist",                                                 // O commit
	CodeTabBarPath:             "pagepath missing in tabbar list",                                                 // G
	CodePagesEmpty:             "pages are empty",                                                                 // G
	CodeExtJSONParse:           "parse ext.json failed",                                                           // O commit, since 2024
	CodeDataTooLarge:           "data too large",                                                                  // G
	CodeAlreadyReleased:        "app is already released",                                                         // O release
	CodeNoAudit:                "no valid audit_id exist",                                                         // O get_latest_auditstatus
	CodeCategoryRetired:        "some category you choose is no longger supported, please choose other  category", // G, spelled so
	CodeNoOnlineRelease:        "miniprogram has no online release",                                               // G
	CodeCommitNotApproved:      "miniprogram commit not approved",                                                 // G
	CodeGrayPercentage:         "invalid gray percentage",                                                         // G
	CodeGrayTooLow:             "gray percentage too low",                                                         // G
	CodeAuditQuota:             "submit audit reach limit, please try later",                                      // O submit_audit
	CodeNothingCommitted:       "must commit before submit audit",                                                 // O submit_audit
	CodeNavigateList:           "navigatetominiprogram appid list empty",                                          // G
	CodePreviewFormat:          "invalid preview_info format",                                                     // O submit_audit
	CodePreviewSize:            "invalid preview_info size",                                                       // G
	CodeUGCDeclare:             "need add ugc declare",                                                            // G
	CodePrivateInfoName:        "is wrong API name",                                                               // P commit; the name comes before it
	CodePrivateInfoExclusive:   "is mutually exclusive",                                                           // P commit; the names come before it
	CodePrivateInfoRight:       "is not authorized",                                                               // P commit; the name comes before it
	CodeNoExpVersion:           "component experience version not exists",                                         // P get_page
	CodeProfileIncomplete:      "miniprogram have not completed init procedure",                                   // G
	CodeSubmitForbidden:        "小程序禁止提交",                                                                         // P submit_audit
	CodeProviderNew:            "服务商新增小程序代码提审能力被限制",                                                               // P submit_audit
	CodeProviderUpdate:         "服务商迭代小程序代码提审能力被限制",                                                               // P submit_audit
	CodeMinigame:               "this is game miniprogram, submit audit is forbidden",                             // G
	CodeGrayRunning:            "wxa has a gray release plan, forbid revert release",                              // G
	CodeForbidRevert:           "forbid revert this version release",                                              // O undocodeaudit
	CodeUndoQuota:              "no quota to undo code",                                                           // P undocodeaudit
	CodeSupportVersion:         "support version error",                                                           // P setweappsupportversion
	CodeSpeedupUnstable:        "系统不稳定，请稍后再试，如多次失败请通过社区反馈",                                                        // P speedupaudit
	CodeNotInQueue:             "该小程序不在待审核队列，请检查是否已提交审核或已审完",                                                      // P speedupaudit
	CodeSpeedupKind:            "本单属于平台不支持加急种类，请等待正常审核流程",                                                         // P speedupaudit
	CodeSpedUp:                 "本单已加速成功，请勿重复提交",                                                                  // P speedupaudit
	CodeSpeedupQuota:           "本月加急额度已用完，请提高提审质量以获取更多额度",                                                        // O speedupaudit
	CodeLiveStreaming:          "该开发小程序已开通小程序直播权限，不支持发布版本。如需发版，请解绑开发小程序后再操作。",                                     // P submit_audit
	CodeConcurrent:             "concurrent limit",                                                                // P commit
	CodeStandardExtJSON:        "标准模板extjson错误!",                                                                  // O commit

	// O: what merchants' settings answer.
	CodeDomainUnchanged: "no domain to modify after filtered, please confirm the domain has been set in miniprogram or open",
	CodePrivacyOwner:    "owner_setting必填字段字段缺失",
	CodePrivacyVersion:  "privacy_ver参数无效",
	CodeJumpForeign:     "request domain is not open's webview domain!",

	// P, or as each says: likewise.
	CodeTextSize:            "invalid text size",                                              // P uploadprivacyextfile
	CodeDomainICPLicense:    "need icp license for the url domain",                            // P modify_domain_directly
	CodeInterfaceReview:     "our last submission is under review, please do not apply again", // P; its first letter may be lost
	CodeInterfaceVideo:      "invalid video type, need mp4-type",
	CodeInterfaceMedia:      "the media upload fail, please try again",
	CodeInterfaceArgs:       "invalid args, please check",
	CodeInterfaceNoNeed:     "the api not need apply",
	CodeInterfaceNotAllowed: "the appid is not allowed to apply the api",
	CodeInterfaceEncoding:   "the encoding of content is invalid, need utf-8",
	CodeInterfaceFrequency:  "apply api too frequently",
	CodeNoSuchUser:          "user not exist or user cannot be searched",
	CodeTesterLimit:         "number of tester reach bind limit",
	CodeTooManyWeapps:       "user already bind too many weapps",
	CodeTesterBound:         "user already bind",
	CodeNoMiniprogram:       "该账号不是小程序账号",
	CodeDomainForeign:       "域名没有在第三方平台设置",
	CodeDomainRule:          "no domain to modify after filtered, please confirm the domain has been set in miniprogram or open, and follows the rule of domains",
	CodeDomainNoICP:         "no domain to modify after filtered, please confirm all domains have ICP licenses",
	CodeDomainRuleAndICP:    "no domain to modify after filtered, please confirm the domain has been set in miniprogram or open, and follows the rule of domains. Besides, please confirm all domains have ICP licenses",
	CodePrivacyNotice:       "notice_method必填字段字段缺失",
	CodePrivacyExpire:       "store_expire_timestamp参数无效",
	CodePrivacyFile:         "ext_file_media_id参数无效",
	CodeNoOnlinePrivacy:     "现网隐私协议不存在",
	CodePrivacyFileFixed:    "现网隐私协议的ext_file_media_id禁止修改",
	CodeDomainProtocol:      "invalid url protocol",   // P modify_domain_directly
	CodeDomainOwnHost:       "不支持配置api.weixin.qq.com", // P modify_domain_directly
	CodeJumpUnchanged:       "webview domain not change",
	CodeNoJumpDomain:        "open's webview domain is null! Need to set open's webview domain first!",
	CodeJumpCount:           "webview domain exceed limit", // G; the page has Chinese
	CodeUserStr:             "userstr is invalid",          // G
	CodeNotForPersons:       "not support single",
}

// CodeText returns the constant part of a code's errmsg, without the rid. An
// unknown code has the empty text.
func CodeText(code int) string { return codeTexts[code] }
