package wxopen_test

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"draftbox/wxopen"
)

// wireCodeCalls makes the calls for the code and the settings of a mini program, by
// path, with the members of a golden request. What they read is looked at in the tests
// of the calls.
var wireCodeCalls = map[string]func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error{
	"/wxa/commit": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		return a.Commit(ctx, wxopen.CommitRequest{TemplateID: in.TemplateID, RawExtJSON: in.ExtJSON, UserVersion: in.UserVersion, UserDesc: in.UserDesc})
	},
	"/wxa/get_page": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.CodePages(ctx)
		return err
	},
	"/wxa/get_qrcode": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		_, err := a.TrialQRCode(ctx, in.query.Get("path"))
		return err
	},
	"/wxa/security/get_code_privacy_info": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.CodePrivacyInfo(ctx)
		return err
	},
	"/wxa/submit_audit": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		_, err := a.SubmitAudit(ctx, in.audit())
		return err
	},
	"/wxa/get_auditstatus": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		_, err := a.AuditStatus(ctx, in.AuditID)
		return err
	},
	"/wxa/get_latest_auditstatus": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.LatestAuditStatus(ctx)
		return err
	},
	"/wxa/undocodeaudit": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		return a.UndoAudit(ctx)
	},
	"/wxa/queryquota": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.AuditQuota(ctx)
		return err
	},
	"/wxa/speedupaudit": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		return a.SpeedUpAudit(ctx, in.AuditID)
	},
	"/wxa/release": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		return a.Release(ctx)
	},
	"/wxa/revertcoderelease": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		switch {
		case in.query.Has("action"):
			_, err := a.HistoryVersions(ctx)
			return err
		case in.query.Has("app_version"):
			var version int64
			if err := json.Unmarshal([]byte(in.query.Get("app_version")), &version); err != nil {
				return err
			}
			return a.RevertReleaseTo(ctx, version)
		}
		return a.RevertRelease(ctx)
	},
	"/wxa/getversioninfo": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.VersionInfo(ctx)
		return err
	},
	"/wxa/grayrelease": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		return a.GrayRelease(ctx, wxopen.GrayReleaseChange{Percentage: in.Percentage, DebuggersFirst: in.DebuggersFirst, ExperiencersFirst: in.ExperiencersFirst})
	},
	"/wxa/getgrayreleaseplan": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.GrayReleasePlan(ctx)
		return err
	},
	"/wxa/revertgrayrelease": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		return a.RevertGrayRelease(ctx)
	},
	"/wxa/change_visitstatus": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		return a.SetVisitStatus(ctx, in.Action == "open")
	},
	"/wxa/getvisitstatus": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.VisitStatus(ctx)
		return err
	},
	"/cgi-bin/wxopen/getweappsupportversion": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.SupportVersion(ctx)
		return err
	},
	"/cgi-bin/wxopen/setweappsupportversion": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		return a.SetSupportVersion(ctx, in.Version)
	},
	"/wxa/get_category": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.AuditCategories(ctx)
		return err
	},
	"/cgi-bin/wxopen/getallcategories": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.AllCategories(ctx)
		return err
	},
	"/cgi-bin/wxopen/getcategory": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.Categories(ctx)
		return err
	},
	"/wxa/modify_domain": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		_, err := a.ModifyServerDomain(ctx, in.serverDomains())
		return err
	},
	"/wxa/modify_domain_directly": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		_, err := a.ModifyServerDomainDirectly(ctx, in.serverDomains())
		return err
	},
	"/wxa/get_effective_domain": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.EffectiveServerDomains(ctx)
		return err
	},
	"/wxa/setwebviewdomain": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		_, err := a.ModifyJumpDomain(ctx, wxopen.JumpDomainChange{Action: wxopen.DomainAction(in.Action), Domains: in.WebviewDomain})
		return err
	},
	"/wxa/setwebviewdomain_directly": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		_, err := a.ModifyJumpDomainDirectly(ctx, wxopen.JumpDomainChange{Action: wxopen.DomainAction(in.Action), Domains: in.WebviewDomain})
		return err
	},
	"/wxa/get_effective_webviewdomain": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.EffectiveJumpDomains(ctx)
		return err
	},
	"/wxa/get_webviewdomain_confirmfile": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.JumpDomainConfirmFile(ctx)
		return err
	},
	"/wxa/bind_tester": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		_, err := a.BindTester(ctx, in.WechatID)
		return err
	},
	"/wxa/unbind_tester": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		if in.UserStr != "" {
			return a.UnbindTesterByUserStr(ctx, in.UserStr)
		}
		return a.UnbindTester(ctx, in.WechatID)
	},
	"/wxa/memberauth": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.Testers(ctx)
		return err
	},
	"/cgi-bin/component/getprivacysetting": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		_, err := a.PrivacySetting(ctx, in.PrivacyVersion)
		return err
	},
	"/cgi-bin/component/setprivacysetting": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		return a.SetPrivacySetting(ctx, in.privacy())
	},
	"/wxa/security/get_privacy_interface": func(ctx context.Context, a *wxopen.AuthorizerClient, _ *codeInput) error {
		_, err := a.PrivacyInterfaces(ctx)
		return err
	},
	"/wxa/security/apply_privacy_interface": func(ctx context.Context, a *wxopen.AuthorizerClient, in *codeInput) error {
		_, err := a.ApplyPrivacyInterface(ctx, wxopen.PrivacyApplication{APIName: in.APIName, Content: in.Content, URLs: in.URLs, Pictures: in.Pictures, Videos: in.Videos})
		return err
	},
}

// wireUploads are the paths whose requests are no JSON, so that only the server replays
// them.
var wireUploads = map[string]bool{"/wxa/uploadmedia": true, "/cgi-bin/component/uploadprivacyextfile": true}

// wireCodeCall makes the call of a golden request.
func wireCodeCall(ctx context.Context, c *wxopen.Client, request string) error {
	in, err := readCodeInput(request)
	if err != nil {
		return err
	}
	return wireCodeCalls[wirePath(request)](ctx, c.Authorizer(merchant, c.TokenSource()), in)
}

// sameRequest compares two requests by what they say: the order of members and of
// parameters in the query is the client's own.
func sameRequest(t *testing.T, got, want string) bool {
	t.Helper()
	gotLine, gotBody, gotHas := strings.Cut(got, "\n\n")
	wantLine, wantBody, wantHas := strings.Cut(want, "\n\n")
	if gotHas != wantHas || wirePath(got) != wirePath(want) || strings.Fields(got)[0] != strings.Fields(want)[0] {
		return false
	}
	return reflect.DeepEqual(wireQuery(gotLine), wireQuery(wantLine)) && (!gotHas || reflect.DeepEqual(decode(t, gotBody), decode(t, wantBody)))
}

// wireQuery returns the query of a golden request.
func wireQuery(request string) url.Values {
	line, _, _ := strings.Cut(request, "\n")
	_, text, _ := strings.Cut(line, "?")
	query, _ := url.ParseQuery(text)
	return query
}

// TestWireCodeCalls: what a golden request of one of these paths says is what its call
// sends.
func TestWireCodeCalls(t *testing.T) {
	t.Parallel()
	used := map[string]bool{"/wxa/get_qrcode": true} // has a test of its own
	for _, row := range slices.Concat(codeCalls, settingCalls) {
		if _, refused := readCodeInput(row.request); refused != nil {
			t.Errorf("%s: %v", row.name, refused)
			continue
		}
		used[wirePath(row.request)] = true
		c, sent := recorder(t, row.request, row.answer)
		if err := wireCodeCall(t.Context(), c, row.request); err != nil || *sent != row.request {
			t.Errorf("%s: sent\n%s\nwant\n%s\n(%v)", row.name, *sent, row.request, err)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(wireCodeCalls)) {
		if !used[path] {
			t.Errorf("nothing is known of %s", path)
		}
	}
}

func TestSameRequest(t *testing.T) {
	t.Parallel()
	const request = "POST /a?x=1&y=2\n\n" + `{"a":1,"b":["c"]}`
	for other, same := range map[string]bool{
		request: true,
		"POST /a?y=2&x=1\n\n{\"b\":[\"c\"], \"a\":1}": true,
		"GET /a?x=1&y=2\n\n{\"a\":1,\"b\":[\"c\"]}":   false,
		"POST /b?x=1&y=2\n\n{\"a\":1,\"b\":[\"c\"]}":  false,
		"POST /a?x=1&y=3\n\n{\"a\":1,\"b\":[\"c\"]}":  false,
		"POST /a?x=1&y=2\n\n{\"a\":2,\"b\":[\"c\"]}":  false,
		"POST /a?x=1&y=2\n\n{\"a\":1,\"b\":[]}":       false,
		"POST /a?x=1&y=2":                             false,
	} {
		if got := sameRequest(t, other, request); got != same {
			t.Errorf("%q: %t", other, got)
		}
	}
}
