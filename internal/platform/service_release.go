package platform

import (
	"context"
	"slices"
	"time"
)

// Release is /wxa/release: the version that passed last goes online for everybody. A
// gray plan that runs is finished by it.
//
// Errors: 85019 nothing was ever submitted; 85020 the last order has not passed; 85052
// its version is released; 9402202.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_release.html
func (s *Service) Release(ctx context.Context, component, authorizer string) error {
	_, err := s.changeCode(ctx, component, authorizer, func(tx Tx, _ *Component, code *CodeState) error {
		return s.release(ctx, tx, code)
	})
	return err
}

func (s *Service) release(ctx context.Context, tx Tx, code *CodeState) error {
	if err := code.happen(EventRelease); err != nil {
		return err
	}
	var version ExpVersion
	if err := s.closeAudit(ctx, tx, code, func(a *Audit) { version = a.Version }); err != nil {
		return err
	}
	now := tx.Now().Truncate(time.Second)
	if code.Gray.Running() {
		code.Gray.Status, code.Gray.Percentage = GrayFinished, 100
	}
	if code.Online != nil {
		code.History = slices.Insert(code.History, 0, *code.Online)
		code.History = code.History[:min(len(code.History), MaxHistory)]
	}
	code.AppVersions++
	code.Visit = ""
	code.Online = &Release{
		AppVersion: code.AppVersions, UserVersion: version.UserVersion, UserDesc: version.UserDesc, CommitTime: version.Time, Time: now,
		TemplateID: version.TemplateID, Pages: version.Config.Pages,
	}
	m, err := merchantSettings(ctx, tx, code.ComponentAppid, code.AuthorizerAppid)
	if err != nil {
		return err
	}
	m.Released()
	return tx.PutMerchantSettings(ctx, m)
}

// Revertible lists the versions that a mini program can go back to, newest first; after a
// roll-back there are none until the next release.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_revertcoderelease.html
func (c *CodeState) Revertible() []Release {
	if c.Online == nil || c.Online.Rollback {
		return nil
	}
	return c.History
}

// RevertRelease goes back to a former version; appVersion 0 is the one before.
//
// Errors: 87011 a gray plan runs; 87012 there is nothing to go back to; 40097 no such
// version; 9402202.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_revertcoderelease.html
func (s *Service) RevertRelease(ctx context.Context, component, authorizer string, appVersion int64) error {
	_, err := s.changeCode(ctx, component, authorizer, func(tx Tx, _ *Component, code *CodeState) error {
		if code.Gray.Running() {
			return Refuse(CodeGrayRunning, "a gray plan of %s runs; cancel or finish it first", authorizer)
		}
		former := code.Revertible()
		if len(former) == 0 {
			return Refuse(CodeForbidRevert, "%s has no version to go back to: none was released before, or the one online came by a roll-back", authorizer)
		}
		i := 0
		if appVersion != 0 {
			i = slices.IndexFunc(former, func(r Release) bool { return r.AppVersion == appVersion })
		}
		if i < 0 {
			return Refuse(CodeInvalidArgs, "app_version %d of %s is none to go back to; get_history_version lists them", appVersion, authorizer)
		}
		back := former[i]
		code.AppVersions++
		back.AppVersion, back.Time, back.Rollback = code.AppVersions, tx.Now().Truncate(time.Second), true
		code.Online, code.History = &back, nil
		return nil
	})
	return err
}

// GrayRelease is a call of /wxa/grayrelease.
type GrayRelease struct {
	ComponentAppid, AuthorizerAppid string
	Percentage                      int
	DebuggerFirst, ExperiencerFirst bool
}

// GrayRelease releases the version that passed last in stages, or raises the
// percentage of the plan that runs. At 100 it is a release.
//
// Errors: 85081 percentage not 0 to 100, or 0 without a flag; 86002; 85079 nothing is
// online; 85080 nothing has passed that is not online; 85082 not more than before; 9402202.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_grayrelease.html
func (s *Service) GrayRelease(ctx context.Context, in GrayRelease) error {
	if in.Percentage < 0 || in.Percentage > 100 || in.Percentage == 0 && !in.DebuggerFirst && !in.ExperiencerFirst {
		return Refuse(CodeGrayPercentage, "gray_percentage is %d, must be 1 to 100, or 0 with one of the two flags", in.Percentage)
	}
	_, err := s.changeCode(ctx, in.ComponentAppid, in.AuthorizerAppid, func(tx Tx, c *Component, code *CodeState) error {
		a, err := tx.Authorizer(ctx, c.Appid, in.AuthorizerAppid)
		if err != nil {
			return err
		}
		if err := checkProfile(a); err != nil {
			return err
		}
		if code.Online == nil {
			return Refuse(CodeNoOnlineRelease, "nothing of %s is online; the first release must be a whole one", in.AuthorizerAppid)
		}
		if err := code.happen(EventGray); err != nil {
			return err
		}
		if code.Gray.Running() && in.Percentage <= code.Gray.Percentage {
			return Refuse(CodeGrayTooLow, "gray_percentage is %d, must be more than the running plan's %d", in.Percentage, code.Gray.Percentage)
		}
		if !code.Gray.Running() {
			code.Gray = &GrayPlan{Status: GrayRunning, CreatedAt: tx.Now().Truncate(time.Second)}
		}
		code.Gray.Percentage, code.Gray.DebuggerFirst, code.Gray.ExperiencerFirst = in.Percentage, in.DebuggerFirst, in.ExperiencerFirst
		if in.Percentage == 100 {
			return s.release(ctx, tx, code)
		}
		return nil
	})
	return err
}

// RevertGrayRelease cancels the gray plan that runs.
//
// Errors: 85020 none runs; 9402202.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_revertgrayrelease.html
func (s *Service) RevertGrayRelease(ctx context.Context, component, authorizer string) error {
	_, err := s.changeCode(ctx, component, authorizer, func(_ Tx, _ *Component, code *CodeState) error {
		if !code.Gray.Running() {
			return Refuse(CodeStatusNotAllowed, "no gray plan of %s runs", authorizer)
		}
		code.Gray.Status = GrayDeleted
		return nil
	})
	return err
}

// Actions of change_visitstatus.
const (
	VisitOpen  = "open"
	VisitClose = "close"
)

// ChangeVisit opens or closes a mini program to its users.
//
// Errors: 85022 no such action; 85021 nothing is online; 9402202.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_setvisitstatus.html
func (s *Service) ChangeVisit(ctx context.Context, component, authorizer, action string) error {
	if action != VisitOpen && action != VisitClose {
		return Refuse(CodeInvalidAction, "action is %q, must be open or close", clip(action))
	}
	_, err := s.changeCode(ctx, component, authorizer, func(_ Tx, _ *Component, code *CodeState) error {
		if code.Online == nil {
			return Refuse(CodeVisitStatus, "nothing of %s is online", authorizer)
		}
		code.Visit = ""
		if action == VisitClose {
			code.Visit = VisitClose
		}
		return nil
	})
	return err
}

// supportVersions are base library versions (基础库) that can be the least.
// https://developers.weixin.qq.com/miniprogram/dev/framework/release/
var supportVersions = []string{
	"1.0.0", "1.0.1", "1.1.1", "1.2.0", "1.3.0", "1.4.0", "1.5.0", "1.6.0", "1.7.0", "1.9.0", "2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0", "2.5.0",
	"2.6.0", "2.7.0", "2.8.0", "2.9.0", "2.10.0", "2.11.0", "2.12.0", "2.13.0", "2.14.0", "2.15.0", "2.16.0", "2.17.0", "2.18.0", "2.19.0", "2.20.0",
	"2.21.0", "2.22.0", "2.23.0", "2.24.0", "2.25.0", "2.26.0", "2.27.0", "2.28.0", "2.29.0", "2.30.0", "2.31.0", "2.32.0", "2.33.0", "3.0.0",
	"3.1.0", "3.2.0", "3.3.0", "3.4.0", "3.5.0", "3.6.0", "3.7.0", "3.8.0",
}

// SupportVersions lists the base library versions that can be the least.
func SupportVersions() []string { return slices.Clone(supportVersions) }

// SetSupportVersion sets the least base library version of a mini program.
//
// Errors: 89014 no such version.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_setsupportversion.html
func (s *Service) SetSupportVersion(ctx context.Context, component, authorizer, version string) error {
	if !slices.Contains(supportVersions, version) {
		return Refuse(CodeSupportVersion, "version is %q, must be a base library version like 2.30.0", clip(version))
	}
	_, err := s.changeCode(ctx, component, authorizer, func(_ Tx, _ *Component, code *CodeState) error {
		code.SupportVersion = version
		return nil
	})
	return err
}
