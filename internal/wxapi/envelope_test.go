package wxapi_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
)

func TestGeneralRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tok := "?access_token=" + b.token
	unknown := "?access_token=103_" + strings.Repeat("x", 154)
	for _, tt := range []struct {
		name, method, target, body string
		code                       int
		msg                        string
	}{
		{"unknown path", "GET", "/wxa/nosuchcall" + tok, "", 40066, "invalid url"},
		{"unknown path wins over the token", "GET", "/wxa/nosuchcall", "", 40066, "invalid url"},
		{"root", "GET", "/", "", 40066, "invalid url"},
		{"path with a slash at its end", "GET", draftList + "/" + tok, "", 40066, "invalid url"},
		{"path in capitals", "GET", "/wxa/GetTemplateDraftList" + tok, "", 40066, "invalid url"},
		{"management path", "GET", "/_draftbox/v1/components" + tok, "", 40066, "invalid url"},
		{"POST on a GET call", "POST", draftList + tok, "{}", 43001, "require GET method"},
		{"POST on the template list", "POST", templateList + tok, "{}", 43001, "require GET method"},
		{"DELETE on a GET call", "DELETE", draftList + tok, "", 43001, "require GET method"},
		{"GET on addtotemplate", "GET", addTemplate + tok, "", 43002, "require POST method"},
		{"GET on deletetemplate", "GET", delTemplate + tok, "", 43002, "require POST method"},
		{"GET on api_component_token", "GET", tokenPath, "", 43002, "require POST method"},
		{"GET on api_start_push_ticket", "GET", startPath, "", 43002, "require POST method"},
		{"the method wins over the token", "GET", addTemplate, "", 43002, "require POST method"},
		{"no token", "GET", draftList, "", 41001, "access_token missing"},
		{"empty token", "GET", draftList + "?access_token=", "", 41001, "access_token missing"},
		{"bare token", "GET", draftList + "?access_token", "", 41001, "access_token missing"},
		{"an authorizer's parameter name", "GET", draftList + "?authorizer_access_token=" + b.token, "", 41001, "access_token missing"},
		{"no token, POST", "POST", addTemplate, `{"draft_id":0}`, 41001, "access_token missing"},
		{"unknown token", "GET", draftList + unknown, "", 40001, textInvalidCredential},
		{"unknown token, add", "POST", addTemplate + unknown, `{"draft_id":0}`, 40001, textInvalidCredential},
		{"unknown token, templates", "GET", templateList + unknown, "", 40001, textInvalidCredential},
		{"unknown token, delete", "POST", delTemplate + unknown, `{"template_id":0}`, 40001, textInvalidCredential},
		{"malformed token", "GET", draftList + "?access_token=%00%ff", "", 40001, textInvalidCredential},
		{"the token wins over the body", "POST", addTemplate + unknown, `{`, 40001, textInvalidCredential},
		{"no body", "POST", addTemplate + tok, "", 44002, "empty post data"},
		{"blank body", "POST", addTemplate + tok, " \r\n", 44002, "empty post data"},
		{"no body, delete", "POST", delTemplate + tok, "", 44002, "empty post data"},
		{"broken JSON", "POST", addTemplate + tok, `{"draft_id":`, 47001, "data format error"},
		{"array", "POST", addTemplate + tok, `[]`, 47001, "data format error"},
		{"null", "POST", addTemplate + tok, `null`, 47001, "data format error"},
		{"string", "POST", addTemplate + tok, `"draft_id"`, 47001, "data format error"},
		{"form", "POST", addTemplate + tok, `draft_id=0`, 47001, "data format error"},
		{"two objects", "POST", addTemplate + tok, `{"draft_id":0}{}`, 47001, "data format error"},
		{"too deep", "POST", addTemplate + tok, strings.Repeat(`{"a":`, 20000), 47001, "data format error"},
		{"too long", "POST", addTemplate + tok, `{"draft_id":0,"x":"` + strings.Repeat("x", 1<<20) + `"}`, 47001, "data format error"},
		{"binary", "POST", addTemplate + tok, "\x1f\x8b\x00\xff", 47001, "data format error"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := *b
			c.t = t
			c.refused(c.do(tt.method, tt.target, tt.body), tt.code, tt.msg)
		})
	}
}

// The rules that real client libraries need of requests.
func TestRequestsOfRealClients(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.upload(platform.Upload{})
	for _, tt := range []struct{ name, method, target, body, contentType string }{
		{"alias of the token", "GET", draftList + "?component_access_token=" + b.token, "", ""},
		{"alias in WeChat's cloud", "GET", draftList + "?cloudbase_access_token=" + b.token, "", ""},
		{"escaped token", "GET", draftList + "?access_token=" + strings.ReplaceAll(b.token, "_", "%5F"), "", ""},
		{"empty name first", "GET", draftList + "?component_access_token=&access_token=" + b.token, "", ""},
		{"parameters nobody knows", "GET", draftList + "?debug=1&x=&y&access_token=" + b.token + "&pages%2Findex", "", ""},
		{"leading ampersand", "GET", draftList + "?&access_token=" + b.token, "", ""},
		{"broken escape elsewhere", "GET", draftList + "?x=%zz&access_token=" + b.token, "", ""},
		{"semicolon elsewhere", "GET", draftList + "?x=1;2&access_token=" + b.token, "", ""},
		{"double slash", "GET", "//wxa//gettemplatedraftlist?access_token=" + b.token, "", ""},
		{"absolute form", "GET", "http://api.weixin.qq.com" + draftList + "?access_token=" + b.token, "", ""},
		{"HEAD", "HEAD", draftList + "?access_token=" + b.token, "", ""},
		{"GET with a body", "GET", draftList + "?access_token=" + b.token, "{}", "application/json"},
		{"no Content-Type", "POST", addTemplate + "?access_token=" + b.token, `{"draft_id":0}`, ""},
		{"a charset", "POST", addTemplate + "?access_token=" + b.token, `{"draft_id":0}`, "application/json;charset=utf-8"},
		{"JSON called a form", "POST", addTemplate + "?component_access_token=" + b.token, `{"draft_id":0}`, "application/x-www-form-urlencoded"},
		{"JSON called text", "POST", addTemplate + "?access_token=" + b.token, `{"draft_id":0}`, "text/plain"},
		{"line break after the JSON", "POST", addTemplate + "?access_token=" + b.token, "{\"draft_id\":0}\n", "application/json"},
		{"blanks around the JSON", "POST", addTemplate + "?access_token=" + b.token, " \t{ \"draft_id\" : 0 } \r\n", ""},
		{"id as digits", "POST", addTemplate + "?access_token=" + b.token, `{"draft_id":"0"}`, ""},
		{"escaped member name", "POST", addTemplate + "?access_token=" + b.token, `{"draft_\u0069d":0}`, ""},
		{"members nobody knows", "POST", addTemplate + "?access_token=" + b.token, `{"draft_id":0,"neededText":null,"x":[{}]}`, ""},
		{"null type", "POST", addTemplate + "?access_token=" + b.token, `{"draft_id":0,"template_type":null}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := *b
			c.t = t
			r := c.do(tt.method, tt.target, tt.body, "Content-Type", tt.contentType)
			c.ok(r, nil)
		})
	}
}

func TestWrongKindOfToken(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	a, err := b.service.PutAuthorizer(t.Context(), platform.Authorizer{ComponentAppid: b.comp.Appid, Authorized: true})
	b.must(err)
	token, _, err := b.service.AdminAuthorizerToken(t.Context(), b.comp.Appid, a.Appid, platform.Caller{})
	b.must(err)
	for _, path := range []string{draftList, templateList} {
		b.refused(b.do("GET", path+"?access_token="+token, ""), 48001, "api unauthorized")
	}
	b.refused(b.do("POST", addTemplate+"?access_token="+token, `{"draft_id":0}`), 48001, "api unauthorized")
	b.refused(b.do("POST", delTemplate+"?access_token="+token, `{"template_id":0}`), 48001, "api unauthorized")
}

func TestIPAllowlist(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.set(func(c *platform.Component) { c.IPAllowlist = []string{"10.0.0.0/8", "::1"} })
	b.refused(b.get(draftList), 61004, "access clientip is not registered requestIP: 127.0.0.1")
	b.refused(b.do("POST", tokenPath, `{"component_appid":"`+b.comp.Appid+`"}`), 61004, "access clientip is not registered requestIP: 127.0.0.1")
	b.set(func(c *platform.Component) { c.IPAllowlist = []string{"127.0.0.1"} })
	b.ok(b.get(draftList), nil)
}

func TestUnauthorizedAPIs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ticket := b.ticket()
	b.set(func(c *platform.Component) {
		c.Settings.Switches.UnauthorizedAPIs = []string{draftList, tokenPath, startPath}
	})
	b.refused(b.get(draftList), 48001, "api unauthorized")
	b.refused(b.fetchToken(b.comp.Secret, ticket), 48001, "api unauthorized")
	b.refused(b.do("POST", startPath, `{"component_appid":"`+b.comp.Appid+`","component_secret":"`+b.comp.Secret+`"}`), 48001, "api unauthorized")
	b.ok(b.get(templateList), nil)
}

func TestDailyQuota(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.set(func(c *platform.Component) {
		c.Settings.Quotas = platform.Quotas{Enforce: true, Limits: map[string]int64{draftList: 2, tokenPath: 1}}
	})
	b.ok(b.get(draftList), nil)
	b.ok(b.get(draftList), nil)
	r := b.get(draftList)
	b.refused(r, 45009, "reach max api daily quota limit")
	if why := b.reason(r); !strings.Contains(why, "limit is 2") {
		t.Errorf("the reason is %q", why)
	}
	b.ok(b.get(templateList), nil)
	ticket := b.ticket()
	if code, _ := b.outcome(b.fetchToken(b.comp.Secret, ticket)); code != 0 {
		t.Errorf("the first token was refused with %d", code)
	}
	b.refused(b.fetchToken(b.comp.Secret, ticket), 45009, "reach max api daily quota limit")
	b.advance(24 * time.Hour) // the counters begin anew at 00:00 UTC+8
	b.token = b.adminToken(b.comp.Appid)
	b.ok(b.get(draftList), nil)
}

// -1 is answered when the database is gone, and only then.
func TestSystemErrorWhileTheDatabaseIsGone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "draftbox.db")
	b := newBenchOn(t, path)
	b.upload(platform.Upload{})
	b.ok(b.post(addTemplate, `{"draft_id":0}`), nil)
	ticket := b.ticket()
	b.must(os.Rename(path, path+".away"))
	for _, r := range []reply{
		b.post(addTemplate, `{"draft_id":0}`),
		b.post(delTemplate, `{"template_id":0}`),
		b.fetchToken(b.comp.Secret, ticket),
		b.do("POST", startPath, `{"component_appid":"`+b.comp.Appid+`","component_secret":"`+b.comp.Secret+`"}`),
	} {
		b.refused(r, -1, "system error")
	}
	if err := b.service.Ready(t.Context()); err == nil {
		t.Error("ready without a database")
	}
	b.must(os.Rename(path+".away", path))
	b.untilReady()
	if ids := b.templateIDs(""); fmt.Sprint(ids) != "[0]" {
		t.Errorf("templates %v: what was answered -1 was stored all the same", ids)
	}
	b.ok(b.post(addTemplate, `{"draft_id":0}`), nil)
}

// Reads end in -1, too, once it is noticed that the file is gone.
func TestReadsEndWhenTheDatabaseIsGone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "draftbox.db")
	b := newBenchOn(t, path)
	b.must(os.Rename(path, path+".away"))
	if err := b.service.Ready(t.Context()); err == nil { // looks at the file now
		t.Fatal("ready without a database")
	}
	b.refused(b.get(draftList), -1, "system error")
	b.refused(b.get(templateList), -1, "system error")
	b.must(os.Rename(path+".away", path))
	b.untilReady()
	b.ok(b.get(draftList), nil)
}

// A copy put back in place of the file counts on from an earlier revision; what
// was kept of the former file must not come back with it.
func TestARestoredCopyShowsItsOwnDrafts(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not let go of an open file")
	}
	path := filepath.Join(t.TempDir(), "draftbox.db")
	first := newBenchOn(t, path)
	first.upload(platform.Upload{UserVersion: "1"})
	b := *first
	b.must(first.store.Close())
	saved, err := os.ReadFile(path)
	b.must(err)
	again := openBench(t, path)
	b.store, b.service, b.journal, b.api = again.store, again.service, again.journal, again.api
	b.upload(platform.Upload{UserVersion: "lost"})
	if r := b.get(draftList); !strings.Contains(r.body, `"lost"`) {
		t.Fatal(r.body)
	}
	b.must(os.WriteFile(path+".saved", saved, 0o600))
	b.must(os.Rename(path+".saved", path))
	if b.service.Ready(t.Context()) == nil {
		t.Fatal("ready on a file that was replaced")
	}
	b.untilReady()
	b.upload(platform.Upload{UserVersion: "kept"}) // as many changes as before
	if r := b.get(draftList); !strings.Contains(r.body, `"kept"`) {
		t.Errorf("after the restore the box shows %s", r.body)
	}
}

// untilReady waits until the store has found its database again.
func (b *bench) untilReady() {
	b.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		err := b.service.Ready(context.Background())
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("not ready although the database is back: %v", err)
		}
		runtime.Gosched()
	}
}

func TestACancelledCallChangesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.upload(platform.Upload{})
	r := b.doCancelled("POST", addTemplate+"?access_token="+b.token, `{"draft_id":0}`)
	if r.status != http.StatusOK {
		t.Errorf("status %d", r.status)
	}
	if ids := b.templateIDs(""); len(ids) != 0 && strings.Contains(r.body, `"errcode":-1`) {
		t.Errorf("answered %s but stored templates %v", r.body, ids)
	}
}
