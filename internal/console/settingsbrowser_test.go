package console_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"draftbox/internal/browsertest"
	"draftbox/internal/console"
	"draftbox/internal/platform"
)

// settingsPages are the addresses of the settings.
func settingsPages() map[string]string {
	return map[string]string{
		"settings": settings, "settings-miniprograms": settings + "/miniprograms", "settings-miniprogram": settings + "/miniprograms/" + dev,
		"settings-callbacks": settings + "/callbacks", "settings-audit": settings + "/audit", "settings-switches": settings + "/switches",
		"settings-components": settings + "/components", "settings-display": settings + "/display",
	}
}

func TestSettingsInABrowser(t *testing.T) {
	t.Parallel()
	script := axe(t)
	browsertest.Everywhere(t, func(t *testing.T, browser *browsertest.Browser, lang string, on browsertest.Screen) {
		b := newBench(t, withProbe)
		_, err := b.service.ChangeComponent(t.Context(), component, func(c *platform.Component) error {
			c.Settings.Switches.PushTries = 5
			c.Settings.Audit = platform.AuditPolicy{Decide: platform.DecidePass, After: platform.Duration(2 * time.Hour), Rules: []platform.AuditRule{
				{Match: platform.AuditMatch{UserVersion: "*-beta"}, Decide: platform.DecideFail, Reason: "测试版本"},
			}}
			return nil
		})
		b.must(err)
		v := b.visit(t, browser, lang, on)
		looks := func(name string) {
			v.Fine(name)
			v.Photograph("console-" + on.Name + "-" + lang + "-" + name)
			v.accessible(name, script)
		}
		for name, path := range settingsPages() {
			v.Do(browsertest.Visit(v.home+path), browsertest.Await("#live.on"), browsertest.Await(".tabs [aria-current]"))
			looks(name)
		}
		v.Do(browsertest.Visit(v.home+settings+"/callbacks"), press(`[value="test_event"]`), browsertest.Await(".verdict.broken"))
		looks("settings-probe")
		v.Do(browsertest.Visit(v.home+settings+"/miniprograms/"+dev), press(`form[action$="/key"] button`), browsertest.Await(".verdict pre"),
			press(".confirm summary"), browsertest.Await(".confirm[open] .danger"))
		looks("settings-key") // with its question
	})
}

func withProbe(o *console.Options) {
	o.Probe = func(context.Context, platform.Push) platform.Attempt {
		return platform.Attempt{
			Outcome: platform.OutcomeHTTPStatus, HTTPStatus: http.StatusNotFound, Reason: `HTTP 404: nothing is at "/event"; is the path of the callback URL right?`,
			Answer: "404 page not found\n", Took: 3 * time.Millisecond, Query: "signature=0f&timestamp=1&nonce=2&encrypt_type=aes&msg_signature=3", Request: "<xml>" + strings.Repeat("A", 300) + "</xml>",
		}
	}
}

// The zone of the browser is the local one, wherever the server is.
func TestLocalTime(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	b := newBench(t)
	v := b.visit(t, browser, "en", browsertest.Screens()[0])
	v.Do(browsertest.Visit(v.home+settings+"/display"), browsertest.Await("#live.on"))
	if n := v.Count(`#zones [value^="local:"]`); n != 1 {
		t.Errorf("%d buttons name the zone of the browser", n)
	}
	v.Do(press(`#zones [value="utc"]`), browsertest.Await(`#zones [value="utc"][aria-pressed="true"]`), browsertest.Await("#live.on"))
	if got := v.read(".settings time"); !strings.HasSuffix(got, " UTC") {
		t.Errorf("the time is %q", got)
	}
	shown := v.read("#clock time")
	if at, err := time.Parse("2006-01-02 15:04:05", shown); err != nil || time.Since(at).Abs() > time.Minute {
		t.Errorf("the clock shows %q, want the time in UTC", shown)
	}
	v.Fine("the display")
}

// From a push that failed to the settings: the URL is put right, tried out, saved, and
// the push sent again, without leaving the browser.
func TestPutACallbackURLRight(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	const good = "http://127.0.0.1:9000/event"
	b := newBench(t, func(o *console.Options) {
		o.Probe = func(_ context.Context, p platform.Push) platform.Attempt {
			if p.URL == good {
				return platform.Attempt{Outcome: platform.OutcomeDelivered, HTTPStatus: http.StatusOK, Answer: "success"}
			}
			return platform.Attempt{Outcome: platform.OutcomeRefused, Reason: "connection refused: nothing listens at 127.0.0.1:9"}
		}
	})
	_, err := b.service.Revoke(t.Context(), component, merchant)
	b.must(err)
	for b.attempt(platform.Attempt{Outcome: platform.OutcomeRefused, Reason: "connection refused: nothing listens at 127.0.0.1:9"}) {
		continue
	}
	v := b.visit(t, browser, "en", browsertest.Screens()[0])
	v.Do(browsertest.Visit(v.home+base), press("#failing + ul a"), press(`#pane a[href$="/settings/callbacks"]`),
		press(`[value="test_event"]`), browsertest.Await(".verdict.broken"))
	if got := v.read(".verdict.broken"); !strings.Contains(got, "connection refused") {
		t.Errorf("the page tells %q", got)
	}
	v.Do(run(`document.querySelector("[name=event_url]").value = "`+good+`"`), press(`[value="test_event"]`), browsertest.Await(".verdict.ok"))
	v.Do(browsertest.Write(`[name=event_url]`, "\r"), browsertest.Await(".notice.ok")) // Enter saves
	if got := b.component().EventURL; got != good {
		t.Errorf("the URL is %q", got)
	}
	v.Do(browsertest.Visit(v.home+base), press("#failing + ul a"), press(`form[action$="/redeliver"] button`), browsertest.Await(".notice.ok"))
	if b.attempt(platform.Attempt{Outcome: platform.OutcomeDelivered, HTTPStatus: http.StatusOK, Answer: "success"}) {
		t.Error("the push is still pending")
	}
	v.Do(browsertest.Await(`#pane h2 .pill.ok`)) // without a reload
	v.Fine("the push")
}
