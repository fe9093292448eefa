package apitest_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"draftbox/api/apitest"
	"draftbox/internal/platform"
)

const (
	rid      = " rid: 6b0285a0-0a1b2c3d-4e5f6071"
	badToken = "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
)

// component is a whole one, with the settings that there are.
var component = func() string {
	settings := platform.DefaultSettings()
	members := map[string]any{
		"appid": "wx0000000000000001", "name": "n", "secret": "…", "token": "…", "encoding_aes_key": "…", "event_url": "", "message_url": "",
		"ip_allowlist": []string{}, "counts": map[string]int{"dev_miniprograms": 0, "drafts": 0, "templates": 0}, "created_at": "2026-11-22T14:03:12+08:00",
	}
	text, err := json.Marshal(settings)
	if err == nil {
		err = json.Unmarshal(text, &members)
	}
	if err != nil {
		panic(err)
	}
	text, err = json.Marshal(members)
	if err != nil {
		panic(err)
	}
	return string(text)
}()

// answer is what a fake server sends.
type answer struct {
	status      int    // 200 when zero
	contentType string // of the document's kind when empty
	body        string
}

func (a answer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	if a.contentType == "" {
		a.contentType = "application/json; encoding=utf-8"
	}
	w.Header().Set("Content-Type", a.contentType)
	if a.status != 0 {
		w.WriteHeader(a.status)
	}
	io.WriteString(w, a.body) //nolint:errcheck // a recorder takes everything
}

func respond(a answer, r *http.Request) *http.Response {
	recorder := httptest.NewRecorder()
	a.ServeHTTP(recorder, r)
	return recorder.Result()
}

func TestCheckResponseWeChat(t *testing.T) {
	t.Parallel()
	const (
		list     = "GET /wxa/gettemplatedraftlist"
		add      = "POST /wxa/addtotemplate"
		token    = "POST /cgi-bin/component/api_component_token"
		draft    = `{"create_time":1795327392,"user_version":"1.0.0","user_desc":"a\nb","draft_id":0,"source_miniprogram_appid":"wx00000000000000d1","source_miniprogram":"商城","developer":"小明","category_list":[]}`
		okPrefix = `{"errcode":0,"errmsg":"ok"`
	)
	for name, row := range map[string]struct {
		call   string
		answer answer
		wrong  string // part of the error; empty: the answer is right
	}{
		"a draft":                 {list, answer{body: okPrefix + `,"draft_list":[` + draft + `]}`}, ""},
		"no drafts":               {list, answer{body: okPrefix + `,"draft_list":[]}`}, ""},
		"members in other order":  {list, answer{body: `{"draft_list":[],"errmsg":"ok","errcode":0}`}, ""},
		"a member more":           {list, answer{body: okPrefix + `,"draft_list":[],"total":0}`}, ""},
		"list is null":            {list, answer{body: okPrefix + `,"draft_list":null}`}, "draft_list"},
		"list is missing":         {list, answer{body: okPrefix + `}`}, "draft_list"},
		"a draft without id":      {list, answer{body: okPrefix + `,"draft_list":[` + strings.Replace(draft, `"draft_id":0,`, "", 1) + `]}`}, "draft_id"},
		"an id as string":         {list, answer{body: okPrefix + `,"draft_list":[` + strings.Replace(draft, `"draft_id":0`, `"draft_id":"0"`, 1) + `]}`}, "draft_id"},
		"errcode as string":       {list, answer{body: `{"errcode":"0","errmsg":"ok","draft_list":[]}`}, "errcode"},
		"no errcode on success":   {list, answer{body: `{"draft_list":[]}`}, "errcode"},
		"a rid on success":        {list, answer{body: `{"errcode":0,"errmsg":"ok` + rid + `","draft_list":[]}`}, "errmsg"},
		"other status":            {list, answer{status: 500, body: okPrefix + `,"draft_list":[]}`}, "status"},
		"other content type":      {list, answer{contentType: "text/plain", body: okPrefix + `,"draft_list":[]}`}, "content type"},
		"no JSON":                 {list, answer{body: `{"errcode":`}, "decode"},
		"an error":                {list, answer{body: `{"errcode":40001,"errmsg":"` + badToken + rid + `"}`}, ""},
		"an error without rid":    {list, answer{body: `{"errcode":40001,"errmsg":"` + badToken + `"}`}, "errmsg"},
		"an error with its text":  {list, answer{body: `{"errcode":61004,"errmsg":"access clientip is not registered requestIP: 203.0.113.7` + rid + `"}`}, ""},
		"an error of other text":  {list, answer{body: `{"errcode":40001,"errmsg":"invalid token` + rid + `"}`}, "is not the text of 40001"},
		"an error with a comma":   {list, answer{body: `{"errcode":42001,"errmsg":"access_token expired,` + rid + `"}`}, "is not the text of 42001"},
		"an undocumented code":    {list, answer{body: `{"errcode":85065,"errmsg":"template list is full` + rid + `"}`}, "85065 is not among"},
		"that code elsewhere":     {add, answer{body: `{"errcode":85065,"errmsg":"template list is full` + rid + `"}`}, ""},
		"a token":                 {token, answer{body: `{"component_access_token":"103_a","expires_in":7200}`}, ""},
		"a token with errcode":    {token, answer{body: okPrefix + `,"component_access_token":"103_a","expires_in":7200}`}, "not"},
		"a token that ends never": {token, answer{body: `{"component_access_token":"103_a","expires_in":"7200"}`}, "expires_in"},
		"doubled slash":           {"POST //wxa//addtotemplate", answer{body: okPrefix + `}`}, ""},
		"wrong method":            {"PUT /wxa/addtotemplate", answer{body: `{"errcode":43002,"errmsg":"require POST method` + rid + `"}`}, ""},
		"wrong method, as if ok":  {"PUT /wxa/addtotemplate", answer{body: okPrefix + `}`}, "errcode"},
		"wrong method, other way": {"GET /wxa/addtotemplate", answer{body: `{"errcode":43001,"errmsg":"require GET method` + rid + `"}`}, "43001 is not among"},
		"unknown path":            {"GET /wxa/nothing", answer{body: `{"errcode":40066,"errmsg":"invalid url` + rid + `"}`}, ""},
		"unknown path, 404":       {"GET /wxa/nothing", answer{status: 404, body: `{"errcode":40066,"errmsg":"invalid url` + rid + `"}`}, "must be 200"},
		"unknown path, no rid":    {"GET /wxa/nothing", answer{body: `{"errcode":40066,"errmsg":"invalid url"}`}, "errmsg"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkOne(t, apitest.WeChat(t), row.call, row.answer, row.wrong)
		})
	}
}

func TestCheckResponseUploader(t *testing.T) {
	t.Parallel()
	const (
		upload  = "POST /wxa/ci/upload"
		preview = "POST /wxa/ci/testSourceURL"
		nonce   = "POST /wxa/ci/getrandstr"
		okBody  = `{"errCode":0,"errMsg":"ok","body":{"subpackage_info":[{"name":"__FULL__","size":7}],"ext_plugin_info":[]`
		link    = ", reference: https://developers.weixin.qq.com/miniprogram/dev/devtools/ci.html"
	)
	for name, row := range map[string]struct {
		call   string
		answer answer
		wrong  string
	}{
		"an upload":                {upload, answer{body: okBody + `}}`}, ""},
		"a preview":                {preview, answer{body: okBody + `,"qrcode_img":"iVBORw0KGgo="}}`}, ""},
		"a preview without code":   {preview, answer{body: okBody + `}}`}, "qrcode_img"},
		"an upload with a code":    {upload, answer{body: okBody + `,"qrcode_img":"iVBORw0KGgo="}}`}, "not"},
		"no body":                  {upload, answer{body: `{"errCode":0,"errMsg":"ok"}`}, "body"},
		"a code in lower case":     {upload, answer{body: `{"errcode":-1,"errmsg":"invalid type"}`}, "errCode"},
		"a code as string":         {upload, answer{body: `{"errCode":"-1","errMsg":"invalid type"}`}, "errCode"},
		"an error":                 {upload, answer{body: `{"errCode":-1,"errMsg":"invalid type"}`}, ""},
		"an error and more":        {upload, answer{body: `{"errCode":-1,"errMsg":"invalid type rid: 6b0285a0-0a1b2c3d-4e5f6071"}`}, "is not the text of -1"},
		"an error with an address": {upload, answer{body: `{"errCode":-10008,"errMsg":"invalid ip: 203.0.113.9` + link + `"}`}, ""},
		"an address left out":      {upload, answer{body: `{"errCode":-10008,"errMsg":"invalid ip: ` + link + `"}`}, "is not the text of -10008"},
		"lines in a text":          {upload, answer{body: `{"errCode":-1,"errMsg":"inner upload fail with errcode: 80051, errmsg: a\nb"}`}, ""},
		"another call's error":     {nonce, answer{body: `{"errCode":-10008,"errMsg":"invalid ip: 203.0.113.9` + link + `"}`}, "-10008 is not among"},
		"a status":                 {nonce, answer{status: 500, body: `{"errCode":-1,"errMsg":"system error"}`}, "status"},
		"unknown path":             {"GET /wxa/ci/getlatestversion", answer{body: `{"errCode":-1,"errMsg":"this call of the uploader is not emulated"}`}, ""},
		"unknown path, other text": {"GET /wxa/ci/getlatestversion", answer{body: `{"errCode":-1,"errMsg":"wrong method"}`}, "is not the text of -1"},
		"wrong method":             {"GET /wxa/ci/upload", answer{body: `{"errCode":-1,"errMsg":"wrong method"}`}, ""},
		"wrong method, as if ok":   {"GET /wxa/ci/upload", answer{body: okBody + `}}`}, "errCode"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkOne(t, apitest.Uploader(t), row.call, row.answer, row.wrong)
		})
	}
}

func TestCheckResponseAdmin(t *testing.T) {
	t.Parallel()
	const one = "GET /_draftbox/v1/components/wx0000000000000001"
	for name, row := range map[string]struct {
		call   string
		answer answer
		wrong  string
	}{
		"a component":           {one, answer{body: component}, ""},
		"time in UTC":           {one, answer{body: strings.Replace(component, "+08:00", "Z", 1)}, "created_at"},
		"a member that is none": {one, answer{body: strings.Replace(component, `"name"`, `"rev":1,"name"`, 1)}, "rev"},
		"not found":             {one, answer{status: 404, body: `{"error":{"code":"not_found","message":"none"}}`}, ""},
		"a code that is none":   {one, answer{status: 404, body: `{"error":{"code":"gone","message":"none"}}`}, "code"},
		"an undocumented one":   {one, answer{status: 418, body: `{"error":{"code":"invalid","message":"tea"}}`}, "status"},
		"a package":             {one + "/drafts/0/package", answer{contentType: "application/zip", body: "PK"}, ""},
		"a package as text":     {one + "/drafts/0/package", answer{contentType: "text/html", body: "PK"}, "content type"},
		"metrics":               {"GET /metrics", answer{contentType: "text/plain; version=0.0.4", body: "a 1\n"}, ""},
		"a document":            {"GET /_draftbox/v1/openapi/admin.yaml", answer{contentType: "application/yaml", body: "openapi: 3.1.0\n"}, ""},
		"unknown path":          {"GET /_draftbox/v1/nothing", answer{status: 404, body: `{"error":{"code":"not_found","message":"none"}}`}, ""},
		"unknown path as text":  {"GET /_draftbox/v1/nothing", answer{status: 404, contentType: "text/plain", body: "404 page not found\n"}, "application/json"},
		"wrong method":          {"PUT /_draftbox/v1/clock", answer{status: 405, body: `{"error":{"code":"method_not_allowed","message":"no"}}`}, ""},
		"unknown to strangers":  {"GET /_draftbox/v1/nothing", answer{status: 401, body: `{"error":{"code":"unauthorized","message":"no"}}`}, ""},
		"wrong method, 404":     {"PUT /_draftbox/v1/clock", answer{status: 404, body: `{"error":{"code":"not_found","message":"no"}}`}, "must be 405"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkOne(t, apitest.Admin(t), row.call, row.answer, row.wrong)
		})
	}
}

func checkOne(t *testing.T, v *apitest.Validator, call string, a answer, wrong string) {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	r := httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody)
	res := respond(a, r)
	defer func() { _ = res.Body.Close() }()
	err := v.CheckResponse(r, res)
	switch {
	case wrong == "" && err != nil:
		t.Error(err)
	case wrong != "" && err == nil:
		t.Errorf("passes, want an error about %q", wrong)
	case wrong != "" && !strings.Contains(err.Error(), wrong):
		t.Errorf("error is %v, want one about %q", err, wrong)
	}
	if left, err := io.ReadAll(res.Body); err != nil || string(left) != a.body {
		t.Errorf("the body is %q, %v after the check", left, err)
	}
}

func TestCheckRequest(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		call, body string
		wrong      bool
	}{
		"number":          {"POST /wxa/addtotemplate?access_token=T", `{"draft_id":0}`, false},
		"digits":          {"POST /wxa/addtotemplate?component_access_token=T", `{"draft_id":"12"}`, false},
		"no digits":       {"POST /wxa/addtotemplate?access_token=T", `{"draft_id":"x"}`, true},
		"no id":           {"POST /wxa/addtotemplate?access_token=T", `{}`, true},
		"no body":         {"POST /wxa/addtotemplate?access_token=T", ``, true},
		"a type":          {"GET /wxa/gettemplatelist?access_token=T&template_type=1", ``, false},
		"an empty type":   {"GET /wxa/gettemplatelist?access_token=T&template_type=", ``, false},
		"an upload":       {"POST /wxa/ci/upload?appid=wx00000000000000d1&version=1&type=miniProgram&robot=3&desc=", "gzip", false},
		"robot 31":        {"POST /wxa/ci/upload?appid=wx00000000000000d1&version=1&type=miniProgram&robot=31", "gzip", true},
		"no version":      {"POST /wxa/ci/upload?appid=wx00000000000000d1&type=miniProgram", "gzip", true},
		"a type too high": {"GET /wxa/gettemplatelist?access_token=T&template_type=2", ``, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			method, path, _ := strings.Cut(row.call, " ")
			r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(row.body))
			v := apitest.WeChat(t)
			r.Header.Set("Content-Type", "application/json")
			if strings.HasPrefix(path, "/wxa/ci/") {
				v = apitest.Uploader(t)
				r.Header.Del("Content-Type") // the uploader sends none
			}
			if err := v.CheckRequest(r); (err != nil) != row.wrong {
				t.Errorf("CheckRequest: %v", err)
			}
			if left, err := io.ReadAll(r.Body); err != nil || string(left) != row.body {
				t.Errorf("the body is %q, %v after the check", left, err)
			}
		})
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/wxa/nothing", http.NoBody)
	if err := apitest.WeChat(t).CheckRequest(r); !errors.Is(err, apitest.ErrNoOperation) {
		t.Errorf("an unknown path: %v", err)
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	operations := apitest.Admin(t).Operations()
	for _, want := range []string{"GET /livez", "PATCH /_draftbox/v1/components/{appid}", "GET /_draftbox/v1/requests/{rid}"} {
		if !slices.Contains(operations, want) {
			t.Errorf("%s is missing from %v", want, operations)
		}
	}
}

// spy is a test that may fail without failing this one.
type spy struct {
	testing.TB
	failed bool
}

func (s *spy) Helper()      {}
func (s *spy) Error(...any) { s.failed = true }

func TestHandlerAndTransportReport(t *testing.T) {
	t.Parallel()
	v := apitest.WeChat(t)
	for body, wrong := range map[string]bool{`{"errcode":0,"errmsg":"ok","draft_list":[]}`: false, `{"errcode":0}`: true} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			server := &spy{TB: t}
			client := &spy{TB: t}
			handler := v.Handler(server, answer{body: body})
			transport := v.Transport(client, roundTripper(func(r *http.Request) (*http.Response, error) {
				recorder := httptest.NewRecorder()
				handler.ServeHTTP(recorder, r)
				return recorder.Result(), nil
			}))
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/wxa/gettemplatedraftlist?access_token=T", http.NoBody)
			res, err := transport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = res.Body.Close() }()
			if got, err := io.ReadAll(res.Body); err != nil || string(got) != body {
				t.Errorf("the body came as %q, %v", got, err)
			}
			if server.failed != wrong || client.failed != wrong {
				t.Errorf("server's test failed: %t, client's: %t", server.failed, client.failed)
			}
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
