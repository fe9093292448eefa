package config_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"draftbox/internal/clock"
	"draftbox/internal/config"
	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
)

// folder is a folder of a test, with a mini program project in miniprogram/.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"miniprogram/app.json":               `{"pages":["pages/index/index"]}`,
		"miniprogram/pages/index/index.js":   "Page({})",
		"miniprogram/pages/index/index.wxml": "<view/>",
	})
	write(t, dir, files)
	return dir
}

func write(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// load reads a world that has to be right.
func load(t testing.TB, dir, text string) *config.World {
	t.Helper()
	write(t, dir, map[string]string{"draftbox.yaml": text})
	w, err := config.Load(filepath.Join(dir, "draftbox.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func newService(t testing.TB) *platform.Service {
	t.Helper()
	store, err := sqlstore.Open(context.Background(), sqlstore.Options{URL: "sqlite::memory:", Real: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return platform.NewService(store, clock.Now)
}

func apply(t testing.TB, s *platform.Service, w *config.World, o config.ApplyOptions) config.Report {
	t.Helper()
	report, err := config.Apply(context.Background(), s, w, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// full is every key of a world that this version acts on.
const full = `
components:
  - appid: wx0000000000000001
    name: 示例平台
    secret: 0123456789abcdef0123456789abcdef
    token: messagetoken
    encoding_aes_key: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE
    event_url: http://127.0.0.1:9000/event
    message_url: http://127.0.0.1:9000/$APPID$/message
    verify_ticket: ticket@@@fixed
    ip_allowlist: []
    max_dev_miniprograms: 5
    auth_page_domain: www.example.com
    switches:
      draft_slot: dev
      list_order: descending
      empty_list: 85064
      standard_templates: retired
      token_grace: 10m
      ticket_each_push: new
      stray_token: check
      unauthorized_apis: [/wxa/gettemplatelist]
      denied_plugins: [wx00000000000000aa]
      push_tries: 5
      push_format: cloud_json
      registrations: manual
      registration_refuse: {nosuchwechat: 86004}
      published: "no"
      jump_domain_check: fail
      privacy_check: 1m
      commit_time: 5s
      jump_list: check
      no_icp_domains: [unfiled.example.com]
      tester_refuse: {nobody: 85001}
    quotas:
      enforce: true
      limits: {/wxa/gettemplatedraftlist: 1000}
      submits: 20
      speedups: 1
    audit:
      decide: pass
      after: 2h
      reason: x
      rules:
        - {match: {user_version: "1.*", appid: wx00000000000000a1}, decide: fail, after: 1m, reason: y}
        - {decide: delay}
    dev_miniprograms:
      - {appid: wx00000000000000d1, name: 商城演示, upload_ip_allowlist: [172.0.0.1, 172.0.0.*]}
    drafts:
      - {source: wx00000000000000d1, version: 1.0.0, desc: "首个版本\n第二行", developer: 小明, dir: ./miniprogram, create_time: 1488965944}
    templates:
      - {source: wx00000000000000d1, version: 0.9.0, desc: 旧版, developer: 小明, dir: ./miniprogram}
    authorizers:
      - appid: wx00000000000000a1
        nick_name: 商户一
        authorized: true
        refresh_token: refreshtoken@@@fixed
        func_ids: [30, 18, 30]
        profile: {account: miniprogram, principal_name: 示例商户有限公司, verify_type: -1}
        categories: [{first: 工具, second: 效率}]
        restrictions: [frozen]
        private_infos: [getLocation]
        plugins: [{appid: wx00000000000000aa, versions: [1.0.0]}, {appid: wx00000000000000ab, denied: true}]
        testers: [xiaoming]
        privacy:
          owner_setting: {contact_email: a@example.com, notice_method: 弹窗, store_expire_timestamp: 30天}
          setting_list: [{privacy_key: UserInfo, privacy_text: 展示头像}]
          online: true
`
