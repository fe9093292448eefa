package adminclient_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"draftbox/internal/adminclient"
)

func TestOptionalTime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Time{
		`""`:                              {},
		`"2026-11-22T14:03:12+08:00"`:     time.Date(2026, 11, 22, 6, 3, 12, 0, time.UTC),
		`"2026-11-22T14:03:12.123+08:00"`: time.Date(2026, 11, 22, 6, 3, 12, 123e6, time.UTC),
	} {
		got := adminclient.OptionalTime{Time: time.Unix(1, 0)}
		if err := json.Unmarshal([]byte(text), &got); err != nil || !got.Equal(want) {
			t.Errorf("%s is read as %v, %v", text, got, err)
		}
		if again, err := json.Marshal(got); err != nil || string(again) != text {
			t.Errorf("%s is written as %s, %v", text, again, err)
		}
	}
	var got adminclient.OptionalTime
	if err := json.Unmarshal([]byte(`"soon"`), &got); err == nil {
		t.Errorf("soon is read as %v", got)
	}
}

// TestWhatIsSent holds calls with optional parts against what goes over the line.
func TestWhatIsSent(t *testing.T) {
	t.Parallel()
	var sent string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		sent = strings.TrimSpace(r.Method + " " + strings.TrimPrefix(r.RequestURI, "/_draftbox/v1") + " " + string(body))
		_, _ = io.WriteString(w, "{}")
	})
	const merchant = "/components/" + component + "/authorizers/" + authorizer
	for _, tt := range []struct {
		want string
		call func(context.Context) error
	}{
		{"GET /deliveries?authorizer=" + authorizer + "&component=" + component + "&limit=5&state=failed&type=authorized", func(ctx context.Context) error {
			f := adminclient.DeliveryFilter{Component: component, Type: "authorized", State: adminclient.DeliveryFailed, Authorizer: authorizer, PageSize: 5}
			_, err := adminclient.Take(c.Deliveries(ctx, f), 0)
			return err
		}},
		{"GET /deliveries?limit=1000", func(ctx context.Context) error {
			_, err := adminclient.Take(c.Deliveries(ctx, adminclient.DeliveryFilter{}), 0)
			return err
		}},
		{"GET /deliveries/" + delivery, func(ctx context.Context) error {
			_, err := c.Delivery(ctx, delivery, false)
			return err
		}},
		{"GET /deliveries/" + delivery + "?reveal=1", func(ctx context.Context) error {
			_, err := c.Delivery(ctx, delivery, true)
			return err
		}},
		{"POST /deliveries/" + delivery + "/redeliver {}", func(ctx context.Context) error {
			_, err := c.Redeliver(ctx, delivery)
			return err
		}},
		{"GET /audits?authorizer=" + authorizer + "&component=" + component + "&limit=5&status=open", func(ctx context.Context) error {
			f := adminclient.AuditFilter{Component: component, Authorizer: authorizer, Status: adminclient.AuditOpen, PageSize: 5}
			_, err := adminclient.Take(c.Audits(ctx, f), 0)
			return err
		}},
		{"GET /audits?limit=1000", func(ctx context.Context) error {
			_, err := adminclient.Take(c.Audits(ctx, adminclient.AuditFilter{}), 0)
			return err
		}},
		{"POST /audits/7/approve {}", func(ctx context.Context) error {
			_, err := c.ApproveAudit(ctx, 7)
			return err
		}},
		{"POST /audits/7/reject {}", func(ctx context.Context) error {
			_, err := c.RejectAudit(ctx, 7, adminclient.AuditRejection{})
			return err
		}},
		{`POST /audits/7/reject {"reason":"r","screenshot":"a|b"}`, func(ctx context.Context) error {
			_, err := c.RejectAudit(ctx, 7, adminclient.AuditRejection{Reason: "r", Screenshot: "a|b"})
			return err
		}},
		{"POST /audits/7/delay {}", func(ctx context.Context) error {
			_, err := c.DelayAudit(ctx, 7, "")
			return err
		}},
		{`POST /audits/7/delay {"reason":"r"}`, func(ctx context.Context) error {
			_, err := c.DelayAudit(ctx, 7, "r")
			return err
		}},
		{"GET " + merchant + "/audit_media/a%2Fb", func(ctx context.Context) error {
			return c.DownloadAuditMedia(ctx, component, authorizer, "a/b", io.Discard)
		}},
		{"POST " + merchant + "/grant {}", func(ctx context.Context) error {
			_, err := c.GrantAuthorization(ctx, component, authorizer, adminclient.Grant{})
			return err
		}},
		{"POST " + merchant + `/grant {"func_ids":[18],"pre_auth_code":"p"}`, func(ctx context.Context) error {
			_, err := c.GrantAuthorization(ctx, component, authorizer, adminclient.Grant{FuncIDs: &[]int{18}, PreAuthCode: "p"})
			return err
		}},
		{"POST " + merchant + "/revoke {}", func(ctx context.Context) error {
			_, err := c.RevokeAuthorization(ctx, component, authorizer)
			return err
		}},
		{"PATCH " + merchant + ` {"restrictions":[]}`, func(ctx context.Context) error {
			_, err := c.UpdateAuthorizer(ctx, component, authorizer, adminclient.AuthorizerChange{Restrictions: &[]string{}})
			return err
		}},
		{"POST /components/" + component + `/registrations/r1/decide {"waiting_for":"front_checking"}`, func(ctx context.Context) error {
			_, err := c.DecideRegistration(ctx, component, "r1", adminclient.RegistrationDecision{WaitingFor: "front_checking"})
			return err
		}},
		{"POST /components/" + component + `/registrations/r1/decide {"progress":4}`, func(ctx context.Context) error {
			progress := 4
			_, err := c.DecideRegistration(ctx, component, "r1", adminclient.RegistrationDecision{Progress: &progress})
			return err
		}},
		{"PATCH /components/" + component + ` {"event_url":"","switches":{"published":"no","push_tries":null}}`, func(ctx context.Context) error {
			change := adminclient.ComponentChange{EventURL: new(string), Switches: map[string]any{"push_tries": nil, "published": "no"}}
			_, err := c.UpdateComponent(ctx, component, change)
			return err
		}},
		{"POST /components/" + component + "/authorizers {}", func(ctx context.Context) error {
			_, err := c.CreateAuthorizer(ctx, component, adminclient.AuthorizerInput{})
			return err
		}},
	} {
		if err := tt.call(t.Context()); err != nil || sent != tt.want {
			t.Errorf("sent %s, %v; want %s", sent, err, tt.want)
		}
	}
}
