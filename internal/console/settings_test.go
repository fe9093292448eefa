package console_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"draftbox/internal/console"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

const settings = base + "/settings"

// secrets of the component of every bench.
var secrets = []string{"0123456789abcdef0123456789abcdef", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE"}

// saves posts a form and checks that the page it leads to tells something.
func (b *bench) saves(path string, form url.Values, told string) {
	b.Helper()
	w := b.post(path, form)
	if w.Code != http.StatusSeeOther {
		b.Fatalf("%s answers %d: %s", path, w.Code, w.Body)
	}
	b.has(b.get(w.Header().Get("Location")), http.StatusOK, told)
}

func (b *bench) component() platform.Component {
	b.Helper()
	c, err := b.service.Component(context.Background(), component)
	b.must(err)
	return c
}

func TestGeneralSettings(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.saves(settings, url.Values{"name": {"新名字"}, "ip_allowlist": {"127.0.0.1\r\n\r\n 10.0.0.0/8 \r\n"}, "auth_page_domain": {"www.example.com"}}, "Saved.")
	if c := b.component(); c.Name != "新名字" || strings.Join(c.IPAllowlist, " ") != "127.0.0.1 10.0.0.0/8" || c.Settings.AuthPageDomain != "www.example.com" || c.Secret != secrets[0] {
		t.Errorf("the component is %+v", c)
	}
	w := b.post(settings, url.Values{"name": {"别的"}, "ip_allowlist": {"nowhere"}})
	b.has(w, http.StatusUnprocessableEntity, `ip_allowlist has &#34;nowhere&#34;`, `value="别的"`, ">nowhere</textarea>")
	if b.component().Name != "新名字" {
		t.Error("a refused form has changed something")
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	page := b.get(settings)
	b.has(page, http.StatusOK, "012345…cdef", "abcdef…DEFE")
	for _, secret := range append([]string{"messagetoken"}, secrets...) {
		if strings.Contains(page.Body.String(), ">"+secret+"<") {
			t.Errorf("the page shows %s", secret)
		}
	}
	b.has(b.post(settings+"/reveal", nil), http.StatusOK, append([]string{"Secrets are shown", "messagetoken"}, secrets...)...)
	last := b.journal.List(journal.Filter{Limit: 1})[0]
	if want := "secrets of component " + component + " were revealed to 127.0.0.1 by the console"; last.Reason != want {
		t.Errorf("the journal says %q, want %q", last.Reason, want)
	}
	b.saves(settings+"/credentials/secret", nil, "AppSecret: changed.")
	b.saves(settings+"/credentials/token", url.Values{"value": {"another1"}}, "Message token: changed.")
	b.saves(settings+"/credentials/encoding_aes_key", url.Values{"value": {""}}, "EncodingAESKey: changed.")
	c := b.component()
	if c.Secret == secrets[0] || len(c.Secret) != 32 || c.Token != "another1" || c.EncodingAESKey == secrets[1] || len(c.EncodingAESKey) != 43 {
		t.Errorf("the credentials are %q, %q, %q", c.Secret, c.Token, c.EncodingAESKey)
	}
	b.has(b.post(settings+"/credentials/secret", url.Values{"value": {"XYZ"}}), http.StatusUnprocessableEntity, "secret must be 32 lower-case hex digits")
	b.has(b.post(settings+"/credentials/nothing", nil), http.StatusUnprocessableEntity, "is no credential")
}

func TestComponents(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.has(b.get(settings), http.StatusOK, "drafts (1), templates (1), development mini programs (1), merchants with their versions and audits (1)")
	b.saves("/components", url.Values{"name": {"二号平台"}, "appid": {"wx0000000000000002"}}, "Component wx0000000000000002 is made.")
	b.has(b.get(settings+"/components"), http.StatusOK, "二号平台", "示例平台", "wx0000000000000002")
	b.has(b.post("/components", url.Values{"appid": {component}, "name": {"又一个"}}), http.StatusUnprocessableEntity, "is in use already", `value="又一个"`)
	b.has(b.post("/components", url.Values{"appid": {"WX"}}), http.StatusUnprocessableEntity, "must be wx and 16 lower-case hex digits")
	b.saves(settings+"/delete", nil, "Component "+component+" is deleted.")
	if _, err := b.service.Component(context.Background(), component); err == nil {
		t.Error("the component is still there")
	}
	if w := b.post("/c/wx0000000000000002/settings/delete", nil); w.Header().Get("Location") != "/" {
		t.Errorf("the last one leads to %q", w.Header().Get("Location"))
	}
	b.has(b.get("/"), http.StatusOK, `action="/components"`)
	b.has(b.post("/components", url.Values{"appid": {"no"}}), http.StatusUnprocessableEntity, "must be wx and 16 lower-case hex digits", `action="/components"`)
	b.saves("/components", url.Values{"name": {"第一个"}}, "第一个")
}

func TestDevelopmentMiniPrograms(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const list, second = settings + "/miniprograms", "wx00000000000000d2"
	b.saves(list, url.Values{"name": {"二号"}, "appid": {second}}, "Development mini program "+second+" is bound.")
	b.has(b.post(list, url.Values{"appid": {second}}), http.StatusUnprocessableEntity, "is there already")
	b.has(b.post(list, url.Values{"appid": {component}, "name": {"三号"}}), http.StatusUnprocessableEntity, "in use", `value="三号"`)
	one := list + "/" + second
	b.has(b.get(one), http.StatusOK, "There is no key")

	w := b.post(one+"/key", nil)
	b.has(w, http.StatusOK, "-----BEGIN RSA PRIVATE KEY-----", `download="private.`+second+`.key"`, "data:application/x-pem-file;base64,")
	d, err := b.service.DevMiniprogram(context.Background(), component, second)
	b.must(err)
	_, rest, _ := strings.Cut(w.Body.String(), "-----BEGIN RSA PRIVATE KEY-----")
	private, _, _ := strings.Cut(rest, "-----END")
	if public, err := platform.PublicUploadKey("-----BEGIN RSA PRIVATE KEY-----" + strings.NewReplacer("&#43;", "+").Replace(private) + "-----END RSA PRIVATE KEY-----\n"); err != nil || public != d.UploadKeyPEM {
		t.Errorf("the key on the page does not belong to the one that is kept: %v", err)
	}
	if page := b.get(one); strings.Contains(page.Body.String(), "PRIVATE KEY") || !strings.Contains(page.Body.String(), "Make anew") {
		t.Error("the private half is shown again, or the key cannot be made anew")
	}
	if last := b.journal.List(journal.Filter{Limit: 1})[0]; !strings.Contains(last.Reason, "the new upload key of "+second) {
		t.Errorf("the journal says %q", last.Reason)
	}

	b.saves(one, url.Values{"name": {"改名"}, "upload_ip_allowlist": {"203.0.113.7\r\n172.0.0.*"}}, "Saved.")
	d, err = b.service.DevMiniprogram(context.Background(), component, second)
	if err != nil || d.Name != "改名" || !slices.Equal(d.UploadIPAllowlist, []string{"203.0.113.7", "172.0.0.*"}) || d.UploadKeyPEM == "" {
		t.Errorf("it is %+v, %v", d, err)
	}
	b.has(b.post(one, url.Values{"name": {"改名"}, "upload_key": {"no key"}, "upload_ip_allowlist": {"1.2.3.4"}}), http.StatusUnprocessableEntity, "is no PEM block", ">no key</textarea>", ">1.2.3.4</textarea>")
	b.has(b.post(one, url.Values{"name": {"改名"}, "upload_ip_allowlist": {"1.2.3.999"}}), http.StatusUnprocessableEntity, "1.2.3.999")
	b.saves(one, url.Values{"name": {"改名"}, "upload_key": {d.UploadKeyPEM}}, "Saved.")

	b.has(b.get(list+"/"+dev), http.StatusOK, "Its drafts in the box: 1.")
	b.saves(list+"/"+dev+"/delete", nil, "Development mini program "+dev+" is unbound.")
	box, err := b.service.DraftBox(context.Background(), component)
	if err != nil || len(box.Drafts) != 0 {
		t.Errorf("the box has %d drafts, %v", len(box.Drafts), err)
	}
	b.has(b.get(list+"/"+dev), http.StatusNotFound, "no development mini program")
	b.has(b.post(list+"/"+dev+"/key", nil), http.StatusNotFound)
}

func TestCallbackURLs(t *testing.T) {
	t.Parallel()
	var sent []platform.Push
	outcome := platform.Attempt{Outcome: platform.OutcomeDelivered, HTTPStatus: http.StatusOK, Answer: "success", Took: 12 * time.Millisecond, Query: "msg_signature=abc"}
	b := newBench(t, func(o *console.Options) {
		o.Probe = func(_ context.Context, p platform.Push) platform.Attempt {
			sent = append(sent, p)
			return outcome
		}
	})
	const page = settings + "/callbacks"
	form := url.Values{"event_url": {"http://127.0.0.1:9000/event"}, "message_url": {"http://127.0.0.1:9000/$APPID$/message"}, "do": {"save"}}
	b.saves(page, form, "Saved.")
	if c := b.component(); c.EventURL != form.Get("event_url") || c.MessageURL != form.Get("message_url") {
		t.Errorf("the URLs are %q and %q", c.EventURL, c.MessageURL)
	}

	form = url.Values{"event_url": {"https://127.0.0.1:1/typed"}, "message_url": {"http://127.0.0.1:9000/$APPID$/message"}, "do": {"test_event"}}
	w := b.post(page, form)
	b.has(w, http.StatusOK, `value="https://127.0.0.1:1/typed"`, "HTTP 200 · 12 ms", "success", "Pushes arrive.", "msg_signature=abc", "ComponentVerifyTicket")
	ticket, err := b.service.CurrentTicket(context.Background(), component)
	b.must(err)
	if p := sent[0]; p.URL != "https://127.0.0.1:1/typed" || !strings.Contains(p.Body, ticket.Value) || p.Token != "messagetoken" || p.EncodingAESKey != secrets[1] || p.MaxTries != 1 {
		t.Errorf("the push is %+v", p)
	}
	if strings.Contains(w.Body.String(), ticket.Value) {
		t.Error("the page shows the ticket whole")
	}
	outcome = platform.Attempt{Outcome: platform.OutcomeTLS, Reason: "127.0.0.1:9000 speaks plain HTTP, not TLS", Took: time.Millisecond}
	form.Set("do", "test_message")
	b.has(b.post(page, form), http.StatusOK, "speaks plain HTTP, not TLS", `verdict broken`, "draftbox_probe", "http://127.0.0.1:9000/"+merchant+"/message")
	if p := sent[1]; p.Authorizer != merchant || !strings.HasPrefix(p.ToUserName, "gh_") || !strings.Contains(p.Body, "<Event><![CDATA[draftbox_probe]]></Event>") {
		t.Errorf("the push is %+v", p)
	}
	if c := b.component(); c.EventURL != "http://127.0.0.1:9000/event" {
		t.Error("trying a URL out has set it")
	}

	b.has(b.post(page, url.Values{"event_url": {""}, "do": {"test_event"}}), http.StatusUnprocessableEntity, "Write a URL first.")
	b.has(b.post(page, url.Values{"event_url": {"ftp://x"}, "do": {"test_event"}}), http.StatusUnprocessableEntity, "must be an http or https URL")
	b.has(b.post(page, url.Values{"event_url": {"ftp://x"}, "do": {"save"}}), http.StatusUnprocessableEntity, "must be an http or https URL", `value="ftp://x"`)
	b.has(b.post(page, url.Values{"do": {"test_all"}}), http.StatusUnprocessableEntity)
	if len(sent) != 2 {
		t.Errorf("%d pushes were sent, want 2", len(sent))
	}
	b.saves(settings+"/ticket", nil, "The ticket is in the queue.")
	b.has(newBench(t).get(page), http.StatusOK, "Save")
}

func TestAuditRule(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const page = settings + "/audit"
	form := url.Values{
		"decide": {"pass"}, "after": {"2h"}, "reason": {""},
		"rule_version": {"*-beta", "", ""}, "rule_appid": {"", merchant, ""}, "rule_decide": {"fail", "manual", ""}, "rule_after": {"0s", "", ""}, "rule_reason": {"测试版本<br>", "", "left"},
	}
	b.saves(page, form, "Saved.")
	p := b.component().Settings.Audit
	if p.Decide != "pass" || time.Duration(p.After) != 2*time.Hour || len(p.Rules) != 2 || p.Rules[0].Match.UserVersion != "*-beta" || p.Rules[0].Reason != "测试版本<br>" || p.Rules[1].Match.Appid != merchant {
		t.Errorf("the policy is %+v", p)
	}
	b.has(b.get(page), http.StatusOK, `value="2h"`, `value="*-beta"`, "测试版本&lt;br&gt;", "Rule 4")
	form.Set("after", "soon")
	b.has(b.post(page, form), http.StatusUnprocessableEntity, "is no duration", `value="soon"`, `value="*-beta"`)
	form["rule_appid"], form["after"] = []string{"x", "", ""}, []string{"0s"}
	b.has(b.post(page, form), http.StatusUnprocessableEntity, "match.appid is")
	b.saves(page, url.Values{"decide": {"manual"}, "rule_decide": {""}}, "Saved.")
	if p := b.component().Settings.Audit; p.Decide != "manual" || len(p.Rules) != 0 {
		t.Errorf("the policy is %+v", p)
	}
}

func TestTimeZone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := context.Background()
	b.must(b.service.FreezeClock(ctx))
	b.must(b.service.SetClock(ctx, time.Date(2027, 1, 31, 20, 0, 0, 0, time.UTC)))
	for value, want := range map[string]string{
		"": "2027-02-01 04:00:00 UTC+8", "china": "2027-02-01 04:00:00 UTC+8", "utc": "2027-01-31 20:00:00 UTC",
		"local:Asia/Kolkata": "2027-02-01 01:30:00 UTC+5:30", "local:America/St_Johns": "2027-01-31 16:30:00 UTC-3:30", "nonsense": "2027-02-01 04:00:00 UTC+8",
	} {
		cookie := ""
		if value != "" {
			w := b.post("/prefs", url.Values{"zone": {value}, "next": {settings + "/display"}})
			cookie, _, _ = strings.Cut(w.Header().Get("Set-Cookie"), ";")
		}
		clock, _, _ := strings.Cut(want, " UTC")
		b.has(b.get(settings+"/display", "Cookie", cookie), http.StatusOK, strings.ReplaceAll(want, "+", "&#43;"), "<time>"+clock+"</time>")
	}
	w := b.post("/prefs", url.Values{"zone": {"local:../../etc/passwd"}})
	if got := w.Header().Get("Set-Cookie"); !strings.HasPrefix(got, "draftbox_zone=local;") {
		t.Errorf("a zone that there is not becomes %q", got)
	}
}
