package platform_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
)

const stepper = "wx00000000000000a1"

// stepScene has a merchant, and a template to commit.
type stepScene struct {
	*scene
	order int64
	grays int // releases in stages so far
}

func newStepScene(t *testing.T) *stepScene {
	t.Helper()
	sc := &stepScene{scene: newScene(t)}
	ctx := t.Context()
	dev, err := sc.PutDevMiniprogram(ctx, platform.DevMiniprogram{ComponentAppid: sc.comp, Name: "商城"})
	sc.ok(err)
	built, err := miniprogram.FromFS(fstest.MapFS{
		"app.json": {Data: []byte(`{"pages":["pages/index"]}`)}, "app.js": {Data: []byte("App({})")},
		"pages/index.js": {Data: []byte("Page({})")}, "pages/index.wxml": {Data: []byte("<view/>")},
	}, miniprogram.Options{})
	sc.ok(err)
	defer func() { _ = built.Content.Close() }()
	_, err = sc.UploadDraft(ctx, platform.Upload{ComponentAppid: sc.comp, SourceAppid: dev.Appid, UserVersion: "1.0.0"}, &built.Package, built.Content)
	sc.ok(err)
	_, err = sc.AddToTemplate(ctx, sc.comp, 0, platform.TemplateOrdinary)
	sc.ok(err)
	_, err = sc.PutAuthorizer(ctx, platform.Authorizer{ComponentAppid: sc.comp, Appid: stepper, NickName: "商户一", Authorized: true})
	sc.ok(err)
	return sc
}

// call makes the call of a step.
func (sc *stepScene) call(ctx context.Context, name string) error {
	switch name {
	case platform.StepCommit:
		return sc.Commit(ctx, platform.Commit{ComponentAppid: sc.comp, AuthorizerAppid: stepper, UserVersion: "1.0.0", ExtJSON: "{}"})
	case "submit_audit":
		id, err := sc.SubmitAudit(ctx, platform.Submission{ComponentAppid: sc.comp, AuthorizerAppid: stepper, Request: []byte("{}")})
		if err == nil {
			sc.order = id
		}
		return err
	case "undocodeaudit":
		return sc.UndoAudit(ctx, sc.comp, stepper)
	case "speedupaudit":
		return sc.SpeedupAudit(ctx, sc.comp, stepper, sc.order)
	case "release":
		return sc.Release(ctx, sc.comp, stepper)
	case "grayrelease":
		sc.grays++
		return sc.GrayRelease(ctx, platform.GrayRelease{ComponentAppid: sc.comp, AuthorizerAppid: stepper, Percentage: 10 * sc.grays})
	case platform.StepRevertGray:
		return sc.RevertGrayRelease(ctx, sc.comp, stepper)
	case platform.StepRevert:
		return sc.RevertRelease(ctx, sc.comp, stepper, 0)
	case platform.StepVisit:
		return sc.ChangeVisit(ctx, sc.comp, stepper, platform.VisitClose)
	}
	decide := map[string]string{"pass": platform.DecidePass, "reject": platform.DecideFail, "delay": platform.DecideDelay}[name]
	_, err := sc.DecideAudit(ctx, sc.order, platform.AuditDecision{Decide: decide}, "")
	return err
}

// What a step tells is what its call does, in every state that calls lead to.
func TestStepsTellWhatCallsDo(t *testing.T) {
	t.Parallel()
	for _, path := range [][]string{
		{},
		{"commit"},
		{"commit", "submit_audit"},
		{"commit", "submit_audit", "speedupaudit"},
		{"commit", "submit_audit", "delay"},
		{"commit", "submit_audit", "reject"},
		{"commit", "submit_audit", "undocodeaudit"},
		{"commit", "submit_audit", "pass"},
		{"commit", "submit_audit", "pass", "release"},
		{"commit", "submit_audit", "pass", "release", "submit_audit", "pass"},
		{"commit", "submit_audit", "pass", "release", "submit_audit", "pass", "grayrelease"},
		{"commit", "submit_audit", "pass", "release", "submit_audit", "pass", "release"},
		{"commit", "submit_audit", "pass", "release", "submit_audit", "pass", "release", "revertcoderelease"},
		{
			"commit", "submit_audit", "undocodeaudit", "submit_audit", "undocodeaudit", "submit_audit", "undocodeaudit", "submit_audit", "undocodeaudit",
			"submit_audit", "undocodeaudit", "submit_audit",
		},
	} {
		name := "nothing"
		if len(path) > 0 {
			name = path[len(path)-1]
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := 0; ; i++ {
				sc := newStepScene(t)
				for _, call := range path {
					sc.ok(sc.call(t.Context(), call))
				}
				steps := sc.steps()
				if i == len(steps) {
					return
				}
				s := steps[i]
				if s.Code < 0 && sc.order == 0 {
					continue // there is no order to decide
				}
				err := sc.call(t.Context(), s.Call)
				var refused *platform.Error
				switch {
				case s.Allowed() && err != nil:
					t.Errorf("%s is told to be possible, and is refused with %v", s.Call, err)
				case s.Code > 0 && (!errors.As(err, &refused) || refused.Code != s.Code):
					t.Errorf("%s is told to be refused with %d (%s), and is with %v", s.Call, s.Code, s.Why, err)
				case s.Code < 0 && !errors.Is(err, platform.ErrConflict):
					t.Errorf("%s is told to be refused (%s), and is with %v", s.Call, s.Why, err)
				case s.Allowed():
					code, _, err := sc.CodeState(t.Context(), sc.comp, stepper)
					sc.ok(err)
					if code.LastAudit != s.To {
						t.Errorf("%s leads to %q, is told to lead to %q", s.Call, code.LastAudit, s.To)
					}
				}
			}
		})
	}
}

func (sc *stepScene) steps() []platform.Step {
	sc.Helper()
	code, now, err := sc.CodeState(sc.Context(), sc.comp, stepper)
	sc.ok(err)
	var order *platform.Audit
	if code.AuditID != 0 {
		o, err := sc.Audit(sc.Context(), code.AuditID)
		sc.ok(err)
		order = &o
	}
	return code.Steps(order, now)
}

// While a change is at work, and while privacy interfaces are checked, calls wait.
func TestStepsWait(t *testing.T) {
	t.Parallel()
	sc := newStepScene(t)
	_, err := sc.ChangeComponent(t.Context(), sc.comp, func(c *platform.Component) error {
		c.Settings.Switches.CommitTime = platform.Duration(time.Minute)
		c.Settings.Switches.PrivacyCheck = platform.Duration(2 * time.Minute)
		return nil
	})
	sc.ok(err)
	sc.ok(sc.call(t.Context(), "commit"))
	if s := sc.steps()[0]; s.Code != platform.CodeConcurrent {
		t.Errorf("a commit is told %+v while one is at work", s)
	}
	sc.pass(61 * time.Second)
	steps := sc.steps()
	if !steps[0].Allowed() || steps[1].Code != platform.CodePrivacyChecking {
		t.Errorf("after the commit: %+v", steps[:2])
	}
	sc.pass(60 * time.Second)
	if s := sc.steps()[1]; !s.Allowed() {
		t.Errorf("after the check: %+v", s)
	}
}

// Who uses a template is told by the versions that came of it.
func TestTemplateUsers(t *testing.T) {
	t.Parallel()
	sc := newStepScene(t)
	is := func(want ...platform.TemplateUser) {
		t.Helper()
		got, total, err := sc.TemplateUsers(t.Context(), sc.comp, 0, "", 9)
		sc.ok(err)
		if total != len(want) || !slices.Equal(got, want) {
			t.Errorf("the template is used by %d: %+v, want %+v", total, got, want)
		}
	}
	is()
	sc.ok(sc.call(t.Context(), "commit"))
	is(platform.TemplateUser{AuthorizerAppid: stepper, NickName: "商户一", Exp: true})
	for _, call := range []string{"submit_audit", "pass", "release"} {
		sc.ok(sc.call(t.Context(), call))
	}
	is(platform.TemplateUser{AuthorizerAppid: stepper, NickName: "商户一", Exp: true, Online: true})
	n, err := sc.CountAuthorizers(t.Context(), sc.comp)
	if err != nil || n != 1 {
		t.Errorf("there are %d merchants, %v", n, err)
	}
}

// What is known of a token is told also when it has ended, and no longer when it is
// forgotten.
func TestToken(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	token, err := sc.AdminComponentToken(t.Context(), sc.comp, platform.Caller{IP: "127.0.0.1"})
	sc.ok(err)
	sc.pass(3 * time.Hour)
	known, err := sc.Token(t.Context(), token)
	sc.ok(err)
	if !known.IssuedAt.Equal(noon) || known.IssuedTo != "127.0.0.1" || known.Origin != platform.OriginAdmin || !known.ExpiresAt.Equal(noon.Add(platform.AccessTokenLife)) {
		t.Errorf("the token is %+v", known)
	}
	if _, err := sc.Token(t.Context(), "92_made_up"); !errors.Is(err, platform.ErrNotFound) {
		t.Errorf("a token that was made up is %v", err)
	}
}
