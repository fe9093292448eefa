package console_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"draftbox/internal/apidoc"
	"draftbox/internal/console"
	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

func TestExplorerList(t *testing.T) {
	t.Parallel()
	b := newExplorer(t)
	total := 0
	for _, f := range apidoc.WeChat().Families {
		total += len(f.Operations)
	}
	b.has(b.get(base+"/explorer"), http.StatusOK, "API explorer", fmt.Sprint("endpoints: ", total), "draft box and template library", "小程序模板库与草稿箱", "Commit a template", "上传代码并生成体验版", "/wxa/commit", `href="`+explorer+`commit"`)
	w := b.get(base + "/explorer?q=" + url.QueryEscape("获取草稿箱 LIST"))
	b.has(w, http.StatusOK, "endpoints: 1<", "getTemplatedRaftList?q=")
	if strings.Contains(w.Body.String(), "/wxa/commit") {
		t.Error("the filter lets everything through")
	}
	b.has(b.get(base+"/explorer?q=nothing+like+it"), http.StatusOK, "Clear the filter")
	b.has(b.get(explorer+"nothing"), http.StatusNotFound, "no such endpoint")
	b.has(b.post(explorer+"nothing", nil), http.StatusNotFound, "no such endpoint")
	b.has(b.get("/c/wx00000000000000ff/explorer"), http.StatusNotFound)
}

func TestExplorerForm(t *testing.T) {
	t.Parallel()
	b := newExplorer(t)
	b.has(b.get(explorer+"commit"), http.StatusOK, "Commit a template", "上传代码并生成体验版", `<code>template_id</code>`, "integer|string · <span>0–2147483647</span>", "≤ 64 characters", "what the version is called",
		`<option value="component">component token of 示例平台</option>`, `<option value="authorizer:`+merchant+`" selected="">token of 商户一</option>`, "no token", "a wrong token", "85014", "api_commit.html")
	for id, want := range map[string]map[string]string{
		"commit":                   {"b.template_id": "0", "token": "authorizer:" + merchant, "b.user_version": "V1.0"},
		"addToTemplate":            {"b.draft_id": "0", "token": "component", "b.template_type": ""},
		"getComponentAccessToken":  {"b.component_appid": component, "b.component_appsecret": "{component_appsecret}", "b.component_verify_ticket": "{component_verify_ticket}", "token": "none"},
		"getAuthorizerAccessToken": {"b.authorizer_appid": merchant, "b.authorizer_refresh_token": "{authorizer_refresh_token}"},
		"getAuthorizerOptionInfo":  {"b.option_name": "voice_recognize", "b.authorizer_appid": merchant, "token": "component"},
		"registerMiniprogram":      {"q.action": "create"},
		"clearQuota":               {"b.appid": component},
	} {
		form := b.open(explorer + id)
		for name, value := range want {
			if got := form.Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", id, name, got, value)
			}
		}
	}
	b.refused()
	if form := b.open(explorer + "getRidInfo"); !strings.Contains(form.Get("b.rid"), "-") {
		t.Errorf("rid is %q", form.Get("b.rid"))
	}
	if calls := b.made(); len(calls) > 0 {
		t.Errorf("to look made %d calls", len(calls))
	}
}

// What is typed is sent, right or wrong, and stays in the form.
func TestExplorerSendsWhatIsTyped(t *testing.T) {
	t.Parallel()
	b := newExplorer(t)
	form := b.open(explorer + "addToTemplate")
	for _, test := range []struct {
		change []string
		body   string
		want   []string
	}{
		{[]string{"b.draft_id", "7"}, `{"draft_id":7}`, []string{"85064", `value="7"`}},
		{[]string{"b.draft_id", "07<"}, `{"draft_id":"07<"}`, []string{"47001", `value="07&lt;"`}},
		{[]string{"b.draft_id", ""}, `{}`, []string{`class="verdict`}},
		{[]string{"raw", "[1,\r\n2]"}, "[1,\n2]", []string{"47001", "[1,\n2]</textarea>"}},
		{[]string{"token", "none"}, `{"draft_id":0}`, []string{"41001", "access_token missing", "Put the token into the query"}},
		{[]string{"token", "wrong"}, `{"draft_id":0}`, []string{"40001", "is unknown: never issued here"}},
		{[]string{"merchant", merchant}, `{"draft_id":0}`, []string{"48001"}},
	} {
		w := b.call("addToTemplate", "call", form, test.change...)
		b.has(w, http.StatusOK, append(test.want, `<span class="pill refused">returned</span>`)...)
		if got := string(b.body); got != test.body {
			t.Errorf("%q sent %s, want %s", test.change, got, test.body)
		}
		if n := strings.Count(w.Body.String(), `class="returned"`); n != 1 {
			t.Errorf("%q: %d rows are marked", test.change, n)
		}
	}
	w := b.call("getTrialQRCode", "call", b.open(explorer+"getTrialQRCode"))
	b.has(w, http.StatusOK, `class="verdict`)
	b.submit()
	b.has(b.call("getTrialQRCode", "call", b.open(explorer+"getTrialQRCode")), http.StatusOK, `src="data:image/jpeg;base64,`, "Content-Disposition")
}

// No page has a secret until somebody asks for it, and that is written down.
func TestExplorerSecrets(t *testing.T) {
	t.Parallel()
	b := newExplorer(t)
	_, err := b.service.PushTicket(context.Background(), component)
	b.must(err)
	const id, secret = "getComponentAccessToken", "0123456789abcdef0123456789abcdef"
	form := b.open(explorer + id)
	for _, do := range []string{"preview", "call"} {
		w := b.call(id, do, form)
		b.has(w, http.StatusOK, "COMPONENT_APPSECRET", "COMPONENT_VERIFY_TICKET", "Names in capitals")
		if page := w.Body.String(); strings.Contains(page, secret) || strings.Contains(page, "ticket@@@0") && !strings.Contains(page, "…") {
			t.Errorf("%s shows secrets", do)
		}
		if do == "call" {
			b.has(w, http.StatusOK, `<div class="verdict ok"`, "Secrets are masked", `&#34;component_access_token&#34;: &#34;`)
		}
	}
	b.made()
	form = b.open(explorer + "getTemplatedRaftList")
	b.has(b.call("getTemplatedRaftList", "preview", form), http.StatusOK, "access_token=ACCESS_TOKEN")
	w := b.call(id, "reveal", b.open(explorer+id))
	b.has(w, http.StatusOK, secret, "ticket@@@")
	shown := b.call("getTemplatedRaftList", "reveal", form).Body.String()
	_, rest, _ := strings.Cut(shown, "access_token=")
	token := rest[:strings.IndexFunc(rest, func(r rune) bool { return r == '&' || r == '\'' || r == ';' })]
	if _, err := b.service.Authenticate(context.Background(), token); err != nil {
		t.Errorf("the program has the token %q: %v", token, err)
	}
	if calls := b.made(); len(calls) > 0 {
		t.Errorf("to show programs made %d calls", len(calls))
	}
	for _, want := range []string{id, "getTemplatedRaftList"} {
		found := false
		for _, e := range b.journal.List(journal.Filter{Component: component}) {
			found = found || strings.Contains(e.Reason, "a program that calls "+want+" were revealed")
		}
		if !found {
			t.Errorf("the journal does not tell that the secrets of %s were shown", want)
		}
	}
}

// Files go with the form; without one a sample does.
func TestExplorerFiles(t *testing.T) {
	t.Parallel()
	b := newExplorer(t)
	const id = "uploadMediaToCodeAudit"
	send := func(do string, size int) (status int, page string) {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		b.must(form.WriteField("do", do))
		b.must(form.WriteField("token", "authorizer:"+merchant))
		if size > 0 {
			part, err := form.CreateFormFile("b.media", "截图.png")
			b.must(err)
			_, err = part.Write(append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, size)...))
			b.must(err)
		}
		b.must(form.Close())
		w := b.do(http.MethodPost, explorer+id, &body, "Content-Type", form.FormDataContentType())
		return w.Code, w.Body.String()
	}
	for _, test := range []struct {
		do     string
		size   int
		status int
		want   []string
	}{
		{"call", 0, 200, []string{`<div class="verdict ok"`, "mediaid", "base64 -d", "sample.png"}},
		{"call", 1000, 200, []string{`class="verdict`, "截图.png"}},
		{"preview", 0, 200, []string{"base64 -d"}},
		{"call", 12 << 20, http.StatusRequestEntityTooLarge, []string{"too large"}},
	} {
		status, page := send(test.do, test.size)
		if status != test.status {
			t.Errorf("%s with %d bytes: %d, want %d", test.do, test.size, status, test.status)
		}
		for _, want := range test.want {
			if !strings.Contains(page, want) {
				t.Errorf("%s with %d bytes: the page lacks %q\n%s", test.do, test.size, want, page)
			}
		}
	}
	// A script sends the name of a file for a program.
	b.has(b.call(id, "preview", b.open(explorer+id), "n.media", "../a/图.mp4", "t.media", "video/mp4"), http.StatusOK, "@&#34;图.mp4&#34;", "video/mp4")
	b.has(b.do(http.MethodPost, explorer+id, strings.NewReader("x"), "Content-Type", "multipart/form-data; boundary=x"), http.StatusBadRequest)
}

// A request of the journal opens in the explorer with what it had, but for secrets.
func TestExplorerRepeatsARequest(t *testing.T) {
	t.Parallel()
	b := newExplorer(t)
	w := b.call("addToTemplate", "call", b.open(explorer+"addToTemplate"), "b.draft_id", "9")
	_, rest, _ := strings.Cut(w.Body.String(), base+"/requests/")
	rid, _, _ := strings.Cut(rest, `"`)
	b.has(b.get(base+"/requests/"+rid), http.StatusOK, `href="`+explorer+"addToTemplate?from="+rid+`"`)
	form := b.open(explorer + "addToTemplate?from=" + rid)
	if form.Get("b.draft_id") != "9" || form.Get("token") != "component" {
		t.Errorf("the form has %v", form)
	}
	for _, test := range []struct {
		entry journal.Entry
		id    string
		want  map[string]string
	}{
		{
			journal.Entry{Method: "POST", Path: "/cgi-bin/component/api_component_token", Component: component, RequestBody: []byte(`{"component_appid":"` + component + `","component_appsecret":"0123456789abcdef0123456789abcdef"}`)},
			"getComponentAccessToken",
			map[string]string{"b.component_appsecret": "{component_appsecret}", "b.component_appid": component, "token": "none", "b.component_verify_ticket": ""},
		},
		{journal.Entry{Method: "GET", Path: "/wxa/gettemplatelist", Query: "component_access_token=" + token + "&template_type=1", Component: component}, "getTemplateList", map[string]string{"token": "component", "q.template_type": "1"}},
		{journal.Entry{Method: "POST", Path: "/wxa/addtotemplate", Query: "access_token=" + token, Component: component, Authorizer: merchant, ErrCode: 48001}, "addToTemplate", map[string]string{"token": "authorizer:" + merchant, "b.draft_id": "0"}},
		{journal.Entry{Method: "POST", Path: "/wxa/release", Query: "access_token=nonsense", RequestBody: []byte("[]")}, "release", map[string]string{"token": "wrong", "raw": "[]"}},
		{
			journal.Entry{Method: "POST", Path: "/wxa/submit_audit", Query: "access_token=" + token, Component: component, Authorizer: merchant, RequestBody: []byte(`{"item_list":[{"tag":"a"}],"version_desc":null}`)},
			"submitAudit",
			map[string]string{"b.item_list": "[\n  {\n    \"tag\": \"a\"\n  }\n]", "b.version_desc": "", "token": "authorizer:" + merchant},
		},
	} {
		form := b.open(explorer + test.id + "?from=" + b.bench.call(test.entry))
		for name, want := range test.want {
			if got := form.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", test.entry.Path, name, got, want)
			}
		}
	}
	other := b.bench.call(journal.Entry{Method: "GET", Path: "/wxa/gettemplatelist", Query: "template_type=1", Component: "wx00000000000000ff"})
	if form := b.open(explorer + "getTemplateList?from=" + other); form.Get("q.template_type") != "" {
		t.Error("another component's request is shown")
	}
}

func TestExplorerWithManyMerchants(t *testing.T) {
	t.Parallel()
	b := newExplorer(t)
	ctx := context.Background()
	for i := range 60 {
		_, err := b.service.PutAuthorizer(ctx, platform.Authorizer{ComponentAppid: component, Appid: fmt.Sprintf("wx%016x", 0xb00+i), Authorized: i < 59})
		b.must(err)
	}
	b.has(b.get(explorer+"getCodePage?merchant=wx0000000000000b38"), http.StatusOK, `name="merchant"`, `<option value="authorizer:wx0000000000000b38" selected="">`)
	form := b.open(explorer + "getCodePage")
	b.has(b.call("getCodePage", "call", form, "merchant", "wx0000000000000b39"), http.StatusOK, `class="verdict`)
	b.has(b.call("getCodePage", "call", form, "merchant", "wx0000000000000b3b"), http.StatusUnprocessableEntity, "has not authorized")
	b.has(b.call("getCodePage", "call", form, "merchant", "nobody"), http.StatusNotFound)
}

func TestExplorerWithoutMerchants(t *testing.T) {
	t.Parallel()
	b := newExplorer(t)
	b.must(b.service.DeleteAuthorizer(context.Background(), component, merchant))
	b.has(b.get(explorer+"getCodePage"), http.StatusOK, "No merchant has authorized yet", `href="`+base+`/merchants"`)
	if form := b.open(explorer + "getCodePage"); form.Get("token") != "component" {
		t.Errorf("the token is %q", form.Get("token"))
	}
}

// Without an API to call the explorer still tells of it.
func TestExplorerWithoutAnAPI(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *console.Options) { o.APIURL = "http://wx.example:8080" })
	w := b.get(explorer + "getTemplatedRaftList")
	b.has(w, http.StatusOK, "There is no API to call here.", "http://wx.example:8080/wxa/gettemplatedraftlist?access_token=ACCESS_TOKEN")
	if strings.Contains(w.Body.String(), `value="call"`) {
		t.Error("the page offers to call")
	}
	b.has(b.post(explorer+"getTemplatedRaftList", url.Values{"do": {"call"}, "token": {"component"}}), http.StatusServiceUnavailable, "There is no API")
	b.has(b.post(explorer+"getTemplatedRaftList", url.Values{"do": {"call"}}, "Sec-Fetch-Site", "cross-site"), http.StatusForbidden)
}
