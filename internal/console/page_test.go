package console_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// filled is a bench with something on each page, and the addresses of all pages.
func filled(t *testing.T) (*bench, map[string]string) {
	t.Helper()
	b := newBench(t)
	rid := b.refused()
	b.call(journal.Entry{
		Method: "POST", Path: "/cgi-bin/component/api_component_token", Component: component, Reason: "issued a component token",
		RequestBody: []byte(`{"component_appid":"` + component + `","component_appsecret":"0123456789abcdef0123456789abcdef"}`), ResponseBody: []byte(`{"component_access_token":"` + token + `","expires_in":7200}`),
	})
	b.call(journal.Entry{Method: "GET", Path: "/wxa/gettemplatelist", ErrCode: 41001, Reason: "no token came with the call"})
	order := b.submit()
	_, err := b.service.DecideAudit(context.Background(), order, platform.AuditDecision{Decide: platform.DecideDelay, Reason: "需要更多时间<br>请等待"}, "")
	b.must(err)
	rows, err := b.service.Deliveries(context.Background(), platform.DeliveryFilter{ComponentAppid: component}, platform.DeliveryPlace{}, 1)
	b.must(err)
	return b, map[string]string{
		"overview": base, "drafts": base + "/drafts", "draft": base + "/drafts/0", "templates": base + "/templates", "template": base + "/templates/0",
		"merchants": base + "/merchants", "merchant": base + "/merchants/" + merchant, "audits": base + "/audits",
		"audit": fmt.Sprint(base, "/audits/", order), "pushes": base + "/pushes", "push": base + "/pushes/" + rows[0].ID(),
		"requests": base + "/requests", "request": base + "/requests/" + rid, "styleguide": "/styleguide",
		"explorer": base + "/explorer", "operation": explorer + "commit",
	}
}

func TestEveryPage(t *testing.T) {
	t.Parallel()
	b, pages := filled(t)
	for name, want := range map[string][]string{
		"overview": {"Latest errors", "superseded 31 s ago"}, "drafts": {"1.0.0", "首个版本"}, "draft": {"index.wxml", "packageA", "Add to the template library"},
		"templates": {"1 of 200 places"}, "template": {"商户一", "Experience"}, "merchants": {"商户一", merchant},
		"merchant": {"Experience", "Nothing is online yet.", "submit for audit", "85009"}, "audits": {"商户一", "delayed"},
		"audit": {"请审核", "工具 › 效率", "需要更多时间\n请等待", "weapp_audit_delay"}, "pushes": {"weapp_audit_delay", "waiting"},
		"push": {"&lt;xml&gt;"}, "requests": {"/wxa/gettemplatedraftlist", "41001"},
		"request":    {"superseded 31 s ago", "Fetch a token in one place", "$ACCESS_TOKEN", "api_gettemplatedraftlist.html", "List the draft box"},
		"styleguide": {"Styleguide"}, "explorer": {"/wxa/gettemplatedraftlist"}, "operation": {"ext_json", "85014"},
	} {
		for _, lang := range []string{"en", "zh-CN"} {
			w := b.get(pages[name], "Cookie", "draftbox_lang="+lang)
			if lang == "en" {
				b.has(w, http.StatusOK, want...)
			} else {
				b.has(w, http.StatusOK, `lang="zh-CN"`)
			}
			for _, secret := range []string{token, "0123456789abcdef0123456789abcdef"} {
				if strings.Contains(w.Body.String(), secret) {
					t.Errorf("%s shows %s", name, secret)
				}
			}
		}
	}
}
