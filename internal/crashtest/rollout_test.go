package crashtest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"draftbox/internal/adminclient"
	"draftbox/internal/store/pgtest"
	"draftbox/wxopen"
)

// callsEach is how many calls bring one merchant to its release: it is made and gets a
// token, is looked at four times and its audit twice, and is committed, submitted and
// released.
const callsEach = 11

func TestRolloutSurvivesKillsOnSQLite(t *testing.T) {
	t.Parallel()
	rollOut(t, operations(t)/callsEach, "")
}

func TestRolloutSurvivesKillsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	n := operations(t) / callsEach
	rollOut(t, n, pgtest.Database(t))
}

// rollOut commits a template to n merchants, has it audited and releases it, while the
// server is killed, and checks that each of them is as after an undisturbed run.
func rollOut(t *testing.T, n int, database string) {
	t.Helper()
	ctx := context.Background()
	s := newServer(t, database)
	s.start()
	begun := time.Now()
	shop := openShop(t, s)
	var next, cut atomic.Int64
	var wg sync.WaitGroup
	done := make(chan struct{})
	merchants := make([]string, n)
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && !t.Failed(); i = int(next.Add(1)) - 1 {
				merchants[i] = shop.merchant(t, s, i)
				m := &rollout{t: t, server: s, shop: shop, appid: merchants[i], cut: &cut}
				m.run(ctx)
			}
		})
	}
	go func() { wg.Wait(); close(done) }()
	kills := killUntil(s, done)
	t.Logf("%d merchants in %s: %d kills, %d calls cut off", n, time.Since(begun).Round(time.Millisecond), kills, cut.Load())
	s.kill()
	s.start()
	for _, appid := range merchants {
		m := &rollout{t: t, server: s, shop: shop, appid: appid}
		m.check(ctx)
	}
}

// shop is a component with one template whose audits pass at once.
type shop struct {
	component string
	template  int64
}

func openShop(t *testing.T, s *server) *shop {
	t.Helper()
	ctx := context.Background()
	admin := s.admin()
	c, err := admin.CreateComponent(ctx, adminclient.ComponentCreate{DevMiniprograms: []adminclient.DevMiniprogramInput{{}}})
	if err == nil {
		c, err = admin.UpdateComponent(ctx, c.Appid, adminclient.ComponentChange{
			Audit: &adminclient.AuditPolicy{Decide: "pass", After: "0s", Rules: []adminclient.AuditRule{}},
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	archive := project(t, 0)
	d, err := admin.UploadDraft(ctx, c.Appid, adminclient.Upload{UserVersion: "1.0.0"}, bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	token, err := admin.IssueComponentToken(ctx, c.Appid)
	if err != nil {
		t.Fatal(err)
	}
	wire, err := wxopen.New(wxopen.Config{BaseURL: s.waitUp().APIURL, Tokens: wxopen.StaticToken(token.AccessToken)})
	if err == nil {
		err = wire.AddToTemplate(ctx, d.DraftID, wxopen.AddOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return &shop{component: c.Appid}
}

// merchant makes an authorized one, however often that takes.
func (s *shop) merchant(t *testing.T, server *server, i int) string {
	t.Helper()
	appid := fmt.Sprintf("wx%016x", 0xa0000000+i)
	name, authorized := fmt.Sprintf("商户%d", i), true
	in := adminclient.AuthorizerInput{Appid: appid, Authorized: &authorized}
	in.NickName = &name
	for {
		_, err := server.admin().CreateAuthorizer(context.Background(), s.component, in)
		if err == nil || refused(err) {
			if err != nil {
				t.Errorf("%s: %v", appid, err)
			}
			return appid
		}
	}
}

// rollout brings one merchant to the release, going on from whatever it finds.
type rollout struct {
	t      *testing.T
	server *server
	shop   *shop
	appid  string
	token  string
	cut    *atomic.Int64
}

const rolledVersion = "1.0.0"

func (m *rollout) run(ctx context.Context) {
	for range 1000 {
		done, err := m.step(ctx)
		if done {
			return
		}
		var answer *adminclient.Error
		switch {
		case err == nil:
		case errors.As(err, &answer) && answer.Status < 500, isWire(err) && !errors.Is(err, wxopen.ErrSystem):
			m.t.Errorf("%s: %v", m.appid, err)
			return
		default:
			m.cut.Add(1)
		}
	}
	m.t.Errorf("%s does not get on", m.appid)
}

func isWire(err error) bool {
	var wire *wxopen.Error
	return errors.As(err, &wire)
}

// step looks where the merchant is and makes the next call.
func (m *rollout) step(ctx context.Context) (done bool, err error) {
	c, err := m.wire(ctx)
	if err != nil {
		return false, err
	}
	versions, err := c.VersionInfo(ctx)
	switch {
	case err != nil:
		return false, err
	case versions.Release != nil:
		return true, nil
	case versions.Experience == nil:
		return false, c.Commit(ctx, wxopen.CommitRequest{TemplateID: m.shop.template, UserVersion: rolledVersion, UserDesc: "首个版本", RawExtJSON: "{}"})
	}
	audit, err := c.LatestAuditStatus(ctx)
	switch {
	case errors.Is(err, wxopen.ErrNoAudit):
		_, err = c.SubmitAudit(ctx, wxopen.AuditRequest{})
		return false, err
	case err != nil:
		return false, err
	case audit.Status == wxopen.AuditPassed:
		return false, c.Release(ctx)
	}
	return false, fmt.Errorf("the audit is in status %v", audit.Status)
}

func (m *rollout) wire(ctx context.Context) (*wxopen.AuthorizerClient, error) {
	if m.token == "" {
		tokens, err := m.server.admin().IssueAuthorizerTokens(ctx, m.shop.component, m.appid)
		if err != nil {
			return nil, err
		}
		m.token = tokens.AccessToken
	}
	c, err := wxopen.New(wxopen.Config{
		BaseURL: m.server.waitUp().APIURL, HTTPClient: m.server.http, Tokens: wxopen.StaticToken("none"), Retry: wxopen.RetryPolicy{Attempts: 1},
	})
	if err != nil {
		return nil, err
	}
	return c.Authorizer(m.appid, wxopen.StaticToken(m.token)), nil
}

// check compares with what an undisturbed run leaves: one order, passed and released
// once.
func (m *rollout) check(ctx context.Context) {
	m.t.Helper()
	code, err := m.server.admin().Code(ctx, m.shop.component, m.appid)
	if err != nil {
		m.t.Fatal(err)
	}
	if code.Online == nil || code.Online.UserVersion != rolledVersion || code.Online.AppVersion != 1 || code.Audit == nil || code.Audit.Status != "released" {
		m.t.Errorf("%s is %+v", m.appid, code)
	}
	orders := 0
	for _, err := range m.server.admin().Audits(ctx, adminclient.AuditFilter{Component: m.shop.component, Authorizer: m.appid}) {
		if err != nil {
			m.t.Fatal(err)
		}
		orders++
	}
	if orders != 1 {
		m.t.Errorf("%s has %d audit orders", m.appid, orders)
	}
}
