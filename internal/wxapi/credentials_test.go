package wxapi_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
)

func (b *bench) fetchToken(secret, ticket string) reply {
	b.t.Helper()
	body, err := json.Marshal(map[string]string{
		"component_appid": b.comp.Appid, "component_appsecret": secret, "component_verify_ticket": ticket,
	})
	b.must(err)
	return b.do(http.MethodPost, tokenPath, string(body))
}

// newToken fetches a component_access_token as a program does.
func (b *bench) newToken() string {
	b.t.Helper()
	r := b.fetchToken(b.comp.Secret, b.ticket())
	var out struct {
		Token string `json:"component_access_token"`
	}
	b.must(json.Unmarshal([]byte(r.body), &out))
	if out.Token == "" {
		b.t.Fatalf("answered %s", r.body)
	}
	return out.Token
}

func TestComponentTokenAnswer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ticket := b.ticket()
	if !regexp.MustCompile(`^ticket@@@[\w-]{86}$`).MatchString(ticket) {
		t.Errorf("ticket %q", ticket)
	}
	r := b.fetchToken(b.comp.Secret, ticket)
	if !regexp.MustCompile(`^\{"component_access_token":"[0-9]+_[\w-]{154}","expires_in":7200\}$`).MatchString(r.body) {
		t.Errorf("answered %s", r.body)
	}
	b.outcome(r)
	b.ok(b.do("GET", draftList+"?access_token="+b.newToken(), ""), nil)
}

func TestComponentTokenRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ticket := b.ticket()
	id, secret := b.comp.Appid, b.comp.Secret
	for _, tt := range []struct {
		name, body string
		code       int
		msg        string
	}{
		{"no body", ``, 44002, "empty post data"},
		{"broken JSON", `{"component_appid":`, 47001, "data format error"},
		{"array", `[]`, 47001, "data format error"},
		{"no members", `{}`, 41018, "missing component_appid"},
		{"null appid", `{"component_appid":null}`, 41018, "missing component_appid"},
		{"form body", `component_appid=` + id, 41018, "missing component_appid"},
		{"appid of a wrong type", `{"component_appid":1}`, 47001, "data format error"},
		{"malformed appid", `{"component_appid":"wx1"}`, 40013, "invalid appid"},
		{"unknown appid", `{"component_appid":"wxffffffffffffffff"}`, 40013, "invalid appid"},
		{"appid of a mini program", `{"component_appid":"` + b.dev.Appid + `"}`, 61011, "invalid component"},
		{"no ticket", `{"component_appid":"` + id + `","component_appsecret":"` + secret + `"}`, 61006, "component ticket is invalid"},
		{"empty ticket", `{"component_appid":"` + id + `","component_verify_ticket":""}`, 61006, "component ticket is invalid"},
		{"wrong ticket before the secret", `{"component_appid":"` + id + `","component_verify_ticket":"ticket@@@x"}`, 61006, "component ticket is invalid"},
		{"no secret", `{"component_appid":"` + id + `","component_verify_ticket":"` + ticket + `"}`, 41004, "appsecret missing"},
		{"wrong secret", `{"component_appid":"` + id + `","component_verify_ticket":"` + ticket + `","component_appsecret":"x"}`, 40125, "invalid appsecret"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := *b
			c.t = t
			c.refused(c.do("POST", tokenPath, tt.body), tt.code, tt.msg)
		})
	}
}

func TestATicketOfAnotherComponentIsInvalid(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	other, _ := b.component()
	ticket, err := b.service.CurrentTicket(t.Context(), other.Appid)
	b.must(err)
	b.refused(b.fetchToken(b.comp.Secret, ticket.Value), 61006, "component ticket is invalid")
}

func TestTicketsRotateHourlyAndEndAfter12Hours(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	now, err := b.service.Now(t.Context())
	b.must(err)
	b.must(b.service.SetClock(t.Context(), now.Truncate(time.Hour).Add(time.Hour)))
	first := b.ticket()
	b.advance(50 * time.Minute)
	if b.ticket() != first {
		t.Error("the ticket changed within its clock hour")
	}
	b.advance(10 * time.Minute)
	if b.ticket() == first {
		t.Error("the ticket did not change with the hour")
	}
	b.advance(11*time.Hour + 49*time.Minute)
	if code, _ := b.outcome(b.fetchToken(b.comp.Secret, first)); code != 0 {
		t.Errorf("a ticket pushed under 12 h ago got %d", code)
	}
	b.advance(time.Minute)
	b.refused(b.fetchToken(b.comp.Secret, first), 61005, "component ticket is expired")
}

func TestTicketEachPushSwitch(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	start := `{"component_appid":"` + b.comp.Appid + `","component_secret":"` + b.comp.Secret + `"}`
	first := b.ticket()
	b.ok(b.do("POST", startPath, start), nil)
	b.set(func(c *platform.Component) { c.Settings.Switches.TicketEachPush = "new" })
	b.ok(b.do("POST", startPath, start), nil)
	if b.ticket() == first {
		t.Error("the ticket stayed although each push makes a new one")
	}
	if code, _ := b.outcome(b.fetchToken(b.comp.Secret, first)); code != 0 {
		t.Errorf("the older ticket got %d within its 12 hours", code)
	}
}

func TestStartPushTicket(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, secret := b.comp.Appid, b.comp.Secret
	if got := b.do("POST", startPath, `{"component_appid":"`+id+`","component_secret":"`+secret+`"}`).body; got != `{"errcode":0,"errmsg":"ok"}` {
		t.Errorf("answered %s", got)
	}
	for body, want := range map[string]int{
		``:                           44002,
		`{"x"`:                       47001,
		`{}`:                         41018,
		`{"component_appid":"wx12"}`: 40013,
		`{"component_appid":"` + b.dev.Appid + `","component_secret":"` + secret + `"}`: 61011,
		`{"component_appid":"` + id + `"}`:                                              41004,
		`{"component_appid":"` + id + `","component_appsecret":"` + secret + `"}`:       41004, // the other call's name
		`{"component_appid":"` + id + `","component_secret":"x"}`:                       40125,
	} {
		if code, _ := b.outcome(b.do("POST", startPath, body)); code != want {
			t.Errorf("%s: %d, want %d", body, code, want)
		}
	}
}

func TestStrayTokenSwitch(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	body := `{"component_appid":"` + b.comp.Appid + `","component_secret":"` + b.comp.Secret + `"}`
	stray := startPath + "?access_token=stale"
	b.ok(b.do("POST", stray, body), nil)
	b.set(func(c *platform.Component) { c.Settings.Switches.StrayToken = "check" })
	b.refused(b.do("POST", stray, body), 40001, textInvalidCredential)
	b.refused(b.do("POST", tokenPath+"?access_token=stale", `{"component_appid":"`+b.comp.Appid+`"}`), 40001, textInvalidCredential)
	b.ok(b.do("POST", startPath+"?access_token="+b.token, body), nil)
}

func TestSupersededTokenLivesFiveMinutes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.must(b.service.FreezeClock(t.Context()))
	list := func(token string) reply { return b.do("GET", draftList+"?access_token="+token, "") }
	first := b.newToken()
	b.advance(time.Minute)
	second := b.newToken()
	b.advance(5*time.Minute - time.Second)
	b.ok(list(first), nil)
	third := b.newToken()
	b.advance(time.Second)
	r := list(first)
	b.refused(r, 40001, textInvalidCredential)
	if why := b.reason(r); !strings.Contains(why, "superseded 5m0s ago by one issued to 127.0.0.1") {
		t.Errorf("the reason is %q", why)
	}
	b.ok(list(second), nil) // its own grace ends later
	b.ok(list(third), nil)
	b.ok(list(b.token), nil) // an admin token is superseded by none
	b.advance(2 * time.Hour)
	r = list(third)
	b.refused(r, 42001, "access_token expired")
	if why := b.reason(r); !strings.Contains(why, "expired 1s ago") {
		t.Errorf("the reason is %q", why)
	}
	b.refused(list(b.token), 42001, "access_token expired")
}

func TestTokenGraceSwitch(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.set(func(c *platform.Component) { c.Settings.Switches.TokenGrace = 0 })
	first := b.newToken()
	b.newToken()
	b.refused(b.do("GET", draftList+"?access_token="+first, ""), 40001, textInvalidCredential)
}
