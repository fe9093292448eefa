package screenshots_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"draftbox"
	"draftbox/internal/adminclient"
)

const (
	component = "wx0000000000000001"
	merchant  = "wx00000000000000a"
)

// world is a server with the seeded world.
type world struct {
	server     *draftbox.Server
	api, admin *httptest.Server
	client     *adminclient.Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	server, err := draftbox.New(t.Context(), draftbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{server: server, api: newServer(t, server.Handler()), admin: newServer(t, server.AdminHandler())}
	t.Cleanup(func() { // before the servers, which wait for streams
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	w.client = adminclient.New(w.admin.URL, server.AdminToken(), nil)
	miniprogram, err := filepath.Abs("../../examples/miniprogram")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("world.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "draftbox.yaml")
	if err := os.WriteFile(file, bytes.ReplaceAll(text, []byte("MINIPROGRAM"), []byte(filepath.ToSlash(miniprogram))), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := server.ApplyWorldFile(t.Context(), file, filepath.Join(dir, "keys")); err != nil {
		t.Fatal(err)
	}
	return w
}

// live lets an hour pass in which programs call and merchants are served.
func (w *world) live(t *testing.T) {
	t.Helper()
	// A receiver that takes tickets, and answers wrongly what is of merchants.
	receiver := newServer(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/event") {
			_, _ = io.WriteString(rw, "success")
			return
		}
		_, _ = io.WriteString(rw, `{"code":0,"msg":"success"}`)
	}))
	event, message := receiver.URL+"/event", receiver.URL+"/$APPID$/message"
	w.must(t, func() error {
		_, err := w.client.UpdateComponent(t.Context(), component, adminclient.ComponentChange{EventURL: &event, MessageURL: &message})
		return err
	})
	token := w.componentToken(t)
	first := w.commit(t, 1, 0, "2.3.0")
	for minute := range 11 {
		for range 3 + minute*minute%7 {
			w.call(t, http.MethodGet, "/wxa/gettemplatedraftlist?access_token="+token, "")
		}
		if minute%4 == 2 {
			w.call(t, http.MethodPost, "/wxa/deletetemplate?access_token="+token, `{"template_id":99}`)
		}
		w.must(t, func() error { return w.server.AdvanceClock(t.Context(), 5*time.Minute) })
	}
	w.decide(t, first, "approve", nil)
	w.call(t, http.MethodPost, "/wxa/release?access_token="+w.merchantToken(t, 1), "{}")
	w.commit(t, 2, 1, "1.8.2")
	rejected := w.commit(t, 3, 0, "2.3.0")
	w.decide(t, rejected, "reject", map[string]string{"reason": "1:小程序内容不符合规范:<br>(1):页面内容为空<br>"})
	w.commit(t, 1, 0, "2.3.1")
	w.call(t, http.MethodGet, "/wxa/gettemplatelist?access_token="+token, "")
	w.componentToken(t) // a second process fetches one
	w.must(t, func() error { return w.server.AdvanceClock(t.Context(), 31*time.Second) })
	w.call(t, http.MethodGet, "/wxa/gettemplatedraftlist?access_token="+token, "")
	w.pushed(t)
}

// pushed waits until nothing is to be delivered any more.
func (w *world) pushed(t *testing.T) {
	t.Helper()
	for e, err := range w.client.Events(t.Context(), component) {
		switch {
		case err != nil:
			t.Fatal(err)
		case e.Deliveries != nil && e.Deliveries.Pending == 0:
			return
		}
	}
}

func (w *world) must(t *testing.T, do func() error) {
	t.Helper()
	if err := do(); err != nil {
		t.Fatal(err)
	}
}

// send makes a request and returns its answer.
func (w *world) send(t *testing.T, method, address, bearer, body string) map[string]any {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (w *world) call(t *testing.T, method, path, body string) map[string]any {
	t.Helper()
	return w.send(t, method, w.api.URL+path, "", body)
}

func (w *world) manage(t *testing.T, path string, body any) map[string]any {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	out := w.send(t, http.MethodPost, w.admin.URL+"/_draftbox/v1"+path, w.server.AdminToken(), string(text))
	if out["error"] != nil {
		t.Fatalf("%s answers %v", path, out)
	}
	return out
}

func (w *world) token(t *testing.T, path, name string) string {
	t.Helper()
	return w.manage(t, path, struct{}{})[name].(string)
}

// componentToken fetches a token as programs do, which supersedes the one before.
func (w *world) componentToken(t *testing.T) string {
	t.Helper()
	ticket, err := w.server.Ticket(t.Context(), component)
	if err != nil {
		t.Fatal(err)
	}
	out := w.call(t, http.MethodPost, "/cgi-bin/component/api_component_token",
		`{"component_appid":"`+component+`","component_appsecret":"0123456789abcdef0123456789abcdef","component_verify_ticket":"`+ticket+`"}`)
	w.fine(t, out)
	return out["component_access_token"].(string)
}

func (w *world) merchantToken(t *testing.T, n int) string {
	t.Helper()
	return w.token(t, fmt.Sprintf("/components/%s/authorizers/%s%d/tokens", component, merchant, n), "authorizer_access_token")
}

// commit commits a template to a merchant and submits it for audit.
func (w *world) commit(t *testing.T, n, template int, version string) (auditid int64) {
	t.Helper()
	token := w.merchantToken(t, n)
	w.fine(t, w.call(t, http.MethodPost, "/wxa/commit?access_token="+token, fmt.Sprintf(`{"template_id":%d,"ext_json":"{}","user_version":%q,"user_desc":"自动发布"}`, template, version)))
	out := w.call(t, http.MethodPost, "/wxa/submit_audit?access_token="+token,
		`{"item_list":[{"address":"pages/index/index","tag":"商城 优惠","title":"首页","first_class":"工具","second_class":"效率"}],"version_desc":"首页改版，请审核"}`)
	w.fine(t, out)
	return int64(out["auditid"].(float64))
}

func (w *world) fine(t *testing.T, answer map[string]any) {
	t.Helper()
	if code, _ := answer["errcode"].(float64); code != 0 {
		t.Fatalf("answered %v", answer)
	}
}

func (w *world) decide(t *testing.T, auditid int64, how string, body any) {
	t.Helper()
	if body == nil {
		body = struct{}{}
	}
	w.manage(t, fmt.Sprintf("/audits/%d/%s", auditid, how), body)
}

// pages are what is photographed.
func (w *world) pages(t *testing.T) map[string]string {
	t.Helper()
	base := "/c/" + component
	calls, err := adminclient.Take(w.client.Requests(t.Context(), adminclient.RequestFilter{Errcode: "40001"}), 1)
	if err != nil || len(calls) != 1 {
		t.Fatalf("no call was refused with 40001: %v", err)
	}
	return map[string]string{
		"request": base + "/requests/" + calls[0].RID, "merchant": base + "/merchants/" + merchant + "1", "explorer": base + "/explorer/getTemplatedRaftList",
	}
}
