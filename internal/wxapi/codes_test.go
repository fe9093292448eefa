package wxapi_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"draftbox/api/apitest"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
	"draftbox/internal/wxapi"
)

// operation is one emulated call and a request of it that succeeds.
type operation struct {
	method, path string
	tokenless    bool
	merchant     bool // takes an authorizer's token as well as the component's
	body         func(b *bench) string
	headers      []string                                  // names and values
	query        string                                    // further parameters, each with & at its end
	prepare      func(b *bench)                            // sets the token, where the component's will not do
	causes       map[int]func(b *bench, o operation) reply // of its own
	// texts are causes of one text of a code that has several.
	texts map[string]func(b *bench, o operation) reply
}

var operations = slices.Concat(templateOperations, authorizationOperations, registrationOperations, domainOperations, merchantOperations, codeOperations)

var templateOperations = []operation{
	{method: "GET", path: draftList},
	{method: "POST", path: addTemplate, body: func(*bench) string { return `{"draft_id":0}` }},
	{method: "GET", path: templateList},
	{method: "POST", path: delTemplate, body: func(*bench) string { return `{"template_id":0}` }},
	{method: "POST", path: tokenPath, tokenless: true, body: func(b *bench) string {
		return fmt.Sprintf(`{"component_appid":%q,"component_appsecret":%q,"component_verify_ticket":%q}`, b.comp.Appid, b.comp.Secret, b.ticket())
	}},
	{method: "POST", path: startPath, tokenless: true, body: func(b *bench) string {
		return fmt.Sprintf(`{"component_appid":%q,"component_secret":%q}`, b.comp.Appid, b.comp.Secret)
	}},
	{method: "POST", path: ridPath, merchant: true, body: func(b *bench) string { return `{"rid":"` + ridOf(b.post(addTemplate, "{}")) + `"}` }},
}

func (o operation) good(b *bench) string {
	if o.body == nil {
		return ""
	}
	return o.body(b)
}

// call makes the operation's request with a token where it takes one.
func (o operation) call(b *bench, token, body string) reply {
	target := o.path
	if !o.tokenless {
		target += "?" + o.query + "access_token=" + token
	}
	return b.do(o.method, target, body, o.headers...)
}

// actingToken is the merchant's token where the operation takes one.
func (o operation) actingToken(b *bench) string {
	if o.merchant {
		return b.merchantToken()
	}
	return b.token
}

// causes make a code happen, for any operation that lists it.
var causes = map[int]func(b *bench, o operation) reply{
	-1: func(b *bench, o operation) reply {
		body := o.good(b)
		b.must(os.Rename(b.dbPath, b.dbPath+".away"))
		_ = b.service.Ready(b.t.Context()) // looks at the file now, not within its interval
		return o.call(b, b.token, body)
	},
	0: func(b *bench, o operation) reply { return o.call(b, b.token, o.good(b)) },
	40001: func(b *bench, o operation) reply {
		if o.tokenless {
			b.set(func(c *platform.Component) { c.Settings.Switches.StrayToken = "check" })
			return b.do(o.method, o.path+"?access_token=wrong", o.good(b))
		}
		return o.call(b, "wrong", o.good(b))
	},
	40013: func(b *bench, o operation) reply {
		return o.call(b, b.token, `{"component_appid":"wxffffffffffffffff","appid":"wxffffffffffffffff"}`)
	},
	40125: func(b *bench, o operation) reply {
		return o.call(b, "", strings.ReplaceAll(o.good(b), b.comp.Secret, strings.Repeat("0", 32)))
	},
	41001: func(b *bench, o operation) reply { return o.call(b, "", o.good(b)) },
	41002: func(b *bench, o operation) reply {
		return o.call(b, b.token, fmt.Sprintf(`{"component_appid":%q,"appsecret":%q,"appid":""}`, b.comp.Appid, b.comp.Secret))
	},
	41004: func(b *bench, o operation) reply {
		return o.call(b, "", strings.ReplaceAll(o.good(b), b.comp.Secret, ""))
	},
	41018: func(b *bench, o operation) reply { return o.call(b, b.token, `{"component_appid":""}`) },
	42001: func(b *bench, o operation) reply {
		b.advance(platform.AccessTokenLife)
		if o.tokenless {
			b.set(func(c *platform.Component) { c.Settings.Switches.StrayToken = "check" })
			return b.do(o.method, o.path+"?access_token="+b.token, o.good(b))
		}
		return b.do(o.method, o.path+"?access_token="+b.token, "{}")
	},
	43001: func(b *bench, o operation) reply { o.method = "POST"; return o.call(b, b.token, "{}") },
	43002: func(b *bench, o operation) reply { o.method = "GET"; return o.call(b, b.token, "") },
	44002: func(b *bench, o operation) reply { return o.call(b, b.token, "") },
	45009: func(b *bench, o operation) reply {
		b.set(func(c *platform.Component) {
			c.Settings.Quotas = platform.Quotas{Enforce: true, Limits: map[string]int64{o.path: 0}}
		})
		return o.call(b, b.token, o.good(b))
	},
	47001: func(b *bench, o operation) reply {
		if o.path == templateList {
			return b.do(o.method, o.path+"?template_type=x&access_token="+b.token, "")
		}
		return o.call(b, b.token, "[]")
	},
	48001: func(b *bench, o operation) reply {
		b.set(func(c *platform.Component) { c.Settings.Switches.UnauthorizedAPIs = []string{o.path} })
		return o.call(b, b.token, o.good(b))
	},
	48006: func(b *bench, o operation) reply {
		body := o.good(b)
		for range 50 {
			o.call(b, b.token, body)
		}
		return o.call(b, b.token, body)
	},
	50002: func(b *bench, o operation) reply {
		body, token := o.good(b), o.actingToken(b)
		b.restrict(platform.RestrictionFrozen)
		return o.call(b, token, body)
	},
	61003: func(b *bench, o operation) reply {
		body, token := o.good(b), o.actingToken(b)
		b.revoke()
		return o.call(b, token, body)
	},
	61004: func(b *bench, o operation) reply {
		body := o.good(b)
		b.set(func(c *platform.Component) { c.IPAllowlist = []string{"203.0.113.7"} })
		return o.call(b, b.token, body)
	},
	61005: func(b *bench, o operation) reply {
		body := o.good(b)
		b.advance(platform.TicketLife)
		return o.call(b, "", body)
	},
	61006: func(b *bench, o operation) reply {
		return o.call(b, "", strings.ReplaceAll(o.good(b), b.ticket(), "ticket@@@x"))
	},
	61009: func(b *bench, o operation) reply {
		return o.call(b, b.token, `{"component_appid":"`+b.comp.Appid+`","authorization_code":"queryauthcode@@@x"}`)
	},
	61010: func(b *bench, o operation) reply {
		body := o.good(b)
		o.call(b, b.token, body)
		return o.call(b, b.token, body)
	},
	61011: func(b *bench, o operation) reply {
		return o.call(b, "", strings.ReplaceAll(o.good(b), b.comp.Appid, b.dev.Appid))
	},
	61012: func(b *bench, o operation) reply {
		return o.call(b, b.token, strings.ReplaceAll(o.good(b), "voice_recognize", "sing"))
	},
	61013: func(b *bench, o operation) reply {
		return o.call(b, b.token, strings.ReplaceAll(o.good(b), `"option_value":"1"`, `"option_value":"9"`))
	},
	61014: func(b *bench, o operation) reply { return o.call(b, b.merchantToken(), o.good(b)) },
	61023: func(b *bench, o operation) reply {
		return o.call(b, b.token, strings.ReplaceAll(o.good(b), b.merchant().RefreshToken, "refreshtoken@@@x"))
	},
	61025: func(b *bench, o operation) reply {
		body := o.good(b)
		b.restrict(platform.RestrictionReadOnlyOptions)
		return o.call(b, b.token, body)
	},
	76001: func(b *bench, o operation) reply { return o.call(b, b.token, `{"rid":"00000000-00000000-00000000"}`) },
	76002: func(b *bench, o operation) reply { return o.call(b, b.token, `{"rid":"x"}`) },
	76003: func(b *bench, o operation) reply {
		other, _ := b.component()
		return o.call(b, b.adminToken(other.Appid), o.good(b))
	},
	76021: func(b *bench, o operation) reply { return o.call(b, b.token, `{"cgi_path":"/wxa/nothing"}`) },
	76022: func(b *bench, o operation) reply { return o.call(b, b.token, `{"cgi_path":"/sns/jscode2session"}`) },
	85064: func(b *bench, o operation) reply {
		if o.method == http.MethodGet {
			b.set(func(c *platform.Component) { c.Settings.Switches.EmptyList = "85064" })
			b.must(b.service.DeleteDraft(b.t.Context(), b.comp.Appid, 0))
			b.must(b.service.DeleteTemplate(b.t.Context(), b.comp.Appid, 0))
			return o.call(b, b.token, "")
		}
		return o.call(b, b.token, `{"draft_id":99,"template_id":99}`)
	},
	85065: func(b *bench, o operation) reply {
		for range platform.MaxTemplates - 1 {
			b.ok(b.post(addTemplate, `{"draft_id":0}`), nil)
		}
		return o.call(b, b.token, o.good(b))
	},
}

// Every code that the document lists for an operation and calls causable is
// caused, with its text.
func TestEveryListedCodeIsCaused(t *testing.T) {
	t.Parallel()
	doc := apitest.WeChat(t)
	server := newBench(t)
	for _, o := range operations {
		rows := doc.ErrorRows(o.method + " " + o.path)
		if len(rows) < 5 {
			t.Errorf("%s lists %d codes", o.path, len(rows))
		}
		for _, row := range rows {
			if row.Draftbox == "never" {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", o.path, row.Code), func(t *testing.T) {
				t.Parallel()
				cause := o.texts[row.Errmsg]
				if cause == nil {
					cause = o.causes[row.Code]
				}
				if cause == nil {
					cause = causes[row.Code]
				}
				if cause == nil {
					t.Fatalf("nothing causes %d here", row.Code)
				}
				var b *bench
				switch row.Code {
				case -1:
					b = newBenchOn(t, filepath.Join(t.TempDir(), "draftbox.db"))
				case 42001, 61005, 85092: // move the clock
					b = newBench(t)
				default:
					b = server.tenant(t)
				}
				b.upload(platform.Upload{})
				b.ok(b.post(addTemplate, `{"draft_id":0}`), nil)
				if o.prepare != nil {
					o.prepare(b)
				}
				r := cause(b, o)
				if row.Code == 0 {
					if r.header.Get("Content-Type") == "image/jpeg" {
						return
					}
					if code, _ := b.outcome(r); code != 0 {
						t.Errorf("answered %s", r.body)
					}
					return
				}
				want := row.Errmsg
				if row.Code == 61004 {
					want += " requestIP: 127.0.0.1"
				}
				if code, msg := b.outcome(r); code != row.Code || msg != want && !row.Pattern().MatchString(msg) {
					t.Errorf("answered %d %q, want %d %q", code, msg, row.Code, want)
				}
				if b.reason(r) == "" {
					t.Error("the journal has no reason")
				}
			})
		}
	}
}

// The document and the server list the same calls.
func TestRoutesAreThoseOfTheDocument(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	routes := wxapi.New(wxapi.Options{Service: b.service, Journal: journal.New(8)}).Routes()
	slices.Sort(routes)
	documented := apitest.WeChat(t).Operations()
	slices.Sort(documented)
	if !slices.Equal(routes, documented) {
		t.Errorf("the server has %v,\nthe document %v", routes, documented)
	}
	for _, o := range operations {
		if !slices.Contains(documented, o.method+" "+o.path) {
			t.Errorf("%s is not documented", o.path)
		}
	}
	if len(operations) != len(documented) {
		t.Errorf("%d operations are tested, %d documented", len(operations), len(documented))
	}
}
