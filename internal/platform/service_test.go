package platform_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"draftbox/internal/clock"
	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
)

func newService(t *testing.T) *platform.Service {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: "sqlite::memory:", Real: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return platform.NewService(store, clock.Now)
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func upload(t *testing.T, s *platform.Service, u platform.Upload) (platform.Draft, error) {
	t.Helper()
	built := must[*miniprogram.Built](t)(miniprogram.FromFS(fstest.MapFS{
		"app.json":      {Data: []byte(`{"pages":["index"]}`)},
		"index.js":      {Data: []byte(`Page({})`)},
		"version/v.txt": {Data: []byte(u.UserVersion)},
	}, miniprogram.Options{}))
	defer func() {
		if err := built.Content.Close(); err != nil {
			t.Error(err)
		}
	}()
	return s.UploadDraft(t.Context(), u, &built.Package, built.Content)
}

func TestCreateComponentMakesUpWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	s := newService(t)
	a := must[platform.Component](t)(s.CreateComponent(t.Context(), platform.Component{}))
	b := must[platform.Component](t)(s.CreateComponent(t.Context(), platform.Component{}))
	if problems := a.Problems(); len(problems) > 0 {
		t.Errorf("made up what breaks the rules: %v", problems)
	}
	if a.Appid == b.Appid || a.Secret == b.Secret || a.Token == b.Token || a.EncodingAESKey == b.EncodingAESKey {
		t.Errorf("two components share something: %+v, %+v", a, b)
	}
	if _, err := s.CreateComponent(t.Context(), platform.Component{Appid: a.Appid}); !errors.Is(err, platform.ErrConflict) {
		t.Errorf("the same appid again: %v", err)
	}
}

func TestEverythingWrongIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	settings := platform.DefaultSettings()
	settings.MaxDevMiniprograms = 0
	settings.Switches.ListOrder = "sideways"
	settings.Switches.TokenGrace = -1
	settings.Quotas.Limits = map[string]int64{"wxa": -1}
	_, err := s.CreateComponent(t.Context(), platform.Component{
		Appid: "wx1", Secret: "short", Token: "no blanks", EncodingAESKey: "x", EventURL: "ftp://h", MessageURL: "::", IPAllowlist: []string{"localhost"},
		Name: strings.Repeat("长", 65), Settings: settings,
	})
	if !errors.Is(err, platform.ErrInvalid) {
		t.Fatalf("refused with %v", err)
	}
	for _, word := range []string{"appid", "secret", "token", "encoding_aes_key", "event_url", "message_url", "ip_allowlist", "name", "max_dev_miniprograms", "list_order", "token_grace", "quotas"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%s is not named in: %v", word, err)
		}
	}
}

func TestDevMiniprogramsHaveALimitAndOneOwner(t *testing.T) {
	t.Parallel()
	s := newService(t)
	settings := platform.DefaultSettings()
	settings.MaxDevMiniprograms = 2
	c := must[platform.Component](t)(s.CreateComponent(t.Context(), platform.Component{Settings: settings}))
	first := must[platform.DevMiniprogram](t)(s.PutDevMiniprogram(t.Context(), platform.DevMiniprogram{ComponentAppid: c.Appid}))
	must[platform.DevMiniprogram](t)(s.PutDevMiniprogram(t.Context(), platform.DevMiniprogram{ComponentAppid: c.Appid}))
	if _, err := s.PutDevMiniprogram(t.Context(), platform.DevMiniprogram{ComponentAppid: c.Appid}); !errors.Is(err, platform.ErrConflict) {
		t.Errorf("over the limit: %v", err)
	}
	first.Name = "新名字"
	must[platform.DevMiniprogram](t)(s.PutDevMiniprogram(t.Context(), first)) // a change is no addition

	other := must[platform.Component](t)(s.CreateComponent(t.Context(), platform.Component{}))
	for _, appid := range []string{first.Appid, c.Appid} {
		if _, err := s.PutDevMiniprogram(t.Context(), platform.DevMiniprogram{ComponentAppid: other.Appid, Appid: appid}); !errors.Is(err, platform.ErrConflict) {
			t.Errorf("%s for a second owner: %v", appid, err)
		}
	}
	if _, err := s.PutDevMiniprogram(t.Context(), platform.DevMiniprogram{ComponentAppid: "wx0000000000000bad"}); !errors.Is(err, platform.ErrNotFound) {
		t.Errorf("for a component that is not there: %v", err)
	}
}

func TestUploadsAreChecked(t *testing.T) {
	t.Parallel()
	s := newService(t)
	c := must[platform.Component](t)(s.CreateComponent(t.Context(), platform.Component{}))
	d := must[platform.DevMiniprogram](t)(s.PutDevMiniprogram(t.Context(), platform.DevMiniprogram{ComponentAppid: c.Appid}))
	good := platform.Upload{ComponentAppid: c.Appid, SourceAppid: d.Appid, UserVersion: "1.0.0"}
	for name, change := range map[string]func(*platform.Upload){
		"no version":          func(u *platform.Upload) { u.UserVersion = "" },
		"long version":        func(u *platform.Upload) { u.UserVersion = strings.Repeat("1", 65) },
		"control character":   func(u *platform.Upload) { u.UserDesc = "a\x00b" },
		"broken UTF-8":        func(u *platform.Upload) { u.Developer = "\xff" },
		"endless description": func(u *platform.Upload) { u.UserDesc = strings.Repeat("长", 5000) },
	} {
		u := good
		change(&u)
		if _, err := upload(t, s, u); !errors.Is(err, platform.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	u := good
	u.SourceAppid = c.Appid
	if _, err := upload(t, s, u); !errors.Is(err, platform.ErrNotFound) {
		t.Errorf("a source that is no development mini program: %v", err)
	}
	if box := must[platform.DraftBox](t)(s.DraftBox(t.Context(), c.Appid)); len(box.Drafts) != 0 || box.Component.NextDraftID != 0 {
		t.Errorf("refused uploads left %+v, next id %d", box.Drafts, box.Component.NextDraftID)
	}
}

func TestSeedsAreMadeOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	c := must[platform.Component](t)(s.CreateComponent(t.Context(), platform.Component{}))
	d := must[platform.DevMiniprogram](t)(s.PutDevMiniprogram(t.Context(), platform.DevMiniprogram{ComponentAppid: c.Appid}))
	u := platform.Upload{ComponentAppid: c.Appid, SourceAppid: d.Appid, UserVersion: "1.0.0", SeedKey: "draft:1"}
	must[platform.Draft](t)(upload(t, s, u))
	if err := s.DeleteDraft(t.Context(), c.Appid, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := upload(t, s, u); !errors.Is(err, platform.ErrSeeded) {
		t.Errorf("a second time: %v", err)
	}
	if box := must[platform.DraftBox](t)(s.DraftBox(t.Context(), c.Appid)); len(box.Drafts) != 0 || box.Component.NextDraftID != 1 {
		t.Errorf("the seed came back: %+v, next id %d", box.Drafts, box.Component.NextDraftID)
	}
}

func TestTheClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		s := newService(t)
		real := time.Now()
		check := func(what string, want time.Duration) {
			t.Helper()
			if now := must[time.Time](t)(s.Now(ctx)); now.Sub(real) != want {
				t.Errorf("%s: the clock is %s ahead, want %s", what, now.Sub(real), want)
			}
		}
		do := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		check("at first", 0)
		do(s.AdvanceClock(ctx, 2*time.Hour))
		check("advanced", 2*time.Hour)
		time.Sleep(time.Minute)
		check("a minute later", 2*time.Hour+time.Minute)
		do(s.FreezeClock(ctx))
		time.Sleep(time.Hour)
		check("frozen", 2*time.Hour+time.Minute)
		do(s.AdvanceClock(ctx, time.Second))
		do(s.FreezeClock(ctx))
		check("frozen and advanced", 2*time.Hour+time.Minute+time.Second)
		do(s.ResumeClock(ctx))
		time.Sleep(time.Second)
		check("resumed: it goes on from where it stood", 2*time.Hour+time.Minute+2*time.Second)
		do(s.SetClock(ctx, real.Add(24*time.Hour)))
		check("set", 24*time.Hour)

		if err := s.SetClock(ctx, real); !errors.Is(err, platform.ErrConflict) {
			t.Errorf("set backwards: %v", err)
		}
		for _, d := range []time.Duration{0, -time.Second, 200 * 365 * 24 * time.Hour, math.MaxInt64} {
			if err := s.AdvanceClock(ctx, d); !errors.Is(err, platform.ErrInvalid) {
				t.Errorf("advanced by %s: %v", d, err)
			}
		}
		check("after refusals", 24*time.Hour)
	})
}

func TestAllowsIP(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		list []string
		ip   string
		want bool
	}{
		{nil, "203.0.113.7", true},
		{nil, "not an address", true},
		{[]string{"203.0.113.7"}, "203.0.113.7", true},
		{[]string{"203.0.113.7"}, "203.0.113.8", false},
		{[]string{"203.0.113.7"}, "::ffff:203.0.113.7", true},
		{[]string{"10.0.0.0/8", "fe80::/10"}, "10.1.2.3", true},
		{[]string{"10.0.0.0/8", "fe80::/10"}, "fe80::1%eth0", true},
		{[]string{"10.0.0.0/8"}, "", false},
	} {
		c := platform.Component{IPAllowlist: tt.list}
		if got := c.AllowsIP(tt.ip); got != tt.want {
			t.Errorf("%v for %q: %v", tt.list, tt.ip, got)
		}
	}
}

func TestEveryRefusalHasATextAndAReason(t *testing.T) {
	t.Parallel()
	s := newService(t)
	ctx := context.Background()
	c := must[platform.Component](t)(s.CreateComponent(ctx, platform.Component{}))
	_, addErr := s.AddToTemplate(ctx, c.Appid, 0, platform.TemplateOrdinary)
	_, authErr := s.Authenticate(ctx, "x")
	c.Settings.Switches.UnauthorizedAPIs = []string{"/x"}
	for _, err := range []error{addErr, authErr, s.DeleteTemplate(ctx, c.Appid, -1), c.CheckAPI("/x"), (&platform.Component{IPAllowlist: []string{"10.0.0.1"}}).CheckCaller("10.0.0.2")} {
		e, ok := errors.AsType[*platform.Error](err)
		if !ok {
			t.Errorf("refused with %v", err)
			continue
		}
		if e.Msg == "" || !strings.HasPrefix(e.Msg, platform.CodeText(e.Code)) || e.Detail == "" {
			t.Errorf("refused with %#v", err)
		}
		if !errors.Is(err, &platform.Error{Code: e.Code}) || errors.Is(err, &platform.Error{Code: e.Code + 1}) {
			t.Errorf("errors.Is does not go by the code of %v", err)
		}
	}
}

func TestMaskHidesTheMiddle(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "short": "…", "0123456789abcdef0123456789abcdef": "012345…cdef"} {
		if got := platform.Mask(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestAuthorizerTokens(t *testing.T) {
	t.Parallel()
	s := newService(t)
	c := must[platform.Component](t)(s.CreateComponent(t.Context(), platform.Component{}))
	yes := must[platform.Authorizer](t)(s.PutAuthorizer(t.Context(), platform.Authorizer{ComponentAppid: c.Appid, Authorized: true}))
	no := must[platform.Authorizer](t)(s.PutAuthorizer(t.Context(), platform.Authorizer{ComponentAppid: c.Appid}))
	token, refresh, err := s.AdminAuthorizerToken(t.Context(), c.Appid, yes.Appid, platform.Caller{})
	if err != nil || !regexp.MustCompile(`^refreshtoken@@@[\w-]{43}$`).MatchString(refresh) {
		t.Fatalf("%q, %v", refresh, err)
	}
	session := must[platform.Session](t)(s.Authenticate(t.Context(), token))
	if got := fmt.Sprint(session.Token.Kind, session.Token.ComponentAppid, session.Token.AuthorizerAppid); got != fmt.Sprint("authorizer", c.Appid, yes.Appid) {
		t.Errorf("the token is %s", got)
	}
	if _, _, err := s.AdminAuthorizerToken(t.Context(), c.Appid, no.Appid, platform.Caller{}); !errors.Is(err, platform.ErrConflict) {
		t.Errorf("for a merchant that has not authorized: %v", err)
	}
	if _, _, err := s.AdminAuthorizerToken(t.Context(), c.Appid, "wx0000000000000bad", platform.Caller{}); !errors.Is(err, platform.ErrNotFound) {
		t.Errorf("for nobody: %v", err)
	}
}
