package wxopen_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"draftbox/wxopen"
)

// madeOnce are the calls that may do something twice, or be refused the second time.
var madeOnce = []string{
	"Commit", "SubmitAudit", "UndoAudit", "SpeedUpAudit", "Release", "RevertRelease", "RevertReleaseTo", "GrayRelease", "RevertGrayRelease",
	"ModifyServerDomain", "ModifyJumpDomain", "ModifyJumpDomainDirectly", "BindTester", "UnbindTester", "UnbindTesterByUserStr", "ApplyPrivacyInterface",
}

// What is made once is not made again after -1; everything else is.
func TestBusyCodeCalls(t *testing.T) {
	t.Parallel()
	for _, row := range slices.Concat(codeCalls, settingCalls) {
		name, _, _ := strings.Cut(row.name, " ")
		want := 3
		if slices.Contains(madeOnce, name) {
			want = 1
		}
		synctest.Test(t, func(t *testing.T) {
			requests := 0
			c := canned(t, 200, "", func(cfg *wxopen.Config) {
				cfg.Retry = wxopen.RetryPolicy{}
				cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
					requests++
					return jsonResponse(req, refusal(-1)), nil
				})}
			})
			_, err := row.call(t.Context(), c, c.Authorizer(merchant, wxopen.StaticToken("merchanttoken")))
			if !errors.Is(err, wxopen.ErrSystem) || requests != want {
				t.Errorf("%s: %d requests, want %d (%v)", row.name, requests, want, err)
			}
		})
	}
}

// A change of domains counts, reading them does not.
func TestBusyDomainCalls(t *testing.T) {
	t.Parallel()
	for action, want := range map[wxopen.DomainAction]int{wxopen.DomainGet: 3, wxopen.DomainSet: 1} {
		for name, call := range map[string]func(context.Context, *wxopen.AuthorizerClient) error{
			"server": func(ctx context.Context, a *wxopen.AuthorizerClient) error {
				_, err := a.ModifyServerDomain(ctx, wxopen.ServerDomainChange{Action: action})
				return err
			},
			"server, directly": func(ctx context.Context, a *wxopen.AuthorizerClient) error {
				_, err := a.ModifyServerDomainDirectly(ctx, wxopen.ServerDomainChange{Action: action})
				return err
			},
			"jump": func(ctx context.Context, a *wxopen.AuthorizerClient) error {
				_, err := a.ModifyJumpDomain(ctx, wxopen.JumpDomainChange{Action: action})
				return err
			},
			"jump, directly": func(ctx context.Context, a *wxopen.AuthorizerClient) error {
				_, err := a.ModifyJumpDomainDirectly(ctx, wxopen.JumpDomainChange{Action: action})
				return err
			},
		} {
			synctest.Test(t, func(t *testing.T) {
				l := newLifecycle()
				l.fault = func(string, int) outcome { return outcome{code: -1} }
				if err := call(t.Context(), l.account(t)); !errors.Is(err, wxopen.ErrSystem) || len(l.order) != want {
					t.Errorf("%s %s: %d requests, %v", action, name, len(l.order), err)
				}
			})
		}
	}
}

// Another change at work: nothing was done, so the call is made again as long as the
// policy says, also one that is made once.
func TestConcurrentChanges(t *testing.T) {
	t.Parallel()
	const commitPath = "/wxa/commit"
	commit := func(t *testing.T, l *lifecycle, policy wxopen.RetryPolicy) (time.Duration, error) {
		t.Helper()
		began := time.Now()
		err := l.account(t, func(cfg *wxopen.Config) { cfg.Retry = policy }).Commit(t.Context(), wxopen.CommitRequest{UserVersion: "1"})
		return time.Since(began), err
	}
	synctest.Test(t, func(t *testing.T) {
		l := newLifecycle()
		l.fault = refuseFirst(commitPath, 5, 9402202)
		if waited, err := commit(t, l, wxopen.RetryPolicy{}); !errors.Is(err, wxopen.ErrConcurrent) || l.count(commitPath) != 1 || waited != 0 {
			t.Errorf("by default: %d commits in %v, %v", l.count(commitPath), waited, err)
		}
		// Four more, half to all of 1, 2, 2 and 2 s apart.
		policy := wxopen.RetryPolicy{Attempts: 1, BaseDelay: time.Second, MaxDelay: 2 * time.Second, Concurrent: time.Minute}
		if waited, err := commit(t, l, policy); err != nil || l.count(commitPath) != 6 || waited < 3500*time.Millisecond || waited > 7*time.Second {
			t.Errorf("with Concurrent: %d commits in %v, %v", l.count(commitPath), waited, err)
		}
		l = newLifecycle()
		l.fault = refuseFirst(commitPath, 1000, 9402202)
		if waited, err := commit(t, l, policy); !errors.Is(err, wxopen.ErrConcurrent) || waited < time.Minute || waited > 62*time.Second {
			t.Errorf("without end: %v, %v", waited, err)
		}
		// A -1 after it is one of a call that is made once.
		l = newLifecycle()
		l.fault = func(_ string, n int) outcome { return outcome{code: []int{9402202, -1}[min(n, 2)-1]} }
		if _, err := commit(t, l, wxopen.RetryPolicy{Concurrent: time.Minute}); !errors.Is(err, wxopen.ErrSystem) || l.count(commitPath) != 2 {
			t.Errorf("-1 after it: %d commits, %v", l.count(commitPath), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		l = newLifecycle()
		l.fault = refuseFirst(commitPath, 1000, 9402202)
		err := l.account(t, func(cfg *wxopen.Config) { cfg.Retry.Concurrent = time.Hour }).Commit(ctx, wxopen.CommitRequest{})
		if !errors.Is(err, wxopen.ErrConcurrent) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the context ends: %v", err)
		}
	})
}

func TestEmptyCodeLists(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		done, `{}`, `{"page_list":[],"version_list":[],"category_list":[],"categories_list":{"categories":[]},"members":[],"interface_list":[],"without_auth_list":[],"without_conf_list":[]}`,
		`{"page_list":null,"version_list":null,"category_list":null,"categories_list":[],"members":null,"interface_list":null,"without_auth_list":null,"without_conf_list":null}`,
	} {
		a, ctx := canned(t, 200, body).Authorizer(merchant, wxopen.StaticToken("t")), t.Context()
		pages, err1 := a.CodePages(ctx)
		versions, err2 := a.HistoryVersions(ctx)
		categories, err3 := a.AuditCategories(ctx)
		all, err4 := a.AllCategories(ctx)
		testers, err5 := a.Testers(ctx)
		interfaces, err6 := a.PrivacyInterfaces(ctx)
		info, err7 := a.CodePrivacyInfo(ctx)
		if err := errors.Join(err1, err2, err3, err4, err5, err6, err7); err != nil {
			t.Errorf("%s: %v", body, err)
		}
		if pages == nil || versions == nil || categories == nil || all == nil || testers == nil || interfaces == nil || info.WithoutAuth == nil || info.WithoutConf == nil ||
			len(pages)+len(versions)+len(categories)+len(all)+len(testers)+len(interfaces)+len(info.WithoutAuth)+len(info.WithoutConf) != 0 {
			t.Errorf("%s: a list is nil or not empty", body)
		}
	}
}

// What would be misread is not read at all.
func TestCodeAnswersThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		body string
		call func(context.Context, *wxopen.AuthorizerClient) error
	}{
		{`{"auditid":7}`, func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			_, err := a.LatestAuditStatus(ctx)
			return err
		}},
		{`{"status":0}`, func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			_, err := a.LatestAuditStatus(ctx)
			return err
		}},
		{`{"status":null}`, func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			_, err := a.AuditStatus(ctx, 7)
			return err
		}},
		{`{"status":2}`, func(ctx context.Context, a *wxopen.AuthorizerClient) error { _, err := a.VisitStatus(ctx); return err }},
		{`{"version_list":[{"user_version":"1"}]}`, func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			_, err := a.HistoryVersions(ctx)
			return err
		}},
		{`{"page_list":"a"}`, func(ctx context.Context, a *wxopen.AuthorizerClient) error { _, err := a.CodePages(ctx); return err }},
		{`{"exp_info":7}`, func(ctx context.Context, a *wxopen.AuthorizerClient) error { _, err := a.VersionInfo(ctx); return err }},
		{`{"members":[{}]}`, func(ctx context.Context, a *wxopen.AuthorizerClient) error { _, err := a.Testers(ctx); return err }},
		{`{"categories_list":{"categories":[{"name":"a"}]}}`, func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			_, err := a.AllCategories(ctx)
			return err
		}},
		{`{"categories_list":{"categories":[{"id":1,"qualify":{"exter_list":[{"inner_list":7}]}}]}}`, func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			_, err := a.AllCategories(ctx)
			return err
		}},
		{`{"uv_info":{"items":[{"percentage":"much"}]}}`, func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			_, err := a.SupportVersion(ctx)
			return err
		}},
		{`{"uv_info":{"items":[{"percentage":"NaN"}]}}`, func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			_, err := a.SupportVersion(ctx)
			return err
		}},
		{`{"gray_release_plan":{"gray_percentage":1.5}}`, func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			_, err := a.GrayReleasePlan(ctx)
			return err
		}},
	} {
		err := row.call(t.Context(), canned(t, 200, row.body).Authorizer(merchant, wxopen.StaticToken("t")))
		if _, unusable := errors.AsType[*wxopen.TransportError](err); !unusable {
			t.Errorf("%s: %v", row.body, err)
		}
	}
}
