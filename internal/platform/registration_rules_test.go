package platform_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"draftbox/internal/platform"
)

func TestDecisionsThatAreNone(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, manual)
	enterprise, personal := r.beginning(platform.RegistrationEnterprise).ID, r.beginning(platform.RegistrationPersonal).ID
	zero, odd, four := 0, 7, 4
	for name, row := range map[string]struct {
		id   string
		d    platform.RegistrationDecision
		want error
		word string
	}{
		"nothing":            {enterprise, platform.RegistrationDecision{}, platform.ErrInvalid, "needs status"},
		"unknown status":     {enterprise, platform.RegistrationDecision{Status: &odd}, platform.ErrInvalid, "status is 7, must be one of [-1 0 101"},
		"msg alone":          {personal, platform.RegistrationDecision{Msg: "OK", Progress: &four}, platform.ErrInvalid, "msg goes with status"},
		"ends and goes on":   {enterprise, platform.RegistrationDecision{Status: &zero, WaitingFor: platform.WaitFrontCheck}, platform.ErrInvalid, "one of them"},
		"unknown wait":       {enterprise, platform.RegistrationDecision{WaitingFor: "x"}, platform.ErrInvalid, `waiting_for is "x"`},
		"wait of a person":   {personal, platform.RegistrationDecision{WaitingFor: platform.WaitFrontCheck}, platform.ErrInvalid, "not for personal"},
		"progress of a firm": {enterprise, platform.RegistrationDecision{Progress: &four}, platform.ErrInvalid, "not for enterprise"},
		"long msg":           {enterprise, platform.RegistrationDecision{Status: &zero, Msg: strings.Repeat("长", 129)}, platform.ErrInvalid, "msg has 129 characters"},
		"unknown id":         {"0", platform.RegistrationDecision{Status: &zero}, platform.ErrNotFound, "no registration 0"},
	} {
		_, err := r.DecideRegistration(t.Context(), r.comp, row.id, row.d)
		if !errors.Is(err, row.want) || !strings.Contains(err.Error(), row.word) {
			t.Errorf("%s: %v", name, err)
		}
	}
	far := 15
	if _, err := r.DecideRegistration(t.Context(), r.comp, personal, platform.RegistrationDecision{Progress: &far}); !errors.Is(err, platform.ErrInvalid) {
		t.Errorf("progress 15: %v", err)
	}
	if g := r.newest(); g.State != platform.RegistrationOpen || g.Progress != 0 {
		t.Errorf("what was refused has changed %+v", g)
	}
}

// A personal registration shows every documented progress, open and over.
func TestEveryProgress(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, manual)
	g := r.beginning(platform.RegistrationPersonal)
	for _, progress := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 1001, 1008} {
		r.decide(g.ID, platform.RegistrationDecision{Progress: &progress})
		if got := must[platform.Registration](t)(r.PersonalRegistration(t.Context(), r.comp, g.ID)); got.Progress != progress || got.State != platform.RegistrationOpen {
			t.Errorf("progress %d is shown as %+v", progress, got)
		}
	}
	for _, row := range []struct{ status, progress, want int }{{0, -1, 12}, {100003, -1, 1}, {1006, -1, 1006}, {-1, -1, 11}, {-1, 2, 2}, {0, 13, 13}} {
		r := newRegistrar(t, manual)
		d := platform.RegistrationDecision{Status: &row.status}
		if row.progress >= 0 {
			d.Progress = &row.progress
		}
		id := r.beginning(platform.RegistrationPersonal).ID
		r.decide(id, d)
		if got := must[platform.Registration](t)(r.PersonalRegistration(t.Context(), r.comp, id)); got.Progress != row.want || got.Status != row.status {
			t.Errorf("status %d: %+v, want progress %d", row.status, got, row.want)
		}
	}
	beta := r.beginning(platform.RegistrationBeta)
	for _, id := range []string{beta.ID, "\x00", "0"} {
		_, err := r.PersonalRegistration(t.Context(), r.comp, id)
		wantCode(t, err, 89250)
	}
}

// A mini program that revoked cannot turn regular; its registration can only fail.
func TestVerifyingWhatIsGone(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, manual)
	g := r.beginning(platform.RegistrationVerify)
	if err := r.DeleteAuthorizer(t.Context(), r.comp, g.AuthorizerAppid); err != nil {
		t.Fatal(err)
	}
	if _, err := r.DecideRegistration(t.Context(), r.comp, g.ID, platform.RegistrationDecision{Status: new(int)}); !errors.Is(err, platform.ErrConflict) {
		t.Errorf("a success: %v", err)
	}
	if n := len(r.pushes()); n != 0 {
		t.Errorf("%d pushes of what was refused", n)
	}
	status := -1
	if got := r.decide(g.ID, platform.RegistrationDecision{Status: &status}); got.Status != -1 {
		t.Errorf("a failure: %+v", got)
	}
	_, err := r.VerifyBeta(t.Context(), r.comp, g.AuthorizerAppid, verified())
	wantCode(t, err, 61003)
}

// A rule of its own beats that for all; a rule is for the calls whose page has the
// code; 86011 looks into the name.
func TestRegistrationRules(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, func(s *platform.Switches) {
		s.RegistrationRefuse = map[string]int{"xiaoming": 86004, "*": 89254, "烤": 86011, "示例商户": 61052}
	})
	_, err := r.RegisterEnterprise(t.Context(), r.comp, shop)
	wantCode(t, err, 86004)
	other := shop
	other.LegalPersonaWechat = "xiaohong"
	_, err = r.RegisterEnterprise(t.Context(), r.comp, other)
	wantCode(t, err, 89254)
	_, err = r.RegisterBeta(t.Context(), r.comp, trialShop)
	wantCode(t, err, 86011)
	r.beginning(platform.RegistrationPersonal) // whose page has none of them
	trial := r.trial()
	_, err = r.SetTrialNickname(t.Context(), r.comp, trial, "一家烤鸭店")
	wantCode(t, err, 86011)
	if got := must[platform.Authorizer](t)(r.SetTrialNickname(t.Context(), r.comp, trial, "一家甜品店")); got.NickName != "一家甜品店的体验小程序" {
		t.Errorf("called %s", got.NickName)
	}

	bad := platform.DefaultSettings()
	bad.Switches.RegistrationRefuse = map[string]int{"x": 85064, "": 86004}
	bad.Switches.Published, bad.Switches.JumpDomainCheck = "perhaps", ""
	problems := strings.Join(bad.Problems(), "\n")
	for _, want := range []string{`switches.registration_refuse has "x": 85064`, `switches.registration_refuse has "": 86004`, `switches.published is "perhaps"`, "switches.jump_domain_check"} {
		if !strings.Contains(problems, want) {
			t.Errorf("%s is not named in: %s", want, problems)
		}
	}
}

func TestCodesOfEnterprises(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, pass)
	for _, row := range []struct {
		codeType int
		code     string
		want     int
	}{
		{1, "91440300MA5EXAMPLE", 0},
		{1, "91440300MA5EXAMPL", 89255},
		{1, "91440300MA5EXAMPL-", 89255},
		{1, "９１440300MA5EX", 89255},
		{2, "12345678-X", 0},
		{2, "12345678X", 0},
		{2, "1234-5678X", 89255},
		{2, "12345678-", 89255},
		{2, "1234567--X", 89255},
		{3, "123456789012345", 0},
		{3, "12345678901234", 89255},
		{0, "123456789012345", 89248},
		{4, "123456789012345", 89248},
	} {
		in := shop
		in.Code, in.CodeType, in.LegalPersonaWechat = row.code, row.codeType, row.code // so that none is counted
		_, err := r.RegisterEnterprise(t.Context(), r.comp, in)
		if row.want == 0 && err != nil {
			t.Errorf("%s of type %d: %v", row.code, row.codeType, err)
		}
		if row.want != 0 {
			wantCode(t, err, row.want)
		}
	}
}

// Texts are bounded, so that what is made of them is within the rules of accounts.
func TestRegistrationTexts(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, pass)
	long := shop
	long.Name = strings.Repeat("长", 100)
	g := must[platform.Registration](t)(r.RegisterEnterprise(t.Context(), r.comp, long))
	a := r.account(g.AuthorizerAppid)
	if utf8.RuneCountInString(a.NickName) != 30 || utf8.RuneCountInString(a.Profile.PrincipalName) != 64 || len(a.Problems()) != 0 {
		t.Errorf("made %+v, %v", a, a.Problems())
	}
	for _, bad := range []string{"\xff", "a\x00b", strings.Repeat("长", 129)} {
		in := shop
		in.Name = bad
		_, err := r.RegisterEnterprise(t.Context(), r.comp, in)
		wantCode(t, err, 47001)
		_, err = r.RegisterBeta(t.Context(), r.comp, platform.RegistrationRequest{Name: "小麦烤鸡", OpenID: bad})
		wantCode(t, err, 47001)
		wantCode(t, r.SearchRegistration(t.Context(), r.comp, in), 47001)
	}
	for name, want := range map[string]int{"三个字": 40097, strings.Repeat("字", 25): 40097, "的体验小程序": 40097, "三个\x00字": 47001} {
		_, err := r.RegisterBeta(t.Context(), r.comp, platform.RegistrationRequest{Name: name, OpenID: "o"})
		wantCode(t, err, want)
	}
	longest := must[platform.Registration](t)(r.RegisterBeta(t.Context(), r.comp, platform.RegistrationRequest{Name: strings.Repeat("字", 24), OpenID: "o"}))
	if a := r.account(longest.AuthorizerAppid); len(a.Problems()) != 0 {
		t.Errorf("made %+v, %v", a, a.Problems())
	}
}

// Those that are over are forgotten after 30 days, the open ones never.
func TestOldRegistrationsAreForgotten(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, pass)
	first := r.beginning(platform.RegistrationPersonal)
	count := func() int {
		t.Helper()
		return len(must[[]platform.Registration](t)(r.Registrations(t.Context(), r.comp, "", 0)))
	}
	if err := r.AdvanceClock(t.Context(), 30*24*time.Hour); err != nil {
		t.Fatal(err)
	}
	r.beginning(platform.RegistrationPersonal)
	if n := count(); n != 2 {
		t.Errorf("%d are known on the 30th day", n)
	}
	if err := r.AdvanceClock(t.Context(), time.Millisecond); err != nil {
		t.Fatal(err)
	}
	r.beginning(platform.RegistrationBeta)
	if n := count(); n != 2 {
		t.Errorf("%d are known after it", n)
	}
	if _, err := r.Registrations(t.Context(), r.comp, first.ID, 0); !errors.Is(err, platform.ErrInvalid) {
		t.Errorf("the list after a forgotten one: %v", err)
	}
}

// A ticket is good for one use, for its account and for half an hour.
func TestTicketsOfOfficialAccounts(t *testing.T) {
	t.Parallel()
	r := newRegistrar(t, pass)
	account := func() string {
		t.Helper()
		return must[platform.Authorizer](t)(r.PutAuthorizer(t.Context(), platform.Authorizer{
			ComponentAppid: r.comp, NickName: "示例公众号", Authorized: true, Profile: platform.Profile{Account: platform.AccountOfficialAccount, PrincipalName: "示例商户有限公司"},
		})).Appid
	}
	mine, other := account(), account()
	ticket := func() string {
		t.Helper()
		return must[platform.AuthCode](t)(r.NewRegistrationTicket(t.Context(), r.comp, mine)).Value
	}
	used := ticket()
	made := must[platform.Granted](t)(r.RegisterByOffiaccount(t.Context(), r.comp, mine, used))
	if a := made.Authorizer; a.NickName != "示例公众号" || !a.Authorized || a.Profile != (platform.Profile{PrincipalName: "示例商户有限公司", RegisterType: 2}) {
		t.Errorf("made %+v", a)
	}
	if pushes := r.pushes(); len(pushes) != 1 || pushes[0].Type != "authorized" || pushes[0].Authorizer != made.Authorizer.Appid {
		t.Errorf("pushed %+v", pushes)
	}
	must[platform.AuthorizerTokens](t)(r.QueryAuth(t.Context(), r.comp, made.Code.Value, platform.Caller{}))

	foreign, late := ticket(), ticket()
	for value, by := range map[string]string{used: mine, foreign: other, "": mine, "b25519093b1e97239eff9d2bfc07e08e": mine, "\x00": mine} {
		_, err := r.RegisterByOffiaccount(t.Context(), r.comp, by, value)
		wantCode(t, err, 61058)
	}
	_, err := r.QueryAuth(t.Context(), r.comp, foreign, platform.Caller{}) // it is no authorization code
	wantCode(t, err, 61009)
	if err := r.AdvanceClock(t.Context(), platform.RegistrationTicketLife-time.Millisecond); err != nil {
		t.Fatal(err)
	}
	must[platform.Granted](t)(r.RegisterByOffiaccount(t.Context(), r.comp, mine, foreign))
	if err := r.AdvanceClock(t.Context(), time.Millisecond); err != nil {
		t.Fatal(err)
	}
	_, err = r.RegisterByOffiaccount(t.Context(), r.comp, mine, late)
	wantCode(t, err, 61058)

	for _, appid := range []string{r.trial(), "wx00000000000000ff"} {
		if _, err := r.NewRegistrationTicket(t.Context(), r.comp, appid); !errors.Is(err, platform.ErrConflict) && !errors.Is(err, platform.ErrNotFound) {
			t.Errorf("a ticket of %s: %v", appid, err)
		}
	}
	if _, err := r.Revoke(t.Context(), r.comp, mine); err != nil {
		t.Fatal(err)
	}
	if _, err := r.NewRegistrationTicket(t.Context(), r.comp, mine); !errors.Is(err, platform.ErrConflict) {
		t.Errorf("a ticket after the revocation: %v", err)
	}
}
