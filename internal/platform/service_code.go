package platform

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Commit is a call of /wxa/commit.
type Commit struct {
	ComponentAppid, AuthorizerAppid string
	TemplateID                      int64
	ExtJSON                         string
	UserVersion, UserDesc           string
}

// maxCommitVersion is the longest user_version, in characters.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_commit.html
const maxCommitVersion = 64

// committed is what a commit is made of: read and merged before the component is
// locked.
type committed struct {
	template Template
	config   CodeConfig
	scan     codeScan
}

// Commit makes a template the experience version of a merchant's mini program.
//
// Errors, in the order of the checks: 40097 user_version too long; 85014 no such
// template; 85043 by the restriction broken_template; those of the ext_json (80066,
// 80067, 80082, 85013, 85045 to 85048, 85310 to 85312, 9402203); 9402202 another change
// is at work.
func (s *Service) Commit(ctx context.Context, in Commit) error {
	if err := checkCommit(&in); err != nil {
		return err
	}
	made, err := s.prepareCommit(ctx, &in)
	if err != nil {
		return err
	}
	_, err = update(ctx, s.store, in.ComponentAppid, func(tx Tx, c *Component) (struct{}, error) {
		t, err := tx.Template(ctx, c.Appid, in.TemplateID)
		if err != nil || t.Digest != made.template.Digest {
			return struct{}{}, noTemplate(err, in.TemplateID)
		}
		code, err := idleCode(ctx, tx, c.Appid, in.AuthorizerAppid)
		if err != nil {
			return struct{}{}, err
		}
		code.Exp = &ExpVersion{
			TemplateID: in.TemplateID, UserVersion: in.UserVersion, UserDesc: in.UserDesc, Time: tx.Now().Truncate(time.Second),
			Digest: t.Digest, Config: made.config, PrivacyAPIs: made.scan.apis, PrivacyKeys: made.scan.keys, Jumps: made.scan.jumps,
			CheckedAt: tx.Now().Add(time.Duration(c.Settings.Switches.PrivacyCheck)),
		}
		if d := time.Duration(c.Settings.Switches.CommitTime); d > 0 {
			code.BusyUntil = tx.Now().Add(d)
		}
		return struct{}{}, tx.PutCodeState(ctx, code)
	})
	return err
}

func checkCommit(in *Commit) error {
	for _, f := range []struct {
		name, value string
		most        int
	}{{"user_version", in.UserVersion, maxCommitVersion}, {"user_desc", in.UserDesc, 4096}} {
		if err := text(f.name, f.value, f.most); err != nil {
			return Refuse(CodeInvalidArgs, "%v", err)
		}
	}
	return nil
}

// prepareCommit reads the template and merges the ext_json, on a snapshot.
func (s *Service) prepareCommit(ctx context.Context, in *Commit) (*committed, error) {
	var out committed
	var p *Package
	var m *MerchantSettings
	err := s.store.View(ctx, func(r Reader) error {
		t, err := r.Template(ctx, in.ComponentAppid, in.TemplateID)
		if err != nil {
			return noTemplate(err, in.TemplateID)
		}
		out.template = *t
		a, err := r.Authorizer(ctx, in.ComponentAppid, in.AuthorizerAppid)
		if err != nil {
			return err
		}
		if a.Restricted(RestrictionBrokenTemplate) {
			return Refuse(CodeTemplateBroken, "template %d counts as broken for %s (restrictions of the authorizer)", t.ID, a.Appid)
		}
		if m, err = merchantSettings(ctx, r, in.ComponentAppid, in.AuthorizerAppid); err != nil {
			return err
		}
		if p, err = r.Package(ctx, t.Digest); err != nil {
			return err
		}
		out.scan, err = s.scanCode(ctx, r, t.Digest)
		return err
	})
	if err != nil {
		return nil, err
	}
	out.config, err = s.mergeExt(in, &out.template, p, m)
	return &out, err
}

func noTemplate(err error, id int64) error {
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return Refuse(CodeTemplateNotExist, "the component's library has no template %d (any more)", id)
}

// idleCode returns the state of a merchant's code, under the component's lock, unless
// a change is at work.
//
// Errors: 9402202.
func idleCode(ctx context.Context, tx Tx, component, authorizer string) (*CodeState, error) {
	code, err := tx.CodeState(ctx, component, authorizer)
	if err == nil && tx.Now().Before(code.BusyUntil) {
		err = Refuse(CodeConcurrent, "a change of %s is at work for %s more (switch commit_time)", authorizer, code.BusyUntil.Sub(tx.Now()).Round(time.Second))
	}
	return code, err
}

// CodeState returns what became of a merchant's code, and the virtual time.
func (s *Service) CodeState(ctx context.Context, component, authorizer string) (CodeState, time.Time, error) {
	var now time.Time
	code, err := view(ctx, s.store, func(r Reader) (*CodeState, error) {
		now = r.Now()
		return r.CodeState(ctx, component, authorizer)
	})
	if err != nil {
		return CodeState{}, now, err
	}
	return *code, now, nil
}

// TemplateUsers lists by appid the merchants whose experience version or release came
// of a template, those greater than after, at most limit; and counts them all.
func (s *Service) TemplateUsers(ctx context.Context, component string, template int64, after string, limit int) (users []TemplateUser, total int, err error) {
	users, err = view(ctx, s.store, func(r Reader) ([]TemplateUser, error) {
		var err error
		if total, err = r.CountTemplateUsers(ctx, component, template); err != nil {
			return nil, err
		}
		return r.TemplateUsers(ctx, component, template, after, limit)
	})
	return users, total, err
}

// ExpVersion returns the experience version of a merchant's mini program.
//
// Errors: 86001 nothing was committed.
func (s *Service) ExpVersion(ctx context.Context, component, authorizer string) (ExpVersion, error) {
	code, _, err := s.CodeState(ctx, component, authorizer)
	if err != nil {
		return ExpVersion{}, err
	}
	if code.Exp == nil {
		return ExpVersion{}, Refuse(CodeNoExpVersion, "nothing was committed to %s yet", authorizer)
	}
	return *code.Exp, nil
}

// PrivacyInfo is what the check of privacy interfaces found.
type PrivacyInfo struct {
	WithoutAuth []string // called, and the mini program has no right to them
	WithoutConf []string // called, and not declared in requiredPrivateInfos
}

// PrivacyInfo is get_code_privacy_info.
//
// Errors: 86001 nothing was committed; 61039 the check is still running.
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getcodeprivacyinfo.html
func (s *Service) PrivacyInfo(ctx context.Context, component, authorizer string) (PrivacyInfo, error) {
	return view(ctx, s.store, func(r Reader) (PrivacyInfo, error) {
		code, err := r.CodeState(ctx, component, authorizer)
		switch {
		case err != nil:
			return PrivacyInfo{}, err
		case code.Exp == nil:
			return PrivacyInfo{}, Refuse(CodeNoExpVersion, "nothing was committed to %s yet", authorizer)
		case code.Exp.Checking(r.Now()):
			return PrivacyInfo{}, checking(code.Exp, r.Now())
		}
		rights, err := privateInfoRights(ctx, r, component, authorizer)
		if err != nil {
			return PrivacyInfo{}, err
		}
		return code.Exp.privacyInfo(rights), nil
	})
}

func checking(e *ExpVersion, now time.Time) error {
	return Refuse(CodePrivacyChecking, "the check of privacy interfaces of version %s runs for %s more (switch privacy_check)", e.UserVersion, e.CheckedAt.Sub(now).Round(time.Second))
}

// privacyInfo compares what the code calls with what is declared and held. Rights of
// nil are all.
func (e *ExpVersion) privacyInfo(rights []string) PrivacyInfo {
	info := PrivacyInfo{WithoutAuth: []string{}, WithoutConf: []string{}}
	for _, api := range e.PrivacyAPIs {
		if rights != nil && !slices.Contains(rights, api) {
			info.WithoutAuth = append(info.WithoutAuth, "wx."+api)
		}
		if !slices.Contains(e.Config.RequiredPrivateInfos, api) {
			info.WithoutConf = append(info.WithoutConf, "wx."+api)
		}
	}
	return info
}
