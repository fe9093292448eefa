package cli_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// merchantAPI is a server of the wire that answers each path with the next of its
// answers, the last one again and again, and keeps what was asked.
type merchantAPI struct {
	url string

	mu      sync.Mutex
	answers map[string][]string
	asked   []string
}

func newMerchantAPI(t *testing.T, answers map[string][]string) *merchantAPI {
	t.Helper()
	m := &merchantAPI{answers: answers}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		m.asked = append(m.asked, strings.TrimSpace(r.Method+" "+r.RequestURI+" "+string(body)))
		list := m.answers[r.URL.Path]
		if len(list) == 0 {
			t.Errorf("%s was asked", r.URL.Path)
			return
		}
		if len(list) > 1 {
			m.answers[r.URL.Path] = list[1:]
		}
		_, _ = io.WriteString(w, list[0])
	}))
	t.Cleanup(server.Close)
	m.url = server.URL
	return m
}

// run runs a code verb against the server with a merchant's token.
func (m *merchantAPI) run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return run(t, append(append([]string{"code"}, args...), "--endpoint", m.url, "--access-token", "geheim")...)
}

func refused(code int, text string) string {
	return fmt.Sprintf(`{"errcode":%d,"errmsg":"%s rid: 6b0285a0-0a1b2c3d-4e5f6071"}`, code, text)
}

const done = `{"errcode":0,"errmsg":"ok"}`

// TestCodeVerbsOnTheWire holds each verb against what goes over the line to a server
// that is not the local one, and what is printed of the answer.
func TestCodeVerbsOnTheWire(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	items := filepath.Join(dir, "items.json")
	if err := os.WriteFile(items, []byte(`{"item_list":[{"address":"p","tag":"a b","first_class":"工具","first_id":1,"second_class":"效率","second_id":2,"title":"首页"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	plan := `{"errcode":0,"gray_release_plan":{"status":1,"create_timestamp":1795327392,"gray_percentage":10,"support_debuger_first":true,"support_experiencer_first":false}}`
	versions := `{"errcode":0,"exp_info":{"exp_time":1795327392,"exp_version":"2","exp_desc":"d"},"release_info":{"release_time":1795327392,"release_version":"1","release_desc":""}}`
	for _, tt := range []struct {
		name    string
		args    []string
		answers map[string][]string
		asked   []string
		stdout  string
	}{
		{
			name: "commit", args: []string{"commit", "--template", "0", "--version", "1.0.0", "--desc", "d", "--ext", `{"ext":{}}`},
			answers: map[string][]string{"/wxa/commit": {done}},
			asked:   []string{`POST /wxa/commit?access_token=geheim {"template_id":0,"ext_json":"{\"ext\":{}}","user_version":"1.0.0","user_desc":"d"}`},
			stdout:  "committed template 0, version 1.0.0\n",
		},
		{
			name: "pages", args: []string{"pages"}, answers: map[string][]string{"/wxa/get_page": {`{"errcode":0,"page_list":["index","p/a"]}`}},
			asked: []string{"GET /wxa/get_page?access_token=geheim"}, stdout: "index\np/a\n",
		},
		{
			name: "privacy", args: []string{"privacy"},
			answers: map[string][]string{"/wxa/security/get_code_privacy_info": {`{"errcode":0,"without_auth_list":[],"without_conf_list":["wx.getLocation","wx.choosePoi"]}`}},
			asked:   []string{"GET /wxa/security/get_code_privacy_info?access_token=geheim"},
			stdout:  "no permission  (none)\nnot declared   wx.getLocation\n               wx.choosePoi\n",
		},
		{
			name: "categories", args: []string{"categories"},
			answers: map[string][]string{"/wxa/get_category": {`{"errcode":0,"category_list":[{"first_class":"a","second_class":"b","first_id":1,"second_id":2}]}`}},
			asked:   []string{"GET /wxa/get_category?access_token=geheim"}, stdout: "ID  FIRST  ID  SECOND  ID  THIRD\n 1  a       2  b        0  -\n",
		},
		{
			name: "submit", args: []string{"submit", "--items", items, "--privacy-api-not-use", "--version-desc", "x"},
			answers: map[string][]string{"/wxa/submit_audit": {`{"errcode":0,"auditid":7}`}},
			asked:   []string{`POST /wxa/submit_audit?access_token=geheim {"item_list":[{"address":"p","tag":"a b","first_class":"工具","second_class":"效率","first_id":1,"second_id":2,"title":"首页"}],"version_desc":"x","privacy_api_not_use":true}`},
			stdout:  "order 7 was made\n",
		},
		{
			name: "submit and no more", args: []string{"submit", "--quiet"},
			answers: map[string][]string{"/wxa/submit_audit": {`{"errcode":0,"auditid":7}`}}, asked: []string{"POST /wxa/submit_audit?access_token=geheim {}"}, stdout: "7\n",
		},
		{
			name: "submit when checked", args: []string{"submit", "--wait", "--quiet"},
			answers: map[string][]string{
				"/wxa/security/get_code_privacy_info": {`{"errcode":0,"without_auth_list":[],"without_conf_list":[]}`},
				"/wxa/get_latest_auditstatus":         {refused(85058, "no valid audit_id exist")},
				"/wxa/submit_audit":                   {`{"errcode":0,"auditid":8}`},
			},
			asked: []string{
				"GET /wxa/security/get_code_privacy_info?access_token=geheim", "GET /wxa/get_latest_auditstatus?access_token=geheim",
				"POST /wxa/submit_audit?access_token=geheim {}",
			},
			stdout: "8\n",
		},
		{
			name: "status", args: []string{"status", "7"},
			answers: map[string][]string{"/wxa/get_auditstatus": {`{"errcode":0,"status":1,"reason":"1:a<br>(1):b<br>","screenshot":"x|y"}`}},
			asked:   []string{`POST /wxa/get_auditstatus?access_token=geheim {"auditid":7}`},
			stdout:  "auditid      7\nstatus       rejected\nreason       1:a\n             (1):b\nscreenshots  x\n             y\n",
		},
		{
			name: "status of the last", args: []string{"status"},
			answers: map[string][]string{"/wxa/get_latest_auditstatus": {`{"errcode":0,"auditid":7,"status":2,"user_version":"1","user_desc":"","submit_audit_time":1795327392}`}},
			asked:   []string{"GET /wxa/get_latest_auditstatus?access_token=geheim"},
			stdout:  "auditid      7\nstatus       auditing\nversion      1\ndescription  -\nsubmitted    2026-11-22 14:03:12 (UTC+8)\n",
		},
		{
			name: "undo", args: []string{"undo"}, answers: map[string][]string{"/wxa/undocodeaudit": {done}},
			asked: []string{"GET /wxa/undocodeaudit?access_token=geheim"}, stdout: "withdrew the order\n",
		},
		{
			name: "speedup", args: []string{"speedup", "7"}, answers: map[string][]string{"/wxa/speedupaudit": {done}},
			asked: []string{`POST /wxa/speedupaudit?access_token=geheim {"auditid":7}`}, stdout: "sped order 7 up\n",
		},
		{
			name: "quota", args: []string{"quota"}, answers: map[string][]string{"/wxa/queryquota": {`{"errcode":0,"rest":3,"limit":20,"speedup_rest":0,"speedup_limit":1}`}},
			asked: []string{"GET /wxa/queryquota?access_token=geheim"}, stdout: "submissions  3 left of 20\nspeed-ups    0 left of 1\n",
		},
		{
			name: "release", args: []string{"release"}, answers: map[string][]string{"/wxa/release": {done}, "/wxa/getversioninfo": {versions}},
			asked:  []string{"POST /wxa/release?access_token=geheim {}", "POST /wxa/getversioninfo?access_token=geheim {}"},
			stdout: "version 1 is online\n",
		},
		{
			name: "release, and nobody knows of which", args: []string{"release"},
			answers: map[string][]string{"/wxa/release": {done}, "/wxa/getversioninfo": {refused(44002, "empty post data")}},
			asked:   []string{"POST /wxa/release?access_token=geheim {}", "POST /wxa/getversioninfo?access_token=geheim {}"},
			stdout:  "released the version that passed\n",
		},
		{
			name: "rollback", args: []string{"rollback", "--to", "3"}, answers: map[string][]string{"/wxa/revertcoderelease": {done}, "/wxa/getversioninfo": {versions}},
			asked:  []string{"GET /wxa/revertcoderelease?access_token=geheim&app_version=3", "POST /wxa/getversioninfo?access_token=geheim {}"},
			stdout: "version 1 is online\n",
		},
		{
			name: "history", args: []string{"history"},
			answers: map[string][]string{"/wxa/revertcoderelease": {`{"errcode":0,"version_list":[{"app_version":2,"user_version":"1","user_desc":"d","commit_time":1795327392}]}`}},
			asked:   []string{"GET /wxa/revertcoderelease?access_token=geheim&action=get_history_version"},
			stdout:  "APP_VERSION  VERSION  DESCRIPTION  COMMITTED (UTC+8)\n          2  1        d            2026-11-22 14:03:12\n",
		},
		{
			name: "versions", args: []string{"versions"}, answers: map[string][]string{"/wxa/getversioninfo": {versions}},
			asked:  []string{"POST /wxa/getversioninfo?access_token=geheim {}"},
			stdout: "LINE        VERSION  DESCRIPTION  SINCE (UTC+8)\nexperience  2        d            2026-11-22 14:03:12\nonline      1        -            2026-11-22 14:03:12\n",
		},
		{
			name: "gray", args: []string{"gray", "10%", "--debuggers-first"}, answers: map[string][]string{"/wxa/grayrelease": {done}, "/wxa/getgrayreleaseplan": {plan}},
			asked:  []string{`POST /wxa/grayrelease?access_token=geheim {"gray_percentage":10,"support_debuger_first":true}`, "GET /wxa/getgrayreleaseplan?access_token=geheim"},
			stdout: "state    running\nusers    10 %\nfirst    project members\ncreated  2026-11-22 14:03:12 (UTC+8)\n",
		},
		{
			name: "gray canceled", args: []string{"gray", "--cancel"}, answers: map[string][]string{"/wxa/revertgrayrelease": {done}},
			asked: []string{"GET /wxa/revertgrayrelease?access_token=geheim"}, stdout: "canceled the plan\n",
		},
		{
			name: "visit", args: []string{"visit", "close"}, answers: map[string][]string{"/wxa/change_visitstatus": {done}, "/wxa/getvisitstatus": {`{"errcode":0,"status":0}`}},
			asked:  []string{`POST /wxa/change_visitstatus?access_token=geheim {"action":"close"}`, "POST /wxa/getvisitstatus?access_token=geheim {}"},
			stdout: "closed\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := newMerchantAPI(t, tt.answers)
			code, stdout, stderr := m.run(t, tt.args...)
			if code != 0 || stdout != tt.stdout || stderr != "" {
				t.Errorf("exit code %d, stderr %q, stdout\n%s", code, stderr, cmp.Diff(tt.stdout, stdout))
			}
			if diff := cmp.Diff(tt.asked, m.asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCodeRefusalsSayWhatToDo(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args []string
		path string
		code int
		text string
		next string
	}{
		{[]string{"pages"}, "/wxa/get_page", 40001, "invalid credential", "use a fresh authorizer_access_token"},
		{[]string{"pages"}, "/wxa/get_page", 86001, "component experience version not exists", "commit a template first: "},
		{[]string{"commit", "--template", "0", "--version", "1"}, "/wxa/commit", 85013, "invalid ext_json", "draftbox ext lint FILE --template ID"},
		{[]string{"commit", "--template", "0", "--version", "1"}, "/wxa/commit", 9402202, "concurrent limit", "try again when the other change"},
		{[]string{"submit"}, "/wxa/submit_audit", 61039, "check", "draftbox code submit --wait"},
		{[]string{"submit"}, "/wxa/submit_audit", 61040, "getLocation", "draftbox code privacy"},
		{[]string{"submit"}, "/wxa/submit_audit", 85007, "page is in invalid format", "draftbox code pages"},
		{[]string{"release"}, "/wxa/release", 85020, "status not allowed", "draftbox code status"},
		{[]string{"rollback"}, "/wxa/revertcoderelease", 87011, "wxa has a gray release plan", "draftbox code gray --cancel"},
	} {
		t.Run(fmt.Sprint(tt.code), func(t *testing.T) {
			t.Parallel()
			m := newMerchantAPI(t, map[string][]string{tt.path: {refused(tt.code, tt.text)}})
			code, stdout, stderr := m.run(t, tt.args...)
			if code != 1 || stdout != "" || !strings.Contains(stderr, fmt.Sprintf("errcode %d %s (rid 6b0285a0-0a1b2c3d-4e5f6071)\n", tt.code, tt.text)) {
				t.Errorf("exit code %d, stdout %q, stderr\n%s", code, stdout, stderr)
			}
			lines := strings.Split(stderr, "\n")
			if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, " next: ") && strings.Contains(line, tt.next) }) {
				t.Errorf("nothing says %q:\n%s", tt.next, stderr)
			}
			if strings.Contains(stderr, "geheim") {
				t.Errorf("the token is in:\n%s", stderr)
			}
		})
	}
}

// TestSubmitInDoubt tells apart an order that was not made and one that may have been.
func TestSubmitInDoubt(t *testing.T) {
	t.Parallel()
	busy := refused(-1, "system error")
	m := newMerchantAPI(t, map[string][]string{
		"/wxa/security/get_code_privacy_info": {`{"errcode":0,"without_auth_list":[],"without_conf_list":[]}`},
		"/wxa/get_latest_auditstatus":         {`{"errcode":0,"auditid":6,"status":1}`, busy},
		"/wxa/submit_audit":                   {busy},
	})
	code, stdout, stderr := m.run(t, "submit", "--wait")
	if code != 1 || stdout != "" || !strings.HasPrefix(stderr, "error: it is not known whether the code was submitted\n  why: ") ||
		!strings.Contains(stderr, " next: an order other than 6 is what came of it: draftbox code status\n") {
		t.Errorf("exit code %d, stdout %q, stderr\n%s", code, stdout, stderr)
	}
}

// TestSubmitGivesUp says so, and not that one could wait.
func TestSubmitGivesUp(t *testing.T) {
	t.Parallel()
	m := newMerchantAPI(t, map[string][]string{"/wxa/security/get_code_privacy_info": {refused(61039, "running")}})
	code, stdout, stderr := m.run(t, "submit", "--wait", "--timeout", "50ms")
	if code != 1 || stdout != "" || !strings.HasPrefix(stderr, "error: the code could not be submitted within 50ms\n  why: ") ||
		!strings.Contains(stderr, "61039") || !strings.Contains(stderr, " next: wait longer with --timeout") {
		t.Errorf("exit code %d, stdout %q, stderr\n%s", code, stdout, stderr)
	}
}

func TestWrongUseOfCodeVerbs(t *testing.T) {
	t.Parallel()
	m := newMerchantAPI(t, nil)
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"commit", "--template", "0"}, `required flag(s) "version" not set`},
		{[]string{"commit", "--template", "-1", "--version", "1"}, "-1 is no template_id"},
		{[]string{"commit", "--template", "0", "--version", "1", "--ext", "none.json"}, "the file cannot be read"},
		{[]string{"commit", "--template", "0", "--version", "1", "--ext", "-"}, "- is empty"},
		{[]string{"submit", "--items", `[{"addr":"p"}]`}, `unknown field "addr"`},
		{[]string{"submit", "--items", `{"items":[]}`}, `unknown field "items"`},
		{[]string{"gray"}, "PERCENT is missing"},
		{[]string{"gray", "ten"}, `"ten" is no percentage`},
		{[]string{"gray", "10", "--show"}, "--show and --cancel take no PERCENT"},
		{[]string{"gray", "--show", "--cancel"}, "were all set"},
		{[]string{"visit", "shut"}, "open, close or show"},
		{[]string{"visit"}, "ACTION is missing"},
		{[]string{"speedup", "x"}, `"x" is no auditid`},
		{[]string{"qrcode"}, `required flag(s) "out" not set`},
	} {
		code, stdout, stderr := m.run(t, tt.args...)
		if code != 2 || stdout != "" || !strings.Contains(stderr, tt.want) {
			t.Errorf("%v: exit code %d, stdout %q, stderr %q; want %q", tt.args, code, stdout, stderr, tt.want)
		}
	}
	code, _, stderr := run(t, "code", "pages", "--endpoint", "http://127.0.0.1:1")
	if code != 2 || !strings.Contains(stderr, "authorizer_access_token of the merchant into DRAFTBOX_ACCESS_TOKEN") {
		t.Errorf("without a token: exit code %d, %s", code, stderr)
	}
}
