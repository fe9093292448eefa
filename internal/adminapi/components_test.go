package adminapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestComponents(t *testing.T) {
	t.Parallel()
	const components = "/_draftbox/v1/components"
	run(t, []row{
		{
			name: "list", url: components, status: 200,
			has:    []string{`"appid":"` + compAppid + `"`, `"secret":"012345…cdef"`, `"counts":{"dev_miniprograms":1,"drafts":1,"templates":1}`, `"next":""`},
			hasNot: []string{secret, "messagetoken"},
		},
		{name: "show", url: component, status: 200, has: []string{`"name":"示例平台"`, `"token_grace":"5m0s"`}, hasNot: []string{secret, "messagetoken"}},
		{name: "reveal", url: component + "?reveal=1", status: 200, has: []string{secret, "messagetoken", "ABCDEFE"}},
		{name: "reveal 0", url: component + "?reveal=0", status: 200, hasNot: []string{secret}},
		{name: "reveal yes", url: component + "?reveal=yes", status: 422, has: []string{`reveal is \"yes\"`}},
		{name: "missing", url: components + "/wx00000000000000ff", status: 404, has: []string{`"code":"not_found"`, "wx00000000000000ff"}},

		{name: "create from nothing", method: "POST", url: components, status: 201, has: []string{`"max_dev_miniprograms":30`, `"list_order":"ascending"`}},
		{name: "create from {}", method: "POST", url: components, body: "{}", status: 201},
		{
			name: "create", method: "POST", url: components, status: 201,
			body: `{"appid":"wx0000000000000002","name":"平台二","secret":"` + strings.Repeat("a", 32) + `","switches":{"empty_list":"85064"},"quotas":{"enforce":true,"limits":{"/wxa/gettemplatedraftlist":9007199254740993}},
				"dev_miniprograms":[{"appid":"wx00000000000000d2","name":"二号"},{}]}`,
			has: []string{strings.Repeat("a", 32), `"empty_list":"85064"`, `"draft_slot":"dev"`, `:9007199254740993`, `"counts":{"dev_miniprograms":2,`},
		},
		{name: "create twice", method: "POST", url: components, body: `{"appid":"` + compAppid + `"}`, status: 409, has: []string{`"code":"conflict"`, compAppid}},
		{name: "create as a mini program", method: "POST", url: components, body: `{"appid":"` + devAppid + `"}`, status: 409},
		{
			name: "create with bad values", method: "POST", url: components, status: 422,
			body: `{"appid":"nope","secret":"x","event_url":"ftp://x","ip_allowlist":["a"],"switches":{"list_order":"up"}}`,
			has:  []string{`"code":"invalid"`, "nope", "secret", "event_url", "ip_allowlist", "switches.list_order"},
		},
		{name: "create with unknown members", method: "POST", url: components, body: `{"nam":"x","switches":{"emptylist":"ok"},"dev_miniprograms":[{"Name":"x"}]}`, status: 422, has: []string{"nam, switches.emptylist, dev_miniprograms[0].Name"}},
		{name: "create with a wrong type", method: "POST", url: components, body: `{"name":5}`, status: 422, has: []string{"name is a JSON number, must be a string"}},
		{name: "create with a wrong inner type", method: "POST", url: components, body: `{"switches":{"token_grace":5}}`, status: 422, has: []string{"switches.token_grace is a JSON number, must be a string"}},
		{name: "create with a bad duration", method: "POST", url: components, body: `{"switches":{"token_grace":"soon"}}`, status: 422, has: []string{"write it like 90s"}},
		{name: "not JSON", method: "POST", url: components, body: `{"name":`, status: 422, has: []string{"is not JSON"}},
		{name: "not an object", method: "POST", url: components, body: `[]`, status: 422, has: []string{"must be a JSON object"}},
		{name: "null", method: "POST", url: components, body: `null`, status: 422, has: []string{"must be a JSON object"}},
		{name: "more than one value", method: "POST", url: components, body: `{}{}`, status: 422, has: []string{"is not JSON"}},
		{name: "not UTF-8", method: "POST", url: components, body: "{\"name\":\"\xff\"}", status: 422, has: []string{"not valid UTF-8"}},
		{name: "too large", method: "POST", url: components, body: `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, status: 413, has: []string{`"code":"too_large"`, "1 MiB"}},
		{
			name: "a refused development mini program", method: "POST", url: components, status: 409,
			body: `{"appid":"wx0000000000000002","dev_miniprograms":[{},{"appid":"` + devAppid + `"}]}`, has: []string{"dev_miniprograms[1]"},
			then: func(b *bench) {
				if w := b.do(http.MethodGet, components+"/wx0000000000000002", ""); w.Code != http.StatusNotFound {
					b.t.Errorf("the component stays behind: %d %s", w.Code, w.Body)
				}
			},
		},

		{
			name: "patch", method: "PATCH", url: component, status: 200,
			body: `{"name":"新名称","ip_allowlist":["10.0.0.0/8"],"switches":{"empty_list":"85064"},"quotas":{"limits":{"/a":1,"/b":2}}}`,
			has:  []string{`"name":"新名称"`, `["10.0.0.0/8"]`, `"empty_list":"85064"`, `"list_order":"ascending"`, `{"/a":1,"/b":2}`, `"secret":"012345…cdef"`}, hasNot: []string{secret},
			then: func(b *bench) {
				w := b.do(http.MethodPatch, component, `{"name":null,"ip_allowlist":null,"switches":{"empty_list":null},"quotas":{"limits":{"/a":null,"/b":3}}}`)
				for _, want := range []string{`"name":"` + compAppid + `"`, `"ip_allowlist":[]`, `"empty_list":"ok"`, `"limits":{"/b":3}`} {
					if !strings.Contains(w.Body.String(), want) {
						b.t.Errorf("null does not give the default back, want %s: %s", want, w.Body)
					}
				}
			},
		},
		{name: "patch switches to null", method: "PATCH", url: component, body: `{"switches":null,"quotas":null,"max_dev_miniprograms":null}`, status: 200, has: []string{`"max_dev_miniprograms":30`}},
		{
			name: "patch a secret", method: "PATCH", url: component, body: `{"secret":"` + strings.Repeat("b", 32) + `"}`, status: 200,
			then: func(b *bench) {
				if w := b.do(http.MethodGet, component+"?reveal=1", ""); !strings.Contains(w.Body.String(), strings.Repeat("b", 32)) {
					b.t.Errorf("the secret has not changed: %s", w.Body)
				}
			},
		},
		{name: "patch a secret away", method: "PATCH", url: component, body: `{"secret":null}`, status: 422, has: []string{"secret must be"}},
		{name: "patch the appid", method: "PATCH", url: component, body: `{"appid":"wx0000000000000002"}`, status: 422, has: []string{"not known here: appid"}},
		{name: "patch the denied plugins", method: "PATCH", url: component, body: `{"switches":{"denied_plugins":["wx00000000000000aa"]}}`, status: 200, has: []string{`"denied_plugins":["wx00000000000000aa"]`}},
		{name: "patch into a plugin that is none", method: "PATCH", url: component, body: `{"switches":{"denied_plugins":["x"]}}`, status: 422, has: []string{"switches.denied_plugins", "must be an appid"}},
		{name: "patch into a wrong type", method: "PATCH", url: component, body: `{"switches":"x"}`, status: 422, has: []string{"switches is a JSON string, must be an object"}},
		{
			name: "patch with one bad value stores nothing", method: "PATCH", url: component, body: `{"name":"x","max_dev_miniprograms":0}`, status: 422, has: []string{"max_dev_miniprograms"},
			then: func(b *bench) {
				if w := b.do(http.MethodGet, component, ""); !strings.Contains(w.Body.String(), `"name":"示例平台"`) {
					b.t.Errorf("the name has changed: %s", w.Body)
				}
			},
		},
		{name: "patch one that is missing", method: "PATCH", url: components + "/wx00000000000000ff", body: `{}`, status: 404},

		{
			name: "delete", method: "DELETE", url: component, status: 200, has: []string{"{}"},
			then: func(b *bench) {
				for _, url := range []string{component, component + "/drafts", component + "/dev_miniprograms", component + "/authorizers", component + "/templates"} {
					if w := b.do(http.MethodGet, url, ""); w.Code != http.StatusNotFound {
						b.t.Errorf("%s answers %d after the deletion", url, w.Code)
					}
				}
			},
		},
		{name: "delete one that is missing", method: "DELETE", url: components + "/wx00000000000000ff", status: 404},
	})
}

func TestPaging(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i := range 4 {
		b.do(http.MethodPost, "/_draftbox/v1/components", fmt.Sprintf(`{"appid":"wx%016x"}`, i+0x10))
		b.do(http.MethodPost, component+"/dev_miniprograms", fmt.Sprintf(`{"appid":"wx%016x"}`, i+0xd10))
		b.do(http.MethodPost, component+"/authorizers", fmt.Sprintf(`{"appid":"wx%016x"}`, i+0xa10))
		b.do(http.MethodPost, component+"/templates", `{"draft_id":0}`)
	}
	for list, want := range map[string]int{
		"/_draftbox/v1/components": 5, component + "/dev_miniprograms": 5, component + "/authorizers": 5, component + "/templates": 5, component + "/drafts": 1,
	} {
		t.Run(list, func(t *testing.T) {
			t.Parallel()
			var seen []string
			for cursor := ""; ; {
				var page struct {
					Items []map[string]any `json:"items"`
					Next  string           `json:"next"`
				}
				b.get(http.MethodGet, list+"?limit=2&cursor="+cursor, "", &page)
				if len(page.Items) == 0 || len(page.Items) > 2 {
					t.Fatalf("a page has %d items", len(page.Items))
				}
				for _, item := range page.Items {
					id := fmt.Sprint(item["appid"], item["template_id"], item["draft_id"])
					if len(seen) > 0 && seen[len(seen)-1] >= id {
						t.Errorf("%s comes after %s", id, seen[len(seen)-1])
					}
					seen = append(seen, id)
				}
				if cursor = page.Next; cursor == "" {
					break
				}
			}
			if len(seen) != want {
				t.Errorf("the pages have %d items, want %d", len(seen), want)
			}
		})
	}
}

func TestListParameters(t *testing.T) {
	t.Parallel()
	run(t, []row{
		{name: "limit 0", url: component + "/drafts?limit=0", status: 422, has: []string{"must be 1 to 1000"}},
		{name: "limit over the most", url: component + "/drafts?limit=1001", status: 422},
		{name: "limit a word", url: component + "/templates?limit=many", status: 422},
		{name: "limit twice", url: component + "/authorizers?limit=1&limit=2", status: 422, has: []string{"more than once"}},
		{name: "cursor of nobody", url: component + "/drafts?cursor=x", status: 422, has: []string{"cursor"}},
		{name: "unknown", url: component + "/dev_miniprograms?page=2", status: 422, has: []string{`parameter \"page\" is not known`}},
		{name: "semicolon", url: component + "/drafts?limit=1;cursor=2", status: 422},
	})
}
