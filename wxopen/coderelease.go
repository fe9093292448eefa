package wxopen

// Codes of the calls that commit, submit and release the code of a mini program.
const (
	// ErrFileType (invalid file type): the file has a format that is not taken.
	ErrFileType Code = 40005
	// ErrMediaSize (invalid meida size): the file is too large; the text is theirs.
	ErrMediaSize Code = 40006
	// ErrInvalidArgs (invalid args): an argument has a value that is not taken.
	ErrInvalidArgs Code = 40097
	// ErrMediaMissing (media data missing): the form has no file.
	ErrMediaMissing Code = 41005
	// ErrPrivacyCheckRunning: the check that the last commit began has not ended;
	// [AuthorizerClient.SubmitWhenChecked] waits for it.
	ErrPrivacyCheckRunning Code = 61039
	// ErrPrivacyInterface: the code uses a location interface that it does not declare,
	// or declares one without permission. The service's own text is in Chinese and names
	// the interface.
	ErrPrivacyInterface Code = 61040
	// ErrPluginVersion: the plugin has no such version.
	ErrPluginVersion Code = 80066
	// ErrPluginNotFound: there is no such plugin.
	ErrPluginNotFound Code = 80067
	// ErrPluginForbidden: the mini program may not use the plugin.
	ErrPluginForbidden Code = 80082
	// ErrTagFormat (tag is in invalid format): a tag of an item is malformed, too long,
	// or one too many.
	ErrTagFormat Code = 85006
	// ErrPageFormat (page is in invalid format): the address of an item is none of
	// [AuthorizerClient.CodePages].
	ErrPageFormat Code = 85007
	// ErrCategoryFormat (category is in invalid format): the category of an item is none
	// of the mini program's, or it has none that was approved.
	ErrCategoryFormat Code = 85008
	// ErrAuditInProgress (already submit a version under auditing): an order is open
	// already.
	ErrAuditInProgress Code = 85009
	// ErrItemEmpty (missing required data): an item is empty.
	ErrItemEmpty Code = 85010
	// ErrTitleFormat (title is in invalid format): the title of an item is malformed or
	// too long.
	ErrTitleFormat Code = 85011
	// ErrAuditID (invalid audit id): it is no order of this mini program.
	ErrAuditID Code = 85012
	// ErrExtJSONInvalid (invalid ext_json, parse fail or containing invalid path): the
	// ext_json has a member that cannot be.
	ErrExtJSONInvalid Code = 85013
	// ErrTemplateNotExist (template not exist): the platform's library has no such
	// template. [ErrTemplateNotFound] is what the calls of the library say.
	ErrTemplateNotExist Code = 85014
	// ErrNothingAudited (no version is under auditing): nothing was submitted.
	ErrNothingAudited Code = 85019
	// ErrNotReleasable (status not allowed): the last order has not passed; with no gray
	// release, there is nothing to take back.
	ErrNotReleasable Code = 85020
	// ErrVisitUnchangeable (status not allowed): the visit status cannot change: nothing
	// is online.
	ErrVisitUnchangeable Code = 85021
	// ErrVisitAction (invalid action): the action is neither open nor close.
	ErrVisitAction Code = 85022
	// ErrItemCount (item size is not in valid range): there are not 1 to 5 items.
	ErrItemCount Code = 85023
	// ErrTemplateBroken (invalid template, something wrong?): the template is broken.
	ErrTemplateBroken Code = 85043
	// ErrPackageTooLarge (package exceed max limit): a part of the code is over 2 MB, or
	// all of it over 20 MB.
	ErrPackageTooLarge Code = 85044
	// ErrExtJSONPath (some path in ext_json not exist): the ext_json, or the app.json
	// that it is merged into, names a page that is not in the template.
	ErrExtJSONPath Code = 85045
	// ErrTabBarPath (pagepath missing in tabbar list): an entry of the tab bar has no
	// pagePath.
	ErrTabBarPath Code = 85046
	// ErrPagesEmpty (pages are empty): pages is empty.
	ErrPagesEmpty Code = 85047
	// ErrExtJSONParse (parse ext.json failed): the ext_json is not JSON.
	ErrExtJSONParse Code = 85048
	// ErrDataTooLarge (data too large): the description of the version, or the preview,
	// is too large.
	ErrDataTooLarge Code = 85051
	// ErrAlreadyReleased (app is already released): the version that passed is online
	// already.
	ErrAlreadyReleased Code = 85052
	// ErrNoAudit (no valid audit_id exist): nothing was submitted through a platform
	// yet.
	ErrNoAudit Code = 85058
	// ErrCategoryRetired (some category you choose is no longger supported, please
	// choose other  category): the category is not in use any more.
	ErrCategoryRetired Code = 85077
	// ErrNothingOnline (miniprogram has no online release): nothing is online, and the
	// first release must be a full one.
	ErrNothingOnline Code = 85079
	// ErrNotApproved (miniprogram commit not approved): no version has passed and waits.
	ErrNotApproved Code = 85080
	// ErrGrayPercentage (invalid gray percentage): the percentage is not of 0 to 100, or
	// 0 for nobody.
	ErrGrayPercentage Code = 85081
	// ErrGrayPercentageLow (gray percentage too low): it is no more than that of the
	// plan.
	ErrGrayPercentageLow Code = 85082
	// ErrAuditQuota (submit audit reach limit, please try later): the platform has no
	// submission left this month.
	ErrAuditQuota Code = 85085
	// ErrNotCommitted (must commit before submit audit): the platform committed nothing.
	ErrNotCommitted Code = 85086
	// ErrJumpListMissing (navigatetominiprogram appid list empty): the code opens other
	// mini programs and does not list them.
	ErrJumpListMissing Code = 85087
	// ErrPreviewFormat (invalid preview_info format): the preview is malformed, or its
	// media are over three days old.
	ErrPreviewFormat Code = 85092
	// ErrPreviewSize (invalid preview_info size): the preview has too many pictures or
	// videos.
	ErrPreviewSize Code = 85093
	// ErrUGCDeclareMissing (need add ugc declare): the category wants to know what
	// becomes of what users write.
	ErrUGCDeclareMissing Code = 85094
	// ErrPrivateInfoName: requiredPrivateInfos has an unknown name.
	ErrPrivateInfoName Code = 85310
	// ErrPrivateInfoExclusive (is mutually exclusive): requiredPrivateInfos has names
	// that exclude each other.
	ErrPrivateInfoExclusive Code = 85311
	// ErrPrivateInfoForbidden (is not authorized): requiredPrivateInfos has an interface
	// without permission.
	ErrPrivateInfoForbidden Code = 85312
	// ErrNotByPlatform (should be called only from third party): the call is for
	// platforms only.
	ErrNotByPlatform Code = 86000
	// ErrNoExperienceVersion (component experience version not exists): the platform
	// committed nothing.
	ErrNoExperienceVersion Code = 86001
	// ErrProfileIncomplete (miniprogram have not completed init procedure): the mini
	// program has no name, picture or description.
	ErrProfileIncomplete Code = 86002
	// ErrSubmitForbidden: this mini program may not submit.
	ErrSubmitForbidden Code = 86007
	// ErrPlatformPunished: the platform may submit nothing.
	ErrPlatformPunished Code = 86008
	// ErrFirstSubmitForbidden: the platform may submit no first version.
	ErrFirstSubmitForbidden Code = 86009
	// ErrUpdateSubmitForbidden: the platform may submit no update.
	ErrUpdateSubmitForbidden Code = 86010
	// ErrGameSubmit (this is game miniprogram, submit audit is forbidden): mini games
	// cannot.
	ErrGameSubmit Code = 87006
	// ErrGrayReleaseRunning (wxa has a gray release plan, forbid revert release): a gray
	// release is running.
	ErrGrayReleaseRunning Code = 87011
	// ErrRevertForbidden (forbid revert this version release): there is no version to go
	// back to, or the one online is a roll-back; for [AuthorizerClient.UndoAudit], there
	// is no open order.
	ErrRevertForbidden Code = 87012
	// ErrUndoQuota (no quota to undo code): 5 orders were withdrawn today, or 10 this
	// month.
	ErrUndoQuota Code = 87013
	// ErrSpeedUpUnstable: the service is unstable; try again later.
	ErrSpeedUpUnstable Code = 89401
	// ErrSpeedUpNotWaiting: the order does not wait for its audit.
	ErrSpeedUpNotWaiting Code = 89402
	// ErrSpeedUpKind: orders of this kind cannot be sped up.
	ErrSpeedUpKind Code = 89403
	// ErrSpedUp: the order was sped up before.
	ErrSpedUp Code = 89404
	// ErrSpeedUpQuota: the platform has no speed-up left this month.
	ErrSpeedUpQuota Code = 89405
	// ErrLiveStreaming: the development mini program has live streaming.
	ErrLiveStreaming Code = 9400001
	// ErrConcurrent (concurrent limit): another change of this mini program is at work.
	// [RetryPolicy] Concurrent has the call made again.
	ErrConcurrent Code = 9402202
	// ErrStandardExtJSON: the ext_json for a standard template has more than extAppid,
	// ext and window.
	ErrStandardExtJSON Code = 9402203
)

// releaseCodeTexts has the service's texts, but for ErrPrivacyInterface, whose text is
// several lines.
var releaseCodeTexts = map[Code]string{
	ErrFileType:              "invalid file type",
	ErrMediaSize:             "invalid meida size",
	ErrInvalidArgs:           "invalid args",
	ErrMediaMissing:          "media data missing",
	ErrPrivacyCheckRunning:   "隐私接口检查任务未完成，请稍等一分钟再重试",
	ErrPrivacyInterface:      "privacy interface undeclared or not permitted",
	ErrPluginVersion:         "非法的插件版本",
	ErrPluginNotFound:        "找不到使用的插件",
	ErrPluginForbidden:       "没有权限使用该插件",
	ErrTagFormat:             "tag is in invalid format",
	ErrPageFormat:            "page is in invalid format",
	ErrCategoryFormat:        "category is in invalid format",
	ErrAuditInProgress:       "already submit a version under auditing",
	ErrItemEmpty:             "missing required data",
	ErrTitleFormat:           "title is in invalid format",
	ErrAuditID:               "invalid audit id",
	ErrExtJSONInvalid:        "invalid ext_json, parse fail or containing invalid path",
	ErrTemplateNotExist:      "template not exist",
	ErrNothingAudited:        "no version is under auditing",
	ErrNotReleasable:         "status not allowed",
	ErrVisitUnchangeable:     "status not allowed",
	ErrVisitAction:           "invalid action",
	ErrItemCount:             "item size is not in valid range",
	ErrTemplateBroken:        "invalid template, something wrong?",
	ErrPackageTooLarge:       "package exceed max limit",
	ErrExtJSONPath:           "some path in ext_json not exist",
	ErrTabBarPath:            "pagepath missing in tabbar list",
	ErrPagesEmpty:            "pages are empty",
	ErrExtJSONParse:          "parse ext.json failed",
	ErrDataTooLarge:          "data too large",
	ErrAlreadyReleased:       "app is already released",
	ErrNoAudit:               "no valid audit_id exist",
	ErrCategoryRetired:       "some category you choose is no longger supported, please choose other  category",
	ErrNothingOnline:         "miniprogram has no online release",
	ErrNotApproved:           "miniprogram commit not approved",
	ErrGrayPercentage:        "invalid gray percentage",
	ErrGrayPercentageLow:     "gray percentage too low",
	ErrAuditQuota:            "submit audit reach limit, please try later",
	ErrNotCommitted:          "must commit before submit audit",
	ErrJumpListMissing:       "navigatetominiprogram appid list empty",
	ErrPreviewFormat:         "invalid preview_info format",
	ErrPreviewSize:           "invalid preview_info size",
	ErrUGCDeclareMissing:     "need add ugc declare",
	ErrPrivateInfoName:       "is wrong API name",
	ErrPrivateInfoExclusive:  "is mutually exclusive",
	ErrPrivateInfoForbidden:  "is not authorized",
	ErrNotByPlatform:         "should be called only from third party",
	ErrNoExperienceVersion:   "component experience version not exists",
	ErrProfileIncomplete:     "miniprogram have not completed init procedure",
	ErrSubmitForbidden:       "小程序禁止提交",
	ErrPlatformPunished:      "服务商被处罚，限制全部代码提审能力",
	ErrFirstSubmitForbidden:  "服务商新增小程序代码提审能力被限制",
	ErrUpdateSubmitForbidden: "服务商迭代小程序代码提审能力被限制",
	ErrGameSubmit:            "this is game miniprogram, submit audit is forbidden",
	ErrGrayReleaseRunning:    "wxa has a gray release plan, forbid revert release",
	ErrRevertForbidden:       "forbid revert this version release",
	ErrUndoQuota:             "no quota to undo code",
	ErrSpeedUpUnstable:       "系统不稳定，请稍后再试，如多次失败请通过社区反馈",
	ErrSpeedUpNotWaiting:     "该小程序不在待审核队列，请检查是否已提交审核或已审完",
	ErrSpeedUpKind:           "本单属于平台不支持加急种类，请等待正常审核流程",
	ErrSpedUp:                "本单已加速成功，请勿重复提交",
	ErrSpeedUpQuota:          "本月加急额度已用完，请提高提审质量以获取更多额度",
	ErrLiveStreaming:         "该开发小程序已开通小程序直播权限，不支持发布版本。如需发版，请解绑开发小程序后再操作。",
	ErrConcurrent:            "concurrent limit",
	ErrStandardExtJSON:       "标准模板extjson错误!",
}
