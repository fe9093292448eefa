package platform_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"draftbox/internal/platform"
)

// grantTime bounds the model test, whose cost depends on the machine.
const grantTime = 3 * time.Second

// modelMerchant is what should be known of a merchant.
type modelMerchant struct {
	appid                 string
	authorized, exchanged bool
	refresh               int // how many refresh tokens it has had
	authTime              time.Time
	funcIDs               []int
}

type modelCode struct {
	kind     platform.CodeKind
	merchant int
	issued   time.Time
	ends     time.Time
	used     bool
}

type modelToken struct {
	merchant int
	ends     time.Time
	graceEnd time.Time // zero while it is the latest
}

// grantModel is authorizations as the pages tell of them, beside a service.
type grantModel struct {
	*scene
	rt        *rapid.T
	now       time.Time
	merchants []modelMerchant
	refreshes []map[int]string // tokens by merchant and number
	codes     map[string]modelCode
	values    []string // of all codes, and of none
	tokens    map[string]modelToken
	pushed    []string
}

// TestGrantModel runs random histories of two merchants on a service and on a model.
func TestGrantModel(t *testing.T) {
	t.Parallel()
	start := time.Now()
	failed := false
	rapid.Check(t, func(rt *rapid.T) {
		if !failed && time.Since(start) > grantTime {
			return
		}
		defer func() { failed = failed || rt.Failed() }()
		m := &grantModel{
			scene: newScene(t), rt: rt, now: noon, codes: map[string]modelCode{}, tokens: map[string]modelToken{},
			values: []string{"", "queryauthcode@@@garbage"},
		}
		for range 2 {
			m.merchants = append(m.merchants, modelMerchant{appid: m.merchant()})
			m.refreshes = append(m.refreshes, map[int]string{0: "", -1: "refreshtoken@@@garbage"})
		}
		rt.Repeat(map[string]func(*rapid.T){
			"": m.compare, "pre-auth": m.preAuth, "grant": m.grantStep, "query": m.query, "refresh": m.refreshStep,
			"revoke": m.revoke, "advance": m.advance,
		})
	})
}

func (m *grantModel) draw(rt *rapid.T) (int, *modelMerchant) {
	i := rapid.IntRange(0, 1).Draw(rt, "merchant")
	return i, &m.merchants[i]
}

// anyCode draws one of all codes that there ever were, the latest first.
func (m *grantModel) anyCode(rt *rapid.T) string {
	return m.values[len(m.values)-1-rapid.IntRange(0, len(m.values)-1).Draw(rt, "code")]
}

// newCode keeps a code that was made; those that ended over a day ago are forgotten.
func (m *grantModel) newCode(c platform.AuthCode, merchant int, used bool) {
	life := 1800 * time.Second
	if c.Kind == platform.AuthorizationCode {
		life = 3600 * time.Second
	}
	m.forgetCodes()
	m.codes[c.Value] = modelCode{c.Kind, merchant, m.now, m.now.Add(life), used}
	m.values = append(m.values, c.Value)
}

func (m *grantModel) forgetCodes() {
	for v, c := range m.codes {
		if c.ends.Before(m.now.Add(-24 * time.Hour)) {
			delete(m.codes, v)
		}
	}
}

// codeError is the errcode that a code gets.
func (m *grantModel) codeError(value string, kind platform.CodeKind) int {
	c, ok := m.codes[value]
	switch {
	case !ok || c.kind != kind:
		return 61009
	case c.used || !m.now.Before(c.ends):
		return 61010
	}
	return 0
}

// agree compares the outcome of a call and reports whether it succeeded.
func (m *grantModel) agree(rt *rapid.T, what string, err error, want int) bool {
	if got := codeOf(err); got != want {
		rt.Fatalf("%s: %v, want errcode %d", what, err, want)
	}
	return err == nil
}

func (m *grantModel) preAuth(rt *rapid.T) {
	c, err := m.CreatePreAuthCode(m.Context(), m.comp)
	if m.agree(rt, "pre-auth code", err, 0) {
		m.newCode(c, 0, false)
	}
}

func (m *grantModel) grantStep(rt *rapid.T) {
	i, merchant := m.draw(rt)
	g := platform.Grant{
		ComponentAppid: m.comp, AuthorizerAppid: merchant.appid,
		FuncIDs: rapid.SampledFrom([][]int{nil, {}, {18}, {30, 18, 18}}).Draw(rt, "sets"),
	}
	want := 0
	if rapid.Bool().Draw(rt, "with a pre-auth code") {
		if g.PreAuthCode = m.anyCode(rt); g.PreAuthCode != "" {
			want = m.codeError(g.PreAuthCode, platform.PreAuthCode)
		}
	}
	got, err := m.Grant(m.Context(), g)
	if !m.agree(rt, "grant", err, want) {
		return
	}
	if g.PreAuthCode != "" {
		c := m.codes[g.PreAuthCode]
		c.used = true
		m.codes[g.PreAuthCode] = c
	}
	ids := merchant.funcIDs
	switch {
	case len(g.FuncIDs) > 0:
		ids = slices.Compact(slices.Sorted(slices.Values(g.FuncIDs)))
	case ids == nil:
		ids = platform.DefaultFuncIDs()
	}
	m.newCode(got.Code, i, false)
	switch {
	case !merchant.authorized:
		merchant.authorized, merchant.exchanged, merchant.authTime = true, false, m.now
		merchant.refresh++
		if old := m.refreshes[i][merchant.refresh-1]; old == got.Authorizer.RefreshToken {
			rt.Fatalf("the refresh token %s is that of the last authorization", old)
		}
		m.refreshes[i][merchant.refresh] = got.Authorizer.RefreshToken
		for token, k := range m.tokens { // ended at once
			if k.merchant == i && (k.graceEnd.IsZero() || k.graceEnd.After(m.now)) {
				k.graceEnd = m.now
				m.tokens[token] = k
			}
		}
		m.push(i, "authorized")
	case !slices.Equal(ids, merchant.funcIDs):
		m.push(i, "updateauthorized")
	}
	merchant.funcIDs = ids
}

// push expects a push; those of a grant carry a code.
func (m *grantModel) push(merchant int, typ string) {
	m.pushed = append(m.pushed, fmt.Sprint(m.now.Unix(), " ", typ, " ", m.merchants[merchant].appid))
	if typ == "unauthorized" {
		return
	}
	events := m.events()
	body := events[len(events)-1].Body
	_, rest, _ := strings.Cut(body, "<AuthorizationCode><![CDATA[")
	value, _, _ := strings.Cut(rest, "]]>")
	m.newCode(platform.AuthCode{Value: value, Kind: platform.AuthorizationCode}, merchant, false)
}

// standing is the errcode that a merchant gets.
func (m *grantModel) standing(merchant int) int {
	if m.merchants[merchant].authorized {
		return 0
	}
	return 61003
}

func (m *grantModel) query(rt *rapid.T) {
	value := m.anyCode(rt)
	want := m.codeError(value, platform.AuthorizationCode)
	c := m.codes[value]
	if want == 0 {
		want = m.standing(c.merchant)
	}
	// A code of a former authorization died with it.
	if want == 0 && c.issued.Before(m.merchants[c.merchant].authTime) {
		want = 61010
	}
	got, err := m.QueryAuth(m.Context(), m.comp, value, caller)
	if !m.agree(rt, "query_auth", err, want) {
		return
	}
	c.used = true
	m.codes[value] = c
	m.merchants[c.merchant].exchanged = true
	m.issued(c.merchant, got.AccessToken)
}

func (m *grantModel) refreshStep(rt *rapid.T) {
	i, merchant := m.draw(rt)
	number := rapid.IntRange(-1, merchant.refresh).Draw(rt, "refresh token")
	want := m.standing(i)
	if want == 0 && number != merchant.refresh {
		want = 61023
	}
	got, err := m.RefreshAuthorizerToken(m.Context(), m.comp, merchant.appid, m.refreshes[i][number], caller)
	if m.agree(rt, "refresh", err, want) {
		m.issued(i, got.AccessToken)
	}
}

// issued keeps a token that was issued in place of the one before.
func (m *grantModel) issued(merchant int, token string) {
	for t, k := range m.tokens {
		if k.merchant == merchant && k.graceEnd.IsZero() {
			k.graceEnd = m.now.Add(5 * time.Minute)
			m.tokens[t] = k
		}
		if k.ends.Before(m.now.Add(-24 * time.Hour)) {
			k.merchant = -1 // forgotten
			m.tokens[t] = k
		}
	}
	m.tokens[token] = modelToken{merchant: merchant, ends: m.now.Add(7200 * time.Second)}
}

func (m *grantModel) revoke(rt *rapid.T) {
	i, merchant := m.draw(rt)
	_, err := m.Revoke(m.Context(), m.comp, merchant.appid)
	if (err == nil) != merchant.authorized {
		rt.Fatalf("revoke: %v, authorized is %v", err, merchant.authorized)
	}
	if err == nil {
		merchant.authorized = false
		m.push(i, "unauthorized")
	}
}

func (m *grantModel) advance(rt *rapid.T) {
	d := rapid.SampledFrom([]time.Duration{
		time.Millisecond, 5 * time.Minute, 30 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 25 * time.Hour,
	}).Draw(rt, "advance")
	m.now = m.now.Add(d)
	if d > 2*time.Hour {
		m.pass(d) // without the tickets of a day, which would be most of the work
		return
	}
	if err := m.AdvanceClock(m.Context(), d); err != nil {
		rt.Fatalf("advance: %v", err)
	}
}

func (m *grantModel) compare(rt *rapid.T) {
	standing := []string{}
	for i, want := range m.merchants {
		a, err := m.Authorizer(m.Context(), m.comp, want.appid)
		m.agree(rt, "look up", err, 0)
		got := modelMerchant{a.Appid, a.Authorized, a.Exchanged, want.refresh, a.AuthTime, a.FuncIDs}
		if !reflect.DeepEqual(got, want) || a.RefreshToken != m.refreshes[i][want.refresh] {
			rt.Fatalf("the merchant is %+v with %s, want %+v with %s", got, a.RefreshToken, want, m.refreshes[i][want.refresh])
		}
		_, err = m.StandingAuthorizer(m.Context(), m.comp, want.appid)
		m.agree(rt, "standing", err, m.standing(i))
		if want.authorized {
			standing = append(standing, fmt.Sprint(want.authTime.UnixMilli(), " ", want.appid))
		}
	}
	slices.Sort(standing) // by time, and then by appid
	page, err := m.AuthorizedPage(m.Context(), m.comp, 0, 10)
	m.agree(rt, "list", err, 0)
	listed := []string{}
	for _, a := range page.Authorizers {
		listed = append(listed, fmt.Sprint(a.AuthTime.UnixMilli(), " ", a.Appid))
	}
	if !slices.Equal(listed, standing) || page.Total != len(standing) {
		rt.Fatalf("listed are %v of %d, want %v", listed, page.Total, standing)
	}
	for token, k := range m.tokens {
		want := 0
		switch {
		case k.merchant < 0 || !k.graceEnd.IsZero() && !m.now.Before(k.graceEnd):
			want = 40001
		case !m.now.Before(k.ends):
			want = 42001
		}
		s, err := m.Authenticate(m.Context(), token)
		if m.agree(rt, "token", err, want) && s.Token.AuthorizerAppid != m.merchants[k.merchant].appid {
			rt.Fatalf("a token of %s is that of %s", m.merchants[k.merchant].appid, s.Token.AuthorizerAppid)
		}
	}
	pushed := []string{}
	for _, d := range m.events() {
		pushed = append(pushed, fmt.Sprint(d.CreatedAt.Unix(), " ", d.Type, " ", d.Authorizer))
	}
	// A list has what is of one moment in order, too.
	if !slices.Equal(pushed, m.pushed) {
		rt.Fatalf("pushed were %v, want %v", pushed, m.pushed)
	}
}
