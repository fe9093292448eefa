package wxapi_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
)

const (
	serverDomainPath = "/cgi-bin/component/modify_wxa_server_domain"
	jumpDomainPath   = "/cgi-bin/component/modify_wxa_jump_domain"
	confirmFilePath  = "/cgi-bin/component/get_domain_confirmfile"
)

var domainOperations = []operation{
	{
		method: "POST", path: serverDomainPath, body: body(`{"action":"add","wxa_server_domain":"api.example.com"}`),
		causes: domainCauses("wxa_server_domain", platform.MaxServerDomains),
	},
	{
		method: "POST", path: jumpDomainPath, body: body(`{"action":"add","wxa_jump_h5_domain":"www.example.com"}`),
		causes: domainCauses("wxa_jump_h5_domain", platform.MaxJumpDomains),
	},
	{method: "POST", path: confirmFilePath, body: body(`{}`)},
}

// domainCauses make the codes of the two calls happen.
func domainCauses(member string, most int) map[int]func(*bench, operation) reply {
	return map[int]func(*bench, operation) reply{
		40097: func(b *bench, o operation) reply { return o.call(b, b.token, `{"action":"replace"}`) },
		61028: func(b *bench, o operation) reply {
			b.set(func(c *platform.Component) { c.Settings.Switches.Published = "no" })
			return o.call(b, b.token, `{"action":"add","`+member+`":"a.example.com","is_modify_published_together":true}`)
		},
		85016: func(b *bench, o operation) reply {
			set := fmt.Sprintf(`{"action":"set",%q:%q}`, member, domains(most))
			if code, _ := b.outcome(o.call(b, b.token, set)); code != 0 {
				b.t.Errorf("%d domains were refused with %d", most, code)
			}
			return o.call(b, b.token, o.good(b))
		},
		86102: func(b *bench, o operation) reply {
			for range platform.DomainChangesAMonth {
				if code, _ := b.outcome(o.call(b, b.token, o.good(b))); code != 0 {
					b.t.Errorf("an earlier change was answered with %d", code)
				}
			}
			return o.call(b, b.token, o.good(b))
		},
	}
}

// domains joins n domains.
func domains(n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("h%d.example.com", i))
	}
	return strings.Join(list, ";")
}

func TestDomainAnswers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, step := range []struct{ path, body, want string }{
		{serverDomainPath, `{"action":"get"}`, `{"published_wxa_server_domain":"","testing_wxa_server_domain":""}`},
		{
			serverDomainPath, `{"action":"add","wxa_server_domain":"api.example.com;https://x.example.com; WS.example.com:8443 ;;localhost;127.0.0.1","is_modify_published_together":true}`,
			`{"errcode":0,"errmsg":"ok","published_wxa_server_domain":"api.example.com;ws.example.com:8443","testing_wxa_server_domain":"api.example.com;ws.example.com:8443","invalid_wxa_server_domain":"https://x.example.com;localhost;127.0.0.1"}`,
		},
		{
			serverDomainPath, `{"action":"add","wxa_server_domain":"api.example.com;b.example.com"}`,
			`{"errcode":0,"errmsg":"ok","published_wxa_server_domain":"api.example.com;ws.example.com:8443","testing_wxa_server_domain":"api.example.com;ws.example.com:8443;b.example.com"}`,
		},
		{ // one that is not there is no error
			serverDomainPath, `{"action":"delete","wxa_server_domain":"ws.example.com:8443;nowhere.example.com"}`,
			`{"errcode":0,"errmsg":"ok","published_wxa_server_domain":"api.example.com;ws.example.com:8443","testing_wxa_server_domain":"api.example.com;b.example.com"}`,
		},
		{
			serverDomainPath, `{"action":"set","wxa_server_domain":"c.example.com","is_modify_published_together":true}`,
			`{"errcode":0,"errmsg":"ok","published_wxa_server_domain":"c.example.com","testing_wxa_server_domain":"c.example.com"}`,
		},
		{
			serverDomainPath, `{"action":"set","wxa_server_domain":""}`,
			`{"errcode":0,"errmsg":"ok","published_wxa_server_domain":"c.example.com","testing_wxa_server_domain":""}`,
		},
		{ // the other kind has lists of its own, and no ports
			jumpDomainPath, `{"action":"add","wxa_jump_h5_domain":"www.example.com;w.example.com:80"}`,
			`{"errcode":0,"errmsg":"ok","published_wxa_jump_h5_domain":"","testing_wxa_jump_h5_domain":"www.example.com","invalid_wxa_jump_h5_domain":"w.example.com:80"}`,
		},
		{jumpDomainPath, `{"action":"get"}`, `{"published_wxa_jump_h5_domain":"","testing_wxa_jump_h5_domain":"www.example.com"}`},
	} {
		if r := b.post(step.path, step.body); r.body != step.want {
			t.Errorf("%s\nanswered %s\n    want %s", step.body, r.body, step.want)
		}
	}
	b.refused(b.post(serverDomainPath, `{"action":"add"}`), 40097, "invalid args")
	b.refused(b.post(serverDomainPath, `{"action":"set"}`), 40097, "invalid args")
	b.refused(b.post(serverDomainPath, `{"action":"add","wxa_server_domain":["a.example.com"]}`), 47001, "data format error")
	b.refused(b.post(serverDomainPath, `{"action":"get","is_modify_published_together":"true"}`), 47001, "data format error")
}

// The answer of an unpublished component without domains, as users have shown it.
func TestJumpDomainsOfAnUnpublishedComponent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.set(func(c *platform.Component) {
		c.Settings.Switches.Published, c.Settings.Switches.JumpDomainCheck = "no", "fail"
	})
	if r := b.post(jumpDomainPath, `{"action":"get"}`); r.body != `{"testing_wxa_jump_h5_domain":""}` {
		t.Errorf("answered %s", r.body)
	}
	r := b.post(jumpDomainPath, `{"action":"add","wxa_jump_h5_domain":"www.example.com"}`)
	b.refused(r, -1, "system error")
	if reason := b.reason(r); !strings.Contains(reason, "jump_domain_check") {
		t.Errorf("the journal says %q", reason)
	}
	b.ok(b.post(jumpDomainPath, `{"action":"delete","wxa_jump_h5_domain":"www.example.com"}`), nil)
	b.ok(b.post(jumpDomainPath, `{"action":"add","wxa_jump_h5_domain":"http://www.example.com"}`), nil) // nothing to check
}

// A refused change does not count, a month ends by the calendar of UTC+8.
func TestDomainChangesAreCountedByMonth(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	add := `{"action":"add","wxa_server_domain":"api.example.com"}`
	b.set(func(c *platform.Component) { c.Settings.Switches.Published = "no" })
	for range 60 {
		b.refused(b.post(serverDomainPath, `{"action":"add","wxa_server_domain":"a.example.com","is_modify_published_together":true}`), 61028, "component is unpublished")
	}
	for range platform.DomainChangesAMonth {
		b.ok(b.post(serverDomainPath, add), nil)
	}
	b.refused(b.post(serverDomainPath, add), 86102, platform.CodeText(86102))
	b.ok(b.post(jumpDomainPath, `{"action":"add","wxa_jump_h5_domain":"www.example.com"}`), nil) // counted by itself
	b.advance(31 * 24 * time.Hour)
	b.token = b.adminToken(b.comp.Appid)
	b.ok(b.post(serverDomainPath, add), nil)
}

func TestConfirmFileStays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.post(confirmFilePath, `{}`)
	if !regexp.MustCompile(`^\{"errcode":0,"errmsg":"ok","file_name":"[A-Za-z0-9]{10}\.txt","file_content":"[0-9a-f]{32}"\}$`).MatchString(first.body) {
		t.Errorf("answered %s", first.body)
	}
	b.ok(b.post(jumpDomainPath, `{"action":"add","wxa_jump_h5_domain":"www.example.com"}`), nil)
	if again := b.post(confirmFilePath, `{}`); again.body != first.body {
		t.Errorf("answered %s, then %s", first.body, again.body)
	}
	other, _ := b.component()
	b.token = b.adminToken(other.Appid)
	if r := b.post(confirmFilePath, `{}`); r.body == first.body {
		t.Error("two components have one file")
	}
}
