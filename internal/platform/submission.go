package platform

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// AuditItem is one page of a submission, for reviewers to look at.
type AuditItem struct {
	Empty                               bool // the item has no member that counts
	Address, Tag, Title                 string
	FirstClass, SecondClass, ThirdClass string
	FirstID, SecondID, ThirdID          int64
}

// PreviewInfo names pictures and videos for reviewers.
type PreviewInfo struct {
	Videos, Pictures []string // media ids
	Malformed        bool     // it was no object of lists
}

// UGCDeclare declares what users can publish.
type UGCDeclare struct{}

// Limits of a submission.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_submitaudit.html
const (
	maxAuditItems  = 5
	maxTags        = 10
	maxTag         = 20 // characters
	maxTitle       = 32
	maxVersionDesc = 200
	maxVideos      = 1
	maxPictures    = 10
)

// check makes every check of a submission, in the order of the codes, and returns the
// state of the code.
func (in *Submission) check(ctx context.Context, r Reader, c *Component) (*CodeState, error) {
	a, err := r.Authorizer(ctx, c.Appid, in.AuthorizerAppid)
	if err != nil {
		return nil, err
	}
	code, err := r.CodeState(ctx, c.Appid, in.AuthorizerAppid)
	if err != nil {
		return nil, err
	}
	if err := checkMaySubmit(a, code); err != nil {
		return nil, err
	}
	if t := transition(EventSubmit, code.LastAudit); t.Code != 0 {
		return nil, Refuse(t.Code, "%s: %s", a.Appid, t.Why)
	}
	for _, check := range []func() error{
		func() error { return in.checkItems(ctx, r, a, code.Exp) },
		func() error { return in.checkExtras(ctx, r, c, code) },
		func() error { return in.checkPrivacy(ctx, r, code.Exp) },
		func() error { return checkAuditQuota(ctx, r, c) },
	} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return code, nil
}

// checkMaySubmit looks at the account, before its code.
func checkMaySubmit(a *Authorizer, code *CodeState) error {
	update := code.Online != nil
	for _, rule := range []struct {
		restriction string
		holds       bool
		code        int
	}{
		{RestrictionPunishedNew, !update, CodeProviderNew},
		{RestrictionPunishedUpdate, update, CodeProviderUpdate},
		{RestrictionForbidden, true, CodeSubmitForbidden},
		{RestrictionMinigame, true, CodeMinigame},
		{RestrictionLiveStreaming, true, CodeLiveStreaming},
	} {
		if rule.holds && a.Restricted(rule.restriction) {
			return Refuse(rule.code, "%s: %s (restrictions of the authorizer)", a.Appid, rule.restriction)
		}
	}
	if err := checkProfile(a); err != nil {
		return err
	}
	if code.Exp == nil {
		return Refuse(CodeNothingCommitted, "nothing was committed to %s yet", a.Appid)
	}
	return nil
}

// checkProfile is 86002. A name alone is enough here.
func checkProfile(a *Authorizer) error {
	if a.NickName == "" {
		return Refuse(CodeProfileIncomplete, "%s has no nick_name yet", a.Appid)
	}
	return nil
}

func (in *Submission) checkItems(ctx context.Context, r Reader, a *Authorizer, exp *ExpVersion) error {
	if in.Items == nil {
		return nil
	}
	if n := len(in.Items); n == 0 || n > maxAuditItems {
		return Refuse(CodeAuditItemSize, "item_list has %d items, must have 1 to %d, or be absent", n, maxAuditItems)
	}
	for i := range in.Items {
		item := &in.Items[i]
		at := fmt.Sprintf("item_list[%d]", i)
		if item.Empty {
			return Refuse(CodeAuditItemEmpty, "%s is empty", at)
		}
		tags := strings.Fields(item.Tag)
		if len(tags) > maxTags || slices.ContainsFunc(tags, func(t string) bool { return utf8.RuneCountInString(t) > maxTag }) {
			return Refuse(CodeAuditTag, "%s.tag has %d tags, at most %d of at most %d characters are allowed", at, len(tags), maxTags, maxTag)
		}
		if item.Address != "" && !slices.Contains(exp.Config.Pages, item.Address) {
			return Refuse(CodeAuditPage, "%s.address %q is none of the %d pages of get_page", at, clip(item.Address), len(exp.Config.Pages))
		}
		if n := utf8.RuneCountInString(item.Title); n > maxTitle {
			return Refuse(CodeAuditTitle, "%s.title has %d characters, at most %d are allowed", at, n, maxTitle)
		}
		if err := checkAuditCategory(ctx, r, a, item, at); err != nil {
			return err
		}
	}
	if a.Restricted(RestrictionRetiredCategory) {
		return Refuse(CodeCategoryRetired, "%s has a category that is retired (restrictions of the authorizer)", a.Appid)
	}
	return nil
}

// ugcCategories are the categories whose first submission has to declare what users
// can publish.
var ugcCategories = []AuthorizerCategory{{"社交", "社区/论坛"}, {"社交", "笔记"}, {"社交", "问答"}}

func (in *Submission) checkExtras(ctx context.Context, r Reader, c *Component, code *CodeState) error {
	if n := utf8.RuneCountInString(in.VersionDesc); n > maxVersionDesc {
		return Refuse(CodeDataTooLarge, "version_desc has %d characters, at most %d are allowed", n, maxVersionDesc)
	}
	if err := in.checkPreview(ctx, r); err != nil {
		return err
	}
	needs := slices.ContainsFunc(in.Items, func(i AuditItem) bool {
		return slices.Contains(ugcCategories, AuthorizerCategory{i.FirstClass, i.SecondClass})
	})
	if needs && in.UGC == nil && code.AuditID == 0 {
		return Refuse(CodeUGCDeclare, "the first submission of a mini program of this category needs ugc_declare")
	}
	if c.Settings.Switches.JumpList == "check" && code.Exp.Jumps && len(code.Exp.Config.Navigates) == 0 {
		return Refuse(CodeNavigateList, "the code calls wx.%s, and neither app.json nor ext_json has navigateToMiniProgramAppIdList (switch jump_list)", jumpAPI)
	}
	return nil
}

func (in *Submission) checkPreview(ctx context.Context, r Reader) error {
	p := in.Preview
	switch {
	case p == nil:
		return nil
	case p.Malformed:
		return Refuse(CodePreviewFormat, "preview_info must have the lists video_id_list and pic_id_list")
	case len(p.Videos) > maxVideos || len(p.Pictures) > maxPictures:
		return Refuse(CodePreviewSize, "preview_info has %d videos and %d pictures, at most %d and %d are allowed", len(p.Videos), len(p.Pictures), maxVideos, maxPictures)
	}
	for _, kind := range []struct {
		name string
		ids  []string
	}{{"video", p.Videos}, {"image", p.Pictures}} {
		for _, id := range kind.ids {
			m, err := r.AuditMedia(ctx, in.ComponentAppid, in.AuthorizerAppid, id)
			switch {
			case err == ErrNotFound: //nolint:errorlint // ours, bare
				return Refuse(CodePreviewFormat, "preview_info has the mediaid %q, which was not uploaded for this mini program, or over three days ago", clip(id))
			case err != nil:
				return err
			case !r.Now().Before(m.ExpiresAt):
				return Refuse(CodePreviewFormat, "the mediaid %q has expired %s ago; upload it again", clip(id), ago(r.Now(), m.ExpiresAt))
			case m.Type != kind.name:
				return Refuse(CodePreviewFormat, "the mediaid %q is of the type %s, must be %s", clip(id), m.Type, kind.name)
			}
		}
	}
	return nil
}

// checkPrivacy compares the interfaces of the code with rights and declarations.
func (in *Submission) checkPrivacy(ctx context.Context, r Reader, exp *ExpVersion) error {
	if exp.Checking(r.Now()) {
		return checking(exp, r.Now())
	}
	rights, err := privateInfoRights(ctx, r, in.ComponentAppid, in.AuthorizerAppid)
	if err != nil {
		return err
	}
	held := func(api string) bool { return rights == nil || slices.Contains(rights, api) }
	for _, api := range exp.Config.RequiredPrivateInfos {
		if !held(api) {
			return refusePrivacy("ext.json配置的隐私接口"+api+"无权限，请申请权限后再提交审核。", "%s is declared, and the mini program has no right to it", api)
		}
	}
	for _, api := range exp.PrivacyAPIs {
		if !held(api) && !slices.Contains(exp.Config.RequiredPrivateInfos, api) && !in.PrivacyAPINotUse {
			return refusePrivacy("代码中含有ext.json未配置隐私接口"+api+"(暂无权限)，请配置并申请权限或者承诺不使用这些接口（设置参数privacy_api_not_use为true）后再提交审核。",
				"the code calls %s, which is neither declared nor held", api)
		}
	}
	return nil
}

// refusePrivacy has only the sentence that fits, with the interface's name.
func refusePrivacy(msg, format string, args ...any) error {
	return &Error{Code: CodePrivacyAPI, Msg: msg, Detail: fmt.Sprintf(format, args...)}
}

func checkAuditQuota(ctx context.Context, r Reader, c *Component) error {
	if !c.Settings.Quotas.Enforce {
		return nil
	}
	used, err := r.AuditQuota(ctx, c.Appid, monthOf(r.Now()))
	if err == nil && used.Submits >= c.Settings.Quotas.Submits {
		err = Refuse(CodeAuditQuota, "component %s has submitted %d audits this month, its quota (quotas.submits)", c.Appid, used.Submits)
	}
	return err
}
